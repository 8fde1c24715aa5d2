"""What the portfolios know of a course's students, as it stood on the day asked for (standard/facts.md).

Thousands of scans are read as plain rows, their sets as the integers that are stored: no model object is made of one.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, ExpressionWrapper, F, Prefetch, Q, QuerySet

from accreditation.facts import Gathering
from accreditation.rules import facts, regions
from accreditation.rules.dates import Period
from mentors.facts import known
from mentors.models import Mentor
from portfolios.enums import AppraisalState, Party, StudentState
from portfolios.fields import PathologySetField
from portfolios.models import (
    CompetencyAssessment,
    LearningContract,
    Presentation,
    Registration,
    Result,
    Scan,
    Signature,
    Student,
    StudentAward,
    TeamMembership,
)

ON_THE_COURSE = (StudentState.ENROLLED, StudentState.COMPLETED)
SCANS_AT_A_TIME = 5_000


def contribute(gathering: Gathering) -> None:
    """The course's students, by code: sixteen queries, however many students and scans there are."""
    students = list(_students(gathering))
    rows = scans(gathering)
    gathering.students = tuple(
        _student(student, rows.get(student.pk, []), gathering.as_of) for student in students
    )
    gathering.mentor_ids.update(_named(students))


def _named(students: list[Student]) -> Iterator[UUID]:
    """The mentors that the students' rows name, beside those of their scans."""
    for student in students:
        yield from (place.mentor_id for place in student.team.all())
        if portfolio := getattr(student, "portfolio", None):
            for contract in portfolio.contracts.all():
                yield from (row.mentor_id for row in contract.signatures.all() if row.mentor_id)
            yield from (
                row.assessor_mentor_id for row in portfolio.assessments.all() if row.assessor_mentor_id
            )


def scans(gathering: Gathering) -> dict[UUID, list[facts.Scan]]:
    """Student → their scans up to `as_of`, by day and number. Names the mentors found to the register."""
    as_of = gathering.as_of
    numbers = dict(Mentor.objects.values_list("pk", "number"))
    codes = dict(Student.objects.filter(course=gathering.course).values_list("pk", "code"))
    found: defaultdict[UUID, list[facts.Scan]] = defaultdict(list)
    seen: set[UUID | None] = set()
    for (
        student,
        number,
        on,
        parts,
        subject,
        supervision,
        mentor,
        minutes,
        findings,
        case,
        logged,
        *appraisal,
    ) in rows(
        _chosen(Scan.objects.filter(portfolio__student__course=gathering.course, on__lte=as_of), gathering)
    ):
        state, appraiser, by_student, appraised_on, grade = appraisal
        by = None
        if state == AppraisalState.AGREED and appraised_on <= as_of:
            by = codes[student] if by_student else numbers.get(appraiser)
            seen.add(appraiser)
        seen.add(mentor)
        found[student].append(
            facts.Scan(
                f"X{number}", on, parts, subject, supervision, numbers.get(mentor), minutes, pathologies(findings),
                case or None, logged, by, appraised_on if by else None, (grade or None) if by else None,
            )
        )  # fmt: skip
    gathering.mentor_ids.update(mentor for mentor in seen if mentor is not None)
    return found


def _chosen(found: QuerySet[Scan], gathering: Gathering) -> QuerySet[Scan]:
    return found if gathering.only is None else found.filter(portfolio__in=gathering.only)


def rows(chosen: QuerySet[Scan]) -> Iterator[tuple[Any, ...]]:
    """The columns of scans that the facts need, in the order of the log, streamed."""
    raw: dict[str, Any] = {
        "raw_regions": ExpressionWrapper(F("regions"), output_field=BigIntegerField()),
        "raw_pathologies": ExpressionWrapper(F("pathologies"), output_field=BigIntegerField()),
    }
    columns: QuerySet[Any] = chosen.annotate(**raw)
    return (
        columns
        .order_by("portfolio_id", "on", "number")
        .values_list(
            "portfolio_id", "number", "on", "raw_regions", "subject", "supervision", "mentor_id", "minutes",
            "raw_pathologies", "case", "logged", "appraisal__state", "appraisal__mentor_id", "appraisal__by_student",
            "appraisal__on", "appraisal__grade",
        )
        .iterator(chunk_size=SCANS_AT_A_TIME)
    )  # fmt: skip


@lru_cache(maxsize=4096)
def pathologies(mask: int) -> tuple[str, ...]:
    """The codes in a stored set, in the order of `portfolios.pathologies`."""
    return tuple(code for code, bit in PathologySetField.bits.items() if mask & bit)


def _students(gathering: Gathering) -> QuerySet[Student]:
    """Enrolled and completed students with all their small rows. What a later day brought is left out here."""
    as_of, at = gathering.as_of, gathering.evening
    signed = Signature.objects.filter(signed_on__lte=as_of).order_by("signed_on", "created_at", "pk")
    signed_or_open = Q(signatures__signed_on__lte=as_of) | Q(signatures__isnull=True, created_at__lte=at)
    related: tuple[Prefetch[Any], ...] = (
        Prefetch("registrations", Registration.objects.exclude(since__gt=as_of).order_by("created_at", "pk")),
        Prefetch("team", known(TeamMembership.objects.filter(since__lte=as_of), at).select_related("mentor")),
        Prefetch("results", Result.objects.exclude(on__gt=as_of).select_related("module")),
        Prefetch("awards", StudentAward.objects.exclude(ratified_on__gt=as_of)),
        Prefetch(
            "portfolio__contracts",
            LearningContract.objects.filter(signed_or_open).distinct().order_by("number"),
        ),
        Prefetch("portfolio__contracts__signatures", signed.select_related("mentor")),
        Prefetch(
            "portfolio__assessments",
            CompetencyAssessment.objects.filter(on__lte=as_of).select_related("assessor_mentor"),
        ),
        Prefetch("portfolio__presentations", Presentation.objects.filter(on__lte=as_of)),
    )
    students = Student.objects.filter(
        course=gathering.course, state__in=ON_THE_COURSE, enrolled_on__lte=as_of
    )
    if gathering.only is not None:
        students = students.filter(pk__in=gathering.only)
    return (
        students.select_related("portfolio", "experience_judgement")
        .prefetch_related("experience", *related)
        .order_by("code")
    )


def _student(student: Student, log: list[facts.Scan], as_of: date) -> facts.Student:
    portfolio = getattr(student, "portfolio", None)
    judgement = getattr(student, "experience_judgement", None)
    return facts.Student(
        id=student.code,
        enrolled_on=student.enrolled_on,
        profession=student.profession or None,
        registrations=tuple(_registration(row, as_of) for row in student.registrations.all()),
        experience=tuple(
            facts.Experience(row.specialism, row.months, row.description or None, tuple(row.evidence))
            for row in student.experience.all()
        ),
        experience_judgement=facts.ExperienceJudgement(
            judgement.outcome, judgement.by or None, judgement.on, judgement.reason or None
        )
        if judgement and judgement.on <= as_of
        else None,
        contracts=tuple(_contract(row, student) for row in portfolio.contracts.all()) if portfolio else (),
        team=tuple(
            facts.TeamMember(row.mentor.number, Period(row.since, row.until)) for row in student.team.all()
        ),
        scans=tuple(log),
        hours=_number(portfolio.hours) if portfolio else None,
        assessments=tuple(_assessment(row, as_of) for row in portfolio.assessments.all())
        if portfolio
        else (),
        results=tuple(facts.Result(row.module.code, row.outcome) for row in student.results.all()),
        awards=tuple(
            facts.Award(row.kind, row.ratified_on, regions.mask(row.regions) if row.regions else None)
            for row in student.awards.all()
        ),
        presentations=tuple(_presentation(row) for row in portfolio.presentations.all()) if portfolio else (),
    )


def _registration(row: Registration, as_of: date) -> facts.Registration:
    seen = row.seen_on if row.seen_on and row.seen_on <= as_of else None
    return facts.Registration(
        body=row.other_body or row.body,
        number=row.number or None,
        status=row.status,
        period=Period(row.since, row.until),
        seen_on=seen,
        seen_by=row.seen_by or None,
    )


def _contract(row: LearningContract, student: Student) -> facts.Contract:
    parts = tuple(part for part in regions.PARTS if part in row.remit)
    groups = tuple(term for term in regions.GROUPS if term in row.group_terms)
    free_text = row.remit_text if row.remit_text and not (parts or groups) else None
    return facts.Contract(
        version=row.number,
        remit=free_text or (*parts, *groups),
        remit_confirmed=row.remit_confirmed,
        signatures=tuple(_signature(signature, student) for signature in row.signatures.all()),
    )


def _signature(row: Signature, student: Student) -> facts.Signature:
    """A mentor signs by register number, a student by code (never a name), the institution by its signatory's name."""
    if row.party == Party.MENTOR and row.mentor is not None:
        by = row.mentor.number
    else:
        by = student.code if row.party == Party.STUDENT else row.name
    return facts.Signature(row.party, by, row.signed_on)


def _assessment(row: CompetencyAssessment, as_of: date) -> facts.Assessment:
    first = (row.first_region,) if row.first_region in row.regions else ()
    signed = row.signed_on if row.signed_on and row.signed_on <= as_of else None
    return facts.Assessment(
        id=f"A{row.number}",
        kind=row.kind,
        on=row.on,
        regions=(*first, *(part for part in regions.PARTS if part in row.regions and part not in first)),
        outcome=row.outcome,
        assessor=row.assessor_mentor.number if row.assessor_mentor else row.assessor_name or None,
        signed_on=signed,
        case=row.case or None,
    )


def _presentation(row: Presentation) -> facts.Presentation:
    shown = {"award": row.award, "portfolio": row.portfolio_shown}
    return facts.Presentation(row.to, row.on, tuple(what for what, yes in shown.items() if yes))


def _number(value: Decimal | None) -> float | None:
    """A whole number stays whole, so that its canonical form has no ".0"."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
