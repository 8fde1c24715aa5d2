"""What would mend advice that was not followed (Position Statement 3)."""

from __future__ import annotations

from accreditation.rules.bench import Bench
from accreditation.rules.edits import Edit
from accreditation.rules.findings import Finding
from accreditation.rules.menders.shared import Mended


def told(bench: Bench, finding: Finding) -> Mended:
    yield (
        "A passage in the student handbook on presenting portfolio and award",
        (Edit("course/employer_guidance/tells_students", True),),
    )


def presented(bench: Bench, finding: Finding) -> Mended:
    student = bench.student(finding.subject.id)
    shown_both = {"to": "employer", "on": bench.facts.as_of.isoformat(), "included": ["award", "portfolio"]}
    yield (
        "Award and portfolio presented to the employer or regulator",
        (Edit(f"{student.place}/presentations/+", shown_both),),
    )
