"""Accounts, roles, institutions, courses and their teams. `by` is None for the system itself (management commands)."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accreditation import audit, grants
from accreditation.enums import CourseTeamRole, Nation
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.models import Course, CourseTeamMember, Institution, Module, User
from accreditation.permissions import is_on_team, need_role
from accreditation.roles import BODY_ROLES, OFFICER
from accreditation.services.sessions import end_sessions

BODY_CODES = frozenset(role.code for role in BODY_ROLES)


def _need_officer(by: User | None) -> None:
    if by is not None:
        need_role(by, OFFICER)


@transaction.atomic
def create_user(
    *,
    by: User | None,
    email: str,
    full_name: str,
    institution: Institution | None = None,
    password: str | None = None,
    preferred_name: str = "",
) -> User:
    """Makes an account. Without a password the person sets one through "Forgotten your password?".

    Raises `NotAllowed` unless `by` is an officer (or the system), `Invalid` for an address that is none or is taken.
    """
    _need_officer(by)
    email, full_name = email.strip().lower(), " ".join(full_name.split())
    problems: dict[str, list[str]] = {}
    try:
        validate_email(email)
    except ValidationError:
        problems["email"] = ["Enter an e-mail address, for example name@university.ac.uk."]
    if not full_name:
        problems["full_name"] = ["Enter the person's name."]
    if not problems and User.objects.filter(email__iexact=email).exists():
        problems["email"] = ["There is an account with this e-mail address already."]
    if problems:
        raise Invalid(problems)
    user = User.objects.create_user(
        email, password, full_name=full_name, preferred_name=preferred_name, institution=institution
    )
    audit.record(
        "account.created", by=by, obj=user, payload={"institution": getattr(institution, "pk", None)}
    )
    return user


@transaction.atomic
def give_role(*, by: User | None, user: User, role: str) -> None:
    """Gives a body-wide role; the person's sessions end. Nobody gives one to themselves. Raises `NotAllowed`, `Invalid`."""
    _need_officer(by)
    if by is not None and by.pk == user.pk:
        raise NotAllowed("Nobody can give a role to themselves: ask another officer.")
    if role not in BODY_CODES:
        raise Invalid({"role": [f"{role} is not a role that holds for the whole body."]})
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    user.__dict__.pop("role_codes", None)
    end_sessions(user)
    grants.sync_person(user)
    audit.record("account.role_given", by=by, obj=user, payload={"role": role})


@transaction.atomic
def take_role(*, by: User | None, user: User, role: str) -> None:
    """Takes a body-wide role away; the person's sessions end. Raises `NotAllowed`; `NotNow` where it is not held."""
    _need_officer(by)
    group = user.groups.filter(name=role).first()
    if group is None or role not in BODY_CODES:
        raise NotNow(f"{user} does not hold this role.")
    user.groups.remove(group)
    user.__dict__.pop("role_codes", None)
    end_sessions(user)
    grants.sync_person(user)
    audit.record("account.role_taken", by=by, obj=user, payload={"role": role})


@transaction.atomic
def change_institution(*, by: User | None, user: User, institution: Institution | None) -> None:
    """Notes where a person works now. What they may see follows at once: nobody assesses their own university.

    Raises `NotAllowed`.
    """
    _need_officer(by)
    before = user.institution_id
    user.institution = institution
    user.save(update_fields=["institution"])
    grants.sync_person(user)
    audit.record(
        "account.institution_changed",
        by=by,
        obj=user,
        payload={"from": before, "to": institution.pk if institution else None},
    )


@transaction.atomic
def create_institution(
    *,
    by: User | None,
    name: str,
    short_name: str,
    nation: str = Nation.ENGLAND,
    address: str = "",
    is_university: bool = True,
) -> Institution:
    """Adds a university or other provider. Raises `NotAllowed`, `Invalid`."""
    _need_officer(by)
    name = " ".join(name.split())
    if not name or Institution.objects.filter(name__iexact=name).exists():
        raise Invalid({"name": ["Enter a name that no other institution has."]})
    institution = Institution.objects.create(
        name=name, short_name=short_name or name, nation=nation, address=address, is_university=is_university
    )
    audit.record("institution.created", by=by, obj=institution)
    return institution


@transaction.atomic
def create_course(
    *, by: User | None, institution: Institution, title: str, kind: str, award: str, **details: Any
) -> Course:
    """Adds a course with the next reference ("C-0001"). `details` are other fields of `Course`.

    Raises `NotAllowed`, `Invalid` with the model's own sentences.
    """
    _need_officer(by)
    Institution.objects.select_for_update().get(pk=institution.pk)
    last = Course.objects.filter(reference__startswith="C-").order_by("-reference").first()
    number = int(last.reference[2:]) + 1 if last and last.reference[2:].isdecimal() else 1
    course = Course(
        institution=institution, reference=f"C-{number:04}", title=title, kind=kind, award=award, **details
    )
    _check(course)
    course.save(force_insert=True)
    audit.record("course.created", by=by, obj=course, payload={"reference": course.reference, "kind": kind})
    return course


@transaction.atomic
def add_module(
    *, by: User, course: Course, code: str, title: str, topics: Collection[str] = (), **details: Any
) -> Module:
    """Adds a module as PS5 asks about it; the course's team does. Raises `NotAllowed`, `Invalid`."""
    if not is_on_team(by, course):
        raise NotAllowed("Only the course's own team can change its modules.")
    module = Module(course=course, code=code, title=title, topics=frozenset(topics), **details)
    _check(module)
    module.save(force_insert=True)
    audit.record("module.added", by=by, obj=module, payload={"course": course.reference, "code": code})
    return module


def _check(row: Course | Module) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(_problems(error)) from None


def _problems(error: ValidationError) -> dict[str, list[str]]:
    found: Mapping[str, list[str]] = error.message_dict
    return {"" if field == "__all__" else field: sentences for field, sentences in found.items()}


@transaction.atomic
def join_course_team(
    *,
    by: User | None,
    course: Course,
    user: User,
    role: str = CourseTeamRole.MEMBER,
    since: date | None = None,
) -> CourseTeamMember:
    """Adds a person to a course's team from a day on (today, unless given), with the grants that follow.

    Officers and the course's own leaders may. Raises `NotAllowed`, `NotNow` where the person is on the team already.
    """
    course = Course.objects.select_for_update().get(pk=course.pk)
    if not (by is None or by.has_role(OFFICER) or is_on_team(by, course, leader=True)):
        raise NotAllowed("Only a leader of the course or an officer can change its team.")
    if course.team.filter(user=user, until__isnull=True).exists():
        raise NotNow(f"{user} is on the team of this course already.")
    member = CourseTeamMember.objects.create(
        course=course, user=user, role=role, since=since or timezone.localdate()
    )
    grants.sync_course(course)
    audit.record(
        "course.team_joined",
        by=by,
        obj=course,
        payload={"person": user.pk, "role": role, "since": member.since},
    )
    return member


@transaction.atomic
def end_team_place(*, by: User, member_id: UUID) -> None:
    """Ends a person's place on a course's team at once: yesterday was their last day, or their only day did not count.

    A course keeps a leader. Raises `NotAllowed`, `NotNow`.
    """
    member = CourseTeamMember.objects.select_related("course").get(pk=member_id)
    Course.objects.select_for_update().get(pk=member.course_id)
    leaders = member.course.team.filter(role=CourseTeamRole.LEADER, until__isnull=True)
    if member.role == CourseTeamRole.LEADER and not leaders.exclude(pk=member.pk).exists():
        raise NotNow("This is the course’s only leader: invite another one first.")
    yesterday = timezone.localdate() - timedelta(days=1)
    if member.since > yesterday:  # joined today: the row says so much and no more
        CourseTeamMember.objects.filter(pk=member.pk).update(since=yesterday)
    leave_course_team(by=by, member_id=member_id, until=yesterday)


@transaction.atomic
def leave_course_team(*, by: User | None, member_id: UUID, until: date) -> None:
    """Ends a person's place on a course's team on a day, which is their last. Raises `NotAllowed`, `NotNow`, `Invalid`."""
    member = CourseTeamMember.objects.select_for_update().select_related("course").get(pk=member_id)
    if not (by is None or by.has_role(OFFICER) or is_on_team(by, member.course, leader=True)):
        raise NotAllowed("Only a leader of the course or an officer can change its team.")
    if member.until is not None:
        raise NotNow("This place on the team has ended already.")
    if until < member.since:
        raise Invalid({"until": ["The last day cannot lie before the first."]})
    member.until = until
    member.save(update_fields=["until"])
    grants.sync_course(member.course)
    audit.record(
        "course.team_left", by=by, obj=member.course, payload={"person": member.user_id, "until": until}
    )
