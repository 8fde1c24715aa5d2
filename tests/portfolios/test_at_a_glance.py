"""What a portfolio and a cohort show at a glance, in the cases that real logs bring: amended contracts, simulators only,
scans before the signatures, signatures taken out.
"""

import pytest
from django.urls import reverse

from portfolios.enums import Party, SignatureState
from portfolios.models import Scan, Signature
from portfolios.presenters.cohort import Asked, cohort_list
from portfolios.presenters.coverage import coverage_of
from portfolios.presenters.progress import Part, Progress, progress_of
from portfolios.presenters.waiting import waits_of
from portfolios.services import appraisals, assessments, contracts, outcomes, scans
from tests.people import Clinic, days_ago, make_student
from tests.portfolios.test_rows_behind import sign_in

pytestmark = pytest.mark.django_db


def log(clinic: Clinic, **changes: object) -> Scan:
    return scans.log_scan(
        by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry(**changes)
    )


def part(progress: Progress, code: str) -> Part:
    return next(one for one in progress.parts if one.code == code)


def test_each_part_says_scans_appraisals_pathologies_hours_and_unseen(clinic: Clinic) -> None:
    for minutes, found in ((30, {"effusion"}), (45, {"synovitis"}), (15, {"normal"})):
        log(clinic, minutes=minutes, pathologies=frozenset(found))
    said = appraisals.Appraised(grade="good", comment="Sound")
    appraisals.appraise(by=clinic.mentor_user, scan_id=Scan.objects.get(number=1).pk, version=1, said=said)
    taken = appraisals.FromPaper(scan_id=Scan.objects.get(number=2).pk, said=said, mentor=None)
    appraisals.take_over_appraisals(
        by=clinic.world.leader, portfolio_id=clinic.portfolio.pk, rows=[taken], source="The paper log"
    )
    examination = outcomes.record_assessment(
        by=clinic.world.member, portfolio_id=clinic.portfolio.pk, kind="unseen_patient", on=days_ago(4), regions=["knee"],
        outcome="pass", assessor_name="Dr Marlowe", case="U1",
    )  # fmt: skip
    knee = part(progress_of(clinic.portfolio), "knee")
    assert (knee.scans, knee.appraised, knee.different, knee.hours, knee.unseen) == (3, 1, 2, 1.5, False), (
        "one's own appraisal is none, and what is not signed off is no examination"
    )
    assessments.sign_assessment(by=clinic.world.member, assessment_id=examination.pk, on=days_ago(2))
    knee = part(progress_of(clinic.portfolio), "knee")
    assert knee.unseen and knee.detail == "1 appraised, 2 pathologies, 1.5 hours, unseen passed"
    page = sign_in(clinic.student_user).get(reverse("portfolio", args=[clinic.portfolio.pk])).content.decode()
    assert knee.detail in page and "0 appraised, 0 pathologies, 0 hours, no unseen yet" in page


def test_only_simulator_scans_in_a_region_count_for_nothing_and_the_page_says_why(clinic: Clinic) -> None:
    log(clinic)
    for _ in range(3):
        log(clinic, regions=frozenset({"shoulder"}), subject="simulator", pathologies=frozenset())
    progress = progress_of(clinic.portfolio)
    assert part(progress, "shoulder").scans == 0 and part(progress, "knee").scans == 1 and progress.apart == 3
    assert progress.headline == "Nothing counts yet for shoulder"
    page = sign_in(clinic.student_user).get(reverse("portfolio", args=[clinic.portfolio.pk])).content.decode()
    assert "3 on simulators, volunteers or fellow students are kept apart and never counted" in page


def test_scans_before_the_signatures_of_an_amended_contract_are_pointed_out(clinic: Clinic) -> None:
    def about_the_contract() -> str:
        return " ".join(gap.reason for gap in progress_of(clinic.portfolio).gaps if gap.clause == "PS2.1")

    Signature.objects.update(signed_on=days_ago(150))
    log(clinic, regions=frozenset({"knee"}))
    assert about_the_contract() == ""
    new = contracts.draft_contract(
        by=clinic.student_user, portfolio_id=clinic.portfolio.pk, remit={"shoulder", "knee", "elbow"}
    )
    assert {one.label for one in progress_of(clinic.portfolio).parts} == {"shoulder", "knee"}, (
        "not signed yet"
    )
    log(clinic, on=days_ago(20), regions=frozenset({"elbow"}))
    for user, party in (
        (clinic.mentor_user, Party.MENTOR), (clinic.student_user, Party.STUDENT),
        (clinic.world.leader, Party.INSTITUTION),
    ):  # fmt: skip
        contracts.sign_contract(
            by=user, contract_id=new.pk, party=party, name=user.full_name, text_sha256=new.text_sha256, on=days_ago(10)
        )  # fmt: skip
    assert {one.label for one in progress_of(clinic.portfolio).parts} == {"shoulder", "knee", "elbow"}
    assert "added elbow" in about_the_contract() and "after 1 scan (X2" in about_the_contract()


def test_a_signature_that_was_taken_out_is_waited_for_again(clinic: Clinic) -> None:
    assert waits_of([clinic.portfolio.pk]) == {}
    Signature.objects.filter(party=Party.MENTOR).update(state=SignatureState.VOID)
    (wait,) = waits_of([clinic.portfolio.pk])[clinic.portfolio.pk]
    assert (wait.kind, wait.who) == ("signature", clinic.mentor.full_name)


def test_a_cohort_stands_worst_first_with_a_box_for_each_agreed_part(clinic: Clinic) -> None:
    log(clinic)
    make_student(clinic.world, "No Contract", clinic.mentor)
    cohort = cohort_list(clinic.world.course, Asked())
    ranks = [row.urgency for row in cohort.rows]
    assert ranks == sorted(ranks) and {row.student.full_name for row in cohort.rows} >= {"No Contract"}
    drawn = coverage_of(cohort.rows)
    (line,) = drawn.lines
    assert [(box.part.code, box.part.scans) for box in line.boxes] == [("shoulder", 0), ("knee", 1)]
    assert drawn.headline == "In 1 of 2 agreed parts too few scans count yet; 2 lack an unseen examination"
    page = sign_in(clinic.world.leader).get(reverse("course_students", args=[clinic.world.course.pk]))
    words = page.content.decode()
    assert drawn.headline in words and "Coverage, student by student" in words
