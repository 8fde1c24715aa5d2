"""What whoever is about to sign a learning contract should know of the mentors: eligible today, and from when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accreditation.rules import regions
from mentors.facts import mentor_facts
from mentors.presenters.eligibility import Change, Standing, standing, timeline
from portfolios.models import LearningContract
from portfolios.selectors import current_team


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A mentor of the team. `changes` lie in the future; `outside` are parts of the contract's remit that theirs lacks."""

    name: str
    now: Standing
    changes: Sequence[Change]
    outside: Sequence[str]


def team_before_signing(contract: LearningContract, today: date) -> list[TeamMember]:
    """The student's team as it stands today against a contract's remit (PS2, PS4.2), in a constant number of queries."""
    agreed = regions.expand((*contract.remit, *contract.group_terms))
    names = dict(
        current_team()
        .filter(student=contract.portfolio_id)
        .order_by("since")
        .values_list("mentor_id", "mentor__full_name")
    )
    numbers = dict(
        current_team().filter(student=contract.portfolio_id).values_list("mentor__number", "mentor_id")
    )
    found = []
    for mentor in mentor_facts(names, today):
        lacking = agreed & ~(mentor.remit or 0)
        found.append(
            TeamMember(
                name=names[numbers[mentor.id]],
                now=standing(mentor, today),
                changes=[change for change in timeline(mentor, today) if change.on > today],
                outside=[regions.LABELS[name] for name in regions.names(lacking)],
            )
        )
    return found
