"""The panel's work on a submission: who assesses it, what each judged, what they agreed, and their report."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.enums import ConflictKind, InvitationState, JudgementOutcome, PanelRole, ReportItemKind
from accreditation.models.base import Record, Versioned
from accreditation.models.submissions import Snapshot, Submission

LIVE = (InvitationState.INVITED, InvitationState.WAITING, InvitationState.ACCEPTED)


class Assignment(Record):
    """One person's place on the panel of a submission.

    `asks_course`: the course, too, declares whether it has a conflict with this person, and until it has, the place of
    somebody who accepted is "waiting", which opens nothing. Places of before that was asked are without it.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=10, choices=PanelRole)
    state = models.CharField(max_length=10, choices=InvitationState, default=InvitationState.INVITED)
    reason = models.TextField("reason for declining or removal", blank=True, max_length=2000)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    asks_course = models.BooleanField("the course declares its interests, too", default=False)
    course_declared_at = models.DateTimeField(null=True, blank=True)
    course_declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField("independent judgement finished", null=True, blank=True)

    class Meta:
        ordering = ("submission", "role")
        constraints = (
            models.UniqueConstraint(
                fields=("submission", "role"),
                condition=Q(state__in=LIVE, role__in=(PanelRole.LEAD, PanelRole.CO)),
                name="assignment_one_lead_one_co",
            ),
            models.UniqueConstraint(
                fields=("submission", "user"),
                condition=Q(state__in=LIVE),
                name="assignment_person_once_per_panel",
            ),
            models.CheckConstraint(condition=Q(role__in=PanelRole.values), name="assignment_role_known"),
            models.CheckConstraint(
                condition=Q(state__in=InvitationState.values), name="assignment_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"


class Conflict(Record):
    """A declared conflict of interest between a person and an institution, with what the office decided about it.

    `blocks` is null until an officer decides; an undecided conflict blocks.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conflicts")
    institution = models.ForeignKey(
        "accreditation.Institution", on_delete=models.PROTECT, related_name="conflicts"
    )
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="conflicts"
    )
    kind = models.CharField(max_length=20, choices=ConflictKind)
    description = models.TextField(blank=True, max_length=2000)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    blocks = models.BooleanField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField("reason of the decision", blank=True, max_length=2000)
    recusal = models.BooleanField(
        "a member of the Committee takes no part in this case, or was found free to", default=False
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(blocks__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
                | Q(blocks__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="conflict_decided_by_whom_and_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} and {self.institution}: {self.get_kind_display()}"


class Judgement(Versioned):
    """One assessor's own judgement of one clause, before and independent of the other's."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="judgements")
    clause = models.CharField(max_length=10)
    outcome = models.CharField(max_length=20, choices=JudgementOutcome, null=True, blank=True)
    comment = models.TextField("comment for the course", blank=True, max_length=10_000)
    private_comment = models.TextField("comment for CASE only", blank=True, max_length=10_000)
    finding = models.CharField("the rules' outcome that was beside it", max_length=20, blank=True)
    reason = models.TextField("why the judgement differs from the rules", blank=True, max_length=5000)

    class Meta:
        ordering = ("assignment", "clause")
        constraints = (
            models.UniqueConstraint(fields=("assignment", "clause"), name="judgement_once_per_clause"),
            models.CheckConstraint(
                condition=Q(outcome__isnull=True) | Q(outcome__in=JudgementOutcome.values),
                name="judgement_outcome_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.assignment} on {self.clause}"


class AgreedJudgement(Versioned):
    """What lead and co-assessor agreed about a clause after both had judged; a dissent stays on record."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="agreed_judgements")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="agreed_judgements")
    clause = models.CharField(max_length=10)
    outcome = models.CharField(max_length=20, choices=JudgementOutcome)
    comment = models.TextField("comment for the course", blank=True, max_length=10_000)
    dissent = models.TextField("dissent on record", blank=True, max_length=5000)
    finding = models.CharField("the rules' outcome that was beside it", max_length=20, blank=True)
    reason = models.TextField("why the judgement differs from the rules", blank=True, max_length=5000)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("submission", "clause")
        constraints = (
            models.UniqueConstraint(fields=("snapshot", "clause"), name="agreed_judgement_once_per_clause"),
            models.CheckConstraint(
                condition=Q(outcome__in=JudgementOutcome.values), name="agreed_judgement_outcome_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.submission} {self.clause}: {self.get_outcome_display()}"


class AgreedDraft(Versioned):
    """What lead and co-assessor typed about a clause on the way to agreeing it, saved by itself. It counts nowhere: only
    agreeing makes a judgement of it, and the row then holds what was agreed, so that its version only ever rises.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="agreed_drafts")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="agreed_drafts")
    clause = models.CharField(max_length=10)
    outcome = models.CharField(max_length=20, choices=JudgementOutcome, blank=True)
    comment = models.TextField("comment for the course", blank=True, max_length=10_000)
    dissent = models.TextField("dissent on record", blank=True, max_length=5000)
    reason = models.TextField("why the judgement differs from the rules", blank=True, max_length=5000)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("snapshot", "clause"), name="agreed_draft_once_per_clause"),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=JudgementOutcome.values),
                name="agreed_draft_outcome_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.submission} {self.clause}: not agreed yet"

    def says(self, other: "AgreedDraft | AgreedJudgement") -> bool:
        """Whether both hold the same judgement in the same words."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("outcome", "comment", "dissent", "reason")
        )


class PanelReport(Versioned):
    """The panel's report to the Committee, written by the lead assessor and signed by both.

    Its later steps are dates: once signed, its conditions are calibrated with the Committee (by `calibrate_by`, done at
    `calibrated_at`); then the course has it (`released_at`) and can correct facts until `reply_due_on`, unless its leader
    says earlier that there is nothing more (`reply_ended_at`) or the chair goes on with a reason (`went_on_at`).
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reports")
    snapshot = models.OneToOneField(Snapshot, on_delete=models.PROTECT, related_name="panel_report")
    summary = models.TextField(blank=True, max_length=20_000)
    lead_signed_at = models.DateTimeField(null=True, blank=True)
    lead_signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    co_signed_at = models.DateTimeField(null=True, blank=True)
    co_signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    calibrator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    calibrate_by = models.DateField(null=True, blank=True)
    calibrated_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField("sent to the course", null=True, blank=True)
    reply_due_on = models.DateField("facts can be corrected until", null=True, blank=True)
    reply_ended_at = models.DateTimeField(null=True, blank=True)
    reply_ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    went_on_at = models.DateTimeField(null=True, blank=True)
    went_on_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    went_on_reason = models.TextField("why the chair did not wait", blank=True, max_length=2000)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, reply_due_on__isnull=True)
                | Q(released_at__isnull=False, reply_due_on__isnull=False),
                name="report_released_has_its_clock",
            ),
            models.CheckConstraint(
                condition=Q(lead_signed_at__isnull=True, lead_signed_by__isnull=True)
                | Q(lead_signed_at__isnull=False, lead_signed_by__isnull=False),
                name="report_lead_signature_whole",
            ),
            models.CheckConstraint(
                condition=Q(co_signed_at__isnull=True, co_signed_by__isnull=True)
                | Q(co_signed_at__isnull=False, co_signed_by__isnull=False),
                name="report_co_signature_whole",
            ),
        )

    def __str__(self) -> str:
        return f"Report on {self.submission}"

    def unsign(self) -> None:
        """Takes both signatures away, which held for the text before, and counts the version up; without saving."""
        self.lead_signed_at = self.lead_signed_by = self.co_signed_at = self.co_signed_by = None
        self.version += 1

    def begin_again(self) -> None:
        """Forgets the steps after the signatures: another panel's report is calibrated and sent anew; without saving."""
        self.unsign()
        self.calibrator = self.calibrate_by = self.calibrated_at = None
        self.released_at = self.reply_due_on = self.reply_ended_at = self.reply_ended_by = None
        self.went_on_at, self.went_on_by, self.went_on_reason = None, None, ""


class ReportItem(Versioned):
    """A condition, recommendation or commendation as the panel proposes it."""

    report = models.ForeignKey(PanelReport, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=20, choices=ReportItemKind)
    number = models.PositiveIntegerField()
    clause = models.CharField(max_length=10, blank=True)
    text = models.TextField(max_length=5000)
    due_on = models.DateField(null=True, blank=True)
    satisfied_when = models.TextField("what would satisfy it", blank=True, max_length=2000)
    rules_decide = models.BooleanField("the rules can see when it is met", default=False)

    class Meta:
        ordering = ("report", "kind", "number")
        constraints = (
            models.UniqueConstraint(fields=("report", "kind", "number"), name="report_item_number_once"),
            models.CheckConstraint(
                condition=Q(kind__in=ReportItemKind.values), name="report_item_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=ReportItemKind.CONDITION) | (Q(due_on__isnull=False) & ~Q(clause="")),
                name="condition_has_clause_and_due_date",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
