"""Tags and filters of the house style. `{% load case %}` in every page that shows a status, a date or a size."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Paginator
from django.forms import (
    BaseForm,
    BaseFormSet,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    Field,
    FileInput,
    RadioSelect,
    Select,
)
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from lucide.templatetags.lucide import lucide as lucide_icon

from accreditation import wording
from accreditation.rules import regions
from accreditation.templatetags.quick_words import in_english
from accreditation.templatetags.status_words import StatusWord, status_word

register = template.Library()
TITLES = frozenset({"dr", "prof", "professor", "mr", "mrs", "ms", "miss", "mx", "sir", "dame"})


@register.simple_tag
def page_language() -> str:
    """What the page's `lang` says: "en-GB", "cy"."""
    code = settings.LANGUAGE_CODE if in_english() else get_language() or ""
    language, _, country = code.partition("-")
    return f"{language}-{country.upper()}" if country else language


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """A day in the page's language, "14 March 2025"; of a moment the day in this country. Empty for none."""
    return _day(value, "j F Y")


@register.filter
def weekday(value: dt.date | dt.datetime | None) -> str:
    """A day with its name in the page's language, "Friday 14 March 2025"."""
    return _day(value, "l j F Y")


def _day(value: dt.date | dt.datetime | None, shape: str) -> str:
    if not value:
        return ""
    moment = isinstance(value, dt.datetime) and timezone.is_aware(value)
    return dateformat.format(timezone.localtime(value) if moment else value, shape)  # type: ignore[arg-type]


@register.simple_tag
@lru_cache(maxsize=512, typed=True)
def icon(name: str, size: int = 18, label: str = "") -> SafeString:
    """A Lucide icon as inline SVG: hidden from screen readers, or named where it stands without words. Drawn once, for pages
    have dozens of the same.
    """
    if label:
        return SafeString(
            lucide_icon(name, size=size, **{"class": "icon", "role": "img", "aria_label": label})
        )
    return SafeString(lucide_icon(name, size=size, **{"class": "icon", "aria_hidden": "true"}))


@register.simple_tag
def office_mail() -> SafeString:
    """The address of CASE's office as a link: the one that its messages come from (`DEFAULT_FROM_EMAIL`)."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return format_html('<a href="mailto:{}" lang="en-GB">{}</a>', address, address)


@register.simple_tag
def status(code: object, label: str = "", tone: str = "", shape: str = "", note: str = "") -> SafeString:
    """A state in words with its shape: `{% status "not_met" %}`, `{% status s.state label=s.get_state_display %}`."""
    word = status_word(code)
    language = "" if in_english() else get_language()  # in which the word of a state stands
    return _status(str(label), word.label, language, tone or word.tone, shape or word.shape, str(note))


@lru_cache(maxsize=512, typed=True)
def _status(label: str, word: str, language: str | None, tone: str, shape: str, note: str) -> SafeString:
    """Drawn once for each state: lists show few different ones, in every row."""
    return render_to_string(
        "components/status.html",
        {"label": label or gettext(word), "tone": tone, "shape": shape, "note": note},
    )


@register.filter
def outcome_label(code: object) -> str:
    """The outcome in words: "not_met" is "Not met"."""
    return status_word(code).label


@register.filter
def outcome_tone(code: object) -> str:
    """The tone of an outcome: good, bad, warn, judge, note, info, neutral or plain."""
    return status_word(code).tone


@register.filter
def outcome_word(code: object) -> StatusWord:
    """Label, tone and shape together, for components."""
    return status_word(code)


@register.filter
def clause_url(clause: object) -> str:
    """Where the words of a clause stand: of "PS4.2" its place on the page of statement 4; empty for what is none."""
    code = str(clause or "")
    statement = code.partition(".")[0].lower()
    try:
        url = reverse("standard_statement", args=[statement])
    except NoReverseMatch:
        return ""
    return f"{url}#{code}" if "." in code else url


@register.filter
def filesize_plain(size: object) -> str:
    """Bytes as people say them: "812 bytes", "340 kB", "2.4 MB". Empty for what is no number."""
    try:
        count = int(size)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        return ""
    if count < 1000:
        return f"{count} byte{'' if count == 1 else 's'}"
    if count < 999_500:
        return f"{count / 1000:.0f} kB"
    megabytes = count / 1_000_000
    return f"{megabytes:.1f} MB" if megabytes < 99.95 else f"{megabytes:.0f} MB"


@register.filter
def regions_words(codes: Iterable[str] | None) -> str:
    """A set of region codes in words, in the standard's order: "shoulder, elbow and knee"."""
    held = set(codes or ())
    return wording.join(wording.region_list(held))


@register.filter
def regions_spoken(codes: Iterable[str]) -> str:
    """A set of region codes in words, also where one of them holds an "and": "shoulder, and wrist and hand"."""
    return wording.regions_spoken(codes)


@register.filter
def region_headed(code: str) -> str:
    """One region that stands for itself: "Wrist and hand"."""
    return wording.region_headed(code)


@register.filter
def regions_listed(codes: Iterable[str]) -> str:
    """A set of region codes as a list: "shoulder, elbow, knee"."""
    return ", ".join(wording.region_list(codes))


@register.filter
def region_chips(codes: Iterable[str] | None) -> list[dict[str, Any]]:
    """Every region and extra with whether it is in the set: `[{"label": "Shoulder", "held": True}, …]`."""
    held = set(codes or ())
    return [
        {"label": label[:1].upper() + label[1:], "held": code in held}
        for code, label in regions.LABELS.items()
    ]


@register.filter
def scan_numbers(sentence: str) -> str:
    """A finding about one student's own log with the numbers its pages show: "scan X7" becomes "scan 7"."""
    return re.sub(r"\bX(\d+)\b", r"\1", sentence)


@register.filter
def join_words(words: Iterable[object]) -> str:
    """`["a", "b", "c"]` as "a, b and c"."""
    return wording.join(words)


@register.filter
def academic_year(year: int) -> str:
    """The year that began in 2025 as "2025-26"."""
    return f"{year}-{(year + 1) % 100:02}"


@register.filter
def return_line(entered: dict[str, Any], code: str) -> Any:
    """What a return says in one of its lines."""
    return entered.get(code)


@register.filter
def plain_date(value: object) -> str:
    """A date as "14 March 2025"; a moment with its time "14 March 2025, 14:32"; anything else as it is."""
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return dateformat.format(local, "j F Y, H:i")
    if isinstance(value, dt.date):
        return dateformat.format(value, "j F Y")
    return "" if value is None else str(value)


@register.filter
def short_sum(digest: object) -> str:
    """The first ten characters of a file's SHA-256 sum: enough to compare by eye."""
    return str(digest or "")[:10]


@register.filter
def error_texts(field: BoundField) -> list[str]:
    """The errors of a field in words that name it: Django's "This field is required." tells nobody which and how."""
    plain = str(Field.default_error_messages["required"])
    return [_needed(field) if str(text) == plain else str(text) for text in field.errors]


def _needed(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return gettext("Tick the box “%(label)s” to go on") % {"label": field.label}
    if isinstance(widget, FileInput):
        return gettext("%(label)s: choose a file") % {"label": field.label}
    if isinstance(widget, CheckboxSelectMultiple):
        return gettext("%(label)s: tick at least one") % {"label": field.label}
    if isinstance(widget, Select | RadioSelect):
        return gettext("%(label)s: choose one") % {"label": field.label}
    if str(field.label).endswith("?"):
        return gettext("Answer “%(label)s”") % {"label": field.label}
    return gettext("%(label)s: this needs an answer") % {"label": field.label}


@register.filter
def error_links(forms: object) -> list[dict[str, str]]:
    """The errors of a form, a formset or several of them, in order, each with the address of its field.

    `[{"href": "#id_email", "text": "Enter an e-mail address"}, …]`; `href` is empty for errors of the form as a whole.
    """
    found: list[dict[str, str]] = []
    if isinstance(forms, BaseFormSet):
        found += [{"href": "", "text": str(text)} for text in forms.non_form_errors()]
        for form in forms.forms:
            found += error_links(form)
    elif isinstance(forms, BaseForm):
        found += [{"href": "", "text": str(text)} for text in forms.non_field_errors()]
        for bound in forms:
            target = bound.id_for_label or f"{bound.auto_id}_0"
            found += [{"href": f"#{target}", "text": text} for text in error_texts(bound)]
    elif isinstance(forms, Iterable) and not isinstance(forms, str):
        for one in forms:
            found += error_links(one)
    return found


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: object) -> str:
    """The query string of this page with some values changed: `{% query page=2 %}`; None takes a value out."""
    request = context.get("request")
    params = request.GET.copy() if request else None
    if params is None:
        return ""
    for key, value in changes.items():
        if value is None:
            params.pop(key, None)
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}"


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether a field has several controls, so that its label is the legend of a fieldset."""
    return bool(field.field.widget.use_fieldset)


@register.filter
def described_by(field: BoundField) -> str:
    """The ids of a group's hint and error, for its fieldset."""
    parts = []
    if field.help_text and field.auto_id:
        parts.append(f"{field.auto_id}_helptext")
    if field.errors:
        parts.append(f"{field.errors.field_id}_error")  # type: ignore[attr-defined]
    return " ".join(parts)


@register.filter
def initials(name: object) -> str:
    """The first and the last letter-bearing word of a name, without titles: "Prof. Helen Marsh" gives "HM"."""
    words = [
        word
        for word in str(name or "").split()
        if word[:1].isalpha() and word.strip(".").lower() not in TITLES
    ]
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


@register.filter
def nth(items: Sequence[Any], index: int) -> Any:
    """The item at a place, None beyond the end."""
    return items[index] if index < len(items) else None


@register.filter
def page_numbers(paginator: "Paginator[Any]", number: int) -> list[int | None]:
    """The page numbers worth showing around one, None where some are left out: `[1, None, 4, 5, 6, None, 20]`."""
    last = paginator.num_pages
    shown = sorted({1, last, *range(max(1, number - 1), min(last, number + 1) + 1)})
    found: list[int | None] = []
    for page in shown:
        if found and page - (found[-1] or 0) == 2:
            found.append(page - 1)
        elif found and page - (found[-1] or 0) > 2:
            found.append(None)
        found.append(page)
    return found


@register.simple_tag(takes_context=True)
def page_errors(context: dict[str, Any]) -> list[dict[str, str]]:
    """The errors of the page's `form`, `formset` and `forms`, whichever it has, for the summary and the title."""
    return [
        link
        for name in ("form", "formset", "forms")
        if name in context
        for link in error_links(context[name])
    ]
