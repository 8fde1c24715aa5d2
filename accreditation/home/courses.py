"""What a course leader or a member of a course team has to do next, and what they wait for."""

from collections.abc import Iterator

from django.urls import reverse

from accreditation import sections
from accreditation.enums import SubmissionState as S
from accreditation.home.items import HomeItem, Kind
from accreditation.models import Submission, User
from accreditation.selectors import led_courses
from accreditation.states import FINAL, NEXT

ROLE = "course_leader"


def items_for(user: User) -> list[HomeItem]:
    """The person's own courses: drafts to finish, submissions waited for, and where a new one can be started."""
    courses = list(led_courses(user).distinct())
    submissions = list(
        Submission.objects.filter(course__in=[course.pk for course in courses])
        .select_related("course")
        .prefetch_related("sections")
    )
    items = [item for one in submissions if one.state not in FINAL for item in _of_submission(one)]
    begun = {submission.course_id for submission in submissions}
    for course in courses:
        items.append(
            HomeItem(
                Kind.PLACE,
                course.title,
                reverse("course", args=[course.pk]),
                str(course.institution),
                role=ROLE,
            )
        )
        if course.pk not in begun:
            items.append(
                HomeItem(
                    Kind.TODO,
                    "Start the first submission",
                    reverse("submission_open", args=[course.pk]),
                    course.title,
                    role=ROLE,
                )
            )
    return items


def _of_submission(submission: Submission) -> Iterator[HomeItem]:
    url = reverse("submission", args=[submission.pk])
    if submission.state == S.DRAFT:
        codes = sections.codes_of(submission)
        done = sum(one.complete and one.code in codes for one in submission.sections.all())
        ready = done >= len(codes)
        yield HomeItem(
            Kind.TODO,
            "Check your answers and submit" if ready else "Complete the submission",
            reverse("submission_answers", args=[submission.pk]) if ready else url,
            f"{submission.reference}, {submission.course.title}: {done} of {len(codes) + 1} sections completed",
            due=submission.due_on,
            role=ROLE,
        )
    else:
        after = NEXT[submission.state]
        yield HomeItem(
            Kind.WAITING,
            f"{submission.reference}: {after.course}",
            url,
            submission.course.title,
            since=submission.state_since.date(),
            who=after.who,
            role=ROLE,
        )
