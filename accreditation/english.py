"""What is kept or sent stands in English, whatever language the page is in from which it was asked for: letters, passports,
portfolios, mails, exports. Their bytes are part of what is promised.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.utils import translation

P = ParamSpec("P")
R = TypeVar("R")


def in_english(make: Callable[P, R]) -> Callable[P, R]:
    """Decorates what makes a paper or a message."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        with translation.override(settings.LANGUAGE_CODE):
            return make(*args, **kwargs)

    return made
