"""In which language a page is answered: English, or Welsh on the pages that are whole in it.

Welsh is offered once a translation is there (`settings.LANGUAGES`), to people who are not signed in, and on `PAGES` only: no
page is half in one language. Whatever a request writes stands in English, because presenters and templates translate, never
services, enumerations or rules.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

ASKED = "lang"  # of the link in the footer: /directory/?lang=cy
YEAR = 365 * 24 * 3600
# Every one of them is asked for in an invented language by tests/system/test_languages.py.
PAGES = frozenset(
    {"home", "employers", "employers_leaf", "about", "accessibility", "privacy"}
    | {"directory", "directory_course", "verify", "verify_letter"}
    | {"account_login", "account_inactive", "account_signup", "mfa_authenticate"}
    | {"account_reset_password", "account_reset_password_done"}
    | {"account_reset_password_from_key", "account_reset_password_from_key_done"}
    | {"passport_open", "passport_shown", "passport_presented"}
    | {"mentor_link", "signing_open", "signing"}
)


class LanguageMiddleware:
    """Answers `PAGES`, and errors, in the language that the footer’s link chose, or that the browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if len(settings.LANGUAGES) < 2:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(settings.LANGUAGE_CODE):
            request.wanted_language = _wanted(request)  # type: ignore[attr-defined]
            response = self.get_response(request)
            if getattr(request, "spoken", False):
                response.headers.setdefault("Content-Language", translation.get_language() or "")
                patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if request.GET.get(ASKED) == request.wanted_language:  # type: ignore[attr-defined]
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                request.GET[ASKED],
                max_age=YEAR,
                secure=settings.SECURE_ORIGIN,
                httponly=True,
                samesite="Lax",
            )
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Before the view: its language, where the page has several."""
        if request.resolver_match and request.resolver_match.view_name in PAGES:
            speak(request)


def speak(request: HttpRequest) -> None:
    """From here on this request is answered in the language that its person wants; signed in, everything is English."""
    wanted = getattr(request, "wanted_language", "")
    if wanted and not request.user.is_authenticated:
        request.spoken = True  # type: ignore[attr-defined]
        translation.activate(wanted)


def stay_english(request: HttpRequest) -> None:
    """For what a page of `PAGES` shows in some cases only, and is not whole in Welsh."""
    if getattr(request, "spoken", False):
        request.spoken = False  # type: ignore[attr-defined]
        translation.activate(settings.LANGUAGE_CODE)


def _wanted(request: HttpRequest) -> str:
    asked = request.GET.get(ASKED, "")
    return asked if asked in dict(settings.LANGUAGES) else translation.get_language_from_request(request)


def choices(request: HttpRequest) -> list[Mapping[str, object]]:
    """The other languages of this page, for the footer: `code`, `name` in that language itself, and `url`. Mostly none."""
    if not getattr(request, "spoken", False):
        return []
    now = translation.get_language()
    rest = [(name, value) for name, values in request.GET.lists() for value in values if name != ASKED]
    return [
        {"code": code, "name": name, "url": f"?{urlencode([*rest, (ASKED, code)])}"}
        for code, name in settings.LANGUAGES
        if code != now
    ]
