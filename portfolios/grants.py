"""Guardian grants on portfolios: a student's current mentors may see and appraise.

Students own by foreign key, without a grant.
"""

from collections.abc import Iterator

from django.db import models

from accreditation import grants
from accreditation.models import User
from portfolios.models import Portfolio
from portfolios.selectors import current_team


def portfolio_grants(portfolio: Portfolio) -> grants.Wanted:
    """The mentors who are in the student's team today and have an active account."""
    people = (
        current_team()
        .filter(student=portfolio.pk, mentor__user__is_active=True)
        .exclude(mentor__user=portfolio.student.user_id)
        .values_list("mentor__user", flat=True)
    )
    return {f"portfolio:{portfolio.pk}:mentors": (grants.CLOSED["portfolio"], frozenset(people))}


def sync_portfolio(portfolio: Portfolio) -> None:
    """Sets the grants on a portfolio; call inside the transaction that changed its team."""
    grants.apply(portfolio, portfolio_grants(portfolio))


def sync_for(user: User) -> None:
    """Portfolios of a person's students, for `accreditation.grants.sync_person`."""
    for portfolio in Portfolio.objects.filter(student__team__mentor__user=user).distinct():
        sync_portfolio(portfolio)


def wanted() -> Iterator[tuple[models.Model, grants.Wanted]]:
    """Every portfolio with the grants that its rows ask for, for the nightly comparison."""
    for portfolio in Portfolio.objects.select_related("student").iterator():
        yield portfolio, portfolio_grants(portfolio)
