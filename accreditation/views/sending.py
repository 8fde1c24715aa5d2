"""Sends a file of the store: always as a download, typed by us, sandboxed, and never kept by anything on the way."""

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from accreditation import files

SANDBOX = "default-src 'none'; sandbox"


def send_blob(sha256: str, *, name: str, media_type: str, size: int) -> HttpResponseBase:
    """The response with a blob. Call only after permission was checked and the download recorded.

    Raises `files.BlobMissing` where the store does not hold it, or not in the size that its row says.
    """
    stream = files.open_blob(sha256, size=size)
    response: HttpResponseBase
    if settings.USE_X_ACCEL:
        stream.close()
        response = HttpResponse(content_type=media_type)
        response["X-Accel-Redirect"] = f"/_evidence/{sha256[:2]}/{sha256[2:4]}/{sha256}"
    else:
        response = FileResponse(stream, content_type=media_type)
        response["Content-Length"] = str(size)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return guarded(response)


def guarded(response: HttpResponseBase) -> HttpResponseBase:
    """Sets the headers that keep a stranger's bytes from acting in the browser, or from staying in a cache."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
