"""Tags for pages of portfolios."""

from django import template
from django.urls import reverse
from django.utils import timezone

from accreditation.presenters.finding_rows import key_of_finding
from accreditation.rules.dates import spoken
from accreditation.rules.findings import Finding
from portfolios.models import Portfolio, Signature

register = template.Library()


@register.simple_tag
def gap_url(portfolio: Portfolio, gap: Finding) -> str:
    """The page of the rows behind what is still open."""
    return reverse("portfolio_finding", args=[portfolio.pk, gap.clause, key_of_finding(gap)])


@register.filter
def signed_at(signature: Signature) -> str:
    """When somebody signed: "14 January 2026, 10:05"; the day alone where it was copied from paper later."""
    entered = timezone.localtime(signature.created_at)
    day = spoken(signature.signed_on)
    return f"{day}, {entered:%H:%M}" if entered.date() == signature.signed_on else day
