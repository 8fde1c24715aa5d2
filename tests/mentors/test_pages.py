"""The register's pages: who may, what is recorded, how many queries, and that they can be read by everybody."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from accreditation.models import AuditEvent, KeptView
from accreditation.roles import OFFICER
from mentors.models import Document, Mentor, Placement, Qualification, RemitPeriod, Shortage
from mentors.services import register, shortages
from portfolios.services.scans import log_scan
from tests.browser import assert_accessible
from tests.people import Clinic, days_ago
from tests.worlds import make_user

pytestmark = pytest.mark.django_db
OFFICE = ("to-look-at/", "capacity/", "files/", "mentors.csv", "mentors.xlsx", "add/")


def status(user: Any, url: str) -> int:
    client = Client()
    client.force_login(user)
    return client.get(url).status_code


@pytest.fixture
def claim(clinic: Clinic) -> Shortage:
    return shortages.claim_shortage(
        by=clinic.world.leader, course=clinic.world.course, reason="Two left", search_made="All asked",
        since=days_ago(9), until=days_ago(-90), relies_on=[clinic.mentor],
    )  # fmt: skip


@pytest.mark.parametrize("page", OFFICE)
def test_the_officers_pages_are_theirs_alone(clinic: Clinic, page: str) -> None:
    world = clinic.world
    assert status(world.officer, f"/mentors/{page}") == 200
    for other in (world.leader, world.lead, world.chair, world.committee, world.outsider, clinic.mentor_user):
        assert status(other, f"/mentors/{page}") == 403


def test_who_opens_which_entry_and_which_shortage(clinic: Clinic, rivals: Clinic, claim: Shortage) -> None:
    entry, case = f"/mentors/{clinic.mentor.pk}/", f"/mentors/shortages/{claim.pk}/"
    for user in (clinic.world.officer, clinic.world.leader):
        assert status(user, entry) == status(user, case) == 200
    assert status(clinic.mentor_user, entry) == 200
    for user in (
        rivals.world.leader,
        rivals.mentor_user,
        clinic.student_user,
        clinic.world.lead,
        clinic.world.outsider,
    ):
        assert status(user, entry) == 404
        assert status(user, case) in (403, 404)


def test_every_read_by_an_officer_is_recorded_and_nobody_elses(clinic: Clinic) -> None:
    def reads() -> int:
        return AuditEvent.objects.filter(verb="mentor.read", object_id=str(clinic.mentor.pk)).count()

    url = f"/mentors/{clinic.mentor.pk}/"
    for user, more in ((clinic.world.officer, 1), (clinic.world.leader, 0), (clinic.mentor_user, 0)):
        before = reads()
        assert status(user, url) == status(user, f"{url}?known={days_ago(0).isoformat()}") == 200
        assert reads() == before + 2 * more
    assert status(clinic.world.officer, "/mentors/mentors.csv") == 200
    event = AuditEvent.objects.get(verb="mentors.exported")
    assert event.payload["mentors"] == [clinic.mentor.number]


def test_a_day_before_the_entry_was_known_shows_nothing(clinic: Clinic) -> None:
    client = Client()
    client.force_login(clinic.world.officer)
    known = {"known": days_ago(1).isoformat()}
    assert client.get(f"/mentors/{clinic.mentor.pk}/", known).status_code == 404
    assert clinic.mentor.full_name not in client.get("/mentors/", known).content.decode()
    ahead = client.get("/mentors/", {"known": days_ago(-3).isoformat()}).content.decode()
    assert "Nobody knows yet" in ahead and clinic.mentor.full_name in ahead


def post(client: Client, url: str, **values: Any) -> Any:
    """Opens a form and sends it with its key."""
    found = re.search(r'name="form_key" value="([^"]+)"', client.get(url).content.decode())
    assert found, url
    return client.post(url, values | {"form_key": found[1]})


def test_a_proposal_goes_from_the_course_to_the_register_and_onto_the_course(clinic: Clinic) -> None:
    leader, officer = Client(), Client()
    leader.force_login(clinic.world.leader)
    officer.force_login(clinic.world.officer)
    sent = {
        "full_name": "New Mentor",
        "email": "new@site.example",
        "body": "HCPC",
        "registration_number": "PH1234567",
    }
    assert post(leader, "/mentors/propose/", **sent).status_code == 422
    assert (
        post(leader, "/mentors/propose/", **(sent | {"registration_number": "PH123456"})).status_code == 302
    )
    new = Mentor.objects.get(full_name="New Mentor")
    assert new.state == "proposed" and "New Mentor" in officer.get("/mentors/to-look-at/").content.decode()
    assert leader.post(f"/mentors/{new.pk}/accept/").status_code == 403
    assert officer.post(f"/mentors/{new.pk}/accept/").status_code == 302
    assert Placement.objects.get(mentor=new).course == clinic.world.course


def test_a_shortage_is_claimed_and_decided_on_pages(clinic: Clinic) -> None:
    leader, officer = Client(), Client()
    leader.force_login(clinic.world.leader)
    officer.force_login(clinic.world.officer)
    first, last = days_ago(5), days_ago(-60)
    days = {f"{name}_{part}": getattr(day, part) for name, day in (("since", first), ("until", last))
            for part in ("day", "month", "year")}  # fmt: skip
    url = f"/mentors/shortages/claim/{clinic.world.course.pk}/"
    assert officer.get(url).status_code in (403, 404)
    done = post(
        leader,
        url,
        reason="Two left",
        search_made="All asked",
        area="wales",
        relies_on=[clinic.mentor.pk],
        **days,
    )
    row = Shortage.objects.get()
    assert done.status_code == 302 and row.area == "wales"
    assert (
        post(officer, f"/mentors/shortages/{row.pk}/decide/", accept="yes", reason="Shown").status_code == 302
    )
    page = officer.get("/mentors/shortages/").content.decode()
    assert "Wales" in page and clinic.world.officer.full_name in page
    row.refresh_from_db()
    assert (row.status, row.until) == ("accepted", last)


def test_a_view_is_kept_used_and_removed_by_its_owner_alone(clinic: Clinic) -> None:
    client = Client()
    client.force_login(clinic.world.officer)
    client.post(
        "/tables/mentors/views/", {"name": "Knees", "query": "region=knee&page=3", "here": "/mentors/"}
    )
    client.post("/tables/mentors/views/", {"name": "Nothing", "query": "", "here": "/mentors/"})
    view = KeptView.objects.get()
    assert "?region=knee" in client.get("/mentors/").content.decode()
    other = Client()
    other.force_login(clinic.world.leader)
    other.post(f"/tables/views/{view.pk}/remove/")
    assert KeptView.objects.count() == 1 and "Knees" not in other.get("/mentors/").content.decode()
    back = client.post(f"/tables/views/{view.pk}/remove/", {"here": "//elsewhere.example/"})
    assert not KeptView.objects.exists() and back["Location"] == "/"


def test_filters_find_by_region_answer_day_and_what_runs_out(clinic: Clinic) -> None:
    young = register.add_mentor(by=clinic.world.officer, full_name="Young Person")
    Qualification.objects.create(mentor=young, kind="pgc", msk="yes", ratified_on=days_ago(500))
    RemitPeriod.objects.create(mentor=young, regions={"elbow"}, until=days_ago(-20))
    register.confirm_entry(by=clinic.mentor_user, mentor_id=clinic.mentor.pk)
    register.add_mentor(by=clinic.world.officer, full_name="No Rows")
    client = Client()
    client.force_login(clinic.world.officer)

    def found(**query: Any) -> set[str]:
        return {line.first.text for line in client.get("/mentors/", query).context["table"].lines}

    name = clinic.mentor.full_name
    assert found(region="elbow") == {"Young Person"} and found(region="knee") == {name}
    assert found(standing="met") == {name} and found(standing="missing") == {"No Rows"}
    assert found(standing="met", on=days_ago(-240).isoformat()) == {name, "Young Person"}
    assert "Young Person" in found(weeks=4) and found(q="young") == {"Young Person"}
    assert found(q=clinic.mentor.number) == {name} and found(region="nowhere") == {
        name,
        "Young Person",
        "No Rows",
    }


def test_a_file_behind_a_qualification_is_kept_and_its_reading_recorded(
    clinic: Clinic, rivals: Clinic
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    award, client = Qualification.objects.get(mentor=clinic.mentor), Client()
    client.force_login(clinic.world.officer)
    url = f"/mentors/{clinic.mentor.pk}/qualifications/{award.pk}/file/"
    sent = SimpleUploadedFile("transcript.txt", b"Ratified on 24 September 2022")
    cut = post(client, url, title="Transcript", file=sent)  # without the last field of its form
    assert cut.status_code == 422 and "did not arrive whole" in cut.content.decode()
    assert not Document.objects.exists()
    sent.seek(0)
    assert post(client, url, title="Transcript", file=sent, __end="1").status_code == 302
    assert Document.objects.get().qualification == award
    link = f"/mentors/{clinic.mentor.pk}/files/1/"
    sent_back: Any = client.get(link)
    assert b"".join(sent_back.streaming_content) == b"Ratified on 24 September 2022"
    assert AuditEvent.objects.filter(verb="mentor.document_read").count() == 1
    assert status(clinic.world.leader, link) == status(rivals.mentor_user, link) == 404


def fill(number: int, course_id: UUID) -> None:
    """Many mentors with all their rows, in four statements."""
    new = Mentor.objects.bulk_create(
        Mentor(number=f"X{place}", full_name=f"Many {place}") for place in range(number)
    )
    old = timezone.now() - timedelta(days=900)
    Qualification.objects.bulk_create(
        Qualification(mentor=one, kind="pgc", msk="yes", ratified_on=days_ago(900), known_from=old)
        for one in new
    )
    RemitPeriod.objects.bulk_create(RemitPeriod(mentor=one, regions={"knee"}, known_from=old) for one in new)
    Placement.objects.bulk_create(
        Placement(mentor=one, course_id=course_id, since=days_ago(99)) for one in new
    )


@pytest.mark.parametrize(
    "url", ["/mentors/", "/mentors/?region=knee&standing=met&weeks=9", "/mentors/capacity/", "/mentors/to-look-at/",
            "/mentors/shortages/", "/mentors/mentors.csv", "/mentors/?known={day}"],
)  # fmt: skip
def test_as_many_queries_for_500_mentors_as_for_one(
    clinic: Clinic, url: str, django_assert_num_queries: Any, claim: Shortage
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(clinic.world.officer)
    address = url.format(day=days_ago(0).isoformat())
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        assert client.get(address).status_code == 200
    fill(499, clinic.world.course.pk)
    with django_assert_num_queries(len(one)):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_pages_can_be_read_by_everybody(
    request: pytest.FixtureRequest, size: str, transactional_db: None, live_server: Any,
    sign_in: Callable[[Page, Any], None], clinic: Clinic, claim: Shortage,
) -> None:  # fmt: skip
    log_scan(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry())
    page: Page = request.getfixturevalue(size)
    sign_in(page, clinic.world.officer)
    for url in (
        "/mentors/", f"/mentors/{clinic.mentor.pk}/", "/mentors/shortages/", f"/mentors/shortages/{claim.pk}/",
        f"/mentors/shortages/{claim.pk}/decide/", "/mentors/capacity/", "/mentors/to-look-at/", "/mentors/files/",
        f"/mentors/{clinic.mentor.pk}/reminders/", f"/mentors/{clinic.mentor.pk}/correct/",
    ):  # fmt: skip
        page.goto(url)
        for summary in page.locator("main details > summary").all():
            summary.click()
        assert_accessible(page)


def test_an_officer_who_is_a_mentor_does_not_keep_their_own_entry(clinic: Clinic) -> None:
    both = make_user("Both", OFFICER)
    own = register.add_mentor(by=clinic.world.officer, full_name="Both", user=both)
    assert status(both, f"/mentors/{own.pk}/") == 200
    for page in ("correct/", "work/", "remit/", "reminders/"):
        assert status(both, f"/mentors/{own.pk}/{page}") == 403


def test_the_django_admin_shows_the_register_and_changes_nothing(clinic: Clinic) -> None:
    from django.apps import apps
    from django.contrib import admin
    from django.urls import reverse

    root = make_user("Root")
    root.is_staff = root.is_superuser = True
    root.save()
    client = Client()
    client.force_login(root)
    for model in apps.get_app_config("mentors").get_models():
        assert model in admin.site._registry, model
        name = model._meta.model_name
        assert client.get(reverse(f"admin:mentors_{name}_changelist")).status_code == 200, name
        assert client.get(reverse(f"admin:mentors_{name}_add")).status_code == 403, name
    url = reverse("admin:mentors_mentor_change", args=[clinic.mentor.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"full_name": "Changed"}).status_code == 403


def test_what_waits_for_officers_stands_on_their_home_page_and_in_search(
    clinic: Clinic, claim: Shortage
) -> None:
    from accreditation.search import search
    from mentors.home import items_for

    titles = [item.title for item in items_for(clinic.world.officer)]
    assert any(title.startswith("Decide the shortage of mentors") for title in titles)
    assert not any("Decide" in item.title for item in items_for(clinic.world.leader))
    assert [hit.title for hit in search(clinic.world.leader, clinic.mentor.number)] == [
        clinic.mentor.full_name
    ]
    assert not search(clinic.world.outsider, clinic.mentor.number)


def test_a_placement_says_first_from_when_the_mentor_may_supervise(clinic: Clinic, rivals: Clinic) -> None:
    young = register.add_mentor(by=clinic.world.officer, full_name="Young Person")
    Qualification.objects.create(mentor=young, kind="pgc", msk="yes", ratified_on=days_ago(500))
    officer, leader = Client(), Client()
    officer.force_login(clinic.world.officer)
    leader.force_login(clinic.world.leader)
    url, day = f"/mentors/{young.pk}/place/", days_ago(3)
    assert leader.get(url).status_code == 404, "a mentor whom the course cannot see"
    assert "Young Person reaches two years on" in officer.get(url).content.decode()
    since = {f"since_{part}": getattr(day, part) for part in ("day", "month", "year")}
    assert post(officer, url, course=clinic.world.course.pk, **since).status_code == 302
    row = Placement.objects.get(mentor=young)
    assert status(rivals.world.leader, f"/mentors/{young.pk}/place/{row.pk}/end/") == 404
    until = {name.replace("since", "until"): value for name, value in since.items()}
    assert post(leader, f"/mentors/{young.pk}/place/{row.pk}/end/", **until).status_code == 302
    now = Placement.objects.get(mentor=young, known_until__isnull=True)
    assert (now.since, now.until) == (day, day) and Placement.objects.filter(mentor=young).count() == 2
