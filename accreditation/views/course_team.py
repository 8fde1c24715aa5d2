"""A course's team: who is on it, inviting colleagues, ending places; and what becomes of an invitation that waits."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation.account_selectors import may_change_team, team_invitations, visible_invitations
from accreditation.exceptions import NotAllowed
from accreditation.forms.people import TeamInviteForm
from accreditation.models import AccountInvitation, Course, CourseTeamMember
from accreditation.permissions import is_on_team
from accreditation.presenters.accounts import invitation_rows
from accreditation.services import accounts, invitations
from accreditation.views.inviting import invited
from accreditation.views.submission_parts import person, seen_course

SEEN_BY = "The course’s team and CASE’s officers"


@require_safe
def team(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who is on the team today, and who is invited."""
    course = seen_course(request, pk)
    user = person(request)
    may = may_change_team(user, course)
    if not (may or is_on_team(user, course)):
        raise Http404("No such team.")
    context = {
        "course": course,
        "members": _members(course),
        "invitations": invitation_rows(team_invitations(user, course)) if may else [],
        "may": may,
        "me": user.pk,
        "audience": SEEN_BY,
        "crumbs": _crumbs(course),
    }
    return render(request, "people/team.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Inviting a colleague to the team."""
    course = seen_course(request, pk)
    user = person(request)
    if not may_change_team(user, course):
        raise NotAllowed("Only a leader of the course or an officer can change its team.")
    form = TeamInviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        place = {"role": form.cleaned_data["role"]}
        if invited(request, form, by=user, for_=course, institution=course.institution, details=place):
            return redirect("course_team", pk=pk)
    context = {
        "form": form,
        "title": "Invite a colleague",
        "caption": course.title,
        "lead": "They get an e-mail with a link. They see the course’s submissions, students and mentors once they accept.",
        "label": "Send the invitation",
        "back": reverse("course_team", args=[pk]),
        "audience": SEEN_BY,
        "crumbs": [*_crumbs(course), {"label": "Invite"}],
    }
    return render(request, "people/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, pk: UUID, member: UUID) -> HttpResponse:
    """Ending a colleague's place on the team, from today on; nobody ends the last leader's."""
    course = seen_course(request, pk)
    user = person(request)
    place = get_object_or_404(course.team.select_related("user"), pk=member, until__isnull=True)
    if not may_change_team(user, course):
        raise NotAllowed("Only a leader of the course or an officer can change its team.")
    if request.method == "POST":
        accounts.end_team_place(by=user, member_id=member)
        messages.success(request, f"{place.user.full_name} is no longer on the team.")
        return redirect("course_team", pk=pk) if place.user_id != user.pk else redirect("home")
    context = {
        "course": course,
        "place": place,
        "since": place.since,
        "audience": SEEN_BY,
        "crumbs": [*_crumbs(course), {"label": "Remove"}],
    }
    return render(request, "people/team_leave.html", context)


@require_POST
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sends an invitation's link anew."""
    found = _invitation(request, pk)
    invitations.send_again(by=person(request), invitation_id=pk)
    messages.success(request, f"A new link is on its way to {found.email}. The one before no longer works.")
    return redirect(_page_of(found))


@require_POST
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes an invitation back."""
    found = _invitation(request, pk)
    invitations.revoke(by=person(request), invitation_id=pk)
    messages.success(request, f"The invitation of {found.full_name} is taken back.")
    return redirect(_page_of(found))


def _invitation(request: HttpRequest, pk: UUID) -> AccountInvitation:
    found = visible_invitations(person(request)).filter(pk=pk).first()
    if found is None:
        raise Http404("No such invitation.")
    return found


def _page_of(invitation: AccountInvitation) -> str:
    if invitation.about_type == "accreditation.course":
        return reverse("course_team", args=[invitation.about_id])
    return reverse("people")


def _members(course: Course) -> list[CourseTeamMember]:
    today = timezone.localdate()
    return list(
        course.team.filter(since__lte=today)
        .exclude(until__lt=today)
        .select_related("user")
        .order_by("role", "user__full_name")
    )


def _crumbs(course: Course) -> list[dict[str, str]]:
    return [
        {"label": "Submissions", "url": reverse("submissions")},
        {"label": course.title, "url": reverse("course", args=[course.pk])},
        {"label": "Team", "url": reverse("course_team", args=[course.pk])},
    ]
