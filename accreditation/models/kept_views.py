"""A table's filters, order and columns that a person keeps under a name."""

from django.conf import settings
from django.db import models

from accreditation.models.base import Record


class KeptView(Record):
    """One way to look at one table. `query` is the query string of the table's page; `table` the table's code."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kept_views")
    table = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("user", "table", "name"), name="kept_view_name_once_per_person_and_table"
            ),
        )

    def __str__(self) -> str:
        return self.name
