"""The course's declaration of interests about an assessor who is asked to its panel."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accreditation.exceptions import Invalid
from accreditation.forms.declarations import CourseDeclarationForm
from accreditation.permissions import is_on_team
from accreditation.review_selectors import visible_declarations
from accreditation.roles import OFFICER
from accreditation.services import declarations as service
from accreditation.views.asking import person


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def course_declare(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A leader of the course says whether the institution has a conflict with an assessor; an officer may for them."""
    user = person(request)
    place = get_object_or_404(visible_declarations(user), pk=pk)
    submission = place.submission
    outside = not is_on_team(user, submission.course, leader=True)
    back = reverse("case", args=[submission.pk]) if user.has_role(OFFICER) and outside else ""
    back = back or reverse("submission", args=[submission.pk])
    if place.course_declared_at is not None:
        messages.info(request, f"The course has declared its interests about {place.user.full_name}.")
        return redirect(back)
    service.check_declare(user, place)
    form = CourseDeclarationForm(request.POST or None, outside=outside, name=place.user.full_name)
    if request.method == "POST" and form.is_valid():
        try:
            service.declare_for_course(
                by=user, assignment_id=pk, conflicts=form.declared(), note=form.cleaned_data.get("note", "")
            )
        except Invalid as no:
            form.blame(no.problems)
        else:
            messages.success(request, "Thank you. What was declared is with the CASE office.")
            return redirect(back)
    context = {"submission": submission, "place": place, "form": form, "back": back, "outside": outside}
    return render(request, "submissions/declare.html", context, status=422 if form.is_bound else 200)
