"""What pages show of a letter's way out: its chain of approvals, what can be done with it, and the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from accreditation import permissions, policies, recipients
from accreditation.enums import ApprovalPart, BuildState
from accreditation.letters import chain
from accreditation.mail_text import words_of
from accreditation.models import Letter, LetterApproval, User
from accreditation.roles import CHAIR, OFFICER
from accreditation.rules.dates import spoken
from accreditation.services import telling

WHO = {
    ApprovalPart.LEAD: "the lead assessor",
    ApprovalPart.OFFICER: "an officer",
    ApprovalPart.CHAIR: "the chair",
}


@dataclass(frozen=True, slots=True)
class ChainStep:
    """A step as `components/strip.html` shows it."""

    name: str
    state: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class Chain:
    """A letter's approvals for one person. Empty addresses: not for now, or not for them; `refusal` says why."""

    steps: list[ChainStep]
    waits_for: str
    refused: LetterApproval | None
    sum: str
    approve_url: str
    refuse_url: str
    renew_url: str
    withdraw_url: str
    why_not: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One letter of the outbox: whose turn it is, to whom it will go, and when."""

    letter: Letter
    title: str
    url: str
    turn: str
    people: list[str]
    when: str
    subject: str
    mail: str


def of(letter: Letter, user: User) -> Chain:
    """The chain of one letter. Its approvals should be prefetched with their people."""
    said = list(letter.approvals.all())
    steps = chain.steps(letter, said)
    turn = chain.turn(letter, said)
    refused = next((step.said for step in steps if step.said and not step.said.approved), None)
    why_not = permissions.refusal(chain.check_turn, user, letter) if turn else None
    mine = turn is not None and why_not is None
    office = user.has_role(OFFICER, CHAIR)

    def link(name: str, allowed: bool) -> str:
        return reverse(name, args=[letter.pk]) if allowed else ""

    return Chain(
        steps=[_step(step) for step in steps],
        waits_for=turn.label if turn else "",
        refused=refused,
        sum=chain.sum_of(letter),
        approve_url=link("letter_approve", mine),
        refuse_url=link("letter_refuse", mine),
        renew_url=link("letter_renew", office and policies.renew_refusal(letter) is None),
        withdraw_url=link("letter_withdraw", office and policies.withdraw_refusal(letter) is None),
        why_not=why_not or "",
    )


def _step(step: chain.Step) -> ChainStep:
    if step.said is None:
        return ChainStep(step.label, "now" if step.turn else "todo", "Asked now" if step.turn else "", "")
    day = spoken(timezone.localdate(step.said.created_at))
    if step.said.approved:
        return ChainStep(step.label, "done", f"{step.said.name} approved", day)
    return ChainStep(step.label, "now", f"{step.said.name} did not approve", day)


def outgoing(letters: Iterable[Letter]) -> list[Outgoing]:
    """The outbox's lines: letters that are not issued yet, with their approvals and cases. One query."""
    letters = list(letters)
    teams = recipients.teams_of(letter.case.course for letter in letters)
    return [_outgoing(letter, teams.get(letter.case.course_id, [])) for letter in letters]


def _outgoing(letter: Letter, people: list[str]) -> Outgoing:
    said = list(letter.approvals.all())
    turn = chain.turn(letter, said)
    left = [WHO[ApprovalPart(step.part)] for step in chain.steps(letter, said) if not step.done]
    if letter.approved_at is not None:
        when = "As soon as it is built"
    else:
        when = f"As soon as {' and then '.join(left)} {'has' if len(left) == 1 else 'have'} approved it"
    if letter.state == BuildState.FAILED:
        turn_words = "Could not be built"
    elif letter.state != BuildState.BUILT:
        turn_words = "Being built"
    elif turn and turn.said:
        turn_words = f"{turn.label} did not approve it"
    else:
        turn_words = f"{turn.label}’s turn" if turn else "Being sent"
    words = words_of(telling.issued_message(letter), kept=True)
    return Outgoing(
        letter,
        letter.get_kind_display(),
        reverse("letter", args=[letter.pk]),
        turn_words,
        people,
        when,
        words.subject,
        words.text,
    )
