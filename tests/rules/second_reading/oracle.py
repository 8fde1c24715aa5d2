"""`decide(facts)`: what every clause may say about every subject, from the documents alone.

DOUBTS: where the documents leave a sentence open, both readings are allowed, the one taken first.

 1. Old facts. "Facts before the edition's first day are judge ... where a must clause would be not_met": a single scan
    counts by its own day. A breach made of several facts, or of an absent one, is `judge` where all the days it rests on
    are old, and may be either where some are.
 2. No contract version signed by all three: no remit. PS2.2 `not_met` ("empty"), or `missing`; PS2.4, PS2.6 find
    nothing, or `missing`; a final award ("all of the remit") then releases nothing, or everything.
 3. A registration of unknown status: `missing`, or (not `active`) none valid.
 4. Small letters and spaces in a number: does not fit, or is tidied first.
 5. Bodies off the list, none valid on the day: `not_met`, or `judge`. Several registrations, none good: either answer.
 6. A human judgement without any experience given: `missing` (it stands first), or the judgement.
 7. Unknown direct entry or formal assessment: `missing` ("never silently met"), or as the letter says.
 8. Award and portfolio presented on two occasions: `note`, or `met`.
 9. A region "added by a later version": compared with all earlier versions, with the last one, or with the signed ones only.
10. No assessor named: `missing`; no case number: as not in the log; or otherwise.
11. Several final awards: the last ratification, or the first.
12. Signed off after the final ratification: the day of the examination decides, or that of the signature.
13. Case number on a scan kept apart: "the student's own log" is the log, or all scans.
14. PS5.3 of a topic without any formally assessed module: as "none", or PS5.1's matter. Two results of one module: the better.
15. A qualification to judge beside one whose date is missing: `judge` or `missing`.
16. A break that touches only the first or last day of the two years, or hangs on the exact date of the award: `judge`, or outside, or `missing`.
17. A level with an unknown date: `missing`, or held.
18. A level of radiology from overseas, by practice or by module: as for an award, or not.
19. The colleague of the exception has an award for a human to judge: `judge`, or reached, or not.
20. The colleague does not cover the scan's regions: not asked; `judge` in the domain notes (A9).
21. A shortage accepted by nobody named, or claimed and refused at once: `judge`, or otherwise.
22. PS4.2 and PS4.3 of a scan of unknown supervision: included, or left out; PS4.3 of an unsupervised one: left out, or included;
    PS4.3 of one without a mentor: `missing`, or left out.
23. PS4.5: a simulator scan logged after the release: `not_met`, or not concerned; of unknown subject apart: `met`, or `missing`.
24. A mentor's signature by somebody who is no mentor of the facts does not make a remit, or does; a later one by a mentor
    counts, or "changes nothing".
"""

from itertools import product

from tests.rules.second_reading.admission import ps1_1, ps1_2, ps1_3, ps1_4, ps3_1, ps3_2
from tests.rules.second_reading.grounds import Reading, Row, Say, mentor_ids, worst
from tests.rules.second_reading.modules import ps5_1, ps5_2, ps5_3, ps5_4
from tests.rules.second_reading.portfolio import ps2_1, ps2_2, ps2_3, ps2_4, ps2_5, ps2_6
from tests.rules.second_reading.supervision import ps4_1, ps4_2, ps4_3, ps4_4, ps4_5

COURSE = {"PS1.3": ps1_3, "PS1.4": ps1_4, "PS3.1": ps3_1, "PS5.1": ps5_1, "PS5.2": ps5_2, "PS5.4": ps5_4}
STUDENT = {"PS1.1": ps1_1, "PS1.2": ps1_2, "PS3.2": ps3_2}
PORTFOLIO = {
    "PS2.1": ps2_1,
    "PS2.2": ps2_2,
    "PS2.3": ps2_3,
    "PS2.4": ps2_4,
    "PS2.5": ps2_5,
    "PS2.6": ps2_6,
    "PS4.1": ps4_1,
    "PS4.2": ps4_2,
    "PS4.3": ps4_3,
    "PS4.4": ps4_4,
    "PS4.5": ps4_5,
}
CLAUSES = sorted([*COURSE, *STUDENT, *PORTFOLIO, "PS5.3"])


def readings(facts: Row) -> list[Reading]:
    """The readings of doubts 2 and 24 that can matter for these facts, the one taken first."""
    mentors = mentor_ids(facts)
    strangers = any(
        s["party"] == "mentor" and s.get("by") not in mentors
        for student in facts.get("students") or []
        for version in student.get("contracts") or []
        for s in version.get("signatures") or []
    )
    final = any(
        a["kind"] == "final" for student in facts.get("students") or [] for a in student.get("awards") or []
    )
    signs = (False, True) if strangers else (False,)
    return [Reading(a, b, c) for a, b, c in product(signs, signs, (False, True) if final else (False,))]


def decide(facts: Row) -> dict[tuple[str, str], Say]:
    """{(clause, subject id): the outcomes allowed, the reading taken first} for valid facts."""
    said: dict[tuple[str, str], Say] = {}
    course = facts["course"]
    for clause, of_course in COURSE.items():
        said[clause, course["id"]] = of_course(course)
    for student in facts.get("students") or []:
        for clause, of_student in STUDENT.items():
            said[clause, student["id"]] = of_student(student)
        said["PS5.3", student["id"]] = ps5_3(facts, student)
        for clause, of_portfolio in PORTFOLIO.items():
            says = [of_portfolio(facts, student, reading) for reading in readings(facts)]
            said[clause, student["id"]] = tuple(dict.fromkeys(o for say in says for o in say))
    return said


def overall(outcomes: list[str]) -> str:
    """ "any not_met gives not_met; else any missing gives incomplete; else any judge gives awaiting_assessor; else met" """
    said = worst(outcomes)
    return {"not_met": "not_met", "missing": "incomplete", "judge": "awaiting_assessor"}.get(said, "met")
