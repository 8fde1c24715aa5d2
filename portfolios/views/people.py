"""A course's applicants and students as one list, also as a file, and one more applicant."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accreditation.models import Course
from accreditation.presenters.tables import arrange
from accreditation.selectors import led_courses
from accreditation.views import tables
from portfolios.forms.applicants import ApplicantForm
from portfolios.models import Scan
from portfolios.presenters.cohort import Asked, cohort_list
from portfolios.presenters.cohort_table import COLUMNS
from portfolios.presenters.coverage import coverage_of
from portfolios.presenters.weekly import weekly
from portfolios.services import admissions
from portfolios.views.formpage import TEAM_AND_OWNER, either, form_page
from portfolios.views.student import person

PAGE = 50


def own_course(request: HttpRequest, pk: UUID) -> Course:
    """A course whose team the person belongs to today, or 404."""
    led = led_courses(person(request)).values("pk")
    return get_object_or_404(Course.objects.select_related("institution").filter(pk__in=led), pk=pk)


def crumbs_to_course(course: Course, *, people: bool = True) -> list[dict[str, str]]:
    """The way to a course, and to its people."""
    crumbs = [
        {"label": "Submissions", "url": reverse("submissions")},
        {"label": course.title, "url": reverse("course", args=[course.pk])},
    ]
    if people:
        crumbs.append(
            {"label": "Applicants and students", "url": reverse("course_students", args=[course.pk])}
        )
    return crumbs


@require_safe
def course_students(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The course's people: enrolled ones first, those with the most serious gaps at the top."""
    found = own_course(request, pk)
    asked = Asked.of(request.GET.dict())
    cohort = cohort_list(found, asked)
    drawn = [row.student.pk for row in cohort.rows if row.student.enrolled_on]
    table = arrange(
        "students", COLUMNS, cohort.rows, request.GET, per_page=PAGE, key=lambda row: str(row.student.pk)
    )
    if form_of_file := tables.wants_file(request):
        return tables.as_file(form_of_file, table, by=person(request), title="Students", of=found)
    context = {
        **tables.context_of(request, table),
        "course": found,
        "asked": asked,
        "cohort": cohort,
        "coverage": coverage_of(list(table.page.object_list)),
        "weekly": weekly(Scan.objects.filter(portfolio__in=drawn)),
        "scale": getattr(found, "grade_scale", None),
        "crumbs": [
            *crumbs_to_course(found, people=False),
            {"label": "Applicants and students", "url": ""},
        ],
    }
    return render(request, "portfolios/students.html", context)


@either
def applicant_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One more applicant; registrations and experience follow on their page."""
    course = own_course(request, pk)

    def save(values: dict[str, Any]) -> str:
        made = admissions.apply(by=person(request), course=course, registrations=(), experience=(), **values)
        return reverse("applicant", args=[made.pk])

    return form_page(
        request,
        ApplicantForm(request.POST or None),
        save,
        title="Add an applicant",
        crumbs=crumbs_to_course(course),
        caption=course.title,
        lead="Registrations and experience are entered on the next page, by you or by the applicant.",
        audience=TEAM_AND_OWNER,
        label="Add",
        said="The applicant is entered. Next: registrations and experience.",
    )
