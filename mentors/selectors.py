"""Reads of the register, filtered by what a person may see, in SQL."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from accreditation.facts import evening_of
from accreditation.models import Course, SubmissionGroupPermission, User
from accreditation.roles import OFFICER
from accreditation.rules.dates import LeapRule, years_after
from accreditation.selectors import any_of, grants_of, led_courses
from mentors.models import (
    Consent,
    Employment,
    FormerEntry,
    Listing,
    Mentor,
    Placement,
    RegisterCheck,
    RemitPeriod,
    Shortage,
)

Row = TypeVar("Row", bound=Model)


def known(rows: QuerySet[Row], at: datetime) -> QuerySet[Row]:
    """Rows that the register held for true at a moment: learnt by then, and not yet corrected."""
    return rows.filter(Q(known_until__isnull=True) | Q(known_until__gt=at), known_from__lte=at)


def visible_mentors(user: User) -> QuerySet[Mentor]:
    """Entries that a person may see: all, for officers; their own; those placed on, or proposed by, the courses whose team
    they belong to; for assessors, those of the courses of the submissions they assess. Inactive people: none.
    """
    mentors = Mentor.objects.all()
    if not user.is_active:
        return mentors.none()
    if user.has_role(OFFICER):
        return mentors
    placed = Placement.objects.filter(known_until__isnull=True)
    assessed = grants_of(SubmissionGroupPermission, user, "view_submission").values("content_object__course")
    of_courses = any_of(led_courses(user).values("pk"), assessed)
    return mentors.filter(
        pk__in=any_of(
            Mentor.objects.filter(user=user).values("pk"),
            Mentor.objects.filter(proposed_by=user).values("pk"),
            placed.filter(course__in=of_courses).values("mentor"),
        )
    )


def placed_mentors(course_id: UUID, *, on_day: date | None = None) -> QuerySet[Mentor]:
    """Mentors who take students of a course on a day (today), by name. No filter by permission: for services and forms."""
    day = on_day or timezone.localdate()
    placed = Placement.objects.filter(
        mentor=OuterRef("pk"), course=course_id, known_until__isnull=True, since__lte=day
    ).exclude(until__lt=day)
    return Mentor.objects.filter(Exists(placed))


def visible_shortages(user: User) -> QuerySet[Shortage]:
    """Shortage exceptions: all, for officers; those of the person's own courses; those of courses they assess."""
    shortages = Shortage.objects.select_related("course__institution", "decided_by")
    if not user.is_active:
        return shortages.none()
    if user.has_role(OFFICER):
        return shortages
    return shortages.filter(course__in=readable_courses(user).values("pk"))


def readable_courses(user: User) -> QuerySet[Course]:
    """Courses of whose supervision a person may read: those whose team they belong to, and those they assess."""
    if not user.is_active:
        return Course.objects.none()
    assessed = grants_of(SubmissionGroupPermission, user, "view_submission").values("content_object__course")
    return Course.objects.filter(pk__in=any_of(led_courses(user).values("pk"), assessed))


def known_mentors(user: User, at: datetime) -> QuerySet[Mentor]:
    """`visible_mentors`, as far as the register held them at a moment: entered by then, and not taken back."""
    found = visible_mentors(user).filter(created_at__lte=at)
    return found.exclude(taken_back_at__lte=at)


def identities(ids: Iterable[UUID], at: datetime) -> dict[UUID, FormerEntry]:
    """Mentor → how the entry read at a moment, for those that were corrected since. One query."""
    rows = known(FormerEntry.objects.filter(mentor__in=list(ids)), at)
    return {row.mentor_id: row for row in rows.order_by("-known_from")}


def posts(ids: Iterable[UUID], on: date, at: datetime) -> dict[UUID, Employment]:
    """Mentor → where they worked on a day, as known at a moment; of several posts the one begun last. One query."""
    rows = known(Employment.objects.filter(mentor__in=list(ids), since__lte=on), at).exclude(until__lt=on)
    return {row.mentor_id: row for row in rows.order_by("since", "known_from")}


def remits(ids: Iterable[UUID] | QuerySet[Mentor], on: date, at: datetime) -> dict[UUID, frozenset[str]]:
    """Mentor → regions and extras held on a day, as known at a moment. One query."""
    rows = known(RemitPeriod.objects.filter(mentor__in=ids), at).exclude(since__gt=on).exclude(until__lt=on)
    found: dict[UUID, frozenset[str]] = {}
    for pk, parts in rows.values_list("mentor_id", "regions"):
        found[pk] = found.get(pk, frozenset()) | parts
    return found


def on_register(found: QuerySet[Mentor], on: date, at: datetime) -> QuerySet[Mentor]:
    """Those who were on the register on a day, as known at a moment."""
    rows = known(Listing.objects.filter(mentor=OuterRef("pk"), since__lte=on), at).exclude(until__lt=on)
    return found.filter(Exists(rows))


def consents(ids: Iterable[UUID], on: date, at: datetime) -> dict[UUID, Consent]:
    """Mentor → the consent that held on a day, as known at a moment. One query."""
    rows = known(Consent.objects.filter(mentor__in=list(ids), since__lte=on), at).exclude(until__lt=on)
    return {row.mentor_id: row for row in rows.order_by("since", "known_from")}


def running_out(last: date) -> Q:
    """Entries of which something runs out by a day: confirmation or look-up a year old, a remit or placement that ends."""
    today = timezone.localdate()
    year_before = years_after(last, -1, LeapRule.FEBRUARY_28)
    current = Q(known_until__isnull=True, until__gte=today, until__lte=last)
    fresh = RegisterCheck.objects.filter(mentor=OuterRef("pk"), on__gt=year_before)
    return (
        Q(confirmed_on__isnull=True)
        | Q(confirmed_on__lte=year_before)
        | ~Q(Exists(fresh))
        | Q(Exists(RemitPeriod.objects.filter(current, mentor=OuterRef("pk"))))
        | Q(Exists(Placement.objects.filter(current, mentor=OuterRef("pk"))))
    )


def searched(found: QuerySet[Mentor], words: str, at: datetime) -> QuerySet[Mentor]:
    """Mentors whose name, numbers or place of work, as known at a moment, hold each of the words."""
    site = known(Employment.objects.filter(mentor=OuterRef("pk")), at)
    former = known(FormerEntry.objects.filter(mentor=OuterRef("pk")), at)
    for word in words.split():
        found = found.filter(
            Q(full_name__icontains=word)
            | Q(number__iexact=word)
            | Q(registration_number__icontains=word)
            | Exists(former.filter(Q(full_name__icontains=word) | Q(registration_number__icontains=word)))
            | Exists(site.filter(Q(employer__icontains=word) | Q(site__icontains=word)))
        )
    return found


def known_shortages(user: User, known_on: date) -> QuerySet[Shortage]:
    """`visible_shortages`, as far as they had been claimed by the evening of a day."""
    end = evening_of(known_on)
    return visible_shortages(user).filter(created_at__lte=end).select_related("claimed_by", "ended_by")
