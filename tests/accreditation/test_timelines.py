"""Who must do what by when: the published timeline to the day, the settings of the other kinds, and where it is shown."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accreditation.enums import SubmissionKind, SubmissionState
from accreditation.models import Submission
from accreditation.presenters import cases, submissions
from accreditation.presenters.kinds import kinds
from accreditation.rules.dates import spoken
from accreditation.timelines import ORDER, dues, state_ends, timeline_of
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
def test_the_line_of_a_state_says_by_when(world: World, settings: Any) -> None:
    settings.TIMELINES = {"other": [2, 8, 12]}
    submission = panels.submitted(world)
    Submission.objects.filter(pk=submission.pk).update(kind="focused", due_on=None)
    submission.refresh_from_db()
    for state, weeks in (("submitted", 2), ("in_assessment", 8), ("agreeing", 12), ("reported", None)):
        submission.state = state
        day = timezone.localdate() + timedelta(weeks=weeks) if weeks else None
        assert state_ends(submission) == day
        said = submissions.next_line(submission)
        assert said["by"] == (f"by {spoken(day)}" if day else "")
        assert cases.state_line(submission, []).by == day
    submission.state = "submitted"
    submission.snapshots.update(created_at=timezone.now() - timedelta(days=30))
    assert submissions.next_line(submission)["by"] == "", "the course is not told of a day that has passed"
    assert cases.state_line(submission, []).by is not None, "the office is"


@pytest.mark.django_db
def test_it_stands_on_every_page_of_a_case(world: World) -> None:
    submission = panels.in_assessment(world)
    pages = {
        world.leader: ("submission", "submission_answers", "submission_evidence"),
        world.officer: ("case", "case_assign", "case_conflict", "event_propose"),
        world.lead: ("review_brief", "review_clause", "review_finish", "review_conflict"),
    }
    for who, names in pages.items():
        client = Client()
        client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
        for name in names:
            at = [submission.pk, "PS1.1"] if name == "review_clause" else [submission.pk]
            answer = client.get(reverse(name, args=at), follow=True)
            assert answer.content.decode().count("who does what by when") == 1, (name, answer.status_code)
        assert "who does what by when" not in client.get("/").content.decode(), "no case, no strip"


@pytest.mark.django_db
def test_the_kinds_stand_on_a_page_as_the_data_have_them(world: World, settings: Any) -> None:
    settings.TIMELINES = {"minor_change": [1, 4, 6], "other": [2, 8, 12]}
    settings.CLAUSES_LEFT_OUT = {"interim": ["PS1.4", "PS5.1"]}
    settings.REQUIRED_PAPERS = {"module": ["cvs"]}
    found = {kind.code: kind for kind in kinds()}
    assert list(found) == SubmissionKind.values
    full = [(step.what, step.when) for step in found["new"].steps]
    assert full[0][1] == "12 months before the event" and full[5] == ("The event", "On the day of the event")
    assert full[6][1] == "1 week after the event" and full[-1] == ("Decide, at the next meeting", "")
    assert found["new"].published and found["new"].left_out == () and found["new"].asked == 21
    assert [step.when for step in found["minor_change"].steps][1:4] == [
        "1 week after the submission", "4 weeks after the submission", "6 weeks after the submission",
    ]  # fmt: skip
    assert found["minor_change"].names_its_own and not found["minor_change"].published
    assert [clause.id for clause in found["interim"].left_out] == ["PS1.4", "PS5.1"]
    assert [one.label for one in found["module"].documents if one.required] == ["CVs of the course team"]
    address = reverse("application_kinds")
    for who in (world.officer, world.leader, world.lead):
        client = Client()
        client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
        words = " ".join(client.get(address).content.decode().split())
        assert all(kind.label in words for kind in SubmissionKind)
        assert "19 of 21; not PS1.4" in words and "needed before a course can submit" in words
        assert "6 weeks after the submission" in words and "aim of the office" in words
    assert Client().get(address).status_code == 302
