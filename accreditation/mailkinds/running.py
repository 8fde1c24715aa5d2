"""The kinds of message about the running of the system."""

from accreditation.mail import MailKind, Office

KINDS = (
    MailKind(
        "audit_anchor",
        "Where the audit trail ended",
        "You get this because your address is set to keep the ends of the audit trail (CASE_ANCHOR_MAIL).",
        "",
        office=Office.SHOWN,
        notice=False,
    ),
)
