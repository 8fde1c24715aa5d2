"""The Committee's decision, the conditions it set, and the letters that tell it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accreditation.enums import REMINDERS, BuildState, ConditionState, DecisionOutcome, LetterKind
from accreditation.models.base import Record, Versioned
from accreditation.models.submissions import Snapshot, Submission


class Decision(Record):
    """What the Committee decided about a submission. Decided once; a later one supersedes it with a reason."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="decisions")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=30, choices=DecisionOutcome)
    reasons = models.TextField(max_length=10_000)
    period_from = models.DateField(null=True, blank=True)
    period_to = models.DateField(null=True, blank=True)
    decided_on = models.DateField("date of the Committee's meeting")
    meeting = models.ForeignKey(
        "accreditation.Meeting", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    minutes = models.JSONField(
        default=dict,
        blank=True,
        help_text="Who was present, who took no part, and the quorum, as frozen: accreditation.committee.",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions"
    )
    signed_name = models.CharField("name as typed by the chair", max_length=150)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    superseded = models.BooleanField(default=False)
    supersession_reason = models.TextField(blank=True, max_length=2000)
    capsule = models.JSONField(
        null=True,
        blank=True,
        help_text="Everything needed to replay the decision: accreditation.rules.capsule.",
    )
    capsule_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("submission",),
                condition=Q(superseded=False),
                name="decision_one_current_per_submission",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=DecisionOutcome.values), name="decision_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=(DecisionOutcome.ACCREDIT, DecisionOutcome.ACCREDIT_WITH_CONDITIONS),
                    period_from__isnull=False,
                    period_to__isnull=False,
                    period_to__gt=F("period_from"),
                )
                | Q(
                    outcome__in=(DecisionOutcome.DEFER, DecisionOutcome.REFUSE),
                    period_from__isnull=True,
                    period_to__isnull=True,
                ),
                name="decision_period_if_and_only_if_accredited",
            ),
        )

    def __str__(self) -> str:
        return f"{self.submission}: {self.get_outcome_display()}"


class Condition(Versioned):
    """A condition that the Committee set: what must be done, for which clause, by when, and how it stands."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    number = models.PositiveIntegerField()
    clause = models.CharField(max_length=10)
    text = models.TextField(max_length=5000)
    satisfied_when = models.TextField("what would satisfy it", blank=True, max_length=2000)
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=ConditionState, default=ConditionState.OPEN)
    rules_decide = models.BooleanField(
        "the rules can see when it is met",
        default=False,
        help_text="New data of the course are held against the clause; a person closes it all the same.",
    )
    ready_on = models.DateField("the rules found the clause met on", null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("decision", "number")
        constraints = (
            models.UniqueConstraint(fields=("decision", "number"), name="condition_number_once_per_decision"),
            models.CheckConstraint(
                condition=Q(state__in=ConditionState.values), name="condition_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ConditionState.CLOSED, closed_on__isnull=False, closed_by__isnull=False)
                | (~Q(state=ConditionState.CLOSED) & Q(closed_on__isnull=True, closed_by__isnull=True)),
                name="condition_closed_by_whom_and_when",
            ),
        )

    def __str__(self) -> str:
        return f"Condition {self.number} of {self.decision}"


class Letter(Record):
    """One letter, report or certificate as PDF: its frozen content, then the file's sum.

    It is issued when it is built and everybody whose approval it needs has given it (`approved_at`). An issued letter never
    changes; a correction is a new letter that `supersedes` the old. One that is not issued can be made anew, which counts
    `revision` up and voids what was approved. `occasion` tells reminders of one kind apart: the day they were made.
    A letter is about a decision; one on a withdrawn application is about the `submission`, for there is no decision.
    """

    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="letters"
    )
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="letters"
    )
    kind = models.CharField(max_length=20, choices=LetterKind)
    number = models.CharField(max_length=30, unique=True)
    content = models.JSONField(help_text="The frozen content: accreditation.letters.content.")
    occasion = models.CharField(max_length=20, blank=True, default="")
    template = models.CharField("text it is written with", max_length=40, blank=True, default="")
    template_version = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField(default=1)
    approved_at = models.DateTimeField("approved by everybody whose approval it needs", null=True, blank=True)
    state = models.CharField(max_length=10, choices=BuildState, default=BuildState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    failure = models.TextField("why it could not be built", blank=True, max_length=2000)
    sha256 = models.CharField("sum of the file", max_length=64, blank=True)
    unsigned_sha256 = models.CharField("sum before sealing", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("size in bytes", null=True, blank=True)
    sealed = models.BooleanField(default=False)
    built_at = models.DateTimeField(null=True, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    superseded = models.BooleanField(default=False)
    supersession_reason = models.TextField(blank=True, max_length=2000)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("decision", "kind"),
                condition=Q(superseded=False) & ~Q(kind__in=REMINDERS),
                name="letter_one_current_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=("decision", "kind", "occasion"),
                condition=Q(superseded=False, kind__in=REMINDERS),
                name="letter_one_reminder_of_a_kind_a_day",
            ),
            models.UniqueConstraint(
                fields=("submission", "kind"),
                condition=Q(superseded=False),
                name="letter_one_current_without_decision",
            ),
            models.CheckConstraint(
                condition=Q(kind=LetterKind.WITHDRAWAL, decision__isnull=True, submission__isnull=False)
                | (~Q(kind=LetterKind.WITHDRAWAL) & Q(decision__isnull=False, submission__isnull=True)),
                name="letter_about_a_decision_or_a_withdrawal",
            ),
            models.CheckConstraint(condition=Q(state__in=BuildState.values), name="letter_state_known"),
            models.CheckConstraint(condition=Q(kind__in=LetterKind.values), name="letter_kind_known"),
            models.CheckConstraint(
                condition=(
                    Q(state=BuildState.BUILT) & ~Q(sha256="") & Q(size__isnull=False, built_at__isnull=False)
                )
                | (~Q(state=BuildState.BUILT) & Q(sha256="", size__isnull=True, built_at__isnull=True)),
                name="letter_built_has_its_file",
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def case(self) -> Submission:
        """The case that the letter belongs to."""
        found = self.decision.submission if self.decision else self.submission
        assert found is not None  # noqa: S101 (the table holds it)
        return found

    @property
    def outcome(self) -> str:
        """The outcome that it tells; empty where nothing was decided."""
        return str(self.decision.outcome) if self.decision else ""

    @property
    def issued(self) -> bool:
        """Whether it is built and approved: from then on it may have been read by anybody it is for."""
        return self.state == BuildState.BUILT and self.approved_at is not None


ISSUED = Q(state=BuildState.BUILT, approved_at__isnull=False)
"""Letters that are issued, for queries."""


def of_case(submission: Submission) -> Q:
    """The letters of one case, for queries: about a decision on it, or about its withdrawal."""
    return Q(decision__submission=submission) | Q(submission=submission)
