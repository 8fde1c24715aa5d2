"""A small course on which every clause is met, and the changes that a case makes to it."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

from accreditation.rules.evaluate import evaluate_file
from accreditation.rules.findings import Report

Facts = dict[str, Any]

REGIONS = ("shoulder", "knee", "ankle_foot")
PATHOLOGIES = ("bursitis", "effusion", "tendinopathy")


def course() -> Facts:
    """Facts of 1 October 2025: one student, two mentors, 18 scans from 23 September 2024 on, every clause met."""
    return {
        "facts": 1,
        "standard": "msk-2023",
        "as_of": "2025-10-01",
        "course": {
            "id": "C1",
            "title": "PgCert MSK Ultrasound",
            "institution": "University of Wexcombe",
            "kind": "postgraduate",
            "award": "pgc",
            "direct_entry": False,
            "minimum_scans": {},
            "admissions": {
                "requires_professional_body": True,
                "experience_judged": "quality",
                "evidence": ["E1"],
            },
            "employer_guidance": {"tells_students": True, "tells_employers": True, "evidence": ["E2"]},
            "modules": [
                _module("P1", "Physics and technology", ["physics", "science", "technology"]),
                _module("P2", "Professional issues", ["professional_issues"]),
            ],
        },
        "mentors": [
            _mentor("M1", "M. Okafor", "pgc", "2018-07-15", ["shoulder", "elbow", "knee", "ankle_foot"]),
            _mentor("M2", None, "msc", "2015-07-01", ["shoulder", "knee", "hip_groin", "ankle_foot"]),
        ],
        "shortages": [],
        "students": [_student("S1")],
    }


def _module(name: str, title: str, topics: list[str]) -> Facts:
    return {
        "id": name, "title": title, "level": 7, "framework": "FHEQ", "topics": topics, "formal_assessment": True,
        "relevant_to_remit": True, "relevance_judged_by": "assessor-1", "evidence": [],
    }  # fmt: skip


def _mentor(name: str, called: str | None, kind: str, ratified: str, remit: list[str]) -> Facts:
    award = {"kind": kind, "msk": "yes", "ratified_on": ratified, "evidence": ["E5"]}
    return {"id": name, "name": called, "qualifications": [award], "remit": remit, "breaks": []}


def _student(name: str) -> Facts:
    first = date(2024, 9, 23)
    return {
        "id": name,
        "enrolled_on": "2024-09-02",
        "profession": "physiotherapist",
        "registrations": [
            {"body": "HCPC", "number": "PH098765", "status": "active", "from": "2015-09-01", "to": None,
             "seen_on": "2024-08-20", "seen_by": "admissions"},
        ],
        "experience": [{"specialism": "msk", "months": 18, "description": "outpatients", "evidence": ["E7"]}],
        "experience_judgement": {"outcome": "appropriate", "by": "tutor", "on": "2024-08-21", "reason": "case-mix"},
        "contracts": [
            {"version": 1, "remit": list(REGIONS), "remit_confirmed": True, "signatures": [
                {"party": "student", "by": name, "on": "2024-09-18"},
                {"party": "mentor", "by": "M1", "on": "2024-09-19"},
                {"party": "institution", "by": "course leader", "on": "2024-09-20"},
            ]},
        ],
        "team": [{"mentor": one, "from": "2024-09-02", "to": None} for one in ("M1", "M2")],
        "scans": [scan(f"X{place + 1}", first + timedelta(days=11 * place), REGIONS[place % 3],
                       PATHOLOGIES[place // 3 % 3]) for place in range(18)],
        "hours": None,
        "assessments": [
            {"id": f"A{place + 1}", "kind": "unseen_patient", "on": "2025-06-01", "regions": [region], "outcome": "pass",
             "assessor": "M2", "signed_on": "2025-06-01", "case": f"U{place + 1}"} for place, region in enumerate(REGIONS)
        ],
        "results": [{"module": one, "outcome": "pass"} for one in ("P1", "P2")],
        "awards": [{"kind": "final", "ratified_on": "2025-07-10", "regions": None}],
        "presentations": [{"to": "employer", "on": "2025-08-01", "included": ["award", "portfolio"]}],
    }  # fmt: skip


def scan(name: str, on: date | str, region: str, pathology: str = "bursitis", **other: Any) -> Facts:
    """A counted scan, but for what `other` says."""
    day = on if isinstance(on, str) else on.isoformat()
    return {
        "id": name, "on": day, "regions": [region], "subject": "patient", "supervision": "observed", "mentor": "M1",
        "minutes": 30, "pathologies": [pathology], "case": f"K-{name}", "logged": True,
        "appraisal": {"by": "M1", "on": day, "grade": "acceptable"},
    } | other  # fmt: skip


def changed(facts: Facts, changes: list[list[Any]]) -> Facts:
    """A copy with changes: [path, value], a path of keys, places or ids; "+" appends, "<delete>" removes.

    A part "*" stands for every item of a list.
    """
    copied = copy.deepcopy(facts)
    for path, value in changes:
        _change([copied], path.split("/"), value)
    return copied


def _change(nodes: list[Any], parts: list[str], value: Any) -> None:
    *parents, last = parts
    for part in parents:
        nodes = [child for node in nodes for child in (node if part == "*" else [node[_place(node, part)]])]
    for node in nodes:
        if last == "+":
            node.append(copy.deepcopy(value))
        elif value == "<delete>":
            del node[_place(node, last)]
        else:
            node[_place(node, last)] = copy.deepcopy(None if value == "<null>" else value)


def _place(node: Any, part: str) -> Any:
    if isinstance(node, dict):
        return part
    for place, item in enumerate(node):
        if isinstance(item, dict) and item.get("id") == part:
            return place
    return int(part)


def report(*changes: list[Any]) -> Report:
    """The report on the small course after some changes."""
    return evaluate_file(changed(course(), list(changes)))


def outcome(clause: str, *changes: list[Any], subject: str | None = None) -> str:
    """One clause's outcome (for one subject) after some changes."""
    found = report(*changes).clause(clause)
    return str(found.outcome if subject is None else found.of(subject))
