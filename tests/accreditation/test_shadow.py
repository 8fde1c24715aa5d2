"""A shadow assessor practises: whatever they judge, everything that counts judgements says the same as without them."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accreditation import figures, judging
from accreditation.enums import ReportItemKind, SubmissionState
from accreditation.models import Letter, Submission, User
from accreditation.services import agreeing, decisions, replies, reports, reviews
from tests.accreditation import panels
from tests.worlds import World

pytestmark = pytest.mark.django_db


def page(user: User, name: str, submission: Submission) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse(name, args=[submission.pk])).content.decode()


def walk(world: World, *, shadow: bool) -> dict[str, Any]:
    """A case to its decision; what is counted and written on the way. With a shadow, they judge first, and contrary."""
    submission = panels.in_assessment(world, shadow=shadow)
    snapshot = judging.current(submission)
    assert snapshot
    clauses = [clause.id for clause in judging.clauses(snapshot)]
    told: dict[str, Any] = {"of": len(clauses)}
    if shadow:
        panels.judge_all(submission, world.shadow, but=dict.fromkeys(clauses, "not_met"))
        reviews.finish(by=world.shadow, submission_id=submission.pk)
        assert Submission.objects.get(pk=submission.pk).state == SubmissionState.IN_ASSESSMENT
        told["judged"] = [
            line
            for line in page(world.lead, "review_brief", submission).splitlines()
            if "judged" in line.lower()
        ]
        assert f"0 of {len(clauses)} clauses" in " ".join(told.pop("judged")), (
            "the shadow's are not the panel's"
        )
    panels.judge_all(submission, world.lead)
    reviews.finish(by=world.lead, submission_id=submission.pk)
    assert Submission.objects.get(pk=submission.pk).state == SubmissionState.IN_ASSESSMENT, "one and a shadow"
    panels.judge_all(submission, world.co)
    reviews.finish(by=world.co, submission_id=submission.pk)
    told["agreed"] = agreeing.agree_equal(by=world.lead, submission_id=submission.pk)
    reports.save_item(
        by=world.lead, submission_id=submission.pk, kind=ReportItemKind.COMMENDATION, text="Clear."
    )
    version = reports.report_of(submission).version
    reports.save_report(by=world.lead, submission_id=submission.pk, summary="Sound.", version=version)
    submission = panels.sign(world, submission)
    assert submission.state == SubmissionState.REPORTED, "two signatures are enough"
    replies.end(by=world.leader, submission_id=submission.pk)
    panels.on_agenda(world, submission)
    for user, names in {
        world.lead: ("review_brief", "review_agree", "review_report", "review_sign"),
        world.officer: ("case",),
        world.chair: ("decision",),
    }.items():
        for name in names:
            words = page(user, name, submission)
            assert f"{world.shadow.full_name} on " not in words, f"{name} quotes the shadow"
    decision = decisions.decide(
        by=world.chair, submission_id=submission.pk, **panels.decision_values(outcome="accredit")
    )
    everything = json.dumps([one.content for one in Letter.objects.filter(decision=decision)])
    everything += json.dumps(decision.capsule, default=str)
    assert f"{world.shadow.full_name} on " not in everything
    course = page(world.leader, "submission", submission)
    assert f"{world.shadow.full_name} on " not in course
    told["pairs"] = sum(figures.pairs(world.officer).values())
    told["outcomes"] = sum(figures.outcomes(world.officer).values())
    told["not met"] = sorted(key[0] for key in figures.outcomes(world.officer) if key[2] == "not_met")
    told["apart"] = sorted(key for key in figures.pairs(world.officer) if key[1] != key[2])
    told["letter"] = [
        (line["clause"], line["judgement"])
        for line in Letter.objects.filter(decision=decision)[0].content["clauses"]
    ]
    return told


def test_what_a_shadow_judges_counts_nowhere(world: World, rival: World) -> None:
    with_one, without = walk(world, shadow=True), walk(rival, shadow=False)
    assert with_one["pairs"] == with_one["outcomes"] == len(with_one["agreed"]) == with_one["of"]
    assert with_one["apart"] == []
    assert with_one["not met"] == ["PS2.4"], "as lead and co-assessor judged, not as the shadow"
    for name in ("of", "agreed", "letter"):
        assert with_one[name] == without[name], "the same case without a shadow says the same"
    assert without["pairs"] == 2 * with_one["pairs"], "the officer sees both cases, each counted once"
