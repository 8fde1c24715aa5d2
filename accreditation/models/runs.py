"""Work over the whole country: one run, cut into parts that any worker takes, and what each part found.

A part is the unit of work and of safety: what it found is written together with its end, under its row's lock, or not at
all. So a part that is done twice, or whose worker dies, leaves its lines once.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.enums import JobState, RunKind, RunState
from accreditation.models.base import Record
from accreditation.models.courses import Course
from accreditation.models.decisions import Letter
from accreditation.models.submissions import Submission

OPEN = (RunState.PLANNED, RunState.RUNNING)


class NationalRun(Record):
    """One run. `asked` holds what it was started with; `done` counts subjects, of `total`, whose part has ended well."""

    kind = models.CharField(max_length=20, choices=RunKind)
    key = models.CharField(
        max_length=80, unique=True, help_text="The night, or the form, that asked: started once."
    )
    state = models.CharField(max_length=10, choices=RunState, default=RunState.PLANNED)
    asked = models.JSONField(default=dict, blank=True)
    as_of = models.DateField("the day as of which it looks")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("kind",), condition=Q(state__in=OPEN), name="run_one_open_of_a_kind"
            ),
            models.CheckConstraint(condition=Q(kind__in=RunKind.values), name="run_kind_known"),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, finished_at__isnull=True)
                | (~Q(state__in=OPEN) & Q(finished_at__isnull=False)),
                name="run_finished_has_its_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.as_of}"


class RunPart(models.Model):
    """Some subjects of a run, which one worker takes together."""

    run = models.ForeignKey(NationalRun, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    subjects = models.JSONField(help_text="Ids of what the run is about: courses, cases or letters.")
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    failure = models.TextField(blank=True, max_length=2000)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("run", "number")
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(fields=("run", "number"), name="run_part_number_once"),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="run_part_state_known"),
        )

    def __str__(self) -> str:
        return f"{self.run}, part {self.number}"


class RunLine(models.Model):
    """What a run found about one subject. `changes` are those kept for reading (`accreditation.changed_findings`); the
    numbers count all. `failed`: it could not be looked at, and `words` says why.
    """

    run = models.ForeignKey(NationalRun, on_delete=models.CASCADE, related_name="lines")
    part = models.ForeignKey(RunPart, on_delete=models.CASCADE, related_name="lines")
    subject = models.CharField(max_length=40)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, null=True, related_name="+")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, null=True, related_name="+")
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, null=True, related_name="+")
    outcome = models.CharField(max_length=20, blank=True)
    worse = models.PositiveIntegerField(default=0)
    better = models.PositiveIntegerField(default=0)
    other = models.PositiveIntegerField(default=0)
    changes = models.JSONField(default=list, blank=True)
    words = models.CharField(max_length=500, blank=True)
    failed = models.BooleanField(default=False)
    since = models.DateField("the day of the look before", null=True, blank=True)

    class Meta:
        ordering = ("run", "pk")
        default_permissions = ("view",)
        constraints = (models.UniqueConstraint(fields=("run", "subject"), name="run_line_once_per_subject"),)

    def __str__(self) -> str:
        return f"{self.run}: {self.subject}"


class CourseStanding(models.Model):
    """How each clause came out for each subject of a course when it was last looked at: what the next look compares with.

    One row a course, however many nights pass. `outcomes`: "PS2.3|student|S12" → "met".
    """

    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="standing")
    as_of = models.DateField()
    edition = models.CharField(max_length=40)
    rules_version = models.CharField(max_length=20)
    outcomes = models.JSONField()

    class Meta:
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.course}, {self.as_of}"
