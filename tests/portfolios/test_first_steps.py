"""What a newcomer meets first: a student before there is a mentor, and a mentor who joins a contract that is in force."""

from typing import Any

import pytest
from django.urls import reverse

from accreditation.home.items import Kind
from mentors.models import Mentor
from portfolios.home import items_for
from portfolios.models import TeamMembership
from portfolios.services import portfolios, signing
from tests.people import Clinic, days_ago, make_mentor

pytestmark = pytest.mark.django_db


def test_a_new_student_reads_what_comes_before_the_first_scan(clinic: Clinic, client: Any) -> None:
    titles = {item.title for item in items_for(clinic.student_user)}
    assert "Log a scan" in titles and not any("first version" in title for title in titles)
    TeamMembership.objects.filter(student=clinic.portfolio.pk).update(until=days_ago(1))
    items = {item.title: item for item in items_for(clinic.student_user)}
    assert "Log a scan" not in items
    waits = next(item for title, item in items.items() if title.startswith("A mentor for you"))
    assert (waits.kind, waits.who) == (Kind.WAITING, "Your course team")
    client.force_login(clinic.student_user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("scan_add", args=[clinic.portfolio.pk])).content.decode()
    assert "Nobody mentors you here yet" in page


def test_a_mentor_who_joins_later_is_asked_to_sign_too(clinic: Clinic) -> None:
    user, mentor = make_mentor(clinic.world, "Later Mentor")
    portfolios.join_team(
        by=clinic.world.leader, portfolio_id=clinic.portfolio.pk, mentor=mentor, since=days_ago(1)
    )
    assert [item.title for item in items_for(user)] == ["Sign a learning contract"]
    assert "Sign a learning contract" not in {item.title for item in items_for(clinic.mentor_user)}
    Mentor.objects.filter(pk=mentor.pk).update(user=None)
    assert signing.unsigned_contract(clinic.portfolio, mentor) == clinic.contract
    assert signing.unsigned_contract(clinic.portfolio, clinic.mentor) is None
