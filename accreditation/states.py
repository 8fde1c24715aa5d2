"""The states of a submission, the moves between them, and who may make them. Data only.

`NEXT` says in one line what happens next, who does it; public words for the course, own words for the office.
"""

from dataclasses import dataclass

from accreditation.enums import SubmissionState as S
from accreditation.roles import ASSESSOR, CHAIR, COMMITTEE, COURSE_LEADER, OFFICER


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed change of state: from which states, to which, by which roles, and its verb on the audit trail."""

    name: str
    sources: frozenset[str]
    target: str
    roles: frozenset[str]
    verb: str


def _move(name: str, sources: tuple[str, ...], target: str, roles: tuple[str, ...], verb: str) -> Move:
    return Move(name, frozenset(sources), target, frozenset(roles), verb)


MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        _move("submit", (S.DRAFT,), S.SUBMITTED, (COURSE_LEADER,), "submission.submitted"),
        _move("withdraw", (S.DRAFT, S.SUBMITTED), S.WITHDRAWN, (COURSE_LEADER,), "submission.withdrawn"),
        _move("return", (S.SUBMITTED,), S.DRAFT, (OFFICER,), "submission.returned"),
        _move(
            "start_assessment", (S.SUBMITTED,), S.IN_ASSESSMENT, (OFFICER,), "submission.assessment_started"
        ),
        _move("reveal", (S.IN_ASSESSMENT,), S.AGREEING, (ASSESSOR,), "submission.judgements_revealed"),
        _move("reopen", (S.AGREEING,), S.IN_ASSESSMENT, (OFFICER,), "submission.assessment_reopened"),
        _move("report", (S.AGREEING,), S.REPORTED, (ASSESSOR,), "submission.reported"),
        _move("send_back", (S.REPORTED,), S.AGREEING, (CHAIR, OFFICER), "submission.sent_back"),
        # The conditions are calibrated before the course sees them: what the Committee suggests goes to the panel.
        _move("suggest", (S.REPORTED,), S.AGREEING, (CHAIR, COMMITTEE), "submission.changes_suggested"),
        # The course corrected a fact: the lead takes the report back to change it.
        _move("revise", (S.REPORTED,), S.AGREEING, (ASSESSOR,), "submission.report_revised"),
        _move("decide", (S.REPORTED,), S.DECIDED, (CHAIR,), "submission.decided"),
        # Only while its letter is not issued: afterwards a decision can be superseded, and the case stays decided.
        _move("recall", (S.DECIDED,), S.REPORTED, (CHAIR,), "submission.recalled"),
    )
}

FINAL: frozenset[str] = frozenset({S.DECIDED, S.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Next:
    """What happens next in a state: the line for the course team, the line for CASE, and who acts."""

    course: str
    office: str
    who: str


NEXT: dict[str, Next] = {
    S.DRAFT: Next(
        "Complete the sections, check them against the statements, then submit.",
        "The course team is preparing the submission.",
        "Course leader",
    ),
    S.SUBMITTED: Next(
        "CASE appoints a lead assessor and a co-assessor.",
        "Assign a lead assessor and a co-assessor.",
        "CASE officer",
    ),
    S.IN_ASSESSMENT: Next(
        "Two assessors read the submission, each on their own.",
        "Lead and co-assessor judge every clause, independently of each other.",
        "Assessors",
    ),
    S.AGREEING: Next(
        "The assessors agree their judgement and write their report.",
        "Lead and co-assessor agree one judgement for each clause; the lead writes the report and both sign it.",
        "Lead assessor",
    ),
    S.REPORTED: Next(
        "The CASE Committee decides at its next meeting.",
        "The Committee decides; the chair records the decision.",
        "Chair of the Committee",
    ),
    S.DECIDED: Next(
        "The Committee has decided. Its decision and the letters are on this page.",
        "Decided. The letter and the report are built and can be downloaded.",
        "Nobody",
    ),
    S.WITHDRAWN: Next(
        "The submission was withdrawn. Nothing more happens.", "Withdrawn by the course.", "Nobody"
    ),
}
