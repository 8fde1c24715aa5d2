"""The texts of letters, written by officers: a draft, looked at, published with who and when, and never changed again."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accreditation import audit
from accreditation.enums import TemplateState
from accreditation.exceptions import Invalid, NotNow, Stale
from accreditation.letters import language, published, shipped
from accreditation.letters.frozen import sum_of
from accreditation.models import LetterTemplate, User
from accreditation.permissions import need_role
from accreditation.roles import OFFICER
from accreditation.services.cases import words

GONE = (
    "There is no draft of this text any more: it was published or thrown away meanwhile. Nothing was changed."
)


def faults(slug: str, text: str) -> list[str]:
    """What keeps a text from being published, each with its place; empty for a good one. Raises `KeyError`."""
    subject = shipped.SUBJECTS[slug]
    try:
        blocks = language.read(text, subject.names)
    except language.Unwritten as no:
        return [str(fault) for fault in no.faults]
    always = {block.part for block in blocks if not block.when}
    found = [
        f"“{{{part}}}” is missing, or stands for some cases only: no letter of this kind may be without it."
        for part in subject.needs
        if part not in always
    ]
    if subject.slug != "report" and not any(block.kind is language.Kind.TITLE for block in blocks):
        found.append("There is no title: begin one paragraph with “# ”.")
    return found


@transaction.atomic
def save(*, by: User, slug: str, text: str, note: str = "", version: int = 0) -> LetterTemplate:
    """Keeps a draft, begun with the first save; `version` is that of the draft which the page showed, 0 for none.

    Raises `NotAllowed` for anybody but an officer, `Invalid` (fields `text`, `note`) with the place of each fault, `Stale`
    with the draft as it stands, `KeyError` for an unknown text.
    """
    need_role(by, OFFICER)
    text = language.tidy(text)
    if problems := faults(slug, text):
        raise Invalid({"text": problems})
    note = words("note", note, limit=300)
    draft = LetterTemplate.objects.select_for_update().filter(slug=slug, state=TemplateState.DRAFT).first()
    if (draft.version if draft else 0) != version:
        if draft is None:
            raise NotNow(GONE)
        raise Stale("Another officer saved this draft meanwhile. Read what it says now.", draft)
    if draft is None:
        newest = published.published(slug)
        try:
            with transaction.atomic():
                draft = LetterTemplate.objects.create(
                    slug=slug, number=newest.version + 1, text=text, note=note, begun_by=by
                )
        except IntegrityError as other:
            raise NotNow("Another officer began a draft of this text meanwhile. Look at it first.") from other
    elif (draft.text, draft.note) == (text, note):
        return draft
    else:
        draft.text, draft.note, draft.version = text, note, draft.version + 1
        draft.save()
    audit.record("letter_text.saved", by=by, obj=draft, payload=_what(draft))
    return draft


@transaction.atomic
def publish(*, by: User, slug: str, version: int) -> LetterTemplate:
    """Publishes the draft that the page showed: letters that are made from now on are written with it.

    Raises `NotAllowed`, `NotNow` where there is no draft (also at a second press), `Stale` where it was changed meanwhile,
    `Invalid` where it says what the published version says.
    """
    need_role(by, OFFICER)
    draft = LetterTemplate.objects.select_for_update().filter(slug=slug, state=TemplateState.DRAFT).first()
    if draft is None:
        raise NotNow(GONE)
    if draft.version != version:
        raise Stale("The draft was changed since this page was drawn. Look at it again.", draft)
    if problems := faults(slug, draft.text):
        raise Invalid({"": problems})
    if draft.text == published.published(slug).text:
        raise Invalid({"": ["The draft says what the published version says: there is nothing to publish."]})
    draft.state, draft.published_by, draft.published_at = TemplateState.PUBLISHED, by, timezone.now()
    draft.save()
    audit.record("letter_text.published", by=by, obj=draft, payload=_what(draft))
    return draft


@transaction.atomic
def discard(*, by: User, slug: str, version: int) -> None:
    """Throws a draft away; what was published is not touched. Raises `NotAllowed`, `NotNow`, `Stale`."""
    need_role(by, OFFICER)
    draft = LetterTemplate.objects.select_for_update().filter(slug=slug, state=TemplateState.DRAFT).first()
    if draft is None:
        raise NotNow(GONE)
    if draft.version != version:
        raise Stale("The draft was changed since this page was drawn. Look at it again.", draft)
    audit.record("letter_text.discarded", by=by, obj=draft, payload=_what(draft))
    draft.delete()


def _what(draft: LetterTemplate) -> dict[str, object]:
    return {"text": draft.slug, "number": draft.number, "sha256": sum_of(draft.text)}
