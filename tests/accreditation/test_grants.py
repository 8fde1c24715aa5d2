"""Grants follow the domain's rows: every reason for which a right ends takes it away at once; `check_grants` names the rest."""

import io
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail as outbox
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from accreditation import grants, mail
from accreditation.models import AuditEvent, CourseTeamMember, Job, Submission, User
from accreditation.selectors import visible_courses, visible_submissions
from accreditation.services import accounts, conflicts, grant_check, people, reviews, sending
from accreditation.services import submissions as drafts
from accreditation.tasks import grant_round
from portfolios.models import TeamMembership
from portfolios.selectors import visible_portfolios
from portfolios.services import portfolios, scans
from tests.accreditation import panels
from tests.people import Clinic, days_ago, make_clinic
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(world: World) -> Clinic:
    """With a scan that waits for the mentor, so that their lists tell of the student."""
    made = make_clinic(world)
    scans.log_scan(by=made.student_user, portfolio_id=made.portfolio.pk, entry=made.entry())
    return made


@pytest.fixture
def case(world: World, clinic: Clinic) -> Submission:
    return panels.in_assessment(world, shadow=True)


def may(user: User) -> set[UUID]:
    """Everything that a person sees, as they would find it on their next request."""
    user = User.objects.get(pk=user.pk)
    return {
        *visible_courses(user).values_list("pk", flat=True),
        *visible_submissions(user).values_list("pk", flat=True),
        *visible_portfolios(user).values_list("pk", flat=True),
    }


def _member(world: World) -> CourseTeamMember:
    return CourseTeamMember.objects.get(course=world.course, user=world.member)


def _place(case: Submission, user: User) -> UUID:
    return case.assignments.get(user=user, state="accepted").pk


def _yesterday(row: CourseTeamMember) -> None:
    """Their last day was yesterday: no press, only time."""
    CourseTeamMember.objects.filter(pk=row.pk).update(until=days_ago(1))


def _leaves_team(clinic: Clinic) -> None:
    row = TeamMembership.objects.get(student=clinic.portfolio.pk, mentor=clinic.mentor)
    portfolios.leave_team(by=clinic.world.leader, membership_id=row.pk, until=days_ago(1))


REASONS: dict[str, tuple[str, str, Callable[[Clinic, Submission], object]]] = {
    "let go": (
        "member",
        "account.closed",
        lambda clinic, case: people.close_account(
            by=clinic.world.officer, user_id=clinic.world.member.pk, reason="Has left."
        ),
    ),
    "left the course": (
        "member",
        "course.team_left",
        lambda clinic, case: accounts.leave_course_team(
            by=clinic.world.leader, member_id=_member(clinic.world).pk, until=days_ago(1)
        ),
    ),
    "last day on the course passed": ("member", "grants.mended", lambda clinic, case: _yesterday(_member(clinic.world))),
    "removed from the case": (
        "shadow",
        "panel.removed",
        lambda clinic, case: reviews.remove_member(
            by=clinic.world.officer, assignment_id=_place(case, clinic.world.shadow), reason="Asked for it."
        ),
    ),
    "declared a conflict": (
        "shadow",
        "conflict.declared",
        lambda clinic, case: conflicts.declare_conflict(
            by=clinic.world.shadow, submission_id=case.pk, kind="employer"
        ),
    ),
    "a conflict declared for them": (
        "co",
        "conflict.declared",
        lambda clinic, case: conflicts.declare_conflict(
            by=clinic.world.officer, submission_id=case.pk, kind="employer", user_id=clinic.world.co.pk
        ),
    ),
    "no longer an assessor": (
        "lead",
        "account.role_taken",
        lambda clinic, case: accounts.take_role(by=clinic.world.officer, user=clinic.world.lead, role="assessor"),
    ),
    "changed to the university that applies": (
        "lead",
        "account.institution_changed",
        lambda clinic, case: accounts.change_institution(
            by=clinic.world.officer, user=clinic.world.lead, institution=clinic.world.institution
        ),
    ),
    "case returned to the course": (
        "co",
        "submission.returned",
        lambda clinic, case: (
            Submission.objects.filter(pk=case.pk).update(state="submitted"),
            reviews.return_to_course(by=clinic.world.officer, submission_id=case.pk, reason="Cut off."),
        ),
    ),
    "left the student’s team": ("mentor", "team.left", lambda clinic, case: _leaves_team(clinic)),
    "no longer an officer": (
        "officer",
        "account.role_taken",
        lambda clinic, case: (
            accounts.take_role(by=None, user=clinic.world.officer, role="officer"),
        ),
    ),
    "no longer in the Committee": (
        "committee",
        "account.role_taken",
        lambda clinic, case: accounts.take_role(by=None, user=clinic.world.committee, role="committee"),
    ),
}  # fmt: skip


PAGES = (
    "home", "submissions", "reviews", "search", "notices", "letters", "conditions", "decisions", "cases", "mentors",
    "mentor_mine", "shortages", "portfolio_home", "mentor_queue", "figures", "sent_messages",
)  # fmt: skip
"""Lists, counts, search and notices: each as the person opens it on their next request."""


def lost_words(who: str, clinic: Clinic, case: Submission) -> set[str]:
    """What nobody may read any more who lost their right; a mentor still reads in their own entry where they are placed."""
    student = {clinic.portfolio.student.full_name}
    if who == "mentor":
        return student
    return student | {clinic.world.course.title, case.reference, clinic.mentor.full_name}


def told(user: User, words: set[str]) -> set[tuple[str, str]]:
    """Which of the words these pages say: (page, words)."""
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    pages = {name: client.get(reverse(name), {"q": "Wexcombe"}).content.decode() for name in PAGES}
    return {(name, word) for name, page in pages.items() for word in words if word in page}


def mails_to(user: User, jobs: list[UUID], words: set[str]) -> list[str]:
    """Sends what was promised before the right ended: what reaches the person with these words in it."""
    outbox.outbox = []
    for pk in jobs:
        sending.send(job_id=pk)
    mine = [f"{one.subject}\n{one.body}" for one in outbox.outbox if user.email in one.to]
    return [one for one in mine if any(word in one for word in words)]


@pytest.mark.parametrize("reason", REASONS)
def test_a_right_ends_with_its_reason_on_the_next_request(
    reason: str, clinic: Clinic, case: Submission, rival: World
) -> None:
    who, verb, event = REASONS[reason]
    user = clinic.mentor_user if who == "mentor" else getattr(clinic.world, who)
    before, untouched = may(user), may(rival.leader)
    assert before, "nothing to lose: the test would prove nothing"
    words = lost_words(who, clinic, case)
    assert told(user, words), "no page told of it before: its silence would prove nothing"
    promised = list(Job.objects.filter(task=mail.TASK, state="waiting").values_list("pk", flat=True))
    event(clinic, case)
    left = may(user)
    if reason in ("case returned to the course",):
        assert case.pk not in left and left < before
    else:
        assert not left, f"still sees {len(left)} of {len(before)} things"
        assert told(user, words) == set()
        assert mails_to(user, promised, words) == []
    assert may(rival.leader) == untouched
    # What only a day or a hand has changed, the round sets right; after it nothing differs.
    grant_round()
    assert list(grant_check.check()) == []
    assert AuditEvent.objects.filter(verb=verb).exists(), "the trail says nothing of why"
    groups = set(User.objects.get(pk=user.pk).groups.values_list("name", flat=True))
    assert not {name for name in groups if ":" in name}


def test_with_the_decision_the_panel_may_read_and_no_longer_judge(world: World) -> None:
    before = panels.in_assessment(world)
    group = Group.objects.get(name=f"submission:{before.pk}:panel")
    assert set(grants.held_codes(before, group)) == {"view_submission", "judge_submission"}
    Submission.objects.filter(pk=before.pk).update(state="decided")
    grants.sync_submission(Submission.objects.get(pk=before.pk))
    assert set(grants.held_codes(before, group)) == {"view_submission"}
    assert before.pk in may(world.lead)


def test_a_role_given_back_gives_the_grants_back(world: World, case: Submission) -> None:
    accounts.take_role(by=world.officer, user=world.lead, role="assessor")
    assert case.pk not in may(world.lead)
    accounts.give_role(by=world.officer, user=world.lead, role="assessor")
    assert case.pk in may(world.lead)
    assert world.lead.has_role("assessor"), "the person's own object still said what was true before"


TAMPERING: dict[str, tuple[Callable[[Clinic, Submission], object], str]] = {
    "somebody put into a team's group": (
        lambda clinic, case: clinic.world.outsider.groups.add(Group.objects.get(name=f"course:{clinic.world.course.pk}:team")),
        "Outsider Wexcombe is in course:",
    ),
    "a member taken out": (
        lambda clinic, case: clinic.world.leader.groups.remove(Group.objects.get(name=f"course:{clinic.world.course.pk}:team")),
        "Leader Wexcombe should be in course:",
    ),
    "somebody put into a panel's group": (
        lambda clinic, case: clinic.world.outsider.groups.add(Group.objects.get(name=f"submission:{case.pk}:panel")),
        "Outsider Wexcombe is in submission:",
    ),
    "a right taken from a panel": (
        lambda clinic, case: remove_perm("view_submission", Group.objects.get(name=f"submission:{case.pk}:panel"), case),
        "should hold view_submission",
    ),
    "a right given to a single person": (
        lambda clinic, case: assign_perm("view_submission", clinic.world.outsider, case),
        "Outsider Wexcombe holds view_submission",
    ),
    "a right given to another group": (
        lambda clinic, case: assign_perm("view_portfolio", Group.objects.get_or_create(name="friends")[0], clinic.portfolio),
        "friends holds view_portfolio",
    ),
    "a right on everything": (
        lambda clinic, case: clinic.world.outsider.user_permissions.add(Permission.objects.get(codename="view_submission")),
        "Outsider Wexcombe holds view_submission on everything",
    ),
    "a group's right on everything": (
        lambda clinic, case: Group.objects.get(name="officer").permissions.add(Permission.objects.get(codename="view_portfolio")),
        "officer holds view_portfolio on everything",
    ),
    "a group that belongs to nothing": (
        lambda clinic, case: Group.objects.create(name="submission:0:panel").user_set.add(clinic.world.outsider),
        "submission:0:panel belongs to nothing",
    ),
    "a mentor put into a portfolio's group": (
        lambda clinic, case: clinic.world.outsider.groups.add(Group.objects.get(name=f"portfolio:{clinic.portfolio.pk}:mentors")),
        "Outsider Wexcombe is in portfolio:",
    ),
    "a group deleted": (
        lambda clinic, case: Group.objects.get(name=f"submission:{case.pk}:panel").delete(),
        "should hold judge_submission",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERING)
def test_the_command_names_what_a_hand_has_changed_and_mends_it(
    name: str, clinic: Clinic, case: Submission
) -> None:
    tamper, words = TAMPERING[name]
    told = io.StringIO()
    call_command("check_grants", stdout=told)
    assert told.getvalue() == "No differences.\n"
    seen = {user.pk: may(user) for user in User.objects.all()}

    tamper(clinic, case)
    told = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_grants", stdout=told)
    assert words in told.getvalue() and ended.value.code == len(told.getvalue().splitlines()) - 1
    assert not AuditEvent.objects.filter(verb="grants.mended").exists(), "looking changes nothing"

    call_command("check_grants", "--mend", stdout=told)
    assert "set right" in told.getvalue()
    assert AuditEvent.objects.filter(verb="grants.mended").exists()
    call_command("check_grants", stdout=io.StringIO())
    assert {user.pk: may(user) for user in User.objects.all()} == seen


def test_a_row_made_anew_under_an_old_number_brings_no_old_right(world: World) -> None:
    """Grants hang on their row: with it they go, so that whoever comes after it begins with none."""
    draft = drafts.open_submission(by=world.leader, course=world.course, kind="new")
    assign_perm("view_submission", world.outsider, draft)
    pk = draft.pk
    draft.sections.all().delete()
    draft.delete()
    again = Submission.objects.create(
        pk=pk, course=world.course, reference="CASE-AGAIN", opened_by=world.leader, state="submitted"
    )
    grants.sync_submission(again)
    assert pk not in may(world.outsider)
    assert list(grant_check.check()) == []


def test_a_place_on_a_team_that_begins_tomorrow_gives_nothing_today(world: World) -> None:
    accounts.join_course_team(
        by=world.leader,
        course=world.course,
        user=world.outsider,
        since=timezone.localdate() + timedelta(days=1),
    )
    assert may(world.outsider) == set()
