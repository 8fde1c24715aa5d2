"""Addresses of what all tables share."""

from django.urls import URLPattern, path

from accreditation.views import tables

urlpatterns: list[URLPattern] = [
    path("<slug:table>/views/", tables.table_view_keep, name="table_view_keep"),
    path("views/<uuid:pk>/remove/", tables.table_view_drop, name="table_view_drop"),
]
