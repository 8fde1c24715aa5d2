"""What a passport says, frozen when it is made: worked out by the rules from the facts of one student, and nothing else.

Nothing that people wrote freely is read: no reflection, comment, indication or terms of a contract. What CASE asks to be
shown (PS3): evidence of the award, and the portfolio with the remit in which the graduate can competently scan.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from accreditation import audit
from accreditation.facts import gather
from accreditation.letters import frozen
from accreditation.letters.text import clean
from accreditation.rules import regions
from accreditation.rules.dossier import CourseDossier, StudentDossier
from accreditation.rules.evaluate import RULES_VERSION
from accreditation.rules.examinations import judge_for
from accreditation.rules.findings import Outcome, worst
from accreditation.rules.standards import EDITIONS
from portfolios.enums import AwardKind, PassportSection
from portfolios.models import Portfolio

FORMAT = 1
ALWAYS = ("award", "remit")
ELIGIBLE: dict[str, str] = {
    Outcome.MET: "Eligible",
    Outcome.NOT_MET: "Not eligible",
    Outcome.MISSING: "Could not be decided from the register",
    Outcome.JUDGE: "Left to an assessor’s judgement",
}
BY_EXCEPTION = "Eligible by exception (a shortage of mentors was accepted)"
WORDS = {
    "award": gettext_noop("the award"),
    "remit": gettext_noop("the remit"),
    PassportSection.COUNTS.value: gettext_noop("the scans"),
    PassportSection.EXAMINATIONS.value: gettext_noop("the examinations"),
    PassportSection.MENTORS.value: gettext_noop("the mentors"),
}


@dataclass(frozen=True, slots=True)
class AwardLine:
    """A ratified award and the parts of the remit that it releases from supervision."""

    kind: str
    kind_words: str
    ratified_on: date
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """The learning contract that defines the remit: its version, its last signature, and the sum of its text. `confirmed` is
    false where it names a group of regions and nobody confirmed which regions that means.
    """

    version: int
    agreed_on: date
    text_sha256: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class CountLine:
    """What counts for one part of the remit: patient scans, supervised, before the award."""

    part: str
    scans: int
    appraised: int
    pathologies: int


@dataclass(frozen=True, slots=True)
class ExaminationLine:
    """A passed and signed unseen patient examination, and the part of the remit that it counts for."""

    part: str
    on: date
    signed_on: date
    assessor: str


@dataclass(frozen=True, slots=True)
class MentorLine:
    """A supervising mentor: how many of the scans, and what the rules say of the days of those scans (PS4.2)."""

    name: str
    scans: int
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class SectionSum:
    """The sum of a section as it stood, so that a later change can be told without keeping what was not chosen."""

    section: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PassportContent:
    format: int
    demo: bool
    number: str
    on: date
    check: str
    verify_url: str
    expires_on: date
    holder: str
    course: str
    course_reference: str
    institution: str
    award: str
    sections: tuple[str, ...]
    awards: tuple[AwardLine, ...]
    agreement: Agreement | None
    covered: tuple[str, ...]
    not_covered: tuple[str, ...]
    counts: tuple[CountLine, ...]
    scans: int
    hours: str
    examinations: tuple[ExaminationLine, ...]
    mentors: tuple[MentorLine, ...]
    sums: tuple[SectionSum, ...]
    edition: str
    edition_title: str
    rules_version: str
    anchor: str

    def plain(self) -> dict[str, Any]:
        """As JSON values, for `Passport.content`."""
        found: dict[str, Any] = frozen.plain(self)
        return found

    @classmethod
    def read(cls, value: Any) -> "PassportContent":
        """From `Passport.content`. Raises `frozen.Unreadable` naming the place."""
        content = frozen.read(cls, value)
        if content.format != FORMAT:
            raise frozen.Unreadable(f"content.format: {content.format} is not known")
        return content

    @property
    def sha256(self) -> str:
        """The sum of the content's canonical form."""
        return frozen.sum_of(self.plain())


def has_ratified_award(portfolio: Portfolio) -> bool:
    """Whether a passport could say anything: it begins with a ratified award, interim or final."""
    return portfolio.student.awards.filter(ratified_on__isnull=False).exists()


def freeze(
    portfolio: Portfolio,
    *,
    on: date,
    number: str,
    check: str,
    verify_url: str,
    expires_on: date,
    sections: Collection[str],
) -> PassportContent:
    """The content of a passport as everything stands on a day. Sections that were not chosen are worked out for their sums
    and then left out. Raises `ValueError` where the facts know no such student on their course.
    """
    student, course = portfolio.student, portfolio.student.course
    edition = EDITIONS[settings.STANDARD]
    facts = gather(course, on, only=frozenset((portfolio.pk,)))
    if not facts.students:
        raise ValueError("The facts know no such student.")
    dossier = CourseDossier(facts, edition).students[0]
    awards = _awards(dossier)
    covered = {part for line in awards for part in line.parts}
    whole = PassportContent(
        format=FORMAT,
        demo=settings.DEMO,
        number=number,
        on=on,
        check=check,
        verify_url=verify_url,
        expires_on=expires_on,
        holder=clean(student.full_name),
        course=clean(course.title),
        course_reference=clean(course.reference),
        institution=clean(course.institution.name),
        award=course.get_award_display(),
        sections=tuple(code for code in PassportSection.values if code in sections),
        awards=awards,
        agreement=_agreement(dossier, portfolio),
        covered=tuple(part for part in regions.PARTS if part in covered),
        not_covered=tuple(part for part in regions.PARTS if part not in covered),
        counts=_counts(dossier),
        scans=len(dossier.counted),
        hours=f"{sum(scan.minutes or 0 for scan in dossier.counted) / 60:.1f}",
        examinations=tuple(_examinations(dossier)),
        mentors=tuple(_mentors(dossier)),
        sums=(),
        edition=edition.name,
        edition_title=edition.title,
        rules_version=RULES_VERSION,
        anchor=str(audit.head()),
    )
    return _chosen(replace(whole, sums=_sums(whole)))


def _awards(dossier: StudentDossier) -> tuple[AwardLine, ...]:
    return tuple(
        AwardLine(
            award.kind,
            str(AwardKind(award.kind).label),
            award.ratified_on,
            regions.names(dossier.released_by(award)),
        )
        for award in dossier.ratified(AwardKind.INTERIM, AwardKind.FINAL)
        if award.ratified_on is not None
    )


def _agreement(dossier: StudentDossier, portfolio: Portfolio) -> Agreement | None:
    """The contract that the rules take the remit from; none where all three never signed one."""
    version = dossier.contract
    if version is None or version.agreed_on is None:
        return None
    row = portfolio.contracts.filter(number=version.number).values_list("text_sha256", flat=True).first()
    confirmed = not version.groups or bool(version.contract.remit_confirmed)
    return Agreement(version.number, version.agreed_on, row or "", confirmed)


def _counts(dossier: StudentDossier) -> tuple[CountLine, ...]:
    log, counted = dossier.log, dossier.counted
    appraised = log.appraised_by(lambda who: who != dossier.id)
    lines = []
    for name in regions.names(dossier.remit):
        here = counted & log.in_part(regions.BITS[name])
        different = [code for code in log.pathologies(here) if code != "normal"]
        lines.append(CountLine(name, len(here), len(here & appraised), len(different)))
    return tuple(lines)


def _examinations(dossier: StudentDossier) -> Iterator[ExaminationLine]:
    """Those that count by themselves under PS2.6; what would need somebody's judgement is not claimed here."""
    mentors = dossier.course.mentors
    for name in regions.names(dossier.remit):
        for one in dossier.student.assessments or ():
            found = judge_for(dossier, one, regions.BITS[name])
            if found.outcome is Outcome.MET and one.on and one.signed_on:
                by = mentors[one.assessor].name if one.assessor in mentors else one.assessor
                yield ExaminationLine(name, one.on, one.signed_on, clean(by or "", 150))


def _mentors(dossier: StudentDossier) -> Iterator[MentorLine]:
    """Each supervising mentor on the days of their scans, by what the register knows when the passport is made."""
    log, supervised = dossier.log, dossier.supervised
    for mentor_id in log.mentors(supervised):
        mentor = dossier.mentor(mentor_id)
        theirs = supervised & log.mentored_by(mentor_id)
        number: Counter[str] = Counter()
        outcomes = []
        for rows, found in dossier.standing(mentor, theirs):
            outcomes.append(found.outcome)
            exception = found.outcome is Outcome.MET and found.by_exception
            number[BY_EXCEPTION if exception else ELIGIBLE[found.outcome]] += len(rows)
        beyond = len(theirs & log.outside(mentor.remit or 0))
        words = [f"{said} for {_scans(count)}" for said, count in number.items()]
        if beyond:
            words.append(f"{_scans(beyond)} with a part outside the mentor’s own recorded remit")
        code = Outcome.JUDGE if beyond and worst(outcomes) is Outcome.MET else worst(outcomes)
        yield MentorLine(clean(mentor.name or "", 150), len(theirs), code.value, "; ".join(words))


def _scans(number: int) -> str:
    return "1 scan" if number == 1 else f"{number} scans"


def changed(then: PassportContent, now: PassportContent) -> tuple[str, ...]:
    """The sections that a passport shows and that would read otherwise today, in words; empty while it still holds."""
    held = {one.section: one.sha256 for one in now.sums}
    shown = (*ALWAYS, *then.sections)
    return tuple(
        WORDS[one.section] for one in then.sums if one.section in shown and held[one.section] != one.sha256
    )


def _sums(whole: PassportContent) -> tuple[SectionSum, ...]:
    parts: dict[str, Any] = {
        "award": (whole.holder, whole.course, whole.institution, whole.award, whole.awards),
        "remit": (whole.agreement, whole.covered, whole.not_covered),
        PassportSection.COUNTS: (whole.counts, whole.scans, whole.hours),
        PassportSection.EXAMINATIONS: whole.examinations,
        PassportSection.MENTORS: whole.mentors,
    }
    return tuple(
        SectionSum(str(section), frozen.sum_of(frozen.plain(part))) for section, part in parts.items()
    )


def _chosen(whole: PassportContent) -> PassportContent:
    """Without the sections that the graduate left out."""
    kept = whole
    if PassportSection.COUNTS not in whole.sections:
        kept = replace(kept, counts=(), scans=0, hours="")
    if PassportSection.EXAMINATIONS not in whole.sections:
        kept = replace(kept, examinations=())
    if PassportSection.MENTORS not in whole.sections:
        kept = replace(kept, mentors=())
    return kept
