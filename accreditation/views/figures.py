"""The page of figures over all cases, for officers and the Committee."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accreditation import figures as counted
from accreditation import permissions
from accreditation.presenters import figures as drawn
from accreditation.roles import CHAIR, COMMITTEE, OFFICER
from accreditation.rules.standards import EDITIONS
from accreditation.views.asking import person


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Open cases by stage and age, outcomes by clause over the years, and agreement between assessors: three queries."""
    user = person(request)
    permissions.need_role(user, OFFICER, CHAIR, COMMITTEE)
    clauses = EDITIONS[settings.STANDARD].clauses
    context = {
        "stages": drawn.stages(counted.standings(user)),
        "outcomes": drawn.outcomes(clauses, counted.outcomes(user)),
        "agreement": drawn.agreement(counted.pairs(user)),
    }
    return render(request, "office/figures.html", context)
