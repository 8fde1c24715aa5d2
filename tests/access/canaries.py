"""A word in every text of every row, by which any leak is recognised wherever it comes out.

The word says what the text belongs to and whose it is: `Kanarie` + the model's name, and, for what belongs to a case, the case's
state, + the side's letter. So a page that shows somebody else's draft answer holds "Kanarieanswerdraftr". Rows are found by walking
all models of our apps; a new model is covered without anybody adding it here, and who may read it is said in
`tests.access.oracle.readers`.
"""

import io
import re
import subprocess
import zipfile
from collections import deque
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models

from accreditation.models import Course, Institution, Judgement, KeptView, Submission
from portfolios.models import Student
from tests.access.stage import Side

APPS = ("accreditation", "mentors", "portfolios")
PEOPLE = "accreditation.user"
LEFT = frozenset(
    [
        "kind",
        "path",
        "about_id",
        "about_type",
        "password",
        "email",
        "hash",
        "previous",
        "media_type",
        "plan",
        "query",
        "capsule",
        "facts",
        "counts",
        "seen",
        "key",
        "task",
        "subject_id",
        "verb",
        "grade",
        "technique",
        "image",
        "report_grade",
        "patient_care",
        "state_since",
        "edition",
        "rules_version",
        "source",
    ]
)
"""Fields that hold sums, codes or what the system itself reads: a word more would break them."""
IN_JSON = frozenset(
    [
        "text",
        "title",
        "name",
        "words",
        "reason",
        "comment",
        "summary",
        "reasons",
        "dissent",
        "satisfied_when",
        "question",
    ]
)
SHORTEST = 60  # a shorter field holds a code or a number
WORD = re.compile(rb"kanarie[a-z]+", re.IGNORECASE)


@cache
def path_to(model: type[models.Model], target: type[models.Model]) -> tuple[str, ...] | None:
    """The shortest way along foreign keys from a row to a `target`, as attribute names; not through people, and through
    keys that may be empty only where there is no other way.
    """
    return _way(model, target, null=False) or _way(model, target, null=True)


def _way(model: type[models.Model], target: type[models.Model], *, null: bool) -> tuple[str, ...] | None:
    waiting: deque[tuple[type[models.Model], tuple[str, ...]]] = deque([(model, ())])
    seen = {model}
    while waiting:
        here, way = waiting.popleft()
        if here is target:
            return way
        for one in here._meta.concrete_fields:
            there = one.related_model
            if not isinstance(there, type) or there in seen or (one.null and not null):
                continue
            if there._meta.label_lower != PEOPLE:
                seen.add(there)
                waiting.append((there, (*way, one.name)))
    return None


def owner(row: models.Model, target: type[models.Model]) -> Any:
    """What `path_to` leads to from this row, or None."""
    way = path_to(type(row), target)
    here: Any = row
    for name in way or ():
        here = getattr(here, name, None)
    return here if way is not None else None


def plant(side: Side) -> None:
    """Adds the side's word to every text of its rows, around all checks (`update`)."""
    institution = side.world.institution
    with (
        connection.cursor() as cursor
    ):  # also what the database itself keeps as it is, such as answers that were sent
        cursor.execute("SET LOCAL session_replication_role = replica")
    for model in apps.get_models():
        if model._meta.app_label not in APPS:
            continue
        texts = [one for one in model._meta.concrete_fields if _takes(one)]
        if not texts or model._meta.label_lower in (PEOPLE, "accreditation.auditevent", "accreditation.job"):
            continue
        for row in model._default_manager.all():
            if _institution_of(row, side) != institution:
                continue
            changes = {
                one.attname: changed
                for one in texts
                if (changed := _changed(one, getattr(row, one.attname), word_of(row, side, one.name)))
                is not None
            }
            if changes:
                model._default_manager.filter(pk=row.pk).update(**changes)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")


def _institution_of(row: models.Model, side: Side) -> Institution | None:
    """The institution of a row, directly or through its course; a mentor's and an import's by the side's own things."""
    found: Institution | None = owner(row, Institution)
    if found is not None:
        return found
    from mentors.models import Import, Mentor

    mentor = owner(row, Mentor)
    if mentor is not None:
        return next((placed.course.institution for placed in mentor.placements.all()), None)
    if isinstance(row, Import | KeptView):
        people = {user.pk for user in side.people.values()}
        return side.world.institution if (getattr(row, "by_id", None) or row.user_id) in people else None  # type: ignore[union-attr]
    return None


def word_of(row: models.Model, side: Side, column: str) -> str:
    """The word of a text: model, "private" for what CASE alone may read, variant, side."""
    private = "private" if "private" in column else ""
    case = owner(row, Submission)
    variant = case.state.replace("_", "") if case is not None else ""
    if isinstance(row, Judgement):
        variant = f"{row.assignment.role}{variant}"
    elif isinstance(row, Course):
        variant = next(state for state, course in side.courses.items() if course.pk == row.pk).replace(
            "_", ""
        )
    elif owner(row, Student) == side.things["graduate"].student:
        variant = "graduate"
    return f"Kanarie{row._meta.model_name}{private}{variant}{side.name[0].lower()}"


def _takes(one: Any) -> bool:
    if one.name in LEFT or one.name.endswith("sha256") or one.choices:
        return False
    if isinstance(one, models.JSONField | models.TextField):
        return True
    kind = type(one)
    return kind is models.CharField and (one.max_length or 0) >= SHORTEST


def _changed(one: Any, value: Any, word: str) -> Any:
    """The value with the word in it; None where nothing stands there."""
    if isinstance(one, models.JSONField):
        return _in_json(value, word) if value else None
    if not value or one.name == "failure":
        return None
    file_name = one.name == "name" and "." in str(value)  # it keeps its ending
    longer = f"{word}-{value}" if file_name else f"{value} {word}"
    return longer if len(longer) <= (one.max_length or len(longer)) else word


def _in_json(value: Any, word: str) -> Any:
    if isinstance(value, dict):
        return {
            key: f"{inner} {word}"
            if key in IN_JSON and isinstance(inner, str) and inner
            else _in_json(inner, word)
            for key, inner in value.items()
        }
    return [_in_json(inner, word) for inner in value] if isinstance(value, list) else value


def words_in(data: bytes, kind: str) -> frozenset[str]:
    """The canaries in an answer: its bytes as they are, and what a PDF or a zip file (Excel, Word) shows when opened."""
    texts = [data]
    if kind.startswith("application/pdf") and data.startswith(b"%PDF"):  # a HEAD says so and brings none
        texts.append(_pdf_text(data))
    elif data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as folder:
            texts += [folder.read(name) for name in folder.namelist()]
    return frozenset(word.decode().lower() for text in texts for word in WORD.findall(text))


def _pdf_text(data: bytes) -> bytes:
    """What a reader of the PDF sees, with its attachments' names and the document's own properties."""
    text = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout
    return text + subprocess.run(["pdfinfo", "-"], input=data, capture_output=True, check=False).stdout
