"""The page behind an invitation's link: what it is, and accepting it. Opening it changes nothing."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accreditation.exceptions import Invalid, Refusal
from accreditation.forms.account import AcceptForm
from accreditation.forms.layout import show_problems
from accreditation.models import AccountInvitation, User
from accreditation.services import invitations


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites whom as what; a new person chooses a password, one with an account signs in and accepts."""
    found = invitations.of_token(token)
    if found is None:
        return gone(
            request, "The link may have been cut short by a mail program, or a newer one was sent to you."
        )
    if reason := invitations.unusable(found):
        return gone(request, reason)
    user = request.user if isinstance(request.user, User) else None
    has_account = User.objects.filter(email__iexact=found.email).exists()
    mine = user is not None and user.email.lower() == found.email.lower()
    form = AcceptForm(request.POST or None, initial={"full_name": found.full_name})
    if request.method == "POST" and mine:
        return joined(request, token, user)
    if request.method == "POST" and not has_account and user is None and form.is_valid():
        return made(request, token, found, form)
    context = {
        "invitation": found,
        "as_what": invitations.words_for(found),
        "by": found.by.full_name if found.by else "CASE’s office",
        "has_account": has_account,
        "mine": mine,
        "form": form,
        "here": request.path,
    }
    return page(request, "account/invitation.html", context, 422 if form.errors and not has_account else 200)


def joined(request: HttpRequest, token: str, user: User | None) -> HttpResponse:
    """Accepts with the account that is signed in."""
    try:
        invitations.accept(token=token, user=user)
    except Refusal as refusal:
        return gone(request, str(refusal))
    messages.success(request, "You have accepted the invitation.")
    return redirect("home")


def made(request: HttpRequest, token: str, found: AccountInvitation, form: AcceptForm) -> HttpResponse:
    """Makes the account and signs its person in; the guard then asks for a second step where the role needs one."""
    password = form.cleaned_data["password1"]
    try:
        person = invitations.accept(token=token, password=password, full_name=form.cleaned_data["full_name"])
    except Invalid as refusal:
        show_problems(form, refusal)
        context = {"invitation": found, "as_what": invitations.words_for(found), "form": form}
        return page(request, "account/invitation.html", context, 422)
    except Refusal as refusal:
        return gone(request, str(refusal))
    messages.success(request, f"Your account is made. From now on you sign in with {person.email}.")
    person.backend = "django.contrib.auth.backends.ModelBackend"
    return perform_password_login(request, {"email": person.email}, Login(user=person))


def gone(request: HttpRequest, reason: str) -> HttpResponse:
    """410: the link is used up, taken back, too old or none of ours; what to do instead."""
    return page(request, "account/invitation_gone.html", {"reason": reason}, 410)


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    """A page whose address is a secret: it is told to no other site. Our own must be told: without a referrer a browser
    sends no origin with a form, which is then refused.
    """
    response = render(request, template, context, status=status)
    response["Referrer-Policy"] = "same-origin"
    return response
