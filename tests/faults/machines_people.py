"""The people of a run over several machines. As a process it makes them: `python -m tests.faults.machines_people LEADERS CASES`
prints one JSON object. As a module: `Person`, a browser's session that a proxy would lead to one web server or the other.
"""

import json
import re
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import requests

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
KEY = re.compile(r'name="form_key" value="([^"]+)"')
MEETING = re.compile(r'name="meeting_id"[^>]*?value="([0-9a-f-]{36})"')


@dataclass
class Cut:
    """A request that broke off: to which port, when it began and ended (monotonic seconds), and what it was."""

    port: int
    began: float
    ended: float
    what: str


@dataclass
class Person:
    """Somebody who works: requests go to the ports in turn; one that breaks off is sent again to the next, as a proxy does."""

    ports: list[int]
    answered: int = 0
    cuts: list[Cut] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    session: requests.Session = field(default_factory=requests.Session)

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """The answer, after redirects, whichever server gives it. Raises RuntimeError where none does for a minute."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            port = self.ports[0]
            self.ports.append(self.ports.pop(0))
            began = time.monotonic()
            try:
                answer = self._once(port, method, path, more)
            except requests.RequestException:
                self.cuts.append(Cut(port, began, time.monotonic(), f"{method} {path}"))
                continue
            self.answered += 1
            if answer.status_code >= 400:
                self.bad.append(f"{method} {path}: {answer.status_code}")
            return answer
        raise RuntimeError(f"No server answered {method} {path} for a minute.")

    def _once(self, port: int, method: str, path: str, more: dict[str, Any]) -> requests.Response:
        files = more.get("files")
        if files:  # a body that broke off is read again from its beginning
            more = {
                **more,
                "files": {name: (title, bytes(data), kind) for name, (title, data, kind) in files.items()},
            }
        answer = self.session.request(
            method, f"http://127.0.0.1:{port}{path}", timeout=60, allow_redirects=False, **more
        )
        if answer.is_redirect:
            return self._once(port, "GET", str(answer.headers["Location"]).partition("#")[0], {})
        return answer

    def send(self, path: str, values: dict[str, Any], **more: Any) -> requests.Response:
        """Fills in the form of a page and sends it, with its token, its key and the first meeting that it offers."""
        page = self.ask("GET", path).text
        hidden = {
            "csrfmiddlewaretoken": TOKEN.search(page),
            "form_key": KEY.search(page),
            "meeting_id": MEETING.search(page),
        }
        held = {name: found.group(1) for name, found in hidden.items() if found}
        return self.ask("POST", path, data={**held, **values}, **more)

    def sign_in(self, email: str, password: str) -> None:
        """Signs in, once: the session has to outlive every server."""
        self.send("/account/login/", {"login": email, "password": password})
        page = self.ask("GET", "/")
        if "Sign out" not in page.text:
            raise RuntimeError(f"{email} could not sign in.")


def make(leaders: int, cases: int) -> dict[str, Any]:
    """Leaders with a draft each, and reported cases for one chair."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth.hashers import make_password, reset_hashers

    from accreditation.models import User
    from accreditation.services.submissions import open_submission
    from tests.accreditation.decided import reported
    from tests.worlds import PASSWORD, make_world

    usual = settings.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    worlds = [make_world(f"Place {number}") for number in range(leaders + cases)]
    for world in worlds[1:]:
        world.officer.groups.clear()
    settings.PASSWORD_HASHERS = usual
    reset_hashers(setting="PASSWORD_HASHERS")
    chair = worlds[0].chair
    at_work = [chair, *(world.leader for world in worlds[:leaders])]
    User.objects.filter(pk__in=[one.pk for one in at_work]).update(password=make_password(PASSWORD))
    drafts = [open_submission(by=one.leader, course=one.course, kind="new") for one in worlds[:leaders]]
    return {
        "password": PASSWORD,
        "chair": chair.email,
        "cases": [str(reported(world).submission_id) for world in worlds[leaders:]],
        "leaders": [
            [world.leader.email, str(draft.pk)] for world, draft in zip(worlds, drafts, strict=False)
        ],
    }


if __name__ == "__main__":
    print(json.dumps(make(int(sys.argv[1]), int(sys.argv[2]))))
