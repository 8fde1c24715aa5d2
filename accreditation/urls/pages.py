from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from accreditation.views import employers


def _page(route: str, title: Promise, lead: Promise | str = "") -> URLPattern:
    view = TemplateView.as_view(
        template_name=f"pages/{route}.html", extra_context={"title": title, "lead": lead}
    )
    return path(f"{route}/", view, name=route)


urlpatterns = [
    path("for-employers/", employers.employers, name="employers"),
    path("for-employers/leaf/", employers.employers_leaf, name="employers_leaf"),
    _page("accessibility", _("Accessibility of this service")),
    _page("privacy", _("Privacy"), _("What this service keeps about people, why, and who can see it.")),
    _page("about", _("Who runs this service")),
]
