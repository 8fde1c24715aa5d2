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
from tests.rules.second_reading.generate import places, random_facts, thinned
from tests.rules.second_reading.grounds import Row, worst
from tests.rules.second_reading.mutate import mutated_facts
from tests.rules.second_reading.oracle import decide

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-u", "manage.py", "evaluate", "--lines", "-"]


class Rules:
    """The product's command in one process, asked one facts file after another."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )

    def __enter__(self) -> "Rules":
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def line(self, facts: Row) -> str:
        """The report (or {"error": [...]}) as the command prints it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(facts) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def report(self, facts: Row) -> Row:
        answer: Row = json.loads(self.line(facts))
        return answer


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


def without(facts: Row, path: tuple[Any, ...]) -> Row:
    less = copy.deepcopy(facts)
    node: Any = less
    for key in path[:-1]:
        node = node[key]
    del node[path[-1]]
    return less


def shrunk(rules: Rules, facts: Row, wanted: tuple[str, str, str, str], *, beyond_doubt: bool) -> Row:
    """Rows and values taken away while clause, subject, first outcome allowed and outcome got stay as they are."""

    def shows(less: Row) -> bool:
        report = rules.report(less)
        if report.get("error"):
            return False
        try:
            found = list(differences(less, report))
        except (StopIteration, ValueError, KeyError, IndexError, AssertionError):
            return False  # the second reading reads valid facts only
        return any(
            (c, s, ok[0], got) == wanted and (not beyond_doubt or got not in ok) for c, s, ok, got in found
        )

    again = True
    while again:
        again = False
        for path in places(facts):
            try:
                less = without(facts, path)
            except (KeyError, IndexError):
                continue  # it went away with its row
            if shows(less):
                facts, again = less, True
    return facts


def concerned(facts: Row, subject: str) -> Row:
    """The facts to show: of the course, or of the one student with what stands round him."""
    shown: Row = {key: facts[key] for key in ("as_of", "mentors", "shortages") if facts.get(key)}
    shown |= (
        {"students": rows} if (rows := [s for s in facts.get("students") or [] if s["id"] == subject]) else {}
    )
    if not rows or facts["course"].get("modules") or facts["course"].get("minimum_scans"):
        shown["course"] = facts["course"]
    return shown


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0-2000", help="first and last seed")
    parser.add_argument(
        "--show", type=int, default=1, help="how many examples of each kind are made small and shown"
    )
    parser.add_argument("--doubts", action="store_true", help="show examples of the other readings too")
    parser.add_argument(
        "--mutate", action="store_true", help="change some values at random (refused files are left out)"
    )
    parser.add_argument("--clause", default="", help="only this clause")
    asked = parser.parse_args()
    first, last = (int(n) for n in asked.seeds.split("-"))
    seen: Counter[tuple[str, str, str, str]] = Counter()
    compared = 0
    with Rules() as rules:
        for seed in range(first, last + 1):
            facts = thinned(random_facts(seed), seed) if seed % 2 else random_facts(seed)
            if asked.mutate:
                facts = mutated_facts(seed)
            report = rules.report(facts)
            if report.get("error") and asked.mutate:
                continue
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
                    least = shrunk(
                        rules, facts, (clause, subject, allowed[0], got), beyond_doubt=kind == "DIFFERS"
                    )
                    print(f"\n{kind} seed {seed} {clause} {subject}: allowed {'/'.join(allowed)}, got {got}")
                    print(json.dumps(concerned(least, subject)))
                    said = [
                        f
                        for c in rules.report(least)["clauses"]
                        if c["clause"] == clause
                        for f in c["findings"]
                    ]
                    print(
                        "   ",
                        *[f["reason"] for f in said if f["subject"]["id"] == subject],
                        sep="\n    ",
                        flush=True,
                    )
    print(f"\n{compared} compared")
    for (kind, clause, want, got), n in sorted(seen.items()):
        print(f"{n:6} {kind} {clause} {want} -> {got}")
    return int(any(kind != "doubt" for kind, *_ in seen))


if __name__ == "__main__":
    sys.exit(main())
