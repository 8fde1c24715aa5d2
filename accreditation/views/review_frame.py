"""What every page of a review shows around its matter."""

from accreditation import judging, looks
from accreditation.enums import SubmissionState
from accreditation.models import Assignment, Snapshot, Submission
from accreditation.presenters import reviews as present
from accreditation.review_selectors import own_judgements

SEEN_BY = {
    True: "Only you, until both assessors have finished. Comments for CASE only are never shown to the course.",
    False: "Lead and co-assessor, the CASE office, and the Committee once it has the report.",
}


def lines_of(
    submission: Submission, place: Assignment, snapshot: Snapshot, *, questions: bool = True
) -> list[present.ClauseLine]:
    """Every clause as the holder of a place has it before them, with what is unread and what changed. Three queries; two
    where it is known that the course was asked nothing (`questions`).
    """
    marks = looks.marks(place, looks.sums(snapshot, questions=questions))
    return present.lines(snapshot, submission, own_judgements(place), marks)


def frame(
    submission: Submission, place: Assignment, snapshot: Snapshot, lines: list[present.ClauseLine]
) -> dict[str, object]:
    """What every page of a review shows around its matter."""
    alone = submission.state in (SubmissionState.SUBMITTED, SubmissionState.IN_ASSESSMENT)
    return {
        "submission": submission,
        "place": place,
        "snapshot": snapshot,
        "all_lines": lines,
        "judged": sum(line.whole for line in lines),
        "total": len(judging.clauses(snapshot)),
        "may_judge": present.is_open(place),
        "seen_by": SEEN_BY[alone],
    }
