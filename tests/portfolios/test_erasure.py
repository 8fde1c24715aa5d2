"""A person is erased: no text of the database names them any more, and trail and store still verify."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accreditation import audit, files, mail, personal
from accreditation.enums import ConflictKind
from accreditation.exceptions import NotNow
from accreditation.models import (
    Absence,
    AccountInvitation,
    Answer,
    AssessorProfile,
    ClauseCarer,
    Decision,
    FormKey,
    Institution,
    Interest,
    KeptView,
    Message,
    Submission,
    User,
)
from accreditation.retention import SCHEDULE, years_after
from accreditation.services import retention, subject
from mentors.enums import MentorState
from mentors.models import Mentor
from portfolios.enums import StudentState
from portfolios.models import Registration, Scan, Student
from tests.accreditation import decided
from tests.people import Clinic
from tests.worlds import World, make_user

pytestmark = pytest.mark.django_db

NAME, EMAIL, NUMBER = "Zinnia Quillfeather", "zinnia.quillfeather@people.example", "RA987654"


def whole_database() -> str:
    """Every row of every table as text, as a dump has it."""
    found = []
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names():
            cursor.execute(f'SELECT "{name}"::text FROM "{name}"')  # noqa: S608
            found += [str(row[0]) for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.fixture
def zinnia(clinic: Clinic) -> User:
    """A student who is a mentor too, has messages, acts that the trail tells of, and is named in other people's texts."""
    user = clinic.student_user
    user.full_name, user.preferred_name, user.email = NAME, "Zinnia Q", EMAIL
    user.save()
    Student.objects.filter(user=user).update(full_name=NAME)
    student = Student.objects.get(user=user)
    Mentor.objects.create(
        number="M-ZQ", user=user, full_name=NAME, email=EMAIL, body="HCPC", registration_number=NUMBER
    )
    world = clinic.world
    draft = Submission.objects.create(course=world.course, reference="S-1", opened_by=world.leader)
    Answer.objects.create(
        submission=draft,
        clause="PS1.1",
        text=f"Our mentor {NAME} ({NUMBER}, {EMAIL.upper()}) helped; Zinnia Quillfeathers did not.",
        updated_by=world.leader,
    )
    context = {"reference": "S-1", "course": "C", "institution": "I", "on": NAME}
    mail.promise("submission_submitted", to=user, key="one", about=draft, context=context)
    mail.promise("submission_submitted", to=world.officer, key="two", about=draft, context=context)
    for number in range(3):
        audit.record("thing.done", by=user, obj=user, payload={"number": number})
    audit.record("thing.seen", by=world.officer, obj=student)
    return user


def said(*arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def test_erased_on_request_nothing_names_the_person_and_everything_verifies(
    zinnia: User, clinic: Clinic
) -> None:
    others = {user.pk: user.full_name for user in User.objects.exclude(pk=zinnia.pk)}
    before = whole_database()
    dry = said("erase", EMAIL, on_request=True)
    assert (
        "to be erased" in dry
        and "Nothing was changed" in dry
        and "Named in accreditation.Answer.text: 1 rows" in dry
    )
    assert whole_database() == before, "a dry run changes nothing"
    done = said("erase", EMAIL, on_request=True, apply=True)
    assert "No text in the database names the person." in done
    text = whole_database().lower()
    assert "zinnia quillfeathers did not" in text, "somebody else, whose name only begins alike, stays"
    text = text.replace("zinnia quillfeathers", "")
    for canary in (NAME, EMAIL, NUMBER, "Zinnia Q\n", "zinnia.quillfeather"):
        assert canary.lower() not in text, canary
    assert list(audit.faults()) == []
    assert not [fault for fault in files.verify() if fault.kind != "orphaned"]
    assert not Student.objects.filter(user=zinnia).exists() and not Scan.objects.filter(
        portfolio__student__user=zinnia
    )
    zinnia.refresh_from_db()
    assert not zinnia.is_active and not zinnia.has_usable_password() and not zinnia.groups.exists()
    assert {user.pk: user.full_name for user in User.objects.exclude(pk=zinnia.pk)} == others
    assert Message.objects.get(key="two").person != zinnia


def test_before_its_time_nothing_is_erased_and_each_part_says_why(zinnia: User) -> None:
    listed = said("erase", EMAIL)
    assert (
        "in use" in listed
        and SCHEDULE["messages"].why in listed
        and "proposals of 24 November 2026" in listed
    )
    with pytest.raises(NotNow):
        retention.erase(user=zinnia, email=EMAIL)
    with pytest.raises(CommandError, match="Nothing is held under this address"):
        call_command("erase", "nobody@people.example")


def test_when_the_period_of_a_part_has_ended_that_part_goes_and_no_other(
    zinnia: User, clinic: Clinic
) -> None:
    long_ago = timezone.now() - timedelta(days=365 * 6 + 10)
    student = Student.objects.get(user=zinnia)
    Student.objects.filter(pk=student.pk).update(state=StudentState.COMPLETED, updated_at=long_ago)
    Scan.objects.filter(portfolio__student=student).update(updated_at=long_ago)
    assert any("studies (completed) ended" in sentence for sentence in retention.due())
    assert retention.erase(user=zinnia, email=EMAIL) == [
        f"Study and portfolio on {clinic.world.course.reference}"
    ]
    assert (
        not Student.objects.filter(pk=student.pk).exists() and Mentor.objects.filter(full_name=NAME).exists()
    )
    Mentor.objects.filter(user=zinnia).update(state=MentorState.LEFT, updated_at=long_ago)
    assert [sentence for sentence in retention.due() if "mentors who left" in sentence]
    assert NAME not in "".join(retention.due())


def test_what_somebody_signed_for_a_case_is_kept_with_its_case(world: World) -> None:
    decision: Decision = decided.decided(world)
    leader = world.leader
    part = next(part for part in personal.everything(leader, leader.email) if part.period.code == "case")
    assert part.until == years_after(decision.period_to or date.min, 6)
    assert retention.verdict(part, date(2100, 1, 1), on_request=True).startswith(
        "kept until 31 December 2037"
    )
    assert decision.snapshot.declared_name == "Leader"


THEIRS = [
    "accreditation.Absence.user",
    "accreditation.AssessorProfile.user",
    "accreditation.Attendance.person",
    "accreditation.Interest.user",
    "accreditation.ClauseCarer.user",
    "accreditation.KeptView.user",
    "accreditation.LetterApproval.by",
    "accreditation.LetterApproval.name",
    "accreditation.AccountInvitation.accepted_by",
    "accreditation.AccountInvitation.email",
    "accreditation.AccountInvitation.full_name",
    "accreditation.Assignment.user",
    "accreditation.Conflict.user",
    "accreditation.CourseTeamMember.user",
    "accreditation.CourseUserPermission.user",
    "accreditation.DateAnswer.person",
    "accreditation.Decision.decided_by",
    "accreditation.Decision.signed_name",
    "accreditation.FormKey.user",
    "accreditation.MailChoice.person",
    "accreditation.Message.address",
    "accreditation.Message.person",
    "accreditation.Pack.asked_by",
    "accreditation.PanelReport.co_signed_by",
    "accreditation.PanelReport.lead_signed_by",
    "accreditation.Snapshot.declared_by",
    "accreditation.Snapshot.declared_name",
    "accreditation.SubmissionUserPermission.user",
    "accreditation.User.email",
    "accreditation.User.full_name",
    "accreditation.User.preferred_name",
    "account.EmailAddress.email",
    "account.EmailAddress.user",
    "admin.LogEntry.user",
    "guardian.UserObjectPermission.user",
    "mentors.AddressCheck.address",
    "mentors.FormerEntry.email",
    "mentors.FormerEntry.full_name",
    "mentors.FormerEntry.registration_number",
    "mentors.Mentor.email",
    "mentors.Mentor.full_name",
    "mentors.Mentor.registration_number",
    "mentors.Mentor.user",
    "mfa.Authenticator.user",
    "portfolios.ExperienceFile.name",
    "portfolios.Presentation.recipient",
    "portfolios.Registration.number",
    "portfolios.Signature.name",
    "portfolios.SigningLink.address",
    "portfolios.Student.full_name",
    "portfolios.Student.user",
    "usersessions.UserSession.ip",
    "usersessions.UserSession.user",
    "usersessions.UserSession.user_agent",
]
"""Columns by which a row is about a person: the row is in one of their parts."""
ACTS = [
    "accreditation.AgendaItem.added_by",
    "accreditation.AnnualReturn.sent_by",
    "accreditation.AnnualReturn.updated_by",
    "accreditation.Assignment.course_declared_by",
    "accreditation.CalibrationView.answered_by",
    "accreditation.CalibrationView.by",
    "accreditation.FactReply.answered_by",
    "accreditation.FactReply.sent_by",
    "accreditation.FactReply.updated_by",
    "accreditation.LetterTemplate.begun_by",
    "accreditation.LetterTemplate.published_by",
    "accreditation.Meeting.planned_by",
    "accreditation.MonitoringFlag.raised_by",
    "accreditation.PanelPaper.sent_by",
    "accreditation.PanelPaper.updated_by",
    "accreditation.PanelReport.calibrator",
    "accreditation.PanelReport.reply_ended_by",
    "accreditation.PanelReport.went_on_by",
    "accreditation.ReturnFile.uploaded_by",
    "accreditation.AccountInvitation.by",
    "accreditation.AgreedDraft.saved_by",
    "accreditation.AgreedJudgement.agreed_by",
    "accreditation.Answer.updated_by",
    "accreditation.Appeal.ended_by",
    "accreditation.Appeal.lodged_by",
    "accreditation.AppealStep.by",
    "accreditation.Assignment.assigned_by",
    "accreditation.CaseEvent.proposed_by",
    "accreditation.CaseNote.by",
    "accreditation.TeamNote.by",
    "accreditation.ClauseQuestion.answered_by",
    "accreditation.ClauseQuestion.asked_by",
    "accreditation.ClauseQuestion.updated_by",
    "accreditation.Condition.closed_by",
    "accreditation.ConditionAnswer.sent_by",
    "accreditation.ConditionAnswer.updated_by",
    "accreditation.ConditionEvent.by",
    "accreditation.ConditionView.by",
    "accreditation.Conflict.declared_by",
    "accreditation.Conflict.decided_by",
    "accreditation.Evidence.uploaded_by",
    "accreditation.Submission.opened_by",
    "accreditation.NationalRun.started_by",
    "mentors.AddressCheck.by",
    "mentors.Break.recorded_by",
    "mentors.Confirmation.by",
    "mentors.Consent.recorded_by",
    "mentors.Document.uploaded_by",
    "mentors.Employment.recorded_by",
    "mentors.FormerEntry.recorded_by",
    "mentors.Import.by",
    "mentors.Import.undone_by",
    "mentors.Listing.recorded_by",
    "mentors.Mentor.proposed_by",
    "mentors.Placement.recorded_by",
    "mentors.Qualification.recorded_by",
    "mentors.RegisterCheck.by",
    "mentors.RemitPeriod.recorded_by",
    "mentors.Remark.settled_by",
    "mentors.Shortage.claimed_by",
    "mentors.Shortage.decided_by",
    "mentors.Shortage.ended_by",
    "portfolios.Appraisal.by_user",
    "portfolios.CompetencyAssessment.signed_by",
    "portfolios.CompetencyAssessment.taken_back_by",
    "portfolios.Dispute.settled_by",
    "portfolios.Experience.taken_back_by",
    "portfolios.ExperienceFile.uploaded_by",
    "portfolios.Move.by_user",
    "portfolios.PortfolioUserPermission.user",
    "portfolios.Registration.taken_back_by",
    "portfolios.RegistrationCheck.by_user",
    "portfolios.Result.taken_back_by",
    "portfolios.ScanFile.by",
    "portfolios.ScanFile.undone_by",
    "portfolios.Signature.user",
    "portfolios.SigningLink.asked_by",
    "portfolios.StudentAward.taken_back_by",
    "portfolios.TeamMembership.recorded_by",
]
"""Columns that say who did something to a row which is about somebody or something else: told by the audit trail's part."""
NOBODY = [
    "accreditation.KeptView.name",
    "accreditation.MemberBody.name",
    "accreditation.MemberBody.short_name",
    "accreditation.ReturnFile.name",
    "accreditation.Evidence.name",
    "accreditation.Institution.address",
    "accreditation.Institution.name",
    "accreditation.Institution.short_name",
    "accreditation.Letter.unsigned_sha256",
    "accreditation.Pulse.name",
    "auth.Group.name",
    "auth.Permission.codename",
    "auth.Permission.name",
    "mentors.Document.name",
    "mentors.Import.name",
    "portfolios.CompetencyAssessment.assessor_name",
    "portfolios.ScanFile.name",
    "portfolios.Appraisal.image",
    "portfolios.Passport.number",
    "accreditation.Letter.number",
    "mentors.Mentor.number",
]
"""Names of things and bodies, or of people whom only another person's row knows (erased by their name)."""
PERSONAL = re.compile(r"name$|email|address|signed|^ip$|agent$|recipient|registration_number|phone")


def test_every_column_about_a_person_belongs_to_somebody_s_part(zinnia: User, clinic: Clinic) -> None:
    """A new column that names a person fails here until it is said whose it is; a part that lost its rows does, too."""
    known, seen = {*THEIRS, *ACTS, *NOBODY}, set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            to_person = field.is_relation and field.related_model is User
            text = isinstance(field, (models.CharField, models.TextField, models.GenericIPAddressField))
            if to_person or (text and not field.choices and PERSONAL.search(field.name)):
                seen.add(f"{model._meta.label}.{field.name}")
    assert sorted(seen - known) == []
    Registration.objects.filter(student__user=zinnia).get()
    people = (zinnia, clinic.world.chair, clinic.world.lead, clinic.world.leader)
    decided.decided(clinic.world)
    AccountInvitation.objects.create(email=EMAIL, full_name=NAME, expires_at=timezone.now())
    today = timezone.localdate()
    AssessorProfile.objects.create(user=zinnia)
    Absence.objects.create(user=zinnia, since=today, until=today)
    Interest.objects.create(user=zinnia, institution=clinic.world.institution, kind=ConflictKind.EMPLOYER)
    FormKey.objects.create(key=uuid4(), user=zinnia)
    KeptView.objects.create(user=zinnia, table="cases", name="Mine", query="")
    ClauseCarer.objects.create(submission=Submission.objects.all()[0], clause="PS1.1", user=zinnia)
    held = {
        rows.model._meta.label
        for person in people
        for part in personal.everything(person, person.email)
        for rows in part.rows
    }
    assert sorted({name.rpartition(".")[0] for name in THEIRS} - held) == []


def test_somebody_without_an_account_gets_what_was_sent_to_their_address(world: World) -> None:
    AccountInvitation.objects.create(
        email="Ann@people.example", full_name="Ann Other", expires_at=timezone.now()
    )
    with transaction.atomic():
        mail.promise("submission_submitted", to="ann@people.example", key="a", context={"name": "Ann Other"})
        mail.promise("submission_submitted", to="ben@people.example", key="b", context={})
    told = said("erase", "ann@people.example")
    assert "Messages sent to this person (1 rows)" in told and "Invitations of this person (1 rows)" in told
    said("erase", "ann@people.example", on_request=True, apply=True)
    assert Message.objects.get().key == "b" and not AccountInvitation.objects.exists()


def test_twenty_ninth_of_february() -> None:
    assert years_after(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)


def unzipped(bundle: bytes) -> tuple[str, dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as held:
        assert sorted(held.namelist()) == ["everything.html", "everything.json"]
        return held.read("everything.html").decode(), json.loads(held.read("everything.json"))


def test_a_person_takes_away_everything_about_them_and_nothing_about_others(
    zinnia: User, rival: World, client: Client
) -> None:
    client.force_login(zinnia)
    page = client.get(reverse("account_held"))
    assert page.status_code == 200 and "Study and portfolio" in page.content.decode()
    answer = client.post(reverse("account_held_file"))
    assert answer["Content-Type"] == "application/zip" and answer["Cache-Control"] == "private, no-store"
    html, plain = unzipped(answer.content)
    assert NAME in html and NUMBER in html and plain["email"] == EMAIL
    tables = {table["title"] for part in plain["parts"] for table in part["tables"]}
    assert {"students", "portfolios", "learning contracts", "mentors", "users", "messages"} <= tables
    whole = html + json.dumps(plain)
    assert zinnia.password not in whole and "pbkdf2" not in whole
    for user in User.objects.exclude(pk=zinnia.pk):
        assert user.email not in whole
    assert Institution.objects.get(pk=rival.institution.pk).name not in whole
    assert client.get(reverse("account_held_file")).status_code == 405


def test_the_command_writes_a_new_file_only(zinnia: User, tmp_path: Any) -> None:
    target = tmp_path / "zinnia.zip"
    assert "hand it over safely" in said("subject", EMAIL, output=target)
    assert NAME in unzipped(target.read_bytes())[0]
    with pytest.raises(CommandError, match="is there already"):
        call_command("subject", EMAIL, output=target)


def test_the_page_costs_the_same_queries_for_many_messages(
    zinnia: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    from django.test.utils import CaptureQueriesContext

    subject.summary(user=zinnia)  # what is asked once in a process is asked here
    with CaptureQueriesContext(connection) as few:
        subject.summary(user=zinnia)
    with transaction.atomic():
        for number in range(20):
            mail.promise("submission_submitted", to=zinnia, key=f"more-{number}", context={})
    make_user("Somebody Else")
    with CaptureQueriesContext(connection) as many:
        subject.summary(user=zinnia)
    assert len(few) == len(many)
