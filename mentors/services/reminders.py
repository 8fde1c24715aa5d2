"""Reminders of the yearly confirmation: which are owed is worked out from dates, so that a missed night misses nothing.

`run` may come once a day, ten times an hour or after a week: each reminder is promised once, held by a unique row. Where
several are owed at once, only the last is sent, and the table says so of the others.
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accreditation import audit, mail, queue
from accreditation.exceptions import NotNow
from accreditation.rules.dates import spoken
from mentors import links
from mentors.enums import MentorState, ReminderState, Step, Way
from mentors.models import Mentor, Remark, Reminder
from mentors.reminders import due_day, plan
from mentors.services.register import confirmed, locked
from mentors.services.remarks import remarked


def run(today: date | None = None) -> int:
    """Promises every reminder that is owed by `today` and was not yet; returns how many will be sent."""
    day = today or timezone.localdate()
    mentors = Mentor.objects.filter(state=MentorState.ACTIVE)
    done = set(Reminder.objects.values_list("mentor_id", "due", "step"))
    sent = 0
    for mentor in mentors:
        due = due_day(mentor)
        if any(one.on <= day and (mentor.pk, due, one.step.value) not in done for one in plan(due)):
            sent += _promise(mentor.pk, day)
    return sent


@transaction.atomic
def _promise(mentor_id: UUID, day: date) -> int:
    """All that is owed to one mentor: the last of it is promised, the rest is noted as overtaken. Counts the promised."""
    mentor = locked(mentor_id)
    due = due_day(mentor)
    known = set(mentor.reminders.filter(due=due).values_list("step", flat=True))
    owed = [one for one in plan(due) if one.on <= day and one.step.value not in known]
    if not owed:
        return 0
    to = mentor.email or (mentor.user.email if mentor.user else "")
    for one in owed[:-1]:
        Reminder.objects.create(
            mentor=mentor, due=due, step=one.step, owed_on=one.on, state=ReminderState.OVERTAKEN
        )
    last = owed[-1]
    state = ReminderState.PROMISED if to else ReminderState.NO_ADDRESS
    row = Reminder.objects.create(mentor=mentor, due=due, step=last.step, owed_on=last.on, state=state, to=to)
    if not to:
        return 0
    audit.record(
        "mentor.reminder_promised", by=None, obj=mentor, payload={"due": due, "step": last.step.value}
    )
    _hand_over(row)
    return 1


def _hand_over(row: Reminder) -> None:
    mail.promise(
        "mentor_confirmation",
        to=row.to,
        key=f"mentor-reminder:{row.pk}",
        about=row,
        context={
            "name": row.mentor.full_name,
            "due": spoken(row.due),
            "late": row.step in (Step.AFTER_7, Step.AFTER_28),
        },
    )


def hand_over(job_id: int) -> None:
    """Takes over a reminder that was promised before messages had a module of their own (`accreditation.mail`)."""
    job = queue.take(job_id)
    if job is None:
        return
    with transaction.atomic():
        row = Reminder.objects.select_related("mentor").filter(pk=job.subject_id).first()
        if row is not None and row.state == ReminderState.PROMISED:
            _hand_over(row)
        queue.done(job)


@transaction.atomic
def confirm_by_link(*, text: str) -> Mentor:
    """The mentor presses the button behind the link. Raises `NotNow` where the link is no good or was used."""
    mentor = _open(text)
    return confirmed(mentor, Way.LINK, None)


@transaction.atomic
def remark_by_link(*, text: str, words: str) -> Remark:
    """The mentor says behind the link that something is not right. Raises `NotNow`, `Invalid`."""
    return remarked(_open(text), words, Way.LINK, None)


def _open(text: str) -> Mentor:
    meant = links.read(text)
    if meant is None:
        raise NotNow(
            gettext(
                "This link cannot be used any more. Ask the CASE office for a new one. Nothing was changed."
            )
        )
    mentor = locked(meant.mentor_id)
    if mentor.state != MentorState.ACTIVE:
        raise NotNow(gettext("This entry is not on the register now. Nothing was changed."))
    if due_day(mentor) != meant.due:
        raise NotNow(gettext("This confirmation was made already. Nothing more is to be done."))
    return mentor
