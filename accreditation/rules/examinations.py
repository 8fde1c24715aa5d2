"""What one examination shows for one part of a student's remit (PS2.6)."""

from __future__ import annotations

from dataclasses import dataclass

from accreditation.rules import regions
from accreditation.rules.dates import spoken
from accreditation.rules.dossier import StudentDossier
from accreditation.rules.facts import Assessment
from accreditation.rules.findings import Outcome

KINDS = {
    "unseen_patient": "unseen patient examination",
    "seen_patient": "examination on a patient seen before",
    "osce_model": "OSCE on a model",
    "simulator": "examination on a simulator",
    "image_viva": "viva on stored images",
    "written": "written examination",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """An examination as it counts for one part: the outcome it would give alone, and why."""

    ref: str
    outcome: Outcome
    why: str
    elsewhere: bool = False
    failed: bool = False
    by_own_mentor: bool = False


def judge_for(student: StudentDossier, one: Assessment, part: int) -> Judged:
    """How one examination counts for one part of the remit."""
    ref = student.assessment_ref(one)
    name = regions.NAME_OF_BIT[part]
    if name not in one.regions:
        return Judged(ref, Outcome.NOT_MET, "in another region", elsewhere=True)
    called = f"{one.id}, {KINDS[one.kind]}{f' on {spoken(one.on)}' if one.on else ''}"
    if one.kind != "unseen_patient":
        return Judged(ref, Outcome.NOT_MET, f"{called}, does not count")
    if one.outcome == "fail":
        return Judged(ref, Outcome.NOT_MET, f"{called}, was failed", failed=True)
    if against := _against(student, one):
        return Judged(ref, Outcome.NOT_MET, f"{called}, {against}")
    if unknown := _unknown(student, one):
        return Judged(ref, Outcome.MISSING, f"{called}: not known {unknown}")
    if name != one.regions[0]:
        first = regions.LABELS[one.regions[0]]
        return Judged(
            ref, Outcome.JUDGE, f"{called}, names {first} first, and counts for this part only if accepted"
        )
    own = one.assessor in student.own_mentors
    return Judged(ref, Outcome.MET, f"{called}, passed and signed off by {one.assessor}", by_own_mentor=own)


def _against(student: StudentDossier, one: Assessment) -> str:
    """What rules a passed examination out; nothing where nothing does."""
    if one.signed_on is None:
        return "is not signed off"
    if one.assessor == student.id:
        return "was assessed by the student"
    if student.final_day and one.on and one.on > student.final_day:
        return f"came after the final ratification on {spoken(student.final_day)}"
    if one.case is not None and student.log.with_case(one.case) & student.log.logged:
        return f"is of patient {one.case}, who stands in the student's own log"
    return ""


def _unknown(student: StudentDossier, one: Assessment) -> str:
    """What would have to be known before a passed examination can count."""
    lacking = (
        (one.outcome is None, "whether it was passed"),
        (not one.assessor, "who assessed it"),
        (one.case is None, "which patient it was, so that the log cannot be compared"),
        (one.on is None and student.final_day is not None, "whether it came before the final ratification"),
    )
    return ", ".join(words for lacks, words in lacking if lacks)
