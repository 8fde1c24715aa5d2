"""Gives each request a number that its log lines and its answer carry, so that a fault told by a person can be found."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accreditation.logs import request_id


class NumberMiddleware:
    """Stands first. The number is always ours: one that came with the request could carry anything into the logs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(uuid.uuid4().hex[:12])
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(token)
