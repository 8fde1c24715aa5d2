"""A notice that asks for something is no news any more the moment that is done: one line of the table for each kind."""

from collections.abc import Callable, Generator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accreditation import mail
from accreditation.enums import PanelRole
from accreditation.models import Appeal, Message, Submission, User
from accreditation.notices import own_notices
from accreditation.services import (
    appeals,
    asked,
    condition_mail,
    condition_steps,
    conditions,
    conflicts,
    decisions,
    declarations,
    events,
    reports,
    reviews,
    telling,
)
from tests.accreditation import panels
from tests.worlds import World

pytestmark = pytest.mark.django_db
Path = Generator[User, None, None]


def new(user: User) -> set[str]:
    return set(own_notices(user).filter(read_at__isnull=True).values_list("kind", flat=True))


def arrived(w: World) -> Path:
    case = panels.submitted(w)
    with transaction.atomic():
        telling.submitted(case, number=1)
    yield w.officer
    panels.seat(case, w.officer, w.lead, PanelRole.LEAD)
    panels.seat(case, w.officer, w.co, PanelRole.CO)
    reviews.start_assessment(by=w.officer, submission_id=case.pk)


def invited(w: World) -> Path:
    case = panels.submitted(w)
    place = reviews.assign(by=w.officer, submission_id=case.pk, user_id=w.lead.pk, role="lead")
    yield w.lead
    reviews.answer_invitation(by=w.lead, assignment_id=place.pk, accept=True)


def to_declare(w: World) -> Path:
    case = panels.submitted(w)
    place = reviews.assign(by=w.officer, submission_id=case.pk, user_id=w.lead.pk, role="lead")
    yield w.leader
    declarations.declare_for_course(by=w.leader, assignment_id=place.pk)


def declined(w: World) -> Path:
    case = panels.submitted(w)
    place = reviews.assign(by=w.officer, submission_id=case.pk, user_id=w.lead.pk, role="lead")
    reviews.answer_invitation(by=w.lead, assignment_id=place.pk, accept=False, reason="On leave.")
    yield w.officer
    reviews.assign(by=w.officer, submission_id=case.pk, user_id=w.shadow.pk, role="lead")


def conflict(w: World) -> Path:
    case = panels.in_assessment(w)
    row = conflicts.declare_conflict(by=w.lead, submission_id=case.pk, kind="personal")
    assert row
    yield w.officer
    conflicts.decide_conflict(by=w.officer, conflict_id=row.pk, blocks=False, reason="Long ago.")


def to_judge(w: World) -> Path:
    case = panels.in_assessment(w)
    yield w.lead
    panels.judge_all(case, w.lead)
    reviews.finish(by=w.lead, submission_id=case.pk)


def both_in(w: World) -> Path:
    case = panels.report_ready(w)
    yield w.lead
    _sign(w, case)


def to_sign(w: World) -> Path:
    case = panels.report_ready(w)
    reports.sign_report(by=w.lead, submission_id=case.pk, version=reports.report_of(case).version)
    yield w.co
    reports.sign_report(by=w.co, submission_id=case.pk, version=reports.report_of(case).version)


def sent_back(w: World) -> Path:
    case = panels.reported(w)
    decisions.send_back(by=w.chair, submission_id=case.pk, reason="One clause is bare.")
    yield w.lead
    _sign(w, case)


def to_decide(w: World) -> Path:
    case = panels.reported(w)
    yield w.chair
    decisions.decide(by=w.chair, submission_id=case.pk, **panels.decision_values())


def _sign(w: World, case: Submission) -> None:
    for by in (w.lead, w.co):
        reports.sign_report(by=by, submission_id=case.pk, version=reports.report_of(case).version)


def question(w: World) -> Path:
    case = panels.in_assessment(w)
    row = asked.ask(by=w.lead, submission_id=case.pk, clause="PS2.4", asked="Which regions?")
    yield w.leader
    row = asked.save_answer(
        by=w.leader, submission_id=case.pk, number=row.number, text="All.", version=row.version
    )
    asked.send(by=w.leader, submission_id=case.pk, number=row.number, version=row.version)


def answered(w: World) -> Path:
    for _ in question(w):
        pass
    yield w.lead
    case = Submission.objects.get()
    client = _client(w.lead)
    assert client.get(reverse("review_clause", args=[case.pk, "PS2.4"])).status_code == 200


def _client(user: User) -> Any:
    from django.test import Client

    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def days(w: World) -> Path:
    case = panels.in_assessment(w)
    event = events.propose(
        by=w.officer, submission_id=case.pk, kind="online", minutes=60, link="https://meet.example/x",
        dates=[timezone.now() + timedelta(days=40)],
    )  # fmt: skip
    yield w.lead
    events.answer(by=w.lead, event_id=event.pk, answers={date.pk: "yes" for date in event.dates.all()})


def _decided(w: World) -> Submission:
    case = panels.reported(w)
    decisions.decide(by=w.chair, submission_id=case.pk, **panels.decision_values())
    return case


def condition_due(w: World) -> Path:
    case = _decided(w)
    due = case.decisions.get().conditions.get().due_on
    condition_mail.remind(due)
    yield w.leader
    _answer(w, case)


def _answer(w: World, case: Submission) -> None:
    draft = conditions.save_answer(by=w.leader, submission_id=case.pk, number=1, text="Done.")
    condition_steps.send(by=w.leader, submission_id=case.pk, number=1, version=draft.version)


def condition_answered(w: World) -> Path:
    case = _decided(w)
    _answer(w, case)
    yield w.lead
    condition_steps.give_view(by=w.lead, submission_id=case.pk, number=1, verdict="met")


def condition_to_close(w: World) -> Path:
    case = _decided(w)
    _answer(w, case)
    for by in (w.lead, w.co):
        condition_steps.give_view(by=by, submission_id=case.pk, number=1, verdict="met")
    yield w.chair
    condition_steps.close(by=w.chair, submission_id=case.pk, number=1)


def condition_returned(w: World) -> Path:
    case = _decided(w)
    _answer(w, case)
    for by in (w.lead, w.co):
        condition_steps.give_view(by=by, submission_id=case.pk, number=1, verdict="met")
    condition_steps.give_back(by=w.chair, submission_id=case.pk, number=1, reason="A page is missing.")
    yield w.leader
    _answer(w, case)


def appeal(w: World) -> Path:
    case = _decided(w)
    row = Appeal.objects.create(decision=case.decisions.get(), grounds="A date.", lodged_by=w.leader)
    with transaction.atomic():
        appeals._tell("appeal_lodged", w.officer, row, "lodged")
    yield w.officer
    appeals.end(by=w.officer, submission_id=case.pk, upheld=False, outcome="No ground.")


TABLE: dict[str, Callable[[World], Path]] = {
    "submission_submitted": arrived,
    "panel_invited": invited,
    "course_to_declare": to_declare,
    "invitation_declined": declined,
    "conflict_declared": conflict,
    "assessment_started": to_judge,
    "judgements_in": both_in,
    "report_to_sign": to_sign,
    "report_sent_back": sent_back,
    "case_to_decide": to_decide,
    "question_asked": question,
    "question_answered": answered,
    "event_dates": days,
    "condition_due": condition_due,
    "condition_answered": condition_answered,
    "condition_to_close": condition_to_close,
    "condition_returned": condition_returned,
    "appeal_lodged": appeal,
}


@pytest.mark.parametrize("kind", TABLE)
def test_a_duty_that_is_done_is_no_news_any_more(world: World, kind: str) -> None:
    assert mail.kinds()[kind].duty
    path = TABLE[kind](world)
    person = next(path)
    assert kind in new(person), "nobody was asked: the test proves nothing"
    assert next(path, None) is None
    assert kind not in new(person)


def test_what_nobody_settled_at_once_is_settled_by_the_hourly_round(world: World) -> None:
    case = panels.in_assessment(world)
    Submission.objects.filter(pk=case.pk).update(state="withdrawn")
    Message.objects.filter(read_at__isnull=False).update(read_at=None)
    assert mail.settle_done() > 0
    assert not Message.objects.filter(kind="assessment_started", read_at__isnull=True).exists()
