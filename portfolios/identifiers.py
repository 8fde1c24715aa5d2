"""Finds what might identify a patient in free text: the log holds an age and the student's own case number, nothing else.

It catches NHS numbers (their check digit decides, however they are spaced), CHI and Health and Care numbers, dates of birth,
titles followed by a name, hospital and accession numbers, and postcodes (domain 2.6). It can miss a bare name, and it can
be wrong: the writer sees the place and decides, with a reason that is kept.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
BORN: Final = r"(?:d\.?\s?o\.?\s?b\.?|date\s+of\s+birth|birth\s?-?date|born(?:\s+on)?)"
DAY: Final = (
    rf"(?:\d{{1,2}}\s?[./\- ]\s?\d{{1,2}}\s?[./\- ]\s?(?:19|20)?\d{{2}}|(?:19|20)\d{{2}}[./-]\d{{1,2}}[./-]\d{{1,2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?[\s-]+{MONTH}[,\s-]+(?:19|20)?\d{{2}}"
    rf"|{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d{{2}})"
)

TEN_DIGITS = re.compile(r"(?<![\w.])\d(?:[ \t.\-–/]{0,2}\d){9}(?![\w]|\.\d)")
DATE_OF_BIRTH = re.compile(
    rf"\b{BORN}\b\s*[:=\-–]?\s*(?:is\s+|was\s+|in\s+)?(?:{DAY}|(?:19|20)\d{{2}}\b)", re.I
)
FULL_DATE = re.compile(rf"(?<![\w/.-]){DAY}(?![\w/]|\.\d)", re.I)
TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Master|Sir|Dame|Lady|Rev|Revd|MR|MRS|MS|MISS|mr|mrs|miss)\b\.?\s*"
    r"(?:[A-Z]\.?\s+){0,2}(?-i:[A-Z](?:[a-z]+|[A-Z]{2,}|['’][A-Z][a-z]+)(?:[-'’][A-Z][a-z]+)*)"
)
LOWER_TITLED = re.compile(r"\b(?:mr|mrs)\.?\s+[a-z]{3,}\b")
NAMED = re.compile(
    r"\b(?:patient(?:['’]s)?\s+name|pt\s+name|name\s+of\s+(?:the\s+)?patient|surname|forename)\b\s*(?:is|[:=\-–])?\s*[A-Za-z]{2,}",
    re.I,
)
PATIENT_CALLED = re.compile(
    r"\b(?:[Pp]atient|[Pp]t|[Ll]ady|[Gg]entleman|[Ww]oman|[Mm]an|[Bb]oy|[Gg]irl)\s+(?:is\s+|was\s+)?(?:called|named)\s+[A-Z][a-z]+"
)
HOSPITAL = re.compile(
    r"\b(?:hosp(?:ital)?|unit|mrn|crn|pas|pid|patient\s+id|patient\s+no|patient\s+number|accession|acc|ris|x-?ray|rxr|chi|nhs"
    r"|h\s?&\s?c|hcn|health\s+and\s+care)(?:\s+(?:no|num|number|id|ref))?\b\.?\s*[:#=\-–]?\s*(?=[A-Z0-9/\-]*\d{4})[A-Z0-9][A-Z0-9/\-]{4,}",
    re.I,
)
LETTER_NUMBER = re.compile(r"(?<![\w-])(?:[A-Z]{1,3}\d{6,9}|\d{6,8}[A-Z]|[A-Z]{3}-?\d{2}-\d{5,8})(?![\w-])")
POSTCODE = re.compile(r"\b(?:[A-Z]{1,2}\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{2}|GIR\s0AA)\b")
SUSPECT = re.compile(
    r"\d{6}|\d-\d{5}|\d[A-Z]?[\s./\-]{1,3}\d|\b(?:gir|born|d\.?\s?o\.?\s?b|birth|date|mr|miss|ms|mx|master|sir|dame|lady|rev"
    r"|name|surname|forename|called|hosp|unit|mrn|crn|pas|pid|patient|acc|ris|x-?ray|rxr|chi|nhs|h\s?&\s?c|hcn|health"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.I,
)
"""Something of this stands in every plain text that holds an identifier (tested). Most texts hold none of it."""
NOT_A_NAME: Final = frozenset(
    [
        "Shoulder",
        "Knee",
        "Elbow",
        "Hip",
        "Wrist",
        "Ankle",
        "Groin",
        "Foot",
        "Hand",
        "Left",
        "Right",
        "Scan",
        "Report",
        "Normal",
        "Findings",
        "Arthrogram",
        "MRI",
        "CT",
    ]
)


@dataclass(frozen=True, slots=True)
class Found:
    """One place: `start` and `end` in the text as given, the words there, and what they look like."""

    start: int
    end: int
    words: str
    like: str


def find(text: str) -> list[Found]:
    """The places of a text that look like a patient's identifier, in order, none inside another."""
    if text.isascii() and not SUSPECT.search(text):
        return []
    plain = "".join(_plain(sign) for sign in text)
    places = sorted(_all(plain), key=lambda place: (place[0], -place[1]))
    found: list[Found] = []
    for start, end, like in places:
        if not found or start >= found[-1].end:
            found.append(Found(start, end, text[start:end], like))
    return found


def _plain(sign: str) -> str:
    """One sign for one sign: digits of any script and odd spaces as plain ones, so that places stay where they are."""
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    if unicodedata.category(sign) in ("Zs", "Cf"):
        return " "
    return sign


def _all(text: str) -> Iterator[tuple[int, int, str]]:
    for match in TEN_DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if is_nhs(digits):
            yield *match.span(), "an NHS number"
        elif is_chi(digits) and len(match[0]) <= 12:
            yield *match.span(), "a CHI number"
    for pattern, like in (
        (DATE_OF_BIRTH, "a date of birth"), (NAMED, "a name"), (PATIENT_CALLED, "a name"),
        (HOSPITAL, "a hospital number"), (LETTER_NUMBER, "a hospital number"), (POSTCODE, "a postcode"),
        (LOWER_TITLED, "a name"), (FULL_DATE, "a full date"),
    ):  # fmt: skip
        for match in pattern.finditer(text):
            yield *match.span(), like
    for match in TITLED.finditer(text):
        if match[0].split()[-1] not in NOT_A_NAME:
            yield *match.span(), "a name"


def is_nhs(digits: str) -> bool:
    """Whether ten digits pass the modulus-11 check of NHS, CHI and Health and Care numbers alike."""
    if len(digits) != 10 or not digits.isascii() or not digits.isdigit() or len(set(digits)) == 1:
        return False
    check = (
        11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    )
    return check % 11 == int(digits[9]) and check != 10


def is_chi(digits: str) -> bool:
    """Whether ten digits begin like a Community Health Index number: day, month and year of birth."""
    return len(digits) == 10 and 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12
