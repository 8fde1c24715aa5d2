"""The panel's papers for the course, on the assessors' brief: those that were sent and, for the lead, those to write now."""

from django.urls import reverse
from django.utils import timezone

from accreditation import report_steps
from accreditation.enums import PanelPaperKind
from accreditation.models import Snapshot, Submission, User
from accreditation.permissions import refusal
from accreditation.rules.dates import spoken

HINTS = {
    PanelPaperKind.ISSUES: "What you want to talk about, one month before the event",
    PanelPaperKind.HEADLINE: "The major issues, within a week after the event",
}


def cards(user: User, submission: Submission, newest: Snapshot) -> list[dict[str, str]]:
    """Each paper that this person may read or write now: its title, address, hint and the code of its state. `newest`: the
    version that is judged. No query, where `report_steps.read_papers` has read them.
    """
    made = []
    for kind in PanelPaperKind:
        paper = report_steps.visible_paper(user, submission, kind)
        title, hint, code, name = kind.label, "Not sent yet", "in_progress", "panel_paper"
        if paper is not None and paper.sent_at is not None:
            hint, code = f"Sent on {spoken(timezone.localtime(paper.sent_at).date())}", "sent"
        elif refusal(report_steps.check_paper, user, submission, kind, newest) is not None:
            continue
        elif paper is None:
            title, hint, code = f"Write the {kind.label.lower()}", HINTS[kind], "not_started"
            name = "panel_paper_write"
        url = reverse(name, args=[submission.pk, kind.value])
        made.append({"title": title, "url": url, "hint": hint, "code": code})
    return made
