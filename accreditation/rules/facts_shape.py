"""The shape of the facts file: every key, what it may hold, and which keys are needed.

A key that is not needed may be absent or null: it is then unknown, and the rules say `missing` where they
want it. Needed are ids, what says which kind of thing an item is, the day of a scan, and lists that would
be about nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from accreditation.rules import facts, regions
from accreditation.rules.dates import Period
from accreditation.rules.shapes import (
    Choice,
    Counts,
    Day,
    Either,
    ListOf,
    Number,
    PartialDay,
    Reading,
    Record,
    Reference,
    Text,
    YesNo,
)

ID = Text(filled=True)
TEXTS = ListOf(Text())
PARTS = ListOf(Choice(regions.PARTS), build=regions.mask)
PARTS_NEEDED = ListOf(Choice(regions.PARTS), least=1, build=regions.mask)
PERIOD = {"from": Day(), "to": Day(may_be_later=True)}


def _period(since: date | None = None, to: date | None = None) -> Period:
    return Period(since, to)


def _registration(since: date | None = None, to: date | None = None, **rest: Any) -> facts.Registration:
    return facts.Registration(period=Period(since, to), **rest)


def _shortage(since: date | None = None, to: date | None = None, **rest: Any) -> facts.Shortage:
    return facts.Shortage(period=Period(since, to), **rest)


def _member(mentor: str, since: date | None = None, to: date | None = None) -> facts.TeamMember:
    return facts.TeamMember(mentor, Period(since, to))


def _scan(appraisal: dict[str, Any] | None = None, **rest: Any) -> facts.Scan:
    given = appraisal or {}
    return facts.Scan(
        **rest, appraised_by=given.get("by"), appraised_on=given.get("on"), grade=given.get("grade")
    )


def _facts(**rest: Any) -> facts.Facts:
    rest.pop("facts")  # the format: read, the one this code knows, and not kept
    return facts.Facts(**rest)


def _interim_names_regions(values: dict[str, Any], place: str, reading: Reading) -> None:
    if values.get("kind") == "interim" and not values.get("regions"):
        reading.wrong(f"{place}.regions", "an interim award names its regions: at least one is needed")


INTERIM_NAMES_REGIONS = {
    "if": {"properties": {"kind": {"const": "interim"}}, "required": ["kind"]},
    "then": {"properties": {"regions": {"type": "array", "minItems": 1}}, "required": ["regions"]},
}

MODULE = Record(
    facts.Module,
    {
        "id": ID,
        "title": Text(),
        "level": Number(whole=True),
        "framework": Choice(("FHEQ", "CQFW", "SCQF", "NFQ")),
        "topics": ListOf(Choice(facts.TOPICS)),
        "formal_assessment": YesNo(),
        "relevant_to_remit": YesNo(),
        "relevance_judged_by": Text(),
        "evidence": TEXTS,
    },
    needed=("id",),
)

ADMISSIONS = Record(
    facts.Admissions,
    {
        "requires_professional_body": YesNo(),
        "experience_judged": Choice(("quality", "months_only")),
        "evidence": TEXTS,
    },
)

EMPLOYER_GUIDANCE = Record(
    facts.EmployerGuidance, {"tells_students": YesNo(), "tells_employers": YesNo(), "evidence": TEXTS}
)

COURSE = Record(
    facts.Course,
    {
        "id": ID,
        "title": Text(),
        "institution": Text(),
        "kind": Choice(("postgraduate", "focused", "undergraduate", "apprenticeship")),
        "award": Choice(("pgc", "pgd", "msc", "bsc", "none")),
        "direct_entry": YesNo(),
        "minimum_scans": Counts(regions.PARTS, Number(whole=True)),
        "admissions": ADMISSIONS,
        "employer_guidance": EMPLOYER_GUIDANCE,
        "modules": ListOf(MODULE, key="id"),
    },
    needed=("id",),
)

QUALIFICATION = Record(
    facts.Qualification,
    {
        "kind": Choice(("pgc", "pgd", "msc", "radiology_level", "other")),
        "msk": Choice(("yes", "module", "practice", "no", "unknown")),
        "level": Number(whole=True, least=1, most=3),
        "country": Choice(("uk", "overseas")),
        "ratified_on": PartialDay(),
        "evidence": TEXTS,
    },
    needed=("kind",),
)

MENTOR = Record(
    facts.Mentor,
    {
        "id": ID,
        "name": Text(),
        "qualifications": ListOf(QUALIFICATION),
        "remit": PARTS,
        "breaks": ListOf(Record(_period, PERIOD)),
    },
    needed=("id",),
)

SHORTAGE = Record(
    _shortage,
    {"id": ID, "status": Choice(("claimed", "accepted", "refused")), "accepted_by": Text(), **PERIOD},
    needed=("id", "status"),
)

REGISTRATION = Record(
    _registration,
    {
        "body": Text(),
        "number": Text(),
        "status": Choice(("active", "lapsed", "unknown")),
        **PERIOD,
        "seen_on": Day(),
        "seen_by": Text(),
    },
)

EXPERIENCE = Record(
    facts.Experience,
    {
        "specialism": Choice(("msk", "ultrasound", "other")),
        "months": Number(),
        "description": Text(),
        "evidence": TEXTS,
    },
)

JUDGEMENT = Record(
    facts.ExperienceJudgement,
    {"outcome": Choice(("appropriate", "not_appropriate")), "by": Text(), "on": Day(), "reason": Text()},
)

SIGNATURE = Record(
    facts.Signature, {"party": Choice(facts.PARTIES), "by": Text(), "on": Day()}, needed=("party",)
)

CONTRACT = Record(
    facts.Contract,
    {
        "version": Number(whole=True, least=None),
        "remit": Either(ListOf(Choice(regions.PARTS + tuple(regions.GROUPS))), Text()),
        "remit_confirmed": YesNo(),
        "signatures": ListOf(SIGNATURE),
    },
    needed=("version",),
)

TEAM_MEMBER = Record(_member, {"mentor": Reference("mentor"), **PERIOD}, needed=("mentor",))

APPRAISAL = Record(dict, {"by": Text(), "on": Day(), "grade": Text()})

SCAN = Record(
    _scan,
    {
        "id": ID,
        "on": Day(),
        "regions": PARTS_NEEDED,
        "subject": Choice(("patient", "healthy_volunteer", "simulator", "peer")),
        "supervision": Choice(("observed", "indirect", "remote", "none")),
        "mentor": Reference("mentor"),
        "minutes": Number(whole=True),
        "pathologies": TEXTS,
        "case": Text(),
        "logged": YesNo(),
        "appraisal": APPRAISAL,
    },
    needed=("id", "on", "regions"),
)

ASSESSMENT = Record(
    facts.Assessment,
    {
        "id": ID,
        "kind": Choice(
            ("unseen_patient", "seen_patient", "osce_model", "simulator", "image_viva", "written")
        ),
        "on": Day(),
        "regions": ListOf(Choice(regions.PARTS), least=1),
        "outcome": Choice(("pass", "fail")),
        "assessor": Text(),
        "signed_on": Day(),
        "case": Text(),
    },
    needed=("id", "kind", "regions"),
)

RESULT = Record(
    facts.Result,
    {"module": Reference("module"), "outcome": Choice(("pass", "fail", "compensated", "rpl"))},
    needed=("module",),
)

AWARD = Record(
    facts.Award,
    {"kind": Choice(("interim", "final")), "ratified_on": Day(), "regions": PARTS},
    needed=("kind",),
    also=_interim_names_regions,
    also_schema=INTERIM_NAMES_REGIONS,
)

PRESENTATION = Record(
    facts.Presentation,
    {
        "to": Choice(("employer", "regulator", "insurer")),
        "on": Day(),
        "included": ListOf(Choice(("award", "portfolio"))),
    },
)

STUDENT = Record(
    facts.Student,
    {
        "id": ID,
        "enrolled_on": Day(),
        "profession": Text(),
        "registrations": ListOf(REGISTRATION),
        "experience": ListOf(EXPERIENCE),
        "experience_judgement": JUDGEMENT,
        "contracts": ListOf(CONTRACT, key="version"),
        "team": ListOf(TEAM_MEMBER),
        "scans": ListOf(SCAN, key="id"),
        "hours": Number(),
        "assessments": ListOf(ASSESSMENT, key="id"),
        "results": ListOf(RESULT),
        "awards": ListOf(AWARD),
        "presentations": ListOf(PRESENTATION),
    },
    needed=("id",),
)

FACTS = Record(
    _facts,
    {
        "facts": Number(whole=True, least=facts.FORMAT, most=facts.FORMAT),
        "standard": ID,
        "as_of": Day(),
        "course": COURSE,
        "mentors": ListOf(MENTOR, key="id"),
        "shortages": ListOf(SHORTAGE, key="id"),
        "students": ListOf(STUDENT, key="id"),
    },
    needed=("facts", "standard", "as_of", "course"),
)
