"""One person at the site: follows links, saves what assessors write, thinks in between, and notes how long answers took."""

import http.client
import random
import re
import threading
import time
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode, urlsplit

LINK = re.compile(rb'<a\b[^>]*?\bhref="(/[^"#]*)')
SAVING = re.compile(r'<div hx-post="([^"]+/autosave/)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
VERSION = re.compile(r'name="version" value="(\d+)"')
KEPT_AWAY = ("/account/", "/admin/", "/style/")
"""Signing out, the fallback administration and the page of styles are nobody's way through the site."""
THINK = 4.0
"""Seconds between two pages, on average."""
SLOW = 15.0
"""Seconds after which somebody gives up."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One request: when it began (`time.monotonic`), how long it took, what for, and its status (0: none came)."""

    at: float
    seconds: float
    role: str
    what: str
    status: int


class Person(threading.Thread):
    """Signed in by a cookie; `answers` grows until `stop` is set. Each person has choices of their own, from a seed."""

    def __init__(self, port: int, role: str, cookie: str, seed: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.role, self.cookie, self.stop_all = port, role, cookie, stop
        self.choice = random.Random(seed)
        self.answers: list[Answer] = []
        self.csrf = ""

    def run(self) -> None:
        """Pages until told to stop: mostly the next link, now and then home again."""
        path = "/"
        while not self.stop_all.wait(self.choice.expovariate(1 / THINK)):
            body = self.ask("GET", path)
            links = [link for link in dict.fromkeys(LINK.findall(body)) if self.may_follow(link.decode())]
            home = not links or self.choice.random() < 0.1
            if self.role == "assessor" and (form := SAVING.search(body.decode(errors="replace"))):
                self.save(form[1], body.decode())
            path = "/" if home else unescape(self.choice.choice(links).decode())

    @staticmethod
    def may_follow(link: str) -> bool:
        return not link.startswith(KEPT_AWAY)

    def save(self, path: str, page: str) -> None:
        """Saves a comment in the background, as the page does while somebody types."""
        token, version = TOKEN.search(page), VERSION.search(page)
        if token and version:
            words = f"Looked at the cited pages, {self.choice.random():.6f}."
            fields = {
                "csrfmiddlewaretoken": token[1],
                "version": version[1],
                "outcome": "met",
                "comment": words,
            }
            self.ask(
                "POST", path, urlencode({**fields, "reason": "As the handbook says.", "private_comment": ""})
            )

    def ask(self, method: str, path: str, body: str = "") -> bytes:
        """One request on a connection of its own, noted; the body of a page, else nothing."""
        begun, status, got = time.monotonic(), 0, b""
        headers = {
            "Cookie": f"{self.cookie}; {self.csrf}".rstrip("; "),
            "HX-Request": "true" if body else "false",
        }
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        else:
            del headers["HX-Request"]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SLOW)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            whole = answer.read()
            status = answer.status
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie" and value.startswith("case_csrf="):
                    self.csrf = value.partition(";")[0]
            got = whole if "html" in (answer.getheader("content-type") or "") else b""
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        self.answers.append(Answer(begun, time.monotonic() - begun, self.role, kind_of(method, path), status))
        return got


def kind_of(method: str, path: str) -> str:
    """What a path asks for, without ids: "GET reviews/…/clauses/…"."""
    parts = [
        "…" if re.search(r"\d|^[A-Za-z0-9_-]{20,}$", part) else part
        for part in urlsplit(path).path.strip("/").split("/")
    ]
    return f"{method} /{'/'.join(parts)}"
