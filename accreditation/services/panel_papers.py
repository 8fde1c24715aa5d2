"""The panel's papers before its report: the list of issues before the event, the headline report after it. Sent once."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accreditation import audit, recipients
from accreditation.exceptions import Invalid, Stale
from accreditation.models import PanelPaper, Submission, User
from accreditation.report_steps import check_paper
from accreditation.services import telling
from accreditation.services.cases import locked, words
from accreditation.services.reviews import snapshot_of


@transaction.atomic
def save(*, by: User, submission_id: UUID | str, kind: str, text: str, version: int = 0) -> PanelPaper:
    """The lead saves the draft of a paper. Raises `NotAllowed`, `NotNow` outside its time or once it was sent, `Stale`."""
    submission = locked(submission_id)
    check_paper(by, submission, kind)
    snapshot = snapshot_of(submission)
    text = words("text", text.replace("\r\n", "\n").replace("\x00", ""), limit=20_000)
    paper = PanelPaper.objects.filter(snapshot=snapshot, kind=kind).first()
    if paper is None:
        paper = PanelPaper(submission=submission, snapshot=snapshot, kind=kind, updated_by=by, version=0)
    elif paper.text == text:
        return paper
    if paper.version != version:
        raise Stale("It was saved in another window meanwhile. Look at both.", paper)
    paper.text, paper.updated_by = text, by
    paper.version += 1
    paper.save()
    audit.record("paper.saved", by=by, obj=submission, payload={"kind": kind, "characters": len(text)})
    return paper


@transaction.atomic
def send(*, by: User, submission_id: UUID | str, kind: str, version: int) -> PanelPaper:
    """The lead sends a paper to the course and the office, for good: nobody is told twice.

    `version` is that of the draft which the page showed. Raises `NotAllowed`, `NotNow` (also at a second press), `Stale`,
    `Invalid` (field `text`) for an empty one.
    """
    submission = locked(submission_id)
    check_paper(by, submission, kind)
    paper = PanelPaper.objects.filter(snapshot=snapshot_of(submission), kind=kind).first()
    if paper is None or not paper.text:
        raise Invalid({"text": ["Write it before you send it"]})
    if paper.version != version:
        raise Stale("It was changed meanwhile. Read it again before you send it.", paper)
    paper.sent_at, paper.sent_by = timezone.now(), by
    paper.save(update_fields=["sent_at", "sent_by", "updated_at"])
    audit.record("paper.sent", by=by, obj=submission, payload={"kind": kind, "paper": paper.pk})
    _tell(paper, submission, by=by)
    return paper


def _tell(paper: PanelPaper, submission: Submission, *, by: User) -> None:
    people = {*recipients.course_team(submission), *recipients.officers(submission)}
    telling.tell(
        "paper_sent",
        people,
        submission,
        reverse("panel_paper", args=[submission.pk, paper.kind]),
        by=by,
        about=paper,
        mark=paper.pk,
        paper=paper.get_kind_display().lower(),
        headline=paper.kind == "headline",
    )
