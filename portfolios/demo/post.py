"""The demo world's post: what was promised is sent while the world is lived through, as the worker would send it."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accreditation import demo, mail
from accreditation.enums import JobState, MessageState
from accreditation.models import Job, Message
from accreditation.services import digests, sending
from portfolios.demo.clock import SEED_DAY

LEFT_TO_THE_WORKER = SEED_DAY - timedelta(days=4)
"""What is promised from this day on waits in the outbox: the worker of the demo sends it, for all to see."""


KINDS_OF_MANY = ("contract_to_sign", "application_received", "application_decided")
"""What each of hundreds of students and mentors of the demo world is sent."""


def deliver() -> None:
    """Sends what waits; the first look of a day also promises the daily summaries."""
    day = timezone.localdate()
    if day >= LEFT_TO_THE_WORKER:
        return
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    waiting = Job.objects.filter(task=mail.TASK, state=JobState.WAITING)
    if not waiting.exists():
        return
    _forget_what_nobody_reads()
    digests.run(day)
    for job_id in list(waiting.values_list("pk", flat=True)):
        sending.send(job_id=job_id)


def _forget_what_nobody_reads() -> None:
    """Hundreds of contracts are signed by people as whom nobody signs in: their mails would only make the start slow."""
    readers = [email for _, _, email in demo.PEOPLE]
    unread = Message.objects.filter(kind__in=KINDS_OF_MANY, state=MessageState.PROMISED)
    rows = list(unread.exclude(person__email__in=readers))
    Job.objects.filter(key__in=[mail.queue_key(row) for row in rows]).delete()
    Message.objects.filter(pk__in=[row.pk for row in rows]).delete()
