"""Guardian grants, computed from the domain's own rows: to groups only, on three models only, from closed lists.

`sync_*` sets the grants of one object to what its rows say now; services call it in the same transaction as the change.
`manage.py check_grants` compares all of them, and so does the nightly round (accreditation.services.grant_check). Each app
that has such grants is named in `settings.GRANT_SOURCES`, a module with `MAKERS` and `of_person(user)`. No page asks
guardian row by row: lists filter with the `visible_*` selectors, which read the same grants in one SQL statement.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from accreditation.enums import CourseTeamRole, InvitationState, SubmissionState
from accreditation.models import Course, Submission, User
from accreditation.roles import ASSESSOR

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
    """The panel's accepted members may see the submission, once it was submitted, and judge it until it is decided.

    Not those with a conflict of interest, nor whoever now works at the institution, nor who is no longer an assessor.
    """
    from accreditation.permissions import has_conflict

    name = f"submission:{submission.pk}:panel"
    if (
        submission.state == SubmissionState.DRAFT
    ):  # also one that was returned: the course team's own business
        return {name: (frozenset(), frozenset())}
    accepted = (
        submission.assignments.filter(
            state=InvitationState.ACCEPTED, user__is_active=True, user__groups__name=ASSESSOR
        )
        .exclude(user__institution=F("submission__course__institution"))
        .select_related("user")
    )
    people = frozenset(place.user_id for place in accepted if not has_conflict(place.user, submission))
    over = submission.state in (SubmissionState.DECIDED, SubmissionState.WITHDRAWN)
    codes = CLOSED["submission"] - {"judge_submission"} if over else CLOSED["submission"]
    return {name: (codes, people)}


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


MAKERS: dict[type[models.Model], Any] = {Course: course_grants, Submission: submission_grants}
"""Model → the function that says which grants a row of it asks for."""


def sources() -> list[ModuleType]:
    """The modules of the apps that say which grants there should be."""
    return [import_module(name) for name in settings.GRANT_SOURCES]


def wanted_for(obj: models.Model) -> Wanted:
    """The grants that one object's rows ask for. Raises `KeyError` for a model that has none."""
    makers = {model: make for source in sources() for model, make in source.MAKERS.items()}
    found: Wanted = makers[type(obj)](obj)
    return found


def wanted() -> Iterator[tuple[models.Model, Wanted]]:
    """Every object of every app with the grants that its rows ask for."""
    for source in sources():
        for model, make in source.MAKERS.items():
            for obj in model._default_manager.order_by("pk").iterator():
                yield obj, make(obj)


def of_person(user: User) -> Iterator[models.Model]:
    """Courses whose team, and submissions whose panel, a person ever belonged to."""
    yield from Course.objects.filter(pk__in=user.course_memberships.values("course")).order_by("pk")
    yield from Submission.objects.filter(pk__in=user.assignments.values("submission")).order_by("pk")


def sync_person(user: User) -> None:
    """Sets the grants on everything that a person has to do with; call inside the transaction in which they lost or won a
    role, were let go or taken back, or changed their institution.
    """
    for source in sources():
        for obj in source.of_person(user):
            apply(obj, wanted_for(obj))


def differences(objects: Iterable[tuple[models.Model, Wanted]]) -> Iterator[str]:
    """One sentence for each grant, membership or foreign right on these objects that is not as the domain's rows say."""
    for obj, wanted_now in objects:
        yield from difference(obj, wanted_now)


def difference(obj: models.Model, wanted_now: Wanted) -> Iterator[str]:
    """The same for one object. Names the group, the right or the person, and which way it is wrong."""
    thing = f"{obj._meta.verbose_name} {obj}"
    for name, (codes, people) in wanted_now.items():
        group = Group.objects.filter(name=name).first()
        held = set(held_codes(obj, group)) if group else set()
        members = set(group.user_set.values_list("pk", flat=True)) if group else set()
        yield from (f"{name} holds {code} on the {thing}, and should not." for code in sorted(held - codes))
        yield from (
            f"{name} should hold {code} on the {thing}, and does not." for code in sorted(codes - held)
        )
        yield from (
            f"{who} is in {name} of the {thing}, and should not be." for who in _names(members - people)
        )
        yield from (
            f"{who} should be in {name} of the {thing}, and is not." for who in _names(people - members)
        )
    for foreign in foreign_rows(obj, wanted_now):
        holder = foreign.group.name if hasattr(foreign, "group") else foreign.user
        yield f"{holder} holds {foreign.permission.codename} on the {thing}: nobody but its own group should."


def foreign_rows(obj: models.Model, wanted_now: Wanted) -> list[Any]:
    """Rights on an object that do not belong to its own groups: of other groups, and of single people."""
    of_groups: Any = get_group_obj_perms_model(obj)
    of_users: Any = get_user_obj_perms_model(obj)
    others = of_groups.objects.filter(content_object=obj).exclude(group__name__in=wanted_now)
    return [
        *others.select_related("group", "permission"),
        *of_users.objects.filter(content_object=obj).select_related("user", "permission"),
    ]


def left_over(known: Iterable[str]) -> models.QuerySet[Group]:
    """Groups of one thing (`course:…`, `submission:…`, `portfolio:…`) that nothing asks for any more."""
    named = Q()
    for model in CLOSED:
        named |= Q(name__startswith=f"{model}:")
    return Group.objects.filter(named).exclude(name__in=set(known)).order_by("name")


def _names(ids: Iterable[UUID]) -> list[str]:
    return [str(user) for user in User.objects.filter(pk__in=set(ids)).order_by("full_name", "pk")]
