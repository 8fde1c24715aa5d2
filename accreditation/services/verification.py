"""Whether a letter (or another paper of ours) is genuine and still holds: for anybody, without an account.

The whole file is compared by its SHA-256 first and last: a signature alone would accept some altered files. Numbers follow
each other and can be guessed, so a number alone tells only that the letter exists and whether it holds; what was decided
about whom is told to those who have the file or the check code that is printed on it.

Papers of the apps above this one are found by the modules in `settings.VERIFY_SOURCES`, because nothing here imports them.
"""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from accreditation import audit
from accreditation.enums import LetterKind
from accreditation.letters.render import NOUNS
from accreditation.letters.shape import LetterContent
from accreditation.models import ISSUED, AuditEvent, Letter

SUM = re.compile(r"[0-9a-f]{64}")


class Status(StrEnum):
    VALID = "valid"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NOT_OURS = "not_ours"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a check; every answer has the same fields, empty where there is nothing to tell.

    `told` says whether outcome, course, institution and dates are filled in. What is no letter says in `thing` what it is,
    and tells its own `facts` (name and words) instead; `why` says what has changed since.
    """

    status: Status
    number: str = ""
    kind: str = ""
    issued_on: date | None = None
    superseded_on: date | None = None
    told: bool = False
    outcome: str = ""
    course: str = ""
    institution: str = ""
    decided_on: date | None = None
    period_from: date | None = None
    period_to: date | None = None
    thing: str = "letter"
    noun: str = "letter"
    facts: tuple[tuple[str, str], ...] = ()
    why: str = ""
    waits: bool = False
    """Whether the letter in its place is not issued yet."""


Found = tuple[Verdict, models.Model]


class Source(Protocol):
    """A module that knows papers which are no letters. Both answer None for what is not theirs."""

    def by_code(self, number: str, check: str) -> Found | None:
        """By number and check code, which must both be right."""
        ...

    def by_sum(self, sha256: str) -> Found | None:
        """By the sum of the whole file."""
        ...


def _sources() -> list[Source]:
    return [cast(Source, import_module(name)) for name in settings.VERIFY_SOURCES]


def check_number(number: str, check: str = "") -> Verdict:
    """By number, and check code where it is given; a wrong code is answered like a number that does not exist."""
    number, check = as_printed(number)[:30], "".join(check.split()).upper()[:20]
    letter = Letter.objects.filter(ISSUED, number=number).select_related("superseded_by").first()
    if letter is not None and check and not _same(letter.content.get("check"), check):
        letter = None
    if letter is None:
        others = [found for one in _sources() if check and (found := one.by_code(number, check))]
        return (
            _noted(others[0][0], "code", others[0][1])
            if others
            else _noted(Verdict(Status.UNKNOWN), "number", None)
        )
    return _noted(_verdict(letter, told=bool(check)), "code" if check else "number", letter)


def as_printed(number: str) -> str:
    """A number as people type it, as it is printed: "case l 2026 1" is CASE-L-2026-0001."""
    parts = re.split(r"[\s\-–—.]+", number.strip().upper())
    if len(parts) == 4 and parts[0] == "CASE" and parts[3].isdecimal():
        parts[3] = parts[3].zfill(4)
    return "-".join(parts)


def check_sum(sha256: str) -> Verdict:
    """By the sum of the whole file (64 hexadecimal digits): ours means the very bytes that were issued."""
    digest = sha256.strip().lower()
    letter = None
    if SUM.fullmatch(digest):
        letter = Letter.objects.filter(ISSUED, sha256=digest).select_related("superseded_by").first()
    if letter is None:
        others = [found for one in _sources() if SUM.fullmatch(digest) and (found := one.by_sum(digest))]
        return (
            _noted(others[0][0], "file", others[0][1])
            if others
            else _noted(Verdict(Status.NOT_OURS), "file", None)
        )
    return _noted(_verdict(letter, told=True), "file", letter)


def _same(known: object, given: str) -> bool:
    return secrets.compare_digest(str(known or "").encode(), given.encode(errors="replace"))


def _verdict(letter: Letter, *, told: bool) -> Verdict:
    content = LetterContent.read(letter.content)
    status = _status(letter, content)
    head = Verdict(
        status=status,
        number=letter.number,
        kind=LetterKind(letter.kind).label,
        noun=NOUNS.get(LetterKind(letter.kind), "letter"),
        issued_on=content.on,
        superseded_on=_ended_on(letter) if letter.superseded else None,
        waits=status == Status.SUPERSEDED and not letter.superseded_by.issued,
    )
    if not told:
        return head
    return replace(
        head,
        told=True,
        outcome=content.outcome_words,
        course=content.course,
        institution=content.institution,
        decided_on=content.decided_on,
        period_from=content.period_from,
        period_to=content.period_to,
    )


def _status(letter: Letter, content: LetterContent) -> Status:
    """Superseded where another letter took its place, withdrawn where none did; a certificate ends with its period."""
    if letter.superseded:
        return Status.SUPERSEDED if hasattr(letter, "superseded_by") else Status.WITHDRAWN
    over = content.period_to is not None and content.period_to < timezone.localdate()
    return Status.EXPIRED if letter.kind == LetterKind.CERTIFICATE and over else Status.VALID


def _ended_on(letter: Letter) -> date | None:
    """The day on which another letter took its place, or it was withdrawn."""
    if replaced := getattr(letter, "superseded_by", None):
        return timezone.localtime(replaced.created_at).date()
    event = (
        AuditEvent.objects.filter(verb="letter.withdrawn", object_id=str(letter.pk)).order_by("seq").last()
    )
    return timezone.localtime(event.at).date() if event else None


def _noted(verdict: Verdict, how: str, paper: models.Model | None) -> Verdict:
    with transaction.atomic():
        audit.record(
            "letter.verified", by=None, obj=paper, payload={"by": how, "status": verdict.status.value}
        )
    return verdict
