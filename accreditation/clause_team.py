"""Who of a course's team looks after which clause, and the team's own notes: read for pages of the team alone."""

from uuid import UUID

from accreditation import recipients
from accreditation.models import ClauseCarer, Course, Submission, TeamNote, User
from accreditation.permissions import is_on_team


def carers(submission: Submission) -> dict[str, User]:
    """Clause → who looks after it. One query."""
    rows = ClauseCarer.objects.filter(submission=submission).select_related("user")
    return {row.clause: row.user for row in rows}


def notes(user: User, submission: Submission, clause: str) -> list[TeamNote]:
    """The team's notes beside a clause, the oldest first; none for anybody who is not on the team today."""
    if not is_on_team(user, submission.course):
        return []
    return list(TeamNote.objects.filter(submission=submission, clause=clause).select_related("by"))


def noted(submission: Submission) -> dict[str, int]:
    """Clause → how many notes stand beside it. One query."""
    found: dict[str, int] = {}
    for clause in TeamNote.objects.filter(submission=submission).order_by().values_list("clause", flat=True):
        found[clause] = found.get(clause, 0) + 1
    return found


def choices(course: Course, held: User | None) -> list[tuple[str, str]]:
    """Who can be chosen to look after a clause; whoever does so now is among them, also after leaving the team."""
    found = {str(one.pk): one.full_name for one in recipients.team_of(course)}
    if held is not None and str(held.pk) not in found:
        found[str(held.pk)] = f"{held.full_name} (no longer on the team)"
    return [("", "Nobody yet"), *found.items()]


def as_key(text: str) -> UUID | None:
    """A person's key as a form gives it; `None` for nobody."""
    return UUID(text) if text else None
