"""Who must do what by when: the published timeline to the day, the settings of the other kinds, and where it is shown."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accreditation.enums import SubmissionKind, SubmissionState
from accreditation.models import Submission
from accreditation.timelines import ORDER, dues, timeline_of
from tests.accreditation import panels
from tests.worlds import World


def test_every_kind_has_a_timeline_whose_states_exist_in_order() -> None:
    for kind in SubmissionKind.values:
        places = [ORDER.index(SubmissionState(one.until)) for one in timeline_of(kind).milestones]
        assert places == sorted(places), kind
        assert timeline_of(kind).published == (kind in ("new", "reaccreditation"))


@pytest.mark.django_db
def test_a_full_event_counts_in_calendar_months_from_its_day(world: World) -> None:
    case = Submission(course=world.course, kind="new", state="draft", event_on=date(2027, 3, 31))
    days = [one.on for one in dues(case)]
    assert days == [
        date(2026, 3, 31), date(2026, 11, 30), date(2027, 1, 31), date(2027, 1, 31), date(2027, 2, 28),
        date(2027, 3, 31), date(2027, 4, 7), date(2027, 4, 30), None,
    ]  # fmt: skip
    assert [one.state for one in dues(case)] == ["now"] + ["todo"] * 8
    case.state = "agreeing"
    assert [one.state for one in dues(case)] == ["done"] * 6 + ["now", "todo", "todo"]
    case.event_on = None
    assert {one.on for one in dues(case)} == {None}, "no day is invented before the event has one"


@pytest.mark.django_db
def test_other_kinds_count_from_the_submission_by_the_settings(world: World, settings: Any) -> None:
    settings.TIMELINES = {"minor_change": [1, 2, 3], "other": [4, 5, 6]}
    submission = panels.submitted(world)
    today = timezone.localdate()
    for kind, weeks in (("minor_change", (1, 2, 3)), ("focused", (4, 5, 6))):
        submission.kind = kind
        assert [one.on for one in dues(submission)] == [
            today, *(today + timedelta(weeks=number) for number in weeks), None,
        ]  # fmt: skip


@pytest.mark.django_db
def test_it_stands_on_every_page_of_a_case(world: World) -> None:
    submission = panels.in_assessment(world)
    for who, name in ((world.leader, "submission"), (world.officer, "case"), (world.lead, "review_brief")):
        client = Client()
        client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
        assert "who does what by when" in client.get(reverse(name, args=[submission.pk])).content.decode(), (
            name
        )
