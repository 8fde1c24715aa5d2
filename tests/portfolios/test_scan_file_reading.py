"""Files of scans as they come: encodings, separators, Excel; and that a line is judged as an entry of the log is."""

import io
import random
import string
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from accreditation.exceptions import Invalid
from accreditation.imports import tables
from accreditation.imports.cells import harmless, plain
from accreditation.rules import regions
from portfolios import identifiers, pathologies
from portfolios.enums import ScanRole, Side, Subject, Supervision
from portfolios.imports.columns import COLUMNS
from portfolios.imports.logs import Log, mentors_of
from portfolios.imports.rows import tail, values_of
from portfolios.imports.sieve import DOUBT, SHORT_CODE, Sieve
from portfolios.models import Scan
from portfolios.policies import ScanEntry, problems_of
from portfolios.services import scan_templates
from portfolios.services.scans import make_scan
from tests.people import Clinic, days_ago, make_mentor
from tests.portfolios.identifier_texts import WITH
from tests.portfolios.scanlines import as_csv
from tests.portfolios.test_scan_files import bring, take_over

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(("encoding", "words"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16")])  # fmt: skip
def test_letters_and_separators(separator: str, encoding: str, words: str) -> None:
    given = {"Date": "1/2/2026", "Reflection": f"Süß, “café”{separator}\nsecond line", "Regions": "knee"}
    table = tables.read(
        "a.csv", io.BytesIO(as_csv([given] * 3, separator=separator, encoding=encoding)), most_lines=10
    )
    assert table.headings == list(given) and list(table.rows) == [list(given.values())] * 3
    assert table.about.startswith(f"Read as {words}, with ")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"), (b"a\0b,c\n", "neither CSV"), (b"PK\x03\x04 nothing", "cannot be read as a file of Excel"),
        (b"a,b\n" * 12, "more than 10 lines"), (b'a\n"' + b"x" * 200_000, "is no CSV"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_said_in_words(data: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        list(tables.read("a.csv", io.BytesIO(data), most_lines=10).rows)


def test_cells_come_back_from_being_made_harmless() -> None:
    for text in ("=1", "+", "-5", "@x", "'=1", "''=1", "'", "'word", "word", "", "\tx", "＝1"):
        assert plain(harmless(text)) == text
        assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "＝"))


@pytest.mark.django_db
def test_an_excel_file_with_real_days_and_formulas(clinic: Clinic) -> None:
    """Days and numbers as Excel keeps them; a formula is the text it is, and no day."""
    book = Workbook()
    sheet: Any = book.active
    day = timezone.localdate() - timedelta(days=3)
    sheet.append(["Date", "Regions", "Minutes", "Reflection", "Own case number"])
    sheet.append([day, "knee", 25.0, "=HYPERLINK(1)", 17])
    sheet.append(["=TODAY()", "knee", 25, "", 18])
    out = io.BytesIO()
    book.save(out)
    row = bring(clinic, out.getvalue(), "scans.xlsx")
    assert [(one.line, one.column, one.value) for one in row.lines.all()] == [(3, "Date", "=TODAY()")]
    take_over(clinic, row, good_only=True)
    scan = Scan.objects.get()
    assert (scan.on, scan.minutes, scan.reflection, scan.case) == (day, 25, "=HYPERLINK(1)", "17")


@pytest.mark.django_db
def test_the_templates_can_be_filled_and_brought_in(clinic: Clinic) -> None:
    """Their example is a good line but for its case number, which says that it must go."""
    course = clinic.world.course
    for form in ("csv", "xlsx"):
        row = bring(clinic, scan_templates.template(course, form, several=False), f"scans.{form}")
        assert [(one.column, "longer than 20" in one.reason) for one in row.lines.all()] == [
            ("Own case number", True)
        ]
    book = load_workbook(io.BytesIO(scan_templates.template(course, "xlsx", several=True)))
    allowed = {
        column[0].value: {cell.value for cell in column[1:]} - {None, ""}
        for column in book["Allowed values"].columns
    }
    assert allowed["Regions"] == set(regions.LABELS.values())
    assert allowed["Student"] == {clinic.portfolio.student.code}
    assert allowed["Mentor"] == {f"{clinic.mentor.full_name} ({clinic.mentor.number})"}


def random_entry(chance: random.Random, clinic: Clinic, others: list[Any], place: int) -> dict[str, Any]:
    """Mostly good, with now and then one thing that is not."""
    odd = chance.random() < 0.5
    pick = chance.choice
    values: dict[str, Any] = {
        "on": days_ago(pick((1, 5, 100, 199, 200))), "regions": frozenset(chance.sample(regions.PARTS, pick((1, 1, 2)))),
        "side": pick(("", *Side.values)), "subject": pick((None, *Subject.values)),
        "supervision": pick((None, *Supervision.values)), "role": pick(ScanRole.values),
        "mentor": pick((None, clinic.mentor)), "minutes": pick((None, 1, 25, 480)), "age": pick((None, 0, 54, 120)),
        "pathologies": frozenset(chance.sample(sorted(pathologies.BITS), pick((0, 1, 2)))),
        "indication": pick(("", "Pain", "x" * 300)), "other_finding": pick(("", "a\tb")), "reflection": pick(("", "1\n2\\n")),
        "identifier_reason": "", "case": f"C{place}",
    }  # fmt: skip
    if odd:
        values |= pick((
            {"on": days_ago(-1)}, {"on": days_ago(201)}, {"minutes": 0}, {"minutes": 481}, {"age": 121},
            {"pathologies": frozenset({"normal", "effusion"})}, {"indication": "x" * 301}, {"other_finding": "x" * 201},
            {"mentor": pick(others)}, {"reflection": "for Mrs Alice Example"}, {"case": "x" * 21},
            {"reflection": "for Mrs Alice Example", "identifier_reason": "An invented person"},
            {"reflection": "for Mrs Alice Example", "identifier_reason": "short"},
            {"identifier_reason": "because Mrs Alice Example"}, {"case": "943 476 5919"}, {},
        ))  # fmt: skip
    return values


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_a_line_is_judged_as_the_same_entry_by_hand(clinic: Clinic, seed: int) -> None:
    """A thousand random lines, each once new and once among cells that were seen before: what a file refuses is what the
    log refuses, and what it lets pass is what the log would store.
    """
    chance = random.Random(seed)
    _, colleague = make_mentor(clinic.world, "Mentor Second")
    colleague.user = clinic.student_user  # a student who mentors others
    colleague.save()
    mentors = mentors_of(clinic.world.course.pk)
    ids = frozenset(mentor.pk for mentor in mentors.values())
    entries = [random_entry(chance, clinic, [colleague], place) for place in range(500)]
    entries += [
        entry | {"case": f"D{place}"} if len(entry["case"]) < 9 else entry
        for place, entry in enumerate(entries)
    ]
    names = [name for name in COLUMNS if name != "student"]
    rows = [[_cell(entry[name]) for name in names] for entry in entries]
    log = Log(clinic.portfolio)
    sieve = Sieve(names, {"": log}, mentors, today=timezone.localdate())
    passed = [line for block in sieve.blocks(iter(rows)) for line in block]
    refused = {one.line for one in sieve.found.problems}
    twice = {one.line for one in sieve.found.left_out}
    wanted = [problems_of(ScanEntry(**entry), clinic.portfolio, ids) for entry in entries]
    assert refused == {place + 2 for place, found in enumerate(wanted) if found} and 100 < len(refused) < 700
    for one in sieve.found.problems:
        assert any(COLUMNS[name] == one.column for name in wanted[one.line - 2])
    good = [entry for place, entry in enumerate(entries) if place + 2 not in refused | twice]
    assert len(good) == len(passed)
    end = tail(timezone.now())
    for number, (entry, row) in enumerate(zip(good, passed, strict=True), start=1):
        scan = make_scan(ScanEntry(**entry), clinic.portfolio, number)
        stored = values_of(row + end)
        assert stored[:4] == [
            scan.portfolio_id.hex,
            scan.on.isoformat(),
            regions.mask(scan.regions),
            scan.side,
        ]
        assert stored[7] == (scan.mentor_id.hex if scan.mentor_id else None)
        assert (stored[15], stored[16], stored[17]) == (scan.case, int(scan.logged), number)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, frozenset):
        return "; ".join(sorted(value))
    return str(getattr(value, "number", value))


def test_no_identifier_is_missed_by_the_quick_look() -> None:
    """Texts in which something is found hold something that makes them suspect, however they are put together."""
    chance = random.Random(3)
    found = 0
    for text in WITH:
        for around in ("", "a ", "Pain. ", f"{chance.randrange(9)}, "):
            whole = f"{around}{text}{around[::-1]}"
            if whole.isascii():
                slow = bool(sorted(identifiers._all(whole)))
                assert not slow or identifiers.SUSPECT.search(whole), whole
                found += slow
    assert found > 300


MEASURE = """
import resource, sys, io
sys.path.insert(0, {root!r})
import django; django.setup()
from datetime import date
from types import SimpleNamespace
from accreditation.imports import tables
from portfolios.imports.logs import Log
from portfolios.imports.sieve import Sieve
from portfolios.models import Portfolio, Student
names = ["on", "regions", "side", "minutes", "case", "reflection"]
def lines(number):
    yield ",".join(names) + "\\n"
    for place in range(number):
        yield f"2026-0{{place % 8 + 1}}-1{{place % 9}},knee,left,{{place % 60 + 1}},A{{place // 1000}}-{{place % 1000}},Learned to turn the probe {{place}}\\n"
path = sys.argv[2]
with open(path, "w") as out:
    out.writelines(lines(int(sys.argv[1])))
student = Student(code="S1", enrolled_on=date(2025, 1, 1))
log = Log(Portfolio(student=student)); log.__dict__["seen"] = {{}}; log.portfolio.pk = student.pk
sieve = Sieve(names, {{"": log}}, {{}}, today=date(2026, 11, 1))
with open(path, "rb") as stream:
    table = tables.read("a.csv", stream, most_lines=250_000)
    good = sum(len(block) for block in sieve.blocks(table.rows))
print(good, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_240000_lines_need_hardly_more_memory_than_a_few(tmp_path: Path) -> None:
    """What grows is one sum for each line, by which the second of two same ones is known."""
    peaks = {}
    for number in (2_000, 240_000):
        done = subprocess.run(
            [sys.executable, "-c", MEASURE.format(root=str(ROOT)), str(number), str(tmp_path / "lines.csv")],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        good, peak = map(int, done.stdout.split())
        assert good == number
        peaks[number] = peak
    assert peaks[240_000] < 1.6 * peaks[2_000], peaks


def test_a_short_code_holds_no_doubt() -> None:
    """What is told at a glance would have been plainly good on the long look, too."""
    letters = ["", *string.ascii_letters]
    numbers = [f"{number:0{width}}" for width in range(1, 6) for number in range(0, 10**width, 97)]
    for code in (letter + number for letter in letters for number in numbers):
        assert SHORT_CODE.fullmatch(code) and not DOUBT.search(code) and not identifiers.find(code), code
    for code in ("AB1", "1A", "A123456", "A1 ", "٣", "A1\n"):
        assert not SHORT_CODE.fullmatch(code), code
