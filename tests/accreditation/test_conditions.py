"""Conditions after the decision: who may do what when, what the course reads, what is kept, and the letter at the end."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accreditation import conditions as reads
from accreditation import mail
from accreditation.enums import ConditionState, ConditionStep, LetterKind
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.letters.shape import LetterContent
from accreditation.mail_text import words_of
from accreditation.models import (
    AuditEvent,
    Condition,
    ConditionAnswer,
    ConditionCitation,
    ConditionView,
    Decision,
    Letter,
    Message,
    Submission,
    User,
)
from accreditation.presenters import cases
from accreditation.presenters import submissions as course_words
from accreditation.services import condition_mail, conditions, conflicts, decisions
from accreditation.services import condition_steps as steps
from accreditation.services.reconcile import faults
from tests.accreditation import filemaker, panels
from tests.worlds import World

PRIVATE = "For CASE only: they nearly lost their placements."


def decided(world: World, count: int = 1) -> Submission:
    submission = panels.reported(world, conditions=count)
    decisions.decide(by=world.chair, submission_id=submission.pk, **panels.decision_values())
    submission.refresh_from_db()
    return submission


def answer(
    world: World, submission: Submission, number: int = 1, text: str = "The template is changed."
) -> ConditionAnswer:
    draft = conditions.save_answer(
        by=world.member, submission_id=submission.pk, number=number, text=text,
        version=_version(submission, number),
    )  # fmt: skip
    return steps.send(by=world.leader, submission_id=submission.pk, number=number, version=draft.version)


def _version(submission: Submission, number: int) -> int:
    draft = ConditionAnswer.objects.filter(
        condition__decision__submission=submission, condition__number=number, sent_at__isnull=True
    ).first()
    return draft.version if draft else 0


def view(
    submission: Submission, by: User, number: int = 1, verdict: str = "met", **words: str
) -> ConditionView:
    return steps.give_view(by=by, submission_id=submission.pk, number=number, verdict=verdict, **words)


def one(submission: Submission, number: int = 1) -> Condition:
    return reads.current(submission).get(number=number)


def page(user: User, name: str, submission: Submission, number: int = 1) -> Any:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse(name, args=[submission.pk, number]))


@pytest.mark.sqlite
@pytest.mark.django_db
def test_answered_looked_at_by_both_given_back_answered_again_and_closed_with_a_letter(world: World) -> None:
    submission = decided(world, 2)
    answer(world, submission)
    assert one(submission).state == ConditionState.ANSWERED
    with pytest.raises(NotNow, match="Lead Wexcombe and Co Wexcombe is still wanted"):
        steps.close(by=world.chair, submission_id=submission.pk, number=1)
    view(submission, world.lead, verdict="not_yet", words_for_course="Show one filled in.", private=PRIVATE)
    with pytest.raises(NotNow, match="view of Co Wexcombe"):
        steps.close(by=world.chair, submission_id=submission.pk, number=1)
    view(submission, world.co)
    with pytest.raises(Invalid, match="Not every assessor"):
        steps.close(by=world.chair, submission_id=submission.pk, number=1)
    steps.give_back(by=world.chair, submission_id=submission.pk, number=1, reason="Please show one.")
    assert one(submission).state == ConditionState.OPEN
    second = answer(world, submission, text="Here is one.")
    assert second.number == 2
    for assessor in (world.lead, world.co):
        view(submission, assessor)
    assert steps.close(by=world.chair, submission_id=submission.pk, number=1) is None, "one is left"
    answer(world, submission, 2)
    view(submission, world.lead, 2)
    view(submission, world.co, 2, verdict="committee", words_for_course="It is for the Committee.")
    letter = steps.close(
        by=world.chair, submission_id=submission.pk, number=2, reason="The Committee accepts it."
    )
    assert letter is not None and letter.kind == LetterKind.CONDITIONS_MET
    content = LetterContent.read(letter.content)
    assert content.outcome_words == "Accredited, all conditions met"
    assert content.signature.name == world.chair.full_name
    assert PRIVATE not in str(letter.content)
    assert not [fault for fault in faults() if "current letter" in fault]
    steps_left = reads.next_steps(submission)
    assert not steps_left and course_words.next_line(submission)["who"] == ""


@pytest.mark.django_db
def test_what_happens_next_names_who_and_by_when(world: World) -> None:
    submission = decided(world, 2)
    due = date(2027, 2, 28)
    line = cases.state_line(submission, [])
    assert (line.words, line.who, line.by) == (
        "The course answers condition 1. 1 more to follow.", "Course leader", due,
    )  # fmt: skip
    assert course_words.next_line(submission)["by"] == "by 28 February 2027"
    answer(world, submission)
    answer(world, submission, 2)
    assert {step.who for step in reads.next_steps(submission)} == {"Lead Wexcombe and Co Wexcombe"}
    view(submission, world.lead)
    view(submission, world.co)
    assert {step.who for step in reads.next_steps(submission)} == {
        "Chair of the committee", "Lead Wexcombe and Co Wexcombe",
    }  # fmt: skip


MOVES: dict[str, tuple[Callable[[Submission, User], object], set[str], str]] = {
    "save": (
        lambda s, by: conditions.save_answer(
            by=by, submission_id=s.pk, number=1, text="Changed.", version=_version(s, 1)
        ),
        {"leader", "member"},
        "open",
    ),
    "send": (
        lambda s, by: steps.send(by=by, submission_id=s.pk, number=1, version=_version(s, 1)),
        {"leader"},
        "drafted",
    ),
    "view": (lambda s, by: view(s, by), {"lead", "co"}, "answered"),
    "close": (lambda s, by: steps.close(by=by, submission_id=s.pk, number=1), {"chair"}, "viewed"),
    "give back": (
        lambda s, by: steps.give_back(by=by, submission_id=s.pk, number=1, reason="Not yet."),
        {"chair"},
        "viewed",
    ),
    "extend": (
        lambda s, by: steps.extend(
            by=by, submission_id=s.pk, number=1, due_on=date(2027, 6, 1), reason="Board met late."
        ),
        {"officer", "chair"},
        "open",
    ),
    "lapse": (
        lambda s, by: steps.lapse(by=by, submission_id=s.pk, number=1, reason="Nothing came."),
        {"chair"},
        "late",
    ),
}


def _staged(world: World, stage: str) -> Submission:
    submission = decided(world)
    if stage == "drafted":
        conditions.save_answer(by=world.member, submission_id=submission.pk, number=1, text="Done.")
    if stage in ("answered", "viewed"):
        answer(world, submission)
    if stage == "viewed":
        view(submission, world.lead)
        view(submission, world.co)
    if stage == "late":
        reads.current(submission).update(due_on=timezone.localdate() - timedelta(days=40))
    return submission


@pytest.mark.django_db
@pytest.mark.parametrize("move", MOVES)
def test_each_step_is_for_its_own_people_of_this_university_only(
    world: World, rival: World, move: str
) -> None:
    act, may, stage = MOVES[move]
    submission = _staged(world, stage)
    before, events = one(submission).state, AuditEvent.objects.count()
    strangers = [
        ("rival " + name, user) for name, user in panels.everyone(rival) if name not in ("officer", "chair")
    ]
    for name, user in [*panels.everyone(world), *strangers]:
        if name not in may:
            with pytest.raises((NotAllowed, NotNow)):
                act(submission, user)
    assert (one(submission).state, AuditEvent.objects.count()) == (before, events)
    for name in sorted(may)[:1]:
        act(submission, getattr(world, name))
    assert AuditEvent.objects.count() > events


@pytest.mark.django_db
def test_pages_of_a_condition_do_not_exist_for_other_universities(world: World, rival: World) -> None:
    submission = decided(world)
    answer(world, submission)
    view(submission, world.lead)
    view(submission, world.co)
    for name in ("leader", "member", "lead", "co", "shadow", "outsider"):
        for address in ("condition", "condition_answer", "condition_send", "condition_view", "condition_close",
                        "condition_return", "condition_extend", "condition_lapse"):  # fmt: skip
            assert page(getattr(rival, name), address, submission).status_code == 404, (name, address)
    for name in ("leader", "lead", "officer", "chair", "committee"):
        assert page(getattr(world, name), "condition", submission).status_code == 200, name
    client = Client()
    client.force_login(world.leader, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("conditions")).status_code == 403
    kept_away = conflicts.Declared("personal", "A friend.")
    with transaction.atomic():
        conflicts.note_conflicts(submission, world.committee, [kept_away], by=world.committee)
    assert page(world.committee, "condition", submission).status_code == 404


@pytest.mark.django_db
def test_the_course_reads_words_for_it_after_case_acted_and_never_those_for_case_only(world: World) -> None:
    submission = decided(world)
    answer(world, submission)
    view(submission, world.lead, verdict="not_yet", words_for_course="Show the second page.", private=PRIVATE)
    view(submission, world.co, private=PRIVATE)
    before = page(world.leader, "condition", submission).content.decode()
    assert "Show the second page." not in before and PRIVATE not in before
    steps.give_back(by=world.chair, submission_id=submission.pk, number=1, reason="As the assessors say.")
    after = page(world.leader, "condition", submission).content.decode()
    assert "Show the second page." in after and "As the assessors say." in after and PRIVATE not in after
    for person in (world.lead, world.co, world.officer, world.chair):
        assert PRIVATE in page(person, "condition", submission).content.decode()


@pytest.mark.django_db
def test_a_draft_is_the_teams_own_and_nobodys_words_are_lost(world: World) -> None:
    submission = decided(world)
    draft = conditions.save_answer(
        by=world.leader, submission_id=submission.pk, number=1, text="Leader’s words"
    )
    with pytest.raises(Stale) as stale:
        conditions.save_answer(by=world.member, submission_id=submission.pk, number=1, text="Member’s words")
    assert stale.value.current == draft
    client = Client()
    client.force_login(world.member, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.post(
        reverse("condition_answer", args=[submission.pk, 1]),
        {"text": "Member’s words", "version": 0, "__end": "1", "action": "save"},
    )
    assert shown.status_code == 409
    assert "Member’s words" in shown.content.decode() and "Leader’s words" in shown.content.decode()
    for person in (world.lead, world.officer, world.chair):
        assert "Leader’s words" not in page(person, "condition", submission).content.decode()


@pytest.mark.django_db
def test_files_of_an_answer_are_seen_by_case_once_it_is_sent_and_are_kept_for_good(world: World) -> None:
    submission = decided(world)
    submission.snapshots.update(files=[])  # the invented version names a file that is not there
    common = {"by": world.member, "submission_id": submission.pk, "number": 1}
    conditions.save_answer(**common, text="The new template.")  # type: ignore[arg-type]
    file, is_new = conditions.add_file(
        **common, upload=filemaker.upload("Template.pdf"), title="New template"
    )  # type: ignore[arg-type]
    assert is_new
    with pytest.raises(Invalid, match="no page 9"):
        conditions.cite(**common, evidence_id=file.pk, pages="9")  # type: ignore[arg-type]
    cited = conditions.cite(**common, evidence_id=file.pk, pages="2-3")  # type: ignore[arg-type]
    where = reverse("evidence_view", args=[submission.pk, file.number])

    def seen(person: User) -> int:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client.get(where).status_code

    assert [seen(who) for who in (world.member, world.lead, world.officer)] == [200, 404, 404]
    sent = steps.send(by=world.leader, submission_id=submission.pk, number=1, version=_version(submission, 1))
    assert [seen(who) for who in (world.member, world.lead, world.officer)] == [200, 200, 200]
    assert sent.sha256 == conditions.sum_of(sent)
    for harm in (
        lambda: ConditionAnswer.objects.filter(pk=sent.pk).update(text="Something else"),
        lambda: ConditionAnswer.objects.filter(pk=sent.pk).delete(),
        lambda: ConditionCitation.objects.filter(pk=cited.pk).delete(),
        lambda: ConditionCitation.objects.create(answer=sent, evidence=file, pages="1"),
        lambda: file.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            harm()  # type: ignore[no-untyped-call]
    with pytest.raises(NotNow):
        conditions.uncite(by=world.member, submission_id=submission.pk, number=1, citation_id=cited.pk)


@pytest.mark.django_db
def test_another_day_and_a_lapse_are_decided_by_a_person_with_a_reason(world: World, settings: Any) -> None:
    settings.CONDITION_LAPSE_DAYS = 10
    submission = decided(world)
    with pytest.raises(NotNow, match="from 10 March 2027 on"):
        steps.lapse(by=world.chair, submission_id=submission.pk, number=1, reason="Too early.")
    for day, reason, field in (
        (None, "Why", "due_on"), (date(2027, 2, 28), "Why", "due_on"), (date(2027, 6, 1), " ", "reason"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as no:
            steps.extend(by=world.officer, submission_id=submission.pk, number=1, due_on=day, reason=reason)
        assert set(no.value.problems) == {field}
    today = timezone.localdate()
    reads.current(submission).update(due_on=today - timedelta(days=10))
    steps.lapse(by=world.chair, submission_id=submission.pk, number=1, reason="Nothing came.")
    assert one(submission).state == ConditionState.LAPSED
    assert Decision.objects.get().superseded is False, "the accreditation stands"
    conditions.save_answer(by=world.member, submission_id=submission.pk, number=1, text="Late, but here.")
    steps.extend(
        by=world.officer,
        submission_id=submission.pk,
        number=1,
        due_on=today + timedelta(days=30),
        reason="Illness.",
    )
    assert one(submission).state == ConditionState.OPEN
    told = one(submission).events.get(step=ConditionStep.EXTENDED)
    assert (told.due_before, told.due_after) == (today - timedelta(days=10), today + timedelta(days=30))


@pytest.mark.django_db
def test_what_the_rules_can_see_is_called_ready_and_never_closed_by_itself(world: World) -> None:
    submission = decided(world)
    reads.current(submission).update(clause="PS1.3", rules_decide=True)
    world.course.requires_professional_body = False
    world.course.save()
    assert conditions.look(one(submission)) is False
    assert one(submission).ready_on is None
    world.course.requires_professional_body = True
    world.course.save()
    assert conditions.look(one(submission)) is True
    found = one(submission)
    assert found.ready_on == timezone.localdate() and found.state == ConditionState.OPEN
    told = Message.objects.filter(kind__in=("condition_ready", "condition_data_meets"))
    reads.current(submission).update(ready_on=None)
    for _ in range(2):
        condition_mail.remind()
    assert {one.person for one in told} == {world.chair, world.leader} and told.count() == 2
    with pytest.raises(Invalid):
        steps.close(by=world.chair, submission_id=submission.pk, number=1)
    world.course.requires_professional_body = False
    world.course.save()
    close = {"submission_id": submission.pk, "number": 1, "reason": "The rules of admission say so."}
    with pytest.raises(NotNow, match="no longer meet"):
        steps.close(by=world.chair, **close)
    world.course.requires_professional_body = True
    world.course.save()
    for who in (world.leader, world.lead, world.committee, world.officer):
        with pytest.raises((NotAllowed, NotNow)):
            steps.close(by=who, **close)
    with pytest.raises(NotNow):
        steps.give_back(by=world.chair, **close)
    steps.close(by=world.chair, **close)
    assert one(submission).state == ConditionState.CLOSED
    reads.current(submission).update(
        clause="PS1.3", rules_decide=False, ready_on=None, state="open", closed_on=None, closed_by=None
    )
    assert conditions.look(one(submission)) is False, "only where the panel said that the rules can see it"


@pytest.mark.django_db
def test_the_setting_says_who_closes(world: World, settings: Any) -> None:
    settings.CONDITION_CLOSERS = ["officer"]
    submission = _staged(world, "viewed")
    with pytest.raises(NotAllowed):
        steps.close(by=world.chair, submission_id=submission.pk, number=1)
    letter = steps.close(by=world.officer, submission_id=submission.pk, number=1)
    assert letter and LetterContent.read(letter.content).signature.role == "For the CASE Committee"


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_close_once_and_queue_one_letter(world: World) -> None:
    submission = _staged(world, "viewed")
    ready, made, broken = threading.Barrier(20), [], []

    def press() -> None:
        try:
            ready.wait()
            made.append(steps.close(by=world.chair, submission_id=submission.pk, number=1))
        except NotNow:
            pass
        except BaseException as fault:
            broken.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken and len(made) == 1
    assert Letter.objects.filter(kind=LetterKind.CONDITIONS_MET).count() == 1


@pytest.mark.django_db
def test_the_list_asks_the_database_as_often_for_many_as_for_one(world: World) -> None:
    submission = decided(world, 1)
    answer(world, submission)
    client = Client()
    client.force_login(world.officer, backend="django.contrib.auth.backends.ModelBackend")

    def asked() -> int:
        client.get(reverse("conditions"))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("conditions")).status_code == 200
        return len(seen)

    few = asked()
    decision = Decision.objects.get(submission=submission)
    for number in range(2, 25):
        made = Condition.objects.create(
            decision=decision, number=number, clause="PS2.4", text="More.", due_on=date(2027, 3, number)
        )
        ConditionAnswer.objects.create(
            condition=made, number=1, text="x", updated_by=world.leader, sent_at=timezone.now(), sent_by=world.leader,
            sha256="0" * 64,
        )  # fmt: skip
        Condition.objects.filter(pk=made.pk).update(state="answered")
    assert asked() == few


def _reminders() -> list[tuple[str, str]]:
    rows = Message.objects.filter(kind="condition_due").order_by("created_at", "person__full_name")
    return [(row.person.full_name if row.person else "", str(row.context["when"])) for row in rows]


@pytest.mark.django_db
def test_the_course_is_reminded_before_on_and_after_the_day_once_each_whatever_night_is_missed(
    world: World, settings: Any
) -> None:
    settings.CONDITION_REMINDER_DAYS = (-28, -7, 0, 7)
    decided(world)
    due = date(2027, 2, 28)
    assert condition_mail.remind(due - timedelta(days=29)) == 0
    assert [condition_mail.remind(due - timedelta(days=28)) for _ in range(3)] == [1, 0, 0]
    assert condition_mail.remind(due - timedelta(days=1)) == 1, "six missed nights later"
    assert condition_mail.remind(due + timedelta(days=3)) == 1, (
        "the day itself was missed: one message, not two"
    )
    assert condition_mail.remind(due + timedelta(days=30)) == 1
    assert condition_mail.remind(due + timedelta(days=300)) == 0
    assert _reminders() == [("Leader Wexcombe", when) for when in ("in", "in", "today", "late")]


@pytest.mark.django_db
def test_nobody_is_reminded_of_what_is_answered_moved_or_too_old_to_matter(world: World) -> None:
    submission = decided(world)
    reads.current(submission).update(due_on=timezone.localdate() + timedelta(days=3))
    assert condition_mail.remind() == 0, "the decision itself has just told it"
    due = timezone.localdate() + timedelta(days=3)
    assert condition_mail.remind(due) == 1
    answer(world, submission)
    message = Message.objects.get(kind="condition_due")
    assert mail.kinds()["condition_due"].moot(message) == "The condition was answered meanwhile."  # type: ignore[misc]
    assert condition_mail.remind(due + timedelta(days=7)) == 0


@pytest.mark.django_db
def test_each_step_is_told_to_those_who_act_next(world: World, rival: World) -> None:
    submission = decided(world)
    answer(world, submission)
    view(submission, world.lead)
    told = set(Message.objects.filter(kind__startswith="condition").values_list("kind", "person__full_name"))
    assert told == {("condition_answered", "Lead Wexcombe"), ("condition_answered", "Co Wexcombe")}
    view(submission, world.co)
    to_close = Message.objects.filter(kind="condition_to_close").values_list("person__full_name", flat=True)
    assert set(to_close) == {"Chair Wexcombe", "Chair Ravenmoor"}
    steps.give_back(by=world.chair, submission_id=submission.pk, number=1, reason="Show a filled-in one.")
    back = Message.objects.get(kind="condition_returned")
    assert back.person == world.leader
    words = words_of(back)
    assert "Show a filled-in one." in words.text and "by 28 February 2027" in words.text
    for kind in ("condition_due", "condition_answered", "condition_to_close", "condition_moved"):
        back.kind = kind
        back.context |= {"when": "late", "done": "has another day"}
        assert words_of(back).text
