"""What every page begins with, made quick: it finds what Django, and the plain selectors, find."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accreditation import hrefs, mail, notices
from accreditation.config.statics import PlainStatics
from accreditation.enums import CourseTeamRole, InvitationState, MessageState, SubmissionState
from accreditation.models import Assignment, Conflict, Course, CourseTeamMember, Message, Submission, User
from accreditation.permissions import panel_place
from accreditation.repeated import repeated, repeated_things
from accreditation.review_selectors import (
    desk,
    invitations,
    places,
    review_place,
    still_judging,
    waiting_places,
)
from accreditation.selectors import visible_submissions
from accreditation.services import reviews
from accreditation.signing_in.person import person_of
from tests.accreditation.panels import in_assessment, seat, submitted
from tests.worlds import World, make_user, make_world

Sessions = import_module(settings.SESSION_ENGINE).SessionStore
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite asks Django's own way.")


def asks(client: Client) -> HttpRequest:
    """A request with the session of somebody signed in here."""
    request = HttpRequest()
    kept = client.cookies.get(settings.SESSION_COOKIE_NAME)
    request.session = Sessions(kept.value if kept else None)
    return request


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_person_of_a_sound_session_comes_with_their_roles(
    world: World, django_assert_num_queries: Any
) -> None:
    in_assessment(world)  # groups of things, beside those of roles
    people = [world.lead, world.leader, world.chair, world.officer, world.outsider]
    for user in people:
        request = asks(signed_in(user))
        with django_assert_num_queries(2 if connection.vendor == "postgresql" else 3):
            found = person_of(request)
            assert isinstance(found, User)
            roles = found.role_codes
        assert found == user == get_user(asks(signed_in(user)))
        assert roles == User.objects.get(pk=user.pk).role_codes
        assert "group_names" not in vars(found)
    assert {len(one.role_codes) for one in people} >= {0, 1, 2}


def test_every_session_that_is_not_sound_is_nobodys(world: World) -> None:
    def ended(user: User) -> None:
        User.objects.filter(pk=user.pk).update(session_version=9)

    def closed(user: User) -> None:
        User.objects.filter(pk=user.pk).update(is_active=False)

    def over(user: User) -> None:
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    for spoil in (ended, closed, over):
        client = signed_in(world.lead)
        spoil(world.lead)
        assert isinstance(person_of(asks(client)), AnonymousUser), spoil
        assert isinstance(get_user(asks(client)), AnonymousUser), spoil
        User.objects.filter(pk=world.lead.pk).update(session_version=1, is_active=True)
    for key, value in (
        ("_auth_user_id", "no key"),
        ("_auth_user_backend", "os.path"),
        ("_auth_user_hash", "x"),
    ):
        client = signed_in(world.co)
        session = client.session
        session[key] = value
        session.save()
        try:
            wanted: Any = get_user(asks(client))
        except Exception as fault:  # Django's own complaint about a session that nobody could have made
            with pytest.raises(type(fault)):
                person_of(asks(client))
        else:
            assert isinstance(wanted, AnonymousUser) and person_of(asks(client)) == wanted, key
    assert isinstance(person_of(asks(Client())), AnonymousUser)


def test_a_session_that_nobody_has_is_empty_and_keeps_no_key(db: None) -> None:
    for key in ("a" * 32, None):
        session = Sessions(key)
        assert session.load() == {} and session.session_key is None
    session = Sessions()
    session["what"] = "stays"
    session.save()
    assert Sessions(session.session_key).load() == {"what": "stays"}


def told(user: User) -> dict[str, list[UUID]]:
    """The same cases as the plain selectors have them."""
    return {
        InvitationState.INVITED: [one.pk for one in invitations(user)],
        InvitationState.WAITING: [one.pk for one in waiting_places(user)],
        InvitationState.ACCEPTED: [one.pk for one in places(user)],
    }


def _place(user: User, case: Submission) -> Assignment | None:
    return panel_place(user, case) if visible_submissions(user).filter(pk=case.pk).exists() else None


def as_listed(user: User) -> dict[str, list[UUID]]:
    cases = desk(user)
    found = {
        state: [case.place for case in cases if case.state == state]
        for state in (InvitationState.INVITED, InvitationState.WAITING, InvitationState.ACCEPTED)
    }
    for state in (InvitationState.INVITED, InvitationState.WAITING):
        since = {case.place: case.since for case in cases}
        found[state].sort(key=lambda place: since[place])
    return found


def test_an_assessors_list_has_the_cases_that_the_selectors_have(world: World, rival: World) -> None:
    cases = [in_assessment(world), in_assessment(rival)]
    cases += [submitted(make_world(name)) for name in ("Thirdham", "Fourthby", "Fifthorpe")]
    Course.objects.filter(submissions=cases[2].pk).update(institution=rival.institution)
    for case in cases[2:4]:
        seat(case, world.officer, world.lead, "lead")
    for case in cases[2:]:
        reviews.assign(by=world.officer, submission_id=case.pk, user_id=world.shadow.pk, role="shadow")
    waits = Assignment.objects.filter(user=world.shadow).first()
    assert waits
    Assignment.objects.filter(pk=waits.pk).update(state=InvitationState.WAITING)
    people = [world.lead, world.co, world.shadow, world.officer, world.chair, world.outsider, rival.lead]

    def same() -> int:
        for user in [User.objects.get(pk=one.pk) for one in people]:
            assert as_listed(user) == told(user), user
            for case in [Submission.objects.get(pk=one.pk) for one in cases]:
                place = review_place(user, case.pk)
                assert place == _place(user, case)
                assert place is None or (place.submission, place.has_questions) == (case, False)
        return sum(len(desk(User.objects.get(pk=one.pk))) for one in people)

    assert same() == 8
    rows = {case.submission: case for case in desk(world.lead)}
    assert rows[cases[0].pk].course == world.course.title
    assert rows[cases[0].pk].institution == world.institution.name

    # Whoever holds a second role sees more submissions, and has the same cases.
    since = timezone.localdate() - timedelta(days=9)
    CourseTeamMember.objects.create(
        course=rival.course, user=world.co, role=CourseTeamRole.LEADER, since=since
    )
    for user, role in ((world.lead, "officer"), (world.co, "chair")):
        user.groups.add(*make_user("Somebody", role).groups.all())
    assert same() == 8
    world.lead.groups.remove(*make_user("Somebody", "officer").groups.all())

    # A conflict, undecided or blocking, takes a case away; one that was waved through does not.
    for blocks, left in ((None, 7), (True, 7), (False, 8)):
        Conflict.objects.filter(user=world.lead).delete()
        decided = {"decided_by": world.officer, "decided_at": timezone.now(), "reason": "Looked at."}
        Conflict.objects.create(
            user=world.lead,
            institution=rival.institution,
            kind="worked",
            blocks=blocks,
            declared_by=world.lead,
            **({} if blocks is None else decided),
        )
        assert same() == left, blocks
    Conflict.objects.filter(user=world.lead).delete()

    # So does working there, and what is over takes no answers.
    User.objects.filter(pk=world.lead.pk).update(institution=world.institution)
    fewer = same()
    assert fewer == 7
    for case in cases:
        type(case).objects.filter(pk=case.pk).update(state=SubmissionState.DECIDED)
    assert same() < fewer


def test_who_still_judges_is_named(world: World, django_assert_num_queries: Any) -> None:
    case = in_assessment(world)
    Assignment.objects.filter(submission=case, user=world.lead).update(done_at=timezone.now())
    with django_assert_num_queries(1):
        found = still_judging([case.pk])
    assert [name for _, name in found[case.pk]] == [world.co.full_name]
    with django_assert_num_queries(0):
        assert still_judging([]) == {}
    page = signed_in(world.lead).get(reverse("reviews")).content.decode()
    assert f"You have finished. {world.co.full_name} still judges." in page


@on_postgresql
def test_the_list_takes_two_queries_beside_session_and_person(
    world: World, django_assert_num_queries: Any
) -> None:
    client = signed_in(world.lead)
    for number in range(3):
        case = submitted(make_world(f"Town {number}"))
        seat(case, world.officer, world.lead, "lead")
        client.get(reverse("reviews"))
        with django_assert_num_queries(4):
            client.get(reverse("reviews"))


def test_unread_notices_are_counted_as_the_page_shows_them(world: World, rival: World) -> None:
    mine, theirs = in_assessment(world), in_assessment(rival)
    Message.objects.filter(person=world.co).delete()
    shown = next(kind.code for kind in mail.kinds().values() if kind.notice)
    kept = next(kind.code for kind in mail.kinds().values() if not kind.notice)
    rows = [
        (shown, None, None, MessageState.PROMISED), (shown, mine, None, MessageState.PROMISED),
        (shown, theirs, None, MessageState.PROMISED), (shown, mine, timezone.now(), MessageState.PROMISED),
        (kept, None, None, MessageState.PROMISED), ("no such kind", None, None, MessageState.PROMISED),
        (shown, None, None, MessageState.DROPPED),
    ]  # fmt: skip

    def counted(number: int) -> None:
        user = User.objects.get(pk=world.co.pk)
        assert notices.unread(user) == number
        assert notices.own_notices(user).filter(read_at__isnull=True).count() == number

    for at, (kind, about, read, state) in enumerate(rows):
        Message.objects.create(
            person=world.co, kind=kind, submission=about, read_at=read, state=state, key=f"k{at}", address="a@b.example"
        )  # fmt: skip
    counted(2)
    User.objects.filter(pk=world.co.pk).update(is_active=False)
    counted(0)


@on_postgresql
def test_kept_queries_of_whole_things_give_what_django_gives(
    world: World, django_assert_num_queries: Any
) -> None:
    in_assessment(world)

    @repeated_things
    def seats(user: UUID) -> QuerySet[Assignment]:
        return Assignment.objects.filter(user=user).select_related("submission__course", "course_declared_by")

    for user in (world.lead, world.co, world.outsider, world.lead):
        with django_assert_num_queries(1):
            found = seats(user.pk)
            assert all(one.submission.course == world.course for one in found)
            assert all(one.course_declared_by == world.leader for one in found)
        wanted = list(Assignment.objects.filter(user=user))
        assert found == wanted
        for got, one in zip(found, wanted, strict=True):
            assert {name: getattr(got, name) for name in vars(one) if name != "_state"} == {
                name: value for name, value in vars(one).items() if name != "_state"
            }
            assert not got._state.adding


@on_postgresql
def test_a_kept_query_that_knows_what_day_it_is_is_refused(db: None) -> None:
    """Else it would be today for ever."""

    @repeated
    def begun(user: UUID) -> QuerySet[CourseTeamMember, Any]:
        return CourseTeamMember.objects.filter(user=user, since__lte=date(2026, 1, 2)).values_list("pk")

    with pytest.raises(TypeError, match="day"):
        begun(uuid4())


def test_addresses_are_those_of_django() -> None:
    key = uuid4()
    for route in ("review_brief", "review_invitation", "submission"):
        assert hrefs.address(route, key) == reverse(route, args=[key])
    assert hrefs.page("reviews") == reverse("reviews") and hrefs.page("no such page") == ""


def test_where_a_static_file_is_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    storage, asked = PlainStatics(), []
    usual = StaticFilesStorage.url
    monkeypatch.setattr(StaticFilesStorage, "url", lambda self, name: asked.append(name) or usual(self, name))
    wanted = [usual(storage, name) for name in ("css/site.css", "img/mark-light.svg", "css/site.css")]
    assert [storage.url(name) for name in ("css/site.css", "img/mark-light.svg", "css/site.css")] == wanted
    assert asked == ["css/site.css", "img/mark-light.svg"]
