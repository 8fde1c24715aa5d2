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
from accreditation.models import Assignment, ClauseQuestion, Evidence, QuestionCitation, Submission, User
from accreditation.review_selectors import LIVE
from accreditation.rules.facts_writing import sha256
from accreditation.services import evidence as library
from accreditation.services.cases import locked, words
from accreditation.services.reviews import snapshot_of
from accreditation.uploads.taken import Upload

LONGEST = 20_000


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
def save_answer(
    *, by: User, submission_id: UUID | str, number: int, text: str, version: int = 0
) -> ClauseQuestion:
    """Saves the draft answer and returns the question with its new `version`. Raises as `conditions.save_answer`."""
    question = _hold(submission_id, number)
    check_answer(by, question)
    text = words("text", text.replace("\r\n", "\n").replace("\x00", ""), limit=LONGEST)
    if question.text == text:
        return question
    if question.version != version:
        who = question.updated_by.full_name if question.updated_by else "Somebody"
        raise Stale(f"{who} saved another text meanwhile. Yours was not saved over it.", question)
    question.text, question.version, question.updated_by = text, question.version + 1, by
    question.save(update_fields=["text", "version", "updated_by", "updated_at"])
    _record("question.answer_saved", by, question, characters=len(text))
    return question


def add_file(
    *, by: User, submission_id: UUID | str, number: int, upload: Upload, title: str = ""
) -> tuple[Evidence, bool]:
    """Adds a file to the library for the answer, or finds the one with the same bytes; and whether it is new."""
    found = ClauseQuestion.objects.select_related("submission__course")
    check_answer(by, found.get(submission__pk=submission_id, number=number))
    kept = library.keep_file(upload)
    with transaction.atomic():
        question = _hold(submission_id, number)
        check_answer(by, question)
        return library.found_or_added(question.submission, kept, by=by, title=title)


@transaction.atomic
def cite(
    *, by: User, submission_id: UUID | str, number: int, evidence_id: UUID | str, pages: str = ""
) -> QuestionCitation:
    """Cites a file of the library in the answer; the same twice is one. Raises `Invalid` (`pages`, `evidence`)."""
    question = _hold(submission_id, number)
    check_answer(by, question)
    evidence, stored = library.citable(question.submission, evidence_id, pages)
    made, created = QuestionCitation.objects.get_or_create(question=question, evidence=evidence, pages=stored)
    if created:
        _record("question.file_cited", by, question, evidence=evidence.number, pages=stored)
    return made


@transaction.atomic
def uncite(*, by: User, submission_id: UUID | str, number: int, citation_id: UUID | str) -> None:
    """Takes a citation out of the answer; the file stays in the library. One that is gone already is no fault."""
    question = _hold(submission_id, number)
    check_answer(by, question)
    for citation in question.citations.filter(pk=citation_id).select_related("evidence"):
        _record("question.file_uncited", by, question, evidence=citation.evidence.number)
        citation.delete()


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
