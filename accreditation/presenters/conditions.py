"""What pages show of a condition: its answers with the views on them, its events, and the list of what is not met."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone

from accreditation import conditions as rules
from accreditation.enums import ConditionState
from accreditation.models import (
    Condition,
    ConditionAnswer,
    ConditionCitation,
    ConditionEvent,
    ConditionView,
    Letter,
    User,
)
from accreditation.presenters import library
from accreditation.rules.standards import EDITIONS

CLOSE = {
    "title": "Close the condition as met",
    "crumb": "Close",
    "lead": "The course reads the assessors’ words for it and yours. When no condition stands open any more, a letter that "
    "says so is built.",
    "label": "What the course should read",
    "help": "Needed only where an assessor did not find the condition met; then say why you close it all the same.",
    "button": "Close the condition",
    "done": "The condition is closed as met.",
}
GIVE_BACK = {
    "title": "Give the answer back to the course",
    "crumb": "Give back",
    "lead": "The answer stays on record; the course writes another one. It reads the assessors’ words for it and yours. Its "
    "day stays as it is; you can give it another one.",
    "label": "What is still wanted",
    "button": "Give it back",
    "done": "The answer is back with the course.",
}
EXTEND = {
    "title": "Give the condition another day",
    "crumb": "Another day",
    "lead": "The day that stands in the decision letter is kept on record beside the new one.",
    "label": "Why the day is moved",
    "help": "The course reads this.",
    "button": "Move the day",
    "done": "The day is moved.",
}
LAPSE = {
    "title": "Put on record that the condition lapsed",
    "crumb": "Lapsed",
    "lead": "The condition was not answered by its day. It does not end the accreditation, which stands until the Committee "
    "decides again. The course is told, and can still answer.",
    "label": "Why it lapsed, and what follows",
    "help": "The course reads this.",
    "button": "Record the lapse",
    "done": "The lapse is on record.",
}


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """One answer with its files, the views of it that the person may read, and what CASE did with it."""

    answer: ConditionAnswer
    files: tuple[dict[str, Any], ...]
    views: tuple[ConditionView, ...]
    event: ConditionEvent | None


def answers(user: User, condition: Condition) -> list[AnswerCard]:
    """The answers to a condition that a person may see, newest first."""
    events = {event.answer_id: event for event in condition.events.select_related("by") if event.answer_id}
    return [
        AnswerCard(
            answer,
            tuple(_cited(answer.citations.all())),
            tuple(rules.visible_views(user, answer)) if answer.sent_at else (),
            events.get(answer.pk),
        )
        for answer in rules.visible_answers(user, condition)
    ]


def _cited(citations: Iterable[ConditionCitation]) -> list[dict[str, Any]]:
    return library.cited_words(citations)


def events(condition: Condition) -> list[ConditionEvent]:
    """What CASE did with a condition, newest first."""
    return list(condition.events.select_related("by", "answer"))


def clause_label(condition: Condition) -> str:
    """The clause of a condition in words: "PS1.3 Admissions rules"."""
    edition = EDITIONS[condition.decision.submission.edition]
    found = {clause.id: clause.label for clause in edition.clauses}
    return f"{condition.clause} {found.get(condition.clause, '')}".strip()


def letter_words(made: object) -> str:
    """What to add to the message where a step led to a letter."""
    return (
        f" It was the last one: letter {made.number}, which says so, is being built."
        if isinstance(made, Letter)
        else ""
    )


@dataclass(frozen=True, slots=True)
class UnmetRow:
    """A condition in the list of those that are not met."""

    condition: Condition
    url: str
    waits_for: str
    ready: bool

    @property
    def late(self) -> bool:
        """Whether the course's day has passed without an answer."""
        return (
            self.condition.state != ConditionState.ANSWERED and self.condition.due_on < timezone.localdate()
        )


def unmet(conditions: QuerySet[Condition]) -> list[UnmetRow]:
    """Rows of all conditions that are not met, the nearest day first; a number of queries that does not grow with them."""
    sent = ConditionAnswer.objects.filter(sent_at__isnull=False).prefetch_related("views")
    rows = conditions.filter(state__in=rules.UNMET).prefetch_related(
        Prefetch("answers", queryset=sent), "decision__submission__assignments__user"
    )
    made = [
        UnmetRow(
            one,
            reverse("condition", args=[one.decision.submission_id, one.number]),
            _waits_for(one),
            one.ready_on is not None,
        )
        for one in rows
    ]
    return sorted(made, key=lambda row: (row.condition.due_on or date.max, row.condition.number))


def _waits_for(condition: Condition) -> str:
    if rules.ready(condition):
        return "Closing"
    if condition.state == ConditionState.OPEN:
        return "The course’s answer"
    if condition.state == ConditionState.LAPSED:
        return "The Committee"
    answer = max(condition.answers.all(), key=lambda one: one.number)
    given = {view.by_id for view in answer.views.all()}
    places = condition.decision.submission.assignments.all()
    missing = [
        place.user.full_name
        for place in places
        if place.state == "accepted" and place.role in rules.WANTED and place.user_id not in given
    ]
    return " and ".join(missing) or "Closing or giving back"
