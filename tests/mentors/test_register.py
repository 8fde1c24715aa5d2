"""The register's services: nothing overwritten, two times on every row, nobody keeps their own entry."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.facts import gather
from accreditation.models import AuditEvent
from mentors.facts import mentor_facts
from mentors.models import Qualification, RemitPeriod
from mentors.presenters.eligibility import standings, timeline
from mentors.selectors import visible_mentors, visible_shortages
from mentors.services import periods, qualifications, register, shortages
from portfolios.demo.clock import at
from tests.people import Clinic, days_ago, make_mentor
from tests.worlds import World, make_user

pytestmark = pytest.mark.django_db


def test_numbers_follow_each_other(world: World) -> None:
    first = register.add_mentor(by=world.officer, full_name="A")
    second = register.add_mentor(by=world.officer, full_name="B")
    assert (first.number, second.number) == ("M0001", "M0002")


@pytest.mark.parametrize("who", ["leader", "member", "lead", "chair", "committee", "outsider"])
def test_only_officers_add_entries(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        register.add_mentor(by=getattr(world, who), full_name="A")


def test_officers_do_not_keep_their_own_entry(world: World) -> None:
    own = register.add_mentor(by=world.officer, full_name="Officer", user=world.officer)
    with pytest.raises(NotAllowed, match="your own entry"):
        qualifications.add_qualification(by=world.officer, mentor_id=own.pk, kind="pgc")


def test_a_registration_number_belongs_to_one_entry(world: World) -> None:
    register.add_mentor(by=world.officer, full_name="A", body="HCPC", registration_number="ph 123456")
    with pytest.raises(Invalid, match="M0001"):
        register.add_mentor(by=world.officer, full_name="B", body="HCPC", registration_number="PH123456")


def test_a_stale_correction_is_refused(world: World) -> None:
    mentor = register.add_mentor(by=world.officer, full_name="A")
    register.correct_entry(by=world.officer, mentor_id=mentor.pk, version=1, full_name="B")
    with pytest.raises(Stale):
        register.correct_entry(by=world.officer, mentor_id=mentor.pk, version=1, full_name="C")


def test_a_correction_adds_a_row_and_keeps_the_old_one(clinic: Clinic) -> None:
    old = Qualification.objects.get(mentor=clinic.mentor)
    new = qualifications.correct_qualification(
        by=clinic.world.officer, qualification_id=old.pk, ratified_on=days_ago(400), source="transcript"
    )
    old.refresh_from_db()
    assert old.ratified_on == days_ago(3650) and old.known_until == new.known_from and new.corrects == old
    with pytest.raises(NotNow):
        qualifications.correct_qualification(by=clinic.world.officer, qualification_id=old.pk, source="again")


def test_a_backdated_qualification_has_both_readings(clinic: Clinic) -> None:
    """What turns up late changes today's view and never that of a day before it was known."""
    old = Qualification.objects.get(mentor=clinic.mentor)
    Qualification.objects.filter(pk=old.pk).update(known_from=timezone.now() - timedelta(days=50))
    qualifications.correct_qualification(
        by=clinic.world.officer, qualification_id=old.pk, ratified_on=days_ago(400), source="transcript"
    )
    day = days_ago(10)

    def reached(known_on: date) -> str:
        return str(
            (mentor_facts([clinic.mentor.pk], day, known_on=known_on)[0].qualifications or ())[0].ratified_on
        )

    assert reached(day) == days_ago(3650).isoformat()
    assert reached(timezone.localdate()) == days_ago(400).isoformat()


@pytest.mark.parametrize(
    ("precision", "given", "kept", "written"),
    [
        ("day", date(2022, 9, 24), date(2022, 9, 24), "2022-09-24"),
        ("month", date(2022, 9, 24), date(2022, 9, 1), "2022-09"),
        ("year", date(2022, 9, 24), date(2022, 1, 1), "2022"),
    ],
)
def test_dates_keep_their_precision(
    clinic: Clinic, precision: str, given: date, kept: date, written: str
) -> None:
    row = qualifications.add_qualification(
        by=clinic.world.officer,
        mentor_id=clinic.mentor.pk,
        kind="msc",
        msk="yes",
        ratified_on=given,
        precision=precision,
    )
    assert (row.ratified_on, row.ratified) == (kept, written)


def test_an_award_of_tomorrow_is_refused(clinic: Clinic) -> None:
    with pytest.raises(Invalid, match="future"):
        qualifications.add_qualification(
            by=clinic.world.officer, mentor_id=clinic.mentor.pk, kind="pgc", ratified_on=days_ago(-1)
        )


def test_a_new_remit_ends_the_old_one_the_day_before(clinic: Clinic) -> None:
    periods.set_remit(
        by=clinic.world.officer, mentor_id=clinic.mentor.pk, regions={"elbow"}, since=days_ago(10)
    )
    known = RemitPeriod.objects.filter(mentor=clinic.mentor, known_until__isnull=True).order_by("until")
    assert [(set(row.regions), row.since, row.until) for row in known] == [
        ({"shoulder", "knee"}, None, days_ago(11)), ({"elbow"}, days_ago(10), None),
    ]  # fmt: skip
    assert RemitPeriod.objects.filter(mentor=clinic.mentor).count() == 3


@pytest.mark.parametrize(("day", "code"), [("2026-03-09", "not_met"), ("2026-03-10", "met")])
def test_the_anniversary_itself_passes(clinic: Clinic, day: str, code: str) -> None:
    old = Qualification.objects.get(mentor=clinic.mentor)
    Qualification.objects.filter(pk=old.pk).update(known_from=timezone.now() - timedelta(days=900))
    Qualification.objects.filter(pk=old.pk).update(ratified_on=date(2024, 3, 10))
    assert standings([clinic.mentor.pk], date.fromisoformat(day))[clinic.mentor.number].code == code


def test_the_forecast_names_the_day_to_come(clinic: Clinic) -> None:
    with at(date(2026, 1, 5)):
        _, mentor = make_mentor(clinic.world, "Young Mentor")
    Qualification.objects.filter(mentor=mentor).update(ratified_on=date(2025, 6, 1))
    changes = timeline(mentor_facts([mentor.pk], date(2026, 1, 6))[0], date(2026, 1, 6))
    assert (changes[-1].on, changes[-1].code) == (date(2027, 6, 1), "met")


def test_standings_of_many_take_as_many_queries_as_of_one(
    clinic: Clinic, django_assert_num_queries: object
) -> None:
    mentors = [make_mentor(clinic.world, f"Mentor {n}")[1].pk for n in range(8)]
    for ids in ([clinic.mentor.pk], mentors):
        with django_assert_num_queries(1):  # type: ignore[operator]
            assert len(standings(ids, timezone.localdate())) == len(ids)


def test_who_sees_which_entries(clinic: Clinic, rivals: Clinic) -> None:
    here, there = clinic.mentor, rivals.mentor
    everybody = {here.pk, there.pk}

    def seen(user: object) -> set[object]:
        return set(visible_mentors(user).values_list("pk", flat=True))  # type: ignore[arg-type]

    assert seen(clinic.world.officer) == everybody
    assert seen(clinic.mentor_user) == seen(clinic.world.leader) == {here.pk}
    assert seen(rivals.world.leader) == seen(rivals.mentor_user) == {there.pk}
    for who in (
        clinic.student_user,
        clinic.world.lead,
        clinic.world.chair,
        clinic.world.committee,
        make_user("Nobody"),
    ):
        assert seen(who) == set()
    clinic.mentor_user.is_active = False
    assert seen(clinic.mentor_user) == set()


def test_nobody_places_themselves(clinic: Clinic) -> None:
    from accreditation.services.accounts import join_course_team

    join_course_team(by=clinic.world.leader, course=clinic.world.course, user=clinic.mentor_user)
    placement = clinic.mentor.placements.get()
    with pytest.raises(NotAllowed, match="Nobody places themselves"):
        periods.end_placement(by=clinic.mentor_user, placement_id=placement.pk, until=days_ago(0))


def test_a_shortage_is_claimed_by_the_course_and_decided_by_an_officer(
    clinic: Clinic, rivals: Clinic
) -> None:
    world = clinic.world
    with pytest.raises(NotAllowed):
        shortages.claim_shortage(
            by=rivals.world.leader, course=world.course, reason="-", search_made="-", since=days_ago(9)
        )
    claim = shortages.claim_shortage(
        by=world.leader, course=world.course, reason="Two left", search_made="All sites asked", since=days_ago(9),
        relies_on=[clinic.mentor],
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        shortages.decide_shortage(by=world.leader, shortage_id=claim.pk, accept=True, reason="-")
    with pytest.raises(Invalid, match="without an end"):
        shortages.decide_shortage(by=world.officer, shortage_id=claim.pk, accept=True, reason="Yes")
    shortages.decide_shortage(
        by=world.officer,
        shortage_id=claim.pk,
        accept=True,
        reason="Search is documented",
        until=days_ago(-90),
    )
    with pytest.raises(NotNow):
        shortages.decide_shortage(by=world.officer, shortage_id=claim.pk, accept=False, reason="-")
    assert gather(world.course, timezone.localdate()).shortages[0].accepted_by == world.officer.full_name
    assert (
        not visible_shortages(rivals.world.leader).exists() and visible_shortages(world.leader).count() == 1
    )


def test_every_write_has_its_event(clinic: Clinic) -> None:
    verbs = set(AuditEvent.objects.filter(object_id=str(clinic.mentor.pk)).values_list("verb", flat=True))
    assert verbs == {"mentor.added", "qualification.added", "mentor.remit_set", "mentor.placed"}
