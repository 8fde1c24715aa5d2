"""Each kind of application is asked about its clauses only, on every page from the draft to the report."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accreditation import judging, scopes, sections
from accreditation.enums import SubmissionKind
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.letters import content
from accreditation.models import Submission, User
from accreditation.presenters import reviews as present
from accreditation.rules.standards import EDITIONS
from accreditation.services import freezing, reviews, scoping, submissions
from tests.accreditation import panels
from tests.worlds import World

pytestmark = pytest.mark.django_db
ALL = [clause.id for clause in EDITIONS["msk-2023"].clauses]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def opened(world: World, kind: str) -> Submission:
    return submissions.open_submission(by=world.leader, course=world.course, kind=kind)


@pytest.mark.parametrize("kind", SubmissionKind.values)
def test_what_a_kind_leaves_out_is_data_and_exists(world: World, settings: Any, kind: str) -> None:
    assert set(settings.CLAUSES_LEFT_OUT) <= set(SubmissionKind.values)
    left_out = settings.CLAUSES_LEFT_OUT.get(kind, [])
    assert set(left_out) < set(ALL)
    draft = opened(world, kind)
    assert [clause.id for clause in scopes.clauses(draft)] == [one for one in ALL if one not in left_out]


def test_a_change_names_its_clauses_and_nothing_else_is_asked_judged_or_reported(
    world: World, rival: World
) -> None:
    draft = opened(world, "minor_change")
    page = reverse("submission_scope", args=[draft.pk])
    client = signed_in(world.leader)
    assert client.post(page, {}).status_code == 422
    assert client.post(page, {"clauses": ["PS4.2", "PS2.4"]}).status_code == 302
    for stranger in (rival.leader, world.lead, world.officer):
        assert signed_in(stranger).get(page).status_code == 404
    draft.refresh_from_db()
    assert draft.clauses == ["PS2.4", "PS4.2"]
    assert sections.codes_of(draft) == ("course", "people", "PS2", "PS4")
    shown = client.get(reverse("submission", args=[draft.pk])).content.decode()
    assert "of 5</strong> sections" in shown and "position statement 1" not in shown
    assert client.get(reverse("submission_statement", args=[draft.pk, "PS1"])).status_code == 404
    assert client.get(reverse("submission_clause", args=[draft.pk, "PS2.5"])).status_code == 404
    with pytest.raises(Invalid):
        submissions.save_answer(by=world.leader, submission_id=draft.pk, clause="PS1.1", text="x", version=0)
    with pytest.raises(Invalid):
        submissions.set_section(by=world.leader, submission_id=draft.pk, code="PS1", complete=True)
    for clause in ("PS2.4", "PS4.2"):
        submissions.save_answer(
            by=world.leader, submission_id=draft.pk, clause=clause, text="As before.", version=0
        )
    for code in sections.codes_of(draft):
        submissions.set_section(by=world.leader, submission_id=draft.pk, code=code, complete=True)
    snapshot = submissions.submit(
        by=world.leader, submission_id=draft.pk, declared_name="A Leader", declared_role="Course leader"
    )
    assert snapshot.sha256 == freezing.snapshot_sum(snapshot)
    assert [row["clause"] for row in snapshot.answers] == ["PS2.4", "PS4.2"]
    assert len(snapshot.report["clauses"]) == len(ALL), "the rules' own report holds every clause"

    panels.seat(draft, world.officer, world.lead, "lead")
    panels.seat(draft, world.officer, world.co, "co")
    reviews.start_assessment(by=world.officer, submission_id=draft.pk)
    draft.refresh_from_db()
    brief = present.brief(present.lines(snapshot, draft, {}))
    listed = [line.clause.id for part in (brief.verified, brief.to_read, brief.to_judge) for line in part]
    assert sorted(listed) == ["PS2.4", "PS4.2"]
    assessor = signed_in(world.lead)
    assert "0 of 2 judged" in assessor.get(reverse("review_brief", args=[draft.pk])).content.decode()
    assert "0 of 2 clauses judged" in assessor.get(reverse("reviews")).content.decode()
    assert assessor.get(reverse("review_clause", args=[draft.pk, "PS1.1"])).status_code == 404
    with pytest.raises(Invalid):
        reviews.save_judgement(by=world.lead, submission_id=draft.pk, clause="PS1.1", outcome="met")
    for user in (world.lead, world.co):
        panels.judge_all(draft, user)
        reviews.finish(by=user, submission_id=draft.pk)
    draft.refresh_from_db()
    assert draft.state == "agreeing" and set(judging.findings(snapshot)) == {"PS2.4", "PS4.2"}
    assert [line.clause for line in content.clause_table(snapshot, {})] == ["PS2.4", "PS4.2"]


def test_only_a_draft_of_a_change_can_be_given_other_clauses(world: World, rival: World) -> None:
    whole = panels.submitted(world)
    with pytest.raises(NotNow):
        scoping.set_scope(by=world.leader, submission_id=whole.pk, clauses=["PS1.1"])
    draft = opened(rival, "major_change")
    with pytest.raises(NotAllowed):
        scoping.set_scope(by=world.leader, submission_id=draft.pk, clauses=["PS1.1"])
    for wrong in ([], ["PS9.9"]):
        with pytest.raises(Invalid):
            scoping.set_scope(by=rival.leader, submission_id=draft.pk, clauses=wrong)
    scoping.set_scope(by=rival.leader, submission_id=draft.pk, clauses=ALL)
    draft.refresh_from_db()
    assert draft.clauses == [], "all of them are no list"


def test_what_was_there_before_keeps_every_clause(world: World) -> None:
    submission = panels.in_assessment(world)
    assert submission.clauses == [] and len(scopes.clauses(submission)) == len(ALL)
    snapshot = judging.current(submission)
    assert snapshot is not None and len(judging.clauses(snapshot)) == len(ALL)
