"""Annual returns: to send, for a course's team; to look after, for the office."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from accreditation import monitoring as rules
from accreditation.home.items import HomeItem, Kind
from accreditation.models import AnnualReturn, User
from accreditation.roles import COURSE_LEADER, OFFICER
from accreditation.selectors import led_courses


def items_for(user: User) -> list[HomeItem]:
    """One query for each role held."""
    items: list[HomeItem] = []
    year = rules.last_year(timezone.localdate())
    words = rules.spoken_year(year)
    if user.has_role(COURSE_LEADER):
        sent = AnnualReturn.objects.filter(course=OuterRef("pk"), year=year, sent_at__isnull=False)
        mine = rules.owing(year).filter(pk__in=led_courses(user).order_by().values("pk"))
        items += [
            HomeItem(
                Kind.TODO,
                f"Send the annual return {words}",
                reverse("monitoring_return", args=[course.pk, year]),
                course.title,
                due=rules.due_on(year),
                role=COURSE_LEADER,
            )
            for course in mine.exclude(Exists(sent))
        ]
    if user.has_role(OFFICER):
        items.append(
            HomeItem(
                Kind.PLACE,
                "Annual monitoring",
                reverse("monitoring"),
                "Who has sent a return, and who has not",
                role=OFFICER,
            )
        )
    return items
