"""The four shared checks with zen-engine (a rule engine in Rust). It is no part of the product: `requirements/bench.txt`.

The engine gets its facts ready: what holds for a mentor, a team and a student is looked up once, in this file, as plain
values; what holds for a scan on its day is for the engine to decide. It reckons the anniversaries itself.
"""

import json
from collections import defaultdict
from functools import lru_cache
from typing import Any

from django.db import connection

from accreditation.models import Course
from accreditation.rules import regions
from tests.benchmarks.data import AS_OF

try:
    import zen  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    zen = None

RULES = (
    ("name", "name"),
    ("due", "logged and subject == 'patient' and (released == null or d(on) <= d(released))"),
    ("PS4.1", "$.due and supervision == 'none' and on != released"),
    ("PS4.2", """$.due and supervision != 'none' and not (
        (level != null and d(on) >= d(level)) or (award != null and d(on) >= d(award).add('2y'))
        or (shortage != null and award != null and other != null and d(on) >= d(shortage)
            and d(on) >= d(award).add('1y') and d(on) >= d(other).add('2y')))"""),
    ("PS4.3", "$.due and supervision != 'none' and not all(regions, # in remit)"),
    ("PS4.5", "logged and subject != 'patient'"),
)  # fmt: skip
CHECKS = ("PS4.1", "PS4.2", "PS4.3", "PS4.5")
KEYS = {check: check.replace(".", "") for check in CHECKS}


@lru_cache(maxsize=2)
def decision(one_by_one: bool) -> Any:
    """The rules, compiled once."""
    content: dict[str, Any] = {
        "expressions": [
            {"id": str(at), "key": key.replace(".", ""), "value": " ".join(rule.split())}
            for at, (key, rule) in enumerate(RULES)
        ],
        "passThrough": False,
        "executionMode": "single",
    }
    if not one_by_one:
        content |= {"executionMode": "loop", "inputField": "scans", "outputPath": "scans"}
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "rules", "name": "rules", "type": "expressionNode", "content": content},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": f"{one}-{other}", "sourceId": one, "targetId": other, "type": "edge"}
        for one, other in (("in", "rules"), ("rules", "out"))
    ]
    return zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))


SCANS = """SELECT t.id, t.code, s.number, s."on"::text, s.regions, s.subject, s.supervision, s.mentor_id, s.logged
    FROM portfolios_scan s JOIN portfolios_student t ON t.id = s.portfolio_id
    WHERE t.course_id = %s AND t.state IN ('enrolled', 'completed') AND s."on" <= %s"""


def decide(course: Course, *, one_by_one: bool) -> dict[str, str]:
    """Check → failing scans, as the other routes answer."""
    rules = decision(one_by_one)
    found: dict[str, list[str]] = {check: [] for check in CHECKS}
    for scans in _students(course):
        if one_by_one:
            decided = [rules.evaluate(scan)["result"] for scan in scans]
        else:
            decided = rules.evaluate({"scans": scans})["result"]["scans"]
        for one in decided:
            for check, key in KEYS.items():
                if one[key]:
                    found[check].append(one["name"])
    return {check: " ".join(sorted(failing)) for check, failing in found.items()}


def _students(course: Course) -> list[list[dict[str, Any]]]:
    """Each student's scans with all that the rules ask for."""
    levels, awards = _qualifications()
    remits = dict(_rows("SELECT mentor_id, regions FROM mentors_remitperiod"))
    names = {mentor: regions.names(parts) for mentor, parts in remits.items()}
    shortage = min((day for (day,) in _rows(
        "SELECT since::text FROM mentors_shortage WHERE course_id = %s AND status = 'accepted'", [course.pk]
    )), default=None)  # fmt: skip
    released = dict(_rows(
        """SELECT a.student_id, min(a.ratified_on)::text FROM portfolios_studentaward a
        JOIN portfolios_student t ON t.id = a.student_id WHERE t.course_id = %s AND a.kind = 'final' GROUP BY 1""",
        [course.pk],
    ))  # fmt: skip
    contracts = dict(_rows(
        """SELECT c.portfolio_id, c.remit FROM portfolios_learningcontract c JOIN portfolios_student t ON t.id = c.portfolio_id
        WHERE t.course_id = %s ORDER BY c.number""",
        [course.pk],
    ))  # fmt: skip
    teams: defaultdict[Any, list[Any]] = defaultdict(list)
    for student, mentor in _rows(
        """SELECT m.student_id, m.mentor_id FROM portfolios_teammembership m
        JOIN portfolios_student t ON t.id = m.student_id WHERE t.course_id = %s""",
        [course.pk],
    ):
        teams[student].append(mentor)
    others = {
        (student, mentor): min(
            (day for one in team if one != mentor and (day := awards.get(one) or levels.get(one))),
            default=None,
        )
        for student, team in teams.items()
        for mentor in team
    }
    students: defaultdict[Any, list[dict[str, Any]]] = defaultdict(list)
    for student, code, number, on, parts, subject, supervision, mentor, logged in _rows(
        SCANS, [course.pk, AS_OF]
    ):
        students[student].append({
            "name": f"{code}/X{number}", "on": on, "regions": regions.names(parts), "subject": subject,
            "supervision": supervision, "logged": logged, "released": None if parts & ~contracts[student] else released.get(student),
            "level": levels.get(mentor), "award": awards.get(mentor), "shortage": shortage,
            "other": others.get((student, mentor)), "remit": names.get(mentor, ()),
        })  # fmt: skip
    return list(students.values())


def _qualifications() -> tuple[dict[Any, str], dict[Any, str]]:
    held = _rows("SELECT mentor_id, kind, ratified_on::text FROM mentors_qualification")
    levels = {mentor: day for mentor, kind, day in held if kind == "radiology_level"}
    return levels, {mentor: day for mentor, kind, day in held if kind != "radiology_level"}


def _rows(sql: str, parameters: Any = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: list[Any] = cursor.fetchall()
        return found
