"""Whose approval a letter needs, in which order, and whose turn it is. Reads only; nothing is stored about turns.

An approval counts for the content whose sum it names: a letter that was made anew waits for all of them again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from accreditation.enums import ApprovalPart, BuildState, LetterKind, PanelRole
from accreditation.exceptions import NotAllowed, NotNow
from accreditation.letters import frozen
from accreditation.models import Letter, LetterApproval, User
from accreditation.permissions import check_chair, has_conflict, is_on_team, need_role, panel_place
from accreditation.roles import CHAIR, OFFICER

BY_SIGNATURE = (LetterKind.DECISION, LetterKind.INTERIM, LetterKind.REPORT, LetterKind.CONDITIONS_MET)
"""Letters of an act that the chair signs: where the chair's approval is the only one, that signature gives it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One place in the chain. `said` is what was said about the content as it stands; `turn`: it is asked for now."""

    part: str
    said: LetterApproval | None
    turn: bool

    @property
    def label(self) -> str:
        return str(ApprovalPart(self.part).label)

    @property
    def done(self) -> bool:
        return self.said is not None and self.said.approved


def chain_of(kind: str) -> tuple[str, ...]:
    """The parts whose approval letters of a kind need, in order."""
    return tuple(settings.LETTER_APPROVALS.get(str(kind), (ApprovalPart.CHAIR,)))


def sum_of(letter: Letter) -> str:
    """The sum of the letter's content, which an approval names."""
    return frozen.sum_of(letter.content)


def steps(letter: Letter, said: Iterable[LetterApproval] | None = None) -> list[Step]:
    """The chain with what was said to the content as it stands. One query, none where `said` is given (oldest first)."""
    now = sum_of(letter)
    rows = [row for row in (letter.approvals.all() if said is None else said) if row.content_sha256 == now]
    newest = {row.part: row for row in rows}
    found: list[Step] = []
    for part in chain_of(letter.kind):
        row = newest.get(part)
        asked = letter.approved_at is None and not letter.superseded and all(step.done for step in found)
        found.append(Step(part, row, asked and not (row and row.approved)))
    return found


def turn(letter: Letter, said: Iterable[LetterApproval] | None = None) -> Step | None:
    """The step that is asked for now; None where nothing more is, or the letter is not built yet."""
    if letter.state != BuildState.BUILT:
        return None
    return next((step for step in steps(letter, said) if step.turn), None)


def check_part(user: User, letter: Letter, part: str) -> None:
    """Whether a person may speak for a part of the chain of this letter. Raises `NotAllowed`."""
    submission = letter.case
    if part == ApprovalPart.CHAIR:
        return check_chair(user, submission)
    if part == ApprovalPart.LEAD:
        place = panel_place(user, submission)
        if place is None or place.role != PanelRole.LEAD:
            raise NotAllowed("The lead assessor of this case approves the letter now.")
        return None
    need_role(user, OFFICER)
    if has_conflict(user, submission) or is_on_team(user, submission.course):
        raise NotAllowed("You have a conflict of interest here: another officer must approve the letter.")
    return None


def check_turn(user: User, letter: Letter) -> Step:
    """The step that this person may take now: approve, or refuse. Raises `NotAllowed`, `NotNow`."""
    if letter.superseded:
        raise NotNow(f"{letter.number} no longer holds. Nothing was changed.")
    if letter.approved_at is not None:
        raise NotNow(f"{letter.number} was approved by everybody already. Nothing was changed.")
    step = turn(letter)
    if step is None:
        raise NotNow(f"{letter.number} is not built yet: it can be approved when there is a file to read.")
    check_part(user, letter, step.part)
    now = sum_of(letter)
    if letter.approvals.filter(by=user, approved=True, content_sha256=now).exists():
        raise NotAllowed("You approved this letter already. Its next approval is somebody else’s to give.")
    return step


def signed_by_act(kind: str, by: User) -> bool:
    """Whether the act that makes the letter is all the approval it needs: the chair's signature, or none is wanted."""
    chain = chain_of(kind)
    if not chain:
        return True
    return chain == (ApprovalPart.CHAIR,) and kind in BY_SIGNATURE and by.has_role(CHAIR)
