"""What course teams, assessors and CASE have to do about conditions."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Prefetch
from django.urls import reverse

from accreditation import conditions as rules
from accreditation.enums import ConditionState, InvitationState
from accreditation.home.items import HomeItem, Kind
from accreditation.models import Assignment, Condition, ConditionAnswer, User
from accreditation.roles import ASSESSOR, COURSE_LEADER, OFFICER
from accreditation.selectors import led_courses

MOST = 50


def items_for(user: User) -> list[HomeItem]:
    """Conditions to answer, to look at, to close, and those that are late; two or three queries for each kind of person."""
    items: list[HomeItem] = []
    if user.has_role(COURSE_LEADER):
        items += _course(user)
    if user.has_role(ASSESSOR):
        items += _assessor(user)
    if user.has_role(*rules.BODY):
        items += _body(user)
    return items


def _address(one: Condition) -> str:
    return reverse("condition", args=[one.decision.submission_id, one.number])


def _what(one: Condition) -> str:
    course = one.decision.submission.course
    return f"{course.title}, {course.institution.short_name}"


def _course(user: User) -> Iterator[HomeItem]:
    own = rules.visible_conditions(user).filter(
        decision__submission__course__in=led_courses(user).values("pk"), state__in=rules.UNMET
    )
    for one in own.order_by("due_on")[:MOST]:
        if one.state == ConditionState.ANSWERED:
            yield HomeItem(
                Kind.WAITING,
                f"CASE looks at your answer to condition {one.number}",
                _address(one),
                _what(one),
                since=one.updated_at.date(),
                who="CASE",
                role=COURSE_LEADER,
            )
        else:
            yield HomeItem(
                Kind.TODO,
                f"Answer condition {one.number}",
                _address(one),
                _what(one),
                one.due_on,
                role=COURSE_LEADER,
            )


def _answered(user: User) -> list[Condition]:
    sent = ConditionAnswer.objects.filter(sent_at__isnull=False).prefetch_related("views")
    return list(
        rules.visible_conditions(user)
        .filter(state=ConditionState.ANSWERED)
        .order_by("updated_at")
        .prefetch_related(Prefetch("answers", queryset=sent), "decision__submission__assignments__user")[
            :MOST
        ]
    )


def _given(one: Condition) -> tuple[ConditionAnswer, set[object]]:
    answer = max(one.answers.all(), key=lambda each: each.number)
    return answer, {view.by_id for view in answer.views.all()}


def _assessor(user: User) -> Iterator[HomeItem]:
    for one in _answered(user):
        answer, given = _given(one)
        mine = any(
            place.user_id == user.pk
            and place.state == InvitationState.ACCEPTED
            and place.role in rules.WANTED
            for place in one.decision.submission.assignments.all()
        )
        if mine and user.pk not in given:
            yield HomeItem(
                Kind.TODO,
                f"Give your view of the answer to condition {one.number}",
                reverse("condition_view", args=[one.decision.submission_id, one.number]),
                _what(one),
                since=answer.sent_at.date() if answer.sent_at else None,
                role=ASSESSOR,
            )


def _body(user: User) -> Iterator[HomeItem]:
    if user.has_role(*rules.closers()):
        for one in _answered(user):
            answer, given = _given(one)
            wanted = {
                place.user_id
                for place in one.decision.submission.assignments.all()
                if place.state == InvitationState.ACCEPTED and place.role in rules.WANTED
            }
            if wanted <= given and user.pk not in wanted:
                yield HomeItem(
                    Kind.TODO,
                    f"Close condition {one.number}, or give its answer back",
                    _address(one),
                    _what(one),
                    since=answer.sent_at.date() if answer.sent_at else None,
                    role=OFFICER,
                )
        ready = rules.visible_conditions(user).filter(
            state=ConditionState.OPEN, rules_decide=True, ready_on__isnull=False
        )
        mine = Assignment.objects.filter(
            submission=OuterRef("decision__submission"),
            user=user,
            state=InvitationState.ACCEPTED,
            role__in=rules.WANTED,
        )
        for one in ready.exclude(Exists(mine)).order_by("due_on")[:MOST]:
            yield HomeItem(
                Kind.TODO,
                f"Condition {one.number} is ready to close",
                _address(one),
                _what(one),
                one.due_on,
                role=OFFICER,
            )
    yield HomeItem(
        Kind.PLACE,
        "Open conditions",
        reverse("conditions"),
        "Of all courses, the nearest day first",
        role=OFFICER,
    )
