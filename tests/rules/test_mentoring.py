"""The days from which a mentor may supervise, against asking every day; the log's sets, against loops."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accreditation.rules import regions
from accreditation.rules.dates import LeapRule, PartialDate, Period, years_after
from accreditation.rules.dossier import CourseDossier
from accreditation.rules.facts import Mentor, Qualification, Scan
from accreditation.rules.facts_reading import read
from accreditation.rules.findings import Outcome
from accreditation.rules.log import Log
from accreditation.rules.mentoring import ALONE, change_days, eligibility, forecast, met_from
from accreditation.rules.standards import EDITIONS
from tests.rules.random_facts import random_facts

EDITION = EDITIONS["msk-2023"]
TERMS = EDITION.on(date(2025, 10, 1))


def mentor(ratified: str, **more: object) -> Mentor:
    award = Qualification("pgc", "yes", ratified_on=PartialDate.parse(ratified))
    return Mentor("M1", "M. Okafor", (award,), regions.mask(["knee"]), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(25))
def test_between_change_days_the_answer_stays_as_it_is(seed: int) -> None:
    course = CourseDossier(read(random_facts(seed)), EDITION)
    for student in course.students:
        for one in course.mentors.values():
            changes = set(change_days(one, course.terms, student.around))
            day = date(2022, 9, 1)
            before = eligibility(one, day, course.terms, student.around)
            while day < date(2025, 10, 1):
                day += timedelta(days=1)
                now = eligibility(one, day, course.terms, student.around)
                assert day in changes or (now.outcome, now.why) == (before.outcome, before.why), day
                before = now


@pytest.mark.parametrize("seed", range(25))
def test_spans_of_a_log_answer_as_each_scan_would(seed: int) -> None:
    course = CourseDossier(read(random_facts(seed)), EDITION)
    for student in course.students:
        for name in student.log.mentors(student.supervised):
            theirs = student.supervised & student.log.mentored_by(name)
            spans = student.standing(student.mentor(name), theirs)
            assert sum(len(rows) for rows, _ in spans) == len(theirs)
            for rows, answer in spans:
                for scan in rows:
                    alone = eligibility(student.mentor(name), scan.on, course.terms, student.around)
                    assert alone.outcome is answer.outcome


def test_a_forecast_says_from_which_day_on() -> None:
    told = [(day, str(one.outcome)) for day, one in forecast(mentor("2022-09-24"), TERMS)]
    assert told[-1] == (date(2024, 9, 24), "met")
    assert {outcome for _, outcome in told[:-1]} == {"not_met"}
    found = met_from(mentor("2022-09-24"), TERMS)
    assert found is not None and found[0] == date(2024, 9, 24)
    assert met_from(Mentor("M1", None, ()), TERMS) is None


def test_a_mentor_is_called_by_name_with_days_in_words() -> None:
    now = eligibility(mentor("2022-09-24"), date(2024, 9, 23), TERMS, ALONE)
    assert now.why == (
        "M. Okafor was awarded the PgC on 24 September 2022; two years are reached on 24 September 2024. "
        "No shortage of mentors was accepted for that day."
    )
    known_in_part = eligibility(mentor("2022-09"), date(2024, 9, 23), TERMS)
    assert known_in_part.outcome is Outcome.MISSING
    assert "September 2022 (day not given)" in known_in_part.why
    assert known_in_part.settle == "the exact day on which M. Okafor's award was ratified"


@pytest.mark.parametrize(
    ("day", "years", "leap", "expected"),
    [
        (date(2022, 9, 15), 2, LeapRule.FEBRUARY_28, date(2024, 9, 15)),
        (date(2020, 2, 29), 1, LeapRule.FEBRUARY_28, date(2021, 2, 28)),
        (date(2020, 2, 29), 1, LeapRule.MARCH_1, date(2021, 3, 1)),
        (date(2020, 2, 29), 4, LeapRule.MARCH_1, date(2024, 2, 29)),
        (date(2096, 2, 29), 4, LeapRule.FEBRUARY_28, date(2100, 2, 28)),
        (date(9998, 1, 1), 2, LeapRule.FEBRUARY_28, date.max),
    ],
)
def test_years_after(day: date, years: int, leap: LeapRule, expected: date) -> None:
    assert years_after(day, years, leap) == expected


def test_730_days_are_not_two_years() -> None:
    scan = date(2022, 9, 15) + timedelta(days=730)
    assert eligibility(mentor("2022-09-15"), scan, TERMS).outcome is Outcome.NOT_MET
    assert eligibility(mentor("2022-09-15"), scan + timedelta(days=1), TERMS).outcome is Outcome.MET


@pytest.mark.parametrize(
    ("text", "first", "last", "words"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "February 2024 (day not given)"),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28), "February 2023 (day not given)"),
        ("2023", date(2023, 1, 1), date(2023, 12, 31), "2023 (day not given)"),
        ("2023-03-14", date(2023, 3, 14), date(2023, 3, 14), "14 March 2023"),
    ],
)
def test_dates_known_in_part(text: str, first: date, last: date, words: str) -> None:
    known = PartialDate.parse(text)
    assert (known.first, known.last, known.spoken(), str(known)) == (first, last, words, text)


def test_a_period_with_an_unknown_start_shows_nothing_and_rules_nothing_out() -> None:
    period = Period(None, date(2024, 1, 31))
    assert period.may_hold(date(2024, 1, 31)) and not period.holds(date(2024, 1, 31))
    assert not period.may_hold(date(2024, 2, 1))


# --- sets of rows ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(25))
def test_a_log_from_plain_tuples_is_the_same_as_from_scans(seed: int) -> None:
    for student in read(random_facts(seed)).students:
        scans = student.scans or ()
        log, plain = Log(scans), Log([tuple(scan) for scan in reversed(scans)])
        for ours in (log, plain):
            loop = {
                scan.id
                for scan in scans
                if scan.subject == "patient" and scan.logged and scan.on < date(2024, 9, 20)
            }
            assert {
                scan.id for scan in ours.of("patient") & ours.logged & ours.before(date(2024, 9, 20))
            } == loop
        knee = regions.mask(["knee"])
        assert {scan.id for scan in log.in_part(knee)} == {scan.id for scan in scans if scan.regions & knee}
        assert {scan.id for scan in log.outside(knee)} == {scan.id for scan in scans if scan.regions & ~knee}
        assert [scan.on for scan in log.all] == sorted(scan.on for scan in scans)


def test_sets_of_rows() -> None:
    log = Log([Scan(f"X{day}", date(2024, 1, day), 1) for day in (3, 1, 2, 2 + 7)], "students/S1/scans")
    first, later = log.before(date(2024, 1, 3)), log.since(date(2024, 1, 2))
    assert log.all.refs() == [
        "students/S1/scans/X1",
        "students/S1/scans/X2",
        "students/S1/scans/X3",
        "students/S1/scans/X9",
    ]
    assert [scan.id for scan in first & later] == ["X2"]
    assert [scan.id for scan in later - first] == ["X3", "X9"]
    assert len(first | later) == 4 and (first | later) == log.all
    assert not log.on(date(2024, 1, 4)) and log.on(date(2024, 1, 2))
    assert later.first_day == date(2024, 1, 2) and later.last_day == date(2024, 1, 9)
    assert {log.all: "hashable"}[log.all] == "hashable"
    empty = Log(())
    assert not empty.all and not empty.logged and empty.all.refs() == []


def test_regions() -> None:
    assert regions.mask(["shoulder", "knee"]) == 17 and regions.names(17) == ("shoulder", "knee")
    assert regions.BITS["intervention"] == 2048 and regions.BITS["spine"] == 1024
    assert regions.expand(["lower_limb", "nerve"]) == regions.mask(
        ["hip_groin", "knee", "ankle_foot", "nerve"]
    )
    assert (
        regions.spoken(regions.mask(["shoulder", "wrist_hand", "knee"]))
        == "shoulder, wrist and hand, and knee"
    )
    assert regions.spoken(regions.mask(["shoulder", "knee"])) == "shoulder and knee"
    with pytest.raises(regions.UnknownRegion):
        regions.mask(["jaw"])
    with pytest.raises(regions.UnknownRegion):
        regions.names(1 << 12)
