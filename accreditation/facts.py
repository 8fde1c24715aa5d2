"""Facts from the database: what the rules may see of one course, as it stood on a day (standard/facts.md).

The accreditation app knows the course only. `settings.FACT_SOURCES` names a module of each app that fills in what that
app knows; nothing here imports them. The sources are asked from the last to the first, because students name their
mentors: by the time the register is asked, it is known whom the students' rows speak of. Two queries bring everything on
PostgreSQL: the scan logs, and all else (`accreditation.repeated.together`).

A row counts where the system knew it on the evening of `as_of` and where it does not tell of a later day. Only the end
of a period may lie after `as_of`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from importlib import import_module
from typing import Any, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accreditation.models import Citation, Course, Module, Submission
from accreditation.repeated import Keys, Query, Rows, together
from accreditation.rules import facts


@dataclass
class Gathering:
    """Facts on their way: each source writes its own part, out of the `rows` that its questions found."""

    course: Course
    as_of: date
    course_facts: facts.Course | None = None
    mentors: tuple[facts.Mentor, ...] = ()
    shortages: tuple[facts.Shortage, ...] = ()
    students: tuple[facts.Student, ...] = ()
    only: frozenset[UUID] | None = None  # of the students only these; None: all
    mentor_numbers: set[str] = field(default_factory=set)  # whom the scan logs name
    scans: Any = None  # the logs as the portfolios' source keeps them between its steps
    rows: dict[str, Rows] = field(default_factory=dict)

    @property
    def evening(self) -> datetime:
        """What was known by then counts."""
        return evening_of(self.as_of)


@dataclass
class Asked:
    """What the sources' questions are about. Nothing else may decide what a question looks like: its SQL is kept.

    `mentors`: queries of the mentors whom the register must bring; each source adds its own.
    """

    keys: Keys
    course: UUID
    as_of: date
    evening: datetime
    numbers: Collection[str]
    only: Collection[UUID] | None
    mentors: list[Query] = field(default_factory=list)


def evening_of(day: date) -> datetime:
    """The last moment of a day, in the place where the system is at home."""
    return datetime.combine(day, time.max, tzinfo=timezone.get_default_timezone())


class FactSource(Protocol):
    """A module that knows some of the facts of a course."""

    def begin(self, gathering: Gathering) -> None:
        """Fetches what is too large for `questions`: at most one query."""
        ...

    def questions(self, asked: Asked) -> Mapping[str, Query]:
        """Its queries of plain rows, by names that no other source uses; they are all sent together."""
        ...

    def contribute(self, gathering: Gathering) -> None:
        """Adds to `gathering`, out of the rows that its questions found, without a query."""
        ...


@lru_cache
def sources() -> tuple[FactSource, ...]:
    """The modules in the order in which they are asked."""
    return tuple(cast(FactSource, import_module(name)) for name in reversed(settings.FACT_SOURCES))


def gather(
    course: Course, as_of: date, *, standard: str | None = None, only: frozenset[UUID] | None = None
) -> facts.Facts:
    """The facts of a course on a day, read with the words of an edition (the current one, unless named).

    `only`: of the students just these, for a page about one of them; what is frozen with a submission has all.

    The same rows give equal facts, in the same order, whenever they are asked for. Two queries on PostgreSQL.
    """
    gathering = Gathering(course, as_of, only=only)
    for source in sources():
        source.begin(gathering)
    numbers = sorted(gathering.mentor_numbers)
    gathering.rows = rows_of(course.pk, as_of, gathering.evening, numbers, only)
    for source in sources():
        source.contribute(gathering)
    return facts.Facts(
        standard=standard or settings.STANDARD,
        as_of=as_of,
        course=gathering.course_facts or facts.Course(id=course.reference),
        mentors=gathering.mentors,
        shortages=gathering.shortages,
        students=gathering.students,
    )


@together
def rows_of(
    keys: Keys,
    course: UUID,
    as_of: date,
    evening: datetime,
    numbers: Collection[str],
    only: Collection[UUID] | None,
) -> dict[str, Query]:
    """All questions of all sources."""
    asked = Asked(keys, course, as_of, evening, numbers, only)
    return {name: query for source in sources() for name, query in source.questions(asked).items()}


def begin(gathering: Gathering) -> None:
    """Nothing: what is known of the course itself is small."""


def questions(asked: Asked) -> dict[str, Query]:
    """The course's modules, its institution's name, and the files that its newest submission cites."""
    return {
        "institution": Course.objects.filter(pk=asked.course).order_by().values_list("institution__name"),
        "modules": Module.objects.filter(course=asked.course).order_by("code").values_list(*MODULE),
        "cited": _cited_rows(asked.course),
    }


MODULE = (
    "code", "title", "level", "framework", "topics", "formal_assessment", "relevant_to_remit", "relevance_judged_by",
)  # fmt: skip


def contribute(gathering: Gathering) -> None:
    """The course itself, its modules, and the files that its newest submission cites for them."""
    course, rows = gathering.course, gathering.rows
    cited = cited_evidence(rows["cited"])
    gathering.course_facts = facts.Course(
        id=course.reference,
        title=course.title or None,
        institution=rows["institution"][0][0],
        kind=course.kind,
        award=course.award,
        direct_entry=course.direct_entry,
        minimum_scans=dict(course.minimum_scans),
        admissions=facts.Admissions(
            requires_professional_body=course.requires_professional_body,
            experience_judged=course.experience_judged or None,
            evidence=_refs(cited, "PS1.3"),
        ),
        employer_guidance=facts.EmployerGuidance(
            tells_students=course.tells_students,
            tells_employers=course.tells_employers,
            evidence=_refs(cited, "PS3.1"),
        ),
        modules=_modules(rows["modules"], cited),
    )


def _refs(cited: Mapping[str, list["Cited"]], clause: str) -> tuple[str, ...]:
    return tuple(file.ref for file in cited.get(clause, ()))


def _modules(rows: Rows, cited: Mapping[str, list["Cited"]]) -> tuple[facts.Module, ...]:
    """The modules by code, each with the files cited under PS5 that are about it."""
    codes = [row[0] for row in rows]
    files = {file.ref: file for clause, found in cited.items() if clause.startswith("PS5.") for file in found}
    under_ps5 = sorted(files.values(), key=lambda file: file.number)
    return tuple(
        facts.Module(
            id=code,
            title=title or None,
            level=level,
            framework=framework or None,
            topics=tuple(sorted(topics)),
            formal_assessment=formal_assessment,
            relevant_to_remit=relevant_to_remit,
            relevance_judged_by=relevance_judged_by or None,
            evidence=tuple(file.ref for file in under_ps5 if file.is_about(code, codes)),
        )
        for code, title, level, framework, topics, formal_assessment, relevant_to_remit, relevance_judged_by in rows
    )


@dataclass(frozen=True, slots=True)
class Cited:
    """A file of the newest submission that one of its answers cites."""

    number: int
    title: str

    @property
    def ref(self) -> str:
        return f"E{self.number}"

    def is_about(self, code: str, codes: list[str]) -> bool:
        """Whether the file tells of a module: its title names the module's code, or the code of none of them.

        A citation belongs to an answer, and an answer to a clause; which module is meant stands in the title only.
        """
        words = self.title.replace(",", " ").replace(":", " ").split()
        return code in words or not any(other in words for other in codes)


def cited_evidence(rows: Rows) -> dict[str, list[Cited]]:
    """Clause → the files that the course's newest submission cites for it, each once, in the order of their numbers."""
    cited: defaultdict[str, list[Cited]] = defaultdict(list)
    for clause, number, title in rows:
        cited[clause].append(Cited(number, title))
    return cited


def _cited_rows(course: UUID) -> Query:
    newest = Submission.objects.filter(course=course).order_by("-created_at").values("pk")[:1]
    rows = Citation.objects.filter(answer__submission__in=newest, evidence__removed_at__isnull=True)
    return (
        rows.order_by("evidence__number")
        .values_list("answer__clause", "evidence__number", "evidence__title")
        .distinct()
    )
