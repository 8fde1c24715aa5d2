"""What the demo's assessors say about themselves."""

from datetime import date
from typing import TYPE_CHECKING

from accreditation.models import MemberBody
from accreditation.services import profiles

if TYPE_CHECKING:
    from portfolios.demo.world import World

PROFILES = (
    ("Dr Bronwen Hughes", "SCoR", "Upper limb; portfolio assessment; Scottish courses"),
    ("Patrick Nwosu", "BMUS", "Foot and ankle; podiatry placements"),
)


def fill(world: "World") -> None:
    """Member body and expertise, days away, and a standing interest."""
    for name, body, expertise in PROFILES:
        member_body = MemberBody.objects.filter(short_name=body).first()
        profiles.save_profile(by=world.people[name], member_body=member_body, expertise=expertise)
    patrick = world.people["Patrick Nwosu"]
    profiles.add_absence(by=patrick, since=date(2026, 12, 19), until=date(2027, 1, 4))
    profiles.add_interest(
        by=world.people["Dr Bronwen Hughes"],
        institution=world.universities["wexcombe"],
        kind="external_examiner",
        text="MSc Medical Ultrasound",
        since=date(2023, 9, 1),
        until=date(2025, 8, 31),
    )
