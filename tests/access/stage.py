"""Two universities with everything in them, so that each address has something of one's own and something of the other's.

Each side has a course in every state that a case can be in, and a person for each part that somebody can play (`PARTS`).
Both sides are built alike; the names of everything on a side carry the side's name, and `tests.access.canaries` adds a
word to every text of every row.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from accreditation import files, grants
from accreditation.enums import (
    ConditionVerdict,
    CourseTeamRole,
    JobState,
    LetterKind,
    NoteKind,
    PanelRole,
    ReportItemKind,
    RunKind,
    RunState,
    SubmissionKind,
)
from accreditation.facts import gather
from accreditation.models import (
    Absence,
    CaseNote,
    ConditionView,
    Course,
    CourseTeamMember,
    Decision,
    Evidence,
    Interest,
    Job,
    Letter,
    Module,
    NationalRun,
    Submission,
    User,
)
from accreditation.notices import own_notices
from accreditation.roles import ASSESSOR, CHAIR, COMMITTEE, OFFICER
from accreditation.rules.facts_writing import write
from accreditation.services import (
    asked,
    condition_steps,
    conditions,
    conflicts,
    decisions,
    invitations,
    kept_views,
    letters,
    reports,
    reviews,
)
from accreditation.services import submissions as drafts
from accreditation.services.evidence import Kept
from mentors.models import Document, Mentor, Placement, Remark, Shortage
from mentors.services import imports, periods, qualifications, remarks, shortages
from portfolios.enums import AssessmentKind, AssessmentOutcome, AwardKind, ResultOutcome, StudentState
from portfolios.models import (
    CompetencyAssessment,
    ExperienceFile,
    Portfolio,
    Result,
    StudentAward,
    TeamMembership,
)
from portfolios.services import appraisals, contracts, portfolios, scan_files, scans
from tests.accreditation import filemaker, panels
from tests.people import Clinic, days_ago, make_clinic, make_mentor, make_student
from tests.worlds import World, make_user, make_world

STATES = ("draft", "submitted", "in_assessment", "agreeing", "reported", "decided")
PARTS = (
    "anonymous", "outsider", "student", "other_student", "former_student", "mentor", "former_mentor",
    "leader", "member", "former_leader", "lead", "co", "shadow", "invited", "conflicted", "removed", "assessor",
    "officer", "conflicted_officer", "committee", "conflicted_committee", "chair", "admin", "inactive",
)  # fmt: skip


SCAN_FILE = b"Date,Regions,Who was scanned,Supervision,Minutes\n2026-11-02,knee,patient,observed,20\n"


@dataclass
class Side:
    """One university: its world, the person who plays each part, and its things by name."""

    world: World
    people: dict[str, User] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    cases: dict[str, Submission] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.world.institution.short_name


def build(name: str) -> Side:
    """A whole side. Must run inside a transaction; letters are built later (`build_letters`), after the canaries."""
    side = Side(make_world(name))
    _people(side)
    _courses(side)
    _draft(side)
    _register(side)
    _portfolios(side)
    _cases(side)
    return side


def _people(side: Side) -> None:
    world, name = side.world, side.name
    side.people = {
        part: getattr(world, part)
        for part in ("leader", "member", "lead", "co", "shadow", "officer", "committee", "chair", "outsider")
    }
    for part, roles in (
        ("conflicted", (ASSESSOR,)),
        ("removed", (ASSESSOR,)),
        ("invited", (ASSESSOR,)),
        ("assessor", (ASSESSOR,)),
        ("conflicted_officer", (OFFICER,)),
        ("conflicted_committee", (COMMITTEE, CHAIR)),
        ("inactive", (OFFICER, CHAIR, COMMITTEE, ASSESSOR)),
        ("admin", ()),
    ):
        side.people[part] = make_user(f"{part.replace('_', ' ').title()} {name}", *roles)
    User.objects.filter(pk=side.people["admin"].pk).update(is_staff=True, is_superuser=True)
    User.objects.filter(pk=side.people["inactive"].pk).update(is_active=False)
    side.people["former_leader"] = make_user(f"Former Leader {name}", institution=world.institution)


def _courses(side: Side) -> None:
    """A course for each state, all with the same team; somebody who led them all left yesterday."""
    world = side.world
    for state in STATES:
        if state == "in_assessment":
            course = world.course
        else:
            course = _copy(world.course, state)
        side.courses[state] = course
        CourseTeamMember.objects.create(
            course=course,
            user=side.people["former_leader"],
            role=CourseTeamRole.LEADER,
            since=days_ago(300),
            until=days_ago(1),
        )
        grants.sync_course(course)


def _copy(model: Course, state: str) -> Course:
    course = Course.objects.create(
        institution=model.institution,
        reference=f"{model.reference}-{STATES.index(state)}",
        title=f"{model.title} ({state})",
        kind=model.kind,
        award=model.award,
        requires_professional_body=True,
        experience_judged=model.experience_judged,
        tells_students=True,
        tells_employers=True,
    )
    for module in model.modules.all():
        Module.objects.create(
            course=course,
            code=module.code,
            title=module.title,
            level=7,
            framework=module.framework,
            topics=module.topics,
            formal_assessment=True,
            relevant_to_remit=True,
            relevance_judged_by="Programme board",
        )
    for member in model.team.filter(until__isnull=True):
        CourseTeamMember.objects.create(course=course, user=member.user, role=member.role, since=member.since)
    return course


def _stored(side: Side) -> Kept:
    """A PDF in the store whose text names the side."""
    data = filemaker.pdf(2, f"Evidence of {side.name}")
    kept = files.store_bytes(data)
    return Kept(f"handbook-{side.name}.pdf", kept.sha256, kept.size, "application/pdf", 2)


def _evidence(side: Side, submission: Submission) -> Evidence:
    kept = _stored(side)
    return Evidence.objects.create(
        submission=submission,
        number=1,
        title="Course handbook",
        name=kept.name,
        sha256=kept.sha256,
        size=kept.size,
        media_type=kept.media_type,
        pages=kept.pages,
        uploaded_by=side.world.leader,
    )


def _draft(side: Side) -> None:
    world = side.world
    draft = drafts.open_submission(by=world.leader, course=side.courses["draft"], kind=SubmissionKind.NEW)
    drafts.save_answer(
        by=world.leader, submission_id=draft.pk, clause="PS1.1", text="Our answer in the making.", version=0
    )
    _evidence(side, draft)
    CaseNote.objects.create(
        submission=draft,
        kind=NoteKind.values[0],
        text="Returned once: the handbook was cut.",
        by=world.officer,
    )
    side.cases["draft"] = Submission.objects.get(pk=draft.pk)


def _register(side: Side) -> None:
    """The register: a mentor with all that an entry can hold, one who left, a claim of a shortage, an import, a view."""
    world = side.world
    clinic = make_clinic(world)
    side.things["clinic"] = clinic
    side.people["mentor"], mentor = clinic.mentor_user, clinic.mentor
    award = mentor.qualifications.get()
    kept = _stored(side)
    qualifications.add_kept_document(
        by=world.officer, qualification_id=award.pk, title="Certificate", kept=kept
    )
    employment = periods.add_employment(
        by=world.officer, mentor_id=mentor.pk, employer=f"{side.name} Hospital", since=days_ago(3000)
    )
    periods.add_break(
        by=world.officer,
        mentor_id=mentor.pk,
        since=days_ago(900),
        until=days_ago(800),
        reason="Leave of absence",
    )
    remark = remarks.remark(by=clinic.mentor_user, mentor_id=mentor.pk, text="My place of work has changed.")
    claim = shortages.claim_shortage(
        by=world.leader,
        course=world.course,
        reason="Nobody within fifty miles.",
        search_made="Letters to every trust.",
        since=days_ago(30),
    )
    view = kept_views.keep_view(
        by=world.officer, table="mentors", name=f"View of {side.name}", query="q=knee"
    )
    own_view = kept_views.keep_view(
        by=world.leader, table="mentors", name=f"Leader’s view of {side.name}", query="q=hip"
    )
    table = f"Full name\nPerson {side.name}\n".encode()
    held = files.store_bytes(table)
    uploaded, _ = imports.look_at(
        by=world.officer,
        kept=Kept(f"mentors-{side.name}.csv", held.sha256, held.size, "text/csv", None),
    )
    side.things |= {
        "mentor": mentor,
        "qualification": award,
        "document": Document.objects.get(mentor=mentor),
        "employment": employment,
        "placement": Placement.objects.get(mentor=mentor),
        "remark": Remark.objects.get(pk=remark.pk),
        "shortage": Shortage.objects.get(pk=claim.pk),
        "view": view,
        "own_view": own_view,
        "import": uploaded,
    }


def _portfolios(side: Side) -> None:
    """The student of the mentor with scans, one appraised; another student of the course; and people who have left."""
    world = side.world
    clinic: Clinic = side.things["clinic"]
    side.people["student"] = clinic.student_user
    for indication in ("Pain after a fall", "Swelling"):
        scans.log_scan(
            by=clinic.student_user,
            portfolio_id=clinic.portfolio.pk,
            entry=clinic.entry(indication=indication, reflection="I held the probe too flat."),
        )
    first = clinic.portfolio.scans.order_by("number").first()
    assert first is not None
    appraisals.appraise(
        by=clinic.mentor_user,
        scan_id=first.pk,
        version=first.version,
        said=appraisals.Appraised("acceptable", comment="Sound work."),
    )
    contracts.draft_contract(
        by=clinic.student_user, portfolio_id=clinic.portfolio.pk, remit={"knee"}, terms="Shoulder dropped."
    )
    brought = scan_files.bring(
        by=clinic.student_user,
        course=world.course,
        portfolio=clinic.portfolio,
        upload=filemaker.upload(f"log-{side.name}.csv", SCAN_FILE),
    )
    student = clinic.portfolio.student
    held = _stored(side)
    experience = student.experience.get()
    ExperienceFile.objects.create(
        student=student,
        experience=experience,
        number=1,
        title="Letter of the employer",
        name=held.name,
        sha256=held.sha256,
        size=held.size,
        media_type=held.media_type,
        uploaded_by=clinic.student_user,
    )
    CompetencyAssessment.objects.create(
        portfolio=clinic.portfolio,
        number=1,
        kind=AssessmentKind.values[0],
        on=days_ago(10),
        regions={"knee"},
        outcome=AssessmentOutcome.values[0],
        assessor_mentor=clinic.mentor,
        comment="Done with care.",
    )
    side.things |= {
        "scan_file": brought,
        "person": student,
        "experience": experience,
        "registration": student.registrations.get(),
        "award": StudentAward.objects.create(student=student, kind=AwardKind.INTERIM, regions={"knee"}),
        "result": Result.objects.create(
            student=student, module=world.course.modules.order_by("code")[0], outcome=ResultOutcome.values[0]
        ),
    }
    # Of the mentors, one left the student's team and the course yesterday.
    former_user, former = make_mentor(world, f"Former Mentor {side.name}")
    portfolios.join_team(
        by=world.leader, portfolio_id=clinic.portfolio.pk, mentor=former, since=days_ago(150)
    )
    place = TeamMembership.objects.get(student=clinic.portfolio.pk, mentor=former)
    portfolios.leave_team(by=world.leader, membership_id=place.pk, until=days_ago(1))
    periods.end_placement(
        by=world.leader, placement_id=Placement.objects.get(mentor=former).pk, until=days_ago(1)
    )
    second_user, second = make_mentor(world, f"Second Mentor {side.name}")
    side.things["account"] = second_user
    other_user, other = make_student(world, f"Other Student {side.name}", second)
    gone_user, gone = make_student(world, f"Former Student {side.name}", second)
    type(gone.student).objects.filter(pk=gone.student.pk).update(state=StudentState.WITHDRAWN)
    side.people |= {"former_mentor": former_user, "other_student": other_user, "former_student": gone_user}
    side.things |= {
        "portfolio": Portfolio.objects.get(pk=clinic.portfolio.pk),
        "graduate": other,
        "former_entry": Mentor.objects.get(pk=former.pk),
        "appraised": first,
        "waiting": clinic.portfolio.scans.order_by("number").last(),
    }


def _cases(side: Side) -> None:
    """A case in each state from `submitted` on, walked there by the services, with the whole panel on it."""
    makers: dict[str, Callable[[World], Submission | Decision]] = {
        "submitted": panels.submitted,
        "in_assessment": lambda world: panels.in_assessment(world, shadow=True),
        "agreeing": panels.report_ready,
        "reported": panels.reported,
        "decided": _decided,
    }
    for state, make in makers.items():
        world = replace(side.world, course=side.courses[state])
        made = make(world)
        case = made.submission if isinstance(made, Decision) else made
        evidence = _evidence(side, case)
        snapshot = case.snapshots.get()
        snapshot.files[0] |= {"sha256": evidence.sha256, "name": evidence.name, "size": evidence.size}
        snapshot.facts = write(gather(case.course, timezone.localdate()))
        snapshot.save()
        CaseNote.objects.create(
            submission=case, kind=NoteKind.values[-1], text="Sent back once.", by=side.world.officer
        )
        side.cases[state] = Submission.objects.get(pk=case.pk)
    _half_judged(side)
    asked.ask(
        by=side.world.lead,
        submission_id=side.cases["in_assessment"].pk,
        clause="PS2.2",
        asked="Which page shows the review of the log?",
    )
    side.things["account_invitation"] = invitations.invite(
        by=side.world.leader,
        email=f"colleague@{side.name.lower()}.example",
        full_name=f"Colleague {side.name}",
        for_=side.courses["draft"],
    )
    _others_on_panels(side)
    side.things["meeting"] = side.cases["reported"].agenda_items.get().meeting
    side.things["decision"] = Decision.objects.get(submission=side.cases["decided"])
    _night(side)


def _night(side: Side) -> None:
    """A night's check of the accredited course that found a module of a lower level."""
    run = NationalRun.objects.create(
        kind=RunKind.RECHECK,
        key=f"recheck:{side.name}",
        state=RunState.DONE,
        as_of=timezone.localdate(),
        total=1,
        done=1,
        finished_at=timezone.now(),
    )
    part = run.parts.create(number=1, subjects=[str(side.courses["decided"].pk)], state=JobState.DONE)
    change = {
        "clause": "PS5.2",
        "subject": {"kind": "course", "id": side.courses["decided"].reference},
        "before": "met",
        "after": "not_met",
        "direction": "worse",
        "reason": "A module is at level 6.",
        "settle": "",
        "rows": ["course/modules/P1"],
        "count": 1,
        "facts": {"course": {"modules": {"P1": {"title": f"Physics of {side.name}"}}}},
    }
    line = run.lines.create(
        part=part,
        subject=str(side.courses["decided"].pk),
        course=side.courses["decided"],
        worse=1,
        changes=[change],
        words="The standard’s rules changed since the last look.",
    )
    side.things |= {"run": run, "run_line": line}


def _decided(world: World) -> Decision:
    """Decided with two conditions: the first answered by the course and viewed by the lead, the second in a draft."""
    case = panels.reported(world, conditions=2)
    decision = decisions.decide(by=world.chair, submission_id=case.pk, **panels.decision_values())
    for number in (1, 2):
        draft = conditions.save_answer(
            by=world.member, submission_id=case.pk, number=number, text="The template is changed.", version=0
        )
        if number == 1:
            condition_steps.send(by=world.leader, submission_id=case.pk, number=1, version=draft.version)
    ConditionView.objects.create(
        answer=decision.conditions.get(number=1).answers.get(),
        by=world.lead,
        role=PanelRole.LEAD,
        verdict=ConditionVerdict.values[0],
        words="This is what was asked for.",
        private="They nearly lost their placements.",
    )
    return decision


def _half_judged(side: Side) -> None:
    """While they judge, each has said something about two clauses that nobody else may read yet."""
    case = side.cases["in_assessment"]
    for part in ("lead", "co", "shadow"):
        for clause in ("PS1.1", "PS2.1"):
            reviews.save_judgement(
                by=side.people[part],
                submission_id=case.pk,
                clause=clause,
                outcome="met",
                comment=f"Comment of {part}",
                private_comment=f"Private comment of {part}",
            )


def _others_on_panels(side: Side) -> None:
    """Shadow places of somebody with a conflict and of somebody removed, an open invitation, and conflicts of the body."""
    officer, case = side.world.officer, side.cases["in_assessment"]
    for part in ("conflicted", "removed"):
        panels.seat(case, officer, side.people[part], PanelRole.SHADOW)
    conflicts.declare_conflict(
        by=side.people["conflicted"], submission_id=case.pk, kind="employer", description="I taught there."
    )
    place = case.assignments.get(user=side.people["removed"])
    reviews.remove_member(by=officer, assignment_id=place.pk, reason="Asked for leave.")
    invitation = reviews.assign(
        by=officer,
        submission_id=side.cases["submitted"].pk,
        user_id=side.people["invited"].pk,
        role=PanelRole.LEAD,
    )
    for part in ("conflicted_officer", "conflicted_committee"):
        for state in ("submitted", "in_assessment", "agreeing", "reported", "decided"):
            conflicts.declare_conflict(
                by=officer,
                submission_id=side.cases[state].pk,
                kind="employer",
                description="Works there.",
                user_id=side.people[part].pk,
            )
    side.things |= {
        "invitation": invitation,
        "declaration": invitation,
        "absence": Absence.objects.create(
            user=side.world.lead, since=timezone.localdate(), until=timezone.localdate()
        ),
        "interest": Interest.objects.create(
            user=side.world.lead,
            institution=side.world.institution,
            kind="commercial",
        ),
        "place": case.assignments.get(user=side.people["shadow"], state="accepted"),
        "conflict": case.course.institution.conflicts.get(user=side.people["conflicted"]),
        "item": reports.report_of(side.cases["agreeing"]).items.get(kind=ReportItemKind.CONDITION),
    }


def build_letters(side: Side) -> None:
    """The decided case's letters, built for real from what their rows say now."""
    for job in Job.objects.filter(task="accreditation.tasks.build_letter", state="waiting"):
        letters.build(job_id=job.pk)
    mine = Letter.objects.filter(decision=side.things["decision"])
    side.things["letter"] = mine.get(kind=LetterKind.DECISION)
    assert side.things["letter"].state == "built"
    notice = own_notices(side.world.leader).first()
    assert notice is not None, "a decision is told to the course's leader"
    side.things["notice"] = notice
