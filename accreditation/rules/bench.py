"""The bench on which repairs are worked out: the facts with their dossiers, and the placeholders a repair needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any, Final

from accreditation.rules import regions
from accreditation.rules.dossier import CourseDossier, StudentDossier
from accreditation.rules.edits import Edit
from accreditation.rules.facts import Facts, Mentor
from accreditation.rules.findings import Outcome
from accreditation.rules.mentoring import eligibility
from accreditation.rules.standards import EDITIONS

LONG_AGO: Final = "2000-01-01"
"""A placeholder for the day of an award that only the course can look up."""

NAMED_LATER: Final = "(to be named)"


class Bench:
    """Facts that are being mended, read once; a new bench is made after each change."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.course = CourseDossier(facts, EDITIONS[facts.standard])
        self._given = 0

    def student(self, student_id: str) -> StudentDossier:
        return next(student for student in self.course.students if student.id == student_id)

    @cached_property
    def _taken(self) -> set[str]:
        lists: list[Any] = [self.facts.mentors, self.facts.course.modules or ()]
        for student in self.facts.students:
            lists += [student.scans or (), student.assessments or ()]
        return {one.id for items in lists for one in items}

    def fresh_id(self) -> str:
        """An id that no mentor, module, scan or assessment has."""
        while True:
            self._given += 1
            if (found := f"new-{self._given}") not in self._taken:
                return found

    # --- whom to ask ------------------------------------------------------------------------------------------------

    def fitting_mentor(self, student: StudentDossier, parts: int, on: date) -> Mentor | None:
        """A mentor who may supervise these parts on a day: one of the student's contract if there is one."""
        signed = student.contract.signers if student.contract else frozenset()
        fitting = [
            mentor
            for mentor in self.facts.mentors
            if mentor.remit is not None
            and not parts & ~mentor.remit
            and eligibility(mentor, on, self.course.terms, student.around).outcome is Outcome.MET
        ]
        return next((one for one in fitting if one.id in signed), fitting[0] if fitting else None)

    def new_mentor(self, name: str, parts: int = regions.EVERY_PART) -> Edit:
        return Edit(
            "mentors/+",
            {
                "id": name,
                "name": NAMED_LATER,
                "qualifications": [{"kind": "pgc", "msk": "yes", "ratified_on": LONG_AGO}],
                "remit": list(regions.names(parts)),
            },
        )

    def mentor_for(self, student: StudentDossier, parts: int, on: date) -> tuple[str, list[Edit]]:
        """The id of a mentor for these parts on a day, with the edits that make one where none fits."""
        edits: list[Edit] = []
        mentor = self.fitting_mentor(student, parts, on)
        name = mentor.id if mentor else self.fresh_id()
        if mentor is None:
            edits.append(self.new_mentor(name))
        if student.contract and name not in student.contract.signers:
            signature = {"party": "mentor", "by": name, "on": self.facts.as_of.isoformat()}
            edits.append(Edit(f"{student.contract.ref}/signatures/+", signature))
        return name, edits

    # --- what to add -----------------------------------------------------------------------------------------------

    def last_day_for(self, student: StudentDossier, part: int) -> date:
        """The last day on which a scan of this part still counts: not after its ratification."""
        return student.ratified_for(part) or self.facts.as_of

    def new_scans(
        self, student: StudentDossier, part: int, number: int, pathologies: list[str]
    ) -> Iterator[Edit]:
        """Edits for so many more counted scans of a part, appraised, with these pathologies in turn."""
        on = self.last_day_for(student, part)
        mentor, edits = self.mentor_for(student, part, on)
        yield from edits
        for place in range(number):
            name = self.fresh_id()
            yield Edit(
                f"{student.place}/scans/+",
                {
                    "id": name,
                    "on": on.isoformat(),
                    "regions": list(regions.names(part)),
                    "subject": "patient",
                    "supervision": "observed",
                    "mentor": mentor,
                    "minutes": 30,
                    "pathologies": pathologies[place % len(pathologies) :][:1] if pathologies else [],
                    "case": f"case of {name}",
                    "logged": True,
                    "appraisal": {"by": mentor, "on": on.isoformat(), "grade": None},
                },
            )
