"""What the portfolios know of a course's students, as it stood on the day asked for (standard/facts.md).

Everything is read as plain rows, however many students there are: no model object is made. What a later day brought is left
out. What `questions` asks for `students` are keys, or what `Keys` gives for them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from accreditation.facts import Asked, Gathering, evening_of
from accreditation.repeated import Keys, Query, Rows, together
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

Of = defaultdict[UUID, list[Any]]
"""A student's (or a contract's) key → the facts about it, in order."""


def begin(gathering: Gathering) -> None:
    """The scan logs of the course's students: one query."""
    logs = scanlog.fetch(gathering.course.pk, gathering.as_of, gathering.only)
    gathering.scans, gathering.mentor_numbers = logs, scanlog.mentors(logs)


def questions(asked: Asked) -> dict[str, Query]:
    """Enrolled and completed students with all their small rows; the mentors whom these name are wanted."""
    as_of, evening = asked.as_of, asked.evening
    chosen = Student.objects.filter(course=asked.course, state__in=ON_THE_COURSE, enrolled_on__lte=as_of)
    if asked.only is not None:
        chosen = chosen.filter(pk__in=asked.only)
    students = asked.keys("chosen_students", [chosen.values_list("pk")])
    team = _team_rows(students, as_of, evening)
    signatures = _signature_rows(students, as_of)
    assessments = _assessment_rows(students, as_of, evening)
    asked.mentors += [
        Mentor.objects.filter(number__in=asked.numbers).values_list("pk"),
        team.values_list("mentor_id"),
        signatures.filter(mentor__isnull=False).values_list("mentor_id"),
        assessments.filter(assessor_mentor__isnull=False).values_list("assessor_mentor_id"),
    ]
    return {
        "students": _student_rows(students),
        "registrations": _registration_rows(students, as_of, evening),
        "experience": _experience_rows(students, evening),
        "former": _former_rows(students, as_of),
        "team": team,
        "contracts": _contract_rows(students, as_of, evening),
        "signatures": signatures,
        "assessments": assessments,
        "results": _result_rows(students, as_of, evening),
        "awards": _award_rows(students, as_of, evening),
        "presentations": _presentation_rows(students, as_of),
    }


def contribute(gathering: Gathering) -> None:
    """The course's students, by code."""
    as_of, rows = gathering.as_of, gathering.rows
    codes = {row[0]: row[1] for row in rows["students"]}
    logs = {
        code: scanlog.read(code, gathering.scans[code]) for code in codes.values() if code in gathering.scans
    }
    registrations, experience = _registrations(rows["registrations"], as_of), _experience(rows["experience"])
    judgements = {row[0]: _judgement(as_of, *row[6:]) for row in rows["students"]}
    earlier = _former(rows["former"])
    contracts, team = _contracts(rows, codes), _team(rows["team"])
    assessments, results = _assessments(rows["assessments"], as_of), _results(rows["results"])
    awards, presentations = _awards(rows["awards"]), _presentations(rows["presentations"])
    gathering.students = tuple(
        facts.Student(
            id=code,
            enrolled_on=enrolled_on,
            profession=profession or None,
            registrations=tuple(registrations[pk]),
            experience=tuple(experience[pk]),
            experience_judgement=judgements[pk] or earlier.get(pk),
            contracts=tuple(contracts[pk]),
            team=tuple(team[pk]),
            scans=logs.get(code, ()),
            hours=_number(hours) if portfolio else None,
            assessments=tuple(assessments[pk]),
            results=tuple(results[pk]),
            awards=tuple(awards[pk]),
            presentations=tuple(presentations[pk]),
        )
        for pk, code, enrolled_on, profession, portfolio, hours, *_ in rows["students"]
    )


def _student_rows(students: Any) -> Query:
    return Student.objects.filter(pk__in=students).order_by("code").values_list(
        "pk", "code", "enrolled_on", "profession", "portfolio__pk", "portfolio__hours", "experience_judgement__outcome",
        "experience_judgement__by", "experience_judgement__on", "experience_judgement__reason",
    )  # fmt: skip


def _judgement(
    as_of: date, outcome: str | None, by: str | None, on: date | None, reason: str | None
) -> facts.ExperienceJudgement | None:
    if on is None or on > as_of:
        return None
    return facts.ExperienceJudgement(outcome, by or None, on, reason or None)


def _former(rows: Rows) -> dict[UUID, facts.ExperienceJudgement]:
    """The newest of the replaced judgements that were made by a day: it held then, where the present one is later."""
    return {
        student: facts.ExperienceJudgement(outcome, by or None, on, reason or None)
        for student, outcome, by, on, reason in rows
    }


def _former_rows(students: Any, as_of: date) -> Query:
    rows = FormerJudgement.objects.filter(student__in=students, on__lte=as_of).order_by("on", "created_at")
    return rows.values_list("student_id", "outcome", "by", "on", "reason")


def applicant_facts(student: Student, enrolled_on: date, as_of: date) -> facts.Student:
    """What position statement 1 is decided on, as if an applicant were enrolled on a day: at most two queries."""
    rows = _applicant_rows([student.pk], as_of, evening_of(as_of))
    judged = ExperienceJudgement.objects.filter(student=student).first()
    return facts.Student(
        id=student.code,
        enrolled_on=enrolled_on,
        profession=student.profession or None,
        registrations=tuple(_registrations(rows["registrations"], as_of)[student.pk]),
        experience=tuple(_experience(rows["experience"])[student.pk]),
        experience_judgement=_judgement(as_of, judged.outcome, judged.by, judged.on, judged.reason)
        if judged
        else None,
    )


def numbers_of_others(student: Student, as_of: date) -> list[facts.Student]:
    """The course's other applicants and students with their registrations only, to find a number that is given twice."""
    others = dict(
        Student.objects.filter(course=student.course_id).exclude(pk=student.pk).values_list("pk", "code")
    )
    found = _registrations(_registration_rows(others, as_of, evening_of(as_of)), as_of)
    return [
        facts.Student(id=others[pk], enrolled_on=None, registrations=tuple(given))
        for pk, given in found.items()
    ]


@together
def _applicant_rows(
    keys: Keys, students: Collection[UUID], as_of: date, evening: datetime
) -> dict[str, Query]:
    return {
        "registrations": _registration_rows(students, as_of, evening),
        "experience": _experience_rows(students, evening),
    }


def _registrations(rows: Iterable[tuple[Any, ...]], as_of: date) -> Of:
    found: Of = defaultdict(list)
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


def _registration_rows(students: Any, as_of: date, evening: datetime) -> Query:
    rows = Registration.whole.filter(stood(evening), student__in=students).exclude(since__gt=as_of)
    return rows.order_by("created_at", "pk").values_list(
        "student_id", "body", "other_body", "number", "status", "since", "until", "seen_on", "seen_by"
    )


def _experience(rows: Rows) -> Of:
    found: Of = defaultdict(list)
    for student, specialism, months, description, evidence in rows:
        found[student].append(facts.Experience(specialism, months, description or None, tuple(evidence)))
    return found


def _experience_rows(students: Any, evening: datetime) -> Query:
    rows = Experience.whole.filter(stood(evening), student__in=students).order_by("created_at", "pk")
    return rows.values_list("student_id", "specialism", "months", "description", "evidence")


def _team(rows: Rows) -> Of:
    found: Of = defaultdict(list)
    for student, number, since, until in rows:
        found[student].append(facts.TeamMember(number, Period(since, until)))
    return found


def _team_rows(students: Any, as_of: date, evening: datetime) -> Query:
    rows = known(TeamMembership.objects.filter(student__in=students, since__lte=as_of), evening)
    return rows.order_by("since", "mentor__number", "pk").values_list(
        "student_id", "mentor__number", "since", "until"
    )


def _contracts(rows: Mapping[str, Rows], codes: Mapping[UUID, str]) -> Of:
    """The versions that somebody had signed by then, and those that nobody has signed yet."""
    signatures = _signatures(rows["signatures"], codes)
    found: Of = defaultdict(list)
    for student, pk, number, remit, terms, text, confirmed in rows["contracts"]:
        named = (
            *(part for part in regions.PARTS if part in remit),
            *(term for term in regions.GROUPS if term in terms),
        )
        found[student].append(
            facts.Contract(number, text if text and not named else named, confirmed, tuple(signatures[pk]))
        )
    return found


def _contract_rows(students: Any, as_of: date, evening: datetime) -> Query:
    signed_or_open = Q(signatures__signed_on__lte=as_of) | Q(signatures__isnull=True, created_at__lte=evening)
    rows = LearningContract.objects.filter(signed_or_open, portfolio__in=students).distinct()
    return rows.order_by("number").values_list(
        "portfolio_id", "pk", "number", "remit", "group_terms", "remit_text", "remit_confirmed"
    )


def _signatures(rows: Rows, codes: Mapping[UUID, str]) -> Of:
    """A mentor signs by register number, a student by code (never a name), the institution by its signatory's name."""
    found: Of = defaultdict(list)
    for student, contract, party, name, on, number in rows:
        by = codes[student] if party == Party.STUDENT else name
        found[contract].append(facts.Signature(party, by if number is None else number, on))
    return found


def _signature_rows(students: Any, as_of: date) -> Query:
    rows = Signature.objects.filter(
        contract__portfolio__in=students, signed_on__lte=as_of, state=SignatureState.VALID
    )
    return rows.order_by("signed_on", "created_at", "pk").values_list(
        "contract__portfolio_id", "contract_id", "party", "name", "signed_on", "mentor__number"
    )


def _assessments(rows: Rows, as_of: date) -> Of:
    found: Of = defaultdict(list)
    for student, number, kind, on, parts, named_first, outcome, assessor, name, signed_on, case in rows:
        first = (named_first,) if named_first in parts else ()
        found[student].append(
            facts.Assessment(
                id=f"A{number}",
                kind=kind,
                on=on,
                regions=(*first, *(part for part in regions.PARTS if part in parts and part not in first)),
                outcome=outcome,
                assessor=name or None if assessor is None else assessor,
                signed_on=signed_on if signed_on and signed_on <= as_of else None,
                case=case or None,
            )
        )
    return found


def _assessment_rows(students: Any, as_of: date, evening: datetime) -> Query:
    held = CompetencyAssessment.whole.filter(stood(evening), portfolio__in=students, on__lte=as_of)
    return held.order_by("on", "number").values_list(
        "portfolio_id", "number", "kind", "on", "regions", "first_region", "outcome",
        "assessor_mentor__number", "assessor_name", "signed_on", "case",
    )  # fmt: skip


def _results(rows: Rows) -> Of:
    found: Of = defaultdict(list)
    for student, module, outcome in rows:
        found[student].append(facts.Result(module, outcome))
    return found


def _result_rows(students: Any, as_of: date, evening: datetime) -> Query:
    rows = Result.whole.filter(stood(evening), student__in=students).exclude(on__gt=as_of)
    return rows.order_by("module__code", "created_at", "pk").values_list(
        "student_id", "module__code", "outcome"
    )


def _awards(rows: Rows) -> Of:
    found: Of = defaultdict(list)
    for student, kind, ratified_on, parts in rows:
        found[student].append(facts.Award(kind, ratified_on, regions.mask(parts) if parts else None))
    return found


def _award_rows(students: Any, as_of: date, evening: datetime) -> Query:
    rows = StudentAward.whole.filter(stood(evening), student__in=students).exclude(ratified_on__gt=as_of)
    return rows.order_by("ratified_on", "created_at", "pk").values_list(
        "student_id", "kind", "ratified_on", "regions"
    )


def _presentations(rows: Rows) -> Of:
    found: Of = defaultdict(list)
    for student, to, on, award, portfolio in rows:
        shown = {"award": award, "portfolio": portfolio}
        found[student].append(facts.Presentation(to, on, tuple(what for what, yes in shown.items() if yes)))
    return found


def _presentation_rows(students: Any, as_of: date) -> Query:
    rows = Presentation.objects.filter(portfolio__in=students, on__lte=as_of).exclude(to=PresentedTo.BODY)
    return rows.order_by("on", "created_at", "pk").values_list(
        "portfolio_id", "to", "on", "award", "portfolio_shown"
    )


def _number(value: Decimal | None) -> float | None:
    """A whole number stays whole, so that its canonical form has no ".0"."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
