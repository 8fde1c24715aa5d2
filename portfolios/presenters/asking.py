"""Whom a student can ask for signatures by e-mail, and what came of it."""

from dataclasses import dataclass

from accreditation.models import User
from accreditation.permissions import refusal
from mentors.models import Mentor
from portfolios.models import Portfolio, SigningLink
from portfolios.selectors import current_team, open_links
from portfolios.services import signing


@dataclass(frozen=True, slots=True)
class Asked:
    """A mentor without an account: how much waits, why they cannot be asked (empty: they can), and the link that is out."""

    mentor: Mentor
    scans: int
    contract: bool
    cannot: str
    link: SigningLink | None
    earlier: tuple[SigningLink, ...]

    @property
    def waits(self) -> bool:
        return bool(self.scans or self.contract)


def asked_of(portfolio: Portfolio, user: User) -> list[Asked]:
    """The mentors of today's team who have no account, by name; teams are small, so each is asked on its own."""
    team = current_team().filter(student=portfolio.pk, mentor__user__isnull=True)
    out = {link.mentor_id: link for link in open_links().filter(portfolio=portfolio)}
    rows = []
    for place in team.select_related("mentor").order_by("mentor__full_name"):
        mentor = place.mentor
        links = portfolio.signing_links.filter(mentor=mentor).prefetch_related("sessions__dispute")
        rows.append(
            Asked(
                mentor=mentor,
                scans=signing.waiting_scans(portfolio, mentor).count(),
                contract=signing.unsigned_contract(portfolio, mentor) is not None,
                cannot=refusal(signing.check_ask, user, portfolio, mentor) or "",
                link=out.get(mentor.pk),
                earlier=tuple(links[:5]),
            )
        )
    return rows
