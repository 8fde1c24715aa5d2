"""On the way from applicant to student: look-ups in registers, files behind experience, and what became of a person."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.models.base import Record
from mentors.enums import SeenStatus
from portfolios.enums import ExperienceOutcome, StudentState
from portfolios.models.students import Experience, Registration, Student


class RegistrationCheck(Record):
    """Somebody looked an applicant up on the regulator's register: on which day, and what it showed.

    A number of the right form is no check; only this is.
    """

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="checks")
    on = models.DateField("looked up on")
    status = models.CharField("status that was shown", max_length=10, choices=SeenStatus)
    by = models.CharField("looked up by", max_length=150)
    by_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("registration", "-on", "-created_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=SeenStatus.values), name="registration_check_status_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_status_display()} on {self.on}"


class ExperienceFile(Record):
    """A file behind an applicant's experience. Bytes lie in the store under their sum; only team and applicant open it."""

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="files")
    experience = models.ForeignKey(Experience, on_delete=models.PROTECT, related_name="files")
    number = models.PositiveIntegerField(help_text="F1, F2 … of the applicant: its name in the facts.")
    title = models.CharField(max_length=200)
    name = models.CharField("file name", max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField("size in bytes")
    media_type = models.CharField(max_length=100)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("student", "number"), name="experience_file_number_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="experience_file_not_empty"),
        )

    def __str__(self) -> str:
        return f"F{self.number}"


class FormerJudgement(Record):
    """A judgement of experience that a later one replaced (after further experience, say): kept as it was."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="former_judgements")
    outcome = models.CharField(max_length=20, choices=ExperienceOutcome)
    by = models.CharField("judged by", max_length=150)
    on = models.DateField()
    reason = models.TextField(max_length=5000)
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ("student", "-on", "-created_at")

    def __str__(self) -> str:
        return f"{self.student}: {self.get_outcome_display()} on {self.on}"


class Move(Record):
    """What became of an applicant or student: enrolled, refused, interrupted, returned, withdrawn; when, why, by whom."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="moves")
    state = models.CharField("from then on", max_length=11, choices=StudentState)
    on = models.DateField()
    expected_back = models.DateField("expected back on", null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    by = models.CharField("recorded by", max_length=150)
    by_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("student", "on", "created_at")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=StudentState.values), name="move_state_known"),
        )

    def __str__(self) -> str:
        return f"{self.student}: {self.get_state_display()} on {self.on}"
