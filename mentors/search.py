"""Mentors in the one search box: see `accreditation.search`."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from accreditation.models import User
from accreditation.search import Hit, address, every_word
from mentors.selectors import known_mentors


def find(user: User, words: Sequence[str], limit: int) -> Iterable[Hit]:
    """Entries that a person may see, by name, register number or registration number."""
    mine = known_mentors(user, timezone.now())
    found = mine.filter(every_word(words, "full_name", "number", "registration_number"))
    for mentor in found[:limit]:
        detail = f"{mentor.number}, {mentor.body} {mentor.registration_number}".strip(", ")
        yield Hit("Mentor", mentor.full_name, detail, address("mentor", mentor.pk))
