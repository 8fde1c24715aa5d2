"""What reaches a course's team and its applicants by itself: disputes on home pages, mails for applications, and search."""

import pytest
from django.test import Client
from django.urls import reverse

from accreditation.home.items import HomeItem, Kind, home_for
from accreditation.models import Message, User
from accreditation.search import search
from mentors.models import Mentor
from portfolios.enums import AppraisalState, StudentState
from portfolios.models import Student
from portfolios.services import admissions, appraisals, portfolios, scans, signed, standing
from portfolios.services.invited import join_as_student
from tests.accreditation.panels import in_assessment
from tests.people import Clinic, days_ago
from tests.portfolios.test_signing import remote, session_for, sign  # noqa: F401 (a fixture)
from tests.worlds import World, make_user

pytestmark = pytest.mark.django_db


def items(user: User, kind: Kind, word: str) -> list[HomeItem]:
    home = home_for(user)
    return [one for one in (home.todo if kind is Kind.TODO else home.waiting) if word in one.title]


def test_a_dispute_stands_on_the_teams_home_until_it_is_settled(remote: Clinic, rivals: Clinic) -> None:  # noqa: F811
    session = session_for(remote)
    sign(session)
    found = signed.dispute(session_id=session.pk)
    for person in (remote.world.leader, remote.world.member):
        (item,) = items(person, Kind.TODO, "this was not me")
        assert item.url == reverse("dispute", args=[remote.portfolio.pk, found.pk])
    assert items(remote.student_user, Kind.WAITING, "this was not me") and not items(
        remote.student_user, Kind.TODO, "Settle"
    )
    others = (rivals.world.leader, rivals.student_user, rivals.mentor_user, remote.world.officer)
    assert not any(
        items(one, kind, "this was not me") for one in others for kind in (Kind.TODO, Kind.WAITING)
    )
    signed.settle(by=remote.world.leader, dispute_id=found.pk, stands=False, reason="The mentor was away")
    assert not items(remote.world.leader, Kind.TODO, "this was not me")


def test_i_was_not_the_mentor_stands_on_the_teams_home_with_the_rows_behind_its_count(
    clinic: Clinic, rivals: Clinic
) -> None:
    entries = [clinic.entry(on=days_ago(n)) for n in (9, 8, 7)]
    made = scans.bulk_log_scans(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=entries)
    for scan in made[:2]:
        said = appraisals.Appraised(grade="", comment="Not on my list")
        appraisals.appraise(
            by=clinic.mentor_user, scan_id=scan.pk, version=1, said=said, state=AppraisalState.DISPUTED
        )
    (item,) = items(clinic.world.leader, Kind.TODO, "not the mentor")
    assert item.title.startswith("Look at 2 scans")
    client = Client()
    client.force_login(clinic.world.leader)
    assert client.get(item.url).context["page_obj"].paginator.count == 2
    assert not items(rivals.world.leader, Kind.TODO, "not the mentor")


def told(kind: str) -> set[str]:
    return {one.person.full_name for one in Message.objects.filter(kind=kind) if one.person}


def test_an_applicant_hears_of_each_step_and_the_team_of_what_waits(world: World, rival: World) -> None:
    person = make_user("Asha Applicant")
    student = admissions.apply(
        by=world.leader, course=world.course, full_name=person.full_name, profession="Nurse", user=person,
        registrations=(), experience=(),
    )  # fmt: skip
    admissions.apply(
        by=world.leader, course=world.course, full_name="Ben Second", profession="Nurse", registrations=(), experience=()
    )  # fmt: skip
    assert told("application_received") == {"Asha Applicant"}
    assert told("applications_waiting") == {world.member.full_name}  # once a day, and not who entered it
    (waiting,) = Message.objects.filter(kind="applications_waiting")
    assert "Asha" not in str(waiting.context)
    admissions.judge_experience(by=world.leader, student_id=student.pk, outcome="appropriate", reason="Sound")
    assert told("application_judged") == {"Asha Applicant"}
    admissions.enrol(by=world.leader, student_id=student.pk, on=days_ago(1))
    assert told("application_decided") == {"Asha Applicant"} and not told("standing_changed")
    standing.move(by=world.leader, student_id=student.pk, kind="interrupt", on=days_ago(0), reason="Leave")
    assert told("standing_changed") == {"Asha Applicant"}
    first = Message.objects.get(kind="application_received")
    assert first.read_at is not None  # what it asked for is decided


def test_an_applicant_who_gets_an_account_later_hears_it_then(world: World) -> None:
    student = admissions.apply(
        by=world.leader, course=world.course, full_name="Asha", profession="Nurse", registrations=(), experience=()
    )  # fmt: skip
    assert not told("application_received")
    join_as_student(student, make_user("Asha"), world.leader, {})
    assert told("application_received") == {"Asha"}


def test_students_are_found_by_those_who_may_know_them_and_by_nobody_else(
    clinic: Clinic, rivals: Clinic
) -> None:
    name, code = clinic.portfolio.student.full_name, clinic.portfolio.student.code
    for person in (clinic.student_user, clinic.mentor_user, clinic.world.leader, clinic.world.member):
        hits = [hit for hit in search(person, name) if hit.kind == "Student"]
        assert [hit.title for hit in hits] == [name] and hits[0].url == reverse(
            "portfolio", args=[clinic.portfolio.pk]
        )
    strangers = (
        rivals.student_user,
        rivals.mentor_user,
        rivals.world.leader,
        clinic.world.officer,
        clinic.world.chair,
    )
    assert not any(hit.kind == "Student" for person in strangers for hit in search(person, name))
    assert {hit.title for hit in search(rivals.world.leader, code) if hit.kind == "Student"} == {
        rivals.portfolio.student.full_name
    }


def test_a_former_mentor_finds_and_opens_nothing_any_more(clinic: Clinic) -> None:
    scan = scans.log_scan(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry())
    membership = clinic.portfolio.student.team.get()
    membership.since = days_ago(300)
    membership.save()
    portfolios.leave_team(by=clinic.world.leader, membership_id=membership.pk, until=days_ago(1))
    client = Client()
    client.force_login(clinic.mentor_user)
    key = clinic.portfolio.pk
    for path in (
        reverse("portfolio", args=[key]), reverse("scan_list", args=[key]), reverse("contract", args=[key, 1]),
        reverse("scan_appraise", args=[key, scan.number]), reverse("assessment_add", args=[key]),
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path
    assert not any(
        hit.kind == "Student" for hit in search(clinic.mentor_user, clinic.portfolio.student.full_name)
    )
    assert not [one for one in home_for(clinic.mentor_user).todo if "ppraise" in one.title]


def test_an_assessor_finds_a_student_by_code_and_never_by_name(clinic: Clinic, rivals: Clinic) -> None:
    in_assessment(clinic.world)
    lead, student = clinic.world.lead, clinic.portfolio.student
    assert not any(hit.kind == "Student" for hit in search(lead, student.full_name))
    (hit,) = [hit for hit in search(lead, student.code) if hit.kind == "Student"]
    assert (hit.title, student.full_name in hit.detail) == (f"Student {student.code}", False)


def test_a_graduate_and_a_person_who_left_read_and_take_their_portfolio_for_good(clinic: Clinic) -> None:
    scans.log_scan(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry())
    client = Client()
    client.force_login(clinic.student_user)
    for state in (StudentState.COMPLETED, StudentState.WITHDRAWN, StudentState.INTERRUPTED):
        Student.objects.filter(pk=clinic.portfolio.pk).update(state=state)
        for name in ("portfolio", "scan_list", "student_results"):
            assert client.get(reverse(name, args=[clinic.portfolio.pk])).status_code == 200, (state, name)
        assert client.post(reverse("portfolio_export", args=[clinic.portfolio.pk])).status_code == 200
    Mentor.objects.filter(pk=clinic.mentor.pk).update(state="left")  # whoever else leaves: it stays readable
    assert client.get(reverse("portfolio", args=[clinic.portfolio.pk])).status_code == 200
