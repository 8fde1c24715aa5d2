"""The whole portfolio for its owner: one readable PDF, the files behind it, and all tables, in one zip, made by the worker.

The PDF is set in parts of `PART` scans, so that neither a long log nor a long reflection holds up a worker, and the page can
say how far it is.
"""

import io
import zipfile
from collections.abc import Iterator
from uuid import UUID

import pikepdf
from django.db import transaction
from django.utils import timezone

from accreditation import audit, files
from accreditation.enums import BuildState
from accreditation.exceptions import NotNow
from accreditation.letters import render
from accreditation.models import User
from accreditation.rules.dates import spoken
from portfolios.enums import FileKind
from portfolios.models import Portfolio, PortfolioFile
from portfolios.passport import book
from portfolios.permissions import check_own
from portfolios.services import files as making
from portfolios.services.export import everything, write_tables
from portfolios.services.portfolios import locked

PART = 80
KEPT = 3
OPEN = (BuildState.QUEUED, BuildState.BUILDING)


@transaction.atomic
def ask_whole(*, by: User, portfolio_id: UUID) -> PortfolioFile:
    """Promises the whole portfolio as a file; one that is being made is returned instead. Only the newest few are kept.

    Raises `NotAllowed`.
    """
    portfolio = locked(portfolio_id)
    check_own(by, portfolio)
    mine = portfolio.files.filter(kind=FileKind.WHOLE).order_by("-created_at")
    if (open_now := mine.filter(state__in=OPEN).first()) is not None:
        return open_now
    for old in mine[KEPT - 1 :]:
        old.delete()
    row = making.promise(portfolio=portfolio, kind=FileKind.WHOLE)
    audit.record("portfolio.whole_asked", by=by, obj=row, payload={"portfolio": portfolio.pk})
    return row


@transaction.atomic
def note_taken(*, by: User, row: PortfolioFile) -> None:
    """Records that the owner took the file. Raises `NotAllowed`, `NotNow`."""
    check_own(by, row.portfolio)
    if row.state != BuildState.BUILT:
        raise NotNow("This file is not there yet. Go back and look again in a moment.")
    audit.record("portfolio.exported", by=by, obj=row.portfolio, payload={"sha256": row.sha256})


def make_whole(row: PortfolioFile, step: making.Step) -> making.Made:
    """The zip: portfolio.pdf, files/, the tables and texts of the small export. Raises what `files.build` notes."""
    portfolio = Portfolio.objects.select_related("student__course__institution").get(pk=row.portfolio_id)
    whole = everything(portfolio)
    held = io.BytesIO()
    today = timezone.localdate()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as into:
        into.writestr("read-me.txt", NOTE.format(day=spoken(today)))
        write_tables(whole, into)
        into.writestr("portfolio.pdf", _pdf(portfolio, whole, step))
        for name, data in _documents(portfolio):
            into.writestr(f"files/{name}", data)
    return making.Made(held.getvalue(), sealed=False)


def _pdf(portfolio: Portfolio, whole: dict[str, object], step: making.Step) -> bytes:
    scans = list(whole["scans"])  # type: ignore[call-overload]
    parts = [scans[at : at + PART] for at in range(0, len(scans), PART)]
    steps = len(parts) + 1
    out = pikepdf.new()
    out.docinfo["/Title"] = f"Portfolio of {portfolio.student.full_name}"
    for place in range(steps):
        step(place, steps)
        html = (
            book.front(portfolio, whole)
            if place == 0
            else book.log(portfolio, parts[place - 1], place, len(parts))
        )
        data = render.set_pages(html, sha256=book.sum_of(html), on=timezone.localdate(), address=book.ADDRESS)
        with pikepdf.open(io.BytesIO(data)) as one:
            out.pages.extend(one.pages)
    written = io.BytesIO()
    out.save(written)
    return written.getvalue()


def _documents(portfolio: Portfolio) -> Iterator[tuple[str, bytes]]:
    """The files behind the experience, under their number and their cleaned name; one that the store lost is named so."""
    for one in portfolio.student.files.order_by("number"):
        try:
            with files.open_blob(one.sha256, size=one.size) as stream:
                yield f"F{one.number}-{one.name}", stream.read()
        except files.BlobMissing:
            yield f"F{one.number}-missing.txt", b"This file is not in the store any more."


NOTE = """Your portfolio as it stood on {day}.

portfolio.pdf is the whole of it to read and to print. The folder files, where there is one, holds the documents that stand
behind it. The files that end in .csv open in any spreadsheet; portfolio.json holds the same for other software. Each version
of your learning contract is a text of its own; its fingerprint (SHA-256) is the one that its signatures name.
"""
