"""Files of scans as their pages show them."""

from typing import Any

from django.template.defaultfilters import pluralize
from django.urls import reverse

from accreditation.models import Course, User
from portfolios.enums import ScanFileState
from portfolios.models import Portfolio, ScanFile
from portfolios.services.scan_file_work import stored_so_far

WORDS = {
    "good": "Good, and new",
    "refused": "Refused",
    "there": "In the log already",
    "twice": "Twice in the file",
    "empty": "Empty",
}
AFTERWARDS = {**WORDS, "good": "Stored"}


def list_url(row: ScanFile) -> str:
    """Where the other files for the same logs are."""
    if row.portfolio_id is None:
        return reverse("course_scan_files", args=[row.course_id])
    return reverse("scan_files", args=[row.portfolio_id])


def crumbs(
    course: Course, portfolio: Portfolio | None, user: User, *more: tuple[str, str]
) -> list[dict[str, str]]:
    """The way to a page about files: through the log, or through the course's students."""
    if portfolio is None:
        way = [
            (course.title, reverse("course", args=[course.pk])),
            ("Students", reverse("course_students", args=[course.pk])),
        ]
    else:
        whose = "Your portfolio" if portfolio.student.user_id == user.pk else portfolio.student.full_name
        way = [
            (whose, reverse("portfolio", args=[portfolio.pk])),
            ("Scan log", reverse("scan_list", args=[portfolio.pk])),
        ]
    return [{"label": label, "url": url} for label, url in (*way, *more)]


def counts(row: ScanFile) -> list[tuple[str, int]]:
    """What becomes of the lines, in words: those kinds of which there are any."""
    words = AFTERWARDS if row.state in (ScanFileState.APPLIED, ScanFileState.UNDONE) else WORDS
    return [
        (words[name], row.counts[name])
        for name in words
        if row.counts.get(name) or name == "good" and row.counts
    ]


def work(row: ScanFile) -> dict[str, Any] | None:
    """What the worker does with a long file, for `components/work.html`; None where it does nothing."""
    if row.state not in (ScanFileState.READING, ScanFileState.STORING):
        return None
    storing = row.state == ScanFileState.STORING
    done = stored_so_far(row) if storing else row.done
    shown: dict[str, Any] = {
        "id": "scan-file-work",
        "title": row.name,
        "state": "running" if done else "waiting",
        "state_label": row.get_state_display(),
        "text": "You can close this page: the work goes on, and the result stays here.",
        "poll_url": reverse("scan_file_state", args=[row.pk]),
    }
    if done and row.total:
        shown |= {
            "value": done,
            "max": max(row.total, done),
            "text": f"{done:,} of about {row.total:,} lines. {shown['text']}",
        }
    return shown


def taken_over(row: ScanFile) -> str:
    """What is said when a file has been taken over."""
    number = row.counts["good"]
    came = f"{number:,} scan{pluralize(number)} came into the log."
    return f"{came} The file can be taken back as a whole."
