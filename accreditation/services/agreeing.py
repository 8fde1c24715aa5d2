"""After both assessors have judged: one agreed judgement a clause, typed by either, saved on the way, dissent on record."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from accreditation import audit, judging
from accreditation.enums import InvitationState, JudgementOutcome, PanelRole
from accreditation.exceptions import Invalid, Stale
from accreditation.models import AgreedDraft, AgreedJudgement, Judgement, Snapshot, Submission, User
from accreditation.permissions import check_agree
from accreditation.review_selectors import COUNTED
from accreditation.services.cases import locked, words
from accreditation.services.reports import STALE, changed, report_of
from accreditation.services.reviews import check_clause, snapshot_of


@transaction.atomic
def agree(
    *,
    by: User,
    submission_id: UUID | str,
    clause: str,
    outcome: str,
    comment: str = "",
    dissent: str = "",
    reason: str = "",
    version: int = 0,
    draft_version: int | None = None,
) -> AgreedJudgement:
    """Records what lead and co-assessor agreed about one clause; either of them may, both sign for it later.

    A reason is needed where it parts from the rules' finding. `version` is that of the agreed judgement the page showed,
    `draft_version` that of the words saved on the way to it (None: the page shows none of them). Raises `Stale` with the
    row or draft as it stands, `Invalid`, `NotAllowed`, `NotNow`.
    """
    submission = locked(submission_id)
    check_agree(by, submission)
    snapshot = snapshot_of(submission)
    check_clause(snapshot, clause)
    if outcome not in JudgementOutcome.values:
        raise Invalid({"outcome": ["Choose met, partly met, not met or not applicable."]})
    finding = judging.findings(snapshot).get(clause, "")
    needed = ""
    if judging.differs(outcome, finding):
        needed = "Give the reason why the panel’s judgement differs from the finding of the rules."
    typed = {
        "outcome": outcome,
        "comment": words("comment", comment, limit=10_000),
        "dissent": words("dissent", dissent, limit=5000),
        "reason": words("reason", reason, limit=5000, needed=needed),
    }
    row = AgreedJudgement.objects.filter(snapshot=snapshot, clause=clause).first()
    if row is None:
        row = AgreedJudgement(submission=submission, snapshot=snapshot, clause=clause, version=0)
    same = row.version > 0 and all(getattr(row, name) == value for name, value in typed.items())
    if row.version != version and not same:
        raise Stale(STALE, row)
    _settle_draft(snapshot, typed, row, by=by, clause=clause, seen=draft_version)
    if same:
        return row
    for name, value in typed.items():
        setattr(row, name, value)
    row.finding, row.agreed_by = finding, by
    row.version += 1
    row.save()
    audit.record("judgement.agreed", by=by, obj=submission, payload={"clause": clause, "outcome": outcome})
    changed(report_of(submission), submission, by=by)
    return row


def _settle_draft(
    snapshot: Snapshot,
    typed: dict[str, str],
    agreed: AgreedJudgement,
    *,
    by: User,
    clause: str,
    seen: int | None,
) -> None:
    """What was typed on the way is agreed now. Raises `Stale` with the draft where somebody typed other words since."""
    draft = AgreedDraft.objects.filter(snapshot=snapshot, clause=clause).first()
    if draft is None or all(getattr(draft, name) == value for name, value in typed.items()):
        return
    is_open = agreed.version == 0 or not draft.says(agreed)
    if is_open and seen is not None and draft.version != seen:
        raise Stale(STALE, draft)
    for name, value in typed.items():
        setattr(draft, name, value)
    draft.version, draft.saved_by = draft.version + 1, by
    draft.save()


@transaction.atomic
def save_draft(
    *,
    by: User,
    submission_id: UUID | str,
    clause: str,
    outcome: str = "",
    comment: str = "",
    dissent: str = "",
    reason: str = "",
    version: int = 0,
    draft_version: int = 0,
) -> AgreedDraft:
    """Saves what lead or co-assessor typed about a clause without agreeing it: nothing counts it, both see it.

    `version` and `draft_version` as for `agree`. Raises `Stale` with the agreed judgement or the draft as it stands,
    `Invalid`, `NotAllowed`, `NotNow`.
    """
    submission = locked(submission_id)
    check_agree(by, submission)
    snapshot = snapshot_of(submission)
    check_clause(snapshot, clause)
    if outcome and outcome not in JudgementOutcome.values:
        raise Invalid({"outcome": ["Choose met, partly met, not met or not applicable."]})
    typed = {
        "outcome": outcome,
        "comment": words("comment", comment, limit=10_000),
        "dissent": words("dissent", dissent, limit=5000),
        "reason": words("reason", reason, limit=5000),
    }
    agreed = AgreedJudgement.objects.filter(snapshot=snapshot, clause=clause).first()
    if agreed is not None and agreed.version != version:
        raise Stale(STALE, agreed)
    draft = AgreedDraft.objects.filter(snapshot=snapshot, clause=clause).first()
    if draft is None:
        draft = AgreedDraft(submission=submission, snapshot=snapshot, clause=clause, version=0)
    elif all(getattr(draft, name) == value for name, value in typed.items()):
        return draft
    elif draft.version != draft_version:
        raise Stale(STALE, draft)
    for name, value in typed.items():
        setattr(draft, name, value)
    draft.version, draft.saved_by = draft.version + 1, by
    draft.save()
    payload = {"clause": clause, "version": draft.version, "characters": sum(map(len, typed.values()))}
    audit.record("judgement.drafted", by=by, obj=submission, payload=payload)
    return draft


def open_drafts(snapshot: Snapshot, agreed: Iterable[AgreedJudgement]) -> dict[str, AgreedDraft]:
    """Clause → what was typed there and is not agreed as it stands. One query."""
    settled = {row.clause: row for row in agreed}
    drafts = AgreedDraft.objects.filter(snapshot=snapshot).select_related("saved_by")
    return {
        draft.clause: draft
        for draft in drafts
        if draft.clause not in settled or not draft.says(settled[draft.clause])
    }


@transaction.atomic
def agree_equal(*, by: User, submission_id: UUID | str) -> list[str]:
    """Agrees every clause that both judged alike and that is not agreed yet; returns their ids.

    The comments of both go into the agreed one, the lead's first. A clause on which one of them began to write is left to
    them. Raises `NotAllowed`, `NotNow`.
    """
    submission = locked(submission_id)
    check_agree(by, submission)
    snapshot = snapshot_of(submission)
    agreed_already = list(AgreedJudgement.objects.filter(snapshot=snapshot))
    done = {row.clause for row in agreed_already} | set(open_drafts(snapshot, agreed_already))
    pairs = judged_by_both(submission)
    agreed = []
    for clause in judging.clauses(snapshot):
        pair = pairs.get(clause.id)
        if clause.id in done or pair is None or pair[0].outcome != pair[1].outcome or not pair[0].outcome:
            continue
        reason = joined(pair[0].reason, pair[1].reason)
        if judging.differs(pair[0].outcome, pair[0].finding) and not reason:
            continue
        agree(
            by=by,
            submission_id=submission.pk,
            clause=clause.id,
            outcome=pair[0].outcome,
            comment=joined(pair[0].comment, pair[1].comment)[:10_000],
            reason=reason[:5000],
        )
        agreed.append(clause.id)
    return agreed


def judged_by_both(submission: Submission) -> dict[str, tuple[Judgement, Judgement]]:
    """Clause → the lead's and the co-assessor's own judgement, where both are there."""
    rows = Judgement.objects.filter(
        assignment__submission=submission,
        assignment__state=InvitationState.ACCEPTED,
        assignment__role__in=COUNTED,
    ).select_related("assignment__user")
    found: dict[str, dict[str, Judgement]] = {}
    for row in rows:
        found.setdefault(row.clause, {})[row.assignment.role] = row
    return {
        clause: (pair[PanelRole.LEAD], pair[PanelRole.CO])
        for clause, pair in found.items()
        if len(pair) == len(COUNTED)
    }


def joined(first: str, second: str) -> str:
    """Two texts as one; once, where they are equal or one is empty."""
    return "\n\n".join(dict.fromkeys(text.strip() for text in (first, second) if text.strip()))
