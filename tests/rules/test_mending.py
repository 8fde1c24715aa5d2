"""The shortest way to green, tried: the repairs applied give a course on which nothing stands in the way but a human."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accreditation.rules.edits import Edit, edited
from accreditation.rules.evaluate import evaluate
from accreditation.rules.facts_reading import read
from accreditation.rules.facts_writing import write
from accreditation.rules.findings import Outcome
from accreditation.rules.repair import apply, in_words, shortest
from tests.rules.course import changed, course
from tests.rules.random_facts import random_facts

GREEN = {Outcome.MET, Outcome.JUDGE, Outcome.NOT_APPLICABLE}


@settings(max_examples=30, deadline=None)
@given(st.integers(min_value=0, max_value=10**9))
@example(313)  # no remit and no scan: the first scan is asked for
@example(333)  # two levels in radiology, one of them without its day
def test_applied_repairs_leave_only_what_a_human_decides(seed: int) -> None:
    facts = read(random_facts(seed))
    mended = evaluate(apply(facts, shortest(facts)))
    left = {clause.clause: str(clause.outcome) for clause in mended.clauses if clause.outcome not in GREEN}
    assert left == {}


def test_nothing_to_mend_needs_nothing() -> None:
    facts = read(course())
    assert shortest(facts) == []
    assert apply(facts, []) == facts


S = "students/S1"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([["course/minimum_scans", {"knee": 8}]], [("PS2.4", "Two more supervised knee scans, made by 10 July 2025, when the award was ratified for student S1")]),
        ([["mentors/M1/qualifications/0/ratified_on", "2022-09"]], [("PS4.2", "M. Okafor's award date to the day for student S1")]),
        ([[f"{S}/contracts/0/signatures/2", "<delete>"]], [("PS2.1", "The signature of the awarding institution on version 1 of the contract for student S1")]),
        ([[f"{S}/scans/X4/subject", "simulator"]], [("PS4.5", "Scans taken out of the log, because it is of patients only, and kept apart as learning: X4 (student S1)")]),
        ([[f"{S}/results/0/outcome", "fail"]], [("PS5.3", "A pass in Physics and technology for student S1")]),
        ([["course/employer_guidance/tells_students", False]], [("PS3.1", "A passage in the student handbook on presenting portfolio and award")]),
        ([[f"{S}/assessments/A2", "<delete>"]], [("PS2.6", "A passed and signed unseen patient examination of knee, by 10 July 2025 for student S1")]),
        ([[f"{S}/scans/X4/mentor", "<null>"]], [("PS4.2", "The mentor who supervised scans: X4 (student S1)")]),
    ],
)  # fmt: skip
def test_the_smallest_list_in_plain_words(changes: list[Any], expected: list[tuple[str, str]]) -> None:
    facts = read(changed(course(), changes))
    repairs = shortest(facts)
    assert in_words(repairs) == expected
    assert str(evaluate(apply(facts, repairs)).overall) in ("met", "awaiting_assessor")


def test_an_unsupervised_scan_leaves_the_log_and_another_takes_its_place() -> None:
    facts = read(
        changed(course(), [[f"{S}/scans/X4/supervision", "none"], ["course/minimum_scans", {"shoulder": 6}]])
    )
    told = [what for _, what in in_words(shortest(facts))]
    assert told == [
        "One more supervised shoulder scan, made by 10 July 2025, when the award was ratified for student S1",
        "Scans taken out of the log, because nobody supervised them, and others made under supervision: X4 (student S1)",
    ]


def test_equal_repairs_are_told_once_for_several_students() -> None:
    raw = course()
    for name in ("S2", "S3"):
        raw["students"].append(changed(course(), [[f"{S}/id", name]])["students"][0])
    raw = changed(raw, [["course/minimum_scans", {"knee": 8}]])
    told = in_words(shortest(read(raw)))
    assert [what.partition(", made")[0] for _, what in told] == ["Two more supervised knee scans"]
    assert told[0][1].endswith("for three students (S1, S2 and S3)")


def test_edits_leave_what_they_are_given_alone() -> None:
    raw = write(read(course()))
    changed_copy = edited(
        raw, [Edit(f"{S}/scans/X4/logged", False), Edit(f"{S}/awards/+", {"kind": "final"})]
    )
    assert raw == write(read(course()))
    assert changed_copy["students"][0]["scans"][3]["logged"] is False
    assert len(changed_copy["students"][0]["awards"]) == 2
    with pytest.raises(KeyError):
        edited(raw, [Edit("students/S9/hours", 1)])
