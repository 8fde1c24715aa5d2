"""What CASE's assessors say about themselves: their member body and expertise, when they are away, and their interests."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accreditation.enums import ConflictKind
from accreditation.models.base import Record, Versioned


class MemberBody(Record):
    """An organisation that belongs to CASE, from when to when: CASE's members have changed, so they are rows."""

    name = models.CharField(max_length=200, unique=True)
    short_name = models.CharField(max_length=40)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class AssessorProfile(Versioned):
    """What an officer weighs when they ask an assessor; the assessor keeps it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assessor_profile"
    )
    member_body = models.ForeignKey(
        MemberBody, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    expertise = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"Profile of {self.user}"


class Absence(Record):
    """Days on which an assessor cannot work for CASE, both included. No reason is asked for."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    since = models.DateField()
    until = models.DateField()

    class Meta:
        ordering = ("since",)
        constraints = (
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="absence_until_after_since"),
        )

    def __str__(self) -> str:
        return f"{self.user} away {self.since} to {self.until}"


class Interest(Record):
    """A standing interest that an assessor names once: it is shown whenever a case of that institution is given out."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="interests")
    institution = models.ForeignKey(
        "accreditation.Institution", on_delete=models.PROTECT, related_name="interests"
    )
    kind = models.CharField(max_length=20, choices=ConflictKind)
    words = models.CharField("in a few words", max_length=300, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("institution__name", "created_at")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=ConflictKind.values), name="interest_kind_known"),
        )

    def __str__(self) -> str:
        return f"{self.user} and {self.institution}: {self.get_kind_display()}"
