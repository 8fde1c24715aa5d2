"""Unread and changed marks: what stands at a clause now, against what stood there when an assessor last looked."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from accreditation import judging
from accreditation.models import Assignment, ClauseLook, ClauseQuestion, Snapshot
from accreditation.repeated import repeated

ASPECTS: Final = {
    "answer": "the answer",
    "evidence": "the cited pages",
    "finding": "the finding of the rules",
    "questions": "a question to the course",
}
"""What can change at a clause, in words."""
Sums = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mark:
    """How a clause stands to its reader: never opened (`at` is None), or what changed since they looked, in words."""

    at: datetime | None
    changed: tuple[str, ...] = ()

    @property
    def unread(self) -> bool:
        return self.at is None


def sums(snapshot: Snapshot, *, questions: bool = True) -> dict[str, Sums]:
    """Clause → aspect → a short sum of what stands there now. One query, for the questions to the course; none where it is
    known that there are none (`questions`).
    """
    answers = {row["clause"]: row for row in snapshot.answers}
    files = {row["number"]: row["sha256"] for row in snapshot.files}
    found = {row["clause"]: row for row in snapshot.report.get("clauses", ())}
    asked: dict[str, list[Any]] = {}
    rows = ClauseQuestion.objects.filter(submission=snapshot.submission_id, withdrawn_at__isnull=True)
    told = rows.order_by("number").values_list("clause", "number", "sha256") if questions else ()
    for asked_at, number, sent in told:
        asked.setdefault(asked_at, []).append((number, sent))
    made: dict[str, Sums] = {}
    for clause in judging.clauses(snapshot):
        answer = answers.get(clause.id, {})
        cited = [(files.get(one["evidence"], ""), one["pages"]) for one in answer.get("citations", ())]
        made[clause.id] = {
            "answer": _sum(answer.get("text", "")),
            "evidence": _sum(sorted(cited)),
            "finding": _sum(found.get(clause.id, {})),
            "questions": _sum(asked.get(clause.id, [])),
        }
    return made


def _sum(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def marks(place: Assignment, now: Mapping[str, Sums]) -> dict[str, Mark]:
    """Clause → its mark for the holder of a place. One query."""
    looked = {clause: (at, seen) for clause, at, seen in _looks(place.pk)}
    made = {}
    for clause, current in now.items():
        look = looked.get(clause)
        if look is None:
            made[clause] = Mark(None)
            continue
        at, seen = look
        parted = (words for code, words in ASPECTS.items() if seen.get(code) != current[code])
        made[clause] = Mark(at, tuple(parted))
    return made


@repeated
def _looks(place: UUID) -> QuerySet[ClauseLook, Any]:
    return ClauseLook.objects.filter(assignment=place).order_by().values_list("clause", "at", "seen")
