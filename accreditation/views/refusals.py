"""Turns refusals that a view did not handle itself into pages that show their sentence."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_noop

from accreditation.exceptions import Invalid, NotAllowed, NotNow, Refusal, Stale

STATUS: dict[type[Refusal], int] = {NotAllowed: 403, NotNow: 409, Stale: 409, Invalid: 422}
TITLE: dict[int, str] = {
    403: gettext_noop("You cannot do this"),
    409: gettext_noop("This has moved on since you opened the page"),
    422: gettext_noop("Something needs to be corrected"),
    400: gettext_noop("This could not be done"),
}


class RefusalMiddleware:
    """Catches `Refusal` from views: nothing has changed, and the page says why and where to go."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        status = next((code for kind, code in STATUS.items() if isinstance(exception, kind)), 400)
        referer = request.headers.get("referer", "")
        context = {
            "title": gettext(TITLE[status]),
            "sentence": str(exception),
            "back": referer if url_has_allowed_host_and_scheme(referer, {request.get_host()}) else "",
        }
        return render(request, "errors/refused.html", context, status=status)
