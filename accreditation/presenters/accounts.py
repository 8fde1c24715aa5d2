"""People, their accounts and invitations as rows for a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accreditation.enums import InvitationStanding, MessageState
from accreditation.models import AccountInvitation, Message, User
from accreditation.roles import OF_GROUP_KIND, ROLES
from accreditation.services.invitations import words_for

SECOND_STEPS = {"totp": "authenticator app", "webauthn": "passkey", "recovery_codes": "recovery codes"}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list."""

    person: User
    roles: str
    url: str


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation that nobody has accepted yet."""

    invitation: AccountInvitation
    as_what: str
    run_out: bool


def rows(people: Iterable[User]) -> list[PersonRow]:
    """People whose `groups` were fetched with them, each with the titles of the roles held."""
    return [PersonRow(one, ", ".join(titles(one)), reverse("person", args=[one.pk])) for one in people]


def titles(person: User) -> list[str]:
    """The titles of a person's roles, from groups fetched before, in the order of `roles`."""
    names = {group.name for group in person.groups.all()}
    held = names | {OF_GROUP_KIND.get(name.split(":", 1)[0], "") for name in names if ":" in name}
    return [role.title for code, role in ROLES.items() if code in held]


def invitation_rows(found: Iterable[AccountInvitation]) -> list[InvitationRow]:
    """Each with as what somebody is invited."""
    return [InvitationRow(one, words_for(one), one.standing == InvitationStanding.EXPIRED) for one in found]


def card(person: User, second_steps: Iterable[str], last_mail: Message | None = None) -> list[dict[str, Any]]:
    """A person's account as a summary list. `places` of the person was fetched before; `last_mail` is the last tried."""
    edit = reverse("person_edit", args=[person.pk])
    steps = [SECOND_STEPS[kind] for kind in SECOND_STEPS if kind in set(second_steps)]
    places = [
        f"{place.course.title}, {place.course.institution.short_name} ({place.get_role_display().lower()})"
        for place in person.places  # type: ignore[attr-defined]
    ]
    return [
        {"key": "Name", "value": person.full_name, "url": edit},
        {"key": "E-mail address", "value": person.email, "url": edit},
        {
            "key": "University or provider",
            "value": person.institution.name if person.institution else "",
            "empty": "None",
            "url": edit,
        },
        {
            "key": "Roles",
            "lines": titles(person),
            "empty": "None",
            "url": reverse("person_roles", args=[person.pk]),
        },
        {"key": "Courses", "lines": places, "empty": "None"},
        {"key": "Second step", "value": ", ".join(steps).capitalize(), "empty": "Not set up"},
        {"key": "Last signed in", "value": _day(person.last_login), "empty": "Never"},
        {"key": "Last e-mail", "value": _reached(last_mail), "empty": "None was sent"},
    ]


def _reached(last: Message | None) -> str:
    """Whether the last e-mail reached the mail server of its address, and if not, why."""
    if last is None:
        return ""
    if last.state == MessageState.FAILED:
        return f"Could not be sent, promised on {_day(last.created_at)}. {last.note}"
    return f"Sent on {_day(last.sent_at)}"


def _day(moment: Any) -> str:
    return f"{timezone.localtime(moment):%-d %B %Y, %H:%M}" if moment else ""
