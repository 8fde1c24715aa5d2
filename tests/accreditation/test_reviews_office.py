"""The office: queue and state line in words, history in sentences, giving a case back, and what stands on home pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accreditation.enums import ConflictKind, NoteKind, PanelRole, SubmissionState
from accreditation.exceptions import Invalid, NotNow
from accreditation.home import office as home_office
from accreditation.home.items import Kind
from accreditation.models import Assignment, AuditEvent, Submission, User
from accreditation.presenters import cases
from accreditation.presenters.history import SENTENCES, history
from accreditation.review_selectors import panel
from accreditation.selectors import visible_submissions
from accreditation.services import conflicts, declarations, reviews
from accreditation.states import MOVES
from accreditation.timelines import with_days
from tests.accreditation import panels
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db


def todo(user: User) -> list[str]:
    fresh = User.objects.get(pk=user.pk)
    return [item.title for item in home_office.items_for(fresh) if item.kind is Kind.TODO]


def waiting(user: User) -> list[tuple[str, str]]:
    fresh = User.objects.get(pk=user.pk)
    return [(item.title, item.who) for item in home_office.items_for(fresh) if item.kind is Kind.WAITING]


def line_of(submission: Submission) -> cases.StateLine:
    submission.refresh_from_db()
    return cases.state_line(submission, panel(submission))


def test_the_state_line_and_the_home_pages_say_who_acts_next(world: World) -> None:
    submission = panels.submitted(world)
    assert line_of(submission).words == "Assign lead assessor and co-assessor."
    assert todo(world.officer) == ["Assign lead assessor and co-assessor"]
    panels.seat(submission, world.officer, world.lead, PanelRole.LEAD)
    place = reviews.assign(
        by=world.officer, submission_id=submission.pk, user_id=world.co.pk, role=PanelRole.CO
    )
    assert line_of(submission).who == world.co.full_name
    assert todo(world.officer) == [] and waiting(world.officer) == [
        ("Answer to an invitation", world.co.full_name)
    ]
    assert todo(world.co) == ["Answer the invitation as co-assessor"]
    reviews.answer_invitation(by=world.co, assignment_id=place.pk, accept=True)
    assert "The course has not said yet" in line_of(submission).words
    assert waiting(world.officer) == [("The course’s declaration of interests", str(world.institution))]
    declarations.declare_for_course(by=world.leader, assignment_id=place.pk)
    assert line_of(submission).words == "The panel is complete: start the assessment."
    assert todo(world.officer) == ["Start the assessment"]
    reviews.start_assessment(by=world.officer, submission_id=submission.pk)
    assert todo(world.officer) == [] and todo(world.lead) == ["Judge the submission"]
    panels.judge_all(submission, world.lead)
    assert todo(world.lead) == ["Go on judging"]
    reviews.finish(by=world.lead, submission_id=submission.pk)
    assert todo(world.lead) == [] and waiting(world.lead) == [("The other judgement", world.co.full_name)]
    assert line_of(submission).who == world.co.full_name


def test_after_both_have_judged_the_panel_then_the_chair_have_something_to_do(
    world: World, rival: World
) -> None:
    panels.agreeing(rival)
    assert todo(rival.lead) == ["Agree and write the report"]
    assert todo(rival.co) == ["Agree and sign the report"]
    panels.reported(world)
    assert todo(world.lead) == [] and todo(world.chair) == ["Record the Committee’s decision"]
    assert todo(world.committee) == ["Read the report"]
    assert home_office.items_for(world.leader) == []


def test_an_undecided_conflict_is_on_the_officers_home_page_and_not_on_ones_own(world: World) -> None:
    submission = panels.in_assessment(world)
    conflicts.declare_conflict(by=world.lead, submission_id=submission.pk, kind=ConflictKind.EMPLOYER)
    assert todo(world.officer) == [f"Decide about the conflict of interest of {world.lead.full_name}"]
    assert todo(world.lead) == []


def test_the_queue_has_the_nearest_day_first_and_marks_what_is_late_and_slow(
    world: World, rival: World
) -> None:
    late, later = panels.submitted(world), panels.submitted(rival)
    today = timezone.localdate()
    Submission.objects.filter(pk=late.pk).update(due_on=today - timedelta(days=1))
    Submission.objects.filter(pk=later.pk).update(
        due_on=today + timedelta(days=9), state_since=timezone.now() - timedelta(days=20)
    )
    rows = cases.queue_rows(visible_submissions(world.officer))
    assert [row.submission.pk for row in rows] == [late.pk, later.pk]
    assert [(row.late, row.slow) for row in rows] == [(True, False), (False, True)]
    assert rows[1].days == 20
    # without a day of their own: the timeline's, and with the Committee the meeting's
    Submission.objects.filter(pk=late.pk).update(due_on=None, kind="focused")
    third = panels.reported(make_world("Strathgarry"))
    cases_seen = with_days(visible_submissions(world.officer))
    due = {row.submission.pk: row.due for row in cases.queue_rows(cases_seen)}
    assert due[late.pk] == today + timedelta(weeks=2) and due[third.pk] == today


def test_the_queue_shows_one_state_and_a_conflicted_officer_does_not_see_the_case(
    world: World, rival: World, client: Client
) -> None:
    panels.submitted(world)
    panels.in_assessment(rival)
    client.force_login(world.officer, backend="django.contrib.auth.backends.ModelBackend")
    both = client.get(reverse("cases")).content.decode()
    assert world.course.title in both and rival.course.title in both
    one = client.get(reverse("cases") + "?state=in_assessment").content.decode()
    assert world.course.title not in one and rival.course.title in one
    conflicts.declare_conflict(
        by=world.officer,
        submission_id=Submission.objects.get(course=rival.course).pk,
        kind=ConflictKind.PERSONAL,
    )
    assert rival.course.title not in client.get(reverse("cases")).content.decode()


def test_a_returned_case_is_the_courses_own_again_and_its_panel_waits_outside(world: World) -> None:
    submission = panels.submitted(world)
    panels.seat(submission, world.officer, world.lead, PanelRole.LEAD)
    assert visible_submissions(world.lead).exists()
    with pytest.raises(Invalid):
        reviews.return_to_course(by=world.officer, submission_id=submission.pk, reason=" ")
    reviews.return_to_course(
        by=world.officer,
        submission_id=submission.pk,
        reason="Pages 3 to 9 are missing.",
        seen_state="submitted",
    )
    submission.refresh_from_db()
    assert submission.state == SubmissionState.DRAFT
    assert submission.notes.get(kind=NoteKind.RETURNED).text == "Pages 3 to 9 are missing."
    assert not visible_submissions(world.lead).exists()
    with pytest.raises(NotNow, match="moved on"):
        reviews.return_to_course(
            by=world.officer, submission_id=submission.pk, reason="Again.", seen_state="submitted"
        )


def test_the_history_tells_every_step_in_words_and_nothing_of_what_an_assessor_thinks(world: World) -> None:
    submission = panels.in_assessment(world)
    reviews.save_judgement(by=world.lead, submission_id=submission.pk, clause="PS1.1", outcome="not_met")
    told = [f"{line.who} {line.what}" for line in history(submission)]
    assert told[0] == f"{world.officer.full_name} started the assessment."
    assert f"{world.officer.full_name} invited {world.lead.full_name} as lead assessor." in told
    assert not any("PS1.1" in sentence or "not met" in sentence for sentence in told)
    assert AuditEvent.objects.get(verb="judgement.saved").payload == {"clause": "PS1.1", "version": 1}


def test_a_decided_case_has_a_sentence_for_every_move_that_led_there(world: World) -> None:
    decision = panels.decided(world)
    told = " ".join(line.what for line in history(decision.submission))
    assert "recorded the Committee’s decision: accredited with conditions." in told
    assert "asked for letter CASE-L-" in told and "(not recorded)" not in told
    assert {move.verb for move in MOVES.values()} <= set(SENTENCES)


@pytest.mark.parametrize("many", [1, 60])
def test_the_queue_asks_seven_times_however_many_cases(
    world: World, many: int, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(many):
        one = panels.submitted(make_world(f"Uni {number}"))
        Assignment.objects.create(
            submission=one, user=world.lead, role=PanelRole.LEAD, assigned_by=world.officer
        )
    client.force_login(world.officer, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("cases"))
    with django_assert_max_num_queries(7):  # session, person, roles, notices, cases, panels, kept views
        page = client.get(reverse("cases"))
    assert page.context["count"] == many
