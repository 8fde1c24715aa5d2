"""What officers have to look at in the register: unverified, running out, contradictory, there twice, proposed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accreditation.models import User
from accreditation.rules import regions
from accreditation.rules.dates import LeapRule, years_after
from mentors import registration
from mentors.enums import MentorState, SeenStatus, ShortageStatus
from mentors.models import (
    Employment,
    Mentor,
    Placement,
    Qualification,
    RegisterCheck,
    Remark,
    RemitPeriod,
    Shortage,
)
from mentors.presenters.shortages import SOON
from mentors.reminders import due_day
from mentors.selectors import known_mentors, visible_shortages


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at. `due` sorts it and is shown, where it has a day."""

    who: str
    what: str
    url: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Heap:
    """Things of one kind."""

    key: str
    title: str
    items: Sequence[Item]
    nothing: str


def heaps(user: User, weeks: int = 8) -> list[Heap]:
    """Everything to look at, in kinds; a number of queries that does not depend on the size of the register."""
    today = timezone.localdate()
    mentors = list(known_mentors(user, timezone.now()).exclude(state=MentorState.LEFT).order_by("full_name"))
    active = [one for one in mentors if one.state == MentorState.ACTIVE]
    checks: dict[UUID, RegisterCheck] = {}
    for check in RegisterCheck.objects.filter(mentor__in=active).order_by("on", "created_at"):
        checks[check.mentor_id] = check
    return [
        Heap("proposed", "Proposed by courses", list(_proposed(mentors)), "No proposal waits."),
        Heap("remarks", "Mentors say that something is not right", list(_remarks()), "No remark waits."),
        Heap("shortages", "Shortages of mentors", list(_shortages(user, today)), "No claim waits and none ends soon."),
        Heap("unverified", "Not verified", list(_unverified(active, checks, today)), "All were looked up this year."),
        Heap("expiring", f"Running out within {weeks} weeks", _sorted(_expiring(active, today, weeks)), "Nothing runs out."),
        Heap("conflicting", "Contradictory", list(_conflicting(active, checks)), "Nothing contradicts itself."),
        Heap("duplicates", "Perhaps there twice", list(_duplicates(mentors)), "No two entries look like one person."),
    ]  # fmt: skip


def _page(mentor: Mentor) -> str:
    return reverse("mentor", args=[mentor.pk])


def _proposed(mentors: Iterable[Mentor]) -> Iterable[Item]:
    for one in mentors:
        if one.state == MentorState.PROPOSED:
            yield Item(one.full_name, "Look at the proposal and accept it, or correct it first.", _page(one))


def _remarks() -> Iterable[Item]:
    for row in Remark.objects.filter(settled_at__isnull=True).select_related("mentor"):
        yield Item(row.mentor.full_name, row.text, reverse("mentor_remark_settle", args=[row.pk]))


def _shortages(user: User, today: date) -> Iterable[Item]:
    wanted = Q(status=ShortageStatus.CLAIMED) | Q(
        status=ShortageStatus.ACCEPTED, ended_at__isnull=True, until__gte=today, until__lte=today + SOON
    )
    rows: Iterable[Shortage] = visible_shortages(user).filter(wanted)
    for row in rows:
        url = reverse("shortage", args=[row.pk])
        if row.status == ShortageStatus.CLAIMED:
            yield Item(str(row.course), f"{row.name} was claimed by the course: decide it.", url)
        else:
            yield Item(str(row.course), f"{row.name} ends.", url, row.until)


def _unverified(mentors: Iterable[Mentor], checks: dict[UUID, RegisterCheck], today: date) -> Iterable[Item]:
    year_ago = years_after(today, -1, LeapRule.FEBRUARY_28)
    for one in mentors:
        check = checks.get(one.pk)
        if not one.registration_number:
            yield Item(one.full_name, "No registration number is recorded.", _page(one))
        elif check is None:
            yield Item(
                one.full_name, f"Nobody has looked up {one.body} {one.registration_number}.", _page(one)
            )
        elif check.on < year_ago:
            yield Item(one.full_name, "Looked up more than a year ago.", _page(one), check.on)
        if words := registration.doubt(one.body, one.registration_number):
            yield Item(one.full_name, words, _page(one))


def _expiring(mentors: Sequence[Mentor], today: date, weeks: int) -> Iterable[Item]:
    last = today + timedelta(weeks=weeks)
    for one in mentors:
        if (due := due_day(one)) <= last:
            late = " It is overdue." if due < today else ""
            yield Item(one.full_name, f"The mentor is to confirm the entry.{late}", _page(one), due)
    names = {one.pk: one for one in mentors}
    for model, words in ((RemitPeriod, "A remit ends."), (Placement, "A placement ends.")):
        rows = model._default_manager.filter(known_until__isnull=True, until__gte=today, until__lte=last)
        for pk, until in rows.filter(mentor__in=names).values_list("mentor_id", "until"):
            yield Item(names[pk].full_name, words, _page(names[pk]), until)


def _sorted(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.due or date.max, item.who))


def _conflicting(mentors: Sequence[Mentor], checks: dict[UUID, RegisterCheck]) -> Iterable[Item]:
    """Rows that cannot all be right at the same time."""
    names = {one.pk: one for one in mentors}
    for one in mentors:
        check = checks.get(one.pk)
        if check is not None and check.status != SeenStatus.ACTIVE:
            yield Item(
                one.full_name, f"On the register here, and “{check.get_status_display().lower()}” with the regulator.",
                _page(one), check.on,
            )  # fmt: skip
    current = {"known_until__isnull": True, "mentor__in": names}
    remits: defaultdict[UUID, list[RemitPeriod]] = defaultdict(list)
    for period in RemitPeriod.objects.filter(**current):
        remits[period.mentor_id].append(period)
    for pk, periods in remits.items():
        if overlap := _overlap(periods):
            yield Item(
                names[pk].full_name,
                f"Two remits hold at the same time, both with {overlap}.",
                _page(names[pk]),
            )
    awards: defaultdict[tuple[UUID, str, str], set[str | None]] = defaultdict(set)
    for award in Qualification.objects.filter(**current):
        awards[award.mentor_id, award.kind, award.title.casefold()].add(award.ratified)
    for (pk, _, title), days in awards.items():
        if len(days) > 1:
            yield Item(
                names[pk].full_name,
                f"“{title or 'A qualification'}” is there with two dates.",
                _page(names[pk]),
            )
    placed = set(Placement.objects.filter(**current, until__isnull=True).values_list("mentor_id", flat=True))
    worked = set(Employment.objects.filter(**current, until__isnull=True).values_list("mentor_id", flat=True))
    for pk in placed - worked:
        yield Item(names[pk].full_name, "Takes students, and no place of work is recorded.", _page(names[pk]))


def _overlap(periods: Sequence[RemitPeriod]) -> str:
    """The parts that two periods hold on the same day, in words; empty where none do."""
    for place, one in enumerate(periods):
        for other in periods[place + 1 :]:
            late = max(one.since or date.min, other.since or date.min)
            early = min(one.until or date.max, other.until or date.max)
            if late <= early and (both := one.regions & other.regions):
                return regions.spoken(regions.mask(both))
    return ""


def _duplicates(mentors: Sequence[Mentor]) -> Iterable[Item]:
    """Entries with the same number in any spelling, the same work address, or the same name."""
    groups: defaultdict[tuple[str, ...], list[Mentor]] = defaultdict(list)
    for one in mentors:
        if key := registration.key(one.body, one.registration_number):
            groups["number", key[1]].append(one)
        if one.email:
            groups["work address", one.email.casefold()].append(one)
        groups["name", one.full_name.casefold()].append(one)
    seen: set[frozenset[UUID]] = set()
    for (what, *_), some in groups.items():
        ids = frozenset(one.pk for one in some)
        if len(ids) > 1 and ids not in seen:
            seen.add(ids)
            others = ", ".join(f"{one.full_name} ({one.number})" for one in some[1:])
            yield Item(some[0].full_name, f"Has the same {what} as {others}.", _page(some[0]))
