"""The living style page: every component in all its states. Only in the demo world and while debugging."""

from django.conf import settings
from django.urls import URLPattern, path

from accreditation.views import style

urlpatterns: list[URLPattern] = (
    [path("style/", style.style_page, name="style")] if settings.DEMO or settings.DEBUG else []
)
