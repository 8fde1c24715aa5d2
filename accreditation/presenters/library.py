"""The library of evidence for a page, and the viewer that shows a file page by page without opening it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse

from accreditation import page_images, page_references
from accreditation.models import (
    Citation,
    ConditionCitation,
    Evidence,
    FactCitation,
    QuestionCitation,
    Submission,
)
from accreditation.uploads.kinds import words_of

__all__ = [
    "cited_at",
    "cited_words",
    "frozen_link",
    "frozen_url",
    "library",
    "open_url",
    "viewer",
    "words_of",
]


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """One file of a library, where it is cited, and its older versions."""

    evidence: Evidence
    kind: str
    cited: tuple[tuple[str, str], ...]
    older: tuple[Evidence, ...]

    @property
    def unused(self) -> bool:
        """Whether no clause cites it, in its present version or an older one."""
        return not self.cited

    @property
    def cited_words(self) -> str:
        """Where it is cited, in words: "PS1.1 (page 12), PS2.6 (whole file)"."""
        return ", ".join(f"{clause} ({page_references.spoken(pages)})" for clause, pages in self.cited)


def library(submission: Submission) -> list[LibraryRow]:
    """Every file that can be cited, each with its older versions: two queries, however many there are."""
    rows = list(submission.evidence.select_related("uploaded_by").order_by("number"))
    by_id = {row.pk: row for row in rows}
    replaced = {row.replaces_id for row in rows if row.replaces_id}
    cited: defaultdict[Any, set[tuple[str, str]]] = defaultdict(set)
    for evidence, clause, pages in Citation.objects.filter(answer__submission=submission).values_list(
        "evidence_id", "answer__clause", "pages"
    ):
        cited[evidence].add((clause, pages))
    made = []
    for row in rows:
        if row.pk in replaced or row.removed_at:
            continue
        older, at = [], row.replaces_id
        while at:
            older.append(by_id[at])
            at = by_id[at].replaces_id
        where = {*cited[row.pk], *(place for old in older for place in cited[old.pk])}
        made.append(LibraryRow(row, words_of(row.media_type), tuple(sorted(where)), tuple(older)))
    return made


@dataclass(frozen=True, slots=True)
class Viewer:
    """What `templates/submissions/_evidence_viewer.html` shows: one page of one file, and the ways to the others.

    `jump_url` and `jump_hidden` make the form that goes to a page by its number: a GET to `jump_url` with `page`.
    """

    number: int
    title: str
    kind: str
    size: int
    page: int
    pages: int | None
    drawn: bool
    image_url: str
    large_url: str
    previous_url: str
    next_url: str
    jump_url: str
    download_url: str
    text: str
    jump_hidden: Mapping[str, str] = field(default_factory=dict)


def viewer(
    evidence: Evidence,
    page: int,
    *,
    url_for: Callable[[int], str],
    jump_url: str,
    jump_hidden: Mapping[str, str] | None = None,
    with_text: bool = True,
) -> Viewer:
    """The viewer of a file at a page, which is kept within the file.

    `url_for(page)` is the address of the whole page on which the viewer stands, opened at another page of the file; the
    viewer works without JavaScript by following it. `jump_hidden` are further fields that address needs.
    """
    last = evidence.pages or 1
    page = max(1, min(page, last))
    drawn = page_images.can_draw(evidence.media_type)
    address = [evidence.submission_id, evidence.number]
    image = reverse("evidence_page", args=[*address, page]) if drawn else ""
    return Viewer(
        number=evidence.number,
        title=evidence.title,
        kind=words_of(evidence.media_type),
        size=evidence.size,
        page=page,
        pages=evidence.pages,
        drawn=drawn,
        image_url=image,
        large_url=f"{image}?width={page_images.WIDTHS[-1]}" if image else "",
        previous_url=url_for(page - 1) if drawn and page > 1 else "",
        next_url=url_for(page + 1) if drawn and page < last else "",
        jump_url=jump_url,
        download_url=reverse("evidence_file", args=address),
        text=page_images.page_text(evidence.sha256, evidence.media_type, page) if with_text else "",
        jump_hidden=jump_hidden or {},
    )


def cited_words(
    citations: Iterable[Citation | ConditionCitation | FactCitation | QuestionCitation],
) -> list[dict[str, Any]]:
    """Citations for a page: the file, the pages in words, and where it opens at the first of them."""
    return [
        {
            "citation": citation,
            "evidence": citation.evidence,
            "pages": page_references.spoken(citation.pages),
            "url": open_url(citation.evidence, citation.pages),
        }
        for citation in citations
    ]


def open_url(evidence: Evidence, pages: str = "") -> str:
    """Where a file opens at the first page of a reference."""
    return frozen_url(evidence.submission_id, evidence.number, page_references.first_page(pages))


def frozen_url(submission_id: UUID, number: int, page: int = 1) -> str:
    """Where a file of a frozen version opens."""
    url = reverse("evidence_view", args=[submission_id, number])
    return f"{url}?page={page}" if page > 1 else url


def frozen_link(submission_id: UUID, cited: Mapping[str, Any]) -> dict[str, str]:
    """A frozen citation ({evidence, pages}) in words, with its address."""
    pages = str(cited.get("pages", ""))
    return {
        "pages": page_references.spoken(pages),
        "url": frozen_url(submission_id, int(cited["evidence"]), page_references.first_page(pages)),
    }


def cited_at(evidence: Evidence) -> list[dict[str, str]]:
    """The clauses that cite a file, with the pages in words and the address of the clause's page."""
    rows = evidence.citations.order_by("answer__clause", "pages").values_list("answer__clause", "pages")
    return [
        {
            "clause": clause,
            "pages": page_references.spoken(pages),
            "url": reverse("submission_clause", args=[evidence.submission_id, clause]),
        }
        for clause, pages in rows
    ]
