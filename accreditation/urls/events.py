"""Addresses of the events of cases."""

from django.urls import path

from accreditation.views import events as views

urlpatterns = [
    path("for/<uuid:pk>/", views.propose, name="event_propose"),
    path("<uuid:pk>/", views.event, name="event"),
    path("<uuid:pk>/calendar/", views.event_file, name="event_file"),
    path("<uuid:pk>/answer/", views.answer, name="event_answer"),
    path("<uuid:pk>/agree/", views.agree, name="event_agree"),
    path("<uuid:pk>/change/", views.change, name="event_change"),
    path("<uuid:pk>/call-off/", views.call_off, name="event_call_off"),
]
