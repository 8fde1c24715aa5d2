"""Taking a file of mentors over, and taking it back: looked at first, then all or nothing or good lines only, as a whole."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit, files
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import User
from accreditation.services.evidence import Kept
from mentors.enums import ImportState, MentorState
from mentors.imports_reading import ENTRY
from mentors.models import (
    Consent,
    Employment,
    FormerEntry,
    Import,
    Listing,
    Mentor,
    Qualification,
    RemitPeriod,
)
from mentors.permissions import check_edit_register
from mentors.services.import_plan import CHANGED, NEW, Plan, Planned, Step, Stored, plan
from mentors.services.register import CONTACT, keep_former, number_after
from mentors.sheets import read

TABLES: dict[str, type[Stored]] = {
    "qualification": Qualification, "remit": RemitPeriod, "employment": Employment,
}  # fmt: skip
BROUGHT = (*TABLES.values(), Listing, Consent)
AT_ONCE = 500


def look_at(*, by: User, kept: Kept) -> tuple[Import, Plan]:
    """Reads a file that was checked and kept, and plans it: the dry run. Nothing of it comes into the register.

    Raises `NotAllowed`, `Invalid` where the file is no table of mentors.
    """
    check_edit_register(by)
    with files.open_blob(kept.sha256, size=kept.size) as stream:
        found = plan(read(kept.name, stream.read()), by)
    with transaction.atomic():
        row = Import.objects.create(
            by=by,
            name=kept.name[-200:],
            sha256=kept.sha256,
            size=kept.size,
            plan=found.sum,
            counts=found.counts,
        )
        audit.record(
            "mentors.import_looked_at", by=by, obj=row, payload={"sha256": kept.sha256, **found.counts}
        )
    return row, found


def plan_again(row: Import, by: User) -> Plan:
    """The plan of a kept file against the register as it is now."""
    with files.open_blob(row.sha256, size=row.size) as stream:
        return plan(read(row.name, stream.read()), by)


@transaction.atomic
def apply(*, by: User, import_id: UUID, good_only: bool) -> Import:
    """Takes a file over as its dry run showed: all of it, or with `good_only` all but the refused lines.

    Raises `NotAllowed`; `NotNow` where it was taken over already or the register has changed since the dry run; `Invalid`
    where lines are refused and all was asked for. Then nothing is stored.
    """
    check_edit_register(by)
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state != ImportState.CHECKED:
        raise NotNow(f"This file is “{row.get_state_display()}” already. Nothing was changed.")
    list(
        Mentor.objects.select_for_update().values_list("pk").order_by("pk")
    )  # nobody changes an entry meanwhile
    found = plan_again(row, by)
    if found.sum != row.plan:
        raise NotNow(
            "The register has changed since you looked at this file. Look at it again. Nothing was changed."
        )
    if found.problems and not good_only:
        raise Invalid({"file": [f"{found.counts['refused']} lines are refused. Nothing was stored."]})
    numbers = _Hand(row, by, found).work()
    row.state, row.applied_at, row.good_only = ImportState.APPLIED, timezone.now(), good_only
    row.version += 1
    row.save()
    audit.record(
        "mentors.imported", by=by, obj=row,
        payload={"sha256": row.sha256, "good_only": good_only, "mentors": sorted(numbers), **found.counts},
    )  # fmt: skip
    return row


class _Hand:
    """Carries a plan out with a few statements for all lines together."""

    def __init__(self, row: Import, by: User, found: Plan) -> None:
        self.row, self.by, self.plan, self.moment = row, by, found, timezone.now()
        self.entries: dict[int, Mentor] = {}
        self.added: dict[str, list[Stored]] = {name: [] for name in TABLES}
        self.closed: dict[str, list[Stored]] = {name: [] for name in TABLES}

    def work(self) -> set[str]:
        """Returns the register numbers of all entries that were added or changed."""
        lines = [line for line in self.plan.lines if line.kind in (NEW, CHANGED)]
        self._new_entries(lines)
        for line in lines:
            entry = self._entry(line.person)
            for step in line.steps:
                if step.table != "entry":
                    self._row(entry, step)
                elif line.kind == CHANGED:
                    self._change(entry, step.values)
        for table, model in TABLES.items():
            manager: Any = model._default_manager
            manager.bulk_update(self.closed[table], ["known_until", "closed_by"], batch_size=AT_ONCE)
            manager.bulk_create(self.added[table], batch_size=AT_ONCE)
        return {self._entry(line.person).number for line in lines}

    def _entry(self, place: int) -> Mentor:
        return self.entries.get(place) or self._stored(place)

    def _stored(self, place: int) -> Mentor:
        entry = self.plan.people[place].entry
        if entry is None:
            raise LookupError("A line of a person whose own line was not taken over.")
        return entry

    def _new_entries(self, lines: Iterable[Planned]) -> None:
        last = Mentor.objects.order_by("-number").first()
        places = dict.fromkeys(line.person for line in lines if self.plan.people[line.person].entry is None)
        for step, place in enumerate(places, start=1):
            values = {name: self.plan.people[place].values.get(name, "") for name in CONTACT}
            self.entries[place] = Mentor(number=number_after(last, step), imported=self.row, **values)
        Mentor.objects.bulk_create(self.entries.values(), batch_size=AT_ONCE)
        said = {place: self.plan.people[place].values.get("consent_on") for place in places}
        today = timezone.localdate()
        Listing.objects.bulk_create(
            (Listing(mentor=entry, since=today, **self._known) for entry in self.entries.values()),
            batch_size=AT_ONCE,
        )
        Consent.objects.bulk_create(
            (
                Consent(mentor=self.entries[place], since=day, **self._known)
                for place, day in said.items()
                if day
            ),
            batch_size=AT_ONCE,
        )

    @property
    def _known(self) -> dict[str, Any]:
        return {
            "known_from": self.moment, "recorded_by": self.by, "imported": self.row,
            "source": f"File {self.row.name}"[:200],
        }  # fmt: skip

    def _row(self, entry: Mentor, step: Step) -> None:
        if step.old is not None:
            step.old.known_until, step.old.closed_by = self.moment, self.row
            self.closed[step.table].append(step.old)
        row = TABLES[step.table](mentor=entry, **self._known, **step.values)
        if isinstance(row, Qualification) and isinstance(step.old, Qualification):
            row.corrects = step.old
        self.added[step.table].append(row)

    def _change(self, entry: Mentor, values: dict[str, Any]) -> None:
        former = keep_former(entry, self.moment, self.by)
        former.closed_by = self.row
        former.save(update_fields=["closed_by"])
        for name in ENTRY:
            if name in values:
                setattr(entry, name, values[name])
        entry.version += 1
        entry.save()


@transaction.atomic
def undo(*, by: User, import_id: UUID) -> Import:
    """Takes a file back as a whole: what it added is closed, what it closed holds again, who came with it goes.

    Nothing is deleted: pages read as known in between still show it. Raises `NotAllowed`, and `NotNow` where the file was
    not taken over or somebody has built on what it brought (they are named).
    """
    check_edit_register(by)
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state != ImportState.APPLIED:
        raise NotNow(f"This file is “{row.get_state_display()}”: there is nothing to take back.")
    new = list(Mentor.objects.select_for_update().filter(imported=row).exclude(state=MentorState.TAKEN_BACK))
    _check_untouched(row, new)
    moment = timezone.now()
    for model in BROUGHT:
        manager: Any = model._default_manager
        manager.filter(imported=row, known_until__isnull=True).update(known_until=moment)
        again = [_copy(old, moment, by) for old in manager.filter(closed_by=row)]
        manager.bulk_create(again, batch_size=AT_ONCE)
    for former in FormerEntry.objects.filter(closed_by=row).select_related("mentor"):
        keep_former(former.mentor, moment, by)
        for name in CONTACT:
            setattr(former.mentor, name, getattr(former, name))
        former.mentor.version += 1
        former.mentor.save()
    Mentor.objects.filter(pk__in=[one.pk for one in new]).update(
        state=MentorState.TAKEN_BACK, taken_back_at=moment, updated_at=moment
    )
    row.state, row.undone_at, row.undone_by = ImportState.UNDONE, moment, by
    row.version += 1
    row.save()
    audit.record(
        "mentors.import_undone", by=by, obj=row, payload={"mentors": sorted(one.number for one in new)}
    )
    return row


def _copy(old: Any, moment: Any, by: User) -> Any:
    left_out = {
        "id",
        "created_at",
        "known_from",
        "known_until",
        "closed_by_id",
        "corrects_id",
        "recorded_by_id",
    }
    values = {
        field.attname: getattr(old, field.attname)
        for field in old._meta.concrete_fields
        if field.attname not in left_out
    }
    return type(old)(known_from=moment, recorded_by=by, **values)


def _check_untouched(row: Import, new: list[Mentor]) -> None:
    """Nobody may have corrected a row of the file, nor done anything with a person who came with it."""
    touched: set[str] = set()
    for model in BROUGHT:
        manager: Any = model._default_manager
        changed = manager.filter(imported=row, known_until__isnull=False)
        touched |= set(changed.values_list("mentor__full_name", flat=True))
    own = {model._meta.model_name for model in BROUGHT}
    ids = [one.pk for one in new]
    for relation in Mentor._meta.related_objects:
        if relation.name in own or relation.related_model._meta.model_name in own or not ids:
            continue
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": ids})
        named = rows.values_list(f"{relation.field.name}__full_name", flat=True)
        touched |= set(named)
    for model in BROUGHT:
        added: Any = model._default_manager
        others = added.filter(mentor__in=ids).exclude(imported=row)
        touched |= set(others.values_list("mentor__full_name", flat=True))
    touched |= {one.full_name for one in new if one.user_id or one.confirmed_on}
    if touched:
        some = ", ".join(sorted(touched)[:5]) + (" and others" if len(touched) > 5 else "")
        raise NotNow(
            f"Somebody has worked on what this file brought: {some}. It cannot be taken back as a whole."
        )
