"""Random valid facts, drawn close to the thresholds: a few days apart, few mentors, every word of the facts file used."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

REGIONS = ["shoulder", "elbow", "wrist_hand", "hip_groin", "knee", "ankle_foot"]
EXTRAS = ["nerve", "soft_tissue", "rheumatology", "paediatric_hip", "spine", "intervention"]
TOPICS = ["professional_issues", "science", "physics", "technology"]

Facts = dict[str, Any]


class Chance:
    """Draws with a seed: the same seed gives the same facts."""

    def __init__(self, seed: int, *, old: bool = True) -> None:
        self.r = random.Random(seed)
        self.old = 0.1 if old else 0.0
        self.as_of = date(2025, 10, 1) if self.r.random() < 0.9 else date(2024, 2, 29)
        self.start = self.as_of - timedelta(days=self.r.choice([380, 380, 380, 900]))

    def often(self, value: Any, *others: Any, share: float = 0.85) -> Any:
        return value if self.r.random() < share else self.r.choice(others)

    def day(self, around: date | None = None, width: int = 30) -> str:
        if self.r.random() < self.old:  # about the edition's first day
            around, width = date(2023, 5, 1), 2
        day = (around or self.start) + timedelta(days=self.r.randint(-width, width))
        return min(day, self.as_of).isoformat()

    def parts(self, least: int = 1, most: int = 4) -> list[str]:
        pool = REGIONS[:4] + (EXTRAS[:2] if self.r.random() < 0.3 else [])
        return self.r.sample(pool, self.r.randint(least, most))

    def period(self, start: date | None = None) -> Facts:
        since = self.often(self.day(start or self.start), None, share=0.95)
        until = self.often(
            None, self.day(self.start, 60), (self.as_of + timedelta(days=9)).isoformat(), share=0.7
        )
        return {"from": since, "to": until}


def random_facts(seed: int, *, old: bool = True) -> Facts:
    """Valid facts; with `old` some of their days lie about the edition's first day."""
    c = Chance(seed, old=old)
    mentors = [mentor(c, f"M{n}") for n in range(1, c.r.randint(2, 4))]
    ids = [one["id"] for one in mentors]
    modules = c.often([module(c, f"P{n}") for n in range(1, c.r.randint(2, 5))], None, [], share=0.95)
    return {
        "facts": 1,
        "standard": "msk-2023",
        "as_of": c.as_of.isoformat(),
        "course": {
            "id": "C1",
            "kind": c.often("postgraduate", "focused", "undergraduate", "apprenticeship", None, share=0.6),
            "direct_entry": c.often(False, True, None, share=0.6),
            "minimum_scans": {part: c.r.randint(0, 6) for part in c.parts(0, 2)},
            "admissions": {
                "requires_professional_body": c.often(True, False, None, share=0.7),
                "experience_judged": c.often("quality", "months_only", None, share=0.7),
            },
            "employer_guidance": c.often({"tells_students": c.r.choice([True, False, None])}, None),
            "modules": modules,
        },
        "mentors": mentors,
        "shortages": [
            {
                "id": f"H{n}",
                "status": c.r.choice(["accepted", "accepted", "claimed", "refused"]),
                "accepted_by": c.often("assessor-1", None, ""),
                **c.period(),
            }
            for n in range(c.r.randint(0, 2))
        ],
        "students": [
            student(c, f"S{n}", ids, [one["id"] for one in modules or []])
            for n in range(1, c.r.randint(2, 3))
        ],
    }


def module(c: Chance, name: str) -> Facts:
    return {
        "id": name,
        "level": c.often(7, 5, 6, 8, 9, 10, 11, 12, None, share=0.5),
        "framework": c.often("FHEQ", "CQFW", "SCQF", "NFQ", None, share=0.5),
        "topics": c.r.sample(TOPICS, c.r.randint(0, 4)),
        "formal_assessment": c.often(True, False, None),
        "relevant_to_remit": c.often(True, False, None),
        "relevance_judged_by": c.often("assessor-1", None),
    }


def mentor(c: Chance, name: str) -> Facts:
    return {
        "id": name,
        "qualifications": c.often(
            [qualification(c) for _ in range(c.r.choice([1, 1, 1, 2, 0]))], None, share=0.97
        ),
        "remit": c.often(c.parts(2, 4) + ["nerve"], REGIONS + EXTRAS, None, share=0.5),
        "breaks": [c.period(c.start - timedelta(days=365)) for _ in range(c.r.choice([0, 0, 0, 1]))],
    }


def qualification(c: Chance) -> Facts:
    years = c.r.choice([0, 1, 2, 2, 3])
    ratified = c.day(c.start - timedelta(days=365 * years), 40)
    if c.r.random() < 0.1:
        ratified = "2020-02-29"
    ratified = c.often(ratified, ratified[:7], ratified[:4], None, share=0.75)
    return {
        "kind": c.often("pgc", "pgd", "msc", "radiology_level", "radiology_level", "other", share=0.6),
        "msk": c.often("yes", "module", "practice", "no", "unknown", None, share=0.75),
        "level": c.r.choice([1, 2, 2, 3, None]),
        "country": c.often("uk", "overseas", None),
        "ratified_on": ratified,
    }


def student(c: Chance, name: str, mentors: list[str], modules: list[str]) -> Facts:
    remit: Any = c.parts(1, 3)
    if c.r.random() < 0.1:
        remit = c.r.choice(["all of it", [], None, ["upper_limb"], ["lower_limb", "nerve"], ["all"]])
    scans = [scan(c, f"X{n}", name, mentors, remit) for n in range(c.r.randint(0, 24))]
    return {
        "id": name,
        "enrolled_on": c.often(c.day(), None, share=0.97),
        "registrations": c.often([registration(c) for _ in range(c.r.choice([0, 1, 1, 1, 2]))], None, share=0.97),
        "experience": [
            {"specialism": c.r.choice(["msk", "ultrasound", "other", None]), "months": c.r.choice([None, 0, 6, 12, 60])}
            for _ in range(c.r.choice([0, 1, 1, 2]))
        ],
        "experience_judgement": c.often(
            {"outcome": c.often("appropriate", "not_appropriate", None), "by": "tutor"}, None, share=0.7
        ),
        "contracts": c.often(contracts(c, remit, mentors), None, [], share=0.95),
        "team": [{"mentor": one, **c.period()} for one in mentors if c.r.random() < 0.8],
        "scans": c.often(scans, None, share=0.98),
        "hours": c.often(None, 12, 0, share=0.9),
        "assessments": c.often([assessment(c, f"A{n}", name, mentors, remit) for n in range(c.r.randint(0, 6))], None, share=0.97),
        "results": [
            {"module": one, "outcome": c.often("pass", "fail", "compensated", "rpl", None)}
            for one in modules
            for _ in range(c.r.choice([0, 1, 1, 1, 2]))
        ],
        "awards": [
            {"kind": kind, "ratified_on": c.often(c.day(), None, share=0.9), "regions": c.parts(1, 2)}
            for kind in c.r.choice([[], [], ["final"], ["interim"], ["interim", "final"]])
        ],
        "presentations": [
            {"to": c.often("employer", "regulator", None), "included": c.r.sample(["award", "portfolio"], c.r.randint(0, 2))}
            for _ in range(c.r.choice([0, 1, 2]))
        ],
    }  # fmt: skip


def registration(c: Chance) -> Facts:
    body, number = c.r.choice(
        [
            ("HCPC", "PH098765"), ("HCPC", "ph 98765"), ("HCPC", "PH12345X"), ("GMC", "7654321"), ("GMC", "L123456"),
            ("GMC", "123"), ("NMC", "71A2998E"), ("CSP", None), ("BASRaT", "1"), (None, "1"), ("hcpc", "ODP1"),
        ]
    )  # fmt: skip
    return {
        "body": body,
        "number": number,
        "status": c.often("active", "lapsed", "unknown", None, share=0.8),
        **c.period(),
        "seen_on": c.often(None, c.day(), share=0.5),
    }


def contracts(c: Chance, remit: Any, mentors: list[str]) -> list[Facts]:
    found = []
    for version in range(1, c.r.choice([1, 2, 2, 2, 3]) + 1):
        signatures = [
            {
                "party": party,
                "by": c.often(c.r.choice(mentors), "M9", "S1", None, share=0.93),
                "on": c.often(c.day(), None, share=0.97),
            }
            for party in ("student", "mentor", "mentor", "institution")
            if c.r.random() < 0.93
        ]
        named = remit if version == 1 or not isinstance(remit, list) else c.parts(1, 4)
        found.append(
            {
                "version": version,
                "remit": named,
                "remit_confirmed": c.r.choice([True, False, None]),
                "signatures": signatures,
            }
        )
    c.r.shuffle(found)
    return found


def scan(c: Chance, name: str, student: str, mentors: list[str], remit: Any) -> Facts:
    on = c.day(width=20)
    pool = (
        remit
        if isinstance(remit, list) and remit and not {"all", "upper_limb", "lower_limb"} & set(remit)
        else REGIONS
    )
    regions = c.r.sample(pool, 1 if c.r.random() < 0.85 else min(2, len(pool)))
    if c.r.random() < 0.04:
        regions = [c.r.choice(REGIONS + EXTRAS)]
    appraised = date.fromisoformat(on) + timedelta(days=c.often(c.r.choice([0, 1]), -1, share=0.97))
    by = c.often(c.r.choice(mentors), student, "stranger", None, share=0.94)
    return {
        "id": name,
        "on": on,
        "regions": regions,
        "subject": c.often("patient", "simulator", "healthy_volunteer", "peer", None, share=0.93),
        "supervision": c.often("observed", "indirect", "remote", "none", None, share=0.93),
        "mentor": c.often(c.r.choice(mentors), None, share=0.97),
        "minutes": c.often(30, None, share=0.95),
        "pathologies": c.often([c.r.choice(["bursitis", "effusion", "normal"])], [], None, share=0.9),
        "case": c.often(f"K{name}", None),
        "logged": c.often(True, False, None, share=0.9),
        "appraisal": c.often({"by": by, "on": c.often(min(appraised, c.as_of).isoformat(), None, share=0.98)}, None, share=0.95),
    }  # fmt: skip


def assessment(c: Chance, name: str, student: str, mentors: list[str], remit: Any) -> Facts:
    pool = [one for one in remit if one in REGIONS + EXTRAS] if isinstance(remit, list) else []
    regions = c.r.sample(pool or REGIONS, min(len(pool) or 1, c.r.choice([1, 1, 1, 2])))
    return {
        "id": name,
        "kind": c.often(
            "unseen_patient", "osce_model", "simulator", "seen_patient", "image_viva", "written", share=0.8
        ),
        "on": c.often(c.day(), None, share=0.97),
        "regions": regions,
        "outcome": c.often("pass", "fail", None),
        "assessor": c.often(c.r.choice(mentors), student, None, "", share=0.92),
        "signed_on": c.often(c.day(), None, share=0.93),
        "case": c.often(f"U{name}", "KX1", "KX2", None, share=0.85),
    }
