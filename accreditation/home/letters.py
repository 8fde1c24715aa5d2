"""What there is to do about letters: approvals that are one's own to give; for the office those that could not be built or
were not approved.
"""

from collections.abc import Iterator, Mapping
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from accreditation.enums import (
    ApprovalPart,
    BuildState,
    InvitationState,
    LetterKind,
    PanelRole,
    SubmissionKind,
    SubmissionState,
)
from accreditation.home.items import HomeItem, Kind
from accreditation.letters import chain
from accreditation.models import Assignment, Letter, Submission, User
from accreditation.periods import months_after
from accreditation.roles import ASSESSOR, CHAIR, OFFICER
from accreditation.rules.dates import spoken
from accreditation.selectors import visible_decisions, visible_letters

MOST = 20
REMIND_BEFORE = 3  # months before the day by which a course should have applied again


def items_for(user: User) -> list[HomeItem]:
    """Letters that wait for this person; nothing for those who neither keep nor approve letters. Five queries, however many
    letters there are.
    """
    if not user.has_role(OFFICER, CHAIR, ASSESSOR):
        return []
    return [*_failed(user), *_waiting(user), *_to_remind(user)]


def _failed(user: User) -> Iterator[HomeItem]:
    if not user.has_role(OFFICER, CHAIR):
        return
    failed = visible_letters(user).filter(state=BuildState.FAILED, superseded=False).order_by("created_at")
    for letter in failed[:MOST]:
        yield HomeItem(
            Kind.TODO,
            f"Build letter {letter.number} again",
            reverse("letter", args=[letter.pk]),
            letter.failure,
            since=letter.created_at.date(),
            role=OFFICER,
        )


def _waiting(user: User) -> Iterator[HomeItem]:
    letters = (
        visible_letters(user)
        .filter(state=BuildState.BUILT, superseded=False, approved_at__isnull=True)
        .prefetch_related("approvals")
        .order_by("built_at")
    )
    places = {
        submission: (role, state)
        for submission, role, state in Assignment.objects.filter(user=user)
        .exclude(state=InvitationState.REMOVED)
        .values_list("submission_id", "role", "state")
    }
    for letter in letters[:MOST]:
        step = chain.turn(letter, letter.approvals.all())
        if step is None or letter.built_at is None:
            continue
        refused, since = step.said, timezone.localdate(letter.built_at)
        url, what = reverse("letter", args=[letter.pk]), f"{letter.get_kind_display()} {letter.number}"
        about = _about(letter)
        if refused:
            if user.has_role(OFFICER):
                title = f"Put right {what}: {refused.name} did not approve it"
                yield HomeItem(Kind.TODO, title, url, about, since=since, role=OFFICER)
        elif _is_theirs(user, letter, step.part, places):
            yield HomeItem(Kind.TODO, f"Approve {what}", url, about, since=since, role=_role(step.part))
        elif user.has_role(OFFICER):
            yield HomeItem(Kind.WAITING, what, url, about, since=since, who=step.label, role=OFFICER)


def _is_theirs(user: User, letter: Letter, part: str, places: Mapping[UUID, tuple[str, str]]) -> bool:
    """What `chain.check_turn` says of a letter that the person sees, so without a conflict: without asking the database."""
    place = places.get(letter.case.pk)
    may = {
        ApprovalPart.OFFICER: user.has_role(OFFICER),
        ApprovalPart.CHAIR: user.has_role(CHAIR) and place is None,
        ApprovalPart.LEAD: place == (PanelRole.LEAD, InvitationState.ACCEPTED),
    }
    now = chain.sum_of(letter)
    spoke = (
        row.by_id == user.pk and row.approved for row in letter.approvals.all() if row.content_sha256 == now
    )
    return may[ApprovalPart(part)] and not any(spoke)


def _to_remind(user: User) -> Iterator[HomeItem]:
    """Courses that should apply again before long, were not reminded by a letter, and have not begun to. One query."""
    if not user.has_role(OFFICER):
        return
    today = timezone.localdate()
    reminded = Letter.objects.filter(
        decision=OuterRef("pk"), kind=LetterKind.REACCREDITATION_DUE, superseded=False
    )
    begun = Submission.objects.filter(
        course=OuterRef("submission__course"),
        kind=SubmissionKind.REACCREDITATION,
        created_at__gt=OuterRef("created_at"),
    )
    ending = (
        visible_decisions(user)
        .filter(
            ~Exists(reminded),
            ~Exists(begun.exclude(state=SubmissionState.WITHDRAWN)),
            superseded=False,
            period_to__gte=today,
            period_to__lte=months_after(today, settings.REACCREDITATION_MONTHS + REMIND_BEFORE),
        )
        .select_related("submission__course__institution")
        .defer("capsule", "reasons")
        .order_by("period_to")
    )
    for decision in ending[:MOST]:
        course = decision.submission.course
        assert decision.period_to is not None  # noqa: S101 (asked for above)
        yield HomeItem(
            Kind.TODO,
            "Make a reminder of re-accreditation",
            reverse("letter_make", args=[decision.submission_id]),
            f"{course.title}, {course.institution.name}: accredited until {spoken(decision.period_to)}",
            due=months_after(decision.period_to, -settings.REACCREDITATION_MONTHS),
            role=OFFICER,
        )


def _role(part: str) -> str:
    return {"chair": CHAIR, "lead": ASSESSOR}.get(part, OFFICER)


def _about(letter: Letter) -> str:
    course = letter.case.course
    return f"{course.title}, {course.institution.name}"
