"""Passports (PS3): made and revoked by the graduate, opened and answered by whoever has the link.

Opening changes nothing but the record that it was opened: the hour, and nothing about who it was.
"""

import secrets
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.letters import render, seal
from accreditation.letters.content import CHECK_ALPHABET, CHECK_LENGTH
from accreditation.models import User
from accreditation.models.base import uuid7
from portfolios import tokens
from portfolios.enums import FileKind, PassportSection, PresentedTo
from portfolios.models import Passport, PassportView, Portfolio, PortfolioFile, Presentation
from portfolios.passport import content as contents
from portfolios.passport import links, paper
from portfolios.permissions import check_own
from portfolios.services import files
from portfolios.services.portfolios import locked

NUMBER_LENGTH = 8


def check_make(by: User, portfolio: Portfolio) -> None:
    """The graduate themselves, once an award is ratified. Raises `NotAllowed`, `NotNow`."""
    check_own(by, portfolio)
    if not contents.has_ratified_award(portfolio):
        raise NotNow(
            "A passport begins with a ratified award: you can make one from the day on which the examination board has "
            "ratified your interim or final award."
        )


@transaction.atomic
def make_passport(
    *, by: User, portfolio_id: UUID, days: int, sections: Collection[str], purpose: str = ""
) -> Passport:
    """Freezes a passport that opens behind its link for `days` days, and promises its PDF.

    Raises `NotAllowed`; `NotNow` without a ratified award; `Invalid` for a duration beyond the setting, an unknown section.
    """
    portfolio = locked(portfolio_id)
    check_make(by, portfolio)
    problems: dict[str, list[str]] = {}
    if not 1 <= days <= settings.PASSPORT_MAX_DAYS:
        problems["days"] = [f"A passport opens for {settings.PASSPORT_MAX_DAYS} days at most."]
    if unknown := sorted(set(sections) - set(PassportSection.values)):
        problems["sections"] = [f"{name} is no section of a passport." for name in unknown]
    if problems:
        raise Invalid(problems)
    today = timezone.localdate()
    expires_on = today + timedelta(days=days)
    number, check = f"CASE-P-{_signs(NUMBER_LENGTH)}", _signs(CHECK_LENGTH)
    content = contents.freeze(
        portfolio, on=today, number=number, check=check, expires_on=expires_on, sections=sections,
        verify_url=settings.SITE_ORIGIN + reverse("verify_letter", args=[number, check]),
    )  # fmt: skip
    pk = uuid7()
    passport = Passport.objects.create(
        pk=pk, portfolio=portfolio, number=number, purpose=purpose.strip(), content=content.plain(),
        token_sha256=tokens.sum_of(links.token_of(pk)), expires_on=expires_on,
    )  # fmt: skip
    files.promise(portfolio=portfolio, kind=FileKind.PASSPORT, passport=passport)
    audit.record(
        "passport.made", by=by, obj=passport,
        payload={"portfolio": portfolio.pk, "expires_on": expires_on, "sections": content.sections, "sum": content.sha256},
    )  # fmt: skip
    return passport


def _signs(number: int) -> str:
    return "".join(secrets.choice(CHECK_ALPHABET) for _ in range(number))


@transaction.atomic
def revoke_passport(*, by: User, passport_id: UUID) -> Passport:
    """Closes the link at once and for good. Raises `NotAllowed`, `NotNow` where it is closed already."""
    passport = (
        Passport.objects.select_for_update(of=("self",))
        .select_related("portfolio__student")
        .get(pk=passport_id)
    )
    check_own(by, passport.portfolio)
    if passport.revoked_at is not None:
        raise NotNow("This passport was revoked already.")
    passport.revoked_at = timezone.now()
    passport.save(update_fields=["revoked_at"])
    audit.record("passport.revoked", by=by, obj=passport, payload={"portfolio": passport.portfolio_id})
    return passport


def follow(token: str) -> tuple[Passport, UUID] | None:
    """The passport behind a link, and a new opening of it; None alike for a wrong, an expired and a revoked link."""
    passport = _open().filter(token_sha256=tokens.sum_of(token)).first()
    return (passport, uuid4()) if passport else None


def still_open(passport_id: UUID) -> Passport | None:
    """A passport that is neither expired nor revoked."""
    return _open().filter(pk=passport_id).first()


def _open() -> models.QuerySet[Passport]:
    return Passport.objects.filter(
        revoked_at__isnull=True, expires_on__gte=timezone.localdate()
    ).select_related("portfolio__student__course__institution")


@transaction.atomic
def note_view(*, passport: Passport, opening: UUID) -> None:
    """Records that the passport was looked at, once for each opening: day and hour, nothing about whoever it was."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    _, new = PassportView.objects.get_or_create(
        opening=opening, defaults={"passport": passport, "hour": hour}
    )
    if new:
        payload = {"portfolio": passport.portfolio_id, "hour": hour.isoformat()}
        audit.record("passport.viewed", by=None, obj=passport, payload=payload)


@transaction.atomic
def note_presented(
    *, passport_id: UUID, opening: UUID, to: str, recipient: str, award: bool, portfolio_shown: bool
) -> Presentation:
    """Whoever has the link open records that award and portfolio were presented to them (PS3.2), once for each opening.

    Raises `NotAllowed` where the link has been closed meanwhile, `NotNow` the second time, `Invalid`.
    """
    passport = still_open(passport_id)
    if passport is None:
        raise NotAllowed("This passport cannot be opened any more. Nothing was recorded.")
    problems: dict[str, list[str]] = {}
    if to not in PresentedTo.values:
        problems["to"] = ["Choose for whom you record it."]
    if not recipient.strip():
        problems["recipient"] = ["Enter the name of the employer or body."]
    if not (award or portfolio_shown):
        problems["shown"] = ["Choose what was presented to you."]
    if problems:
        raise Invalid(problems)
    locked(passport.portfolio_id)
    if Presentation.objects.filter(opening=opening).exists():
        raise NotNow("It is recorded already that this passport was presented to you.")
    shown = Presentation.objects.create(
        portfolio=passport.portfolio, passport=passport, opening=opening, to=to, recipient=recipient.strip()[:200],
        on=timezone.localdate(), award=award, portfolio_shown=portfolio_shown,
    )  # fmt: skip
    audit.record(
        "passport.presented", by=None, obj=passport,
        payload={"portfolio": passport.portfolio_id, "to": to, "award": award, "portfolio_shown": portfolio_shown},
    )  # fmt: skip
    return shown


def standing_of(passport: Passport) -> tuple[contents.PassportContent, tuple[str, ...]]:
    """What a passport says, and which of its sections would read otherwise if it were made today (none: it holds).

    A constant number of queries. Raises `frozen.Unreadable`.
    """
    held = contents.PassportContent.read(passport.content)
    try:
        now = contents.freeze(
            passport.portfolio, on=timezone.localdate(), number=held.number, check=held.check, sections=held.sections,
            verify_url=held.verify_url, expires_on=held.expires_on,
        )  # fmt: skip
    except ValueError:  # the person is no student of the course any more: nothing of it stands
        return held, (contents.WORDS["award"],)
    return held, contents.changed(held, now)


def make_paper(row: PortfolioFile, step: files.Step) -> files.Made:
    """The passport as a PDF/A-3a file, sealed where the system has a key. Raises what `files.build` notes."""
    if row.passport is None:
        raise KeyError("passport")
    content = contents.PassportContent.read(row.passport.content)
    step(0, 2)
    bare = render.set_pages(
        paper.page(content), sha256=content.sha256, on=content.on, address=content.verify_url
    )
    step(1, 2)
    closed = seal.sealed(bare, content)
    return files.Made(closed or bare, closed is not None)
