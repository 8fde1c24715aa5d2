"""What the officers' page "Running of the system" says of portfolios: files of scans that the worker had to give up.

A file that cannot be read, or whose lines are refused, is its owner's business and not counted.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from accreditation.running import Line
from portfolios.enums import ScanFileState
from portfolios.models import ScanFile
from portfolios.services.scan_file_work import GIVEN_UP

LOOK_FOR = timedelta(days=7)


def lines() -> Iterator[Line]:
    """One line; one query."""
    since = timezone.now() - LOOK_FOR
    given_up = ScanFile.objects.filter(state=ScanFileState.FAILED, failure=GIVEN_UP, updated_at__gte=since)
    count = given_up.count()
    words = f"{count} in the last week; each was told to its owner" if count else "none in the last week"
    yield Line("Files of scans that were given up", words, wrong=count > 0)
