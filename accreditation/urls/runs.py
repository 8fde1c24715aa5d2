"""Addresses of national runs: the list, one run, what it found about one course or case, and how one is started."""

from django.urls import path

from accreditation.views import runs as views
from accreditation.views import runs_starting as starting

urlpatterns = [
    path("", views.runs, name="runs"),
    path("recheck/", starting.recheck, name="run_recheck"),
    path("edition/", starting.impact, name="run_impact"),
    path("letters/", starting.letters, name="run_letters"),
    path("<uuid:pk>/", views.run, name="run"),
    path("<uuid:pk>/state/", views.state, name="run_state"),
    path("<uuid:pk>/stop/", starting.stop, name="run_stop"),
    path("<uuid:pk>/again/", starting.again, name="run_again"),
    path("<uuid:pk>/<int:line>/", views.line, name="run_line"),
]
