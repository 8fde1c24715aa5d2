"""Which texts are published: what a new letter is written with, and every version there has been. Reads only."""

from django.db.models import Count, QuerySet

from accreditation.enums import TemplateState
from accreditation.letters import shipped
from accreditation.letters.shipped import Text
from accreditation.models import Letter, LetterTemplate


def published(slug: str) -> Text:
    """The newest published version of a text, or the one that was shipped. One query. Raises `KeyError`."""
    first = shipped.shipped(slug)
    row = versions(slug).first()
    return Text(slug, row.number, row.text) if row else first


def text_for(kind: str, outcome: str) -> Text:
    """What a letter of this kind about a decision with this outcome is written with now. Raises `KeyError`."""
    return published(shipped.slug_of(kind, outcome))


def versions(slug: str) -> QuerySet[LetterTemplate]:
    """The versions that the office published, newest first."""
    return (
        LetterTemplate.objects.filter(slug=slug, state=TemplateState.PUBLISHED)
        .select_related("published_by")
        .order_by("-number")
    )


def draft(slug: str) -> LetterTemplate | None:
    """The draft that officers are writing, if any."""
    return (
        LetterTemplate.objects.filter(slug=slug, state=TemplateState.DRAFT).select_related("begun_by").first()
    )


def version(slug: str, number: int) -> Text:
    """One version that is, or was, published. Raises `KeyError`, `LetterTemplate.DoesNotExist`."""
    if number == shipped.FIRST:
        return shipped.shipped(slug)
    row = versions(slug).get(number=number)
    return Text(slug, row.number, row.text)


def letters_made(slug: str) -> dict[int, int]:
    """How many letters were made from each version. One query."""
    rows = Letter.objects.filter(template=slug).values_list("template_version").annotate(Count("pk"))
    return dict(rows.order_by())
