"""What the register asks of a person: a mentor confirms their entry once a year."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from accreditation.homeitems import HomeItem, Kind
from accreditation.models import User
from accreditation.roles import MENTOR, OFFICER
from mentors.models import Mentor, Shortage

YEAR = timedelta(days=365)


def items_for(user: User) -> list[HomeItem]:
    """One's own entry, to confirm or to look at; claims of a shortage, for officers."""
    items = []
    own = Mentor.objects.filter(user=user).first()
    if own is not None:
        due = (own.confirmed_on + YEAR) if own.confirmed_on else None
        url = reverse("mentor", args=[own.pk])
        if due is None or due <= timezone.localdate() + timedelta(days=30):
            items.append(
                HomeItem(
                    Kind.TODO,
                    "Confirm your entry in the mentor register",
                    url,
                    "Once a year",
                    due=due,
                    role=MENTOR,
                )
            )
        items.append(HomeItem(Kind.PLACE, "Your entry in the mentor register", url, own.number, role=MENTOR))
    if user.has_role(OFFICER):
        items.append(
            HomeItem(
                Kind.PLACE, "Mentor register", reverse("mentors"), "Who may supervise, and when", role=OFFICER
            )
        )
        for claim in Shortage.objects.filter(status="claimed").select_related("course__institution"):
            items.append(
                HomeItem(
                    Kind.WAITING,
                    f"Shortage of mentors claimed: {claim.course.title}",
                    reverse("mentors"),
                    str(claim.course.institution),
                    since=claim.created_at.date(),
                    who="CASE officer",
                    role=OFFICER,
                )  # fmt: skip
            )
    return items
