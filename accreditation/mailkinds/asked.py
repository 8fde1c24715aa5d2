"""The kinds of message about questions to a course (see `accreditation.mail`)."""

from accreditation.mail import MailKind
from accreditation.models import ClauseQuestion, Message


def closed_meanwhile(message: Message) -> str:
    """Why a question is not told any more: it was answered or taken back."""
    question = ClauseQuestion.objects.filter(pk=message.about_id).first()
    waits = question is not None and question.answered_at is None and question.withdrawn_at is None
    return "" if waits else "The question was answered or taken back meanwhile."


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
    ),
)
