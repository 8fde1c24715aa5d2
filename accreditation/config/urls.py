"""All addresses. Each area keeps its own list."""

from django.contrib import admin
from django.urls import include, path

handler400 = "accreditation.views.errors.bad_request"
handler403 = "accreditation.views.errors.forbidden"
handler404 = "accreditation.views.errors.not_found"
handler500 = "accreditation.views.errors.server_error"

urlpatterns = [
    path("", include("accreditation.urls.home")),
    path("", include("accreditation.urls.pages")),
    path("", include("accreditation.urls.style")),
    path("", include("accreditation.urls.session")),
    path("", include("accreditation.urls.running")),
    path("runs/", include("accreditation.urls.runs")),
    path("tables/", include("accreditation.urls.tables")),
    path("notices/", include("accreditation.urls.notices")),
    path("submissions/", include("accreditation.urls.submissions")),
    path("submissions/<uuid:pk>/questions/", include("accreditation.urls.asked")),
    path("submissions/<uuid:pk>/conditions/", include("accreditation.urls.conditions")),
    path("submissions/<uuid:pk>/report/", include("accreditation.urls.replies")),
    path("events/", include("accreditation.urls.events")),
    path("reviews/", include("accreditation.urls.reviews")),
    path("monitoring/", include("accreditation.urls.monitoring")),
    path("decisions/", include("accreditation.urls.decisions")),
    path("letters/", include("accreditation.urls.letters")),
    path("verify/", include("accreditation.urls.public")),
    path("directory/", include("accreditation.urls.directory")),
    path("standard/", include("accreditation.urls.standard")),
    path("mentors/", include("mentors.urls")),
    path("portfolios/", include("portfolios.urls")),
    path("", include("accreditation.urls.accounts")),
    path("", include("accreditation.urls.held")),
    path("", include("portfolios.open_urls")),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
