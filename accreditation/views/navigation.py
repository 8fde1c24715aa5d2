"""The frame around every page: what a person may open, by role. Missing pages are left out, never a broken link."""

from dataclasses import dataclass
from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_noop

from accreditation import notices, roles
from accreditation.hrefs import page
from accreditation.views.languages import choices
from accreditation.views.session import seconds_left


class Link(TypedDict):
    """One entry of a menu."""

    label: str
    url: str
    icon: str
    current: bool
    exact: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the menu: the name of its address, and who sees it (nobody named: everyone signed in)."""

    label: str
    route: str
    roles: frozenset[str] = frozenset()
    icon: str = ""


def _entry(label: str, route: str, *codes: str, icon: str = "") -> Entry:
    return Entry(label, route, frozenset(codes), icon)


BODY = (roles.OFFICER, roles.CHAIR, roles.COMMITTEE)
MAIN = (
    _entry("Home", "home"),
    _entry("Submissions", "submissions", roles.COURSE_LEADER),
    _entry("Cases", "cases", roles.OFFICER),
    _entry("Reviews", "reviews", roles.ASSESSOR),
    _entry("Decisions", "decisions", *BODY),
    _entry("Letters", "letters", roles.OFFICER, roles.CHAIR, roles.COURSE_LEADER),
    _entry("Mentor register", "mentors", roles.OFFICER, roles.ASSESSOR, roles.COURSE_LEADER),
    _entry("To sign", "mentor_queue", roles.MENTOR),
    _entry("My portfolio", "portfolio_home", roles.STUDENT),
    _entry("People", "people", roles.OFFICER),
    _entry("The standard", "standard"),
)
ACCOUNT = (
    _entry("Change password", "account_change_password", icon="key-round"),
    _entry("Two-step sign-in", "mfa_index", icon="shield"),
    _entry("Where you are signed in", "usersessions_list", icon="monitor"),
    _entry("Everything held about you", "account_held", icon="folder-open"),
)
FOOTER = (
    _entry(gettext_noop("Accredited courses"), "directory"),
    _entry(gettext_noop("Accessibility"), "accessibility"),
    _entry(gettext_noop("Privacy"), "privacy"),
    _entry(gettext_noop("Who runs this service"), "about"),
)
FOOTER_IN_DEMO = (*FOOTER, _entry(gettext_noop("Style page"), "style"))


def _links(entries: tuple[Entry, ...], held: frozenset[str], path: str) -> list[Link]:
    found: list[Link] = []
    for entry in entries:
        if entry.roles and entry.roles.isdisjoint(held):
            continue
        if not (url := page(entry.route)):
            continue
        current = path == url or (url != "/" and path.startswith(url))
        found.append(
            {"label": entry.label, "url": url, "icon": entry.icon, "current": current, "exact": path == url}
        )
    return found


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: menus, search address, names of the roles held and whether this is the demo world."""
    user = getattr(request, "user", None)
    context: dict[str, object] = {
        "demo": settings.DEMO,
        "footer_links": _links(FOOTER_IN_DEMO if settings.DEMO else FOOTER, frozenset(), request.path),
        "login_url": page("account_login"),
        "languages": choices(request),
    }
    if user is None or not user.is_authenticated:
        return context
    if getattr(
        request, "held", False
    ):  # until the second step is set up, every link would lead back to its page
        return {**context, "logout_url": page("account_logout")}
    held = user.role_codes
    titles = [role.title for code, role in roles.ROLES.items() if code in held]
    return {
        **context,
        "navigation": _links(MAIN, held, request.path),
        "account_links": _links(ACCOUNT, held, request.path),
        "role_titles": ", ".join(titles),
        "search_url": page("search"),
        "notices_url": page("notices"),
        "unread_notices": SimpleLazyObject(lambda: notices.unread(user)),  # asked by pages with a head only
        "logout_url": page("account_logout"),
        "session_seconds": seconds_left(request),
        "stay_url": page("stay_signed_in"),
    }
