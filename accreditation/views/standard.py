"""The standard, for everyone: each statement word for word, its clauses, and how each is decided.

All of it is drawn from the edition's data and the rules' own docstrings, so that the page cannot drift from the code.
"""

from inspect import getdoc

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accreditation.rules.evaluate import BOUND
from accreditation.rules.standards import EDITIONS


def standard(request: HttpRequest) -> HttpResponse:
    """The five statements of the edition in force."""
    return render(request, "standard/index.html", {"edition": EDITIONS[settings.STANDARD]})


def statement(request: HttpRequest, statement: str) -> HttpResponse:
    """One statement with its clauses; 404 for an id that the edition does not have."""
    edition = EDITIONS[settings.STANDARD]
    places = {one.id: place for place, one in enumerate(edition.statements)}
    place = places.get(statement.upper())
    if place is None:
        raise Http404
    shown = edition.statements[place]
    how = {clause.id: getdoc(rule) or "" for clause, rule in BOUND[edition.name]}
    clauses = [
        {
            "id": clause.id,
            "label": clause.label,
            "quote": clause.quote,
            "decided": clause.decided,
            "force": clause.force.value,
            "origin": clause.origin.value,
            "subject": clause.subject.value,
            "how": how[clause.id],
            "settings": [one for one in edition.settings if one.clause == clause.id],
        }
        for clause in edition.clauses
        if clause.statement == shown.id
    ]
    context = {
        "edition": edition,
        "statement": shown,
        "number": f"Position statement {place + 1}",
        "clauses": clauses,
        "previous": edition.statements[place - 1] if place else None,
        "next": edition.statements[place + 1] if place + 1 < len(edition.statements) else None,
    }
    return render(request, "standard/statement.html", context)
