"""The commands `evaluate` and `replay` as processes: what they print, their exit codes, and that they need no database."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from accreditation.rules import door
from accreditation.rules.capsule import InvalidCapsule, first_difference, make, replay
from accreditation.rules.evaluate import RULES_VERSION, evaluate_file
from accreditation.rules.facts_writing import sha256
from accreditation.rules.text import as_text
from tests.rules.course import changed, course

ROOT = Path(__file__).parents[2]


def manage(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    nowhere = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, cwd=ROOT, env=nowhere, check=False
    )


def test_evaluate_prints_the_report_without_a_database(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(course()))
    ran = manage("evaluate", str(file))
    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    assert report == json.loads(json.dumps(evaluate_file(course()).plain()))
    assert list(report) == [
        "report",
        "standard",
        "as_of",
        "facts_sha256",
        "rules_version",
        "overall",
        "clauses",
    ]
    assert report["facts_sha256"] == sha256(course()) and report["rules_version"] == RULES_VERSION
    finding = report["clauses"][13]["findings"][0]
    assert report["clauses"][13]["clause"] == "PS4.2"
    assert list(finding)[:5] == ["subject", "outcome", "reason", "evidence", "settle"]
    assert "mentors/M1/qualifications/0" in finding["evidence"]


def test_evaluate_refuses_with_every_error_and_2() -> None:
    ran = manage(
        "evaluate",
        "-",
        given=json.dumps(changed(course(), [["course/titel", 1], ["mentors/M1/remit", ["jaw"]]])),
    )
    assert ran.returncode == 2 and ran.stdout == ""
    assert ran.stderr.splitlines()[0] == "course.titel: unknown key"
    assert ran.stderr.splitlines()[1].startswith("mentors[0].remit[0]: ")


def run(given: str, **options: Any) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    path = Path(options.pop("folder")) / "given.json"
    path.write_text(given)
    return door.run(str(path), out=out, err=err, **options), out.getvalue(), err.getvalue()


def test_lines_answers_each_line_in_order_and_2_at_the_end(tmp_path: Path) -> None:
    good, bad = json.dumps(course()), json.dumps({"facts": 1})
    code, out, err = run(f"{good}\n{bad}\n\nnot json\n{good}\n", folder=tmp_path, lines=True)
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 2 and err == ""
    assert [list(answer)[0] for answer in answers] == ["report", "error", "error", "report"]
    assert "as_of: is needed, and is absent" in answers[1]["error"]
    code, out, _ = run(f"{good}\n", folder=tmp_path, lines=True)
    assert code == 0 and len(out.splitlines()) == 1


def test_whatever_the_outcomes_the_code_is_0(tmp_path: Path) -> None:
    code, out, _ = run(json.dumps(changed(course(), [["students/S1/registrations", []]])), folder=tmp_path)
    assert code == 0 and json.loads(out)["overall"] == "not_met"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    err = io.StringIO()
    assert door.run(str(tmp_path / "none.json"), err=err) == 2
    assert "none.json: No such file" in err.getvalue()


def test_text_for_people() -> None:
    report = evaluate_file(changed(course(), [["mentors/M1/qualifications/0/ratified_on", "2022-09-24"]]))
    told = " ".join(as_text(report).split())
    assert "Proposed outcome: not met" in told
    assert "✗ PS4.2 A qualified mentor: not met" in told
    assert (
        "M. Okafor was awarded the PgC on 24 September 2022; two years are reached on 24 September 2024."
        in told
    )
    assert "To settle it: a mentor with two years' experience." in told
    assert all(f"PS{number}" in told for number in ("1.1", "2.6", "3.2", "5.4"))
    assert max(len(line) for line in as_text(report).splitlines()) <= 100


# --- capsules -----------------------------------------------------------------------------------------------------------------


def capsule(**more: Any) -> dict[str, Any]:
    given = {
        "facts": course(),
        "evidence": [{"id": "E1", "sha256": "0" * 64}],
        "judgements": [],
        "letter_sha256": "1" * 64,
    }
    return make(**(given | more))


def sealed(changed_capsule: dict[str, Any]) -> dict[str, Any]:
    content = {key: value for key, value in changed_capsule.items() if key != "sha256"}
    return {**content, "sha256": sha256(content)}


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_a_capsule_replays_the_same() -> None:
    again = replay(through_json(capsule()))
    assert again.same and str(again) == "same"


def test_a_changed_capsule_shows_in_its_sum() -> None:
    changed_capsule = through_json(capsule()) | {"letter_sha256": "2" * 64}
    difference = replay(changed_capsule).difference
    assert difference is not None and difference.path == "sha256"


def test_the_first_difference_is_named() -> None:
    changed_capsule = through_json(capsule())
    changed_capsule["report"]["clauses"][13]["findings"][0]["outcome"] = "judge"
    difference = replay(sealed(changed_capsule)).difference
    assert difference is not None
    assert (difference.path, difference.then, difference.now) == (
        "report/clauses/PS4.2/findings/0/outcome",
        "judge",
        "met",
    )


def test_changed_facts_show() -> None:
    changed_capsule = through_json(capsule())
    changed_capsule["facts"]["course"]["title"] = "another"
    difference = replay(sealed(changed_capsule)).difference
    assert difference is not None and difference.path == "facts_sha256"


def test_other_rules_that_say_the_same_are_the_same() -> None:
    old = through_json(capsule())
    old["rules_version"] = old["report"]["rules_version"] = "0.9.0"
    again = replay(sealed(old))
    assert again.same and "rules 0.9.0 then" in str(again)


@pytest.mark.parametrize(
    "wrong", [None, [], {}, {"capsule": 2}, {"capsule": True}, {"capsule": 1}, {**capsule(), "report": []}]
)
def test_what_is_no_capsule(wrong: object) -> None:
    with pytest.raises(InvalidCapsule):
        replay(wrong)


def test_differences_of_lists_and_types() -> None:
    assert first_difference([1, 2], [1, 2], "x") is None
    assert str(first_difference([1], [1, 2], "x")) == "x/1: then null, now 2"
    assert str(first_difference({"a": 1}, {"a": True}, "x")) == "x/a: then 1, now true"
    assert str(first_difference({"a": 1}, {}, "x")) == "x/a: then 1, now null"


def test_replay_as_a_command(tmp_path: Path) -> None:
    file = tmp_path / "capsule.json"
    file.write_text(json.dumps(capsule()))
    same = manage("replay", str(file))
    assert (same.returncode, same.stdout) == (0, "same\n"), same.stderr
    out, err = io.StringIO(), io.StringIO()
    file.write_text(json.dumps(capsule() | {"sha256": "0"}))
    assert door.run_replay(str(file), out=out, err=err) == 1 and out.getvalue().startswith("sha256: then")
    file.write_text("{}")
    assert door.run_replay(str(file), out=out, err=err) == 2 and "no capsule" in err.getvalue()
    assert door.run_replay(str(tmp_path / "none"), out=out, err=err) == 2
