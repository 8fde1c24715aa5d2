"""What would mend findings on applicants and admissions (Position Statement 1)."""

from __future__ import annotations

from accreditation.rules.bench import NAMED_LATER, Bench
from accreditation.rules.dates import spoken
from accreditation.rules.edits import Edit
from accreditation.rules.findings import Finding, Outcome
from accreditation.rules.menders.shared import Mended
from accreditation.rules.ps1_applicants import KINDS


def professional_body(bench: Bench, finding: Finding) -> Mended:
    student = bench.student(finding.subject.id)
    enrolled = student.student.enrolled_on
    edits = []
    if enrolled is None:
        enrolled = bench.facts.as_of
        edits.append(Edit(f"{student.place}/enrolled_on", enrolled.isoformat()))
        yield "The day of enrolment", tuple(edits)
        return
    free = sorted(student.terms.recognised_bodies - set(student.terms.number_formats))
    shows = {"body": free[0], "number": NAMED_LATER, "status": "active", "from": enrolled.isoformat()}
    what = f"A registration with a recognised body that was valid on {spoken(enrolled)}, with its number"
    yield what, (Edit(f"{student.place}/registrations/+", shows),)


def experience(bench: Bench, finding: Finding) -> Mended:
    student = bench.student(finding.subject.id)
    if finding.outcome is Outcome.MISSING:
        given = {"specialism": "msk", "description": NAMED_LATER}
        yield (
            "The experience before the course, with its evidence",
            (Edit(f"{student.place}/experience/+", given),),
        )
    else:
        what = "Further experience, and a new judgement of it"
        yield what, (Edit(f"{student.place}/experience_judgement", None),)


def admissions(bench: Bench, finding: Finding) -> Mended:
    rules = bench.facts.course.admissions
    if not rules.requires_professional_body:
        what = "Admissions rules that ask for a professional body"
        yield what, (Edit("course/admissions/requires_professional_body", True),)
    if rules.experience_judged is None:
        what = "Admissions rules that say how experience is judged: by its quality"
        yield what, (Edit("course/admissions/experience_judged", "quality"),)


def direct_entry(bench: Bench, finding: Finding) -> Mended:
    named = KINDS.get(bench.facts.course.kind or "", "the course")
    what = f"Entry to {named} only for health professionals, not directly"
    yield what, (Edit("course/direct_entry", False),)
