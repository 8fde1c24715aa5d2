"""Lists of words, and the parts of the body, in the language of the page. The rules hold the parts in English, and nothing
there is translated.
"""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext, gettext_noop

from accreditation.rules import regions

# The words of accreditation.rules.regions.LABELS once more, for those who collect the strings of the catalogue.
COLLECTED: Final = (
    gettext_noop("shoulder"),
    gettext_noop("elbow"),
    gettext_noop("wrist and hand"),
    gettext_noop("hip and groin"),
    gettext_noop("knee"),
    gettext_noop("ankle and foot"),
    gettext_noop("peripheral nerve"),
    gettext_noop("soft tissue"),
    gettext_noop("rheumatology"),
    gettext_noop("paediatric hip"),
    gettext_noop("spine"),
    gettext_noop("guided intervention"),
)


def join(words: Iterable[object]) -> str:
    """`["a", "b", "c"]` as "a, b and c"."""
    parts = [str(word) for word in words]
    if len(parts) < 2:
        return "".join(parts)
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def region(code: str) -> str:
    """One part of the body inside a sentence: "wrist and hand". Raises `KeyError` for what is none."""
    return gettext(regions.LABELS[code])


def region_headed(code: str) -> str:
    """One part that stands for itself: "Wrist and hand"."""
    word = region(code)
    return word[:1].upper() + word[1:]


def region_list(codes: Iterable[str]) -> list[str]:
    """The parts inside a sentence, in the standard's order."""
    held = set(codes)
    return [region(code) for code in regions.PARTS if code in held]


def regions_spoken(codes: Iterable[str]) -> str:
    """A set in words, as `accreditation.rules.regions.spoken` says it: "shoulder, wrist and hand, and knee"; "nothing"."""
    labels = region_list(codes)
    if len(labels) < 2:
        return labels[0] if labels else gettext("nothing")
    if len(labels) > 2 or any(" and " in label for label in labels):
        return gettext("%(first)s, and %(last)s") % {"first": ", ".join(labels[:-1]), "last": labels[-1]}
    return join(labels)
