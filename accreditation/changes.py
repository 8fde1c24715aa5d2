"""What a resubmission changed against the version that was judged before: clause by clause."""

from dataclasses import dataclass
from typing import Any

from accreditation.models import Snapshot, Submission


@dataclass(frozen=True, slots=True)
class Before:
    """A clause as it was answered in the version judged before."""

    text: str
    cited: tuple[tuple[str, str], ...]


def before(submission: Submission) -> dict[str, Before]:
    """Clause → what the case before said, for a submission that was made from one; else empty. Two queries."""
    if submission.resubmits_id is None:
        return {}
    old = Snapshot.objects.filter(submission=submission.resubmits_id).order_by("-number").first()
    return _read(old.answers, old.files) if old else {}


def now(submission: Submission) -> dict[str, Before]:
    """Clause → what the newest frozen version says, or the draft while there is none."""
    frozen = submission.snapshots.order_by("-number").first() if submission.state != "draft" else None
    if frozen is not None:
        return _read(frozen.answers, frozen.files)
    return {
        answer.clause: Before(
            answer.text,
            tuple(sorted((one.evidence.sha256, one.pages) for one in answer.citations.all())),
        )
        for answer in submission.answers.prefetch_related("citations__evidence")
    }


def changed(submission: Submission) -> list[str]:
    """The clauses whose words or cited pages differ from the version judged before, in order; empty for a first one."""
    old = before(submission)
    if not old:
        return []
    new = now(submission)
    nothing = Before("", ())
    return sorted(
        clause for clause in old.keys() | new.keys() if old.get(clause, nothing) != new.get(clause, nothing)
    )


def _read(answers: list[dict[str, Any]], files: list[dict[str, Any]]) -> dict[str, Before]:
    sums = {file["number"]: file["sha256"] for file in files}
    return {
        row["clause"]: Before(
            row["text"],
            tuple(sorted((sums.get(one["evidence"], ""), one["pages"]) for one in row["citations"])),
        )
        for row in answers
    }
