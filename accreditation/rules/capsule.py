"""A decision's capsule: everything that is needed to make its report again, years later, without a database.

It holds the facts, the report that was made from them, the evidence by its sums, the assessors' judgements and the
letter's sum, and its own sum over all that. `replay` makes the report again and says whether it is the same.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from accreditation.rules.evaluate import RULES_VERSION, evaluate_file
from accreditation.rules.facts_reading import InvalidFacts
from accreditation.rules.facts_writing import sha256

FORMAT: Final = 1
KEYS: Final = (
    "capsule",
    "edition",
    "rules_version",
    "facts",
    "facts_sha256",
    "report",
    "evidence",
    "judgements",
    "letter_sha256",
)

Plain = dict[str, Any]


class InvalidCapsule(ValueError):
    """This is no capsule, or not one that this code can read: the message says why."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where a capsule and its replay differ: the path, what was recorded, what comes out now."""

    path: str
    then: Any
    now: Any

    def __str__(self) -> str:
        return f"{self.path}: then {_short(self.then)}, now {_short(self.now)}"


@dataclass(frozen=True, slots=True)
class Replay:
    """`difference` is None where the replay is the same; `versions` are the rules' then and now."""

    difference: Difference | None
    versions: tuple[str, str]

    @property
    def same(self) -> bool:
        return self.difference is None

    def __str__(self) -> str:
        then, now = self.versions
        by = f" (rules {then} then, {now} now)" if then != now else ""
        return f"same{by}" if self.difference is None else f"{self.difference}{by}"


def make(
    *,
    facts: object,
    evidence: Sequence[Plain] = (),
    judgements: Sequence[Plain] = (),
    letter_sha256: str | None = None,
    report: Plain | None = None,
) -> Plain:
    """A capsule as plain values, ready for JSON.

    `facts` are a facts file's plain values; `evidence` lists files, each with its `sha256`; `judgements` the assessors'
    words; `report` is the frozen report where there is one (by default it is made now). Raises `InvalidFacts`.
    """
    frozen = report if report is not None else evaluate_file(facts).plain()
    content = {
        "capsule": FORMAT,
        "edition": frozen["standard"],
        "rules_version": frozen["rules_version"],
        "facts": facts,
        "facts_sha256": frozen["facts_sha256"],
        "report": frozen,
        "evidence": list(evidence),
        "judgements": list(judgements),
        "letter_sha256": letter_sha256,
    }
    return {**content, "sha256": sha256(content)}


def replay(capsule: object) -> Replay:
    """Makes the report again from the capsule's own facts and compares; raises `InvalidCapsule` for what cannot be read.

    A capsule that was changed after it was made differs in its sum. A newer version of the rules that says the same is
    the same.
    """
    held = _checked(capsule)
    versions = (str(held["rules_version"]), RULES_VERSION)
    content = {key: value for key, value in held.items() if key != "sha256"}
    for path, then, now in (
        ("sha256", held["sha256"], sha256(content)),
        ("facts_sha256", held["facts_sha256"], sha256(held["facts"])),
        ("report/facts_sha256", held["report"].get("facts_sha256"), held["facts_sha256"]),
        ("report/standard", held["report"].get("standard"), held["edition"]),
    ):
        if then != now:
            return Replay(Difference(path, then, now), versions)
    try:
        again = evaluate_file(held["facts"]).plain()
    except InvalidFacts as error:
        return Replay(Difference("facts", "valid", error.errors[0]), versions)
    then = {**held["report"], "rules_version": RULES_VERSION}  # a version alone is no difference
    return Replay(first_difference(then, again, "report"), versions)


def _checked(capsule: object) -> Plain:
    if not isinstance(capsule, dict):
        raise InvalidCapsule("a capsule is an object")
    if capsule.get("capsule") != FORMAT or isinstance(capsule.get("capsule"), bool):
        raise InvalidCapsule(f"this is no capsule of format {FORMAT}")
    absent = [key for key in (*KEYS, "sha256") if key not in capsule]
    if absent:
        raise InvalidCapsule(f"the capsule lacks {', '.join(absent)}")
    if not isinstance(capsule["report"], dict):
        raise InvalidCapsule("the capsule's report is not an object")
    return capsule


def first_difference(then: Any, now: Any, path: str) -> Difference | None:
    """The first difference between two plain values, in the order in which they are written; None where there is none."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*then, *now)):
            inside = f"{path}/{key}"
            if key not in then or key not in now:
                return Difference(inside, then.get(key), now.get(key))
            if found := first_difference(then[key], now[key], inside):
                return found
        return None
    if isinstance(then, list) and isinstance(now, list):
        for at, (one, other) in enumerate(zip(then, now, strict=False)):
            if found := first_difference(one, other, f"{path}/{_name(one, at)}"):
                return found
        if len(then) != len(now):
            at = min(len(then), len(now))
            return Difference(f"{path}/{at}", *(part[at] if at < len(part) else None for part in (then, now)))
        return None
    return None if then == now and type(then) is type(now) else Difference(path, then, now)


def _name(item: Any, at: int) -> str:
    """A clause by its id, anything else by its place in the list."""
    return str(item["clause"]) if isinstance(item, dict) and "clause" in item else str(at)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 160 else f"{text[:157]}..."
