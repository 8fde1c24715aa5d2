"""The portfolio itself, its learning contracts and the supervisory team."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accreditation.models.base import Record, Versioned
from accreditation.models.fields import RegionSetField
from mentors.models import Mentor
from mentors.models.known import Known, known_check, period_check
from portfolios.enums import Party, PresentedTo, SignatureState
from portfolios.fields import GroupTermSetField
from portfolios.models.students import Student


class Portfolio(models.Model):
    """A student's portfolio of practice and learning (PS2). Its key is the student's."""

    student = models.OneToOneField(
        Student, on_delete=models.CASCADE, primary_key=True, related_name="portfolio"
    )
    hours = models.DecimalField(
        "total scan hours, where not kept by scan", max_digits=7, decimal_places=1, null=True, blank=True
    )
    opened_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        permissions = (
            ("view_portfolio", "May see the portfolio"),
            ("appraise_portfolio", "May appraise its scans"),
        )

    def __str__(self) -> str:
        return f"Portfolio of {self.student}"


class PortfolioUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Portfolio, on_delete=models.CASCADE)


class PortfolioGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Portfolio, on_delete=models.CASCADE)


class TeamMembership(Known):
    """A mentor belongs to a student's supervisory team, from when to when."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="team")
    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="teams")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("student", "since", "mentor__number")
        constraints = (known_check("team"), period_check("team"))

    def __str__(self) -> str:
        return f"{self.mentor} for {self.student}"


class LearningContract(Versioned):
    """One version of the agreement between student, mentor and awarding institution about the remit (PS2).

    `remit_text` holds a remit given as free text only; it names no region and is then the whole remit.
    `text_sha256` is what signatures bind.
    """

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="contracts")
    number = models.PositiveIntegerField("version")
    remit = RegionSetField("regions and extras", blank=True)
    group_terms = GroupTermSetField("groups of regions", blank=True)
    remit_text = models.CharField("remit in free text", max_length=500, blank=True)
    remit_confirmed = models.BooleanField("the expansion of a group was confirmed", null=True, blank=True)
    terms = models.TextField("what else is agreed", blank=True, max_length=10_000)
    identifier_reason = models.CharField(
        "why words that look like a patient's identifier were kept",
        max_length=300,
        blank=True,
        default="",
        db_default="",
    )
    text_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("portfolio", "number")
        constraints = (models.UniqueConstraint(fields=("portfolio", "number"), name="contract_version_once"),)

    def __str__(self) -> str:
        return f"Learning contract of {self.portfolio.student}, version {self.number}"


class Signature(Record):
    """One party's signature on one version of a contract: typed name, statement, day, and the sum of what was signed."""

    contract = models.ForeignKey(LearningContract, on_delete=models.PROTECT, related_name="signatures")
    party = models.CharField(max_length=12, choices=Party)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    mentor = models.ForeignKey(
        Mentor, on_delete=models.PROTECT, null=True, blank=True, related_name="signatures"
    )
    name = models.CharField("name as typed", max_length=150)
    statement = models.CharField("what the signature says", max_length=500)
    signed_on = models.DateField()
    text_sha256 = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10,
        choices=SignatureState,
        default=SignatureState.VALID,
        db_default=SignatureState.VALID.value,
    )
    session = models.ForeignKey(
        "portfolios.SigningSession",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signatures",
        help_text="Set where a mentor without an account signed behind a link.",
    )

    class Meta:
        ordering = ("contract", "signed_on", "created_at")
        constraints = (
            models.UniqueConstraint(
                fields=("contract", "party"),
                condition=~Q(party=Party.MENTOR),
                name="signature_student_and_institution_once",
            ),
            models.UniqueConstraint(
                fields=("contract", "mentor"),
                condition=Q(party=Party.MENTOR) & ~Q(state=SignatureState.VOID),
                name="signature_mentor_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SignatureState.values), name="signature_state_known"
            ),
            models.CheckConstraint(
                condition=Q(party=Party.MENTOR, mentor__isnull=False)
                | (~Q(party=Party.MENTOR) & Q(mentor__isnull=True)),
                name="signature_mentor_if_and_only_if_party_mentor",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.get_party_display()})"


class Presentation(Record):
    """The graduate showed award and portfolio to an employer, regulator or insurer (PS3.2)."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="presentations")
    to = models.CharField("presented to", max_length=10, choices=PresentedTo)
    recipient = models.CharField("name of the employer or body", max_length=200, blank=True)
    on = models.DateField()
    award = models.BooleanField("evidence of the award", default=False)
    portfolio_shown = models.BooleanField("the portfolio with its remit", default=False)
    passport = models.ForeignKey(
        "portfolios.Passport",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="presentations",
        help_text="Set where the one to whom it was shown recorded it, behind a passport's link.",
    )
    opening = models.UUIDField(
        "the opening of the link in which it was recorded", null=True, blank=True, unique=True
    )

    class Meta:
        ordering = ("portfolio", "on")
        constraints = (
            models.CheckConstraint(condition=Q(to__in=PresentedTo.values), name="presentation_to_known"),
        )

    def __str__(self) -> str:
        return f"{self.portfolio}: {self.get_to_display()} on {self.on}"
