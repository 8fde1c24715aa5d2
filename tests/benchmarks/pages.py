"""The part of `make bench` about pages: through gunicorn with one worker, signed in as an ordinary assessor, over HTTP.

The floor is `floor.py`, served beside the product by a gunicorn of its own. Each request has a connection of its own, as
gunicorn's simple worker wants it; pages take turns request by request, in an order that changes. Two-step sign-in is off,
so that a session can be made without a browser: it is asked of the session, and costs no query.
"""

import http.client
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.benchmarks.report import LIMIT, OURS, Goal, Row, Section
from tests.benchmarks.turns import TOO_NOISY, Measured, noise

ROUNDS, REQUESTS = 5, 24
SEED = 2023
FLOOR = "/floor/"


@dataclass(frozen=True)
class Page:
    """One page: whose (the cookie), where, and what it may cost (`queries` 0: no goal)."""

    name: str
    path: str
    cookie: str = ""
    times: float = 0
    queries: int = 0


def sections(environment: dict[str, str], folder: Path, *, large: bool = False) -> Iterator[Section]:
    """Pages of a small register, then the same queue among 10,000 submissions."""
    from tests.services import Redis, free_port

    queue = Redis()
    queue.start()
    try:
        floor_port, port = free_port(), free_port()
        os.environ |= {
            "REDIS_URL": queue.url, "SITE_ORIGIN": f"http://127.0.0.1:{port}", "CASE_REQUIRE_TWO_STEP": "false",
        }  # fmt: skip
        _settings_again()
        few, many, pages = _data()
        with ExitStack() as running:
            running.enter_context(_served("tests.benchmarks.floor", floor_port))
            running.enter_context(_served("accreditation.config.wsgi", port))
            yield _section("Pages", "pages", pages, floor_port, port)
            _more(10_000)
            queues = [
                Page("queue of 50, 10,000 submissions", "/reviews/", few, 8, 5),
                Page("queue of 250, 10,000 submissions", "/reviews/", many, 0, 5),
            ]
            yield _section("Pages among 10,000 submissions", "pages-10000", queues, floor_port, port)
    finally:
        queue.stop()


def _settings_again() -> None:
    """This process read its settings before it knew of Redis and the port."""
    from importlib import reload

    from django.conf import settings
    from django.core.cache import caches

    from accreditation.config import settings as module

    again = reload(module)
    for name in ("REDIS_URL", "SITE_ORIGIN", "CACHES", "ALLOWED_HOSTS", "REQUIRE_TWO_STEP"):
        setattr(settings, name, getattr(again, name))
    caches.settings = caches._settings = again.CACHES


def _data() -> tuple[str, str, list[Page]]:
    """Two assessors with 50 and 250 cases, one case to review, a course with portfolios of 200 scans."""
    from accreditation import grants
    from accreditation.enums import InvitationState, PanelRole
    from accreditation.models import Assignment, Submission
    from portfolios.models import Portfolio
    from tests.accreditation.panels import freeze
    from tests.benchmarks.cases import assessor, fill_cases
    from tests.benchmarks.data import Size, fill

    few, many = assessor("with-50"), assessor("with-250")
    cases = fill_cases(1_400, {few: 50, many: 250}, since=date(2026, 1, 1))
    case = Submission.objects.filter(assignments__user=few).earliest("created_at")
    freeze(case, case.opened_by)
    course = fill(Size())[0]
    submission = Submission.objects.create(
        course=course, reference="B-SCANS", state="in_assessment", opened_by=cases[0].opened_by
    )
    Assignment.objects.create(
        submission=submission, user=few, role=PanelRole.SHADOW, state=InvitationState.ACCEPTED,
        assigned_by=cases[0].opened_by,
    )  # fmt: skip
    grants.sync_submission(submission)
    portfolio = Portfolio.objects.filter(student__course=course).earliest("student__code")
    one, other = _signed_in(few), _signed_in(many)
    return one, other, [
        Page("the frame alone: an empty list, signed in", "/reviews/", _signed_in(assessor("with-none"))),
        Page("queue of 51", "/reviews/", one, 8, 5),
        Page("queue of 250", "/reviews/", other, 0, 5),
        Page("review: the brief", f"/reviews/{case.pk}/", one, 4, 6),
        Page("review: one clause", f"/reviews/{case.pk}/clauses/PS2.4/", one, 4, 6),
        Page("portfolio with 200 scans", f"/portfolios/{portfolio.pk}/", one, 15),
        Page("scan log of 200 scans", f"/portfolios/{portfolio.pk}/scans/", one, 15),
    ]  # fmt: skip


def _more(count: int) -> None:
    """Fills up with cases of others."""
    from accreditation.models import Submission
    from tests.benchmarks.cases import multiply

    multiply(count - Submission.objects.count())


def _signed_in(user: Any) -> str:
    from django.conf import settings
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@contextmanager
def _served(module: str, port: int) -> Iterator[None]:
    """A gunicorn with one worker, up when this begins."""
    settings = {"DJANGO_SETTINGS_MODULE": module} if module.startswith("tests.") else {}
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        f"{module}:application",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "1",
    ]
    process = subprocess.Popen([*command, "--log-level", "warning"], env=os.environ | settings)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                _get(port, FLOOR, "")
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{module} was not served.") from None
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _get(port: int, path: str, cookie: str) -> tuple[float, int, int]:
    """Seconds, status and length of one answer."""
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return time.perf_counter() - start, answer.status, len(body)


def _section(title: str, name: str, pages: list[Page], floor_port: int, port: int) -> Section:
    floors = (Page("floor: one template, one query", FLOOR), Page("floor, again", FLOOR))
    everything = [*floors, *pages]
    found = {page.name: Measured() for page in everything}
    wrong = []
    order = random.Random(SEED)
    for number in range(ROUNDS + 1):
        seconds: dict[str, list[float]] = {page.name: [] for page in everything}
        for _ in range(REQUESTS if number else 3):
            # In another order each time, and each after a visit that is not timed: else the page that comes after 300 ms of
            # another server's work pays for memory and a clock rate that it finds cold, and the floor differs from itself.
            for page in order.sample(everything, len(everything)):
                at = floor_port if page in floors else port
                _get(at, page.path, page.cookie)
                took, status, _ = _get(at, page.path, page.cookie)
                seconds[page.name].append(took)
                if status != 200 and not wrong:
                    wrong.append(f"{page.name} answered {status}")
        if number:
            for page in everything:
                found[page.name].seconds.append(statistics.median(seconds[page.name]))
    floor = found[floors[0].name]
    apart = noise(floor, found[floors[1].name])
    why = f"too noisy, the floor twice is {apart:.0%} apart" if apart > TOO_NOISY else ""
    goals = []
    for page in pages:
        times, least, top = found[page.name].times(floor)
        if page.times:
            met = None if why or wrong else times <= page.times
            goals.append(
                Goal(
                    f"{page.name}, at most {page.times:g} × the floor",
                    f"{times:.1f} ({least:.1f} to {top:.1f})",
                    met,
                    why,
                )
            )
        if page.queries:
            asked = queries(page)
            goals.append(
                Goal(f"{page.name}, at most {page.queries} queries", str(asked), asked <= page.queries)
            )
    rows = [Row(one.name, found[one.name], floor, LIMIT if one in floors else OURS) for one in everything]
    return Section(title, name, rows, goals, wrong=wrong, line=8)


def queries(page: Page) -> int:
    """How many queries a page asks, beside the session's and the person's own two; seen in this process."""
    return len(asked(page)) - 2


def asked(page: Page) -> list[str]:
    """What a page asks the database, at its second visit."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1", headers={"cookie": page.cookie})
    client.get(page.path)
    with CaptureQueriesContext(connection) as seen:
        client.get(page.path)
    return [one["sql"] for one in seen.captured_queries]
