"""`make bench`: measures, prints ratios, and writes a table and pictures into `bench/` as it goes.

BENCH_PARTS=import,pages: only these parts. BENCH_LARGE=1: a register of 400 courses and 2.4 million scans; it takes about ten
minutes more. Each part is a process with a database of its own: what breaks one leaves the others' figures standing.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "bench"
PEERS = ROOT / ".bench_cache/peers"
LARGE = bool(os.environ.get("BENCH_LARGE"))
PARTS = {
    "import": "imports",
    "letters": "letters",
    "pages": "pages",
    "visible": "visible",
    "rules": "rules",
}
"""Name of a part → its module, whose `sections` measures."""
SEED = 2023


@contextmanager
def database(data: Path) -> Iterator[dict[str, str]]:
    """A private PostgreSQL that keeps what it has committed; gives the environment in which everything here runs."""
    from tests.services import PostgreSQL

    server = PostgreSQL(durable=True)
    try:
        server.start()
        _ask(server.url, 'CREATE DATABASE "case"')
        yield {
            "CASE_DATA_DIR": str(data),
            "DATABASE_STATEMENT_SECONDS": "600",
            "DATABASE_URL": server.url,
            "DJANGO_SECRET_KEY": "only-for-the-benchmark-" + "0123456789" * 5,
            "DJANGO_SETTINGS_MODULE": "accreditation.config.settings",
            "BENCH_PEERS": str(PEERS),
            "PYTHONPATH": str(ROOT),
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "SITE_ORIGIN": "http://benchmark",
        }
    finally:
        server.remove()


@contextmanager
def with_broker() -> Iterator[tuple[Path, dict[str, str]]]:
    """A private PostgreSQL, migrated, and a Redis, for this very process, in which Django is set up; gives the folder of its data
    and the environment for workers.
    """
    from tests.services import Redis

    broker = Redis()
    broker.start()
    try:
        with tempfile.TemporaryDirectory(prefix="case-bench-") as data, database(Path(data)) as environment:
            environment["REDIS_URL"] = broker.url
            os.environ.update(environment)
            import django

            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            yield Path(data), os.environ | environment
    finally:
        broker.stop()


def _ask(url: str, sql: str) -> None:
    import psycopg

    with psycopg.connect(f"{url.rsplit('/', 1)[0]}/postgres", autocommit=True) as connection:
        connection.execute(sql)  # type: ignore[call-overload, unused-ignore]


def about() -> str:
    """What ran where: for the head of the report."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "accreditation", "mentors", "portfolios")
    return (
        f"{date.today().isoformat()}, commit {git('rev-parse', '--short', 'HEAD')}{' with changes' if changed else ''}, "  # noqa: TID251
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, seed {SEED}"
    )


def main() -> int:
    """Measures part by part; 1 where an answer was wrong or a part broke."""
    wanted = [one for one in os.environ.get("BENCH_PARTS", "").split(",") if one] or list(PARTS)
    if unknown := set(wanted) - PARTS.keys():
        sys.exit(f"No such part: {', '.join(sorted(unknown))}. There are {', '.join(PARTS)}.")
    head = about()
    print(head, flush=True)
    texts, failed = [f"# Speed\n\n{head}\n"], []
    with tempfile.TemporaryDirectory(prefix="case-bench-") as data, database(Path(data)) as environment:
        manage = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity=0"]
        subprocess.run(manage, env=os.environ | environment, check=True)
        for part in wanted:
            _ask(environment["DATABASE_URL"], f'CREATE DATABASE "{part}" TEMPLATE "case"')
            place = environment | {"DATABASE_URL": environment["DATABASE_URL"].removesuffix("case") + part}
            (FOLDER / f"{part}.md").unlink(missing_ok=True)
            start = time.monotonic()
            done = subprocess.run(
                [sys.executable, "-m", "tests.benchmarks", part],
                cwd=ROOT,
                env=os.environ | place,
                check=False,
            )
            print(f"Part “{part}” took {time.monotonic() - start:.0f} s.\n", flush=True)
            failed += [part] if done.returncode else []
            if (FOLDER / f"{part}.md").exists():
                texts.append((FOLDER / f"{part}.md").read_text())
            (FOLDER / "speed.md").write_text("\n".join(texts))
    print("Table:", FOLDER / "speed.md")
    for part in failed:
        print(f"Part “{part}” gave a wrong answer or broke.")
    return 1 if failed else 0


def measure(part: str) -> int:
    """One part, in a process of its own: prints and writes each section once it is there."""
    import django

    django.setup()
    from tests.benchmarks import report

    texts, wrong = [], False
    with tempfile.TemporaryDirectory(prefix="case-bench-files-") as folder:
        for one in import_module(f"tests.benchmarks.{PARTS[part]}").sections(
            dict(os.environ), Path(folder), large=LARGE
        ):
            texts.append(one.text)
            wrong = wrong or bool(one.wrong)
            print(one.text, flush=True)
            if one.name:
                report.write(FOLDER / f"{one.name}.svg", report.plot(one.title, one.rows, goal=one.line))
            report.write(FOLDER / f"{part}.md", "\n".join(texts))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(measure(sys.argv[1]) if len(sys.argv) > 1 else main())
