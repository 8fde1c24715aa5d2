"""What findings say beside their outcome: warnings, readings, boundaries, evidence; and how a report comes out as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from accreditation.rules.evaluate import evaluate, evaluate_file
from accreditation.rules.facts_reading import read
from accreditation.rules.findings import Finding, Outcome, Overall, best, overall, worst
from accreditation.rules.standards import EDITIONS
from tests.rules.course import changed, course, report

S = "students/S1"


def finding(clause: str, *changes: list[Any], place: int = 0) -> Finding:
    return report(*changes).clause(clause).findings[place]


def two_students(**other: Any) -> dict[str, Any]:
    facts = course()
    second = changed(course(), [[f"{S}/id", "S2"]])["students"][0]
    second["registrations"][0].update(other)
    facts["students"].append(second)
    return facts


@pytest.mark.parametrize("number", ["PH098765", "PH98765", "ph 98765"])
def test_two_students_with_one_number_are_a_warning_on_both(number: str) -> None:
    first, second = evaluate_file(two_students(number=number)).clause("PS1.1").findings
    assert first.outcome is second.outcome is Outcome.MET
    assert "Warning: the same number is given for S2." in first.reason
    assert "Warning: the same number is given for S1." in second.reason


def test_the_same_digits_with_another_body_or_profession_are_another_number() -> None:
    for other in ({"number": "RA098765"}, {"body": "CSP"}):
        for one in evaluate_file(two_students(**other)).clause("PS1.1").findings:
            assert "Warning" not in one.reason


def test_experience_of_another_kind_is_pointed_out() -> None:
    changes = [[f"{S}/experience_judgement", "<null>"], [f"{S}/experience/0/specialism", "other"]]
    found = finding("PS1.2", *changes)
    assert found.outcome is Outcome.JUDGE and "None of it is in MSK or ultrasound." in found.reason
    assert "18 months" in found.reason


def test_a_threshold_day_says_so() -> None:
    found = finding("PS4.2", ["mentors/M1/qualifications/0/ratified_on", "2022-09-23"])
    assert found.boundary and found.plain()["boundary"] is True
    assert not finding("PS4.2", ["mentors/M1/qualifications/0/ratified_on", "2022-09-22"]).boundary


def test_a_finding_before_the_edition_says_so_and_names_its_reading() -> None:
    found = finding("PS4.1", [f"{S}/scans/X1/on", "2023-04-30"], [f"{S}/scans/X1/supervision", "none"])
    assert found.outcome is Outcome.JUDGE
    assert "The statements were not yet in force: they are since 1 May 2023." in found.reason
    assert found.reading.startswith("A28: ")


def test_a_later_breach_is_not_excused_by_an_older_one() -> None:
    changes = [
        [f"{S}/scans/X1/on", "2023-04-30"],
        *([f"{S}/scans/{one}/supervision", "none"] for one in ("X1", "X2")),
    ]
    found = finding("PS4.1", *changes)
    assert found.outcome is Outcome.NOT_MET
    assert found.failing.refs() == [f"{S}/scans/X1", f"{S}/scans/X2"]


def test_rows_of_supervision_by_mentor_name_what_each_list_holds() -> None:
    changes = [
        [f"{S}/scans/X2/mentor", "M2"],
        [f"{S}/scans/X3/logged", False],
        [f"{S}/scans/X6/subject", "simulator"],
    ]
    found = finding("PS4.2", *changes)
    why = {reason: rows.refs() for rows, reason in found.left_out}
    assert why["names another mentor, or none"] == [f"{S}/scans/X2"]
    assert why["kept apart from the log"] == [f"{S}/scans/X3"]
    assert why["not a patient: a simulator"] == [f"{S}/scans/X6"]
    assert len(found.supporting) == 15 and not found.failing.refs()


def test_evidence_of_a_breach_is_the_failing_rows_and_what_they_rest_on() -> None:
    found = finding("PS4.2", ["mentors/M1/qualifications/0/ratified_on", "2022-09-24"])
    assert found.evidence == ["mentors/M1/qualifications/0", f"{S}/scans/X1"]
    assert "This concerns 1 scan (X1, 23 September 2024)." in found.reason


def test_an_exception_cites_the_shortage_and_the_colleague() -> None:
    shortage = {"id": "H1", "status": "accepted", "accepted_by": "assessor-1", "from": "2024-09-01"}
    found = finding(
        "PS4.2", ["mentors/M1/qualifications/0/ratified_on", "2023-03-01"], ["shortages/+", shortage]
    )
    assert (
        found.outcome is Outcome.MET
        and "by exception" in found.reason
        and "accepted by assessor-1" in found.reason
    )
    assert {"shortages/H1", f"{S}/team/1", "mentors/M2/qualifications/0"} <= set(found.evidence)


@pytest.mark.parametrize(
    ("kind", "words"),
    [("undergraduate", "an undergraduate course"), ("apprenticeship", "an apprenticeship")],
)
def test_kinds_of_course_are_told_in_words(kind: str, words: str) -> None:
    assert words in finding("PS1.4", ["course/kind", kind]).reason


def test_facts_without_students_hold_every_clause() -> None:
    found = report(["students", []])
    assert [one.clause for one in found.clauses] == [one.id for one in EDITIONS["msk-2023"].clauses]
    assert found.clause("PS4.2").outcome is Outcome.NOT_APPLICABLE
    assert found.clause("PS4.2").findings[0].reason == "The facts hold no student."


def test_a_course_of_which_little_is_known_is_never_silently_met() -> None:
    bare = {
        "facts": 1,
        "standard": "msk-2023",
        "as_of": "2025-10-01",
        "course": {"id": "C"},
        "students": [{"id": "S"}],
    }
    outcomes = {clause.clause: str(clause.outcome) for clause in evaluate_file(bare).clauses}
    assert "met" not in outcomes.values() and "not_met" not in outcomes.values()
    assert outcomes["PS1.1"] == outcomes["PS2.1"] == outcomes["PS5.1"] == "missing"


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([Outcome.MET, Outcome.NOT_MET, Outcome.MISSING], Overall.NOT_MET),
        ([Outcome.MET, Outcome.MISSING, Outcome.JUDGE], Overall.INCOMPLETE),
        ([Outcome.MET, Outcome.JUDGE, Outcome.NOTE], Overall.AWAITING_ASSESSOR),
        ([Outcome.MET, Outcome.NOTE], Overall.MET),
        ([Outcome.NOT_APPLICABLE], Overall.MET),
        ([], Overall.MET),
    ],
)
def test_the_whole_is_the_worst_below_it(outcomes: list[Outcome], expected: Overall) -> None:
    assert overall(outcomes) is expected


def test_worst_and_best_of_nothing() -> None:
    assert worst([]) is Outcome.NOT_APPLICABLE and best([]) is Outcome.NOT_MET
    assert [one.rank for one in Outcome] == sorted(one.rank for one in Outcome)


def test_a_statement_is_the_worst_of_its_clauses() -> None:
    found = report(["course/modules/P1/level", 6], [f"{S}/results/0/outcome", "fail"])
    assert found.statement("PS5") is Outcome.NOT_MET and found.statement("PS1") is Outcome.MET


def test_a_day_before_the_edition_is_refused() -> None:
    facts = read(course())
    with pytest.raises(ValueError, match="the first day of msk-2023"):
        evaluate(
            type(facts)(
                **{
                    **{one: getattr(facts, one) for one in facts.__slots__},
                    "as_of": facts.as_of.replace(year=2022),
                }
            )
        )


def test_a_scan_outside_what_the_award_holds_is_not_said_to_come_before_it() -> None:
    later = [
        [f"{S}/scans/X18/{key}", value] for key, value in (("on", "2025-08-01"), ("supervision", "none"))
    ]
    changes = [*later, [f"{S}/scans/X18/regions", ["elbow"]], [f"{S}/scans/X18/appraisal", "<null>"]]
    told = finding("PS4.1", *changes)
    assert told.outcome is Outcome.NOT_MET
    assert "the ratified award does not hold (elbow)" in told.reason
    assert "before the award" not in told.reason


def test_a_module_of_which_the_assessment_is_unknown_is_named_so() -> None:
    told = finding("PS5.3", ["course/modules/P2/formal_assessment", "<null>"])
    assert told.outcome is Outcome.MISSING
    assert "whether Professional issues is formally assessed is not recorded" in told.reason
