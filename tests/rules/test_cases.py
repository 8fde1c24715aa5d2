"""The case tables: both sides of every threshold, each with the words of the clauses that decide it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from accreditation.rules.evaluate import evaluate_file
from accreditation.rules.facts_reading import InvalidFacts
from tests.rules.course import changed, course

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "standard"

CASES = [
    pytest.param(case, id=f"{table.stem}: {case['name']}")
    for table in sorted((HERE / "cases").glob("*.toml"))
    for case in tomllib.loads(table.read_text())["case"]
]


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any]) -> None:
    report = evaluate_file(changed(course(), case["change"]))
    assert {clause: str(report.clause(clause).outcome) for clause in case["expect"]} == case["expect"]
    findings = [finding for clause in case["expect"] for finding in report.clause(clause).findings]
    if says := case.get("says"):
        assert any(says in finding.reason for finding in findings), [finding.reason for finding in findings]
    if evidence := case.get("evidence"):
        assert any(evidence in finding.evidence for finding in findings)


@pytest.mark.skipif(not SHARED.exists(), reason="the standard's own files are not beside the repository")
@pytest.mark.parametrize("case", CASES)
def test_the_words_of_a_case_are_the_standards(case: dict[str, Any]) -> None:
    def plain(text: str) -> str:
        return re.sub(r"\s+", " ", text)

    assert plain(case["words"]) in plain(
        (SHARED / "clauses.md").read_text() + (SHARED / "statements.md").read_text()
    )


def test_the_small_course_is_met_on_every_clause() -> None:
    report = evaluate_file(course())
    assert {clause.clause: str(clause.outcome) for clause in report.clauses if clause.outcome != "met"} == {}


def _shared() -> list[Any]:
    files = sorted((SHARED / "cases").glob("*.json")) if SHARED.exists() else []
    return [
        pytest.param(case, id=case["id"])
        for file in files
        if file.name != "base.json"
        for case in json.loads(file.read_text())
    ] or [
        pytest.param(None, marks=pytest.mark.skip("the standard's own files are not beside the repository"))
    ]


@pytest.mark.parametrize("case", _shared())
def test_shared_case(case: dict[str, Any]) -> None:
    facts = changed(json.loads((SHARED / "cases" / "base.json").read_text()), case["change"])
    if "invalid" in case:
        with pytest.raises(InvalidFacts) as refused:
            evaluate_file(facts)
        assert case["invalid"] in json.dumps(refused.value.errors)
        return
    report = evaluate_file(facts)
    for clause, subject, expected in case["expect"]:
        got = report.overall if clause == "overall" else report.clause(clause).of(subject)
        assert str(got) == expected, (clause, subject)
