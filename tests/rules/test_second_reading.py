"""The rules beside an independent reading of the same documents: random facts, broken facts, the standard's own cases."""

import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rules.second_reading.broken import broken_facts, thrice_broken
from tests.rules.second_reading.checks import faults_of
from tests.rules.second_reading.compare import Rules, differences, outcome
from tests.rules.second_reading.generate import random_facts, shuffled, thinned
from tests.rules.second_reading.grounds import Row, worst
from tests.rules.second_reading.mutate import mutated_facts
from tests.rules.second_reading.oracle import decide, overall

STANDARD = Path(__file__).parents[3] / "shared" / "standard"


@pytest.fixture(scope="module")
def rules() -> Iterator[Rules]:
    with Rules() as process:
        yield process


def unallowed(facts: Row, report: Row) -> list[str]:
    """What a report says that no reading of the documents allows."""
    return [
        f"{clause} {subject}: {got}, allowed {'/'.join(allowed)}"
        for clause, subject, allowed, got in differences(facts, report)
        if got not in allowed
    ]


@pytest.mark.parametrize("tens", range(24))
def test_random_facts_are_decided_as_the_second_reading_decides_them(rules: Rules, tens: int) -> None:
    for seed in range(tens * 10, tens * 10 + 10):
        facts = thinned(random_facts(seed), seed) if seed % 2 else random_facts(seed)
        report = rules.report(facts)
        assert "error" not in report, (seed, report["error"])
        assert unallowed(facts, report) == [], seed
        assert list(faults_of(facts, report)) == [], seed


def test_facts_with_values_changed_at_random_too(rules: Rules) -> None:
    compared = 0
    for seed in range(5000, 5060):
        facts = mutated_facts(seed)
        report = rules.report(facts)
        if "error" not in report:
            compared += 1
            assert unallowed(facts, report) == [], seed
    assert compared > 40


def test_the_order_of_lists_and_keys_changes_no_outcome(rules: Rules) -> None:
    for seed in range(40):
        facts, other = random_facts(seed), shuffled(random_facts(seed), seed)
        here, there = rules.report(facts), rules.report(other)
        for clause, subject in decide(facts):
            assert outcome(here, clause, subject) == outcome(there, clause, subject), (seed, clause, subject)


def test_equal_facts_give_the_same_report_byte_for_byte(rules: Rules) -> None:
    def turned(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: turned(node[key]) for key in sorted(node, reverse=True)}
        return [turned(item) for item in node] if isinstance(node, list) else node

    for seed in range(20):
        assert rules.line(random_facts(seed)) == rules.line(turned(random_facts(seed))), seed


@pytest.mark.parametrize("seed", range(60))
def test_a_fault_is_refused_with_its_place(rules: Rules, seed: int) -> None:
    facts, what, words = broken_facts(seed)
    errors = rules.report(facts).get("error", [])
    assert any(all(word in error for word in words) for error in errors), (what, words, errors)


def test_all_faults_are_named_at_once(rules: Rules) -> None:
    for seed in range(30):
        facts, places = thrice_broken(seed)
        errors = rules.report(facts).get("error", [])
        for words in places:
            assert any(all(word in error for word in words) for error in errors), (seed, words, errors)


def test_a_wrong_outcome_would_be_seen(rules: Rules) -> None:
    facts = json.loads(json.dumps(random_facts(0)))
    report = rules.report(facts)
    for clause in report["clauses"]:
        changed = json.loads(json.dumps(report))
        place = next(c for c in changed["clauses"] if c["clause"] == clause["clause"])
        for finding in place["findings"]:
            finding["outcome"] = "note" if finding["outcome"] != "note" else "missing"
        assert unallowed(facts, changed) != [], clause["clause"]


@pytest.mark.skipif(not STANDARD.exists(), reason="the standard's documents are not beside this repository")
def test_the_second_reading_holds_the_standards_own_cases() -> None:
    change = runpy.run_path(str(STANDARD / "run_cases.py"))["change"]
    base = (STANDARD / "cases" / "base.json").read_text()
    differs = []
    for file in sorted((STANDARD / "cases").glob("ps*.json")):
        for case in json.loads(file.read_text()):
            facts = json.loads(base)
            for path, value in case["change"]:
                change(facts, path, value)
            said = {key: say[0] for key, say in decide(facts).items()}
            for clause, subject, want in case["expect"]:
                here = [o for (c, s), o in said.items() if c == clause and subject in ("*", s)]
                got = overall(list(said.values())) if clause == "overall" else worst(here)
                differs += [(case["id"], clause, subject, want, got)] if got != want else []
    assert differs == []


def test_the_second_reading_knows_no_line_of_the_rules() -> None:
    for file in (Path(__file__).parent / "second_reading").glob("*.py"):
        text = file.read_text()
        assert "import accreditation" not in text, file.name
        assert "from accreditation" not in text, file.name
