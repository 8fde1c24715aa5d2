"""Celery's doors to the portfolios. Each leaves all thinking to a service."""

from accreditation.config.celery import app
from portfolios.enums import FileKind
from portfolios.services import files, passports, scan_file_work, signing, telling, whole

MAKERS: dict[str, files.Maker] = {FileKind.PASSPORT: passports.make_paper, FileKind.WHOLE: whole.make_whole}


@app.task(
    name="portfolios.tasks.make_file", soft_time_limit=270, time_limit=300
)  # a long log takes many steps
def make_file(job_id: int) -> None:
    """Makes the file that a promise names."""
    files.build(job_id=job_id, makers=MAKERS)


@app.task(name="portfolios.tasks.end_sessions", ignore_result=True)
def end_sessions() -> int:
    """Ends the signing sessions whose time is over, so that the mentors are told what was signed."""
    return signing.sweep()


@app.task(name="portfolios.tasks.look_at_scan_file")
def look_at_scan_file(job_id: int) -> None:
    """Looks at the long file that a promise names."""
    scan_file_work.keep_promise(job_id, storing=False)


@app.task(name="portfolios.tasks.store_scan_file")
def store_scan_file(job_id: int) -> None:
    """Stores the long file that a promise names."""
    scan_file_work.keep_promise(job_id, storing=True)


@app.task(name="portfolios.tasks.forget_scan_files", ignore_result=True)
def forget_scan_files() -> int:
    """Lets go of files that nobody took over."""
    return scan_file_work.forget_old()


@app.task(name="portfolios.tasks.weekly_mail", ignore_result=True)
def weekly_mail() -> int:
    """Promises the mails about waiting appraisals that are owed this week."""
    return telling.run()
