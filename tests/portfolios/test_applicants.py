"""From applicant to student: who sees and decides, what is kept, what the rules say before enrolment, lists and files."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.models import AuditEvent, User
from portfolios.enums import StudentState
from portfolios.models import ExperienceFile, Registration, RegistrationCheck, Student
from portfolios.presenters.admission import findings_on
from portfolios.services import admissions, applications, portfolios, standing
from tests.people import Clinic, days_ago, make_mentor, make_student
from tests.worlds import World, make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def day(name: str, on: Any) -> dict[str, Any]:
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def press(user: User, name: str, *args: object, **data: Any) -> Any:
    return client_of(user).post(reverse(name, args=args), {"form_key": uuid4(), **data})


@pytest.fixture
def applicant(clinic: Clinic) -> Student:
    """Somebody with an account who applied to the clinic's course."""
    return admissions.apply(
        by=clinic.world.member, course=clinic.world.course, full_name="Ada Applicant", profession="Podiatrist",
        registrations=[], experience=[], user=make_user("Ada Applicant"),
    )  # fmt: skip


def test_an_applicant_gives_a_number_and_only_the_team_says_what_the_register_showed(
    clinic: Clinic, applicant: Student
) -> None:
    own = applicant.user
    assert own is not None
    wrong = press(own, "registration_add", applicant.pk, body="HCPC", number="PH12")
    assert wrong.status_code == 302  # up to six digits: the form of the number holds
    bad = press(own, "registration_add", applicant.pk, body="GMC", number="12")
    assert bad.status_code == 422 and "GMC numbers have another form" in bad.content.decode()
    row = Registration.objects.get(student=applicant)
    page = client_of(own).get(reverse("applicant", args=[applicant.pk])).content.decode()
    assert "A number of the right form is not a check" in page and row.status == "unknown"
    seen = {"status": "active", **day("on", TODAY()), "note": "No restriction"}
    assert press(own, "registration_check", applicant.pk, row.pk, **seen).status_code == 403
    assert press(clinic.world.member, "registration_check", applicant.pk, row.pk, **seen).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.seen_on, row.seen_by) == ("active", TODAY(), clinic.world.member.full_name)
    assert RegistrationCheck.objects.get().note == "No restriction"


def test_two_worlds_and_everybody_else(clinic: Clinic, rivals: Clinic, applicant: Student) -> None:
    address = reverse("applicant", args=[applicant.pk])
    for user in (clinic.world.leader, clinic.world.member, applicant.user):
        assert client_of(user).get(address).status_code == 200  # type: ignore[arg-type]
    former = make_user("Former Leader")
    clinic.world.course.team.create(user=former, role="leader", since=days_ago(400), until=days_ago(1))
    others = (
        rivals.world.leader, rivals.student_user, clinic.student_user, clinic.mentor_user, clinic.world.officer,
        clinic.world.lead, clinic.world.chair, former,
    )  # fmt: skip
    for user in others:
        assert client_of(user).get(address).status_code == 404
        for name in ("registration_add", "experience_judge", "applicant_enrol", "applicant_edit"):
            assert press(user, name, applicant.pk).status_code == 404
        with pytest.raises(NotAllowed):
            admissions.enrol(by=user, student_id=applicant.pk, on=TODAY())
    for name in ("experience_judge", "applicant_enrol", "applicant_edit"):
        assert press(applicant.user, name, applicant.pk).status_code == 403  # type: ignore[arg-type]
    listed = reverse("course_students", args=[clinic.world.course.pk])
    assert "Ada Applicant" in client_of(clinic.world.leader).get(listed).content.decode()
    assert client_of(rivals.world.leader).get(listed).status_code == 404


def test_months_stand_there_and_the_judgement_decides_again_after_further_experience(
    clinic: Clinic, applicant: Student
) -> None:
    team, own = clinic.world.leader, applicant.user
    assert own is not None
    given = {"specialism": "msk", "months": 60, "description": "Foot clinic"}
    assert press(own, "experience_add", applicant.pk, **given).status_code == 302
    found = {one.clause: one for one in findings_on(applicant)}
    assert found["PS1.2"].outcome.value == "judge" and "60 months" in found["PS1.2"].reason
    said = {"outcome": "not_appropriate", "reason": "Forefoot only"}
    assert press(team, "experience_judge", applicant.pk, **(said | {"reason": ""})).status_code == 422
    assert press(team, "experience_judge", applicant.pk, **said).status_code == 302
    with pytest.raises(NotNow):
        admissions.judge_experience(by=team, student_id=applicant.pk, outcome="appropriate", reason="x")
    again = {"outcome": "appropriate", "reason": "A year of joint clinics since"}
    assert press(team, "experience_judge", applicant.pk, **again).status_code == 302
    applicant = Student.objects.get(pk=applicant.pk)
    assert applicant.former_judgements.get().reason == "Forefoot only"
    page = client_of(own).get(reverse("applicant", args=[applicant.pk])).content.decode()
    assert "A year of joint clinics since" in page and "Forefoot only" in page
    assert {one.clause: one.outcome.value for one in findings_on(applicant)}["PS1.2"] == "met"


def test_enrolling_over_an_open_finding_needs_a_reason_that_is_kept(
    clinic: Clinic, applicant: Student
) -> None:
    data = {**day("on", TODAY()), "cohort": "2026-27"}
    refused = press(clinic.world.leader, "applicant_enrol", applicant.pk, **data)
    page = refused.content.decode()
    assert refused.status_code == 422 and "No registration was valid" in page and "2026-27" in page
    assert Student.objects.get(pk=applicant.pk).state == StudentState.APPLICANT
    data["reason"] = "The regulator confirmed by letter; the number follows."
    assert press(clinic.world.leader, "applicant_enrol", applicant.pk, **data).status_code == 302
    assert Student.objects.get(pk=applicant.pk).moves.get().reason == data["reason"]


def test_a_file_behind_experience_is_private(clinic: Clinic, rivals: Clinic, applicant: Student) -> None:
    own = applicant.user
    assert own is not None
    experience = admissions.add_experience(
        by=own, student_id=applicant.pk, entry=admissions.ExperienceEntry("msk", 12, "Clinic")
    )
    file = SimpleUploadedFile("letter.txt", b"The referee writes that she is sound.", "text/plain")
    address = reverse("experience_file_add", args=[applicant.pk, experience.pk])
    cut = client_of(own).post(address, {"form_key": uuid4(), "title": "Letter", "file": file})
    assert cut.status_code == 422 and not ExperienceFile.objects.exists()
    file.seek(0)
    sent = {"form_key": uuid4(), "title": "Letter", "file": file, "__end": "1"}
    assert client_of(own).post(address, sent).status_code == 302
    experience.refresh_from_db()
    assert experience.evidence == ["F1"]
    held = reverse("experience_file", args=[applicant.pk, 1])
    for user in (own, clinic.world.member):
        answer = client_of(user).get(held)
        assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
        assert answer.getvalue().startswith(b"The referee")
    for user in (
        clinic.mentor_user,
        clinic.student_user,
        rivals.world.leader,
        clinic.world.officer,
        clinic.world.lead,
    ):
        assert client_of(user).get(held).status_code == 404
    assert AuditEvent.objects.filter(verb="student.file_read").count() == 2


def test_a_wrong_entry_no_longer_counts_and_stays_readable(clinic: Clinic, applicant: Student) -> None:
    row = admissions.add_registration(
        by=clinic.world.member, student_id=applicant.pk,
        entry=admissions.RegistrationEntry("HCPC", "PH123457", "active", days_ago(900)),
    )  # fmt: skip
    assert findings_on(applicant)[0].outcome.value == "met"
    args = (applicant.pk, "registration", row.pk)
    assert press(clinic.world.member, "entry_take_back", *args, reason="").status_code == 422
    assert press(clinic.world.member, "entry_take_back", *args, reason="Another person’s").status_code == 302
    assert findings_on(applicant)[0].outcome.value == "not_met"
    page = client_of(clinic.world.leader).get(reverse("applicant", args=[applicant.pk])).content.decode()
    assert "PH123457" in page and "Another person’s" in page
    assert press(clinic.world.member, "entry_take_back", *args, reason="Twice").status_code == 404


def test_a_number_given_twice_is_said_before_enrolment(clinic: Clinic, applicant: Student) -> None:
    admissions.add_registration(
        by=clinic.world.member, student_id=applicant.pk,
        entry=admissions.RegistrationEntry("HCPC", "PH123456", "active", days_ago(900)),
    )  # fmt: skip
    assert "the same number is given for S001" in findings_on(applicant)[0].reason


def test_an_invited_applicant_fills_in_their_own_application(clinic: Clinic, rivals: Clinic) -> None:
    from accreditation.models import AccountInvitation
    from accreditation.services import invitations

    row = admissions.apply(
        by=clinic.world.member, course=clinic.world.course, full_name="Ivy Invited", profession="Nurse",
        registrations=[], experience=[],
    )  # fmt: skip
    for user in (rivals.world.leader, clinic.mentor_user, clinic.world.officer):
        assert press(user, "applicant_invite", row.pk, email="ivy@people.example").status_code == 404
    assert (
        press(clinic.world.member, "applicant_invite", row.pk, email="ivy@people.example").status_code == 302
    )
    page = client_of(clinic.world.leader).get(reverse("applicant", args=[row.pk])).content.decode()
    assert "ivy@people.example" in page and "Send it again" in page
    assert press(rivals.world.leader, "applicant_invitation", row.pk, "back").status_code == 404
    found = AccountInvitation.objects.get()
    user = invitations.accept(token=invitations.token_of(found), password="a long enough secret 17")
    home = client_of(user).get(reverse("home")).content.decode()
    assert "Your application" in home and "Add your registration" in home and "Add your experience" in home
    assert client_of(user).get(reverse("portfolio_home"), follow=True).status_code == 200
    given = {"body": "NMC", "number": "71a2998e"}
    assert press(user, "registration_add", row.pk, **given).status_code == 302
    assert Registration.objects.get(student=row).number == "71A2998E"
    admissions.enrol(by=clinic.world.leader, student_id=row.pk, on=TODAY())
    assert press(user, "registration_add", row.pk, **given).status_code == 409  # decided: the team adds now
    assert client_of(user).get(reverse("portfolio", args=[row.pk])).status_code == 200


def test_interruption_return_and_withdrawal_are_dated_and_kept(clinic: Clinic) -> None:
    student = clinic.portfolio.student
    team = clinic.world.leader

    def move(kind: str, **changes: Any) -> Any:
        return press(
            team, "applicant_move", student.pk, kind, **(day("on", TODAY()) | {"reason": "Leave"} | changes)
        )

    assert move("return").status_code == 404  # not interrupted
    assert move("interrupt", **day("on", TODAY() + timedelta(days=1))).status_code == 422
    assert move("interrupt").status_code == 302
    answer = client_of(clinic.student_user).get(reverse("portfolio", args=[student.pk]))
    assert "Studies interrupted" in answer.content.decode()
    from portfolios.services import scans

    with pytest.raises(NotNow, match="when you return"):
        scans.log_scan(by=clinic.student_user, portfolio_id=student.pk, entry=clinic.entry())
    assert move("return").status_code == 302
    scans.log_scan(by=clinic.student_user, portfolio_id=student.pk, entry=clinic.entry())
    assert move("withdraw").status_code == 302
    assert [one.state for one in student.moves.order_by("created_at")] == [
        "enrolled", "interrupted", "enrolled", "withdrawn",
    ]  # fmt: skip
    with pytest.raises(NotAllowed):
        standing.move(by=clinic.student_user, student_id=student.pk, kind="readmit", on=TODAY(), reason="I")


def test_details_that_somebody_changed_meanwhile_are_shown_first(clinic: Clinic, applicant: Student) -> None:
    data = {"version": 1, "full_name": "Ada B Applicant", "profession": "Podiatrist"}
    assert press(clinic.world.leader, "applicant_edit", applicant.pk, **data).status_code == 302
    stale = press(
        clinic.world.member, "applicant_edit", applicant.pk, **data | {"profession": "Typed and kept"}
    )
    assert stale.status_code == 409 and "Typed and kept" in stale.content.decode()
    with pytest.raises(Invalid):
        applications.edit_details(
            by=clinic.world.leader, student_id=applicant.pk, version=2, full_name=" ", profession="x"
        )


def test_a_second_press_makes_one_applicant(world: World) -> None:
    key = uuid4()
    data = {"form_key": key, "full_name": "=Bo Twice", "profession": "Nurse", **day("applied_on", TODAY())}
    answers = [
        client_of(world.leader).post(reverse("applicant_add", args=[world.course.pk]), data) for _ in range(2)
    ]
    assert answers[0].url == answers[1].url and Student.objects.count() == 1


def test_the_list_is_narrowed_and_the_files_hold_just_that(clinic: Clinic, applicant: Student) -> None:
    course = clinic.world.course
    Student.objects.filter(pk=applicant.pk).update(full_name="=Ada Applicant")
    client = client_of(clinic.world.leader)

    def rows(query: str) -> list[str]:
        address = reverse("course_students", args=[course.pk]) + "?as=csv&" + query.removeprefix("?")
        lines = list(csv.reader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))
        return [line[0] for line in lines[1:]]

    student = clinic.portfolio.student.full_name
    assert rows("") == [student, "'=Ada Applicant"]
    assert rows("?state=applicant") == ["'=Ada Applicant"] and rows("?q=s001") == [student]
    assert rows("?q=PH123456") == [student] and rows("?cohort=2026") == [student] and rows("?q=nobody") == []
    assert rows("?sort=name")[0] == "'=Ada Applicant" and len(rows("?state=nonsense")) == 2
    book = load_workbook(
        io.BytesIO(client.get(reverse("course_students", args=[course.pk]) + "?as=xlsx").content)
    )
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == [student, "=Ada Applicant"]  # type: ignore[union-attr]
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)  # type: ignore[union-attr]
    page = client.get(reverse("course_students", args=[course.pk]) + "?state=applicant").content.decode()
    assert "=Ada Applicant" in page and student not in page and "experience is not judged" in page
    taken = AuditEvent.objects.filter(verb="table.taken_out").first()
    assert taken is not None and str(clinic.portfolio.pk) in taken.payload["rows"]


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_lists_take_as_many_queries_for_many_as_for_one(clinic: Clinic, applicant: Student) -> None:
    """The cohort, its results, an applicant's page and a mentor's queue, at one row and at many."""
    from portfolios.services import scans

    course = clinic.world.course
    log = lambda who, portfolio: scans.bulk_log_scans(  # noqa: E731
        by=who, portfolio_id=portfolio.pk, entries=[clinic.entry()] * 3
    )
    log(clinic.student_user, clinic.portfolio)
    pages = {
        clinic.world.leader: [
            reverse("course_students", args=[course.pk]),
            reverse("course_results", args=[course.pk]),
            reverse("applicant", args=[clinic.portfolio.pk]),
        ],
        clinic.mentor_user: [reverse("mentor_queue")],
        clinic.student_user: [reverse("contract", args=[clinic.portfolio.pk, 1])],
    }
    clients = {user: client_of(user) for user in pages}
    before = [queries(clients[user], page) for user, some in pages.items() for page in some]
    for number in range(4):
        _, mentor = make_mentor(clinic.world, f"Mentor Number {number}")
        portfolios.join_team(
            by=clinic.world.leader, portfolio_id=clinic.portfolio.pk, mentor=mentor, since=days_ago(9)
        )
        user, portfolio = make_student(clinic.world, f"Student Number {number}", clinic.mentor)
        log(user, portfolio)
        admissions.add_registration(
            by=clinic.world.member, student_id=clinic.portfolio.pk,
            entry=admissions.RegistrationEntry("HCPC", f"PH99{number}"),
        )  # fmt: skip
    assert [queries(clients[user], page) for user, some in pages.items() for page in some] == before


def test_the_course_puts_mentors_into_a_students_team_and_notes_their_last_day(
    clinic: Clinic, rivals: Clinic
) -> None:
    key, team = clinic.portfolio.pk, clinic.world.member
    user, mentor = make_mentor(clinic.world, "Second Mentor")
    data = {"mentor": mentor.pk, **day("since", days_ago(1))}
    for other in (rivals.world.leader, clinic.world.officer, rivals.mentor_user):
        assert press(other, "team_join", key, **data).status_code == 404
    for other in (clinic.student_user, clinic.mentor_user):
        assert press(other, "team_join", key, **data).status_code == 403
    page = client_of(team).get(reverse("team_join", args=[key])).content.decode()
    assert "Second Mentor" in page and "Eligible" in page and clinic.mentor.full_name not in page
    assert press(team, "team_join", key, **data | {"mentor": rivals.mentor.pk}).status_code == 422
    assert client_of(user).get(reverse("portfolio", args=[key])).status_code == 404
    assert press(team, "team_join", key, **data).status_code == 302
    assert client_of(user).get(reverse("portfolio", args=[key])).status_code == 200
    place = clinic.portfolio.student.team.get(mentor=mentor)
    assert (
        press(clinic.mentor_user, "team_leave", key, place.pk, **day("until", days_ago(1))).status_code == 403
    )
    assert press(team, "team_leave", key, place.pk, **day("until", days_ago(1))).status_code == 302
    assert client_of(user).get(reverse("portfolio", args=[key])).status_code == 404
    assert press(team, "team_leave", key, place.pk, **day("until", days_ago(1))).status_code == 404


def test_one_mentor_joins_several_teams_at_once_all_or_none(clinic: Clinic, rivals: Clinic) -> None:
    _, second = make_mentor(clinic.world, "Second Mentor")
    _, other = make_student(clinic.world, "Other Student", clinic.mentor)
    keys = [str(clinic.portfolio.pk), str(other.pk)]
    address = reverse("team_join_several", args=[clinic.world.course.pk])
    leader = client_of(clinic.world.leader)
    listed = leader.get(reverse("course_students", args=[clinic.world.course.pk])).content.decode()
    assert f'formaction="{address}"' in listed
    page = leader.get(address, {"row": keys[:1]}).content.decode()
    assert page.count(" checked") == 1 and "Second Mentor" in page and "Other Student" in page
    for stranger in (rivals.world.leader, clinic.student_user, clinic.mentor_user, clinic.world.officer):
        assert client_of(stranger).get(address).status_code in (403, 404)
        assert client_of(stranger).post(address, {"students": keys}).status_code in (403, 404)
    when = days_ago(20)
    data = {
        "mentor": second.pk, **day("since", when), "students": keys,
        "form_key": str(uuid4()),
    }  # fmt: skip
    assert leader.post(address, data | {"students": [], "form_key": str(uuid4())}).status_code == 422
    foreign = data | {"students": [*keys, str(rivals.portfolio.pk)], "form_key": str(uuid4())}
    assert leader.post(address, foreign).status_code == 422, "a student of another course is no choice"
    too_early = data | day("since", days_ago(350))  # before the mentor was placed on the course
    assert leader.post(address, too_early | {"form_key": str(uuid4())}).status_code == 422
    assert not second.teams.exists()
    for _ in range(2):  # a second press changes nothing
        assert leader.post(address, data).status_code == 302
    assert second.teams.count() == 2
    assert leader.post(address, data | {"form_key": str(uuid4())}).status_code == 422, "nobody is left"
