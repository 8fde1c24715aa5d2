"""The pages of register and portfolios, asked for by the people of two worlds."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accreditation.models import AuditEvent, User
from portfolios.models import Appraisal, Scan
from portfolios.services import contracts, scans
from tests.people import Clinic

pytestmark = pytest.mark.django_db


def get(user: User, name: str, /, *args: object) -> tuple[int, str]:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse(name, args=args))
    return answer.status_code, answer.content.decode()


def post(user: User, name: str, /, *args: object, **data: object) -> tuple[int, str]:
    client = Client()
    client.force_login(user)
    answer = client.post(reverse(name, args=args), data)
    return answer.status_code, answer.content.decode()


@pytest.fixture
def scan(clinic: Clinic) -> Scan:
    return scans.log_scan(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry())


OWN = ("portfolio", "scan_list")


@pytest.mark.parametrize("name", OWN)
def test_a_portfolio_exists_only_for_those_who_may_see_it(
    clinic: Clinic, rivals: Clinic, scan: Scan, name: str
) -> None:
    for user in (clinic.student_user, clinic.mentor_user, clinic.world.leader, clinic.world.member):
        assert get(user, name, clinic.portfolio.pk)[0] == 200
    others = (
        rivals.student_user,
        rivals.mentor_user,
        rivals.world.leader,
        clinic.world.officer,
        clinic.world.lead,
    )
    for user in others:
        assert get(user, name, clinic.portfolio.pk)[0] == 404


def test_an_assessor_reads_a_code_and_never_the_name(clinic: Clinic, scan: Scan) -> None:
    from accreditation import grants
    from accreditation.enums import InvitationState
    from accreditation.models import Assignment, Submission

    world = clinic.world
    case = Submission.objects.create(
        course=world.course, reference="T-1", state="in_assessment", opened_by=world.leader
    )
    Assignment.objects.create(
        submission=case,
        user=world.lead,
        role="lead",
        state=InvitationState.ACCEPTED,
        assigned_by=world.officer,
    )
    grants.sync_submission(case)
    for name in OWN:
        status, page = get(world.lead, name, clinic.portfolio.pk)
        assert status == 200 and "Student S001" in page
        assert clinic.portfolio.student.full_name not in page and clinic.student_user.email not in page


def form_of(clinic: Clinic, **changes: object) -> dict[str, object]:
    today = timezone.localdate()
    return {
        "on_day": today.day, "on_month": today.month, "on_year": today.year, "regions": ["knee"], "subject": "patient",
        "mentor": clinic.mentor.pk, "supervision": "observed", "role": "performed", "minutes": 25,
        "pathologies": ["effusion"], "client_key": "01a20cdb-ee4f-466d-91f6-52c42f031c39",
    } | changes  # fmt: skip


def test_a_scan_is_logged_once_however_often_the_button_is_pressed(clinic: Clinic) -> None:
    for _ in range(2):
        assert post(clinic.student_user, "scan_add", clinic.portfolio.pk, **form_of(clinic))[0] == 302
    assert Scan.objects.get().regions == {"knee"}


def test_what_was_typed_stays_when_something_is_missing(clinic: Clinic) -> None:
    status, page = post(
        clinic.student_user,
        "scan_add",
        clinic.portfolio.pk,
        **form_of(clinic, minutes="", indication="Fell off a horse"),
    )
    assert (
        status == 422
        and "Enter the minutes" in page
        and "Fell off a horse" in page
        and not Scan.objects.exists()
    )


def test_nobody_logs_for_another(clinic: Clinic, rivals: Clinic) -> None:
    for user in (clinic.mentor_user, clinic.world.leader, rivals.student_user):
        assert post(user, "scan_add", clinic.portfolio.pk, **form_of(clinic))[0] == 404
    assert not Scan.objects.exists()


def test_a_mentor_signs_one_scan_and_nothing_is_ticked_before(clinic: Clinic, scan: Scan) -> None:
    args = (clinic.portfolio.pk, scan.number)
    assert scan.get_regions_words().capitalize() in get(clinic.mentor_user, "mentor_queue")[1]  # type: ignore[attr-defined]
    status, page = get(clinic.mentor_user, "scan_appraise", *args)
    assert status == 200 and "checked" not in page
    status, page = post(clinic.mentor_user, "scan_appraise", *args, version=1, say="agreed", comment="Kept")
    assert status == 422 and "Choose a grade" in page and "Kept" in page
    assert post(clinic.mentor_user, "scan_appraise", *args, version=1, say="agreed", grade="good")[0] == 302
    assert Appraisal.objects.get().mentor == clinic.mentor
    assert get(clinic.mentor_user, "scan_appraise", *args)[0] == 404  # it waits no more


def test_a_changed_scan_is_shown_again_before_it_is_signed(clinic: Clinic, scan: Scan) -> None:
    Scan.objects.filter(pk=scan.pk).update(version=2)
    status, page = post(
        clinic.mentor_user,
        "scan_appraise",
        clinic.portfolio.pk,
        scan.number,
        version=1,
        say="agreed",
        grade="good",
    )
    assert status == 409 and "changed this scan" in page and not Appraisal.objects.exists()


def test_nobody_else_appraises(clinic: Clinic, rivals: Clinic, scan: Scan) -> None:
    for user in (clinic.student_user, rivals.mentor_user, clinic.world.leader, clinic.world.officer):
        args = (clinic.portfolio.pk, scan.number)
        assert post(user, "scan_appraise", *args, version=1, say="agreed", grade="good")[0] == 404


def test_a_contract_is_signed_by_whose_turn_it_is(clinic: Clinic, rivals: Clinic) -> None:
    draft = contracts.draft_contract(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, remit={"knee"})
    args = (clinic.portfolio.pk, draft.number)
    for user, party in ((clinic.student_user, "Student"), (clinic.mentor_user, "Mentor")):
        assert f"Sign as: {party}" in get(user, "contract", *args)[1]
    clinic.mentor_user.set_password("a long enough secret 17")
    clinic.mentor_user.save()
    data = {
        "name": clinic.mentor_user.full_name, "party": "mentor", "text_sha256": draft.text_sha256,
        "password": "a long enough secret 17",
    }  # fmt: skip
    assert post(clinic.mentor_user, "contract_sign", *args, **data)[0] == 302
    assert post(clinic.mentor_user, "contract_sign", *args, **(data | {"party": "student"}))[0] == 403
    assert get(rivals.mentor_user, "contract", *args)[0] == 404
    assert draft.signatures.count() == 1


def test_a_course_team_sees_its_own_students_only(clinic: Clinic, rivals: Clinic, scan: Scan) -> None:
    status, page = get(clinic.world.leader, "course_students", clinic.world.course.pk)
    assert status == 200 and clinic.portfolio.student.full_name in page
    assert get(rivals.world.leader, "course_students", clinic.world.course.pk)[0] == 404
    assert get(clinic.world.officer, "course_students", clinic.world.course.pk)[0] in (403, 404)


def test_the_register_shows_each_what_they_may_see(clinic: Clinic, rivals: Clinic) -> None:
    _, page = get(clinic.world.officer, "mentors")
    assert clinic.mentor.full_name in page and rivals.mentor.full_name in page
    _, page = get(clinic.world.leader, "mentors")
    assert clinic.mentor.full_name in page and rivals.mentor.full_name not in page
    for user, code in (
        (clinic.world.officer, 200),
        (clinic.mentor_user, 200),
        (clinic.world.leader, 200),
        (rivals.world.leader, 404),
        (clinic.student_user, 404),
    ):
        assert get(user, "mentor", clinic.mentor.pk)[0] == code


def test_an_officers_look_is_on_the_audit_trail(clinic: Clinic) -> None:
    get(clinic.world.leader, "mentor", clinic.mentor.pk)
    assert not AuditEvent.objects.filter(verb="mentor.read").exists()
    get(clinic.world.officer, "mentor", clinic.mentor.pk)
    assert AuditEvent.objects.get(verb="mentor.read").object_id == str(clinic.mentor.pk)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "Wexcombe"}, True), ({"q": "nobody"}, False), ({"region": "knee"}, True), ({"region": "elbow"}, False),
        ({"standing": "met"}, True), ({"standing": "not_met"}, False), ({"region": "<b>"}, True),
    ],
)  # fmt: skip
def test_the_register_is_narrowed(clinic: Clinic, asked: dict[str, str], found: bool) -> None:
    client = Client()
    client.force_login(clinic.world.officer)
    page = client.get(reverse("mentors"), asked).content.decode()
    assert (clinic.mentor.number in page) is found


@pytest.mark.parametrize("name", ["mentor_remit", "mentor_break", "mentor_check", "mentor_qualification_add"])
def test_only_officers_change_the_register(clinic: Clinic, name: str) -> None:
    assert get(clinic.world.officer, name, clinic.mentor.pk)[0] == 200
    for user in (clinic.world.leader, clinic.mentor_user, clinic.student_user, clinic.world.lead):
        assert get(user, name, clinic.mentor.pk)[0] in (403, 404)


def test_an_officer_adds_a_qualification_once(clinic: Clinic) -> None:
    data = {
        "form_key": "01a20cdb-ee4f-466d-91f6-52c42f031c30", "kind": "msc", "msk": "yes", "country": "uk", "level": "",
        "precision": "month", "ratified_on_day": "1", "ratified_on_month": "9", "ratified_on_year": "2022",
        "source": "Transcript",
    }  # fmt: skip
    for _ in range(2):
        assert post(clinic.world.officer, "mentor_qualification_add", clinic.mentor.pk, **data)[0] == 302
    assert clinic.mentor.qualifications.get(kind="msc").ratified == "2022-09"


@pytest.mark.parametrize(
    ("who", "word"), [("mentor_user", "Appraise 1 scan"), ("student_user", "Log a scan")]
)
def test_home_tells_what_to_do(clinic: Clinic, scan: Scan, who: str, word: str) -> None:
    assert word in get(getattr(clinic, who), "home")[1]


@pytest.mark.parametrize("name", ["portfolio", "scan_list"])
def test_one_scan_or_five_hundred_take_the_same_queries(clinic: Clinic, scan: Scan, name: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(clinic.student_user)
    counts = []
    for more in (0, 499):
        if more:
            entries = [clinic.entry()] * more
            scans.bulk_log_scans(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=entries)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(name, args=[clinic.portfolio.pk])).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_query_leads_to_a_correction_and_back_to_the_mentor(
    clinic: Clinic, rivals: Clinic, scan: Scan
) -> None:
    args = (clinic.portfolio.pk, scan.number)
    said = {"version": 1, "say": "queried", "comment": "Which knee?"}
    assert post(clinic.mentor_user, "scan_appraise", *args, **said)[0] == 302
    assert get(clinic.mentor_user, "scan_appraise", *args)[0] == 404
    assert f"{clinic.mentor} wrote about scan {scan.number}" in get(clinic.student_user, "home")[1]
    assert "Which knee?" in get(clinic.student_user, "scan_correct", *args)[1]
    for user in (clinic.mentor_user, clinic.world.leader, rivals.student_user):
        assert get(user, "scan_correct", *args)[0] == 404
    data = form_of(clinic, version=1, side="left")
    assert post(clinic.student_user, "scan_correct", *args, **data)[0] == 302
    assert post(clinic.student_user, "scan_correct", *args, **data)[0] == 409
    page = get(clinic.mentor_user, "scan_appraise", *args)[1]
    assert "The student changed this scan since it was appraised" in page and "side" in page


def test_a_grade_is_read_in_words(clinic: Clinic, scan: Scan) -> None:
    data = {
        "version": 1,
        "say": "agreed",
        "grade": "needs_improvement",
        "comment": "Find the long axis first",
    }
    post(clinic.mentor_user, "scan_appraise", clinic.portfolio.pk, scan.number, **data)
    page = get(clinic.student_user, "scan_list", clinic.portfolio.pk)[1]
    assert "Needs improvement" in page and "needs_improvement" not in page and "Find the long axis" in page
