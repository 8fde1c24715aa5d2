"""Reads of students and portfolios, filtered by what a person may see, in SQL.

Who: the student; the mentors in their team today; the course's team; and, without names, the assessors of a submission
of the course. Officers, the Committee and everybody else see no portfolio.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from accreditation.models import SubmissionGroupPermission, User
from accreditation.selectors import any_of, grants_of, led_courses
from mentors.enums import MentorState
from portfolios.enums import AppraisalState, Grade, Party, SignatureState
from portfolios.models import (
    GradeScale,
    LearningContract,
    Portfolio,
    PortfolioGroupPermission,
    Scan,
    ScanFile,
    SigningLink,
    Student,
    TeamMembership,
)

WAITS = Q(appraisal__isnull=True) | Q(appraisal__state=AppraisalState.STALE)
"""Scans that wait for their mentor: never appraised, or changed since. A query waits for the student."""


def current_team() -> QuerySet[TeamMembership]:
    """Memberships that hold today, as known today. No filter by permission: for permissions and grants."""
    today = timezone.localdate()
    return TeamMembership.objects.filter(known_until__isnull=True, since__lte=today).exclude(until__lt=today)


def open_links() -> QuerySet[SigningLink]:
    """Links of mentors without an account that open: not ended, not too old, of a mentor who is in the student's team today
    and whose address in the register is still the one that the link went to. No filter by permission: the link is that.
    """
    team = current_team().filter(student=OuterRef("portfolio"), mentor=OuterRef("mentor"))
    return SigningLink.objects.filter(
        Exists(team),
        ended_at__isnull=True,
        expires_at__gt=timezone.now(),
        mentor__state=MentorState.ACTIVE,
        mentor__email=F("address"),
    ).select_related("mentor", "portfolio__student__course__institution")


def named_portfolios(user: User) -> QuerySet[Portfolio]:
    """Portfolios of which a person may know whose they are: their own, their students', their courses'."""
    portfolios = Portfolio.objects.select_related("student__course__institution")
    if not user.is_active:
        return portfolios.none()
    return portfolios.filter(pk__in=any_of(*_named(user)))


def visible_portfolios(user: User) -> QuerySet[Portfolio]:
    """Portfolios that a person may see. `named` is false on those that they see as an assessor only: pages then show the
    student's code and never the name.
    """
    portfolios = Portfolio.objects.select_related("student__course__institution")
    if not user.is_active:
        return portfolios.none()
    assessed = grants_of(SubmissionGroupPermission, user, "view_submission").values("content_object__course")
    coded = Student.objects.filter(course__in=assessed).values("pk")
    keys = _named(user)
    return portfolios.filter(pk__in=any_of(*keys, coded)).annotate(
        named=Case(
            When(Q(pk__in=any_of(*keys)), then=Value(True)), default=Value(False), output_field=BooleanField()
        )
    )


def _named(user: User) -> list[QuerySet[Any, Any]]:
    """Keys of students whose name a person may know: oneself; those one mentors today; those of one's own courses."""
    in_team = current_team().filter(student=OuterRef("content_object"), mentor__user=user)
    mentored = grants_of(PortfolioGroupPermission, user, "view_portfolio").filter(Exists(in_team))
    return [*_own(user), mentored.values("content_object")]


def _own(user: User) -> list[QuerySet[Any, Any]]:
    """Keys of students: oneself, and those of the courses whose team one belongs to."""
    led = Student.objects.filter(course__in=led_courses(user).values("pk"))
    return [Student.objects.filter(user=user).values("pk"), led.values("pk")]


def visible_students(user: User) -> QuerySet[Student]:
    """Students with their names: oneself; the students one mentors today; those of one's own courses, applicants too."""
    students = Student.objects.select_related("course__institution")
    if not user.is_active:
        return students.none()
    return students.filter(pk__in=any_of(*_named(user)))


def visible_applications(user: User) -> QuerySet[Student]:
    """Applications, with registrations and files: one's own; those of one's courses. Mentors and assessors see none."""
    students = Student.objects.select_related("course__institution", "experience_judgement", "user")
    if not user.is_active:
        return students.none()
    return students.filter(pk__in=any_of(*_own(user)))


def cohorts_of(course_id: UUID) -> list[str]:
    """The names of the newest cohorts of a course, the newest first."""
    found = Student.objects.filter(course=course_id).exclude(cohort="").order_by("-cohort")
    return list(found.values_list("cohort", flat=True).distinct()[:5])


def visible_scans(user: User) -> QuerySet[Scan]:
    """Scans of the portfolios that a person may see."""
    return Scan.objects.filter(portfolio__in=visible_portfolios(user).values("pk"))


def visible_contracts(user: User) -> QuerySet[LearningContract]:
    """Learning contracts of the portfolios whose owner the person may know: a contract carries names."""
    return LearningContract.objects.filter(portfolio__in=named_portfolios(user).values("pk"))


def grades_of(course_id: UUID) -> list[tuple[str, str]]:
    """The grades that mentors of a course choose from, lowest first, as stored and as read; the suggested ones unless
    the course has a scale of its own. No filter by permission: for services and forms.
    """
    scale = GradeScale.objects.filter(course=course_id).first()
    return [(label, label) for label in scale.labels] if scale else list(Grade.choices)


def logs_to_fill(user: User) -> QuerySet[Portfolio]:
    """Logs into which a person may bring files: their own, and those of their courses."""
    portfolios = Portfolio.objects.select_related("student__course__institution")
    if not user.is_active:
        return portfolios.none()
    return portfolios.filter(pk__in=any_of(*_own(user)))


def visible_scan_files(user: User) -> QuerySet[ScanFile]:
    """Files of scans: those for one's own log, and those for the logs of one's courses."""
    files = ScanFile.objects.select_related(
        "course__institution", "portfolio__student__course", "by", "undone_by"
    )
    if not user.is_active:
        return files.none()
    return files.filter(Q(portfolio__student__user=user) | Q(course__in=led_courses(user).values("pk")))


@dataclass(frozen=True, slots=True)
class Favourite:
    """A combination that a student logs often; `like` is the newest scan of it."""

    regions: frozenset[str]
    mentor: str
    indication: str
    times: int
    like: int


def favourites_of(portfolio: Portfolio, most: int = 3) -> list[Favourite]:
    """What the student logged most, twice at least: regions, indication and a mentor of today's team together."""
    team = current_team().filter(student=portfolio.pk).values("mentor")
    rows = (
        portfolio.scans.filter(logged=True, mentor__in=team)
        .order_by()
        .values("regions", "mentor__full_name", "indication")
        .annotate(times=Count("pk"), like=Max("number"))
        .filter(times__gte=2)
        .order_by("-times", "-like")[:most]
    )
    return [
        Favourite(row["regions"], row["mentor__full_name"], row["indication"], row["times"], row["like"])
        for row in rows
    ]


def scans_to_appraise(user: User) -> QuerySet[Scan]:
    """Scans in the log that name the person as mentor and nobody has appraised, of students they mentor today."""
    mine = current_team().filter(student=OuterRef("portfolio"), mentor__user=user)
    waiting = Scan.objects.filter(WAITS, mentor__user=user, logged=True)
    if not user.is_active:
        return waiting.none()
    return (
        waiting.filter(Exists(mine))
        .exclude(portfolio__student__user=user)
        .select_related("portfolio__student__course", "appraisal__mentor")
        .order_by("portfolio__student__full_name", "on", "number")
    )


def waits_for_signature(contract: LearningContract) -> str:
    """The party that is to sign next: student, then a mentor of the team, then the awarding institution; "" where nobody is,
    or where a newer version has taken this one's place. No filter by permission: for messages.
    """
    if LearningContract.objects.filter(portfolio=contract.portfolio_id, number__gt=contract.number).exists():
        return ""
    signed = set(contract.signatures.filter(state=SignatureState.VALID).values_list("party", flat=True))
    return next(
        (party for party in (Party.STUDENT, Party.MENTOR, Party.INSTITUTION) if party not in signed), ""
    )
