"""Random facts with some values changed to others of their kind, or to unknown: combinations nobody thought of."""

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.rules.second_reading.generate import places, random_facts
from tests.rules.second_reading.grounds import Row

WORDS: dict[str, tuple[Any, ...]] = {
    "supervision": ("observed", "indirect", "remote", "none", None),
    "subject": ("patient", "healthy_volunteer", "simulator", "peer", None),
    "logged": (True, False, None),
    "minutes": (30, 45, None),
    "msk": ("yes", "module", "practice", "no", "unknown"),
    "country": ("uk", "overseas"),
    "level": (1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, None),
    "status": ("active", "lapsed", "unknown", "accepted", "claimed", "refused"),
    "remit_confirmed": (True, False, None),
    "outcome": ("pass", "fail", "compensated", "rpl"),
    "party": ("student", "mentor", "institution"),
    "formal_assessment": (True, False, None),
    "relevant_to_remit": (True, False, None),
    "direct_entry": (True, False, None),
    "assessor": ("S0", "M0", "M1", "an examiner"),
    "case": ("K0", "K1", "K2", "U0", "U1"),
    "number": ("PH1", "L123456", "7654321", "71A2998E", "PH 12"),
    "body": ("HCPC", "GMC", "NMC", "RCT", "BASRaT"),
    "hours": (None, 100),
}
"""Values by key; a value that is none of its place's words is refused by the rules, and that file left out."""


def mutated_facts(seed: int) -> Row:
    """Random facts with 1 to 8 changes; they may have become invalid."""
    rng = Random(seed)
    facts = random_facts(seed)
    as_of = date.fromisoformat(facts["as_of"])
    days = [as_of - timedelta(days=rng.randrange(400)) for _ in range(3)]
    for _ in range(rng.randint(1, 8)):
        paths = [p for p in places(facts) if isinstance(p[-1], str) and p[0] != "as_of"]
        path = rng.choice(
            [
                p
                for p in paths
                if p[-1] in WORDS or p[-1] in ("on", "from", "to", "ratified_on", "signed_on", "mentor", "by")
            ]
        )
        node: Any = facts
        for key in path[:-1]:
            node = node[key]
        key, old = path[-1], node[path[-1]]
        if key in WORDS:
            node[key] = rng.choice(WORDS[key])
        elif key in ("mentor", "by"):
            node[key] = rng.choice([m["id"] for m in facts["mentors"]])
        elif isinstance(old, str) and len(old) == 10:
            near = date.fromisoformat(old) + timedelta(days=rng.choice((-1, 1)))
            node[key] = min(as_of, rng.choice((near, *days))).isoformat()
    return facts
