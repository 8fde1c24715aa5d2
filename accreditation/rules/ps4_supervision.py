"""Position Statement 4: supervision.

"Student scans must be directly supervised by an appropriate mentor, who has appropriate qualifications and
experience (ie. PgC qualification and a minimum of 2*-years post qualification experience or level 2
Radiology) in MSK US, aligned with the student's breadth/remit of practice, as defined in their portfolio."
"""

from __future__ import annotations

from collections.abc import Iterator

from accreditation.rules import regions
from accreditation.rules.dates import spoken
from accreditation.rules.dossier import StudentDossier
from accreditation.rules.findings import Finding, Outcome, worst
from accreditation.rules.log import Rows
from accreditation.rules.mentoring import Eligibility
from accreditation.rules.registry import Say, rule
from accreditation.rules.words import be, counted, listed, scans, span, were

NOT_MET, MISSING, JUDGE, MET = Outcome.NOT_MET, Outcome.MISSING, Outcome.JUDGE, Outcome.MET
NOT_APPLICABLE = Outcome.NOT_APPLICABLE

Standing = list[tuple[Rows, Eligibility]]
"""A mentor's eligibility over some scans: rows with one answer together."""


@rule("PS4.1")
def directly_supervised(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """Looks at every patient scan in the log until the award is ratified. Observed scans are directly
    supervised. Indirect or remote supervision is for the assessor to judge. An unsupervised scan is not
    met, unless it was made on the very day of ratification: that is for the assessor. Where it is not known
    how a scan was supervised, evidence is missing. Ratification by the examination board releases from the
    next day: an interim award the regions it names, a final award all of the remit. A scan of several
    regions is released only where each of them is. Publication, conferral and graduation release nothing.
    """
    log, student_scans = student.log, student.student_scans
    if not student_scans:
        yield say(
            NOT_APPLICABLE,
            "There is no patient scan in the log before ratification.",
            left_out=student.left_out(student_scans),
        )
        return
    unsupervised = student_scans & log.supervised("none")
    on_the_day = unsupervised & student.on_ratification_day
    unknown = student_scans & log.supervised(None)
    from_afar = _in_modes(student, student.terms.supervised_apart) & student_scans
    beside = student.left_out(student_scans)

    if breach := unsupervised - on_the_day:
        yield say(
            NOT_MET, f"Nobody supervised {scans(breach)}, {_not_released(student, breach)}.",
            "scans made under supervision in their place", supporting=student_scans - breach, failing=breach,
            left_out=beside, reading="A6", dated=breach.last_day,
        )  # fmt: skip
    if on_the_day:
        yield say(
            JUDGE, f"Nobody supervised {scans(on_the_day)}, on the very day of ratification.",
            "whether the scan came after the board's decision", supporting=student_scans - on_the_day, failing=on_the_day,
            left_out=beside, reading="A10", boundary=True,
        )  # fmt: skip
    if unknown:
        yield say(
            MISSING, f"How {scans(unknown)} {were(len(unknown))} supervised is not recorded.",
            "how each of these scans was supervised", supporting=student_scans - unknown, failing=unknown, left_out=beside,
        )  # fmt: skip
    if from_afar:
        yield say(
            JUDGE, f"{scans(from_afar)} {were(len(from_afar))} supervised indirectly or remotely.",
            "the assessor's judgement whether that is direct at this stage", supporting=student_scans - from_afar,
            failing=from_afar, left_out=beside, reading="A6",
        )  # fmt: skip
    if student_scans == student_scans & _in_modes(student, student.terms.supervised):
        yield say(
            MET, f"All {counted(len(student_scans), 'scan')} {span(student_scans)} were directly supervised.",
            supporting=student_scans, left_out=beside, reading="A6",
        )  # fmt: skip


def _not_released(student: StudentDossier, breach: Rows) -> str:
    """Why these scans were still a student's: before any award, or outside what the ratified award holds."""
    ratified = student.ratified("interim", "final")
    first_day = ratified[0].ratified_on if ratified else None
    beyond = breach & student.log.since(first_day) if first_day else student.log.none
    if not beyond:
        return "before the award was ratified"
    parts = regions.spoken(student.log.parts(beyond))
    after = f"with a region that the ratified award does not hold ({parts})"
    return after if beyond == breach else f"before the award was ratified, or {after}"


def _in_modes(student: StudentDossier, modes: frozenset[str]) -> Rows:
    found = student.log.none
    for mode in modes:
        found |= student.log.supervised(mode)
    return found


@rule("PS4.2")
def qualified_mentor(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """Decided for each supervising mentor, scan by scan, on the day of the scan. A mentor fits with a PgC
    or higher in MSK ultrasound ratified at least two years before, or with level 2 or more in MSK
    radiology. The anniversary itself passes. A general award counts where it has an MSK module; MSK by
    practice only, an overseas award, and a break inside the two years are for the assessor. With one year
    but not two, the mentor fits by exception if a shortage was accepted by a named person for that day and
    another member of the student's team had reached two years; a shortage only claimed is for the assessor.
    Under one year is not met. An award date that is not exact enough, a level without evidence, or a scan
    that names no mentor is missing. A scan that nobody supervised is left to PS4.1.
    """
    log, supervised = student.log, student.supervised
    if not supervised:
        yield say(
            NOT_APPLICABLE,
            "There is no supervised scan before ratification.",
            left_out=student.left_out(supervised),
        )
        return
    if unnamed := supervised & log.mentored_by(None):
        yield say(
            MISSING, f"No mentor is named for {scans(unnamed)}.", "the mentor of each of these scans", failing=unnamed,
            left_out=student.left_out(supervised, supervised - unnamed, "names its mentor"),
        )  # fmt: skip
    for mentor_id in log.mentors(supervised):
        theirs = supervised & log.mentored_by(mentor_id)
        yield _mentor_finding(student, theirs, student.standing(student.mentor(mentor_id), theirs), say)


def _mentor_finding(student: StudentDossier, theirs: Rows, standing: Standing, say: Say) -> Finding:
    """One mentor, all scans: the worst answer speaks first, and every answer names its scans."""
    first_day = student.course.edition.in_force
    standing = sorted(standing, key=lambda pair: pair[1].outcome.rank)
    fitting, on_anniversary = student.log.none, student.log.none
    for rows, answer in standing:
        if answer.outcome is MET:
            fitting |= rows
        if answer.threshold:
            on_anniversary |= rows & student.log.on(answer.threshold)
    told = [_told(rows, answer) for rows, answer in standing]
    if on_anniversary:
        told.append(
            f"{scans(on_anniversary)} {be(len(on_anniversary))} on the anniversary itself, which passes."
        )

    # A breach before the edition's first day is for a human: what else there is may still be worse.
    outcomes = [
        JUDGE if answer.outcome is NOT_MET and rows.last_day < first_day else answer.outcome
        for rows, answer in standing
    ]
    outcome = worst(outcomes)
    old = outcome is not NOT_MET and any(answer.outcome is NOT_MET for _, answer in standing)
    if old:
        told.append(f"The statements were not yet in force: they are since {spoken(first_day)}.")
    deciding = standing[outcomes.index(outcome)][1]
    return say(
        outcome,
        " ".join(told),
        "" if outcome is MET else deciding.settle,
        cited=tuple(dict.fromkeys(ref for _, answer in standing for ref in answer.cited)),
        supporting=fitting,
        failing=theirs - fitting,
        left_out=student.left_out(
            student.supervised, student.supervised - theirs, "names another mentor, or none"
        ),
        reading="A28" if old else "A7" if deciding.by_exception else "A4" if on_anniversary else "A1",
        boundary=bool(on_anniversary),
    )


def _told(rows: Rows, answer: Eligibility) -> str:
    if answer.outcome is MET:
        fits = f"{counted(len(rows), 'scan')} {span(rows)} {'fits' if len(rows) == 1 else 'fit'}"
        return f"{answer.why} {fits} by exception." if answer.by_exception else f"{answer.why} {fits}."
    return f"{answer.why} This concerns {scans(rows)}{f', {span(rows)}' if len(rows) > 1 else ''}."


@rule("PS4.3")
def mentor_remit(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """Met where the supervising mentor's own remit holds every region and extra of the scan. Otherwise not
    met: the scans and the regions are named. Where no mentor is named, or the mentor's remit is not
    recorded, evidence is missing.
    """
    log, supervised = student.log, student.supervised
    beside = student.left_out(supervised)
    if not supervised:
        yield say(NOT_APPLICABLE, "There is no supervised scan before ratification.", left_out=beside)
        return
    covered = supervised
    if unnamed := supervised & log.mentored_by(None):
        covered -= unnamed
        yield say(
            MISSING, f"No mentor is named for {scans(unnamed)}.", "the mentor of each of these scans",
            supporting=supervised - unnamed, failing=unnamed, left_out=beside,
        )  # fmt: skip
    for mentor_id in log.mentors(supervised):
        mentor = student.mentor(mentor_id)
        theirs = supervised & log.mentored_by(mentor_id)
        cited = (f"mentors/{mentor_id}",)
        if mentor.remit is None:
            covered -= theirs
            yield say(
                MISSING, f"The remit of {mentor.called}, who supervised {scans(theirs)}, is not recorded.",
                f"the remit of {mentor.called}", cited=cited, supporting=supervised - theirs, failing=theirs,
                left_out=beside,
            )  # fmt: skip
        elif beyond := theirs & log.outside(mentor.remit):
            covered -= beyond
            parts = regions.spoken(log.parts(beyond) & ~mentor.remit)
            yield say(
                NOT_MET, f"{mentor.called}, whose remit does not hold {parts}, supervised {scans(beyond)} with it.",
                f"a mentor whose remit holds {parts}", cited=cited, supporting=supervised - beyond, failing=beyond,
                left_out=beside, dated=beyond.last_day,
            )  # fmt: skip
    if covered == supervised:
        who = listed(student.mentor(one).called for one in log.mentors(supervised))
        yield say(
            MET, f"The remit of {who} holds every region of {counted(len(supervised), 'scan')}.",
            cited=tuple(f"mentors/{one}" for one in log.mentors(supervised)), supporting=supervised, left_out=beside,
        )  # fmt: skip


@rule("PS4.4")
def range_of_pathologies(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """Decided for each region and extra of the remit over its counted scans. No pathology recorded is not
    met; whether one is a range, the assessor judges; two or more different ones are met, and listed.
    "Normal" is not a pathology. Where there are no counted scans, PS2.4 speaks.
    """
    if not student.remit:
        yield say(NOT_APPLICABLE, "No remit is agreed, so that there is no part to look at (PS2.2 speaks).")
    for part in regions.each(student.remit):
        here = student.counted & student.log.in_part(part)
        name = regions.spoken(part).capitalize()
        elsewhere = student.left_out(student.counted, student.counted - here, "of other regions")
        found = [one for one in student.log.pathologies(here) if one != "normal"]
        shown = listed(one.replace("_", " ") for one in found)
        if not here:
            yield say(NOT_APPLICABLE, f"{name}: no counted scan (PS2.4 speaks).", left_out=elsewhere)
        elif not found:
            yield say(
                NOT_MET, f"{name}: no pathology is recorded in {counted(len(here), 'counted scan')}.",
                f"{regions.spoken(part)} scans of patients with different pathologies", failing=here, left_out=elsewhere,
                reading="A14", dated=here.last_day,
            )  # fmt: skip
        elif len(found) < student.terms.pathology_range:
            yield say(
                JUDGE, f"{name}: only {shown} in {counted(len(here), 'counted scan')}.",
                f"{regions.spoken(part)} scans with other pathologies, or the assessor's judgement", failing=here,
                left_out=elsewhere, reading="A14",
            )  # fmt: skip
        else:
            yield say(
                MET,
                f"{name}: {shown} in {counted(len(here), 'counted scan')}.",
                supporting=here,
                left_out=elsewhere,
                reading="A14",
            )


@rule("PS4.5")
def patients_only(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """Met where the scan log holds patients only; simulators, healthy volunteers and fellow students kept
    outside the log are fine. Not met where one of them stands in the log. Where the subject of a scan in
    the log is not known, evidence is missing.
    """
    log = student.log
    apart = ((log.all - log.logged, "kept apart from the log"),) if log.all - log.logged else ()
    unknown = log.logged & log.of(None)
    others = log.logged - log.of("patient") - unknown
    if not log.all:
        yield say(NOT_APPLICABLE, "There is no scan.")
        return
    if others:
        kinds = listed(words for kind, words in SUBJECTS.items() if others & log.of(kind))
        yield say(
            NOT_MET, f"In the log {be(len(others))} {scans(others)} of {kinds}.", "these scans kept apart from the log",
            supporting=log.logged - others, failing=others, left_out=apart, reading="A13", dated=others.last_day,
        )  # fmt: skip
    if unknown:
        yield say(
            MISSING, f"Whether {scans(unknown)} in the log are of patients is not known.", "the subject of each scan",
            supporting=log.logged - unknown, failing=unknown, left_out=apart,
        )  # fmt: skip
    if not others and not unknown:
        aside = f"; {counted(len(log.all - log.logged), 'other scan')} kept apart" if apart else ""
        yield say(
            MET, f"All {counted(len(log.logged), 'scan')} in the log are of patients{aside}.", supporting=log.logged,
            left_out=apart, reading="A13",
        )  # fmt: skip


SUBJECTS = {"healthy_volunteer": "healthy volunteers", "simulator": "simulators", "peer": "fellow students"}
