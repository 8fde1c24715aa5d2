"""Random courses for `generate.py`."""

from random import Random
from typing import Any

from tests.rules.second_reading.grounds import EXTRAS, REGIONS, Row
from tests.rules.second_reading.modules import MASTERS, TOPICS


def course_facts(rng: Random, *, messy: bool) -> Row:
    """A course; where `messy`, with any kind, level, framework, and things unknown."""

    def odd(chance: float) -> bool:
        return messy and rng.random() < chance

    modules: list[Row] = []
    for topic in TOPICS:
        framework = rng.choice(tuple(MASTERS))
        row: Row = {
            "id": f"P{len(modules)}",
            "title": topic,
            "level": MASTERS[framework],
            "framework": framework,
        }
        row |= {
            "topics": [topic],
            "formal_assessment": True,
            "relevant_to_remit": True,
            "relevance_judged_by": "assessor-1",
        }
        modules.append(row | {"evidence": []})
    if rng.random() < 0.3:
        modules.append({**modules[0], "id": "P8", "topics": rng.sample(TOPICS, 2)})
    if rng.random() < 0.2:
        modules.append(
            {
                **modules[0],
                "id": "P9",
                "topics": [],
                "level": 3,
                "formal_assessment": False,
                "relevant_to_remit": False,
            }
        )
    for row in modules:
        if odd(0.3):
            row["level"] = rng.choice((*range(4, 13), None))
        if odd(0.06):
            row["framework"] = None
        if odd(0.12):
            row["formal_assessment"] = rng.choice((False, False, None))
        if odd(0.12):
            row["relevant_to_remit"] = rng.choice((False, None))
        if odd(0.1):
            row["relevance_judged_by"] = None
    if odd(0.15):
        modules.pop(rng.randrange(len(modules)))
    kind: Any = rng.choice(("postgraduate", "focused"))
    if odd(0.4):
        kind = rng.choice(("undergraduate", "apprenticeship"))
    minimum = (
        {part: rng.randint(1, 8) for part in (*REGIONS, *EXTRAS) if rng.random() < 0.1}
        if rng.random() < 0.7
        else {}
    )
    return {
        "id": "C1",
        "title": "Musculoskeletal ultrasound",
        "institution": "University of Wexcombe",
        "kind": kind,
        "award": "pgc",
        "direct_entry": rng.choice((True, False, None)) if odd(0.6) else False,
        "minimum_scans": minimum,
        "admissions": {
            "requires_professional_body": rng.choice((False, None)) if odd(0.3) else True,
            "experience_judged": rng.choice(("months_only", None)) if odd(0.3) else "quality",
            "evidence": [],
        },
        "employer_guidance": {
            "tells_students": rng.choice((True, True, False, None)),
            "tells_employers": True,
            "evidence": [],
        },
        "modules": modules,
    }
