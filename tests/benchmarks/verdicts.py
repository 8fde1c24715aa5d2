"""What a run's figures say about the goals. Answers first: where two routes differ, there is no figure."""

from tests.benchmarks.report import LIMIT, OURS, PEER, Goal, Row
from tests.benchmarks.turns import TOO_NOISY, Measured, noise

NAMES = {
    "copy of scans": ("COPY of the scans", LIMIT),
    "copy of scans again": ("COPY of the scans, again", LIMIT),
    "copy": ("COPY of all rows it reads", LIMIT),
    "product": ("product: findings, sentences", OURS),
    "product with sum": ("product, with the facts' sum", OURS),
    "select": ("SELECT of the student's scans", LIMIT),
    "select again": ("SELECT of the student's scans, again", LIMIT),
    "student": ("product: a page's findings", OURS),
    "django": ("plain Django, prefetched", PEER),
    "zen loop": ("zen-engine, loop mode", PEER),
    "zen per scan": ("zen-engine, scan by scan", PEER),
}

Found = dict[str, Measured]


def rows(found: Found, limit: str = "copy of scans") -> list[Row]:
    """The lines of table and picture, each beside the COPY of the scans."""
    return [Row(NAMES[name][0], one, found[limit], NAMES[name][1]) for name, one in found.items()]


def differing(found: Found) -> list[str]:
    """The routes that do not name the same failing scans as the product; empty where all agree."""
    return [
        f"{NAMES[name][0]} does not find the same failing scans"
        for name, one in found.items()
        if not name.startswith("copy") and not one.not_run and one.answer != found["product"].answer
    ]


def no_verdict(found: Found, limit: str = "copy of scans") -> str:
    """Why nothing can be said; empty where something can."""
    if limit == "copy of scans" and differing(found):
        return "the routes' answers differ"
    apart = noise(found[limit], found[f"{limit} again"])
    return f"too noisy, {NAMES[limit][0]} twice is {apart:.0%} apart" if apart > TOO_NOISY else ""


def course_goals(found: Found) -> list[Goal]:
    """At most 1.8 times COPY, and 8 times quicker than the engine."""
    why, ours = no_verdict(found), found["product"]
    goals = [
        _at_most(1.8, ours, found["copy of scans"], "course, at most 1.8 × COPY of its scans", why),
        _at_most(3, ours, found["copy"], "course, at most 3 × COPY of all rows that the product reads", why),
    ]
    for engine in ("zen per scan", "zen loop"):
        goal = f"course, at least 8 times quicker than {NAMES[engine][0]}"
        if found[engine].not_run:
            goals.append(Goal(goal, "not run", None, found[engine].not_run))
        else:
            times = found[engine].median / ours.median
            goals.append(Goal(goal, f"{times:.1f}", None if why else times >= 8, why))
    return goals


def register_goals(found: Found) -> list[Goal]:
    """At most 1.6 times COPY; and under 150 MB, whatever the clock says."""
    peak, why = found["product"].peak_mb, no_verdict(found)
    return [
        _at_most(
            1.6, found["product"], found["copy of scans"], "register, at most 1.6 × COPY of its scans", why
        ),
        Goal("register, course by course, peak memory under 150 MB", f"{peak:.0f} MB", peak < 150),
    ]


def inside_goals(found: Found, alone: Found) -> list[Goal]:
    """At most 1.8 times COPY, and hardly slower than where there is no other course."""
    why, ours = no_verdict(found), found["product"]
    grown = ours.median / alone["product"].median
    return [
        _at_most(
            1.8, ours, found["copy of scans"], "course in the register, at most 1.8 × COPY of its scans", why
        ),
        Goal(
            "course in the register, at most 1.1 × alone", f"{grown:.2f}", None if why else grown <= 1.1, why
        ),
    ]


def student_goals(found: Found) -> list[Goal]:
    """At most 2.5 times SELECT of the scans, and 2 queries."""
    asked = max((int(one["queries"]) for one in found["student"].answer.values()), default=0)
    why = no_verdict(found, "select")
    words = "student, at most 2.5 × SELECT of their scans"
    return [
        _at_most(2.5, found["student"], found["select"], words, why),
        Goal("student, at most 2 queries", f"{asked}", 0 < asked <= 2),
    ]


def _at_most(most: float, ours: Measured, limit: Measured, words: str, why: str) -> Goal:
    times, least, top = ours.times(limit)
    return Goal(words, f"{times:.2f} ({least:.2f} to {top:.2f})", None if why else times <= most, why)
