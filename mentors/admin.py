"""The fallback for officers with technical rights: the register's own pages are the way to change it.

Rows with two times are shown and never changed here: a correction adds a row, which only the services do.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from mentors import models


class ReadOnly(admin.ModelAdmin):
    """Shows rows and refuses to add, change or delete them."""

    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class OfMentor(ReadOnly):
    """Rows that belong to a mentor."""

    search_fields = ("mentor__full_name", "mentor__number")
    list_select_related = ("mentor",)

    def get_list_display(self, request: HttpRequest) -> Any:
        held = {field.name for field in self.model._meta.fields}
        wanted = ("since", "until", "known_from", "known_until", "on", "due", "state", "created_at")
        return ("__str__", "mentor", *(name for name in wanted if name in held))


@admin.register(models.Mentor)
class MentorAdmin(ReadOnly):
    list_display = ("number", "full_name", "body", "registration_number", "state", "confirmed_on")
    list_filter = ("state", "body")
    search_fields = ("full_name", "number", "registration_number")


@admin.register(models.Shortage)
class ShortageAdmin(ReadOnly):
    list_display = ("course", "number", "status", "area", "since", "until", "ended_on", "decided_by")
    list_filter = ("status", "area")
    list_select_related = ("course__institution", "decided_by")


@admin.register(models.Import)
class ImportAdmin(ReadOnly):
    list_display = ("name", "by", "state", "created_at", "applied_at", "undone_at")
    list_filter = ("state",)
    list_select_related = ("by",)


@admin.register(
    models.AddressCheck,
    models.Break,
    models.Confirmation,
    models.Consent,
    models.Document,
    models.Employment,
    models.FormerEntry,
    models.Listing,
    models.Placement,
    models.Qualification,
    models.RegisterCheck,
    models.Remark,
    models.Reminder,
    models.RemitPeriod,
)
class RowAdmin(OfMentor):
    pass
