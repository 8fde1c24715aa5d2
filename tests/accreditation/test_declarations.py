"""Both sides declare before a document opens; suggestions come from rows, and people decide."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accreditation import hints
from accreditation.enums import ConflictKind, InvitationState, PanelRole
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.home.items import home_for
from accreditation.models import Absence, Conflict, MemberBody, Message, Submission, User
from accreditation.notices import own_notices
from accreditation.review_selectors import candidates
from accreditation.selectors import visible_submissions
from accreditation.services import conflicts, declarations, panel_reminders, profiles, reviews
from accreditation.services.conflicts import Declared
from mentors.models import Employment, Mentor, Placement
from portfolios.models import Student
from tests.accreditation import panels
from tests.worlds import World, make_user

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def invited(world: World, role: str = PanelRole.LEAD) -> Any:
    submission = panels.submitted(world)
    return reviews.assign(by=world.officer, submission_id=submission.pk, user_id=world.lead.pk, role=role)


def todo(user: User) -> list[str]:
    return [item.title for item in home_for(user).todo]


def unread(user: User) -> set[str]:
    return set(own_notices(user).filter(read_at__isnull=True).values_list("kind", flat=True))


# --- Both sides -----------------------------------------------------------------------------------------------------


def test_nothing_opens_before_the_course_has_declared_too(world: World, rival: World) -> None:
    place = invited(world)
    assert any("Declare interests: Lead Wexcombe" in title for title in todo(world.leader))
    assert "course_to_declare" in unread(world.leader)
    assert todo(rival.leader) == ["Start the first submission"] and "course_to_declare" not in unread(
        world.member
    )
    place = reviews.answer_invitation(by=world.lead, assignment_id=place.pk, accept=True)
    assert place.state == InvitationState.WAITING
    assert not visible_submissions(world.lead).exists()
    with pytest.raises(NotNow, match="The course has not said yet"):
        panels.seat(place.submission, world.officer, world.co, PanelRole.CO)
        reviews.start_assessment(by=world.officer, submission_id=place.submission_id)
    page = reverse("course_declare", args=[place.pk])
    client = signed_in(world.leader)
    assert client.post(page, {"interest": "some"}).status_code == 422
    assert client.post(page, {"interest": "none"}).status_code == 302
    place.refresh_from_db()
    assert place.state == InvitationState.ACCEPTED and place.course_declared_by == world.leader
    assert visible_submissions(world.lead).get() == place.submission
    assert "course_to_declare" not in unread(world.leader) and "documents_open" in unread(world.lead)
    assert todo(world.leader) == []
    assert client.get(page).status_code == 302, "it is declared once"


def test_a_conflict_that_the_course_names_keeps_the_assessor_away_until_an_officer_decides(
    world: World,
) -> None:
    place = invited(world)
    declared = [Declared(ConflictKind.COMMERCIAL, "Sold us a scanner.")]
    for stranger in (world.member, world.lead, world.chair):
        with pytest.raises(NotAllowed):
            declarations.declare_for_course(by=stranger, assignment_id=place.pk, conflicts=declared)
    declarations.declare_for_course(by=world.leader, assignment_id=place.pk, conflicts=declared)
    place = reviews.answer_invitation(by=world.lead, assignment_id=place.pk, accept=True)
    assert place.state == InvitationState.ACCEPTED and not visible_submissions(world.lead).exists()
    conflict = Conflict.objects.get()
    assert conflict.declared_by == world.leader and "conflict_declared" in unread(world.officer)
    conflicts.decide_conflict(by=world.officer, conflict_id=conflict.pk, blocks=False, reason="Years ago.")
    assert visible_submissions(world.lead).exists()
    assert "conflict_declared" not in unread(world.officer), "what is decided is no news any more"


def test_an_officer_may_answer_in_the_courses_place_and_says_how_they_know(
    world: World, rival: World
) -> None:
    place = invited(world)
    with pytest.raises(Invalid):
        declarations.declare_for_course(by=world.officer, assignment_id=place.pk)
    page = reverse("course_declare", args=[place.pk])
    assert signed_in(world.officer).get(page).status_code == 200
    for stranger in (world.member, world.lead, world.committee, rival.leader):
        assert signed_in(stranger).get(page).status_code == 404
    declarations.declare_for_course(by=world.officer, assignment_id=place.pk, note="By e-mail of the leader.")
    place.refresh_from_db()
    assert place.course_declared_by == world.officer


def test_places_of_before_it_was_asked_open_as_they_did(world: World, settings: Any) -> None:
    settings.COURSE_DECLARES = False
    place = invited(world)
    assert "course_to_declare" not in unread(world.leader)
    place = reviews.answer_invitation(by=world.lead, assignment_id=place.pk, accept=True)
    assert place.state == InvitationState.ACCEPTED and visible_submissions(world.lead).exists()


def test_whoever_the_panel_waits_for_is_reminded_once_each_and_nobody_after_that(world: World) -> None:
    place = invited(world)
    day = timezone.localdate() + timedelta(days=14)
    assert panel_reminders.remind(day - timedelta(days=8)) == 0
    assert panel_reminders.remind(day - timedelta(days=7)) == 2
    assert panel_reminders.remind(day - timedelta(days=7)) == 0
    assert "panel_invited_still" in unread(world.lead) and "course_to_declare_still" in unread(world.leader)
    assert "course_to_declare_still" not in unread(world.member)
    reviews.answer_invitation(by=world.lead, assignment_id=place.pk, accept=True)
    assert not unread(world.lead) & {"panel_invited", "panel_invited_still"}
    assert panel_reminders.remind(day) == 1, "the course alone is still asked"
    declarations.declare_for_course(by=world.leader, assignment_id=place.pk)
    assert not unread(world.leader) & {"course_to_declare", "course_to_declare_still"}
    assert panel_reminders.remind(day + timedelta(days=30)) == 0


# --- Suggestions ----------------------------------------------------------------------------------------------------


def kinds(submission: Submission, *people: User) -> list[tuple[str, ConflictKind]]:
    found = hints.hints(submission, people)
    return sorted((person.full_name, hint.kind) for person in people for hint in found.get(person.pk, ()))


def test_rows_of_every_app_suggest_conflicts_and_none_leaks_from_another_institution(
    world: World, rival: World, django_assert_num_queries: Any
) -> None:
    today = timezone.localdate()
    submission, other = panels.submitted(world), panels.submitted(rival)
    people = {
        name: make_user(name, "assessor") for name in ("Mentor", "Employed", "Graduate", "Examiner", "Free")
    }
    colleague = make_user("Colleague", "assessor", institution=world.institution)
    profiles.add_interest(
        by=people["Examiner"], institution=world.institution, kind="external_examiner", since=date(2023, 9, 1)
    )
    mentor = Mentor.objects.create(number="M-9001", full_name="Mentor", user=people["Mentor"])
    employed = Mentor.objects.create(number="M-9002", full_name="Employed", user=people["Employed"])
    placed = Mentor.objects.create(number="M-9003", full_name="Somebody else")
    for one in (mentor, placed):
        Placement.objects.create(mentor=one, course=world.course, since=today - timedelta(days=90))
    for one in (employed, placed):
        Employment.objects.create(
            mentor=one, employer="St Elsewhere NHS Trust", since=today - timedelta(days=900)
        )
    Student.objects.create(
        course=world.course, user=people["Graduate"], code="S1", full_name="Graduate", profession="Physiotherapist",
        state="enrolled", enrolled_on=today - timedelta(days=1500),
    )  # fmt: skip
    everybody = [*people.values(), colleague]
    with django_assert_num_queries(9):
        found = kinds(submission, *everybody)
    assert found == [
        ("Colleague", ConflictKind.EMPLOYER),
        ("Employed", ConflictKind.OTHER),
        ("Examiner", ConflictKind.EXTERNAL_EXAMINER),
        ("Graduate", ConflictKind.ALUMNUS),
        ("Mentor", ConflictKind.MENTOR),
    ]
    assert kinds(other, *everybody) == []
    shown = signed_in(world.officer).get(reverse("case_assign", args=[submission.pk])).content.decode()
    assert "M-9001: mentor for this course" in shown and "works at St Elsewhere NHS Trust" in shown
    place = reviews.assign(
        by=world.officer, submission_id=submission.pk, user_id=people["Examiner"].pk, role=PanelRole.LEAD
    )
    page = signed_in(people["Examiner"]).get(reverse("review_invitation", args=[place.pk])).content.decode()
    assert "In their own list of interests" in page and "M-9001" not in page, "one's own rows only"
    assert not Conflict.objects.exists(), "a suggestion declares nothing"


def test_who_assessed_the_course_before_and_what_was_decided_then_is_suggested(world: World) -> None:
    first = panels.in_assessment(world)
    conflicts.declare_conflict(by=world.co, submission_id=first.pk, kind="personal", description="A friend.")
    conflict = Conflict.objects.get()
    conflicts.decide_conflict(by=world.officer, conflict_id=conflict.pk, blocks=False, reason="Long ago.")
    Submission.objects.filter(pk=first.pk).update(state="decided")
    again = panels.submitted(world)
    assert kinds(again, world.lead, world.co) == [
        ("Co Wexcombe", ConflictKind.OTHER), ("Co Wexcombe", ConflictKind.PERSONAL),
        ("Lead Wexcombe", ConflictKind.OTHER),
    ]  # fmt: skip


# --- What assessors say about themselves ------------------------------------------------------------------------------


def test_an_officer_sees_profile_and_days_away_when_assigning(world: World, rival: World) -> None:
    today = timezone.localdate()
    # The migration brings the members; tests that empty the tables take them away.
    MemberBody.objects.get_or_create(
        name="British Medical Ultrasound Society", defaults={"short_name": "BMUS"}
    )
    client = signed_in(world.lead)
    form = client.get(reverse("assessor_profile_edit")).context["form"]
    body = form.fields["member_body"].queryset.get(short_name="BMUS")
    values = {"form_key": str(form["form_key"].value()), "version": "0", "member_body": str(body.pk)}
    assert (
        client.post(reverse("assessor_profile_edit"), values | {"expertise": "Shoulder"}).status_code == 302
    )
    away = profiles.add_absence(by=world.lead, since=today, until=today + timedelta(days=9))
    with pytest.raises(Invalid):
        profiles.add_absence(by=world.lead, since=today, until=today - timedelta(days=1))
    submission = panels.submitted(world)
    one = next(row for row in candidates(submission) if row.user == world.lead)
    assert (one.member_body, one.expertise, one.away) == ("BMUS", "Shoulder", (away,))
    page = signed_in(world.officer).get(reverse("case_assign", args=[submission.pk])).content.decode()
    assert "BMUS" in page and "Shoulder" in page and "Away" in page
    remove = reverse("assessor_absence_remove", args=[away.pk])
    assert signed_in(rival.lead).post(remove).status_code == 404 and Absence.objects.exists()
    assert client.post(remove).status_code == 302 and not Absence.objects.exists()
    assert signed_in(world.leader).get(reverse("assessor_profile")).status_code == 403


def test_a_declined_or_removed_place_asks_the_course_nothing_more(world: World) -> None:
    place = invited(world)
    reviews.answer_invitation(by=world.lead, assignment_id=place.pk, accept=False, reason="On leave.")
    assert todo(world.leader) == [] and "course_to_declare" not in unread(world.leader)
    with pytest.raises(NotNow):
        declarations.declare_for_course(by=world.leader, assignment_id=place.pk)
    assert Message.objects.filter(kind="course_to_declare").count() == 1
