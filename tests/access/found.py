"""A finding of each kind of page, for the addresses that lead to the rows behind it."""

from typing import Any

from django.utils import timezone

from accreditation.facts import gather
from accreditation.presenters.finding_rows import key_of_finding, key_of_plain
from accreditation.rules.evaluate import evaluate
from accreditation.rules.findings import Finding
from portfolios.presenters.progress import progress_of
from tests.access.stage import Side


def of_draft(side: Side) -> Finding:
    """The first finding on the side's draft."""
    draft = side.cases["draft"]
    return next(iter(evaluate(gather(draft.course, timezone.localdate(), standard=draft.edition))))


def of_portfolio(side: Side) -> Finding:
    """The first thing that is open in the side's portfolio."""
    return progress_of(side.things["portfolio"]).gaps[0]


def of_panel(side: Side) -> tuple[str, dict[str, Any]]:
    """A clause with its first finding, of the version under judgement."""
    snapshot = side.cases["in_assessment"].snapshots.order_by("-number")[0]
    entry = next(one for one in snapshot.report["clauses"] if one["findings"])
    return entry["clause"], entry["findings"][0]


DRAFT = {"clause": lambda side: of_draft(side).clause, "key": lambda side: key_of_finding(of_draft(side))}
PORTFOLIO = {
    "clause": lambda side: of_portfolio(side).clause,
    "key": lambda side: key_of_finding(of_portfolio(side)),
}
PANEL = {"clause": lambda side: of_panel(side)[0], "key": lambda side: key_of_plain(of_panel(side)[1])}
