"""The lead assessor asks about a clause, the course answers for good, and the clock stands still in between."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from accreditation import audit, mail, recipients
from accreditation.asked import check_answer, check_ask, open_questions, stopped_since
from accreditation.exceptions import Invalid, NotNow, Stale
from accreditation.models import Assignment, ClauseQuestion, Submission, User
from accreditation.review_selectors import LIVE
from accreditation.rules.facts_writing import sha256
from accreditation.services.cases import locked, words
from accreditation.services.drafting import Drafting
from accreditation.services.reviews import snapshot_of


@transaction.atomic
def ask(*, by: User, submission_id: UUID | str, clause: str, asked: str) -> ClauseQuestion:
    """The lead asks the course about one clause: only that clause opens for an answer, and the clock stands still.

    Raises `NotAllowed` for anybody else, `NotNow` outside the assessment or while a question on the clause is open,
    `Invalid` (fields `clause`, `asked`).
    """
    submission = locked(submission_id)
    check_ask(by, submission)
    snapshot = snapshot_of(submission)
    if clause not in {row["clause"] for row in snapshot.answers}:
        raise Invalid({"clause": ["There is no such clause."]})
    asked = words("asked", asked, limit=5000, needed="Write what you want to know.")
    if open_questions(submission).filter(clause=clause).exists():
        raise NotNow(f"A question on {clause} is open already. Wait for its answer, or take it back.")
    last = submission.questions.aggregate(last=Max("number"))["last"] or 0
    question = ClauseQuestion.objects.create(
        submission=submission,
        snapshot=snapshot,
        number=last + 1,
        clause=clause,
        asked=asked,
        asked_by=by,
        version=0,
    )
    _record("question.asked", by, question)
    for person in recipients.course_team(submission):
        _tell("question_asked", person, question, "question")
    return question


@transaction.atomic
def take_back(*, by: User, submission_id: UUID | str, number: int) -> None:
    """The lead takes an open question back; the clock runs on when it was the last. Raises `NotAllowed`, `NotNow`."""
    question = _hold(submission_id, number)
    check_ask(by, question.submission)
    if question.answered_at or question.withdrawn_at:
        raise NotNow("The question is not open any more. Nothing was changed.")
    question.withdrawn_at = timezone.now()
    question.save(update_fields=["withdrawn_at", "updated_at"])
    moved = _run_on(question.submission)
    mail.settle_done(question.submission)
    _record("question.taken_back", by, question, days_moved=moved)


@transaction.atomic
def send(*, by: User, submission_id: UUID | str, number: int, version: int) -> ClauseQuestion:
    """A leader of the course sends the answer for good; with the last open one the clock runs on, and each deadline that
    is not met yet is moved by the whole days it stood still.

    Raises `NotAllowed`, `NotNow` (also at a second press), `Invalid` (field `text`), `Stale`.
    """
    question = _hold(submission_id, number)
    check_answer(by, question, send=True)
    if not question.text:
        raise Invalid({"text": ["Write your answer before you send it"]})
    if question.version != version:
        raise Stale("The answer was changed meanwhile. Read it again before you send it.", question)
    question.answered_at, question.answered_by = timezone.now(), by
    question.sha256 = sum_of(question)
    question.save(update_fields=["answered_at", "answered_by", "sha256", "updated_at"])
    moved = _run_on(question.submission)
    mail.settle_done(question.submission)
    _record("question.answered", by, question, sha256=question.sha256, days_moved=moved)
    for person in recipients.panel(question.submission):
        _tell("question_answered", person, question, "review_clause")
    return question


def sum_of(question: ClauseQuestion) -> str:
    """The sum of a question with its answer: the words, and each file with its own sum and the pages meant."""
    cited = question.citations.select_related("evidence").order_by("evidence__number", "pages")
    return sha256(
        {
            "snapshot": question.snapshot.sha256,
            "number": question.number,
            "clause": question.clause,
            "asked": question.asked,
            "text": question.text,
            "files": [[row.evidence.number, row.evidence.sha256, row.pages] for row in cited],
        }
    )


def _run_on(submission: Submission) -> int:
    """Moves unfinished deadlines by the days that the clock stood still, once no question is open. Returns the days."""
    since = stopped_since(submission)
    if since is None or open_questions(submission).exists():
        return 0
    days = (timezone.localdate() - since).days
    if days:
        waiting = Assignment.objects.filter(
            submission=submission, state__in=LIVE, done_at__isnull=True, due_on__isnull=False
        )
        for place in waiting:
            assert place.due_on is not None  # noqa: S101 (asked for above)
            place.due_on += timedelta(days=days)
            place.save(update_fields=["due_on"])
    return days


def _hold(submission_id: UUID | str, number: int) -> ClauseQuestion:
    submission = locked(submission_id)
    question = submission.questions.select_related("snapshot", "updated_by").get(number=number)
    question.submission = submission
    return question


def _record(verb: str, by: User, question: ClauseQuestion, **payload: object) -> None:
    said = {"question": question.number, "clause": question.clause, **payload}
    audit.record(verb, by=by, obj=question.submission, payload=said)


def _tell(kind: str, to: User, question: ClauseQuestion, page: str) -> None:
    submission = question.submission
    path = (
        reverse("review_clause", args=[submission.pk, question.clause])
        if page == "review_clause"
        else reverse("question", args=[submission.pk, question.number])
    )
    mail.promise(
        kind,
        to=to,
        key=f"{kind}:{question.pk}:{to.pk}",
        about=question,
        path=path,
        context={
            "reference": submission.reference,
            "course": submission.course.title,
            "clause": question.clause,
            "asked": question.asked,
        },
    )


DRAFTING = Drafting(
    model=ClauseQuestion, hold=_hold, check=check_answer, record=_record,
    saved="question.answer_saved", cited="question.file_cited", uncited="question.file_uncited",
)  # fmt: skip
save_answer, add_file, cite, uncite = DRAFTING.save_answer, DRAFTING.add_file, DRAFTING.cite, DRAFTING.uncite
