"""Invitations to an account or to a place, and the counters behind every limit on guessing."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accreditation.enums import InvitationStanding
from accreditation.models.base import Record
from accreditation.models.people import Institution


class AccountInvitation(Record):
    """One person asked by e-mail to join: as what, says `about` (a course, a student's or mentor's row) or `roles`.

    Its link is made from the id and `round` and stands nowhere: a new round makes older links useless.
    """

    email = models.EmailField("e-mail address")
    full_name = models.CharField("full name", max_length=150)
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    roles = models.JSONField("body-wide roles that come with it", default=list, blank=True)
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    details = models.JSONField("what the place needs to know", default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    round = models.PositiveIntegerField("how often the link was sent", default=1)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("about_type", "about_id"), name="account_invitation_about"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="account_invitation_ends_one_way",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="account_invitation_accepted_by_whom",
            ),
            models.UniqueConstraint(
                Lower("email"),
                "about_type",
                "about_id",
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="account_invitation_open_once",
            ),
        )

    def __str__(self) -> str:
        return f"Invitation of {self.full_name}"

    @property
    def standing(self) -> InvitationStanding:
        """Where the invitation stands now."""
        if self.accepted_at is not None:
            return InvitationStanding.ACCEPTED
        if self.revoked_at is not None:
            return InvitationStanding.REVOKED
        if self.expires_at <= timezone.now():
            return InvitationStanding.EXPIRED
        return InvitationStanding.OPEN


class Tally(models.Model):
    """How often something was tried under a key in a window of time: see `accreditation.limits`. Kept for a day."""

    key = models.CharField(max_length=64)  # a keyed sum: never an address or what was typed
    window = models.DateTimeField("begin of the window")
    number = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("key", "window"), name="tally_once_a_window"),)
        indexes = (models.Index(fields=("window",), name="tally_window"),)

    def __str__(self) -> str:
        return f"{self.number} since {self.window}"
