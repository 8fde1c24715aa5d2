"""The part of `make bench` about the five statements: one course, and a register of many."""

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import verdicts
from tests.benchmarks.report import Section
from tests.benchmarks.turns import take_turns

COURSE_ROUTES = [
    "copy of scans", "copy of scans again", "copy", "product", "product with sum", "django", "zen loop", "zen per scan",
]  # fmt: skip
REGISTER_ROUTES = ["copy of scans", "copy of scans again", "copy", "product"]
STUDENT_ROUTES = ["select", "select again", "student"]


def sections(environment: dict[str, str], folder: Path, *, large: bool = False) -> Iterator[Section]:
    """One course, then a register, and one course and one student in it; `large`: of 400 courses."""
    from tests.benchmarks.data import SEED, Size, fill

    course = take_turns(COURSE_ROUTES, [fill(Size())[0].reference], environment, rounds=5)
    yield Section(
        f"One course of {Size().all_scans:,} scans", "course", verdicts.rows(course), verdicts.course_goals(course),
        wrong=[f"{words}. The figures are void" for words in verdicts.differing(course)],
    )  # fmt: skip
    size = Size(courses=400 if large else 40)
    references = [made.reference for made in fill(size, seed=SEED + 1, first=1)]
    register = take_turns(REGISTER_ROUTES, references, environment)
    yield Section(
        f"A register of {size.all_scans:,} scans", "register", verdicts.rows(register), verdicts.register_goals(register)
    )  # fmt: skip
    inside = take_turns(REGISTER_ROUTES, references[:1], environment)
    yield Section(
        f"One course inside {size.all_scans:,} scans", "inside", verdicts.rows(inside), verdicts.inside_goals(inside, course)
    )  # fmt: skip
    one = take_turns(STUDENT_ROUTES, references[:1], environment)
    yield Section(
        f"One student inside {size.all_scans:,} scans", "student", verdicts.rows(one, "select"), verdicts.student_goals(one)
    )  # fmt: skip
