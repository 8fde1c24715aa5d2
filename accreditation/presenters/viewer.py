"""Which cited file stands open beside a clause, and at which page of it."""

from dataclasses import dataclass

from django.urls import reverse

from accreditation.models import Submission
from accreditation.presenters import library
from accreditation.presenters.reviews import Cited


@dataclass(frozen=True, slots=True)
class Tab:
    """One citation, and the address of the clause's page with it opened at its first page."""

    cited: Cited
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """The citations of a clause and the file that is open, None where nothing is cited or the file is gone."""

    tabs: tuple[Tab, ...]
    viewer: library.Viewer | None


def shelf(submission: Submission, clause: str, cited: tuple[Cited, ...], open_at: str, page: str) -> Shelf:
    """Opens the citation numbered `open_at` (from 1; the first otherwise) at `page` (its first cited page otherwise)."""
    if not cited:
        return Shelf((), None)
    here = reverse("review_clause", args=[submission.pk, clause])
    place = int(open_at) if open_at.isdecimal() and 1 <= int(open_at) <= len(cited) else 1
    one = cited[place - 1]
    tabs = tuple(
        Tab(each, f"{here}?open={number}#evidence", number == place) for number, each in enumerate(cited, 1)
    )
    evidence = submission.evidence.filter(number=one.number, sha256=one.sha256).first()
    if evidence is None:
        return Shelf(tabs, None)
    at = int(page) if page.isdecimal() and len(page) < 6 else one.first
    return Shelf(
        tabs,
        library.viewer(
            evidence,
            at,
            url_for=lambda number: f"{here}?open={place}&page={number}#evidence",
            jump_url=here,
            jump_hidden={"open": str(place)},
        ),
    )
