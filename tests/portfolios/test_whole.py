"""The whole portfolio as one file: made in the background, for its owner alone, any day, also after the course."""

import io
import json
import zipfile
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from accreditation import files as store
from accreditation.enums import BuildState
from accreditation.models import AuditEvent, Job, User
from portfolios.models import PortfolioFile, Student
from portfolios.services import appraisals, files, scans, whole
from portfolios.tasks import MAKERS
from tests.people import Clinic, days_ago

pytestmark = pytest.mark.django_db(transaction=True)  # no transaction lies idle while pages are set

HOSTILE = (
    '<img src="file:///etc/passwd"><link rel=attachment href="http://127.0.0.1:9/x"> {{ 7|add:7 }} '
    + "W" * 400
)


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def make(row: PortfolioFile) -> PortfolioFile:
    job = Job.objects.get(key=f"portfolio-file:{row.pk}")
    files.build(job_id=job.pk, makers=MAKERS)
    row.refresh_from_db()
    return row


def fill(clinic: Clinic, number: int) -> None:
    entries = [clinic.entry(on=days_ago(30), reflection=HOSTILE, indication="Pain")] * number
    made = scans.bulk_log_scans(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=entries)
    said = appraisals.Appraised(grade="good", comment="A comment to keep")
    appraisals.bulk_appraise(by=clinic.mentor_user, portfolio_id=clinic.portfolio.pk, said={made[0].pk: said})


def test_everything_is_in_it_and_only_its_owner_gets_it(
    clinic: Clinic, rivals: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "PART", 2)
    fill(clinic, 3)
    mine = sign_in(clinic.student_user)
    page = mine.post(reverse("whole_ask", args=[clinic.portfolio.pk]))["Location"]
    assert mine.post(reverse("whole_ask", args=[clinic.portfolio.pk]))["Location"] == page  # made once
    row = PortfolioFile.objects.get()
    assert "You can leave this page" in mine.get(page).content.decode()
    take = reverse("whole_take", args=[clinic.portfolio.pk, row.pk])
    assert mine.get(take).status_code == 409
    made = make(row)
    assert (made.state, made.failure, made.step, made.steps) == (BuildState.BUILT, "", 3, 3)
    for user in (clinic.mentor_user, clinic.world.leader, clinic.world.officer, rivals.student_user):
        for address in (page, take, reverse("whole_state", args=[clinic.portfolio.pk, row.pk])):
            assert sign_in(user).get(address).status_code == 404
        assert sign_in(user).post(reverse("whole_ask", args=[clinic.portfolio.pk])).status_code == 404
    answer = mine.get(take)
    assert "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as held:  # type: ignore[attr-defined]
        assert held.testzip() is None
        names = set(held.namelist())
        reader = pypdf.PdfReader(io.BytesIO(held.read("portfolio.pdf")))
        words = " ".join(part.extract_text() for part in reader.pages)
        told = json.loads(held.read("portfolio.json"))
    answer.close()
    assert {
        "scans.csv",
        "contract-version-1.txt",
        "read-me.txt",
        "registrations.csv",
        "experience.csv",
    } <= names
    assert len(told["scans"]) == 3 and told["registrations"][0]["number"] == "PH123456"
    for said in (clinic.portfolio.student.full_name, "A comment to keep", "{{ 7|add:7 }}", "part 2 of 2"):
        assert said in words
    assert not reader.attachments
    assert AuditEvent.objects.filter(verb="portfolio.exported").count() == 1


@pytest.mark.parametrize("state", ["completed", "withdrawn"])
def test_after_the_course_one_reads_and_takes_and_logs_no_more(clinic: Clinic, state: str) -> None:
    fill(clinic, 1)
    Student.objects.filter(pk=clinic.portfolio.pk).update(state=state)
    mine = sign_in(clinic.student_user)
    for name in ("portfolio", "scan_list"):
        assert mine.get(reverse(name, args=[clinic.portfolio.pk])).status_code == 200
    assert mine.post(reverse("portfolio_export", args=[clinic.portfolio.pk])).status_code == 200
    mine.post(reverse("whole_ask", args=[clinic.portfolio.pk]))
    row = make(PortfolioFile.objects.get())
    taken = mine.get(reverse("whole_take", args=[clinic.portfolio.pk, row.pk]))
    assert taken.status_code == 200 and b"".join(taken.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    taken.close()
    if state == "withdrawn":
        assert mine.get(reverse("scan_add", args=[clinic.portfolio.pk])).status_code == 409


def test_a_file_that_failed_says_why_and_is_made_again(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = whole.ask_whole(by=clinic.student_user, portfolio_id=clinic.portfolio.pk)

    def full(data: bytes) -> Any:
        raise store.StoreUnavailable("The store is full.")

    with monkeypatch.context() as broken:
        broken.setattr("portfolios.services.files.files.store_bytes", full)
        for _ in range(3):
            Job.objects.filter(key=f"portfolio-file:{row.pk}").update(not_before="2020-01-01T00:00Z")
            make(row)
    assert row.state == BuildState.FAILED
    mine = sign_in(clinic.student_user)
    page = reverse("whole", args=[clinic.portfolio.pk, row.pk])
    assert "The store is full." in mine.get(page).content.decode()
    mine.post(reverse("whole_again", args=[clinic.portfolio.pk, row.pk]))
    assert make(row).state == BuildState.BUILT


def test_only_the_newest_files_are_kept(clinic: Clinic) -> None:
    for _ in range(5):
        make(whole.ask_whole(by=clinic.student_user, portfolio_id=clinic.portfolio.pk))
    assert PortfolioFile.objects.count() == whole.KEPT
