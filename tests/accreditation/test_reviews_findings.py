"""What an assessor reads of the rules' findings: rows in words, worst first, from real reports on the standard's base case."""

import json
from pathlib import Path
from typing import Any

import pytest

from accreditation.models import Snapshot
from accreditation.presenters import rules_findings
from accreditation.rules.evaluate import evaluate_file
from accreditation.rules.facts_reading import parse

BASE = Path(__file__).resolve().parents[3] / "shared" / "standard" / "cases" / "base.json"


@pytest.fixture
def facts() -> dict[str, Any]:
    if not BASE.exists():
        pytest.skip("the standard's cases are not here")
    found: dict[str, Any] = json.loads(BASE.read_text(encoding="utf-8"))
    return found


def frozen(facts: dict[str, Any]) -> Snapshot:
    report = evaluate_file(parse(json.dumps(facts).encode())).plain()
    return Snapshot(facts=facts, report=report, edition="msk-2023")


def test_rows_are_told_in_words_with_their_days(facts: dict[str, Any]) -> None:
    snapshot = frozen(facts)
    first = rules_findings.cards(snapshot, "PS2.1").first[0]
    assert [row.label for row in first.rows[:4]] == [
        "Signature of the student",
        "Signature of the mentor",
        "Signature of the institution",
        "Scan X1",
    ]
    assert first.rows[0].detail == "18 September 2024; S1"
    (admissions,) = rules_findings.cards(snapshot, "PS1.3").first[0].rows
    assert admissions.label == "Evidence E1"
    assert rules_findings.cards(snapshot, "PS4.2").first[0].rows[0].label == "Qualification of mentor M1"


def test_a_breach_comes_first_and_names_what_would_settle_it(facts: dict[str, Any]) -> None:
    facts["mentors"][0]["qualifications"][0]["ratified_on"] = "2023-07-15"
    cards = rules_findings.cards(frozen(facts), "PS4.2")
    assert cards.outcome == "not_met"
    assert all(card.outcome == "not_met" for card in cards.first)
    assert cards.first[0].settle


def test_every_clause_of_a_report_can_be_read(facts: dict[str, Any]) -> None:
    snapshot = frozen(facts)
    for entry in snapshot.report["clauses"]:
        cards = rules_findings.cards(snapshot, entry["clause"])
        told = list(cards.first) + [card for _, more in cards.others for card in more]
        assert len(told) == len(entry["findings"])
        for card in told:
            assert card.reason
            assert all(row.label and "/" not in row.label for row in card.rows)
