"""Writes a facts file into the database, row by row: the other direction of `accreditation.facts.gather`."""

from datetime import UTC, datetime
from typing import Any

from accreditation.models import Answer, Citation, Course, Evidence, Institution, Module, Submission, User
from accreditation.rules import facts, regions
from accreditation.rules.dates import PartialDate
from mentors.models import Break, Document, Mentor, Qualification, RemitPeriod, Shortage
from portfolios import pathologies
from portfolios.models import (
    Appraisal,
    CompetencyAssessment,
    Experience,
    ExperienceJudgement,
    LearningContract,
    Portfolio,
    Presentation,
    Registration,
    Result,
    Scan,
    Signature,
    Student,
    StudentAward,
    TeamMembership,
)

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class CannotBeStored(Exception):
    """The facts name something that the database has no place for, by its design (the text says what)."""


def number(name: str, letter: str) -> int:
    """`X7` → 7."""
    if not name.startswith(letter) or not name[1:].isdecimal():
        raise CannotBeStored(f"{name} is not {letter} and a number")
    return int(name[1:])


def load(found: facts.Facts) -> Course:
    """Stores facts; returns their course. Raises `CannotBeStored`."""
    clerk = User.objects.create_user("clerk@load.example", full_name="assessor-1")
    course = _course(found.course, clerk)
    mentors = {one.id: _mentor(one, clerk) for one in found.mentors}
    for shortage in found.shortages:
        decided = {"decided_by": clerk, "decided_at": LONG_AGO} if shortage.status != "claimed" else {}
        if shortage.accepted_by not in (None, clerk.full_name) or shortage.period.since is None:
            raise CannotBeStored("who accepted a shortage")
        Shortage.objects.create(
            course=course, number=number(shortage.id, "H"), status=shortage.status, reason="-", claimed_by=clerk,
            since=shortage.period.since, until=shortage.period.until, **decided,
        )  # fmt: skip
    Shortage.objects.filter(course=course).update(
        created_at=LONG_AGO
    )  # a claim that comes later is not known before
    for student in found.students:
        _student(student, course, mentors)
    return course


def _course(given: facts.Course, clerk: User) -> Course:
    institution = Institution.objects.create(
        name=given.institution or "-", short_name=given.institution or "-"
    )
    course = Course.objects.create(
        institution=institution, reference=given.id, title=given.title or "", kind=given.kind, award=given.award,
        direct_entry=bool(given.direct_entry), minimum_scans=dict(given.minimum_scans),
        requires_professional_body=given.admissions.requires_professional_body,
        experience_judged=given.admissions.experience_judged,
        tells_students=given.employer_guidance.tells_students, tells_employers=given.employer_guidance.tells_employers,
    )  # fmt: skip
    submission = Submission.objects.create(course=course, reference="LOAD-1", opened_by=clerk)
    about: dict[str, str] = {}
    files = {"PS1.3": given.admissions.evidence, "PS3.1": given.employer_guidance.evidence}
    for module in given.modules or ():
        files["PS5.1"] = (*files.get("PS5.1", ()), *module.evidence)
        about |= dict.fromkeys(module.evidence, module.id)
        if module.formal_assessment is None:
            raise CannotBeStored("whether a module is formally assessed is always said")
        Module.objects.create(
            course=course, code=module.id, title=module.title or "", level=module.level, framework=module.framework,
            topics=module.topics, formal_assessment=module.formal_assessment,
            relevant_to_remit=module.relevant_to_remit, relevance_judged_by=module.relevance_judged_by or "",
        )  # fmt: skip
    for clause, refs in files.items():
        answer = Answer.objects.create(submission=submission, clause=clause, updated_by=clerk)
        for ref in refs:
            title = f"{ref} {about.get(ref, '')}"
            rest = {
                "name": ref,
                "sha256": "0" * 64,
                "size": 1,
                "media_type": "application/pdf",
                "uploaded_by": clerk,
            }
            evidence, _ = Evidence.objects.get_or_create(
                submission=submission, number=number(ref, "E"), defaults={"title": title, **rest}
            )
            Citation.objects.create(answer=answer, evidence=evidence)
    return course


def _partial(known: PartialDate | None) -> dict[str, Any]:
    if known is None:
        return {"ratified_on": None}
    precision = {10: "day", 7: "month", 4: "year"}[len(str(known))]
    return {"ratified_on": known.first, "precision": precision}


def _mentor(given: facts.Mentor, clerk: User) -> Mentor:
    mentor = Mentor.objects.create(number=given.id, full_name=given.name or "")
    for held in given.qualifications or ():
        row = Qualification.objects.create(
            mentor=mentor, kind=held.kind, msk=held.msk, level=held.level, country=held.country,
            known_from=LONG_AGO, **_partial(held.ratified_on),
        )  # fmt: skip
        for ref in held.evidence:
            Document.objects.create(
                mentor=mentor, qualification=row, number=number(ref, "E"), title=ref, name=ref, sha256="0" * 64,
                size=1, media_type="application/pdf", uploaded_by=clerk,
            )  # fmt: skip
    Document.objects.filter(mentor=mentor).update(
        created_at=LONG_AGO
    )  # a file that comes later is not known before
    if given.remit is not None:
        RemitPeriod.objects.create(mentor=mentor, regions=regions.names(given.remit), known_from=LONG_AGO)
    for away in given.breaks:
        if away.since is None:
            raise CannotBeStored("a break without its first day")
        Break.objects.create(mentor=mentor, since=away.since, until=away.until, known_from=LONG_AGO)
    return mentor


def _student(given: facts.Student, course: Course, mentors: dict[str, Mentor]) -> None:
    student = Student.objects.create(
        course=course, code=given.id, full_name="-", profession=given.profession or "", state="enrolled",
        enrolled_on=given.enrolled_on,
    )  # fmt: skip
    for entry in given.registrations or ():
        known_body = entry.body in {"HCPC", "GMC", "NMC", "CSP", "BASRaT"}
        Registration.objects.create(
            student=student, body=entry.body if known_body else "other", other_body="" if known_body else entry.body,
            number=entry.number or "", status=entry.status, since=entry.period.since, until=entry.period.until,
            seen_on=entry.seen_on, seen_by=entry.seen_by or "",
        )  # fmt: skip
    for one in given.experience:
        Experience.objects.create(
            student=student, specialism=one.specialism, months=one.months, description=one.description or "",
            evidence=list(one.evidence),
        )  # fmt: skip
    if judged := given.experience_judgement:
        ExperienceJudgement.objects.create(
            student=student, outcome=judged.outcome, by=judged.by, on=judged.on, reason=judged.reason
        )
    for place in given.team:
        TeamMembership.objects.create(
            student=student, mentor=mentors[place.mentor], since=place.period.since, until=place.period.until,
            known_from=LONG_AGO,
        )  # fmt: skip
    portfolio = Portfolio.objects.create(student=student, hours=given.hours)
    for contract in given.contracts or ():
        _contract(contract, portfolio, mentors)
    for scan in given.scans or ():
        _scan(scan, portfolio, mentors)
    for attempt in given.assessments or ():
        mentor = mentors.get(attempt.assessor or "")
        CompetencyAssessment.objects.create(
            portfolio=portfolio, number=number(attempt.id, "A"), kind=attempt.kind, on=attempt.on,
            regions=attempt.regions, first_region=attempt.regions[0], outcome=attempt.outcome, assessor_mentor=mentor,
            assessor_name="" if mentor else attempt.assessor or "", signed_on=attempt.signed_on,
            case=attempt.case or "",
        )  # fmt: skip
    for result in given.results:
        Result.objects.create(
            student=student, module=course.modules.get(code=result.module), outcome=result.outcome
        )
    for award in given.awards:
        StudentAward.objects.create(
            student=student,
            kind=award.kind,
            ratified_on=award.ratified_on,
            regions=regions.names(award.regions or 0),
        )
    for shown in given.presentations:
        Presentation.objects.create(
            portfolio=portfolio, to=shown.to, on=shown.on, award="award" in shown.included,
            portfolio_shown="portfolio" in shown.included,
        )  # fmt: skip


def _contract(given: facts.Contract, portfolio: Portfolio, mentors: dict[str, Mentor]) -> None:
    free = isinstance(given.remit, str)
    terms = () if free else given.remit or ()
    contract = LearningContract.objects.create(
        portfolio=portfolio, number=given.version, remit=[term for term in terms if term in regions.BITS],
        group_terms=[term for term in terms if term in regions.GROUPS], remit_text=given.remit if free else "",
        remit_confirmed=given.remit_confirmed,
    )  # fmt: skip
    for signature in given.signatures:
        mentor = mentors[signature.by or ""] if signature.party == "mentor" else None
        Signature.objects.create(
            contract=contract, party=signature.party, mentor=mentor, name=signature.by or "", statement="-",
            signed_on=signature.on, text_sha256="0" * 64,
        )  # fmt: skip


def _scan(given: facts.Scan, portfolio: Portfolio, mentors: dict[str, Mentor]) -> None:
    if unknown := [code for code in given.pathologies if code not in pathologies.BITS]:
        raise CannotBeStored(f"pathologies {unknown}")
    scan = Scan.objects.create(
        portfolio=portfolio, number=number(given.id, "X"), on=given.on, regions=regions.names(given.regions),
        subject=given.subject, supervision=given.supervision, mentor=mentors.get(given.mentor or ""),
        minutes=given.minutes, pathologies=given.pathologies, case=given.case or "", logged=given.logged,
    )  # fmt: skip
    if given.appraised_by:
        mentor = mentors.get(given.appraised_by)
        Appraisal.objects.create(
            scan=scan,
            mentor=mentor,
            by_student=mentor is None,
            on=given.appraised_on,
            grade=given.grade or "",
        )
