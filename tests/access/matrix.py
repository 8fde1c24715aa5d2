"""The access matrix: every address, as everybody, with what is one's own, the other university's, missing and deleted.

A cell is one request in a savepoint that is rolled back. What must come out is said by `tests.access.oracle` and
`tests.access.addresses`; `judge` compares. Besides the status it looks at every byte of the answer for canaries of what the
person may not read, and asks PostgreSQL which tables the request wrote to.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from lxml import html

from accreditation.models import User
from tests.access import canaries
from tests.access.addresses import ADDRESSES, Address
from tests.access.oracle import GONE, MEMBERS, OFFICERS, THINGS, Actor, readers, roles_of
from tests.access.stage import Side

METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE")
OWN, OTHER, MISSING, DELETED, CROSSED = "own", "other's", "missing", "deleted", "crossed"
OBJECTS = (OWN, OTHER, MISSING, DELETED, CROSSED)
STRANGE = "strange"
"""`CROSSED` is one's own thing with a row of the other's; `STRANGE`, its twin, one's own with a row that never was."""
READING, WRITING = ("GET", "HEAD"), ("POST", "PUT", "PATCH", "DELETE")
QUIET = frozenset(
    [
        "accreditation_auditevent",
        "django_session",
        "accreditation_user",
        "accreditation_formkey",
        "accreditation_tally",
    ]
)
"""Tables that a refused request may write to: the trail (a denial is on record), the session, what is counted against
guessing, and the key of a form, which is taken before the refusal and given back with it (PostgreSQL counts also what is undone).
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """One request: which address, tried with which kind of thing, by whom, how."""

    name: str
    thing: str
    objects: str
    actor: Actor
    method: str

    def __str__(self) -> str:
        what = f" ({self.thing}, {self.objects})" if self.thing else ""
        return f"{self.method} {self.name}{what} as {self.actor.name}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers, all bytes, the tables that were written to, and how many statements it took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    wrote: frozenset[str]
    statements: int = 0


def parameters(name: str) -> tuple[str, ...]:
    """The names of an address's values."""
    for possibility in get_resolver().reverse_dict.getlist(name):
        for _, values in possibility[0]:
            return tuple(values)
    return ()


class Matrix:
    """The two sides with everybody signed in, and the cells."""

    def __init__(self, own: Side, other: Side, people: list[Actor]) -> None:
        self.own, self.other, self.people = own, other, people
        self.clients = {actor.name: _signed_in(actor) for actor in people}
        self.bodies: dict[tuple[str, str], dict[str, Any]] = {}
        self.asked: dict[Cell, tuple[str, Answer]] = {}
        self.tried = 0
        self.counts_statements = False  # the long run does
        self.alike = 0

    def as_stored(self) -> list[tuple[Actor, User | None]]:
        """Everybody with their account as the database has it."""
        stored = User.objects.in_bulk([one.user.pk for one in self.people if one.user])
        return [(one, one.user and stored[one.user.pk]) for one in self.people]

    # --- Which cells there are ------------------------------------------------------------------------------------
    def cells(self, methods: Sequence[str] = METHODS) -> Iterator[Cell]:
        """All of them, address by address."""
        for name, address in ADDRESSES.items():
            for thing in address.things:
                for objects in self.objects_of(name, thing):
                    for method in methods:
                        for actor in self.people:
                            yield Cell(name, thing, objects, actor, method)

    def objects_of(self, name: str, thing: str) -> tuple[str, ...]:
        if not thing:
            return (OWN, OTHER) if parameters(name) else (OWN,)
        ours, theirs = self.values(name, thing, self.own), self.values(name, thing, self.other)
        further = [key for key in list(ours)[1:] if isinstance(ours[key], UUID) and ours[key] != theirs[key]]
        return OBJECTS if further else OBJECTS[:4]

    def values(self, name: str, thing: str, side: Side) -> dict[str, Any]:
        """The address's values for a side's thing: first the thing's own id, then what `more` says."""
        address = ADDRESSES[name]
        found: dict[str, Any] = {}
        wanted = parameters(name)
        first = [key for key in wanted if key not in address.more]
        if thing:
            assert len(first) == 1, (
                f"{name} needs `more` for {', '.join(first[1:])} (tests/access/addresses.py)"
            )
            found[first[0]] = self.thing(thing, side).pk
        found |= {key: address.more[key](side) for key in wanted if key in address.more}
        absent = set(wanted) - found.keys()
        assert not absent, f"{name} needs `more` for {', '.join(sorted(absent))} (tests/access/addresses.py)"
        return found

    @staticmethod
    def thing(name: str, side: Side) -> Any:
        kind, _, state = name.partition(":")
        return {"case": side.cases, "course": side.courses}[kind][state] if state else side.things[name]

    def path(self, cell: Cell) -> str:
        side = self.other if cell.objects == OTHER else self.own
        values = self.values(cell.name, cell.thing, side)
        if cell.objects == MISSING:
            values[next(iter(values))] = uuid4()
        if cell.objects == CROSSED:
            theirs = self.values(cell.name, cell.thing, self.other)
            values |= {key: theirs[key] for key in list(values)[1:] if isinstance(values[key], UUID)}
        if cell.objects == STRANGE:
            values |= {key: uuid4() for key in list(values)[1:] if isinstance(values[key], UUID)}
        return reverse(cell.name, kwargs=values)

    # --- One request ----------------------------------------------------------------------------------------------
    def ask(self, cell: Cell, path: str = "") -> Answer:
        """The request, undone at once."""
        data = self.body(cell) if cell.method in WRITING else {}
        path = path or self.path(cell)
        client = self.clients[cell.actor.name]
        kept = client.cookies.copy()  # what one press says on the next page must not stand on the next cell's
        with transaction.atomic():
            if cell.objects == DELETED:
                self._delete(cell)
            before = _written()
            with _counting() as statements:
                answer = _send(client, cell.method, path, data)
                body = _bytes(answer)
            wrote = frozenset(name for name, count in _written().items() if count != before.get(name, 0))
            transaction.set_rollback(True)
        client.cookies = kept
        self.tried += 1
        return Answer(answer.status_code, dict(answer.headers), body, wrote, len(statements))

    def _delete(self, cell: Cell) -> None:
        """The row is gone, as after a hand in the database: its grants and everything that hung on it stay behind."""
        row = self.thing(cell.thing, self.own)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE {row._meta.pk.column} = %s", [row.pk])  # noqa: S608
            cursor.execute("SET LOCAL session_replication_role = origin")

    def body(self, cell: Cell) -> dict[str, Any]:
        """What the page's own form would send for the one who may, with `Address.body` on top."""
        address, side = ADDRESSES[cell.name], self.other if cell.objects == OTHER else self.own
        key = (cell.name, side.name + cell.thing)
        if key not in self.bodies:
            found = self._from_page(cell.name, cell.thing, side) if address.acts else {}
            more = address.body(side) if callable(address.body) else address.body
            self.bodies[key] = {**found, **more}
        return self.bodies[key]

    def _from_page(self, name: str, thing: str, side: Side) -> dict[str, Any]:
        address = ADDRESSES[name]
        objects = OTHER if side is self.other else OWN
        wanted = reverse(name, kwargs=self.values(name, thing, side))
        for actor in self.people:
            if actor.part(side is self.other) in (address.acts or ()):
                shown = address.form or name
                path = reverse(shown, kwargs=self.values(shown, thing, side)) if address.form else wanted
                page = self.ask(Cell(shown, thing, objects, actor, "GET"), path)
                if page.status == 200:
                    return filled(page.body, wanted)
        return {}

    # --- What must come out ---------------------------------------------------------------------------------------
    def judge(self, cell: Cell) -> str:
        """An empty string where the cell is right; else what is wrong with it."""
        address = ADDRESSES[cell.name]
        path, answer = self.answer(cell)
        if answer.status >= 500:
            return f"answered {answer.status}"
        if wrong := self._status(cell, address, answer, path):
            return wrong
        if wrong := self._written(cell, address, answer):
            return wrong
        return self._leak(cell, answer, path)

    def _status(self, cell: Cell, address: Address, answer: Answer, path: str) -> str:
        signed_in = not (GONE & {cell.actor.here})
        if address.shut:
            return "" if answer.status in (404, 405) else f"answered {answer.status} without its link"
        if address.public:
            return ""
        if not signed_in:
            there = answer.headers.get("Location", "")
            to_sign_in = answer.status == 302 and there.startswith(reverse(settings.LOGIN_URL))
            return "" if to_sign_in else f"answered {answer.status} without an account"
        if address.roles and not address.roles & roles_of(cell.actor):
            refused = answer.status == 403 and b"This page is for the" in _text(cell, answer, self)
            return "" if refused else f"answered {answer.status} to somebody of another role"
        if not cell.thing:
            return ""
        if self.may_see(cell):
            return "" if answer.status != 404 else "is hidden from somebody who may see it"
        if cell.objects != CROSSED and answer.status not in self.refusals(cell):
            return f"answered {answer.status} to somebody who may not see it"
        if answer.status == 403 and cell.objects != CROSSED:
            return ""  # that the thing exists is no secret to them: the page says that it is not theirs
        if answer.status < 300:
            return f"answered {answer.status} for another's row"
        path_of_absent, nothing = self.answer(self._twin(cell))
        absent, found = plain(nothing, path_of_absent), plain(answer, path)
        if absent != found:
            return f"is unlike something that does not exist: {_difference(absent, found)}"
        if not self.counts_statements or cell.objects != OTHER or cell.actor.there in OFFICERS | MEMBERS:
            return ""  # the office and the Committee are no tenants: they know the case, and look for what is theirs in it
        if cell.actor.part(True) in THINGS[cell.thing]:
            return ""  # the thing is their own, and only this page of it is not
        self.alike += 1
        return self._effort(cell, answer, path)

    def _effort(self, cell: Cell, answer: Answer, path: str) -> str:
        """Empty where the other's thing takes as many statements as one that does not exist: no clock tells them apart.

        Where they differ both are asked again, for what is looked up once and then remembered.
        """
        twin = self._twin(cell)
        if answer.statements == self.answer(twin)[1].statements:
            return ""
        absent, found = self.ask(twin).statements, self.ask(cell, path).statements
        return "" if absent == found else f"takes {found} statements, something that does not exist {absent}"

    def may_see(self, cell: Cell) -> bool:
        """Whether the oracle says that this person sees this thing."""
        if cell.objects not in (OWN, OTHER):
            return False
        address = ADDRESSES[cell.name]
        if address.personal and (cell.objects == OTHER) is not cell.actor.of_other:
            return False
        seen = address.readers if address.readers is not None else THINGS[cell.thing]
        return cell.actor.part(cell.objects == OTHER) in seen

    def refusals(self, cell: Cell) -> tuple[int, ...]:
        """How somebody may be refused who must not see the page. 403 only where the thing itself is no secret to them."""
        known = cell.objects in (OWN, OTHER) and cell.actor.part(cell.objects == OTHER) in THINGS[cell.thing]
        return (403, 404, 405, 302) if known else (404, 405, 302)

    def answer(self, cell: Cell) -> tuple[str, Answer]:
        """A cell's path and answer. What others are compared with is asked for once, until `asked` is emptied."""
        if cell not in self.asked:
            path = self.path(cell)
            answer = self.ask(cell, path)
            if cell.objects not in (MISSING, STRANGE) and (cell.method, answer.status) != ("GET", 403):
                return path, answer
            self.asked[cell] = path, answer
        return self.asked[cell]

    @staticmethod
    def _twin(cell: Cell) -> Cell:
        """The same request for something that never was."""
        never = STRANGE if cell.objects == CROSSED else MISSING
        return Cell(cell.name, cell.thing, never, cell.actor, cell.method)

    def _written(self, cell: Cell, address: Address, answer: Answer) -> str:
        wrote = answer.wrote - QUIET
        if cell.method in READING:
            harmless = not wrote or not cell.thing or self.may_see(cell)
            return "" if harmless else f"wrote to {', '.join(sorted(wrote))}"
        acts = address.acts or frozenset()
        part = cell.actor.part(cell.objects == OTHER)
        may = part in acts and cell.objects in (OWN, OTHER)
        if (
            wrote
            and not may
            and (address.shut or not address.public)
            and not (address.mine and cell.actor.here not in GONE)
        ):
            return f"let somebody who may not write to {', '.join(sorted(wrote))}"
        return ""

    def _leak(self, cell: Cell, answer: Answer, path: str) -> str:
        kind = answer.headers.get("Content-Type", "")
        found = canaries.words_in(answer.body + b"\n" + str(answer.headers).encode(), kind)
        typed = canaries.words_in(
            path.encode() + repr(self.bodies.get((cell.name, cell.thing), "")).encode(), ""
        )
        told = ADDRESSES[cell.name].public and cell.name in ("verify_letter", "mentor_link")
        leaked = sorted(
            word for word in found - typed if not told and not may_read(cell.actor, word, self.own)
        )
        return f"shows {', '.join(leaked[:5])}" if leaked else ""


def admitted(name: str, actor: Actor) -> bool:
    """Whether the oracle lets somebody open an address at all."""
    address = ADDRESSES[name]
    if address.public:
        return True
    return actor.here not in GONE and (not address.roles or bool(address.roles & roles_of(actor)))


def may_read(actor: Actor, word: str, own: Side) -> bool:
    """Whether a canary may reach this person."""
    stem, letter = word.removeprefix("kanarie")[:-1], word[-1]
    return actor.part(letter != own.name[0].lower()) in readers(stem)


def _signed_in(actor: Actor) -> Client:
    client = Client(raise_request_exception=False)
    if actor.user is not None:
        user = User.objects.get(pk=actor.user.pk)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _send(client: Client, method: str, path: str, data: dict[str, Any]) -> HttpResponse:
    send = getattr(client, method.lower())
    return send(path, data) if method == "POST" else send(path)  # type: ignore[no-any-return]


@contextmanager
def _counting() -> Iterator[list[str]]:
    """The statements that are sent to the database for as long as it lasts."""
    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield sent


def _bytes(answer: HttpResponse) -> bytes:
    if answer.streaming:
        return b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return bytes(answer.content)


def _text(cell: Cell, answer: Answer, matrix: Matrix) -> bytes:
    """A HEAD has no words: those of the GET beside it."""
    if cell.method != "HEAD":
        return answer.body
    return matrix.answer(Cell(cell.name, cell.thing, cell.objects, cell.actor, "GET"))[1].body


def _written() -> dict[str, int]:
    """Rows written so far in this transaction, table by table, also those of savepoints that were undone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables "
            "WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())


TOKENS = re.compile(
    rb'[A-Za-z0-9]{64}|data-session-seconds="\d+"'
    rb'|Notices(?:: \d+ new)?</span>(?:<span class="band-count"[^<]*</span>)?'  # a deleted case takes its notices along
    rb"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)


def plain(answer: Answer, path: str) -> bytes:
    """An answer without its own address, its tokens and the seconds left of the session."""
    own = ("Content-Length", "X-Request-ID", "Expires")  # each answer has its own number and clock
    headers = {key: value for key, value in sorted(answer.headers.items()) if key not in own}
    whole = f"{answer.status} {headers}\n".encode() + answer.body
    return TOKENS.sub(b"", whole.replace(path.encode(), b""))


def _difference(first: bytes, second: bytes) -> str:
    """The first line in which two answers differ."""
    pairs = zip(first.splitlines(), second.splitlines(), strict=False)
    return next((f"{one[:200]!r} / {two[:200]!r}" for one, two in pairs if one != two), "their lengths")


def filled(page: bytes, action: str) -> dict[str, Any]:
    """The values of the page's form for an address (the one with most fields), with empty ones filled in plausibly."""
    tree = html.fromstring(page)
    forms = [form for form in tree.iter("form") if (form.get("method") or "").lower() == "post"]
    ours = [form for form in forms if (form.get("action") or action).partition("?")[0] in (action, "", "#")]
    if not ours:
        return {}
    form = max(ours, key=lambda one: len(list(one.iter("input", "select", "textarea"))))
    values: dict[str, Any] = {}
    for one in form.iter("input", "select", "textarea"):
        name, kind = one.get("name"), (one.get("type") or one.tag).lower()
        if not name or one.get("disabled") is not None or kind in ("submit", "button", "file"):
            continue
        _fill(values, one, name, kind)
    values.pop("csrfmiddlewaretoken", None)
    for press in form.iter("button"):
        if press.get("name") and press.get("name") not in values:
            values[press.get("name")] = press.get("value") or ""
    return values


WORDS = frozenset(
    ["full_name", "name", "title", "employer", "signed_name", "reason", "code", "declared_name"]
)
DAYS = ("since_", "on_", "until_", "due_on_")


def _fill(values: dict[str, Any], one: Any, name: str, kind: str) -> None:
    if kind == "radio":
        if one.get("checked") is not None or name not in values:
            values[name] = one.get("value") or "on"
    elif kind == "checkbox":
        if one.get("checked") is not None or name not in values:
            values.setdefault(name, []).append(one.get("value") or "on")
    elif kind == "select":
        options = [
            option for option in one.iter("option") if option.get("value") and option.get("disabled") is None
        ]
        chosen = [option for option in options if option.get("selected") is not None]
        values[name] = next((option.get("value") for option in (*chosen, *options)), "")
    else:
        text = (one.text or "").strip() if kind == "textarea" else one.get("value") or ""
        values[name] = text or _invented(name, kind)


def _invented(name: str, kind: str) -> str:
    """Something plausible for an empty field that is likely to be needed."""
    if name.startswith(DAYS):
        later = name.startswith(("until_", "due_on_"))
        return {"day": "20", "month": "11", "year": "2027" if later else "2025"}.get(
            name.rpartition("_")[2], ""
        )
    return "Some words." if kind == "textarea" or name in WORDS else ""
