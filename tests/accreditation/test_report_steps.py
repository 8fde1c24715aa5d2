"""Between a report's signatures and the decision: conditions calibrated before the course sees them, facts corrected by it,
and the papers that the panel sends before.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accreditation import report_steps
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.home import report_steps as home
from accreditation.models import AuditEvent, CalibrationView, Decision, Message, PanelReport, Submission, User
from accreditation.presenters import cases
from accreditation.presenters import submissions as course_words
from accreditation.services import calibration, decisions, panel_papers, replies, reports, resubmission
from accreditation.timelines import dues
from tests.accreditation import filemaker, panels
from tests.worlds import World

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def get(user: User, name: str, *args: Any) -> Any:
    return client_of(user).get(reverse(name, args=args))


def everybody(*worlds: World) -> list[tuple[str, User]]:
    return [pair for world in worlds for pair in panels.everyone(world)]


def report_of(submission: Submission) -> PanelReport:
    return PanelReport.objects.get(submission=submission)


def decide(world: World, submission: Submission) -> Decision:
    return decisions.decide(by=world.chair, submission_id=submission.pk, **panels.decision_values())


def look(
    by: User, submission: Submission, verdict: str, reason: str = "", number: int = 1
) -> CalibrationView:
    item = report_of(submission).items.get(kind="condition", number=number)
    return calibration.look_at(
        by=by, submission_id=submission.pk, item_id=item.pk, verdict=verdict, reason=reason
    )


# --- calibration ----------------------------------------------------------------------------------------------------


def test_the_course_sees_nothing_before_the_committee_has_looked_at_each_condition(
    world: World, rival: World
) -> None:
    submission = panels.signed(world, conditions=2)
    panels.on_agenda(world, submission)
    for who in (world.leader, world.member):
        assert get(who, "shared_report", submission.pk).status_code == 404
        assert "Condition text" not in get(who, "submission", submission.pk).content.decode()
    assert not Message.objects.filter(kind="report_released").exists()
    with pytest.raises(NotNow, match="have to be calibrated"):
        decide(world, submission)
    wanted = Message.objects.get(kind="calibration_wanted", person=world.chair)
    assert wanted.path == reverse("calibration", args=[submission.pk])
    assert [one.title for one in home.items_for(world.chair)] == ["Look at the conditions of a report"]
    assert home.items_for(rival.chair) != [] and home.items_for(world.committee) == []
    for name, who in everybody(world, rival):
        if who in (world.chair, rival.chair):
            continue
        with pytest.raises((NotAllowed, NotNow)):
            look(who, submission, "agree")
        with pytest.raises((NotAllowed, NotNow)):
            calibration.finish(by=who, submission_id=submission.pk)
        if who not in (world.officer, rival.officer, world.committee, rival.committee):
            assert get(who, "calibration", submission.pk).status_code in (403, 404), name
    look(world.chair, submission, "agree")
    with pytest.raises(NotNow, match="Look at condition 2 first"):
        calibration.finish(by=world.chair, submission_id=submission.pk)
    with pytest.raises(Invalid):
        look(world.chair, submission, "change", " ", number=2)
    look(world.chair, submission, "change", "Ask for less.", number=2)
    look(world.chair, submission, "agree", number=2)
    calibration.finish(by=world.chair, submission_id=submission.pk)
    assert CalibrationView.objects.count() == 2, "changing one's mind leaves one view"
    page = get(world.leader, "shared_report", submission.pk).content.decode()
    assert "Condition text 1" in page and "Condition text 2" in page
    assert Message.objects.filter(kind="report_released").count() == 2
    for who in (rival.leader, rival.lead, rival.outsider, world.outsider, world.shadow):
        assert get(who, "shared_report", submission.pk).status_code == 404


def test_a_named_member_suggests_the_panel_answers_or_changes_and_both_sign_again(
    world: World, rival: World
) -> None:
    submission = panels.signed(world, conditions=2)
    name: dict[str, Any] = {"submission_id": submission.pk, "person_id": world.committee.pk}
    for _, who in everybody(world, rival):
        if who not in (world.officer, world.chair, rival.officer, rival.chair):
            with pytest.raises(NotAllowed):
                calibration.name_calibrator(by=who, **name)
    with pytest.raises(Invalid):
        calibration.name_calibrator(by=world.officer, submission_id=submission.pk, person_id=world.lead.pk)
    calibration.name_calibrator(by=world.officer, **name)
    assert [one.title for one in home.items_for(world.committee)] == ["Look at the conditions of a report"]
    look(world.committee, submission, "change", "Six weeks are too few.")
    second = look(world.committee, submission, "change", "Others were asked for less.", number=2)
    calibration.finish(by=world.committee, submission_id=submission.pk)
    submission.refresh_from_db()
    assert submission.state == "agreeing" and report_of(submission).lead_signed_at is None
    shown = get(world.lead, "review_report", submission.pk).content.decode()
    assert "Six weeks are too few." in shown
    for who in (world.leader, rival.lead):
        answer = get(who, "submission", submission.pk)
        assert "Six weeks" not in answer.content.decode()
    version = report_of(submission).version
    with pytest.raises(NotNow, match="condition 1 and 2"):
        reports.sign_report(by=world.lead, submission_id=submission.pk, version=version)
    for who in (world.co, world.chair, world.officer, rival.lead, world.leader):
        with pytest.raises((NotAllowed, NotNow)):
            calibration.answer(by=who, submission_id=submission.pk, view_id=second.pk, answer="No.")
    calibration.answer(
        by=world.lead, submission_id=submission.pk, view_id=second.pk, answer="The log is the heart of it."
    )
    item = report_of(submission).items.get(kind="condition", number=1)
    reports.save_item(
        by=world.lead, submission_id=submission.pk, kind="condition", item_id=item.pk, version=item.version,
        clause="PS2.4", text="Condition text, milder", due_on=date(2027, 6, 30),
    )  # fmt: skip
    panels.sign(world, submission)
    assert {one.number for one in report_steps.to_calibrate(report_of(submission))} == {1, 2}
    page = get(world.committee, "calibration", submission.pk).content.decode()
    assert "The log is the heart of it." in page and "It said then: Condition text 1" in page
    look(world.committee, submission, "agree")
    look(world.committee, submission, "agree", number=2)
    calibration.finish(by=world.committee, submission_id=submission.pk)
    assert report_of(submission).released_at is not None
    assert AuditEvent.objects.filter(verb="submission.changes_suggested").count() == 1


def test_precedents_are_shown_and_a_report_without_conditions_goes_to_the_course_at_once(
    world: World, rival: World
) -> None:
    panels.decided(rival)
    submission = panels.signed(world)
    item = report_of(submission).items.get(kind="condition")
    page = get(world.chair, "calibration_look", submission.pk, item.pk).content.decode()
    assert rival.course.title in page and "after the decision" in page
    assert get(rival.leader, "calibration_look", submission.pk, item.pk).status_code == 403
    third = panels.signed(rival, conditions=0)
    assert report_of(third).released_at is not None, "nothing to calibrate"


# --- correcting facts -----------------------------------------------------------------------------------------------


def correction(world: World, submission: Submission, *, send: bool = True) -> int:
    reply = replies.begin(by=world.member, submission_id=submission.pk, clause="PS2.1")
    to: dict[str, Any] = {"by": world.member, "submission_id": submission.pk, "number": reply.number}
    replies.save_answer(text="There are four contracts, not three.", **to)
    submission.snapshots.update(files=[])
    file, _ = replies.add_file(upload=filemaker.upload("Contracts.pdf"), title="Contracts", **to)
    replies.cite(evidence_id=file.pk, pages="2", **to)
    if send:
        replies.send(by=world.leader, submission_id=submission.pk, number=reply.number, version=1)
    return reply.number


def test_facts_are_corrected_with_evidence_and_the_panel_answers_before_the_decision(
    world: World, rival: World
) -> None:
    submission = panels.released(world)
    panels.on_agenda(world, submission)
    with pytest.raises(NotNow, match="can correct facts in the report until"):
        decide(world, submission)
    assert course_words.next_line(submission)["who"] == "Your course team"
    assert cases.state_line(submission, []).who == "Course team"
    for name, who in everybody(world, rival):
        if who not in (world.leader, world.member):
            with pytest.raises(NotAllowed):
                replies.begin(by=who, submission_id=submission.pk, clause="PS1.1")
            with pytest.raises(NotAllowed):
                replies.end(by=who, submission_id=submission.pk)
            assert home.items_for(who) == [], name
    number = correction(world, submission, send=False)
    for who in (world.lead, world.officer, world.committee, rival.leader):
        assert get(who, "fact_reply", submission.pk, number).status_code == 404, "a draft is the team's own"
        assert get(who, "evidence_view", submission.pk, 1).status_code == 404
    with pytest.raises(NotAllowed):
        replies.send(by=world.member, submission_id=submission.pk, number=number, version=1)
    with pytest.raises(Stale):
        replies.send(by=world.leader, submission_id=submission.pk, number=number, version=0)
    sent = replies.send(by=world.leader, submission_id=submission.pk, number=number, version=1)
    assert sent.sha256 == replies.sum_of(sent)
    with pytest.raises(NotNow, match="kept as it is"):
        replies.save_answer(by=world.member, submission_id=submission.pk, number=number, text="x", version=1)
    replies.end(by=world.leader, submission_id=submission.pk)
    with pytest.raises(NotNow, match="The panel has not answered a correction"):
        decide(world, submission)
    for who in (world.lead, world.co):
        assert "four contracts" in get(who, "fact_reply", submission.pk, number).content.decode()
        assert get(who, "evidence_view", submission.pk, 1).status_code == 200
        assert [one.title for one in home.items_for(who)] == ["Answer the correction about PS2.1"]
    settle: dict[str, Any] = {"submission_id": submission.pk, "number": number}
    for _, who in everybody(world, rival):
        if who not in (world.lead, world.co):
            with pytest.raises(NotAllowed):
                replies.settle(by=who, changed=False, answer="No.", **settle)
    # The lead takes the report back, changes it, and both sign; its conditions stand, so the course has it again.
    replies.revise(by=world.lead, submission_id=submission.pk)
    assert get(world.leader, "shared_report", submission.pk).status_code == 404
    report = report_of(submission)
    reports.save_report(
        by=world.lead, submission_id=submission.pk, summary="Sound. Four contracts.", version=report.version
    )
    panels.sign(world, submission)
    replies.settle(by=world.co, changed=True, answer="Four, and the summary says so.", **settle)
    with pytest.raises(NotNow):
        replies.settle(by=world.co, changed=True, answer="Twice.", **settle)
    page = get(world.leader, "shared_report", submission.pk).content.decode()
    assert "Four contracts." in page and "Report changed" in page
    assert Message.objects.filter(kind="report_changed").count() == 2
    assert Message.objects.filter(kind="report_released").count() == 2, "the clock ran once"
    assert Message.objects.filter(kind="case_to_decide", person=world.chair).exists()
    assert decide(world, submission).outcome == "accredit_with_conditions"


def test_without_a_word_the_time_ends_by_its_day_and_the_chair_is_told_once(
    world: World, rival: World
) -> None:
    submission = panels.released(world)
    due = report_of(submission).reply_due_on
    assert due == timezone.localdate() + timedelta(days=14)
    strip = {one.what: one for one in dues(submission)}
    assert strip["Correct facts in the report"].on == due
    assert (
        strip["Correct facts in the report"].state == "now"
        and strip["Calibrate the conditions"].state == "done"
    )
    number = correction(world, submission, send=False)
    PanelReport.objects.filter(submission=submission).update(reply_due_on=timezone.localdate())
    assert replies.tell_lapsed() == 0, "the last day counts whole"
    PanelReport.objects.filter(submission=submission).update(
        reply_due_on=timezone.localdate() - timedelta(days=1)
    )
    with pytest.raises(NotNow, match="Facts could be corrected until"):
        replies.send(by=world.leader, submission_id=submission.pk, number=number, version=1)
    assert "There was no reply" in get(world.chair, "shared_report", submission.pk).content.decode()
    replies.tell_lapsed()
    replies.tell_lapsed()
    told = Message.objects.filter(kind="case_to_decide", submission=submission)
    assert {one.person for one in told} == {world.chair} | set(User.objects.filter(groups__name="chair"))
    assert told.count() == len({one.person_id for one in told})
    panels.on_agenda(world, submission)
    assert decide(world, submission)


def test_the_chair_may_go_on_with_a_reason_that_the_course_reads(world: World, rival: World) -> None:
    submission = panels.released(world)
    for _, who in everybody(world, rival):
        if who not in (world.chair, rival.chair):
            with pytest.raises(NotAllowed):
                replies.go_on(by=who, submission_id=submission.pk, reason="We meet today.")
    with pytest.raises(Invalid):
        replies.go_on(by=world.chair, submission_id=submission.pk, reason=" ")
    page = client_of(world.chair).post(
        reverse("decision_go_on", args=[submission.pk]), {"reason": "The next meeting is in May."}
    )
    assert page.status_code == 302
    assert "The next meeting is in May." in get(world.leader, "shared_report", submission.pk).content.decode()
    with pytest.raises(NotNow):
        replies.begin(by=world.leader, submission_id=submission.pk, clause="PS1.1")
    with pytest.raises(NotNow, match="Nothing stands in the way"):
        replies.go_on(by=world.chair, submission_id=submission.pk, reason="Again.")
    panels.on_agenda(world, submission)
    assert decide(world, submission)


def test_the_course_writes_and_sends_on_its_pages(world: World) -> None:
    submission = panels.released(world)
    client = client_of(world.leader)
    at = reverse("shared_report", args=[submission.pk])
    assert "Correct a fact" in client.get(at).content.decode()
    assert "Dissent" not in client.get(at).content.decode()
    for _ in range(2):
        begun = client.post(reverse("fact_reply_begin", args=[submission.pk]), {"clause": "PS1.1"})
        assert begun.url == reverse("fact_reply_write", args=[submission.pk, 1])
    assert (
        client.post(reverse("fact_reply_begin", args=[submission.pk]), {"clause": "PS9"}).status_code == 404
    )
    saved = client.post(
        begun.url, {"text": "It is two, not one.", "version": "0", "action": "send", "__end": "1"}
    )
    assert saved.status_code == 302, saved.content.decode()[-500:]
    sent = client.post(saved.url, {"version": "1"}, follow=True)
    assert "With the panel" in sent.content.decode()
    answer = client_of(world.lead).post(
        reverse("fact_reply_settle", args=[submission.pk, 1]), {"changed": "no", "answer": "One is right."}
    )
    assert answer.status_code == 302
    assert "One is right." in client.get(reverse("fact_reply", args=[submission.pk, 1])).content.decode()
    client.post(reverse("fact_reply_end", args=[submission.pk]))
    assert "nothing more to correct" in client.get(at).content.decode()


# --- the panel's papers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["issues", "headline"])
def test_a_paper_is_the_leads_until_it_is_sent_once(world: World, rival: World, kind: str) -> None:
    submission = panels.in_assessment(world) if kind == "issues" else panels.agreeing(world)
    case: dict[str, Any] = {"submission_id": submission.pk, "kind": kind}
    for name, who in everybody(world, rival):
        if who != world.lead:
            with pytest.raises(NotAllowed):
                panel_papers.save(by=who, text=name, **case)
    with pytest.raises(Invalid):
        panel_papers.send(by=world.lead, version=0, **case)
    paper = panel_papers.save(by=world.lead, text="How are sites audited?", **case)
    with pytest.raises(Stale):
        panel_papers.save(by=world.lead, text="Another text", version=0, **case)
    for who in (world.leader, world.co, world.officer):
        assert get(who, "panel_paper", submission.pk, kind).status_code == 404
    panel_papers.send(by=world.lead, version=paper.version, **case)
    with pytest.raises(NotNow, match="kept as it is"):
        panel_papers.send(by=world.lead, version=paper.version, **case)
    told = Message.objects.filter(kind="paper_sent")
    assert {one.person for one in told} >= {world.leader, world.member, world.officer}
    assert told.count() == len({one.person_id for one in told})
    for who in (world.leader, world.member, world.co, world.officer):
        assert "How are sites audited?" in get(who, "panel_paper", submission.pk, kind).content.decode()
    for who in (rival.leader, rival.lead, world.outsider, world.committee):
        assert get(who, "panel_paper", submission.pk, kind).status_code == 404
    what = {"issues": "Make the assessors’ issues available", "headline": "Headline report of major issues"}[
        kind
    ]
    assert {one.what: one.state for one in dues(submission)}[what] == "done"


def test_papers_are_written_in_their_time_and_on_their_pages(world: World) -> None:
    submission = panels.in_assessment(world)
    client = client_of(world.lead)
    brief = client.get(reverse("review_brief", args=[submission.pk])).content.decode()
    assert "Write the list of issues" in brief
    at = reverse("panel_paper_write", args=[submission.pk, "issues"])
    assert client.post(at, {"text": "Who audits?", "version": "0"}).status_code == 302
    stale = client.post(at, {"text": "Mine", "version": "0"})
    assert (
        stale.status_code == 409
        and "Who audits?" in stale.content.decode()
        and "Mine" in stale.content.decode()
    )
    client.post(reverse("panel_paper_send", args=[submission.pk, "issues"]), {"version": "1"})
    assert "List of issues" in get(world.leader, "submission", submission.pk).content.decode()
    Submission.objects.filter(pk=submission.pk).update(state="reported")
    for kind in ("issues", "headline"):
        with pytest.raises(NotNow):
            panel_papers.save(by=world.lead, submission_id=submission.pk, kind=kind, text="Late")


def test_a_new_version_after_a_deferral_begins_its_steps_anew(world: World) -> None:
    submission = panels.reported(world, conditions=0)
    values = panels.decision_values(outcome="defer", period_from=None, period_to=None)
    decisions.decide(by=world.chair, submission_id=submission.pk, **values)
    again = resubmission.resubmit(by=world.leader, submission_id=submission.pk)
    assert report_steps.report_of_case(again) is None
    assert report_steps.line(again) is None
