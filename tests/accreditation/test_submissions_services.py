"""Submissions: opening, answering, sections, submitting, withdrawing. What is refused changes nothing."""

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accreditation import questions, sections
from accreditation.enums import SubmissionKind, SubmissionState
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.models import Answer, AuditEvent, CourseTeamMember, Message, Snapshot, Submission
from accreditation.rules.facts_writing import sha256
from accreditation.rules.standards.msk_2023 import MSK_2023
from accreditation.services import evidence as library
from accreditation.services import freezing, submissions
from tests.accreditation.filemaker import upload
from tests.worlds import World


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Any) -> None:
    settings.EVIDENCE_DIR = tmp_path / "evidence"


@pytest.fixture
def draft(world: World) -> Submission:
    return submissions.open_submission(by=world.leader, course=world.course, kind=SubmissionKind.NEW)


def fill(world: World, draft: Submission) -> None:
    """Everything that a draft needs before it can be submitted."""
    for clause in questions.QUESTIONS:
        submissions.save_answer(
            by=world.member, submission_id=draft.pk, clause=clause, text=f"Our answer to {clause}.", version=0
        )
    for code in sections.CODES:
        submissions.set_section(by=world.member, submission_id=draft.pk, code=code, complete=True)


def send(world: World, draft: Submission, **changes: Any) -> Snapshot:
    values: dict[str, Any] = {"declared_name": "Leader Wexcombe", "declared_role": "Course leader", **changes}
    return submissions.submit(**{"by": world.leader, "submission_id": draft.pk, **values})


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("seq").values_list("verb", flat=True))


def test_a_leader_opens_a_draft_with_the_next_reference(world: World, rival: World) -> None:
    year = timezone.localdate().year
    first = submissions.open_submission(by=world.leader, course=world.course, kind="new")
    second = submissions.open_submission(by=rival.member, course=rival.course, kind="reaccreditation")
    assert [first.reference, second.reference] == [f"MSK-{year}-0001", f"MSK-{year}-0002"]
    assert (first.state, first.edition, first.opened_by) == ("draft", "msk-2023", world.leader)
    assert verbs() == ["submission.opened", "submission.opened"]


def test_a_course_has_one_open_submission(world: World, draft: Submission) -> None:
    with pytest.raises(NotNow, match=f"already has a submission under way: {draft.reference}"):
        submissions.open_submission(by=world.leader, course=world.course, kind="new")
    submissions.withdraw(by=world.leader, submission_id=draft.pk, seen_state="draft")
    assert (
        submissions.open_submission(by=world.leader, course=world.course, kind="new").reference
        != draft.reference
    )


@pytest.mark.parametrize("who", ["officer", "lead", "committee", "chair", "outsider"])
def test_nobody_else_opens_one(world: World, rival: World, who: str) -> None:
    for stranger in (getattr(world, who), rival.leader):
        with pytest.raises(NotAllowed, match="own team"):
            submissions.open_submission(by=stranger, course=world.course, kind="new")
    assert not Submission.objects.exists()


def test_an_unknown_kind_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        submissions.open_submission(by=world.leader, course=world.course, kind="everything")


def test_somebody_who_left_the_team_is_out_the_next_day(world: World, draft: Submission) -> None:
    CourseTeamMember.objects.filter(user=world.member).update(until=timezone.localdate())
    submissions.save_answer(by=world.member, submission_id=draft.pk, clause="PS1.1", text="Today.", version=0)
    CourseTeamMember.objects.filter(user=world.member).update(
        until=timezone.localdate() - timezone.timedelta(days=1)
    )
    with pytest.raises(NotAllowed):
        submissions.save_answer(
            by=world.member, submission_id=draft.pk, clause="PS1.1", text="Later.", version=1
        )


def test_an_answer_is_saved_and_counted(world: World, draft: Submission) -> None:
    saved = submissions.save_answer(
        by=world.member,
        submission_id=draft.pk,
        clause="PS2.1",
        text=" Three parties sign.\r\nAlways. ",
        version=0,
    )
    assert (saved.text, saved.version, saved.updated_by) == ("Three parties sign.\nAlways.", 1, world.member)
    again = submissions.save_answer(
        by=world.leader, submission_id=draft.pk, clause="PS2.1", text="", version=1
    )
    assert (again.text, again.version) == ("", 2)
    assert verbs() == ["submission.opened", "answer.saved", "answer.saved"]
    assert "Three parties" not in str(list(AuditEvent.objects.values_list("payload", flat=True)))


def test_a_stale_answer_is_refused_with_the_present_text(world: World, draft: Submission) -> None:
    save = submissions.save_answer
    save(by=world.member, submission_id=draft.pk, clause="PS2.1", text="Hers.", version=0)
    with pytest.raises(Stale, match="Member Wexcombe saved another text for PS2.1") as stale:
        save(by=world.leader, submission_id=draft.pk, clause="PS2.1", text="Mine.", version=0)
    assert isinstance(stale.value.current, Answer) and stale.value.current.text == "Hers."
    assert Answer.objects.get().text == "Hers."


def test_the_same_text_twice_is_no_conflict(world: World, draft: Submission) -> None:
    for _ in range(2):
        saved = submissions.save_answer(
            by=world.leader, submission_id=draft.pk, clause="PS2.1", text="Same.", version=0
        )
    assert saved.version == 1
    assert verbs().count("answer.saved") == 1


def test_an_answer_that_is_too_long_or_to_no_clause_is_refused(world: World, draft: Submission) -> None:
    with pytest.raises(Invalid, match="20,001 characters"):
        submissions.save_answer(
            by=world.leader, submission_id=draft.pk, clause="PS1.1", text="x" * 20_001, version=0
        )
    with pytest.raises(Invalid, match="no such clause"):
        submissions.save_answer(by=world.leader, submission_id=draft.pk, clause="PS9.1", text="x", version=0)
    assert not Answer.objects.exists()


def test_a_section_is_complete_only_when_all_its_clauses_are_answered(
    world: World, draft: Submission
) -> None:
    with pytest.raises(Invalid) as refused:
        submissions.set_section(by=world.leader, submission_id=draft.pk, code="PS3", complete=True)
    assert refused.value.problems == {
        "complete": [
            "PS3.1 Graduates are told: answer the question",
            "PS3.2 Portfolio presented: answer the question",
        ]
    }
    for clause in ("PS3.1", "PS3.2"):
        submissions.save_answer(
            by=world.leader, submission_id=draft.pk, clause=clause, text="Yes.", version=0
        )
    assert submissions.set_section(
        by=world.leader, submission_id=draft.pk, code="PS3", complete=True
    ).complete
    assert not submissions.set_section(
        by=world.leader, submission_id=draft.pk, code="PS3", complete=False
    ).complete


def test_submitting_freezes_everything_and_hands_it_over(world: World, draft: Submission) -> None:
    file = library.add_evidence(by=world.leader, submission_id=draft.pk, upload=upload(), title="Handbook")
    library.cite(by=world.leader, submission_id=draft.pk, clause="PS1.3", evidence_id=file.pk, pages="2-3")
    fill(world, draft)
    frozen = send(world, draft)
    draft.refresh_from_db()
    assert draft.state == SubmissionState.SUBMITTED and draft.version == 2
    assert [answer["clause"] for answer in frozen.answers] == [clause.id for clause in MSK_2023.clauses]
    rules = next(answer for answer in frozen.answers if answer["clause"] == "PS1.3")
    assert rules["words"] == MSK_2023.clause("PS1.3").quote
    assert rules["question"] == questions.QUESTIONS["PS1.3"].asked
    assert rules["text"] == "Our answer to PS1.3."
    assert rules["citations"] == [{"evidence": 1, "pages": "2-3"}]
    assert frozen.files == [
        {
            "number": 1,
            "title": "Handbook",
            "name": "Course handbook 2026.pdf",
            "sha256": file.sha256,
            "size": file.size,
            "media_type": "application/pdf",
            "pages": 3,
        }
    ]
    assert frozen.facts["course"]["id"] == world.course.reference
    assert frozen.facts_sha256 == sha256(frozen.facts)
    assert [entry["clause"] for entry in frozen.report["clauses"]] == [
        clause.id for clause in MSK_2023.clauses
    ]
    assert frozen.sha256 == freezing.snapshot_sum(Snapshot.objects.get())
    event = AuditEvent.objects.order_by("seq").last()
    assert event is not None and (event.verb, event.payload["sha256"]) == (
        "submission.submitted",
        frozen.sha256,
    )


def test_one_changed_word_changes_the_sum(world: World, draft: Submission) -> None:
    fill(world, draft)
    frozen = send(world, draft)
    frozen.answers[3]["text"] += "!"
    assert freezing.snapshot_sum(frozen) != frozen.sha256


def test_missing_answers_and_declaration_are_named_and_nothing_changes(
    world: World, draft: Submission
) -> None:
    fill(world, draft)
    answer = Answer.objects.get(clause="PS4.2")
    submissions.save_answer(
        by=world.leader, submission_id=draft.pk, clause="PS4.2", text="", version=answer.version
    )
    submissions.set_section(by=world.leader, submission_id=draft.pk, code="PS5", complete=False)
    before = verbs()
    with pytest.raises(Invalid) as refused:
        send(world, draft, declared_name=" ")
    assert refused.value.problems == {
        "declared_name": ["Enter your full name"],
        "PS4": ["PS4.2 A qualified mentor: answer the question"],
        "PS5": ["Position statement 5: say that the section is complete"],
    }
    draft.refresh_from_db()
    assert draft.state == SubmissionState.DRAFT and not Snapshot.objects.exists() and verbs() == before


def test_only_a_leader_submits(world: World, rival: World, draft: Submission) -> None:
    fill(world, draft)
    for stranger in (world.member, world.officer, rival.leader):
        with pytest.raises(NotAllowed):
            send(world, draft, by=stranger)
    assert not Snapshot.objects.exists()


def test_a_second_press_submits_nothing_again(world: World, draft: Submission) -> None:
    fill(world, draft)
    send(world, draft)
    with pytest.raises(NotNow, match="is now “Submitted”. Nothing was changed"):
        send(world, draft)
    assert Snapshot.objects.count() == 1


def test_what_the_page_saw_must_still_hold(world: World, draft: Submission) -> None:
    fill(world, draft)
    with pytest.raises(NotNow, match="submitted or returned meanwhile"):
        send(world, draft, seen_version=7)
    with pytest.raises(NotNow):
        send(world, draft, seen_state="submitted")
    assert not Snapshot.objects.exists()


def test_after_submitting_the_team_can_change_nothing(world: World, draft: Submission) -> None:
    file = library.add_evidence(by=world.leader, submission_id=draft.pk, upload=upload())
    fill(world, draft)
    send(world, draft)
    common: dict[str, Any] = {"by": world.leader, "submission_id": draft.pk}
    attempts = (
        lambda: submissions.save_answer(**common, clause="PS1.1", text="New", version=1),
        lambda: submissions.set_section(**common, code="PS1", complete=False),
        lambda: library.add_evidence(**common, upload=upload("b.pdf")),
        lambda: library.replace_evidence(**common, evidence_id=file.pk, upload=upload("c.pdf")),
        lambda: library.remove_evidence(**common, evidence_id=file.pk),
        lambda: library.rename_evidence(**common, evidence_id=file.pk, title="New"),
        lambda: library.cite(**common, clause="PS1.1", evidence_id=file.pk),
        lambda: library.uncite(**common, citation_id=uuid4()),
    )
    before = verbs()
    for attempt in attempts:
        with pytest.raises(NotNow, match="only while it is a draft. Nothing was changed"):
            attempt()
    assert verbs() == before


def test_withdrawing(world: World, draft: Submission) -> None:
    with pytest.raises(NotAllowed):
        submissions.withdraw(by=world.member, submission_id=draft.pk, seen_state="draft")
    fill(world, draft)
    send(world, draft)
    with pytest.raises(NotNow, match="is now “Submitted”"):
        submissions.withdraw(by=world.leader, submission_id=draft.pk, seen_state="draft")
    assert (
        submissions.withdraw(by=world.leader, submission_id=draft.pk, seen_state="submitted").state
        == "withdrawn"
    )
    with pytest.raises(NotNow):
        submissions.withdraw(by=world.leader, submission_id=draft.pk, seen_state="withdrawn")
    assert verbs()[-1] == "submission.withdrawn"
    told = Message.objects.order_by("created_at").values_list("kind", "person__full_name")
    assert list(told) == [
        ("submission_submitted", "Officer Wexcombe"),
        ("submission_withdrawn", "Officer Wexcombe"),
    ]


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_once_submit_once(world: World, draft: Submission) -> None:
    fill(world, draft)
    start, outcomes = threading.Barrier(20), []

    def press() -> None:
        start.wait()
        try:
            outcomes.append(send(world, draft).number)
        except NotNow as no:
            outcomes.append(str(no))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 20 and outcomes.count(1) == 1
    assert Snapshot.objects.count() == 1 and verbs().count("submission.submitted") == 1


@pytest.mark.django_db(transaction=True)
def test_drafts_opened_at_once_get_different_references(world: World, rival: World) -> None:
    start, given = threading.Barrier(2), []

    def press(one: World) -> None:
        start.wait()
        given.append(submissions.open_submission(by=one.leader, course=one.course, kind="new").reference)
        connection.close()

    threads = [threading.Thread(target=press, args=(one,)) for one in (world, rival)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(given)) == 2
