"""The export: all that a portfolio holds, for its owner only, and nothing that a spreadsheet would run."""

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accreditation.models import AuditEvent, User
from portfolios.services import appraisals, outcomes, scans
from portfolios.services.export import everything
from tests.people import Clinic, days_ago

pytestmark = pytest.mark.django_db


def ask(user: User, clinic: Clinic) -> Any:
    client = Client()
    client.force_login(user)
    return client.post(reverse("portfolio_export", args=[clinic.portfolio.pk]))


def test_the_owner_takes_everything_and_nobody_else_does(clinic: Clinic, rivals: Clinic) -> None:
    entry = clinic.entry(indication="=HYPERLINK(1)", reflection="Größe, “quoted”\nsecond line")
    scan = scans.log_scan(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=entry)
    said = appraisals.Appraised(grade="good", comment="Well done")
    appraisals.appraise(by=clinic.mentor_user, scan_id=scan.pk, version=1, said=said)
    outcomes.record_assessment(
        by=clinic.world.member, portfolio_id=clinic.portfolio.pk, kind="unseen_patient", on=days_ago(4), regions=["knee"],
        outcome="pass", assessor_name="Dr Marlowe", case="U1", comment="Calm and complete",
    )  # fmt: skip
    others = (clinic.mentor_user, clinic.world.leader, clinic.world.officer, rivals.student_user)
    assert {ask(user, clinic).status_code for user in others} == {404}
    answer = ask(clinic.student_user, clinic)
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as held:
        assert held.testzip() is None
        rows = list(csv.DictReader(io.StringIO(held.read("scans.csv").decode("utf-8-sig"), newline="")))
        whole = json.loads(held.read("portfolio.json"))
        contract = held.read("contract-version-1.txt").decode()
    assert rows[0]["indication"] == "'=HYPERLINK(1)" and rows[0]["comment"] == "Well done"
    assert rows[0]["reflection"] == "Größe, “quoted”\nsecond line"
    assert whole["scans"][0]["indication"] == "=HYPERLINK(1)" and len(whole["signatures"]) == 3
    assert clinic.portfolio.student.full_name in contract
    (examination,), (judgement,) = whole["assessments"], whole["judgements"]
    assert (examination["number"], examination["case"], examination["comment"]) == (
        "A1",
        "U1",
        "Calm and complete",
    )
    assert judgement["reason"] == "Sound reasoning" and whole["student"]["profession"] == "Physiotherapist"
    assert {one["state"] for one in whole["signatures"]} == {"Signed"}
    assert AuditEvent.objects.filter(verb="portfolio.exported").count() == 1


def test_one_scan_or_five_hundred_take_the_same_queries(clinic: Clinic) -> None:
    counts = []
    for more in (1, 499):
        entries = [clinic.entry()] * more
        scans.bulk_log_scans(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=entries)
        with CaptureQueriesContext(connection) as asked:
            assert len(everything(clinic.portfolio)["scans"]) in (1, 500)
        counts.append(len(asked))
    assert counts[0] == counts[1]
