"""Who is told what about an application: promised inside the transaction that makes it so."""

from django.urls import reverse

from accreditation import mail, recipients
from accreditation.models import User
from portfolios.enums import StudentState
from portfolios.models import ExperienceJudgement, Move, Student

DECISIONS = (StudentState.ENROLLED, StudentState.REFUSED)


def received(student: Student, *, by: User | None) -> None:
    """An application is there: the applicant is asked for what is missing, the team's others know that it waits."""
    _tell(student, "application_received", key=f"application:{student.pk}:received")
    course, day = student.course, str(mail.today())
    mail.settle("applications_waiting", about=[course], day=day)  # the newest line says it for all before it
    for person in recipients.team_of(course):
        if person.pk in (student.user_id, by.pk if by else None):
            continue
        mail.promise(
            "applications_waiting", to=person, key=f"applications:{course.pk}:{person.pk}:{day}",
            about=course, context={"course": course.title, "course_id": str(course.pk), "day": day},
            path=f"{reverse('course_students', args=[course.pk])}?state={StudentState.APPLICANT}",
        )  # fmt: skip


def linked(student: Student) -> None:
    """The applicant has an account from now on: they hear what they would have heard when they applied."""
    if student.state == StudentState.APPLICANT:
        _tell(student, "application_received", key=f"application:{student.pk}:received")


def judged(judgement: ExperienceJudgement, student: Student) -> None:
    """The experience before the course was judged, or judged again."""
    _tell(student, "application_judged", key=f"application:{student.pk}:judged:{judgement.pk}")


def moved(move: Move, student: Student) -> None:
    """An application was decided, or somebody's standing on the course changed."""
    mail.settle("application_received", about=[student])
    first = not student.moves.exclude(pk=move.pk).exists()
    kind = "application_decided" if first and move.state in DECISIONS else "standing_changed"
    _tell(student, kind, key=f"application:{student.pk}:moved:{move.pk}")


def _tell(student: Student, kind: str, *, key: str) -> None:
    if student.user is not None:
        mail.promise(
            kind, to=student.user, key=key, about=student, context={"course": student.course.title},
            path=reverse("applicant", args=[student.pk]),
        )  # fmt: skip
