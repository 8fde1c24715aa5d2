"""Addresses of the mentor register, under /mentors/."""

from django.urls import URLPattern, path

from mentors.views import (
    confirming,
    entries,
    imports,
    listing,
    office,
    placements,
    reading,
    shortages,
    writing,
)

urlpatterns: list[URLPattern] = [
    path("", reading.mentors, name="mentors"),
    path("add/", writing.mentor_add, name="mentor_add"),
    path("propose/", entries.mentor_propose, name="mentor_propose"),
    path("mine/", reading.mentor_mine, name="mentor_mine"),
    path("confirm/<str:text>/", confirming.mentor_link, name="mentor_link"),
    path("to-look-at/", office.mentor_office, name="mentor_office"),
    path("capacity/", office.mentor_capacity, name="mentor_capacity"),
    path("files/", imports.mentor_imports, name="mentor_imports"),
    path("files/<uuid:pk>/", imports.mentor_import, name="mentor_import"),
    path("files/<uuid:pk>/take-over/", imports.mentor_import_apply, name="mentor_import_apply"),
    path("files/<uuid:pk>/look-again/", imports.mentor_import_again, name="mentor_import_again"),
    path("files/<uuid:pk>/take-back/", imports.mentor_import_undo, name="mentor_import_undo"),
    path("mentors.<str:form>", imports.mentor_export, name="mentor_export"),
    path("shortages/", shortages.shortages, name="shortages"),
    path("shortages/claim/<uuid:course>/", shortages.shortage_claim, name="shortage_claim"),
    path("shortages/<uuid:pk>/", shortages.shortage, name="shortage"),
    path("shortages/<uuid:pk>/decide/", shortages.shortage_decide, name="shortage_decide"),
    path("shortages/<uuid:pk>/end/", shortages.shortage_end, name="shortage_end"),
    path("remarks/<uuid:remark>/settle/", entries.mentor_remark_settle, name="mentor_remark_settle"),
    path("<uuid:pk>/", reading.mentor, name="mentor"),
    path("<uuid:pk>/confirm/", reading.mentor_confirm, name="mentor_confirm"),
    path("<uuid:pk>/address/", confirming.mentor_address, name="mentor_address"),
    path("<uuid:pk>/remark/", entries.mentor_remark, name="mentor_remark"),
    path("<uuid:pk>/correct/", entries.mentor_correct, name="mentor_correct"),
    path("<uuid:pk>/accept/", listing.mentor_accept, name="mentor_accept"),
    path("<uuid:pk>/leave/", listing.mentor_leave, name="mentor_leave"),
    path("<uuid:pk>/return/", listing.mentor_return, name="mentor_return"),
    path("<uuid:pk>/consent/", listing.mentor_consent, name="mentor_consent"),
    path("<uuid:pk>/consent/withdrawn/", listing.mentor_consent_end, name="mentor_consent_end"),
    path("<uuid:pk>/reminders/", office.mentor_reminders, name="mentor_reminders"),
    path("<uuid:pk>/files/<int:number>/", entries.mentor_document, name="mentor_document"),
    path("<uuid:pk>/qualifications/add/", writing.mentor_qualification_add, name="mentor_qualification_add"),
    path(
        "<uuid:pk>/qualifications/<uuid:row>/correct/",
        writing.mentor_qualification_correct,
        name="mentor_qualification_correct",
    ),
    path(
        "<uuid:pk>/qualifications/<uuid:row>/file/", entries.mentor_document_add, name="mentor_document_add"
    ),
    path("<uuid:pk>/remit/", writing.mentor_remit, name="mentor_remit"),
    path("<uuid:pk>/break/", writing.mentor_break, name="mentor_break"),
    path("<uuid:pk>/work/", entries.mentor_employment_add, name="mentor_employment_add"),
    path(
        "<uuid:pk>/<str:kind>/<uuid:row>/correct/",
        entries.mentor_period_correct,
        name="mentor_period_correct",
    ),
    path("<uuid:pk>/place/", placements.mentor_place, name="mentor_place"),
    path("<uuid:pk>/place/<uuid:row>/end/", placements.mentor_place_end, name="mentor_place_end"),
    path("<uuid:pk>/look-up/", writing.mentor_check, name="mentor_check"),
]
