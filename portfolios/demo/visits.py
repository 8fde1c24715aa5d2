"""The events of the demo cases: a visit that was held, and one whose day is still being looked for."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accreditation.models import Submission
from accreditation.services import events

if TYPE_CHECKING:
    from portfolios.demo.cases import Case

AGENDA = """10:00 Welcome, and who is who
10:30 Mentors and students, without the course team
12:00 Scanning rooms and equipment
14:00 Course team: questions to the submission
15:30 End"""


def propose(case: "Case", place: str, *days: tuple[int, int, int]) -> None:
    """The office proposes days at ten o'clock for a visit."""
    moments = [timezone.make_aware(datetime(*day, 10, 0)) for day in days]  # noqa: DTZ001 - made aware at once
    events.propose(
        by=case.world.officer, submission_id=str(case.id), kind="visit", minutes=330, dates=moments, place=place,
        agenda=AGENDA,
    )  # fmt: skip


def answer(case: "Case", name: str, *said: str) -> None:
    """Somebody says for each day in order whether they can come."""
    event = _event(case)
    answers: dict[Any, str] = {date.pk: word for date, word in zip(event.dates.all(), said, strict=True)}
    events.answer(by=case.world.people[name], event_id=event.pk, answers=answers)


def agree(case: "Case", number: int) -> None:
    """The office agrees the day of that number, counted from nought."""
    event = _event(case)
    date = event.dates.all()[number]
    events.agree(by=case.world.officer, event_id=event.pk, date_id=date.pk, version=event.version)


def _event(case: "Case") -> Any:
    return Submission.objects.get(pk=str(case.id)).events.get()
