"""A file of scans into the database, by the product and by others (in a process each: `import_worker`).

The clock runs from opening the file to the end of the commit, with every constraint and index in place. The table is
emptied, and what a route needs is made ready, before it starts. The limit is COPY of the rows that the product would
store, ready made: it reads no cell and checks nothing.
"""

import csv
import gc
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone

from accreditation import queue
from accreditation.models import Course
from mentors.models import Mentor
from portfolios import identifiers, pathologies
from portfolios.enums import ScanRole, Side, Subject, Supervision
from portfolios.imports import rows
from portfolios.models import Portfolio, Scan, ScanFile
from portfolios.services import scan_files
from portfolios.services.scan_file_reading import sifting
from tests.benchmarks.turns import peak_mb

try:
    from import_export import fields, resources
except ImportError:
    fields = resources = None

scan_files.AT_ONCE = -1  # nothing is done before the clock runs
queue.ring = lambda *job, **how: False  # there is no broker here
CHUNK = 256 * 1024
FIRST_LINE = 2


@dataclass(frozen=True)
class Given:
    """One size: the course, its file, and the rows that are ready made for COPY."""

    course: str
    path: str

    @property
    def ready(self) -> Path:
        return Path(self.path + ".rows")


# --- the limit and the product ---------------------------------------------------------------------------------------


def copy(given: Given, *, text: bool = False) -> Callable[[], Any]:
    """COPY of rows that are ready made, in the form in which the product sends them, or as text."""
    path = given.ready.with_suffix(".text") if text else given.ready
    names = ", ".join(f'"{name}"' for name in rows.COLUMNS)
    sql = f'COPY "{Scan._meta.db_table}" ({names}) FROM STDIN' + ("" if text else " (FORMAT BINARY)")

    def run() -> None:
        with (
            transaction.atomic(),
            path.open("rb") as ready,
            connection.cursor() as cursor,
            cursor.copy(sql) as into,
        ):
            while chunk := ready.read(CHUNK):
                into.write(chunk)

    return run


def copy_rows(given: Given) -> Callable[[], Any]:
    """COPY of the rows as an import has them once all is resolved: Python values, which psycopg writes row by row."""
    names = ", ".join(f'"{name}"' for name in rows.COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMPORARY TABLE IF NOT EXISTS resolved (LIKE "{Scan._meta.db_table}")')
        cursor.execute("ALTER TABLE resolved ALTER id DROP NOT NULL")
        cursor.execute("TRUNCATE resolved")
        with (
            given.ready.open("rb") as ready,
            cursor.copy(f"COPY resolved ({names}) FROM STDIN (FORMAT BINARY)") as into,
        ):
            while chunk := ready.read(CHUNK):
                into.write(chunk)
        cursor.execute(f"SELECT {names} FROM resolved")  # noqa: S608 - names of ours
        resolved = cursor.fetchall()

    def run() -> None:
        sql = f'COPY "{Scan._meta.db_table}" ({names}) FROM STDIN'
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(sql) as into:
            for row in resolved:
                into.write_row(row)

    return run


def product(given: Given) -> Callable[[], Any]:
    """Taking a file over, as the worker does: read, checked against the log, stored, audited."""
    row = _brought(given)
    scan_files.take_over(by=row.by, file_id=row.pk, good_only=True)

    def run() -> list[int]:
        scan_files.store(by=None, file_id=row.pk)
        return REFUSED[given.path]

    return run


def product_look(given: Given) -> Callable[[], Any]:
    """The dry run of the same file."""
    row = _brought(given, look=False)

    def run() -> None:
        scan_files.look(row)

    return run


REFUSED: dict[str, list[int]] = {}


def _brought(given: Given, *, look: bool = True) -> ScanFile:
    course = Course.objects.get(reference=given.course)
    leader = course.team.get().user
    ScanFile.objects.all().delete()
    upload = SimpleUploadedFile("scans.csv", Path(given.path).read_bytes())
    row = scan_files.bring(by=leader, course=course, portfolio=None, upload=upload)
    if look:
        scan_files.look(row)
        row = ScanFile.objects.get(pk=row.pk)
        REFUSED[given.path] = sorted(set(row.lines.filter(refused=True).values_list("line", flat=True)))
    return row


def make_ready(given: Given) -> int:
    """Writes the rows that the product would store, as a file of COPY; returns how many."""
    Scan.objects.all().delete()  # of the size before
    row, number = _brought(given, look=False), 0
    tail = rows.tail(timezone.now())
    with given.ready.open("wb") as out, sifting(row) as (_, blocks):
        out.write(rows.FIRST)
        for block in blocks:
            out.writelines(line + tail for line in block)
            number += len(block)
        out.write(rows.LAST)
    copy(given)()
    names = ", ".join(f'"{name}"' for name in rows.COLUMNS)
    sql = f'COPY (SELECT {names} FROM "{Scan._meta.db_table}" ORDER BY id) TO STDOUT'  # noqa: S608 - names of ours
    with (
        given.ready.with_suffix(".text").open("wb") as out,
        connection.cursor() as cursor,
        cursor.copy(sql) as stored,
    ):
        out.writelines(stored)
    return number


# --- as it is usually written ----------------------------------------------------------------------------------------

PARTS = {"shoulder", "elbow", "wrist_hand", "hip_groin", "knee", "ankle_foot"}


class LineForm(forms.Form):
    """One line of the file as a form, its look-ups made once for the whole file."""

    on = forms.DateField(input_formats=["%Y-%m-%d", "%d/%m/%Y"])
    regions = forms.CharField()
    side = forms.ChoiceField(choices=Side.choices, required=False)
    subject = forms.ChoiceField(choices=Subject.choices, required=False)
    supervision = forms.ChoiceField(choices=Supervision.choices, required=False)
    role = forms.ChoiceField(choices=ScanRole.choices)
    age = forms.IntegerField(min_value=0, max_value=120, required=False)
    minutes = forms.IntegerField(min_value=1, max_value=480, required=False)
    pathologies = forms.CharField(required=False)
    indication = forms.CharField(max_length=300, required=False)
    case = forms.CharField(max_length=20, required=False)
    student = forms.CharField()
    mentor = forms.CharField(required=False)

    def __init__(
        self, *args: Any, portfolios: dict[str, Portfolio], mentors: dict[str, Mentor], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.portfolios, self.mentors = portfolios, mentors

    def clean_regions(self) -> frozenset[str]:
        return _codes(self.cleaned_data["regions"], PARTS)

    def clean_pathologies(self) -> frozenset[str]:
        return _codes(self.cleaned_data["pathologies"], pathologies.BITS.keys())

    def clean_student(self) -> Portfolio:
        return _known(self.portfolios, self.cleaned_data["student"])

    def clean_mentor(self) -> Mentor | None:
        return _known(self.mentors, self.cleaned_data["mentor"]) if self.cleaned_data["mentor"] else None

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        on, portfolio = found.get("on"), found.get("student")
        if on and (on > timezone.localdate() or (portfolio and on < portfolio.student.enrolled_on)):
            raise ValidationError("Before enrolment, or in the future.")
        if any(identifiers.find(found.get(name) or "") for name in ("indication", "case")):
            raise ValidationError("An identifier.")
        return found


def _codes(text: str, known: Any) -> frozenset[str]:
    codes = frozenset(code for piece in text.split(";") if (code := piece.strip()))
    if not codes <= known:
        raise ValidationError("Not in the list.")
    return codes


def _known(among: dict[str, Any], name: str) -> Any:
    if name not in among:
        raise ValidationError("Not known.")
    return among[name]


@lru_cache
def _look_ups(reference: str) -> tuple[dict[str, Portfolio], dict[str, Mentor]]:
    course = Course.objects.get(reference=reference)
    portfolios = {
        one.student.code: one
        for one in Portfolio.objects.filter(student__course=course).select_related("student")
    }
    return portfolios, {one.number: one for one in Mentor.objects.filter(placements__course=course)}


def _scan(values: dict[str, Any], number: int) -> Scan:
    left = {
        name: value for name, value in values.items() if name not in ("student", "subject", "supervision")
    }
    subject = values["subject"] or None
    return Scan(
        portfolio=values["student"], number=number, subject=subject, supervision=values["supervision"] or None,
        logged=subject in (None, "patient"), **left,
    )  # fmt: skip


def form(given: Given) -> Callable[[], Any]:
    """A form for each line, look-ups kept, then bulk_create in thousands."""

    def run() -> list[int]:
        portfolios, mentors = _look_ups(given.course)
        refused, made, numbers = [], [], dict.fromkeys(portfolios, 0)
        seen: set[Any] = set()
        with transaction.atomic(), Path(given.path).open(encoding="utf-8", newline="") as text:
            for line, row in enumerate(csv.DictReader(text), start=FIRST_LINE):
                one = LineForm(row, portfolios=portfolios, mentors=mentors)
                if not one.is_valid():
                    refused.append(line)
                    continue
                values = one.cleaned_data
                key = (values["student"].pk, values["on"], values["regions"], values["side"], values["case"])
                if key in seen:
                    continue
                seen.add(key)
                numbers[row["student"]] += 1
                made.append(_scan(values, numbers[row["student"]]))
            Scan.objects.bulk_create(made, batch_size=1000)
        return refused

    return run


def import_export(given: Given) -> Callable[[], Any]:
    """django-import-export at its quickest: use_bulk, skip_diff, no transaction of its own (with one, a bad line undoes
    all), each line cleaned by the same form.
    """
    if resources is None:
        return lambda: None
    from tablib import Dataset

    portfolios, mentors = _look_ups(given.course)
    numbers = dict.fromkeys(portfolios, 0)

    class LineResource(resources.ModelResource):  # type: ignore[misc, name-defined]
        id = fields.Field(attribute="id", column_name="id")

        class Meta:
            model = Scan
            fields = ("id",)
            use_bulk, skip_diff, batch_size, use_transactions = True, True, 1000, False

        def get_or_init_instance(self, loader: Any, row: Any) -> tuple[Scan, bool]:
            one = LineForm(row, portfolios=portfolios, mentors=mentors)
            if not one.is_valid():
                raise ValidationError(str(one.errors))
            numbers[row["student"]] += 1
            return _scan(one.cleaned_data, numbers[row["student"]]), True

    def run() -> list[int]:
        text = Path(given.path).read_text(encoding="utf-8")
        for student in numbers:
            numbers[student] = 0
        with transaction.atomic():
            done = LineResource().import_data(Dataset().load(text, format="csv"), raise_errors=False)
        bad = {number for number, _ in done.row_errors()} | {one.number for one in done.invalid_rows}
        return sorted(number + 1 for number in bad)

    return run


ROUTES: dict[str, Callable[[Given], Callable[[], Any]]] = {
    "copy": copy,
    "copy again": copy,
    "copy text": partial(copy, text=True),
    "copy rows": copy_rows,
    "product": product,
    "product look": product_look,
    "form": form,
    "import-export": import_export,
}


def serve(route: str) -> None:
    """A worker's life: empties the table, makes ready, runs once under the clock, counts, answers."""
    connection.ensure_connection()
    for line in sys.stdin:
        given, before = Given(*json.loads(line)), peak_mb()
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE portfolios_scan CASCADE")
        run = ROUTES[route](given)
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
        gc.collect()
        start = time.perf_counter()
        refused = run()
        seconds = time.perf_counter() - start
        absent = "not installed" if route == "import-export" and resources is None else ""
        answer = {"scans": Scan.objects.count(), "refused": refused}
        told = {"seconds": seconds, "answer": answer, "not_run": absent, "peak_mb": peak_mb()}
        print(json.dumps(told | {"grown_mb": peak_mb() - before}), flush=True)
