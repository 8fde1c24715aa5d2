"""Who asks, and for which case: what the views on panels and decisions begin with."""

from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from accreditation import judging
from accreditation.models import Assignment, Snapshot, Submission, User
from accreditation.review_selectors import Beside, review_place
from accreditation.selectors import visible_submissions

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


def person(request: HttpRequest) -> User:
    """The person signed in (the view asks for one)."""
    return cast(User, request.user)


def case_for(user: User, pk: UUID) -> Submission:
    """A submission that this person may see; 404 for any other, whether it exists or not."""
    return get_object_or_404(visible_submissions(user), pk=pk)


def place_for(
    user: User, pk: UUID, *, reading: bool = False, facts: bool = False
) -> tuple[Submission, "WithAnnotations[Assignment, Beside]", Snapshot]:
    """A submission on whose panel this person sits, their place, and the version under judgement; else 404. Two queries.

    `reading`: the request changes nothing, so that checks on its way need not look for the place again. `facts`: the version
    comes with them.
    """
    place = review_place(user, pk)
    snapshot = judging.current(place.submission, facts=facts) if place else None
    if place is None or snapshot is None:
        raise Http404("No such review.")
    if reading:
        place.submission.__dict__["place_of_reader"] = place
    return place.submission, place, snapshot


def with_value(data: QueryDict, name: str, value: object) -> QueryDict:
    """A copy of posted data with one value changed, for showing a form again."""
    copy = data.copy()
    copy[name] = str(value)
    return copy
