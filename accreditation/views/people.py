"""The office's pages of people: the list, one person, and what officers change about an account."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation.account_selectors import last_mail, visible_invitations, visible_people, with_role
from accreditation.exceptions import Invalid, Stale
from accreditation.forms.layout import prefill
from accreditation.forms.people import CloseForm, DetailsForm, FindForm, InviteForm, RolesForm
from accreditation.models import CourseTeamMember, User
from accreditation.presenters import accounts as present
from accreditation.presenters.people_table import COLUMNS
from accreditation.presenters.tables import arrange
from accreditation.roles import ROLES
from accreditation.services import people
from accreditation.services.accounts import BODY_CODES
from accreditation.views import tables
from accreditation.views.asking import person as asker
from accreditation.views.inviting import invited

PAGE = 50


@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, by name; invitations that are open stand above."""
    user = asker(request)
    form = FindForm(request.GET)
    form.is_valid()
    q, role = form.cleaned_data.get("q", ""), form.cleaned_data.get("role", "")
    closed = bool(form.cleaned_data.get("closed"))
    found = visible_people(user).filter(is_active=not closed)
    if q:
        found = found.filter(
            Q(full_name__icontains=q) | Q(email__icontains=q) | Q(institution__name__icontains=q)
        )
    found = with_role(found, role) if role in ROLES else found
    table = arrange(
        "people", COLUMNS, found.prefetch_related("groups").order_by("full_name", "pk"), request.GET,
        per_page=PAGE, present=present.rows, key=lambda row: str(row.person.pk),
    )  # fmt: skip
    if form_of_file := tables.wants_file(request):
        return tables.as_file(form_of_file, table, by=user, title="People")
    waiting = visible_invitations(user).filter(accepted_at=None, revoked_at=None)
    context = {
        **tables.context_of(request, table),
        "roles": ROLES.values(),
        "q": q,
        "role": role if role in ROLES else "",
        "closed": closed,
        "narrowed": bool(q or role or closed),
        "invitations": present.invitation_rows(waiting[:PAGE]),
    }
    return render(request, "people/list.html", context)


@require_safe
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One account: details, roles, courses, second step, and whether it is open."""
    found = _found(request, pk)
    places = CourseTeamMember.objects.select_related("course__institution")
    found = (
        visible_people(asker(request))
        .prefetch_related(
            "groups", Prefetch("course_memberships", places.filter(until__isnull=True), to_attr="places")
        )
        .get(pk=found.pk)
    )
    kinds = Authenticator.objects.filter(user=found).values_list("type", flat=True)
    context = {
        "person": found,
        "card": present.card(found, kinds, last_mail(found)),
        "own": found.pk == asker(request).pk,
        "has_second_step": bool(kinds),
        "crumbs": _crumbs(found.full_name),
    }
    return render(request, "people/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Inviting somebody to an account by e-mail."""
    user = asker(request)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("roles", "institution")}
        if invited(request, form, by=user, **given):
            return redirect("people")
    context = {
        "form": form,
        "title": "Invite somebody",
        "lead": "They get an e-mail with a link, choose a password themselves, and sign in with this address.",
        "label": "Send the invitation",
        "back": reverse("people"),
        "crumbs": _crumbs("Invite"),
    }
    return render(request, "people/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def roles(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which roles of the body a person holds."""
    found = _found(request, pk)
    held = sorted(set(found.groups.values_list("name", flat=True)) & BODY_CODES)
    form = RolesForm(request.POST or None, initial={"roles": held, "seen": " ".join(held)})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            people.set_roles(
                by=asker(request), user_id=pk, roles=values["roles"], seen=values["seen"].split()
            )
        except Stale as no:
            form.add_error(None, str(no))
            prefill(form, seen=" ".join(held))
        else:
            messages.success(request, f"The roles of {found.full_name} are saved.")
            return redirect("person", pk=pk)
    context = _context(
        found,
        form,
        title=f"Roles of {found.full_name}",
        lead="A change signs the person out everywhere, and they are told.",
        label="Save the roles",
    )
    return render(request, "people/form.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A person's name, e-mail address and institution."""
    found = _found(request, pk)
    initial = {
        "full_name": found.full_name,
        "email": found.email,
        "institution": found.institution_id,
        "seen": people.details_sum(found),
    }
    form = DetailsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            people.change_details(by=asker(request), user_id=pk, **form.cleaned_data)
        except Invalid as no:
            form.blame(no.problems)
        except Stale as no:
            form.add_error(None, f"{no} Saved now: {found.full_name}, {found.email}.")
            prefill(form, seen=people.details_sum(found))
        else:
            messages.success(request, "The details are saved.")
            return redirect("person", pk=pk)
    context = _context(found, form, title=f"Details of {found.full_name}", lead="", label="Save the details")
    return render(request, "people/form.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Closing an account, with a reason."""
    found = _found(request, pk)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        people.close_account(by=asker(request), user_id=pk, reason=form.cleaned_data["reason"])
        messages.success(request, f"The account of {found.full_name} is closed.")
        return redirect("person", pk=pk)
    context = _context(
        found,
        form,
        title=f"Close the account of {found.full_name}?",
        lead="They are signed out at once and can no longer sign in. What they recorded stays, with their name.",
        label="Close the account",
        tone="danger",
    )
    return render(request, "people/form.html", context, status=_status(form))


@require_POST
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Opens a closed account again."""
    found = _found(request, pk)
    people.reopen_account(by=asker(request), user_id=pk)
    messages.success(request, f"The account of {found.full_name} is open again.")
    return redirect("person", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Taking away a person's second step, after making sure who asks for it."""
    found = _found(request, pk)
    if request.method == "POST":
        people.reset_second_step(by=asker(request), user_id=pk)
        messages.success(request, f"{found.full_name} can set up a new second step now, and is told so.")
        return redirect("person", pk=pk)
    return render(request, "people/second_step.html", {"person": found, "crumbs": _crumbs(found.full_name)})


def _found(request: HttpRequest, pk: UUID) -> User:
    return get_object_or_404(visible_people(asker(request)), pk=pk)


def _crumbs(here: str) -> list[dict[str, str]]:
    return [{"label": "People", "url": reverse("people")}, {"label": here}]


def _status(form: RolesForm | DetailsForm | CloseForm) -> int:
    return 422 if form.errors else 200


def _context(found: User, form: object, **words: str) -> dict[str, object]:
    return {
        "person": found,
        "form": form,
        "back": reverse("person", args=[found.pk]),
        "crumbs": [*_crumbs(found.full_name)],
        **words,
    }
