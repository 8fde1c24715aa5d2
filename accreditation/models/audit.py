"""The audit trail: append-only, chained by hash. Written through `accreditation.audit` and by nothing else."""

from django.db import models


class AuditEvent(models.Model):
    """One thing that happened. Plain columns, no foreign keys: the trail outlives what it tells of.

    The two names in it are bound by salted sums, so that a name can be taken away and the chain still holds. Events of
    before that (no sums) are bound by their words.
    """

    seq = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True, blank=True)
    actor = models.CharField(max_length=150)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    object_label = models.CharField(max_length=250, blank=True)
    payload = models.JSONField(default=dict)
    actor_salt = models.CharField(max_length=32, blank=True, default="", db_default="")
    actor_sum = models.CharField(max_length=64, blank=True, default="", db_default="")
    label_salt = models.CharField(max_length=32, blank=True, default="", db_default="")
    label_sum = models.CharField(max_length=64, blank=True, default="", db_default="")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("seq",)
        indexes = (
            models.Index(fields=("object_type", "object_id", "seq"), name="audit_by_object"),
            models.Index(fields=("actor_id", "seq"), name="audit_by_actor"),
        )
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"
