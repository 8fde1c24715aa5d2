"""Addresses of the mentor register, under /mentors/."""

from django.urls import URLPattern, path

from mentors.views import reading, writing

urlpatterns: list[URLPattern] = [
    path("", reading.mentors, name="mentors"),
    path("add/", writing.mentor_add, name="mentor_add"),
    path("mine/", reading.mentor_mine, name="mentor_mine"),
    path("<uuid:pk>/", reading.mentor, name="mentor"),
    path("<uuid:pk>/confirm/", reading.mentor_confirm, name="mentor_confirm"),
    path("<uuid:pk>/qualifications/add/", writing.mentor_qualification_add, name="mentor_qualification_add"),
    path(
        "<uuid:pk>/qualifications/<uuid:row>/correct/",
        writing.mentor_qualification_correct,
        name="mentor_qualification_correct",
    ),
    path("<uuid:pk>/remit/", writing.mentor_remit, name="mentor_remit"),
    path("<uuid:pk>/break/", writing.mentor_break, name="mentor_break"),
    path("<uuid:pk>/look-up/", writing.mentor_check, name="mentor_check"),
]
