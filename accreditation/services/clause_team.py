"""Writes within a course's team: who looks after a clause, and the team's own notes beside it."""

from uuid import UUID

from django.db import transaction

from accreditation import audit
from accreditation.exceptions import Invalid, NotAllowed
from accreditation.models import ClauseCarer, TeamNote, User
from accreditation.permissions import is_on_team
from accreditation.services.submissions import check_clause, editable, locked

LONGEST_NOTE = 2000


def look_after(*, by: User, submission_id: UUID, clause: str, user_id: UUID | None) -> ClauseCarer | None:
    """Says who of the team looks after a clause of a draft; `None`: nobody. The same again changes nothing.

    Raises `NotAllowed` and `NotNow` as for answers, `Invalid` (field `carer`) for somebody who is not on the team today.
    """
    with transaction.atomic():
        submission = editable(by, submission_id)
        check_clause(submission, clause)
        held = ClauseCarer.objects.filter(submission=submission, clause=clause).first()
        if (held.user_id if held else None) == user_id:
            return held
        if user_id is None:
            ClauseCarer.objects.filter(submission=submission, clause=clause).delete()
        else:
            user = User.objects.filter(pk=user_id).first()
            if user is None or not is_on_team(user, submission.course):
                raise Invalid({"carer": ["Choose somebody who is on the course’s team today"]})
            held, _ = ClauseCarer.objects.update_or_create(
                submission=submission, clause=clause, defaults={"user": user}
            )
        payload = {"clause": clause, "person": str(user_id or "")}
        audit.record("clause.looked_after", by=by, obj=submission, payload=payload)
        return held if user_id else None


def add_note(*, by: User, submission_id: UUID, clause: str, text: str) -> TeamNote:
    """Puts a note beside a clause of a draft, for the team alone. A second press finds the first one's note.

    Raises `NotAllowed` and `NotNow` as for answers, `Invalid` (field `note`) for none or more than 2,000 characters.
    """
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise Invalid({"note": ["Write the note"]})
    if len(text) > LONGEST_NOTE:
        raise Invalid({"note": [f"The note must have {LONGEST_NOTE:,} characters or fewer"]})
    with transaction.atomic():
        submission = editable(by, submission_id)
        check_clause(submission, clause)
        last = TeamNote.objects.filter(submission=submission, clause=clause).last()
        if last is not None and (last.by_id, last.text) == (by.pk, text):
            return last
        note = TeamNote.objects.create(submission=submission, clause=clause, text=text, by=by)
        payload = {"clause": clause, "note": str(note.pk), "characters": len(text)}
        audit.record("team_note.added", by=by, obj=submission, payload=payload)
    return note


def remove_note(*, by: User, submission_id: UUID, note_id: UUID) -> bool:
    """Removes a note for good, whatever the submission's state; whether there was one. Raises `NotAllowed` for anybody but
    who wrote it and the leaders of the course.
    """
    with transaction.atomic():
        submission = locked(submission_id)
        if not is_on_team(by, submission.course):
            raise NotAllowed("Only the course’s own team has notes here.")
        note = TeamNote.objects.filter(submission=submission, pk=note_id).first()
        if note is None:
            return False
        if note.by_id != by.pk and not is_on_team(by, submission.course, leader=True):
            raise NotAllowed("A note can be removed by who wrote it, and by a leader of the course.")
        payload = {"clause": note.clause, "note": str(note.pk)}
        note.delete()
        audit.record("team_note.removed", by=by, obj=submission, payload=payload)
    return True
