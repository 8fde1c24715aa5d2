"""Clauses, rules and settings fit together; an edition is data; and nothing is wired to the first one."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from accreditation.rules.clauses import Edition, Terms
from accreditation.rules.dates import LeapRule
from accreditation.rules.evaluate import BOUND, STATEMENT_MODULES, evaluate
from accreditation.rules.facts_reading import read
from accreditation.rules.guide import guide
from accreditation.rules.impact import impact, impact_of
from accreditation.rules.registry import RULES, NotBound, bind, rule
from accreditation.rules.standards import EDITIONS
from tests.rules.course import changed, course
from tests.rules.fictional import FICTIONAL_RULES, fictional

SHARED = Path(__file__).parents[3] / "shared" / "standard"
EDITION = EDITIONS["msk-2023"]
RULES_FOLDER = Path(__file__).parents[2] / "accreditation" / "rules"


def facts(*changes: list[Any]) -> Any:
    return read(changed(course(), list(changes)))


def test_21_clauses_each_with_one_rule_in_the_order_of_the_standard() -> None:
    assert len(EDITION.clauses) == 21
    assert [clause.id for clause, _ in BOUND["msk-2023"]] == sorted(clause.id for clause in EDITION.clauses)
    assert set(RULES) == {clause.id for edition in EDITIONS.values() for clause in edition.clauses}


@pytest.mark.parametrize("module", STATEMENT_MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_module_holds_the_rules_of_its_statement_in_order(module: Any) -> None:
    number = re.search(r"ps(\d)_", module.__name__)
    assert number
    decorated = re.findall(r'@rule\("(PS[\d.]+)"\)', Path(module.__file__).read_text())
    assert decorated == [clause.id for clause in EDITION.clauses if clause.statement == f"PS{number[1]}"]


def test_a_rule_without_a_clause_a_second_rule_and_a_rule_without_words_are_refused() -> None:
    def without_words(course: Any, say: Any) -> Any: ...

    def with_words(course: Any, say: Any) -> Any:
        """Says how."""

    with pytest.raises(NotBound, match="which no edition has"):
        rule("PS9.9")(with_words)
    with pytest.raises(NotBound, match="has two rules"):
        rule("PS4.2")(with_words)
    held = RULES.pop("PS4.2")
    try:
        with pytest.raises(NotBound, match="does not say how"):
            rule("PS4.2")(without_words)
        with pytest.raises(NotBound, match="no rule for PS4.2"):
            bind(EDITION)
    finally:
        RULES["PS4.2"] = held


def test_a_clause_that_stands_twice_is_refused() -> None:
    with pytest.raises(NotBound, match="PS1.1 twice"):
        bind(replace(EDITION, clauses=EDITION.clauses + EDITION.clauses[:1]))


@pytest.mark.parametrize("clause", EDITION.clauses, ids=lambda clause: clause.id)
def test_a_clause_quotes_its_statement_word_for_word(clause: Any) -> None:
    statement = next(one for one in EDITION.statements if one.id == clause.statement)
    assert clause.quote in statement.text(clause.origin)


@pytest.mark.skipif(not SHARED.exists(), reason="the standard's own files are not beside the repository")
@pytest.mark.parametrize("statement", EDITION.statements, ids=lambda statement: statement.id)
def test_the_words_are_the_standards(statement: Any) -> None:
    source = (SHARED / "statements.md").read_text()
    for words in (statement.words, statement.rationale, *statement.principles):
        assert words in source


@pytest.mark.skipif(not SHARED.exists(), reason="the standard's own files are not beside the repository")
def test_the_clause_table_is_the_standards() -> None:
    rows = re.findall(
        r"^\| (PS\d\.\d) \| (\w+)( \(rationale\))? \| (\w+) \| (.+) \|$",
        (SHARED / "clauses.md").read_text(),
        re.M,
    )
    assert [
        (one.id, one.force.value, "rationale" if rationale else "statement", subject, decided)
        for (_, _, rationale, subject, decided), one in zip(rows, EDITION.clauses, strict=True)
    ] == [
        (clause, force, one.origin.value, one.subject.value, one.decided)
        for (clause, force, *_), one in zip(rows, EDITION.clauses, strict=True)
    ]


# --- days: no gap, no overlap ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=lambda edition: edition.name)
def test_every_setting_has_one_value_on_every_day_from_the_first(edition: Edition) -> None:
    days = {edition.in_force, date(9999, 12, 31)}
    for setting in edition.settings:
        days |= {
            setting.since,
            setting.since + timedelta(1),
            max(setting.since - timedelta(1), edition.in_force),
        }
        assert setting.since >= edition.in_force
        assert setting.clause in {clause.id for clause in edition.clauses}
        assert setting.words and setting.source
    for day in days:
        assert isinstance(edition.on(day), Terms)
    starts = [(setting.name, setting.since) for setting in edition.settings]
    assert len(set(starts)) == len(starts)
    assert {name for name, _ in starts} == {field.name for field in fields(Terms)}


def test_no_edition_speaks_before_its_first_day() -> None:
    assert EDITION.in_force == date(2023, 5, 1)
    with pytest.raises(ValueError, match="lies before 2023-05-01"):
        EDITION.on(date(2023, 4, 30))
    assert EDITION.on(date(2023, 5, 1)).mentor_years == 2


def test_a_setting_that_changes_holds_from_its_day_on() -> None:
    later = replace(
        next(one for one in EDITION.settings if one.name == "mentor_years"), value=5, since=date(2030, 1, 1)
    )
    edition = replace(EDITION, settings=(later, *EDITION.settings))
    assert edition.on(date(2029, 12, 31)).mentor_years == 2
    assert edition.on(date(2030, 1, 1)).mentor_years == 5


# --- the fictional edition ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clause", "changes", "first", "second"),
    [
        ("PS1.1", [], "met", "judge"),
        ("PS1.4", [["course/direct_entry", True]], "met", "not_met"),
        ("PS2.4", [], "met", "judge"),
        ("PS4.1", [["students/S1/scans/X4/supervision", "remote"]], "judge", "met"),
        ("PS4.2", [["mentors/M1/qualifications/0/ratified_on", "2022-09-23"]], "met", "not_met"),
        (
            "PS4.2",
            [["mentors/M1/qualifications/0", {"kind": "radiology_level", "level": 2, "msk": "yes", "ratified_on": "2020-01-01"}]],
            "met",
            "not_met",
        ),
        ("PS4.4", [], "met", "judge"),
        ("PS5.1", [["course/modules/P2", "<delete>"], ["students/S1/results/1", "<delete>"]], "not_met", "met"),
        ("PS5.2", [], "met", "judge"),
    ],
)  # fmt: skip
def test_another_edition_decides_by_its_own_numbers(
    clause: str, changes: list[Any], first: str, second: str
) -> None:
    given = facts(*changes)
    assert str(evaluate(given).clause(clause).outcome) == first
    assert str(evaluate(given, fictional(), rules=FICTIONAL_RULES).clause(clause).outcome) == second


@pytest.mark.parametrize(
    ("leap", "day", "expected"),
    [
        ("28 February", "2025-02-27", "not_met"),
        ("28 February", "2025-02-28", "met"),
        ("1 March", "2025-02-28", "not_met"),
        ("1 March", "2025-03-01", "met"),
    ],
)
def test_the_leap_rule_is_the_editions(leap: str, day: str, expected: str) -> None:
    given = facts(["mentors/M1/qualifications/0/ratified_on", "2020-02-29"], ["students/S1/scans/*/on", day])
    edition = fictional(mentor_years=5, leap_rule=LeapRule(leap))
    assert str(evaluate(given, edition, rules=FICTIONAL_RULES).clause("PS4.2").outcome) == expected


def test_a_report_holds_the_editions_clauses_and_no_other() -> None:
    edition = fictional()
    report = evaluate(facts(), edition, rules=FICTIONAL_RULES)
    assert [clause.clause for clause in report.clauses] == [clause.id for clause in edition.clauses]
    assert report.standard == "msk-2031"
    with pytest.raises(KeyError):
        report.clause("PS3.1")


def test_impact_lists_what_changes_with_its_rows() -> None:
    changes = {(change.clause): change for change in impact_of(facts(), fictional(), FICTIONAL_RULES)}
    assert str(changes["PS2.4"].before) == "met" and str(changes["PS2.4"].after) == "judge"
    assert "students/S1/scans/X1" in changes["PS2.4"].rows
    assert changes["PS3.1"].after is None and changes["PS6.1"].before is None
    assert "PS4.1" not in changes


def test_impact_of_an_edition_in_the_future_looks_as_if_it_were_in_force() -> None:
    future = replace(fictional(), in_force=date(2040, 1, 1))
    future = replace(future, settings=tuple(replace(one, since=date(2040, 1, 1)) for one in future.settings))
    told = [change.clause for change in impact_of(facts(), future, FICTIONAL_RULES)]
    assert told == [change.clause for change in impact_of(facts(), fictional(), FICTIONAL_RULES)]


def test_no_change_has_no_impact() -> None:
    report = evaluate(facts())
    assert impact(report, report) == []


# --- the public guide and what rules may not do ------------------------------------------------------------------------------


def test_the_guide_tells_every_clause_from_its_rule() -> None:
    told = guide(EDITION)
    assert [statement.id for statement in told] == ["PS1", "PS2", "PS3", "PS4", "PS5"]
    clauses = [clause for statement in told for clause in statement.clauses]
    assert [clause.id for clause in clauses] == [clause.id for clause in EDITION.clauses]
    for clause in clauses:
        assert clause.how == " ".join((RULES[clause.id].__doc__ or "").split()) and len(clause.how) > 60
    mentor = next(clause for clause in clauses if clause.id == "PS4.2")
    assert "2 years after the award" in [setting.words for setting in mentor.settings]


def test_rules_name_no_threshold_and_read_no_clock() -> None:
    for path in RULES_FOLDER.glob("*.py"):
        code = re.sub(r'""".*?"""', "", path.read_text(), flags=re.S)
        assert not re.search(r"\b(today|now|utcnow)\(\)", code), path.name
        assert not re.search(r"^\s*(from|import) (django|mentors|portfolios|numpy)", code, re.M), path.name
        if path.name.startswith("ps") or path.name == "mentoring.py":
            numbers = {
                int(one) for one in re.findall(r"(?<![\w.\[])\d+(?![\w.\]])", re.sub(r'f?"[^"]*"', "", code))
            }
            assert numbers <= {0, 1, 60}, (path.name, numbers)
