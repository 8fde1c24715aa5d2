"""A decision corrected in the open: recall, supersession, appeals and submitting again; as services and for everybody."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accreditation import changes, directory
from accreditation.enums import (
    AppealState,
    BuildState,
    ConditionState,
    DecisionOutcome,
    LetterKind,
    SubmissionState,
)
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.home import followup as home_followup
from accreditation.models import (
    Appeal,
    AuditEvent,
    Decision,
    Evidence,
    Job,
    Letter,
    Message,
    Submission,
    User,
)
from accreditation.services import (
    appeals,
    decisions,
    letters,
    resubmission,
    submissions,
    supersession,
    verification,
)
from accreditation.services import evidence as library
from accreditation.services.reconcile import faults
from tests.accreditation import filemaker, panels
from tests.accreditation.test_conditions import answer, view
from tests.worlds import World

pytestmark = pytest.mark.django_db
NO_PERIOD: dict[str, Any] = {"period_from": None, "period_to": None}


def decided(world: World, outcome: str = DecisionOutcome.ACCREDIT_WITH_CONDITIONS) -> Submission:
    submission = panels.reported(world, conditions=1)
    values = panels.decision_values(outcome=outcome)
    if not outcome.startswith("accredit"):
        values |= NO_PERIOD
    decisions.decide(by=world.chair, submission_id=submission.pk, **values)
    submission.refresh_from_db()
    return submission


def issue(submission: Submission) -> None:
    """The letters as the worker would leave them."""
    for letter in Letter.objects.filter(
        decision__submission=submission, state=BuildState.QUEUED, superseded=False
    ):
        letters.build(
            job_id=Job.objects.get(key=letters.key_of(letter)).pk,
            renderer=lambda content: content.number.encode(),
        )


def supersede(submission: Submission, by: User, **changes: Any) -> Decision:
    values = panels.decision_values(**changes)
    return supersession.supersede(
        by=by, submission_id=submission.pk, reason="A wrong date was read out.", **values
    )


def test_a_decision_is_recalled_until_its_letter_is_issued_and_its_letters_are_never_built(
    world: World,
) -> None:
    submission = decided(world)
    supersession.recall(by=world.chair, submission_id=submission.pk, reason="The wrong period.")
    submission.refresh_from_db()
    assert submission.state == SubmissionState.REPORTED
    for job in Job.objects.filter(task=letters.TASK):
        assert letters.build(job_id=job.pk) is None
    assert not Letter.objects.exclude(state=BuildState.FAILED).exists()
    assert not [words for words in faults() if "CASE-L" in words]
    again = decisions.decide(by=world.chair, submission_id=submission.pk, **panels.decision_values())
    issue(submission)
    assert Letter.objects.filter(decision=again, state=BuildState.BUILT).count() == 2
    with pytest.raises(NotNow, match="is issued"):
        supersession.recall(by=world.chair, submission_id=submission.pk, reason="Too late.")
    assert Decision.objects.filter(superseded=False).get() == again


def test_a_superseding_decision_replaces_letters_and_directory_and_keeps_the_old_row(world: World) -> None:
    submission = decided(world)
    issue(submission)
    old = Decision.objects.get()
    first = Letter.objects.get(decision=old, kind=LetterKind.DECISION)
    new = supersede(submission, world.chair, period_to=date(2030, 8, 31))
    issue(submission)
    old.refresh_from_db()
    assert (
        old.superseded and old.supersession_reason == "A wrong date was read out." and new.supersedes == old
    )
    letter = Letter.objects.get(decision=new, kind=LetterKind.DECISION)
    assert letter.supersedes == first and letter.content["replaces"] == first.number
    assert verification.check_number(first.number).status == verification.Status.SUPERSEDED
    (entry,) = directory.entries(date(2027, 1, 1))
    assert entry.period_to == date(2030, 8, 31) and [past.holds for past in entry.history] == [True, False]
    assert AuditEvent.objects.filter(verb="decision.superseded", object_id=str(submission.pk)).count() == 1
    refused = supersede(submission, world.chair, outcome="refuse", **NO_PERIOD)
    assert refused.conditions.count() == 0
    assert directory.entries(date(2027, 1, 1))[0].status == directory.Status.WITHDRAWN


def test_conditions_go_on_with_their_answers_and_the_closing_letter_follows(world: World) -> None:
    submission = decided(world)
    issue(submission)
    answer(world, submission)
    view(submission, world.lead)
    view(submission, world.co)
    from accreditation.services import condition_steps

    condition_steps.close(by=world.chair, submission_id=submission.pk, number=1)
    issue(submission)
    new = supersede(submission, world.chair, period_to=date(2030, 8, 31))
    condition = new.conditions.get()
    assert condition.state == ConditionState.CLOSED and condition.answers.count() == 1
    kinds = set(Letter.objects.filter(decision=new, superseded=False).values_list("kind", flat=True))
    assert kinds == {"decision", "report", "conditions_met", "certificate"}
    assert not Letter.objects.filter(decision__superseded=True, superseded=False).exists()


def test_correcting_is_for_the_chair_without_a_conflict_and_needs_reasons(world: World, rival: World) -> None:
    submission = decided(world)
    issue(submission)
    others = [user for name, user in panels.everyone(world) if name != "chair"]
    others += [user for name, user in panels.everyone(rival) if name != "chair"]
    for user in others:
        with pytest.raises(NotAllowed):
            supersede(submission, user)
        with pytest.raises(NotAllowed):
            supersession.recall(by=user, submission_id=submission.pk, reason="x")
    with pytest.raises(Invalid) as no:
        supersession.supersede(
            by=world.chair, submission_id=submission.pk, reason=" ", **panels.decision_values()
        )
    assert set(no.value.problems) == {"reason"}
    stale = str(Decision.objects.get().pk)
    supersede(submission, world.chair)
    with pytest.raises(NotNow, match="meanwhile"):
        supersede(submission, world.chair, seen_decision=stale)
    assert Decision.objects.count() == 2


def test_an_appeal_is_lodged_in_its_time_dealt_with_on_record_and_upheld_by_superseding(
    world: World, rival: World
) -> None:
    submission = decided(world, DecisionOutcome.REFUSE)
    with pytest.raises(NotNow, match="once the decision letter is issued"):
        appeals.lodge(by=world.leader, submission_id=submission.pk, grounds="Unfair.")
    issue(submission)
    for name, user in [*panels.everyone(world), *panels.everyone(rival)]:
        if user != world.leader:
            with pytest.raises(NotAllowed):
                appeals.lodge(by=user, submission_id=submission.pk, grounds=f"{name}")
    with pytest.raises(Invalid):
        appeals.lodge(by=world.leader, submission_id=submission.pk, grounds="  ")
    appeals.lodge(by=world.leader, submission_id=submission.pk, grounds="Page 12 was not read.")
    with pytest.raises(NotNow, match="already"):
        appeals.lodge(by=world.leader, submission_id=submission.pk, grounds="Again.")
    for name, user in [*panels.everyone(world), *panels.everyone(rival)]:
        if name != "officer":
            with pytest.raises(NotAllowed):
                appeals.add_step(by=user, submission_id=submission.pk, on=timezone.localdate(), text="x")
            with pytest.raises(NotAllowed):
                appeals.end(by=user, submission_id=submission.pk, upheld=True, outcome="x")
    with pytest.raises(Invalid):
        appeals.add_step(
            by=world.officer,
            submission_id=submission.pk,
            on=timezone.localdate() + timedelta(days=1),
            text="x",
        )
    appeals.add_step(
        by=world.officer, submission_id=submission.pk, on=timezone.localdate(), text="Read by two members."
    )
    appeals.end(by=world.officer, submission_id=submission.pk, upheld=True, outcome="Page 12 shows it.")
    assert Appeal.objects.get().state == AppealState.UPHELD
    assert Decision.objects.get().outcome == DecisionOutcome.REFUSE, "nothing changes by itself"
    told = set(Message.objects.filter(kind__startswith="appeal").values_list("kind", "person__full_name"))
    assert ("appeal_upheld", "Chair Wexcombe") in told and ("appeal_ended", "Leader Wexcombe") in told
    assert [item.title for item in home_followup.items_for(world.chair)] == ["Record a superseding decision"]
    new = supersede(submission, world.chair)
    issue(submission)
    assert new.conditions.count() == 1 and home_followup.items_for(world.chair) == []
    assert [entry.status for entry in directory.entries(date(2027, 1, 1))] == [directory.Status.ACCREDITED]


def test_too_late_and_against_what_there_is_no_appeal(world: World, settings: Any) -> None:
    submission = decided(world, DecisionOutcome.REFUSE)
    issue(submission)
    Letter.objects.update(built_at=timezone.now() - timedelta(days=settings.APPEAL_DAYS + 1))
    with pytest.raises(NotNow, match="could be lodged until"):
        appeals.lodge(by=world.leader, submission_id=submission.pk, grounds="Late.")
    Letter.objects.update(built_at=timezone.now() - timedelta(days=settings.APPEAL_DAYS))
    settings.APPEAL_AGAINST = ["defer"]
    with pytest.raises(NotNow, match="no appeal against"):
        appeals.lodge(by=world.leader, submission_id=submission.pk, grounds="In time.")


def test_a_deferred_case_is_submitted_again_with_answers_and_files_and_what_changed_is_marked(
    world: World, rival: World
) -> None:
    submission = panels.reported(world, conditions=0)
    file = Evidence.objects.create(
        submission=submission, number=1, title="Handbook", name="handbook.pdf", sha256="a" * 64, size=5,
        media_type="application/pdf", pages=12, uploaded_by=world.leader,
    )  # fmt: skip
    frozen = submission.snapshots.get()
    for row in frozen.answers:
        made = submission.answers.create(clause=row["clause"], text=row["text"], updated_by=world.leader)
        for cited in row["citations"]:
            made.citations.create(evidence=file, pages=cited["pages"])
    decisions.decide(
        by=world.chair, submission_id=submission.pk, **panels.decision_values(outcome="defer", **NO_PERIOD)
    )
    for user in (rival.leader, rival.member, world.lead, world.officer, world.chair, world.outsider):
        with pytest.raises(NotAllowed):
            resubmission.resubmit(by=user, submission_id=submission.pk)
    new = resubmission.resubmit(by=world.member, submission_id=submission.pk)
    assert (new.state, new.resubmits, new.kind) == (SubmissionState.DRAFT, submission, submission.kind)
    assert changes.changed(new) == []
    submissions.save_answer(by=world.leader, submission_id=new.pk, clause="PS3.1", text="Changed.", version=1)
    more = library.add_evidence(by=world.leader, submission_id=new.pk, upload=filemaker.upload("New.pdf"))
    assert more.number == 2
    library.cite(by=world.leader, submission_id=new.pk, clause="PS4.1", evidence_id=more.pk)
    assert changes.changed(new) == ["PS3.1", "PS4.1"]
    page = Client()
    page.force_login(world.leader, backend="django.contrib.auth.backends.ModelBackend")
    assert "PS3.1" in page.get(reverse("submission", args=[new.pk])).content.decode()
    with pytest.raises(NotNow, match="already"):
        resubmission.resubmit(by=world.leader, submission_id=submission.pk)
    assert submission.answers.get(clause="PS3.1").text != "Changed."


def test_pages_are_closed_to_the_other_university(world: World, rival: World) -> None:
    submission = decided(world, DecisionOutcome.REFUSE)
    issue(submission)
    names = ("appeal", "submission_again", "decision_recall", "decision_supersede")
    for who in (rival.leader, rival.member, rival.lead, rival.outsider):
        for name in names:
            client = Client()
            client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
            assert client.get(reverse(name, args=[submission.pk])).status_code == 404, name
    for who, name in (
        (world.leader, "appeal"),
        (world.leader, "submission_again"),
        (world.chair, "decision_supersede"),
    ):
        client = Client()
        client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(reverse(name, args=[submission.pk])).status_code == 200, name
