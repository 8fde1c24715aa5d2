"""Panels at work: invitations, conflicts of interest, independence, stale saves, agreement, report and signatures."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from accreditation import judging
from accreditation.enums import ConflictKind, InvitationState, JudgementOutcome, PanelRole, SubmissionState
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.models import Assignment, AuditEvent, Conflict, Institution, Judgement, ReportItem
from accreditation.presenters import reviews as present
from accreditation.review_selectors import candidates, visible_judgements
from accreditation.selectors import visible_submissions
from accreditation.services import agreeing, conflicts, declarations, reports, reviews
from accreditation.services.conflicts import Declared
from tests.accreditation import panels
from tests.worlds import World, make_user

pytestmark = pytest.mark.django_db


# --- Invitations and conflicts of interest ----------------------------------------------------------------------


def test_whoever_works_there_or_has_a_conflict_cannot_be_chosen(world: World) -> None:
    submission = panels.submitted(world)
    colleague = make_user("Colleague", "assessor", institution=world.institution)
    elsewhere = Institution.objects.create(name="Elsewhere", short_name="Elsewhere")
    free = make_user("Free", "assessor", institution=elsewhere)
    conflicts.declare_conflict(
        by=world.officer, submission_id=submission.pk, kind=ConflictKind.CO_AUTHOR, user_id=world.co.pk
    )
    known = {one.user.pk: one for one in candidates(submission)}
    assert known[colleague.pk].refusal == "Works at University of Wexcombe."
    assert "nobody has decided" in known[world.co.pk].refusal
    assert known[free.pk].refusal == ""
    for person in (colleague, world.co, world.outsider):
        with pytest.raises(Invalid):
            reviews.assign(
                by=world.officer, submission_id=submission.pk, user_id=person.pk, role=PanelRole.LEAD
            )
    assert not Assignment.objects.exists()
    reviews.assign(by=world.officer, submission_id=submission.pk, user_id=free.pk, role=PanelRole.LEAD)


def test_the_same_invitation_twice_is_one_and_a_place_holds_one(world: World) -> None:
    submission = panels.submitted(world)
    invite: dict[str, Any] = {"by": world.officer, "submission_id": submission.pk}
    first = reviews.assign(**invite, user_id=world.lead.pk, role=PanelRole.LEAD)
    assert reviews.assign(**invite, user_id=world.lead.pk, role=PanelRole.LEAD).pk == first.pk
    with pytest.raises(NotNow, match="is the lead assessor already"):
        reviews.assign(**invite, user_id=world.co.pk, role=PanelRole.LEAD)
    with pytest.raises(Invalid, match="already on this panel"):
        reviews.assign(**invite, user_id=world.lead.pk, role=PanelRole.CO)


def test_nothing_is_visible_before_accepting_and_after_declining(world: World) -> None:
    submission = panels.submitted(world)
    place = reviews.assign(
        by=world.officer, submission_id=submission.pk, user_id=world.lead.pk, role=PanelRole.LEAD
    )
    assert not visible_submissions(world.lead).exists()
    with pytest.raises(NotAllowed):
        reviews.answer_invitation(by=world.co, assignment_id=place.pk, accept=True)
    with pytest.raises(Invalid):
        reviews.answer_invitation(by=world.lead, assignment_id=place.pk, accept=False, reason=" ")
    reviews.answer_invitation(by=world.lead, assignment_id=place.pk, accept=False, reason="On leave.")
    assert not visible_submissions(world.lead).exists()
    with pytest.raises(NotNow):
        reviews.answer_invitation(by=world.lead, assignment_id=place.pk, accept=True)


def test_a_declared_conflict_keeps_the_case_shut_until_an_officer_decides(world: World) -> None:
    submission = panels.submitted(world)
    place = reviews.assign(
        by=world.officer, submission_id=submission.pk, user_id=world.lead.pk, role=PanelRole.LEAD
    )
    panels.seat(submission, world.officer, world.co, PanelRole.CO)
    declarations.declare_for_course(by=world.leader, assignment_id=place.pk)
    reviews.answer_invitation(
        by=world.lead,
        assignment_id=place.pk,
        accept=True,
        conflicts=[Declared(ConflictKind.ALUMNUS, "In 2009.")],
    )
    assert not visible_submissions(world.lead).exists()
    with pytest.raises(NotNow, match="conflict of interest"):
        reviews.start_assessment(by=world.officer, submission_id=submission.pk)
    conflict = Conflict.objects.get()
    with pytest.raises(NotAllowed):
        conflicts.decide_conflict(by=world.chair, conflict_id=conflict.pk, blocks=False, reason="Long ago.")
    with pytest.raises(Invalid):
        conflicts.decide_conflict(by=world.officer, conflict_id=conflict.pk, blocks=False, reason="")
    conflicts.decide_conflict(by=world.officer, conflict_id=conflict.pk, blocks=False, reason="Long ago.")
    assert visible_submissions(world.lead).get() == submission
    with pytest.raises(NotNow, match="decided"):
        conflicts.decide_conflict(by=world.officer, conflict_id=conflict.pk, blocks=True, reason="No.")
    reviews.start_assessment(by=world.officer, submission_id=submission.pk)


def test_a_late_conflict_ends_the_place_and_what_was_agreed_with_it(world: World) -> None:
    submission = panels.report_ready(world)
    conflicts.declare_conflict(by=world.co, submission_id=submission.pk, kind=ConflictKind.EMPLOYER)
    assert not visible_submissions(world.co).exists()
    conflicts.decide_conflict(
        by=world.officer, conflict_id=Conflict.objects.get().pk, blocks=True, reason="Starts there in May."
    )
    submission.refresh_from_db()
    assert submission.state == SubmissionState.IN_ASSESSMENT
    assert submission.assignments.get(user=world.co).state == InvitationState.REMOVED
    assert not submission.agreed_judgements.exists()
    assert ReportItem.objects.filter(report__submission=submission).count() == 2, "the report's text stays"
    panels.seat(submission, world.officer, world.shadow, PanelRole.CO)
    assert not visible_judgements(world.shadow, submission).exists(), "a successor judges as independently"
    panels.judge_all(submission, world.shadow)
    reviews.finish(by=world.shadow, submission_id=submission.pk)
    submission.refresh_from_db()
    assert submission.state == SubmissionState.AGREEING


def test_something_else_wants_words_and_the_same_conflict_counts_once(world: World) -> None:
    submission = panels.in_assessment(world)
    declare: dict[str, Any] = {"by": world.lead, "submission_id": submission.pk}
    with pytest.raises(Invalid):
        conflicts.declare_conflict(**declare, kind=ConflictKind.OTHER)
    with pytest.raises(Invalid):
        conflicts.declare_conflict(**declare, kind="friendship")
    with pytest.raises(NotAllowed):
        conflicts.declare_conflict(**declare, kind=ConflictKind.MENTOR, user_id=world.co.pk)
    assert conflicts.declare_conflict(**declare, kind=ConflictKind.MENTOR)
    assert conflicts.declare_conflict(**declare, kind=ConflictKind.MENTOR) is None
    assert Conflict.objects.count() == 1


# --- Judging alone ------------------------------------------------------------------------------------------------


def test_neither_sees_the_other_before_both_have_finished(world: World) -> None:
    submission = panels.in_assessment(world, shadow=True)
    for user in (world.lead, world.co, world.shadow):
        panels.judge_all(submission, user)

    def seen_by(user: Any) -> set[Any]:
        submission.refresh_from_db()
        return set(visible_judgements(user, submission).values_list("assignment__user", flat=True))

    own = {user.pk: {user.pk} for user in (world.lead, world.co, world.shadow)}
    outside = (world.officer, world.chair, world.committee, world.leader, world.member, world.outsider)
    assert all(seen_by(user) == own[user.pk] for user in (world.lead, world.co, world.shadow))
    assert not any(seen_by(user) for user in outside)
    reviews.finish(by=world.lead, submission_id=submission.pk)
    reviews.finish(by=world.shadow, submission_id=submission.pk)
    assert seen_by(world.lead) == {world.lead.pk}, "one and a shadow are not both"
    assert seen_by(world.co) == {world.co.pk}
    reviews.finish(by=world.co, submission_id=submission.pk)
    both = {world.lead.pk, world.co.pk}
    assert seen_by(world.lead) == seen_by(world.co) == seen_by(world.officer) == both
    assert seen_by(world.shadow) == both | {world.shadow.pk}
    assert not seen_by(world.chair) and not seen_by(world.leader), "not before it has the report; never"


def test_finishing_is_refused_while_a_clause_is_open_or_wants_its_reason(world: World) -> None:
    submission = panels.in_assessment(world)
    panels.judge_all(submission, world.lead)
    place = submission.assignments.get(user=world.lead)
    place.judgements.get(clause="PS4.1").delete()
    place.judgements.filter(clause="PS1.1").update(outcome=JudgementOutcome.NOT_MET, reason=" ")
    with pytest.raises(Invalid) as refused:
        reviews.finish(by=world.lead, submission_id=submission.pk)
    assert refused.value.problems == {"clauses": ["PS1.1", "PS4.1"]}
    place.refresh_from_db()
    assert place.done_at is None


def test_after_finishing_nothing_changes_any_more(world: World) -> None:
    submission = panels.in_assessment(world)
    panels.judge_all(submission, world.lead)
    reviews.finish(by=world.lead, submission_id=submission.pk)
    with pytest.raises(NotNow, match="have finished"):
        reviews.save_judgement(by=world.lead, submission_id=submission.pk, clause="PS1.1", outcome="not_met")
    with pytest.raises(NotNow):
        reviews.finish(by=world.lead, submission_id=submission.pk)


def test_a_stale_save_is_refused_with_both_texts_and_the_same_text_is_no_conflict(world: World) -> None:
    submission = panels.in_assessment(world)
    save: dict[str, Any] = {"by": world.lead, "submission_id": submission.pk, "clause": "PS1.2"}
    first = reviews.save_judgement(**save, outcome="met", comment="One", version=0)
    again = reviews.save_judgement(**save, outcome="met", comment="One", version=0)
    assert again.pk == first.pk and again.version == 1, "a second press"
    reviews.save_judgement(**save, outcome="met", comment="Two", version=1)
    with pytest.raises(Stale) as stale:
        reviews.save_judgement(**save, outcome="not_met", comment="Three", version=1)
    assert isinstance(stale.value.current, Judgement) and stale.value.current.comment == "Two"
    assert Judgement.objects.get().comment == "Two"


def test_the_page_of_a_stale_save_shows_both_texts_and_a_second_save_wins(world: World, client: Any) -> None:
    submission = panels.in_assessment(world)
    client.force_login(world.lead, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("review_clause", args=[submission.pk, "PS1.2"])
    client.post(url, {"outcome": "met", "comment": "Saved in the first window", "version": 0})
    typed = {"outcome": "partly_met", "comment": "Typed in the second window", "version": 0}
    page = client.post(url, typed)
    text = page.content.decode()
    assert page.status_code == 409
    assert "Saved in the first window" in text and "Typed in the second window" in text
    assert client.post(url, typed | {"version": page.context["form"]["version"].value()}).status_code == 302
    assert Judgement.objects.get().comment == "Typed in the second window"


@pytest.mark.parametrize(
    ("finding", "in_line"),
    [
        ("met", {"met"}),
        ("not_met", {"not_met", "partly_met"}),
        ("missing", {"not_met", "partly_met"}),
        ("not_applicable", {"not_applicable"}),
        ("judge", set(JudgementOutcome.values)),
        ("note", set(JudgementOutcome.values)),
        ("", set(JudgementOutcome.values)),
    ],
)
def test_where_a_judgement_parts_from_the_rules(finding: str, in_line: set[str]) -> None:
    assert {code for code in JudgementOutcome.values if not judging.differs(code, finding)} == in_line
    assert not judging.differs(None, finding)


def test_each_clause_stands_in_exactly_one_list_of_the_brief(world: World) -> None:
    submission = panels.in_assessment(world)
    snapshot = judging.current(submission)
    assert snapshot
    lines = present.lines(snapshot, submission, {})
    brief = present.brief(lines)
    listed = [line.clause.id for part in (brief.verified, brief.to_read, brief.to_judge) for line in part]
    assert sorted(listed) == sorted(clause.id for clause in judging.clauses(snapshot))
    assert {line.clause.id for line in brief.to_read} == {"PS1.2", "PS2.4", "PS2.6"}
    assert {line.clause.id for line in brief.to_judge} == {"PS3.1"}
    assert brief.pages == 2 and brief.minutes == 3, "the same two pages three times are two pages"


# --- Agreeing, report, signatures ---------------------------------------------------------------------------------


def test_what_both_judged_alike_is_agreed_at_once_and_dissent_stays(world: World) -> None:
    submission = panels.agreeing(world, co_says={"PS4.2": "not_met"})
    agreed = agreeing.agree_equal(by=world.co, submission_id=submission.pk)
    assert len(agreed) == 20 and "PS4.2" not in agreed
    assert agreeing.agree_equal(by=world.co, submission_id=submission.pk) == []
    both = submission.agreed_judgements.get(clause="PS1.1").comment
    assert both == f"{world.lead.full_name} on PS1.1\n\n{world.co.full_name} on PS1.1"
    say: dict[str, Any] = {"by": world.lead, "submission_id": submission.pk, "clause": "PS4.2"}
    with pytest.raises(Invalid) as refused:
        agreeing.agree(**say, outcome="not_met")
    assert "reason" in refused.value.problems
    row = agreeing.agree(
        **say, outcome="not_met", reason="Two dates are missing.", dissent="The lead sees it met."
    )
    assert (row.finding, row.agreed_by) == ("met", world.lead)
    with pytest.raises(Stale):
        agreeing.agree(**say, outcome="partly_met", reason="Changed.", version=0)
    assert "Only CASE" not in " ".join(submission.agreed_judgements.values_list("comment", flat=True))


def test_an_edit_after_signing_removes_the_signature(world: World) -> None:
    submission = panels.report_ready(world)
    report = reports.report_of(submission)
    seen = report.version
    reports.sign_report(by=world.lead, submission_id=submission.pk, version=seen)
    reports.save_report(by=world.lead, submission_id=submission.pk, summary="Another text.", version=seen)
    report.refresh_from_db()
    assert report.lead_signed_at is None
    assert AuditEvent.objects.filter(verb="report.signatures_removed").count() == 1
    with pytest.raises(Stale):
        reports.sign_report(by=world.co, submission_id=submission.pk, version=seen)
    submission.refresh_from_db()
    assert submission.state == SubmissionState.AGREEING


def test_only_the_lead_writes_and_a_shadow_counts_for_nothing(world: World) -> None:
    submission = panels.agreeing(world, shadow=True)
    report = reports.report_of(submission)
    for user in (world.co, world.shadow, world.officer, world.leader):
        with pytest.raises(NotAllowed):
            reports.save_report(by=user, submission_id=submission.pk, summary="x", version=report.version)
    for user in (world.shadow, world.officer, world.leader):
        with pytest.raises(NotAllowed):
            agreeing.agree(by=user, submission_id=submission.pk, clause="PS1.1", outcome="met")
        with pytest.raises(NotAllowed):
            reports.sign_report(by=user, submission_id=submission.pk, version=report.version)


def test_a_report_wants_every_clause_agreed_and_a_summary(world: World) -> None:
    submission = panels.agreeing(world, co_says={"PS4.2": "not_met"})
    agreeing.agree_equal(by=world.lead, submission_id=submission.pk)
    version = reports.report_of(submission).version
    with pytest.raises(NotNow, match=r"PS4\.2 is open"):
        reports.sign_report(by=world.lead, submission_id=submission.pk, version=version)
    agreeing.agree(by=world.lead, submission_id=submission.pk, clause="PS4.2", outcome="met")
    version = reports.report_of(submission).version
    with pytest.raises(NotNow, match="summary"):
        reports.sign_report(by=world.lead, submission_id=submission.pk, version=version)


def test_entries_are_checked_numbered_and_renumbered(world: World) -> None:
    submission = panels.agreeing(world)
    add: dict[str, Any] = {"by": world.lead, "submission_id": submission.pk, "kind": "condition"}
    with pytest.raises(Invalid) as refused:
        reports.save_item(**add, text="  ")
    assert set(refused.value.problems) == {"clause", "due_on", "text"}
    entries = [
        reports.save_item(**add, text=text, clause="PS2.4", due_on=date(2027, 2, 28))
        for text in ("a", "b", "c")
    ]
    with pytest.raises(Stale):
        reports.save_item(**add, text="x", clause="PS2.4", due_on=date(2027, 2, 28), item_id=entries[0].pk)
    reports.remove_item(by=world.lead, submission_id=submission.pk, item_id=entries[0].pk)
    reports.remove_item(by=world.lead, submission_id=submission.pk, item_id=entries[0].pk)
    left = ReportItem.objects.order_by("number").values_list("number", "text")
    assert list(left) == [(1, "b"), (2, "c")]


def test_a_summary_saved_while_a_clause_was_agreed_is_not_stale(world: World) -> None:
    submission = panels.agreeing(world)
    seen = reports.report_of(submission)
    agreeing.agree(by=world.co, submission_id=submission.pk, clause="PS1.1", outcome="met")
    save: dict[str, Any] = {"by": world.lead, "submission_id": submission.pk, "version": seen.version}
    with pytest.raises(Stale):
        reports.save_report(**save, summary="New", seen_sum=reports.text_sum("something else"))
    assert (
        reports.save_report(**save, summary="New", seen_sum=reports.text_sum(seen.summary)).summary == "New"
    )


def test_a_phrase_goes_into_the_box_and_a_second_press_adds_nothing(world: World, client: Any) -> None:
    submission = panels.agreeing(world)
    client.force_login(world.lead, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("review_item_add", args=[submission.pk, "condition"])
    form = client.get(url).context["form"]
    typed = {"text": "My own start.", "form_key": str(form["form_key"].value()), "version": 0}
    day = {"due_on_day": "28", "due_on_month": "2", "due_on_year": "2027"}
    page = client.post(url, typed | day | {"action": "phrase", "phrase": "c-remit"})
    shown = page.context["form"]
    assert 'value="28"' in str(shown["due_on"]) and 'value="2027"' in str(shown["due_on"])
    assert page.status_code == 200 and not ReportItem.objects.exists()
    assert shown["text"].value().startswith("My own start.") and "learning contract" in shown["text"].value()
    assert shown["clause"].value() == "PS2.2"
    whole = typed | {"clause": "PS2.2", "due_on_day": "28", "due_on_month": "2", "due_on_year": "2027"}
    for _ in range(2):
        assert client.post(url, whole).status_code == 302
    assert ReportItem.objects.count() == 1
