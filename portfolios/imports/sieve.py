"""Works through a file of scans: good lines become rows for the database, all others are named.

Most cells of a file say what a cell above them said, so each column keeps what it has read. A block of lines is turned into
columns, each column is looked up as a whole, and the database is kept busy by one process. Only a line in which something
is new and not plainly good is read the long way, through `policies.problems_of`, which decides. Nothing here writes, and
nothing is kept of a line that has passed.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from itertools import islice
from typing import Any, Final

from accreditation.imports.cells import Problem, plain
from accreditation.rules import regions
from mentors.models import Mentor
from portfolios import identifiers, pathologies, policies
from portfolios.enums import ScanRole, Subject
from portfolios.imports import cells
from portfolios.imports.columns import COLUMNS
from portfolios.imports.logs import Log, sum_of
from portfolios.imports.rows import EMPTY, NO, NULL, VALUES, YES, identity, whole, words, written

BLOCK: Final = 250
"""Lines that are worked on together: few, so that the database has something to do at once."""
MOST_REFUSED: Final = 10_000
MOST_NAMED: Final = 1_000
MOST_KEPT: Final = 20_000
MOST_SHOWN: Final = 120
MOST_READINGS: Final = 50
HIDDEN: Final = "(not shown)"
COUNTED: Final = frozenset({NULL, words(Subject.PATIENT)})
SIXTEEN: Final = (16).to_bytes(4, "big")
"""What stands before the bytes of a key."""
DOUBT: Final = re.compile(rf"{identifiers.SUSPECT.pattern}|(?-i:[^ -~])|\A['\s]|\s\Z", re.I)
"""Free text without any of this stands as it is: it holds no identifier, and nothing to be cut off or hidden."""
SHORT_CODE: Final = re.compile(r"[A-Za-z]?[0-9]{1,5}")
"""A text that is nothing but this holds no doubt either (tested), and is told at a glance: case numbers, all different."""
UNSURE: Final = b""
"""The value of a cell about which the long way must decide."""


class Cells(dict[Any, bytes]):
    """What a column has read so far: text → the value as the database takes it, or `UNSURE`."""

    def __init__(self, read: Callable[[Any], bytes]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: Any) -> bytes:
        if len(self) >= MOST_KEPT:
            self.clear()
        value = self[text] = self._read(text)
        return value


@dataclass
class Sifted:
    """What became of the lines so far. `problems` names the refused ones, `left_out` those that are known or come twice
    (the first thousand of them; `counts` has all), `readings` what the name of an examination was taken for.
    """

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)
    readings: dict[str, str] = field(default_factory=dict)
    digest: Any = field(default_factory=hashlib.sha256)

    @property
    def sum(self) -> str:
        """The outcome as one sum: the same file against the same log comes to the same."""
        digest = self.digest.copy()
        digest.update(repr(sorted(self.counts.items())).encode())
        return str(digest.hexdigest())

    @property
    def too_many(self) -> bool:
        """Whether so many lines are refused that the file must be another one than was meant."""
        return self.counts["refused"] > MOST_REFUSED


class Sieve:
    """One file against the logs it is for.

    `columns`: what each column holds; `fixed`: what a line says that does not say it itself; `loose`: whether regions and
    side may be read out of the name of an examination. `logs`: student's code, in small letters → log; under "" the one
    log of a file without students. `closed`: code → state of students whose log takes no more scans.
    """

    def __init__(
        self,
        columns: Sequence[str],
        logs: Mapping[str, Log],
        mentors: Mapping[str, Mentor],
        *,
        fixed: Mapping[str, str] | None = None,
        loose: bool = False,
        closed: Mapping[str, str] | None = None,
        today: date,
    ) -> None:
        self.columns, self.logs, self.mentors, self.today = list(columns), logs, mentors, today
        self.closed = closed or {}
        self.mentor_ids = frozenset(mentor.pk for mentor in mentors.values())
        self.fixed, self.loose, self.found = dict(fixed or {}), loose, Sifted()
        self.width = len(self.columns)
        places = {name: place for place, name in enumerate(self.columns) if name}
        self.student = places.get("student", -1)
        self.side_from_regions = loose and "side" not in places
        if self.side_from_regions:
            places["side"] = places["regions"]
        self.places = {name: places.get(name, self.width) for name in VALUES}
        self._fits: set[tuple[bytes, bytes]] = set()  # regions and findings that go together
        self._readers: dict[str, Callable[[Any], bytes]] = {
            name: Cells(
                self._words(name) if name in policies.LENGTHS else partial(self._quick, name)
            ).__getitem__
            for name in VALUES
        } | {
            "case": self._words("case"),  # no two alike: there is nothing to keep
            "mentor": Cells(self._mentor_of).__getitem__,
        }
        self._log_of: dict[str, Log | None] = {}

    def blocks(self, rows: Iterator[Sequence[str]]) -> Iterator[list[bytes]]:
        """The rows of good lines, as rows of COPY, some lines of the file at a time; `found` tells the rest."""
        first = 2
        while (lines := list(islice(rows, BLOCK))) and not self.found.too_many:
            block = self._block(first, lines)
            first += len(lines)
            self.found.counts["lines"] = first - 2
            yield block

    def _block(self, first: int, lines: list[Sequence[str]]) -> list[bytes]:
        """The rows of the good ones among lines that follow each other, from the line of that number on."""
        width = self.width
        wide = {place for place, row in enumerate(lines) if len(row) > width}
        if wide or min(map(len, lines)) < width:
            lines = [[*row[:width], *[""] * (width - len(row)), *row[width:]] for row in lines]
        texts = [*zip(*lines, strict=False)][:width] + [("",) * len(lines)]
        logs = self._logs(texts[self.student], len(lines))
        columns = [self._column(name, texts[place], logs) for name, place in self.places.items()]
        block: list[bytes] = []
        counts, fits, today = self.found.counts, self._fits, written("on", self.today)
        for place, (log, row) in enumerate(zip(logs, zip(*columns, strict=True), strict=True)):
            if (
                log is None
                or not all(row)
                or not log.opens <= row[0] <= today
                or ((row[1], row[8]) not in fits and not self._go_together(row[1], row[8]))
                or place in wide
            ):
                row = self._slowly(first + place, lines[place], log)
                if log is None or not row:
                    continue
            number = first + place
            key = sum_of(identity(row))
            if (before := log.seen.setdefault(key, number)) != number:
                self._leave_out(number, before, lines[place])
                continue
            log.last += 1
            if row[14] == EMPTY:
                row = (*row[:14], words(f"K{log.last}"))
            apart = row[3] not in COUNTED
            counts["apart"] += apart
            block.append(b"".join((log.opening, *row, NO if apart else YES, whole(log.last), SIXTEEN, key)))
        return block

    def _logs(self, codes: Sequence[str], lines: int) -> list[Log | None]:
        """The log of each line."""
        if self.student < 0:
            return [self.logs[""]] * lines
        return [self._log_of[text] if text in self._log_of else self._log(text) for text in codes]

    def _column(self, name: str, texts: Sequence[str], logs: list[Log | None]) -> list[bytes]:
        """A column's values; whether a mentor may be named depends on the log."""
        return list(map(self._readers[name], zip(logs, texts, strict=True) if name == "mentor" else texts))

    # --- a line, the long way --------------------------------------------------------------------------------------

    def _slowly(self, number: int, given: Sequence[str], log: Log | None) -> tuple[bytes, ...]:
        """A line's values as the database takes them; none where it is empty or refused, and then it says why."""
        if any(cell.strip() for cell in given[self.width :]):
            self._refuse_wide(number, given)
            return ()
        row = [*given[: self.width], ""]
        texts = {
            name: plain(row[place].strip())
            for name, place in self.places.items()
            if not (name == "side" and self.side_from_regions)
        }
        if not any(cell.strip() for cell in row):
            self.found.counts["empty"] += 1
            return ()
        reasons: dict[str, str] = {}
        if log is None:
            reasons["student"] = self._why_no_log(plain(row[self.student].strip()))
        values: dict[str, Any] = {}
        for name in VALUES:
            text = texts.get(name, "") or self.fixed.get(name, "")
            try:
                values[name] = self._value(
                    name, row[self.places[name]].strip() if name not in texts else text
                )
            except ValueError as fault:
                reasons[name] = str(fault)
        if not reasons and log is not None:
            entry = policies.ScanEntry(**values)
            found = policies.problems_of(entry, log.portfolio, self.mentor_ids, say=_say)
            reasons = {name: " ".join(sentences) for name, sentences in found.items()}
        if reasons:
            self._refuse(number, row, reasons)
            return ()
        return tuple(
            written(name, value.pk if isinstance(value, Mentor) else value) for name, value in values.items()
        )

    def _value(self, name: str, text: str) -> Any:
        """One cell as a value of an entry. Raises `ValueError` with a sentence."""
        if name == "on":
            if not text:
                raise ValueError("Give the day of the scan.")
            return cells.day(text)
        if name == "regions":
            if not text:
                raise ValueError("Give at least one region.")
            return self._regions(text)
        if name == "side" and self.side_from_regions:
            return cells.side_in_words(text)
        if name == "pathologies":
            return cells.found(text) if text else frozenset()
        if name in policies.LISTS:
            return cells.choice(name, text) if text else UNSAID[name]
        if name in ("age", "minutes"):
            return cells.whole_number(text, f"the {name}") if text else None
        if name == "mentor":
            return self._mentor(text) if text else None
        return text

    def _regions(self, text: str) -> frozenset[str]:
        if not self.loose:
            return cells.parts(text)
        found = cells.parts_in_words(text)
        if len(self.found.readings) < MOST_READINGS and text.casefold() not in cells.REGION_NAMES:
            side = cells.side_in_words(text) if self.side_from_regions else ""
            words = ", ".join(regions.LABELS[part] for part in regions.PARTS if part in found)
            self.found.readings[text[:MOST_SHOWN]] = f"{words}, {side}" if side else words
        return found

    def _mentor(self, text: str) -> Mentor:
        wanted = " ".join(text.casefold().split())
        if mentor := self.mentors.get(wanted):
            return mentor
        raise ValueError("No mentor of this course has this name or register number, or two share the name.")

    def _why_no_log(self, code: str) -> str:
        if not code:
            return "Say whose scan this is, by the student’s code."
        if code.casefold() in self.closed:
            return f"{code} is “{self.closed[code.casefold()]}”: scans can be logged from enrolment on."
        return "No student of this course has this code."

    def _refuse(self, number: int, row: Sequence[str], reasons: Mapping[str, str]) -> None:
        self.found.counts["refused"] += 1
        hidden = "identifier_reason" in reasons
        for name, reason in reasons.items():
            place = self.columns.index(name) if name in self.columns else -1
            value = row[place].strip()[:MOST_SHOWN] if place >= 0 else self.fixed.get(name, "")
            if hidden and name in (*policies.TEXTS, "identifier_reason"):
                value = HIDDEN
            self._name(self.found.problems, Problem(number, COLUMNS[name], value, reason), MOST_REFUSED)

    def _refuse_wide(self, number: int, row: Sequence[str]) -> None:
        """A line that has more cells than there are headings."""
        self.found.counts["refused"] += 1
        more = next(cell for cell in row[self.width :] if cell.strip()).strip()[:MOST_SHOWN]
        reason = (
            "The line has more cells than there are headings: put quotation marks around a cell with commas."
        )
        self._name(self.found.problems, Problem(number, "After the last", more, reason), MOST_REFUSED)

    def _leave_out(self, number: int, before: int, row: Sequence[str]) -> None:
        day = row[self.places["on"]].strip()[:MOST_SHOWN]
        if before < 0:
            self.found.counts["there"] += 1
            reason = f"This is in the log already, as scan {-before}."
        else:
            self.found.counts["twice"] += 1
            reason = f"This is the same scan as line {before}. If it was another one, give each its own case number."
        self._name(self.found.left_out, Problem(number, COLUMNS["on"], day, reason), MOST_NAMED)

    def _name(self, where: list[Problem], one: Problem, most: int) -> None:
        self.found.digest.update(repr((one.line, one.column, one.reason)).encode())
        if len(where) < most:
            where.append(one)

    # --- a line, the short way -------------------------------------------------------------------------------------

    def _quick(self, name: str, raw: str) -> bytes:
        """A cell as the database takes it, where it is plainly good."""
        text = plain(raw.strip()) or self.fixed.get(name, "")
        try:
            value = self._value(name, text)
        except ValueError:
            return UNSURE
        return written(name, value) if not PROBLEM[name](value) else UNSURE

    def _go_together(self, parts: bytes, found: bytes) -> bool:
        """Whether regions may have these findings; what may is remembered."""
        good = policies.findings_problem(_findings_in(found), _regions_in(parts)) is None
        if good:
            self._fits.add((parts, found))
        return good

    def _words(self, name: str) -> Callable[[str], bytes]:
        """Free text: one look tells whether it is plainly good."""
        most, is_code = policies.LENGTHS[name], SHORT_CODE.fullmatch

        def read(raw: str) -> bytes:
            if is_code(raw) or (0 < len(raw) <= most and not DOUBT.search(raw)):
                return words(raw)
            return self._quick(name, raw)

        return read

    def _mentor_of(self, line: tuple[Log | None, str]) -> bytes:
        """A mentor, where a log's student may name them."""
        log, raw = line
        if log is None:
            return UNSURE
        try:
            mentor = self._value("mentor", plain(raw.strip()) or self.fixed.get("mentor", ""))
        except ValueError:
            return UNSURE
        if policies.mentor_problem(mentor, log.portfolio.student, self.mentor_ids):
            return UNSURE
        return written("mentor", mentor and mentor.pk)

    def _log(self, raw: str) -> Log | None:
        log = self.logs.get(plain(raw.strip()).casefold())
        if len(self._log_of) < MOST_KEPT:
            self._log_of[raw] = log
        return log


def _codes(cell: bytes, bits: Mapping[str, int]) -> frozenset[str]:
    """What a cell of a row holds, by its bits."""
    held = int.from_bytes(cell[4:], "big")
    return frozenset(code for code, bit in bits.items() if held & bit)


@lru_cache(maxsize=4_096)
def _findings_in(cell: bytes) -> frozenset[str]:
    return _codes(cell, pathologies.BITS)


@lru_cache(maxsize=4_096)
def _regions_in(cell: bytes) -> frozenset[str]:
    return _codes(cell, regions.BITS)


UNSAID: Final[dict[str, str | None]] = {
    "side": "",
    "subject": None,
    "supervision": None,
    "role": ScanRole.PERFORMED.value,
}
"""What an empty cell of a closed list says."""


def _say(one: identifiers.Found) -> str:
    """A place in words that do not repeat what stands there."""
    return f"Characters {one.start + 1} to {one.end} look like {one.like}."


def _no_problem(value: Any) -> None:
    return None


def _text_problem(name: str) -> Callable[[str], Any]:
    return lambda text: policies.text_problem(name, text) or identifiers.find(text)


PROBLEM: Final[dict[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(policies.LISTS, _no_problem),
    **{name: _text_problem(name) for name in policies.LENGTHS},
    "regions": policies.regions_problem,
    "pathologies": _no_problem,  # seen together with the regions
    "minutes": policies.minutes_problem,
    "age": policies.age_problem,
    "on": _no_problem,  # these two are looked at for each log by itself
    "mentor": _no_problem,
}
