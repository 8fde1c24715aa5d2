"""A new edition, run over open submissions and past decisions: exactly what it would change, with the rows."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accreditation.facts import gather
from accreditation.models import Module, Snapshot, Submission
from accreditation.rules.facts_writing import write
from accreditation.rules.findings import Outcome
from accreditation.rules.standards import EDITIONS
from accreditation.services.impact import impact_on_all
from accreditation.services.submissions import open_submission
from tests.accreditation import panels
from tests.rules.fictional import FICTIONAL_RULES, fictional
from tests.worlds import World

pytestmark = pytest.mark.django_db

LEVEL_6_ONLY = fictional()


def changes(world: World) -> dict[str, dict[str, tuple[Outcome | None, Outcome | None]]]:
    found = impact_on_all(LEVEL_6_ONLY, timezone.localdate(), FICTIONAL_RULES)
    return {case.reference: {one.clause: (one.before, one.after) for one in case.changes} for case in found}


def test_the_edition_in_force_changes_nothing(world: World) -> None:
    open_submission(by=world.leader, course=world.course, kind="new")
    assert [case.changes for case in impact_on_all(EDITIONS["msk-2023"], timezone.localdate())] == [()]


def test_a_draft_is_run_on_its_course_as_it_is_today(world: World) -> None:
    draft = open_submission(by=world.leader, course=world.course, kind="new")
    found = changes(world)[draft.reference]
    assert found["PS5.2"] == (Outcome.MET, Outcome.JUDGE)  # level 7, where the fictional edition wants 6
    assert found["PS6.1"] == (None, Outcome.MET)  # a clause that the first edition does not have
    assert found["PS3.1"] == (Outcome.MET, None)


def test_what_was_decided_is_run_on_the_facts_frozen_then(world: World) -> None:
    submission = panels.reach(world, "decided")
    frozen = write(gather(world.course, timezone.localdate()))
    Snapshot.objects.filter(submission=submission).update(facts=frozen)
    before = changes(world)[submission.reference]
    Module.objects.filter(course=world.course).update(level=6)
    assert changes(world)[submission.reference] == before
    assert before["PS5.2"][0] is Outcome.MET


def test_the_rows_behind_a_change_are_named_by_the_command(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = open_submission(by=world.leader, course=world.course, kind="new")
    draft_edition = fictional()
    plain = type(draft_edition)(
        **{
            **{name: getattr(draft_edition, name) for name in draft_edition.__slots__},
            "clauses": EDITIONS["msk-2023"].clauses,
        }
    )
    monkeypatch.setattr("tests.rules.fictional.DRAFT", plain, raising=False)
    out = io.StringIO()
    call_command("impact", "tests.rules.fictional.DRAFT", stdout=out)
    text = out.getvalue()
    assert draft.reference in text
    assert f"PS5.2 course {world.course.reference}: met -> for the assessor" in text
    assert "modules/P1" in text
    assert "1 of 1 would change" in text
    assert Submission.objects.get().state == "draft"


def test_an_unknown_edition_is_refused_with_those_that_there_are(world: World) -> None:
    with pytest.raises(CommandError, match="msk-2023"):
        call_command("impact", "msk-1999")
