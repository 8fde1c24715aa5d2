"""Taking a file of scans back: the scans that came with it go, as long as nobody has built on one of them."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import NotNow
from accreditation.models import User
from portfolios.enums import ScanFileState
from portfolios.models import Portfolio, Scan, ScanFile
from portfolios.services.scan_files import expect, locked_file


@transaction.atomic
def undo(*, by: User, file_id: UUID) -> ScanFile:
    """Takes a file back as a whole: the scans that came with it go. Raises `NotAllowed`, and `NotNow` where a mentor has
    appraised one of them, or something else was built on one (they are named).
    """
    row = locked_file(by, file_id)
    expect(row, (ScanFileState.APPLIED,))
    ranges = list(row.ranges.select_related("portfolio__student"))
    keys = [one.portfolio_id for one in ranges]
    list(Portfolio.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    if hindering := hinderers(row):
        some = "; ".join(hindering[:5]) + ("; and others" if len(hindering) > 5 else "")
        raise NotNow(
            f"It cannot be taken back as a whole, because these scans were appraised: {some}. Nothing was changed."
        )
    gone = 0
    for one in ranges:
        scans = Scan.objects.filter(portfolio=one.portfolio_id, number__range=(one.first, one.last))
        gone += scans._raw_delete(scans.db)  # nothing refers to them: the check above, under the log's lock
    row.state, row.undone_at, row.undone_by = ScanFileState.UNDONE, timezone.now(), by
    row.version += 1
    row.save()
    audit.record(
        "scan_file.taken_back", by=by, obj=row, payload={"file_sha256": row.file_sha256, "scans": gone}
    )
    return row


def hinderers(row: ScanFile) -> list[str]:
    """The scans of a file that somebody has built on, in words: they keep it from being taken back."""
    found: list[str] = []
    for one in row.ranges.select_related("portfolio__student"):
        scans = Scan.objects.filter(portfolio=one.portfolio_id, number__range=(one.first, one.last))
        held = Scan.objects.none()
        for relation in Scan._meta.related_objects:
            held = held | scans.filter(**{f"{relation.name}__isnull": False})
        numbers = sorted(set(held.values_list("number", flat=True)))
        if numbers:
            some = ", ".join(str(number) for number in numbers[:10]) + (
                " and others" if len(numbers) > 10 else ""
            )
            whose = f"{one.portfolio.student.code}: " if row.portfolio_id is None else ""
            found.append(f"{whose}scan {some}")
    return found
