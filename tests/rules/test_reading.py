"""The facts file: strict reading with every error and its place, writing back, the sum, and the published schema."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import jsonschema
import pytest

from accreditation.rules import facts_schema
from accreditation.rules.facts_reading import InvalidFacts, parse, read
from accreditation.rules.facts_writing import canonical, sha256, write
from tests.rules.course import changed, course
from tests.rules.random_facts import random_facts

S = "students/S1"

# path, value, the place and some words of the error
WRONG: list[tuple[str, Any, str, str]] = [
    ("facts", 2, "facts", "above 1"),
    ("facts", True, "facts", "true is not a number"),
    ("facts", "<delete>", "facts", "is needed"),
    ("standard", "msk-1999", "standard", "none of msk-2023"),
    ("standard", 7, "standard", "is not a text"),
    ("as_of", "2023-04-30", "as_of", "lies before 1 May 2023"),
    ("as_of", "1 May 2024", "as_of", "is not a date"),
    ("as_of", "<null>", "as_of", "is null"),
    ("course", "<delete>", "course", "is absent"),
    ("course", [], "course", "is not an object"),
    ("course/titel", "x", "course.titel", "unknown key"),
    ("course/id", "", "course.id", "empty"),
    ("course/kind", "evening", "course.kind", "none of postgraduate"),
    ("course/direct_entry", 1, "course.direct_entry", "not true or false"),
    ("course/direct_entry", "true", "course.direct_entry", "not true or false"),
    ("course/minimum_scans", {"knee": True}, "course.minimum_scans.knee", "not a number"),
    ("course/minimum_scans", {"knee": -1}, "course.minimum_scans.knee", "below 0"),
    ("course/minimum_scans", {"knee": 2.5}, "course.minimum_scans.knee", "whole"),
    ("course/minimum_scans", {"all": 2}, "course.minimum_scans.all", "unknown key"),
    ("course/modules/0/level", True, "course.modules[0].level", "true is not a number"),
    ("course/modules/0/level", 7.0, "course.modules[0].level", "not a whole number"),
    ("course/modules/0/level", "7", "course.modules[0].level", "not a number"),
    ("course/modules/0/topics", ["cookery"], "course.modules[0].topics[0]", "cookery"),
    ("course/modules/1/id", "P1", "course.modules[1].id", "used before"),
    ("mentors", {}, "mentors", "is not a list"),
    ("mentors/1/id", "M1", "mentors[1].id", "used before"),
    ("mentors/M1/id", "<delete>", "mentors[0].id", "is needed"),
    ("mentors/M1/remit", ["upper_limb"], "mentors[0].remit[0]", "upper_limb"),
    ("mentors/M1/remit", "knee", "mentors[0].remit", "not a list"),
    ("mentors/M1/qualifications/0/kind", "<delete>", "mentors[0].qualifications[0].kind", "is needed"),
    ("mentors/M1/qualifications/0/level", 4, "mentors[0].qualifications[0].level", "above 3"),
    ("mentors/M1/qualifications/0/ratified_on", "2022-13", "mentors[0].qualifications[0].ratified_on", "calendar"),
    ("mentors/M1/qualifications/0/ratified_on", "2022-9", "mentors[0].qualifications[0].ratified_on", "not a date"),
    ("mentors/M1/qualifications/0/ratified_on", "2025-11", "mentors[0].qualifications[0].ratified_on", "after"),
    ("mentors/M1/qualifications/0/ratified_on", "2026", "mentors[0].qualifications[0].ratified_on", "after"),
    ("mentors/M1/breaks/+", {"from": "2025-10-02"}, "mentors[0].breaks[0].from", "after"),
    ("mentors/M1/breaks/+", {"from": "2025-01-01", "until": None}, "mentors[0].breaks[0].until", "unknown key"),
    ("shortages/+", {"id": "H1"}, "shortages[0].status", "is needed"),
    ("shortages/+", {"id": "H1", "status": "claimed", "from": "2026-01-01"}, "shortages[0].from", "after"),
    (f"{S}/enrolled_on", "2025-10-02", "students[0].enrolled_on", "after"),
    (f"{S}/enrolled_on", 20240902, "students[0].enrolled_on", "not a date"),
    (f"{S}/registrations/0/seen_on", "2025-10-02", "students[0].registrations[0].seen_on", "after"),
    (f"{S}/experience/0/months", True, "students[0].experience[0].months", "not a number"),
    (f"{S}/experience/0/months", -1, "students[0].experience[0].months", "below 0"),
    (f"{S}/experience_judgement/on", "2025-10-02", "students[0].experience_judgement.on", "after"),
    (f"{S}/contracts/0/version", True, "students[0].contracts[0].version", "not a number"),
    (f"{S}/contracts/0/remit", ["jaw"], "students[0].contracts[0].remit[0]", "jaw"),
    (f"{S}/contracts/0/remit", 7, "students[0].contracts[0].remit", "neither a list nor a text"),
    (f"{S}/contracts/+", {"version": 1}, "students[0].contracts[1].version", "used before"),
    (f"{S}/contracts/0/signatures/0/party", "parent", "students[0].contracts[0].signatures[0].party", "parent"),
    (f"{S}/contracts/0/signatures/0/on", "2025-10-02", "students[0].contracts[0].signatures[0].on", "after"),
    (f"{S}/team/0/mentor", "M9", "students[0].team[0].mentor", "M9"),
    (f"{S}/team/0/from", "2025-10-02", "students[0].team[0].from", "after"),
    (f"{S}/scans/X4/on", "2025-02-29", "students[0].scans[3].on", "calendar"),
    (f"{S}/scans/X4/on", "2025-10-02", "students[0].scans[3].on", "lies after 2025-10-01"),
    (f"{S}/scans/X4/on", "<delete>", "students[0].scans[3].on", "is needed"),
    (f"{S}/scans/X4/on", "20250105", "students[0].scans[3].on", "not a date"),
    (f"{S}/scans/X4/regions", [], "students[0].scans[3].regions", "at least one is needed"),
    (f"{S}/scans/X4/regions", ["jaw"], "students[0].scans[3].regions[0]", "jaw"),
    (f"{S}/scans/X4/regions", ["all"], "students[0].scans[3].regions[0]", "all"),
    (f"{S}/scans/X4/mentor", "M9", "students[0].scans[3].mentor", "M9"),
    (f"{S}/scans/X4/minutes", True, "students[0].scans[3].minutes", "not a number"),
    (f"{S}/scans/X4/minutes", "30", "students[0].scans[3].minutes", "not a number"),
    (f"{S}/scans/X4/subject", "dog", "students[0].scans[3].subject", "dog"),
    (f"{S}/scans/X4/appraisal/on", "2025-10-02", "students[0].scans[3].appraisal.on", "after"),
    (f"{S}/scans/X4/appraisal", "good", "students[0].scans[3].appraisal", "not an object"),
    (f"{S}/scans/X4/id", "X3", "students[0].scans[3].id", "used before, in students[0].scans[2]"),
    (f"{S}/hours", True, "students[0].hours", "not a number"),
    (f"{S}/assessments/A1/regions", [], "students[0].assessments[0].regions", "at least one is needed"),
    (f"{S}/assessments/A1/on", "2025-10-02", "students[0].assessments[0].on", "after"),
    (f"{S}/results/0/module", "P9", "students[0].results[0].module", "P9"),
    (f"{S}/awards/0/ratified_on", "2025-10-02", "students[0].awards[0].ratified_on", "after"),
    (f"{S}/awards/0", {"kind": "interim", "ratified_on": "2025-01-01", "regions": []}, "students[0].awards[0].regions", "at least one"),
    (f"{S}/awards/0", {"kind": "interim", "ratified_on": "2025-01-01"}, "students[0].awards[0].regions", "at least one"),
    (f"{S}/presentations/0/included", ["cv"], "students[0].presentations[0].included[0]", "cv"),
    (f"{S}/profession", "half \ud800", "students[0].profession", "surrogate"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "place", "words"), WRONG)
def test_an_error_names_its_place(path: str, value: Any, place: str, words: str) -> None:
    with pytest.raises(InvalidFacts) as refused:
        read(changed(course(), [[path, value]]))
    assert any(error.startswith(f"{place}: ") and words in error for error in refused.value.errors), (
        refused.value.errors
    )


def test_all_errors_are_told_at_once() -> None:
    with pytest.raises(InvalidFacts) as refused:
        read(
            changed(
                course(),
                [["course/titel", "x"], [f"{S}/scans/X4/on", "2025-02-29"], ["mentors/M1/remit", ["jaw"]]],
            )
        )
    assert [error.partition(":")[0] for error in refused.value.errors] == [
        "course.titel",
        "mentors[0].remit[0]",
        "students[0].scans[3].on",
    ]


@pytest.mark.parametrize("raw", [None, [], "text", 7, True])
def test_facts_are_an_object(raw: object) -> None:
    with pytest.raises(InvalidFacts):
        read(raw)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{S}/registrations/0/to", "2031-01-01"),
        (f"{S}/team/0/to", "2031-01-01"),
        ("mentors/M1/breaks/+", {"from": "2025-09-01", "to": "2031-01-01"}),
        ("shortages/+", {"id": "H1", "status": "claimed", "from": "2025-10-01", "to": "2031-01-01"}),
        (f"{S}/scans/X4/on", "2025-10-01"),
        ("mentors/M1/qualifications/0/ratified_on", "2025-10"),
        ("mentors/M1/qualifications/0/ratified_on", "2025"),
        (f"{S}/contracts/0/remit", "free text"),
        (f"{S}/scans/X4/appraisal/by", "a stranger"),
        (f"{S}/contracts/0/signatures/1/by", "a stranger"),
        (f"{S}/scans", "<null>"),
        (f"{S}/team", "<delete>"),
        ("mentors/M1/remit", []),
    ],
)
def test_what_may_be(path: str, value: Any) -> None:
    read(changed(course(), [[path, value]]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ('{"facts": 1, "facts": 1}', "stands twice"),
        ('{"facts": NaN}', "NaN"),
        (b"\xff\xfe", "not JSON"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_not_json(text: str | bytes, words: str) -> None:
    with pytest.raises(InvalidFacts, match=words):
        parse(text)


# --- writing, the sum ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_facts_are_read_as_they_were_written(seed: int) -> None:
    facts = read(random_facts(seed))
    written = write(facts)
    assert read(written) == facts
    assert write(read(written)) == written
    assert json.loads(canonical(written)) == written


def test_the_sum_is_over_keys_in_order_without_white_space_in_utf8() -> None:
    raw = {"b": "Müller", "a": [1, None, True]}
    assert canonical(raw) == '{"a":[1,null,true],"b":"Müller"}'.encode()
    assert sha256(raw) == hashlib.sha256('{"a":[1,null,true],"b":"Müller"}'.encode()).hexdigest()
    assert sha256(dict(reversed(raw.items()))) == sha256(raw)


# --- the published schema -----------------------------------------------------------------------------------------------------

VALIDATOR = jsonschema.Draft202012Validator(
    facts_schema.schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)

BEYOND_A_SCHEMA = (
    "not a whole number",
    "used before",
    "after",
    "lies before",
    "M9",
    "P9",
    "surrogate",
    "none of msk-2023",
)


def test_the_published_schema_is_what_the_code_reads() -> None:
    assert facts_schema.PUBLISHED.read_text() == facts_schema.text(), (
        "write facts_schema.text() to facts.schema.json"
    )
    jsonschema.Draft202012Validator.check_schema(facts_schema.schema())


@pytest.mark.parametrize("seed", range(40))
def test_valid_facts_fit_the_schema(seed: int) -> None:
    VALIDATOR.validate(random_facts(seed))
    VALIDATOR.validate(write(read(random_facts(seed))))


@pytest.mark.parametrize(("path", "value", "place", "words"), WRONG)
def test_the_schema_refuses_what_the_reader_refuses(path: str, value: Any, place: str, words: str) -> None:
    fits = VALIDATOR.is_valid(changed(course(), [[path, value]]))
    assert fits == any(one in words for one in BEYOND_A_SCHEMA)


def _keys(schema: Any) -> set[str]:
    if isinstance(schema, dict):
        own = set(schema.get("properties", {}))
        return own.union(*(_keys(value) for value in schema.values()))
    return set().union(*(_keys(item) for item in schema)) if isinstance(schema, list) else set()


def test_every_key_of_the_facts_is_written_and_in_the_schema() -> None:
    def keys(raw: Any) -> set[str]:
        if isinstance(raw, dict):
            return set(raw).union(*(keys(value) for value in raw.values()))
        return set().union(*(keys(item) for item in raw)) if isinstance(raw, list) else set()

    full = changed(
        course(),
        [
            ["mentors/M1/breaks/+", {"from": "2020-01-01"}],
            ["shortages/+", {"id": "H1", "status": "claimed"}],
            ["course/minimum_scans", dict.fromkeys(_regions(), 1)],
        ],
    )
    assert keys(write(read(full))) == _keys(facts_schema.schema())


def _regions() -> list[str]:
    return list(facts_schema.schema()["properties"]["course"]["properties"]["minimum_scans"]["properties"])


def test_a_file_in_another_encoding_than_utf_8_is_refused() -> None:
    with pytest.raises(InvalidFacts, match="utf-8"):
        parse('{"facts": 1}'.encode("utf-16"))
    assert parse(b"\xef\xbb\xbf{}") == {}  # UTF-8's own mark may stand at the beginning
