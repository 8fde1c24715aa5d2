"""Facts from the database: what the rules may see of one course, as it stood on a day (standard/facts.md).

The accreditation app knows the course only. `settings.FACT_SOURCES` names a module of each app that fills in what that
app knows; nothing here imports them. The sources are asked from the last to the first, because students name their
mentors: by the time the register is asked, it is known whom the students' rows speak of.

A row counts where the system knew it on the evening of `as_of` and where it does not tell of a later day. Only the end
of a period may lie after `as_of`.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from importlib import import_module
from typing import Any, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accreditation.models import Citation, Course, Submission
from accreditation.repeated import repeated
from accreditation.rules import facts


@dataclass
class Gathering:
    """Facts on their way: each source writes its own part, and `mentor_ids` says whom the register must bring."""

    course: Course
    as_of: date
    course_facts: facts.Course | None = None
    mentors: tuple[facts.Mentor, ...] = ()
    shortages: tuple[facts.Shortage, ...] = ()
    students: tuple[facts.Student, ...] = ()
    mentor_ids: set[UUID] = field(default_factory=set)
    only: frozenset[UUID] | None = None  # of the students only these; None: all

    @property
    def evening(self) -> datetime:
        """What was known by then counts."""
        return evening_of(self.as_of)


def evening_of(day: date) -> datetime:
    """The last moment of a day, in the place where the system is at home."""
    return datetime.combine(day, time.max, tzinfo=timezone.get_default_timezone())


class FactSource(Protocol):
    """A module that knows some of the facts of a course."""

    def contribute(self, gathering: Gathering) -> None:
        """Adds to `gathering`, in a number of queries that does not depend on the number of rows."""
        ...


def gather(
    course: Course, as_of: date, *, standard: str | None = None, only: frozenset[UUID] | None = None
) -> facts.Facts:
    """The facts of a course on a day, read with the words of an edition (the current one, unless named).

    `only`: of the students just these, for a page about one of them; what is frozen with a submission has all.

    The same rows give equal facts, in the same order, whenever they are asked for.
    """
    gathering = Gathering(course, as_of, only=only)
    for name in reversed(settings.FACT_SOURCES):
        cast(FactSource, import_module(name)).contribute(gathering)
    return facts.Facts(
        standard=standard or settings.STANDARD,
        as_of=as_of,
        course=gathering.course_facts or facts.Course(id=course.reference),
        mentors=gathering.mentors,
        shortages=gathering.shortages,
        students=gathering.students,
    )


def contribute(gathering: Gathering) -> None:
    """The course itself, its modules, and the files that its newest submission cites for them: four queries."""
    course = gathering.course
    cited = cited_evidence(course)
    gathering.course_facts = facts.Course(
        id=course.reference,
        title=course.title or None,
        institution=course.institution.name,
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
        modules=_modules(course, cited),
    )


def _refs(cited: Mapping[str, list["Cited"]], clause: str) -> tuple[str, ...]:
    return tuple(file.ref for file in cited.get(clause, ()))


def _modules(course: Course, cited: Mapping[str, list["Cited"]]) -> tuple[facts.Module, ...]:
    """The modules by code, each with the files cited under PS5 that are about it."""
    modules = list(course.modules.order_by("code"))
    codes = [module.code for module in modules]
    files = {file.ref: file for clause, found in cited.items() if clause.startswith("PS5.") for file in found}
    under_ps5 = sorted(files.values(), key=lambda file: file.number)
    return tuple(
        facts.Module(
            id=module.code,
            title=module.title or None,
            level=module.level,
            framework=module.framework or None,
            topics=tuple(sorted(module.topics)),
            formal_assessment=module.formal_assessment,
            relevant_to_remit=module.relevant_to_remit,
            relevance_judged_by=module.relevance_judged_by or None,
            evidence=tuple(file.ref for file in under_ps5 if file.is_about(module.code, codes)),
        )
        for module in modules
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


def cited_evidence(course: Course) -> dict[str, list[Cited]]:
    """Clause → the files that the course's newest submission cites for it, each once, in the order of their numbers."""
    cited: defaultdict[str, list[Cited]] = defaultdict(list)
    for clause, number, title in _cited_rows(course.pk):
        cited[clause].append(Cited(number, title))
    return cited


@repeated
def _cited_rows(course: UUID) -> QuerySet[Any, tuple[Any, ...]]:
    newest = Submission.objects.filter(course=course).order_by("-created_at").values("pk")[:1]
    rows = Citation.objects.filter(answer__submission__in=newest, evidence__removed_at__isnull=True)
    return (
        rows.order_by("evidence__number")
        .values_list("answer__clause", "evidence__number", "evidence__title")
        .distinct()
    )
