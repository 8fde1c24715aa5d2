"""The public directory of accredited courses, without an account."""

from django.urls import URLPattern, path

from accreditation.views import directory

urlpatterns: list[URLPattern] = [
    path("", directory.directory, name="directory"),
    path("courses.csv", directory.as_csv, name="directory_csv"),
    path("courses.json", directory.as_json, name="directory_json"),
    path("schema.json", directory.schema, name="directory_schema"),
    path("<slug:reference>/", directory.course, name="directory_course"),
]
