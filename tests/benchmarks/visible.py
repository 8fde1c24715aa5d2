"""The part of `make bench` about what a person may see: our selector, django-guardian's, and a plain relation, which is the
limit: the rows of a panel joined to their submissions, without any permission.

Every route must name the same submissions. Each turn asks for the newest 50 rows, or for the number of all, for several
people one after the other; the time of a turn is all of them together.
"""

import gc
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from tests.benchmarks.report import LIMIT, OURS, PEER, Goal, Row, Section
from tests.benchmarks.turns import TOO_NOISY, Measured, noise

SIZES = (10_000, 100_000)
ROUNDS = 9
PEOPLE, PANELS = 12, 40
PATTERN = 4 * PEOPLE * PANELS
"""Cases that are made one by one: one in four is open, and has one of the people on its panel."""
NAMES = {
    "plain": ("a plain relation", LIMIT),
    "plain again": ("the same, again", LIMIT),
    "selector": ("product: visible_submissions", OURS),
    "guardian": ("guardian: get_objects_for_user", PEER),
}
MOST = 1.3


def plain(user: Any) -> QuerySet[Any]:
    """Submissions on whose panel a person is, as one writes it without permissions on objects."""
    from accreditation.models import Submission

    return Submission.objects.filter(
        assignments__user=user, assignments__state="accepted"
    ).select_related("course__institution")  # fmt: skip


def selector(user: Any) -> QuerySet[Any]:
    """Ours."""
    from accreditation.selectors import visible_submissions

    return visible_submissions(user)


def guardian(user: Any) -> QuerySet[Any]:
    """django-guardian's own list of the objects on which a person's groups have a permission."""
    from guardian.shortcuts import get_objects_for_user  # noqa: TID251 - the peer

    found: QuerySet[Any] = get_objects_for_user(user, "accreditation.view_submission")
    return found.select_related("course__institution")


ROUTES: dict[str, Callable[[Any], QuerySet[Any]]] = {
    "plain": plain, "plain again": plain, "selector": selector, "guardian": guardian,
}  # fmt: skip


def sections(environment: dict[str, str], folder: Path, *, large: bool = False) -> Iterator[Section]:
    """For each size, the page of 50 and the count."""
    from accreditation.models import Submission
    from tests.benchmarks.cases import assessor, fill_cases, multiply

    people = [assessor(f"seeing-{at}") for at in range(PEOPLE)]
    fill_cases(PATTERN, dict.fromkeys(people, PANELS), since=date(2026, 1, 1))
    for size in SIZES:
        multiply(size - Submission.objects.count())
        wrong = differing(people)
        for what, ask in (("newest 50", _page), ("count", _count)):
            found = _measure(people, ask)
            apart = noise(found["plain"], found["plain again"])
            why = f"too noisy, the same query twice is {apart:.0%} apart" if apart > TOO_NOISY else ""
            times, least, top = found["selector"].times(found["plain"])
            goal = Goal(
                f"{what} of {size:,}, at most {MOST} × a plain relation", f"{times:.2f} ({least:.2f} to {top:.2f})",
                None if why or wrong else times <= MOST, why or ("the routes' answers differ" if wrong else ""),
            )  # fmt: skip
            yield Section(
                f"Objects one may see: {what} of {size:,}, for {PEOPLE} people", f"visible-{size}-{what.split()[0]}",
                [Row(NAMES[name][0], one, found["plain"], NAMES[name][1]) for name, one in found.items()],
                [goal], wrong=wrong, line=MOST,
            )  # fmt: skip


def differing(people: list[Any]) -> list[str]:
    """The routes that show somebody other submissions than the plain relation does."""
    wanted = [set(plain(user).values_list("pk", flat=True)) for user in people]
    return [
        f"{NAMES[name][0]} does not show the same submissions"
        for name, route in ROUTES.items()
        if [set(route(user).values_list("pk", flat=True)) for user in people] != wanted
    ]


def _page(rows: QuerySet[Any]) -> None:
    list(rows.order_by("-created_at")[:50])


def _count(rows: QuerySet[Any]) -> None:
    rows.count()


def _measure(people: list[Any], ask: Callable[[QuerySet[Any]], None]) -> dict[str, Measured]:
    """Roles are known, as they are on every page before its list; the routes take turns."""
    found = {name: Measured() for name in ROUTES}
    for user in people:
        user.role_codes  # noqa: B018
    for number in range(ROUNDS + 1):
        for name, route in ROUTES.items():
            gc.collect()
            start = time.perf_counter()
            for user in people:
                ask(route(user))
            if number:
                found[name].seconds.append(time.perf_counter() - start)
    return found
