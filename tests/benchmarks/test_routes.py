"""The benchmark's routes agree, and its report is written. Nothing here looks at a clock."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from accreditation.models import Course, User
from tests.benchmarks import report, verdicts, zen_route
from tests.benchmarks.data import Maker, Size, fill
from tests.benchmarks.routes import (
    SHARED,
    copy,
    copy_scans,
    django,
    product,
    product_with_sum,
    student,
    zen_loop,
    zen_scan,
)
from tests.benchmarks.turns import Measured

SMALL = Size(courses=2, students=6, scans=60)


@pytest.fixture
def courses(db: None) -> list[Course]:
    return fill(SMALL)


def test_the_routes_name_the_same_failing_scans(courses: list[Course]) -> None:
    for course in courses:
        wanted = product(course)
        assert django(course) == wanted == product_with_sum(course)
    assert set(wanted) == set(SHARED)


def test_each_shared_check_has_failing_scans(courses: list[Course]) -> None:
    """Otherwise agreeing would mean nothing."""
    found = [product(course) for course in courses]
    assert all(any(answer[check] for answer in found) for check in SHARED)


@pytest.mark.skipif(zen_route.zen is None, reason="zen-engine is installed for `make bench` only")
def test_the_engine_names_them_too(courses: list[Course]) -> None:
    for course in courses:
        assert zen_loop(course) == zen_scan(course) == product(course)


def test_the_limits_fetch_every_row(courses: list[Course]) -> None:
    """The binary format has a head and, for each column of a row, at least its length."""
    assert copy(courses[0]) > copy_scans(courses[0]) > SMALL.students * SMALL.scans * 16 * 4


def test_the_seed_decides_everything(db: None) -> None:
    made = []
    for seed in (7, 7, 8):
        User.objects.all().delete()
        batch = Maker(seed).course(0, SMALL)
        made.append((batch.scans, batch.appraisals, [row.pk for row in batch.small]))
    assert made[0] == made[1] != made[2]


def measured(*seconds: float, answer: object = None) -> Measured:
    return Measured(list(seconds), answer, 60.0)


def found(**changed: Measured) -> verdicts.Found:
    usual = {
        "copy of scans": measured(1, 1, 1),
        "copy of scans again": measured(1, 1.05, 1.1),
        "copy": measured(2, 2, 2),
        "product": measured(1.5, 1.7, 2.0, answer={"A": 1}),
        "zen loop": measured(9, 9, 9, answer={"A": 1}),
        "zen per scan": Measured(not_run="not installed"),
    }
    return usual | {name.replace("_", " "): one for name, one in changed.items()}


def words(goals: list[report.Goal]) -> list[str]:
    return [goal.verdict for goal in goals]


def test_goals_are_judged_by_the_medians() -> None:
    assert words(verdicts.course_goals(found())) == ["met", "met", "no verdict: not installed", "NOT met"]


def test_a_noisy_run_gives_no_verdict() -> None:
    noisy = found(copy_of_scans_again=measured(1.2, 1.2, 1.2))
    assert (
        words(verdicts.course_goals(noisy))[0]
        == "no verdict: too noisy, COPY of the scans twice is 20% apart"
    )


def test_a_wrong_answer_voids_the_figures() -> None:
    wrong = found(zen_loop=measured(9, 9, 9, answer={"A": 2}))
    assert verdicts.differing(wrong) == ["zen-engine, loop mode does not find the same failing scans"]
    assert set(words(verdicts.course_goals(wrong))[:2]) == {"no verdict: the routes' answers differ"}


def test_the_register_is_judged_by_clock_and_memory() -> None:
    much = found(product=Measured([1, 1, 1], None, 151.0))
    assert words(verdicts.register_goals(found())) == ["NOT met", "met"]
    assert words(verdicts.register_goals(much | {"zen loop": measured(9, 9, 9)})) == ["met", "NOT met"]
    assert words(verdicts.inside_goals(found(), found())) == ["met", "met"]
    assert words(verdicts.inside_goals(found(), much)) == ["met", "NOT met"]


def test_a_student_is_judged_by_clock_and_queries(courses: list[Course]) -> None:
    asked = student(courses[0])
    usual = {"select": measured(1, 1, 1), "select again": measured(1, 1, 1)}
    for answer, verdict in ((asked, "met"), ({"queries": "3"}, "NOT met")):
        one = measured(2, 2, 2, answer={"B-000": answer})
        assert words(verdicts.student_goals(usual | {"student": one})) == ["met", verdict]


def test_table_and_picture_are_written(tmp_path: Path) -> None:
    rows = verdicts.rows(found())
    path = report.write(tmp_path / "bench" / "course.svg", report.plot("One course", rows, goal=3))
    drawn = ElementTree.parse(path).getroot()
    assert len(drawn.findall("{http://www.w3.org/2000/svg}rect")) == 1 + 5
    text = report.table("One course", rows)
    assert "| product: findings, sentences | 1700.0 ms | 1.70 | 1.50 to 2.00 | 1500.0 ms |" in text
    assert "| zen-engine, scan by scan | not run (not installed) | | | |" in text
