"""Random facts files, deterministic by seed, with much variety around every threshold.

A file is mostly in order; each seed has one or two places where it is not (`messy`), so that a single clause's outcome
is seen without a worse one hiding it.
"""

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.rules.second_reading.courses import course_facts
from tests.rules.second_reading.grounds import EXTRAS, REGIONS, Row, mentor_ids, years_after

PLACES = (
    "mentors",
    "exception",
    "scans",
    "contracts",
    "exams",
    "awards",
    "course",
    "admission",
    "results",
    "appraisals",
    "old",
)
PATHOLOGIES = ("effusion", "bursitis", "tendinopathy", "tear", "synovitis", "normal", "ganglion")


class World:
    """The random source, the days in play and the places where this file is messy."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.messy = set(self.rng.sample(PLACES, self.rng.choice((0, 1, 1, 1, 2, 2, 3, len(PLACES)))))
        old = "old" in self.messy
        early = date(2023, 5, 1) + timedelta(days=self.rng.choice((0, 0, 1, 30, 200, 305)))
        late = date(2024, 2, 29) + timedelta(days=self.rng.choice((0, 1, self.rng.randrange(900))))
        self.as_of = early if old and self.rng.random() < 0.7 else late
        back = self.rng.choice((5, 40, 300, 420)) if not old else self.rng.choice((20, 300, 500))
        self.start = self.as_of - timedelta(days=back)
        if not old and self.start < date(2023, 5, 1):
            self.start = date(2023, 5, 1)
        self.days = sorted(self.between(self.start, self.as_of) for _ in range(6))
        if self.start <= date(2024, 2, 29) <= self.as_of and self.rng.random() < 0.5:
            self.days[self.rng.randrange(6)] = date(2024, 2, 29)
        if self.start <= date(2025, 2, 27) and date(2025, 3, 1) <= self.as_of and self.rng.random() < 0.5:
            # A year after 29 February 2024.
            self.days[self.rng.randrange(6)] = date(2025, 2, 27) + timedelta(days=self.rng.randrange(3))
        if self.start <= date(2023, 5, 1) and old:
            self.days[self.rng.randrange(6)] = min(
                self.as_of, date(2023, 5, 1) - timedelta(days=self.rng.randrange(2))
            )
        self.days.sort()

    def between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.rng.randrange(max(1, (last - first).days + 1)))

    def near(self, on: date, reach: int = 2) -> date:
        """A day close to another, never after `as_of`."""
        return min(self.as_of, on + timedelta(days=self.rng.randint(-reach, reach)))

    def is_(self, place: str, chance: float = 0.3) -> bool:
        """Whether something goes wrong here: often in a messy place, never in another."""
        return place in self.messy and self.rng.random() < chance

    def text(self, on: date, *, precise: bool = True) -> str:
        """A date as text; otherwise at times known to the month or year only (which then lies wholly before as_of)."""
        chance = self.rng.random()
        if not precise and chance < 0.2 and (on.year, on.month) < (self.as_of.year, self.as_of.month):
            return f"{on:%Y-%m}"
        if not precise and chance < 0.3 and on.year < self.as_of.year:
            return f"{on:%Y}"
        return on.isoformat()


def years_before(on: date, n: int) -> date:
    try:
        return on.replace(year=on.year - n)
    except ValueError:
        return date(on.year - n, 2, 28)


def qualification(w: World, place: str) -> Row:
    rng = w.rng
    row: Row = {"kind": rng.choice(("pgc", "pgc", "pgd", "msc")), "msk": "yes", "evidence": ["E1"]}
    row["ratified_on"] = date(rng.randrange(2008, 2019), rng.randint(1, 12), rng.randint(1, 28)).isoformat()
    if w.is_(place, 0.7):
        on = years_before(rng.choice(w.days), rng.choice((1, 1, 2, 2, 2, 0)))
        if rng.random() < 0.2:
            on = rng.choice((date(2020, 2, 29), date(2024, 2, 29)))
        on = w.near(min(on, w.as_of), rng.choice((0, 1, 2, 20, 200)))
        row["ratified_on"] = w.text(on, precise=rng.random() < 0.4)
    if w.is_("mentors", 0.25):
        row["msk"] = rng.choice(("module", "practice", "unknown", "no", None))
    if w.is_("mentors", 0.1):
        row["country"] = rng.choice(("overseas", "overseas", "uk"))
    if w.is_(place, 0.25):
        row["kind"], row["level"] = "radiology_level", rng.choice((1, 2, 2, 2, 3, None))
    elif w.is_("mentors", 0.1):
        row["kind"] = "other"
    if w.is_("mentors", 0.04):
        row["ratified_on"] = None
    return row


def mentor(w: World, name: str) -> Row:
    rng = w.rng
    place = rng.choice(("mentors", "exception"))
    row: Row = {
        "id": name,
        "name": f"Mentor {name}",
        "qualifications": [qualification(w, place)],
        "remit": [*REGIONS, *EXTRAS],
    }
    while w.is_(place, 0.3):
        row["qualifications"].append(qualification(w, place))
    if w.is_("mentors", 0.05):
        row["qualifications"] = []
    if w.is_("mentors", 0.3):
        row["remit"] = rng.sample(row["remit"], rng.randrange(12))
    row["breaks"] = []
    while w.is_("mentors", 0.25):
        first = w.near(rng.choice(w.days) - timedelta(days=rng.choice((0, 1, 10, 300, 700))))
        ratified = str(row["qualifications"][0]["ratified_on"]) if row["qualifications"] else "2018"
        if len(ratified) == 10 and rng.random() < 0.6:
            first = min(
                w.as_of, w.near(years_after(date.fromisoformat(ratified), rng.choice((0, 0, 1, 2, 2))))
            )
        last = first + timedelta(days=rng.choice((0, 1, 30, 400)))
        row["breaks"].append(
            {"from": first.isoformat(), "to": None if rng.random() < 0.2 else last.isoformat()}
        )
    return row


def shortages(w: World) -> list[Row]:
    rows: list[Row] = []
    while w.is_("exception", 0.7) and len(rows) < 3:
        first = w.near(w.rng.choice((w.start, w.start, w.rng.choice(w.days))))
        ends = w.rng.choice((None, w.near(w.rng.choice(w.days)), w.as_of + timedelta(days=90)))
        status = w.rng.choice(("accepted", "accepted", "accepted", "claimed", "refused"))
        by = "assessor-1" if status == "accepted" and w.rng.random() < 0.95 else None
        row = {"id": f"H{len(rows)}", "status": status, "accepted_by": by, "from": first.isoformat()}
        rows.append({**row, "to": max(first, ends).isoformat() if ends else None})
    return rows


def scan(w: World, mentors: list[str], student: str, n: int, regions: list[str]) -> Row:
    rng = w.rng
    on = rng.choice((*w.days, w.near(rng.choice(w.days))))
    names = [rng.choice(regions)]
    if w.is_("scans", 0.2) or w.is_("awards", 0.2):
        names = rng.sample([*REGIONS, *EXTRAS], rng.randint(1, 3))
    row: Row = {"id": f"X{n}", "on": max(on, w.start).isoformat(), "regions": names, "subject": "patient"}
    row |= {
        "supervision": "observed",
        "mentor": rng.choice(mentors),
        "minutes": 30,
        "case": f"K{n}",
        "logged": True,
    }
    row["pathologies"] = rng.sample(PATHOLOGIES, 3)
    row["appraisal"] = {"by": row["mentor"], "on": w.near(max(on, w.start), 0).isoformat(), "grade": "good"}
    if w.is_("scans", 0.15):
        row["subject"] = rng.choice(("healthy_volunteer", "simulator", "peer", None))
    if w.is_("scans", 0.15):
        row["logged"] = rng.choice((False, False, None))
    if w.is_("scans", 0.1) or w.is_("awards", 0.3):
        row["supervision"] = rng.choice(("indirect", "remote", "none", "none", None))
    if w.is_("scans", 0.04):
        row["mentor"] = None
    if w.is_("scans", 0.2):
        row["minutes"] = None
    if w.is_("scans", 0.6):
        row["pathologies"] = rng.choice(
            ([], ["normal"], ["tear"], ["tear", "normal"], ["tear", "tear"], ["bursitis"])
        )
    if w.is_("appraisals", 0.3):
        by = rng.choice((*mentors, student, "a stranger"))
        row["appraisal"] = rng.choice((None, {"by": by, "on": w.near(max(on, w.start), 1).isoformat()}))
    return row


def contracts(w: World, mentors: list[str], student: str, remit: list[str], first: date) -> list[Row]:
    rng = w.rng
    rows: list[Row] = []
    for version in range(1, 2 + w.is_("contracts", 0.6) + w.is_("contracts", 0.4)):
        terms: Any = list(remit)
        if version > 1:
            terms = rng.sample([*REGIONS, *EXTRAS[:2]], rng.randint(1, 4))
            if rng.random() < 0.6:
                terms = [*remit, *[t for t in terms if t not in remit][:1]]
        if w.is_("contracts", 0.3):
            terms = rng.choice(
                (
                    ["upper_limb"],
                    ["lower_limb", "nerve"],
                    ["all"],
                    [],
                    "shoulder and knee",
                    ["knee", "upper_limb"],
                )
            )
        row: Row = {
            "version": version,
            "remit": terms,
            "remit_confirmed": not w.is_("contracts", 0.5),
            "signatures": [],
        }
        for party in ("student", "mentor", "institution"):
            if w.is_("contracts", 0.1):
                continue
            by = {"student": student, "mentor": rng.choice(mentors), "institution": "course leader"}[party]
            if party == "mentor" and w.is_("contracts", 0.1):
                by = "a stranger"
            on = first - timedelta(days=rng.randrange(4))
            if w.is_("contracts", 0.5):
                on = w.near(rng.choice((first, first, rng.choice(w.days))))
            row["signatures"].append({"party": party, "by": by, "on": on.isoformat()})
        signed = row["signatures"]
        for other in mentors if not w.is_("contracts", 0.3) else []:
            signed.append(
                {"party": "mentor", "by": other, "on": w.near(first + timedelta(days=5)).isoformat()}
            )
        if signed and w.is_("contracts", 0.2):
            signed.append({**rng.choice(signed), "on": w.as_of.isoformat()})
        rows.append(row)
    return [] if w.is_("contracts", 0.05) else rows


def exams(
    w: World, mentors: list[str], student: str, remit: list[str], cases: list[str], ratified: date | None
) -> list[Row]:
    rng = w.rng
    rows: list[Row] = []
    for region in [*remit, *(rng.sample(REGIONS, 2) if w.is_("exams", 0.6) else [])]:
        on = ratified or w.between(w.start, w.as_of)
        if w.is_("exams", 0.3) and ratified:
            on = w.near(ratified)
        row: Row = {
            "id": f"A{len(rows)}",
            "kind": "unseen_patient",
            "on": on.isoformat(),
            "regions": [region],
        }
        row |= {
            "outcome": "pass",
            "assessor": rng.choice((*mentors, "an examiner")),
            "signed_on": on.isoformat(),
        }
        row["case"] = f"U{len(rows)}"
        if w.is_("exams", 0.4):
            row["regions"] = rng.sample([*REGIONS, *EXTRAS[:2]], 2) + [region]
            rng.shuffle(row["regions"])
            row["regions"] = list(dict.fromkeys(row["regions"]))
        if w.is_("exams", 0.12):
            row["kind"] = rng.choice(("seen_patient", "osce_model", "simulator", "image_viva", "written"))
        if w.is_("exams", 0.12):
            row["outcome"] = "fail"
        if w.is_("exams", 0.1):
            row["signed_on"] = rng.choice((None, None, w.near(on + timedelta(days=1), 0).isoformat()))
        if w.is_("exams", 0.1):
            row["assessor"] = rng.choice((student, student, None))
        if w.is_("exams", 0.15):
            row["case"] = rng.choice((*cases, *cases, None)) if cases else None
        rows.append(row)
        if w.is_("exams", 0.1):
            rows.pop()
    return rows


def awards(w: World, remit: list[str], scans: list[Row]) -> list[Row]:
    rng = w.rng
    rows: list[Row] = (
        [{"kind": "final", "ratified_on": w.as_of.isoformat(), "regions": None}] if rng.random() < 0.5 else []
    )
    if "awards" not in w.messy:
        return rows
    rows = []
    for kind in rng.choice(
        (
            ("interim",),
            ("final",),
            ("interim", "final"),
            ("interim", "interim", "final"),
            ("interim", "interim"),
            ("final", "final"),
            (),
        )
    ):
        around = date.fromisoformat(rng.choice(scans)["on"]) if scans else w.as_of
        row: Row = {"kind": kind, "ratified_on": w.near(around, 1).isoformat(), "regions": None}
        if rows and rng.random() < 0.3:
            row["ratified_on"] = rows[0]["ratified_on"]
        if rng.random() < 0.05:
            row["ratified_on"] = None
        if kind == "interim":
            row["regions"] = (
                rng.sample([*remit, "spine", "elbow"], rng.randint(1, 3)) if len(remit) > 1 else ["knee"]
            )
            row["regions"] = list(dict.fromkeys(row["regions"]))
        rows.append(row)
    return rows


def registrations(w: World, enrolled: date) -> list[Row]:
    rng = w.rng
    rows: list[Row] = []
    for _ in range(1 + w.is_("admission", 0.3)):
        row: Row = {
            "body": "HCPC",
            "number": f"PH{rng.randrange(10**6):06}",
            "status": "active",
            "from": "2012-09-01",
            "to": None,
        }
        if w.is_("admission", 0.6):
            row["body"] = rng.choice(("HCPC", "GMC", "NMC", "GOsC", "CSP", "RCT", "BASRaT", "FSEM", "RCR"))
            row["number"] = rng.choice(
                (
                    "PH1",
                    "PYL000123",
                    "XX12345",
                    "PH1234567",
                    "7654321",
                    "L123456",
                    "C1234567",
                    "71A2998E",
                    "71A2998",
                    "99",
                    "PH12345X",
                    "ODP7",
                )
            )
        if w.is_("admission", 0.3):
            row["status"] = rng.choice(("lapsed", "unknown", None))
        if w.is_("admission", 0.3):
            row["from"] = w.near(enrolled, 1).isoformat()
        if w.is_("admission", 0.3):
            row["to"] = max(
                enrolled + timedelta(days=rng.randint(-1, 1)), date.fromisoformat(row["from"])
            ).isoformat()
        row |= {"seen_on": w.near(enrolled, 0).isoformat(), "seen_by": "admissions"}
        rows.append(row)
    return [] if w.is_("admission", 0.08) else rows


def student(w: World, name: str, mentors: list[str], modules: list[str]) -> Row:
    rng = w.rng
    enrolled = w.start - timedelta(days=rng.randrange(4))
    remit = rng.sample([*REGIONS, *EXTRAS[:2]], rng.choice((1, 1, 2, 3)))
    mine = rng.sample(mentors, rng.choice((1, len(mentors))))
    n = rng.choice((0, 1, 4, 5, 6, 12, 12, 16, 20, 25))
    scans = [scan(w, mine, name, i, remit if rng.random() < 0.9 else list(REGIONS)) for i in range(n)]
    first = min([date.fromisoformat(s["on"]) for s in scans], default=w.as_of)
    team: list[Row] = []
    for m in mentors:
        begins, ends = enrolled, None
        if w.is_("exception", 0.4):
            begins = w.near(rng.choice((enrolled, rng.choice(w.days))))
            ends = rng.choice((None, max(begins, w.near(rng.choice(w.days)))))
        if not w.is_("exception", 0.1):
            team.append({"mentor": m, "from": begins.isoformat(), "to": ends.isoformat() if ends else None})
    given = awards(w, remit, scans)
    ratified = [
        date.fromisoformat(a["ratified_on"]) for a in given if a["kind"] == "final" and a["ratified_on"]
    ]
    judged = {
        "outcome": "not_appropriate" if w.is_("admission", 0.2) else "appropriate",
        "by": "tutor",
        "on": enrolled.isoformat(),
    }
    experience = {
        "specialism": rng.choice(("msk", "ultrasound", "other")),
        "months": rng.choice((6, 12, 60, None)),
        "evidence": [],
    }
    outcomes = ("pass", "compensated", "rpl", "fail")
    results = [
        {"module": m, "outcome": rng.choice(outcomes) if w.is_("results", 0.3) else "pass"} for m in modules
    ]
    presented = [["award", "portfolio"], ["award"], ["portfolio"], []]
    return {
        "id": name,
        "enrolled_on": None if w.is_("admission", 0.04) else enrolled.isoformat(),
        "profession": "physiotherapist",
        "registrations": registrations(w, enrolled),
        "experience": [] if w.is_("admission", 0.15) else [experience],
        "experience_judgement": None if w.is_("admission", 0.3) else judged,
        "contracts": contracts(w, mine, name, remit, first),
        "team": team,
        "scans": scans,
        "hours": rng.choice((None, None, 120)) if "scans" in w.messy else None,
        "assessments": exams(
            w, mentors, name, remit, [s["case"] for s in scans], ratified[0] if ratified else None
        ),
        "results": [r for r in results if not w.is_("results", 0.15)],
        "awards": given,
        "presentations": [
            {
                "to": rng.choice(("employer", "regulator", "insurer")),
                "on": w.as_of.isoformat(),
                "included": rng.choice(presented),
            }
            for _ in range(rng.choice((0, 1, 1, 2)))
        ],
    }


def random_facts(seed: int) -> Row:
    """A valid facts file: one course, 1 to 3 students, at most 25 scans each."""
    w = World(seed)
    course = course_facts(w.rng, messy="course" in w.messy)
    facts: Row = {"facts": 1, "standard": "msk-2023", "as_of": w.as_of.isoformat(), "course": course}
    facts["mentors"] = [mentor(w, f"M{i}") for i in range(w.rng.choice((1, 2, 2, 3, 4)))]
    facts["shortages"] = shortages(w)
    modules = [m["id"] for m in course["modules"]]
    facts["students"] = [
        student(w, f"S{i}", mentor_ids(facts), modules) for i in range(w.rng.choice((1, 1, 1, 2, 3)))
    ]
    people = [s for s in facts["students"] if s["registrations"]]
    if len(people) > 1 and w.rng.random() < 0.3:
        people[1]["registrations"][0] = {**people[0]["registrations"][0]}
    return facts


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all rows and values, the outermost first and the last of a list first (so that earlier ones stay)."""
    found: list[tuple[Any, ...]] = []
    if isinstance(node, list):
        for i in reversed(range(len(node))):
            found += [(*path, i), *places(node[i], (*path, i))]
    elif isinstance(node, dict):
        for key, item in node.items():
            found += [(*path, key), *places(item, (*path, key))]
    return found


def thinned(facts: Row, seed: int) -> Row:
    """The same facts with some of the keys left out that say nothing (null): "null or an absent key = unknown"."""
    rng = Random(seed)

    def thin(node: Any) -> Any:
        if isinstance(node, list):
            return [thin(item) for item in node]
        if isinstance(node, dict):
            return {
                key: thin(value) for key, value in node.items() if value is not None or rng.random() < 0.5
            }
        return node

    return thin(facts)  # type: ignore[no-any-return]


def shuffled(facts: Row, seed: int) -> Row:
    """The same facts with every list and every object in another order, but for an examination's regions ("first named")."""
    rng = Random(seed)

    def stir(node: Any, path: tuple[str, ...]) -> Any:
        if isinstance(node, list):
            items = [stir(item, path) for item in node]
            if path[-2:] != ("assessments", "regions"):
                rng.shuffle(items)
            return items
        if isinstance(node, dict):
            keys = list(node)
            rng.shuffle(keys)
            return {key: stir(node[key], (*path, key)) for key in keys}
        return node

    return stir(facts, ())  # type: ignore[no-any-return]
