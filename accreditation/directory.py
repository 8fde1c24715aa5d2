"""The public directory of accredited courses, read from what CASE published: a decision counts once its letter was built.

A course stands in it from its first published accreditation on, and stays with its history when the period ends. What was
never accredited is not listed; a deferral or a refusal is told to the course, not here. Nothing about people.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.utils import timezone

from accreditation.conditions import UNMET
from accreditation.enums import TELLS_DECISION, Award, CourseKind, DecisionOutcome, LetterKind, Nation
from accreditation.models import ISSUED, Condition, Course, Decision, Letter
from accreditation.rules import regions

GIVEN = (DecisionOutcome.ACCREDIT, DecisionOutcome.ACCREDIT_WITH_CONDITIONS)


class Status(StrEnum):
    """Where an accreditation stands on a day."""

    ACCREDITED = "accredited"
    TO_COME = "to_come"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Status.ACCREDITED: "Accredited",
    Status.TO_COME: "Accredited from a later day",
    Status.EXPIRED: "Expired",
    Status.WITHDRAWN: "No longer accredited",
}


@dataclass(frozen=True, slots=True)
class Past:
    """One published accreditation of a course. `holds`: whether no later decision on the same case replaced it."""

    decided_on: date
    outcome: str
    period_from: date
    period_to: date
    kind: str
    holds: bool

    @property
    def outcome_words(self) -> str:
        return str(DecisionOutcome(self.outcome).label)


@dataclass(frozen=True, slots=True)
class Entry:
    """One course as the directory shows it on a day; `history` newest first. Without an accreditation that holds the
    period is that of the last one.
    """

    reference: str
    title: str
    institution: str
    nation: str
    kind: str
    award: str
    regions: tuple[str, ...]
    status: Status
    outcome: str
    decided_on: date
    period_from: date
    period_to: date
    conditions_open: bool
    certificate: str
    certificate_on: date | None
    history: tuple[Past, ...]

    @property
    def nation_words(self) -> str:
        return str(Nation(self.nation).label)

    @property
    def kind_words(self) -> str:
        return str(CourseKind(self.kind).label)

    @property
    def award_words(self) -> str:
        return str(Award(self.award).label)

    @property
    def region_words(self) -> str:
        return ", ".join(regions.LABELS[part] for part in self.regions)


def entries(today: date) -> list[Entry]:
    """Every course of the directory as it stands on a day, by institution and title. Four queries, however many."""
    published = Exists(Letter.objects.filter(ISSUED, decision=OuterRef("pk"), kind__in=TELLS_DECISION))
    given = Decision.objects.filter(published, outcome__in=GIVEN)
    newest = given.filter(submission__course=OuterRef("pk"), superseded=False).order_by(
        "-decided_on", "-created_at"
    )
    courses = list(
        Course.objects.filter(pk__in=given.values("submission__course"))
        .select_related("institution")
        .annotate(
            current_id=Subquery(newest.values("pk")[:1]),
            conditions_open=Exists(
                Condition.objects.filter(decision=OuterRef("current_id"), state__in=UNMET)
            ),
        )
        .order_by("institution__name", "title")
    )
    history: defaultdict[UUID, list[Decision]] = defaultdict(list)
    for decision in (
        given.select_related("submission").order_by("-decided_on", "-created_at").defer("capsule", "reasons")
    ):
        history[decision.submission.course_id].append(decision)
    current = [course.current_id for course in courses if course.current_id]
    titles = dict(
        Letter.objects.filter(ISSUED, decision__in=current, kind__in=TELLS_DECISION)
        .order_by("created_at")
        .annotate(told=KT("content__course"))
        .values_list("decision_id", "told")
    )
    kept = Letter.objects.filter(ISSUED, decision__submission__course__in=courses, superseded=False)
    certificates = {
        letter.decision_id: letter
        for letter in kept.filter(kind=LetterKind.CERTIFICATE).only("number", "decision_id", "approved_at")
    }
    return [
        _entry(
            course,
            history[course.pk],
            titles.get(course.current_id),
            certificates,
            course.conditions_open,
            today,
        )
        for course in courses
    ]


def accredited_courses(today: date) -> QuerySet[Course]:
    """The courses that `entries` shows as accredited on a day, without their history: for work over all of them."""
    published = Letter.objects.filter(ISSUED, decision=OuterRef("pk"), kind__in=TELLS_DECISION)
    given = Decision.objects.filter(Exists(published), outcome__in=GIVEN, superseded=False)
    newest = given.filter(submission__course=OuterRef("pk")).order_by("-decided_on", "-created_at")
    return Course.objects.annotate(
        given_from=Subquery(newest.values("period_from")[:1]),
        given_to=Subquery(newest.values("period_to")[:1]),
    ).filter(given_from__lte=today, given_to__gte=today)


def _entry(
    course: Course,
    decisions: list[Decision],
    told: str | None,
    certificates: Mapping[UUID | None, Letter],
    conditions_open: bool,
    today: date,
) -> Entry:
    """The certificate is that of the newest decision that holds and has one: an interim review leaves it as it is."""
    standing = next((one for one in decisions if not one.superseded), None)
    shown = standing or decisions[0]
    assert shown.period_from and shown.period_to  # noqa: S101 (the database's own constraint)
    if standing is None:
        status = Status.WITHDRAWN
    elif today > shown.period_to:
        status = Status.EXPIRED
    elif today < shown.period_from:
        status = Status.TO_COME
    else:
        status = Status.ACCREDITED
    certificate = next(
        (certificates[one.pk] for one in decisions if one.pk in certificates and not one.superseded), None
    )
    return Entry(
        reference=course.reference,
        title=told or course.title,
        institution=course.institution.name,
        nation=course.institution.nation,
        kind=course.kind,
        award=course.award,
        regions=tuple(part for part in regions.PARTS if part in course.minimum_scans),
        status=status,
        outcome=shown.outcome,
        decided_on=shown.decided_on,
        period_from=shown.period_from,
        period_to=shown.period_to,
        conditions_open=conditions_open and status in (Status.ACCREDITED, Status.TO_COME),
        certificate=certificate.number if certificate else "",
        certificate_on=timezone.localdate(certificate.approved_at) if certificate else None,
        history=tuple(_past(one) for one in decisions),
    )


def _past(decision: Decision) -> Past:
    assert decision.period_from and decision.period_to  # noqa: S101 (the database's own constraint)
    return Past(
        decided_on=decision.decided_on,
        outcome=decision.outcome,
        period_from=decision.period_from,
        period_to=decision.period_to,
        kind=decision.submission.kind,
        holds=not decision.superseded,
    )


def narrowed(
    found: list[Entry], *, words: str = "", nation: str = "", status: str = "", kind: str = ""
) -> list[Entry]:
    """The entries that have all the words (in title, institution or reference) and the values that are given."""
    asked = words.casefold().split()
    return [
        one
        for one in found
        if all(word in f"{one.title} {one.institution} {one.reference}".casefold() for word in asked)
        and nation in ("", one.nation)
        and status in ("", one.status)
        and kind in ("", one.kind)
    ]
