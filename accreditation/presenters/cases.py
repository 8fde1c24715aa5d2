"""What the office sees of cases: the line that says what happens next, the queue, and the strip of steps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accreditation import asked, conditions, report_steps
from accreditation.enums import AppealState, InvitationState, PanelRole, SubmissionState
from accreditation.models import Appeal, Assignment, Submission
from accreditation.review_selectors import in_order, start_refusal
from accreditation.rules.dates import spoken
from accreditation.states import NEXT
from accreditation.timelines import state_ends

STUCK_DAYS: dict[str, int] = {
    SubmissionState.SUBMITTED: 14,
    SubmissionState.IN_ASSESSMENT: 42,
    SubmissionState.AGREEING: 31,
    SubmissionState.REPORTED: 120,
}
"""After how many days in a state the queue calls a case slow. No rule of CASE: a help for the eye."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in the queue."""

    submission: Submission
    panel: tuple[Assignment, ...]
    waits_for: str
    due: date | None
    days: int

    @property
    def late(self) -> bool:
        """Whether its next day has passed."""
        return self.due is not None and self.due < timezone.localdate()

    @property
    def slow(self) -> bool:
        """Whether it has stood still for long."""
        return self.days > STUCK_DAYS.get(self.submission.state, 10**6)


def queue_rows(submissions: Iterable[Submission]) -> list[QueueRow]:
    """Rows for submissions whose live assignments are at hand as `live_panel`; the nearest day first.

    The next day is that of whoever is waited for, else the meeting's, else the one that the kind's timeline gives.
    """
    today = timezone.localdate()
    made = []
    for submission in submissions:
        panel: list[Assignment] = in_order(getattr(submission, "live_panel", []))
        due, waits_for = _next(submission, panel)
        if submission.state == SubmissionState.REPORTED:
            due = due or getattr(submission, "meeting_on", None)
        due = due or state_ends(submission)
        days = (today - timezone.localtime(submission.state_since).date()).days
        made.append(QueueRow(submission, tuple(panel), waits_for, due, days))
    return sorted(made, key=lambda row: (row.due is None, row.due or date.max, -row.days))


def _next(submission: Submission, panel: list[Assignment]) -> tuple[date | None, str]:
    """The next day that counts, and who is waited for, by name where there is one."""
    counted = [place for place in panel if place.role != PanelRole.SHADOW]
    asked = [place.user.full_name for place in counted if place.state == InvitationState.INVITED]
    if submission.state == SubmissionState.SUBMITTED:
        if asked:
            return submission.due_on, f"Answer of {_and(asked)}"
        if any(place.state == InvitationState.WAITING for place in counted):
            return submission.due_on, "The course: declare its interests"
        if _missing(counted):
            return submission.due_on, f"The office: assign {_missing(counted)}"
        return submission.due_on, "The office: start the assessment"
    if submission.state == SubmissionState.IN_ASSESSMENT:
        working = [place for place in counted if place.done_at is None]
        days = [place.due_on for place in working if place.due_on]
        names = _and([place.user.full_name for place in working]) or "The office: complete the panel"
        return (min(days) if days else submission.due_on), names
    if submission.state == SubmissionState.AGREEING:
        days = [place.due_on for place in counted if place.due_on]
        lead = [place.user.full_name for place in counted if place.role == PanelRole.LEAD]
        return (max(days) if days else None), _and(lead) or NEXT[submission.state].who
    if submission.state == SubmissionState.REPORTED:
        return None, "The Committee"
    return None, NEXT[submission.state].who


def _missing(counted: Iterable[Assignment]) -> str:
    """The places that nobody holds yet, the lead's first: "co-assessor"; empty where both are taken."""
    held = {PanelRole(place.role) for place in counted}
    return _and([role.label.lower() for role in (PanelRole.LEAD, PanelRole.CO) if role not in held])


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


@dataclass(frozen=True, slots=True)
class StateLine:
    """What happens next, who does it, by when."""

    words: str
    who: str
    by: date | None


def state_line(submission: Submission, panel: Iterable[Assignment]) -> StateLine:
    """The one line at the top of a case page."""
    places = list(panel)
    due, who = _next(submission, places)
    words = NEXT[submission.state].office
    if submission.state == SubmissionState.IN_ASSESSMENT:
        waiting = list(asked.open_questions(submission))
        if waiting:
            since = spoken(asked.stopped_since(submission) or timezone.localdate())
            return StateLine(
                f"The course answers what the lead assessor asked about {asked.sentence(waiting)}. The clock has stood "
                f"still since {since}.",
                "Course team",
                None,
            )
    if step := report_steps.line(submission):
        return StateLine(step.office, step.who, step.by)
    appealed = Appeal.objects.filter(decision__submission=submission, state=AppealState.LODGED)
    if submission.state == SubmissionState.DECIDED and appealed.exists():
        return StateLine("Deal with the appeal and put its steps on record.", "CASE officer", None)
    if submission.state == SubmissionState.DECIDED and (steps_left := conditions.next_steps(submission)):
        first, more = steps_left[0], len(steps_left) - 1
        return StateLine(first.office + (f" {more} more to follow." if more else ""), first.who, first.by)
    if submission.state == SubmissionState.SUBMITTED:
        counted = [place for place in places if place.role != PanelRole.SHADOW]
        words, who = _before_assessment(submission, counted), who.partition(":")[0]
        if _missing(counted):  # the office's turn, also while somebody else on the panel has not answered yet
            who = "The office"
    return StateLine(words, who.removeprefix("Answer of "), due or state_ends(submission))


def _before_assessment(submission: Submission, counted: list[Assignment]) -> str:
    if missing := _missing(counted):
        return f"Assign {missing}." if missing.count(" and ") else f"Assign a {missing}."
    if any(place.state == InvitationState.INVITED for place in counted):
        return "Whoever is invited answers, and declares their interests."
    if refusal := start_refusal(submission):
        return refusal
    return "The panel is complete: start the assessment."


STEPS = (
    (SubmissionState.SUBMITTED, "Submitted"),
    (SubmissionState.IN_ASSESSMENT, "In assessment"),
    (SubmissionState.AGREEING, "Agreeing and report"),
    (SubmissionState.REPORTED, "Committee"),
    (SubmissionState.DECIDED, "Decision"),
)


def steps(submission: Submission, panel: Iterable[Assignment]) -> list[dict[str, str]]:
    """The case's strip: each step done, now or to come, with who acts."""
    places = list(panel)
    names = {place.role: place.user.full_name for place in places}
    pair = _and([names[role] for role in (PanelRole.LEAD, PanelRole.CO) if role in names])
    who = {
        SubmissionState.SUBMITTED: "CASE office",
        SubmissionState.IN_ASSESSMENT: pair or "Lead and co-assessor",
        SubmissionState.AGREEING: names.get(PanelRole.LEAD, "Lead assessor"),
        SubmissionState.REPORTED: "CASE Committee",
        SubmissionState.DECIDED: "Chair of the Committee",
    }
    order = [state for state, _ in STEPS]
    if submission.state not in order:
        return []
    at = order.index(SubmissionState(submission.state))
    final = submission.state == SubmissionState.DECIDED
    made = []
    for place, (state, name) in enumerate(STEPS):
        stands = "done" if place < at or final else "now" if place == at else "todo"
        since = timezone.localtime(submission.state_since)
        when = f"since {spoken(since)}" if place == at and not final else ""
        if place == at and final:
            when = spoken(since)
        made.append({"name": name, "state": stands, "who": who[state], "when": when})
    return made
