"""The kinds of message about questions to a course (see `accreditation.mail`)."""

from accreditation.enums import SubmissionState
from accreditation.mail import MailKind
from accreditation.models import ClauseLook, ClauseQuestion, Message


def closed_meanwhile(message: Message) -> str:
    """Why a question is not told any more: it was answered or taken back."""
    question = ClauseQuestion.objects.filter(pk=message.about_id).first()
    waits = question is not None and question.answered_at is None and question.withdrawn_at is None
    return "" if waits else "The question was answered or taken back meanwhile."


def read_meanwhile(message: Message) -> str:
    """Why an answer is no news any more: its reader has had the clause before them since, or the case has moved on."""
    question = ClauseQuestion.objects.filter(pk=message.about_id).first()
    if (
        question is None
        or message.submission is None
        or message.submission.state != SubmissionState.IN_ASSESSMENT
    ):
        return "The case had moved on when it was to be sent."
    looked = ClauseLook.objects.filter(
        assignment__submission=message.submission_id,
        assignment__user=message.person_id,
        clause=question.clause,
        at__gte=question.answered_at,
    ).exists()
    return "The answer had been read when it was to be sent." if looked else ""


KINDS = (
    MailKind(
        "question_asked",
        "The lead assessor asks your course",
        "You get this because you are on the team of this course.",
        "Answer the question",
        moot=closed_meanwhile,
    ),
    MailKind(
        "question_answered",
        "A course answered a question",
        "You get this because you are on the panel of this submission.",
        "Read the answer",
        moot=read_meanwhile,
    ),
)
