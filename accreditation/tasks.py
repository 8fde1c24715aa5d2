"""Celery's doors into the house. Each task gets the id of a promise, never data, and leaves all thinking to a service."""

from accreditation import mail, pulses, queue
from accreditation.config.celery import app
from accreditation.services import (
    condition_mail,
    digests,
    grant_check,
    letters,
    monitoring,
    packs,
    panel_reminders,
    replies,
    runs,
    sending,
)


@app.task(name="accreditation.tasks.build_letter")
def build_letter(job_id: int) -> None:
    """Builds the letter that a promise names."""
    letters.build(job_id=job_id)


@app.task(
    name="accreditation.tasks.make_pack", soft_time_limit=270, time_limit=300
)  # many documents take many steps, each within the lease
def make_pack(job_id: int) -> None:
    """Makes the submission as one file that a promise names."""
    packs.build(job_id=job_id)


@app.task(name="accreditation.tasks.pack_round", ignore_result=True)
def pack_round() -> int:
    """The hourly round over submissions as files: old ones are cleared away."""
    return packs.forget_old()


@app.task(name="accreditation.tasks.send_mail")
def send_mail(job_id: int) -> None:
    """Sends the message that a promise names."""
    sending.send(job_id=job_id)


@app.task(name="accreditation.tasks.plan_run")
def plan_run(job_id: int) -> None:
    """Plans the national run that a promise names."""
    runs.plan(job_id=job_id)


@app.task(name="accreditation.tasks.run_part")
def run_part(job_id: int) -> None:
    """Does the part of a national run that a promise names."""
    runs.do_part(job_id=job_id)


@app.task(name="accreditation.tasks.recheck_round", ignore_result=True)
def recheck_round() -> bool:
    """The hourly look whether tonight's re-check of the accredited courses was started."""
    return runs.start_nightly() is not None


@app.task(name="accreditation.tasks.mail_round", ignore_result=True)
def mail_round() -> int:
    """The hourly round: notices that nothing is to be done about, summaries owed, messages a mail server could not take."""
    mail.settle_done()
    return digests.run() + sending.try_again_unreachable()


@app.task(name="accreditation.tasks.condition_round", ignore_result=True)
def condition_round() -> int:
    """The hourly round over open conditions: reminders that are owed, and what new data of a course say."""
    return condition_mail.remind()


@app.task(name="accreditation.tasks.reply_round", ignore_result=True)
def reply_round() -> int:
    """The hourly round over reports whose time for corrections has passed: their chair can record the decision."""
    return replies.tell_lapsed()


@app.task(name="accreditation.tasks.monitoring_round", ignore_result=True)
def monitoring_round() -> int:
    """The hourly round over annual returns and panels that wait for an answer: reminders that are owed."""
    return monitoring.remind() + panel_reminders.remind()


@app.task(name="accreditation.tasks.grant_round", ignore_result=True)
def grant_round() -> int:
    """The hourly round over the grants: what a day that passed, or a hand, has put out of step is set right."""
    return len(grant_check.mend())


@app.task(name="accreditation.tasks.relay", ignore_result=True)
def relay() -> int:
    """Rings again for every promise that nobody holds. Beat alone asks for it: that it runs shows that beat is there."""
    pulses.heard(pulses.BEAT)
    return queue.relay()
