"""An application withdrawn before a decision has a letter of its own: the office approves it, it tells no finding."""

import io
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from accreditation import files
from accreditation.enums import LetterKind
from accreditation.exceptions import NotAllowed, NotNow
from accreditation.letters import chain, render
from accreditation.models import Institution, Job, Letter, Message, Submission, User
from accreditation.search import find
from accreditation.selectors import visible_letters
from accreditation.services import approvals, bound, letters, reconcile, reviews, submissions, verification
from accreditation.services import case_retention as retention
from accreditation.services.verification import Status
from tests.accreditation import panels
from tests.worlds import World

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> Iterator[None]:
    with override_settings(EVIDENCE_DIR=tmp_path / "store", DATA_DIR=tmp_path, DEMO=False):
        yield


def page(user: User, name: str, pk: object) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse(name, args=[pk]))
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


def withdrawn(world: World) -> Submission:
    return submissions.withdraw(
        by=world.leader, submission_id=panels.submitted(world).pk, seen_state="submitted"
    )


def build(letter: Letter) -> Letter:
    letters.build(job_id=Job.objects.get(key=letters.key_of(letter)).pk)
    letter.refresh_from_db()
    return letter


def bytes_of(letter: Letter) -> bytes:
    with files.open_blob(letter.sha256) as stream:
        return stream.read()


def test_the_letter_from_withdrawing_to_its_check(world: World, rival: World) -> None:
    submission = withdrawn(world)
    letter = Letter.objects.get()
    assert (letter.kind, letter.case, letter.decision, letter.approved_at) == (
        LetterKind.WITHDRAWAL, submission, None, None,
    )  # fmt: skip
    build(letter)
    assert "Letter on a withdrawn application" in page(world.officer, "case", submission.pk)
    assert letter.number not in page(world.leader, "submission", submission.pk), "not before it is approved"
    assert not visible_letters(world.leader).exists() and not visible_letters(rival.leader).exists()
    assert not Message.objects.filter(kind="letter_issued").exists()
    assert {row.person for row in Message.objects.filter(kind="letter_to_approve")} == {
        world.officer,
        rival.officer,
    }
    assert letter.number in page(world.officer, "letter", letter.pk)
    for person in (world.leader, world.chair, world.lead):
        with pytest.raises(NotAllowed):
            approvals.approve(by=person, letter_id=letter.pk)
    approvals.approve(by=world.officer, letter_id=letter.pk, seen_sha256=chain.sum_of(letter))
    letter.refresh_from_db()
    assert letter.issued
    assert {row.person for row in Message.objects.filter(kind="letter_issued")} == {
        world.leader,
        world.member,
    }
    assert letter.number in page(world.leader, "submission", submission.pk)
    assert letter.number in page(world.leader, "letter", letter.pk)
    assert page(rival.leader, "letter", letter.pk) == "404"
    assert [hit.title for hit in find(world.leader, [letter.number], 5)] == [letter.number]

    data = bytes_of(letter)
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert len(reader.pages) == 1
    run = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    words = " ".join(run.stdout.decode().replace("\u200b", "").split())
    for told in (
        f"Dear {world.leader.full_name},", "application withdrawn", "no decision has been made about it",
        "An accreditation that the course holds stays as it is", "Approved by the CASE office", "Version submitted",
        submission.reference, letter.number, letter.content["check"],
    ):  # fmt: skip
        assert told in words, told
    for never in ("What the rules saw", "The course’s answer", "Decided", "judged", "not met"):
        assert never not in words, never
    attached = json.loads(reader.attachments[render.FINDINGS_NAME][0])
    assert attached["clauses"] == attached["conditions"] == [] and attached["decided_on"] is None
    assert attached["outcome"] == "withdrawn"

    verdict = verification.check_number(letter.number, letter.content["check"])
    assert (verdict.status, verdict.outcome, verdict.decided_on) == (
        Status.VALID,
        "Withdrawn before a decision",
        None,
    )
    assert verification.check_sum(letter.sha256).status == Status.VALID
    shown = (
        Client().get(reverse("verify_letter", args=[letter.number, letter.content["check"]])).content.decode()
    )
    assert "Withdrawn before a decision" in shown and ", decided" not in shown
    assert list(reconcile.faults()) == []
    assert [fault for fault in bound.faults() if letter.number in fault] == []


def test_it_is_made_anew_replaced_and_kept_like_any_letter(world: World) -> None:
    submission = withdrawn(world)
    letter = build(Letter.objects.get())
    with pytest.raises(NotNow, match="Nothing was changed"):
        approvals.renew(by=world.officer, letter_id=letter.pk)
    Institution.objects.filter(pk=world.institution.pk).update(name="University of Wexcombe and Sands")
    letter = build(approvals.renew(by=world.officer, letter_id=letter.pk))
    assert letter.revision == 2 and letter.content["institution"] == "University of Wexcombe and Sands"
    approvals.approve(by=world.officer, letter_id=letter.pk)
    with pytest.raises(NotNow, match="confirms a withdrawal"):
        approvals.withdraw(by=world.officer, letter_id=letter.pk, reason="Wrong.")
    new = build(letters.supersede(by=world.officer, letter_id=letter.pk, reason="The name was wrong."))
    assert new.content["replaces"] == letter.number and new.case == submission
    assert verification.check_number(letter.number, letter.content["check"]).status == Status.SUPERSEDED
    held = {rows.model.__name__ for rows in retention.rows_of(submission) if rows.exists()}
    assert {"Letter", "LetterApproval"} <= held, "both go with their case"


def test_what_case_never_had_needs_no_letter_and_what_it_gave_back_does(world: World, rival: World) -> None:
    draft = submissions.open_submission(by=world.leader, course=world.course, kind="new")
    submissions.withdraw(by=world.leader, submission_id=draft.pk, seen_state="draft")
    assert not Letter.objects.exists()
    back = panels.submitted(rival)
    reviews.return_to_course(by=rival.officer, submission_id=back.pk, reason="Two files cannot be opened.")
    submissions.withdraw(by=rival.leader, submission_id=back.pk, seen_state="draft")
    assert Letter.objects.get().case == back


def test_an_officer_with_a_conflict_neither_sees_nor_approves_it(world: World) -> None:
    officer = world.officer
    submission = panels.submitted(world)
    from accreditation.services import conflicts

    conflicts.declare_conflict(
        by=officer, submission_id=submission.pk, kind="employer", description="New post."
    )
    submissions.withdraw(by=world.leader, submission_id=submission.pk, seen_state="submitted")
    letter = build(Letter.objects.get())
    assert page(officer, "letter", letter.pk) == "404" and not visible_letters(officer).exists()
    assert not find(officer, [letter.number], 5)
    with pytest.raises(NotAllowed):
        approvals.approve(by=officer, letter_id=letter.pk)
