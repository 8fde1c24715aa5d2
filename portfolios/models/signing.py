"""How a mentor without an account signs: a link and a code to their registered work address, a short session, and afterwards
their word whether it was they.

Neither token nor code stands in a table: both are worked out with the server's secret key (portfolios.signing).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.models.base import Record
from accreditation.rules.dates import spoken
from mentors.models import Mentor
from portfolios.enums import LinkEnd, SigningWay
from portfolios.models.portfolios import Portfolio


class SigningLink(Record):
    """A student asked a mentor without an account to sign: the link that went to the register's address."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="signing_links")
    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="signing_links")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    address = models.EmailField("the register's address when it was sent")
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=10, choices=LinkEnd, blank=True)
    codes = models.PositiveSmallIntegerField("codes sent so far", default=0)
    code_sent_at = models.DateTimeField("the code that can be entered now was sent at", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("attempts at that code", default=0)

    class Meta:
        ordering = ("portfolio", "-created_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_why="")
                | Q(ended_at__isnull=False, ended_why__in=LinkEnd.values),
                name="signing_link_ended_says_why",
            ),
            models.UniqueConstraint(
                fields=("portfolio", "mentor"),
                condition=Q(ended_at__isnull=True),
                name="signing_link_one_open_for_a_mentor",
            ),
        )

    def __str__(self) -> str:
        return f"Link for {self.mentor}"


class SigningSession(Record):
    """The short time after a right code in which the mentor may sign, for this student only. What is signed in it is
    afterwards listed to the mentor, who says whether it was they.
    """

    link = models.ForeignKey(SigningLink, on_delete=models.CASCADE, related_name="sessions")
    way = models.CharField(max_length=10, choices=SigningWay)
    key_sha256 = models.CharField(max_length=64, unique=True)
    check_sha256 = models.CharField(
        "sum of the token that asks whether it was they", max_length=64, unique=True
    )
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField("the mentor was told what was signed at", null=True, blank=True)
    confirmed_at = models.DateTimeField("the mentor said that it was they at", null=True, blank=True)

    class Meta:
        ordering = ("link", "-created_at")
        constraints = (
            models.CheckConstraint(condition=Q(way__in=SigningWay.values), name="signing_session_way_known"),
        )

    def __str__(self) -> str:
        return f"{self.link.mentor} on {spoken(self.created_at)}"


class Dispute(Record):
    """The mentor said of everything signed in a session: this was not me. It counts no more until the course settles it."""

    session = models.OneToOneField(SigningSession, on_delete=models.PROTECT, related_name="dispute")
    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="disputes")
    states = models.JSONField("what each appraisal said before", default=dict, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stands = models.BooleanField("what was signed stands after all", null=True, blank=True)
    reason = models.TextField("how it was settled", max_length=2000, blank=True)

    class Meta:
        ordering = ("portfolio", "created_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, stands__isnull=True, reason="")
                | (
                    Q(settled_at__isnull=False, settled_by__isnull=False, stands__isnull=False)
                    & ~Q(reason="")
                ),
                name="dispute_settled_by_whom_and_how",
            ),
        )

    def __str__(self) -> str:
        return f"Dispute of what was signed by {self.session}"
