"""The mentor register: persons, and what is known of each, from when to when."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.models.base import Record, Versioned
from accreditation.models.courses import Course
from accreditation.models.fields import RegionSetField
from accreditation.rules.dates import spoken
from mentors.enums import Area, Body, Country, MentorState, Msk, Precision, QualificationKind, SeenStatus
from mentors.models.known import Importable, Known, known_check, open_once, period_check


class Mentor(Versioned):
    """A person who supervises students' scans. `number` is their name in the facts file."""

    number = models.CharField("register number", max_length=12, unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="mentor"
    )
    full_name = models.CharField("full name", max_length=150)
    email = models.EmailField("registered work address", blank=True)
    body = models.CharField("regulator", max_length=10, choices=Body, blank=True)
    registration_number = models.CharField("registration number", max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=MentorState, default=MentorState.ACTIVE)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_for = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, blank=True, related_name="proposed_mentors"
    )
    imported = models.ForeignKey(
        "mentors.Import", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_back_at = models.DateTimeField("import that brought the entry taken back at", null=True, blank=True)
    confirmed_on = models.DateField("entry last confirmed by the mentor on", null=True, blank=True)

    class Meta:
        ordering = ("full_name",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=MentorState.values), name="mentor_state_known"),
            models.CheckConstraint(condition=Q(body="") | Q(body__in=Body.values), name="mentor_body_known"),
        )

    def __str__(self) -> str:
        return self.full_name


class Listing(Importable):
    """A mentor is on the register, from when to when. `Mentor.state` follows the row that is open now."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="listings")
    since = models.DateField("on the register from")
    until = models.DateField("last day on the register", null=True, blank=True)
    reason = models.CharField("why it ended", max_length=200, blank=True)

    class Meta:
        ordering = ("mentor", "since")
        constraints = (known_check("listing"), period_check("listing"), open_once("listing"))

    def __str__(self) -> str:
        return f"{self.mentor}: on the register from {self.since}"


class Consent(Importable):
    """A mentor agrees to be on the register, from the day it was given to the day it was withdrawn."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="consents")
    since = models.DateField("given on")
    until = models.DateField("withdrawn on", null=True, blank=True)
    reason = models.CharField("what was said", max_length=200, blank=True)

    class Meta:
        ordering = ("mentor", "since")
        constraints = (known_check("consent"), period_check("consent"), open_once("consent"))

    def __str__(self) -> str:
        return f"{self.mentor}: consent of {self.since}"


class FormerEntry(Importable):
    """How an entry read before it was corrected: nothing that the register once said is lost."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="former_entries")
    full_name = models.CharField("full name", max_length=150)
    email = models.EmailField("registered work address", blank=True)
    body = models.CharField("regulator", max_length=10, choices=Body, blank=True)
    registration_number = models.CharField("registration number", max_length=20, blank=True)

    class Meta:
        ordering = ("mentor", "known_from")
        constraints = (
            known_check("former_entry"),
            models.CheckConstraint(condition=Q(body="") | Q(body__in=Body.values), name="former_body_known"),
        )

    def __str__(self) -> str:
        return f"{self.full_name} until {self.known_until}"


class RegisterCheck(Record):
    """Somebody looked a mentor up in the regulator's register. A number of the right form is not yet a check."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="checks")
    on = models.DateField("looked up on")
    status = models.CharField("status seen", max_length=10, choices=SeenStatus)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-on",)

    def __str__(self) -> str:
        return f"{self.mentor}: {self.get_status_display()} on {self.on}"


class Qualification(Importable):
    """An award or level in ultrasound. `ratified_on` holds the first day of what is known; `precision` how much is."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="qualifications")
    kind = models.CharField(max_length=20, choices=QualificationKind)
    msk = models.CharField("in MSK ultrasound", max_length=10, choices=Msk, default=Msk.UNKNOWN)
    level = models.PositiveSmallIntegerField("radiology level", null=True, blank=True)
    country = models.CharField(max_length=10, choices=Country, default=Country.UK)
    title = models.CharField(max_length=200, blank=True)
    awarding_body = models.CharField(max_length=200, blank=True)
    ratified_on = models.DateField("ratified by the examination board on", null=True, blank=True)
    precision = models.CharField(max_length=5, choices=Precision, default=Precision.DAY)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )

    class Meta:
        ordering = ("mentor", "ratified_on", "created_at")
        constraints = (
            known_check("qualification"),
            models.CheckConstraint(
                condition=Q(kind__in=QualificationKind.values), name="qualification_kind_known"
            ),
            models.CheckConstraint(condition=Q(msk__in=Msk.values), name="qualification_msk_known"),
            models.CheckConstraint(
                condition=Q(precision__in=Precision.values), name="qualification_precision_known"
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True)
                | Q(kind=QualificationKind.RADIOLOGY_LEVEL, level__gte=1, level__lte=3),
                name="qualification_level_1_to_3",
            ),
        )

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    @property
    def ratified(self) -> str | None:
        """The date as the facts write it: `2022-09-24`, `2022-09` or `2022`; None where unknown."""
        if self.ratified_on is None:
            return None
        return self.ratified_on.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]

    @property
    def ratified_words(self) -> str:
        """The date as pages write it: "24 September 2022", "in September 2022 (day not known)", "on a day not known"."""
        day = self.ratified_on
        if day is None:
            return "on a day not known"
        if self.precision == Precision.DAY:
            return f"on {spoken(day)}"
        return f"in {day:%B %Y}" if self.precision == Precision.MONTH else f"in {day.year}"


class Document(Record):
    """A file behind an entry of the register (certificate, transcript). Bytes lie in the store under their sum."""

    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="documents")
    qualification = models.ForeignKey(
        Qualification, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    name = models.CharField("file name", max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField("size in bytes")
    media_type = models.CharField(max_length=100)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("mentor", "number"), name="document_number_once_per_mentor"),
            models.CheckConstraint(condition=Q(size__gt=0), name="document_not_empty"),
        )

    def __str__(self) -> str:
        return self.title


class RemitPeriod(Importable):
    """Which regions and extras a mentor scans, from when to when."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="remit_periods")
    regions = RegionSetField("regions and extras")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("mentor", "since")
        constraints = (known_check("remit"), period_check("remit"))

    def __str__(self) -> str:
        return f"{self.mentor}: {', '.join(sorted(self.regions))}"


class Break(Known):
    """A time in which a mentor did not practise MSK ultrasound."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="breaks")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("mentor", "since")
        constraints = (known_check("break"), period_check("break"))

    def __str__(self) -> str:
        return f"{self.mentor}: break from {self.since}"


class Employment(Importable):
    """Where a mentor works, from when to when."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="employments")
    employer = models.CharField(max_length=200)
    site = models.CharField(max_length=200, blank=True)
    area = models.CharField("region of the country", max_length=20, choices=Area, default=Area.ENGLAND)
    job = models.CharField("role", max_length=150, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("mentor", "since")
        constraints = (known_check("employment"), period_check("employment"))

    def __str__(self) -> str:
        return f"{self.mentor} at {self.employer}"


class Placement(Known):
    """A mentor takes students of a course, from when to when."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="placements")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="placements")
    site = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("course", "mentor", "since")
        constraints = (known_check("placement"), period_check("placement"))

    def __str__(self) -> str:
        return f"{self.mentor} for {self.course}"
