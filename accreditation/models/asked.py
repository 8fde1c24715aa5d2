"""What the lead assessor asks the course about a clause during the assessment, and the answer. The words of the standing
questions of each clause are data: `accreditation.questions`.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.models.base import Record, Versioned
from accreditation.models.submissions import Evidence, Snapshot, Submission


class ClauseQuestion(Versioned):
    """One question about one clause of the version under judgement. The clause is open for an answer until it is sent;
    then it is kept as it is, with the sum of its words and files. What was submitted before stays beside it.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="questions")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="questions")
    number = models.PositiveIntegerField()
    clause = models.CharField(max_length=10)
    asked = models.TextField("what the assessor wants to know", max_length=5000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField("the answer", blank=True, max_length=20_000)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("submission", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("submission", "number"), name="clause_question_number_once_per_submission"
            ),
            models.CheckConstraint(condition=~Q(asked=""), name="clause_question_asks_something"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, sha256="")
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False, withdrawn_at__isnull=True)
                    & ~Q(sha256="")
                    & ~Q(text="")
                ),
                name="clause_question_answered_whole",
            ),
        )

    def __str__(self) -> str:
        return f"Question {self.number} on {self.submission}, {self.clause}"


class QuestionCitation(Record):
    """From the answer to a question to a file of the library, with the pages meant (as `Citation`)."""

    question = models.ForeignKey(ClauseQuestion, on_delete=models.PROTECT, related_name="citations")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="question_citations")
    pages = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("evidence__number", "pages")
        constraints = (
            models.UniqueConstraint(
                fields=("question", "evidence", "pages"), name="question_citation_once_per_answer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.evidence}, {self.pages}" if self.pages else str(self.evidence)
