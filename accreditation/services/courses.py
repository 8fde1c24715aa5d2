"""Writes to a course's own details and modules, as position statements 1, 3 and 5 ask about them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError

from accreditation import audit, sections
from accreditation.exceptions import Invalid, NotAllowed, Stale
from accreditation.models import Course, Module, Submission, User
from accreditation.permissions import is_on_team
from accreditation.states import FINAL

COURSE_FIELDS = frozenset(
    {
        "title",
        "award",
        "direct_entry",
        "minimum_scans",
        "requires_professional_body",
        "experience_judged",
        "tells_students",
        "tells_employers",
    }
)
MODULE_FIELDS = frozenset(
    {
        "code",
        "title",
        "level",
        "framework",
        "topics",
        "formal_assessment",
        "relevant_to_remit",
        "relevance_judged_by",
    }
)


def edit_course(*, by: User, course_id: UUID, version: int, values: Mapping[str, Any]) -> Course:
    """Saves some of a course's details (names in `COURSE_FIELDS`) and returns it with its new version.

    Raises `NotAllowed` outside the team, `Stale` where somebody saved meanwhile, `Invalid` keyed by field.
    """
    _only(values, COURSE_FIELDS)
    with transaction.atomic():
        course = _course(by, course_id)
        changed = _take(course, values)
        if not changed:
            return course
        if course.version != version:
            raise Stale(
                "Somebody saved other course details meanwhile. Yours were not saved over them.", course
            )
        _save(course)
        audit.record(
            "course.edited", by=by, obj=course, payload={"fields": changed, "version": course.version}
        )
        _reopen_section(course)
    return course


def add_module(*, by: User, course_id: UUID, values: Mapping[str, Any]) -> Module:
    """Adds a module (values by the names in `MODULE_FIELDS`). Raises `NotAllowed`, or `Invalid` keyed by field."""
    _only(values, MODULE_FIELDS)
    with transaction.atomic():
        course = _course(by, course_id)
        module = Module(course=course, version=0)
        _take(module, values)
        _save(module)
        audit.record(
            "module.added", by=by, obj=module, payload={"course": course.reference, "code": module.code}
        )
    return module


def edit_module(
    *, by: User, course_id: UUID, module_id: UUID, version: int, values: Mapping[str, Any]
) -> Module:
    """Saves some values of a module. Raises as `edit_course`."""
    _only(values, MODULE_FIELDS)
    with transaction.atomic():
        course = _course(by, course_id)
        module = Module.objects.select_for_update().get(pk=module_id, course=course)
        changed = _take(module, values)
        if not changed:
            return module
        if module.version != version:
            raise Stale(
                f"Somebody saved other details of {module.code} meanwhile. Yours were not saved.", module
            )
        _save(module)
        payload = {
            "course": course.reference,
            "code": module.code,
            "fields": changed,
            "version": module.version,
        }
        audit.record("module.edited", by=by, obj=module, payload=payload)
    return module


def remove_module(*, by: User, course_id: UUID, module_id: UUID) -> None:
    """Takes a module away; one that is gone already is no fault. Raises `Invalid` while students have results in it."""
    with transaction.atomic():
        course = _course(by, course_id)
        module = Module.objects.filter(pk=module_id, course=course).first()
        if module is None:
            return
        payload = {"course": course.reference, "code": module.code}
        audit.record("module.removed", by=by, obj=module, payload=payload)
        try:
            with transaction.atomic():
                module.delete()
        except (ProtectedError, RestrictedError) as fault:
            raise Invalid(
                {
                    "": [
                        f"Students have results in {module.code} {module.title}: it cannot be removed while they do."
                    ]
                }
            ) from fault
        _reopen_section(course)


def _course(by: User, course_id: UUID) -> Course:
    course = Course.objects.select_for_update(of=("self",)).select_related("institution").get(pk=course_id)
    if not is_on_team(by, course):
        raise NotAllowed("Only the course’s own team can change its details.")
    return course


def _only(values: Mapping[str, Any], allowed: frozenset[str]) -> None:
    if unknown := set(values) - allowed:
        raise ValueError(f"Not to be set here: {', '.join(sorted(unknown))}")


def _take(row: Course | Module, values: Mapping[str, Any]) -> list[str]:
    """Sets the values that differ and returns their names."""
    changed = []
    for name, value in values.items():
        if name == "topics":
            value = frozenset(value)
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(name)
    return sorted(changed)


def _save(row: Course | Module) -> None:
    row.version += 1
    try:
        row.full_clean()
    except ValidationError as fault:
        raise Invalid(_problems(fault)) from fault
    row.save()


def _problems(fault: ValidationError) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for field, sentences in fault.message_dict.items():
        name = "" if field == "__all__" else field
        for sentence in sentences:
            if "module_code_once_per_course" in sentence or (
                "Course" in sentence and "already exists" in sentence
            ):
                name, sentence = "code", "The course has another module with this code"
            elif "module_relevance_names_its_judge" in sentence:
                name, sentence = "relevance_judged_by", "Enter who judged whether the module is relevant"
            elif "module_level_1_to_12" in sentence:
                name, sentence = "level", "The level must be a number from 1 to 12"
            found.setdefault(name, []).append(sentence)
    return found


def _reopen_section(course: Course) -> None:
    """The section “course details” of an open draft may lack something now: then it is no longer complete."""
    if sections.course_gaps(course, has_modules=course.modules.exists()):
        for submission in Submission.objects.filter(course=course).exclude(state__in=FINAL):
            submission.sections.filter(code=sections.COURSE).update(complete=False)
