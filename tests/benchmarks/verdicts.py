"""What a run's figures say about the goals. Answers first: where two routes differ, there is no figure."""

from tests.benchmarks.report import LIMIT, OURS, PEER, Goal, Row
from tests.benchmarks.turns import TOO_NOISY, Measured, noise

NAMES = {
    "copy of scans": ("COPY of the scans", LIMIT),
    "copy of scans again": ("COPY of the scans, again", LIMIT),
    "copy": ("COPY of all rows it reads", LIMIT),
    "product": ("product: findings, sentences", OURS),
    "product with sum": ("product, with the facts' sum", OURS),
    "django": ("plain Django, prefetched", PEER),
    "zen loop": ("zen-engine, loop mode", PEER),
    "zen per scan": ("zen-engine, scan by scan", PEER),
}

Found = dict[str, Measured]


def rows(found: Found) -> list[Row]:
    """The lines of table and picture, each beside the COPY of the scans."""
    return [Row(NAMES[name][0], one, found["copy of scans"], NAMES[name][1]) for name, one in found.items()]


def differing(found: Found) -> list[str]:
    """The routes that do not name the same failing scans as the product; empty where all agree."""
    return [
        f"{NAMES[name][0]} does not find the same failing scans"
        for name, one in found.items()
        if not name.startswith("copy") and not one.not_run and one.answer != found["product"].answer
    ]


def no_verdict(found: Found) -> str:
    """Why nothing can be said; empty where something can."""
    if differing(found):
        return "the routes' answers differ"
    apart = noise(found["copy of scans"], found["copy of scans again"])
    return f"too noisy, the same COPY twice is {apart:.0%} apart" if apart > TOO_NOISY else ""


def course_goals(found: Found) -> list[Goal]:
    """At most 3 times COPY, and 8 times quicker than the engine."""
    why, ours = no_verdict(found), found["product"]
    goals = [
        _at_most(3, ours, found["copy of scans"], "course, at most 3 × COPY of its scans", why),
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
    """Under 150 MB, whatever the clock says."""
    peak = found["product"].peak_mb
    return [Goal("register, course by course, peak memory under 150 MB", f"{peak:.0f} MB", peak < 150)]


def _at_most(most: float, ours: Measured, limit: Measured, words: str, why: str) -> Goal:
    times, least, top = ours.times(limit)
    return Goal(words, f"{times:.2f} ({least:.2f} to {top:.2f})", None if why else times <= most, why)
