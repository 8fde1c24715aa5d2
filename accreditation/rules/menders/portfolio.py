"""What would mend findings on contract, scans and examinations (Position Statement 2)."""

from __future__ import annotations

from accreditation.rules import regions
from accreditation.rules.bench import NAMED_LATER, Bench
from accreditation.rules.dates import spoken
from accreditation.rules.dossier import StudentDossier
from accreditation.rules.edits import Edit
from accreditation.rules.facts import PARTIES, Assessment
from accreditation.rules.findings import Finding, Outcome
from accreditation.rules.menders.shared import PARTY_WORDS, Mended, scan_ids
from accreditation.rules.words import listed, number_word


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
