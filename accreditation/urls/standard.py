from django.urls import path

from accreditation.views import standard

urlpatterns = [
    path("", standard.standard, name="standard"),
    path("kinds/", standard.application_kinds, name="application_kinds"),
    path("<slug:statement>/", standard.statement, name="standard_statement"),
]
