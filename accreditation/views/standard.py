"""The standard, for everyone: each statement word for word, its clauses, and how each is decided.

All of it is drawn from the edition's data and the rules' own docstrings, so that the page cannot drift from the code.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accreditation.presenters.kinds import kinds
from accreditation.questions import QUESTIONS
from accreditation.rules.guide import guide
from accreditation.rules.standards import EDITIONS


def standard(request: HttpRequest) -> HttpResponse:
    """The five statements of the edition in force."""
    return render(request, "standard/index.html", {"edition": EDITIONS[settings.STANDARD]})


def statement(request: HttpRequest, statement: str) -> HttpResponse:
    """One statement with its clauses; 404 for an id that the edition does not have."""
    edition = EDITIONS[settings.STANDARD]
    told = guide(edition)
    place = next((n for n, one in enumerate(told) if one.id == statement.upper()), None)
    if place is None:
        raise Http404
    context = {
        "edition": edition,
        "statement": told[place],
        "clauses": [(clause, QUESTIONS[clause.id]) for clause in told[place].clauses],
        "number": f"Position statement {place + 1}",
        "previous": told[place - 1] if place else None,
        "next": told[place + 1] if place + 1 < len(told) else None,
    }
    return render(request, "standard/statement.html", context)


@login_required
@require_safe
def application_kinds(request: HttpRequest) -> HttpResponse:
    """Each kind of application with its clauses, timeline and documents, from the data that the cases run on."""
    context = {"kinds": list(kinds()), "total": len(EDITIONS[settings.STANDARD].clauses)}
    return render(request, "standard/kinds.html", context)
