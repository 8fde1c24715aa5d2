"""The rules' findings on a clause as a page shows them, with the rows behind each in words, from the frozen version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accreditation.models import Snapshot
from accreditation.presenters.findings import key_of
from accreditation.rules import regions
from accreditation.rules.dates import spoken
from accreditation.rules.findings import PLAIN, RANKS, Outcome

SHOWN = 40  # rows written out for one finding; the count says how many there are
OPEN = 4  # findings that stand open on a page; the others are a click away
QUIET = frozenset({Outcome.MET, Outcome.NOT_APPLICABLE})
THINGS = {
    "scans": "scan",
    "contracts": "learning contract",
    "signatures": "signature",
    "assessments": "assessment",
    "registrations": "registration",
    "experience": "experience",
    "experience_judgement": "judgement of experience",
    "qualifications": "qualification",
    "results": "result",
    "awards": "award",
    "presentations": "presentation",
    "team": "place in the supervising team",
    "evidence": "evidence",
    "modules": "module",
    "shortages": "shortage",
    "admissions": "admissions rules",
    "employer_guidance": "guidance for employers",
    "kind": "kind of course",
    "direct_entry": "direct entry",
    "minimum_scans": "the course’s own minimum",
    "breaks": "break",
}
DATES = ("date", "on", "ratified_on", "enrolled_on", "from")


@dataclass(frozen=True, slots=True)
class RowWords:
    """One row behind a finding: what it is, and its day or regions."""

    label: str
    detail: str


@dataclass(frozen=True, slots=True)
class FindingCard:
    """One finding for a page."""

    outcome: str
    subject: str
    reason: str
    settle: str
    rows: tuple[RowWords, ...]
    count: int
    left_out: tuple[tuple[str, int], ...]
    boundary: bool
    key: str


@dataclass(frozen=True, slots=True)
class Cards:
    """The findings of a clause: those that decide its outcome, and the others by outcome, each with their number."""

    outcome: str
    first: tuple[FindingCard, ...]
    others: tuple[tuple[str, tuple[FindingCard, ...]], ...]

    @property
    def shown(self) -> tuple[FindingCard, ...]:
        """What stands open: some of what wants a look, one of what does not."""
        return self.first[:1] if self.outcome in QUIET else self.first[:OPEN]

    @property
    def rest(self) -> tuple[FindingCard, ...]:
        """The others with the clause's outcome, behind a click."""
        return self.first[len(self.shown) :]


def outcome_words(outcome: str) -> str:
    """A finding's outcome in the words of the rules; "nothing found" for none."""
    return PLAIN[Outcome(outcome)] if outcome in set(Outcome) else "nothing found"


def cards(snapshot: Snapshot, clause: str) -> Cards:
    """The findings on one clause, worst first."""
    entry = next((one for one in snapshot.report.get("clauses", ()) if one["clause"] == clause), None)
    if entry is None:
        return Cards("", (), ())
    rows = Rows(snapshot.facts)
    by_outcome: dict[str, list[FindingCard]] = {}
    for found in sorted(entry["findings"], key=lambda one: RANKS[Outcome(one["outcome"])]):
        by_outcome.setdefault(found["outcome"], []).append(_card(found, rows))
    first = tuple(by_outcome.pop(entry["outcome"], ()))
    return Cards(entry["outcome"], first, tuple((code, tuple(them)) for code, them in by_outcome.items()))


def _card(found: Mapping[str, Any], rows: "Rows") -> FindingCard:
    subject = found.get("subject", {})
    reasons: dict[str, int] = {}
    for _, why in found.get("rows", {}).get("left_out", ()):
        reasons[why] = reasons.get(why, 0) + 1
    evidence: Sequence[str] = found.get("evidence", ())
    return FindingCard(
        outcome=found["outcome"],
        subject=f"Student {subject['id']}" if subject.get("kind") == "student" else "",
        reason=found["reason"],
        settle=found.get("settle", ""),
        rows=tuple(rows.words(ref, subject=str(subject.get("id", ""))) for ref in evidence[:SHOWN]),
        count=len(evidence),
        left_out=tuple(reasons.items()),
        boundary=bool(found.get("boundary")),
        key=key_of(str(subject.get("id", "")), found["outcome"], found["reason"]),
    )


class Rows:
    """Looks up the rows of frozen facts by their references, such as "students/S1/scans/X7"."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._facts = facts
        self._indexes: dict[int, dict[str, Any]] = {}

    def words(self, ref: str, *, subject: str = "") -> RowWords:
        """A row in words: "Scan X7", "14 March 2025; shoulder". The student is named where it is not `subject`."""
        parts = ref.split("/")
        value = self._find(parts)
        *owners, (thing, name) = _pairs(parts)
        label: str = _called(thing, name, value)
        for owner, owner_name in owners[:1]:
            if owner == "course" or (owner == "students" and owner_name == subject):
                continue
            label = f"{label} of {_called(owner, owner_name, self._find([owner, owner_name])).lower_first}"
        return RowWords(label, _detail(value))

    def _find(self, parts: Iterable[str]) -> Any:
        value: Any = self._facts
        for part in parts:
            if isinstance(value, Mapping):
                value = value.get(part)
            elif isinstance(value, list):
                value = self._indexed(value).get(part)
            else:
                return None
        return value

    def _indexed(self, rows: list[Any]) -> dict[str, Any]:
        known = self._indexes.get(id(rows))
        if known is None:
            known = {str(place): row for place, row in enumerate(rows)}
            known |= {str(row["id"]): row for row in rows if isinstance(row, Mapping) and "id" in row}
            self._indexes[id(rows)] = known
        return known


class _Label(str):
    @property
    def lower_first(self) -> str:
        return self if self[:1] == "M" and self[1:2].isdigit() else self[:1].lower() + self[1:]


def _pairs(parts: list[str]) -> list[tuple[str, str]]:
    """(collection, id) pairs of a reference; what has no id of its own, such as the course, has an empty one."""
    pairs: list[tuple[str, str]] = []
    rest = list(parts)
    while rest:
        thing = rest.pop(0)
        has_id = bool(rest) and thing != "course" and rest[0] not in THINGS
        pairs.append((thing, rest.pop(0) if has_id else ""))
    return pairs or [("", "")]


def _called(thing: str, name: str, value: Any) -> _Label:
    if thing == "students":
        return _Label(f"Student {name}")
    if thing == "mentors":
        known = value.get("name") if isinstance(value, Mapping) else None
        return _Label(f"Mentor {known or name}")
    if thing == "modules" and isinstance(value, Mapping) and value.get("title"):
        return _Label(f"Module {name}, {value['title']}")
    if thing == "signatures" and isinstance(value, Mapping):
        return _Label(f"Signature of the {value.get('party', 'party')}")
    word = THINGS.get(thing, thing.replace("_", " "))
    word = word[:1].upper() + word[1:]
    return _Label(word if not name or name.isdigit() else f"{word} {name}")


def _detail(value: Any) -> str:
    if not isinstance(value, Mapping):
        return ""
    said = []
    for name in DATES:
        if isinstance(value.get(name), str):
            said.append(_spoken(value[name]))
            break
    held = set(value.get("regions") or value.get("remit") or ())
    if held:
        said.append(", ".join(label for code, label in regions.LABELS.items() if code in held))
    for name in ("body", "by"):
        if isinstance(value.get(name), str):
            said.append(value[name])
            break
    return "; ".join(said)


def _spoken(text: str) -> str:
    try:
        return spoken(date.fromisoformat(text))
    except ValueError:
        return text
