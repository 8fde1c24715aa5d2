"""Reads for panels: who may be asked, which judgements a person may see, and who still has to act. In SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, TypeVar
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accreditation import judging
from accreditation.enums import CourseTeamRole, EventState, InvitationState, PanelRole, SubmissionState
from accreditation.models import (
    Absence,
    AssessorProfile,
    Assignment,
    CaseEvent,
    ClauseQuestion,
    Conflict,
    CourseTeamMember,
    Judgement,
    MonitoringFlag,
    PanelPaper,
    Submission,
    User,
)
from accreditation.permissions import has_conflict, works_there
from accreditation.repeated import repeated, repeated_things
from accreditation.roles import ASSESSOR, CHAIR, COMMITTEE, OFFICER
from accreditation.selectors import seen_on_panels, sees_by_panels_alone, visible_submissions

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

Place = TypeVar("Place", bound=Assignment)
ORDER: dict[str, int] = {PanelRole.LEAD: 0, PanelRole.CO: 1, PanelRole.SHADOW: 2}
COUNTED = (PanelRole.LEAD, PanelRole.CO)
LIVE = (InvitationState.INVITED, InvitationState.WAITING, InvitationState.ACCEPTED)
REVEALED = (SubmissionState.AGREEING, SubmissionState.REPORTED, SubmissionState.DECIDED)
OVER = (SubmissionState.DECIDED, SubmissionState.WITHDRAWN)
WORKING = (SubmissionState.SUBMITTED, SubmissionState.IN_ASSESSMENT, SubmissionState.AGREEING)


def blocking_conflicts() -> QuerySet[Conflict]:
    """Conflicts that keep a person away: those that an officer said block, and those that nobody has decided."""
    return Conflict.objects.exclude(blocks=False)


def visible_judgements(user: User, submission: Submission) -> QuerySet[Judgement]:
    """Judgements of a submission that a person may see.

    An assessor sees their own. Lead and co-assessor see each other's once both have finished, never before; so do the
    officers, and the Committee once it has the report. A shadow assessor's are for the shadow alone. The course never.
    """
    judgements = Judgement.objects.filter(assignment__submission=submission).select_related(
        "assignment__user"
    )
    if not user.is_active or has_conflict(user, submission):
        return judgements.none()
    on_panel = Q(assignment__state=InvitationState.ACCEPTED)
    seen = on_panel & Q(assignment__user=user)
    counted = on_panel & Q(assignment__role__in=COUNTED)
    if submission.state in REVEALED:
        place = Assignment.objects.filter(
            submission=submission, user=user, state=InvitationState.ACCEPTED
        ).first()
        before_committee = submission.state in (SubmissionState.REPORTED, SubmissionState.DECIDED)
        if (
            place is not None
            or user.has_role(OFFICER)
            or (before_committee and user.has_role(CHAIR, COMMITTEE))
        ):
            seen |= counted
    return judgements.filter(seen).order_by("clause", "-assignment__role")


class Kept(TypedDict):
    """What `panel` adds to a place: whether a conflict of interest keeps its holder away."""

    kept_away: bool


def panel(submission: Submission) -> list[WithAnnotations[Assignment, Kept]]:
    """The present panel, invited or accepted: lead, co-assessor, shadow assessors."""
    rows: list[Any] = _panel(submission.pk)
    for place in rows:
        place.submission = submission
    return in_order(rows)


@repeated_things
def _panel(submission: UUID) -> QuerySet[Assignment]:
    return (
        Assignment.objects.filter(submission=submission, state__in=LIVE)
        .select_related("user__institution")
        .annotate(kept_away=Exists(_conflicts_of_place()))
        .order_by("role")
    )


def in_order(places: Iterable[Place]) -> list[Place]:
    """Places as people name them: lead, co-assessor, shadow assessors."""
    return sorted(places, key=lambda place: (ORDER[place.role], place.created_at))


def _conflicts_of_place() -> QuerySet[Conflict]:
    return blocking_conflicts().filter(
        Q(submission__isnull=True) | Q(submission=OuterRef("submission")),
        user=OuterRef("user"),
        institution=OuterRef("submission__course__institution"),
    )


def start_refusal(submission: Submission) -> str | None:
    """Why assessment cannot start yet: which assessor is missing, has not answered, or has an undecided conflict."""
    places = {place.role: place for place in panel(submission)}
    for role in COUNTED:
        place = places.get(role)
        name = PanelRole(role).label.lower()
        if place is None:
            return f"There is no {name} yet."
        if place.state == InvitationState.WAITING:
            return (
                f"{place.user.full_name}, the {name}, has accepted. The course has not said yet whether it has a conflict "
                "of interest with them."
            )
        if place.state != InvitationState.ACCEPTED:
            return f"{place.user.full_name}, the {name}, has not answered the invitation yet."
        if place.kept_away:
            return (
                f"{place.user.full_name}, the {name}, declared a conflict of interest: decide about it first."
            )
    return None


def invitations(user: User) -> QuerySet[Assignment]:
    """Invitations that a person has not answered. They show the course, never a document."""
    if not user.is_active or not user.has_role(ASSESSOR):
        return Assignment.objects.none()
    return (
        Assignment.objects.filter(user=user, state=InvitationState.INVITED)
        .exclude(submission__state__in=(SubmissionState.DECIDED, SubmissionState.WITHDRAWN))
        .select_related("submission__course__institution")
        .order_by("created_at")
    )


def waiting_places(user: User) -> QuerySet[Assignment]:
    """Places that a person accepted and that open nothing yet: the course has not declared its interests."""
    if not user.is_active or not user.has_role(ASSESSOR):
        return Assignment.objects.none()
    return (
        Assignment.objects.filter(user=user, state=InvitationState.WAITING)
        .exclude(submission__state__in=OVER)
        .exclude(Exists(_conflicts_of_place()))
        .select_related("submission__course__institution")
        .order_by("created_at")
    )


def visible_declarations(user: User) -> QuerySet[Assignment]:
    """Places about which a course declares, as its leaders and the officers may see them: never one's own, never of a case
    that a conflict keeps from the person.
    """
    today = timezone.localdate()
    leads = CourseTeamMember.objects.filter(
        course=OuterRef("submission__course"), user=user, role=CourseTeamRole.LEADER, since__lte=today
    ).exclude(until__lt=today)
    asked = Assignment.objects.filter(
        asks_course=True, state__in=LIVE, submission__in=visible_submissions(user)
    ).exclude(user=user)
    if not user.has_role(OFFICER):
        asked = asked.filter(Exists(leads))
    return asked.select_related("user__institution", "submission__course__institution")


def declarations_to_make(user: User) -> QuerySet[Assignment]:
    """Places about which a leader's course has still to declare."""
    today = timezone.localdate()
    mine = CourseTeamMember.objects.filter(user=user, role=CourseTeamRole.LEADER, since__lte=today).exclude(
        until__lt=today
    )
    return (
        visible_declarations(user)
        .filter(course_declared_at__isnull=True, submission__course__in=mine.values("course"))
        .exclude(submission__state__in=OVER)
        .order_by("created_at")
    )


def places(user: User) -> QuerySet[Assignment]:
    """A person's accepted places on panels whose submission they may see, with the panel's other places at hand."""
    return (
        Assignment.objects.filter(
            user=user, state=InvitationState.ACCEPTED, submission__in=visible_submissions(user)
        )
        .select_related("submission__course__institution")
        .prefetch_related(
            Prefetch(
                "submission__assignments",
                queryset=Assignment.objects.filter(state=InvitationState.ACCEPTED).select_related("user"),
                to_attr="accepted",
            )
        )
        .annotate(judged=Count("judgements", filter=Q(judgements__outcome__isnull=False)))
        .order_by("due_on", "created_at")
    )


class Beside(TypedDict):
    """What `review_place` adds to a place: whether there is anything to ask for, of what few cases have."""

    has_questions: bool
    has_flags: bool
    has_papers: bool
    has_event: bool


def review_place(user: User, submission: UUID) -> WithAnnotations[Assignment, Beside] | None:
    """A person's accepted place on the panel of a submission that they may see, with the submission, as
    `permissions.panel_place` finds it; None where they have none. One query.
    """
    if not user.is_active or not user.has_role(ASSESSOR):
        return None
    if sees_by_panels_alone(user):
        found = _review_places(user.pk, [user.institution_id] if user.institution_id else [], submission)
    else:
        found = list(_review_place(user.pk, visible_submissions(user), submission))
    place: Any = found[0] if found else None
    return None if place is None or works_there(user, place.submission) else place


@repeated_things
def _review_places(user: UUID, own: Collection[UUID], submission: UUID) -> QuerySet[Assignment]:
    return _review_place(user, seen_on_panels(user, own), submission)


def _review_place(user: UUID, seen: QuerySet[Submission], submission: UUID) -> QuerySet[Assignment]:
    of_case = {"submission": OuterRef("submission")}
    return (
        Assignment.objects.filter(
            user=user,
            state=InvitationState.ACCEPTED,
            submission=submission,
            submission__in=seen.order_by().values("pk"),
        )
        .exclude(Exists(_conflicts_of_place()))
        .select_related("submission__course__institution")
        .annotate(
            has_questions=Exists(ClauseQuestion.objects.filter(**of_case, withdrawn_at__isnull=True)),
            has_flags=Exists(
                MonitoringFlag.objects.filter(annual_return__course=OuterRef("submission__course"))
            ),
            has_papers=Exists(PanelPaper.objects.filter(**of_case)),
            has_event=Exists(CaseEvent.objects.filter(**of_case).exclude(state=EventState.CANCELLED)),
        )
        .order_by("role")
    )


class Case(NamedTuple):
    """One of an assessor's cases, as their list shows it: `state` of the place, `stage` of the submission, `judged` clauses
    of those asked about (`clauses`; empty: all of the edition).
    """

    place: UUID
    state: str
    role: str
    due_on: date | None
    done_at: datetime | None
    since: datetime
    submission: UUID
    stage: str
    reference: str
    edition: str
    clauses: list[str]
    course: str
    institution: str
    judged: int


def desk(user: User) -> list[Case]:
    """All that `invitations`, `waiting_places` and `places` hold for a person, by due day: one query."""
    if not user.is_active or not user.has_role(ASSESSOR):
        return []
    if sees_by_panels_alone(user):
        rows = _desk_rows(user.pk, [user.institution_id] if user.institution_id else [])
    else:
        rows = list(_desk(user.pk, visible_submissions(user)))
    return [Case(*row) for row in rows]


@repeated
def _desk_rows(user: UUID, own: Collection[UUID]) -> QuerySet[Assignment, Any]:
    return _desk(user, seen_on_panels(user, own))


def _desk(user: UUID, seen: QuerySet[Submission]) -> QuerySet[Assignment, Any]:
    still = ~Q(submission__state__in=OVER)
    judged = Judgement.objects.filter(assignment=OuterRef("pk"), outcome__isnull=False).order_by()
    return (
        Assignment.objects.filter(user=user)
        .filter(
            Q(state=InvitationState.ACCEPTED, submission__in=seen.order_by().values("pk"))
            | (Q(state=InvitationState.INVITED) & still)
            | (Q(state=InvitationState.WAITING) & still & ~Exists(_conflicts_of_place()))
        )
        .order_by("due_on", "created_at")
        .values_list(
            "pk", "state", "role", "due_on", "done_at", "created_at", "submission", "submission__state",
            "submission__reference", "submission__edition", "submission__clauses", "submission__course__title",
            "submission__course__institution__name",
            Coalesce(Subquery(judged.values("assignment").annotate(number=Count("pk")).values("number")), 0),
        )
    )  # fmt: skip


def still_judging(submissions: Collection[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    """Submission → places of lead and co-assessor who have not finished, with their names. No query for none."""
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    rows = Assignment.objects.filter(
        submission__in=submissions, state=InvitationState.ACCEPTED, role__in=COUNTED, done_at=None
    )
    for case, place, name in rows.values_list("submission", "pk", "user__full_name") if submissions else ():
        found.setdefault(case, []).append((place, name))
    return found


def own_judgements(place: Assignment) -> dict[str, Judgement]:
    """Clause → what this place's holder judged."""
    found = {judgement.clause: judgement for judgement in _judgements(place.pk)}
    for judgement in found.values():
        judgement.assignment = place
    return found


@repeated_things
def _judgements(place: UUID) -> QuerySet[Judgement]:
    return Judgement.objects.filter(assignment=place).order_by()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An assessor who could be asked, with what an officer weighs; `refusal` says why they cannot be chosen."""

    user: User
    institution: str
    open_cases: int
    next_due: date | None
    declined: bool
    refusal: str
    member_body: str = ""
    expertise: str = ""
    away: tuple[Absence, ...] = ()


def candidates(submission: Submission) -> list[Candidate]:
    """All assessors with their workload and why one cannot be chosen for this submission; those who can come first."""
    institution = submission.course.institution
    team = set(_team_today(submission).values_list("user_id", flat=True))
    theirs: dict[object, list[Conflict]] = {}
    for conflict in _conflicts_with(submission):
        theirs.setdefault(conflict.user_id, []).append(conflict)
    here: dict[object, list[Assignment]] = {}
    for place in submission.assignments.all():
        here.setdefault(place.user_id, []).append(place)
    working = Q(assignments__state__in=LIVE, assignments__submission__state__in=WORKING)
    people = (
        User.objects.filter(is_active=True, groups__name=ASSESSOR)
        .select_related("institution")
        .annotate(open_cases=Count("assignments", filter=working, distinct=True))
        .order_by("open_cases", "full_name")
    )
    dues: dict[object, date | None] = dict(
        Assignment.objects.filter(state__in=LIVE, submission__state__in=WORKING, due_on__isnull=False)
        .order_by("-due_on")  # the nearest day of a person comes last, and stays
        .values_list("user_id", "due_on")
    )
    profiles = {one.user_id: one for one in AssessorProfile.objects.select_related("member_body")}
    away: dict[object, list[Absence]] = {}
    for absence in Absence.objects.filter(until__gte=timezone.localdate()):
        away.setdefault(absence.user_id, []).append(absence)
    found = []
    for user in people:
        profile = profiles.get(user.pk)
        refusal = ""
        if user.institution_id == institution.pk:
            refusal = f"Works at {institution.name}."
        elif user.pk in team:
            refusal = "Works on this course."
        elif user.pk in theirs:
            refusal = _conflict_words(theirs[user.pk])
        elif any(place.state in LIVE for place in here.get(user.pk, ())):
            refusal = "Is already on this panel."
        found.append(
            Candidate(
                user=user,
                institution=user.institution.name if user.institution else "",
                open_cases=user.open_cases,
                next_due=dues.get(user.pk),
                declined=any(place.state == InvitationState.DECLINED for place in here.get(user.pk, ())),
                refusal=refusal,
                member_body=profile.member_body.short_name if profile and profile.member_body else "",
                expertise=profile.expertise if profile else "",
                away=tuple(away.get(user.pk, ())),
            )
        )
    return sorted(found, key=lambda candidate: bool(candidate.refusal))


def place_refusal(user: User, submission: Submission) -> str:
    """Why this person cannot be asked to assess this submission; empty where they can."""
    for candidate in candidates(submission):
        if candidate.user.pk == user.pk:
            return candidate.refusal
    return "Is not an assessor."


def _team_today(submission: Submission) -> QuerySet[CourseTeamMember]:
    return submission.course.team.exclude(until__lt=timezone.localdate())


def _conflicts_with(submission: Submission) -> QuerySet[Conflict]:
    return blocking_conflicts().filter(
        Q(submission__isnull=True) | Q(submission=submission), institution=submission.course.institution
    )


def conflicts_on(submission: Submission) -> QuerySet[Conflict]:
    """Every conflict declared about this submission or its institution, undecided ones first."""
    return (
        Conflict.objects.filter(
            Q(submission__isnull=True) | Q(submission=submission), institution=submission.course.institution
        )
        .select_related("user", "decided_by", "declared_by")
        .order_by("decided_at", "created_at")
    )


def _conflict_words(conflicts: list[Conflict]) -> str:
    for conflict in conflicts:
        if conflict.blocks:
            return f"Has a conflict of interest: {conflict.get_kind_display().lower()}."
    first = conflicts[0]
    return f"Declared a conflict of interest that nobody has decided yet: {first.get_kind_display().lower()}."


def progress(place: Assignment) -> tuple[int, int]:
    """How many clauses a place's holder has judged wholly, and how many there are."""
    snapshot = judging.current(place.submission)
    if snapshot is None:
        return 0, 0
    total = len(judging.clauses(snapshot))
    return total - len(judging.unjudged(snapshot, place.judgements.all())), total
