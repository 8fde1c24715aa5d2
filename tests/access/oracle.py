"""What each person may see, said again in words of its own, from the roles and the standard's practice and not from the
product's selectors. `parts` are a person's relation to one university: see `tests.access.stage.PARTS`.
"""

from dataclasses import dataclass

from accreditation.models import User
from tests.access.stage import PARTS, Side

NOBODY: frozenset[str] = frozenset()
TEAM = frozenset({"leader", "member"})
OFFICE = frozenset({"officer"})
COMMITTEE = frozenset({"committee", "chair"})
COUNTED = frozenset({"lead", "co"})
PANEL = COUNTED | {"shadow"}
OFFICERS = OFFICE | {"conflicted_officer"}  # of whatever has nothing to do with a case: courses, the register
MEMBERS = COMMITTEE | {"conflicted_committee"}
STUDENTS = frozenset({"student", "other_student", "former_student"})
GONE = frozenset({"anonymous", "inactive"})
EVERYBODY = frozenset(PARTS) - GONE

CASE = {
    # A draft is the course's own business. The office has it from submission, the panel with it, the Committee the report.
    "draft": TEAM,
    "submitted": TEAM | OFFICE,
    "in_assessment": TEAM | OFFICE | PANEL,
    "agreeing": TEAM | OFFICE | COUNTED,
    "reported": TEAM | OFFICE | COUNTED | COMMITTEE,
    "decided": TEAM | OFFICE | COUNTED | COMMITTEE,
}
"""Who may see a case in a state. A conflict of interest takes it away; a shadow sits on the one in assessment only."""

NAMED = TEAM | {"student", "mentor"}
"""Who may know whose portfolio it is."""

THINGS: dict[str, frozenset[str]] = {
    **{f"case:{state}": who for state, who in CASE.items()},
    **{f"course:{state}": TEAM | OFFICERS | MEMBERS for state in CASE},
    "letter": CASE["decided"],
    **dict.fromkeys(("return", "return_file"), TEAM | OFFICE | COMMITTEE),
    "place": OFFICE,
    "meeting": OFFICERS | MEMBERS,
    "scan_file": TEAM | {"student"},
    "person": TEAM | {"student"},
    "account": OFFICERS,
    "run": OFFICERS,
    "account_invitation": frozenset({"leader"}) | OFFICERS,
    "notice": frozenset({"leader"}),
    "view": frozenset({"officer"}),
    "import": OFFICERS,
    "invitation": frozenset({"invited"}),
    "declaration": OFFICE | {"leader"},
    "absence": frozenset({"lead"}),
    "interest": frozenset({"lead"}),
    "portfolio": NAMED | PANEL,
    "graduate": TEAM | {"other_student"} | PANEL,
    "event": TEAM | OFFICE | PANEL,
    "agreed_event": TEAM | OFFICE | COUNTED,  # before the Committee, whose business a visit is not
    "remote": TEAM | OFFICERS | PANEL,
    "mentor": TEAM | OFFICERS | PANEL | {"mentor"},
    "shortage": TEAM | OFFICERS | PANEL,
}


GRADUATE = "graduate"
"""The end of a canary's stem where the text is about the second student, who has graduated, and not about the first."""


def readers(stem: str) -> frozenset[str]:
    """Who may read a text with this canary, without the side's letter: `answerdraft`, `scan`. Unknown ones: nobody."""
    for state in CASE:
        short = state.replace("_", "")
        if stem.endswith(short) and stem != short:
            return _of_case(stem.removesuffix(short), state)
    if stem.endswith(GRADUATE):
        others = BY_MODEL.get(stem.removesuffix(GRADUATE), NOBODY)
        return others - {"student", "mentor"} | {"other_student"} if "student" in others else others
    return BY_MODEL.get(stem, NOBODY)


def _of_case(model: str, state: str) -> frozenset[str]:
    after = state in ("reported", "decided")
    case = CASE[state]
    committee = COMMITTEE if after else NOBODY
    if model.startswith("judgement"):
        role = model.removeprefix("judgement").removeprefix("private")
        if role == "shadow":  # for the shadow alone
            return frozenset({"shadow"})
        if state == "in_assessment":  # blind to each other until both are done
            return frozenset({role})
        return COUNTED | OFFICE | committee
    if model in ("agreedjudgement", "panelreport", "reportitem"):
        # The course has the report once the Committee has looked at its conditions, as it has in these cases; never before.
        return COUNTED | OFFICE | committee | (TEAM if after else NOBODY)
    if model == "panelpaper":  # a draft is the lead's own; what was sent is in these cases the other paper
        return frozenset({"lead"}) if state == "in_assessment" else case
    if model == "calibrationview":  # between the Committee and the panel
        return COUNTED | OFFICE | committee
    if model in ("decision", "condition", "letter"):
        return case
    if model == "course":  # that an accredited course is one is public: the directory says so
        return frozenset(PARTS) if state == "decided" else BY_MODEL["course"]
    if model in ("conditionviewprivate", "letterapproval"):  # for CASE only
        return COUNTED | OFFICE | committee
    if model == "conditionview":  # the course reads them once CASE has acted on them
        return COUNTED | OFFICE | committee
    if model in ("conflict", "assignment"):
        return OFFICE | {"conflicted", "removed", "invited"}
    if (
        model == "message"
    ):  # what was sent about a case: to its people, to whoever is invited, and the office looks on
        return case | OFFICE | {"invited"}
    if model == "casenote":
        return OFFICE | (TEAM if state in ("draft", "submitted") else NOBODY) | (COUNTED | committee)
    if state == "submitted" and model == "snapshot":
        return case
    return case


BODY = OFFICERS | MEMBERS
RELATED = TEAM | PANEL | BODY | STUDENTS | {"mentor", "former_mentor", "invited", "conflicted", "removed"}
BY_MODEL: dict[str, frozenset[str]] = {
    "institution": frozenset(PARTS),  # as the directory of accredited courses says it
    "course": RELATED,
    "module": TEAM | PANEL | BODY | STUDENTS | {"mentor"},
    "conflict": OFFICE | {"conflicted"},
    "meeting": OFFICERS | MEMBERS,
    # Names of students: themselves, their mentors, their course. Assessors know them by their codes.
    "student": NAMED,
    "result": NAMED,
    "studentaward": NAMED,
    "experiencefile": TEAM | {"student"},
    "coursescale": NAMED | PANEL,
    "accountinvitation": frozenset({"leader"}) | OFFICERS,
    "registration": NAMED,
    "move": TEAM | {"student"},  # why somebody withdrew or broke off: for them and their course
    "experience": NAMED,
    "experiencejudgement": NAMED,
    "learningcontract": NAMED,
    "signature": NAMED,
    "teammembership": NAMED | PANEL,
    "scan": NAMED | PANEL,
    "appraisal": NAMED | PANEL,
    "competencyassessment": NAMED | PANEL,
    # The register: the office, the course that places them, the panel that judges the course, and the mentor.
    "mentor": TEAM
    | OFFICERS
    | PANEL
    | {"mentor", "student", "former_mentor", "other_student", "former_student"},
    "qualification": TEAM | OFFICERS | PANEL | {"mentor", "former_mentor"},
    "employment": TEAM | OFFICERS | PANEL | {"mentor", "former_mentor"},
    "break": TEAM | OFFICERS | PANEL | {"mentor", "former_mentor"},
    "placement": TEAM | OFFICERS | PANEL | {"mentor", "former_mentor"},
    "registercheck": TEAM | OFFICERS | PANEL | {"mentor", "former_mentor"},
    "document": OFFICERS | PANEL | {"mentor"},
    "remark": OFFICERS | {"mentor"},
    "shortage": TEAM | OFFICERS | PANEL,
    "import": OFFICERS,
    **dict.fromkeys(("annualreturn", "returnfile"), TEAM | OFFICE | COMMITTEE),
    "scanfile": TEAM | {"student"},
    "scanfileline": TEAM | {"student"},
    "keptview": frozenset({"officer", "leader"}),
}
"""Model → who may read its texts, whatever the state of a case. A model that is not named: nobody."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who tries every address: a part at the first university, and what that makes them at the other one."""

    name: str
    user: User | None
    here: str
    there: str

    @property
    def of_other(self) -> bool:
        """Whether this is somebody of the other side."""
        return self.name.startswith("rival_")

    def part(self, of_other: bool) -> str:
        return self.there if of_other else self.here


ELSEWHERE = {
    "officer": "officer", "conflicted_officer": "officer", "committee": "committee", "conflicted_committee": "chair",
    "chair": "chair", "admin": "admin", "anonymous": "anonymous", "inactive": "inactive",
    **dict.fromkeys(("lead", "co", "shadow", "invited", "conflicted", "removed", "assessor"), "assessor"),
}  # fmt: skip
"""What somebody of one university is at another: body-wide roles stay, everything else is an outsider."""
FROM_THERE = ("leader", "student", "mentor", "lead", "conflicted_committee")


def actors(own: Side, other: Side) -> list[Actor]:
    """Everybody of the first side, and some of the other."""
    found = [Actor(part, own.people.get(part), part, ELSEWHERE.get(part, "outsider")) for part in PARTS]
    found += [
        Actor(f"rival_{part}", other.people[part], ELSEWHERE.get(part, "outsider"), part)
        for part in FROM_THERE
    ]
    return found


def roles_of(actor: Actor) -> frozenset[str]:
    """The roles that the whole body knows somebody by, whichever university they belong to."""
    held = set()
    for part in (actor.here, actor.there):
        if part in OFFICERS:
            held.add("officer")
        if part in MEMBERS:
            held.add("committee")
        if part in ("chair", "conflicted_committee"):
            held.add("chair")
        if part in PANEL | {"invited", "conflicted", "removed", "assessor"}:
            held.add("assessor")
        if part in TEAM:
            held.add("course_leader")
        if part == "mentor":
            held.add("mentor")
    return frozenset(held)
