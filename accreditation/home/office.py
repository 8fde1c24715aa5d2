"""What officers, assessors and the chair find on their home page."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from accreditation import running
from accreditation.enums import BuildState, InvitationState, PanelRole, SubmissionState
from accreditation.home.items import HomeItem, Kind
from accreditation.models import AgendaItem, Assignment, Conflict, Letter, Submission, User
from accreditation.review_selectors import COUNTED, LIVE, invitations, places
from accreditation.roles import ASSESSOR, CHAIR, COMMITTEE, OFFICER
from accreditation.selectors import visible_submissions
from accreditation.states import FINAL


def items_for(user: User) -> list[HomeItem]:
    """What this person has to do as officer, assessor or chair, what they wait for, and where they can go."""
    found: list[HomeItem] = []
    if user.has_role(OFFICER):
        found += _officer(user)
    if user.has_role(ASSESSOR):
        found += _assessor(user)
    if user.has_role(CHAIR, COMMITTEE):
        found += _committee(user)
    return found


def _what(submission: Submission) -> str:
    return f"{submission.course.title}, {submission.course.institution.short_name}"


def _officer(user: User) -> Iterator[HomeItem]:
    role = OFFICER
    live = Assignment.objects.filter(state__in=LIVE).select_related("user")
    seen = visible_submissions(user)
    cases = list(
        seen.exclude(state__in=(SubmissionState.DRAFT, *FINAL)).prefetch_related(
            Prefetch("assignments", queryset=live, to_attr="live_panel")
        )
    )
    for submission in cases:
        if submission.state == SubmissionState.SUBMITTED:
            yield _panel_item(submission, role)
    for conflict in Conflict.objects.filter(blocks__isnull=True).exclude(user=user).select_related("user"):
        submission_of = next(
            (
                case
                for case in cases
                if case.pk == conflict.submission_id
                or (conflict.submission_id is None and case.course.institution_id == conflict.institution_id)
            ),
            None,
        )
        if submission_of is not None:
            yield HomeItem(
                Kind.TODO,
                f"Decide about the conflict of interest of {conflict.user.full_name}",
                reverse("conflict_decide", args=[submission_of.pk, conflict.pk]),
                _what(submission_of),
                role=role,
            )
    if looked_at := running.wrong():
        yield HomeItem(
            Kind.TODO,
            "Look at the running of the system",
            reverse("running"),
            f"{looked_at[0].title}: {looked_at[0].words}",
            role=role,
        )
    for letter in Letter.objects.filter(
        Q(decision__submission__in=seen) | Q(submission__in=seen), state=BuildState.FAILED, superseded=False
    ).select_related("decision__submission__course__institution", "submission__course__institution"):
        yield HomeItem(
            Kind.TODO,
            f"Look at letter {letter.number}: it could not be built",
            reverse("letter", args=[letter.pk]),
            _what(letter.case),
            role=role,
        )
    yield HomeItem(
        Kind.PLACE,
        "What was sent",
        reverse("sent_messages"),
        "Every message about a case, with its preview",
        role=role,
    )
    yield HomeItem(
        Kind.PLACE,
        "National runs",
        reverse("runs"),
        "All accredited courses checked every night; a new edition tried on every case; letters in bulk",
        role=role,
    )
    yield HomeItem(
        Kind.PLACE, "Cases", reverse("cases"), "Every submission, the nearest day first", role=role
    )
    yield HomeItem(
        Kind.PLACE,
        "Running of the system",
        reverse("running"),
        "What waits, what is late, what failed: worker, letters, messages, backup",
        role=role,
    )


def _panel_item(submission: Submission, role: str) -> HomeItem:
    """What a submitted case wants: somebody assigned, an answer, or the start of the assessment."""
    panel: list[Assignment] = getattr(submission, "live_panel", [])
    counted = [place for place in panel if place.role in COUNTED]
    asked = [place.user.full_name for place in counted if place.state == InvitationState.INVITED]
    url, detail = reverse("case", args=[submission.pk]), _what(submission)
    if missing := set(COUNTED) - {PanelRole(place.role) for place in counted}:
        words = " and ".join(one.label.lower() for one in (PanelRole.LEAD, PanelRole.CO) if one in missing)
        return HomeItem(Kind.TODO, f"Assign {words}", url, detail, submission.due_on, role=role)
    if asked:
        since, who = submission.state_since.date(), " and ".join(asked)
        return HomeItem(Kind.WAITING, "Answer to an invitation", url, detail, since=since, who=who, role=role)
    if any(place.state == InvitationState.WAITING for place in counted):
        since, who = submission.state_since.date(), str(submission.course.institution)
        return HomeItem(
            Kind.WAITING,
            "The course’s declaration of interests",
            url,
            detail,
            since=since,
            who=who,
            role=role,
        )
    return HomeItem(Kind.TODO, "Start the assessment", url, detail, submission.due_on, role=role)


def _assessor(user: User) -> Iterator[HomeItem]:
    role = ASSESSOR
    for place in invitations(user):
        yield HomeItem(
            Kind.TODO,
            f"Answer the invitation as {place.get_role_display().lower()}",
            reverse("review_invitation", args=[place.pk]),
            _what(place.submission),
            due=timezone.localtime(place.created_at).date() + timedelta(days=settings.PANEL_ANSWER_DAYS),
            since=place.created_at.date(),
            role=role,
        )
    own = Conflict.objects.filter(user=user, declared_by=user, blocks__isnull=True, submission__isnull=False)
    for conflict in own.select_related("submission__course__institution"):
        assert conflict.submission is not None  # noqa: S101 (filtered)
        yield HomeItem(
            Kind.WAITING,
            "The office decides about the interests that you declared",
            reverse("reviews"),
            _what(conflict.submission),
            since=timezone.localtime(conflict.created_at).date(),
            who="CASE’s office",
            role=role,
        )
    for place in places(user):
        submission, detail = place.submission, _what(place.submission)
        if submission.state == SubmissionState.IN_ASSESSMENT and place.done_at is None:
            url = reverse("review_brief", args=[submission.pk])
            title = "Go on judging" if getattr(place, "judged", 0) else "Judge the submission"
            yield HomeItem(Kind.TODO, title, url, detail, place.due_on, role=role)
        elif submission.state == SubmissionState.IN_ASSESSMENT:
            others: list[Assignment] = getattr(submission, "accepted", [])
            names = [
                other.user.full_name for other in others if other.role in COUNTED and other.done_at is None
            ]
            yield HomeItem(
                Kind.WAITING,
                "The other judgement",
                reverse("review_brief", args=[submission.pk]),
                detail,
                since=place.done_at.date() if place.done_at else None,
                who=" and ".join(names),
                role=role,
            )
        elif submission.state == SubmissionState.AGREEING and place.role in COUNTED:
            title = (
                "Agree and write the report" if place.role == PanelRole.LEAD else "Agree and sign the report"
            )
            yield HomeItem(Kind.TODO, title, reverse("review_agree", args=[submission.pk]), detail, role=role)
    yield HomeItem(Kind.PLACE, "Your reviews", reverse("reviews"), "All submissions you assess", role=role)


def _committee(user: User) -> Iterator[HomeItem]:
    chair = user.has_role(CHAIR)
    role = CHAIR if chair else COMMITTEE
    today = timezone.localdate()
    items = AgendaItem.objects.select_related("meeting").order_by("meeting__held_on")
    for submission in (
        visible_submissions(user)
        .filter(state=SubmissionState.REPORTED)
        .prefetch_related(Prefetch("agenda_items", queryset=items))
    ):
        days = [item.meeting.held_on for item in submission.agenda_items.all()]
        meets = days[-1] if days and days[-1] > today else None
        decides = chair and meets is None
        yield HomeItem(
            Kind.TODO,
            "Record the Committee’s decision"
            if decides
            else "Read the report" + (" for the meeting" if meets else ""),
            reverse("decision", args=[submission.pk]),
            _what(submission),
            due=meets,
            since=submission.state_since.date(),
            role=role,
        )
    yield HomeItem(
        Kind.PLACE, "Decisions", reverse("decisions"), "Before the Committee, and decided", role=role
    )
