"""From a deferred decision to a new draft: what was answered and filed is taken over, and what changes is marked."""

from uuid import UUID

from django.db import transaction

from accreditation import audit
from accreditation.enums import DecisionOutcome, SubmissionState
from accreditation.exceptions import NotAllowed, NotNow
from accreditation.models import Answer, Citation, Evidence, Submission, User
from accreditation.permissions import is_on_team
from accreditation.services.cases import locked
from accreditation.services.decisions import current_decision
from accreditation.services.submissions import open_submission

AFTER = (DecisionOutcome.DEFER, DecisionOutcome.REFUSE)


def check_resubmit(user: User, submission: Submission) -> None:
    """A member of the course's team begins again from a case that was deferred or refused, once."""
    if not is_on_team(user, submission.course):
        raise NotAllowed("Only the course’s own team can submit again.")
    decision = current_decision(submission)
    if submission.state != SubmissionState.DECIDED or decision is None or decision.outcome not in AFTER:
        raise NotNow("A course submits again from a case that the Committee deferred or refused.")
    again = submission.resubmissions.exclude(state=SubmissionState.WITHDRAWN).first()
    if again is not None:
        raise NotNow(f"This was submitted again as {again.reference} already.")


@transaction.atomic
def resubmit(*, by: User, submission_id: UUID | str) -> Submission:
    """Opens a draft made from an old case: its answers, its library (the same files under the same numbers) and what each
    clause cites. Sections are called complete anew. The old case stays as it is.

    Raises `NotAllowed`, `NotNow` (also where the course has another submission under way).
    """
    old = locked(submission_id)
    check_resubmit(by, old)
    new = open_submission(by=by, course=old.course, kind=old.kind)
    new.resubmits, new.clauses = old, old.clauses
    new.save(update_fields=["resubmits", "clauses"])
    files: dict[UUID, Evidence] = {}
    for row in old.evidence.order_by("number"):
        files[row.pk] = Evidence.objects.create(
            submission=new,
            number=row.number,
            title=row.title,
            name=row.name,
            sha256=row.sha256,
            size=row.size,
            media_type=row.media_type,
            pages=row.pages,
            paper=row.paper,
            uploaded_by=row.uploaded_by,
            replaces=files[row.replaces_id] if row.replaces_id else None,
            removed_at=row.removed_at,
        )
    for answer in old.answers.prefetch_related("citations"):
        copy = Answer.objects.create(
            submission=new, clause=answer.clause, text=answer.text, updated_by=answer.updated_by
        )
        Citation.objects.bulk_create(
            Citation(answer=copy, evidence=files[one.evidence_id], pages=one.pages)
            for one in answer.citations.all()
        )
    audit.record("submission.resubmitted", by=by, obj=new, payload={"from": old.reference})
    return new
