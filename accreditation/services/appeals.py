"""An appeal on record: lodged by the course within its time, its steps and its end recorded by an officer."""

from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accreditation import audit, mail
from accreditation.enums import TELLS_DECISION, AppealState, SubmissionState
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.models import ISSUED, Appeal, AppealStep, Decision, Submission, User
from accreditation.permissions import has_conflict, is_on_team, need_role
from accreditation.roles import CHAIR, OFFICER
from accreditation.rules.dates import spoken
from accreditation.services.cases import locked, words
from accreditation.services.decisions import current_decision


def issued_on(decision: Decision) -> date | None:
    """The day on which a decision's letter was first issued, None before."""
    built = (
        decision.letters.filter(ISSUED, kind__in=TELLS_DECISION)
        .order_by("built_at")
        .values_list("built_at", flat=True)
        .first()
    )
    return timezone.localtime(built).date() if built else None


def last_day(decision: Decision) -> date | None:
    """The last day on which an appeal can be lodged, None while no letter is issued."""
    issued = issued_on(decision)
    return issued + timedelta(days=settings.APPEAL_DAYS) if issued else None


def check_lodge(user: User, submission: Submission) -> Decision:
    """A leader of the course appeals against the decision that holds, in its time. Returns the decision."""
    if not is_on_team(user, submission.course, leader=True):
        raise NotAllowed("Only a leader of the course can appeal.")
    decision = current_decision(submission)
    if submission.state != SubmissionState.DECIDED or decision is None:
        raise NotNow("There is no decision to appeal against.")
    if Appeal.objects.filter(decision=decision).exists():
        raise NotNow("There is an appeal against this decision already.")
    if decision.outcome not in settings.APPEAL_AGAINST:
        raise NotNow(f"There is no appeal against “{decision.get_outcome_display()}”.")
    last = last_day(decision)
    if last is None:
        raise NotNow("An appeal can be lodged once the decision letter is issued.")
    if timezone.localdate() > last:
        raise NotNow(
            f"An appeal could be lodged until {spoken(last)}. Write to the CASE office if you had no chance to."
        )
    return decision


@transaction.atomic
def lodge(*, by: User, submission_id: UUID | str, grounds: str) -> Appeal:
    """Lodges an appeal with its grounds, once for a decision. Raises `NotAllowed`, `NotNow`, `Invalid` (`grounds`)."""
    submission = locked(submission_id)
    decision = check_lodge(by, submission)
    grounds = words("grounds", grounds, limit=20_000, needed="Say on which grounds you appeal.")
    try:
        with transaction.atomic():
            appeal = Appeal.objects.create(decision=decision, grounds=grounds, lodged_by=by)
    except IntegrityError as twice:
        raise NotNow("There is an appeal against this decision already.") from twice
    audit.record("appeal.lodged", by=by, obj=submission, payload={"decision": decision.pk})
    for officer in User.objects.filter(groups__name=OFFICER, is_active=True).distinct():
        if not has_conflict(officer, submission):
            _tell("appeal_lodged", officer, appeal, f"lodged:{appeal.pk}")
    return appeal


@transaction.atomic
def withdraw(*, by: User, submission_id: UUID | str) -> Appeal:
    """A leader of the course takes the appeal back. Raises `NotAllowed`, `NotNow`."""
    submission, appeal = _open(submission_id)
    if not is_on_team(by, submission.course, leader=True):
        raise NotAllowed("Only a leader of the course can withdraw its appeal.")
    return _end(appeal, submission, AppealState.WITHDRAWN, "", by=by)


@transaction.atomic
def add_step(*, by: User, submission_id: UUID | str, on: date | None, text: str) -> AppealStep:
    """An officer puts on record what was done about the appeal, and when. Raises `NotAllowed`, `NotNow`, `Invalid`."""
    submission, appeal = _open(submission_id)
    _check_office(by, submission, OFFICER)
    if on is None or on > timezone.localdate():
        raise Invalid({"on": ["Enter the day on which it was done, not later than today."]})
    text = words("text", text, limit=5000, needed="Say what was done.")
    step = AppealStep.objects.create(appeal=appeal, on=on, text=text, by=by)
    audit.record("appeal.step", by=by, obj=submission, payload={"on": on})
    return step


@transaction.atomic
def end(*, by: User, submission_id: UUID | str, upheld: bool, outcome: str) -> Appeal:
    """An officer records how the appeal ended; one that is upheld waits for the chair's superseding decision.

    Raises `NotAllowed`, `NotNow`, `Invalid` (`outcome`).
    """
    submission, appeal = _open(submission_id)
    _check_office(by, submission, OFFICER)
    outcome = words(
        "outcome", outcome, limit=10_000, needed="Say what was decided about the appeal, by whom, and why."
    )
    state = AppealState.UPHELD if upheld else AppealState.DISMISSED
    _end(appeal, submission, state, outcome, by=by)
    _tell("appeal_ended", appeal.lodged_by, appeal, f"ended:{appeal.pk}", outcome=outcome)
    if upheld:
        for chair in User.objects.filter(groups__name=CHAIR, is_active=True).distinct():
            if not has_conflict(chair, submission):
                _tell("appeal_upheld", chair, appeal, f"upheld:{appeal.pk}")
    return appeal


def _end(appeal: Appeal, submission: Submission, state: str, outcome: str, *, by: User) -> Appeal:
    appeal.state, appeal.outcome, appeal.ended_at, appeal.ended_by = state, outcome, timezone.now(), by
    appeal.version += 1
    appeal.save()
    audit.record(f"appeal.{state}", by=by, obj=submission, payload={"decision": appeal.decision_id})
    mail.settle_done(submission)
    return appeal


def _open(submission_id: UUID | str) -> tuple[Submission, Appeal]:
    submission = locked(submission_id)
    appeal = (
        Appeal.objects.filter(decision__submission=submission)
        .select_related("decision", "lodged_by")
        .order_by("-created_at")
        .first()
    )
    if appeal is None or appeal.state != AppealState.LODGED:
        raise NotNow("There is no open appeal on this case. Nothing was changed.")
    appeal.decision.submission = submission
    return submission, appeal


def _check_office(user: User, submission: Submission, *codes: str) -> None:
    need_role(user, *codes)
    if has_conflict(user, submission) or is_on_team(user, submission.course):
        raise NotAllowed("You have a conflict of interest with this course: somebody else must do this.")


def _tell(kind: str, to: User, appeal: Appeal, key: str, **more: str) -> None:
    submission = appeal.decision.submission
    mail.promise(
        kind,
        to=to,
        key=f"appeal:{key}:{to.pk}",
        about=appeal,
        path=f"/submissions/{submission.pk}/appeal/",
        context={
            "reference": submission.reference,
            "course": submission.course.title,
            "state": appeal.get_state_display().lower(),
            **more,
        },
    )
