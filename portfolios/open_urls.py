"""Addresses for people without an account: a passport behind its link, a mentor who signs behind theirs.

The last part of a link is secret: `accreditation.config.logs` keeps it out of every log.
"""

from django.urls import URLPattern, path

from portfolios.views import presented, signing

urlpatterns: list[URLPattern] = [
    path("passport/shown/<uuid:passport>/", presented.passport_shown, name="passport_shown"),
    path(
        "passport/shown/<uuid:passport>/presented/", presented.passport_presented, name="passport_presented"
    ),
    path("passport/shown/<uuid:passport>/file/", presented.passport_paper, name="passport_paper"),
    path("passport/<str:token>/", presented.passport_open, name="passport_open"),
    path("signing/at/<uuid:link>/", signing.signing_home, name="signing"),
    path("signing/at/<uuid:link>/scans/<int:number>/", signing.signing_scan, name="signing_scan"),
    path("signing/at/<uuid:link>/contract/", signing.signing_contract, name="signing_contract"),
    path("signing/at/<uuid:link>/done/", signing.signing_finish, name="signing_finish"),
    path("signing/was-it-you/<uuid:session>/", signing.signed_answer, name="signed"),
    path("signing/list/<str:token>/", signing.signed_open, name="signed_open"),
    path("signing/<str:token>/", signing.signing_open, name="signing_open"),
]
