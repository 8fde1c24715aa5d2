"""Position Statement 3: presentation to the employer.

"CASE advocate that the learner presents their portfolio of practice/learning and competency assessments to
their employer (or regulator, as appropriate) as evidence of their initial practice."
"""

from __future__ import annotations

from collections.abc import Iterator

from accreditation.rules.dates import spoken
from accreditation.rules.dossier import CourseDossier, StudentDossier
from accreditation.rules.findings import Finding, Named, Outcome
from accreditation.rules.registry import Say, rule
from accreditation.rules.words import listed

BOTH = {"award", "portfolio"}


@rule("PS3.1")
def graduates_told(course: CourseDossier, say: Say) -> Iterator[Finding]:
    """CASE advises, and does not require: met where the course tells its graduates to present portfolio and
    award; otherwise it is noted as advice not followed.
    """
    guidance = course.course.employer_guidance
    refs = Named(f"course/employer_guidance/evidence/{one}" for one in guidance.evidence)
    if guidance.tells_students:
        why = "The course tells its graduates to present portfolio and award to their employer or regulator."
        yield say(Outcome.MET, why, supporting=refs, reading="A26")
    else:
        known = "does not tell" if guidance.tells_students is False else "is not known to tell"
        why = f"The course {known} its graduates to present portfolio and award."
        yield say(Outcome.NOTE, why, "a passage in the student handbook", failing=refs, reading="A26")


@rule("PS3.2")
def portfolio_presented(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """Asked of students with a ratified award, final or interim. Met where evidence of the award and the
    portfolio were presented together to an employer, a regulator or an insurer; otherwise it is noted as
    advice not followed, never as a breach.
    """
    given = student.student.presentations
    refs = student.refs("presentations", len(given))
    both = [set(one.included) >= BOTH and one.to is not None for one in given]
    awards = student.ratified("interim", "final")
    if not awards or awards[0].ratified_on is None:
        yield say(Outcome.NOT_APPLICABLE, "No award is ratified yet, so that there is nothing to present.")
    elif any(both):
        told = listed(
            f"the {one.to}{f' on {spoken(one.on)}' if one.on else ''}"
            for one, whole in zip(given, both, strict=True)
            if whole
        )
        rest = tuple((Named((ref,)), "not both") for ref, whole in zip(refs, both, strict=True) if not whole)
        yield say(
            Outcome.MET, f"Award and portfolio were presented to {told}.", left_out=rest, reading="A26",
            supporting=Named(ref for ref, whole in zip(refs, both, strict=True) if whole),
        )  # fmt: skip
    else:
        since = spoken(awards[0].ratified_on)
        why = (
            f"An award was ratified on {since}, and no presentation of both award and portfolio is recorded."
        )
        yield say(
            Outcome.NOTE,
            why,
            "the presentation of both to the employer or regulator",
            failing=refs,
            reading="A26",
        )
