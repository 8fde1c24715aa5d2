"""The texts of letters, for officers: the list, one text, its draft, a preview as page and PDF, and publishing."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accreditation import selectors
from accreditation.exceptions import Invalid, NotNow
from accreditation.forms.letters import TextForm
from accreditation.letters import content as contents
from accreditation.letters import example, published, shipped
from accreditation.letters import render as paper
from accreditation.letters.shape import LetterContent
from accreditation.letters.shipped import Subject, Text
from accreditation.models import Decision, LetterTemplate, User
from accreditation.permissions import need_role
from accreditation.presenters import letter_texts as present
from accreditation.roles import OFFICER
from accreditation.services import letter_texts as service
from accreditation.views import throttle
from accreditation.views.form_page import either, form_page

CASES_OFFERED = 30
AUDIENCE = "CASE’s officers only"


@login_required
@require_safe
def letter_texts(request: HttpRequest) -> HttpResponse:
    """Every text, with the version that letters are written with now."""
    need_role(_user(request), OFFICER)
    return render(request, "letters/texts/list.html", {"rows": present.rows()})


@login_required
@require_safe
def letter_text(request: HttpRequest, slug: str) -> HttpResponse:
    """One text: what is published, the draft if there is one, and every version with who and when."""
    need_role(_user(request), OFFICER)
    subject, draft = _subject(slug), published.draft(slug)
    context = {
        "subject": subject,
        "now": published.published(slug),
        "draft": draft,
        "versions": present.versions(slug),
        "crumbs": _crumbs(subject)[:-1] + [{"label": subject.title}],
    }
    return render(request, "letters/texts/text.html", context)


@login_required
@require_safe
def letter_text_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One published version, word for word."""
    need_role(_user(request), OFFICER)
    subject = _subject(slug)
    context = {
        "subject": subject,
        "text": _version(slug, number),
        "crumbs": [*_crumbs(subject), {"label": f"Version {number}"}],
    }
    return render(request, "letters/texts/version.html", context)


@login_required
@either
def letter_text_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Writes the draft; the first save begins it."""
    user = _user(request)
    need_role(user, OFFICER)
    subject, draft = _subject(slug), published.draft(slug)
    start = draft.text if draft else published.published(slug).text
    form = TextForm(
        request.POST or None,
        initial={
            "text": start,
            "note": draft.note if draft else "",
            "version": draft.version if draft else 0,
        },
    )

    def save(values: dict[str, Any]) -> str:
        service.save(by=user, slug=slug, **values)
        return reverse("letter_text_preview", args=[slug])

    return form_page(
        request,
        form,
        save,
        title="Edit the draft" if draft else "Begin a new version",
        caption=subject.title,
        lead="Nothing changes until it is published: letters go on being written with the published version.",
        crumbs=_crumbs(subject),
        audience=AUDIENCE,
        template="letters/texts/edit.html",
        label="Save and look at it",
        said="The draft is saved.",
        more={"groups": present.placeholders(subject)},
    )


@login_required
@never_cache
@require_safe
def letter_text_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """How a letter with this text would look, with sample words or with a case that the officer may see."""
    user = _user(request)
    need_role(user, OFFICER)
    subject = _subject(slug)
    text, draft = _wanted(slug)
    case = request.GET.get("case", "")
    content = _content(user, subject, text, case)
    query = f"?case={case}" if case else ""
    context = {
        **paper.context(content),
        "subject": subject,
        "draft": draft,
        "text": text,
        "case": case,
        "offered": _offered(user, subject)[:CASES_OFFERED],
        "pdf_url": reverse("letter_text_pdf", args=[slug]) + query,
        "crumbs": [*_crumbs(subject), {"label": "Preview"}],
    }
    return render(request, "letters/texts/preview.html", context)


@login_required
@never_cache
@require_safe
def letter_text_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The preview as a PDF: set like a letter, neither sealed nor kept, and numbered as a sample."""
    user = _user(request)
    need_role(user, OFFICER)
    subject = _subject(slug)
    text, _ = _wanted(slug)
    if not throttle.allowed(request, "letter preview"):
        raise NotNow("Too many previews in one minute. Wait a moment, then ask again.")
    try:
        data = paper.pdf(_content(user, subject, text, request.GET.get("case", "")))
    except paper.Unbuildable as no:
        raise NotNow(str(no)) from no
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="SAMPLE {subject.slug}.pdf"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@login_required
@never_cache
@either
def letter_text_publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows what the draft changes, and publishes it."""
    user = _user(request)
    need_role(user, OFFICER)
    subject, draft = _subject(slug), published.draft(slug)
    if draft is None:
        raise NotNow(service.GONE)
    problem, status = "", 200
    if request.method == "POST":
        try:
            made = service.publish(by=user, slug=slug, version=_shown(request))
        except Invalid as no:
            problem, status = str(no), 422
        else:
            messages.success(
                request, f"Version {made.number} is published: letters are written with it from now on."
            )
            return redirect("letter_text", slug=slug)
    now = published.published(slug)
    context = {
        "subject": subject,
        "draft": draft,
        "now": now,
        "changes": present.changes(now.text, draft.text),
        "problem": problem,
        "crumbs": [*_crumbs(subject), {"label": "Publish"}],
    }
    return render(request, "letters/texts/publish.html", context, status=status)


@login_required
@require_POST
def letter_text_discard(request: HttpRequest, slug: str) -> HttpResponse:
    """Throws the draft away."""
    user = _user(request)
    need_role(user, OFFICER)
    _subject(slug)
    service.discard(by=user, slug=slug, version=_shown(request))
    messages.success(request, "The draft is thrown away. What was published is as it was.")
    return redirect("letter_text", slug=slug)


def _shown(request: HttpRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 9 else 0


def _subject(slug: str) -> Subject:
    try:
        return shipped.SUBJECTS[slug]
    except KeyError:
        raise Http404("No such text.") from None


def _version(slug: str, number: int) -> Text:
    try:
        return published.version(slug, number)
    except LetterTemplate.DoesNotExist:
        raise Http404("No such version.") from None


def _wanted(slug: str) -> tuple[Text, LetterTemplate | None]:
    """The draft where there is one, else what is published."""
    draft = published.draft(slug)
    if draft is None:
        return published.published(slug), None
    return Text(slug, draft.number, draft.text), draft


def _offered(user: User, subject: Subject) -> QuerySet[Decision]:
    """Decisions that the officer may see and that a letter with this text could be about, newest first."""
    found = selectors.visible_decisions(user).filter(superseded=False)
    if subject.outcome:
        found = found.filter(outcome=subject.outcome)
    elif subject.kind in ("certificate", "conditions_met", "conditions_due", "reaccreditation_due"):
        found = found.filter(period_to__isnull=False)
    rows = found.select_related("submission__course__institution", "snapshot").defer("capsule")
    return rows.order_by("-decided_on", "-created_at")


def _content(user: User, subject: Subject, text: Text, case: str) -> LetterContent:
    """Raises `Http404` for a case that the officer may not see, or that the text is not for."""
    if not case:
        return example.example(text, timezone.localdate())
    try:
        decision = _offered(user, subject).get(pk=UUID(case))
    except (Decision.DoesNotExist, ValueError):
        raise Http404("No such case.") from None
    return contents.freeze(
        decision, subject.kind, number=example.NUMBER, on=timezone.localdate(), text=text, by=user,
        check=example.CHECK,
    )  # fmt: skip


def _crumbs(subject: Subject) -> list[dict[str, str]]:
    return [
        {"label": "Letters", "url": reverse("letters")},
        {"label": "Texts of letters", "url": reverse("letter_texts")},
        {"label": subject.title, "url": reverse("letter_text", args=[subject.slug])},
    ]


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
