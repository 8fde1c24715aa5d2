"""A course's own words for grading a scan."""

from django.core.exceptions import ValidationError
from django.db import models

from accreditation.models import Course
from accreditation.models.base import Versioned
from portfolios.enums import Grade

FEWEST, MOST, LONGEST = 2, 8, 30


def check_labels(value: object) -> None:
    """The labels of a scale, lowest first: two to eight different ones of up to 30 characters; else `ValidationError`."""
    if not isinstance(value, list) or not all(isinstance(label, str) and label.strip() for label in value):
        raise ValidationError("Write each grade in words.")
    if not FEWEST <= len(value) <= MOST:
        raise ValidationError(f"Give from {FEWEST} to {MOST} grades.")
    if any(len(label) > LONGEST for label in value):
        raise ValidationError(f"A grade can have up to {LONGEST} characters.")
    if len({label.casefold() for label in value}) != len(value):
        raise ValidationError("Each grade must differ from the others.")
    if {label.casefold() for label in value} & set(Grade.values):
        raise ValidationError("Write the grades as people say them.")


class GradeScale(Versioned):
    """The course's own scale for appraisals, lowest grade first. No grade decides a clause (PS2.3): they are the course's.

    An appraisal keeps the word that the mentor chose, so that a scale can change and no earlier grade with it.
    """

    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="grade_scale")
    labels = models.JSONField("grades, lowest first", validators=[check_labels])

    def __str__(self) -> str:
        return ", ".join(self.labels)
