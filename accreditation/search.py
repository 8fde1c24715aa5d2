"""One search box across what a person may see. Each app adds its own things; each filters by permission in SQL.

`settings.SEARCH_SOURCES` names modules with `find(user, words, limit) -> list[Hit]`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings
from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from accreditation.account_selectors import visible_people
from accreditation.models import User
from accreditation.roles import OFFICER
from accreditation.selectors import visible_courses, visible_letters, visible_submissions

SHORTEST = 2
"""Fewer characters than this find too much to help."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its kind in words ("Course"), its name, one line about it, and where it stands."""

    kind: str
    title: str
    detail: str
    url: str


class Source(Protocol):
    """A module that finds things of its own."""

    def find(self, user: User, words: Sequence[str], limit: int) -> Iterable[Hit]: ...


def search(user: User, text: str, limit: int = 20) -> list[Hit]:
    """Things that contain every word of `text`, up to `limit` of each kind; nothing for less than two characters."""
    words = text.split()
    if len("".join(words)) < SHORTEST or not user.is_active:
        return []
    hits: list[Hit] = []
    for name in settings.SEARCH_SOURCES:
        hits.extend(cast(Source, import_module(name)).find(user, words, limit))
    return hits


def every_word(words: Sequence[str], *fields: str) -> Q:
    """Each word must occur in at least one of the fields, whatever its case."""
    condition = Q()
    for word in words:
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        condition &= anywhere
    return condition


def address(name: str, *args: object) -> str:
    """The address of a page, empty where that page does not exist."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def find(user: User, words: Sequence[str], limit: int) -> list[Hit]:
    """Courses, submissions, letters, and for officers people with an account."""
    courses = visible_courses(user).filter(
        every_word(words, "title", "reference", "institution__name", "institution__short_name")
    )
    submissions = visible_submissions(user).filter(
        every_word(words, "reference", "course__title", "course__institution__name")
    )
    letters = visible_letters(user).filter(
        every_word(
            words,
            "number",
            "decision__submission__reference",
            "decision__submission__course__title",
            "submission__reference",
            "submission__course__title",
        )
    )
    people = visible_people(user).filter(every_word(words, "full_name", "preferred_name", "email"))
    return [
        *(
            Hit("Course", course.title, course.institution.name, address("course", course.pk))
            for course in courses[:limit]
        ),
        *(
            Hit(
                "Submission",
                one.reference,
                f"{one.course.title}, {one.course.institution.name}: {one.get_state_display()}",
                address("submission", one.pk)
                if is_own(user, one.course.institution_id)
                else address("case", one.pk),
            )
            for one in submissions[:limit]
        ),
        *(
            Hit(
                letter.get_kind_display(),
                letter.number,
                str(letter.decision or letter.case),
                address("letter", letter.pk),
            )
            for letter in letters[:limit]
        ),
        *(
            Hit("Person", one.full_name, one.email, address("person", one.pk))
            for one in (people.order_by("full_name", "pk")[:limit] if user.has_role(OFFICER) else ())
        ),
    ]


def is_own(user: User, institution_id: object) -> bool:
    """Whether the person belongs to the institution: they read the course's page of a case, others CASE's."""
    return user.institution_id == institution_id
