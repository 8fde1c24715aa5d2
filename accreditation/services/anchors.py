"""Anchors: where the audit trail ended, told to the world outside the database, so that a cut or rewritten end is seen.

Letters and passports carry one each; backups do; every night one goes by mail to `settings.ANCHOR_MAIL` and as a line into
`settings.ANCHOR_FILE`, which should lie where nobody can write who can write to the database.
"""

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accreditation import audit, mail
from accreditation.models import AuditEvent
from accreditation.rules.dates import spoken

KIND = "audit_anchor"
ANCHOR = re.compile(r"\b\d+-[0-9a-f]{16,64}\b")


class Source(Protocol):
    """An app's papers with an anchor: what each is called, and the anchor."""

    def anchors(self) -> Iterable[tuple[str, str]]: ...


def faults(given: Iterable[str] = ()) -> Iterator[str]:
    """One sentence for each anchor that is not on the trail: those of our papers, the nightly ones, and those `given`."""
    for name in settings.BOUND_SOURCES:
        for paper, anchor in cast(Source, import_module(name)).anchors():
            yield from _compared(paper, anchor)
    for anchor in given:
        yield from _compared("The given anchor", anchor)
    if settings.ANCHOR_FILE and Path(settings.ANCHOR_FILE).is_file():
        for anchor in of_file(Path(settings.ANCHOR_FILE)):
            yield from _compared("A line of the file of anchors", anchor)


def of_file(path: Path) -> list[str]:
    """The anchors in a text, such as the nightly mails or our own file. Raises `OSError`."""
    return ANCHOR.findall(path.read_text(errors="replace"))


def _compared(source: str, anchor: str) -> Iterator[str]:
    seq, _, start = str(anchor or "").partition("-")
    if not seq.isdigit() or (int(seq) and not start):
        yield f"{source} has no readable anchor: {anchor!r}."
    elif int(seq) and not AuditEvent.objects.filter(seq=int(seq), hash__startswith=start).exists():
        yield f"{source} is anchored at event {seq}, which is missing or has another sum."


def keep() -> str:
    """Tells the end of the trail to those who keep it outside: by mail, once a day, and as a line of the file. Returns it.

    Raises `OSError` where the file cannot be written.
    """
    today, anchor = timezone.localdate(), str(audit.head())
    for address in settings.ANCHOR_MAIL:
        with transaction.atomic():
            mail.promise(
                KIND,
                to=address,
                key=f"{KIND}:{today.isoformat()}:{address}"[:150],
                context={"anchor": anchor, "on": spoken(today)},
            )
    if settings.ANCHOR_FILE:
        with Path(settings.ANCHOR_FILE).open("a") as file:
            file.write(f"{today.isoformat()} {anchor}\n")
    return anchor
