"""Pages for everybody, without an account."""

from django.urls import URLPattern, path

from accreditation.views import verify

urlpatterns: list[URLPattern] = [
    path("", verify.verify, name="verify"),
    path("<str:number>/<str:check>/", verify.verify_letter, name="verify_letter"),
]
