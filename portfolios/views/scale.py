"""A course's own grades for appraisals."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accreditation.forms.keys import KeyedForm
from mentors.forms.register import HelpedForm
from portfolios.enums import Grade
from portfolios.models import GradeScale
from portfolios.models.scales import FEWEST, LONGEST, MOST
from portfolios.services.scales import set_scale
from portfolios.views.formpage import TEAM, either, form_page
from portfolios.views.people import crumbs_to_course, own_course
from portfolios.views.student import person


class ScaleForm(HelpedForm, KeyedForm):
    """One grade a line."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    labels = forms.CharField(
        label="Grades, one a line, the lowest first", required=False, max_length=MOST * (LONGEST + 2),
        widget=forms.Textarea(attrs={"rows": MOST}),
        help_text=f"From {FEWEST} to {MOST} grades, each up to {LONGEST} characters, in your course’s own words. Leave it"
        " empty to use the suggested ones.",
    )  # fmt: skip


@either
def course_scale(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The grades that mentors of a course choose from. What was graded before keeps its words."""
    course = own_course(request, pk)
    scale = GradeScale.objects.filter(course=course).first()

    def save(values: dict[str, Any]) -> str:
        set_scale(
            by=person(request),
            course_id=course.pk,
            labels=values["labels"].splitlines(),
            version=values["version"],
        )
        return reverse("course_students", args=[course.pk])

    initial = {"version": scale.version if scale else 0, "labels": "\n".join(scale.labels) if scale else ""}
    form = ScaleForm(request.POST or None, initial=initial)
    suggested = [str(label) for _, label in Grade.choices]
    return form_page(
        request, form, save, title="Grades for appraisals", crumbs=crumbs_to_course(course), caption=course.title,
        lead="What mentors choose from when they appraise a scan.", audience=TEAM,
        said="Saved. Appraisals made before keep the words that their mentors chose.",
        template="portfolios/scale.html", more={"suggested": suggested, "scale": scale},
    )  # fmt: skip
