"""Inviting an applicant or student to an account of their own, sending the link again, taking it back."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accreditation.forms.keys import KeyedForm
from accreditation.services import invitations
from mentors.forms.register import HelpedForm
from portfolios.views.applicants import crumbs_to, of_own_course, page_of
from portfolios.views.formpage import TEAM, either, form_page
from portfolios.views.student import person


class InviteForm(HelpedForm, KeyedForm):
    """Where the invitation goes."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="The person’s own. They sign in with it, and see their application and portfolio.",
    )


@either
def applicant_invite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The link lets its reader make an account, or join with the one they have."""
    found = of_own_course(request, pk)

    def save(values: dict[str, Any]) -> str:
        invitations.invite(by=person(request), email=values["email"], full_name=found.full_name, for_=found)
        return f"{page_of(found)}#account"

    return form_page(
        request, InviteForm(request.POST or None), save, title="Invite to an account", crumbs=crumbs_to(request, found),
        caption=found.full_name, audience=TEAM, label="Send the invitation", said="The invitation is on its way.",
        lead="They can then enter registrations and experience themselves, and read what the course writes.",
    )  # fmt: skip


@require_POST
def applicant_invitation(request: HttpRequest, pk: UUID, act: str) -> HttpResponse:
    """Sends the newest invitation again with a new link, or takes it back."""
    found = of_own_course(request, pk)
    newest = invitations.latest_for([found]).get(str(found.pk))
    acts = {"again": (invitations.send_again, "sent again"), "back": (invitations.revoke, "taken back")}
    if newest is None or act not in acts:
        raise Http404
    do, words = acts[act]
    do(by=person(request), invitation_id=newest.pk)
    messages.success(request, f"The invitation was {words}.")
    return redirect(f"{page_of(found)}#account")
