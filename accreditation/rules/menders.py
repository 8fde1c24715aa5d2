"""For each clause, what would mend a finding: words for people, and the edits that show it.

The order is the one in which repairs build on one another: the contract before the log, what leaves the log before what
is added to it. A mender is asked only about findings that are not met, missing or noted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from accreditation.rules import regions
from accreditation.rules.bench import LONG_AGO, NAMED_LATER, Bench
from accreditation.rules.dates import spoken
from accreditation.rules.dossier import StudentDossier
from accreditation.rules.edits import Edit
from accreditation.rules.facts import PARTIES, Assessment, Mentor
from accreditation.rules.findings import Finding, Outcome
from accreditation.rules.mentoring import AWARDS, by_award, by_level
from accreditation.rules.ps1_applicants import KINDS
from accreditation.rules.words import listed, number_word

Mended = Iterator[tuple[str, tuple[Edit, ...]]]
Mender = Callable[[Bench, Finding], Mended]

PARTY_WORDS: Final = {
    "student": "the student",
    "mentor": "a mentor",
    "institution": "the awarding institution",
}


def scan_ids(finding: Finding) -> list[str]:
    return [ref.rpartition("/")[2] for ref in finding.failing.refs()]


def each_scan(student: StudentDossier, ids: list[str], key: str, value: object) -> tuple[Edit, ...]:
    return tuple(Edit(f"{student.place}/scans/{one}/{key}", value) for one in ids)


def out_of_log(student: StudentDossier, ids: list[str], why: str) -> tuple[str, tuple[Edit, ...]]:
    """What was done cannot be undone: the scans leave the log, and others are made in their place."""
    return f"Scans taken out of the log, {why}", each_scan(student, ids, "logged", False)


# --- Position Statement 1 -------------------------------------------------------------------------------------------------


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


# --- Position Statement 2 -------------------------------------------------------------------------------------------------


def contract(bench: Bench, finding: Finding) -> Mended:
    student = bench.student(finding.subject.id)
    as_of = bench.facts.as_of.isoformat()
    agreed = [version for version in student.versions if version.agreed]
    if (
        agreed
        and finding.failing.refs()
        and finding.failing.refs()[0].startswith(f"{student.place}/contracts/")
    ):
        for version in agreed:  # signed, but on a day not given
            if version.undated and version.ref in finding.failing.refs():
                edits = tuple(
                    Edit(f"{version.ref}/signatures/{place}/on", as_of)
                    for place, signature in enumerate(version.contract.signatures)
                    if signature.on is None
                )
                yield f"The days of the signatures on version {version.number} of the contract", edits
        return
    if agreed:
        mentor = finding.cited[0].rpartition("/")[2]
        signature = {"party": "mentor", "by": mentor, "on": as_of}
        name = student.mentor(mentor).called
        yield f"{name}'s signature on the contract", (Edit(f"{agreed[-1].ref}/signatures/+", signature),)
        return
    edits_made: list[Edit] = []
    mentors = bench.facts.mentors
    supervising = student.log.mentors(student.supervised)
    mentor = supervising[0] if supervising else mentors[0].id if mentors else bench.fresh_id()
    if not mentors:
        edits_made.append(bench.new_mentor(mentor))
    if student.versions:
        nearest = min(student.versions, key=lambda version: (len(version.absent), -version.number))
        absent, place, number = nearest.absent, nearest.ref, nearest.number
    else:
        absent, place, number = PARTIES, f"{student.place}/contracts/0", 1
        edits_made.append(Edit(f"{student.place}/contracts/+", {"version": 1, "remit": _scanned(student)}))
    for party in absent:
        by = {"student": student.id, "mentor": mentor}.get(party, NAMED_LATER)
        edits_made.append(Edit(f"{place}/signatures/+", {"party": party, "by": by, "on": as_of}))
    lacking = listed(PARTY_WORDS[party] for party in absent)
    start = (
        f"A learning contract signed by {lacking}"
        if not student.versions
        else f"The signature of {lacking} on version {number} of the contract"
    )
    yield start, tuple(edits_made)


def remit(bench: Bench, finding: Finding) -> Mended:
    student = bench.student(finding.subject.id)
    if student.contract is None:
        return  # the contract comes first
    what = f"The regions of the remit by name, on version {student.contract.number} of the contract"
    yield what, (Edit(f"{student.contract.ref}/remit", _scanned(student)),)


def _scanned(student: StudentDossier) -> list[str]:
    """The parts scanned so far: the remit's likely regions, for the parties to say."""
    return list(regions.names(student.log.parts(student.log.all))) or [regions.REGIONS[0]]


def appraisals(bench: Bench, finding: Finding) -> Mended:
    student = bench.student(finding.subject.id)
    ids = scan_ids(finding)
    if not ids:
        if not student.remit:  # else PS2.4 asks for scans, and those are appraised
            part = regions.mask(_scanned(student)[:1])
            yield (
                "A first supervised scan of a patient, appraised by a mentor",
                tuple(bench.new_scans(student, part, 1, [])),
            )
        return
    mentors = {mentor.id: mentor for mentor in bench.facts.mentors}
    edits = []
    for scan in student.counted:
        if scan.id in ids:
            by = scan.mentor if scan.mentor in mentors else next(iter(mentors), None)
            given = {"by": by, "on": bench.facts.as_of.isoformat(), "grade": scan.grade}
            edits.append(Edit(f"{student.place}/scans/{scan.id}/appraisal", given))
    if not mentors:
        name = bench.fresh_id()
        edits = [bench.new_mentor(name), *(Edit(edit.path, {**edit.value, "by": name}) for edit in edits)]
    yield "A mentor's appraisal, with its day, of scans", tuple(edits)


def coverage(bench: Bench, finding: Finding) -> Mended:
    student = bench.student(finding.subject.id)
    for part in regions.each(student.remit):
        name = regions.spoken(part)
        if not finding.reason.startswith(f"{name.capitalize()}:"):
            continue
        minimum = student.course.course.minimum_scans.get(regions.NAME_OF_BIT[part])
        have = len(student.counted & student.log.in_part(part))
        more = max((student.terms.few_scans if minimum is None else minimum) - have, 1 - have)
        edits = tuple(bench.new_scans(student, part, more, ["(first pathology)", "(second pathology)"]))
        day = student.ratified_for(part)
        until = f", made by {spoken(day)}, when the award was ratified" if day else ""
        again = "more " if have else ""
        yield (
            f"{number_word(more).capitalize()} {again}supervised {name} {'scan' if more == 1 else 'scans'}{until}",
            edits,
        )


def hours(bench: Bench, finding: Finding) -> Mended:
    student = bench.student(finding.subject.id)
    yield "The total of scan hours", (Edit(f"{student.place}/hours", max(len(student.counted), 1)),)


def examinations(bench: Bench, finding: Finding) -> Mended:
    student = bench.student(finding.subject.id)
    final = student.final_day
    on = (final or bench.facts.as_of).isoformat()
    for part in regions.each(student.remit):
        name = regions.spoken(part)
        if not finding.reason.startswith(f"{name.capitalize()}:"):
            continue
        doubtful = set(finding.failing.refs()) if finding.outcome is Outcome.MISSING else set()
        for one in student.student.assessments or ():
            if student.assessment_ref(one) in doubtful:
                yield (
                    f"What is not recorded of examination {one.id}: {_unrecorded(one)}",
                    _filled(student, one, on),
                )
                return
        name_of_new = bench.fresh_id()
        new = {
            "id": name_of_new, "kind": "unseen_patient", "on": on, "regions": list(regions.names(part)), "outcome": "pass",
            "assessor": NAMED_LATER, "signed_on": bench.facts.as_of.isoformat(), "case": f"case of {name_of_new}",
        }  # fmt: skip
        until = f", by {spoken(final)}" if final else ""
        what = f"A passed and signed unseen patient examination of {name}{until}"
        yield what, (Edit(f"{student.place}/assessments/+", new),)


def _unrecorded(one: Assessment) -> str:
    given = {
        "its outcome": one.outcome,
        "its assessor": one.assessor,
        "its patient": one.case,
        "its day": one.on,
    }
    return listed(words for words, value in given.items() if not value)


def _filled(student: StudentDossier, one: Assessment, on: str) -> tuple[Edit, ...]:
    place = student.assessment_ref(one)
    values = {
        "outcome": one.outcome or "pass",
        "assessor": one.assessor or NAMED_LATER,
        "on": one.on and one.on.isoformat() or on,
    }
    values["case"] = one.case if one.case is not None else f"case of {one.id}"
    return tuple(Edit(f"{place}/{key}", value) for key, value in values.items())


# --- Position Statement 3 -------------------------------------------------------------------------------------------------


def told(bench: Bench, finding: Finding) -> Mended:
    yield (
        "A passage in the student handbook on presenting portfolio and award",
        (Edit("course/employer_guidance/tells_students", True),),
    )


def presented(bench: Bench, finding: Finding) -> Mended:
    student = bench.student(finding.subject.id)
    shown_both = {"to": "employer", "on": bench.facts.as_of.isoformat(), "included": ["award", "portfolio"]}
    yield (
        "Award and portfolio presented to the employer or regulator",
        (Edit(f"{student.place}/presentations/+", shown_both),),
    )


# --- Position Statement 4 -------------------------------------------------------------------------------------------------


def supervision(bench: Bench, finding: Finding) -> Mended:
    student, ids = bench.student(finding.subject.id), scan_ids(finding)
    if finding.outcome is Outcome.MISSING:
        yield (
            "How scans were supervised",
            each_scan(student, ids, "supervision", "observed"),
        )
    else:
        yield out_of_log(student, ids, "because nobody supervised them, and others made under supervision")


def qualified_mentors(bench: Bench, finding: Finding) -> Mended:
    student = bench.student(finding.subject.id)
    ids = scan_ids(finding)
    rows = [scan for scan in student.supervised if scan.id in ids]
    if not rows:
        return
    if rows[0].mentor is None:
        yield from _named_mentor(bench, student, ids)
        return
    mentor = student.mentor(rows[0].mentor)
    theirs = student.supervised & student.log.mentored_by(mentor.id)
    standing = student.standing(mentor, theirs)
    if finding.outcome is Outcome.MISSING:
        open_on = next(some.first_day for some, answer in standing if answer.outcome is Outcome.MISSING)
        if known := _made_known(student, mentor, open_on):
            yield known
            return
    breach = [
        scan.id
        for some, one in standing
        if one.outcome in (Outcome.NOT_MET, Outcome.MISSING)
        for scan in some
    ]
    why = f"because {mentor.called} did not qualify on the day, and others made under a mentor who does"
    yield out_of_log(student, breach, why)


def _made_known(student: StudentDossier, mentor: Mentor, on: date) -> tuple[str, tuple[Edit, ...]] | None:
    """What would have to be known of the mentor's qualifications on a day; None where they leave nothing open."""
    place = f"mentors/{mentor.id}/qualifications"
    terms = student.terms
    if mentor.qualifications is None:
        award = {"kind": "pgc", "msk": "yes", "ratified_on": LONG_AGO}
        return f"{mentor.called}'s qualifications, with their days", (Edit(f"{place}/+", award),)
    for at, held in enumerate(mentor.qualifications):
        day = held.ratified_on.first.isoformat() if held.ratified_on else LONG_AGO
        if held.kind in AWARDS and by_award(mentor, at, on, terms, student.around).outcome is Outcome.MISSING:
            if held.ratified_on is None or not held.ratified_on.exact:
                return f"{mentor.called}'s award date to the day", (Edit(f"{place}/{at}/ratified_on", day),)
        elif held.kind == "radiology_level" and by_level(mentor, at, on, terms).outcome is Outcome.MISSING:
            msk = "yes" if held.msk == "unknown" else held.msk
            values = {"level": held.level or terms.radiology_level, "msk": msk, "ratified_on": day}
            edits = tuple(Edit(f"{place}/{at}/{key}", value) for key, value in values.items())
            return f"Evidence of {mentor.called}'s level in MSK radiology, with its day", edits
    return None


def _named_mentor(bench: Bench, student: StudentDossier, ids: list[str]) -> Mended:
    edits: list[Edit] = []
    for scan in student.supervised:
        if scan.id in ids:
            mentor = bench.fitting_mentor(student, scan.regions, scan.on)
            name = (
                mentor.id
                if mentor
                else next((e.value["id"] for e in edits if e.path == "mentors/+"), bench.fresh_id())
            )
            if mentor is None and all(edit.path != "mentors/+" for edit in edits):
                edits.append(bench.new_mentor(name))
            edits.append(Edit(f"{student.place}/scans/{scan.id}/mentor", name))
    yield "The mentor who supervised scans", tuple(edits)


def mentors_remit(bench: Bench, finding: Finding) -> Mended:
    student, ids = bench.student(finding.subject.id), scan_ids(finding)
    rows = [scan for scan in student.supervised if scan.id in ids]
    if not rows:
        return
    if rows[0].mentor is None:
        yield from _named_mentor(bench, student, ids)
        return
    mentor = student.mentor(rows[0].mentor)
    if finding.outcome is Outcome.MISSING:
        yield f"The remit of {mentor.called}", (Edit(f"mentors/{mentor.id}/remit", list(regions.PARTS)),)
    else:
        yield out_of_log(
            student,
            ids,
            f"because they lie outside {mentor.called}'s remit, and others made under a mentor with it",
        )


def pathologies(bench: Bench, finding: Finding) -> Mended:
    student = bench.student(finding.subject.id)
    for part in regions.each(student.remit):
        name = regions.spoken(part)
        if finding.reason.startswith(f"{name.capitalize()}:"):
            edits = tuple(bench.new_scans(student, part, 2, ["(first pathology)", "(second pathology)"]))
            yield f"Two supervised {name} scans with different pathologies", edits


def patients(bench: Bench, finding: Finding) -> Mended:
    student, ids = bench.student(finding.subject.id), scan_ids(finding)
    if finding.outcome is Outcome.MISSING:
        yield (
            "Whether scans are of patients",
            each_scan(student, ids, "subject", "patient"),
        )
    else:
        yield out_of_log(student, ids, "because it is of patients only, and kept apart as learning")


# --- Position Statement 5 -------------------------------------------------------------------------------------------------


def topics(bench: Bench, finding: Finding) -> Mended:
    for topic in bench.course.terms.topics:
        name = topic.replace("_", " ")
        if not finding.reason.startswith(f"{name.capitalize()}:"):
            continue
        teaching = bench.course.modules_on(topic)
        if teaching:
            title = teaching[0].title or teaching[0].id
            yield (
                f"A formal assessment in {title}",
                (Edit(f"course/modules/{teaching[0].id}/formal_assessment", True),),
            )
        else:
            new = {
                "id": bench.fresh_id(), "title": f"a module on {name}", "level": 7, "framework": "FHEQ",
                "topics": [topic], "formal_assessment": True,
            }  # fmt: skip
            yield f"A formally assessed module on {name}", (Edit("course/modules/+", new),)


def levels(bench: Bench, finding: Finding) -> Mended:
    module = finding.failing.refs()[0].rpartition("/")[2]
    held = next(one for one in bench.course.topic_modules if one.id == module)
    edits = []
    if finding.outcome is Outcome.NOT_MET or held.level is None or held.framework is None:
        framework = held.framework or "FHEQ"
        equals = bench.course.terms.level_equivalents.items()
        level = max(number for (name, number), _ in equals if name == framework)
        edits = [
            Edit(f"course/modules/{module}/framework", framework),
            Edit(f"course/modules/{module}/level", level),
        ]
        right = f"{framework} {level}, or what the course's kind asks for"
        yield f"{held.title or module}: its level and framework ({right})", tuple(edits)
    else:
        yield "The kind of course", (Edit("course/kind", "postgraduate"),)


def results(bench: Bench, finding: Finding) -> Mended:
    student = bench.student(finding.subject.id)
    for ref in finding.cited:
        module = ref.rpartition("/")[2]
        title = next(
            (one.title or one.id for one in bench.facts.course.modules or () if one.id == module), module
        )
        passed = Edit(f"{student.place}/results/+", {"module": module, "outcome": "pass"})
        yield f"A pass in {title}", (passed,)


def relevance(bench: Bench, finding: Finding) -> Mended:
    for ref in finding.failing.refs():
        module = ref.rpartition("/")[2]
        yield (
            f"Learning in {module} that is relevant to the scope of practice, judged anew",
            (Edit(f"{ref}/relevant_to_remit", None),),
        )


MENDERS: Final[dict[str, Mender]] = {
    "PS1.1": professional_body,
    "PS1.2": experience,
    "PS1.3": admissions,
    "PS1.4": direct_entry,
    "PS2.1": contract,
    "PS2.2": remit,
    "PS4.5": patients,
    "PS4.1": supervision,
    "PS4.2": qualified_mentors,
    "PS4.3": mentors_remit,
    "PS2.4": coverage,
    "PS4.4": pathologies,
    "PS2.3": appraisals,
    "PS2.5": hours,
    "PS2.6": examinations,
    "PS3.1": told,
    "PS3.2": presented,
    "PS5.1": topics,
    "PS5.2": levels,
    "PS5.3": results,
    "PS5.4": relevance,
}
