"""The floor for pages: the least that a page from the same gunicorn, Python, Django and PostgreSQL can be.

One template of two lines and one query; no session, no person, no middleware. Its settings are in this file.
"""

import os
from typing import Any

import dj_database_url
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

if os.environ.get("DJANGO_SETTINGS_MODULE") == __name__:  # when Django reads this file as its settings
    SECRET_KEY = os.environ["DJANGO_SECRET_KEY"]
    ALLOWED_HOSTS = ["127.0.0.1"]
    ROOT_URLCONF = __name__
    DATABASES: dict[str, Any] = {
        "default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=600)
    }
    TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {
                "floor.html": "<!doctype html><title>Floor</title><h1>{{ title }}</h1><p>{{ number }} courses.</p>"
            })]},
        }
    ]  # fmt: skip


def floor(request: HttpRequest) -> HttpResponse:
    """The page."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accreditation_institution")
        number = cursor.fetchone()[0]
    return render(request, "floor.html", {"title": "Floor", "number": number})


urlpatterns = [path("floor/", floor)]


def application(*arguments: Any) -> Any:
    """What gunicorn calls."""
    return _made()(*arguments)


_kept: list[Any] = []


def _made() -> Any:
    if not _kept:
        _kept.append(get_wsgi_application())
    return _kept[0]
