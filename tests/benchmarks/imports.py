"""The part of `make bench` about files of scans: the product beside COPY of the same rows, and beside what is usual."""

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.report import LIMIT, OURS, PEER, Goal, Row
from tests.benchmarks.turns import TOO_NOISY, Measured, noise, take_turns

MODULE = "tests.benchmarks.import_worker"
NAMES = {
    "copy": ("COPY of the rows, ready made", LIMIT),
    "copy again": ("the same COPY, again", LIMIT),
    "product": ("product: read, checked, stored", OURS),
    "product look": ("product: the dry run", OURS),
    "form": ("a Form a line, bulk_create", PEER),
    "import-export": ("django-import-export, bulk", PEER),
}
Found = dict[str, Measured]


def sizes(large: bool) -> list[tuple[int, list[str], int]]:
    """Lines, routes and rounds: the slower ones on the smaller files only."""
    always = ["copy", "copy again", "product"]
    some = [
        (1_500, [*always, "form", "import-export"], 5),
        (6_000, [*always, "product look", "form"], 7),
        (60_000, [*always, "product look"], 5),
    ]
    return [*some, (240_000, always, 5)] if large else some


def measure(
    environment: dict[str, str], folder: Path, *, large: bool = False
) -> Iterator[tuple[int, Found, list[int]]]:
    """For each size what was measured, and the lines of its file that are bad."""
    from tests.benchmarks import import_data, import_routes
    from tests.benchmarks.data import SEED, Size, fill

    wanted = sizes(large)
    most = max(number for number, _, _ in wanted)
    course = fill(Size(students=most // import_data.A_LOG, scans=0), seed=SEED + 2, first=500)[0]
    for number, routes, rounds in wanted:
        path = folder / f"{number}.csv"
        bad = import_data.write(course, path, number)
        import_routes.make_ready(import_routes.Given(course.reference, str(path)))
        references = [course.reference, str(path)]
        yield number, take_turns(routes, references, environment, rounds, MODULE), bad


def rows(found: Found) -> list[Row]:
    """The lines of table and picture, each beside COPY."""
    return [Row(NAMES[name][0], one, found["copy"], NAMES[name][1]) for name, one in found.items()]


def wrong(number: int, found: Found, bad: list[int]) -> list[str]:
    """Routes that did not store every good line, or did not name exactly the bad ones."""
    good = number - len(bad)
    said = []
    for name, one in found.items():
        if one.not_run or name == "product look":
            continue
        if one.answer["scans"] != good:
            said.append(f"{NAMES[name][0]} stored {one.answer['scans']} of {good} lines")
        if one.answer["refused"] not in (None, bad):
            said.append(f"{NAMES[name][0]} did not name the bad lines")
    return said


def goals(number: int, found: Found, bad: list[int]) -> list[Goal]:
    """At most as long as COPY, far ahead of what is usual, in 150 MB."""
    apart = noise(found["copy"], found["copy again"])
    why = f"too noisy, the same COPY twice is {apart:.0%} apart" if apart > TOO_NOISY else ""
    why = "the routes' answers differ" if wrong(number, found, bad) else why
    ours = found["product"]
    times, least, top = ours.times(found["copy"])
    words = f"{number:,} lines, at most 1.0 × COPY of the rows ready made"
    said = [Goal(words, f"{times:.2f} ({least:.2f} to {top:.2f})", None if why else times <= 1, why)]
    for peer, at_least in (("form", 15), ("import-export", 100)):
        if (one := found.get(peer)) is None:
            continue
        words = f"{number:,} lines, at least {at_least} times quicker than {NAMES[peer][0]}"
        if one.not_run:
            said.append(Goal(words, "not run", None, one.not_run))
        else:
            ahead = one.median / ours.median
            said.append(Goal(words, f"{ahead:.1f}", None if why else ahead >= at_least, why))
    if number >= 60_000:
        said.append(
            Goal(f"{number:,} lines, peak memory under 150 MB", f"{ours.peak_mb:.0f} MB", ours.peak_mb < 150)
        )
    return said
