"""What portfolios ask of a person: students log and wait, mentors appraise and sign, course teams look at their students."""

from datetime import timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accreditation.home.items import HomeItem, Kind
from accreditation.models import User
from accreditation.roles import COURSE_LEADER, MENTOR, STUDENT
from accreditation.rules.dates import spoken
from accreditation.selectors import led_courses, on_team_today
from portfolios.enums import AppraisalState, Party, ScanFileState, StudentState
from portfolios.models import (
    CompetencyAssessment,
    Experience,
    LearningContract,
    Portfolio,
    Registration,
    Scan,
    ScanFile,
    Signature,
    Student,
)
from portfolios.presenters.waiting import STUDENT as OWN
from portfolios.presenters.waiting import Wait, waits_of
from portfolios.selectors import WAITS, current_team, scans_to_appraise

ASKED = (AppraisalState.QUERIED, AppraisalState.DISPUTED)
OPEN = ("signature", "sign_off")


def items_for(user: User) -> list[HomeItem]:
    """A student's own portfolio, a mentor's queue and contracts to sign, a course team's students."""
    return [*_applicant(user), *_student(user), *_mentor(user), *_team(user), *_files(user)]


def _files(user: User) -> list[HomeItem]:
    """Files of scans that this person brought in and that failed, until a newer one comes in or a fortnight has passed."""
    since = timezone.now() - timedelta(days=14)
    newer = ScanFile.objects.filter(
        by=user,
        course=OuterRef("course"),
        portfolio=OuterRef("portfolio"),
        created_at__gt=OuterRef("created_at"),
    )
    newer_of_many = ScanFile.objects.filter(
        by=user, course=OuterRef("course"), portfolio__isnull=True, created_at__gt=OuterRef("created_at")
    )
    theirs = Q(portfolio__student__user=user) | Exists(on_team_today(user, "course"))
    failed = ScanFile.objects.filter(theirs, by=user, state=ScanFileState.FAILED, updated_at__gte=since)
    failed = failed.exclude(Exists(newer)).exclude(Q(portfolio__isnull=True) & Exists(newer_of_many))
    return [
        HomeItem(
            Kind.TODO,
            f"Bring in “{row.name}” again: it failed",
            reverse("scan_file", args=[row.pk]),
            row.failure,
            since=timezone.localdate(row.updated_at),
            role=STUDENT if row.portfolio_id else COURSE_LEADER,
        )
        for row in failed.order_by("-updated_at")[:5]
    ]


def _student(user: User) -> list[HomeItem]:
    items = []
    for portfolio in Portfolio.objects.filter(student__user=user).select_related("student__course"):
        title = portfolio.student.course.title
        items.append(
            HomeItem(
                Kind.PLACE, "Your portfolio", reverse("portfolio", args=[portfolio.pk]), title, role=STUDENT
            )
        )
        if portfolio.student.state == StudentState.ENROLLED:
            items += _beginning(portfolio, title)
        if (
            portfolio.student.state == StudentState.ENROLLED
            and current_team().filter(student=portfolio.pk).exists()
        ):
            items.append(
                HomeItem(
                    Kind.DAILY, "Log a scan", reverse("scan_add", args=[portfolio.pk]), title, role=STUDENT
                )
            )
        asked = Scan.objects.filter(portfolio=portfolio, appraisal__state__in=ASKED).select_related(
            "appraisal__mentor"
        )
        for scan in asked.order_by("appraisal__on")[:5]:
            items.append(
                HomeItem(
                    Kind.TODO,
                    f"{scan.appraisal.mentor} wrote about scan {scan.number}",
                    reverse("scan_correct", args=[portfolio.pk, scan.number]),
                    title,
                    since=scan.appraisal.on,
                    role=STUDENT,
                )
            )
        open_scans = Scan.objects.filter(WAITS, portfolio=portfolio, logged=True, mentor__isnull=False)
        for row in open_scans.values("mentor__full_name").annotate(number=Count("pk"), first=Min("on")):
            number = row["number"]
            items.append(
                HomeItem(
                    Kind.WAITING,
                    f"{number} scan{'' if number == 1 else 's'} to be appraised",
                    f"{reverse('scan_list', args=[portfolio.pk])}?show=waiting",
                    title,
                    since=row["first"],
                    who=row["mentor__full_name"],
                    role=STUDENT,
                )  # fmt: skip
            )
        items += [
            _open(wait, title) for wait in waits_of([portfolio.pk]).get(portfolio.pk, ()) if wait.kind in OPEN
        ]
    return items


def _beginning(portfolio: Portfolio, course: str) -> list[HomeItem]:
    """What comes before the first scan: a mentor, whom the course names, and the learning contract."""
    items, since = [], portfolio.student.enrolled_on
    if not current_team().filter(student=portfolio.pk).exists():
        items.append(
            HomeItem(
                Kind.WAITING,
                "A mentor for you: from then on you can log scans",
                f"{reverse('portfolio', args=[portfolio.pk])}#team",
                course,
                since=since,
                who="Your course team",
                role=STUDENT,
            )
        )
    if not portfolio.contracts.exists():
        items.append(
            HomeItem(
                Kind.TODO,
                "Write the first version of your learning contract",
                reverse("contract_propose", args=[portfolio.pk]),
                course,
                since=since,
                role=STUDENT,
            )
        )
    return items


def _open(wait: Wait, course: str) -> HomeItem:
    """A signature or sign-off that is still to come: the student's own is theirs to do."""
    what = wait.what.removeprefix("to ")
    what = what[:1].upper() + what[1:]
    if wait.who == OWN:
        return HomeItem(Kind.TODO, what, wait.url, course, since=wait.since, role=STUDENT)
    return HomeItem(Kind.WAITING, what, wait.url, course, since=wait.since, who=wait.who, role=STUDENT)


def _applicant(user: User) -> list[HomeItem]:
    """One's own applications that are not decided yet, and what is still to be given."""
    own = Student.objects.filter(user=user, state=StudentState.APPLICANT).select_related("course")
    items = []
    asked = own.annotate(
        numbers=Exists(Registration.objects.filter(student=OuterRef("pk"))),
        past=Exists(Experience.objects.filter(student=OuterRef("pk"))),
    )
    for one in asked:
        where, title = reverse("applicant", args=[one.pk]), one.course.title
        items.append(HomeItem(Kind.PLACE, "Your application", where, title))
        for there, what, part in (
            (one.numbers, "Add your registration", "registrations"),
            (one.past, "Add your experience before the course", "experience"),
        ):
            if not there:
                items.append(HomeItem(Kind.TODO, what, f"{where}#{part}", title, since=one.applied_on))
    return items


def _mentor(user: User) -> list[HomeItem]:
    waiting = scans_to_appraise(user).aggregate(number=Count("pk"), first=Min("on"))
    items = []
    if number := waiting["number"]:
        plural = "" if number == 1 else "s"
        items.append(
            HomeItem(
                Kind.TODO,
                f"Appraise {number} scan{plural}",
                reverse("mentor_queue"),
                f"The oldest is of {spoken(waiting['first'])}",
                role=MENTOR,
            )  # fmt: skip
        )
    students = current_team().filter(mentor__user=user).values("student")
    newer = LearningContract.objects.filter(portfolio=OuterRef("portfolio"), number__gt=OuterRef("number"))
    theirs = Signature.objects.filter(contract__portfolio=OuterRef("portfolio"), mentor__user=user)
    in_force = Signature.objects.filter(contract=OuterRef("pk"), party=Party.INSTITUTION)
    signed = Signature.objects.filter(contract=OuterRef("pk"), mentor__user=user)
    unsigned = (  # a version in force asks only those mentors who have signed none: who joins later signs too (PS2.1)
        LearningContract.objects.filter(portfolio__in=students, signatures__isnull=False)
        .exclude(Exists(signed) | Exists(newer) | Exists(in_force) & Exists(theirs))
        .select_related("portfolio__student")
        .distinct()
    )
    items += [
        HomeItem(
            Kind.TODO,
            "Sign a learning contract",
            reverse("contract", args=[one.portfolio_id, one.number]),
            one.portfolio.student.full_name,
            role=MENTOR,
        )  # fmt: skip
        for one in unsigned
    ]
    mine = CompetencyAssessment.objects.filter(
        portfolio__in=students, assessor_mentor__user=user, signed_on__isnull=True
    )
    items += [
        HomeItem(
            Kind.TODO,
            "Sign off a competency assessment",
            reverse("assessment_sign", args=[one.portfolio_id, one.number]),
            f"{one.portfolio.student.full_name}: {one.get_kind_display()}",
            since=one.on,
            role=MENTOR,
        )
        for one in mine.select_related("portfolio__student")
    ]
    return items


def _team(user: User) -> list[HomeItem]:
    items = []
    courses = led_courses(user).distinct()
    for course in courses:
        title = "Applicants, students and their progress"
        where = reverse("course_students", args=[course.pk])
        items.append(HomeItem(Kind.PLACE, title, where, course.title, role=COURSE_LEADER))
    waiting = Student.objects.filter(course__in=courses.values("pk"), state=StudentState.APPLICANT).exclude(
        user=user
    )
    for row in (
        waiting.order_by()
        .values("course", "course__title")
        .annotate(number=Count("pk"), first=Min("applied_on"))
    ):
        number = row["number"]
        items.append(
            HomeItem(
                Kind.TODO,
                f"Decide {number} student application{'' if number == 1 else 's'}",
                f"{reverse('course_students', args=[row['course']])}?state={StudentState.APPLICANT}",
                row["course__title"],
                since=row["first"],
                role=COURSE_LEADER,
            )
        )
    return items
