"""What the selectors show is what django-guardian's grants say, for people of every kind."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from guardian.shortcuts import get_objects_for_user  # noqa: TID251 - the other reading of the same grants

from accreditation import grants
from accreditation.models import CourseTeamMember, Submission, User
from accreditation.selectors import visible_submissions
from tests.benchmarks.cases import assessor, fill_cases
from tests.benchmarks.visible import differing
from tests.worlds import World


@pytest.fixture
def people(world: World, rival: World) -> list[User]:
    """Assessors; one who leads a course besides; one who has no panel; a leader who is no assessor."""
    some = [assessor(f"seen-{at}") for at in range(4)]
    fill_cases(120, {some[0]: 9, some[1]: 1, some[2]: 4}, since=date(2026, 1, 1))
    for world_, opened in ((world, "S-ONE"), (rival, "S-TWO")):
        Submission.objects.create(course=world_.course, reference=opened, opened_by=world_.leader)
    since = timezone.localdate() - timedelta(days=3)
    CourseTeamMember.objects.create(course=world.course, user=some[0], role="member", since=since)
    grants.sync_course(world.course)
    return [*some, world.leader, rival.leader]


def test_the_visible_set_is_guardian_s(people: list[User]) -> None:
    for user in people:
        courses = get_objects_for_user(user, "accreditation.view_course")
        granted = get_objects_for_user(user, "accreditation.view_submission")
        wanted = {*granted.values_list("reference", flat=True)} | {
            *Submission.objects.filter(course__in=courses).values_list("reference", flat=True)
        }
        assert {one.reference for one in visible_submissions(user)} == wanted
        assert visible_submissions(user).count() == len(wanted)
    assert len(visible_submissions(people[0])) == 10, "nine panels and the own course's draft"
    assert not visible_submissions(people[3])


def test_the_benchmark_s_routes_agree(people: list[User]) -> None:
    assert differing(people[1:4]) == []
