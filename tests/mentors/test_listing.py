"""On the register, and agreed to be: both with two times, so that a page can be read as known on an earlier day."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accreditation.exceptions import Invalid, NotAllowed, NotNow
from mentors import sheets
from mentors.enums import MentorState
from mentors.models import Consent, Listing, Mentor
from mentors.presenters.capacity import capacity
from mentors.services import corrections, listing, periods, register
from portfolios.demo.clock import at
from tests.people import Clinic, days_ago
from tests.worlds import World

pytestmark = pytest.mark.django_db


def entered(world: World, back: int, **details: object) -> Mentor:
    """A mentor who came onto the register so many days ago."""
    with at(days_ago(back)):
        return register.add_mentor(by=world.officer, full_name="Robin Ward", **details)


def texts(client: Client, mentor: Mentor, **asked: date) -> str:
    query = "&".join(f"{name}={day.isoformat()}" for name, day in asked.items())
    return client.get(f"/mentors/{mentor.pk}/?{query}").content.decode()


def test_leaving_that_becomes_known_late_changes_today_and_not_what_was_known(clinic: Clinic) -> None:
    world, client = clinic.world, Client()
    client.force_login(world.officer)
    mentor = entered(world, 100)
    listing.remove_mentor(by=world.officer, mentor_id=mentor.pk, on=days_ago(40), reason="Retired")
    mentor.refresh_from_db()
    assert mentor.state == MentorState.LEFT
    left = f"Left the register: the last day was {days_ago(40).day} {days_ago(40):%B %Y}"
    assert left in texts(client, mentor)
    assert left in texts(client, mentor, on=days_ago(20))
    assert "Left the register" not in texts(client, mentor, on=days_ago(50))
    assert "Left the register" not in texts(client, mentor, on=days_ago(20), known=days_ago(5))
    assert capacity(world.officer, on=days_ago(20), known_on=days_ago(5)).mentors == 1
    assert capacity(world.officer, on=days_ago(20), known_on=days_ago(0)).mentors == 0


def test_who_has_left_cannot_be_placed_and_may_return(clinic: Clinic) -> None:
    world, mentor = clinic.world, entered(clinic.world, 100)
    key = {"by": world.officer, "mentor_id": mentor.pk}
    listing.remove_mentor(**key, on=days_ago(40), reason="Moved abroad")
    with pytest.raises(NotNow):
        periods.place(by=world.leader, mentor_id=mentor.pk, course=world.course, since=days_ago(1))
    with pytest.raises(NotNow):
        listing.remove_mentor(**key)
    with pytest.raises(Invalid) as refused:
        listing.take_back(**key, since=days_ago(40), source="Told by the mentor")
    assert "already" in refused.value.problems["since"][0]
    listing.take_back(**key, since=days_ago(2), source="Told by the mentor")
    mentor.refresh_from_db()
    assert mentor.state == MentorState.ACTIVE
    held = list(mentor.listings.filter(known_until__isnull=True).values_list("since", "until"))
    assert held == [(days_ago(100), days_ago(40)), (days_ago(2), None)]


def test_a_day_that_was_wrong_is_corrected_and_the_state_follows(clinic: Clinic) -> None:
    world, mentor = clinic.world, entered(clinic.world, 100)
    listing.remove_mentor(by=world.officer, mentor_id=mentor.pk, on=days_ago(40), reason="Retired")
    row = mentor.listings.get(known_until__isnull=True)
    corrections.correct_period(
        by=world.officer, kind="listing", row_id=row.pk, source="A mistake", since=row.since, until=None, reason=""
    )  # fmt: skip
    mentor.refresh_from_db()
    assert mentor.state == MentorState.ACTIVE
    assert mentor.listings.count() == 3  # as entered, as left, as corrected: nothing was overwritten
    with pytest.raises(Invalid):
        now = mentor.listings.get(known_until__isnull=True)
        corrections.correct_period(
            by=world.officer, kind="listing", row_id=now.pk, source="x", since=now.since, until=days_ago(-3)
        )


@pytest.mark.parametrize("on", [-1, 101])
def test_a_last_day_lies_between_the_first_and_today(clinic: Clinic, on: int) -> None:
    mentor = entered(clinic.world, 100)
    with pytest.raises(Invalid):
        listing.remove_mentor(by=clinic.world.officer, mentor_id=mentor.pk, on=days_ago(on), reason="Retired")
    assert Mentor.objects.get(pk=mentor.pk).state == MentorState.ACTIVE


def test_consent_is_given_withdrawn_and_given_again(clinic: Clinic) -> None:
    world, client = clinic.world, Client()
    client.force_login(world.officer)
    mentor = entered(world, 100, consent_on=days_ago(101))
    key = {"by": world.officer, "mentor_id": mentor.pk}
    with pytest.raises(NotNow):
        listing.give_consent(**key, on=days_ago(3), source="E-mail")
    listing.withdraw_consent(**key, on=days_ago(10), reason="Asked by telephone")
    with pytest.raises(NotNow):
        listing.withdraw_consent(**key, on=days_ago(10))
    listing.give_consent(**key, on=days_ago(1), source="E-mail")
    page = texts(client, mentor)
    assert "withdrawn on" in page and "Asked by telephone" in page
    assert "withdrawn on" not in texts(client, mentor, known=days_ago(5))


def test_one_row_of_a_kind_is_open(clinic: Clinic) -> None:
    for model in (Listing, Consent):
        mentor = entered(clinic.world, 10)
        model.objects.filter(mentor=mentor).delete()
        model.objects.create(mentor=mentor, since=days_ago(9))
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(mentor=mentor, since=days_ago(8))


@pytest.mark.parametrize("who", ["leader", "member", "lead", "chair", "outsider"])
def test_only_officers_move_people(clinic: Clinic, rivals: Clinic, who: str) -> None:
    by = getattr(clinic.world, who)
    for mentor in (clinic.mentor, rivals.mentor):
        key = {"by": by, "mentor_id": mentor.pk}
        with pytest.raises(NotAllowed):
            listing.remove_mentor(**key, reason="x")
        with pytest.raises(NotAllowed):
            listing.give_consent(**key, on=days_ago(1), source="x")
        with pytest.raises(NotAllowed):
            listing.withdraw_consent(**key, on=days_ago(1))
        client = Client()
        client.force_login(by)
        for page in ("leave", "return", "consent", "consent/withdrawn"):
            assert client.get(f"/mentors/{mentor.pk}/{page}/").status_code in (403, 404)
        assert client.post(f"/mentors/{mentor.pk}/accept/").status_code in (403, 404)
    assert set(Mentor.objects.values_list("state", flat=True)) == {MentorState.ACTIVE}


def test_the_pages_ask_for_the_day_and_lose_nothing(clinic: Clinic) -> None:
    client, mentor = Client(), clinic.mentor
    client.force_login(clinic.world.officer)
    url = f"/mentors/{mentor.pk}/leave/"
    key = client.get(url).context["form"]["form_key"].value()
    bad = client.post(
        url, {"form_key": key, "on_day": "31", "on_month": "2", "on_year": "2026", "reason": "Retired"}
    )
    assert bad.status_code == 422 and 'value="Retired"' in bad.content.decode()
    today = days_ago(0)
    good = {
        "form_key": key,
        "on_day": today.day,
        "on_month": today.month,
        "on_year": today.year,
        "reason": "Retired",
    }
    assert client.post(url, good).status_code == 302
    assert client.post(url, good).status_code == 302  # a second press does nothing again
    assert mentor.listings.get(known_until__isnull=True).until == today


def test_a_file_of_earlier_days_may_call_the_region_nation(clinic: Clinic) -> None:
    data = b"Full name,Work address,Nation\nRobin Ward,robin@site.example,Wales\n"
    assert sheets.read("old.csv", data)[0].cells["area"] == "Wales"
