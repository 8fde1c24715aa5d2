"""Addresses of a person's notices and of what they are told by e-mail."""

from django.urls import path

from accreditation.views import notices as views
from accreditation.views import sent

urlpatterns = [
    path("", views.notices, name="notices"),
    path("read/", views.read_all, name="notices_read"),
    path("<uuid:pk>/read/", views.read_one, name="notice_read"),
    path("sent/", sent.sent, name="sent_messages"),
    path("sent/portfolios/again/", sent.hidden_again, name="sent_hidden_again"),
    path("sent/<uuid:pk>/", sent.one, name="sent_message"),
    path("sent/<uuid:pk>/html/", sent.as_html, name="sent_message_html"),
    path("sent/<uuid:pk>/again/", sent.again, name="sent_message_again"),
    path("by-e-mail/", views.choice, name="mail_choice"),
]
