"""The portfolios' services: who may, what is refused, and that nobody appraises, signs or judges for themselves."""

import uuid

import pytest
from django.utils import timezone

from accreditation import grants as all_grants
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.facts import gather
from accreditation.models import AuditEvent, User
from accreditation.rules.evaluate import evaluate
from mentors.models import Mentor
from portfolios import grants
from portfolios.models import Appraisal, LearningContract, Scan, Signature
from portfolios.selectors import (
    scans_to_appraise,
    visible_contracts,
    visible_portfolios,
    visible_scans,
    visible_students,
)
from portfolios.services import admissions, appraisals, contracts, outcomes, portfolios, scans
from tests.people import Clinic, days_ago, make_mentor, make_student
from tests.worlds import make_user

pytestmark = pytest.mark.django_db


def log(clinic: Clinic, **changes: object) -> Scan:
    return scans.log_scan(
        by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry(**changes)
    )


# --- scans --------------------------------------------------------------------------------------------------------


def test_a_scan_gets_its_number_and_case(clinic: Clinic) -> None:
    first, second = log(clinic), log(clinic)
    assert (first.number, first.case, second.number, second.case) == (1, "K1", 2, "K2")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on": "tomorrow"}, "on"),
        ({"on": "before"}, "on"),
        ({"regions": frozenset()}, "regions"),
        ({"regions": frozenset({"tail"})}, "regions"),
        ({"pathologies": frozenset({"plague"})}, "pathologies"),
        ({"pathologies": frozenset({"normal", "effusion"})}, "pathologies"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 481}, "minutes"),
        ({"age": 121}, "age"),
        ({"supervision": "telepathy"}, "supervision"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    clinic: Clinic, changes: dict[str, object], field: str
) -> None:
    days = {"tomorrow": days_ago(-1), "before": days_ago(201)}
    changes = {
        name: days.get(value, value) if isinstance(value, str) else value for name, value in changes.items()
    }
    with pytest.raises(Invalid) as refused:
        log(clinic, **changes)
    assert set(refused.value.problems) == {field} and not Scan.objects.exists()


@pytest.mark.parametrize("subject", ["healthy_volunteer", "simulator", "peer"])
def test_what_is_no_patient_is_kept_apart(clinic: Clinic, subject: str) -> None:
    assert log(clinic, subject=subject).logged is False
    assert log(clinic).logged is True


def test_a_device_that_sends_twice_logs_once(clinic: Clinic) -> None:
    key = uuid.uuid4()
    assert log(clinic, client_key=key).pk == log(clinic, client_key=key).pk
    assert Scan.objects.count() == 1


def test_a_mentor_of_another_course_cannot_be_named(clinic: Clinic, rivals: Clinic) -> None:
    with pytest.raises(Invalid, match="not a mentor of this course"):
        log(clinic, mentor=rivals.mentor)


def test_only_the_student_logs(clinic: Clinic, rivals: Clinic) -> None:
    for user in (rivals.student_user, clinic.mentor_user, clinic.world.leader, clinic.world.officer):
        with pytest.raises(NotAllowed):
            scans.log_scan(by=user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry())


def test_a_batch_is_all_or_none_and_one_event(clinic: Clinic) -> None:
    entries = [clinic.entry(), clinic.entry(minutes=0), clinic.entry()]
    with pytest.raises(Invalid, match="minutes") as refused:
        scans.bulk_log_scans(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=entries)
    assert set(refused.value.problems) == {"entry 2"} and not Scan.objects.exists()
    made = scans.bulk_log_scans(
        by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=entries[:1] * 50
    )
    assert len(made) == Scan.objects.count() == 50
    assert AuditEvent.objects.filter(verb="scan.batch_logged").count() == 1


def test_a_correction_makes_the_signature_stale_if_it_covers_what_changed(clinic: Clinic) -> None:
    scan = log(clinic)
    changed = scans.correct_scan(
        by=clinic.student_user, scan_id=scan.pk, version=1, entry=clinic.entry(minutes=40)
    )
    assert changed.minutes == 40 and changed.version == 2 and changed.case == scan.case
    with pytest.raises(Stale):
        scans.correct_scan(by=clinic.student_user, scan_id=scan.pk, version=1, entry=clinic.entry())
    appraise(clinic, changed)
    same = scans.correct_scan(
        by=clinic.student_user, scan_id=scan.pk, version=2, entry=clinic.entry(minutes=40, reflection="More")
    )
    said = Appraisal.objects.get()
    assert said.state == "agreed" and appraisals.changed_since(said, same) == []
    new = scans.correct_scan(
        by=clinic.student_user, scan_id=scan.pk, version=3, entry=clinic.entry(minutes=41, indication="Fall")
    )
    said.refresh_from_db()
    assert said.state == "stale" and appraisals.changed_since(said, new) == ["minutes", "indication"]
    assert list(scans_to_appraise(clinic.mentor_user)) == [new]
    appraise(clinic, new)
    assert Appraisal.objects.get().state == "agreed" and not scans_to_appraise(clinic.mentor_user)


def test_nobody_says_stale_by_hand(clinic: Clinic) -> None:
    scan = log(clinic)
    with pytest.raises(Invalid):
        appraisals.appraise(
            by=clinic.mentor_user, scan_id=scan.pk, version=1, said=appraisals.Appraised(grade="good", comment="x"),
            state="stale",
        )  # fmt: skip


# --- appraisals ---------------------------------------------------------------------------------------------------


def appraise(clinic: Clinic, scan: Scan, by: User | None = None, **said: object) -> Appraisal:
    words = appraisals.Appraised(**({"grade": "good"} | said))  # type: ignore[arg-type]
    return appraisals.appraise(by=by or clinic.mentor_user, scan_id=scan.pk, version=scan.version, said=words)


def test_a_mentor_of_the_team_appraises_once(clinic: Clinic) -> None:
    scan = log(clinic)
    made = appraise(clinic, scan)
    assert made.mentor == clinic.mentor and made.scan_sha256 == appraisals.sum_of_scan(scan)
    with pytest.raises(NotNow):
        appraise(clinic, scan)


def test_nobody_else_appraises(clinic: Clinic, rivals: Clinic) -> None:
    scan = log(clinic)
    others = (
        clinic.student_user,
        rivals.mentor_user,
        rivals.student_user,
        clinic.world.leader,
        clinic.world.officer,
    )
    for user in others:
        with pytest.raises(NotAllowed):
            appraise(clinic, scan, by=user)


def test_a_student_who_is_a_mentor_too_cannot_appraise_their_own(clinic: Clinic) -> None:
    Mentor.objects.filter(pk=clinic.mentor.pk).update(user=None)
    Mentor.objects.filter(pk=clinic.mentor.pk).update(user=clinic.student_user)
    scan = Scan.objects.create(portfolio=clinic.portfolio, number=1, on=days_ago(3), regions={"knee"})
    with pytest.raises(NotAllowed, match="your own portfolio"):
        appraise(clinic, scan, by=clinic.student_user)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"on": "before"}, "on"),
        ({"on": "later"}, "on"),
        ({"grade": ""}, "grade"),
        ({"grade": "splendid"}, "grade"),
    ],
)
def test_an_appraisal_that_cannot_be_is_refused(clinic: Clinic, said: dict[str, object], field: str) -> None:
    scan = log(clinic)
    days = {"before": days_ago(4), "later": days_ago(-1)}
    said = {name: days.get(str(value), value) for name, value in said.items()}
    with pytest.raises(Invalid) as refused:
        appraise(clinic, scan, **said)
    assert set(refused.value.problems) == {field}


def test_a_query_needs_words_and_is_answered_by_an_appraisal(clinic: Clinic) -> None:
    scan = log(clinic)
    with pytest.raises(Invalid, match="what it is about"):
        appraisals.appraise(
            by=clinic.mentor_user,
            scan_id=scan.pk,
            version=1,
            said=appraisals.Appraised(grade=""),
            state="queried",
        )
    appraisals.appraise(
        by=clinic.mentor_user, scan_id=scan.pk, version=1, said=appraisals.Appraised(grade="", comment="Which side?"),
        state="queried",
    )  # fmt: skip
    assert appraise(clinic, scan).state == "agreed" and Appraisal.objects.count() == 1


def test_what_the_mentor_did_not_see_is_not_signed(clinic: Clinic) -> None:
    scan = log(clinic)
    Scan.objects.filter(pk=scan.pk).update(version=2)
    with pytest.raises(Stale):
        appraise(clinic, scan)


def test_a_mentor_who_left_appraises_no_more_and_sees_nothing(clinic: Clinic) -> None:
    scan = log(clinic)
    assert list(scans_to_appraise(clinic.mentor_user)) == [scan]
    portfolios.leave_team(
        by=clinic.world.leader, membership_id=clinic.portfolio.student.team.get().pk, until=days_ago(1)
    )
    with pytest.raises(NotAllowed):
        appraise(clinic, scan)
    assert not scans_to_appraise(clinic.mentor_user) and not visible_portfolios(clinic.mentor_user)
    assert list(all_grants.differences([(clinic.portfolio, grants.portfolio_grants(clinic.portfolio))])) == []


# --- contracts ----------------------------------------------------------------------------------------------------


def sign(by: User, contract: LearningContract, party: str, **changes: str) -> Signature:
    values = {"name": by.full_name, "text_sha256": contract.text_sha256} | changes
    return contracts.sign_contract(by=by, contract_id=contract.pk, party=party, **values)


@pytest.fixture
def draft(clinic: Clinic) -> LearningContract:
    return contracts.draft_contract(
        by=clinic.student_user, portfolio_id=clinic.portfolio.pk, remit={"knee", "all"}
    )


def test_a_signature_binds_exactly_the_text(clinic: Clinic, draft: LearningContract) -> None:
    assert draft.number == 2 and sign(clinic.student_user, draft, "student").text_sha256 == draft.text_sha256
    with pytest.raises(NotNow, match="not the one you saw"):
        sign(clinic.mentor_user, draft, "mentor", text_sha256="0" * 64)
    LearningContract.objects.filter(pk=draft.pk).update(terms="And the moon.")
    with pytest.raises(NotNow, match="not the one you saw"):
        sign(clinic.mentor_user, draft, "mentor")


@pytest.mark.parametrize(
    ("who", "party"),
    [
        ("student_user", "mentor"), ("student_user", "institution"), ("mentor_user", "student"),
        ("mentor_user", "institution"), ("leader", "student"), ("leader", "mentor"), ("officer", "institution"),
    ],
)  # fmt: skip
def test_nobody_signs_for_another_party(
    clinic: Clinic, draft: LearningContract, who: str, party: str
) -> None:
    user = getattr(clinic, who, None) or getattr(clinic.world, who)
    with pytest.raises(NotAllowed):
        sign(user, draft, party)


def test_the_typed_name_is_the_persons_own(clinic: Clinic, draft: LearningContract) -> None:
    with pytest.raises(Invalid, match="full name"):
        sign(clinic.student_user, draft, "student", name="Somebody Else")
    sign(clinic.student_user, draft, "student", name=f"  {clinic.student_user.full_name.upper()} ")
    with pytest.raises(NotNow):
        sign(clinic.student_user, draft, "student")


def test_a_remit_needs_a_region_or_its_text(clinic: Clinic) -> None:
    for values in ({"remit": ()}, {"remit": {"tail"}}, {"remit": {"knee"}, "remit_text": "all I like"}):
        with pytest.raises(Invalid):
            contracts.draft_contract(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, **values)  # type: ignore[arg-type]


# --- admission, outcomes --------------------------------------------------------------------------------------------


def test_experience_is_judged_once_with_a_reason_and_never_ones_own(clinic: Clinic) -> None:
    student = clinic.portfolio.student
    with pytest.raises(NotNow):
        admissions.judge_experience(
            by=clinic.world.leader, student_id=student.pk, outcome="appropriate", reason="-"
        )
    colleague = admissions.apply(
        by=clinic.world.leader, course=clinic.world.course, full_name="M", profession="-", user=clinic.world.member,
        registrations=[], experience=[],
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="your own record"):
        admissions.judge_experience(
            by=clinic.world.member, student_id=colleague.pk, outcome="appropriate", reason="I am good"
        )
    with pytest.raises(Invalid, match="reason"):
        admissions.judge_experience(
            by=clinic.world.leader, student_id=colleague.pk, outcome="appropriate", reason=" "
        )


def test_an_unseen_patient_is_not_in_the_own_log(clinic: Clinic) -> None:
    log(clinic)

    def record(case: str, name: str = "Dr A") -> str:
        made = outcomes.record_assessment(
            by=clinic.world.member, portfolio_id=clinic.portfolio.pk, kind="unseen_patient", on=days_ago(1),
            regions=["knee"], outcome="pass", assessor_name=name, signed_on=days_ago(1), case=case,
        )  # fmt: skip
        return outcomes.what_counts(made)

    with pytest.raises(Invalid, match="own log"):
        record("K1")
    with pytest.raises(Invalid, match="Nobody assesses themselves"):
        record("U1", name=clinic.portfolio.student.full_name)
    assert "counts as an unseen patient examination for knee" in record("U1")


def test_only_one_final_award(clinic: Clinic) -> None:
    student = clinic.portfolio.student_id
    outcomes.record_award(by=clinic.world.member, student_id=student, kind="final", ratified_on=days_ago(1))
    with pytest.raises(NotNow):
        outcomes.record_award(
            by=clinic.world.member, student_id=student, kind="final", ratified_on=days_ago(1)
        )
    with pytest.raises(Invalid, match="names the regions"):
        outcomes.record_award(
            by=clinic.world.member, student_id=student, kind="interim", ratified_on=days_ago(1)
        )


def test_a_mentor_without_placement_joins_no_team(clinic: Clinic, rivals: Clinic) -> None:
    with pytest.raises(Invalid, match="place them first"):
        portfolios.join_team(
            by=clinic.world.leader, portfolio_id=clinic.portfolio.pk, mentor=rivals.mentor, since=days_ago(1)
        )


# --- who sees what ---------------------------------------------------------------------------------------------------


def test_two_worlds_see_their_own(clinic: Clinic, rivals: Clinic) -> None:
    log(clinic), log(rivals)
    for mine, theirs in ((clinic, rivals), (rivals, clinic)):
        for user in (mine.student_user, mine.mentor_user, mine.world.leader, mine.world.member):
            assert list(visible_portfolios(user)) == [mine.portfolio]
            assert [one.portfolio_id for one in visible_scans(user)] == [mine.portfolio.pk]
            assert list(visible_students(user)) == [mine.portfolio.student]
            assert set(visible_contracts(user)) == {mine.contract}
        for user in (
            mine.world.officer,
            mine.world.chair,
            mine.world.committee,
            mine.world.lead,
            make_user("X"),
        ):
            assert not visible_portfolios(user) and not visible_scans(user) and not visible_students(user)
        assert theirs.portfolio not in visible_portfolios(mine.world.leader)


def test_an_assessor_sees_portfolios_without_names(clinic: Clinic, rivals: Clinic) -> None:
    from accreditation.enums import InvitationState
    from accreditation.models import Assignment, Submission

    case = Submission.objects.create(
        course=clinic.world.course, reference="T-1", state="in_assessment", opened_by=clinic.world.leader
    )
    Assignment.objects.create(
        submission=case,
        user=clinic.world.lead,
        role="lead",
        state=InvitationState.ACCEPTED,
        assigned_by=clinic.world.officer,
    )
    all_grants.sync_submission(case)
    seen = list(visible_portfolios(clinic.world.lead))
    assert seen == [clinic.portfolio] and seen[0].named is False  # type: ignore[attr-defined]
    assert visible_portfolios(clinic.mentor_user).get().named is True  # type: ignore[attr-defined]
    assert not visible_students(clinic.world.lead) and not visible_contracts(clinic.world.lead)


def test_another_student_of_the_same_course_sees_nothing(clinic: Clinic) -> None:
    other, portfolio = make_student(clinic.world, "Other Student", clinic.mentor)
    assert list(visible_portfolios(other)) == [portfolio]


def test_a_mentor_of_the_course_sees_only_their_own_students(clinic: Clinic) -> None:
    user, _ = make_mentor(clinic.world, "Second Mentor")
    assert not visible_portfolios(user)


def test_lists_take_the_same_number_of_queries(clinic: Clinic, django_assert_num_queries: object) -> None:
    for size in (1, 30):
        scans.bulk_log_scans(
            by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=[clinic.entry()] * size
        )
        with django_assert_num_queries(1):  # type: ignore[operator]
            list(scans_to_appraise(clinic.mentor_user))


def test_a_clean_course_made_by_the_services_is_met_so_far(clinic: Clinic) -> None:
    """What the services make, the rules find in order: everything that does not need more scans."""
    for region in ("knee", "shoulder"):
        for finding in ("effusion", "synovitis", "bursitis", "effusion", "calcification"):
            scan = log(
                clinic, regions=frozenset({region}), pathologies=frozenset({finding}), on=timezone.localdate()
            )
            appraise(clinic, scan)
    report = evaluate(gather(clinic.world.course, timezone.localdate()))
    outcomes_of = {clause.clause: clause.outcome.value for clause in report.clauses}
    good = (
        "PS1.1",
        "PS1.2",
        "PS2.1",
        "PS2.2",
        "PS2.3",
        "PS2.4",
        "PS2.5",
        "PS4.1",
        "PS4.2",
        "PS4.3",
        "PS4.4",
        "PS4.5",
    )
    assert {clause: outcomes_of[clause] for clause in good} == dict.fromkeys(good, "met")
