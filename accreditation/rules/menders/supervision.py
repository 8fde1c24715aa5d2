"""What would mend findings on supervision and the log (Position Statement 4)."""

from __future__ import annotations

from datetime import date

from accreditation.rules import regions
from accreditation.rules.bench import LONG_AGO, Bench
from accreditation.rules.dossier import StudentDossier
from accreditation.rules.edits import Edit
from accreditation.rules.facts import Mentor
from accreditation.rules.findings import Finding, Outcome
from accreditation.rules.menders.shared import Mended, each_scan, out_of_log, scan_ids
from accreditation.rules.mentoring import AWARDS, by_award, by_level


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
    open_days = [some.first_day for some, answer in standing if answer.outcome is Outcome.MISSING]
    if open_days and (known := _made_known(student, mentor, open_days[0])):
        yield known
        return
    breach = [
        scan.id
        for some, one in standing
        if one.outcome in (Outcome.NOT_MET, Outcome.MISSING)
        for scan in some
    ]
    if not breach:
        return  # an earlier repair has settled it
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
