"""What must be true of every report, whatever its outcomes."""

from collections.abc import Iterator
from typing import Any

from tests.rules.second_reading.grounds import Row, worst
from tests.rules.second_reading.oracle import CLAUSES, overall


def there(facts: Row, reference: str) -> bool:
    """Whether a reference such as `students/S1/scans/X7` or `mentors/M1/qualifications/0` leads to something."""
    node: Any = facts
    for part in reference.split("/"):
        if isinstance(node, dict):
            if part not in node:
                return False
            node = node[part]
        elif isinstance(node, list):
            by_id = [i for i in node if i == part or (isinstance(i, dict) and (i.get("id") == part))]
            if by_id:
                node = by_id[0]
            elif part.isdigit() and int(part) < len(node):
                node = node[int(part)]
            else:
                return False
        else:
            return False
    return True


def faults_of(facts: Row, report: Row) -> Iterator[str]:
    """Everything that is wrong with the form of a report, one line each."""
    if [c["clause"] for c in report["clauses"]] != CLAUSES:
        yield f"clauses: {[c['clause'] for c in report['clauses']]}"
    if report["overall"] != overall([c["outcome"] for c in report["clauses"]]):
        yield f"overall: {report['overall']}"
    people = {s["id"] for s in facts["students"]}
    for clause in report["clauses"]:
        name, findings = clause["clause"], clause["findings"]
        if clause["outcome"] != worst([f["outcome"] for f in findings]):
            yield f"{name} outcome: {clause['outcome']} over {[f['outcome'] for f in findings]}"
        if not findings:
            yield f"{name} empty: a clause about which nothing was found has its reason"
        for finding in findings:
            kind, subject = finding["subject"]["kind"], finding["subject"]["id"]
            if not (subject in people if kind == "student" else subject == facts["course"]["id"]):
                yield f"{name} subject: {finding['subject']}"
            if not finding["reason"].strip().endswith((".", "!", "?")):
                yield f"{name} sentence: {finding['reason']!r}"
            if finding["outcome"] not in ("met", "not_applicable") and not finding["settle"]:
                yield f"{name} settle: {finding['outcome']} without what would settle it: {finding['reason']}"
            rows = finding["rows"]
            lists = [rows["supporting"], rows["failing"], [row for row, _ in rows["left_out"]]]
            together = [row for rows in lists for row in rows]
            if len(set(together)) != len(together):
                yield f"{name} rows: one row in two lists: {sorted(r for r in together if together.count(r) > 1)[:3]}"
            for reference in [*finding["evidence"], *together]:
                if not there(facts, reference):
                    yield f"{name} reference: {reference} leads nowhere"
