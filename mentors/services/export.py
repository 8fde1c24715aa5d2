"""The register as a file: one line for each qualification, in the columns that an import reads."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from accreditation import audit
from accreditation.facts import evening_of
from accreditation.models import User
from accreditation.rules import regions
from mentors.facts import qualification_rows
from mentors.models import Mentor, Qualification, RemitPeriod
from mentors.permissions import check_edit_register
from mentors.selectors import consents, identities, known, posts


def rows(mentors: Sequence[Mentor], *, on: date, known_on: date) -> list[list[str]]:
    """The lines of these mentors as known on a day, in the order given. Five queries for any number of them."""
    ids, at = [one.pk for one in mentors], evening_of(known_on)
    former, where, agreed = identities(ids, at), posts(ids, on, at), consents(ids, on, at)
    awards: dict[UUID, list[Qualification]] = {}
    for award in qualification_rows(ids, date.max, at):
        awards.setdefault(award.mentor_id, []).append(award)
    remit: dict[UUID, RemitPeriod] = {}
    held = known(RemitPeriod.objects.filter(mentor__in=ids), at).exclude(since__gt=on).exclude(until__lt=on)
    for period in held.order_by("since"):
        remit[period.mentor_id] = period
    found: list[list[str]] = []
    for one in mentors:
        entry, post, period_now = former.get(one.pk, one), where.get(one.pk), remit.get(one.pk)
        person = [
            one.number,
            entry.full_name,
            entry.email,
            entry.body,
            entry.registration_number,
            _day(agreed[one.pk].since) if one.pk in agreed else "",
            post.employer if post else "",
            post.site if post else "",
            post.area if post else "",
            post.job if post else "",
            _day(post.since) if post else "",
            _parts(period_now.regions) if period_now else "",
            _day(period_now.since) if period_now else "",
        ]
        theirs: list[Qualification | None] = [*awards.get(one.pk, ())]
        found.extend(person + _award(award) for award in theirs or [None])
    return found


def _award(row: Qualification | None) -> list[str]:
    if row is None:
        return [""] * 7
    level = str(row.level) if row.level else ""
    return [row.kind, row.title, row.awarding_body, row.msk, level, row.country, row.ratified or ""]


def _parts(held: frozenset[str]) -> str:
    return "; ".join(part for part in regions.PARTS if part in held)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


@transaction.atomic
def note_export(*, by: User, numbers: Sequence[str], form: str, query: str) -> None:
    """Records that an officer took persons' files out of the register: whose, and in which form. Raises `NotAllowed`."""
    check_edit_register(by)
    audit.record("mentors.exported", by=by, payload={"form": form, "query": query, "mentors": list(numbers)})
