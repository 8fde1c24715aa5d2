"""What each kind of application runs through: who must do what by when. Data, and the dates computed from it.

The times of a full event are CASE's own published timeline; kinds that CASE calls faster have shorter ones, for which no
figure is published: they are the defaults of `settings.TIMELINES`, never CASE's rule. A milestone counts from the event
where there is one, else from the day of submission.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from accreditation.enums import PanelPaperKind as P
from accreditation.enums import SubmissionKind as K
from accreditation.enums import SubmissionState as S
from accreditation.models import AgendaItem, PanelReport, Snapshot, Submission
from accreditation.periods import months_after

COURSE, OFFICE, PANEL, LEAD, COMMITTEE = (
    "Course team",
    "CASE office",
    "Lead and co-assessor",
    "Lead assessor",
    "CASE Committee",
)
ORDER = (S.DRAFT, S.SUBMITTED, S.IN_ASSESSMENT, S.AGREEING, S.REPORTED, S.DECIDED)


@dataclass(frozen=True, slots=True)
class Milestone:
    """One thing that somebody does. `months` and `days` count from the anchor (before it: negative; both None: at the next
    meeting, which has no day here); it is done once the case has left the state `until`, or once the `paper` that it asks
    for was sent.
    """

    what: str
    who: str
    until: str
    months: int | None = None
    days: int | None = None
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The milestones of one kind; `published`: whether the times are CASE's own."""

    anchor: str  # "event" or "submission"
    milestones: tuple[Milestone, ...]
    published: bool = False


FULL = Timeline(
    "event",
    (
        Milestone("Send the application; a lead assessor is appointed", COURSE, S.DRAFT, months=-12),
        Milestone("Confirm the date of the event", COURSE, S.DRAFT, months=-4),
        Milestone("Submit the final documents", COURSE, S.DRAFT, months=-2),
        Milestone("Appoint the panel", OFFICE, S.SUBMITTED, months=-2),
        Milestone("Make the assessors’ issues available", PANEL, S.IN_ASSESSMENT, months=-1, paper=P.ISSUES),
        Milestone("The event", PANEL, S.IN_ASSESSMENT, days=0),
        Milestone("Headline report of major issues", LEAD, S.AGREEING, days=7, paper=P.HEADLINE),
        Milestone("Full report, signed by both", LEAD, S.AGREEING, months=1),
        Milestone("Decide, at the next meeting", COMMITTEE, S.REPORTED),
    ),
    published=True,
)


def _short(weeks: tuple[int, int, int]) -> Timeline:
    panel, judged, report = weeks
    return Timeline(
        "submission",
        (
            Milestone("Submit the documents", COURSE, S.DRAFT, days=0),
            Milestone("Appoint the panel", OFFICE, S.SUBMITTED, days=7 * panel),
            Milestone("Judge every clause", PANEL, S.IN_ASSESSMENT, days=7 * judged),
            Milestone("Report, signed by both", LEAD, S.AGREEING, days=7 * report),
            Milestone("Decide, at the next meeting", COMMITTEE, S.REPORTED),
        ),
    )


def timeline_of(kind: str) -> Timeline:
    """The timeline of a kind of application; the short ones take their weeks from `settings.TIMELINES`."""
    if kind in (K.NEW, K.REACCREDITATION):
        return FULL
    weeks = settings.TIMELINES.get(str(kind), settings.TIMELINES["other"])
    return _short((weeks[0], weeks[1], weeks[2]))


@dataclass(frozen=True, slots=True)
class Due:
    """A milestone of one case: who does what, by when (None: no day is known yet), and how it stands."""

    what: str
    who: str
    on: date | None
    state: str  # "done", "now" or "todo"

    @property
    def late(self) -> bool:
        """Whether its day passed before it was done."""
        return self.state == "now" and self.on is not None and self.on < timezone.localdate()


def dues(submission: Submission) -> list[Due]:
    """Every milestone of a case with its day, in order; the first that is not done is "now". At most three queries.

    With the Committee, the steps of the report stand before its decision, with the days that this case has for them.
    """
    timeline = timeline_of(submission.kind)
    anchor = submission.event_on if timeline.anchor == "event" else _submitted_on(submission)
    here = ORDER.index(S(submission.state)) if submission.state in ORDER else len(ORDER)
    made, current = [], False
    sent = _sent_papers(submission) if here >= ORDER.index(S.IN_ASSESSMENT) else frozenset()
    for one in timeline.milestones:
        if one.until == S.REPORTED and here == ORDER.index(S.REPORTED):
            for due in _before_decision(submission):
                state = "done" if due.state == "done" else "todo" if current else "now"
                current = current or state == "now"
                made.append(Due(due.what, due.who, due.on, state))
        done = here > ORDER.index(S(one.until)) or one.paper in sent
        state = "done" if done else "todo" if current else "now"
        current = current or not done
        made.append(Due(one.what, one.who, _day(anchor, one), state))
    return made


def state_ends(submission: Submission) -> date | None:
    """By when a case should leave the state it is in, by the timeline of its kind; None where no day is known.

    One query, none where `with_days` read the case.
    """
    timeline = timeline_of(submission.kind)
    anchor = submission.event_on if timeline.anchor == "event" else _submitted_on(submission)
    here = [_day(anchor, one) for one in timeline.milestones if one.until == submission.state]
    return max((day for day in here if day is not None), default=None)


def with_days(cases: QuerySet[Submission]) -> QuerySet[Submission]:
    """The cases with the moment of their first submission and the day of the meeting that they are on, for lists."""
    first = Snapshot.objects.filter(submission=OuterRef("pk")).order_by("number").values("created_at")
    meetings = AgendaItem.objects.filter(
        submission=OuterRef("pk"), meeting__held_on__gte=timezone.localdate()
    ).order_by("meeting__held_on")
    return cases.annotate(
        first_submitted_at=Subquery(first[:1]), meeting_on=Subquery(meetings.values("meeting__held_on")[:1])
    )


def _day(anchor: date | None, one: Milestone) -> date | None:
    if anchor is None or (one.months is None and one.days is None):
        return None
    return (
        months_after(anchor, one.months) if one.months is not None else anchor + timedelta(days=one.days or 0)
    )


def _sent_papers(submission: Submission) -> frozenset[str]:
    if "panel_papers" in submission.__dict__.get("_prefetched_objects_cache", {}):
        return frozenset(paper.kind for paper in submission.panel_papers.all() if paper.sent_at is not None)
    sent = submission.panel_papers.filter(sent_at__isnull=False)
    return frozenset(sent.values_list("kind", flat=True))


def _before_decision(submission: Submission) -> list[Due]:
    """Calibration and the course's time to correct facts, where the report is signed; `state` is "done" or empty."""
    report = PanelReport.objects.filter(submission=submission).order_by("-snapshot__number").first()
    if report is None or report.co_signed_at is None:
        return []
    today = timezone.localdate()
    over = (
        report.reply_ended_at is not None
        or report.went_on_at is not None
        or (report.reply_due_on is not None and report.reply_due_on < today)
    )
    return [
        Due(
            "Calibrate the conditions", COMMITTEE, report.calibrate_by, "done" if report.calibrated_at else ""
        ),
        Due("Correct facts in the report", COURSE, report.reply_due_on, "done" if over else ""),
    ]


def _submitted_on(submission: Submission) -> date | None:
    if hasattr(submission, "first_submitted_at"):
        first: datetime | None = submission.first_submitted_at
    else:
        first = submission.snapshots.order_by("number").values_list("created_at", flat=True).first()
    return timezone.localtime(first).date() if first else None
