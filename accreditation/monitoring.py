"""The lines of the annual return as data, who owes one, and what is wrong with one. CASE's list of questions is not
published: these follow what its reports on annual monitoring count and tell (students, awards, modules, backgrounds,
placements), with a total wherever lines are added up, because printed totals have not always been the sum.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any, Final, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from accreditation.directory import GIVEN
from accreditation.enums import Award
from accreditation.models import (
    AnnualReturn,
    Conflict,
    Course,
    Decision,
    Message,
    MonitoringFlag,
    Submission,
    User,
)
from accreditation.roles import CHAIR, COMMITTEE, OFFICER
from accreditation.selectors import on_team_today

BODY: Final = (OFFICER, COMMITTEE, CHAIR)
AWARDS: Final = (("pgc", "PgC"), ("pgd", "PgD"), ("msc", "MSc"), ("other", "Another award, or none"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the return: a number, or some words. `group` is what numbers are added up in."""

    code: str
    label: str
    group: str = ""
    help: str = ""

    @property
    def is_number(self) -> bool:
        return bool(self.group)


NUMBERS: Final = (
    *(Line(f"enrolled_{code}", label, "enrolled") for code, label in AWARDS),
    *(Line(f"awarded_{code}", label, "awarded") for code, label in AWARDS),
    *(
        Line(f"left_{code}", label, "left")
        for code, label in (("withdrew", "Withdrew"), ("interrupted", "Interrupted their studies"))
    ),
)
WORDS: Final = (
    Line("modules", "Modules: what was taught, and what changed"),
    Line("backgrounds", "Backgrounds of the students", help="Their professions, for example physiotherapy."),
    Line("placements", "Placements and mentors: pressure, and what is done about it"),
    Line("changes", "Anything else that changed in the course since last year"),
    Line("differences", "Why numbers differ from what the system counts", help="Needed only where they do."),
)
GROUPS: Final = {
    "enrolled": "Students enrolled in the year, by the award they aim for",
    "awarded": "Awards made in the year",
    "left": "Students who left or paused in the year",
}
LINES: Final = {line.code: line for line in (*NUMBERS, *WORDS)}
ONCE: Final = ("changes", "differences")
"""Words of one year only: not taken over from the year before, and allowed to be empty."""


class Source(Protocol):
    """A module that counts what the system itself knows of a course between two days, both included."""

    def counts(self, course: Course, first: date, last: date) -> Mapping[str, int]: ...
    def facts(self, course: Course, first: date, last: date) -> Iterable[tuple[str, int]]: ...


def span(year: int) -> tuple[date, date]:
    """The first and last day of the academic year that began in `year`: 1 September to 31 August."""
    return date(year, 9, 1), date(year + 1, 8, 31)


def spoken_year(year: int) -> str:
    """ "2025-26"."""
    return f"{year}-{(year + 1) % 100:02}"


def last_year(today: date) -> int:
    """The academic year that ended last."""
    return today.year - 1 if today >= date(today.year, 9, 1) else today.year - 2


def due_on(year: int) -> date:
    """By when the return of a year is wanted: so many days after its end."""
    return span(year)[1] + timedelta(days=settings.MONITORING_DUE_DAYS)


def owing(year: int) -> QuerySet[Course]:
    """The courses that owe a return for a year: accredited on its last day, by a decision that holds."""
    last = span(year)[1]
    held = Decision.objects.filter(
        submission__course=OuterRef("pk"),
        superseded=False,
        outcome__in=GIVEN,
        period_from__lte=last,
        period_to__gte=last,
    )
    return Course.objects.filter(Exists(held)).select_related("institution")


def counted(course: Course, year: int) -> dict[str, int]:
    """What the system itself counts for the lines of a return; a line that nothing is known of is not there."""
    found: dict[str, int] = {}
    for source in _sources():
        found |= source.counts(course, *span(year))
    return found


def facts(course: Course, year: int) -> list[tuple[str, int]]:
    """What else the system knows of the year, as (label, number): scans, mentors. To look at, not to enter."""
    return [line for source in _sources() for line in source.facts(course, *span(year))]


def _sources() -> Iterator[Source]:
    return (cast(Source, import_module(name)) for name in settings.MONITORING_SOURCES)


def kind_of(course: Course) -> str:
    """The part of a line's code that says which award the course leads to."""
    return course.award if course.award in (Award.PGC, Award.PGD, Award.MSC) else "other"


def before(course: Course, year: int) -> dict[str, Any]:
    """What the course sent for the year before; empty where it sent nothing."""
    found = AnnualReturn.objects.filter(course=course, year=year - 1, sent_at__isnull=False).first()
    return dict(found.entered) if found else {}


def prefilled(course: Course, year: int) -> dict[str, Any]:
    """What a new return begins with: last year's words, and the system's own numbers; nothing is sent unseen."""
    words = {code: text for code, text in before(course, year).items() if not LINES[code].is_number}
    return {code: text for code, text in words.items() if code not in ONCE} | counted(course, year)


def totals(entered: Mapping[str, Any]) -> dict[str, int]:
    """The sum of each group of numbers, computed, never entered; a line that is empty counts nothing."""
    sums = dict.fromkeys(GROUPS, 0)
    for line in NUMBERS:
        sums[line.group] += entered.get(line.code) or 0
    return sums


def problems(
    entered: Mapping[str, Any],
    unchanged: Iterable[str],
    *,
    counts: Mapping[str, int],
    last: Mapping[str, Any],
) -> dict[str, str]:
    """Why a return cannot be sent: line → sentence. Numbers are whole from 0; what the system counts otherwise is explained;
    words that are last year's are confirmed as unchanged, line by line.
    """
    found: dict[str, str] = {}
    for line in NUMBERS:
        if entered.get(line.code) is None:
            found[line.code] = "Enter a number, 0 where there was none"
    differing = [code for code, number in counts.items() if entered.get(code) not in (None, number)]
    if differing and not str(entered.get("differences", "")).strip():
        names = ", ".join(f"{GROUPS[LINES[code].group].lower()}: {LINES[code].label}" for code in differing)
        found["differences"] = f"Say why these differ from what the system counts: {names}"
    confirmed = set(unchanged)
    for line in WORDS:
        text = str(entered.get(line.code, "")).strip()
        if line.code in ONCE:
            continue
        if not text:
            found[line.code] = "Write a sentence or two"
        elif text == str(last.get(line.code, "")).strip() and line.code not in confirmed:
            found[line.code] = "This is what you sent last year: confirm that it is unchanged, or change it"
    return found


def visible_returns(user: User) -> QuerySet[AnnualReturn]:
    """Returns that a person may see: of the courses they work on; those that were sent, for the office and the Committee,
    without the institutions that a conflict of interest keeps from them.
    """
    rows = AnnualReturn.objects.select_related("course__institution", "sent_by", "updated_by")
    if not user.is_active:
        return rows.none()
    seen = Q(Exists(on_team_today(user, "course")))
    if user.has_role(*BODY):
        seen |= Q(sent_at__isnull=False)
    return rows.filter(seen).exclude(Exists(_conflicts(user, "course__institution")))


@dataclass(frozen=True, slots=True)
class Owed:
    """One course and its return of a year, if there is one that was begun."""

    course: Course
    found: AnnualReturn | None
    due: date

    @property
    def sent(self) -> bool:
        return self.found is not None and self.found.sent_at is not None

    @property
    def late(self) -> bool:
        return not self.sent and self.due < timezone.localdate()


def owed(user: User, year: int) -> list[Owed]:
    """Every course that owes a return for a year, as the office sees it: those that are missing first. Two queries."""
    if not user.has_role(*BODY):
        return []
    rows = AnnualReturn.objects.filter(year=year).prefetch_related("flags")
    courses = (
        owing(year)
        .exclude(Exists(_conflicts(user, "institution")))
        .prefetch_related(Prefetch("returns", queryset=rows, to_attr="of_year"))
    )
    made = [
        Owed(course, next(iter(getattr(course, "of_year", ())), None), due_on(year)) for course in courses
    ]
    return sorted(made, key=lambda one: (one.sent, str(one.course)))


def reminded(courses: Iterable[Course], year: int) -> dict[UUID, datetime]:
    """Course → when its leaders were last reminded of the return of a year. One query."""
    ids = [str(course.pk) for course in courses]
    rows = Message.objects.filter(kind="monitoring_due", about_id__in=ids, context__year=year)
    return {UUID(one): at for one, at in rows.order_by("created_at").values_list("about_id", "created_at")}


def flags_for(submission: Submission, clause: str = "") -> QuerySet[MonitoringFlag]:
    """The flags on a submission's course, newest year first, for whoever judges it (or of one clause of it)."""
    found = MonitoringFlag.objects.filter(annual_return__course=submission.course_id)
    found = found.filter(clause=clause) if clause else found
    return found.select_related("annual_return", "raised_by").order_by("-annual_return__year", "clause")


def _conflicts(user: User, institution: str) -> QuerySet[Conflict]:
    rows = Conflict.objects.filter(user=user, institution=OuterRef(institution), submission__isnull=True)
    return rows.exclude(blocks=False)


def year_asked(text: str, today: date) -> int:
    """The year that an address asks for, or the last one."""
    return int(text) if text.isdecimal() and 2000 <= int(text) <= today.year else last_year(today)
