"""The event of a case as pages show it: its lines, and for the office who can come when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accreditation.calendar import spoken_moment
from accreditation.enums import Availability, EventState
from accreditation.models import CaseEvent, EventDate, User

SAID = {Availability.YES: "Can come", Availability.IF_NEEDED: "If need be", Availability.NO: "Cannot come"}


@dataclass(frozen=True, slots=True)
class Day:
    """One proposed moment: what each person said, in the order of the people, and how many can come."""

    date: EventDate
    spoken: str
    said: tuple[tuple[str, str], ...]
    can: int
    open: int


@dataclass(frozen=True, slots=True)
class Line:
    """The event in one line, for the pages of its case."""

    event: CaseEvent
    words: str


def days(event: CaseEvent, people: Sequence[User]) -> list[Day]:
    """The proposed moments with everybody's answer."""
    found = []
    for date in event.dates.all():
        answers = {row.person_id: row.answer for row in date.answers.all()}
        given = [answers.get(person.pk, "") for person in people]
        found.append(
            Day(
                date=date,
                spoken=spoken_moment(date.starts_at),
                said=tuple(
                    (answer, SAID.get(Availability(answer), "") if answer else "No answer yet")
                    for answer in given
                ),
                can=sum(answer in (Availability.YES, Availability.IF_NEEDED) for answer in given),
                open=given.count(""),
            )
        )
    return found


def line(event: CaseEvent | None) -> Line | None:
    """The same words for the course, its panel and the office: when, or that a day is being looked for."""
    if event is None:
        return None
    what = event.get_kind_display()
    if event.state == EventState.AGREED and event.starts_at:
        where = f", {event.place}" if event.place else ", online" if event.link else ""
        return Line(event, f"{what}: {spoken_moment(event.starts_at)}{where}")
    return Line(event, f"{what}: a day is being looked for")


def own_answers(event: CaseEvent, user: User) -> dict[str, str]:
    """What a person said, as the form's initial values."""
    return {
        f"date_{date.pk}": row.answer
        for date in event.dates.all()
        for row in date.answers.all()
        if row.person_id == user.pk
    }


def names(people: Iterable[User]) -> list[str]:
    """Who takes part."""
    return [person.full_name for person in people]
