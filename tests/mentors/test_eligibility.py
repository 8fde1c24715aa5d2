"""Who may supervise what on which day: boundary days, exceptions, both readings, and the same answer as the findings."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accreditation.facts import evening_of, gather
from accreditation.rules import regions
from accreditation.rules.evaluate import evaluate
from accreditation.rules.findings import Outcome
from mentors.models import Mentor, Qualification, RemitPeriod
from mentors.presenters.answers import answers
from mentors.presenters.shortages import held
from mentors.presenters.timeline import drawn
from mentors.services import corrections, periods, qualifications, register, shortages
from mentors.services.standing import Knowledge, forecasts
from mentors.supervision import supervised
from portfolios.demo.clock import at
from portfolios.models import Scan
from portfolios.services import portfolios
from portfolios.services.scans import log_scan
from tests.people import Clinic, days_ago, make_mentor
from tests.worlds import World

pytestmark = pytest.mark.django_db
OLD = datetime(2015, 1, 1, tzinfo=timezone.get_default_timezone())


def qualified(world: World, ratified: str | None, precision: str = "day", **details: Any) -> Mentor:
    """A mentor of shoulder and knee with one PgC, known to the register for ever."""
    _, mentor = make_mentor(world, f"Mentor {ratified}")
    values = {"ratified_on": ratified, "precision": precision, "known_from": OLD} | details
    Qualification.objects.filter(mentor=mentor).update(**values)
    RemitPeriod.objects.filter(mentor=mentor).update(known_from=OLD)
    return mentor


def asked(mentor: Mentor, on: str, region: str = "knee", known_on: date | None = None) -> tuple[str, str]:
    day = date.fromisoformat(on)
    knowledge = Knowledge.load([mentor.pk], as_of=day, known_on=known_on)
    found = knowledge.verdict(mentor.pk, day, regions.mask([region]))
    return found.outcome.value, found.clause


@pytest.mark.parametrize(
    ("ratified", "precision", "on", "outcome"),
    [
        ("2024-03-10", "day", "2026-03-09", "not_met"),
        ("2024-03-10", "day", "2026-03-10", "met"),  # the anniversary itself passes
        ("2024-03-10", "day", "2026-03-11", "met"),
        ("2022-09-15", "day", "2024-09-14", "not_met"),  # 730 days, and yet not two years
        ("2024-02-29", "day", "2026-02-27", "not_met"),
        ("2024-02-29", "day", "2026-02-28", "met"),  # no 29 February in 2026: the last day of the month
        ("2024-03-01", "month", "2026-02-28", "not_met"),  # even the first day of March would be too late
        ("2024-03-01", "month", "2026-03-15", "missing"),  # the first would do, the last would not
        ("2024-03-01", "month", "2026-03-30", "missing"),
        ("2024-03-01", "month", "2026-03-31", "met"),  # even the last day of March does
        ("2024-01-01", "year", "2026-06-30", "missing"),
        ("2024-01-01", "year", "2026-12-31", "met"),
        (None, "day", "2026-06-30", "missing"),
    ],
)
def test_boundary_days(world: World, ratified: str | None, precision: str, on: str, outcome: str) -> None:
    assert asked(qualified(world, ratified, precision), on)[0] == outcome


def test_ratified_after_conferral_counts_from_ratification(world: World) -> None:
    """The register keeps the board's day alone: a ceremony in July 2024 moves nothing for a board in September."""
    mentor = qualified(world, "2024-09-24", title="PgC MSK Ultrasound, conferred 12 July 2024")
    assert asked(mentor, "2026-07-12")[0] == "not_met"
    assert asked(mentor, "2026-09-24")[0] == "met"


def test_level_2_needs_no_years_and_a_practice_award_is_for_a_human(world: World) -> None:
    level = qualified(world, "2026-01-10", kind="radiology_level", level=2)
    practice = qualified(world, "2019-01-10", msk="practice")
    assert asked(level, "2026-01-10") == ("met", "PS4.2")
    assert asked(practice, "2026-01-10")[0] == "judge"


def test_the_remit_of_the_day_decides_for_a_region(world: World) -> None:
    mentor = qualified(world, "2015-03-10")
    assert asked(mentor, "2026-03-10", "elbow") == ("not_met", "PS4.3")
    periods.set_remit(by=world.officer, mentor_id=mentor.pk, regions={"elbow"}, since=days_ago(10))
    today = timezone.localdate()
    assert asked(mentor, days_ago(10).isoformat(), "elbow", today) == ("met", "PS4.2")
    assert asked(mentor, days_ago(11).isoformat(), "elbow", today) == ("not_met", "PS4.3")
    assert asked(mentor, days_ago(11).isoformat(), "knee", today) == ("met", "PS4.2")


def test_a_backdated_qualification_is_read_then_and_now(clinic: Clinic) -> None:
    """It changes today's view of a day in March, and never what was known in March."""
    officer, (_, mentor) = clinic.world.officer, make_mentor(clinic.world, "Late Paper")
    Qualification.objects.filter(mentor=mentor).update(
        ratified_on=days_ago(500), known_from=timezone.now() - timedelta(days=400)
    )
    RemitPeriod.objects.filter(mentor=mentor).update(known_from=OLD)
    Mentor.objects.filter(pk=mentor.pk).update(created_at=OLD)
    qualifications.add_qualification(
        by=officer,
        mentor_id=mentor.pk,
        kind="msc",
        msk="yes",
        ratified_on=days_ago(2000),
        source="found late",
    )
    day, today = days_ago(30), timezone.localdate()
    then = answers(mentor, on=day, known_on=day, region="knee", seen_by=officer)
    now = answers(mentor, on=day, known_on=today, region="knee", seen_by=officer)
    assert (then.own.standing.code, now.own.standing.code) == ("not_met", "met")
    assert then.differs_from(now)
    assert [row.source for row in now.own.rows][0] == "found late"
    assert all(row.source != "found late" for row in then.own.rows)


def test_a_correction_of_a_period_adds_a_row(clinic: Clinic) -> None:
    away = periods.add_break(
        by=clinic.world.officer, mentor_id=clinic.mentor.pk, since=days_ago(900), until=days_ago(800)
    )
    new = corrections.correct_period(
        by=clinic.world.officer, kind="break", row_id=away.pk, source="told", until=days_ago(700)
    )
    away.refresh_from_db()
    assert new is not None and away.known_until == new.known_from and away.until == days_ago(800)
    assert corrections.correct_period(
        by=clinic.world.officer, kind="break", row_id=new.pk, source="mixed up", withdrawn=True
    ) is None  # fmt: skip
    assert not clinic.mentor.breaks.filter(known_until__isnull=True).exists()
    assert clinic.mentor.breaks.count() == 2


def test_an_entry_that_was_corrected_reads_as_before_when_looked_at_then(clinic: Clinic, client: Any) -> None:
    Mentor.objects.filter(pk=clinic.mentor.pk).update(created_at=timezone.now() - timedelta(days=20))
    before, name = clinic.mentor.full_name, "Name After Marriage"
    register.correct_entry(
        by=clinic.world.officer, mentor_id=clinic.mentor.pk, version=clinic.mentor.version, full_name=name
    )
    client.force_login(clinic.world.officer)
    page = f"/mentors/{clinic.mentor.pk}/"
    assert name in client.get(page).content.decode()
    then = client.get(page, {"known": days_ago(5).isoformat()}).content.decode()
    assert before in then and f"<h1>{name}" not in then
    listed = client.get("/mentors/", {"known": days_ago(5).isoformat(), "q": before}).content.decode()
    assert before in listed


@pytest.fixture
def short(clinic: Clinic) -> tuple[Clinic, Mentor]:
    """A clinic whose second mentor has one year; the shortage that makes an exception is claimed and accepted."""
    _, young = make_mentor(clinic.world, "Young Mentor")
    Qualification.objects.filter(mentor=young).update(ratified_on=days_ago(500))
    portfolios.join_team(
        by=clinic.world.leader, portfolio_id=clinic.portfolio.pk, mentor=young, since=days_ago(150)
    )
    claim = shortages.claim_shortage(
        by=clinic.world.leader, course=clinic.world.course, reason="Two left", search_made="All asked",
        since=days_ago(100), until=days_ago(-30), relies_on=[clinic.mentor], area="wales",
    )  # fmt: skip
    shortages.decide_shortage(by=clinic.world.officer, shortage_id=claim.pk, accept=True, reason="Shown")
    return clinic, young


def test_an_exception_holds_in_the_team_alone_and_names_its_rows(short: tuple[Clinic, Mentor]) -> None:
    clinic, young = short
    today = timezone.localdate()
    found = answers(young, on=today, known_on=today, region="knee", seen_by=clinic.world.officer)
    assert found.own.standing.code == "not_met"
    (team,) = found.in_teams
    assert (team.standing.words, team.standing.by_exception) == ("Eligible by exception", True)
    labels = " ".join(row.label for row in team.rows)
    assert "Shortage H1" in labels and clinic.mentor.full_name in labels and young.full_name in labels
    assert not answers(young, on=today, known_on=today, region="", seen_by=clinic.world.outsider).in_teams


def test_an_exception_falls_with_the_member_who_leaves(short: tuple[Clinic, Mentor]) -> None:
    clinic, young = short
    row, today = clinic.world.course.shortages.get(), timezone.localdate()
    before = held(row, on=today, known_on=today, seen_by=clinic.world.officer)
    assert (before.code, before.uses, before.relied[0].carries) == ("expiring", [young.full_name], True)
    place = clinic.portfolio.student.team.get(mentor=clinic.mentor, known_until__isnull=True)
    portfolios.leave_team(by=clinic.world.leader, membership_id=place.pk, until=days_ago(1))
    after = held(row, on=today, known_on=today, seen_by=clinic.world.officer)
    assert (after.code, after.uses, after.relied[0].carries) == ("problem", [], False)
    assert "left the last team" in after.relied[0].why
    on_the_last_day = held(row, on=days_ago(1), known_on=today, seen_by=clinic.world.officer)
    assert on_the_last_day.relied[0].carries and on_the_last_day.uses == [young.full_name]


def test_scans_that_rely_on_an_exception_say_so(short: tuple[Clinic, Mentor]) -> None:
    clinic, young = short
    log_scan(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry(mentor=young))
    log_scan(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry())
    today = timezone.localdate()
    found = held(clinic.world.course.shortages.get(), on=today, known_on=today, seen_by=clinic.world.officer)
    assert [scan.mentor for scan in found.scans] == [young.full_name]
    scans = supervised([young.pk], seen_by=None, as_of=today)
    knowledge = Knowledge.load([young.pk], as_of=today, course_ids={clinic.world.course.pk})
    plot = drawn(knowledge, young.pk, scans, today)
    assert plot and any("by exception" in line.answer for line in plot.lines)
    kinds = {mark.kind for lane in plot.lanes for mark in lane.marks}
    assert {"qualification", "exception"} <= kinds
    assert {mark.words for mark in plot.thresholds} == {"1 year", "2 years"}


def test_the_student_reads_on_the_log_which_scans_rely_on_an_exception(
    short: tuple[Clinic, Mentor], client: Any
) -> None:
    clinic, young = short
    log_scan(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry())
    client.force_login(clinic.student_user)
    url, words = f"/portfolios/{clinic.portfolio.pk}/scans/", "By exception: relies on"
    assert words not in client.get(url).content.decode()
    log_scan(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry(mentor=young))
    assert client.get(url).content.decode().count(words) == 1


def test_an_exception_that_is_ended_early_keeps_what_was_known_before(short: tuple[Clinic, Mentor]) -> None:
    clinic, _ = short
    row = clinic.world.course.shortages.get()
    shortages.end_shortage(by=clinic.world.officer, shortage_id=row.pk, on=days_ago(2), reason="Found two")
    row.refresh_from_db()
    assert row.last_day() == days_ago(2)
    assert row.last_day(evening_of(days_ago(1))) == days_ago(-30)


def test_forecasts_name_the_day_to_come(world: World) -> None:
    ready, young = qualified(world, "2015-03-10"), qualified(world, "2025-09-15")
    found = forecasts([ready.pk, young.pk], date(2026, 11, 24))
    assert ready.pk not in found
    assert "reaches two years on 15 September 2027" in found[young.pk]


def test_a_scan_in_another_region_is_marked_as_a_failure(clinic: Clinic) -> None:
    log_scan(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry())
    Scan.objects.update(regions=regions.mask(["elbow"]))
    today = timezone.localdate()
    knowledge = Knowledge.load([clinic.mentor.pk], as_of=today, course_ids={clinic.world.course.pk})
    plot = drawn(
        knowledge, clinic.mentor.pk, supervised([clinic.mentor.pk], seen_by=None, as_of=today), today
    )
    assert plot is not None and (plot.scans, plot.failures) == (1, 1)
    assert "1 of 1 scans fell outside" in plot.headline


def test_who_is_told_of_whose_scans(clinic: Clinic, rivals: Clinic) -> None:
    log_scan(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry())
    today = timezone.localdate()
    for reader, number in ((clinic.world.leader, 1), (rivals.world.leader, 0), (clinic.world.outsider, 0)):
        assert len(supervised([clinic.mentor.pk], seen_by=reader, as_of=today)) == number


@pytest.mark.slow
def test_the_register_and_the_findings_agree_on_every_scan_of_the_demo_world(settings: Any) -> None:
    """Two ways to the same answer: the register's, scan by scan, and the rules' PS4.2 finding on the gathered facts."""
    from accreditation.models import Course
    from portfolios.demo.clock import SEED_DAY
    from portfolios.demo.world import seed

    settings.DEMO = True
    seed(cases=False)
    compared, failing = 0, 0
    with at(SEED_DAY, 12):
        for course in Course.objects.all():
            report = evaluate(gather(course, SEED_DAY))
            fits: dict[tuple[str, str], bool] = {}
            for finding in report:
                if finding.clause == "PS4.2":
                    for refs, fit in ((finding.supporting, True), (finding.failing, False)):
                        for ref in refs.refs():
                            _, student, _, scan = ref.split("/")
                            fits[student, scan] = fit
            scans = [
                scan
                for scan in supervised(
                    list(Mentor.objects.values_list("pk", flat=True)), seen_by=None, as_of=SEED_DAY
                )
                if scan.course_id == course.pk
            ]
            knowledge = Knowledge.load([], as_of=SEED_DAY, course_ids={course.pk})
            for scan in scans:
                if scan.mentor_id not in knowledge.mentors:
                    knowledge = Knowledge.load(
                        {one.mentor_id for one in scans}, as_of=SEED_DAY, course_ids={course.pk}
                    )
                outcome = knowledge.award(scan.mentor_id, scan.on, scan.student_id).outcome
                assert fits.pop((scan.student, f"X{scan.number}")) == (outcome is Outcome.MET), scan
                compared += 1
                failing += outcome is not Outcome.MET
            unnamed = {key for key, fit in fits.items() if fit}
            assert not unnamed, f"Scans of findings that the register does not know: {sorted(unnamed)[:5]}"
    assert compared > 1000 and failing > 0, (compared, failing)
    print(f"{compared} scans compared, {failing} of them not fitting")
