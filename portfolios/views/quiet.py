"""Answers to people without an account, behind links: nothing that a browser, a search engine or a referrer carries on."""

from functools import lru_cache
from typing import TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import get_language

Answer = TypeVar("Answer", bound=HttpResponseBase)


@lru_cache(maxsize=4)
def _nothing(language: str | None) -> bytes:
    """The page that tells nothing: drawn without a request, so that it is the same for everybody, to the last byte; once
    for each language, which is that of the page.
    """
    return render_to_string("portfolios/passports/gone.html").encode()


def gone() -> HttpResponse:
    """The answer to a link that opens nothing, whatever the reason."""
    return quiet(HttpResponse(_nothing(get_language()), status=404))


def too_many() -> HttpResponse:
    """The answer to an address that asks too often."""
    return quiet(HttpResponse(render_to_string("portfolios/passports/too_many.html"), status=429))


def quiet(answer: Answer, policy: str = "no-referrer") -> Answer:
    """Sets the headers. A page with a form that is posted needs the policy "same-origin": without any referrer a browser
    sends no origin with the form, which is then refused.
    """
    answer["Referrer-Policy"] = policy
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = "private, no-store"
    return answer
