"""Position Statement 2: portfolio and competency.

"As part of a CASE accredited course, students should undertake a portfolio of practice/learning and
demonstrate competency in the areas that clearly align with their subsequent breadth/remit of ultrasound
scanning following completion of the course."
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from accreditation.rules import regions
from accreditation.rules.contracts import Version
from accreditation.rules.dates import spoken
from accreditation.rules.dossier import StudentDossier
from accreditation.rules.examinations import Judged, judge_for
from accreditation.rules.findings import Finding, Named, Outcome, best
from accreditation.rules.registry import Say, rule
from accreditation.rules.words import be, counted, listed, number_word, scans, span

NOT_MET, MISSING, JUDGE, MET = Outcome.NOT_MET, Outcome.MISSING, Outcome.JUDGE, Outcome.MET
NOT_APPLICABLE = Outcome.NOT_APPLICABLE

PARTIES = {"student": "the student", "mentor": "a mentor", "institution": "the awarding institution"}


@rule("PS2.1")
def learning_contract(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """A learning contract is agreed when student, mentor (a mentor of this course) and awarding institution
    have each signed the same version. Met where the last of the three signed on or before the day of the
    first counted scan; later is for the assessor, and the scans before it are named. Not met where a party
    has not signed, and where a mentor who supervised counted scans signed no version. Scans of a region
    that a later version added, made before that version was signed, are for the assessor.
    """
    yield from _agreed_in_time(student, say)
    yield from _mentors_signed(student, say)


def _agreed_in_time(student: StudentDossier, say: Say) -> Iterator[Finding]:
    counted_scans = student.counted
    agreed = [version for version in student.versions if version.agreed]
    if student.student.contracts is None:
        yield say(MISSING, "No learning contract is recorded.", "the learning contract with its signatures")
        return
    if not agreed:
        yield say(
            NOT_MET, _unsigned(student), "the signatures of student, mentor and institution on one version",
            failing=Named(version.ref for version in student.versions), reading="A17", dated=_last_fact(student),
        )  # fmt: skip
        return
    for version in agreed:
        if version.agreed_on is None:
            lacking = listed(PARTIES[party] for party in version.undated)
            why = (
                f"Version {version.number} of the contract is signed, but the day is not given for {lacking}."
            )
            yield say(MISSING, why, "the days of the signatures", failing=Named((version.ref,)))
    dated = [(version.agreed_on, version) for version in agreed if version.agreed_on is not None]
    if not dated:
        return

    agreed_on, first = min(dated, key=lambda pair: pair[0])
    early = counted_scans & student.log.before(agreed_on)
    told = f"Version {first.number} of the contract was signed by all three by {spoken(agreed_on)}"
    if early:
        yield say(
            JUDGE, f"{told}, after {scans(early)} had been made.", "the assessor's acceptance of the earlier scans",
            cited=_signatures(first), supporting=counted_scans - early, failing=early,
            left_out=student.left_out(counted_scans), reading="A17",
        )  # fmt: skip
    else:
        same_day = bool(counted_scans) and counted_scans.first_day == agreed_on
        boundary = ", the very day of the first counted scan, which is in time" if same_day else ""
        yield say(
            MET, f"{told}{boundary}.", cited=_signatures(first), supporting=counted_scans,
            left_out=student.left_out(counted_scans), reading="A17", boundary=same_day,
        )  # fmt: skip
    yield from _added_regions(student, agreed, say)


def _added_regions(student: StudentDossier, agreed: list[Version], say: Say) -> Iterator[Finding]:
    """A region added by a later version, with counted scans in it before that version's last signature."""
    held = agreed[0].remit
    for version in agreed[1:]:
        added = version.remit & ~held
        held |= version.remit
        if version.agreed_on is None or not added:
            continue
        early = student.counted & student.log.in_part(added) & student.log.before(version.agreed_on)
        if early:
            why = (
                f"Version {version.number} added {regions.spoken(added)} and was signed by all three by "
                f"{spoken(version.agreed_on)}, after {scans(early)} in what it added."
            )
            yield say(
                JUDGE, why, "the assessor's acceptance of the earlier scans", cited=_signatures(version),
                supporting=student.counted - early, failing=early, left_out=student.left_out(student.counted), reading="A17",
            )  # fmt: skip


def _mentors_signed(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """Every mentor who supervised counted scans has signed some version."""
    signed = {
        signature.by
        for contract in student.student.contracts or ()
        for signature in contract.signatures
        if signature.party == "mentor"
    }
    if student.student.contracts is None:
        return
    for mentor_id in student.log.mentors(student.counted):
        if mentor_id not in signed:
            theirs = student.counted & student.log.mentored_by(mentor_id)
            mentor = student.mentor(mentor_id)
            why = (
                f"{mentor.called} supervised {scans(theirs)}, from {spoken(theirs.first_day)} on, "
                "without having signed any version of the contract."
            )
            yield say(
                NOT_MET, why, f"{mentor.called}'s signature on the contract", cited=(f"mentors/{mentor_id}",),
                supporting=student.counted - theirs, failing=theirs, left_out=student.left_out(student.counted),
                reading="A17", dated=theirs.last_day,
            )  # fmt: skip


def _unsigned(student: StudentDossier) -> str:
    if not student.versions:
        return "There is no learning contract."
    nearest = min(student.versions, key=lambda version: (len(version.absent), -version.number))
    lacking = listed(PARTIES[party] for party in nearest.absent)
    return f"No version of the contract is signed by all three parties: version {nearest.number} lacks {lacking}."


def _signatures(version: Version) -> tuple[str, ...]:
    return tuple(f"{version.ref}/signatures/{at}" for at in range(len(version.contract.signatures)))


def _last_fact(student: StudentDossier) -> date | None:
    """The last day of what an absent contract is about: the counted scans, or the enrolment where there are
    none.
    """
    return student.counted.last_day if student.counted else student.student.enrolled_on


@rule("PS2.2")
def clear_remit(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """Looked up in the newest version of the contract that all three had signed. Met by at least one named
    region or extra. A group such as "upper limb" stands for its regions, and is for the assessor until it
    is confirmed on that version. Not met by free text alone or by nothing. Extras such as nerve or guided
    intervention are never implied by a region.
    """
    contract = student.contract
    settle = "a remit that names its regions, signed by all three"
    if student.student.contracts is None:
        yield say(MISSING, "No learning contract is recorded.", "the learning contract with its remit")
        return
    if contract is None:
        why = "No version of the contract is signed by all three parties, so that no remit is agreed."
        refs = Named(version.ref for version in student.versions)
        yield say(NOT_MET, why, settle, failing=refs, reading="A30", dated=_last_fact(student))
        return
    ref = Named((contract.ref,))
    older = tuple(
        (Named((version.ref,)), "not the newest signed version")
        for version in student.versions
        if version != contract
    )
    text = contract.contract.remit
    if text is None:
        yield say(
            MISSING,
            f"Version {contract.number} of the contract does not record its remit.",
            settle,
            failing=ref,
            left_out=older,
        )
    elif isinstance(text, str) or not contract.remit:
        says = f'says only "{text}"' if isinstance(text, str) and text.strip() else "names nothing"
        yield say(
            NOT_MET, f"The remit of version {contract.number} {says}, and no region.", settle,
            failing=ref, left_out=older, reading="A16", dated=contract.agreed_on,
        )  # fmt: skip
    elif contract.groups and not contract.contract.remit_confirmed:
        groups = listed(f'"{regions.GROUP_LABELS[name]}"' for name in contract.groups)
        why = f"The remit of version {contract.number} says {groups}, read as {regions.spoken(contract.remit)}, unconfirmed."
        yield say(
            JUDGE,
            why,
            "confirmation of the regions on that version",
            failing=ref,
            left_out=older,
            reading="A16",
        )
    else:
        why = f"Version {contract.number} names {regions.spoken(contract.remit)}."
        yield say(MET, why, supporting=ref, left_out=older, reading="A16")


@rule("PS2.3")
def scans_appraised(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """Met where every counted scan was appraised by a mentor of the course, not by the student, on or after
    the day of the scan. Where some have no appraisal it is for the assessor, all of them named; where none
    has one, not met. An appraisal by the student, or dated before its scan, is not met. An appraisal by
    anybody else counts as none. Without any counted scan evidence is missing.
    """
    log, counted_scans = student.log, student.counted
    if not counted_scans:
        yield say(
            MISSING,
            "There is no counted scan to appraise.",
            "counted scans with their appraisals",
            left_out=student.left_out(counted_scans),
        )
        return
    by_student = counted_scans & log.appraised_by(lambda by: by == student.id)
    by_mentor = (counted_scans & log.appraised_by(student.course.mentors.__contains__)) - by_student
    early = by_mentor & log.appraised_early
    undated = by_mentor & log.appraised_undated
    unappraised = counted_scans - by_mentor - by_student
    appraised = by_mentor - early - undated
    beside = student.left_out(counted_scans)

    if by_student:
        why = f"{scans(by_student)} {be(len(by_student))} appraised by the student."
        yield say(
            NOT_MET, why, "an appraisal by a mentor", supporting=counted_scans - by_student, failing=by_student,
            left_out=beside, reading="A18", dated=by_student.last_day,
        )  # fmt: skip
    if early:
        why = f"{scans(early)} {be(len(early))} appraised before the scan was made."
        yield say(
            NOT_MET, why, "the appraisal's right day", supporting=counted_scans - early, failing=early,
            left_out=beside, reading="A18", dated=early.last_day,
        )  # fmt: skip
    if undated:
        why = f"The appraisal of {scans(undated)} has no day."
        yield say(
            MISSING,
            why,
            "the day of the appraisal",
            supporting=counted_scans - undated,
            failing=undated,
            left_out=beside,
        )
    if unappraised == counted_scans:
        why = f"None of {counted(len(counted_scans), 'counted scan')} was appraised by a mentor."
        yield say(
            NOT_MET, why, "the mentors' appraisals", failing=unappraised,
            left_out=beside, reading="A18", dated=unappraised.last_day,
        )  # fmt: skip
    elif unappraised:
        why = f"{scans(unappraised)} of {len(counted_scans)} counted {be(len(unappraised))} without a mentor's appraisal."
        yield say(
            JUDGE, why, "the mentors' appraisals, or the assessor's acceptance of a sample",
            supporting=counted_scans - unappraised, failing=unappraised, left_out=beside, reading="A18",
        )  # fmt: skip
    if appraised == counted_scans:
        why = f"All {counted(len(counted_scans), 'counted scan')} {span(counted_scans)} were appraised by a mentor."
        yield say(MET, why, supporting=counted_scans, left_out=beside, reading="A18")


@rule("PS2.4")
def scans_across_remit(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """Decided for each region and extra of the remit over the counted scans: patients, in the log,
    supervised, before ratification. Not met without a counted scan, or below the course's own minimum for
    that part. At or above that minimum, met. The statements set no number: without a minimum of the course
    it is met, but a human looks where there are very few (under 5). A scan outside the remit counts for
    nothing.
    """
    if not student.remit:
        yield say(NOT_APPLICABLE, "No remit is agreed, so that there is no part to look at (PS2.2 speaks).")
        return
    outside = student.counted - student.log.in_part(student.remit)
    beside = f" Outside the remit, and counted for nothing: {scans(outside)}." if outside else ""
    few = student.terms.few_scans
    for part in regions.each(student.remit):
        name = regions.spoken(part)
        minimum = student.course.course.minimum_scans.get(regions.NAME_OF_BIT[part])
        here = student.counted & student.log.in_part(part)
        elsewhere = student.left_out(student.counted, student.counted - here, "of other regions")
        told = f"{name.capitalize()}: {counted(len(here), 'counted scan')}"
        if student.student.scans is None:
            yield say(MISSING, f"{name.capitalize()}: no scan log is recorded.", "the scan log")
        elif not here:
            settle = f"{number_word(minimum or few)} supervised {name} scans of patients"
            yield say(NOT_MET, f"{name.capitalize()}: no counted scan.{beside}", settle, left_out=elsewhere)
        elif minimum is not None and len(here) < minimum:
            more = minimum - len(here)
            why = f"{told}, below the course's own minimum of {minimum}.{beside}"
            settle = f"{number_word(more)} more supervised {name} {'scan' if more == 1 else 'scans'}"
            yield say(NOT_MET, why, settle, failing=here, left_out=elsewhere, dated=here.last_day)
        elif minimum is None and len(here) < few:
            why = f"{told}, and the course sets no minimum: under {few} a human looks.{beside}"
            settle = f"more supervised {name} scans, or the assessor's judgement"
            yield say(JUDGE, why, settle, failing=here, left_out=elsewhere)
        else:
            enough = few if minimum is None else minimum
            own = (
                "the course sets no minimum" if minimum is None else f"the course's own minimum is {minimum}"
            )
            why = f"{told}; {own}.{beside}"
            yield say(MET, why, supporting=here, left_out=elsewhere, boundary=len(here) == enough)


@rule("PS2.5")
def scan_hours(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """Met where every counted scan has its minutes, or a total of hours is given. On some scans only, it is
    for the assessor; on none, evidence is missing. Reflections and case reports are optional.
    """
    counted_scans, hours = student.counted, student.student.hours
    timed = counted_scans & student.log.timed
    beside = student.left_out(counted_scans)
    settle = "minutes on every counted scan, or a total of hours"
    if hours:
        why = f"A total of {hours:g} hours is given."
        yield say(
            MET,
            why,
            cited=(f"{student.place}/hours",),
            supporting=counted_scans,
            left_out=beside,
            reading="A19",
        )
    elif not timed:
        why = "No counted scan has its minutes, and no total of hours is given."
        yield say(MISSING, why, settle, failing=counted_scans, left_out=beside, reading="A19")
    elif untimed := counted_scans - timed:
        why = f"{scans(untimed)} of {len(counted_scans)} counted {be(len(untimed))} without minutes."
        yield say(JUDGE, why, settle, supporting=timed, failing=untimed, left_out=beside, reading="A19")
    else:
        why = f"All {counted(len(timed), 'counted scan')} have their minutes: {student.log.minutes(timed) / 60:.1f} hours."
        yield say(MET, why, supporting=timed, left_out=beside, reading="A19")


@rule("PS2.6")
def unseen_patient_examinations(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """Decided for each region and extra of the remit: met by an unseen patient examination in it that was
    passed and signed off, on or before the final award's ratification, by an assessor who is not the
    student, on a patient whose case is not in the student's own log. An OSCE on a model, a simulator, a
    viva on stored images and a seen patient do not count. An examination that names several regions counts
    for the first; for the others it is for the assessor. A fail followed by a pass is met. A mentor as sole
    assessor is met, and said.
    """
    if not student.remit:
        yield say(NOT_APPLICABLE, "No remit is agreed, so that there is no part to examine (PS2.2 speaks).")
        return
    for part in regions.each(student.remit):
        name = regions.spoken(part).capitalize()
        settle = f"a passed and signed unseen patient examination of {regions.spoken(part)}"
        if student.student.assessments is None:
            yield say(MISSING, f"{name}: no assessment is recorded.", settle)
            continue
        judged = [judge_for(student, one, part) for one in student.student.assessments]
        outcome = best(one.outcome for one in judged)
        decisive = [one for one in judged if one.outcome is outcome]
        if outcome is NOT_MET:
            tried = [one for one in judged if not one.elsewhere]
            because = f" {_sentence('; '.join(one.why for one in tried))}" if tried else ""
            why = f"{name}: no unseen patient examination was passed and signed off.{because}"
            yield say(
                NOT_MET, why, settle, failing=Named(one.ref for one in tried), left_out=_rest(judged, tried),
                reading="A15", dated=student.final_day,
            )  # fmt: skip
            continue
        failed = tuple(one.ref for one in judged if one.failed)
        why = f"{name}: {'; '.join(one.why for one in decisive)}"
        why += f"; failed before or after: {len(failed)}" if failed and outcome is MET else ""
        sole = outcome is MET and all(one.by_own_mentor for one in decisive)
        why += "; the student's mentor is the sole assessor" if sole else ""
        yield say(
            outcome, f"{why}.", "" if outcome is MET else settle, cited=failed, deciding=Named(one.ref for one in decisive),
            left_out=_rest(judged, decisive), reading="A27" if sole else "A15",
        )  # fmt: skip


def _rest(judged: list[Judged], named: list[Judged]) -> tuple[tuple[Named, str], ...]:
    return tuple((Named((one.ref,)), one.why) for one in judged if one not in named)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
