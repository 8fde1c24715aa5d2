"""The nightly re-check: every accredited course against the standard as its data stand today. It tells, and changes nothing.

What each course's findings were the last time stands in its `CourseStanding`; a line of the run says what is different now.
"""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accreditation import mail, pulses
from accreditation.directory import accredited_courses
from accreditation.facts import gather
from accreditation.models import Course, CourseStanding, NationalRun, RunLine, User
from accreditation.roles import OFFICER
from accreditation.rules.dates import spoken
from accreditation.rules.evaluate import evaluate
from accreditation.rules.facts_writing import sha256, write
from accreditation.rules.findings import PLAIN, Outcome, Report
from accreditation.rules.since import standing, turns
from accreditation.run_selectors import visible_lines
from accreditation.services.run_work import Work, line_of

NAMED = 10  # courses that the message names


@dataclass(frozen=True, slots=True)
class Seen:
    """One course as the rules see it today."""

    course: Course
    report: Report
    raw: dict[str, Any]


def subjects(run: NationalRun) -> list[str]:
    """Every course that is accredited on the run's day."""
    return [
        str(pk) for pk in accredited_courses(run.as_of).order_by("reference").values_list("pk", flat=True)
    ]


def look(run: NationalRun, subject: str) -> Seen:
    """Gathers a course's facts and runs the rules on them."""
    course = Course.objects.select_related("institution").get(pk=subject)
    facts = gather(course, run.as_of)
    raw = write(facts)
    return Seen(course, evaluate(facts, facts_sha256=sha256(raw)), raw)


def keep(run: NationalRun, subject: str, seen: Seen) -> RunLine:
    """The line of a course, compared with its last look, which this look then replaces."""
    before = CourseStanding.objects.select_for_update().filter(course=seen.course).first()
    now = standing(seen.report)
    turned = turns(before.outcomes, seen.report) if before else []
    line = line_of(run, subject, turned, seen.raw)
    line.course, line.outcome = seen.course, seen.report.overall.value
    line.since = before.as_of if before else None
    if before and (before.rules_version, before.edition) != (seen.report.rules_version, seen.report.standard):
        line.words = (
            "The standard’s rules changed since the last look: not every change comes from the course."
        )
    CourseStanding.objects.update_or_create(
        course=seen.course,
        defaults={
            "as_of": run.as_of,
            "edition": seen.report.standard,
            "rules_version": seen.report.rules_version,
            "outcomes": now,
        },
    )
    return line


def finished(run: NationalRun) -> None:
    """Tells every officer which courses of those they may see got worse, once a run; nobody where none did."""
    worse = run.lines.filter(worse__gt=0).count()
    failed = run.lines.filter(failed=True).count()
    number = run.lines.count()
    words = f"{number} course{'' if number == 1 else 's'} looked at, {worse} got worse"
    pulses.heard(
        pulses.RECHECK, faults=failed, words=words + (f", {failed} could not be read" if failed else "")
    )
    if not worse:
        return
    for officer in User.objects.filter(groups__name=OFFICER, is_active=True).order_by("pk"):
        lines = list(
            visible_lines(officer, run)
            .filter(worse__gt=0)
            .select_related("course__institution")
            .order_by("-worse", "course__reference")
        )
        if lines:
            mail.promise(
                "recheck_worse",
                to=officer,
                key=f"recheck:{run.pk}:{officer.pk}",
                path=reverse("run", args=[run.pk]),
                context={
                    "count": len(lines),
                    "on": spoken(run.as_of),
                    "courses": [_told(line) for line in lines[:NAMED]],
                    "more": max(0, len(lines) - NAMED),
                },
            )


def _told(line: RunLine) -> dict[str, str]:
    """A course with the first of its changes for the worse, in words."""
    assert line.course  # noqa: S101 (every line of a re-check has its course)
    first = line.changes[0]
    whose = f" for student {first['subject']['id']}" if first["subject"]["kind"] == "student" else ""
    was = f", was {PLAIN[Outcome(first['before'])]}" if first["before"] else ""
    more = f", and {line.worse - 1} more" if line.worse > 1 else ""
    return {
        "course": f"{line.course.title}, {line.course.institution.short_name}",
        "what": f"{first['clause']}{whose} is {PLAIN[Outcome(first['after'])]}{was}{more}",
    }


WORK = Work(per_part=5, subjects=subjects, look=look, keep=keep, finished=finished)
