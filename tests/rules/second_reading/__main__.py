"""Reads facts, one object a line, and prints reports of the first reading: lets the shared cases check this oracle."""

import json
import sys

from tests.rules.second_reading.oracle import CLAUSES, decide, overall

for line in sys.stdin:
    if not line.strip():
        continue
    facts = json.loads(line)
    try:
        said = {key: say[0] for key, say in decide(facts).items()}
    except (ValueError, KeyError, StopIteration) as error:
        print(json.dumps({"error": [repr(error)]}))
        continue
    clauses = [
        {
            "clause": c,
            "findings": [{"subject": {"id": s}, "outcome": o} for (k, s), o in said.items() if k == c],
        }
        for c in CLAUSES
    ]
    print(json.dumps({"overall": overall(list(said.values())), "clauses": clauses}))
