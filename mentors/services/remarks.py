"""What mentors say is not right in their entry, and what an officer did about it."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import User
from mentors.enums import Way
from mentors.models import Mentor, Remark
from mentors.permissions import check_confirm, check_edit_register
from mentors.services.register import locked

LONGEST = 2000


@transaction.atomic
def remark(*, by: User, mentor_id: UUID, text: str) -> Remark:
    """The mentor, signed in, says what is wrong. Raises `NotAllowed`, `Invalid`."""
    mentor = locked(mentor_id)
    check_confirm(by, mentor)
    return remarked(mentor, text, Way.ACCOUNT, by)


def remarked(mentor: Mentor, text: str, way: Way, by: User | None) -> Remark:
    """Keeps a remark; the caller has locked the entry and knows that it is the mentor who writes. Raises `Invalid`."""
    if not text.strip() or len(text) > LONGEST:
        raise Invalid({"text": [f"Say what is not right, in up to {LONGEST:,} characters."]})
    row = Remark.objects.create(mentor=mentor, text=text.strip(), way=way)
    audit.record("mentor.remarked", by=by, obj=mentor, payload={"remark": row.pk, "way": way.value})
    return row


@transaction.atomic
def settle_remark(*, by: User, remark_id: UUID, answer: str) -> Remark:
    """An officer says what was done. Raises `NotAllowed`, `NotNow`, `Invalid`."""
    row = Remark.objects.select_for_update().select_related("mentor").get(pk=remark_id)
    check_edit_register(by, row.mentor)
    if row.settled_at is not None:
        raise NotNow("Somebody has settled this remark already.")
    if not answer.strip():
        raise Invalid({"answer": ["Say what was done."]})
    row.settled_at, row.settled_by, row.answer = timezone.now(), by, answer.strip()
    row.save()
    audit.record("mentor.remark_settled", by=by, obj=row.mentor, payload={"remark": row.pk})
    return row
