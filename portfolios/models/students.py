"""Applicants and students: who they are professionally, what experience they bring, what they achieved."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.models.base import Record, Versioned
from accreditation.models.courses import Course, Module
from accreditation.models.fields import RegionSetField
from mentors.enums import Body
from mentors.models.known import period_check
from portfolios.enums import (
    AwardKind,
    ExperienceOutcome,
    RegistrationStatus,
    ResultOutcome,
    Specialism,
    StudentState,
)
from portfolios.models.entries import STANDS, Entry, taken_back_check


class Student(Versioned):
    """One person on one course, from application on. `code` is their name in the facts file: never a person's name."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="students")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="studies"
    )
    code = models.CharField(max_length=12)
    full_name = models.CharField("full name", max_length=150)
    profession = models.CharField(max_length=100)
    state = models.CharField(max_length=11, choices=StudentState, default=StudentState.APPLICANT)
    cohort = models.CharField(max_length=20, blank=True, help_text="For example 2024-25")
    applied_on = models.DateField(null=True, blank=True)
    enrolled_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("course", "code")
        constraints = (
            models.UniqueConstraint(fields=("course", "code"), name="student_code_once_per_course"),
            models.UniqueConstraint(
                fields=("course", "user"), condition=Q(user__isnull=False), name="student_once_per_course"
            ),
            models.CheckConstraint(condition=Q(state__in=StudentState.values), name="student_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=(StudentState.APPLICANT, StudentState.REFUSED, StudentState.WITHDRAWN))
                | Q(enrolled_on__isnull=False),
                name="student_enrolled_has_its_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.full_name} ({self.code})"


class Registration(Entry):
    """A student's entry with a regulator or professional body, as it was seen."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="registrations")
    body = models.CharField(max_length=10, choices=Body)
    other_body = models.CharField("name of the other body", max_length=100, blank=True)
    number = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=10, choices=RegistrationStatus, default=RegistrationStatus.UNKNOWN)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    seen_on = models.DateField("register looked up on", null=True, blank=True)
    seen_by = models.CharField("looked up by", max_length=150, blank=True)

    class Meta:
        ordering = ("student", "body", "created_at")
        constraints = (
            taken_back_check("registration"),
            period_check("registration"),
            models.CheckConstraint(condition=Q(body__in=Body.values), name="registration_body_known"),
            models.CheckConstraint(
                condition=Q(status__in=RegistrationStatus.values), name="registration_status_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.body} {self.number}"


class Experience(Entry):
    """Clinical experience before the course. Months are information; they never decide (PS1.2)."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="experience")
    specialism = models.CharField(max_length=10, choices=Specialism)
    months = models.PositiveIntegerField(null=True, blank=True)
    description = models.CharField(max_length=500, blank=True)
    evidence = models.JSONField("references to evidence", default=list, blank=True)

    class Meta:
        ordering = ("student", "created_at")
        constraints = (
            taken_back_check("experience"),
            models.CheckConstraint(
                condition=Q(specialism__in=Specialism.values), name="experience_specialism_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_specialism_display()}, {self.months} months"


class ExperienceJudgement(Record):
    """The course's judgement of a student's experience, by its quality, with the reason (PS1)."""

    student = models.OneToOneField(Student, on_delete=models.CASCADE, related_name="experience_judgement")
    outcome = models.CharField(max_length=20, choices=ExperienceOutcome)
    by = models.CharField("judged by", max_length=150)
    on = models.DateField()
    reason = models.TextField(max_length=5000)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=ExperienceOutcome.values), name="experience_outcome_known"
            ),
            models.CheckConstraint(
                condition=~Q(by="") & ~Q(reason=""), name="experience_judged_by_whom_and_why"
            ),
        )

    def __str__(self) -> str:
        return f"{self.student}: {self.get_outcome_display()}"


class Result(Entry):
    """A student's result in a module (PS5.3)."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="results")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="results")
    outcome = models.CharField(max_length=12, choices=ResultOutcome)
    on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("student", "module__code", "created_at")
        constraints = (
            taken_back_check("result"),
            models.UniqueConstraint(
                fields=("student", "module"), condition=STANDS, name="result_once_per_module"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=ResultOutcome.values), name="result_outcome_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.student} {self.module.code}: {self.get_outcome_display()}"


class StudentAward(Entry):
    """An award with its three dates; only ratification by the examination board releases from supervision (PS4.1)."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="awards")
    kind = models.CharField(max_length=10, choices=AwardKind)
    ratified_on = models.DateField("ratified by the examination board on", null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    conferred_on = models.DateField(null=True, blank=True)
    regions = RegionSetField("regions of an interim award", blank=True)

    class Meta:
        ordering = ("student", "ratified_on")
        constraints = (
            taken_back_check("award"),
            models.UniqueConstraint(
                fields=("student",),
                condition=STANDS & Q(kind=AwardKind.FINAL),
                name="award_one_final_per_student",
            ),
            models.CheckConstraint(condition=Q(kind__in=AwardKind.values), name="award_kind_known"),
        )

    def __str__(self) -> str:
        return f"{self.student}: {self.get_kind_display()}"
