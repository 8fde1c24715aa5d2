"""A change says which clauses it touches, as long as it is a draft."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from accreditation import audit, scopes
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import Submission, User
from accreditation.services.submissions import editable


@transaction.atomic
def set_scope(*, by: User, submission_id: UUID, clauses: Collection[str]) -> Submission:
    """Names the clauses that a change touches. Answers to others stay, and are not asked for.

    Raises `Invalid` (`clauses`) for none or an unknown one, `NotNow` for a kind that is asked about fixed clauses,
    `NotAllowed` outside the course's team.
    """
    submission = editable(by, submission_id)
    if submission.kind not in scopes.NAMES_ITS_OWN:
        raise NotNow("Only a change names the clauses that it touches. Nothing was changed.")
    if not clauses:
        raise Invalid({"clauses": ["Choose at least one clause"]})
    try:
        asked = scopes.in_order(submission.edition, clauses)
    except KeyError as unknown:
        raise Invalid({"clauses": [f"There is no clause {unknown.args[0]}"]}) from None
    if asked != submission.clauses:
        submission.clauses = asked
        submission.save(update_fields=["clauses", "updated_at"])
        audit.record("submission.scoped", by=by, obj=submission, payload={"clauses": asked or "all"})
    return submission
