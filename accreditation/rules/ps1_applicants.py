"""Position Statement 1: applicants.

"Applicants should be aligned with an appropriate professional body and have an appropriate amount and type
of pre-existing experience in a clinical musculoskeletal or ultrasound specialism."
"""

from __future__ import annotations

from collections.abc import Iterator

from accreditation.rules.dates import spoken
from accreditation.rules.dossier import CourseDossier, StudentDossier
from accreditation.rules.facts import Experience
from accreditation.rules.findings import Finding, Named, Outcome
from accreditation.rules.registrations import registration_state
from accreditation.rules.registry import Say, rule
from accreditation.rules.words import listed

NOT_MET, MISSING, JUDGE, MET = Outcome.NOT_MET, Outcome.MISSING, Outcome.JUDGE, Outcome.MET


@rule("PS1.1")
def professional_body(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """Met by an active registration with a recognised body that was valid on the day of enrolment. A
    registration only with other bodies is for the assessor to judge. A number that does not have its body's
    form cannot be verified: evidence is missing, which is not a breach. Not met where no registration was
    valid on that day. Where two students give the same number, both findings say so.
    """
    given = student.student.registrations
    enrolled = student.student.enrolled_on
    refs = student.refs("registrations", len(given or ()))
    if given is None:
        yield say(
            MISSING,
            "No registration is recorded.",
            "the student's registration: body, number, dates, who saw it",
        )
        return
    if enrolled is None:
        yield say(MISSING, "The day of enrolment is not recorded.", "the day of enrolment", failing=refs)
        return

    judged = [
        (ref, *registration_state(one, enrolled, student.terms)) for ref, one in zip(refs, given, strict=True)
    ]
    same = student.course.same_numbers(student.student)
    warning = f" Warning: the same number is given for {listed(same)}." if same else ""
    found = next(
        (state for state in ("good", "unverified", "off_list") if any(state == at for _, at, _ in judged)), ""
    )
    deciding = Named(ref for ref, state, _ in judged if state == found)
    rest = tuple((Named((ref,)), why) for ref, state, why in judged if state != found)
    told = "; ".join(why for _, state, why in judged if not found or state == found)
    day = f"{spoken(enrolled)}, the day of enrolment"
    match found:
        case "good":
            why = f"Aligned with a professional body on {day}: {told}.{warning}"
            yield say(MET, why, deciding=deciding, left_out=rest, reading="A22")
        case "unverified":
            why = f"No registration can be verified for {day}: {told}.{warning}"
            settle = "the number, status and dates as the register shows them"
            yield say(MISSING, why, settle, deciding=deciding, left_out=rest, reading="A22")
        case "off_list":
            why = f"Only aligned with bodies off the recognised list on {day}: {told}.{warning}"
            yield say(
                JUDGE,
                why,
                "the assessor's judgement of that body",
                deciding=deciding,
                left_out=rest,
                reading="A22",
            )
        case _:
            why = f"No registration was valid on {day}: {told or 'no professional body is named'}.{warning}"
            settle = "a registration that was valid on that day"
            yield say(NOT_MET, why, settle, failing=refs, reading="A22", dated=enrolled)


@rule("PS1.2")
def experience_before(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """Never decided on months: the rationale says that the level and quality of experience is not directly
    related to time. Evidence is missing where no experience is given. A recorded human judgement decides:
    appropriate is met, not appropriate is not met. Without one it is for the assessor, who sees specialisms
    and months as information; experience that is neither MSK nor ultrasound is pointed out.
    """
    given = student.student.experience
    judged = student.student.experience_judgement
    refs = student.refs("experience", len(given))
    if not given:
        yield say(
            MISSING,
            "No experience before the course is given.",
            "the student's experience, with its evidence",
            reading="A20",
        )
        return
    shown = f"Given: {'; '.join(_experience(one) for one in given)}."
    if all(one.specialism == "other" for one in given):
        shown += " None of it is in MSK or ultrasound."
    if judged is None or judged.outcome is None:
        settle = "a recorded judgement of the experience, with its reason"
        yield say(
            JUDGE, f"Nobody has judged the experience yet. {shown}", settle, failing=refs, reading="A20"
        )
        return
    who = f"{judged.by or 'somebody not named'}{f' on {spoken(judged.on)}' if judged.on else ''}"
    because = f" ({judged.reason})" if judged.reason else ""
    cited = (f"{student.place}/experience_judgement",)
    if judged.outcome == "appropriate":
        yield say(
            MET, f"Judged appropriate by {who}{because}. {shown}", cited=cited, supporting=refs, reading="A20"
        )
    else:
        yield say(
            NOT_MET, f"Judged not appropriate by {who}{because}. {shown}", "further experience, and a new judgement",
            cited=cited, failing=refs, reading="A20", dated=student.student.enrolled_on,
        )  # fmt: skip


def _experience(one: Experience) -> str:
    kind = {"msk": "MSK", "ultrasound": "ultrasound", "other": "another specialism"}.get(
        one.specialism or "", "not said which"
    )
    length = f", {one.months:g} months" if one.months is not None else ""
    return f"{kind}{length}{f' ({one.description})' if one.description else ''}"


@rule("PS1.3")
def admissions_rules(course: CourseDossier, say: Say) -> Iterator[Finding]:
    """The course's admissions rules must ask for a professional body: not met where they do not. They must
    judge experience by its quality: rules that count months only are stricter than, and contrary to, the
    rationale, and are for the assessor to judge. What the rules do not say is missing.
    """
    rules = course.course.admissions
    cited = Named(f"course/admissions/evidence/{one}" for one in rules.evidence)
    match rules.requires_professional_body:
        case True:
            yield say(
                MET, "The admissions rules ask for a professional body.", supporting=cited, reading="A22"
            )
        case False:
            settle = "admissions rules that ask for a professional body"
            yield say(
                NOT_MET,
                "The admissions rules do not ask for a professional body.",
                settle,
                failing=cited,
                reading="A22",
            )
        case None:
            settle = "the admissions rules on the professional body"
            yield say(
                MISSING, "It is not known whether the admissions rules ask for a professional body.", settle
            )
    match rules.experience_judged:
        case "quality":
            yield say(
                MET, "The admissions rules judge experience by its quality.", supporting=cited, reading="A20"
            )
        case "months_only":
            why = "The admissions rules count months only: stricter than, and contrary to, the rationale."
            yield say(
                JUDGE,
                why,
                "admissions rules that judge experience by its quality",
                failing=cited,
                reading="A20",
            )
        case _:
            settle = "the admissions rules on experience"
            yield say(MISSING, "It is not known how the admissions rules judge experience.", settle)


@rule("PS1.4")
def no_direct_entry(course: CourseDossier, say: Say) -> Iterator[Finding]:
    """Not met by an undergraduate course or apprenticeship with direct entry; met by any other. (Direct
    entry to a postgraduate course is caught by the professional body that each student must have, PS1.1.)
    """
    kind, direct = course.course.kind, course.course.direct_entry
    barred = kind in course.terms.no_direct_entry
    given = (("course/kind", kind), ("course/direct_entry", direct))
    cited = Named(ref for ref, value in given if value is not None)
    named = KINDS.get(kind or "", "a course of a kind not given")
    if direct and barred:
        settle = "entry only for health professionals with a professional body"
        yield say(NOT_MET, f"This is {named} with direct entry.", settle, failing=cited, reading="A23")
    elif direct is None and (barred or kind is None):
        yield say(
            MISSING,
            f"It is not known whether {named} has direct entry.",
            "whether it has direct entry",
            cited=cited,
        )
    elif direct and kind is None:
        yield say(
            MISSING,
            "The kind of course is not known, and it has direct entry.",
            "the kind of course",
            cited=cited,
        )
    else:
        entry = (
            "with direct entry"
            if direct
            else "without direct entry"
            if direct is False
            else "whose entry is not given"
        )
        yield say(MET, f"This is {named} {entry}.", supporting=cited, reading="A23")


KINDS = {
    "postgraduate": "a postgraduate course",
    "focused": "a focused course",
    "undergraduate": "an undergraduate course",
    "apprenticeship": "an apprenticeship",
}
