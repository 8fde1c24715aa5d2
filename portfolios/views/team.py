"""The student's supervisory team: the course's team puts a mentor into it, and notes a mentor's last day."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accreditation.forms.keys import KeyedForm
from accreditation.forms.widgets import DayMonthYearField
from mentors.forms.register import EndPlacementForm, HelpedForm
from mentors.models import Mentor
from mentors.presenters.eligibility import standings
from mentors.selectors import placed_mentors, remits
from mentors.services.standing import forecasts
from portfolios.enums import StudentState
from portfolios.models import Portfolio, Student, TeamMembership
from portfolios.permissions import check_for_student
from portfolios.selectors import current_team, named_portfolios
from portfolios.services import portfolios
from portfolios.views.formpage import either, form_page
from portfolios.views.people import crumbs_to_course, own_course
from portfolios.views.student import person

AUDIENCE = "The student, their mentors and the course team"


class JoinForm(HelpedForm, KeyedForm):
    """A mentor of the course joins the team, from a day on."""

    mentor = forms.ModelChoiceField(
        label="Mentor", queryset=Mentor.objects.none(), empty_label="Choose …",
        help_text="Those who take students of this course. Others are placed on the course in the mentor register first.",
        error_messages={"required": "Choose the mentor"},
    )  # fmt: skip
    since = DayMonthYearField(
        label="From which day on?", help_text="For example, 14 3 2025.", initial=timezone.localdate
    )

    def __init__(self, *args: Any, mentors: QuerySet[Mentor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentor"].queryset = mentors  # type: ignore[attr-defined]


class JoinSeveralForm(JoinForm):
    """A mentor of the course joins several teams."""

    students = forms.ModelMultipleChoiceField(
        label="Whose teams?", queryset=Student.objects.none(),
        widget=forms.CheckboxSelectMultiple(attrs={"data-look": "pairs"}),
        error_messages={"required": "Tick at least one student"},
    )  # fmt: skip
    field_order = ("mentor", "since", "students")

    def __init__(self, *args: Any, students: QuerySet[Student], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["students"].queryset = students  # type: ignore[attr-defined]
        self.fields["students"].label_from_instance = lambda one: one.full_name  # type: ignore[attr-defined]


def _portfolio(request: HttpRequest, pk: UUID) -> Portfolio:
    """A portfolio of a course whose team the person belongs to. Raises `NotAllowed` for the student and their mentors."""
    found = get_object_or_404(named_portfolios(person(request)), pk=pk)
    check_for_student(person(request), found.student)
    return found


def _crumbs(found: Portfolio) -> list[dict[str, str]]:
    return [{"label": found.student.full_name, "url": reverse("portfolio", args=[found.pk])}]


@either
def team_join(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One more mentor. Before anything is chosen the page says who is eligible today, and in which regions."""
    found = _portfolio(request, pk)
    held = current_team().filter(student=found.pk).values("mentor")
    mentors = placed_mentors(found.student.course_id).exclude(pk__in=held).order_by("full_name")

    def save(values: dict[str, Any]) -> str:
        portfolios.join_team(by=person(request), portfolio_id=found.pk, **values)
        return f"{reverse('portfolio', args=[found.pk])}#team"

    return form_page(
        request, JoinForm(request.POST or None, mentors=mentors), save, title="Add a mentor to the team",
        crumbs=_crumbs(found), caption=found.student.full_name, audience=AUDIENCE, label="Add to the team",
        said="The mentor is in the team. Next: their signature on the learning contract. A mentor without an account signs "
        "by a link, which the student sends from the portfolio.",
        lead="From that day on the mentor sees the portfolio, supervises, appraises scans and signs the learning contract.",
        template="portfolios/team_join.html", more={"mentors": _rows(list(mentors))},
    )  # fmt: skip


@either
def team_join_several(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One mentor for the teams of several students; those that were ticked in the course's list are ticked here too."""
    course = own_course(request, pk)
    enrolled = Student.objects.filter(course=course, state=StudentState.ENROLLED).order_by("full_name")
    mentors = placed_mentors(course.pk).order_by("full_name")
    form = JoinSeveralForm(
        request.POST or None, mentors=mentors, students=enrolled.exclude(user=person(request)),
        initial={"students": request.GET.getlist("row")},
    )  # fmt: skip

    def save(values: dict[str, Any]) -> str:
        keys = [one.pk for one in values["students"]]
        portfolios.join_teams(
            by=person(request), portfolio_ids=keys, mentor=values["mentor"], since=values["since"]
        )
        return reverse("course_students", args=[pk])

    return form_page(
        request, form, save, title="Add a mentor to several teams", crumbs=crumbs_to_course(course),
        caption=course.title, audience=AUDIENCE, label="Add to these teams",
        said="The mentor is in their teams. Next: the signatures on the learning contracts.",
        lead="From that day on the mentor sees each of these portfolios, supervises, appraises scans and signs the "
        "learning contract. All or none is saved; who has this mentor already keeps them.",
        template="portfolios/team_join.html", more={"mentors": _rows(list(mentors))},
    )  # fmt: skip


def _rows(mentors: list[Mentor]) -> list[dict[str, Any]]:
    """Each mentor with the standing of today, the forecast and the remit: a constant number of queries."""
    today, ids = timezone.localdate(), [one.pk for one in mentors]
    standing, ahead, remit = standings(ids, today), forecasts(ids, today), remits(ids, today, timezone.now())
    return [
        {
            "mentor": one,
            "standing": standing[one.number],
            "ahead": ahead.get(one.pk, ""),
            "remit": remit.get(one.pk, frozenset()),
        }
        for one in mentors
        if one.number in standing
    ]


@either
def team_leave(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """A mentor's last day in the team; what they signed and appraised stays."""
    found = _portfolio(request, pk)
    place = get_object_or_404(
        TeamMembership.objects.select_related("mentor"),
        pk=row, student=found.pk, known_until__isnull=True, until__isnull=True,
    )  # fmt: skip

    def save(values: dict[str, Any]) -> str:
        portfolios.leave_team(by=person(request), membership_id=place.pk, **values)
        return f"{reverse('portfolio', args=[found.pk])}#team"

    return form_page(
        request, EndPlacementForm(request.POST or None), save, title="The mentor leaves the team", crumbs=_crumbs(found),
        caption=f"{found.student.full_name}: {place.mentor.full_name}", audience=AUDIENCE, label="Note the last day",
        said="Noted. What the mentor signed and appraised stays.",
        lead="After that day the mentor no longer sees the portfolio. Scans of earlier days keep their supervisor.",
    )  # fmt: skip
