"""The table of a mentor's reminders: every day on which one is owed, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mentors.enums import ReminderState, Step
from mentors.models import Mentor, Reminder
from mentors.reminders import due_day, plan

CODES = {
    ReminderState.PROMISED: "waiting",
    ReminderState.SENT: "done",
    ReminderState.OVERTAKEN: "superseded",
    ReminderState.CONFIRMED: "closed",
    ReminderState.NO_ADDRESS: "problem",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder: of which due day, when it is owed, and what became of it."""

    due: date
    step: str
    owed_on: date
    code: str
    words: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Planned:
    """The due day and all its reminders, the earlier years' below."""

    due: date
    lines: Sequence[Line]


def planned(mentor: Mentor) -> Planned:
    """What is to come and what was."""
    due = due_day(mentor)
    there = {(row.due, row.step): row for row in mentor.reminders.all()}
    lines = []
    for owed in plan(due):
        row = there.pop((due, owed.step.value), None)
        if row is None:
            lines.append(Line(due, owed.step.label, owed.on, "not_started", "To come", None))
        else:
            lines.append(_line(row))
    earlier = sorted(there.values(), key=lambda row: row.owed_on, reverse=True)
    return Planned(due, [*lines, *(_line(row) for row in earlier)])


def _line(row: Reminder) -> Line:
    state = ReminderState(row.state)
    return Line(row.due, Step(row.step).label, row.owed_on, CODES[state], state.label, row.sent_at)
