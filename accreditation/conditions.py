"""Conditions after the decision: what stands open, who acts next, and who may do what. Reads only; no write here.

Who closes, whose views are wanted, and how long after its day a condition may be called lapsed are settings of CASE:
no published rule fixes them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from accreditation.enums import ConditionState, InvitationState, PanelRole, SubmissionState
from accreditation.exceptions import NotAllowed, NotNow
from accreditation.models import (
    Assignment,
    Condition,
    ConditionAnswer,
    ConditionCitation,
    ConditionView,
    Conflict,
    Submission,
    User,
)
from accreditation.permissions import has_conflict, is_on_team, need_role, panel_place
from accreditation.roles import CHAIR, OFFICER, ROLES
from accreditation.rules.dates import spoken
from accreditation.selectors import BODY, visible_submissions

WANTED = (PanelRole.LEAD, PanelRole.CO)
UNMET = (ConditionState.OPEN, ConditionState.ANSWERED, ConditionState.LAPSED)
TO_ANSWER = (ConditionState.OPEN, ConditionState.LAPSED)


def current(submission: Submission) -> QuerySet[Condition]:
    """The conditions of the decision that holds."""
    return Condition.objects.filter(decision__submission=submission, decision__superseded=False)


def visible_conditions(user: User) -> QuerySet[Condition]:
    """Conditions of decided submissions that a person may see, those of the decisions that hold."""
    return Condition.objects.filter(
        decision__superseded=False, decision__submission__in=visible_submissions(user)
    ).select_related("decision__submission__course__institution")


def visible_answers(user: User, condition: Condition) -> list[ConditionAnswer]:
    """Answers to a condition, newest first: the team sees its draft, everybody else what was sent. Three queries."""
    answers = condition.answers.select_related("updated_by", "sent_by").order_by("-number")
    if not is_on_team(user, condition.decision.submission.course):
        answers = answers.filter(sent_at__isnull=False)
    cited = ConditionCitation.objects.select_related("evidence")
    return list(answers.prefetch_related(Prefetch("citations", queryset=cited)))


def visible_views(user: User, answer: ConditionAnswer) -> list[ConditionView]:
    """The assessors' views of an answer: for the panel, the office and the Committee at once; for the course once CASE has
    closed the condition or given the answer back, and then without the words for CASE only.
    """
    submission = answer.condition.decision.submission
    views = list(answer.views.select_related("by").order_by("-role"))
    if reads_private(user, submission):
        return views
    if not answer.events.exists():
        return []
    for view in views:
        view.private = ""
    return views


def reads_private(user: User, submission: Submission) -> bool:
    """Whether a person may read words for CASE only: the panel, the office and the Committee, never the course."""
    if has_conflict(user, submission) or is_on_team(user, submission.course):
        return False
    return user.has_role(*BODY) or panel_place(user, submission) is not None


def cited_files(submission: Submission) -> set[int]:
    """The numbers of the files that answers which were sent cite: those CASE may open beside the frozen ones."""
    return set(
        ConditionCitation.objects.filter(
            answer__condition__decision__submission=submission, answer__sent_at__isnull=False
        ).values_list("evidence__number", flat=True)
    )


def newest_sent(condition: Condition) -> ConditionAnswer | None:
    """The answer that stands."""
    return condition.answers.filter(sent_at__isnull=False).order_by("-number").first()


def seats(submission: Submission) -> list[Assignment]:
    """The assessors whose view is wanted: lead and co-assessor who accepted, without a conflict of interest."""
    conflicts = Conflict.objects.filter(
        user=OuterRef("user"), institution=submission.course.institution_id
    ).exclude(blocks=False)
    places = submission.assignments.filter(
        state=InvitationState.ACCEPTED, role__in=WANTED, user__is_active=True
    ).exclude(Exists(conflicts.filter(submission__isnull=True) | conflicts.filter(submission=submission)))
    return sorted(places.select_related("user"), key=lambda place: WANTED.index(PanelRole(place.role)))


def views_missing(submission: Submission, answer: ConditionAnswer) -> list[Assignment]:
    """The assessors whose view of an answer is still wanted."""
    given = set(answer.views.values_list("by_id", flat=True))
    return [place for place in seats(submission) if place.user_id not in given]


# --- who may do what ------------------------------------------------------------------------------------------------


def _standing(condition: Condition) -> Submission:
    submission = condition.decision.submission
    if submission.state != SubmissionState.DECIDED or condition.decision.superseded:
        raise NotNow("The decision that set this condition no longer holds. Nothing was changed.")
    return submission


def check_answer(user: User, condition: Condition, *, send: bool = False) -> None:
    """The course's team writes an answer while the condition is open or lapsed; a leader of the course sends it."""
    submission = condition.decision.submission
    if not is_on_team(user, submission.course, leader=send):
        raise NotAllowed(
            "Only a leader of the course can send an answer. You can ask them to press the button."
            if send and is_on_team(user, submission.course)
            else "Only the course’s own team can answer a condition."
        )
    _standing(condition)
    if condition.state not in TO_ANSWER:
        raise NotNow(
            f"Condition {condition.number} is “{condition.get_state_display().lower()}”: its answer cannot be changed now. "
            "Nothing was changed."
        )


def check_view(user: User, condition: Condition) -> Assignment:
    """Returns the place of the lead or co-assessor who may give a view of the answer that stands."""
    submission = condition.decision.submission
    place = panel_place(user, submission)
    if place is None or place.role not in WANTED:
        raise NotAllowed("Only the lead assessor and the co-assessor of this submission give a view.")
    _standing(condition)
    if condition.state != ConditionState.ANSWERED:
        raise NotNow(
            f"Condition {condition.number} is “{condition.get_state_display().lower()}”: there is no answer to look at "
            "now. Nothing was changed."
        )
    return place


def closers() -> tuple[str, ...]:
    """The roles that close a condition or give an answer back; by default the chair."""
    return tuple(settings.CONDITION_CLOSERS)


def _check_body(user: User, condition: Condition, *codes: str) -> Submission:
    submission = condition.decision.submission
    need_role(user, *codes)
    if has_conflict(user, submission) or is_on_team(user, submission.course):
        raise NotAllowed("You have a conflict of interest with this course: somebody else must do this.")
    return _standing(condition)


def ready(condition: Condition) -> bool:
    """Whether the rules found an open condition met in the course's own data: a person can close it without an answer."""
    return (
        condition.state == ConditionState.OPEN and condition.rules_decide and condition.ready_on is not None
    )


def check_close(user: User, condition: Condition) -> None:
    """Who closes (a setting) may close a condition once all views of its answer are in, or where it is `ready`."""
    if ready(condition):
        _check_closer(user, condition)
    else:
        check_give_back(user, condition)


def _check_closer(user: User, condition: Condition) -> Submission:
    submission = _check_body(user, condition, *closers())
    if panel_place(user, submission) is not None:
        raise NotAllowed("You were on the panel of this submission: somebody else must close its conditions.")
    return submission


def check_give_back(user: User, condition: Condition) -> None:
    """Who closes may give an answer back, once all views of it are in."""
    submission = _check_closer(user, condition)
    if condition.state != ConditionState.ANSWERED:
        raise NotNow(
            f"Condition {condition.number} is “{condition.get_state_display().lower()}”: only one that is answered "
            "can be closed or given back. Nothing was changed."
        )
    answer = newest_sent(condition)
    missing = views_missing(submission, answer) if answer else []
    if missing:
        names = " and ".join(place.user.full_name for place in missing)
        raise NotNow(f"Not yet: the view of {names} is still wanted.")


def check_extend(user: User, condition: Condition) -> None:
    """An officer or the chair may give a condition that is not met another day."""
    _check_body(user, condition, OFFICER, CHAIR)
    if condition.state == ConditionState.CLOSED:
        raise NotNow(f"Condition {condition.number} is met and closed. Nothing was changed.")


def check_lapse(user: User, condition: Condition) -> None:
    """Who closes may record that a condition lapsed, once it has stood unanswered long enough after its day (a setting)."""
    _check_body(user, condition, *closers())
    if condition.state != ConditionState.OPEN:
        raise NotNow(
            f"Condition {condition.number} is “{condition.get_state_display().lower()}”: only one without an answer "
            "can lapse. Nothing was changed."
        )
    first = lapses_from(condition)
    if timezone.localdate() < first:
        raise NotNow(f"A condition can be called lapsed from {spoken(first)} on.")


def lapses_from(condition: Condition) -> date:
    """The first day on which a person may call an unanswered condition lapsed."""
    return condition.due_on + timedelta(days=settings.CONDITION_LAPSE_DAYS)


# --- what happens next ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """What a condition waits for: in words for the course, for CASE, who acts, and by when."""

    condition: Condition
    course: str
    office: str
    who: str
    by: date | None

    @property
    def late(self) -> bool:
        """Whether its day has passed."""
        return self.by is not None and self.by < timezone.localdate()


def next_steps(submission: Submission) -> list[Step]:
    """For each condition that is not met what happens next; the nearest day first. Four queries, however many there are."""
    unmet = list(
        current(submission)
        .filter(state__in=UNMET)
        .prefetch_related(
            Prefetch(
                "answers", ConditionAnswer.objects.filter(sent_at__isnull=False).prefetch_related("views")
            )
        )
    )
    if not unmet:
        return []
    places = seats(submission)
    return sorted(_steps(unmet, places), key=lambda step: (step.by is None, step.by or date.max))


def _steps(unmet: Iterable[Condition], places: list[Assignment]) -> Iterator[Step]:
    titles = " or ".join(ROLES[code].title.lower() for code in closers())
    for one in unmet:
        name = f"condition {one.number}"
        if ready(one):
            yield Step(
                one,
                f"Your own data meet {name}. Answer it, or wait until CASE closes it.",
                f"The rules find {name} met in the course’s data: look at it and close it.",
                titles[:1].upper() + titles[1:],
                one.due_on,
            )
        elif one.state == ConditionState.OPEN:
            yield Step(one, f"Answer {name}.", f"The course answers {name}.", "Course leader", one.due_on)
        elif one.state == ConditionState.LAPSED:
            yield Step(
                one,
                f"{name.capitalize()} lapsed. CASE decides what follows; you can still answer it.",
                f"{name.capitalize()} lapsed: the Committee decides what follows.",
                "CASE Committee",
                None,
            )
        else:
            answer = max(one.answers.all(), key=lambda each: each.number)
            given = {view.by_id for view in answer.views.all()}
            missing = [place.user.full_name for place in places if place.user_id not in given]
            words = f"CASE looks at your answer to {name}."
            if missing:
                yield Step(one, words, f"Give a view of the answer to {name}.", " and ".join(missing), None)
            else:
                yield Step(
                    one,
                    words,
                    f"Close {name}, or give its answer back.",
                    titles[:1].upper() + titles[1:],
                    None,
                )
