"""How a condition is followed up: the course's answers, the assessors' views of them, and what CASE did with it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.enums import ConditionStep, ConditionVerdict, PanelRole
from accreditation.models.base import Record, Versioned
from accreditation.models.decisions import Condition
from accreditation.models.submissions import Evidence


class ConditionAnswer(Versioned):
    """One answer of the course to a condition: a draft that the team edits, then sent, which never changes again.

    An answer that CASE gave back is followed by another one with the next number. `sha256` is the sum of what was sent:
    the text and the files cited with their own sums.
    """

    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True, max_length=20_000)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("condition", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("condition", "number"), name="condition_answer_number_once_per_condition"
            ),
            models.UniqueConstraint(
                fields=("condition",), condition=Q(sent_at__isnull=True), name="condition_answer_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True, sha256="")
                | (Q(sent_at__isnull=False, sent_by__isnull=False) & ~Q(sha256="") & ~Q(text="")),
                name="condition_answer_sent_whole",
            ),
        )

    def __str__(self) -> str:
        return f"Answer {self.number} to {self.condition}"


class ConditionCitation(Record):
    """From an answer to a file of the submission's library, with the pages meant (as `Citation`)."""

    answer = models.ForeignKey(ConditionAnswer, on_delete=models.PROTECT, related_name="citations")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="condition_citations")
    pages = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("evidence__number", "pages")
        constraints = (
            models.UniqueConstraint(
                fields=("answer", "evidence", "pages"), name="condition_citation_once_per_answer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.evidence}, {self.pages}" if self.pages else str(self.evidence)


class ConditionView(Versioned):
    """What one assessor thinks of an answer that was sent. The course reads `words` once CASE has acted on them; `private`
    it never reads.
    """

    answer = models.ForeignKey(ConditionAnswer, on_delete=models.PROTECT, related_name="views")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=PanelRole)
    verdict = models.CharField(max_length=20, choices=ConditionVerdict)
    words = models.TextField("words for the course", blank=True, max_length=5000)
    private = models.TextField("words for CASE only", blank=True, max_length=5000)

    class Meta:
        ordering = ("answer", "-role")
        constraints = (
            models.UniqueConstraint(fields=("answer", "by"), name="condition_view_once_per_person"),
            models.CheckConstraint(
                condition=Q(verdict__in=ConditionVerdict.values), name="condition_view_verdict_known"
            ),
            models.CheckConstraint(condition=Q(role__in=PanelRole.values), name="condition_view_role_known"),
        )

    def __str__(self) -> str:
        return f"{self.by} on {self.answer}: {self.get_verdict_display()}"


class ConditionEvent(Record):
    """What CASE did with a condition, closed it, gave an answer back, moved its day, said it lapsed."""

    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="events")
    answer = models.ForeignKey(
        ConditionAnswer, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    step = models.CharField(max_length=10, choices=ConditionStep)
    reason = models.TextField(blank=True, max_length=5000)
    due_before = models.DateField(null=True, blank=True)
    due_after = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(step__in=ConditionStep.values), name="condition_event_step_known"
            ),
            models.CheckConstraint(
                condition=Q(step=ConditionStep.CLOSED) | ~Q(reason=""), name="condition_event_has_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.condition}: {self.get_step_display()}"
