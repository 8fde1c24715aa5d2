"""Tags for pages of portfolios."""

from django import template
from django.urls import reverse

from accreditation.presenters.finding_rows import key_of_finding
from accreditation.rules.findings import Finding
from portfolios.models import Portfolio

register = template.Library()


@register.simple_tag
def gap_url(portfolio: Portfolio, gap: Finding) -> str:
    """The page of the rows behind what is still open."""
    return reverse("portfolio_finding", args=[portfolio.pk, gap.clause, key_of_finding(gap)])
