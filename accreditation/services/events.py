"""Events of a case: the office proposes moments, panel and course leaders say when they can come, the office agrees one."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accreditation import audit, mail, recipients
from accreditation.calendar import spoken_length, spoken_moment
from accreditation.enums import Availability, EventKind, EventState, SubmissionState
from accreditation.event_selectors import is_asked
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.models import CaseEvent, DateAnswer, EventDate, Submission, User
from accreditation.permissions import has_conflict, need_role
from accreditation.roles import OFFICER
from accreditation.services.cases import locked, words

STATES = (
    SubmissionState.SUBMITTED,
    SubmissionState.IN_ASSESSMENT,
    SubmissionState.AGREEING,
    SubmissionState.REPORTED,
)
MOST_DATES = 8
SHORTEST, LONGEST = 15, 24 * 60


@transaction.atomic
def propose(
    *,
    by: User,
    submission_id: UUID | str,
    kind: str,
    minutes: int,
    dates: Collection[datetime],
    place: str = "",
    link: str = "",
    agenda: str = "",
) -> CaseEvent:
    """An officer proposes moments for an event and asks everybody concerned. Raises `NotAllowed`; `NotNow` outside
    assessment or while there is an event; `Invalid` without a moment to come, or with none that can be kept.
    """
    submission = _case(by, submission_id)
    if submission.state not in STATES:
        raise NotNow(
            f"{submission.reference} is “{submission.get_state_display()}”: no event is planned now."
        )
    if submission.events.exclude(state=EventState.CANCELLED).exists():
        raise NotNow("There is an event of this case already. Change it, or call it off first.")
    moments = sorted(set(dates))
    problems: dict[str, list[str]] = {}
    if kind not in EventKind.values:
        problems["kind"] = ["Choose a visit or an online event."]
    if not SHORTEST <= minutes <= LONGEST:
        problems["minutes"] = ["Enter how long it takes, from 15 minutes to a day."]
    if not moments:
        problems["date_1"] = ["Propose at least one day and time."]
    elif moments[0] <= timezone.now():
        problems["date_1"] = ["Each proposed moment must lie in the future."]
    elif len(moments) > MOST_DATES:
        problems["date_1"] = [f"Propose {MOST_DATES} moments at most."]
    if problems:
        raise Invalid(problems)
    event = CaseEvent.objects.create(
        submission=submission, kind=kind, minutes=minutes, proposed_by=by, **_details(place, link, agenda)
    )
    EventDate.objects.bulk_create([EventDate(event=event, starts_at=moment) for moment in moments])
    audit.record("event.proposed", by=by, obj=submission, payload={"event": event.pk, "kind": kind})
    _tell(event, "event_dates", dates=[spoken_moment(moment) for moment in moments])
    return event


@transaction.atomic
def answer(*, by: User, event_id: UUID | str, answers: Mapping[UUID, str]) -> CaseEvent:
    """Somebody who is asked says for each proposed moment whether they can come; again replaces what they said.

    Raises `NotAllowed`, `NotNow` once a day is agreed, `Invalid` where a moment has no answer.
    """
    event = _locked(event_id)
    if not is_asked(by, event):
        raise NotAllowed("Only the panel and the leaders of the course are asked when they can come.")
    if event.state != EventState.PROPOSED:
        raise NotNow(f"This event is “{event.get_state_display()}”: the days are no longer asked for.")
    dates = list(event.dates.all())
    missing = {
        f"date_{date.pk}": ["Choose whether you can come"]
        for date in dates
        if answers.get(date.pk) not in Availability.values
    }
    if missing:
        raise Invalid(missing)
    for date in dates:
        DateAnswer.objects.update_or_create(date=date, person=by, defaults={"answer": answers[date.pk]})
    audit.record("event.answered", by=by, obj=event.submission, payload={"event": event.pk})
    mail.settle_done(event.submission)
    return event


@transaction.atomic
def agree(*, by: User, event_id: UUID | str, date_id: UUID | str, version: int) -> CaseEvent:
    """An officer agrees one of the proposed moments: it stands on the case, and everybody gets it for their calendar.

    Raises `NotAllowed`, `NotNow`, `Stale`; `EventDate.DoesNotExist` for a moment of another event.
    """
    event = _editable(by, event_id, version)
    date = event.dates.get(pk=date_id)
    if event.state != EventState.PROPOSED:
        raise NotNow("A day was agreed already. Nothing was changed.")
    if date.starts_at <= timezone.now():
        raise NotNow("This moment has passed. Propose others.")
    event.state, event.starts_at = EventState.AGREED, date.starts_at
    _save(event)
    event.submission.event_on = timezone.localtime(date.starts_at).date()
    event.submission.save(update_fields=["event_on"])
    audit.record(
        "event.agreed", by=by, obj=event.submission, payload={"event": event.pk, "at": event.starts_at}
    )
    mail.settle_done(event.submission)
    _tell(event, "event_agreed", changed=False)
    return event


@transaction.atomic
def change(
    *, by: User, event_id: UUID | str, version: int, place: str, link: str, agenda: str, minutes: int
) -> CaseEvent:
    """An officer changes place, link, agenda or length; whoever has it in their calendar gets the new file.

    Raises `NotAllowed`, `NotNow`, `Stale`, `Invalid`.
    """
    event = _editable(by, event_id, version)
    if not SHORTEST <= minutes <= LONGEST:
        raise Invalid({"minutes": ["Enter how long it takes, from 15 minutes to a day."]})
    new = {**_details(place, link, agenda), "minutes": minutes}
    if all(getattr(event, name) == value for name, value in new.items()):
        return event
    for name, value in new.items():
        setattr(event, name, value)
    _save(event)
    audit.record("event.changed", by=by, obj=event.submission, payload={"event": event.pk})
    if event.state == EventState.AGREED:
        _tell(event, "event_agreed", changed=True)
    return event


@transaction.atomic
def call_off(*, by: User, event_id: UUID | str, version: int, reason: str) -> CaseEvent:
    """An officer calls an event off, with a reason that everybody reads.

    Raises `NotAllowed`, `NotNow`, `Stale`, `Invalid`.
    """
    event = _editable(by, event_id, version)
    event.reason = words("reason", reason, limit=2000, needed="Say why, so that everybody knows.")
    event.state = EventState.CANCELLED
    _save(event)
    event.submission.event_on = None
    event.submission.save(update_fields=["event_on"])
    audit.record("event.called_off", by=by, obj=event.submission, payload={"event": event.pk})
    mail.settle_done(event.submission)
    _tell(event, "event_called_off", reason=event.reason)
    return event


def _case(by: User, submission_id: UUID | str) -> Submission:
    submission = locked(submission_id)
    need_role(by, OFFICER)
    if has_conflict(by, submission):
        raise NotAllowed("You have a conflict of interest with this institution: another officer must do it.")
    return submission


def _locked(event_id: UUID | str) -> CaseEvent:
    """The event under the lock of its case, which all changes of a case wait for."""
    submission = locked(CaseEvent.objects.values_list("submission_id", flat=True).get(pk=event_id))
    event = CaseEvent.objects.select_for_update(of=("self",)).get(pk=event_id)
    event.submission = submission
    return event


def _editable(by: User, event_id: UUID | str, version: int) -> CaseEvent:
    event = _locked(event_id)
    _case(by, event.submission_id)
    if event.state == EventState.CANCELLED:
        raise NotNow("This event was called off. Nothing was changed.")
    if event.version != version:
        raise Stale("Somebody changed this event since you opened the page. Look at it again.", event)
    return event


def _save(event: CaseEvent) -> None:
    event.version += 1
    event.save()


def _details(place: str, link: str, agenda: str) -> dict[str, str]:
    found = {
        "place": words("place", place, limit=300),
        "link": words("link", link, limit=500),
        "agenda": words("agenda", agenda, limit=10_000),
    }
    if found["link"] and not found["link"].startswith(("https://", "http://")):
        raise Invalid({"link": ["Enter a whole link, beginning with https://"]})
    return found


def _tell(event: CaseEvent, kind: str, **context: Any) -> None:
    submission = event.submission
    said = {
        "reference": submission.reference,
        "course": submission.course.title,
        "institution": submission.course.institution.name,
        "what": event.get_kind_display().lower(),
        "at": spoken_moment(event.starts_at) if event.starts_at else "",
        "length": spoken_length(event.minutes),
        "place": event.place,
        "link": event.link,
        "version": event.version,
        **context,
    }
    for person in recipients.event_people(submission):
        mail.promise(
            kind,
            to=person,
            key=f"event:{event.pk}:{event.version}:{person.pk}",
            about=event,
            context=said,
            path=reverse("event", args=[event.pk]),
        )
