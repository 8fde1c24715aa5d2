"""What the office has to do about letters: those that could not be built wait for a person."""

from django.urls import reverse

from accreditation.enums import BuildState
from accreditation.home.items import HomeItem, Kind
from accreditation.models import User
from accreditation.roles import CHAIR, OFFICER
from accreditation.selectors import visible_letters

MOST = 20


def items_for(user: User) -> list[HomeItem]:
    """Failed letters, for officers and the chair; nothing for anybody else."""
    if not user.has_role(OFFICER, CHAIR):
        return []
    failed = visible_letters(user).filter(state=BuildState.FAILED, superseded=False).order_by("created_at")
    return [
        HomeItem(
            Kind.TODO,
            f"Build letter {letter.number} again",
            reverse("letter", args=[letter.pk]),
            letter.failure,
            since=letter.created_at.date(),
            role=OFFICER,
        )
        for letter in failed[:MOST]
    ]
