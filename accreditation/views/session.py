"""Staying signed in: the warning before the session ends offers it, by one press."""

import time

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from accreditation.models import User
from accreditation.signing_in.second_step import seconds_left_of_all
from accreditation.views.adapters import SIGNED_IN_AT


def seconds_left(request: HttpRequest) -> int:
    """Seconds until this session ends; the full age where the moment of signing in is not known."""
    begun = request.session.get(SIGNED_IN_AT)
    age = settings.SESSION_COOKIE_AGE
    left = max(0, age - (int(time.time()) - begun)) if isinstance(begun, int) else age
    of_all = seconds_left_of_all(request, request.user) if isinstance(request.user, User) else None
    return left if of_all is None else min(left, of_all)


@login_required
@require_POST
def stay(request: HttpRequest) -> JsonResponse:
    """POST: begin the session's time anew. Answers `{"seconds": …}`, the time that is left from now."""
    request.session[SIGNED_IN_AT] = int(time.time())
    return JsonResponse({"seconds": seconds_left(request)})
