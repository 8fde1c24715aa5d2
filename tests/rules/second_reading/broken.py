"""Invalid facts files: one known fault each, and the words that the error must contain."""

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.rules.second_reading.generate import random_facts
from tests.rules.second_reading.grounds import Row

# What is wrong, where (a path of keys and positions), the value put there, and the words of the error: its place first.
Fault = tuple[str, tuple[str | int, ...], Any, tuple[str, ...]]

LATER = "later"  # a day after as_of
DELETE = "delete"


def faults(facts: Row) -> list[Fault]:
    """Every fault that these facts can be given: those inside lists need a row there."""
    out: list[Fault] = [
        ("unknown key", ("courses",), 1, ("courses",)),
        ("unknown key", ("course", "titel"), "x", ("course.titel",)),
        ("unknown key", ("course", "admissions", "bodies"), True, ("course.admissions", "bodies")),
        ("wrong format version", ("facts",), 2, ("facts",)),
        ("boolean for a number", ("facts",), True, ("facts",)),
        ("float for a number", ("facts",), 1.0, ("facts",)),
        ("unknown edition", ("standard",), "msk-1999", ("standard",)),
        ("before the edition", ("as_of",), "2023-04-30", ("as_of",)),
        ("impossible date", ("as_of",), "2025-02-30", ("as_of",)),
        ("no as_of", ("as_of",), DELETE, ("as_of",)),
        ("no course", ("course",), DELETE, ("course",)),
        ("list for an object", ("course",), [], ("course",)),
        ("object for a list", ("students",), {}, ("students",)),
        ("unknown kind", ("course", "kind"), "doctorate", ("course.kind", "doctorate")),
        ("text for true or false", ("course", "direct_entry"), "yes", ("course.direct_entry",)),
        ("number for true or false", ("course", "direct_entry"), 0, ("course.direct_entry",)),
        ("number for text", ("course", "title"), 7, ("course.title",)),
        ("unknown region", ("course", "minimum_scans", "jaw"), 5, ("course.minimum_scans", "jaw")),
        ("boolean for a number", ("course", "minimum_scans", "knee"), True, ("course.minimum_scans.knee",)),
        ("float for a number", ("course", "minimum_scans", "knee"), 5.5, ("course.minimum_scans.knee",)),
        (
            "unknown topic",
            ("course", "modules", 0, "topics"),
            ["magic"],
            ("course.modules[0].topics", "magic"),
        ),
        (
            "unknown framework",
            ("course", "modules", 0, "framework"),
            "EQF",
            ("course.modules[0].framework", "EQF"),
        ),
        ("text for a number", ("course", "modules", 0, "level"), "7", ("course.modules[0].level",)),
        ("boolean for a number", ("course", "modules", 0, "level"), True, ("course.modules[0].level",)),
        (
            "id twice",
            ("course", "modules", 1, "id"),
            facts["course"]["modules"][0]["id"],
            ("course.modules[1]",),
        ),
        ("unknown region", ("mentors", 0, "remit"), ["tail"], ("mentors[0].remit", "tail")),
        (
            "group in a mentor's remit",
            ("mentors", 0, "remit"),
            ["upper_limb"],
            ("mentors[0].remit", "upper_limb"),
        ),
        ("text for a list", ("mentors", 0, "remit"), "knee", ("mentors[0].remit",)),
        ("break in the future", ("mentors", 0, "breaks"), [{"from": LATER}], ("mentors[0].breaks[0].from",)),
        ("unknown key", ("mentors", 0, "age"), 50, ("mentors[0]", "age")),
        (
            "unknown status",
            ("shortages",),
            [{"id": "H", "status": "hoped", "from": "2023-01-01"}],
            ("shortages[0].status", "hoped"),
        ),
        ("id as a number", ("students", 0, "id"), 7, ("students[0].id",)),
        ("null in a list", ("students", 0), None, ("students[0]",)),
        ("enrolled in the future", ("students", 0, "enrolled_on"), LATER, ("students[0].enrolled_on",)),
        (
            "month where a day is needed",
            ("students", 0, "enrolled_on"),
            "2022-09",
            ("students[0].enrolled_on",),
        ),
        ("day and time", ("students", 0, "enrolled_on"), "2022-09-01T00:00:00", ("students[0].enrolled_on",)),
        ("short date", ("students", 0, "enrolled_on"), "20220901", ("students[0].enrolled_on",)),
        (
            "no such status",
            ("students", 0, "registrations"),
            [{"body": "HCPC", "status": "ok"}],
            ("students[0].registrations[0].status",),
        ),
        (
            "no such mentor in a team",
            ("students", 0, "team"),
            [{"mentor": "M77", "from": "2020-01-01"}],
            ("students[0].team[0].mentor", "M77"),
        ),
        (
            "no such module",
            ("students", 0, "results"),
            [{"module": "P77", "outcome": "pass"}],
            ("students[0].results[0].module", "P77"),
        ),
        (
            "no such outcome",
            ("students", 0, "results"),
            [{"module": "P0", "outcome": "merit"}],
            ("students[0].results[0].outcome", "merit"),
        ),
        ("text for a number", ("students", 0, "hours"), "120", ("students[0].hours",)),
        ("boolean for a number", ("students", 0, "hours"), True, ("students[0].hours",)),
        (
            "an interim award of nothing",
            ("students", 0, "awards"),
            [{"kind": "interim", "ratified_on": facts["as_of"], "regions": []}],
            ("students[0].awards[0].regions",),
        ),
        (
            "award in the future",
            ("students", 0, "awards"),
            [{"kind": "final", "ratified_on": LATER}],
            ("students[0].awards[0].ratified_on",),
        ),
        (
            "presented to nobody known",
            ("students", 0, "presentations"),
            [{"to": "mum", "included": []}],
            ("students[0].presentations[0].to", "mum"),
        ),
    ]
    if facts["mentors"][0]["qualifications"]:
        at = ("mentors", 0, "qualifications", 0)
        out += [
            ("unknown kind", (*at, "kind"), "phd", ("mentors[0].qualifications[0].kind", "phd")),
            ("unknown answer", (*at, "msk"), "maybe", ("mentors[0].qualifications[0].msk", "maybe")),
            (
                "impossible month",
                (*at, "ratified_on"),
                "2020-13",
                ("mentors[0].qualifications[0].ratified_on",),
            ),
            (
                "29 February of a common year",
                (*at, "ratified_on"),
                "2019-02-29",
                ("mentors[0].qualifications[0].ratified_on",),
            ),
            (
                "ratified in the future",
                (*at, "ratified_on"),
                LATER,
                ("mentors[0].qualifications[0].ratified_on",),
            ),
            ("a year as a number", (*at, "ratified_on"), 2019, ("mentors[0].qualifications[0].ratified_on",)),
        ]
    if len(facts["mentors"]) > 1:
        out.append(
            (
                "id twice",
                ("mentors", 1, "id"),
                facts["mentors"][0]["id"],
                ("mentors[1]", str(facts["mentors"][0]["id"])),
            )
        )
    student = facts["students"][0]
    if len(student["scans"]) > 1:
        at = ("students", 0, "scans", 1)
        here = "students[0].scans[1]"
        out += [
            ("id twice", (*at, "id"), student["scans"][0]["id"], (here, str(student["scans"][0]["id"]))),
            ("no regions", (*at, "regions"), [], (f"{here}.regions",)),
            ("unknown region", (*at, "regions"), ["knee", "jaw"], (f"{here}.regions", "jaw")),
            ("text for a list", (*at, "regions"), "knee", (f"{here}.regions",)),
            ("scan in the future", (*at, "on"), LATER, (f"{here}.on",)),
            ("impossible date", (*at, "on"), "2025-02-29", (f"{here}.on",)),
            ("unknown subject", (*at, "subject"), "cadaver", (f"{here}.subject", "cadaver")),
            ("unknown supervision", (*at, "supervision"), "phone", (f"{here}.supervision", "phone")),
            ("unknown mentor", (*at, "mentor"), "M77", (f"{here}.mentor", "M77")),
            ("boolean for a number", (*at, "minutes"), False, (f"{here}.minutes",)),
            ("float for a number", (*at, "minutes"), 30.5, (f"{here}.minutes",)),
            ("negative minutes", (*at, "minutes"), -30, (f"{here}.minutes",)),
            ("text for true or false", (*at, "logged"), "no", (f"{here}.logged",)),
            ("unknown key", (*at, "patient_name"), "x", (here, "patient_name")),
            (
                "appraised in the future",
                (*at, "appraisal"),
                {"by": "M0", "on": LATER},
                (f"{here}.appraisal.on",),
            ),
            (
                "unknown key",
                (*at, "appraisal"),
                {"by": "M0", "on": facts["as_of"], "mark": 1},
                (f"{here}.appraisal", "mark"),
            ),
        ]
    if student["contracts"]:
        at = ("students", 0, "contracts", 0)
        here = "students[0].contracts[0]"
        out += [
            ("number for a remit", (*at, "remit"), 3, (f"{here}.remit",)),
            ("version as text", (*at, "version"), "1", (f"{here}.version",)),
            ("version as a float", (*at, "version"), 1.5, (f"{here}.version",)),
            (
                "unknown party",
                (*at, "signatures"),
                [{"party": "mother", "by": "x", "on": facts["as_of"]}],
                (f"{here}.signatures[0].party", "mother"),
            ),
            (
                "signed in the future",
                (*at, "signatures"),
                [{"party": "student", "by": "x", "on": LATER}],
                (f"{here}.signatures[0].on",),
            ),
        ]
    if student["assessments"]:
        at = ("students", 0, "assessments", 0)
        here = "students[0].assessments[0]"
        out += [
            ("unknown kind", (*at, "kind"), "exam", (f"{here}.kind", "exam")),
            ("unknown outcome", (*at, "outcome"), "merit", (f"{here}.outcome", "merit")),
            ("no regions", (*at, "regions"), [], (f"{here}.regions",)),
            ("examined in the future", (*at, "on"), LATER, (f"{here}.on",)),
            ("signed in the future", (*at, "signed_on"), LATER, (f"{here}.signed_on",)),
        ]
    return out


def put(facts: Row, path: tuple[str | int, ...], value: Any, later: str) -> None:
    """Puts a value at a place of the facts; `LATER` in it becomes a day after as_of, `DELETE` takes the place away."""

    def filled(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: filled(item) for key, item in node.items()}
        if isinstance(node, list):
            return [filled(item) for item in node]
        return later if node == LATER else node

    *parents, last = path
    node: Any = facts
    for key in parents:
        node = node[key]
    if value == DELETE:
        del node[last]
    else:
        node[last] = filled(value)


def broken_facts(seed: int) -> tuple[Row, str, tuple[str, ...]]:
    """Facts with one fault: (facts, what is wrong, words that one of the errors must contain, its place first)."""
    facts = random_facts(seed)
    what, path, value, words = Random(seed).choice(faults(facts))
    later = (date.fromisoformat(facts["as_of"]) + timedelta(days=1)).isoformat()
    put(facts, path, value, later)
    return facts, what, words


def thrice_broken(seed: int) -> tuple[Row, list[tuple[str, ...]]]:
    """Facts with up to three faults in different places: "all errors at once"."""
    facts = random_facts(seed)
    later = (date.fromisoformat(facts["as_of"]) + timedelta(days=1)).isoformat()
    rng = Random(seed)
    usable = [
        f
        for f in faults(facts)
        if f[1][0] in ("mentors", "students", "course") and len(f[1]) > 2 and f[1][-1] != "id"
    ]
    chosen: list[Fault] = []
    for fault in rng.sample(usable, len(usable)):
        apart = all(fault[1][: len(f[1])] != f[1] and f[1][: len(fault[1])] != fault[1] for f in chosen)
        if apart and len(chosen) < 3:
            chosen.append(fault)
    # Inner rows first, so that a replaced list does not lose the place of another fault.
    for _, path, value, _ in sorted(chosen, key=lambda f: -len(f[1])):
        put(facts, path, value, later)
    return facts, [f[3] for f in chosen]
