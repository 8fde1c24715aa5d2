"""Invitations, the teams of courses, and the office's page of people."""

from django.urls import URLPattern, path

from accreditation.views import invitations

urlpatterns: list[URLPattern] = [
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
]
