"""The kinds of message about an application: received, its experience judged, decided, and standing changed later.

No mail says what was decided of a person, and none names an applicant to the team: both read it where they sign in.
"""

from typing import Any

from accreditation.mail import MailKind, Office
from accreditation.models import Message
from portfolios.enums import StudentState
from portfolios.models import Student
from portfolios.selectors import visible_applications

OWN = "You get this because it is your application."
TEAM = "You get this because you are on the team of this course."


def _still_applies(message: Message) -> str:
    open_still = Student.objects.filter(pk=message.about_id, state=StudentState.APPLICANT).exists()
    return "" if open_still else "The application had been decided when it was to be sent."


def _undecided(message: Message) -> dict[str, Any]:
    person, course = message.person, message.context["course_id"]
    assert person is not None  # noqa: S101 (promised to people of the course's team)
    waiting = visible_applications(person).filter(course=course, state=StudentState.APPLICANT)
    return {"number": waiting.exclude(user=person).count()}


def _nothing_to_decide(message: Message) -> str:
    return (
        "" if _undecided(message)["number"] else "Every application had been decided when it was to be sent."
    )


KINDS = (
    MailKind(
        "application_received",
        "Your application was received",
        OWN,
        "Open your application",
        office=Office.HIDDEN,
        moot=_still_applies,
    ),
    MailKind(
        "application_judged",
        "Your experience before the course was judged",
        OWN,
        "Read the judgement",
        duty=False,
        office=Office.HIDDEN,
    ),
    MailKind(
        "application_decided",
        "Your application was decided",
        OWN,
        "Read what was decided",
        office=Office.HIDDEN,
    ),
    MailKind(
        "standing_changed",
        "Your standing on the course was changed",
        "You get this because you are, or were, a student of this course.",
        "Read what was recorded",
        office=Office.HIDDEN,
    ),
    MailKind(
        "applications_waiting",
        "Applications wait to be decided",
        TEAM,
        "Open the applications",
        duty=False,
        office=Office.HIDDEN,
        moot=_nothing_to_decide,
        fresh=_undecided,
    ),
)
