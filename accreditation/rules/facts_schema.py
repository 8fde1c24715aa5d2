"""The published JSON Schema of the facts file, written from the same description that reads it.

`facts.schema.json` beside this module is this function's output; a test holds the two together.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from accreditation.rules.facts_shape import FACTS

PUBLISHED: Final = Path(__file__).with_name("facts.schema.json")


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of the facts file. What a schema cannot say stands in its comments."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Facts about one course, as the rules of the CASE standard read them",
        "$comment": (
            "null or an absent key is unknown. Beyond this schema the reader also refuses: an id or version used twice in "
            "its list, a whole number written with a point (7.0), a reference to an id that nothing defines, a date after "
            "as_of other than the end of a period, an edition that is not known, and an as_of before its first day."
        ),
        **FACTS.schema(),
    }


def text() -> str:
    """The schema as the published file holds it."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"
