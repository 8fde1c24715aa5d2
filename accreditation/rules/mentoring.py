"""Who may supervise, and from which day on: the heart of Position Statement 4.

`eligibility` decides for one mentor and one day. `change_days` lists the days on which its answer can
change, so that a log of thousands of scans needs only a few answers: decide the days once, then compare
every scan with those days.

"PgC qualification and a minimum of 2*-years post qualification experience or level 2 Radiology" is read as
(PgC and two years) or level 2 (A1); "post qualification" as after the ultrasound award's ratification (A2);
"experience" as elapsed calendar years on the day of the scan (A3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from accreditation.rules.clauses import Terms
from accreditation.rules.dates import PartialDate, Period, next_day, spoken, years_after
from accreditation.rules.facts import Mentor, Qualification, Shortage
from accreditation.rules.findings import Outcome, worst
from accreditation.rules.words import years

MET, JUDGE, MISSING, NOT_MET = Outcome.MET, Outcome.JUDGE, Outcome.MISSING, Outcome.NOT_MET

AWARDS = {"pgc": "PgC", "pgd": "PgD", "msc": "MSc"}
"""An MSK ultrasound PgC or higher."""

IN_MSK = {"yes": MET, "module": MET, "practice": JUDGE, "unknown": JUDGE, "no": NOT_MET}
"""Whether a general ultrasound award counts as MSK (A5)."""

LEVEL_IN_MSK = IN_MSK | {"unknown": MISSING}
"""The same for a level in radiology, which without evidence shows nothing."""


@dataclass(frozen=True, slots=True)
class Place:
    """A mentor's place in a student's supervisory team; `ref` leads to it in the facts."""

    mentor: Mentor
    period: Period
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether a mentor may supervise on a day, why (a sentence), and what would settle it.

    `cited` leads to the facts it rests on; `threshold` is the day on which this began to hold, where an
    anniversary decides; `by_exception` says that only a shortage makes it so.
    """

    outcome: Outcome
    why: str
    settle: str = ""
    cited: tuple[str, ...] = ()
    threshold: date | None = None
    by_exception: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an exception needs to see: the student's supervisory team, and the shortages of the course."""

    team: Sequence[Place] = ()
    shortages: Sequence[Shortage] = ()


ALONE = Surroundings()
"""Nobody and nothing around: only the mentor's own qualifications count."""


def eligibility(mentor: Mentor, on: date, terms: Terms, around: Surroundings = ALONE) -> Eligibility:
    """Whether a mentor may supervise on a day, by the best of the qualifications."""
    if not mentor.qualifications:
        unknown = mentor.qualifications is None
        why = "no qualification of theirs is recorded" if unknown else "holds no qualification"
        return Eligibility(
            MISSING if unknown else NOT_MET, f"{mentor.called}: {why}.", "a mentor who qualifies"
        )
    return max(
        (
            by_level(mentor, place, on, terms)
            if qualification.kind == "radiology_level"
            else by_award(mentor, place, on, terms, around)
            for place, qualification in enumerate(mentor.qualifications)
        ),
        key=lambda way: way.outcome.rank,
    )


# --- "PgC qualification and a minimum of 2*-years post qualification experience" -------------------------------------


def by_award(mentor: Mentor, place: int, on: date, terms: Terms, around: Surroundings = ALONE) -> Eligibility:
    """By one award. A date known only in part passes where its last day does, and fails where its first day
    would too.
    """
    award = _qualification(mentor, place)
    ref = _ref(mentor, place)
    if award.kind not in AWARDS:
        why = f"{mentor.called} holds an award that is neither a PgC, PgD or MSc nor a level in radiology."
        return Eligibility(NOT_MET, why, "a PgC or higher in MSK ultrasound", (ref,))
    known = award.ratified_on
    if known is None:
        why = f"{mentor.called}'s {AWARDS[award.kind]} has no date of ratification{_doubts(award)}."
        settle = f"the day on which {mentor.called}'s award was ratified"
        return Eligibility(worst((_quality(award), MISSING)), why, settle, (ref,))
    late = _since(known.last, mentor, place, on, terms, around)
    early = late if known.exact else _since(known.first, mentor, place, on, terms, around)
    if late.outcome in (MET, early.outcome):
        return late
    reached = (years_after(day, terms.mentor_years, terms.leap_rule) for day in (known.first, known.last))
    why = (
        f"{mentor.called} was awarded the {AWARDS[award.kind]} in {known.spoken()}{_doubts(award)}; "
        f"{years(terms.mentor_years)} are reached between {' and '.join(spoken(day) for day in reached)}."
    )
    return Eligibility(MISSING, why, f"the exact day on which {mentor.called}'s award was ratified", (ref,))


def _since(
    ratified: date, mentor: Mentor, place: int, on: date, terms: Terms, around: Surroundings
) -> Eligibility:
    """By one award, as if it had been ratified on that very day."""
    award = _qualification(mentor, place)
    reached = years_after(ratified, terms.mentor_years, terms.leap_rule)
    in_shortage = years_after(ratified, terms.shortage_years, terms.leap_rule)
    enough = years(terms.mentor_years)
    told = f"{mentor.called} was awarded the {AWARDS[award.kind]} {_when(award.ratified_on, ratified)}{_doubts(award)}"
    pause = _pause(mentor, ratified, min(reached, on))
    quality = worst((_quality(award), JUDGE if pause else MET))
    told += f", with a break {pause.spoken()} inside the {enough}" if pause else ""
    cited = (_ref(mentor, place),)
    doubtful = "the assessor's judgement of the award and of any break" if quality is not MET else ""
    if reached <= on:
        why = f"{told}; {enough} were reached on {spoken(reached)}."
        return Eligibility(
            quality, why, doubtful or "a mentor with an award in MSK ultrasound", cited, reached
        )
    if in_shortage <= on:
        exception = _exception(mentor, on, terms, around)
        why = f"{told}; {enough} are reached on {spoken(reached)}. {exception.why}"
        return Eligibility(
            worst((quality, exception.outcome)), why, exception.settle or doubtful, cited + exception.cited,
            in_shortage, by_exception=True,
        )  # fmt: skip
    why = f"{told}; {enough} are reached on {spoken(reached)}."
    return Eligibility(NOT_MET, why, f"a mentor who had reached {enough} on the day", cited)


def _quality(award: Qualification) -> Outcome:
    """Whether the award is one in MSK ultrasound: a general or overseas award may be for a human to judge."""
    return worst((IN_MSK[award.msk], JUDGE if award.country == "overseas" else MET))


def _doubts(award: Qualification) -> str:
    """What a reader should know about the award beside its date."""
    words = {
        "no": " (not in MSK ultrasound)",
        "module": " (a general award with an MSK module)",
        "practice": " (a general award, MSK by practice only)",
        "unknown": " (not known whether in MSK)",
    }
    return words.get(award.msk, "") + (" (an overseas award)" if award.country == "overseas" else "")


def _pause(mentor: Mentor, ratified: date, end: date) -> Period | None:
    """A break that touches the days from ratification until, not including, `end`."""
    for away in mentor.breaks:
        starts = ratified if away.since is None else max(away.since, ratified)
        if starts < end and (away.until is None or away.until >= ratified):
            return away
    return None


# --- "(*Where there is a significant shortage of available mentors ...)" --------------------------


def _exception(mentor: Mentor, on: date, terms: Terms, around: Surroundings) -> Eligibility:
    """By exception: a shortage accepted by a named person for that day, and another member with two years
    (A7).
    """
    shortage = max((_shortage(one, on) for one in around.shortages), key=_rank, default=NO_SHORTAGE)
    other = max(
        (_other(place, on, terms) for place in around.team if place.mentor.id != mentor.id),
        key=_rank,
        default=Eligibility(
            NOT_MET, "There is no other member of the team.", "another member of the team with two years"
        ),
    )
    outcome = worst((shortage.outcome, other.outcome))
    settle = shortage.settle if shortage.outcome.rank <= other.outcome.rank else other.settle
    if shortage.outcome is NOT_MET:
        return Eligibility(NOT_MET, shortage.why, settle, shortage.cited)
    return Eligibility(outcome, f"{shortage.why} {other.why}", settle, shortage.cited + other.cited)


NO_SHORTAGE = Eligibility(
    NOT_MET, "No shortage of mentors was accepted for that day.", "a mentor with two years' experience"
)


def _shortage(shortage: Shortage, on: date) -> Eligibility:
    """What one shortage allows on a day. A claim, or an acceptance without a name or a first day, is for a
    human.
    """
    cited = (f"shortages/{shortage.id}",)
    if not shortage.period.may_hold(on):
        return NO_SHORTAGE
    if shortage.status == "refused":
        return Eligibility(NOT_MET, f"The shortage {shortage.id} was refused.", NO_SHORTAGE.settle, cited)
    settle = f"the acceptance of the shortage {shortage.id} by a named person, for a period with this day"
    if shortage.status == "claimed":
        return Eligibility(
            JUDGE, f"The shortage {shortage.id} was claimed and not yet accepted.", settle, cited
        )
    if not shortage.accepted_by or not shortage.period.holds(on):
        return Eligibility(
            JUDGE, f"Who accepted the shortage {shortage.id}, or from which day, is not known.", settle, cited
        )
    why = f"The shortage {shortage.id} was accepted by {shortage.accepted_by} {shortage.period.spoken()}."
    return Eligibility(MET, why, "", cited)


def _other(place: Place, on: date, terms: Terms) -> Eligibility:
    """What another member of the team brings to an exception on a day."""
    member = place.mentor
    if not place.period.may_hold(on):
        return Eligibility(
            NOT_MET, f"{member.called} was not in the team.", "another member of the team with two years"
        )
    reached = had_reached(member, on, terms)
    settle = {
        MISSING: f"{member.called}'s qualifications with their days",
        JUDGE: f"the assessor's judgement whether {member.called} can stand behind the exception",
    }.get(reached.outcome, "")
    if not place.period.holds(on):
        reached = Eligibility(
            worst((reached.outcome, MISSING)), f"Since when {member.called} is in the team is not known."
        )
        settle = f"since when {member.called} is in the team"
    cited = (place.ref, *reached.cited) if place.ref else reached.cited
    return Eligibility(
        reached.outcome, reached.why, settle or "another member of the team with two years", cited
    )


def had_reached(member: Mentor, on: date, terms: Terms) -> Eligibility:
    """Whether a colleague meets the minimum of two years on a day, as the exception asks of the other
    member.

    Level 2 in radiology with two years since does; with less, a human decides (A8).
    """
    enough = years(terms.mentor_years)
    ways = []
    for place, qualification in enumerate(member.qualifications or ()):
        if qualification.kind == "radiology_level":
            held = by_level(member, place, on, terms)
            time = _elapsed(qualification.ratified_on, terms.mentor_years, on, terms)
            outcome = worst((held.outcome, JUDGE if time is NOT_MET else time))
            short = "" if time is MET else f" That is less than {enough} before the day, or may be."
            ways.append(Eligibility(outcome, held.why + short, cited=held.cited))
        else:
            ways.append(by_award(member, place, on, terms))
    unknown = member.qualifications is None
    none = Eligibility(MISSING if unknown else NOT_MET, f"{member.called}: no qualification is recorded.")
    return max(ways, key=_rank, default=none)


# --- "or level 2 Radiology" -----------------------------------------------------------------------


def by_level(mentor: Mentor, place: int, on: date, terms: Terms) -> Eligibility:
    """By a level in radiology, in MSK, held on the day. Without evidence of it, it is missing."""
    held = _qualification(mentor, place)
    cited = (_ref(mentor, place),)
    high = MISSING if held.level is None else MET if held.level >= terms.radiology_level else NOT_MET
    by_then = _elapsed(held.ratified_on, 0, on, terms)
    outcome = worst((high, LEVEL_IN_MSK[held.msk], by_then))
    level = "a level not given" if held.level is None else f"level {held.level}"
    when = (
        "on a day not given" if held.ratified_on is None else _when(held.ratified_on, held.ratified_on.first)
    )
    why = f"{mentor.called} reached {level} in radiology{_doubts(held)} {when}."
    settle = {
        MISSING: f"evidence of {mentor.called}'s level in MSK radiology and of its day",
        JUDGE: "the assessor's judgement whether that level is one in MSK",
        NOT_MET: f"a mentor with level {terms.radiology_level} in MSK radiology on the day",
    }
    return Eligibility(outcome, why, settle.get(outcome, ""), cited)


# --- days -----------------------------------------------------------------------------------------


def change_days(mentor: Mentor, terms: Terms, around: Surroundings = ALONE) -> list[date]:
    """The days on which `eligibility` can change, in order; between two of them it stays as it is."""
    days: set[date] = set()
    for one in (mentor, *(place.mentor for place in around.team)):
        days.update(_own_days(one, terms))
    for period in (*(place.period for place in around.team), *(one.period for one in around.shortages)):
        days.update(period.edges())
    return sorted(days)


def _own_days(mentor: Mentor, terms: Terms) -> Iterator[date]:
    for qualification in mentor.qualifications or ():
        if qualification.ratified_on is not None:
            for day in (qualification.ratified_on.first, qualification.ratified_on.last):
                yield day
                yield next_day(day)  # from then on a break that began before ratification can touch
                yield years_after(day, terms.shortage_years, terms.leap_rule)
                yield years_after(day, terms.mentor_years, terms.leap_rule)
    for away in mentor.breaks:
        if away.since is not None:
            yield next_day(away.since)


def forecast(mentor: Mentor, terms: Terms, around: Surroundings = ALONE) -> list[tuple[date, Eligibility]]:
    """From which day on a mentor may supervise: each change of the answer with its first day, in order."""
    found: list[tuple[date, Eligibility]] = []
    for day in change_days(mentor, terms, around):
        now = eligibility(mentor, day, terms, around)
        if not found or (found[-1][1].outcome, found[-1][1].why) != (now.outcome, now.why):
            found.append((day, now))
    return found


def met_from(mentor: Mentor, terms: Terms) -> tuple[date, Eligibility] | None:
    """The day from which a mentor's own qualifications are enough, without exception; None where they never
    are.

    From that day on they stay enough: two years once reached are not lost, nor is a level.
    """
    for day in change_days(mentor, terms):
        now = eligibility(mentor, day, terms)
        if now.outcome is MET:
            return day, now
    return None


# --- small parts ----------------------------------------------------------------------------------


def _qualification(mentor: Mentor, place: int) -> Qualification:
    return (mentor.qualifications or ())[place]


def _ref(mentor: Mentor, place: int) -> str:
    return f"mentors/{mentor.id}/qualifications/{place}"


def _rank(one: Eligibility) -> int:
    return one.outcome.rank


def _elapsed(known: PartialDate | None, number: int, on: date, terms: Terms) -> Outcome:
    """Whether so many years had passed on a day since a date that may be known only in part."""
    if known is None:
        return MISSING
    if years_after(known.last, number, terms.leap_rule) <= on:
        return MET
    return NOT_MET if years_after(known.first, number, terms.leap_rule) > on else MISSING


def _when(known: PartialDate | None, day: date) -> str:
    """ "on 14 March 2025", or "in March 2025 (day not given)"."""
    return f"on {spoken(day)}" if known is None or known.exact else f"in {known.spoken()}"
