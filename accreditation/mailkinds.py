"""The kinds of message about submissions, panels, reports and decisions (see `accreditation.mail`)."""

from accreditation import notices
from accreditation.mail import MailKind, Office

OFFICER_WHY = "You get this because you are an officer of CASE."
TEAM_WHY = "You get this because you are on the team of this course."
PANEL_WHY = "You get this because you are on the panel of this submission."

KINDS = (
    MailKind("submission_submitted", "A submission arrived", OFFICER_WHY, "Open the case"),
    MailKind("submission_returned", "A submission is returned to the course", TEAM_WHY, "Read the reason"),
    MailKind(
        "daily_summary",
        "Daily summary",
        "You get this because something new concerns you; on a day without news there is none.",
        "Open your notices",
        notice=False,
        office=Office.HIDDEN,
        moot=notices.nothing_new,
        fresh=notices.summary_lines,
    ),
)
