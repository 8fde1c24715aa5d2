"""The pages of files of scans: the way through them, who sees them, and that they cost the same for one line and many."""

from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accreditation.models import User
from portfolios.models import Scan, ScanFile
from portfolios.services import scan_files
from tests.people import Clinic
from tests.portfolios.scanlines import as_csv, line, upload, with_bad
from tests.portfolios.test_scan_files import bring

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, clinic: Clinic, data: bytes, name: str = "scans.csv", **more: Any) -> Any:
    where = reverse("scan_files", args=[clinic.portfolio.pk])
    key = str(client.get(where).context["form"].fields["form_key"].initial())
    return client.post(where, {"form_key": key, "file": upload(data, name), "__end": "1"} | more, follow=True)


def test_the_way_of_a_file(clinic: Clinic) -> None:
    client = signed_in(clinic.student_user)
    lines = [line(place, clinic) for place in range(6)]
    lines[2]["Regions"] = "shouldre"
    page = send(client, clinic, as_csv(lines))
    words = page.content.decode()
    assert "5 lines" in words and "shouldre: no region or extra" in words and not Scan.objects.exists()
    row = ScanFile.objects.get()
    refused = client.post(reverse("scan_file_take_over", args=[row.pk]), {"which": "all"})
    assert refused.status_code == 409 and "1 lines are refused" in refused.content.decode()
    done = client.post(reverse("scan_file_take_over", args=[row.pk]), {"which": "good"}, follow=True)
    assert "5 scans came into the log" in done.content.decode() and Scan.objects.count() == 5
    twice = client.post(reverse("scan_file_take_over", args=[row.pk]), {"which": "good"})
    assert twice.status_code == 409 and Scan.objects.count() == 5
    back = client.post(reverse("scan_file_take_back", args=[row.pk]), follow=True)
    assert "The file was taken back" in back.content.decode() and not Scan.objects.exists()


def test_a_form_pressed_twice_brings_one_file(clinic: Clinic) -> None:
    client = signed_in(clinic.student_user)
    key = "0b0e7a52-7d6f-4a4a-9a55-0d4d3cf0a001"
    for _ in range(2):
        assert send(client, clinic, as_csv([line(0, clinic)]), form_key=key).status_code == 200
    assert ScanFile.objects.count() == 1


def test_columns_are_named_on_a_page(clinic: Clinic) -> None:
    client = signed_in(clinic.student_user)
    page = send(client, clinic, as_csv([{"Done": "1/9/2026", "Exam": "US Knee Lt", "Room": "3"}]))
    row = ScanFile.objects.get()
    assert page.redirect_chain[-1][0] == reverse("scan_file_columns", args=[row.pk])
    assert "US Knee Lt" in page.content.decode()
    chosen = {
        "version": row.version,
        "column-0": "on",
        "column-1": "",
        "column-2": "",
        "fixed-role": "performed",
    }
    wrong = client.post(reverse("scan_file_columns", args=[row.pk]), chosen)
    assert wrong.status_code == 422 and "Say which column holds “Regions”" in wrong.content.decode()
    done = client.post(
        reverse("scan_file_columns", args=[row.pk]), chosen | {"column-1": "regions"}, follow=True
    )
    assert "1 line<" in done.content.decode() and "knee, left" in done.content.decode()


def test_a_long_file_is_left_to_the_worker(
    clinic: Clinic, rung: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(clinic.student_user)
    lines = [line(place, clinic) for place in range(2100)]
    with django_capture_on_commit_callbacks(execute=True):
        page = send(client, clinic, as_csv(lines))
    row = ScanFile.objects.get()
    assert rung == [scan_files.LOOK_TASK] and "The file is being looked at" in page.content.decode()
    ScanFile.objects.update(done=500)
    state = client.get(reverse("scan_file_state", args=[row.pk]))
    assert 'value="500"' in state.content.decode() and "HX-Refresh" not in state.headers
    scan_files.look(ScanFile.objects.get())
    assert client.get(reverse("scan_file_state", args=[row.pk])).headers["HX-Refresh"] == "true"
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(reverse("scan_file_take_over", args=[row.pk]), {"which": "all"}, follow=True)
    assert rung[1:] == [scan_files.STORE_TASK] and "is being taken over" in page.content.decode()


def test_who_sees_files(clinic: Clinic, rivals: Clinic) -> None:
    """What one may not see is not there: for mentors, assessors and officers as for the other university."""
    row = bring(clinic, as_csv([line(0, clinic)]))
    whole = scan_files.bring(by=clinic.world.leader, course=clinic.world.course, portfolio=None,
                             upload=upload(as_csv([{"Student": "S001"} | line(1, clinic)])))  # fmt: skip
    log, course = clinic.portfolio.pk, clinic.world.course.pk
    for_log = [
        reverse("scan_files", args=[log]), reverse("scan_template", args=[log, "csv"]), reverse("scan_file", args=[row.pk]),
        reverse("scan_file_state", args=[row.pk]), reverse("scan_file_columns", args=[row.pk]),
    ]  # fmt: skip
    for_course = [
        reverse("course_scan_files", args=[course]), reverse("course_scan_template", args=[course, "xlsx"]),
        reverse("scan_file", args=[whole.pk]),
    ]  # fmt: skip
    moves = [reverse(name, args=[one.pk]) for one in (row, whole) for name in (
        "scan_file_take_over", "scan_file_look_again", "scan_file_leave", "scan_file_take_back")]  # fmt: skip
    world, rival = clinic.world, rivals.world
    for person in (world.leader, world.member, clinic.student_user):
        client = signed_in(person)
        assert {client.get(one).status_code for one in for_log} == {200}
        assert {client.get(one).status_code for one in for_course} == (
            {200} if person != clinic.student_user else {403, 404}
        )
    strangers = (
        clinic.mentor_user, world.officer, world.lead, world.chair, world.outsider, rival.leader, rivals.student_user,
        rivals.mentor_user,
    )  # fmt: skip
    for person in strangers:
        client = signed_in(person)
        assert {client.get(one).status_code for one in (*for_log, *for_course)} <= {403, 404}, person
        assert {client.post(one).status_code for one in moves} <= {403, 404}, person
    assert not Scan.objects.exists() and set(ScanFile.objects.values_list("state", flat=True)) == {"checked"}


def test_pages_cost_the_same_for_one_line_and_for_many(clinic: Clinic) -> None:
    client = signed_in(clinic.student_user)
    few = bring(clinic, as_csv([line(0, clinic, Regions="x")]))
    listed = _queries(client, reverse("scan_files", args=[clinic.portfolio.pk]))
    lines, _ = with_bad(900, 300, clinic)
    many = bring(clinic, as_csv(lines))
    for place in range(20):
        bring(clinic, as_csv([line(place, clinic)]))
    assert _queries(client, reverse("scan_file", args=[few.pk])) == _queries(
        client, reverse("scan_file", args=[many.pk])
    )
    assert _queries(client, reverse("scan_files", args=[clinic.portfolio.pk])) == listed


def _queries(client: Client, where: str) -> int:
    from django.db import connection

    with CaptureQueriesContext(connection) as found:
        assert client.get(where).status_code == 200
    return len(found)
