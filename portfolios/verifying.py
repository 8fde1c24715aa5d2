"""Passports for the public page that checks papers (`settings.VERIFY_SOURCES`).

A passport's number tells nothing without its check code. Whoever has both, or the file, holds what it says anyway; they are
told whether it still holds, so that the paper does not outlive a withdrawal or a change of the record.
"""

from secrets import compare_digest

from django.db.models import QuerySet
from django.utils import timezone

from accreditation.rules import regions
from accreditation.rules.dates import spoken
from accreditation.services.verification import Found, Status, Verdict
from portfolios.models import Passport
from portfolios.passport.content import PassportContent
from portfolios.services.passports import standing_of


def by_code(number: str, check: str) -> Found | None:
    """By number and check code together; a wrong code is answered like a number that does not exist."""
    passport = _passports().filter(number=number).first()
    known = str(passport.content.get("check", "")) if passport else ""
    if passport is None or not compare_digest(known.encode(), check.encode(errors="replace")):
        return None
    return _verdict(passport), passport


def by_sum(sha256: str) -> Found | None:
    """By the sum of the PDF as it was made."""
    passport = _passports().filter(file__sha256=sha256).first()
    return (_verdict(passport), passport) if passport else None


def _passports() -> QuerySet[Passport]:
    return Passport.objects.select_related("portfolio__student__course__institution")


def _verdict(passport: Passport) -> Verdict:
    """What was revoked by its holder says so and no more: they took back what it told."""
    if passport.revoked_at is not None:
        day = timezone.localtime(passport.revoked_at).date()
        held = PassportContent.read(passport.content)
        return Verdict(
            Status.WITHDRAWN, passport.number, "Passport", held.on, superseded_on=day, thing="passport"
        )
    held, changed = standing_of(passport)
    status = Status.SUPERSEDED if changed else Status.VALID
    if passport.expires_on < timezone.localdate():
        status = Status.EXPIRED
    facts = (
        ("Holder", held.holder),
        ("Course", held.course),
        ("Institution", held.institution),
        ("Covers", regions.spoken(regions.mask(held.covered)).capitalize()),
        ("Made to be shown until", spoken(held.expires_on)),
    )
    return Verdict(
        status,
        passport.number,
        "Passport",
        held.on,
        told=True,
        thing="passport",
        facts=facts,
        why=_and(changed),
    )


def _and(words: tuple[str, ...]) -> str:
    return ", ".join(words[:-1]) + (" and " if words[:-1] else "") + words[-1] if words else ""
