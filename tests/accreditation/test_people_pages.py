"""The office's page of people and the teams of courses: who sees and changes what, in two worlds, at one row and at many."""

import re

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accreditation.enums import MessageState
from accreditation.models import AccountInvitation, AuditEvent, Message, User
from accreditation.permissions import is_on_team
from accreditation.roles import ASSESSOR, COMMITTEE, OFFICER
from accreditation.services import accounts, invitations
from tests.worlds import World, make_user

pytestmark = pytest.mark.django_db
EVERYONE = ("leader", "member", "officer", "lead", "co", "shadow", "committee", "chair", "outsider")
OFFICE = (
    "people",
    "person_invite",
    "person",
    "person_edit",
    "person_roles",
    "person_close",
    "person_second_step",
)


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def key(client: Client, address: str) -> str:
    found = re.search(r'name="form_key" value="([^"]+)"', client.get(address).content.decode())
    assert found
    return found[1]


def test_people_are_the_offices_alone(world: World, rival: World) -> None:
    for one in (world, rival):
        for who in EVERYONE:
            client = as_(getattr(one, who))
            for name in OFFICE:
                args = [world.outsider.pk] if name not in ("people", "person_invite") else []
                expected = 200 if who == "officer" else 403
                assert client.get(reverse(name, args=args)).status_code == expected, (who, name)
            if who != "officer":
                for name in ("person_reopen", "person_close", "person_second_step", "person_roles"):
                    assert client.post(reverse(name, args=[world.outsider.pk])).status_code == 403


def test_an_account_says_whether_the_last_mail_got_through(world: World) -> None:
    page = reverse("person", args=[world.lead.pk])
    office = as_(world.officer)
    assert "None was sent" in office.get(page).content.decode()
    sent = Message.objects.create(
        kind="case_decided", key="one", person=world.lead, address=world.lead.email,
        state=MessageState.SENT, sent_at=timezone.now(),
    )  # fmt: skip
    assert f"Sent on {timezone.localtime(sent.sent_at):%-d %B %Y}" in office.get(page).content.decode()
    Message.objects.create(
        kind="case_decided", key="two", person=world.lead, address=world.lead.email, state=MessageState.FAILED,
        note="The mail server refused this address.",
    )  # fmt: skip
    assert "The mail server refused this address." in office.get(page).content.decode()
    assert "refused" not in office.get(reverse("person", args=[world.co.pk])).content.decode()


def test_a_course_team_is_its_own_and_the_offices(world: World, rival: World) -> None:
    team, invite = (reverse(name, args=[world.course.pk]) for name in ("course_team", "course_team_invite"))
    member = world.course.team.get(user=world.member)
    leave = reverse("course_team_leave", args=[world.course.pk, member.pk])
    sees = {("w", "leader"), ("w", "member"), ("w", "officer"), ("r", "officer")}
    for side, one in (("w", world), ("r", rival)):
        for who in EVERYONE:
            client = as_(getattr(one, who))
            assert (client.get(team).status_code == 200) == ((side, who) in sees), (side, who)
            may = (side, who) in sees - {("w", "member")}
            assert (client.get(invite).status_code == 200) == may, (side, who)
            assert (client.get(leave).status_code == 200) == may, (side, who)
            if not may:
                for address in (invite, leave):
                    assert client.post(address, {"full_name": "X", "email": "x@x.example"}).status_code in (
                        403,
                        404,
                    )
    assert is_on_team(world.member, world.course) and not AccountInvitation.objects.exists()


def test_a_leader_invites_a_colleague_once_sends_again_and_takes_back(world: World, rival: World) -> None:
    client = as_(world.leader)
    address = reverse("course_team_invite", args=[world.course.pk])
    sent = {
        "full_name": "Nia Colleague",
        "email": "nia@people.example",
        "role": "leader",
        "form_key": key(client, address),
    }
    assert client.post(address, {**sent, "email": "nia"}).status_code == 422
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    invitation = AccountInvitation.objects.get()
    assert (
        invitation.details == {"role": "leader"}
        and Message.objects.filter(kind="account_invitation").count() == 1
    )
    assert (
        "invited already" in client.post(address, {**sent, "form_key": key(client, address)}).content.decode()
    )
    again, revoke = (
        reverse(name, args=[invitation.pk]) for name in ("invitation_again", "invitation_revoke")
    )
    for side, one in (("w", world), ("r", rival)):
        for who in EVERYONE:
            if (side, who) not in {("w", "leader"), ("w", "officer"), ("r", "officer")}:
                for button in (again, revoke):
                    assert as_(getattr(one, who)).post(button).status_code == 404, (side, who)
    assert client.get(again).status_code == 405
    assert client.post(again).status_code == 302 and client.post(revoke).status_code == 302
    invitation.refresh_from_db()
    assert invitation.round == 2 and invitation.revoked_at
    assert client.post(revoke).status_code == 409


def test_a_course_keeps_a_leader_and_who_leaves_sees_nothing_more(world: World) -> None:
    client, member = as_(world.leader), as_(world.member)
    course = reverse("course", args=[world.course.pk])
    places = {place.user_id: place for place in world.course.team.all()}
    own = reverse("course_team_leave", args=[world.course.pk, places[world.leader.pk].pk])
    assert client.post(own).status_code == 409 and is_on_team(world.leader, world.course)
    assert member.get(course).status_code == 200
    client.post(reverse("course_team_leave", args=[world.course.pk, places[world.member.pk].pk]))
    assert member.get(course).status_code == 404
    newcomer = make_user("Newcomer")
    accounts.join_course_team(by=world.leader, course=world.course, user=newcomer)
    place = world.course.team.get(user=newcomer)
    client.post(reverse("course_team_leave", args=[world.course.pk, place.pk]))
    assert not is_on_team(newcomer, world.course), "also on the day of joining"


def test_roles_change_as_the_form_showed_them_or_not_at_all(world: World) -> None:
    client, address = as_(world.officer), reverse("person_roles", args=[world.outsider.pk])
    assert client.post(address, {"roles": [ASSESSOR, COMMITTEE], "seen": ""}).status_code == 302
    stale = client.post(address, {"roles": [OFFICER], "seen": ""})
    assert stale.status_code == 422 and "changed this person" in stale.content.decode()
    assert client.post(address, {"roles": ["king"], "seen": "assessor committee"}).status_code == 422
    assert User.objects.get(pk=world.outsider.pk).role_codes == {ASSESSOR, COMMITTEE}
    assert client.post(address, {"roles": [ASSESSOR], "seen": "assessor committee"}).status_code == 302
    verbs = AuditEvent.objects.filter(object_id=str(world.outsider.pk)).values_list("verb", flat=True)
    assert list(verbs).count("account.role_given") == 2 and list(verbs).count("account.role_taken") == 1
    own = reverse("person_roles", args=[world.officer.pk])
    assert client.post(own, {"roles": [], "seen": "officer"}).status_code == 403


def test_a_closed_account_keeps_its_work_loses_its_grants_and_gets_them_back(world: World) -> None:
    client, member = as_(world.officer), as_(world.member)
    close = reverse("person_close", args=[world.member.pk])
    assert client.post(close, {"reason": " "}).status_code == 422
    assert client.post(close, {"reason": "Left the university"}).status_code == 302
    assert (
        member.get(reverse("home")).status_code in (200, 302)
        and member.get(reverse("notices")).status_code == 302
    )
    group = Group.objects.get(name=f"course:{world.course.pk}:team")
    assert not group.user_set.filter(pk=world.member.pk).exists()
    page = client.get(reverse("person", args=[world.member.pk])).content.decode()
    assert "Left the university" in page
    assert "Left the university" not in repr(list(AuditEvent.objects.values()))
    assert client.post(reverse("person_reopen", args=[world.member.pk])).status_code == 302
    assert group.user_set.filter(pk=world.member.pk).exists()
    assert client.post(reverse("person_close", args=[world.officer.pk]), {"reason": "x"}).status_code == 403


def test_details_are_changed_seen_and_told_to_both_addresses(world: World) -> None:
    client, address = as_(world.officer), reverse("person_edit", args=[world.lead.pk])
    found = re.search(r'name="seen" value="([^"]+)"', client.get(address).content.decode())
    assert found
    sent = {
        "full_name": "Lead Renamed",
        "email": "lead.new@people.example",
        "seen": found[1],
        "institution": "",
    }
    assert client.post(address, {**sent, "email": world.officer.email}).status_code == 422
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 422, "an older form is refused"
    told = Message.objects.filter(kind="account_by_office").values_list("address", flat=True)
    assert set(told) == {world.lead.email, "lead.new@people.example"}
    assert "lead.new" not in repr(list(AuditEvent.objects.values("payload")))


def test_the_list_narrows_and_asks_as_often_for_many_as_for_one(world: World, rival: World) -> None:
    client = as_(world.officer)

    def asked(query: str) -> tuple[int, str]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get(reverse("people") + query).content.decode()
        return len(queries), page

    few, page = asked("?q=Lead+Wexcombe")
    assert "Lead Wexcombe" in page and "Lead Ravenmoor" not in page
    assert (
        "Leader Ravenmoor" in asked("?role=course_leader")[1]
        and "Chair" not in asked("?role=course_leader&q=Ravenmoor")[1].split("<tbody>")[1]
    )
    for number in range(30):
        make_user(f"Many {number}", ASSESSOR, COMMITTEE, institution=world.institution)
    many, page = asked("?q=Many")
    assert page.count("Assessor, Committee member") == 30
    assert many == few
    people_invited = asked("")[0]
    for number in range(5):
        invitations.invite(
            by=world.officer, email=f"i{number}@people.example", full_name=f"I {number}", roles=[ASSESSOR]
        )
    assert asked("")[0] == people_invited
