"""What holds whatever the facts: random facts close to the thresholds, changed in one way at a time."""

from __future__ import annotations

import copy
import json
import random
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from accreditation.rules.evaluate import evaluate, evaluate_file
from accreditation.rules.facts_reading import read
from accreditation.rules.findings import Outcome, Report
from accreditation.rules.log import Rows
from tests.rules.random_facts import random_facts

Facts = dict[str, Any]
Outcomes = dict[tuple[str, str], Outcome]

seeds = st.integers(min_value=0, max_value=10**9)
# Properties of "never worse" leave out days before the edition: there `not_met` reads `judge`, which `missing` is worse than.
few = settings(max_examples=40, deadline=None)


def outcomes(report: Report) -> Outcomes:
    return {
        (clause.clause, subject): clause.of(subject)
        for clause in report.clauses
        for subject in {finding.subject.id for finding in clause.findings}
    }


def of(facts: Facts) -> Outcomes:
    return outcomes(evaluate_file(facts))


def no_worse(before: Outcomes, after: Outcomes, *clauses: str) -> None:
    worse = {
        key: (str(before[key]), str(after[key]))
        for key in before
        if key[0] in clauses and after[key].rank < before[key].rank
    }
    assert worse == {}


@few
@given(seeds, st.integers(min_value=0, max_value=600))
def test_months_of_experience_never_change_an_outcome(seed: int, months: int) -> None:
    facts = random_facts(seed)
    changed = copy.deepcopy(facts)
    for student in changed["students"]:
        for one in student["experience"]:
            one["months"] = months
    assert of(facts) == of(changed)


@few
@given(seeds)
def test_a_qualification_more_never_makes_an_outcome_worse(seed: int) -> None:
    facts = random_facts(seed, old=False)
    better = copy.deepcopy(facts)
    chosen = random.Random(seed).choice(better["mentors"])
    award = {"kind": "pgc", "msk": "yes", "ratified_on": "2001-02-03"}
    chosen["qualifications"] = [*(chosen["qualifications"] or []), award]
    no_worse(of(facts), of(better), *{clause for clause, _ in of(facts)})


@few
@given(seeds)
def test_a_mentor_more_never_makes_an_outcome_worse(seed: int) -> None:
    facts = random_facts(seed, old=False)
    better = copy.deepcopy(facts)
    award = {"kind": "msc", "msk": "yes", "ratified_on": "2001-02-03"}
    better["mentors"].append({"id": "more", "qualifications": [award], "remit": ["knee"]})
    for student in better["students"]:
        student["team"].append({"mentor": "more", "from": "2020-01-01"})
    no_worse(of(facts), of(better), *{clause for clause, _ in of(facts)})


@few
@given(seeds)
def test_a_signature_more_never_makes_the_contract_worse(seed: int) -> None:
    """A signature on the version that is agreed already, or on the only one."""
    facts = random_facts(seed, old=False)
    better = copy.deepcopy(facts)
    for student in better["students"]:
        for contract in (student["contracts"] or [])[:1] if len(student["contracts"] or []) == 1 else []:
            for party in ("student", "mentor", "institution"):
                day = min((one["on"] for one in contract["signatures"] if one["on"]), default="2023-05-01")
                by = better["mentors"][0]["id"] if party == "mentor" else "somebody"
                contract["signatures"].append({"party": party, "by": by, "on": day})
    no_worse(of(facts), of(better), "PS2.1")


@few
@given(seeds)
def test_a_passed_examination_more_never_makes_an_outcome_worse(seed: int) -> None:
    facts = random_facts(seed, old=False)
    better = copy.deepcopy(facts)
    for student in better["students"]:
        if student["assessments"] is not None:
            for place, part in enumerate(["shoulder", "knee", "nerve", "elbow"]):
                student["assessments"].append(
                    {"id": f"more{place}", "kind": "unseen_patient", "on": "2023-05-02", "regions": [part],
                     "outcome": "pass", "assessor": "somebody", "signed_on": "2023-05-02", "case": f"more{place}"}
                )  # fmt: skip
    no_worse(of(facts), of(better), *{clause for clause, _ in of(facts)})


@few
@given(seeds, st.sampled_from(["simulator", "healthy_volunteer", "peer"]))
def test_simulator_scans_never_change_a_count(seed: int, subject: str) -> None:
    facts = random_facts(seed)
    more = copy.deepcopy(facts)
    for student in more["students"]:
        for scan in list(student["scans"] or []):
            student["scans"].append(scan | {"id": f"{scan['id']}-copy", "subject": subject})
    kept = {key: one for key, one in of(facts).items() if key[0] != "PS4.5"}
    # Only the log itself (PS4.5) and, through it, whose patient was seen (PS2.6) look at them.
    after = of(more)
    assert {key: after[key] for key in kept if key[0] != "PS2.6"} == {
        key: one for key, one in kept.items() if key[0] != "PS2.6"
    }


@few
@given(seeds, seeds)
def test_the_order_of_lists_never_matters(seed: int, order: int) -> None:
    facts = random_facts(seed)
    shuffled = copy.deepcopy(facts)
    _shuffle(shuffled, random.Random(order))
    assert of(facts) == of(shuffled)


def _shuffle(node: Any, chance: random.Random, key: str = "") -> None:
    if isinstance(node, dict):
        for inside, value in node.items():
            # an examination's first named region is meant to be its first
            if not (inside == "regions" and "assessor" in node):
                _shuffle(value, chance, inside)
    elif isinstance(node, list):
        chance.shuffle(node)
        for value in node:
            _shuffle(value, chance)


@few
@given(seeds)
def test_the_rows_of_a_finding_add_up_to_all_rows_in_its_scope(seed: int) -> None:
    facts = random_facts(seed)
    for finding in evaluate_file(facts):
        lists = [
            finding.supporting.refs(),
            finding.failing.refs(),
            *(rows.refs() for rows, _ in finding.left_out),
        ]
        together = [ref for rows in lists for ref in rows]
        assert len(together) == len(set(together)), finding
        if isinstance(finding.supporting, Rows) or isinstance(finding.failing, Rows):
            student = next(one for one in facts["students"] if one["id"] == finding.subject.id)
            whole = {f"students/{student['id']}/scans/{one['id']}" for one in student["scans"] or []}
            assert set(together) == whole, finding


@few
@given(seeds)
def test_a_finding_says_why_and_what_would_settle_it(seed: int) -> None:
    for finding in evaluate_file(random_facts(seed)):
        assert finding.reason.endswith(".") and not finding.reason.endswith("..")
        assert finding.reason[0].isupper() or finding.reason[0].isdigit() or finding.reason[0] in "MX"
        settled = finding.outcome in (Outcome.MET, Outcome.NOT_APPLICABLE)
        assert bool(finding.settle) != settled, finding


@few
@given(seeds)
def test_equal_facts_give_equal_reports_byte_for_byte(seed: int) -> None:
    facts = random_facts(seed)
    again = dict(reversed(copy.deepcopy(facts).items()))
    assert json.dumps(evaluate_file(facts).plain()) == json.dumps(evaluate_file(again).plain())


@few
@given(seeds)
def test_facts_as_the_product_writes_them_give_the_same_findings(seed: int) -> None:
    facts = random_facts(seed)
    assert outcomes(evaluate(read(facts))) == of(facts)


@few
@given(seeds, st.integers(min_value=0, max_value=4000))
def test_facts_before_the_first_day_are_never_a_breach_of_supervision(seed: int, back: int) -> None:
    """Every scan moved before 1 May 2023: what was a breach by a scan is for a human."""
    facts = random_facts(seed)
    day = (date(2023, 4, 30) - timedelta(days=back)).isoformat()
    for student in facts["students"]:
        for scan in student["scans"] or []:
            scan["on"] = day
    for (clause, _), outcome in of(facts).items():
        if clause in ("PS4.1", "PS4.2", "PS4.3", "PS4.4", "PS4.5"):
            assert outcome is not Outcome.NOT_MET
