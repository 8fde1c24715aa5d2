"""A second edition that does not exist, with other numbers and one clause more: nothing may be wired to the first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from accreditation.rules.clauses import Clause, Edition, Force, Origin, SubjectKind
from accreditation.rules.dates import LeapRule
from accreditation.rules.dossier import CourseDossier
from accreditation.rules.findings import Finding, Outcome
from accreditation.rules.registry import RULES, Rule, Say
from accreditation.rules.standards.msk_2023 import MSK_2023

FIRST_DAY = date(2024, 1, 1)

OTHER: dict[str, Any] = {
    "mentor_years": 3,
    "shortage_years": 2,
    "few_scans": 7,
    "pathology_range": 4,
    "radiology_level": 3,
    "leap_rule": LeapRule.MARCH_1,
    "recognised_bodies": frozenset(("GMC",)),
    "no_direct_entry": frozenset(("postgraduate",)),
    "supervised": frozenset(("observed", "remote")),
    "supervised_apart": frozenset(("indirect",)),
    "topics": ("physics", "technology"),
    "levels_accepted": {"postgraduate": frozenset((6,))},
}


def fictional(**more: Any) -> Edition:
    """The edition `msk-2031`, from 1 January 2024 on, with its own numbers (and `more`)."""
    values = OTHER | more
    settings = tuple(
        replace(one, since=FIRST_DAY, value=values.get(one.name, one.value)) for one in MSK_2023.settings
    )
    taught = Clause(
        "PS6.1",
        Force.MUST,
        Origin.STATEMENT,
        SubjectKind.COURSE,
        "A title",
        "the course has a title",
        "a title",
    )
    return replace(
        MSK_2023,
        name="msk-2031",
        in_force=FIRST_DAY,
        settings=settings,
        clauses=tuple(one for one in MSK_2023.clauses if one.id != "PS3.1") + (taught,),
    )


def has_title(course: CourseDossier, say: Say) -> Iterator[Finding]:
    """Met where the course has a title."""
    titled = bool(course.course.title)
    yield say(Outcome.MET if titled else Outcome.NOT_MET, f"Title: {course.course.title or 'none'}.")


FICTIONAL_RULES: dict[str, Rule] = {**RULES, "PS6.1": has_title}
