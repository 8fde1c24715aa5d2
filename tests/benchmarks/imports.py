"""The part of `make bench` about files of scans: the product beside COPY of the same rows, and beside what is usual."""

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.report import LIMIT, OURS, PEER, Goal, Row, Section
from tests.benchmarks.turns import TOO_NOISY, Measured, noise, take_turns

MODULE = "tests.benchmarks.import_worker"
NAMES = {
    "copy": ("COPY of the rows, ready made, binary", LIMIT),
    "copy again": ("the same COPY, again", LIMIT),
    "copy text": ("COPY of the same rows, ready made, as text", LIMIT),
    "copy rows": ("COPY of the resolved rows, written one by one", LIMIT),
    "product": ("product: read, checked, stored", OURS),
    "product look": ("product: the dry run", OURS),
    "form": ("a Form a line, bulk_create", PEER),
    "import-export": ("django-import-export, bulk", PEER),
}
Found = dict[str, Measured]


SIZES: list[tuple[int, list[str], int]] = [
    (1_500, ["copy", "copy again", "product", "form", "import-export"], 2),
    (6_000, ["copy", "copy again", "copy text", "copy rows", "product", "product look", "form"], 5),
    (60_000, ["copy", "copy again", "copy text", "copy rows", "product", "product look"], 3),
    (240_000, ["copy", "copy again", "copy rows", "product"], 2),
]
"""Lines, routes and rounds: the slower ones on the smaller files only."""


def sections(environment: dict[str, str], folder: Path, *, large: bool = False) -> Iterator[Section]:
    """A section for each size of file."""
    from tests.benchmarks import import_data, import_routes
    from tests.benchmarks.data import SEED, Size, fill

    for number, routes, rounds in SIZES:
        size = Size(students=max(8, number // import_data.A_LOG), scans=0)
        course = fill(size, seed=SEED + number, first=number)[0]
        path = folder / f"{number}.csv"
        bad = import_data.write(course, path, number)
        import_routes.make_ready(import_routes.Given(course.reference, str(path)))
        found = take_turns(routes, [course.reference, str(path)], environment, rounds, MODULE)
        yield Section(
            f"A file of {number:,} scans", f"import-{number}", rows(found), goals(number, found, bad),
            wrong=wrong(number, found, bad), line=1,
            words=f"Memory of the product's process at its most: {found['product'].peak_mb:.0f} MB, of which"
            f" {found['product'].grown_mb:.0f} MB came with the file; a process that only copies has {found['copy'].peak_mb:.0f} MB.",
        )  # fmt: skip


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
    """At most as long as COPY, far ahead of what is usual, in bounded memory."""
    apart = noise(found["copy"], found["copy again"])
    why = f"too noisy, the same COPY twice is {apart:.0%} apart" if apart > TOO_NOISY else ""
    why = "the routes' answers differ" if wrong(number, found, bad) else why
    ours, said = found["product"], []
    for limit in ("copy rows", "copy text", "copy"):
        if limit in found:
            times, least, top = ours.times(found[limit])
            words = f"{number:,} lines, at most 1.0 × {NAMES[limit][0]}"
            said.append(
                Goal(words, f"{times:.2f} ({least:.2f} to {top:.2f})", None if why else times <= 1, why)
            )
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
        words = f"{number:,} lines, at most 80 MB more than before the file"
        said.append(Goal(words, f"{ours.grown_mb:.0f} MB", ours.grown_mb <= 80))
    return said
