"""How allauth behaves here: accounts are made by CASE's officers, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """No sign-up: an officer or a course leader invites people."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always False."""
        return False
