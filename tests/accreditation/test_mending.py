"""What would mend a draft: for its course team alone, tried on a copy, and gone once it is submitted."""

import pytest
from django.test import Client
from django.urls import reverse

from accreditation.models import Module, Submission, User
from accreditation.services.submissions import open_submission
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world: World) -> Submission:
    Module.objects.filter(course=world.course, code="P1").update(level=5)
    return open_submission(by=world.leader, course=world.course, kind="new")


def get(user: User, draft: Submission) -> tuple[int, str]:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("submission_mend", args=[draft.pk]))
    return answer.status_code, answer.content.decode()


def test_the_team_reads_what_would_mend_a_module_below_level_6(world: World, draft: Submission) -> None:
    for person in (world.leader, world.member):
        status, page = get(person, draft)
        assert status == 200
        assert "PS5.2" in page
        assert "Physics and technology of ultrasound" in page
    assert Module.objects.get(course=world.course, code="P1").level == 5  # it was tried on a copy only


@pytest.mark.parametrize("who", ["officer", "lead", "co", "committee", "chair", "outsider"])
def test_nobody_of_case_sees_it(world: World, draft: Submission, who: str) -> None:
    assert get(getattr(world, who), draft)[0] == 404


@pytest.mark.parametrize("who", ["leader", "member", "officer"])
def test_nobody_of_another_university_sees_it(
    world: World, rival: World, draft: Submission, who: str
) -> None:
    assert get(getattr(rival, who), draft)[0] == 404


def test_it_is_gone_once_the_draft_is_submitted(world: World, draft: Submission) -> None:
    Submission.objects.filter(pk=draft.pk).update(state="submitted")
    assert get(world.leader, draft)[0] == 404


def test_nothing_to_mend_says_so(world: World) -> None:
    draft = open_submission(by=world.leader, course=world.course, kind="new")
    assert "Nothing needs mending" in get(world.leader, draft)[1]
