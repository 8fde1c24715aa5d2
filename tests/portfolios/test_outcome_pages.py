"""Results of a cohort, awards and their dates, competency assessments and who signs them off, corrections, grades."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.facts import gather
from accreditation.models import AuditEvent, Module, User
from accreditation.rules.evaluate import evaluate
from portfolios.enums import StudentState
from portfolios.models import Appraisal, CompetencyAssessment, Result, Student, StudentAward
from portfolios.services import assessments, outcomes, portfolios, results, scales, scans
from portfolios.services.results import cell_name
from tests.people import Clinic, days_ago, make_student
from tests.portfolios.test_applicants import client_of, day, press
from tests.worlds import make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def page(user: User, name: str, *args: object) -> str:
    answer = client_of(user).get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def modules(clinic: Clinic) -> list[Module]:
    return list(clinic.world.course.modules.order_by("code"))


# --- results ---------------------------------------------------------------------------------------------------------


def test_results_of_a_cohort_are_recorded_together_or_not_at_all_and_each_cell_says_why(
    clinic: Clinic, rivals: Clinic
) -> None:
    other = make_student(clinic.world, "Second Student", clinic.mentor)[1].student
    student, course = clinic.portfolio.student, clinic.world.course
    physics, issues = modules(clinic)
    first, second = cell_name((student.pk, physics.pk)), cell_name((other.pk, issues.pk))
    strange = cell_name((rivals.portfolio.pk, physics.pk))
    leader = clinic.world.leader
    refused = press(leader, "course_results", course.pk, **{first: "pass", second: "nonsense"})
    words = refused.content.decode()
    assert refused.status_code == 422 and not Result.objects.exists()
    assert f'href="#{second}"' in words and "Choose the result from the list." in words
    assert '<option value="pass" selected>' in words  # what was chosen in the other cell is still there
    assert press(leader, "course_results", course.pk, **{first: "pass", strange: "pass"}).status_code == 422
    assert press(leader, "course_results", course.pk, **{"r-nonsense": "pass"}).status_code == 422
    assert press(leader, "course_results", course.pk).status_code == 422
    assert not Result.objects.exists()
    both = {first: "pass", second: "fail", **day("on", days_ago(2))}
    assert press(leader, "course_results", course.pk, **both).status_code == 302
    assert Result.objects.count() == 2
    assert AuditEvent.objects.filter(verb="course.results").count() == 1
    late = press(clinic.world.member, "course_results", course.pk, **{first: "fail"})
    assert late.status_code == 422 and "was entered for Student Wexcombe meanwhile" in late.content.decode()
    for user in (rivals.world.leader, clinic.world.officer, clinic.student_user, clinic.mentor_user):
        assert press(user, "course_results", course.pk, **both).status_code in (403, 404)


def test_a_wrong_result_is_corrected_with_a_reason_and_kept(clinic: Clinic, rivals: Clinic) -> None:
    student, physics = clinic.portfolio.student, modules(clinic)[0]
    outcomes.record_results(by=clinic.world.member, student_id=student.pk, results={physics: "fail"})
    wrong = Result.objects.get()
    args = (student.pk, wrong.pk)
    for user in (clinic.mentor_user, rivals.world.leader, clinic.world.officer):
        assert press(user, "result_correct", *args, outcome="pass", reason="x").status_code == 404
    assert press(clinic.student_user, "result_correct", *args, outcome="pass", reason="x").status_code == 403
    assert press(clinic.world.leader, "result_correct", *args, outcome="pass", reason="").status_code == 422
    assert (
        press(clinic.world.leader, "result_correct", *args, outcome="fail", reason="Same").status_code == 422
    )
    said = {"outcome": "pass", "reason": "Two rows were swapped"}
    assert press(clinic.world.leader, "result_correct", *args, **said).status_code == 302
    assert student.results.get().outcome == "pass" and Result.whole.count() == 2
    words = page(clinic.student_user, "student_results", student.pk)
    assert "Two rows were swapped" in words and "Correct" not in words
    with pytest.raises(NotNow):
        results.correct_result(
            by=clinic.world.leader, result_id=wrong.pk, outcome="", on=None, reason="Again"
        )
    facts = gather(clinic.world.course, TODAY()).students[0].results
    assert [(one.module, one.outcome) for one in facts] == [(physics.code, "pass")]


# --- awards ----------------------------------------------------------------------------------------------------------


def test_only_ratification_releases_and_the_page_says_so(clinic: Clinic) -> None:
    student, leader = clinic.portfolio.student, clinic.world.leader
    data = {"kind": "final", **day("published_on", days_ago(3)), **day("conferred_on", days_ago(1))}
    assert press(leader, "award_add", student.pk, **data).status_code == 302
    student.refresh_from_db()
    assert student.state == StudentState.ENROLLED
    words = page(clinic.student_user, "student_results", student.pk)
    assert "Not yet: every scan is supervised" in words and "Once ratified it would cover" in words
    award = StudentAward.objects.get()
    args = (student.pk, award.pk)
    assert press(leader, "award_dates", *args).status_code == 422
    assert press(leader, "award_dates", *args, **day("ratified_on", TODAY())).status_code == 302
    student.refresh_from_db()
    assert student.state == StudentState.COMPLETED
    words = page(clinic.student_user, "student_results", student.pk)
    assert "Without direct supervision from the day after ratification: <strong>shoulder and knee" in words
    said = {"reason": "The board met a day later", **day("ratified_on", days_ago(1))}
    assert press(leader, "award_correct", *args, **said).status_code == 302
    assert student.awards.get().ratified_on == days_ago(1) and StudentAward.whole.count() == 2
    gone = {"reason": "The board deferred", "withdrawn": "on"}
    assert press(leader, "award_correct", student.pk, student.awards.get().pk, **gone).status_code == 302
    student.refresh_from_db()
    assert student.state == StudentState.ENROLLED and not student.awards.exists()
    assert gather(clinic.world.course, TODAY()).students[0].awards == ()


def test_nobody_awards_from_elsewhere(clinic: Clinic, rivals: Clinic) -> None:
    for user in (rivals.world.leader, clinic.mentor_user, clinic.world.officer, clinic.world.chair):
        assert press(user, "award_add", clinic.portfolio.pk, kind="final").status_code == 404
        assert client_of(user).get(reverse("student_results", args=[clinic.portfolio.pk])).status_code == 404
    assert press(clinic.student_user, "award_add", clinic.portfolio.pk, kind="final").status_code == 403


# --- competency assessments ------------------------------------------------------------------------------------------


def exam(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "unseen_patient", **day("on", TODAY()), "regions": ["knee"], "outcome": "pass", "case": "U1",
        "assessor_name": "Dr Judith Marlowe", **day("signed_on", TODAY()),
    } | changes  # fmt: skip


def test_an_examination_says_what_it_counts_for_and_what_does_not(clinic: Clinic) -> None:
    key, leader = clinic.portfolio.pk, clinic.world.leader
    assert press(leader, "assessment_add", key, **exam(case="")).status_code == 422
    assert press(leader, "assessment_add", key, **exam(regions=["knee", "elbow"])).status_code == 422
    scan = scans.log_scan(by=clinic.student_user, portfolio_id=key, entry=clinic.entry())
    seen = press(leader, "assessment_add", key, **exam(case=scan.case))
    assert seen.status_code == 422 and "that patient was not unseen" in seen.content.decode()
    assert press(leader, "assessment_add", key, **exam(assessor_name="")).status_code == 422
    assert press(leader, "assessment_add", key, **exam()).status_code == 302
    assert press(leader, "assessment_add", key, **exam(kind="osce_model", case="")).status_code == 302
    assert press(leader, "assessment_add", key, **exam(case="U2", signed_on_day="", signed_on_month="", signed_on_year="")).status_code == 302  # fmt: skip
    words = page(clinic.student_user, "portfolio", key)
    assert "Counts for knee" in words and words.count("Does not count for knee") == 2
    assert "OSCE on a model" in words and "Is not signed off" in words.replace(
        "is not signed off", "Is not signed off"
    )
    assert "Enter an assessment" not in words and "Dr Judith Marlowe" in words


def test_words_that_name_a_patient_need_a_reason(clinic: Clinic) -> None:
    key, leader = clinic.portfolio.pk, clinic.world.leader
    named = press(leader, "assessment_add", key, **exam(comment="Mr Smith, a difficult knee"))
    assert named.status_code == 422 and "looks like a name" in named.content.decode()
    assert 'type="text" name="identifier_reason"' in named.content.decode()
    given = exam(comment="Mr Smith, a difficult knee", identifier_reason="He is the second examiner")
    assert press(leader, "assessment_add", key, **given).status_code == 302
    assert CompetencyAssessment.objects.get().identifier_reason == "He is the second examiner"
    scan = scans.log_scan(by=clinic.student_user, portfolio_id=key, entry=clinic.entry())
    said = {"version": 1, "say": "agreed", "grade": "good", "comment": "NHS 943 476 5919 seen before"}
    refused = press(clinic.mentor_user, "scan_appraise", key, scan.number, **said)
    assert refused.status_code == 422 and "looks like an NHS number" in refused.content.decode()
    assert not Appraisal.objects.exists()
    terms = {"seen": 1, "regions": ["knee"], "terms": "From 5 January 2026. Mrs Jones stands in."}
    refused = press(clinic.student_user, "contract_propose", key, **terms)
    words = refused.content.decode()
    assert refused.status_code == 422 and "Mrs Jones" in words and "looks like a full date" not in words
    assert press(clinic.student_user, "contract_propose", key, **terms | {"identifier_reason": "She is a mentor"}).status_code == 302  # fmt: skip


def test_a_mentor_enters_and_signs_only_what_they_assessed(clinic: Clinic, rivals: Clinic) -> None:
    key = clinic.portfolio.pk
    own = exam()
    del own["assessor_name"]
    assert press(clinic.mentor_user, "assessment_add", key, **own).status_code == 302
    made = CompetencyAssessment.objects.get()
    assert (made.assessor_mentor, made.signed_by, made.signed_on) == (
        clinic.mentor,
        clinic.mentor_user,
        TODAY(),
    )
    report = evaluate(gather(clinic.world.course, TODAY()))
    found = [one for one in report if one.clause == "PS2.6" and "A1" in one.reason]
    assert found and all(one.outcome.value == "met" for one in found)
    for user in (
        clinic.student_user,
        rivals.mentor_user,
        rivals.world.leader,
        clinic.world.officer,
        clinic.world.lead,
    ):
        assert press(user, "assessment_add", key, **own).status_code == 404
    others = outcomes.record_assessment(
        by=clinic.world.member, portfolio_id=key, kind="unseen_patient", on=TODAY(), regions=["shoulder"],
        outcome="pass", assessor_name="Dr Marlowe", case="U9",
    )  # fmt: skip
    mine = outcomes.record_assessment(
        by=clinic.world.member, portfolio_id=key, kind="unseen_patient", on=TODAY(), regions=["shoulder"],
        outcome="pass", assessor_mentor=clinic.mentor, case="U8",
    )  # fmt: skip
    assert press(clinic.mentor_user, "assessment_sign", key, others.number).status_code == 403
    assert (
        press(clinic.mentor_user, "assessment_take_back", key, others.number, reason="x").status_code == 403
    )
    with pytest.raises(NotAllowed):
        outcomes.record_assessment(
            by=clinic.mentor_user, portfolio_id=key, kind="unseen_patient", on=TODAY(), regions=["knee"],
            outcome="pass", assessor_name="Somebody else",
        )  # fmt: skip
    assert "Sign off a competency assessment" in page(clinic.mentor_user, "home")
    assert press(clinic.mentor_user, "assessment_sign", key, mine.number).status_code == 302
    assert "Sign off a competency assessment" not in page(clinic.mentor_user, "home")
    portfolios.leave_team(
        by=clinic.world.leader, membership_id=clinic.portfolio.student.team.get().pk, until=days_ago(1)
    )
    for act in ("assessment_add", "portfolio"):  # a former mentor
        assert client_of(clinic.mentor_user).get(reverse(act, args=[key])).status_code == 404
    with pytest.raises(NotAllowed):
        assessments.take_back_assessment(by=clinic.mentor_user, assessment_id=mine.pk, reason="Late regret")


def test_a_wrong_assessment_is_taken_back_and_its_number_not_given_again(clinic: Clinic) -> None:
    key, leader = clinic.portfolio.pk, clinic.world.leader
    press(leader, "assessment_add", key, **exam())
    assert press(leader, "assessment_take_back", key, 1, reason="Another student’s").status_code == 302
    press(leader, "assessment_add", key, **exam(case="U7"))
    assert CompetencyAssessment.objects.get().number == 2
    assert "Another student’s" in page(clinic.student_user, "portfolio", key)
    assert [one.id for one in gather(clinic.world.course, TODAY()).students[0].assessments or ()] == ["A2"]


# --- grades ----------------------------------------------------------------------------------------------------------


def test_a_course_grades_in_its_own_words_and_earlier_appraisals_keep_theirs(
    clinic: Clinic, rivals: Clinic
) -> None:
    key, course = clinic.portfolio.pk, clinic.world.course
    old, new = (
        scans.log_scan(by=clinic.student_user, portfolio_id=key, entry=clinic.entry()) for _ in range(2)
    )
    said = {"version": 1, "say": "agreed", "grade": "needs_improvement"}
    assert press(clinic.mentor_user, "scan_appraise", key, old.number, **said).status_code == 302
    labels = {"version": 0, "labels": "Watches\nNeeds help\n\nAlone"}
    for user in (rivals.world.leader, clinic.mentor_user, clinic.student_user, clinic.world.officer):
        assert press(user, "course_scale", course.pk, **labels).status_code in (403, 404)
    assert (
        press(clinic.world.leader, "course_scale", course.pk, **labels | {"labels": "Same\nsame"}).status_code
        == 422
    )
    assert press(clinic.world.leader, "course_scale", course.pk, **labels).status_code == 302
    stale = press(clinic.world.member, "course_scale", course.pk, **labels | {"labels": "Typed\nand kept"})
    assert stale.status_code == 409 and "and kept" in stale.content.decode()
    form = page(clinic.mentor_user, "scan_appraise", key, new.number)
    assert "Needs help" in form and "Needs improvement" not in form and "checked" not in form
    assert press(clinic.mentor_user, "scan_appraise", key, new.number, **said).status_code == 422
    assert (
        press(clinic.mentor_user, "scan_appraise", key, new.number, **said | {"grade": "Alone"}).status_code
        == 302
    )
    words = page(clinic.student_user, "scan_list", key)
    assert "Needs improvement" in words and "Alone" in words
    with pytest.raises(Invalid):
        scales.set_scale(by=clinic.world.leader, course_id=course.pk, labels=["One"], version=1)
    assert scales.set_scale(by=clinic.world.leader, course_id=course.pk, labels=[], version=1) is None
    assert Appraisal.objects.get(scan=new).grade_words == "Alone"


# --- progress --------------------------------------------------------------------------------------------------------


def test_who_is_waited_for_since_when(clinic: Clinic) -> None:
    from portfolios.presenters.waiting import waits_of

    key = clinic.portfolio.pk
    assert waits_of([key]) == {}
    press(clinic.student_user, "contract_propose", key, seen=1, regions=["knee"], terms="")
    scan = scans.log_scan(by=clinic.student_user, portfolio_id=key, entry=clinic.entry())
    scans.log_scan(by=clinic.student_user, portfolio_id=key, entry=clinic.entry())
    press(
        clinic.mentor_user, "scan_appraise", key, scan.number, version=1, say="queried", comment="Which knee?"
    )
    outcomes.record_assessment(
        by=clinic.world.member, portfolio_id=key, kind="unseen_patient", on=days_ago(4), regions=["knee"],
        outcome="pass", assessor_name="Dr Marlowe", case="U1",
    )  # fmt: skip
    found = {(one.who, one.what.split(",")[0]) for one in waits_of([key])[key]}
    mentor = clinic.mentor.full_name
    assert found == {
        ("Dr Marlowe", "to sign off assessment A1 (Unseen patient examination)"), (mentor, "to appraise 1 scan"),
        ("The student", "to answer what a mentor wrote about 1 scan"),
        *((who, "to sign version 2 of the learning contract") for who in (mentor, "The student", "The awarding institution")),
    }  # fmt: skip
    assert waits_of([key])[key][0].who == "Dr Marlowe" and waits_of([key])[key][0].days == 4
    assert "to sign off assessment A1" in page(clinic.student_user, "portfolio", key)


def test_scans_per_week_with_their_lag(clinic: Clinic) -> None:
    from portfolios.models import Scan
    from portfolios.presenters.weekly import weekly

    assert weekly(Scan.objects.none()).headline == "No scan is in the log yet"
    for ago in (0, 0, 20):
        entry = clinic.entry(on=days_ago(ago))
        scans.log_scan(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=entry)
    scans.log_scan(
        by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry(subject="simulator")
    )
    drawn = weekly(Scan.objects.filter(portfolio=clinic.portfolio))
    assert drawn.headline == "3 scans in the last four weeks, half of them entered on the same day"
    assert [(week.scans, week.late, week.half) for week in drawn.shown] == [(2, 0, 0), (1, 1, 20)]
    assert drawn.total == 3 and len(drawn.weeks) == 26
    later = weekly(Scan.objects.filter(portfolio=clinic.portfolio), TODAY().replace(year=TODAY().year + 1))
    assert later.headline.startswith("No scan since ") and later.shown[0].scans == 2


def test_another_student_of_the_course_sees_nothing_of_these(clinic: Clinic) -> None:
    other, portfolio = make_student(clinic.world, "Other Student", clinic.mentor)
    for name in ("applicant", "student_results", "portfolio"):
        assert client_of(other).get(reverse(name, args=[clinic.portfolio.pk])).status_code == 404
        assert client_of(other).get(reverse(name, args=[portfolio.pk])).status_code == 200
    assert client_of(make_user("Nobody")).get(reverse("application_home")).status_code == 200
    assert Student.objects.filter(user=other).count() == 1 and uuid4()
