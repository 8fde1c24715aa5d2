"""Files of scans: dry run, refusals, all or nothing, repeating, undoing, and everything that is sent in by mistake."""

import pytest

from accreditation.exceptions import Invalid, NotNow
from accreditation.models import AuditEvent, Job
from portfolios.models import Scan, ScanFile
from portfolios.services import scan_files
from portfolios.services.scan_file_undo import undo
from tests.people import Clinic
from tests.portfolios.scanlines import as_csv, upload, with_bad

pytestmark = pytest.mark.django_db


def bring(clinic: Clinic, data: bytes, name: str = "scans.csv") -> ScanFile:
    """A file for the student's own log, looked at."""
    row = scan_files.bring(
        by=clinic.student_user,
        course=clinic.world.course,
        portfolio=clinic.portfolio,
        upload=upload(data, name),
    )
    if Job.objects.filter(task=scan_files.LOOK_TASK, subject_id=str(row.pk)).exists():
        scan_files.look(row)
    row.refresh_from_db()
    return row


def test_10000_lines_with_37_bad_ones(clinic: Clinic) -> None:
    """Exactly those 37 are named, with line, column, value and reason; all or nothing stores nothing; the good lines come
    in once, however often the file is brought; taking back takes all of it back.
    """
    lines, expected = with_bad(10_000, 37, clinic)
    row = bring(clinic, as_csv(lines))
    named = {one.line: one for one in row.lines.filter(refused=True)}
    assert {n: expected[n] for n in expected.keys() - named.keys()} == {}
    assert sorted(named) == sorted(expected)
    for number, (column, reason) in expected.items():
        assert named[number].column == column and reason in named[number].reason, (number, named[number])
        assert (
            named[number].value == lines[number - 2][column][:120].strip() or "x" * 20 in named[number].value
        )
    assert row.counts == {
        "lines": 10_000,
        "good": 9963,
        "refused": 37,
        "twice": 0,
        "there": 0,
        "apart": row.counts["apart"],
        "empty": 0,
    }
    with pytest.raises(Invalid, match="37 lines are refused"):
        scan_files.take_over(by=clinic.student_user, file_id=row.pk, good_only=False)
    assert not Scan.objects.exists()
    scan_files.take_over(by=clinic.student_user, file_id=row.pk, good_only=True)
    scan_files.store(by=None, file_id=row.pk)
    assert Scan.objects.count() == 9963
    assert Scan.objects.filter(logged=False).count() == row.counts["apart"] > 100
    again = bring(clinic, as_csv(lines))
    assert again.counts["there"] == 9963 and again.counts["good"] == 0 and again.counts["refused"] == 37
    with pytest.raises(NotNow, match="would add a scan"):
        scan_files.take_over(by=clinic.student_user, file_id=again.pk, good_only=True)
    row = undo(by=clinic.student_user, file_id=row.pk)
    assert not Scan.objects.exists() and row.state == "undone"
    verbs = list(AuditEvent.objects.filter(object_id=str(row.pk)).values_list("verb", flat=True))
    assert sorted(verbs) == ["scan_file.brought", "scan_file.taken_back", "scan_file.taken_over"]
