"""Reads, filtered by what a person may see, in SQL. The only place that filters by permission."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Permission
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accreditation.enums import CourseTeamRole, InvitationState, SubmissionState
from accreditation.models import (
    Assignment,
    Conflict,
    Course,
    CourseGroupPermission,
    CourseTeamMember,
    Decision,
    Letter,
    Pack,
    Submission,
    SubmissionGroupPermission,
    User,
)
from accreditation.roles import ASSESSOR, CHAIR, COMMITTEE, COURSE_LEADER, OFFICER

BODY = (OFFICER, COMMITTEE, CHAIR)
BEFORE_COMMITTEE = (SubmissionState.REPORTED, SubmissionState.DECIDED)


def visible_courses(user: User) -> QuerySet[Course]:
    """Courses that a person may see: their own team's; all, for the office and the Committee. Inactive people: none."""
    courses = Course.objects.select_related("institution")
    if not user.is_active:
        return courses.none()
    if user.has_role(*BODY):
        return courses
    granted_to = granted(CourseGroupPermission, user, "view_course")
    return courses.filter(Exists(granted_to), Exists(on_team_today(user, "pk")))


def visible_submissions(user: User) -> QuerySet[Submission]:
    """Submissions that a person may see: of their own courses; of the panels they are on; all submitted ones for
    officers; what is before the Committee for its members. A conflict of interest takes a submission away everywhere.
    """
    submissions = Submission.objects.select_related("course__institution")
    if not user.is_active:
        return submissions.none()
    if user.has_role(OFFICER):
        seen = Q(pk__in=_by_team_or_panel(user)) | ~Q(state=SubmissionState.DRAFT)
    elif user.has_role(CHAIR, COMMITTEE):
        seen = Q(pk__in=_by_team_or_panel(user)) | Q(state__in=BEFORE_COMMITTEE)
    else:
        seen = Q(pk__in=_by_team_or_panel(user))
    return submissions.filter(seen).exclude(Exists(_conflicts(user)))


def _by_team_or_panel(user: User) -> QuerySet[Any, Any]:
    """Ids of the submissions of one's own courses and of the panels one is on, found from the person's own few grants: so
    the time does not grow with the register.
    """
    parts: list[QuerySet[Any, Any]] = []
    if user.has_role(COURSE_LEADER):
        own = grants_of(CourseGroupPermission, user, "view_course")
        own = own.filter(Exists(on_team_today(user, "content_object")))
        parts.append(Submission.objects.filter(course__in=own.values("content_object")).values("pk"))
    if user.has_role(ASSESSOR):
        parts.append(_panels(user.pk, [user.institution_id] if user.institution_id else []))
    return any_of(*parts) if parts else Submission.objects.none().values("pk")


def _panels(user: UUID, own: Collection[UUID]) -> QuerySet[Any, Any]:
    """Ids of the submissions on whose panels a person is, but for those of their own institutions."""
    panels = grants_of(SubmissionGroupPermission, user, "view_submission")
    if own:
        panels = panels.exclude(content_object__course__institution__in=own)
    return panels.values("content_object")


def sees_by_panels_alone(user: User) -> bool:
    """Whether a person sees submissions as an assessor and in no other way, so that `seen_on_panels` is all they may see."""
    return user.is_active and user.has_role(ASSESSOR) and not user.has_role(*BODY, COURSE_LEADER)


def seen_on_panels(user: UUID, own: Collection[UUID]) -> QuerySet[Submission]:
    """`visible_submissions` of such a person, by keys alone: for kept queries. `own`: their institution, if any."""
    return Submission.objects.filter(pk__in=_panels(user, own)).exclude(Exists(_conflicts(user)))


def visible_decisions(user: User) -> QuerySet[Decision]:
    """Decisions on submissions that a person may see."""
    return Decision.objects.filter(submission__in=visible_submissions(user))


def visible_letters(user: User) -> QuerySet[Letter]:
    """Letters on submissions that a person may see. One that still waits for an approval is there for those who give it: the
    office, the chair and the panel, never for the course.
    """
    seen = visible_submissions(user)
    on_them: Any = Q(decision__submission__in=seen) | Q(submission__in=seen)
    if not user.has_role(*BODY):
        of_decisions = Letter.objects.filter(decision__submission__in=seen).values("pk")
        others = Letter.objects.filter(submission__in=seen).values("pk")
        on_them = AmongFew(F("pk"), Keys(any_of(of_decisions, others)))
    letters = Letter.objects.filter(on_them).select_related(
        "decision__submission__course__institution", "submission__course__institution"
    )
    place = Assignment.objects.filter(
        submission=OuterRef("decision__submission"), user=user, state=InvitationState.ACCEPTED
    )
    inside = Q() if user.has_role(OFFICER, CHAIR) else Q(Exists(place))
    theirs = Q(Exists(on_team_today(user, "decision__submission__course"))) | Q(
        Exists(on_team_today(user, "submission__course"))
    )
    return letters.filter(Q(approved_at__isnull=False) | (inside & ~theirs))


def visible_packs(user: User) -> QuerySet[Pack]:
    """A person's own packs, as long as they may open what is in them: those of a draft only while they are on the course's
    team; none once a conflict, a removal or anything else has taken the submission away, also where it was made before.
    """
    own = Pack.objects.filter(asked_by=user, submission__in=visible_submissions(user))
    of_team = Exists(on_team_today(user, "submission__course"))
    return own.filter(Q(snapshot__isnull=False) | of_team).select_related(
        "submission__course__institution", "snapshot", "asked_by"
    )


def led_courses(user: User) -> QuerySet[Course]:
    """Courses whose team the person belongs to today."""
    today = timezone.localdate()
    return visible_courses(user).filter(
        Q(team__until__isnull=True) | Q(team__until__gte=today),
        team__user=user,
        team__since__lte=today,
        team__role__in=CourseTeamRole.values,
    )


def on_team_today(user: User, course: str) -> QuerySet[CourseTeamMember]:
    """A person's places on the team of the course that the outer row names: a grant whose last day has passed gives nothing,
    also before the round that takes it away.
    """
    today = timezone.localdate()
    rows = CourseTeamMember.objects.filter(course=OuterRef(course), user=user, since__lte=today)
    return rows.exclude(until__lt=today)


def granted(table: Any, user: User, code: str) -> QuerySet[Any]:
    """The rows of a permission table of guardian's that give a person's groups `code` on the outer row."""
    return grants_of(table, user, code).filter(content_object=OuterRef("pk"))


def grants_of(table: Any, user: User | UUID, code: str) -> QuerySet[Any]:
    """The rows of a permission table (with a foreign key to its objects) that give a person's groups `code`.

    Nearly every row of such a table has the same permission. So the permission's key and the person's few groups are found
    first, each once, and the rows by the index that holds both: as many are visited as there are grants to the person.
    """
    model = table._meta.get_field("content_object").related_model._meta
    permission = Permission.objects.filter(
        codename=code, content_type__app_label=model.app_label, content_type__model=model.model_name
    )
    members: Any = User.groups.through
    groups = members.objects.filter(user=user).values("group")
    rows: QuerySet[Any] = table.objects.filter(
        AmongFew(F("group"), Keys(groups)), permission=Subquery(permission.order_by().values("pk"))
    )
    return rows


def any_of(first: QuerySet[Any, Any], *others: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """All the keys that these queries of one column name, for `__in`. PostgreSQL finds them first and then reads their rows;
    where conditions stand beside each other with OR, it looks at every row that there is.
    """
    return first.order_by().union(*(one.order_by() for one in others)) if others else first


class Keys(Subquery):
    """A subquery of keys: one that can find nothing makes the condition false, and not a comparison with NULL."""

    empty_result_set_value: Any = NotImplemented


class AmongFew(Func):
    """`value IN (keys)` that PostgreSQL answers with the keys first, as a list of few: it never turns it around."""

    output_field = BooleanField()
    template = "%(expressions)s"
    arg_joiner = " IN "

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="%(expressions)s)", arg_joiner=" = ANY(ARRAY", **context
        )


def _conflicts(user: User | UUID) -> QuerySet[Conflict]:
    return (
        Conflict.objects.filter(user=user, institution=OuterRef("course__institution"))
        .filter(Q(submission__isnull=True) | Q(submission=OuterRef("pk")))
        .exclude(blocks=False)
    )
