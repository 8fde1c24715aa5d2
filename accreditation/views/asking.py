"""Who asks, and for which case: what the views on panels and decisions begin with."""

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from accreditation import judging
from accreditation.models import Assignment, Snapshot, Submission, User
from accreditation.permissions import panel_place
from accreditation.selectors import visible_submissions


def person(request: HttpRequest) -> User:
    """The person signed in (the view asks for one)."""
    return cast(User, request.user)


def case_for(user: User, pk: UUID) -> Submission:
    """A submission that this person may see; 404 for any other, whether it exists or not."""
    return get_object_or_404(visible_submissions(user), pk=pk)


def place_for(user: User, pk: UUID) -> tuple[Submission, Assignment, Snapshot]:
    """A submission on whose panel this person sits, their place, and the version under judgement; else 404."""
    submission = case_for(user, pk)
    place = panel_place(user, submission)
    snapshot = judging.current(submission)
    if place is None or snapshot is None:
        raise Http404("No such review.")
    place.submission = submission
    return submission, place, snapshot


def with_value(data: QueryDict, name: str, value: object) -> QueryDict:
    """A copy of posted data with one value changed, for showing a form again."""
    copy = data.copy()
    copy[name] = str(value)
    return copy
