"""Logs as lines of JSON without personal data: what happened where, for whom only as the number of the request.

A path may hold a token and an exception's words a name, so neither is written: instead of the path its route
(`mentors/confirm/<str:token>/`), instead of the words the exception's type and the places in the code. Whatever else is said
is searched for e-mail addresses and for what looks like a token.
"""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
EMAIL = re.compile(r"[^\s<>\"'()=:,;]+@[^\s<>\"'()=:,;]+")
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
TOKEN = re.compile(r"(?=[\w:.-]*\d)(?=[\w:.-]*[A-Za-z])[A-Za-z0-9_:-]{24,}")
PATH = re.compile(r": /\S*")


class JsonFormatter(logging.Formatter):
    """One record, one line: at, level, logger, said, request, and for answers method, route and status."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "said": scrub(record.getMessage()),
        }
        if number := request_id.get():
            line["request"] = number
        request = getattr(record, "request", None)
        if request is not None and hasattr(request, "resolver_match"):
            match = request.resolver_match
            line |= {
                "method": request.method,
                "route": match.route if match else "",
                "said": PATH.sub("", line["said"]),
            }
            line["status"] = getattr(record, "status_code", None)
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            line["exception"] = f"{kind.__module__}.{kind.__qualname__}"
            line["trace"] = [
                f"{place.filename}:{place.lineno} {place.name}" for place in traceback.extract_tb(trace)
            ]
        return json.dumps(line, ensure_ascii=False)


def scrub(text: str) -> str:
    """The text without e-mail addresses and what looks like a token; ids stay, for they lead to nobody from outside."""
    kept = UUID.findall(text)
    text = TOKEN.sub("[token]", UUID.sub("\0", EMAIL.sub("[e-mail]", text)))
    for one in kept:
        text = text.replace("\0", one, 1)
    return text
