"""After both assessors have judged: the panel's report, and its two signatures.

A signature holds for the text that was signed: any change afterwards removes both, and says so on the audit trail.
"""

import hashlib
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accreditation import audit, judging
from accreditation.enums import PanelRole, ReportItemKind
from accreditation.exceptions import Invalid, NotNow, Stale
from accreditation.models import (
    AgreedJudgement,
    PanelReport,
    ReportItem,
    Submission,
    User,
)
from accreditation.permissions import check_agree
from accreditation.report_steps import unanswered_suggestions
from accreditation.services import telling
from accreditation.services.calibration import after_signing
from accreditation.services.cases import locked, move, words
from accreditation.services.reviews import check_clause, snapshot_of

STALE = "Somebody saved this since you opened the page. Nothing of yours is lost: both texts are below."


def text_sum(text: str) -> str:
    """A short sum of a text, by which a form says which text it was drawn with."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@transaction.atomic
def save_report(
    *, by: User, submission_id: UUID | str, summary: str, version: int, seen_sum: str = ""
) -> PanelReport:
    """The lead saves the report's summary.

    `version` is that of the report the page showed; where it moved on for another reason (a clause was agreed meanwhile),
    `seen_sum`, the `text_sum` of the summary the page showed, tells that the summary itself did not. Raises `Stale` with
    the report as it stands, `Invalid`, `NotAllowed`, `NotNow`.
    """
    submission = locked(submission_id)
    check_agree(by, submission, lead=True)
    report = report_of(submission)
    summary = words("summary", summary, limit=20_000)
    if report.summary == summary:
        return report
    if report.version != version and text_sum(report.summary) != seen_sum:
        raise Stale(STALE, report)
    report.summary = summary
    report.save(update_fields=["summary", "updated_at"])
    audit.record("report.saved", by=by, obj=submission, payload={"part": "summary"})
    changed(report, submission, by=by)
    return report


@transaction.atomic
def save_item(
    *,
    by: User,
    submission_id: UUID | str,
    kind: str,
    text: str,
    clause: str = "",
    due_on: date | None = None,
    satisfied_when: str = "",
    rules_decide: bool = False,
    item_id: UUID | str | None = None,
    version: int = 0,
) -> ReportItem:
    """The lead adds (no `item_id`) or changes a condition, recommendation or commendation of the report.

    A condition needs a clause and a day by which. Raises `Invalid`, `Stale` with the item as it stands, `NotAllowed`,
    `NotNow` (also where the item is gone).
    """
    submission = locked(submission_id)
    check_agree(by, submission, lead=True)
    snapshot = snapshot_of(submission)
    report = report_of(submission)
    if kind not in ReportItemKind.values:
        raise Invalid({"kind": ["Choose condition, recommendation or commendation."]})
    is_condition = kind == ReportItemKind.CONDITION
    problems: dict[str, list[str]] = {}
    if is_condition and not clause:
        problems["clause"] = ["Choose the clause that the condition belongs to."]
    if is_condition and due_on is None:
        problems["due_on"] = ["Enter the day by which the condition must be met."]
    if not text.strip():
        problems["text"] = [f"Write the {ReportItemKind(kind).label.lower()}."]
    if problems:
        raise Invalid(problems)
    if clause:
        check_clause(snapshot, clause)
    typed = {
        "clause": clause,
        "text": words("text", text, limit=5000),
        "due_on": due_on if is_condition else None,
        "satisfied_when": words("satisfied_when", satisfied_when, limit=2000) if is_condition else "",
        "rules_decide": rules_decide and is_condition,
    }
    if item_id is None:
        last = report.items.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
        item = ReportItem(report=report, kind=kind, number=last + 1, version=0)
    else:
        found = report.items.filter(pk=item_id).first()
        if found is None:
            raise NotNow("This entry was removed from the report meanwhile. Nothing was changed.")
        item = found
        if all(getattr(item, name) == value for name, value in typed.items()):
            return item
        if item.version != version:
            raise Stale(STALE, item)
    for name, value in typed.items():
        setattr(item, name, value)
    item.version += 1
    item.save()
    audit.record("report.saved", by=by, obj=submission, payload={"part": item.kind, "number": item.number})
    changed(report, submission, by=by)
    return item


@transaction.atomic
def remove_item(*, by: User, submission_id: UUID | str, item_id: UUID | str) -> None:
    """The lead takes an entry out of the report; those after it move up. An entry that is gone already stays gone."""
    submission = locked(submission_id)
    check_agree(by, submission, lead=True)
    report = report_of(submission)
    item = report.items.filter(pk=item_id).first()
    if item is None:
        return
    kind, number = item.kind, item.number
    item.delete()
    for later in report.items.filter(kind=kind, number__gt=number).order_by("number"):
        later.number -= 1
        later.save(update_fields=["number"])
    audit.record("report.removed", by=by, obj=submission, payload={"part": kind, "number": number})
    changed(report, submission, by=by)


def sign_refusal(submission: Submission) -> str | None:
    """Why the report cannot be signed yet, whoever asks."""
    snapshot = snapshot_of(submission)
    agreed = set(AgreedJudgement.objects.filter(snapshot=snapshot).values_list("clause", flat=True))
    left = [clause.id for clause in judging.clauses(snapshot) if clause.id not in agreed]
    if left:
        return f"Agree a judgement on every clause first: {', '.join(left)} {'is' if len(left) == 1 else 'are'} open."
    report = report_of(submission)
    if not report.summary.strip():
        return "Write the summary first."
    if waiting := unanswered_suggestions(report):
        numbers = " and ".join(str(view.number) for view in waiting)
        return f"Answer what the Committee suggests for condition {numbers}, or change it."
    return None


@transaction.atomic
def sign_report(*, by: User, submission_id: UUID | str, version: int) -> PanelReport:
    """Lead or co-assessor signs the report's present text; with both signatures it goes to the Committee,
    which looks at its conditions before the course reads them.

    `version` is that of the report the page showed. Signing twice is signing once. Raises `Stale` where the report changed
    meanwhile, `NotNow` while a clause is not agreed or there is no summary, `NotAllowed`.
    """
    submission = locked(submission_id)
    place = check_agree(by, submission)
    report = report_of(submission)
    if report.version != version:
        raise Stale(
            "The report was changed since you opened this page: read it again before you sign.", report
        )
    if reason := sign_refusal(submission):
        raise NotNow(reason)
    now = timezone.now()
    if place.role == PanelRole.LEAD and report.lead_signed_at is None:
        report.lead_signed_at, report.lead_signed_by = now, by
    elif place.role == PanelRole.CO and report.co_signed_at is None:
        report.co_signed_at, report.co_signed_by = now, by
    else:
        return report
    report.save()
    audit.record(
        "report.signed", by=by, obj=submission, payload={"role": place.role, "version": report.version}
    )
    if report.lead_signed_at and report.co_signed_at:
        move(submission, "report", by=by, payload={"report": report.pk, "version": report.version})
        telling.reported(submission)
        after_signing(submission, report, by=by)
    elif place.role == PanelRole.LEAD:
        telling.lead_signed(submission, version=report.version, by=by)
    return report


def report_of(submission: Submission) -> PanelReport:
    """The panel's report on the version under judgement. Raises `NotNow` before both assessors have finished."""
    report = PanelReport.objects.filter(snapshot=snapshot_of(submission)).first()
    if report is None:
        raise NotNow("The report is written after both assessors have finished their own judgement.")
    return report


def changed(report: PanelReport, submission: Submission, *, by: User) -> None:
    """Counts the report's version up and removes signatures, which held for the text before. Inside a transaction."""
    signed = report.lead_signed_at or report.co_signed_at
    report.unsign()
    report.save()
    if signed:
        audit.record("report.signatures_removed", by=by, obj=submission, payload={"version": report.version})
