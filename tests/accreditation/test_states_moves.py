"""Every move of the state machine: each allowed one walked, each forbidden one tried, as every person, in every state."""

from collections.abc import Callable
from pathlib import Path

import pytest

from accreditation import report_steps, sections
from accreditation.enums import PanelRole, SubmissionState
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.models import AuditEvent, PanelReport, Submission, User
from accreditation.presenters import diagram
from accreditation.questions import QUESTIONS
from accreditation.services import (
    calibration,
    decisions,
    replies,
    reports,
    reviews,
    submissions,
    supersession,
)
from accreditation.states import FINAL, MOVES, NEXT
from tests.accreditation import panels
from tests.worlds import World

Call = Callable[[Submission, User], object]


def _finish_second(submission: Submission, by: User) -> object:
    return reviews.finish(by=by, submission_id=submission.pk)


def _sign(submission: Submission, by: User) -> object:
    version = PanelReport.objects.filter(submission=submission).values_list("version", flat=True).first() or 0
    return reports.sign_report(by=by, submission_id=submission.pk, version=version)


def _remove_lead(submission: Submission, by: User) -> object:
    place = submission.assignments.filter(role=PanelRole.LEAD, state="accepted").first()
    if place is None:
        raise NotNow("There is no panel.")
    return reviews.remove_member(by=by, assignment_id=place.pk, reason="Left the service.")


def _suggest(submission: Submission, by: User) -> object:
    report = PanelReport.objects.filter(submission=submission).first()
    for item in report_steps.to_calibrate(report) if report else []:
        calibration.look_at(
            by=by, submission_id=submission.pk, item_id=item.pk, verdict="change", reason="Ask for less."
        )
    return calibration.finish(by=by, submission_id=submission.pk)


def _submit(submission: Submission, by: User) -> object:
    return submissions.submit(
        by=by, submission_id=submission.pk, declared_name=by.full_name, declared_role="Course leader"
    )


def _withdraw(submission: Submission, by: User) -> object:
    return submissions.withdraw(by=by, submission_id=submission.pk, seen_state=submission.state)


CALLS: dict[str, Call] = {
    "submit": _submit,
    "withdraw": _withdraw,
    "return": lambda s, by: reviews.return_to_course(by=by, submission_id=s.pk, reason="Pages are missing."),
    "start_assessment": lambda s, by: reviews.start_assessment(by=by, submission_id=s.pk),
    "reveal": _finish_second,
    "reopen": _remove_lead,
    "report": _sign,
    "send_back": lambda s, by: decisions.send_back(by=by, submission_id=s.pk, reason="Say more about PS2.4."),
    "suggest": _suggest,
    "revise": lambda s, by: replies.revise(by=by, submission_id=s.pk),
    "decide": lambda s, by: decisions.decide(by=by, submission_id=s.pk, **panels.decision_values()),
    "recall": lambda s, by: supersession.recall(
        by=by, submission_id=s.pk, reason="The wrong period was read out."
    ),
}
PEOPLE = ("leader", "member", "officer", "lead", "co", "shadow", "committee", "chair", "outsider")
MAY = {
    "submit": {"leader"},
    "withdraw": {"leader"},
    "return": {"officer"},
    "start_assessment": {"officer"},
    "reveal": {"co"},  # the lead has finished in `_stage`
    "reopen": {"officer"},
    "report": {"co"},  # the lead has signed in `_stage`
    "send_back": {"officer", "chair"},
    "suggest": {"chair"},
    "revise": {"lead"},
    "decide": {"chair"},
    "recall": {"chair"},
}
# Removing the lead, which reopens what was being agreed, is allowed in earlier states too, where it moves nothing.
REMOVES = (SubmissionState.SUBMITTED, SubmissionState.IN_ASSESSMENT, SubmissionState.REPORTED)
FORBIDDEN = [
    (move, state)
    for move in sorted(CALLS)
    for state in sorted(SubmissionState.values)
    if state not in MOVES[move].sources and not (move == "reopen" and state in REMOVES)
]


def _stage(world: World, move: str, state: str) -> Submission:
    """A case in `state`, in which the move wants only the person's press wherever the state allows it."""
    if state == SubmissionState.REPORTED and move == "suggest":
        return panels.signed(world)
    if state == SubmissionState.REPORTED and move == "revise":
        submission = panels.released(world)
        reply = replies.begin(by=world.leader, submission_id=submission.pk, clause="PS1.1")
        replies.save_answer(by=world.leader, submission_id=submission.pk, number=reply.number, text="Not so.")
        replies.send(by=world.leader, submission_id=submission.pk, number=reply.number, version=1)
        return submission
    if move == "submit" and state == SubmissionState.DRAFT:
        submission = submissions.open_submission(by=world.leader, course=world.course, kind="new")
        for clause in QUESTIONS:
            submissions.save_answer(
                by=world.leader, submission_id=submission.pk, clause=clause, text="Our answer.", version=0
            )
        for code in sections.CODES:
            submissions.set_section(by=world.leader, submission_id=submission.pk, code=code, complete=True)
        return submission
    submission = panels.reach(world, state)
    if move == "start_assessment" and state == SubmissionState.SUBMITTED:
        panels.seat(submission, world.officer, world.lead, PanelRole.LEAD)
        panels.seat(submission, world.officer, world.co, PanelRole.CO)
    if move == "reveal" and state == SubmissionState.IN_ASSESSMENT:
        panels.judge_all(submission, world.lead)
        panels.judge_all(submission, world.co)
        reviews.finish(by=world.lead, submission_id=submission.pk)
    if move == "report" and state == SubmissionState.AGREEING:
        _sign(submission, world.lead)
    submission.refresh_from_db()
    return submission


ALLOWED = [(move, source) for move in sorted(CALLS) for source in sorted(MOVES[move].sources)]


@pytest.mark.django_db
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(("move", "source"), ALLOWED)
def test_a_move_from_its_own_state_is_for_its_own_people(
    world: World, move: str, source: str, person: str
) -> None:
    submission = _stage(world, move, source)
    events = AuditEvent.objects.count()
    if person in MAY[move]:
        CALLS[move](submission, getattr(world, person))
        submission.refresh_from_db()
        assert submission.state == MOVES[move].target
        assert AuditEvent.objects.filter(verb=MOVES[move].verb, object_id=str(submission.pk)).exists()
    elif (move, person) == ("report", "lead"):
        CALLS[move](submission, world.lead)  # signing twice is signing once
        assert AuditEvent.objects.count() == events
    else:
        with pytest.raises((NotAllowed, NotNow)):
            CALLS[move](submission, getattr(world, person))
        submission.refresh_from_db()
        assert submission.state == source
        assert AuditEvent.objects.count() == events


@pytest.mark.django_db
@pytest.mark.parametrize(("move", "state"), FORBIDDEN)
def test_a_move_from_another_state_is_refused_to_everybody(world: World, move: str, state: str) -> None:
    submission = panels.reach(world, state)
    for name, person in panels.everyone(world):
        with pytest.raises((NotAllowed, NotNow, Stale, Invalid)) as refused:
            CALLS[move](submission, person)
        assert str(refused.value), name
        submission.refresh_from_db()
        assert submission.state == state, name


@pytest.mark.django_db
@pytest.mark.parametrize("move", sorted(CALLS))
def test_nobody_of_another_university_moves_a_case(world: World, rival: World, move: str) -> None:
    source = max(MOVES[move].sources)
    submission = _stage(world, move, source)
    for name in ("leader", "member", "lead", "co", "shadow", "committee", "outsider"):
        with pytest.raises((NotAllowed, NotNow)):
            CALLS[move](submission, getattr(rival, name))
    submission.refresh_from_db()
    assert submission.state == source


def test_readme_draws_the_machine_as_it_is() -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    assert diagram.block() in readme, "paste the output of `manage.py statemachine` between the markers"


def test_the_machine_is_total() -> None:
    assert set(CALLS) == set(MAY) == set(MOVES), "every move is walked and tried here"
    assert set(NEXT) == set(SubmissionState.values)
    for move in MOVES.values():
        assert move.sources <= set(SubmissionState.values)
        assert move.target in SubmissionState.values
        assert not move.sources & FINAL or move.name == "recall", "nothing else leaves a final state"
    leaving = {state for move in MOVES.values() for state in move.sources}
    assert leaving | FINAL == set(SubmissionState.values), "no state without a way on"
