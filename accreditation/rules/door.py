"""The command line of the rules: reads facts, prints reports, says in its exit code whether the facts were valid."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from accreditation.rules.capsule import InvalidCapsule, replay
from accreditation.rules.evaluate import evaluate_file
from accreditation.rules.facts_reading import InvalidFacts, parse
from accreditation.rules.findings import Report
from accreditation.rules.text import as_text

VALID: Final = 0
SAME: Final = 0
DIFFERS: Final = 1
INVALID: Final = 2


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("facts", metavar="FACTS.json", help="a facts file; - reads standard input")
    parser.add_argument(
        "--lines", action="store_true", help="read and print one JSON object a line, in order"
    )
    parser.add_argument("--format", choices=("json", "text"), default="json", help="text is for people")


def run(
    facts: str,
    *,
    lines: bool = False,
    form: str = "json",
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Prints the report on a file (or, with `lines`, on each line); 0 whatever the outcomes, 2 where facts are invalid."""
    out, err = out or sys.stdout, err or sys.stderr
    try:
        with nullcontext(sys.stdin.buffer) if facts == "-" else Path(facts).open("rb") as source:
            if lines:
                return _each_line(source, form, out)
            report = evaluate_file(parse(source.read()))
    except OSError as error:
        return _refused([f"{facts}: {error.strerror}"], err)
    except InvalidFacts as error:
        return _refused(error.errors, err)
    out.write(_shown(report, form))
    return VALID


def _each_line(source: BinaryIO, form: str, out: TextIO) -> int:
    code = VALID
    for line in source:
        if not line.strip():
            continue
        try:
            out.write(_shown(evaluate_file(parse(line)), form))
        except InvalidFacts as error:
            out.write(json.dumps({"error": error.errors}, ensure_ascii=False) + "\n")
            code = INVALID
    return code


def _shown(report: Report, form: str) -> str:
    return as_text(report) if form == "text" else json.dumps(report.plain(), ensure_ascii=False) + "\n"


def _refused(errors: list[str], err: TextIO) -> int:
    err.write("".join(f"{error}\n" for error in errors))
    return INVALID


def run_replay(capsule: str, *, out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Replays a capsule's file: prints `same` (0) or the first difference (1); 2 where it is no capsule."""
    out, err = out or sys.stdout, err or sys.stderr
    try:
        with nullcontext(sys.stdin.buffer) if capsule == "-" else Path(capsule).open("rb") as source:
            replayed = replay(parse(source.read()))
    except OSError as error:
        return _refused([f"{capsule}: {error.strerror}"], err)
    except InvalidFacts as error:
        return _refused(error.errors, err)
    except InvalidCapsule as error:
        return _refused([str(error)], err)
    out.write(f"{replayed}\n")
    return SAME if replayed.same else DIFFERS
