"""The demo world: what was planted is found, exactly; its states; its people; and that no other setting lets it in."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from accreditation import audit, demo, monitoring
from accreditation.enums import BuildState, SubmissionState
from accreditation.facts import gather
from accreditation.home import monitoring as home_monitoring
from accreditation.models import AnnualReturn, AuditEvent, Course, Evidence, Letter, Submission, User
from accreditation.rules.evaluate import evaluate
from accreditation.rules.facts_writing import canonical, sha256, write
from accreditation.rules.findings import Outcome
from accreditation.rules.repair import apply, shortest
from portfolios import grants
from portfolios.demo import documents
from portfolios.demo.answers import FIRST_WORDS
from portfolios.demo.clock import SEED_DAY, at
from portfolios.demo.courses import COURSES
from portfolios.demo.faults import PLANTED
from portfolios.demo.log import scan_log
from portfolios.demo.register import MENTORS
from portfolios.demo.students import plans
from portfolios.demo.world import seed
from portfolios.models import Appraisal, Portfolio, Scan, Student

KEYS = [plan.key for plan in COURSES]
SMALL = [key for key in KEYS if key != "main"]
GOOD = (Outcome.MET, Outcome.NOT_APPLICABLE)


@pytest.fixture(scope="module")
def demo_world(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """The whole world, made once for the tests of this file, and taken away after them."""
    from django.db import connection, transaction

    with django_db_blocker.unblock(), override_settings(DEMO=True):  # type: ignore[attr-defined]
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            seed()
            yield
        finally:
            connection.set_rollback(True)
            atomic.__exit__(None, None, None)


pytestmark = pytest.mark.usefixtures("demo_world", "db")


def course(key: str) -> Course:
    title = next(plan.title for plan in COURSES if plan.key == key)
    return Course.objects.select_related("institution").get(title=title)


@pytest.mark.parametrize("key", KEYS)
def test_exactly_what_was_planted_is_found(key: str) -> None:
    here = course(key)
    report = evaluate(gather(here, SEED_DAY))
    found = {
        (clause.clause, "course" if subject == here.reference else subject, clause.of(subject).value)
        for clause in report.clauses
        for subject in {finding.subject.id for finding in clause.findings}
        if clause.of(subject) not in GOOD
    }
    assert found == {(one.clause, one.subject, one.outcome) for one in PLANTED if one.course == key}


@pytest.mark.parametrize("key", KEYS)
def test_the_shortest_list_mends_every_planted_fault_on_a_copy(key: str) -> None:
    facts = gather(course(key), SEED_DAY)
    repairs = shortest(facts)
    broken = {
        one.clause for one in PLANTED if one.course == key and one.outcome in ("not_met", "missing", "note")
    }
    assert broken <= {repair.clause for repair in repairs}
    after = evaluate(apply(facts, repairs))
    left = {
        clause.clause: clause.outcome
        for clause in after.clauses
        if clause.outcome not in (*GOOD, Outcome.JUDGE)
    }
    assert left == {}


def test_the_main_course_has_thirty_students_with_about_two_hundred_scans() -> None:
    sizes = [len(one.scans or ()) for one in gather(course("main"), SEED_DAY).students]
    assert len(sizes) == 30 and all(180 <= size <= 280 for size in sizes) and 6_000 <= sum(sizes) <= 6_800


def test_no_two_students_are_alike() -> None:
    logs = [
        tuple((scan.on, scan.regions, scan.pathologies) for scan in student.scans or ())
        for key in KEYS
        for student in gather(course(key), SEED_DAY).students
    ]
    enrolled = Student.objects.exclude(enrolled_on=None).count()
    assert len(set(logs)) == len(logs) == enrolled == 58


def test_scans_lie_on_weekdays_within_terms() -> None:
    for plan in COURSES:
        days = set(
            Scan.objects.filter(portfolio__student__course=course(plan.key)).values_list("on", flat=True)
        )
        if plan.key == "scottish":  # graduates scan on after their course
            days = {day for day in days if day < date(2026, 7, 1)}
        assert all(day.weekday() < 5 for day in days)
        assert all(any(term.first <= day <= term.last for term in plan.terms) for day in days)


def test_what_is_no_patient_is_kept_apart() -> None:
    assert not Scan.objects.filter(logged=True).exclude(subject="patient").exists()
    assert Scan.objects.filter(logged=False, subject="simulator").exists()


def test_only_the_planted_appraisal_is_by_a_student() -> None:
    by_students = Appraisal.objects.filter(by_student=True)
    assert [one.scan.portfolio.student.code for one in by_students] == ["S021"]


def test_the_register_has_twelve_varied_mentors() -> None:
    assert len(MENTORS) == 12
    held = {(row.kind, row.msk, row.country, row.precision) for plan in MENTORS for row in plan.held}
    assert len(held) >= 6


def test_submissions_stand_in_all_states() -> None:
    states = set(Submission.objects.values_list("state", flat=True))
    assert states == {
        SubmissionState.DRAFT, SubmissionState.SUBMITTED, SubmissionState.IN_ASSESSMENT, SubmissionState.REPORTED,
        SubmissionState.DECIDED,
    }  # fmt: skip


def test_the_decided_case_has_its_letter_and_report() -> None:
    letters = Letter.objects.filter(decision__submission__state=SubmissionState.DECIDED)
    assert sorted(letters.values_list("kind", "state")) == [
        ("conditions_due", BuildState.BUILT), *[("decision", BuildState.BUILT)] * 2, *[("report", BuildState.BUILT)] * 2,
    ]  # fmt: skip
    assert [one.kind for one in letters if not one.issued] == [
        "conditions_due"
    ]  # waits for an officer's approval


def test_a_case_was_deferred_and_submitted_again_with_new_words() -> None:
    again = Submission.objects.exclude(resubmits=None).get()
    assert again.state == SubmissionState.IN_ASSESSMENT and again.course == course("undergraduate")
    decision = again.resubmits.decisions.get()  # type: ignore[union-attr]
    assert decision.outcome == "defer" and decision.period_to is None
    before = dict(again.resubmits.answers.values_list("clause", "text"))  # type: ignore[union-attr]
    after = dict(again.answers.values_list("clause", "text"))
    assert {clause for clause in after if after[clause] != before[clause]} == set(FIRST_WORDS)
    assert again.evidence.count() == again.resubmits.evidence.count()  # type: ignore[union-attr]


def test_an_accredited_course_owes_its_annual_return() -> None:
    leader = User.objects.get(email="amara.whitfield@wexcombe.example")
    year = monitoring.last_year(SEED_DAY)
    assert list(monitoring.owing(year)) == [course("focused")]
    assert not AnnualReturn.objects.exists()
    with at(SEED_DAY):
        asked = [item.url for item in home_monitoring.items_for(leader)]
        assert asked == [reverse("monitoring_return", args=[course("focused").pk, year])]
        filled = monitoring.prefilled(course("focused"), year)
    assert filled and all(isinstance(value, int) for value in filled.values()), "the system's own numbers"


def test_one_assessor_has_finished_and_the_other_is_half_way() -> None:
    case = Submission.objects.get(state=SubmissionState.IN_ASSESSMENT)
    done = {
        place.role: (place.done_at is not None, place.judgements.count()) for place in case.assignments.all()
    }
    assert done == {"lead": (False, 11), "co": (True, 21), "shadow": (False, 0)}


def test_a_snapshot_is_what_the_database_says_of_its_day() -> None:
    """The history is true: gathered today for the day of submission, the facts have the sum that was frozen then."""
    for snapshot in Submission.objects.get(state=SubmissionState.REPORTED).snapshots.all():
        again = write(gather(snapshot.submission.course, snapshot.as_of))
        assert sha256(again) == snapshot.facts_sha256
        assert all(
            mentor["qualifications"] and mentor["remit"] for mentor in again["mentors"]
        )  # known by then
        assert all(student["team"] for student in again["students"])


def test_what_was_frozen_with_the_decision_is_what_was_planted_and_no_more() -> None:
    decided = Submission.objects.get(state=SubmissionState.DECIDED, course=course("focused"))
    snapshot = decided.snapshots.get()
    bad = {
        one["clause"] for one in snapshot.report["clauses"] if one["outcome"] not in ("met", "not_applicable")
    }
    assert bad == {one.clause for one in PLANTED if one.course == "focused"}


def test_the_audit_chain_is_whole_and_in_order_of_time() -> None:
    assert list(audit.faults()) == []
    moments = AuditEvent.objects.order_by("seq").values_list("at", flat=True)
    assert all(earlier <= later for earlier, later in pairwise(moments))


def test_grants_are_what_the_rows_say() -> None:
    from accreditation.grants import differences

    with_names = list(
        differences((portfolio, grants.portfolio_grants(portfolio)) for portfolio in Portfolio.objects.all())
    )
    assert with_names == []


@pytest.mark.parametrize(("role", "name", "email"), demo.PEOPLE, ids=[role for role, _, _ in demo.PEOPLE])
def test_every_demo_person_can_sign_in(client: Client, role: str, name: str, email: str) -> None:
    assert client.login(username=email, password=demo.PASSWORD), name
    assert role in demo.MAY


def test_nobody_else_has_a_password() -> None:
    others = User.objects.exclude(email__in=[email for _, _, email in demo.PEOPLE])
    assert others.exists() and not any(user.has_usable_password() for user in others)


def test_the_documents_are_real_pdfs_with_pages_to_cite() -> None:
    pages = Evidence.objects.values_list("media_type", "pages")
    assert {kind for kind, _ in pages} == {"application/pdf"} and all(
        (number or 0) >= 3 for _, number in pages
    )


def test_plans_and_documents_are_the_same_every_time() -> None:
    mentors = {plan.key: None for plan in MENTORS}
    for plan in COURSES:
        assert plans(plan) == plans(plan)
        one = plans(plan)[0]
        assert scan_log(plan, one, mentors) == scan_log(plan, one, mentors)  # type: ignore[arg-type]
    first = documents.pdf(COURSES[0], "clinical_handbook", "A").read()
    documents.forget()
    assert documents.pdf(COURSES[0], "clinical_handbook", "A").read() == first


def test_facts_of_a_day_do_not_depend_on_when_they_are_asked_for() -> None:
    here = course("scottish")
    assert canonical(write(gather(here, SEED_DAY))) == canonical(write(gather(here, SEED_DAY)))


def test_outside_the_demo_setting_it_refuses() -> None:
    with override_settings(DEMO=False), pytest.raises(CommandError, match="demo setting only"):
        seed()


def test_in_a_database_with_people_it_refuses_or_does_nothing() -> None:
    with override_settings(DEMO=True):
        before = User.objects.count()
        call_command("seed_demo", if_empty=True)
        assert User.objects.count() == before
        with pytest.raises(CommandError, match="There are people"):
            call_command("seed_demo")
