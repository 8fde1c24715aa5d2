"""Follows every link that a person can see, so that no page is forgotten: one page of each kind (address name) a person.

Used by the tests (every page, accessible, no fault) and by `make gallery` (every page as pictures).
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page, Response

LEFT_ALONE = frozenset({"account_logout", "account_reset_password", "index"})
"""Address names that a crawl does not follow: signing out, and the fallback administration."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One page of one kind: the name of its address, its path, and the answer it gave."""

    name: str
    path: str
    answer: Response


def name_of(path: str) -> str | None:
    """The name of the address that a path leads to; None where it leads nowhere or is not to be followed."""
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return None
    if match.app_names or match.url_name in LEFT_ALONE or not match.url_name:
        return None
    return match.url_name


def crawl(page: Page, origin: str, start: str = "/", each: int = 1) -> Iterator[Visit]:
    """Visits up to `each` pages of every kind that can be reached by links from `start`, nearest first.

    Files (answers that are not HTML) are asked for without being opened: their answer must be a good one.
    """
    waiting: deque[str] = deque([start])
    seen: set[str] = {start}
    visits: dict[str, int] = {}
    while waiting:
        path = waiting.popleft()
        name = name_of(path)
        if name is None or visits.get(name, 0) >= each:
            continue
        visits[name] = visits.get(name, 0) + 1
        answer = open_page(page, origin + path)
        if answer is None:
            continue
        yield Visit(name, path, answer)
        for link in links(page, origin):
            if link not in seen:
                seen.add(link)
                waiting.append(link)


def open_page(page: Page, url: str) -> Response | None:
    """Opens a page; for a file, checks that it is there and gives None. Raises AssertionError for a bad answer."""
    head = page.request.get(url, max_redirects=5)
    assert head.status < 400, f"{url} answered {head.status}"
    if not head.headers.get("content-type", "").startswith("text/html"):
        return None
    answer = page.goto(url)
    page.wait_for_load_state("networkidle")
    return answer


def links(page: Page, origin: str) -> list[str]:
    """The addresses of this site that the page's links lead to, each once, without what follows `#`."""
    found: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    paths = (link.removeprefix(origin).partition("#")[0] for link in found if link.startswith(origin + "/"))
    return list(dict.fromkeys(path for path in paths if path))


def crawl_all(
    people: dict[str, object], page_of: Callable[[object | None], Page], origin: str, each: int = 1
) -> Iterator[tuple[str, Page, Visit]]:
    """Crawls as nobody and then as each person: (role, page, visit)."""
    for role, person in {"nobody": None, **people}.items():
        page = page_of(person)
        for visit in crawl(page, origin, each=each):
            yield role, page, visit
