"""The Committee's meetings: what a person may see of an agenda, who takes part in a case, and whether that is a quorum.

CASE publishes no quorum and no rule on recusals. The quorum is `settings.COMMITTEE_QUORUM`. Whoever declared a conflict, is
on the panel, works on the course or at the institution takes no part and is not counted; that somebody works at the
institution is a proposal of the data, which an officer can set aside. A recusal is a conflict of interest that is decided at
once, so that the case is taken away from its member by the same rules as from everybody with a conflict.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from accreditation.enums import CourseTeamRole, InvitationState, MeetingKind, SubmissionState
from accreditation.exceptions import NotAllowed, NotNow
from accreditation.models import (
    AgendaItem,
    Assignment,
    Conflict,
    CourseTeamMember,
    Decision,
    Meeting,
    Submission,
    User,
)
from accreditation.permissions import has_conflict, need_role
from accreditation.roles import CHAIR, COMMITTEE, OFFICER
from accreditation.rules.dates import spoken
from accreditation.selectors import BEFORE_COMMITTEE, BODY, visible_submissions


def members() -> QuerySet[User]:
    """Everybody who is a member of the Committee today, its chair among them."""
    return (
        User.objects.filter(is_active=True, groups__name__in=(COMMITTEE, CHAIR))
        .distinct()
        .order_by("full_name", "pk")
    )


def visible_meetings(user: User) -> QuerySet[Meeting]:
    """Meetings, for officers and the Committee, with `cases`: how many of their cases this person may see."""
    if not user.is_active or not user.has_role(*BODY):
        return Meeting.objects.none()
    seen = visible_submissions(user).order_by().values("pk")
    counted = Count("items", filter=Q(items__submission__in=seen), distinct=True)
    return Meeting.objects.annotate(cases=counted).order_by("-held_on", "-created_at")


def visible_items(user: User, meeting: Meeting) -> QuerySet[AgendaItem]:
    """The cases on an agenda that a person may see, in order; those they take no part in do not exist for them."""
    standing = Decision.objects.filter(superseded=False)
    return (
        meeting.items.filter(submission__in=visible_submissions(user).order_by().values("pk"))
        .select_related("submission__course__institution")
        .prefetch_related(Prefetch("submission__decisions", queryset=standing, to_attr="standing"))
    )


def waiting_cases(user: User) -> QuerySet[Submission]:
    """Cases before the Committee that stand on no agenda on which they can still be decided."""
    return (
        visible_submissions(user)
        .filter(state=SubmissionState.REPORTED)
        .exclude(Exists(_open_items(OuterRef("pk"))))
        .order_by("state_since")
    )


def open_item(submission: Submission) -> AgendaItem | None:
    """The place of a case on an agenda, where nothing was decided about it at that meeting yet."""
    return _open_items(submission.pk).select_related("meeting").order_by("-meeting__held_on").first()


def _open_items(submission: Any) -> QuerySet[AgendaItem]:
    there = Decision.objects.filter(submission=OuterRef("submission"), meeting=OuterRef("meeting"))
    return AgendaItem.objects.filter(submission=submission).exclude(Exists(there))


# --- who takes part -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Away:
    """A member who takes no part in a case, and why; `proposed` where only the data say so and no person has."""

    person: User
    why: str
    proposed: bool = False


def away(submissions: Iterable[Submission]) -> dict[Any, list[Away]]:
    """Case id → the members who take no part in it, by name. Four queries, however many cases and members there are.

    The cases need `course.institution` at hand.
    """
    cases, people, today = list(submissions), list(members()), timezone.localdate()
    conflicts = list(
        Conflict.objects.filter(
            institution__in={case.course.institution_id for case in cases}, user__in=people
        ).order_by("created_at")
    )
    places = set(
        Assignment.objects.filter(submission__in=cases, user__in=people)
        .exclude(state=InvitationState.REMOVED)
        .values_list("submission_id", "user_id")
    )
    teams = set(
        CourseTeamMember.objects.filter(
            course__in={case.course_id for case in cases},
            user__in=people,
            role__in=CourseTeamRole.values,
            since__lte=today,
        )
        .exclude(until__lt=today)
        .values_list("course_id", "user_id")
    )
    found: dict[Any, list[Away]] = {}
    for case in cases:
        found[case.pk] = []
        for person in people:
            mine = [
                one
                for one in conflicts
                if one.user_id == person.pk
                and one.institution_id == case.course.institution_id
                and one.submission_id in (None, case.pk)
            ]
            if (case.pk, person.pk) in places:
                found[case.pk].append(Away(person, "on the panel"))
            elif (case.course_id, person.pk) in teams:
                found[case.pk].append(Away(person, "on the course team"))
            elif one := _from_conflicts(person, case, mine):
                found[case.pk].append(one)
    return found


def _from_conflicts(person: User, case: Submission, mine: list[Conflict]) -> Away | None:
    for conflict in mine:
        if conflict.blocks is not False:
            return Away(person, conflict.get_kind_display().lower(), proposed=conflict.blocks is None)
    home = person.institution_id is not None and person.institution_id == case.course.institution_id
    if home and not any(one.recusal and one.submission_id == case.pk for one in mine):
        return Away(person, "belongs to the institution", proposed=True)
    return None


# --- quorum and minutes ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """Who takes part in one case at one meeting: `present` by name, those `away` from it, and the quorum."""

    present: list[User]
    away: list[Away]
    quorum: int

    @property
    def enough(self) -> bool:
        """Whether those present are a quorum for this case."""
        return len(self.present) >= self.quorum


def quorum() -> int:
    """How many members must take part, the chair counted."""
    return int(settings.COMMITTEE_QUORUM)


def count(meeting: Meeting, kept_away: list[Away]) -> Counted:
    """Who of those present at a meeting takes part in a case; `kept_away` is what `away` says of it. One query."""
    out = {one.person.pk for one in kept_away}
    there = [person for person in present_at(meeting) if person.pk not in out]
    return Counted(there, kept_away, quorum())


def present_at(meeting: Meeting) -> list[User]:
    """The members recorded as present, by name."""
    return list(members().filter(committee_attendances__meeting=meeting))


def minutes(meeting: Meeting, submission: Submission) -> dict[str, Any]:
    """What a decision keeps of its meeting: {"kind", "held_on", "place", "present": [names], "away": [[name, why], …],
    "quorum"}, so that it can be read as it was whatever is changed afterwards.
    """
    counted = count(meeting, away([submission])[submission.pk])
    return {
        "kind": meeting.kind,
        "held_on": meeting.held_on.isoformat(),
        "place": meeting.place,
        "present": [person.full_name for person in counted.present],
        "away": [[one.person.full_name, one.why] for one in counted.away],
        "quorum": counted.quorum,
    }


def at_words(meeting: Meeting) -> str:
    """Where a decision was taken: "at the meeting of 2 July 2026", or "by circulation, closed on 2 July 2026"."""
    if meeting.kind == MeetingKind.CIRCULATION:
        return f"by circulation, closed on {spoken(meeting.held_on)}"
    return f"at the meeting of {spoken(meeting.held_on)}"


# --- who may do what ------------------------------------------------------------------------------------------------


def check_keep(user: User) -> None:
    """Officers and the chair keep meetings and their agendas."""
    need_role(user, OFFICER, CHAIR)


def meeting_for(submission: Submission, meeting_id: UUID | str | None = None) -> Meeting:
    """The meeting at which a case can be decided today: the one named, or the last on whose agenda it stands.

    Raises `NotNow` with its sentence: on no agenda, the day is still to come, nobody's presence recorded, no quorum.
    """
    items = AgendaItem.objects.filter(submission=submission).select_related("meeting")
    if meeting_id:
        items = items.filter(meeting__pk=str(meeting_id))
    today = timezone.localdate()
    item = items.filter(meeting__held_on__lte=today).order_by("meeting__held_on", "created_at").last()
    if item is None:
        coming = items.order_by("meeting__held_on").first()
        if coming is not None:
            raise NotNow(
                f"{submission.reference} is on the agenda of {spoken(coming.meeting.held_on)}: a decision can be recorded "
                "from that day on."
            )
        raise NotNow(
            f"{submission.reference} is on no agenda yet. A decision is recorded at a meeting of the Committee, or by "
            "circulation."
        )
    counted = count(item.meeting, away([submission])[submission.pk])
    if not counted.enough:
        raise NotNow(no_quorum(item.meeting, counted))
    return item.meeting


def meetings_to_decide_at(submission: Submission) -> list[Meeting]:
    """The meetings held by today on whose agenda a case stands, the last one first."""
    held = Meeting.objects.filter(items__submission=submission, held_on__lte=timezone.localdate())
    return list(held.order_by("-held_on", "-created_at"))


def no_quorum(meeting: Meeting, counted: Counted) -> str:
    """Why those present cannot decide a case."""
    held = "answered in the round" if meeting.kind == MeetingKind.CIRCULATION else "present"
    number, out = len(counted.present), len(counted.away)
    people = "member who takes part is" if number == 1 else "members who take part are"
    without = f" ({out} take{'s' if out == 1 else ''} no part in this case)" if out else ""
    return f"No quorum {at_words(meeting)}: {number} {people} recorded as {held}{without}, and {counted.quorum} are needed."


def check_recuse(user: User, submission: Submission, person: User) -> None:
    """A member recuses themselves; an officer without a conflict records it for any member."""
    if submission.state not in BEFORE_COMMITTEE:
        raise NotNow(f"{submission.reference} is not before the Committee.")
    if not person.has_role(CHAIR, COMMITTEE):
        raise NotAllowed("Only a member of the Committee takes part in its decisions.")
    if user.pk != person.pk:
        need_role(user, OFFICER)
    if has_conflict(user, submission):
        raise NotAllowed("You have a conflict of interest with this institution: somebody else must do this.")
