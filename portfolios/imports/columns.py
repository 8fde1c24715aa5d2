"""The columns of a file of scans: what they are called, which are left out, and which may not come in at all."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from accreditation.exceptions import Invalid
from portfolios import identifiers

COLUMNS: Final[dict[str, str]] = {
    "student": "Student",
    "on": "Date",
    "regions": "Regions",
    "side": "Side",
    "subject": "Who was scanned",
    "age": "Age in years",
    "indication": "Indication",
    "mentor": "Mentor",
    "supervision": "Supervision",
    "role": "Your part",
    "minutes": "Minutes",
    "pathologies": "Findings",
    "other_finding": "Other finding",
    "case": "Own case number",
    "reflection": "Reflection",
    "identifier_reason": "Why words that look like an identifier identify nobody",
}
"""What a file may hold: the name of a value → the heading of its column. `student` in a course's files only."""

NEEDED: Final = ("on", "regions")
LOOKED_AT: Final = 50
ALSO_CALLED: Final[dict[str, str]] = {
    "student code": "student", "date of the scan": "on", "scan date": "on", "exam date": "on", "day": "on",
    "region": "regions", "findings": "pathologies", "finding": "pathologies", "age": "age", "part": "role",
    "own case": "case", "case number": "case", "time in minutes": "minutes", "duration": "minutes",
    "clinical indication": "indication", "supervised by": "mentor",
}  # fmt: skip
LEFT_OUT: Final = frozenset(
    {
        "number", "counted", "appraisal", "appraised by", "appraised on", "grade", "technique", "image", "report",
        "patient care", "comment",
    }
)  # fmt: skip
"""What our own export holds beside: an appraisal is the mentor's word and never comes in with a file."""

ALONE: Final = frozenset(
    {
        "name", "names", "nhs", "chi", "hcn", "dob", "born", "mrn", "crn", "pas", "pid", "accession", "address", "postcode",
        "post code", "phone", "telephone", "mobile", "email", "e mail", "gp", "surname", "forename", "forenames", "patient",
        "ris", "ris number", "unit number", "full name", "first name", "last name", "given name", "family name",
        "next of kin", "study uid", "hospital",
    }
)  # fmt: skip
"""Headings that name a patient's identifier by themselves."""
TELLING: Final = frozenset(
    {
        "nhs",
        "dob",
        "birth",
        "birthdate",
        "surname",
        "forename",
        "forenames",
        "accession",
        "mrn",
        "crn",
        "postcode",
        "chi",
        "hcn",
    }
)
"""Words that make a heading one of a patient's identifier, whatever stands beside them."""
WHOSE: Final = frozenset({"patient", "patients", "pt", "hospital", "pas", "ris", "pacs"})
WHAT: Final = frozenset(
    {
        "name", "names", "no", "num", "number", "id", "identifier", "ref", "reference", "address", "phone", "telephone",
        "email", "key",
    }
)  # fmt: skip


def normal(heading: str) -> str:
    """A heading as it is compared: small letters, single spaces, no punctuation. "D.O.B." is "dob", "NHS_No" is "nhs no"."""
    joined = re.sub(r"(?<=\b\w)[.](?=\w\b)", "", heading.casefold())
    return " ".join(re.sub(r"[\W_]+", " ", joined).split())


def is_identifier(heading: str) -> bool:
    """Whether a column of this name would say who the patient is."""
    words = normal(heading).split()
    return (
        " ".join(words) in ALONE
        or not TELLING.isdisjoint(words)
        or (not WHOSE.isdisjoint(words) and not WHAT.isdisjoint(words))
    )


def refuse_identifiers(headings: Sequence[str]) -> None:
    """Raises `Invalid` where a column's name says that it holds who the patient is: then nothing may be kept."""
    if named := [heading for heading in headings if is_identifier(heading)]:
        some = ", ".join(f"“{heading}”" for heading in named)
        raise Invalid(
            {
                "file": [
                    f"The file says who the patients are, in {some}. It was not kept. Take "
                    f"{'that column' if len(named) == 1 else 'those columns'} out, save the file, and choose it again."
                ]
            }
        )


NUMBER_OF_A_MENTOR = re.compile(r"M\d{4,7}")
"""What the register gives: from 10,000 mentors on it has the shape of a hospital number."""


def refuse_telling_cells(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Raises `Invalid` where most cells at the top of a column look like a patient's identifier, whatever its name says."""
    first = list(islice(rows, LOOKED_AT))
    for place, heading in enumerate(headings):
        filled = [cell for row in first if place < len(row) and (cell := row[place].strip())]
        telling = [
            found[0].like
            for cell in filled
            if not (normal(heading) == "mentor" and NUMBER_OF_A_MENTOR.fullmatch(cell))
            and (found := identifiers.find(cell))
            and found[0].like != "a full date"
        ]
        if len(telling) > 2 and len(telling) * 2 > len(filled):
            words = f"The column “{heading}” holds what looks like {telling[0]}, line after line. The file was not kept. "
            raise Invalid({"file": [words + "Take that column out, save the file, and choose it again."]})


def guess(headings: Sequence[str], *, course: bool) -> list[str]:
    """What each column seems to hold: the name of a value, or "" for a column to leave out. Nothing is guessed twice."""
    names = {normal(heading): name for name, heading in COLUMNS.items()} | ALSO_CALLED
    names |= {normal(name): name for name in COLUMNS}
    found: list[str] = []
    for heading in headings:
        name = names.get(normal(heading), "")
        found.append("" if name in found or (name == "student" and not course) else name)
    return found


def is_known(headings: Sequence[str], *, course: bool) -> bool:
    """Whether the headings say by themselves what every column holds, so that nobody needs to be asked."""
    guessed = guess(headings, course=course)
    wanted = (*NEEDED, "student") if course else NEEDED
    return all(name in guessed for name in wanted) and all(
        name or normal(heading) in LEFT_OUT or (normal(heading) in ("student", "student code") and not course)
        for name, heading in zip(guessed, headings, strict=True)
    )


def sum_of(headings: Sequence[str]) -> str:
    """A file's headings as one sum: the same for the next file of the same kind."""
    return hashlib.sha256("\n".join(normal(heading) for heading in headings).encode()).hexdigest()


def problems_of(columns: Sequence[str], *, course: bool) -> list[str]:
    """What is wrong with a choice of columns, in sentences."""
    wanted = (*NEEDED, "student") if course else NEEDED
    found = [f"Say which column holds “{COLUMNS[name]}”." for name in wanted if name not in columns]
    found += [f"“{COLUMNS[name]}” is chosen for two columns." for name in COLUMNS if columns.count(name) > 1]
    return found
