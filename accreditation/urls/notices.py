"""Addresses of a person's notices and of what they are told by e-mail."""

from django.urls import path

from accreditation.views import notices as views

urlpatterns = [
    path("", views.notices, name="notices"),
    path("read/", views.read_all, name="notices_read"),
    path("<uuid:pk>/read/", views.read_one, name="notice_read"),
    path("by-e-mail/", views.choice, name="mail_choice"),
]
