"""Sends a file that a worker made (accreditation.views.sending)."""

from django.http.response import HttpResponseBase

from accreditation import files
from accreditation.enums import BuildState
from accreditation.exceptions import NotNow
from accreditation.views.sending import send_blob
from portfolios.models import PortfolioFile


def send_file(row: PortfolioFile, name: str, kind: str) -> HttpResponseBase:
    """The file under a name of ours. Raises `NotNow` where it is not there yet, or not in the store."""
    if row.state != BuildState.BUILT or row.size is None:
        raise NotNow("This file is not there yet. Go back and look again in a moment.")
    try:
        return send_blob(row.sha256, name=name, media_type=kind, size=row.size)
    except files.BlobMissing:
        raise NotNow("This file is not in the store. Tell the CASE office.") from None
