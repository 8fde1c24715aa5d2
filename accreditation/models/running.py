"""How the system itself is running: when each of its parts was last heard of, and what it found."""

from django.db import models


class Pulse(models.Model):
    """The last word of one part: worker, beat, backup, a nightly check. `faults` is what it found wrong."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    faults = models.PositiveIntegerField(default=0)
    words = models.CharField(max_length=500, blank=True)

    class Meta:
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.name
