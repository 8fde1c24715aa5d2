"""Guardian grants, computed from the domain's own rows: to groups only, on three models only, from closed lists.

`sync` sets the grants of one object to what its rows say now; services call it in the same transaction as the change.
`differences` compares all of them, nightly. No page asks guardian row by row: lists filter with the `visible_*`
selectors, which read the same grants in one SQL statement.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm
from guardian.utils import get_group_obj_perms_model

from accreditation.enums import CourseTeamRole, InvitationState, SubmissionState
from accreditation.models import Course, Submission, User

CLOSED: dict[str, frozenset[str]] = {
    "course": frozenset({"view_course", "edit_course"}),
    "submission": frozenset({"view_submission", "judge_submission"}),
    "portfolio": frozenset({"view_portfolio", "appraise_portfolio"}),
}

Wanted = dict[str, tuple[frozenset[str], frozenset[UUID]]]
"""Group name → (permission codes on the object, ids of the people who are in the group)."""


def course_grants(course: Course) -> Wanted:
    """The course's team, while they belong to it, may see and edit it."""
    today = timezone.localdate()
    people = (
        course.team.filter(since__lte=today, role__in=CourseTeamRole.values, user__is_active=True)
        .exclude(until__lt=today)
        .values_list("user_id", flat=True)
    )
    return {f"course:{course.pk}:team": (CLOSED["course"], frozenset(people))}


def submission_grants(submission: Submission) -> Wanted:
    """The panel's accepted members without a conflict may see and judge the submission, once it was submitted."""
    from accreditation.permissions import has_conflict

    if (
        submission.state == SubmissionState.DRAFT
    ):  # also one that was returned: the course team's own business
        return {f"submission:{submission.pk}:panel": (CLOSED["submission"], frozenset())}

    accepted = submission.assignments.filter(
        state=InvitationState.ACCEPTED, user__is_active=True
    ).select_related("user")
    people = frozenset(place.user_id for place in accepted if not has_conflict(place.user, submission))
    return {f"submission:{submission.pk}:panel": (CLOSED["submission"], people)}


def apply(obj: models.Model, wanted: Wanted) -> None:
    """Makes groups, their members and their permissions on `obj` be what `wanted` says. Raises `ValueError` for a
    permission outside the closed list of the model.
    """
    allowed = CLOSED[obj._meta.model_name or ""]
    for name, (codes, people) in wanted.items():
        if not codes <= allowed:
            raise ValueError(f"Not in the closed list: {', '.join(sorted(codes - allowed))}")
        group, _ = Group.objects.get_or_create(name=name)
        held = set(held_codes(obj, group))
        for code in codes - held:
            assign_perm(code, group, obj)
        for code in held - codes:
            remove_perm(code, group, obj)
        members = set(group.user_set.values_list("pk", flat=True))
        if missing := people - members:
            group.user_set.add(*User.objects.filter(pk__in=missing))
        if extra := members - people:
            group.user_set.remove(*User.objects.filter(pk__in=extra))


def held_codes(obj: models.Model, group: Group) -> Iterable[str]:
    """Permission codes that a group holds on an object now."""
    table: Any = get_group_obj_perms_model(obj)
    return table.objects.filter(group=group, content_object=obj).values_list(
        "permission__codename", flat=True
    )


def sync_course(course: Course) -> None:
    """Sets the grants on a course; call inside the transaction that changed its team."""
    apply(course, course_grants(course))


def sync_submission(submission: Submission) -> None:
    """Sets the grants on a submission; call inside the transaction that changed its panel or a conflict."""
    apply(submission, submission_grants(submission))


def sync_person(user: User) -> None:
    """Sets the grants on everything that a person works on, in all apps; call where an account is closed or reopened."""
    for name in settings.GRANT_SOURCES:
        import_module(name).sync_for(user)


def sync_for(user: User) -> None:
    """Courses whose team, and submissions whose panel, the person belongs to."""
    for course in Course.objects.filter(team__user=user).distinct():
        sync_course(course)
    for submission in Submission.objects.filter(assignments__user=user).distinct():
        sync_submission(submission)


def differences(objects: Iterable[tuple[models.Model, Wanted]]) -> Iterator[str]:
    """One sentence for each grant or membership that is not as the domain's rows say."""
    for obj, wanted in objects:
        for name, (codes, people) in wanted.items():
            group = Group.objects.filter(name=name).first()
            held = set(held_codes(obj, group)) if group else set()
            members = set(group.user_set.values_list("pk", flat=True)) if group else set()
            if held != codes:
                yield f"{name}: holds {sorted(held)}, should hold {sorted(codes)}"
            if members != people:
                yield f"{name}: {len(members - people)} too many and {len(people - members)} too few members"
