"""A course's applicants and students as one list, as a file of just that list, and one more applicant."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accreditation.models import Course
from accreditation.selectors import led_courses
from portfolios.forms.applicants import ApplicantForm
from portfolios.models import Scan
from portfolios.presenters.cohort import HEADINGS, SORTS, Asked, cohort_list
from portfolios.presenters.weekly import weekly
from portfolios.services import admissions
from portfolios.tables import KINDS, as_file
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
    page = Paginator(cohort.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "course": found,
        "asked": asked,
        "cohort": cohort,
        "page_obj": page,
        "rows": page.object_list,
        "sorts": [(code, words) for code, (words, _) in SORTS.items()],
        "weekly": weekly(Scan.objects.filter(portfolio__in=drawn)),
        "scale": getattr(found, "grade_scale", None),
        "crumbs": [
            *crumbs_to_course(found, people=False),
            {"label": "Applicants and students", "url": ""},
        ],
    }
    return render(request, "portfolios/students.html", context)


@require_safe
def course_students_file(request: HttpRequest, pk: UUID, form: str) -> HttpResponse:
    """The list as it is narrowed and sorted, as a file; the audit trail notes whose entries went out."""
    found = own_course(request, pk)
    if form not in KINDS:
        raise Http404
    asked = Asked.of(request.GET.dict())
    rows = cohort_list(found, asked).rows
    codes = [row.student.code for row in rows]
    admissions.note_list_taken(by=person(request), course=found, codes=codes, form=form)
    name = f"students-{found.reference}-{timezone.localdate():%Y-%m-%d}"
    return as_file(form, name=name, title="Students", headings=HEADINGS, rows=[row.cells() for row in rows])


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
