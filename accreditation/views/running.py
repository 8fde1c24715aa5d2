"""Is it running? Two addresses for machines, one page for officers."""

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accreditation import files, permissions, running
from accreditation.roles import OFFICER
from accreditation.views.asking import person


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Whether the process answers at all."""
    return JsonResponse({"live": True})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether pages can be served: database and store. 503 names what is not there. Redis may be down: work goes on."""
    missing = [name for name, there in (("database", _database()), ("store", _store())) if not there]
    return JsonResponse({"ready": not missing, "missing": missing}, status=503 if missing else 200)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _store() -> bool:
    try:
        return files.can_write()
    except OSError:
        return False


@login_required
@require_safe
def system(request: HttpRequest) -> HttpResponse:
    """What is late or failed, for officers."""
    permissions.need_role(person(request), OFFICER)
    lines = running.lines()
    context = {"lines": lines, "wrong": sum(line.wrong for line in lines)}
    return render(request, "office/running.html", context)
