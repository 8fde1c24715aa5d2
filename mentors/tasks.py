"""Celery's doors to the register. Each leaves all thinking to a service."""

from accreditation.config.celery import app
from mentors.services import reminders


@app.task(name="mentors.tasks.remind", ignore_result=True)
def remind() -> int:
    """Promises the reminders that are owed today."""
    return reminders.run()


@app.task(name="mentors.tasks.send_reminder")
def send_reminder(job_id: int) -> None:
    """Hands a reminder that an earlier release promised to the messages."""
    reminders.hand_over(job_id)
