"""The fallback administration, behind the one sign-in: it has no sign-in and no change of password of its own."""

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


class CaseAdminSite(AdminSite):
    """Who may open it, says the access table (`accreditation.access`); the guard asks it, and for the second step."""

    site_header = site_title = "CASE Accreditation: rows as they are stored"
    index_title = "Tables"

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """To the one sign-in, whoever asks."""
        return redirect_to_login(request.GET.get("next", "/admin/"), login_url="account_login")

    def password_change(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:  # type: ignore[override]
        """To the one page for it."""
        return redirect("account_change_password")
