"""Roles as code: what each person may do, in words a manager could approve. Data only.

A role that holds for the whole body (officer, assessor, committee member, chair) is a group of the same code. A role that
holds for one thing only (course leader of a course, mentor of a student, student) follows from that thing's own rows.
"""

from dataclasses import dataclass

OFFICER, ASSESSOR, COMMITTEE, CHAIR = "officer", "assessor", "committee", "chair"
COURSE_LEADER, MENTOR, STUDENT = "course_leader", "mentor", "student"


@dataclass(frozen=True, slots=True)
class Role:
    """One role: its stable code, its name on pages, and what it may do in one sentence."""

    code: str
    title: str
    description: str


BODY_ROLES: tuple[Role, ...] = (
    Role(OFFICER, "Officer", "Keeps the mentor register, assigns assessors, moves cases and sends letters."),
    Role(
        ASSESSOR,
        "Assessor",
        "Judges the submissions assigned to them, clause by clause; sees no other submission.",
    ),
    Role(
        COMMITTEE,
        "Committee member",
        "Reads the cases on the Committee's agenda and takes part in decisions.",
    ),
    Role(CHAIR, "Chair of the Committee", "Records the Committee's decision and signs the letter."),
)
CONTEXT_ROLES: tuple[Role, ...] = (
    Role(COURSE_LEADER, "Course leader", "Puts together and submits the submissions of their own courses."),
    Role(
        MENTOR,
        "Mentor",
        "Signs learning contracts, appraises scans and signs off competency for their own students.",
    ),
    Role(STUDENT, "Student", "Keeps their own portfolio."),
)
PRIVILEGED = (OFFICER, ASSESSOR, COMMITTEE, CHAIR)
"""Whoever holds one of these sees other people's work: a password alone does not let them in."""
ROLES: dict[str, Role] = {role.code: role for role in BODY_ROLES + CONTEXT_ROLES}
OF_GROUP_KIND: dict[str, str] = {"course": COURSE_LEADER, "portfolio": MENTOR}
"""What the group of one thing makes its members: `course:<id>:team`, `portfolio:<id>:mentors`."""
