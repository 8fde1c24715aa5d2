"""Lines of files of scans, good and bad, for the tests of bringing them in."""

import csv
import io
import random
from collections.abc import Sequence
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portfolios.imports.columns import COLUMNS
from tests.people import Clinic

HEADS = [heading for name, heading in COLUMNS.items() if name not in ("student", "identifier_reason")]
INDICATIONS = ("Pain on lifting", "Swelling; after exercise", 'Query "tear", partial', "Follow-up", "")


def line(place: int, clinic: Clinic, **changes: str) -> dict[str, str]:
    """One good line: each place a scan of its own."""
    day = timezone.localdate() - timedelta(days=place % 150)
    parts = ("Shoulder", "knee", "wrist and hand; elbow", "hip_groin", "Ankle and foot")[place % 5]
    return {
        "Date": (f"{day:%d/%m/%Y}", day.isoformat(), f"{day:%-d %B %Y}")[place % 3],
        "Regions": parts,
        "Side": ("Left", "right", "")[place % 3],
        "Who was scanned": "Simulator or phantom" if place % 50 == 7 else "Patient",
        "Age in years": str(18 + place % 70),
        "Indication": INDICATIONS[place % 5],
        "Mentor": (clinic.mentor.number, clinic.mentor.full_name)[place % 2],
        "Supervision": "Mentor in the room",
        "Your part": "Performed and reported",
        "Minutes": str(15 + place % 30),
        "Findings": ("normal", "effusion; synovitis", "Other")[place % 3],
        "Other finding": "a cyst,\nwith a second line" if place % 3 == 2 else "",
        "Own case number": f"C{place}",
        "Reflection": f"=What I learned, {place}" if place % 4 == 0 else "",
    } | changes


def as_csv(lines: Sequence[dict[str, str]], *, separator: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(lines[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode(encoding)


def upload(data: bytes, name: str = "scans.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


BAD: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"Date": ""}, "Date", "Give the day"),
    ({"Date": "31/02/2026"}, "Date", "no such day"),
    ({"Date": "03/25/2026"}, "Date", "day comes first"),
    ({"Date": "45730"}, "Date", "a number, not a day"),
    ({"Date": "2999-01-01"}, "Date", "lies in the future"),
    ({"Date": "2001-01-01"}, "Date", "the day of enrolment, or later"),
    ({"Regions": ""}, "Regions", "at least one region"),
    ({"Regions": "shouldre"}, "Regions", "no region or extra"),
    ({"Regions": "shoulder; elbo"}, "Regions", "elbo: no region"),
    ({"Side": "up"}, "Side", "Use one of: Left, Right, Both"),
    ({"Who was scanned": "cat"}, "Who was scanned", "Use one of: Patient"),
    ({"Age in years": "121"}, "Age in years", "from 0 to 120"),
    ({"Age in years": "4,5"}, "Age in years", "as a whole number"),
    ({"Age in years": "=1+1"}, "Age in years", "as a whole number"),
    ({"Mentor": "M99999"}, "Mentor", "No mentor of this course"),
    ({"Supervision": "sometimes"}, "Supervision", "Use one of"),
    ({"Your part": "watched"}, "Your part", "Use one of"),
    ({"Minutes": "0"}, "Minutes", "from 1 to 480"),
    ({"Findings": "normal; effusion", "Regions": "knee"}, "Findings", "either normal or has findings"),
    ({"Findings": "broken"}, "Findings", "no finding of the list"),
    ({"Own case number": "x" * 21}, "Own case number", "longer than 20"),
    ({"Indication": "x" * 301}, "Indication", "longer than 300"),
    ({"Reflection": "x" * 5001}, "Reflection", "longer than 5,000"),
)  # fmt: skip


def with_bad(
    number: int, bad: int, clinic: Clinic
) -> tuple[list[dict[str, str]], dict[int, tuple[str, str]]]:
    """Lines, and of the bad ones: line number → column and part of the reason."""
    lines = [line(place, clinic) for place in range(number)]
    places = random.Random(7).sample(range(number), bad)
    expected = {}
    for which, place in enumerate(places):
        changes, column, reason = BAD[which % len(BAD)]
        lines[place] |= changes
        expected[place + 2] = (column, reason)
    return lines, expected
