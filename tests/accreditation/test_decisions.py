"""The Committee's decision: what holds together, once only, what it makes, who may record it, and sending back."""

import json
import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accreditation import audit, mail
from accreditation.enums import ConflictKind, DecisionOutcome, SubmissionState
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.facts import gather
from accreditation.models import AuditEvent, Condition, Decision, Job, Letter, Meeting, Message, PanelReport
from accreditation.periods import default_period, months_after
from accreditation.presenters.decisions import outcome_of
from accreditation.roles import OFFICER
from accreditation.rules import capsule, facts_writing
from accreditation.rules.evaluate import evaluate_file
from accreditation.services import conflicts, decisions, reports
from tests.accreditation import panels
from tests.worlds import World, make_user, make_world


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 9, 1), date(2031, 8, 31)),
        (date(2028, 2, 29), date(2033, 2, 27)),
        (date(2027, 3, 1), date(2032, 2, 29)),
        (date(2027, 1, 1), date(2031, 12, 31)),
    ],
)
def test_the_usual_period_is_five_calendar_years(start: date, end: date, settings: Any) -> None:
    settings.ACCREDITATION_YEARS = 5
    assert default_period(start) == (start, end)


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 11, 24), 3, date(2027, 2, 24)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
    ],
)
def test_months_are_counted_as_people_count_them(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after


@pytest.mark.django_db
def test_a_decision_makes_its_conditions_letters_promises_and_event_at_once(world: World) -> None:
    submission = panels.reported(world, conditions=2)
    decision = decisions.decide(by=world.chair, submission_id=submission.pk, **panels.decision_values())
    submission.refresh_from_db()
    assert submission.state == SubmissionState.DECIDED
    assert decision.snapshot == submission.snapshots.get()
    conditions = Condition.objects.order_by("number").values_list("number", "clause", "text", "due_on")
    assert list(conditions) == [
        (1, "PS2.4", "Condition text 1", date(2027, 2, 28)),
        (2, "PS2.4", "Condition text 2", date(2027, 2, 28)),
    ]
    letters = Letter.objects.filter(decision=decision)
    assert {letter.kind for letter in letters} == {"decision", "report"}
    assert Job.objects.filter(key__in=[f"letter:{letter.pk}" for letter in letters]).count() == 2
    event = AuditEvent.objects.get(verb="submission.decided")
    assert event.payload["decision"] == str(decision.pk) and event.actor_id == world.chair.pk


@pytest.mark.django_db
def test_however_many_are_told_nobody_waits_longer_for_the_audit_trail(world: World, rival: World) -> None:
    """Messages are promised before the trail's lock is taken, and with the same few queries for any number of officers.
    After it only the duties that the decision ends are looked up and marked as done.
    """
    queries = []
    for place, officers in ((world, 1), (rival, 60)):
        for number in range(officers):
            make_user(f"Officer {number}", OFFICER)
        submission = panels.reported(place, conditions=1)
        with CaptureQueriesContext(connection) as seen:
            decisions.decide(by=place.chair, submission_id=submission.pk, **panels.decision_values())
        asked = [query["sql"] for query in seen]
        locked = next(at for at, sql in enumerate(asked) if f"pg_advisory_xact_lock({audit.LOCK})" in sql)
        after = [sql.split()[0] for sql in asked[locked:] if "accreditation_message" in sql]
        assert after in (["SELECT"], ["SELECT", "UPDATE"])
        told = Message.objects.filter(kind="case_decided", submission=submission)
        assert told.filter(person__groups__name=OFFICER).distinct().count() >= officers
        assert told.count() == told.values("person").distinct().count()
        queries.append(len(asked))
    assert queries[0] == queries[1]


@pytest.mark.django_db(transaction=True)
def test_a_message_to_many_is_promised_once_to_each_and_duties_are_queued(
    world: World, rung: list[str]
) -> None:
    people = {f"k:{person.pk}": person for person in (world.officer, world.chair, world.lead)}
    context = {"reference": "S-1", "course": "C", "institution": "I", "on": "today"}
    with transaction.atomic():
        mail.promise("submission_submitted", to=world.chair, key=f"k:{world.chair.pk}", context=context)
        assert mail.promise_all("submission_submitted", to=people, context=context) == 2
        assert mail.promise_all("submission_submitted", to=people, context=context) == 0
    assert Message.objects.count() == Job.objects.count() == len(rung) == 3
    with pytest.raises(transaction.TransactionManagementError):
        mail.promise_all("submission_submitted", to=people)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "conditions", "field"),
    [
        ({"outcome": "accredit"}, 1, "outcome"),
        ({"outcome": "accredit_with_conditions"}, 0, "outcome"),
        ({"outcome": "perhaps"}, 1, "outcome"),
        ({"outcome": "defer"}, 1, "period_from"),
        ({"outcome": "refuse"}, 1, "period_from"),
        ({"period_from": None}, 1, "period_from"),
        ({"period_to": None}, 1, "period_to"),
        ({"period_to": date(2026, 9, 1)}, 1, "period_to"),
        ({"reasons": "  "}, 1, "reasons"),
        ({"signed_name": " "}, 1, "signed_name"),
    ],
)
def test_what_does_not_hold_together_is_refused_with_its_field(
    world: World, changes: dict[str, Any], conditions: int, field: str
) -> None:
    submission = panels.reported(world, conditions=conditions)
    with pytest.raises(Invalid) as refused:
        decisions.decide(by=world.chair, submission_id=submission.pk, **panels.decision_values(**changes))
    assert field in refused.value.problems
    assert not Decision.objects.exists() and not Letter.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("outcome", DecisionOutcome.values)
def test_each_outcome_can_be_recorded_and_brings_a_letter(world: World, outcome: str) -> None:
    with_period = outcome.startswith("accredit")
    conditions = 0 if outcome == "accredit" else 1
    submission = panels.reported(world, conditions=conditions)
    values = panels.decision_values(outcome=outcome)
    if not with_period:
        values |= {"period_from": None, "period_to": None}
    decision = decisions.decide(by=world.chair, submission_id=submission.pk, **values)
    assert decision.conditions.count() == (1 if outcome == "accredit_with_conditions" else 0)
    kinds = {"decision", "report"} | ({"certificate"} if outcome == "accredit" else set())
    assert set(Letter.objects.filter(decision=decision).values_list("kind", flat=True)) == kinds


@pytest.mark.django_db
def test_a_second_decision_is_told_who_decided_what_and_when(world: World) -> None:
    decision = panels.decided(world)
    for values in (panels.decision_values(), panels.decision_values(outcome="refuse", seen_state="reported")):
        with pytest.raises(NotNow) as late:
            decisions.decide(by=world.chair, submission_id=decision.submission_id, **values)
        for word in ("Accredited with conditions", world.chair.full_name, str(timezone.localdate().year)):
            assert word in str(late.value)
    assert Decision.objects.count() == 1 and Letter.objects.count() == 2


@pytest.mark.django_db
def test_nobody_decides_on_a_case_of_their_own(world: World) -> None:
    submission = panels.reported(world)
    world.lead.groups.add(*world.chair.groups.all())
    world.leader.groups.add(*world.chair.groups.all())
    for person in (world.lead, world.leader):
        fresh = type(person).objects.get(pk=person.pk)
        with pytest.raises(NotAllowed):
            decisions.decide(by=fresh, submission_id=submission.pk, **panels.decision_values())
    conflicts.declare_conflict(by=world.chair, submission_id=submission.pk, kind=ConflictKind.PERSONAL)
    with pytest.raises(NotAllowed, match="conflict"):
        decisions.decide(by=world.chair, submission_id=submission.pk, **panels.decision_values())
    assert not Decision.objects.exists()


@pytest.mark.django_db
def test_sending_back_keeps_the_text_takes_the_signatures_and_gives_the_reason(world: World) -> None:
    submission = panels.reported(world)
    with pytest.raises(Invalid):
        decisions.send_back(by=world.chair, submission_id=submission.pk, reason=" ")
    decisions.send_back(
        by=world.chair, submission_id=submission.pk, reason="Say more.", seen_state="reported"
    )
    report = PanelReport.objects.get()
    assert report.lead_signed_at is None and report.summary == "A sound course."
    assert submission.notes.get().text == "Say more."
    with pytest.raises(NotNow):
        decisions.send_back(
            by=world.chair, submission_id=submission.pk, reason="Again.", seen_state="reported"
        )
    for signer in (world.lead, world.co):
        version = reports.report_of(submission).version
        reports.sign_report(by=signer, submission_id=submission.pk, version=version)
    submission.refresh_from_db()
    assert submission.state == SubmissionState.REPORTED


@pytest.mark.django_db
def test_the_form_is_checked_changed_and_recorded_without_losing_a_word(world: World, client: Client) -> None:
    submission = panels.reported(world)
    client.force_login(world.chair, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("decision_record", args=[submission.pk])
    typed = {
        "outcome": "accredit_with_conditions",
        "reasons": "The Committee’s own reasons.",
        "signed_name": "Professor Anne Chair",
        "seen_state": "reported",
        "meeting_id": str(Meeting.objects.get().pk),
        "period_from_day": "1",
        "period_from_month": "12",
        "period_from_year": "2026",
        "period_to_day": "30",
        "period_to_month": "11",
        "period_to_year": "2031",
    }
    wrong = client.post(url, typed | {"step": "check", "outcome": "accredit"})
    assert wrong.status_code == 422 and "The report has 1 condition." in wrong.content.decode()
    assert "The Committee’s own reasons." in wrong.content.decode()
    check = client.post(url, typed | {"step": "check"})
    assert check.status_code == 200 and not Decision.objects.exists()
    hidden = dict(check.context["hidden"])
    assert hidden == typed
    changed = client.post(url, hidden | {"step": "change"})
    assert changed.context["form"]["reasons"].value() == typed["reasons"]
    assert client.post(url, hidden | {"step": "record"}).status_code == 302
    late = client.post(url, hidden | {"step": "record"})
    assert late.status_code == 409 and world.chair.full_name in late.content.decode()
    assert Decision.objects.get().period_to == date(2031, 11, 30)


@pytest.mark.django_db
def test_the_course_sees_the_outcome_and_no_dissent(world: World, rival: World, client: Client) -> None:
    decision = panels.decided(world)
    outcome = outcome_of(decision.submission)
    assert outcome and [one.text for one in outcome.conditions] == ["Condition text 1"]
    assert [one.text for one in outcome.commendations] == ["The handbook is a model of clarity."]
    client.force_login(world.leader, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("decision", args=[decision.submission_id])).status_code == 404


@pytest.mark.django_db
def test_the_capsule_of_a_decision_replays_to_the_same_report(
    world: World, rival: World, client: Client
) -> None:
    submission = panels.reported(world)
    snapshot = submission.snapshots.get()
    facts = facts_writing.write(gather(world.course, timezone.localdate()))
    snapshot.facts, snapshot.report = facts, evaluate_file(facts).plain()
    snapshot.save()
    decision = decisions.decide(by=world.chair, submission_id=submission.pk, **panels.decision_values())
    assert decision.capsule_sha256 == decision.capsule["sha256"]
    address = reverse("decision_capsule", args=[submission.pk])
    client.force_login(world.chair, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    held = json.loads(answer.content)
    assert capsule.replay(held).same
    assert {row["role"] for row in held["judgements"]} == {"lead", "co", "agreed"}
    assert "Only CASE" not in answer.content.decode()
    assert held["letter_sha256"] is None
    decision.letters.filter(kind="decision").update(
        state="built", sha256="a" * 64, size=1, built_at=timezone.now()
    )
    held = json.loads(client.get(address).content)
    assert held["letter_sha256"] == "a" * 64  # the letter is part of it as soon as it is built
    assert capsule.replay(held).same
    held["judgements"][0]["outcome"] = "not_applicable"
    assert not capsule.replay(held).same
    for person in (world.leader, world.lead, rival.leader):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_fifty_decisions_at_the_same_moment_are_one() -> None:
    world = make_world("Wexcombe")
    submission = panels.reported(world)
    ready = threading.Barrier(50)
    made: list[Decision] = []
    refused: list[str] = []
    broken: list[BaseException] = []

    def press() -> None:
        try:
            ready.wait()
            made.append(
                decisions.decide(
                    by=world.chair,
                    submission_id=submission.pk,
                    **panels.decision_values(seen_state="reported"),
                )
            )
        except NotNow as no:
            refused.append(str(no))
        except BaseException as fault:
            broken.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken
    assert len(made) == 1 and len(refused) == 49
    told = [
        words for words in refused if world.chair.full_name in words and "Accredited with conditions" in words
    ]
    assert len(told) + sum("press again" in words for words in refused) == 49
    assert Decision.objects.count() == 1
    assert Condition.objects.count() == 1
    assert Letter.objects.count() == 2 == Job.objects.filter(key__startswith="letter:").count()
    assert AuditEvent.objects.filter(verb="submission.decided").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 40])
def test_lists_ask_the_database_as_often_for_many_as_for_one(
    world: World, many: int, django_assert_max_num_queries: Any, client: Client
) -> None:
    for number in range(many):
        one = make_world(f"Uni {number}") if number else world
        submission = panels.submitted(one)
        panels.seat(submission, world.officer, world.lead, "lead")
    client.force_login(world.officer, backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_max_num_queries(5 + 4) as asked:  # five of the queue, four for who is signed in
        assert client.get(reverse("cases")).status_code == 200
    asked_of = [one["sql"] for one in asked.captured_queries]
    mine = [
        sql for sql in asked_of if "submission" in sql and "_message" not in sql
    ]  # unread notices: once a page
    assert len(mine) <= 2
    client.force_login(world.lead, backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_max_num_queries(12):
        assert client.get(reverse("reviews")).status_code == 200
    client.force_login(world.chair, backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_max_num_queries(10):
        assert client.get(reverse("decisions")).status_code == 200
