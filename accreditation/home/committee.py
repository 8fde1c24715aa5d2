"""What officers and the chair have to do for the Committee's meetings."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from accreditation.committee import waiting_cases
from accreditation.home.items import HomeItem, Kind
from accreditation.models import Meeting, User
from accreditation.roles import CHAIR, COMMITTEE, OFFICER
from accreditation.rules.dates import spoken

MOST = 50


def items_for(user: User) -> list[HomeItem]:
    """Cases that stand on no agenda, meetings whose attendance is not recorded, and the way to the meetings. Two queries."""
    found: list[HomeItem] = []
    if user.has_role(OFFICER):
        found += _waiting(user)
    if user.has_role(OFFICER, CHAIR):
        found += _unrecorded(OFFICER if user.has_role(OFFICER) else CHAIR)
    if user.has_role(OFFICER, CHAIR, COMMITTEE):
        role = OFFICER if user.has_role(OFFICER) else COMMITTEE
        found.append(
            HomeItem(
                Kind.PLACE, "Meetings", reverse("meetings"), "The Committee’s meetings and agendas", role=role
            )
        )
    return found


def _waiting(user: User) -> Iterator[HomeItem]:
    for case in waiting_cases(user)[:MOST]:
        yield HomeItem(
            Kind.TODO,
            "Put a case on an agenda",
            reverse("decision", args=[case.pk]),
            f"{case.course.title}, {case.course.institution.short_name}",
            since=timezone.localtime(case.state_since).date(),
            role=OFFICER,
        )


def _unrecorded(role: str) -> Iterator[HomeItem]:
    held = Meeting.objects.filter(
        held_on__lte=timezone.localdate(), attendances__isnull=True, items__isnull=False
    ).distinct()
    for meeting in held.order_by("held_on")[:MOST]:
        yield HomeItem(
            Kind.TODO,
            "Record who was present",
            reverse("meeting", args=[meeting.pk]),
            f"{meeting.get_kind_display()}, {spoken(meeting.held_on)}",
            due=meeting.held_on,
            role=role,
        )
