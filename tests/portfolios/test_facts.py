"""Both directions equal: a facts file stored and gathered again is the same, byte for byte."""

import copy
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from accreditation.facts import gather
from accreditation.models import Course
from accreditation.rules.facts import Facts
from accreditation.rules.facts_reading import read
from accreditation.rules.facts_writing import canonical, write
from mentors.models import Mentor, Qualification, Shortage
from portfolios.models import Appraisal, LearningContract, Scan, Signature, Student
from tests.portfolios.loading import CannotBeStored, load

CASES = Path(settings.ROOT).parent / "shared/standard/cases"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not CASES.is_dir(), reason="the standard's cases are not on this machine"),
]
BASE: dict[str, Any] = json.loads((CASES / "base.json").read_text()) if CASES.is_dir() else {}
AS_OF = date(2025, 10, 1)


def changed(changes: list[list[Any]]) -> dict[str, Any]:
    raw = copy.deepcopy(BASE)
    for path, value in changes:
        *way, last = path.split("/")
        place: Any = raw
        for part in way:
            place = step(place, part)
        if last == "+":
            place.append(value)
        elif value == "<delete>":
            del place[key_in(place, last)]
        else:
            place[key_in(place, last)] = value
    return raw


def key_in(place: Any, part: str) -> Any:
    if isinstance(place, dict):
        return part
    ids = [item.get("id") for item in place]
    return ids.index(part) if part in ids else int(part)


def step(place: Any, part: str) -> Any:
    return place[key_in(place, part)]


def all_cases() -> list[Any]:
    if not CASES.is_dir():
        return []
    return [
        pytest.param(case, id=case["id"])
        for name in ("ps1", "ps2", "ps3", "ps4", "ps5")
        for case in json.loads((CASES / f"{name}.json").read_text())
    ]


@pytest.mark.sqlite
@pytest.mark.parametrize("case", all_cases())
def test_a_stored_case_comes_back_equal(case: dict[str, Any]) -> None:
    """Every case of the standard goes into the database and comes out as the same canonical bytes."""
    wanted = read(changed(case["change"]))
    try:
        course = load(wanted)
    except CannotBeStored as why:
        pytest.skip(f"no place for it: {why}")
    assert canonical(write(gather(course, wanted.as_of))) == canonical(write(in_order(wanted)))


def in_order(wanted: Facts) -> Facts:
    """The same with assessments by day, as the database gives them: the order of a list has no meaning."""
    return replace(
        wanted,
        students=tuple(
            replace(
                one,
                assessments=tuple(sorted(one.assessments or (), key=lambda done: (str(done.on), done.id))),
            )
            for one in wanted.students
        ),
    )


@pytest.fixture
def course() -> Course:
    return load(read(BASE))


def test_the_command_prints_the_same(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("facts", "C1", "--as-of", "2025-10-01")
    assert capsys.readouterr().out.strip().encode() == canonical(write(read(BASE)))


def test_rows_of_a_later_day_are_not_seen(course: Course) -> None:
    """On 28 February 2025 nobody knew of March."""
    seen = gather(course, date(2025, 2, 28)).students[0]
    assert max(scan.on for scan in seen.scans or ()) == date(2025, 2, 24)
    assert seen.assessments == () and seen.awards == () and seen.presentations == ()


def test_an_appraisal_of_a_later_day_is_not_seen(course: Course) -> None:
    Appraisal.objects.filter(scan__number=1).update(on=date(2025, 3, 1))
    seen = gather(course, date(2025, 2, 28)).students[0]
    assert seen.scans is not None and seen.scans[0].appraised_by is None and seen.scans[0].grade is None


@pytest.mark.parametrize("state", ["queried", "disputed"])
def test_an_appraisal_that_the_mentor_did_not_agree_is_none(course: Course, state: str) -> None:
    Appraisal.objects.filter(scan__number=1).update(state=state)
    seen = gather(course, AS_OF).students[0]
    assert seen.scans is not None and seen.scans[0].appraised_by is None


def test_a_contract_signed_later_is_not_there_yet(course: Course) -> None:
    contract = LearningContract.objects.get()
    second = LearningContract.objects.create(portfolio=contract.portfolio, number=2, remit={"elbow"})
    Signature.objects.create(
        contract=second,
        party="student",
        name="S1",
        statement="-",
        signed_on=date(2025, 9, 1),
        text_sha256="0" * 64,
    )
    student = gather(course, date(2025, 8, 31)).students[0]
    assert [one.version for one in student.contracts or ()] == [1]
    student = gather(course, date(2025, 9, 1)).students[0]
    assert [one.version for one in student.contracts or ()] == [1, 2]


def test_a_correction_changes_only_what_is_known_from_then_on(course: Course) -> None:
    """The register learnt on 1 June 2025 that an award was ratified a year later than it had thought."""
    old = Qualification.objects.get(mentor__number="M1")
    learnt = datetime(2025, 6, 1, 9, 0, tzinfo=UTC)
    Qualification.objects.filter(pk=old.pk).update(known_until=learnt)
    Qualification.objects.create(
        mentor=old.mentor,
        kind="pgc",
        msk="yes",
        ratified_on=date(2019, 7, 15),
        known_from=learnt,
        corrects=old,
    )

    def as_known(on: date) -> str:
        return str((gather(course, on).mentors[0].qualifications or ())[0].ratified_on)

    assert as_known(date(2025, 5, 31)) == "2018-07-15"
    assert as_known(date(2025, 6, 1)) == "2019-07-15"


def test_a_shortage_decided_later_is_still_claimed(course: Course) -> None:
    from accreditation.models import User

    clerk = User.objects.get()
    Shortage.objects.create(
        course=course, number=1, status="accepted", reason="-", since=date(2025, 1, 1), claimed_by=clerk,
        decided_by=clerk, decided_at=datetime(2025, 9, 10, tzinfo=UTC),
    )  # fmt: skip
    Shortage.objects.update(created_at=datetime(2025, 1, 2, tzinfo=UTC))
    assert gather(course, date(2025, 1, 1)).shortages == ()  # nobody had claimed it yet
    assert gather(course, date(2025, 9, 9)).shortages[0].status == "claimed"
    accepted = gather(course, date(2025, 9, 10)).shortages[0]
    assert (accepted.status, accepted.accepted_by) == ("accepted", "assessor-1")


def test_applicants_and_other_courses_are_left_out(course: Course, rival: Any) -> None:
    Student.objects.create(course=course, code="S2", full_name="-", profession="podiatrist")
    Student.objects.create(
        course=rival.course,
        code="S3",
        full_name="-",
        profession="-",
        state="enrolled",
        enrolled_on=date(2024, 9, 2),
    )
    assert [student.id for student in gather(course, AS_OF).students] == ["S1"]
    other = gather(rival.course, AS_OF)
    assert [student.id for student in other.students] == ["S3"] and other.mentors == ()


def test_the_number_of_queries_does_not_grow(course: Course, django_assert_num_queries: Any) -> None:
    """One student with eighteen scans, or forty students with four hundred: the same number of queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        gather(course, AS_OF)
    mentor = Mentor.objects.get(number="M1")
    for extra in range(2, 41):
        student = Student.objects.create(
            course=course, code=f"S{extra}", full_name="-", profession="-", state="enrolled",
            enrolled_on=date(2024, 9, 2),
        )  # fmt: skip
        from portfolios.models import Portfolio

        portfolio = Portfolio.objects.create(student=student)
        contract = LearningContract.objects.create(portfolio=portfolio, number=1, remit={"knee"})
        Signature.objects.create(
            contract=contract,
            party="student",
            name="-",
            statement="-",
            signed_on=date(2024, 9, 3),
            text_sha256="0",
        )
        Scan.objects.bulk_create(
            Scan(
                portfolio=portfolio,
                number=n,
                on=date(2024, 10, 1) + timedelta(days=n),
                regions={"knee"},
                mentor=mentor,
            )
            for n in range(1, 11)
        )
    with django_assert_num_queries(len(one)):
        assert len(gather(course, AS_OF).students) == 40
