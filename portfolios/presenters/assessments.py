"""Competency assessments as a list: every attempt with what the rules say that it counts for, and who may sign it off."""

from collections.abc import Sequence
from dataclasses import dataclass

from accreditation.models import User
from accreditation.permissions import is_on_team
from portfolios.models import CompetencyAssessment, Portfolio
from portfolios.permissions import in_team
from portfolios.presenters.progress import Examined, Progress


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt. `examined`: region by region; `may_change`: whether this person may sign it off or take it back."""

    one: CompetencyAssessment
    examined: Sequence[Examined]
    may_change: bool

    @property
    def assessor(self) -> str:
        """Who assessed."""
        return str(self.one.assessor_mentor or self.one.assessor_name)

    @property
    def signed(self) -> str:
        """Who says that it was signed off: the assessor here, or the course's team from the assessor's form."""
        return "in this system" if self.one.signed_by_id else "copied by the course team"


def attempts_of(portfolio: Portfolio, progress: Progress, user: User) -> list[Attempt]:
    """The attempts that stand, oldest first: at most three queries."""
    rows = list(portfolio.assessments.select_related("assessor_mentor").order_by("on", "number"))
    if not rows:
        return []
    student = portfolio.student
    team = is_on_team(user, student.course) and student.user_id != user.pk
    own = None if team else in_team(user, portfolio)
    return [
        Attempt(
            one,
            progress.examined.get(f"A{one.number}", ()),
            team or (own is not None and one.assessor_mentor_id == own.pk),
        )
        for one in rows
    ]


def taken_back(portfolio: Portfolio) -> list[CompetencyAssessment]:
    """Attempts that were entered wrongly, newest first."""
    rows = CompetencyAssessment.whole.filter(portfolio=portfolio, taken_back_at__isnull=False)
    return list(rows.select_related("taken_back_by").order_by("-taken_back_at"))
