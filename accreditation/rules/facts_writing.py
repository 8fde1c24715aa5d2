"""From `Facts` to plain values and text, and the sum over the canonical form."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from accreditation.rules import regions
from accreditation.rules.dates import Period
from accreditation.rules.facts import FORMAT, Contract, Facts, Mentor, Scan, Student


def canonical(raw: object) -> bytes:
    """The canonical form of plain values: keys sorted, no white space, UTF-8."""
    return json.dumps(
        raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def sha256(raw: object) -> str:
    """The sum over the canonical form: 64 hexadecimal digits."""
    return hashlib.sha256(canonical(raw)).hexdigest()


def write(facts: Facts) -> dict[str, Any]:
    """`Facts` as the plain values of a facts file, every key written out; `read(write(facts)) == facts`."""
    course = facts.course
    return {
        "facts": FORMAT,
        "standard": facts.standard,
        "as_of": facts.as_of.isoformat(),
        "course": {
            **_plain(course, leave_out=("minimum_scans", "admissions", "employer_guidance", "modules")),
            "minimum_scans": dict(course.minimum_scans),
            "admissions": _plain(course.admissions),
            "employer_guidance": _plain(course.employer_guidance),
            "modules": _list(course.modules),
        },
        "mentors": [_mentor(mentor) for mentor in facts.mentors],
        "shortages": _list(facts.shortages),
        "students": [_student(student) for student in facts.students],
    }


def _mentor(mentor: Mentor) -> dict[str, Any]:
    return {
        "id": mentor.id,
        "name": mentor.name,
        "qualifications": _list(mentor.qualifications),
        "remit": None if mentor.remit is None else list(regions.names(mentor.remit)),
        "breaks": [_value(away) for away in mentor.breaks],
    }


def _student(student: Student) -> dict[str, Any]:
    return {
        **_plain(student, leave_out=("registrations", "experience", "experience_judgement", "contracts", "team",
                                     "scans", "assessments", "results", "awards", "presentations")),
        "registrations": _list(student.registrations),
        "experience": _list(student.experience),
        "experience_judgement": _plain(student.experience_judgement) if student.experience_judgement else None,
        "contracts": None if student.contracts is None else [_contract(contract) for contract in student.contracts],
        "team": _list(student.team),
        "scans": None if student.scans is None else [_scan(Scan._make(scan)) for scan in student.scans],
        "assessments": _list(student.assessments),
        "results": _list(student.results),
        "awards": [
            {**_plain(award, leave_out=("regions",)),
             "regions": None if award.regions is None else list(regions.names(award.regions))}
            for award in student.awards
        ],
        "presentations": _list(student.presentations),
    }  # fmt: skip


def _contract(contract: Contract) -> dict[str, Any]:
    remit = contract.remit
    return {
        "version": contract.version,
        "remit": list(remit) if isinstance(remit, tuple) else remit,
        "remit_confirmed": contract.remit_confirmed,
        "signatures": _list(contract.signatures),
    }


def _scan(scan: Scan) -> dict[str, Any]:
    given = {"by": scan.appraised_by, "on": _value(scan.appraised_on), "grade": scan.grade}
    return {
        "id": scan.id,
        "on": scan.on.isoformat(),
        "regions": list(regions.names(scan.regions)),
        "subject": scan.subject,
        "supervision": scan.supervision,
        "mentor": scan.mentor,
        "minutes": scan.minutes,
        "pathologies": list(scan.pathologies),
        "case": scan.case,
        "logged": scan.logged,
        "appraisal": given if any(value is not None for value in given.values()) else None,
    }


def _list(items: tuple[Any, ...] | None) -> list[dict[str, Any]] | None:
    return None if items is None else [_plain(item) for item in items]


def _plain(item: Any, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    """A frozen dataclass as plain values, key by key; a period becomes `from` and `to`."""
    found: dict[str, Any] = {}
    for key in item.__dataclass_fields__:
        if key not in leave_out:
            value = getattr(item, key)
            found |= _value(value) if key == "period" else {key: _value(value)}
    return found


def _value(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case date():
            return value.isoformat()
        case Period():
            return {"from": _value(value.since), "to": _value(value.until)}
        case tuple():
            return list(value)
        case _:
            return str(value)  # a date known in part
