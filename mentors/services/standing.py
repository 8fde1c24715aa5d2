"""Who may supervise which region on which day, as the register knew it on a day: PS4.2 and PS4.3 for any mentor.

`Knowledge.load` reads once, in a number of queries that does not depend on how many mentors there are; after that each
question costs no query. The answer itself is the rules' own (`accreditation.rules.mentoring`), so that the register and a
finding cannot differ.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.conf import settings

from accreditation.facts import evening_of
from accreditation.rules import facts, mentoring, regions
from accreditation.rules.clauses import Terms
from accreditation.rules.dates import Period, spoken
from accreditation.rules.findings import Outcome
from accreditation.rules.mentoring import ALONE, Eligibility, Place, Surroundings
from accreditation.rules.standards import EDITIONS
from mentors.facts import known, mentor_facts, shortages_of
from mentors.models import Mentor, RemitPeriod
from mentors.supervision import Member, teams


def terms(on: date) -> Terms:
    """The settings of the current edition that hold on a day; before its first day, those of that day."""
    edition = EDITIONS[settings.STANDARD]
    return edition.on(max(on, edition.in_force))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one mentor, day and region. `clause` is the one that decided; `award` is PS4.2's answer alone.

    `holds` is None where the remit is not recorded, else whether it held the region on that day (PS4.3).
    """

    outcome: Outcome
    clause: str
    why: str
    settle: str
    award: Eligibility
    holds: bool | None = None

    @property
    def by_exception(self) -> bool:
        """Whether only an accepted shortage makes it so."""
        return self.outcome is Outcome.MET and self.award.by_exception


@dataclass
class Knowledge:
    """What the register knew of some mentors, the teams they are in and their courses' shortages."""

    as_of: date
    known_on: date
    mentors: dict[UUID, facts.Mentor] = field(default_factory=dict)
    remits: defaultdict[UUID, list[tuple[Period, int]]] = field(default_factory=lambda: defaultdict(list))
    members: defaultdict[UUID, list[Member]] = field(default_factory=lambda: defaultdict(list))
    shortages: dict[UUID, tuple[facts.Shortage, ...]] = field(default_factory=dict)
    _around: dict[UUID, Surroundings] = field(default_factory=dict)
    _asked: dict[tuple[UUID, UUID | None, date], Eligibility] = field(default_factory=dict)

    @classmethod
    def load(
        cls,
        mentor_ids: Iterable[UUID],
        *,
        as_of: date,
        known_on: date | None = None,
        course_ids: Collection[UUID] = (),
    ) -> "Knowledge":
        """Reads these mentors; with `course_ids` also the teams of those courses, everybody in them, and their shortages.

        `as_of`: the last day that will be asked for. `known_on`: as the register knew it on the evening of that day
        (None: of `as_of`).
        """
        knowledge = cls(as_of, known_on or as_of)
        at = evening_of(knowledge.known_on)
        wanted = set(mentor_ids)
        if course_ids:
            for member in teams(course_ids=course_ids, at=at):
                knowledge.members[member.student_id].append(member)
                wanted.add(member.mentor_id)
            knowledge.shortages = shortages_of(course_ids, as_of, known_on=knowledge.known_on)
        keys = dict(Mentor.objects.filter(pk__in=wanted).values_list("number", "pk"))
        found = mentor_facts(wanted, as_of, known_on=knowledge.known_on)
        knowledge.mentors = {keys[mentor.id]: mentor for mentor in found}
        for row in known(RemitPeriod.objects.filter(mentor__in=wanted), at):
            knowledge.remits[row.mentor_id].append((Period(row.since, row.until), regions.mask(row.regions)))
        return knowledge

    def around(self, student_id: UUID) -> Surroundings:
        """One student's supervisory team and their course's shortages, as the exception of PS4 asks for them."""
        if student_id not in self._around:
            members = self.members[student_id]
            team = tuple(
                Place(self.mentors[one.mentor_id], Period(one.since, one.until), f"team/{one.mentor_id}")
                for one in sorted(members, key=lambda one: (one.since, self.mentors[one.mentor_id].id))
            )
            course = members[0].course_id if members else None
            self._around[student_id] = Surroundings(team, self.shortages.get(course, ()) if course else ())
        return self._around[student_id]

    def award(self, mentor_id: UUID, on: date, student_id: UUID | None = None) -> Eligibility:
        """PS4.2 for one mentor on one day; with a student, in that student's team, where an exception can hold."""
        asked = mentor_id, student_id, on
        if asked not in self._asked:
            around = self.around(student_id) if student_id else ALONE
            self._asked[asked] = mentoring.eligibility(self.mentors[mentor_id], on, terms(self.as_of), around)
        return self._asked[asked]

    def remit_on(self, mentor_id: UUID, on: date) -> int | None:
        """The regions and extras that a mentor's remit held on a day, as a set of bits; None where none is recorded."""
        periods = self.remits[mentor_id]
        if not periods:
            return None
        held = 0
        for period, parts in periods:
            if period.may_hold(on):  # an absent first day in the register means: at all times
                held |= parts
        return held

    def verdict(self, mentor_id: UUID, on: date, parts: int = 0, student_id: UUID | None = None) -> Verdict:
        """The whole answer: PS4.2 of the mentor, and PS4.3 where regions are asked for; the worse of them decides."""
        award = self.award(mentor_id, on, student_id)
        if not parts:
            return Verdict(award.outcome, "PS4.2", award.why, _settle(award), award)
        called, held = self.mentors[mentor_id].called, self.remit_on(mentor_id, on)
        words = regions.spoken(parts)
        if held is None:
            if award.outcome is Outcome.NOT_MET:
                return Verdict(award.outcome, "PS4.2", award.why, _settle(award), award)
            why = f"The remit of {called} is not recorded."
            return Verdict(Outcome.MISSING, "PS4.3", why, f"the remit of {called}", award)
        if beyond := parts & ~held:
            why = f"The remit of {called} does not hold {regions.spoken(beyond)} on that day."
            settle = f"a mentor whose remit holds {regions.spoken(beyond)}"
            return Verdict(Outcome.NOT_MET, "PS4.3", why, settle, award, holds=False)
        why = f"{award.why} The remit holds {words}."
        return Verdict(award.outcome, "PS4.2", why, _settle(award), award, holds=True)


def _settle(award: Eligibility) -> str:
    return "" if award.outcome is Outcome.MET else award.settle


def forecast(knowledge: Knowledge, mentor_id: UUID) -> str:
    """When a mentor's own qualifications will be enough: "reaches two years on 15 September 2027".

    Empty where they are enough on `as_of`, or where no day to come changes the answer to eligible.
    """
    mentor = knowledge.mentors[mentor_id]
    if knowledge.award(mentor_id, knowledge.as_of).outcome is Outcome.MET:
        return ""
    found = mentoring.met_from(mentor, terms(knowledge.as_of))
    if found is None or found[0] <= knowledge.as_of:
        return ""
    day = found[0]
    return f"{mentor.called} reaches two years on {spoken(day)}"


def forecasts(mentor_ids: Iterable[UUID], on: date) -> dict[UUID, str]:
    """Mentor → what to know before a contract or a team is set up with them; those eligible on `on` are left out.

    A sentence with the day to come, or why they are not eligible. Seven queries for any number of mentors.
    """
    knowledge = Knowledge.load(mentor_ids, as_of=on)
    found: dict[UUID, str] = {}
    for pk in knowledge.mentors:
        award = knowledge.award(pk, on)
        if award.outcome is not Outcome.MET:
            ahead = forecast(knowledge, pk)
            found[pk] = (
                f"{ahead}. Until then only an accepted shortage can make an exception."
                if ahead
                else award.why
            )
    return found
