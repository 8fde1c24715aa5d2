"""What a state allows, whoever asks. No user here: see `accreditation.permissions` for persons.

Each function returns the refusal's sentence, or None where the state allows it.
"""

from accreditation.enums import REMINDERS, BuildState, LetterKind, SubmissionState
from accreditation.models import Letter, Submission
from accreditation.states import MOVES


def move_refusal(submission: Submission, move: str) -> str | None:
    """Why `move` (a name in `states.MOVES`) cannot be made now."""
    if submission.state in MOVES[move].sources:
        return None
    wanted = " or ".join(
        f"“{SubmissionState(state).label}”" for state in SubmissionState if state in MOVES[move].sources
    )
    return (
        f"This can be done while a submission is {wanted}; "
        f"{submission.reference} is now “{submission.get_state_display()}”. Nothing was changed."
    )


def edit_refusal(submission: Submission) -> str | None:
    """Why the course team cannot edit answers and evidence now."""
    if submission.state == SubmissionState.DRAFT:
        return None
    return (
        f"{submission.reference} is “{submission.get_state_display()}”: answers and evidence can be changed "
        "only while it is a draft. Nothing was changed."
    )


def judge_refusal(submission: Submission) -> str | None:
    """Why no assessor can judge clauses on their own now."""
    if submission.state == SubmissionState.IN_ASSESSMENT:
        return None
    return (
        "Clauses are judged independently while a submission is in assessment; "
        f"{submission.reference} is now “{submission.get_state_display()}”."
    )


def agree_refusal(submission: Submission) -> str | None:
    """Why lead and co-assessor cannot agree judgements or write the report now."""
    if submission.state == SubmissionState.AGREEING:
        return None
    return (
        "Judgements are agreed after both assessors have finished their own; "
        f"{submission.reference} is now “{submission.get_state_display()}”."
    )


def rebuild_refusal(letter: Letter) -> str | None:
    """Why a letter cannot be built again: only a failed one can, a built letter never changes."""
    if letter.superseded:
        return f"Letter {letter.number} no longer holds: it is not built any more."
    if letter.state == BuildState.FAILED:
        return None
    return (
        f"Letter {letter.number} is “{letter.get_state_display()}”; only a failed letter can be built again."
    )


def supersede_refusal(letter: Letter) -> str | None:
    """Why a letter cannot be replaced: only one that is approved and built, or failed, has a successor."""
    if letter.superseded:
        return f"Letter {letter.number} was superseded already. Nothing was changed."
    if letter.state not in (BuildState.BUILT, BuildState.FAILED):
        return f"Letter {letter.number} is still being built. Wait until it is there."
    if letter.approved_at is None:
        return f"Letter {letter.number} is not issued yet: it can be made anew, and keeps its number."
    return None


def renew_refusal(letter: Letter) -> str | None:
    """Why a letter cannot be made anew under its own number: only one that nobody outside has seen can."""
    if letter.superseded:
        return f"Letter {letter.number} no longer holds. Nothing was changed."
    if letter.approved_at is not None:
        return f"Letter {letter.number} was approved: it can only be replaced by another one, with a reason."
    if letter.state not in (BuildState.BUILT, BuildState.FAILED):
        return f"Letter {letter.number} is still being built. Wait until it is there."
    return None


def withdraw_refusal(letter: Letter) -> str | None:
    """Why a letter cannot be withdrawn by itself: those that tell a decision go with it, or are replaced."""
    if letter.superseded:
        return f"{letter.number} no longer holds. Nothing was changed."
    if letter.kind not in (LetterKind.CERTIFICATE, *REMINDERS):
        if letter.kind == LetterKind.WITHDRAWAL:
            return f"{letter.number} confirms a withdrawal: it can be replaced, with a reason."
        return f"{letter.number} tells a decision: it can be replaced, or the decision superseded, with a reason."
    if letter.state not in (BuildState.BUILT, BuildState.FAILED):
        return f"{letter.number} is still being built. Wait until it is there."
    return None
