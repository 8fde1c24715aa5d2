"""Courses and their modules: the facts' `course` (standard/facts.md)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accreditation.enums import Award, CourseKind, CourseTeamRole, ExperienceJudged, Framework
from accreditation.models.base import Record, Versioned
from accreditation.models.fields import TopicSetField
from accreditation.models.people import Institution
from accreditation.rules import regions


def check_minimum_scans(value: object) -> None:
    """A course's own minimum numbers of scans: {region or extra: a whole number from 1}; else `ValidationError`."""
    if not isinstance(value, dict):
        raise ValidationError("A number for each region is needed.")
    for region, number in value.items():
        if region not in regions.BITS:
            raise ValidationError(f"{region} is not a region.")
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise ValidationError(f"The number for {regions.LABELS[region]} must be a whole number from 1.")


class Course(Versioned):
    """One course of an institution, with what its own rules say about admission, numbers and employers."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="courses")
    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=CourseKind)
    award = models.CharField(max_length=10, choices=Award)
    direct_entry = models.BooleanField(
        "direct entry",
        default=False,
        help_text="Whether people without a health profession can join the course.",
    )
    minimum_scans = models.JSONField(
        "the course's own minimum number of scans, by region",
        default=dict,
        blank=True,
        validators=[check_minimum_scans],
    )
    requires_professional_body = models.BooleanField(
        "applicants must be aligned with a professional body", null=True, blank=True
    )
    experience_judged = models.CharField(
        "how experience is judged", max_length=20, choices=ExperienceJudged, null=True, blank=True
    )
    tells_students = models.BooleanField(
        "graduates are told to present portfolio and award to their employer", null=True, blank=True
    )
    tells_employers = models.BooleanField("employers are told what to ask for", null=True, blank=True)

    class Meta:
        ordering = ("institution__name", "title")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=CourseKind.values), name="course_kind_known"),
            models.CheckConstraint(condition=Q(award__in=Award.values), name="course_award_known"),
            models.CheckConstraint(
                condition=Q(experience_judged__isnull=True)
                | Q(experience_judged__in=ExperienceJudged.values),
                name="course_experience_judged_known",
            ),
        )
        default_permissions = ()
        permissions = (
            ("view_course", "May see the course"),
            ("edit_course", "May edit the course and its submissions"),
        )

    def __str__(self) -> str:
        return f"{self.title}, {self.institution.short_name}"


class Module(Versioned):
    """A module of a course, as position statement 5 asks about it."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="modules")
    code = models.CharField("module code", max_length=20)
    title = models.CharField(max_length=200)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    framework = models.CharField(max_length=4, choices=Framework, null=True, blank=True)
    topics = TopicSetField(blank=True)
    formal_assessment = models.BooleanField("formally assessed", default=False)
    relevant_to_remit = models.BooleanField("relevant to MSK ultrasound practice", null=True, blank=True)
    relevance_judged_by = models.CharField("relevance judged by", max_length=150, blank=True)

    class Meta:
        ordering = ("course", "code")
        constraints = (
            models.UniqueConstraint(fields=("course", "code"), name="module_code_once_per_course"),
            models.CheckConstraint(
                condition=Q(framework__isnull=True) | Q(framework__in=Framework.values),
                name="module_framework_known",
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__gte=1, level__lte=12), name="module_level_1_to_12"
            ),
            models.CheckConstraint(
                condition=Q(relevant_to_remit__isnull=True) | ~Q(relevance_judged_by=""),
                name="module_relevance_names_its_judge",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class CourseTeamMember(Record):
    """Who works on a course, from which day to which: the source of the grants on the course."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="course_memberships"
    )
    role = models.CharField(max_length=10, choices=CourseTeamRole, default=CourseTeamRole.MEMBER)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("course", "user"), condition=Q(until__isnull=True), name="course_team_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="course_team_until_after_since",
            ),
            models.CheckConstraint(
                condition=Q(role__in=CourseTeamRole.values), name="course_team_role_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class CourseUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Course, on_delete=models.CASCADE)


class CourseGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Course, on_delete=models.CASCADE)
