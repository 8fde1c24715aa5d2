"""An agenda as people read it: each case with what is up, who takes no part in it, and whether there is a quorum."""

from collections.abc import Iterable
from dataclasses import dataclass

from accreditation import committee
from accreditation.enums import MeetingKind, SubmissionState
from accreditation.models import AgendaItem, Decision, Meeting, Submission
from accreditation.rules.dates import spoken


def title(meeting: Meeting) -> str:
    """What a page calls a meeting: "Meeting of 2 July 2026", "Circulation until 9 July 2026"."""
    if meeting.kind == MeetingKind.CIRCULATION:
        return f"Circulation until {spoken(meeting.held_on)}"
    return f"{meeting.get_kind_display()} of {spoken(meeting.held_on)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One case on an agenda."""

    submission: Submission
    up: str
    away: list[committee.Away]
    counted: int
    enough: bool
    decision: Decision | None


def rows(meeting: Meeting, items: Iterable[AgendaItem]) -> list[Row]:
    """The agenda's cases in order. A constant number of queries."""
    cases = [item.submission for item in items]
    out = committee.away(cases) if cases else {}
    there = {one.pk for one in committee.present_at(meeting)} if cases else set()
    made = []
    for case in cases:
        standing: list[Decision] = getattr(case, "standing", [])
        decision = next((one for one in standing if one.meeting_id == meeting.pk), None)
        counted = len(there - {one.person.pk for one in out[case.pk]})
        made.append(
            Row(case, _up(case, standing), out[case.pk], counted, counted >= committee.quorum(), decision)
        )
    return made


def _up(case: Submission, standing: list[Decision]) -> str:
    """What the Committee is asked to do with a case."""
    if case.state == SubmissionState.REPORTED:
        return "Decide on the panel’s report"
    if standing:
        return f"Decided: {standing[0].get_outcome_display().lower()}"
    return case.get_state_display()


@dataclass(frozen=True, slots=True)
class Minutes:
    """What a decision kept of its meeting, in sentences."""

    at: str
    present: str
    away: str
    quorum: int


def minutes_of(decision: Decision) -> Minutes | None:
    """The minutes of a decision, None for one that was recorded before meetings were."""
    kept = decision.minutes
    if not kept or decision.meeting is None:
        return None
    return Minutes(
        at=committee.at_words(decision.meeting),
        present=", ".join(kept["present"]),
        away="; ".join(f"{name} ({why})" for name, why in kept["away"]),
        quorum=kept["quorum"],
    )
