"""Random facts: what the rules report beside what the second reading allows.

`python -m tests.rules.second_reading.compare --seeds 0-5000` prints every disagreement with the smallest facts that still
show it, and how often the rules took the other reading of a doubt (`oracle.py`).
"""

import argparse
import copy
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.rules.second_reading.checks import faults_of
from tests.rules.second_reading.generate import random_facts, thinned
from tests.rules.second_reading.grounds import Row, worst
from tests.rules.second_reading.oracle import decide

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "manage.py", "evaluate", "--lines", "-"]


def evaluate(many: list[Row]) -> list[Row]:
    """The rules' reports (or {"error": [...]}) for these facts, through one process of the product's command."""
    lines = "".join(json.dumps(facts) + "\n" for facts in many)
    ran = subprocess.run(COMMAND, input=lines, capture_output=True, text=True, cwd=ROOT, check=False)
    reports = [json.loads(line) for line in ran.stdout.splitlines() if line.strip()]
    if len(reports) != len(many):
        raise RuntimeError(f"{len(many)} went in, {len(reports)} came out: {ran.stderr[-2000:]}")
    return reports


def outcome(report: Row, clause: str, subject: str) -> str:
    """The worst outcome that a report gives a subject under a clause; `not_applicable` where it says nothing."""
    found = [
        f["outcome"]
        for c in report["clauses"]
        if c["clause"] == clause
        for f in c["findings"]
        if f["subject"]["id"] == subject
    ]
    return worst(found)


def differences(facts: Row, report: Row) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """(clause, subject, outcomes allowed, outcome got) wherever they differ from the reading taken first."""
    for (clause, subject), allowed in decide(facts).items():
        got = outcome(report, clause, subject)
        if got != allowed[0]:
            yield clause, subject, allowed, got


def smaller(facts: Row) -> Iterator[Row]:
    """The facts with one row or one optional value taken away, for every row and value."""

    def places(node: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        if isinstance(node, list):
            for i, item in enumerate(node):
                yield (*path, i)
                yield from places(item, (*path, i))
        elif isinstance(node, dict):
            for key, item in node.items():
                yield from places(item, (*path, key))

    for *parents, last in places(facts, ()):
        less = copy.deepcopy(facts)
        node: Any = less
        for key in parents:
            node = node[key]
        del node[last]
        yield less


def shrunk(facts: Row, clause: str, subject: str, *, beyond_doubt: bool) -> Row:
    """Rows taken away while the rules still differ from the second reading in this clause."""
    while True:
        candidates = list(smaller(facts))
        still = []
        for less, report in zip(candidates, evaluate(candidates), strict=True):
            if report.get("error"):
                continue
            try:
                found = list(differences(less, report))
            except (StopIteration, ValueError, KeyError, IndexError):
                continue  # the second reading reads valid facts only, and may not see what the refusal overlooked
            if any(c == clause and s == subject and (not beyond_doubt or got not in ok) for c, s, ok, got in found):
                still.append(less)
        if not still:
            return facts
        facts = min(still, key=lambda less: len(json.dumps(less)))


def concerned(facts: Row, subject: str) -> Row:
    """The facts to show: of the course, or of the one student with what stands round him."""
    students = [s for s in facts["students"] if s["id"] == subject]
    shown: Row = {"as_of": facts["as_of"]}
    if students:
        shown |= {"mentors": facts["mentors"], "shortages": facts.get("shortages"), "students": students}
    if not students or facts["course"]["modules"]:
        shown["course"] = facts["course"]
    return shown


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0-2000", help="first and last seed")
    parser.add_argument("--show", type=int, default=1, help="how many examples of each kind are made small and shown")
    parser.add_argument("--doubts", action="store_true", help="show examples of the other readings too")
    parser.add_argument("--clause", default="", help="only this clause")
    asked = parser.parse_args()
    first, last = (int(n) for n in asked.seeds.split("-"))
    seen: Counter[tuple[str, str, str, str]] = Counter()
    compared = 0
    for begin in range(first, last + 1, 500):
        seeds = range(begin, min(begin + 500, last + 1))
        many = [thinned(random_facts(seed), seed) if seed % 2 else random_facts(seed) for seed in seeds]
        for seed, facts, report in zip(seeds, many, evaluate(many), strict=True):
            if report.get("error"):
                print(f"seed {seed}: refused: {report['error'][:3]}")
                seen["refused", "", "", ""] += 1
                continue
            compared += 1
            for fault in faults_of(facts, report):
                seen["form", fault.split(":")[0], "", ""] += 1
                if seen["form", fault.split(":")[0], "", ""] <= asked.show:
                    print(f"seed {seed}: {fault}")
            for clause, subject, allowed, got in differences(facts, report):
                if asked.clause not in ("", clause):
                    continue
                kind = "doubt" if got in allowed else "DIFFERS"
                key = (kind, clause, allowed[0], got)
                seen[key] += 1
                if seen[key] <= asked.show and (kind == "DIFFERS" or asked.doubts):
                    least = shrunk(facts, clause, subject, beyond_doubt=kind == "DIFFERS")
                    print(f"\n{kind} seed {seed} {clause} {subject}: allowed {'/'.join(allowed)}, got {got}")
                    print(json.dumps(concerned(least, subject)))
                    (again,) = evaluate([least])
                    said = [f for c in again["clauses"] if c["clause"] == clause for f in c["findings"]]
                    print("   ", *[f["reason"] for f in said if f["subject"]["id"] == subject], sep="\n    ", flush=True)
    print(f"\n{compared} compared")
    for (kind, clause, want, got), n in sorted(seen.items()):
        print(f"{n:6} {kind} {clause} {want} -> {got}")
    return int(any(kind != "doubt" for kind, *_ in seen))


if __name__ == "__main__":
    sys.exit(main())
