"""The kinds of message about appeals (see `accreditation.mail`)."""

from accreditation.mail import MailKind

KINDS = (
    MailKind(
        "appeal_lodged",
        "An appeal is lodged",
        "You get this because you are an officer of CASE.",
        "Open the appeal",
    ),
    MailKind(
        "appeal_upheld",
        "An appeal is upheld",
        "You get this because you chair the Committee.",
        "Open the appeal",
    ),
    MailKind(
        "appeal_ended", "An appeal has ended", "You get this because you lodged it.", "Read how it ended"
    ),
)
