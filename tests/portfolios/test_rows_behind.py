"""Every count leads to its rows: as many as it says, and just those, for whoever may see them; also as a file."""

import csv
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accreditation.facts import gather
from accreditation.models import Submission, User
from accreditation.presenters.finding_rows import key_of_finding
from accreditation.rules.evaluate import evaluate
from accreditation.services import submissions
from portfolios.presenters.hours import hours_of
from portfolios.presenters.progress import progress_of
from portfolios.services import scans
from tests.accreditation import panels
from tests.people import Clinic, days_ago

pytestmark = pytest.mark.django_db


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def unsupervised(clinic: Clinic, number: int) -> None:
    """So many scans without a mentor: more than a finding writes out below itself."""
    entries = [
        clinic.entry(on=days_ago(100 - place % 90), mentor=None, supervision="none")
        for place in range(number)
    ]
    scans.bulk_log_scans(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=entries)


def file_of(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address, {"as": "csv"})
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


def test_each_open_point_of_a_portfolio_leads_to_as_many_rows_as_it_says(
    clinic: Clinic, rivals: Clinic
) -> None:
    unsupervised(clinic, 65)
    mine = sign_in(clinic.student_user)
    gaps = progress_of(clinic.portfolio).gaps
    assert max(len(gap.evidence) for gap in gaps) >= 65
    page = mine.get(reverse("portfolio", args=[clinic.portfolio.pk])).content.decode()
    for gap in gaps:
        address = reverse("portfolio_finding", args=[clinic.portfolio.pk, gap.clause, key_of_finding(gap)])
        if not gap.evidence:
            continue
        assert re.search(rf'href="{address}">{len(gap.evidence)} record', page), gap
        shown = mine.get(address)
        assert shown.context["table"].count == len(gap.evidence), gap
        assert len(file_of(mine, address)) == len(gap.evidence)
        for stranger in (rivals.student_user, rivals.world.leader, clinic.world.officer):
            assert sign_in(stranger).get(address).status_code == 404
    gone = reverse("portfolio_finding", args=[clinic.portfolio.pk, "PS4.1", "0" * 16])
    assert mine.get(gone)["Location"] == reverse("portfolio", args=[clinic.portfolio.pk])


def test_each_finding_on_a_draft_leads_to_as_many_rows_as_it_says(clinic: Clinic, rivals: Clinic) -> None:
    unsupervised(clinic, 65)
    course = clinic.world.course
    draft = submissions.open_submission(by=clinic.world.leader, course=course, kind="new")
    leader = sign_in(clinic.world.leader)
    page = leader.get(reverse("submission_findings", args=[draft.pk])).content.decode()
    report = evaluate(gather(course, timezone.localdate(), standard=draft.edition))
    looked_at = [one for one in report if one.outcome.rank < 4 and one.evidence]
    assert any(len(one.evidence) > 40 for one in looked_at)
    for finding in looked_at:
        address = reverse("submission_finding", args=[draft.pk, finding.clause, key_of_finding(finding)])
        assert address in page, finding
        count = len(finding.evidence)
        assert f"<summary>{count} record" in page
        shown = leader.get(address)
        assert shown.context["table"].count == count and len(file_of(leader, address)) == count
        assert sign_in(rivals.world.leader).get(address).status_code == 404
    narrowed = leader.get(address, {"q": "no such words"})
    assert narrowed.context["table"].count == 0


def test_each_finding_before_a_panel_leads_to_as_many_rows_as_it_says(clinic: Clinic, rivals: Clinic) -> None:
    unsupervised(clinic, 65)
    case: Submission = panels.in_assessment(clinic.world)
    snapshot = case.snapshots.get()
    lead = sign_in(clinic.world.lead)
    checked = 0
    for entry in snapshot.report["clauses"]:
        page = lead.get(reverse("review_clause", args=[case.pk, entry["clause"]])).content.decode()
        for address, words in re.findall(r'href="(/reviews/[^"]+/found/[^"]+)">(?:All |These)(\d*)', page):
            count = lead.get(address).context["table"].count
            assert count == len(file_of(lead, address)) and count > 0
            assert not words or int(words) == count
            assert f"{count} record" in page
            checked += 1
            for stranger in (rivals.world.lead, clinic.student_user, rivals.world.leader):
                assert sign_in(stranger).get(address).status_code == 404
    assert checked


def test_the_hours_add_up_and_each_line_leads_to_its_scans(clinic: Clinic, rivals: Clinic) -> None:
    entries = [
        clinic.entry(on=days_ago(40), minutes=25, regions=frozenset({"knee"})),
        clinic.entry(on=days_ago(40), minutes=50, regions=frozenset({"knee", "shoulder"})),
        clinic.entry(on=days_ago(3), minutes=None, regions=frozenset({"shoulder"})),
        clinic.entry(on=days_ago(3), minutes=30, subject="simulator"),
    ]
    scans.bulk_log_scans(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=entries)
    found = hours_of(clinic.portfolio, {})
    assert (found.whole.minutes, found.whole.scans, found.whole.timed) == (75, 3, 2)
    assert found.whole.hours == "1 h 15 min" and progress_of(clinic.portfolio).hours == round(75 / 60, 1)
    assert {one.label: (one.minutes, one.scans) for one in found.by_region} == {
        "Shoulder": (50, 2),
        "Knee": (75, 2),
    }
    assert sum(one.minutes for one in found.by_month) == sum(one.minutes for one in found.by_mentor) == 75
    mine, address = sign_in(clinic.student_user), reverse("portfolio_hours", args=[clinic.portfolio.pk])
    for line in (*found.by_region, *found.by_mentor, *found.by_month):
        assert mine.get(f"{address}?{line.query}").context["table"].count == line.scans, line
    for person, status in (
        (clinic.mentor_user, 200), (clinic.world.leader, 200), (rivals.student_user, 404), (clinic.world.officer, 404),
    ):  # fmt: skip
        assert sign_in(person).get(address).status_code == status


@pytest.mark.parametrize("name", ["portfolio_hours", "scan_add"])
def test_pages_of_a_portfolio_ask_as_often_for_500_scans_as_for_one(clinic: Clinic, name: str) -> None:
    mine, address = sign_in(clinic.student_user), reverse(name, args=[clinic.portfolio.pk])
    counts: list[Any] = []
    for more in (1, 499):
        scans.bulk_log_scans(
            by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=[clinic.entry()] * more
        )
        mine.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert mine.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
