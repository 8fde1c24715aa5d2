"""Learning contracts: proposing a version on the body map, reading any version, and signing as the party that one is."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation.exceptions import Invalid, NotAllowed, Stale
from accreditation.forms.keys import claim
from accreditation.forms.layout import prefill, show_problems
from accreditation.permissions import is_on_team, refusal
from accreditation.rules import regions
from accreditation.signing_in import guessing
from portfolios.enums import Party, SignatureState
from portfolios.forms.contracts import ContractForm, SignForm
from portfolios.models import LearningContract, Portfolio
from portfolios.permissions import check_mentor
from portfolios.presenters.contracts import team_before_signing
from portfolios.selectors import current_team, named_portfolios, visible_contracts
from portfolios.services import contracts
from portfolios.views.student import person


@require_http_methods(["GET", "HEAD", "POST"])
def contract_propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The next version: what the newest says, to be changed; it then waits for all three signatures."""
    user = person(request)
    found = get_object_or_404(named_portfolios(user), pk=pk)
    contracts.check_draft(user, found)
    last = found.contracts.order_by("-number").first()
    form = ContractForm(request.POST or None, initial=_as_it_is(last))
    status, stale = 200, ""
    if request.method == "POST":
        status = 422
        form.ask_again(request.POST)
        if form.is_valid():
            try:
                number = _draft(request, found, form)
                return redirect("contract", pk=pk, number=number)
            except Invalid as refused:
                form.ask_if_needed(refused)
                show_problems(form, refused)
            except Stale as refused:
                stale, status = str(refused), 409
                prefill(form, seen=str(getattr(refused.current, "number", 0)))
    context = {
        "form": form, "last": last, "stale": stale, "portfolio": found, "map": _places(form),
        "crumbs": [
            {"label": _whose(request, found), "url": reverse("portfolio", args=[pk])},
            {"label": "Learning contract", "url": ""},
        ],
    }  # fmt: skip
    return render(request, "portfolios/contract_propose.html", context, status=status)


@transaction.atomic
def _draft(request: HttpRequest, found: Portfolio, form: ContractForm) -> int:
    values = form.cleaned_data
    if not claim(values["form_key"], person(request)):  # the same press again: show what the first one made
        return int(found.contracts.order_by("-number").values_list("number", flat=True)[0])
    made = contracts.draft_contract(
        by=person(request), portfolio_id=found.pk, remit={*values["regions"], *values["extras"]},
        terms=values["terms"], identifier_reason=values["identifier_reason"], seen=values["seen"],
    )  # fmt: skip
    messages.success(request, f"Version {made.number} is written. It holds when all three have signed it.")
    return made.number


def _as_it_is(last: LearningContract | None) -> dict[str, Any]:
    if last is None:
        return {"seen": 0}
    held = set(regions.names(regions.expand((*last.remit, *last.group_terms))))
    return {
        "seen": last.number,
        "terms": last.terms,
        "regions": [code for code in regions.REGIONS if code in held],
        "extras": [code for code in regions.EXTRAS if code in held],
    }


def _places(form: ContractForm) -> list[dict[str, str]]:
    """Region → the id of its box in the list: a place on the body map is one more label of that box."""
    boxes = {str(box.data["value"]): str(box.data["attrs"]["id"]) for box in form["regions"].subwidgets}
    return [{"code": code.replace("_", "-"), "box": boxes[code]} for code in regions.REGIONS]


@require_safe
def contract(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """One version of a learning contract: its exact text, who signed, and a place to sign for whoever may."""
    found = _seen(request, pk, number)
    return render(request, "portfolios/contract.html", _contract_context(request, found, None))


@require_POST
def contract_sign(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Signs for the party that the person is, who confirms their sign-in with the password."""
    found = _seen(request, pk, number)
    until, taken = guessing.try_at_signature(person(request))
    if until:
        return guessing.later(
            request,
            until,
            "With a wrong password this was tried very often just now. Try again at %(clock)s.",
        )
    form = SignForm(request.POST, by=person(request))
    if form.is_valid():
        guessing.right(taken)
        values = dict(form.cleaned_data)
        del values["password"]
        try:
            contracts.sign_contract(by=person(request), contract_id=found.pk, **values)
            messages.success(request, "Signed. The signature is bound to exactly this text.")
            return redirect("contract", pk=pk, number=number)
        except Invalid as refused:
            show_problems(form, refused)
    return render(request, "portfolios/contract.html", _contract_context(request, found, form), status=422)


def _seen(request: HttpRequest, pk: UUID, number: int) -> LearningContract:
    chosen = visible_contracts(person(request)).select_related("portfolio__student__course__institution")
    return get_object_or_404(chosen, portfolio=pk, number=number)


def _whose(request: HttpRequest, found: Portfolio) -> str:
    mine = found.student.user_id == person(request).pk
    return "Your portfolio" if mine else found.student.full_name


def _contract_context(
    request: HttpRequest, found: LearningContract, form: SignForm | None
) -> dict[str, object]:
    party = _open_party(request, found)
    initial = {"party": party, "text_sha256": found.text_sha256}
    versions = list(found.portfolio.contracts.order_by("-number"))
    before = next((one for one in versions if one.number < found.number), None)
    signatures = list(found.signatures.all())
    signed = {one.party for one in signatures if one.state == SignatureState.VALID}
    newest = versions[0].number == found.number
    return {
        "contract": found,
        "lines": contracts.contract_text(found).splitlines(),
        "signatures": signatures,
        "complete": len(signed) == len(Party),
        "newest": newest,
        "asks": newest
        and found.portfolio.student.user_id == person(request).pk
        and current_team().filter(student=found.portfolio_id, mentor__user__isnull=True).exists(),
        "latest": versions[0],
        "before": before,
        "differences": contracts.differences(before, found) if before else (),
        "parties": [(code, label, code in signed) for code, label in Party.choices],
        "party": Party(party).label if party else "",
        "statement": contracts.STATEMENT[Party(party)] if party else "",
        "form": form or (SignForm(initial=initial, by=person(request)) if party else None),
        "mentors": team_before_signing(found, timezone.localdate()),
        "others": [one for one in versions if one.pk != found.pk],
        "cannot_propose": refusal(contracts.check_draft, person(request), found.portfolio),
        "crumbs": [
            {
                "label": _whose(request, found.portfolio),
                "url": reverse("portfolio", args=[found.portfolio_id]),
            },
            {"label": f"Learning contract, version {found.number}", "url": ""},
        ],
    }


def _open_party(request: HttpRequest, found: LearningContract) -> str:
    """For which party this person could sign now; empty for none."""
    user, student = person(request), found.portfolio.student
    signed = found.signatures.exclude(state=SignatureState.VOID)
    if student.user_id == user.pk:
        return "" if any(one.party == Party.STUDENT for one in signed) else Party.STUDENT
    try:
        mentor = check_mentor(user, found.portfolio)
        return "" if any(one.mentor_id == mentor.pk for one in signed) else Party.MENTOR
    except NotAllowed:
        pass
    if is_on_team(user, student.course) and not any(one.party == Party.INSTITUTION for one in signed):
        return Party.INSTITUTION
    return ""
