"""Search finds what a person may see and not a word of anything else."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accreditation.models import Submission
from accreditation.search import search
from tests.worlds import World


@pytest.fixture
def submission(world: World) -> Submission:
    return Submission.objects.create(
        course=world.course, reference="MSK-2026-0001", opened_by=world.leader, state="submitted"
    )


def kinds(hits: list[Any]) -> set[str]:
    return {hit.kind for hit in hits}


def test_the_course_team_finds_its_course_and_submission(world: World, submission: Submission) -> None:
    assert kinds(search(world.leader, "musculoskeletal wexcombe")) == {"Course", "Submission"}


@pytest.mark.parametrize("who", ["leader", "member", "lead", "outsider"])
def test_people_of_another_university_find_nothing(
    world: World, rival: World, submission: Submission, who: str
) -> None:
    assert search(getattr(rival, who), "Wexcombe") == []


def test_an_officer_finds_both_universities_courses(world: World, rival: World) -> None:
    assert len(search(world.officer, "musculoskeletal")) == 2


def test_an_inactive_person_finds_nothing(world: World) -> None:
    world.officer.is_active = False
    world.officer.save()
    assert search(world.officer, "musculoskeletal") == []


def test_one_character_finds_nothing_and_the_page_says_why(world: World, client: Client) -> None:
    client.force_login(world.officer)
    assert search(world.officer, " m ") == []
    assert "at least two characters" in client.get(reverse("search"), {"q": "m"}).content.decode()


def test_every_word_must_occur(world: World, rival: World) -> None:
    assert search(world.officer, "Wexcombe Ravenmoor") == []


def test_an_officer_finds_people_and_nobody_else_does(world: World, rival: World) -> None:
    (hit,) = [hit for hit in search(world.officer, rival.member.full_name) if hit.kind == "Person"]
    assert hit.url == reverse("person", args=[rival.member.pk])
    others = (world.leader, world.lead, world.chair, world.committee, world.member)
    assert not any(hit.kind == "Person" for one in others for hit in search(one, "member"))


def test_the_page_needs_a_sign_in(client: Client, world: World) -> None:
    assert client.get(reverse("search"), {"q": "Wexcombe"}).status_code == 302


def test_as_many_queries_for_many_as_for_one(world: World, django_assert_max_num_queries: Any) -> None:
    for n in range(30):
        world.course.pk = None
        world.course._state.adding = True
        world.course.reference = f"C-X{n}"
        world.course.save()
    with django_assert_max_num_queries(8):  # one for each kind of thing, and who asks
        assert sum(hit.kind == "Course" for hit in search(world.officer, "Wexcombe")) == 20
