"""What a log line may not hold: the secret part of a link that was sent to somebody.

The last part of these addresses lets whoever has it in. Django names the address of a request in many of its lines, so every
formatter of ours takes it out, also from a traceback.
"""

import logging
import re

SECRET = re.compile(
    r"(/(?:invitation|passport|signing/list|signing|mentors/confirm|account/password/reset/key)/)[^/\s?#\"'<>]+"
)
HIDDEN = r"\1…"


def hide(text: str) -> str:
    """The text without the secret parts of addresses."""
    return SECRET.sub(HIDDEN, text)


class HidingFormatter(logging.Formatter):
    """A formatter whose finished line, traceback included, holds no secret part of an address."""

    def format(self, record: logging.LogRecord) -> str:
        return hide(super().format(record))
