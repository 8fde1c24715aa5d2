"""Guardian grants on portfolios: a student's current mentors may see and appraise.

Students own by foreign key, without a grant.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models

from accreditation import grants
from accreditation.models import User
from portfolios.models import Portfolio, TeamMembership
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


MAKERS: dict[type[models.Model], Any] = {Portfolio: portfolio_grants}


def of_person(user: User) -> Iterator[models.Model]:
    """The portfolios in whose team a person ever was."""
    theirs = TeamMembership.objects.filter(mentor__user=user).values("student")
    yield from Portfolio.objects.filter(pk__in=theirs).select_related("student").order_by("pk")
