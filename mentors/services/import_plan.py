"""What taking over a file would do, line by line: new, changed, unchanged, left as a person entered it, or refused.

Planning reads the register and the file and stores nothing. The same file against the same register gives the same plan.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from accreditation import audit
from accreditation.models import User
from accreditation.rules import regions
from mentors import registration
from mentors.enums import MentorState, QualificationKind
from mentors.imports_reading import AWARD, ENTRY, Given, Problem, read_line
from mentors.models import Employment, Mentor, Qualification, RemitPeriod
from mentors.sheets import COLUMNS, Line

NEW, CHANGED, UNCHANGED, KEPT, REFUSED = "new", "changed", "unchanged", "kept", "refused"
KINDS = (NEW, CHANGED, UNCHANGED, KEPT, REFUSED)
Stored = Qualification | RemitPeriod | Employment


@dataclass
class Step:
    """One thing to do to the register: add a row (closing `old`, if any), or change the entry itself."""

    table: str
    values: dict[str, Any]
    old: Stored | None = None

    @property
    def words(self) -> str:
        """The step in words: "Remit: elbow, in place of shoulder and knee"."""
        if self.table == "entry":
            return ", ".join(
                f"{COLUMNS[name]}: {_shown(value)}" for name, value in self.values.items() if value
            )
        new, old = _row_words(self.table, self.values), ""
        if self.old is not None:
            old = f", in place of {_row_words(self.table, _values(self.old))}"
        return f"{TABLE_WORDS[self.table]}: {new}{old}"


@dataclass
class Planned:
    """What becomes of one line. `person` is the place of the person in `Plan.people`."""

    line: int
    name: str
    kind: str
    person: int = -1
    steps: list[Step] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def does(self) -> list[str]:
        """What the line would do, in words."""
        return [step.words for step in self.steps] + self.said


@dataclass
class Person:
    """Somebody the file speaks of: an entry that is there, or the values of one to come."""

    entry: Mentor | None
    values: dict[str, Any]
    line: int


@dataclass
class Plan:
    """The whole dry run."""

    lines: list[Planned] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Lines by what becomes of them."""
        counted = Counter(line.kind for line in self.lines)
        return {kind: counted[kind] for kind in KINDS}

    @property
    def sum(self) -> str:
        """The SHA-256 of all that the plan says: another register gives another sum."""
        said = [
            [one.line, one.name, one.kind, one.said, [[s.table, _said(s.values),
             str(s.old.pk) if s.old else ""] for s in one.steps]]
            for one in self.lines
        ] + [[p.line, p.column, p.value, p.reason] for p in self.problems]  # fmt: skip
        return hashlib.sha256(audit.canonical({"plan": said}).encode()).hexdigest()


class Planner:
    """Reads the register once and plans line after line, each in the light of those before it."""

    def __init__(self, by: User) -> None:
        self.by, self.today = by, timezone.localdate()
        there = Mentor.objects.exclude(state=MentorState.TAKEN_BACK).select_related("imported")
        self.people: list[Person] = [Person(entry, {}, 0) for entry in there.order_by("number")]
        self.by_number = {one.entry.number: place for place, one in enumerate(self.people) if one.entry}
        self.by_key: dict[tuple[str, str], int] = {}
        self.by_name: dict[tuple[str, str], int] = {}
        for place, one in enumerate(self.people):
            if one.entry:
                self._index(
                    place, one.entry.body, one.entry.registration_number, one.entry.full_name, one.entry.email
                )
        self.rows: dict[str, defaultdict[UUID, list[Any]]] = {
            "qualification": _by_mentor(Qualification.objects.filter(known_until__isnull=True)),
            "remit": _by_mentor(RemitPeriod.objects.filter(known_until__isnull=True, until__isnull=True)),
            "employment": _by_mentor(Employment.objects.filter(known_until__isnull=True, until__isnull=True)),
        }
        self.planned: defaultdict[int, list[Step]] = defaultdict(list)
        self.plan = Plan(people=self.people)

    def run(self, lines: Iterable[Line]) -> Plan:
        """Plans every line."""
        for line in lines:
            given = read_line(line, self.today)
            self.plan.lines.append(self._line(given))
            self.plan.problems += given.problems
        return self.plan

    def _index(self, place: int, body: str, number: str, name: str, email: str) -> None:
        if key := registration.key(body, number):
            self.by_key[key] = place
        if email:
            self.by_name[name.casefold(), email.casefold()] = place

    def _line(self, given: Given) -> Planned:
        place = None if given.problems else self._find(given)
        name = str(given.values.get("full_name") or given.number)
        if given.problems:
            return Planned(given.line, name, REFUSED)
        if place is None:
            place = self._new_person(given)
            if given.problems:
                return Planned(given.line, name, REFUSED)
            planned = Planned(given.line, name, NEW, place)
            self.planned[place].append(Step("entry", given.some(ENTRY)))
            planned.steps.append(self.planned[place][0])
        else:
            person = self.people[place]
            if person.entry is not None and person.entry.user_id == self.by.pk:
                _refuse(given, "full_name", "This is your own entry: another officer must bring it in.")
                return Planned(given.line, name, REFUSED)
            planned = Planned(given.line, person.entry.full_name if person.entry else name, UNCHANGED, place)
            self._entry(given, person, planned)
        if given.problems:
            return Planned(given.line, name, REFUSED)
        self._award(given, place, planned)
        self._remit(given, place, planned)
        self._post(given, place, planned)
        if planned.kind != NEW:
            more = NEW if self.people[place].entry is None else CHANGED
            planned.kind = more if planned.steps else KEPT if planned.said else UNCHANGED
        return planned

    # --- who -------------------------------------------------------------------------------------------------------

    def _find(self, given: Given) -> int | None:
        """The person that a line speaks of; None for a new one. What does not fit together is a problem of the line."""
        values = given.values
        key = registration.key(values.get("body", ""), values.get("registration_number", ""))
        by_key = self.by_key.get(key) if key else None
        if given.number:
            place = self.by_number.get(given.number)
            if place is None:
                _refuse(
                    given, "number", "No entry has this register number. Leave it empty for a new person."
                )
            elif by_key is not None and by_key != place:
                _refuse(given, "registration_number", f"{self._called(by_key)} has this number already.")
            return place
        if by_key is not None:
            if values.get("full_name") and not _alike(values["full_name"], self._called(by_key)):
                _refuse(given, "registration_number", f"This is the number of {self._called(by_key)}.")
            return by_key
        name = str(values.get("full_name", "")).casefold(), str(values.get("email", "")).casefold()
        return self.by_name.get(name) if all(name) else None

    def _called(self, place: int) -> str:
        one = self.people[place]
        return f"{one.entry.full_name} ({one.entry.number})" if one.entry else str(one.values["full_name"])

    def _new_person(self, given: Given) -> int:
        values = given.some(ENTRY)
        if "full_name" not in values:
            _refuse(given, "full_name", "A new person needs a full name.")
        elif "registration_number" not in values and "email" not in values:
            _refuse(
                given, "registration_number", "A new person needs a registration number or a work address."
            )
        if given.problems:
            return -1
        self.people.append(Person(None, values, given.line))
        place = len(self.people) - 1
        self._index(
            place, values.get("body", ""), values.get("registration_number", ""), values["full_name"],
            values.get("email", ""),
        )  # fmt: skip
        return place

    # --- what ------------------------------------------------------------------------------------------------------

    def _entry(self, given: Given, person: Person, planned: Planned) -> None:
        """Name, address and number of somebody who is there already: a person's own words stand."""
        wanted = given.some(ENTRY if person.entry is None else ENTRY[:-1])  # consent is given once
        if person.entry is None:  # an earlier line of this file brought them
            for name, value in wanted.items():
                if person.values.setdefault(name, value) != value:
                    _refuse(given, name, f"Line {person.line} says something else of the same person.")
            return
        changes: dict[str, Any] = {}
        for name, value in wanted.items():
            held = getattr(person.entry, name)
            if name in person.values and person.values[name] != value:
                _refuse(given, name, f"Line {person.line} says something else of the same person.")
            elif held == value or name in person.values:
                continue
            elif not held or person.entry.imported_id is not None:
                changes[name] = value
            else:
                planned.said.append(f"{COLUMNS[name]}: stays “{held}”, as a person entered it")
        if changes:
            person.values |= changes
            person.line = given.line
            planned.steps.append(Step("entry", changes))

    def _award(self, given: Given, place: int, planned: Planned) -> None:
        values = given.some(AWARD)
        if "kind" not in values:
            return
        values = {"title": "", "awarding_body": "", "msk": "unknown", "country": "uk", "level": None,
                  "ratified_on": None, "precision": "day"} | values  # fmt: skip
        same = [row for row in self._there("qualification", place) if row["kind"] == values["kind"]]
        if any(_equal(row, values) for row in same):
            return
        like = [row for row in same if row["title"].casefold() == values["title"].casefold()]
        self._put(
            "qualification",
            place,
            planned,
            values,
            like,
            f"Qualification “{values['title'] or values['kind']}”",
        )

    def _remit(self, given: Given, place: int, planned: Planned) -> None:
        if "remit" not in given.values:
            return
        values = {"regions": given.values["remit"], "since": given.values.get("remit_since"), "until": None}
        there = self._there("remit", place)
        if not any(_equal(row, values) for row in there):
            self._put("remit", place, planned, values, there, "Remit")

    def _post(self, given: Given, place: int, planned: Planned) -> None:
        if "employer" not in given.values:
            return
        values = {
            "employer": given.values["employer"], "site": given.values.get("site", ""),
            "area": given.values.get("area", "england"), "job": given.values.get("job", ""),
            "since": given.values["employed_since"], "until": None,
        }  # fmt: skip
        there = self._there("employment", place)
        if any(_equal(row, values) for row in there):
            return
        like = [row for row in there if row["employer"].casefold() == values["employer"].casefold()]
        self._put("employment", place, planned, values, like, f"Place of work “{values['employer']}”")

    def _there(self, table: str, place: int) -> list[dict[str, Any]]:
        """The rows of a person as they will be after the lines before this one; `row` is the stored one, if any."""
        entry = self.people[place].entry
        steps = [step for step in self.planned[place] if step.table == table]
        closed = {step.old.pk for step in steps if step.old}
        stored = self.rows[table][entry.pk] if entry else []
        return [
            *({**_values(row), "row": row} for row in stored if row.pk not in closed),
            *({**step.values, "row": None} for step in steps),
        ]

    def _put(
        self,
        table: str,
        place: int,
        planned: Planned,
        values: dict[str, Any],
        like: Sequence[dict[str, Any]],
        what: str,
    ) -> None:
        """Adds a row, in the place of the one that it is like; a row that a person entered stands as it is."""
        old: Stored | None = like[0]["row"] if like else None
        if like and old is None:
            planned.said.append(f"{what}: an earlier line of this file says otherwise and counts")
            return
        if old is not None and old.imported_id is None:
            planned.said.append(f"{what}: stays as a person entered it")
            return
        step = Step(table, values, old)
        self.planned[place].append(step)
        planned.steps.append(step)


def plan(lines: Iterable[Line], by: User) -> Plan:
    """The dry run of a file's lines for an officer. Five queries, whatever the file's length."""
    return Planner(by).run(lines)


def _by_mentor(rows: Any) -> defaultdict[UUID, list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows.order_by("known_from", "pk"):
        found[row.mentor_id].append(row)
    return found


VALUES: dict[str, tuple[str, ...]] = {
    "Qualification": AWARD,
    "RemitPeriod": ("regions", "since", "until"),
    "Employment": ("employer", "site", "area", "job", "since", "until"),
}


def _values(row: Stored) -> dict[str, Any]:
    return {name: getattr(row, name) for name in VALUES[type(row).__name__]}


def _said(values: dict[str, Any]) -> list[str]:
    """Values as text that is the same in every process: the order of a set is not."""
    return [
        f"{name}={sorted(one) if isinstance(one, frozenset) else one}" for name, one in sorted(values.items())
    ]


TABLE_WORDS = {"qualification": "Qualification", "remit": "Remit", "employment": "Place of work"}


def _row_words(table: str, values: dict[str, Any]) -> str:
    """A row in a few words."""
    if table == "remit":
        return regions.spoken(regions.mask(values["regions"]))
    if table == "employment":
        return ", ".join(part for part in (values["site"], values["employer"]) if part)
    name = values["title"] or QualificationKind(values["kind"]).label
    day = values["ratified_on"]
    known = day.isoformat()[: {"day": 10, "month": 7, "year": 4}[values["precision"]]] if day else "no date"
    return f"{name} ({known}, in MSK: {values['msk']})"


def _equal(row: dict[str, Any], values: dict[str, Any]) -> bool:
    return all(row[name] == value for name, value in values.items())


def _refuse(given: Given, name: str, reason: str) -> None:
    given.problems.append(
        Problem(
            given.line,
            COLUMNS[name],
            _shown(given.number if name == "number" else given.values.get(name)),
            reason,
        )
    )


def _shown(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _alike(one: str, other: str) -> bool:
    """Whether two names share a word of more than two letters: a name may be written in more than one way."""
    words = {word for word in one.casefold().replace("-", " ").split() if len(word) > 2}
    return bool(words & set(other.casefold().replace("-", " ").replace("(", " ").split()))
