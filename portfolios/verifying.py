"""Passports for the public page that checks papers (`settings.VERIFY_SOURCES`).

A passport's number tells nothing without its check code. Whoever has both, or the file, holds what it says anyway; they are
told whether it still holds, so that the paper does not outlive a withdrawal or a change of the record.
"""

from secrets import compare_digest

from django.db.models import QuerySet
from django.utils import dateformat, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop

from accreditation import wording
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
            Status.WITHDRAWN,
            passport.number,
            gettext_noop("Passport"),
            held.on,
            superseded_on=day,
            thing="passport",
        )
    held, changed = standing_of(passport)
    status = Status.SUPERSEDED if changed else Status.VALID
    if passport.expires_on < timezone.localdate():
        status = Status.EXPIRED
    facts = (
        (gettext_noop("Holder"), held.holder),
        (gettext_noop("Course"), held.course),
        (gettext_noop("Institution"), held.institution),
        (gettext_noop("Covers"), capfirst(wording.regions_spoken(held.covered))),
        (gettext_noop("Made to be shown until"), dateformat.format(held.expires_on, "j F Y")),
    )
    return Verdict(
        status,
        passport.number,
        gettext_noop("Passport"),
        held.on,
        told=True,
        thing="passport",
        facts=facts,
        why=wording.join(gettext(one) for one in changed),
    )
