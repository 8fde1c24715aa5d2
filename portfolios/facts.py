"""What the portfolios know of a course's students, as it stood on the day asked for (standard/facts.md).

Everything is read as plain rows, a query for each table, however many students there are: no model object is made. What
a later day brought is left out.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accreditation.facts import Gathering, evening_of
from accreditation.repeated import repeated
from accreditation.rules import facts, regions
from accreditation.rules.dates import Period
from mentors.facts import known
from mentors.models import Mentor
from portfolios import scanlog
from portfolios.enums import Party, PresentedTo, SignatureState, StudentState
from portfolios.models import (
    CompetencyAssessment,
    Experience,
    ExperienceJudgement,
    FormerJudgement,
    LearningContract,
    Presentation,
    Registration,
    Result,
    Signature,
    Student,
    StudentAward,
    TeamMembership,
)
from portfolios.models.entries import stood

ON_THE_COURSE = (StudentState.ENROLLED, StudentState.INTERRUPTED, StudentState.COMPLETED)

Query = QuerySet[Any, tuple[Any, ...]]
Of = defaultdict[UUID, list[Any]]
"""A student's (or a contract's) key → the facts about it, in order."""


def contribute(gathering: Gathering) -> None:
    """The course's students, by code: fourteen queries, however many students and scans there are."""
    only = gathering.only
    codes = {pk: code for pk, code in _codes(gathering.course.pk) if only is None or pk in only}
    logs, numbers = scanlog.read(codes, gathering.as_of)
    gathering.mentor_ids.update(pk for (pk,) in _mentors(numbers))
    gathering.students = _students(codes, gathering, logs)


@repeated
def _codes(course: UUID) -> Query:
    return Student.objects.filter(course=course).values_list("pk", "code")


@repeated
def _mentors(numbers: Collection[str]) -> Query:
    return Mentor.objects.filter(number__in=numbers).values_list("pk")


@repeated
def _student_rows(students: Collection[UUID], as_of: date) -> Query:
    on_the_course = Student.objects.filter(pk__in=students, state__in=ON_THE_COURSE, enrolled_on__lte=as_of)
    return on_the_course.order_by("code").values_list(
        "pk", "code", "enrolled_on", "profession", "portfolio__pk", "portfolio__hours", "experience_judgement__outcome",
        "experience_judgement__by", "experience_judgement__on", "experience_judgement__reason",
    )  # fmt: skip


def _students(
    chosen: Collection[UUID], gathering: Gathering, logs: dict[UUID, tuple[facts.Scan, ...]]
) -> tuple[facts.Student, ...]:
    """Enrolled and completed students with all their small rows."""
    as_of = gathering.as_of
    rows = _student_rows(chosen, as_of)
    codes = {row[0]: row[1] for row in rows}
    registrations, experience = _registrations(codes, as_of), _experience(codes, as_of)
    judgements = {row[0]: _judgement(as_of, *row[6:]) for row in rows}
    earlier = _former(codes, as_of)
    contracts, team = _contracts(codes, gathering), _team(codes, gathering)
    assessments, results = _assessments(codes, gathering), _results(codes, as_of)
    awards, presentations = _awards(codes, as_of), _presentations(codes, as_of)
    return tuple(
        facts.Student(
            id=code,
            enrolled_on=enrolled_on,
            profession=profession or None,
            registrations=tuple(registrations[pk]),
            experience=tuple(experience[pk]),
            experience_judgement=judgements[pk] or earlier.get(pk),
            contracts=tuple(contracts[pk]),
            team=tuple(team[pk]),
            scans=logs.get(pk, ()),
            hours=_number(hours) if portfolio else None,
            assessments=tuple(assessments[pk]),
            results=tuple(results[pk]),
            awards=tuple(awards[pk]),
            presentations=tuple(presentations[pk]),
        )
        for pk, code, enrolled_on, profession, portfolio, hours, *_ in rows
    )


def _judgement(
    as_of: date, outcome: str | None, by: str | None, on: date | None, reason: str | None
) -> facts.ExperienceJudgement | None:
    if on is None or on > as_of:
        return None
    return facts.ExperienceJudgement(outcome, by or None, on, reason or None)


def _former(students: Collection[UUID], as_of: date) -> dict[UUID, facts.ExperienceJudgement]:
    """The newest of the replaced judgements that were made by a day: it held then, where the present one is later."""
    return {
        student: facts.ExperienceJudgement(outcome, by or None, on, reason or None)
        for student, outcome, by, on, reason in _former_rows(students, as_of)
    }


@repeated
def _former_rows(students: Collection[UUID], as_of: date) -> Query:
    rows = FormerJudgement.objects.filter(student__in=students, on__lte=as_of).order_by("on", "created_at")
    return rows.values_list("student_id", "outcome", "by", "on", "reason")


def applicant_facts(student: Student, enrolled_on: date, as_of: date) -> facts.Student:
    """What position statement 1 is decided on, as if an applicant were enrolled on a day: at most four queries."""
    only = [student.pk]
    judged = ExperienceJudgement.objects.filter(student=student).first()
    return facts.Student(
        id=student.code,
        enrolled_on=enrolled_on,
        profession=student.profession or None,
        registrations=tuple(_registrations(only, as_of)[student.pk]),
        experience=tuple(_experience(only, as_of)[student.pk]),
        experience_judgement=_judgement(as_of, judged.outcome, judged.by, judged.on, judged.reason)
        if judged
        else None,
    )


def numbers_of_others(student: Student, as_of: date) -> list[facts.Student]:
    """The course's other applicants and students with their registrations only, to find a number that is given twice."""
    others = dict(
        Student.objects.filter(course=student.course_id).exclude(pk=student.pk).values_list("pk", "code")
    )
    found = _registrations(others, as_of)
    return [
        facts.Student(id=others[pk], enrolled_on=None, registrations=tuple(given))
        for pk, given in found.items()
    ]


def _registrations(students: Collection[UUID], as_of: date) -> Of:
    found: Of = defaultdict(list)
    rows = _registration_rows(students, evening_of(as_of), as_of)
    for student, body, other, number, status, since, until, seen_on, seen_by in rows:
        found[student].append(
            facts.Registration(
                body=other or body,
                number=number or None,
                status=status,
                period=Period(since, until),
                seen_on=seen_on if seen_on and seen_on <= as_of else None,
                seen_by=seen_by or None,
            )
        )
    return found


@repeated
def _registration_rows(students: Collection[UUID], evening: datetime, as_of: date) -> Query:
    rows = Registration.whole.filter(stood(evening), student__in=students).exclude(since__gt=as_of)
    return rows.order_by("created_at", "pk").values_list(
        "student_id", "body", "other_body", "number", "status", "since", "until", "seen_on", "seen_by"
    )


def _experience(students: Collection[UUID], as_of: date) -> Of:
    found: Of = defaultdict(list)
    for student, specialism, months, description, evidence in _experience_rows(students, evening_of(as_of)):
        found[student].append(facts.Experience(specialism, months, description or None, tuple(evidence)))
    return found


@repeated
def _experience_rows(students: Collection[UUID], evening: datetime) -> Query:
    rows = Experience.whole.filter(stood(evening), student__in=students).order_by("created_at", "pk")
    return rows.values_list("student_id", "specialism", "months", "description", "evidence")


def _team(students: Collection[UUID], gathering: Gathering) -> Of:
    found: Of = defaultdict(list)
    rows = _team_rows(students, gathering.as_of, gathering.evening)
    for student, mentor, number, since, until in rows:
        gathering.mentor_ids.add(mentor)
        found[student].append(facts.TeamMember(number, Period(since, until)))
    return found


@repeated
def _team_rows(students: Collection[UUID], as_of: date, evening: datetime) -> Query:
    rows = known(TeamMembership.objects.filter(student__in=students, since__lte=as_of), evening)
    return rows.order_by("since", "mentor__number", "pk").values_list(
        "student_id", "mentor_id", "mentor__number", "since", "until"
    )


def _contracts(codes: dict[UUID, str], gathering: Gathering) -> Of:
    """The versions that somebody had signed by then, and those that nobody has signed yet."""
    signatures = _signatures(codes, gathering)
    found: Of = defaultdict(list)
    rows = _contract_rows(codes, gathering.as_of, gathering.evening)
    for student, pk, number, remit, terms, text, confirmed in rows:
        named = (
            *(part for part in regions.PARTS if part in remit),
            *(term for term in regions.GROUPS if term in terms),
        )
        found[student].append(
            facts.Contract(number, text if text and not named else named, confirmed, tuple(signatures[pk]))
        )
    return found


@repeated
def _contract_rows(students: Collection[UUID], as_of: date, evening: datetime) -> Query:
    signed_or_open = Q(signatures__signed_on__lte=as_of) | Q(signatures__isnull=True, created_at__lte=evening)
    rows = LearningContract.objects.filter(signed_or_open, portfolio__in=students).distinct()
    return rows.order_by("number").values_list(
        "portfolio_id", "pk", "number", "remit", "group_terms", "remit_text", "remit_confirmed"
    )


def _signatures(codes: dict[UUID, str], gathering: Gathering) -> Of:
    """A mentor signs by register number, a student by code (never a name), the institution by its signatory's name."""
    found: Of = defaultdict(list)
    rows = _signature_rows(codes, gathering.as_of)
    for student, contract, party, name, on, mentor, number in rows:
        if mentor is not None:
            gathering.mentor_ids.add(mentor)
        by = codes[student] if party == Party.STUDENT else name
        found[contract].append(facts.Signature(party, number if mentor else by, on))
    return found


@repeated
def _signature_rows(students: Collection[UUID], as_of: date) -> Query:
    rows = Signature.objects.filter(
        contract__portfolio__in=students, signed_on__lte=as_of, state=SignatureState.VALID
    )
    return rows.order_by("signed_on", "created_at", "pk").values_list(
        "contract__portfolio_id", "contract_id", "party", "name", "signed_on", "mentor_id", "mentor__number"
    )


def _assessments(students: Collection[UUID], gathering: Gathering) -> Of:
    as_of = gathering.as_of
    found: Of = defaultdict(list)
    rows = _assessment_rows(students, as_of, gathering.evening)
    for (
        student,
        number,
        kind,
        on,
        parts,
        named_first,
        outcome,
        mentor,
        assessor,
        name,
        signed_on,
        case,
    ) in rows:
        if mentor is not None:
            gathering.mentor_ids.add(mentor)
        first = (named_first,) if named_first in parts else ()
        found[student].append(
            facts.Assessment(
                id=f"A{number}",
                kind=kind,
                on=on,
                regions=(*first, *(part for part in regions.PARTS if part in parts and part not in first)),
                outcome=outcome,
                assessor=assessor if mentor else name or None,
                signed_on=signed_on if signed_on and signed_on <= as_of else None,
                case=case or None,
            )
        )
    return found


@repeated
def _assessment_rows(students: Collection[UUID], as_of: date, evening: datetime) -> Query:
    held = CompetencyAssessment.whole.filter(stood(evening), portfolio__in=students, on__lte=as_of)
    return held.order_by("on", "number").values_list(
        "portfolio_id", "number", "kind", "on", "regions", "first_region", "outcome", "assessor_mentor_id",
        "assessor_mentor__number", "assessor_name", "signed_on", "case",
    )  # fmt: skip


def _results(students: Collection[UUID], as_of: date) -> Of:
    found: Of = defaultdict(list)
    for student, module, outcome in _result_rows(students, evening_of(as_of), as_of):
        found[student].append(facts.Result(module, outcome))
    return found


@repeated
def _result_rows(students: Collection[UUID], evening: datetime, as_of: date) -> Query:
    rows = Result.whole.filter(stood(evening), student__in=students).exclude(on__gt=as_of)
    return rows.order_by("module__code", "created_at", "pk").values_list(
        "student_id", "module__code", "outcome"
    )


def _awards(students: Collection[UUID], as_of: date) -> Of:
    found: Of = defaultdict(list)
    for student, kind, ratified_on, parts in _award_rows(students, evening_of(as_of), as_of):
        found[student].append(facts.Award(kind, ratified_on, regions.mask(parts) if parts else None))
    return found


@repeated
def _award_rows(students: Collection[UUID], evening: datetime, as_of: date) -> Query:
    rows = StudentAward.whole.filter(stood(evening), student__in=students).exclude(ratified_on__gt=as_of)
    return rows.order_by("ratified_on", "created_at", "pk").values_list(
        "student_id", "kind", "ratified_on", "regions"
    )


def _presentations(students: Collection[UUID], as_of: date) -> Of:
    found: Of = defaultdict(list)
    for student, to, on, award, portfolio in _presentation_rows(students, as_of):
        shown = {"award": award, "portfolio": portfolio}
        found[student].append(facts.Presentation(to, on, tuple(what for what, yes in shown.items() if yes)))
    return found


@repeated
def _presentation_rows(students: Collection[UUID], as_of: date) -> Query:
    rows = Presentation.objects.filter(portfolio__in=students, on__lte=as_of).exclude(to=PresentedTo.BODY)
    return rows.order_by("on", "created_at", "pk").values_list(
        "portfolio_id", "to", "on", "award", "portfolio_shown"
    )


def _number(value: Decimal | None) -> float | None:
    """A whole number stays whole, so that its canonical form has no ".0"."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
