"""What is frozen at submission: the facts that the rules saw, their report, the answers with the words of the questions,
and the files with their sums. Assessors judge this, and only this.
"""

from typing import Any

from django.db.models import Max
from django.utils import timezone

from accreditation import questions, scopes
from accreditation.facts import gather
from accreditation.models import Evidence, Snapshot, Submission, User
from accreditation.rules.evaluate import evaluate
from accreditation.rules.facts_writing import sha256, write


def freeze(submission: Submission, *, by: User, declared_name: str, declared_role: str) -> Snapshot:
    """Writes the submission's next snapshot; call with the submission locked, inside the transaction of the move."""
    as_of = timezone.localdate()
    facts = gather(submission.course, as_of, standard=submission.edition)
    report = evaluate(facts)
    raw = write(facts)
    last = submission.snapshots.aggregate(last=Max("number"))["last"] or 0
    snapshot = Snapshot(
        submission=submission,
        number=last + 1,
        as_of=as_of,
        edition=submission.edition,
        clauses=submission.clauses,
        rules_version=report.rules_version,
        facts=raw,
        facts_sha256=sha256(raw),
        report=report.plain(),
        answers=frozen_answers(submission),
        files=frozen_files(submission),
        declared_by=by,
        declared_name=declared_name,
        declared_role=declared_role,
    )
    snapshot.sha256 = snapshot_sum(snapshot)
    snapshot.save(force_insert=True)
    return snapshot


def frozen_answers(submission: Submission) -> list[dict[str, Any]]:
    """Every clause that is asked about with its words, the question asked, the answer and what it cites, in order."""
    answers = {
        answer.clause: answer for answer in submission.answers.prefetch_related("citations__evidence").all()
    }
    frozen = []
    for clause in scopes.clauses(submission):
        question, answer = questions.QUESTIONS[clause.id], answers.get(clause.id)
        frozen.append(
            {
                "clause": clause.id,
                "label": clause.label,
                "words": clause.quote,
                "question": question.asked,
                "text": answer.text if answer else "",
                "citations": [
                    {"evidence": citation.evidence.number, "pages": citation.pages}
                    for citation in (answer.citations.all() if answer else ())
                ],
            }
        )
    return frozen


def frozen_files(submission: Submission) -> list[dict[str, Any]]:
    """The library as it stands: what is in it now, and older versions that a clause still cites."""
    cited = Evidence.objects.filter(citations__answer__submission=submission).values("pk")
    rows = submission.evidence.filter(removed_at__isnull=True)
    rows = rows.filter(replaced_by__isnull=True) | rows.filter(pk__in=cited)
    fields = ("number", "title", "name", "sha256", "size", "media_type", "pages")
    return [dict(row) for row in rows.order_by("number").values(*fields)]


def snapshot_sum(snapshot: Snapshot) -> str:
    """The sum over the canonical form of everything a snapshot holds; equal to its `sha256` while nobody changed it."""
    asked = (
        {"clauses": snapshot.clauses} if snapshot.clauses else {}
    )  # all: as versions of before there were others
    return sha256(
        asked
        | {
            "submission": snapshot.submission.reference,
            "number": snapshot.number,
            "as_of": snapshot.as_of.isoformat(),
            "edition": snapshot.edition,
            "rules_version": snapshot.rules_version,
            "facts": snapshot.facts,
            "facts_sha256": snapshot.facts_sha256,
            "report": snapshot.report,
            "answers": snapshot.answers,
            "files": snapshot.files,
            "declared_name": snapshot.declared_name,
            "declared_role": snapshot.declared_role,
        }
    )
