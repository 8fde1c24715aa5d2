"""Everything held about one person, as a file to take away: a page to read and the same as JSON (UK GDPR Article 15)."""

import io
import json
import zipfile
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accreditation import audit, personal
from accreditation.belongings import Rows
from accreditation.english import in_english
from accreditation.models import User
from accreditation.retention import CONFIRMED

SECRET = frozenset(
    {"password", "data", "session_key", "key", "actor_salt", "actor_sum", "label_salt", "label_sum"}
)
"""Columns that nobody is given: with them somebody could sign in, or they say nothing to a person."""


@in_english
def export(*, user: User | None, email: str, by: User | None) -> bytes:
    """A ZIP with `everything.html` and `everything.json`; that it was taken goes on the audit trail."""
    parts = [_part(part) for part in personal.everything(user, email)]
    made_at = timezone.localtime()
    with transaction.atomic():
        audit.record("person.exported", by=by, payload={"person": str(user.pk) if user else ""})
    context = {"parts": parts, "person": user, "email": email, "made_at": made_at, "confirmed": CONFIRMED}
    plain = {"email": email, "made_at": made_at.isoformat(timespec="seconds"), "parts": parts}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("everything.html", render_to_string("account/everything.html", context))
        bundle.writestr("everything.json", json.dumps(plain, ensure_ascii=False, indent=1, default=str))
    return held.getvalue()


def summary(*, user: User) -> list[dict[str, Any]]:
    """The parts by title, number of rows and period, for the page; without the rows."""
    return [
        {
            "title": part.title,
            "count": part.count,
            "period": str(part.period),
            "why": part.period.why,
            "until": part.until,
        }
        for part in personal.everything(user, user.email)
    ]


def _part(part: personal.Part) -> dict[str, Any]:
    return {
        "title": part.title,
        "kept": str(part.period),
        "why": part.period.why,
        "until": part.until.isoformat() if part.until else None,
        "tables": [table for rows in part.rows if (table := _table(rows))["rows"]],
    }


def _table(rows: Rows) -> dict[str, Any]:
    fields = [field for field in rows.model._meta.concrete_fields if field.name not in SECRET]
    columns = [str(field.verbose_name) for field in fields]
    said = [
        {str(field.verbose_name): _words(row, field) for field in fields}
        for row in rows.iterator(chunk_size=500)
    ]
    return {"title": str(rows.model._meta.verbose_name_plural), "columns": columns, "rows": said}


def _words(row: Any, field: Any) -> Any:
    """A value as people read it: the word of a choice, else the value; another row by its number only."""
    value = getattr(row, field.attname)
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if hasattr(row, f"get_{field.name}_words"):
        return getattr(row, f"get_{field.name}_words")()
    return value if value is None or isinstance(value, (bool, int, float, dict, list)) else str(value)
