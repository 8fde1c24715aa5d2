"""Invitations: who may invite to what, a link that changes nothing until it is used, once, and never by the wrong person."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accreditation import mail_text
from accreditation.enums import CourseTeamRole, InvitationStanding
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.models import AccountInvitation, AuditEvent, Message, User
from accreditation.permissions import is_on_team
from accreditation.roles import ASSESSOR, CHAIR
from accreditation.services import accounts, invitations
from mentors.models import Mentor
from portfolios.models import Student
from tests.people import Clinic, make_clinic
from tests.worlds import World, make_user

pytestmark = pytest.mark.django_db
EVERYONE = ("leader", "member", "officer", "lead", "co", "shadow", "committee", "chair", "outsider")
SECRET = "three green herons walking"


@pytest.fixture
def clinic(world: World) -> Clinic:
    return make_clinic(world)


@pytest.fixture
def rivals(rival: World) -> Clinic:
    return make_clinic(rival)


def link(invitation: AccountInvitation) -> str:
    return reverse("invitation", args=[invitations.token_of(invitation)])


def invite_colleague(world: World, email: str = "new.colleague@people.example") -> AccountInvitation:
    return invitations.invite(
        by=world.leader, email=email, full_name="New Colleague", for_=world.course, details={"role": "member"}
    )


def may_invite(person: User, for_: object) -> bool:
    try:
        email = for_.email if isinstance(for_, Mentor) else "someone.else@people.example"
        made = invitations.invite(by=person, email=email, full_name="Someone Else", for_=for_)  # type: ignore[arg-type]
    except NotAllowed:
        return False
    AccountInvitation.objects.filter(pk=made.pk).delete()
    return True


def test_who_may_invite_to_what_in_both_worlds(world: World, clinic: Clinic, rivals: Clinic) -> None:
    student = clinic.portfolio.student
    Student.objects.filter(pk=student.pk).update(user=None)
    Mentor.objects.filter(pk=clinic.mentor.pk).update(user=None)
    mentor = Mentor.objects.get(pk=clinic.mentor.pk)
    student.refresh_from_db()
    may = {
        "course": {("w", "leader"), ("w", "officer"), ("r", "officer")},
        "student": {("w", "leader"), ("w", "member")},
        "mentor": {("w", "leader"), ("w", "member"), ("w", "officer"), ("r", "officer")},
        "account": {("w", "officer"), ("r", "officer")},
    }
    things = {"course": world.course, "student": student, "mentor": mentor, "account": None}
    for what, thing in things.items():
        found = {
            (side, who)
            for side, one in (("w", clinic), ("r", rivals))
            for who in (*EVERYONE, "mentor_user", "student_user")
            if may_invite(getattr(one.world if who in EVERYONE else one, who), thing)
        }
        assert found == may[what], what


def test_a_course_invites_a_mentor_at_the_registers_address_only(clinic: Clinic) -> None:
    Mentor.objects.filter(pk=clinic.mentor.pk).update(user=None)
    mentor = Mentor.objects.get(pk=clinic.mentor.pk)
    with pytest.raises(NotAllowed, match="address in the register"):
        invitations.invite(by=clinic.world.leader, email="mine@people.example", full_name="X", for_=mentor)


def test_the_link_is_in_the_mail_and_in_no_row(world: World) -> None:
    invitation = invite_colleague(world)
    message = Message.objects.get(kind="account_invitation")
    secret = invitations.token_of(invitation)
    sent, kept = mail_text.words_of(message), mail_text.words_of(message, kept=True)
    assert secret in sent.text and secret in sent.html and secret not in kept.text + kept.html
    assert "Leader Wexcombe invites you" in sent.subject and "works once" in sent.text
    stored = repr(list(Message.objects.values())) + repr(list(AuditEvent.objects.values()))
    assert secret not in stored + repr(list(AccountInvitation.objects.values()))
    assert "new.colleague" not in repr(list(AuditEvent.objects.values("payload", "object_label")))


def test_opening_changes_nothing_and_accepting_makes_the_account_once(world: World) -> None:
    invitation, client = invite_colleague(world), Client()
    before = User.objects.count(), AuditEvent.objects.count()
    for method in ("get", "head", "get"):
        answer = getattr(client, method)(link(invitation))
        assert answer.status_code == 200 and answer["Referrer-Policy"] == "same-origin"
    assert (User.objects.count(), AuditEvent.objects.count()) == before
    sent = {"full_name": "New Colleague", "password1": SECRET, "password2": SECRET}
    assert client.post(link(invitation), {**sent, "password2": "no"}).status_code == 422
    easy = client.post(link(invitation), {**sent, "password1": "password1234", "password2": "password1234"})
    assert easy.status_code == 422 and "too common" in easy.content.decode()
    assert User.objects.count() == before[0]

    assert client.post(link(invitation), sent).status_code == 302
    person = User.objects.get(email="new.colleague@people.example")
    assert is_on_team(person, world.course) and person.check_password(SECRET)
    assert client.get(reverse("course", args=[world.course.pk])).status_code == 200
    for again in (Client().get(link(invitation)), Client().post(link(invitation), sent)):
        assert again.status_code == 410 and "accepted already" in again.content.decode()
    assert User.objects.filter(email=person.email).count() == 1


def test_who_has_an_account_signs_in_and_nobody_else_can_accept(world: World, rival: World) -> None:
    colleague = make_user("Colleague", institution=world.institution)
    invitation = invite_colleague(world, colleague.email)
    nobody = Client()
    assert "Sign in with it" in nobody.get(link(invitation)).content.decode()
    nobody.post(link(invitation), {"full_name": "X", "password1": SECRET, "password2": SECRET})
    for other in (rival.leader, world.member, world.officer):
        client = Client()
        client.force_login(other)
        assert "signed in as" in client.get(link(invitation)).content.decode()
        client.post(link(invitation))
        with pytest.raises(NotAllowed):
            invitations.accept(token=invitations.token_of(invitation), user=other)
    assert not is_on_team(colleague, world.course)
    client = Client()
    client.force_login(colleague)
    assert client.post(link(invitation)).status_code == 302
    assert is_on_team(colleague, world.course)
    assert not colleague.check_password(SECRET)


def test_a_link_ends_when_taken_back_sent_again_run_out_or_its_reason_is_gone(world: World) -> None:
    def state(invitation: AccountInvitation, token: str) -> int:
        return Client().get(reverse("invitation", args=[token])).status_code

    invitation = invite_colleague(world)
    old = invitations.token_of(invitation)
    assert state(invitation, old) == 200
    newer = invitations.send_again(by=world.leader, invitation_id=invitation.pk)
    assert (state(newer, old), state(newer, invitations.token_of(newer))) == (410, 200)
    AccountInvitation.objects.filter(pk=newer.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert state(newer, invitations.token_of(newer)) == 410
    newest = invitations.send_again(by=world.leader, invitation_id=invitation.pk)
    token = invitations.token_of(newest)
    place = world.course.team.get(user=world.leader)
    accounts.leave_course_team(by=None, member_id=place.pk, until=timezone.localdate() - timedelta(days=1))
    assert state(newest, token) == 410
    with pytest.raises(NotNow, match="no longer holds"):
        invitations.accept(token=token, password=SECRET)
    accounts.join_course_team(by=None, course=world.course, user=world.leader, role=CourseTeamRole.LEADER)
    assert state(newest, token) == 200
    invitations.revoke(by=world.leader, invitation_id=newest.pk)
    assert state(newest, token) == 410
    for wrong in (token[:-1], token + "A", "x", f"{newest.pk.hex}-4.abc"):
        assert Client().get(reverse("invitation", args=[wrong])).status_code == 410
    newest.refresh_from_db()
    assert newest.standing == InvitationStanding.REVOKED


def test_roles_come_with_the_offices_invitation_only(world: World) -> None:
    with pytest.raises(NotAllowed):
        invitations.invite(
            by=world.leader, email="a@people.example", full_name="A", for_=world.course, roles=[CHAIR]
        )
    with pytest.raises(Invalid):
        invitations.invite(by=world.officer, email="a@people.example", full_name="A", roles=["king"])
    with pytest.raises(Invalid, match="account with this address already"):
        invitations.invite(by=world.officer, email=world.leader.email, full_name="A", roles=[ASSESSOR])
    made = invitations.invite(by=world.officer, email="a@people.example", full_name="A", roles=[ASSESSOR])
    with pytest.raises(NotNow, match="invited already"):
        invitations.invite(by=world.officer, email="A@people.example", full_name="A", roles=[ASSESSOR])
    person = invitations.accept(token=invitations.token_of(made), password=SECRET)
    assert person.role_codes == {ASSESSOR}


def test_student_and_mentor_get_their_own_rows(clinic: Clinic) -> None:
    Student.objects.filter(pk=clinic.portfolio.student_id).update(user=None)
    Mentor.objects.filter(pk=clinic.mentor.pk).update(user=None)
    student, mentor = Student.objects.get(), Mentor.objects.get()
    for row, by in ((student, clinic.world.member), (mentor, clinic.world.officer)):
        made = invitations.invite(
            by=by, email=f"{row._meta.model_name}@people.example", full_name="P", for_=row
        )
        person = invitations.accept(token=invitations.token_of(made), password=SECRET)
        row.refresh_from_db()
        assert row.user == person
        assert invitations.latest_for([row])[str(row.pk)].standing == InvitationStanding.ACCEPTED
        with pytest.raises(NotNow, match="account already"):
            invitations.invite(by=by, email="second@people.example", full_name="P", for_=row)
    assert mentor.user is not None
    assert f"portfolio:{clinic.portfolio.pk}:mentors" in mentor.user.groups.values_list("name", flat=True)
    kinds = dict(Message.objects.filter(kind__endswith="invitation").values_list("address", "kind"))
    assert kinds == {
        "student@people.example": "student_invitation",
        "mentor@people.example": "account_invitation",
    }
