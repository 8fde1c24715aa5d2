"""The portfolio and the student's supervisory team."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.models import User
from mentors.models import Mentor
from mentors.selectors import placed_mentors
from mentors.services.periods import end_known
from portfolios.enums import PresentedTo
from portfolios.grants import sync_portfolio
from portfolios.models import Portfolio, Presentation, TeamMembership
from portfolios.permissions import check_for_student, check_own
from portfolios.selectors import current_team


def locked(portfolio_id: UUID) -> Portfolio:
    """The portfolio, locked until the caller's transaction ends. Raises `Portfolio.DoesNotExist`."""
    return (
        Portfolio.objects.select_for_update(of=("self",))
        .select_related("student__course__institution")
        .get(pk=portfolio_id)
    )


@transaction.atomic
def join_team(
    *, by: User, portfolio_id: UUID, mentor: Mentor, since: date, until: date | None = None, source: str = ""
) -> TeamMembership:
    """Adds a mentor to the student's supervisory team, with the grants that follow. The course's team does.

    The mentor must take students of the course on that day (a placement), and cannot be the student.
    Raises `NotAllowed`, `NotNow`, `Invalid`.
    """
    portfolio = locked(portfolio_id)
    student = portfolio.student
    check_for_student(by, student)
    if mentor.user_id is not None and mentor.user_id in (student.user_id, by.pk):
        raise NotAllowed("Nobody mentors themselves, and nobody puts themselves into a team.")
    if not placed_mentors(student.course_id, on_day=since).filter(pk=mentor.pk).exists():
        raise Invalid(
            {"mentor": [f"{mentor} does not take students of this course on that day: place them first."]}
        )
    if student.team.filter(mentor=mentor, known_until__isnull=True, until__isnull=True).exists():
        raise NotNow(f"{mentor} is in this team already.")
    if until is not None and until < since:
        raise Invalid({"until": ["The last day cannot lie before the first."]})
    place = TeamMembership.objects.create(
        known_from=timezone.now(),
        student=student,
        mentor=mentor,
        since=since,
        until=until,
        recorded_by=by,
        source=source,
    )
    sync_portfolio(portfolio)
    audit.record(
        "team.joined", by=by, obj=student, payload={"mentor": mentor.number, "since": since, "until": until}
    )
    return place


@transaction.atomic
def join_teams(
    *, by: User, portfolio_ids: Collection[UUID], mentor: Mentor, since: date
) -> list[TeamMembership]:
    """Adds one mentor to the teams of several students, all or none; teams that they are in already stay as they are.

    Raises `NotAllowed`, `NotNow`; `Invalid` where nobody is left, or where the mentor is not placed on that day.
    """
    held = set(
        current_team().filter(mentor=mentor, student__in=portfolio_ids).values_list("student", flat=True)
    )
    wanted = sorted(set(portfolio_ids) - held)
    if not wanted:
        raise Invalid({"mentor": [f"{mentor} is in each of these teams already."]})
    return [join_team(by=by, portfolio_id=pk, mentor=mentor, since=since) for pk in wanted]


@transaction.atomic
def leave_team(*, by: User, membership_id: UUID, until: date) -> TeamMembership:
    """Ends a mentor's place in a team on its last day; their access ends with it.

    Raises `NotAllowed`, `NotNow`, `Invalid`.
    """
    old = (
        TeamMembership.objects.select_for_update()
        .select_related("student__course", "mentor")
        .get(pk=membership_id)
    )
    check_for_student(by, old.student)
    if old.known_until is not None or old.until is not None:
        raise NotNow(f"{old.mentor} has left this team already.")
    if until < old.since:
        raise Invalid({"until": ["The last day cannot lie before the first."]})
    new = end_known(old, until=until, by=by)
    sync_portfolio(locked(old.student_id))
    audit.record("team.left", by=by, obj=old.student, payload={"mentor": old.mentor.number, "until": until})
    return new


@transaction.atomic
def record_presentation(
    *,
    by: User,
    portfolio_id: UUID,
    to: str,
    on: date,
    award: bool,
    portfolio_shown: bool,
    recipient: str = "",
) -> Presentation:
    """The graduate notes that they showed award and portfolio to an employer, regulator or insurer (PS3.2).

    Raises `NotAllowed`, `Invalid`.
    """
    portfolio = locked(portfolio_id)
    check_own(by, portfolio)
    problems: dict[str, list[str]] = {}
    if to not in PresentedTo.values:
        problems["to"] = ["Choose to whom it was presented."]
    if on > timezone.localdate():
        problems["on"] = ["The day lies in the future."]
    if not (award or portfolio_shown):
        problems["award"] = ["Choose what was presented: evidence of the award, the portfolio, or both."]
    if problems:
        raise Invalid(problems)
    shown = Presentation.objects.create(
        portfolio=portfolio, to=to, on=on, award=award, portfolio_shown=portfolio_shown, recipient=recipient
    )
    audit.record("portfolio.presented", by=by, obj=portfolio, payload={"to": to, "on": on})
    return shown
