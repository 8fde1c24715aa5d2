"""Questions to the course: only the clauses asked open, the clock stands still, and the answer is kept beside the original."""

from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accreditation import asked as reads
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.home import followup as home_followup
from accreditation.models import Assignment, ClauseQuestion, Message, Submission, User
from accreditation.presenters import cases
from accreditation.presenters import submissions as course_words
from accreditation.services import asked, submissions
from tests.accreditation import filemaker, panels
from tests.worlds import World

pytestmark = pytest.mark.django_db
ASKED = "Which day did the board meet?"


def page(user: User, name: str, *args: Any) -> Any:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse(name, args=args))


def ask(world: World, clause: str = "PS4.1") -> tuple[Submission, ClauseQuestion]:
    submission = panels.in_assessment(world)
    return submission, asked.ask(by=world.lead, submission_id=submission.pk, clause=clause, asked=ASKED)


def write(world: World, submission: Submission, text: str = "On 4 November.") -> int:
    return asked.save_answer(by=world.member, submission_id=submission.pk, number=1, text=text).version


def test_the_lead_alone_asks_during_the_assessment_one_open_question_a_clause(
    world: World, rival: World
) -> None:
    submission = panels.submitted(world)
    for _, user in [*panels.everyone(world), *panels.everyone(rival)]:
        with pytest.raises((NotAllowed, NotNow)):
            asked.ask(by=user, submission_id=submission.pk, clause="PS4.1", asked=ASKED)
    Submission.objects.all().update(state="withdrawn")
    submission, _ = ask(world)
    for name, user in [*panels.everyone(world), *panels.everyone(rival)]:
        if user != world.lead:
            with pytest.raises(NotAllowed):
                asked.ask(by=user, submission_id=submission.pk, clause="PS1.1", asked=name)
    with pytest.raises(NotNow, match="open already"):
        asked.ask(by=world.lead, submission_id=submission.pk, clause="PS4.1", asked="Again?")
    for clause, words, field in (("PS9.9", "x", "clause"), ("PS1.1", "  ", "asked")):
        with pytest.raises(Invalid) as no:
            asked.ask(by=world.lead, submission_id=submission.pk, clause=clause, asked=words)
        assert set(no.value.problems) == {field}


def test_only_the_clause_asked_about_opens_and_the_original_stays(world: World, rival: World) -> None:
    submission, question = ask(world)
    before = question.snapshot.answers
    with pytest.raises(NotNow):
        submissions.save_answer(
            by=world.member, submission_id=submission.pk, clause="PS4.1", text="x", version=0
        )
    for name, user in [*panels.everyone(world), *panels.everyone(rival)]:
        if user not in (world.leader, world.member):
            with pytest.raises(NotAllowed):
                asked.save_answer(by=user, submission_id=submission.pk, number=1, text=name)
    version = write(world, submission)
    with pytest.raises(Stale):
        asked.save_answer(
            by=world.leader, submission_id=submission.pk, number=1, text="Other words", version=0
        )
    with pytest.raises(NotAllowed):
        asked.send(by=world.member, submission_id=submission.pk, number=1, version=version)
    for reader in (world.lead, world.co, world.officer):
        assert "On 4 November." not in page(reader, "question", submission.pk, 1).content.decode()
    sent = asked.send(by=world.leader, submission_id=submission.pk, number=1, version=version)
    assert sent.sha256 == asked.sum_of(sent)
    for reader in (world.lead, world.co):
        shown = page(reader, "review_clause", submission.pk, "PS4.1").content.decode()
        assert "On 4 November." in shown and "Answered after a question" in shown
        assert "The course’s answer to PS4.1." in shown, "what was submitted stays readable"
    question.snapshot.refresh_from_db()
    assert question.snapshot.answers == before
    with pytest.raises(NotNow, match="kept as it is"):
        asked.save_answer(
            by=world.leader, submission_id=submission.pk, number=1, text="Later", version=version
        )


def test_the_clock_stands_still_while_a_question_is_open_and_deadlines_move_by_as_many_days(
    world: World,
) -> None:
    submission = panels.in_assessment(world)
    due = date(2026, 12, 20)
    Assignment.objects.filter(submission=submission).update(due_on=due)
    start = timezone.make_aware(datetime(2026, 11, 24, 12))

    def on(days: int) -> Any:
        return patch.object(timezone, "now", lambda: start + timedelta(days=days))

    with on(0):
        asked.ask(by=world.lead, submission_id=submission.pk, clause="PS4.1", asked=ASKED)
    ClauseQuestion.objects.filter(number=1).update(created_at=start)
    with on(2):
        asked.ask(by=world.lead, submission_id=submission.pk, clause="PS1.1", asked=ASKED)
    ClauseQuestion.objects.filter(number=2).update(created_at=start + timedelta(days=2))
    with on(3):
        submission.refresh_from_db()
        line = cases.state_line(submission, [])
        assert (
            line.who == "Course team" and "PS1.1 and PS4.1" in line.words and "24 November 2026" in line.words
        )
        assert "PS1.1 and PS4.1" in course_words.next_line(submission)["words"]
    with on(5):
        asked.send(by=world.leader, submission_id=submission.pk, number=1, version=write(world, submission))
    assert set(submission.assignments.values_list("due_on", flat=True)) == {due}, "another one is open still"
    with on(9):
        asked.take_back(by=world.lead, submission_id=submission.pk, number=2)
    moved = set(submission.assignments.values_list("due_on", flat=True))
    assert moved == {due + timedelta(days=9)}, "the whole stretch, once"


def test_files_of_an_answer_are_seen_by_the_panel_once_it_is_sent(world: World) -> None:
    submission, _ = ask(world)
    submission.snapshots.update(files=[])
    common: dict[str, Any] = {"by": world.member, "submission_id": submission.pk, "number": 1}
    write(world, submission)
    file, _ = asked.add_file(**common, upload=filemaker.upload("Minutes.pdf"), title="Minutes")
    asked.cite(**common, evidence_id=file.pk, pages="2")
    assert page(world.lead, "evidence_view", submission.pk, file.number).status_code == 404
    asked.send(by=world.leader, submission_id=submission.pk, number=1, version=1)
    assert page(world.lead, "evidence_view", submission.pk, file.number).status_code == 200
    told = set(Message.objects.filter(kind__startswith="question").values_list("kind", "person__full_name"))
    assert ("question_answered", "Co Wexcombe") in told and ("question_asked", "Leader Wexcombe") in told


def test_pages_do_not_exist_for_the_other_university(world: World, rival: World) -> None:
    submission, _ = ask(world)
    for who in (rival.leader, rival.lead, rival.co, rival.outsider):
        for name in ("question", "question_answer", "question_send"):
            assert page(who, name, submission.pk, 1).status_code == 404
        assert page(who, "review_ask", submission.pk, "PS1.1").status_code == 404
    assert page(world.leader, "question_answer", submission.pk, 1).status_code == 200
    todo = [item.title for item in home_followup.items_for(world.leader)]
    assert todo == ["Answer the question about PS4.1"]
    assert home_followup.items_for(rival.leader) == home_followup.items_for(world.outsider) == []
    assert page(world.lead, "review_ask", submission.pk, "PS1.1").status_code == 200
    assert reads.stands_still_since(submission) == timezone.localdate()
