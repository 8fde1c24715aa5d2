"""Doubt about who signed or supervised, on home pages: the course's team settles it, the student waits.

Two kinds: everything that a mentor is said to have signed in one session (`Dispute`), and single scans whose named mentor
says that they were not there (`AppraisalState.DISPUTED`), which the student corrects and the team may want to look at.
"""

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils import timezone

from accreditation.home.items import HomeItem, Kind
from accreditation.models import User
from accreditation.roles import COURSE_LEADER, STUDENT
from accreditation.selectors import led_courses
from portfolios.enums import AppraisalState
from portfolios.models import Dispute, Scan


def items_for(user: User) -> list[HomeItem]:
    """Open disputes: to settle for the course's team, to wait for by the student. Never to settle about oneself."""
    courses = led_courses(user).values("pk")
    open_now = Dispute.objects.filter(settled_at__isnull=True).select_related(
        "session__link__mentor", "portfolio__student__course"
    )
    about_others = open_now.exclude(portfolio__student__user=user).exclude(session__link__mentor__user=user)
    return [
        *(_to_settle(one) for one in about_others.filter(portfolio__student__course__in=courses)),
        *(_waited_for(one) for one in open_now.filter(portfolio__student__user=user)),
        *_doubted(
            Scan.objects.filter(portfolio__student__course__in=courses).exclude(portfolio__student__user=user)
        ),
    ]


def _to_settle(one: Dispute) -> HomeItem:
    return HomeItem(
        Kind.TODO,
        f"Settle a dispute: {one.session.link.mentor.full_name} says “this was not me”",
        _address(one),
        f"{one.portfolio.student.full_name}, {one.portfolio.student.course.title}",
        since=timezone.localdate(one.created_at),
        role=COURSE_LEADER,
    )


def _waited_for(one: Dispute) -> HomeItem:
    return HomeItem(
        Kind.WAITING,
        f"{one.session.link.mentor.full_name} says “this was not me”",
        _address(one),
        one.portfolio.student.course.title,
        since=timezone.localdate(one.created_at),
        who="Your course team",
        role=STUDENT,
    )


def _address(one: Dispute) -> str:
    return reverse("dispute", args=[one.portfolio_id, one.pk])


def _doubted(scans: QuerySet[Scan]) -> list[HomeItem]:
    """One line for each student, however many scans."""
    rows = (
        scans.filter(appraisal__state=AppraisalState.DISPUTED)
        .order_by()
        .values("portfolio", "portfolio__student__full_name", "portfolio__student__course__title")
        .annotate(number=Count("pk"), first=Min("appraisal__on"))
    )
    return [
        HomeItem(
            Kind.TODO,
            f"Look at {row['number']} scan{'' if row['number'] == 1 else 's'}: the named mentor says “I was not the mentor”",
            f"{reverse('scan_list', args=[row['portfolio']])}?show=disputed",
            f"{row['portfolio__student__full_name']}, {row['portfolio__student__course__title']}",
            since=row["first"],
            role=COURSE_LEADER,
        )
        for row in rows
    ]
