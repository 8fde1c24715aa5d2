"""Everything that a portfolio holds, as files for its owner: tables as CSV, the whole as JSON, in one zip (any day)."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accreditation import audit
from accreditation.imports.cells import harmless
from accreditation.models import User
from accreditation.rules.dates import spoken
from portfolios.models import Portfolio, Scan
from portfolios.permissions import check_own
from portfolios.services.contracts import contract_text
from portfolios.services.export_past import past_of
from portfolios.services.portfolios import locked

Row = Mapping[str, Any]


def export_portfolio(*, by: User, portfolio_id: UUID) -> bytes:
    """The zip file: scans.csv, assessments.csv, contracts as text, portfolio.json, and a note. Raises `NotAllowed`."""
    with transaction.atomic():
        portfolio = locked(portfolio_id)
        check_own(by, portfolio)
        whole = everything(portfolio)
        audit.record("portfolio.exported", by=by, obj=portfolio, payload={"scans": len(whole["scans"])})
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as into:
        into.writestr("read-me.txt", NOTE.format(day=spoken(timezone.localdate())))
        write_tables(whole, into)
    return held.getvalue()


TABLES = (
    "scans", "assessments", "signatures", "team", "awards", "results", "registrations", "experience", "presentations",
    "passports", "corrections", "taken_back", "disputes", "standing", "judgements", "former_judgements", "look_ups", "files",
)  # fmt: skip


def write_tables(whole: Mapping[str, Any], into: zipfile.ZipFile) -> None:
    """What `everything` gives, as JSON, as a CSV file for each table, and each contract as a text."""
    into.writestr("portfolio.json", json.dumps(whole, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
    for name in TABLES:
        into.writestr(f"{name}.csv", as_csv(whole[name]))
    for contract in whole["contracts"]:
        into.writestr(f"contract-version-{contract['version']}.txt", contract["text"])


NOTE = """Your portfolio as it stood on {day}.

The files that end in .csv open in any spreadsheet; those without a row in them are empty. corrections.csv and
taken_back.csv hold what was corrected or withdrawn. files.csv names the documents behind your experience; the file of
everything that you can have made holds the documents themselves.
portfolio.json holds the same for other software. Each version of your learning contract is a text of its own; its
fingerprint (SHA-256) is the one that its signatures name.
"""


def everything(portfolio: Portfolio) -> dict[str, Any]:
    """All of a portfolio as plain values, in a constant number of queries."""
    student = portfolio.student
    scans = portfolio.scans.select_related("mentor", "appraisal__mentor").order_by("number")
    return {
        "student": {
            "name": student.full_name, "code": student.code, "profession": student.profession, "cohort": student.cohort,
            "state": student.get_state_display(), "applied": student.applied_on, "enrolled": student.enrolled_on,
        },
        "course": {"title": student.course.title, "institution": student.course.institution.name},
        "hours": portfolio.hours,
        "scans": [_scan(scan) for scan in scans],
        "assessments": [
            {
                "number": str(one), "on": one.on, "kind": one.get_kind_display(),
                "regions": " ".join(sorted(one.regions)), "outcome": one.get_outcome_display(), "case": one.case,
                "assessor": str(one.assessor_mentor or one.assessor_name), "signed_off": one.signed_on,
                "comment": one.comment, "identifier_reason": one.identifier_reason,
            }
            for one in portfolio.assessments.select_related("assessor_mentor").order_by("on", "number")
        ],
        "contracts": [
            {"version": one.number, "sha256": one.text_sha256, "text": contract_text(one)}
            for one in portfolio.contracts.select_related("portfolio__student__course__institution")
        ],
        "signatures": [
            {
                "version": one.contract.number, "party": one.get_party_display(), "name": one.name,
                "statement": one.statement, "on": one.signed_on, "sha256": one.text_sha256,
                "state": one.get_state_display(), "entered": one.created_at,
            }
            for contract in portfolio.contracts.prefetch_related("signatures__contract")
            for one in contract.signatures.all()
        ],
        "team": [
            {"mentor": one.mentor.full_name, "since": one.since, "until": one.until}
            for one in student.team.filter(known_until__isnull=True).select_related("mentor")
        ],
        "awards": [
            {
                "kind": one.get_kind_display(), "regions": " ".join(sorted(one.regions)), "ratified": one.ratified_on,
                "published": one.published_on, "conferred": one.conferred_on,
            }
            for one in student.awards.all()
        ],
        "results": [
            {"module": one.module.code, "outcome": one.get_outcome_display(), "on": one.on}
            for one in student.results.select_related("module")
        ],
        "registrations": [
            {
                "body": one.other_body or one.body, "number": one.number, "status": one.get_status_display(),
                "since": one.since, "until": one.until, "seen": one.seen_on,
            }
            for one in student.registrations.all()
        ],
        "experience": [
            {"specialism": one.get_specialism_display(), "months": one.months, "description": one.description}
            for one in student.experience.all()
        ],
        "presentations": [
            {
                "to": one.get_to_display(), "recipient": one.recipient, "on": one.on, "award": one.award,
                "portfolio": one.portfolio_shown,
            }
            for one in portfolio.presentations.order_by("on")
        ],
        "passports": [
            {
                "number": one.number, "purpose": one.purpose, "made": one.created_at, "expires": one.expires_on,
                "revoked": one.revoked_at, "opened": one.times,
            }
            for one in portfolio.passports.annotate(times=Count("views")).order_by("created_at")
        ],
        **past_of(portfolio),
    }  # fmt: skip


def _scan(scan: Scan) -> dict[str, Any]:
    said = getattr(scan, "appraisal", None)
    return {
        "number": scan.number, "case": scan.case, "on": scan.on, "regions": " ".join(sorted(scan.regions)),
        "side": scan.side, "subject": scan.subject, "counted": scan.logged, "age": scan.age,
        "indication": scan.indication, "mentor": str(scan.mentor or ""), "supervision": scan.supervision,
        "role": scan.role, "minutes": scan.minutes, "findings": " ".join(sorted(scan.pathologies)),
        "other_finding": scan.other_finding, "reflection": scan.reflection, "identifier_reason": scan.identifier_reason,
        "appraisal": said.get_state_display() if said else "", "appraised_by": str(said.mentor or "") if said else "",
        "appraised_on": said.on if said else None, "grade": said.grade_words if said else "",
        "technique": said.technique if said else "", "image": said.image if said else "",
        "report": said.report if said else "", "patient_care": said.patient_care if said else "",
        "comment": said.comment if said else "",
    }  # fmt: skip


def as_csv(rows: Iterable[Row]) -> str:
    """Rows as CSV that spreadsheets open as UTF-8, with no cell that they take for a formula; empty without rows."""
    held = io.StringIO()
    writer = csv.writer(held)
    for place, row in enumerate(rows):
        if place == 0:
            held.write("\ufeff")
            writer.writerow(row)
        writer.writerow([harmless("" if value is None else str(value)) for value in row.values()])
    return held.getvalue()
