"""A course's own grades for appraisals: set, changed, or given up for the suggested ones."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accreditation import audit
from accreditation.exceptions import Invalid, Stale
from accreditation.models import Course, User
from portfolios.models import GradeScale
from portfolios.permissions import check_course_team


@transaction.atomic
def set_scale(*, by: User, course_id: UUID, labels: Sequence[str], version: int) -> GradeScale | None:
    """Sets the course's own grades, lowest first; none at all: the suggested ones. Earlier appraisals keep their words.

    `version`: of the scale that the person saw (0: none). Raises `NotAllowed`, `Stale`, `Invalid` (field `labels`).
    """
    course = Course.objects.select_for_update().get(pk=course_id)
    check_course_team(by, course)
    scale = GradeScale.objects.filter(course=course).first()
    if (scale.version if scale else 0) != version:
        raise Stale("Somebody changed the grades since you opened this page. Nothing was saved.", scale)
    given = [" ".join(label.split()) for label in labels if label.strip()]
    payload = {"labels": given, "before": scale.labels if scale else None}
    if not given:
        if scale is not None:
            scale.delete()
    else:
        scale = scale or GradeScale(course=course, version=0)
        scale.labels, scale.version = given, scale.version + 1
        try:
            scale.full_clean()
        except ValidationError as error:
            raise Invalid(
                {"labels": [line for lines in error.message_dict.values() for line in lines]}
            ) from None
        scale.save()
    audit.record("course.grade_scale", by=by, obj=course, payload=payload)
    return scale if given else None
