"""Erasing a person when the time has come, or when they may ask for it; and what is due, counted every night."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils import timezone

from accreditation import audit, personal
from accreditation.exceptions import NotNow
from accreditation.models import (
    AuditEvent,
    ClauseQuestion,
    Condition,
    ConditionAnswer,
    Decision,
    Letter,
    LetterApproval,
    Snapshot,
    User,
)
from accreditation.retention import SCHEDULE
from accreditation.rules.dates import spoken
from accreditation.services.case_retention import due_cases, due_courses

BOUND: frozenset[type[models.Model]] = frozenset(
    {AuditEvent, Decision, Condition, ConditionAnswer, ClauseQuestion, Letter, LetterApproval, Snapshot}
)
"""What a sum or a signature binds: its words are never changed; it goes with its case."""
PEOPLE = frozenset({"accreditation.User", "mentors.Mentor", "portfolios.Student"})
"""Whose own names are taken away by their part alone: a person who is called the same keeps theirs."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Rows in whose text a name of the person stands: model, column, how many, and whether a sum binds them."""

    model: str
    column: str
    count: int
    bound: bool


def due(today: date | None = None) -> Iterator[str]:
    """What has outlived its period, counted, in sentences without a name. Nothing is erased by this."""
    day = today or timezone.localdate()
    for source in personal.sources():
        yield from source.due(day)
    for what, number in (("cases", len(list(due_cases(day)))), ("courses", len(list(due_courses(day))))):
        if number:
            yield f"{number} {what} ended longer ago than their period ({SCHEDULE['case']})."


@transaction.atomic
def erase_dated(*, by: User | None = None, today: date | None = None) -> dict[str, int]:
    """Erases what has outlived its period by its age alone; returns how many rows of each kind of the schedule."""
    gone = {}
    for dated in personal.dated_rows(today or timezone.localdate()):
        if number := dated.rows.count():
            dated.erase(dated.rows)
            gone[dated.code] = number
    if gone:
        audit.record("dated.erased", by=by, payload=gone)
    return gone


def verdict(part: personal.Part, today: date, *, on_request: bool) -> str:
    """Why a part is kept; empty where it is to be erased."""
    if part.erase is None:
        end = f"until {spoken(part.until)}" if part.until else "with its case"
        return f"kept {end}: {part.period.why}"
    if on_request or (part.until is not None and part.until < today):
        return ""
    if part.until is None:
        return "in use: end the role, the study or the entry first"
    return f"kept until {spoken(part.until)}: {part.period}. {part.period.why}"


def erase(*, user: User | None, email: str, by: User | None = None, on_request: bool = False) -> list[str]:
    """Erases every part whose time has come (with `on_request`: all that is not kept with a case); returns their titles.

    Once the account goes, or an entry without one, the person's names are taken out of every text that no sum binds, and
    out of the audit trail. One transaction. Raises `NotNow` where nothing can be erased.
    """
    today = timezone.localdate()
    with transaction.atomic():
        held = personal.everything(user, email)
        found = personal.all_names(user, email)
        gone = [part for part in held if not verdict(part, today, on_request=on_request)]
        if not gone:
            raise NotNow("Nothing about this person is due, so nothing was erased.")
        for part in gone:
            if part.erase:
                part.erase()
        whole = all(part in gone for part in held if part.erase)
        payload = {"parts": sorted({part.period.code for part in gone}), "on_request": on_request}
        if whole:
            mark = f"[erased person {user.pk.hex[-6:]}]" if user else "[erased person]"
            replace(found, mark)
            audit.take_names_away(found, by=by, payload=payload)
        else:
            audit.record("person.erased_in_part", by=by, payload=payload)
        return [part.title for part in gone]


def mentions(names: Iterable[str]) -> list[Mention]:
    """Where any of the names stands in the database's texts; the register's and the accounts' own columns included."""
    wanted, found = set(names), []
    for model, field in _texts() if wanted else ():
        values = _rows(model, field, wanted).values_list(field.name, flat=True)
        if count := sum(1 for value in values if _pattern(wanted).search(_plain(value))):
            found.append(Mention(model._meta.label, field.name, count, model in BOUND))
    return found


def replace(names: Iterable[str], mark: str) -> int:
    """Puts `mark` in the place of each name, wherever no sum binds the text; returns how many rows changed.

    The name of another person who is called the same stays where it is that person's own.
    """
    wanted, changed = set(names), 0
    for model, field in _texts() if wanted else ():
        if model in BOUND or (model._meta.label in PEOPLE and field.name in ("full_name", "email")):
            continue
        for pk, value in _rows(model, field, wanted).values_list("pk", field.name):
            text = _plain(value)
            new: Any = _pattern(wanted).sub(mark, text)
            if new == text:
                continue
            if isinstance(field, models.EmailField):
                new = f"{pk}@erased.invalid"
            elif isinstance(field, models.JSONField):
                new = json.loads(new)
            else:
                new = new[: field.max_length or None]
            model._base_manager.filter(pk=pk).update(**{field.name: new})
            changed += 1
    return changed


def _pattern(names: set[str]) -> re.Pattern[str]:
    """Any of the names as whole words, the longest first, in large or small letters."""
    whole = (rf"(?<!\w){re.escape(name)}(?!\w)" for name in sorted(names, key=len, reverse=True))
    return re.compile("|".join(whole), re.IGNORECASE)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _texts() -> Iterator[tuple[type[models.Model], "models.Field[Any, Any]"]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields if not model._meta.proxy else ():
            text = isinstance(field, (models.CharField, models.TextField, models.JSONField))
            if text and not field.choices and not field.primary_key:
                yield model, field


def _rows(model: type[models.Model], field: "models.Field[Any, Any]", names: set[str]) -> Any:
    condition = Q()
    for name in names:
        condition |= Q(text_of_it__icontains=name)
        if isinstance(field, models.JSONField):  # SQLite keeps letters beyond ASCII as escapes
            condition |= Q(text_of_it__icontains=json.dumps(name)[1:-1])
    return model._base_manager.annotate(text_of_it=Cast(field.name, models.TextField())).filter(condition)
