"""Writes to submissions: opening, answering, sections, submitting and withdrawing. What is frozen: `freezing`."""

from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accreditation import audit, grants, mail, papers, policies, scopes, sections
from accreditation.enums import SubmissionKind, SubmissionState
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.models import Answer, Course, Section, Snapshot, Submission, User
from accreditation.permissions import check_edit, check_submit, is_on_team
from accreditation.services import freezing, letters, telling
from accreditation.states import FINAL, MOVES

REFERENCES_LOCK = 0x4D534B  # "MSK": whoever gives out a reference waits for the one before
LONGEST_ANSWER = 20_000


def open_submission(*, by: User, course: Course, kind: str) -> Submission:
    """Opens a draft for a course and returns it, with its reference ("MSK-2026-0007").

    Raises `NotAllowed` outside the course's team, `NotNow` while another submission of the course is open, `Invalid` for an
    unknown kind of application.
    """
    if kind not in SubmissionKind.values:
        raise Invalid({"kind": ["Choose what you are applying for"]})
    with transaction.atomic():
        course = Course.objects.select_for_update().get(pk=course.pk)
        if not is_on_team(by, course):
            raise NotAllowed("Only the course’s own team can open a submission for it.")
        if other := course.submissions.exclude(state__in=FINAL).first():
            raise NotNow(
                f"This course already has a submission under way: {other.reference} ({other.get_state_display().lower()}). "
                "A course has one at a time. Nothing was changed."
            )
        submission = Submission.objects.create(
            course=course,
            kind=kind,
            edition=settings.STANDARD,
            clauses=scopes.default(kind, settings.STANDARD),
            opened_by=by,
            reference=_next_reference(),
        )
        grants.sync_submission(submission)
        audit.record(
            "submission.opened", by=by, obj=submission, payload={"course": course.reference, "kind": kind}
        )
    return submission


def _next_reference() -> str:
    """The next free reference of this year; call inside a transaction, which then holds the lock until it ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REFERENCES_LOCK])
    prefix = f"MSK-{timezone.localdate().year}-"
    given = Submission.objects.filter(reference__startswith=prefix).values_list("reference", flat=True)
    last = max((int(reference.removeprefix(prefix)) for reference in given), default=0)
    return f"{prefix}{last + 1:04d}"


def locked(submission_id: UUID) -> Submission:
    """The submission's row, locked until the transaction ends."""
    return (
        Submission.objects.select_for_update(of=("self",))
        .select_related("course__institution")
        .get(pk=submission_id)
    )


def editable(by: User, submission_id: UUID) -> Submission:
    """The locked row of a draft that this person may edit. Raises `NotAllowed` or `NotNow`."""
    submission = locked(submission_id)
    check_edit(by, submission)
    return submission


def check_clause(submission: Submission, clause: str) -> None:
    """Raises `Invalid` for a clause that the submission is not asked about."""
    if all(asked.id != clause for asked in scopes.clauses(submission)):
        raise Invalid({"clause": ["There is no such clause"]})


def save_answer(*, by: User, submission_id: UUID, clause: str, text: str, version: int) -> Answer:
    """Saves a draft's answer to one clause, empty or not, and returns it with its new `version`.

    `version` is the one the page showed, 0 where there was no answer yet. Raises `Stale` with the present answer as
    `current` if
    somebody saved another text meanwhile, `Invalid` (field `text`) for more than 20,000 characters, `NotAllowed` and
    `NotNow`.
    """
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > LONGEST_ANSWER:
        raise Invalid(
            {
                "text": [
                    f"The answer has {len(text):,} characters; it must have {LONGEST_ANSWER:,} or fewer. Put the "
                    "rest in a file."
                ]
            }
        )
    with transaction.atomic():
        submission = editable(by, submission_id)
        check_clause(submission, clause)
        answer = (
            Answer.objects.filter(submission=submission, clause=clause).select_related("updated_by").first()
        )
        if answer is None:
            answer = Answer(submission=submission, clause=clause, version=0, updated_by=by)
        elif answer.text == text:
            return answer  # a second press, or two people who typed the same
        elif answer.version != version and not (version == 0 and answer.text == ""):
            who = "You" if answer.updated_by_id == by.pk else answer.updated_by.full_name
            at = timezone.localtime(answer.updated_at)
            raise Stale(
                f"{who} saved another text for {clause} at {at:%H:%M}. Yours was not saved over it.", answer
            )
        answer.text, answer.version, answer.updated_by = text, answer.version + 1, by
        answer.save()
        audit.record(
            "answer.saved",
            by=by,
            obj=submission,
            payload={"clause": clause, "version": answer.version, "characters": len(text)},
        )
    return answer


def set_section(*, by: User, submission_id: UUID, code: str, complete: bool) -> Section:
    """Calls a section complete, or not. Raises `Invalid` (field `complete`) while something is missing in it."""
    with transaction.atomic():
        submission = editable(by, submission_id)
        if code not in sections.codes_of(submission):
            raise Invalid({"complete": ["There is no such section"]})
        if complete and (missing := sections.missing(submission, code)):
            raise Invalid({"complete": [gap.words for gap in missing]})
        section, _ = Section.objects.get_or_create(submission=submission, code=code)
        if section.complete != complete:
            section.complete = complete
            section.save(update_fields=["complete"])
            verb = "section.completed" if complete else "section.reopened"
            audit.record(verb, by=by, obj=submission, payload={"section": code})
    return section


def submit(
    *,
    by: User,
    submission_id: UUID,
    declared_name: str,
    declared_role: str,
    seen_state: str = SubmissionState.DRAFT,
    seen_version: int | None = None,
) -> Snapshot:
    """Freezes a draft as its next version and hands it to CASE; returns what was frozen.

    `seen_state` and `seen_version` are what the page showed; the version is that of `Submission.version`, which counts the
    submissions and withdrawals. Raises `NotAllowed` for anyone but a leader of the course, `NotNow` where the state
    has moved on
    (also for a second press), `Invalid` for missing answers (keyed by section) or an incomplete declaration. All or nothing.
    """
    name, role = " ".join(declared_name.split()), " ".join(declared_role.split())
    with transaction.atomic():
        submission = locked(submission_id)
        if is_on_team(by, submission.course) and submission.state != seen_state:
            raise NotNow(
                policies.move_refusal(submission, "submit")
                or "The submission has moved on. Nothing was changed."
            )
        check_submit(by, submission)
        if seen_version is not None and submission.version != seen_version:
            raise NotNow(
                "The submission was submitted or returned meanwhile. Look at it again before you submit it."
            )
        problems = {
            "declared_name": [] if name else ["Enter your full name"],
            "declared_role": [] if role else ["Enter your role, for example Course leader"],
        }
        for code in sections.codes_of(submission):
            problems[code] = [gap.words for gap in sections.missing(submission, code, marked=True)]
        problems["papers"] = papers.missing(submission)
        if any(problems.values()):
            raise Invalid({field: found for field, found in problems.items() if found})
        snapshot = freezing.freeze(submission, by=by, declared_name=name, declared_role=role)
        _move(submission, "submit", by, {"snapshot": snapshot.number, "sha256": snapshot.sha256})
        telling.submitted(submission, number=snapshot.number)
    return snapshot


def check_withdraw(by: User, submission: Submission) -> None:
    """Raises `NotAllowed` for anyone but a leader of the course, `NotNow` where the state has moved on."""
    if not is_on_team(by, submission.course, leader=True):
        raise NotAllowed("Only a leader of the course can withdraw its submission.")
    if reason := policies.move_refusal(submission, "withdraw"):
        raise NotNow(reason)


def withdraw(*, by: User, submission_id: UUID, seen_state: str) -> Submission:
    """Withdraws a draft or a submitted case for good; its answers stay readable. Where CASE had it once, a letter confirms
    it. Raises `NotAllowed` or `NotNow`.
    """
    with transaction.atomic():
        submission = locked(submission_id)
        check_withdraw(by, submission)
        if submission.state != seen_state:
            raise NotNow(
                f"{submission.reference} is now “{submission.get_state_display()}”. Look at it again before you withdraw it."
            )
        was_draft = submission.state == SubmissionState.DRAFT
        letters.queue_withdrawal(submission=submission, by=by)
        _move(submission, "withdraw", by, {})
        if not was_draft:
            telling.withdrawn(submission)
    return submission


def _move(submission: Submission, name: str, by: User, payload: dict[str, object]) -> None:
    move = MOVES[name]
    before = submission.state
    submission.state, submission.state_since = move.target, timezone.now()
    submission.version += 1
    submission.save(update_fields=["state", "state_since", "version", "updated_at"])
    grants.sync_submission(submission)
    audit.record(move.verb, by=by, obj=submission, payload={"from": before, "to": move.target, **payload})
    mail.settle_done(submission)
