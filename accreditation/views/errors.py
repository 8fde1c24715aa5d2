"""Pages for what went wrong: what happened, that nothing was lost, and where to go from here."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from accreditation.views.languages import speak


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request could not be understood."""
    speak(request)
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: PermissionDenied | None = None) -> HttpResponse:
    """403: the page exists, but not for this person. A `PermissionDenied("…")` with words shows them as the reason."""
    speak(request)
    return render(request, "errors/403.html", {"reason": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Http404 | None = None) -> HttpResponse:
    """404: nothing here, or nothing that this person may know of."""
    speak(request)
    return render(request, "errors/404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the forgery check: almost always a page that stood open for too long, or after signing in again."""
    speak(request)
    return render(request, "errors/csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: rendered without the request, since whatever failed may fail again."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)
