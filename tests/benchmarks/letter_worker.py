"""A process with one route to a letter's file; see `letters`. Between turns the letters stand as they were promised."""

import gc
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection

from accreditation import queue
from accreditation.enums import BuildState, JobState
from accreditation.letters import render, seal
from accreditation.letters.qr import qr_svg
from accreditation.letters.shape import LetterContent
from accreditation.models import Job, Letter
from accreditation.services import letters
from tests.benchmarks.data import LONG_AGO
from tests.benchmarks.turns import peak_mb

PATIENCE = 120


def as_promised(jobs: list[Job]) -> None:
    """Puts letters and promises back to where nothing has been done yet; what was stored goes."""
    Letter.objects.filter(pk__in=[job.subject_id for job in jobs]).update(
        state=BuildState.QUEUED,
        attempts=0,
        sha256="",
        unsigned_sha256="",
        size=None,
        built_at=None,
        sealed=False,
    )
    Job.objects.filter(pk__in=[job.pk for job in jobs]).update(
        state=JobState.WAITING,
        attempts=0,
        leased_until=None,
        done_at=None,
        rung_at=None,
        not_before=LONG_AGO,
    )


def bare(jobs: list[Job], *, plain: bool = False) -> Callable[[], list[str]]:
    """WeasyPrint on HTML that is ready made, with stylesheet and fonts kept; what is stored nowhere."""
    from datetime import UTC, datetime
    from datetime import time as hour

    from weasyprint import HTML, Attachment

    contents = [LetterContent.read(one.content) for one in _letters(jobs)]
    pages = [(one, render.page(one), render._fetcher(qr_svg(one.verify_url).encode())) for one in contents]
    stylesheet, fonts = render._style()

    def run() -> list[str]:
        sums = []
        for content, html, fetcher in pages:
            more: dict[str, Any] = {}
            if not plain:
                moment = datetime.combine(content.on, hour(12), UTC)
                found = Attachment(
                    string=render.findings(content), name=render.FINDINGS_NAME, created=moment, modified=moment,
                    description="The findings and judgements behind this letter, for machines", relationship="Data",
                    url_fetcher=fetcher,
                )  # fmt: skip
                more = {"pdf_variant": "pdf/a-3a", "attachments": [found]}
            data = HTML(string=html, base_url=render.BASE, url_fetcher=fetcher).write_pdf(
                stylesheets=[stylesheet], font_config=fonts, pdf_identifier=bytes.fromhex(content.sha256)[:16], **more
            )  # fmt: skip
            sums.append(render.sum_of(data or b""))
        return sums

    return run


def product(jobs: list[Job], *, sealed: bool = False) -> Callable[[], list[str]]:
    """What the task does: takes the promise, renders, stores, marks the letter, the audit trail and the notice."""

    def run() -> list[str]:
        for job in jobs:
            letters.build(job_id=job.pk, sealer=seal.sealed if sealed else lambda bare, content: None)
        if failures := [one.failure for one in _letters(jobs) if one.state != BuildState.BUILT]:
            raise RuntimeError(f"Letters were not built: {failures}")
        return [one.unsigned_sha256 for one in _letters(jobs)]

    return run


def ring(jobs: list[Job]) -> Callable[[], list[str]]:
    """Rings for all letters and waits until a worker has built them."""

    def run() -> list[str]:
        for job in jobs:
            if not queue.ring(job, insist=True):
                raise RuntimeError("The bell could not be rung.")
        until = time.monotonic() + PATIENCE
        keys = [job.subject_id for job in jobs]
        while Letter.objects.filter(pk__in=keys).exclude(state=BuildState.BUILT).exists():
            if time.monotonic() > until:
                raise RuntimeError("The letters were not built.")
            time.sleep(0.02)
        return []

    return run


def _letters(jobs: list[Job]) -> list[Letter]:
    found = {str(one.pk): one for one in Letter.objects.filter(pk__in=[job.subject_id for job in jobs])}
    return [found[job.subject_id] for job in jobs]


ROUTES: dict[str, Callable[[list[Job]], Callable[[], list[str]]]] = {
    "bare": bare,
    "bare again": bare,
    "bare plain": lambda jobs: bare(jobs, plain=True),
    "product": product,
    "product sealed": lambda jobs: product(jobs, sealed=True),
    "ring": ring,
}


def serve(route: str) -> None:
    """A worker's life: makes ready, runs once under the clock, answers."""
    if route == "product sealed":
        from django.conf import settings

        settings.DEMO = True  # with the test key of the demo world, which it makes for itself
    connection.ensure_connection()
    for line in sys.stdin:
        keys = json.loads(line)
        jobs = sorted(Job.objects.filter(key__in=keys), key=lambda job: keys.index(job.key))
        if route not in ("bare", "bare again", "bare plain"):
            as_promised(jobs)
        run = ROUTES[route](jobs)
        gc.collect()
        start = time.perf_counter()
        answer = run()
        told = {"seconds": time.perf_counter() - start, "answer": answer, "not_run": "", "peak_mb": peak_mb()}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
