"""`make bench`: measures, prints ratios, and writes a table and two pictures into `bench/`.

BENCH_LARGE=1: a register of 400 courses and 2.4 million scans. It takes about ten minutes more.
"""

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "bench"
PEERS = ROOT / ".bench_cache/peers"
LARGE = bool(os.environ.get("BENCH_LARGE"))
COURSE_ROUTES = [
    "copy of scans", "copy of scans again", "copy", "product", "product with sum", "django", "zen loop", "zen per scan",
]  # fmt: skip
REGISTER_ROUTES = ["copy of scans", "copy of scans again", "copy", "product"]


@contextmanager
def database(data: Path) -> Iterator[dict[str, str]]:
    """A private PostgreSQL; gives the environment in which everything here runs."""
    from tests.services import PostgreSQL

    server = PostgreSQL()
    try:
        server.start()
        import psycopg

        with psycopg.connect(server.url.removesuffix("case") + "postgres", autocommit=True) as connection:
            connection.execute('CREATE DATABASE "case"')
        yield {
            "CASE_DATA_DIR": str(data),
            "DATABASE_STATEMENT_SECONDS": "600",
            "DATABASE_URL": server.url,
            "DJANGO_SECRET_KEY": "only-for-the-benchmark-" + "0123456789" * 5,
            "DJANGO_SETTINGS_MODULE": "accreditation.config.settings",
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(PEERS))),
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "SITE_ORIGIN": "http://benchmark",
        }
    finally:
        server.remove()


def about(seed: int) -> str:
    """What ran where: for the head of the report."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "accreditation", "mentors", "portfolios")
    return (
        f"{date.today().isoformat()}, commit {git('rev-parse', '--short', 'HEAD')}{' with changes' if changed else ''}, "  # noqa: TID251
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, seed {seed}"
    )


def main() -> int:
    """Measures in a database of its own; 1 where an answer was wrong."""
    with tempfile.TemporaryDirectory(prefix="case-bench-") as data, database(Path(data)) as environment:
        os.environ.update(environment)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return measure(environment)


def measure(environment: dict[str, str]) -> int:
    """Fills the database, measures and reports."""
    from tests.benchmarks import imports, report, verdicts
    from tests.benchmarks.data import SEED, Size, fill
    from tests.benchmarks.turns import take_turns

    head = about(SEED)
    print(f"{head}\n\nOne course of {Size().all_scans:,} scans ...", flush=True)
    course = take_turns(COURSE_ROUTES, [fill(Size())[0].reference], environment, rounds=11)
    size = Size(courses=400 if LARGE else 40)
    print(f"A register of {size.courses} courses and {size.all_scans:,} scans ...", flush=True)
    references = [made.reference for made in fill(size, seed=SEED + 1, first=1)]
    register = take_turns(REGISTER_ROUTES, references, environment)

    text = [f"# Speed\n\n{head}\n"]
    for title, name, found, goals in (
        (f"One course of {Size().all_scans:,} scans", "course", course, verdicts.course_goals(course)),
        (
            f"A register of {size.all_scans:,} scans",
            "register",
            register,
            verdicts.register_goals(register),
        ),
    ):
        rows = verdicts.rows(found)
        text += [report.table(title, rows), report.goals(goals)]
        print("Picture:", report.write(FOLDER / f"{name}.svg", report.plot(title, rows, goal=3)))
    wrong = [f"{words}. The figures are void" for words in verdicts.differing(course)]
    print("Files of scans ...", flush=True)
    with tempfile.TemporaryDirectory(prefix="case-bench-files-") as folder:
        for number, found, bad in imports.measure(environment, Path(folder), large=LARGE):
            title, rows = f"A file of {number:,} scans", imports.rows(found)
            text += [report.table(title, rows), report.goals(imports.goals(number, found, bad))]
            wrong += imports.wrong(number, found, bad)
            print("Picture:", report.write(FOLDER / f"import-{number}.svg", report.plot(title, rows, goal=1)))
    text += [f"WRONG: {words}." for words in wrong]
    print("Table:", report.write(FOLDER / "speed.md", "\n".join(text)), "\n")
    print("\n".join(text))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
