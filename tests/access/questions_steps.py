"""Questions about the steps of a case (what is asked and answered, reports, conditions, appeals), what the office keeps, and
messages.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accreditation import (
    asked,
    committee,
    conditions,
    mail,
    monitoring,
    notices,
    report_steps,
    run_selectors,
)
from accreditation.letters import chain
from accreditation.models import (
    Letter,
    PanelReport,
    Submission,
    User,
)
from accreditation.roles import OFFICER
from accreditation.services import (
    appeals,
    course_places,
    declarations,
    packs,
    resubmission,
)
from accreditation.services import monitoring as returns
from tests.access.asking import (
    ANYBODY,
    Change,
    Question,
    all_of,
    among,
    answer,
    appealed,
    case,
    condition,
    conflicted,
    correction,
    course,
    everybody_inactive,
    fixed,
    found_free,
    given_back,
    gone,
    lets,
    on_team,
    only_conflict,
    person,
    question_of,
    report,
    row,
    says,
    seated,
    sees,
    submitted_again,
    thing,
    with_role,
    without_groups,
)
from tests.access.oracle import (
    CASE,
    COMMITTEE,
    COUNTED,
    MEMBERS,
    NOBODY,
    OFFICE,
    OFFICERS,
    TEAM,
    THINGS,
)
from tests.access.stage import Side
from tests.people import days_ago


def private_words(user: User, given: Any) -> bool:
    return any(view.private for view in conditions.visible_views(user, given))


HIDDEN = [kind.code for kind in mail.kinds().values() if kind.office == mail.Office.HIDDEN][0]


def of_steps() -> Iterator[Question]:
    lead, leader = frozenset({"lead"}), frozenset({"leader"})
    yield Question("question", sees(asked.visible_questions, question_of), CASE["in_assessment"])
    back = row(question_of, withdrawn_at=timezone.now())
    yield Question("question that was taken back", sees(asked.visible_questions, question_of), NOBODY, back)
    yield Question("case one may ask about", lets(asked.check_ask, case("in_assessment")), lead)
    yield Question("case one may ask about (agreeing)", lets(asked.check_ask, case("agreeing")), NOBODY)
    reply = lets(asked.check_answer, question_of)
    answered = row(
        question_of, answered_at=timezone.now(), answered_by=person("leader"), sha256="0" * 64, text="Page 2."
    )
    yield Question("question one may answer", reply, TEAM)
    yield Question(
        "question whose answer one may send", lets(asked.check_answer, question_of, send=True), leader
    )
    yield Question("question one may answer, taken back", reply, NOBODY, back)
    yield Question("question one may answer, answered", reply, NOBODY, answered)
    yield Question(
        "question one may answer, too late", reply, NOBODY, row(case("in_assessment"), state="agreeing")
    )
    lodge, decided = lets(appeals.check_lodge, case("decided")), case("decided")
    of_decided = thing("decision")
    long_ago = timezone.now() - timedelta(days=900)

    def letters(**values: Any) -> Change:
        return lambda side: Letter.objects.filter(decision=side.things["decision"]).update(**values)

    yield Question("decision one may appeal against", lodge, leader)
    yield Question("no decision to appeal against", lets(appeals.check_lodge, case("reported")), NOBODY)
    yield Question(
        "no decision to appeal against, whatever the state says",
        lets(appeals.check_lodge, case("reported")), NOBODY, row(case("reported"), state="decided"),
    )  # fmt: skip
    for words, who, twist in (
        ("the case is open again", NOBODY, row(decided, state="reported")),
        ("there is an appeal", NOBODY, appealed(of_decided)),
        ("there is an appeal against another", leader, appealed(_rival_decision)),
        ("it was good news", NOBODY, row(of_decided, outcome="accredit")),
        ("its letter is not issued", NOBODY, letters(approved_at=None)),
        ("its time is over", NOBODY, letters(built_at=long_ago)),
    ):
        yield Question(f"decision one may appeal against, {words}", lodge, who, twist)
    office = lets(appeals._check_office, decided, fixed(OFFICER))
    yield Question("appeal one may keep", office, OFFICE)
    yield Question(
        "appeal one may keep, the officer works on the course", office, NOBODY, on_team("officer", "decided")
    )
    again = lets(resubmission.check_resubmit, decided)
    deferred = row(of_decided, outcome="defer", period_from=None, period_to=None)
    yield Question("case one may submit again", again, NOBODY)
    yield Question("deferred case one may submit again", again, TEAM, deferred)
    yield Question(
        "deferred case one may submit again, open again", again, NOBODY, all_of(deferred, row(decided, state="reported"))
    )  # fmt: skip
    yield Question(
        "case without a decision one may submit again, whatever the state says",
        lets(resubmission.check_resubmit, case("reported")), NOBODY, row(case("reported"), state="decided"),
    )  # fmt: skip
    for state, who in (("submitted", NOBODY), ("withdrawn", TEAM)):
        yield Question(
            f"deferred case one may submit again, once more ({state})", again, who, all_of(deferred, submitted_again(state))
        )  # fmt: skip


def of_conditions() -> Iterator[Question]:
    first, second, leader = condition(1), condition(2), frozenset({"leader"})
    private = OFFICE | COMMITTEE | COUNTED
    yield Question("condition", sees(conditions.visible_conditions, first), CASE["decided"])
    yield Question(
        "answer that was sent", among(conditions.visible_answers, answer(1), first), ANYBODY - {"anonymous"}
    )
    yield Question("answer in the making", among(conditions.visible_answers, answer(2), second), TEAM)
    yield Question("view of an answer", says(conditions.visible_views, answer(1)), private)
    words = lambda user, side: private_words(user, answer(1)(side))  # noqa: E731
    yield Question("words for CASE only", words, private)
    yield Question(
        "view of an answer, acted on", says(conditions.visible_views, answer(1)), ANYBODY, given_back
    )
    yield Question("words for CASE only, acted on", words, private, given_back)
    may_read = says(conditions.reads_private, case("decided"))
    works = on_team("officer", "decided")
    yield Question("private words", may_read, private)
    yield Question("private words, the officer works on the course", may_read, private - OFFICE, works)
    check = conditions.check_answer
    yield Question("condition one may answer", lets(check, second), TEAM)
    yield Question("condition whose answer one may send", lets(check, second, send=True), leader)
    yield Question("condition that is answered", lets(check, first), NOBODY)
    yield Question("answer one may give a view of", lets(conditions.check_view, first), COUNTED)
    yield Question("no answer to give a view of", lets(conditions.check_view, second), NOBODY)
    yield Question(
        "answer one may give a view of, with a shadow", lets(conditions.check_view, first), COUNTED, seated("shadow", "decided", "shadow")
    )  # fmt: skip
    extend, who = lets(conditions.check_extend, second), OFFICE | {"chair"}
    yield Question("condition one may extend", extend, who)
    yield Question("condition one may extend, the officer works on the course", extend, who - OFFICE, works)
    yield Question(
        "condition one may extend, closed",
        extend,
        NOBODY,
        row(second, state="closed", closed_on=days_ago(1), closed_by=person("chair")),
    )
    close = lets(conditions.check_close, second)
    is_ready = row(second, rules_decide=True, ready_on=days_ago(1))
    yield Question("condition one may close", lets(conditions.check_close, first), NOBODY)
    yield Question(
        "condition one may close, which the rules found met", close, frozenset({"chair"}), is_ready
    )
    lapse, late = lets(conditions.check_lapse, second), {"due_on": days_ago(400)}
    yield Question("condition one may call lapsed", lapse, NOBODY)
    yield Question(
        "condition one may call lapsed, long overdue", lapse, frozenset({"chair"}), row(second, **late)
    )
    yield Question(
        "condition one may call lapsed, answered", lets(conditions.check_lapse, first), NOBODY, row(first, **late)
    )  # fmt: skip


def of_reports() -> Iterator[Question]:
    """Before the decision: conditions calibrated with the Committee, facts corrected by the course."""
    lead, leader, chair = frozenset({"lead"}), frozenset({"leader"}), frozenset({"chair"})
    reported = case("reported")
    waits, not_sent = row(report, calibrated_at=None), row(report, released_at=None, reply_due_on=None)
    no_report = gone(lambda side: PanelReport.objects.filter(pk=report(side).pk))
    look = lets(report_steps.check_calibrate, reported)
    named = all_of(waits, row(report, calibrator=person("committee")))
    yield Question("conditions one may look at, looked at already", look, NOBODY)
    yield Question("conditions one may look at", look, chair, waits)
    yield Question("conditions one may look at, the member named for it", look, COMMITTEE, named)
    yield Question(
        "conditions one may look at, the person named sits on no Committee", look, chair, all_of(waits, row(report, calibrator=person("outsider")))
    )  # fmt: skip
    yield Question(
        "conditions one may look at, the member named no more", look, chair, all_of(named, without_groups("committee"))
    )  # fmt: skip
    for words, twist in (
        ("has a conflict", conflicted("chair")),
        ("works on the course", on_team("chair", "reported")),
        ("sat on its panel", seated("chair", "reported", "shadow")),
        ("comes too late", row(reported, state="agreeing")),
        ("has no report", no_report),
    ):
        yield Question(f"conditions one may look at, the chair {words}", look, NOBODY, all_of(waits, twist))
    yield Question(
        "conditions one may look at, the chair was taken off its panel",
        look, chair, all_of(waits, seated("chair", "reported", "shadow", "removed")),
    )  # fmt: skip
    runs = row(report, reply_due_on=days_ago(-5), reply_ended_at=None, went_on_at=None)
    mend = lets(report_steps.check_reply, reported)
    yield Question("facts one may correct, too late", mend, NOBODY)
    yield Question("facts one may correct", mend, TEAM, runs)
    yield Question(
        "facts one may send a correction of", lets(report_steps.check_reply, reported, leader=True), leader, runs
    )  # fmt: skip
    for words, twist in (
        ("the report was not sent", not_sent),
        ("the case is a draft again", row(reported, state="draft")),
        ("there is no report", no_report),
    ):
        yield Question(f"facts one may correct, {words}", mend, NOBODY, all_of(runs, twist))
    no_answer = {"changed": None, "answered_at": None, "answered_by": None, "answer": ""}
    unanswered = row(correction, **no_answer)
    unsent = row(correction, sent_at=None, sent_by=None, sha256="", **no_answer)
    write = lets(report_steps.check_write, correction)
    yield Question("correction one may write", write, TEAM, all_of(runs, unsent))
    yield Question("correction one may write, too late", write, NOBODY, unsent)
    yield Question("correction one may write, sent", write, NOBODY, runs)
    seen = sees(report_steps.visible_replies, correction)
    yield Question("correction", seen, CASE["reported"])
    yield Question("correction that was not sent", seen, TEAM, unsent)
    for words, since, until in (("will work", -1, None), ("worked", 30, 1)):
        place = on_team("officer", "reported", since, until)
        yield Question(
            f"correction that was not sent, the officer {words} on the course", seen, TEAM, all_of(unsent, place)
        )  # fmt: skip
    settle = lets(report_steps.check_settle, correction)
    yield Question("correction one may settle", settle, COUNTED, unanswered)
    yield Question("correction one may settle, answered", settle, NOBODY)
    yield Question("correction one may settle, not sent", settle, NOBODY, unsent)
    yield Question(
        "correction one may settle, with a shadow", settle, COUNTED, all_of(unanswered, seated("shadow", "reported", "shadow"))
    )  # fmt: skip
    yield Question(
        "correction one may settle, decided",
        settle,
        NOBODY,
        all_of(unanswered, row(reported, state="decided")),
    )
    back = lets(report_steps.check_revise, reported)
    yield Question("report one may take back, nothing waits", back, NOBODY)
    yield Question("report one may take back", back, lead, unanswered)
    yield Question(
        "report one may take back, too late", back, NOBODY, all_of(unanswered, row(reported, state="decided"))
    )
    yield Question("report one may take back, there is none", back, NOBODY, all_of(unanswered, no_report))
    go_on = lets(report_steps.check_go_on, reported)
    yield Question("case one may go on with, nothing stands in the way", go_on, NOBODY)
    yield Question("case one may go on with", go_on, chair, runs)
    for words, twist in (
        ("decided", row(reported, state="decided")),
        ("its report was not sent", not_sent),
        ("there is no report", no_report),
    ):
        yield Question(f"case one may go on with, {words}", go_on, NOBODY, all_of(runs, twist))


def of_the_office() -> Iterator[Question]:
    """Returns, meetings, runs, declarations, letters that wait."""
    leader, chair = frozenset({"leader"}), frozenset({"chair"})
    sent = thing("return")
    seen, unsent = sees(monitoring.visible_returns, sent), row(sent, sent_at=None, sent_by=None)
    yield Question("annual return", seen, THINGS["return"])
    yield Question("annual return, not sent", seen, TEAM, unsent)
    yield Question("annual return, all accounts closed", seen, NOBODY, everybody_inactive)
    for words, who, twist in (
        ("a conflict with the institution", NOBODY, conflicted("officer")),
        ("a conflict with a case", OFFICE, conflicted("officer", "decided")),
        ("a harmless conflict", OFFICE, all_of(conflicted("officer"), found_free("officer"))),
    ):
        yield Question(
            f"annual return, the officer with {words}", seen, THINGS["return"] - OFFICE | who, twist
        )
    owed, owed_unsent = row(sent, year=2026), row(sent, year=2026, sent_at=None, sent_by=None)
    write = lets(returns.check_edit, course("decided"), fixed(2026))
    yield Question("annual return one may write, sent", write, NOBODY, owed)
    yield Question("annual return one may write", write, TEAM, owed_unsent)
    yield Question(
        "annual return one may send",
        lets(returns.check_edit, course("decided"), fixed(2026), send=True),
        leader,
        owed_unsent,
    )
    for words, state, year in (
        ("of a course that owes none", "draft", 2026),
        ("that is not owed yet", "decided", 2025),
    ):
        yield Question(
            f"annual return one may write, {words}",
            lets(returns.check_edit, course(state), fixed(year)),
            NOBODY,
        )
    body = OFFICERS | MEMBERS
    yield Question("meeting", sees(committee.visible_meetings, thing("meeting")), body)
    items = lambda side: thing("meeting")(side).items.get(submission=side.cases["reported"])  # noqa: E731
    yield Question(
        "case on an agenda", sees(committee.visible_items, items, thing("meeting")), CASE["reported"]
    )
    yield Question(
        "agenda one may keep", lets(committee.check_keep), OFFICERS | {"chair", "conflicted_committee"}
    )
    yield Question("run", sees(run_selectors.visible_runs, thing("run")), OFFICERS)
    declare = lets(declarations.check_declare, thing("declaration"))
    place = thing("declaration")
    yield Question("place one may declare about", declare, OFFICERS | leader)
    for words, who, values in (
        ("the leader’s own", OFFICERS, {"user": person("leader")}),
        ("of somebody removed", NOBODY, {"state": "removed"}),
        ("of a course that is not asked", NOBODY, {"asks_course": False}),
    ):
        yield Question(f"place one may declare about, {words}", declare, who, row(place, **values))
    invite = lets(course_places.check, course("draft"), fixed("x@people.example"))
    yield Question("team one may invite to", invite, OFFICERS | leader)
    version = lambda side: side.cases["in_assessment"].snapshots.get()  # noqa: E731
    assessed = case("in_assessment")
    yield Question(
        "case one may have as one file", lets(packs.check_ask, assessed, version), CASE["in_assessment"]
    )
    yield Question("draft one may have as one file", lets(packs.check_ask, assessed, fixed(None)), TEAM)
    for part, who in (("chair", chair), ("lead", frozenset({"lead"})), ("officer", OFFICE)):
        approve = lets(chain.check_part, thing("letter"), fixed(part))
        yield Question(f"letter one may approve as {part}", approve, who)
        if part == "officer":
            works = on_team("officer", "decided")
            yield Question(
                "letter one may approve as officer, in conflict", approve, NOBODY, conflicted("officer")
            )
            yield Question("letter one may approve as officer, on the team", approve, NOBODY, works)
    close = lets(conditions._check_closer, condition(1))
    yield Question("condition one may decide on", close, chair)
    yield Question(
        "condition one may decide on, the chair is an assessor of it", close, NOBODY,
        all_of(with_role("chair", "assessor"), seated("chair", "decided", "shadow")),
    )  # fmt: skip


def of_messages() -> Iterator[Question]:
    notice, mine = thing("notice"), sees(notices.own_notices, thing("notice"))
    leader, invited_one = frozenset({"leader"}), frozenset({"invited"})
    yield Question("notice", mine, leader)
    for words, who, values in (
        ("about no case", leader, {"submission": None}),
        ("about a case that is not theirs", NOBODY, {"submission": lambda side: _rival_case(side)}),
    ):
        yield Question(f"notice {words}", mine, who, row(notice, **values))
    to_invited = row(notice, person=person("invited"), submission=lambda side: side.cases["submitted"])
    yield Question("notice to whoever is invited", mine, invited_one, to_invited)
    for words, who, twist in (
        ("a conflict with the institution", NOBODY, only_conflict("invited")),
        ("a conflict with the case", NOBODY, only_conflict("invited", "submitted")),
        ("a conflict with another case", invited_one, only_conflict("invited", "reported")),
        (
            "a conflict that was found harmless",
            invited_one,
            all_of(only_conflict("invited"), found_free("invited")),
        ),
    ):
        yield Question(f"notice to whoever is invited, with {words}", mine, who, all_of(to_invited, twist))
    sent, hidden = sees(notices.office_messages, notice), sees(notices.hidden_messages, notice)
    of_portfolio = row(notice, kind=HIDDEN)
    yield Question("message that the office reads", sent, OFFICE)
    yield Question("message about a portfolio that the office reads", sent, NOBODY, of_portfolio)
    yield Question("message that the office counts", hidden, NOBODY)
    yield Question("message about a portfolio that the office counts", hidden, OFFICERS, of_portfolio)


def _rival_decision(side: Side) -> Any:
    return _rival_case(side).decisions.get()


def _rival_case(side: Side) -> Submission:
    return Submission.objects.filter(state="decided").exclude(course__institution=side.world.institution)[0]
