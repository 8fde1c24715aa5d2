"""What the register asks of a person: a mentor confirms their entry once a year."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from accreditation.home.items import HomeItem, Kind
from accreditation.models import User
from accreditation.roles import MENTOR, OFFICER
from mentors.enums import MentorState
from mentors.models import Mentor, Remark, Shortage
from mentors.reminders import due_day


def items_for(user: User) -> list[HomeItem]:
    """One's own entry, to confirm or to look at; claims of a shortage, for officers."""
    items = []
    own = Mentor.objects.filter(user=user).first()
    if own is not None:
        due = due_day(own)
        url = reverse("mentor", args=[own.pk])
        if due <= timezone.localdate() + timedelta(days=30):
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
                    Kind.TODO,
                    f"Decide the shortage of mentors claimed for {claim.course.title}",
                    reverse("shortage", args=[claim.pk]),
                    str(claim.course.institution),
                    since=claim.created_at.date(),
                    role=OFFICER,
                )  # fmt: skip
            )
        proposed = Mentor.objects.filter(state=MentorState.PROPOSED).count()
        remarks = Remark.objects.filter(settled_at__isnull=True).count()
        for number, one, many in (
            (proposed, "mentor that a course proposed", "mentors that courses proposed"),
            (remarks, "remark of a mentor", "remarks of mentors"),
        ):
            if number:
                title = f"Look at {number} {one if number == 1 else many}"
                items.append(
                    HomeItem(Kind.TODO, title, reverse("mentor_office"), "Mentor register", role=OFFICER)
                )
    return items
