"""Passports (PS3): what a graduate shows to an employer behind a link; when it was opened; files made in the background.

A link's token is nowhere in the database: `token_sha256` finds the passport, and only the server's secret key can make the
token again for its owner (portfolios.passport.links).
"""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from accreditation.enums import BuildState
from accreditation.models.base import Record
from accreditation.rules.dates import spoken
from portfolios.enums import FileKind
from portfolios.models.portfolios import Portfolio


class Passport(Record):
    """A portfolio's summary for an employer, frozen when it was made; its link opens until it expires or is revoked."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="passports")
    number = models.CharField(max_length=20, unique=True)
    purpose = models.CharField("for whom, in the graduate's own words", max_length=100, blank=True)
    content = models.JSONField(help_text="The frozen content: portfolios.passport.content.")
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_on = models.DateField("last day on which the link opens")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("portfolio", "-created_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at")),
                name="passport_revoked_after_it_was_made",
            ),
        )

    def __str__(self) -> str:
        return self.number


class PassportView(Record):
    """Somebody opened a passport: the hour, and nothing about them. One row for each opening of the link."""

    passport = models.ForeignKey(Passport, on_delete=models.CASCADE, related_name="views")
    hour = models.DateTimeField("hour in which it was opened")
    opening = models.UUIDField(unique=True)

    class Meta:
        ordering = ("passport", "-hour")

    def __str__(self) -> str:
        return f"{self.passport}: {self.hour}"

    @property
    def until(self) -> datetime:
        """The end of that hour."""
        return self.hour + timedelta(hours=1)


class PortfolioFile(Record):
    """A file that a worker makes of a portfolio: a passport as a sealed PDF, or the whole portfolio for its owner."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=10, choices=FileKind)
    passport = models.OneToOneField(
        Passport, on_delete=models.CASCADE, null=True, blank=True, related_name="file"
    )
    state = models.CharField(max_length=10, choices=BuildState, default=BuildState.QUEUED)
    step = models.PositiveSmallIntegerField("steps that are done", default=0)
    steps = models.PositiveSmallIntegerField("steps in all", default=1)
    attempts = models.PositiveIntegerField(default=0)
    failure = models.TextField("why it could not be made", blank=True, max_length=2000)
    sha256 = models.CharField("sum of the file", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("size in bytes", null=True, blank=True)
    sealed = models.BooleanField(default=False)
    built_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("portfolio", "-created_at")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="portfolio_file_kind_known"),
            models.CheckConstraint(
                condition=Q(state__in=BuildState.values), name="portfolio_file_state_known"
            ),
            models.CheckConstraint(
                condition=(Q(kind=FileKind.PASSPORT, passport__isnull=False))
                | (~Q(kind=FileKind.PASSPORT) & Q(passport__isnull=True)),
                name="portfolio_file_of_a_passport",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=BuildState.BUILT) & ~Q(sha256="") & Q(size__isnull=False, built_at__isnull=False)
                )
                | (~Q(state=BuildState.BUILT) & Q(sha256="", size__isnull=True, built_at__isnull=True)),
                name="portfolio_file_built_has_its_bytes",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {spoken(self.created_at)}"
