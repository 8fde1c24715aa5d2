"""What pages show of a letter, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accreditation import permissions, policies
from accreditation.enums import BuildState
from accreditation.exceptions import NotNow
from accreditation.models import Letter, User
from accreditation.roles import CHAIR, OFFICER

WORKING = (BuildState.QUEUED, BuildState.BUILDING)
LATE_SECONDS = 120  # a letter takes a second or two; after this the page says that it takes longer than usual


@dataclass(frozen=True, slots=True)
class LetterCard:
    """A letter as a page shows it. `doing` is the sentence about where it stands; empty addresses mean: not for now or not
    for this person.
    """

    letter: Letter
    title: str
    doing: str
    dated: date
    url: str
    download_url: str
    poll_url: str
    rebuild_url: str
    supersede_url: str
    seal_words: str
    replaced_by: Letter | None
    replaces: Letter | None
    replaced_on: datetime | None

    @property
    def waits(self) -> bool:
        """Whether it is built and waits for an approval."""
        return self.letter.state == BuildState.BUILT and self.letter.approved_at is None

    @property
    def ended_words(self) -> str:
        """What became of one that no longer holds."""
        return "Superseded" if self.replaced_by else "Withdrawn"


def card(letter: Letter, user: User) -> LetterCard:
    """The card of one letter for one person. `superseded_by` and `supersedes` should be joined already."""
    replaced_by = getattr(letter, "superseded_by", None) if letter.superseded else None
    office = user.has_role(OFFICER, CHAIR)
    working, built = letter.state in WORKING, letter.state == BuildState.BUILT
    may_rebuild = office and policies.rebuild_refusal(letter) is None
    may_replace = office and policies.supersede_refusal(letter) is None
    return LetterCard(
        letter=letter,
        title=letter.get_kind_display(),
        doing=_doing(letter, office=office),
        dated=date.fromisoformat(letter.content["on"]),
        url=reverse("letter", args=[letter.pk]),
        download_url=reverse("letter_download", args=[letter.pk]) if built else "",
        poll_url=reverse("letter_state", args=[letter.pk]) if working else "",
        rebuild_url=reverse("letter_rebuild", args=[letter.pk]) if may_rebuild else "",
        supersede_url=reverse("letter_supersede", args=[letter.pk]) if may_replace else "",
        seal_words=_seal(letter),
        replaced_by=replaced_by,
        replaces=letter.supersedes,
        replaced_on=replaced_by.created_at if replaced_by else None,
    )


def cards(letters: Iterable[Letter], user: User) -> list[LetterCard]:
    """Cards for `letters/_list.html`. Give a queryset that joins `supersedes` and `superseded_by`."""
    return [card(letter, user) for letter in letters]


def may_supersede(user: User, letter: Letter) -> None:
    """Raises `NotAllowed` or `NotNow` with the sentence for the page that asks for the reason."""
    permissions.need_role(user, OFFICER, CHAIR)
    if refusal := policies.supersede_refusal(letter):
        raise NotNow(refusal)


def _doing(letter: Letter, *, office: bool) -> str:
    if letter.state == BuildState.BUILT:
        return ""
    if letter.state == BuildState.FAILED:
        return letter.failure if office else "The CASE office can see this and will build it again."
    if letter.failure and office:
        return f"Attempt {letter.attempts} failed: {letter.failure} It is tried again by itself."
    waited = (timezone.now() - letter.created_at).total_seconds()
    if waited > LATE_SECONDS:
        return (
            "This takes longer than usual. Nothing is lost: the letter is built as soon as that is possible."
        )
    if letter.state == BuildState.BUILDING:
        return "The letter is being built now."
    return "The letter waits for its turn, which usually takes a few seconds."


def _seal(letter: Letter) -> str:
    if letter.state != BuildState.BUILT:
        return ""
    if not letter.sealed:
        return "No: this system has no seal"
    demo = settings.DEMO and not settings.LETTER_SEAL_KEY
    return "Yes, with the demonstration seal, which is not valid" if demo else "Yes, with the seal of CASE"
