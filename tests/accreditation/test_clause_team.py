"""Within a course's team: who looks after which clause, and notes that nobody outside ever sees. Tried in two worlds."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accreditation import clause_team, scopes
from accreditation.enums import SubmissionState
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.models import AuditEvent, ClauseCarer, CourseTeamMember, Submission, TeamNote, User
from accreditation.services import clause_team as services
from accreditation.services import submissions
from tests.accreditation.test_submissions_pages import post_answer, signed_in
from tests.worlds import World

pytestmark = pytest.mark.django_db
WORDS = "Ask the placement office for the signed list before Friday."
CLAUSE = "PS2.1"


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Any) -> None:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.DATA_DIR = tmp_path


@pytest.fixture
def draft(world: World) -> Submission:
    return submissions.open_submission(by=world.leader, course=world.course, kind="new")


def look_after(by: User, draft: Submission, user: User | None, clause: str = CLAUSE) -> ClauseCarer | None:
    key = user.pk if user else None
    return services.look_after(by=by, submission_id=draft.pk, clause=clause, user_id=key)


def note(by: User, draft: Submission, text: str = WORDS) -> TeamNote:
    return services.add_note(by=by, submission_id=draft.pk, clause=CLAUSE, text=text)


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("seq").values_list("verb", flat=True))


def test_the_team_says_who_looks_after_a_clause(world: World, draft: Submission) -> None:
    look_after(world.leader, draft, world.member)
    look_after(world.member, draft, world.member)  # the same again changes nothing
    assert clause_team.carers(draft) == {CLAUSE: world.member}
    look_after(world.member, draft, None)
    assert clause_team.carers(draft) == {} and verbs().count("clause.looked_after") == 2


def test_nobody_outside_the_team_is_chosen_or_chooses(world: World, rival: World, draft: Submission) -> None:
    for stranger in (rival.leader, world.officer, world.lead, world.outsider):
        with pytest.raises(Invalid, match="on the course’s team today"):
            look_after(world.leader, draft, stranger)
        with pytest.raises(NotAllowed):
            look_after(stranger, draft, world.member)
        with pytest.raises(NotAllowed):
            note(stranger, draft)
    assert not ClauseCarer.objects.exists() and not TeamNote.objects.exists()


def test_a_note_is_kept_once_and_its_words_are_not_on_the_trail(world: World, draft: Submission) -> None:
    assert note(world.member, draft).pk == note(world.member, draft).pk
    assert TeamNote.objects.count() == 1 and verbs().count("team_note.added") == 1
    assert not any("placement" in str(event.payload) for event in AuditEvent.objects.all())
    for text in ("  ", "x" * 2001):
        with pytest.raises(Invalid):
            note(world.member, draft, text)


def test_its_writer_or_a_leader_removes_a_note_also_after_submitting(
    world: World, rival: World, draft: Submission
) -> None:
    first, second = note(world.leader, draft), note(world.member, draft, "Mine.")
    Submission.objects.filter(pk=draft.pk).update(state=SubmissionState.SUBMITTED)
    with pytest.raises(NotNow):
        note(world.member, draft, "Too late.")
    for stranger in (world.member, rival.leader, world.officer):
        with pytest.raises(NotAllowed):
            services.remove_note(by=stranger, submission_id=draft.pk, note_id=first.pk)
    page = reverse("submission_clause", args=[draft.pk, CLAUSE])
    assert "Mine." in signed_in(world.member).get(page).content.decode()
    assert signed_in(world.member).post(page, {"drop_note": str(second.pk)}).status_code == 302
    assert services.remove_note(by=world.leader, submission_id=draft.pk, note_id=first.pk)
    assert not services.remove_note(by=world.leader, submission_id=draft.pk, note_id=first.pk)
    assert not TeamNote.objects.exists() and verbs().count("team_note.removed") == 2


def test_one_press_keeps_answer_carer_and_note(world: World, draft: Submission) -> None:
    client = signed_in(world.member)
    post_answer(client, draft, carer=str(world.leader.pk), note=WORDS, action="team")
    page = client.get(reverse("submission_clause", args=[draft.pk, CLAUSE])).content.decode()
    assert WORDS in page and "Three parties sign" in page
    assert clause_team.carers(draft) == {CLAUSE: world.leader}
    post_answer(client, draft, version="1")  # a form without them leaves them as they are
    assert clause_team.carers(draft) == {CLAUSE: world.leader} and TeamNote.objects.count() == 1


def test_a_note_that_is_refused_stays_in_its_box(world: World, draft: Submission) -> None:
    page = post_answer(signed_in(world.member), draft, note="y" * 2001)
    assert page.status_code == 422 and "y" * 2001 in page.content.decode()


def test_nobody_but_the_team_sees_it_on_any_page(world: World, rival: World, draft: Submission) -> None:
    look_after(world.leader, draft, world.member)
    note(world.leader, draft)
    names = (
        "submission",
        "submission_clause",
        "submission_statement",
        "submission_answers",
        "submission_version",
    )
    more = {"submission_clause": [CLAUSE], "submission_statement": ["PS2"], "submission_version": [1]}
    Submission.objects.filter(pk=draft.pk).update(state=SubmissionState.SUBMITTED)
    for user in (world.officer, world.lead, world.chair, rival.leader, world.outsider):
        for name in names:
            page = signed_in(user).get(reverse(name, args=[draft.pk, *more.get(name, [])])).content.decode()
            assert WORDS not in page and "Looked after" not in page and "Within your team" not in page, name
    assert clause_team.notes(world.officer, draft, CLAUSE) == []


def test_who_left_the_team_sees_nothing_more_and_stays_named(world: World, draft: Submission) -> None:
    look_after(world.leader, draft, world.member)
    note(world.leader, draft)
    CourseTeamMember.objects.filter(user=world.member).update(until="2020-01-01", since="2019-01-01")
    page = reverse("submission_clause", args=[draft.pk, CLAUSE])
    assert signed_in(world.member).get(page).status_code == 404
    shown = signed_in(world.leader).get(page).content.decode()
    assert f"{world.member.full_name} (no longer on the team)" in shown
    post_answer(signed_in(world.leader), draft, carer=str(world.member.pk))  # as it was: no refusal
    assert clause_team.carers(draft) == {CLAUSE: world.member}


def test_mine_shows_just_those(world: World, draft: Submission) -> None:
    look_after(world.leader, draft, world.member)
    client = signed_in(world.member)
    whole = client.get(reverse("submission", args=[draft.pk])).content.decode()
    assert f"Looked after by {world.member.full_name}." in whole
    page = client.get(reverse("submission", args=[draft.pk]), {"show": "mine"}).content.decode()
    assert (
        "Clauses that you look after" in page
        and reverse("submission_clause", args=[draft.pk, CLAUSE]) in page
    )
    assert reverse("submission_clause", args=[draft.pk, "PS2.2"]) not in page
    empty = signed_in(world.leader).get(reverse("submission", args=[draft.pk]), {"show": "mine"})
    assert "You look after no clause yet" in empty.content.decode()


@pytest.mark.parametrize("show", ["", "mine"])
def test_the_pages_cost_the_same_for_every_clause(world: World, draft: Submission, show: str) -> None:
    client = signed_in(world.leader)

    def asked(name: str, *more: str) -> int:
        with CaptureQueriesContext(connection) as few:
            client.get(reverse(name, args=[draft.pk, *more]), {"show": show} if show else {})
        return len(few)

    look_after(world.leader, draft, world.leader)
    note(world.leader, draft)
    pages: Callable[[], list[int]] = lambda: [  # noqa: E731
        asked("submission"), asked("submission_statement", "PS2"), asked("submission_clause", CLAUSE)
    ]  # fmt: skip
    pages()
    before = pages()
    for clause in scopes.clauses(draft):
        look_after(world.leader, draft, world.leader, clause.id)
        services.add_note(by=world.member, submission_id=draft.pk, clause=clause.id, text="One more.")
    assert pages() == before
