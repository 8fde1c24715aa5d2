"""A form that did not arrive whole never reaches a view.

Django takes a form whose connection was cut as one with fewer fields and files: one with an optional file would be
saved without it. So the body is read first and counted: fewer bytes than `Content-Length` said gives 400 and
changes nothing. Multipart forms also carry a last hidden field (`templates/submissions/_end.html`), which views of
uploads demand with `is_whole`. A handler of ours stops keeping a file's bytes at the limit.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render

TOO_LARGE = "The file is larger than 25 MB. Split it, or save it with smaller pictures."
CUT = "The form did not arrive whole. Nothing of it was saved: look at your answer and send it again."
END = "__end"
SMALL = 64 * 1024  # fields, boundaries and headers around the files
BODIES = frozenset({"POST", "PUT", "PATCH"})
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


class LimitHandler(FileUploadHandler):
    """Lets go of a file at the limit, and notes its field's name in `request.too_large`."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > settings.EVIDENCE_MAX_BYTES:
            self.request.too_large.add(self.field_name)  # type: ignore[union-attr]
            raise SkipFile()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class CountedStream:
    """The body's stream, counting what really came."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.count = 0

    def read(self, *args: Any) -> bytes:
        data: bytes = self._stream.read(*args)
        self.count += len(data)
        return data

    def readline(self, *args: Any) -> bytes:
        line: bytes = self._stream.readline(*args)
        self.count += len(line)
        return line

    def __iter__(self) -> Any:
        while line := self.readline():
            yield line

    def close(self) -> None:
        self._stream.close()


class WholeUploadMiddleware:
    """Stands after the sign-in: without one, nobody sends more than a small form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.too_large = set()  # type: ignore[attr-defined]
        if request.method in BODIES and (refused := self._refusal(request)) is not None:
            _let_go(request)
            return refused
        return self.get_response(request)

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            return render(request, "errors/400.html", status=411)
        try:
            said = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return render(request, "errors/400.html", status=400)
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + SMALL
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            most += settings.EVIDENCE_MAX_BYTES * settings.DATA_UPLOAD_MAX_NUMBER_FILES
        if said > most:
            return render(request, "submissions/too_large.html", status=413)
        stream = CountedStream(request._stream)
        request._stream = stream  # type: ignore[assignment]
        try:
            if request.content_type in FORMS:
                if request.content_type == FORMS[0]:
                    request.upload_handlers.insert(0, LimitHandler(request))
                request.POST  # noqa: B018 (reading it takes the whole body in)
            else:
                request.body  # noqa: B018
        except UnreadablePostError:
            return render(request, "errors/400.html", status=400)
        if stream.count != said:
            return render(request, "errors/400.html", status=400)
        return None


def _let_go(request: HttpRequest) -> None:
    """Closes what was already spooled of the files, so that their temporary files go away at once."""
    for upload in getattr(request, "_files", {}).values() if hasattr(request, "_files") else ():
        upload.close()


def is_whole(request: HttpRequest) -> bool:
    """Whether a multipart form came with its last field."""
    return request.POST.get(END) == "1"


def was_too_large(request: HttpRequest, field: str) -> bool:
    """Whether a file of this field was let go at the limit."""
    return field in getattr(request, "too_large", ())
