"""A letter's way out: its chain of approvals, what voids them, sent once, reminders and certificates, withdrawn ones."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone

from accreditation.directory import entries
from accreditation.enums import BuildState, ConditionState, LetterKind, SubmissionKind
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.home import letters as home
from accreditation.letters import chain
from accreditation.models import AuditEvent, Condition, Decision, Job, Letter, Message, User
from accreditation.periods import months_after
from accreditation.selectors import visible_letters
from accreditation.services import approvals, bound, letters, reconcile
from tests.accreditation.decided import decided, with_letters
from tests.worlds import World

pytestmark = pytest.mark.sqlite
LONG = {"certificate": ["lead", "officer", "chair"]}


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> Iterator[None]:
    with override_settings(EVIDENCE_DIR=tmp_path / "store", DATA_DIR=tmp_path, DEMO=False):
        yield


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def build(letter: Letter) -> Letter:
    letter.refresh_from_db()
    job = Job.objects.get(key=letters.key_of(letter))
    letters.build(job_id=job.pk, renderer=lambda content: b"%PDF " + content.sha256.encode())
    letter.refresh_from_db()
    return letter


def certificate(world: World) -> Letter:
    """A built certificate of an accredited course, which waits for its chain."""
    return build(with_letters(world, "accredit")[2])


def issued(world: World) -> Letter:
    letter = certificate(world)
    approvals.approve(by=world.officer, letter_id=letter.pk)
    return approvals.approve(by=world.chair, letter_id=letter.pk)


def told(letter: Letter, kind: str = "letter_issued") -> set[User | None]:
    return {row.person for row in Message.objects.filter(kind=kind, about_id=str(letter.pk))}


def test_the_chairs_signature_alone_issues_what_it_always_issued(world: World) -> None:
    letter, report, kept = with_letters(world, "accredit")
    assert letter.approved_at and report.approved_at and kept.approved_at is None
    approval = letter.approvals.get()
    assert (approval.by, approval.part) == (world.chair, "chair")
    assert approval.content_sha256 == chain.sum_of(letter)
    assert build(letter).issued and told(letter) == {world.leader, world.member}
    build(kept)
    assert told(kept) == set() and told(kept, "letter_to_approve") == {world.officer}


def test_a_letter_waits_for_its_chain_in_order_and_is_sent_once(world: World, rival: World) -> None:
    everyone = [getattr(side, name) for side in (world, rival) for name in (
        "leader", "member", "officer", "lead", "co", "committee", "chair", "outsider")]  # fmt: skip
    with override_settings(LETTER_APPROVALS=LONG):
        letter = certificate(world)
        for right in (world.lead, world.officer, world.chair):
            same_role = {"officer": rival.officer, "chair": rival.chair}.get(chain.turn(letter).part)  # type: ignore[union-attr]
            for person in everyone:
                if person not in (right, same_role):
                    with pytest.raises(NotAllowed):
                        approvals.approve(by=person, letter_id=letter.pk)
            letter.refresh_from_db()
            assert letter.approved_at is None and told(letter) == set()
            approvals.approve(by=right, letter_id=letter.pk, seen_sha256=chain.sum_of(letter))
        letter.refresh_from_db()
        assert letter.issued and told(letter) == {world.leader, world.member}
        for person in (world.chair, world.officer):
            with pytest.raises(NotNow):
                approvals.approve(by=person, letter_id=letter.pk)
    assert [row.name for row in letter.approvals.all()] == [
        person.full_name for person in (world.lead, world.officer, world.chair)
    ]
    assert AuditEvent.objects.filter(verb="letter.issued").count() == 1
    assert Message.objects.filter(kind="letter_issued", about_id=str(letter.pk)).count() == 2


def test_nobody_approves_twice_even_with_two_roles(world: World) -> None:
    from django.contrib.auth.models import Group

    letter = certificate(world)
    world.chair.groups.add(Group.objects.get(name="officer"))
    both = User.objects.get(pk=world.chair.pk)
    approvals.approve(by=both, letter_id=letter.pk)
    with pytest.raises(NotAllowed, match="somebody else"):
        approvals.approve(by=both, letter_id=letter.pk)


def test_a_letter_that_waits_is_no_letter_to_anybody_outside(world: World, rival: World) -> None:
    with override_settings(
        LETTER_APPROVALS={"decision": ["officer", "chair"], "certificate": ["officer", "chair"]}
    ):
        letter, _, kept = [build(one) for one in with_letters(world, "accredit")]
        for person in (world.leader, world.member, world.committee, world.outsider, rival.leader, rival.lead):
            assert not visible_letters(person).filter(pk__in=(letter.pk, kept.pk)).exists()
            assert as_(person).get(reverse("letter_download", args=[letter.pk])).status_code == 404
            assert as_(person).get(reverse("letter_page", args=[letter.pk, 1])).status_code == 404
        for person in (world.officer, world.chair, world.lead, world.co):
            assert visible_letters(person).filter(pk=letter.pk).exists()
        asked = {"number": letter.number, "check": letter.content["check"]}
        assert "No letter was found" in Client().post(reverse("verify"), asked).content.decode()
        assert entries(timezone.localdate()) == []
        case = reverse("submission", args=[letter.decision.submission_id])
        assert letter.number not in as_(world.leader).get(case).content.decode()
        for person in (world.officer, world.chair):
            approvals.approve(by=person, letter_id=letter.pk)
    assert letter.number in as_(world.leader).get(case).content.decode()
    assert visible_letters(world.leader).filter(pk=letter.pk).exists()
    assert "Genuine and valid" in Client().post(reverse("verify"), asked).content.decode()
    assert [one.reference for one in entries(timezone.localdate())] == [world.course.reference]


def test_a_refusal_says_why_and_a_letter_made_anew_voids_what_was_approved(world: World) -> None:
    letter = certificate(world)
    with pytest.raises(NotNow, match="Nothing was changed"):
        approvals.renew(by=world.officer, letter_id=letter.pk)  # the record says the same
    approvals.approve(by=world.officer, letter_id=letter.pk)
    with pytest.raises(Invalid):
        approvals.refuse(by=world.chair, letter_id=letter.pk, reason=" ")
    approvals.refuse(by=world.chair, letter_id=letter.pk, reason="The title is the old one.")
    assert told(letter, "letter_refused") == {world.officer}
    page = as_(world.officer).get(reverse("letter", args=[letter.pk])).content.decode()
    assert "The title is the old one." in page
    assert f"{world.chair.full_name} did not approve it" in as_(world.officer).get("/").content.decode()
    seen = chain.sum_of(letter)
    world.course.title = "PgCert Ultrasound of the Limbs Wexcombe"
    world.course.save()
    with pytest.raises(NotAllowed):
        approvals.renew(by=world.lead, letter_id=letter.pk)
    old_sum = letter.sha256
    approvals.renew(by=world.officer, letter_id=letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.revision, letter.sha256) == (BuildState.QUEUED, 2, "")
    letter = build(letter)
    assert letter.state == BuildState.BUILT and letter.sha256 != old_sum
    assert letter.content["course"] == world.course.title
    assert chain.turn(letter).part == "officer"  # type: ignore[union-attr]
    assert list(bound.faults()) == []
    assert letter.approvals.count() == 2  # kept on record, for the old content
    with pytest.raises(Stale):
        approvals.approve(by=world.officer, letter_id=letter.pk, seen_sha256=seen)
    approvals.approve(by=world.officer, letter_id=letter.pk)
    approvals.approve(by=world.chair, letter_id=letter.pk)
    letter.refresh_from_db()
    assert letter.issued
    with pytest.raises(NotNow):
        approvals.renew(by=world.officer, letter_id=letter.pk)


def test_a_worker_that_built_the_old_content_does_not_finish_the_new(world: World) -> None:
    letter = with_letters(world, "accredit")[2]

    def slow(content: object) -> bytes:
        Letter.objects.filter(pk=letter.pk).update(revision=2, state=BuildState.QUEUED)
        return b"%PDF old"

    letters.build(job_id=Job.objects.get(key=letters.key_of(letter)).pk, renderer=slow)
    letter.refresh_from_db()
    assert (letter.state, letter.sha256) == (BuildState.QUEUED, "")


def test_certificates_wait_for_the_last_condition_unless_the_setting_says_otherwise(
    world: World, rival: World
) -> None:
    kinds = lambda decision: set(decision.letters.values_list("kind", flat=True))  # noqa: E731
    decision = with_letters(world)[0].decision
    assert kinds(decision) == {"decision", "report"}
    with pytest.raises(NotNow, match="condition stands open"):
        approvals.make(by=world.officer, submission_id=decision.submission_id, kind=LetterKind.CERTIFICATE)
    Condition.objects.filter(decision=decision).update(
        state=ConditionState.CLOSED, closed_on=timezone.localdate(), closed_by=world.chair
    )
    with transaction.atomic():
        letters.queue_conditions_met(decision=decision, by=world.chair)
        letters.queue_conditions_met(decision=decision, by=world.chair)
    assert kinds(decision) == {"decision", "report", "conditions_met", "certificate"}
    number = decision.letters.get(kind="certificate").number
    assert number == f"CASE-C-{timezone.localdate().year}-0001"
    with override_settings(CERTIFICATES="decided"):
        assert "certificate" in kinds(with_letters(rival)[0].decision)
    with override_settings(CERTIFICATES="never"):
        assert letters.kinds_of(decision) == (LetterKind.DECISION, LetterKind.REPORT)
    decision.submission.kind = SubmissionKind.INTERIM
    decision.outcome = "accredit"
    assert letters.kinds_of(decision) == (LetterKind.INTERIM, LetterKind.REPORT)
    assert list(reconcile.faults()) == []


def test_a_reminder_is_made_once_a_day_by_an_officer_about_what_is_open(world: World, rival: World) -> None:
    decision = with_letters(world)[0].decision
    ask = {"submission_id": decision.submission_id, "kind": LetterKind.CONDITIONS_DUE}
    for person in (world.leader, world.lead, world.chair, world.outsider, rival.leader):
        with pytest.raises(NotAllowed):
            approvals.make(by=person, **ask)
    first = approvals.make(by=world.officer, **ask)
    assert approvals.make(by=world.officer, **ask).pk == first.pk
    assert len(first.content["conditions"]) == 2 and first.approved_at is None
    assert first.content["signature"]["name"] == world.officer.full_name
    Letter.objects.filter(pk=first.pk).update(occasion="2026-01-01")
    Condition.objects.filter(decision=decision, number=1).update(
        state=ConditionState.CLOSED, closed_on=timezone.localdate(), closed_by=world.chair
    )
    second = approvals.make(by=world.officer, **ask)
    assert second.pk != first.pk and [row["number"] for row in second.content["conditions"]] == [2]
    with pytest.raises(Invalid):
        approvals.make(by=world.officer, submission_id=decision.submission_id, kind="decision")
    again = approvals.make(
        by=world.officer, submission_id=decision.submission_id, kind=LetterKind.REACCREDITATION_DUE
    )
    assert again.content["made"]["apply_by"] == "2030-12-31"
    build(second)
    approvals.approve(by=world.officer, letter_id=second.pk)
    assert told(second) == {world.leader, world.member}
    undecided = decided(rival, "refuse")
    with pytest.raises(NotNow):
        approvals.make(
            by=rival.officer, submission_id=undecided.submission_id, kind=LetterKind.CONDITIONS_DUE
        )


def test_a_certificate_is_checked_valid_over_withdrawn_and_superseded(world: World) -> None:
    letter = issued(world)
    address = letter.content["verify_url"].removeprefix("http://testserver")
    look = lambda: Client().get(address).content.decode()  # noqa: E731
    page = look()
    assert "CASE issued this certificate, and nothing has replaced it." in page
    assert "1 January 2027 to 31 December 2031" in page
    entry = entries(timezone.localdate())
    assert entry == []  # its decision letter is not built yet
    build(letter.decision.letters.get(kind="decision"))
    assert entries(timezone.localdate())[0].certificate == letter.number
    shown = Client().get(reverse("directory_course", args=[world.course.reference])).content.decode()
    assert letter.number in shown and world.chair.full_name not in shown
    content = letter.content
    over = (timezone.localdate() - timedelta(days=1)).isoformat()
    Letter.objects.filter(pk=letter.pk).update(content={**content, "period_to": over})
    assert "Genuine, but its time is over" in look()
    Letter.objects.filter(pk=letter.pk).update(content=content)
    for person in (world.leader, world.lead, world.outsider):
        with pytest.raises(NotAllowed):
            approvals.withdraw(by=person, letter_id=letter.pk, reason="It was wrong.")
    with pytest.raises(NotNow, match="tells a decision"):
        approvals.withdraw(
            by=world.officer,
            letter_id=letter.decision.letters.get(kind="decision").pk,
            reason="It was wrong.",
        )
    approvals.withdraw(by=world.officer, letter_id=letter.pk, reason="A secret reason.")
    page = look()
    assert "Genuine, but withdrawn on" in page and "A secret reason." not in page
    assert entries(timezone.localdate())[0].certificate == ""
    new = approvals.make(
        by=world.officer, submission_id=letter.decision.submission_id, kind=LetterKind.CERTIFICATE
    )
    assert new.number != letter.number


def test_a_replaced_certificate_waits_again_and_the_old_one_is_superseded(world: World) -> None:
    letter = issued(world)
    new = letters.supersede(by=world.officer, letter_id=letter.pk, reason="The title was wrong.")
    assert new.approved_at is None and new.content["replaces"] == letter.number
    page = Client().get(letter.content["verify_url"].removeprefix("http://testserver")).content.decode()
    assert "Genuine, but superseded on" in page


def test_home_outbox_and_pages_say_whose_turn_it_is(world: World, rival: World) -> None:
    letter = certificate(world)
    title = f"Approve Certificate of accreditation {letter.number}"
    holds = {person: title in as_(person).get("/").content.decode() for person in (
        world.officer, world.chair, world.lead, world.leader, rival.leader)}  # fmt: skip
    assert [person for person, there in holds.items() if there] == [world.officer]
    client = as_(world.officer)
    page = client.get(reverse("letter_outbox")).content.decode()
    assert "As soon as an officer and then the chair have approved it" in page
    assert f"{world.leader.full_name}, {world.member.full_name}" in page.replace("\n", "")
    assert f"The certificate of accreditation for {world.course.title} is there" in page
    for person in (world.leader, world.lead, world.committee):
        assert as_(person).get(reverse("letter_outbox")).status_code == 403
    shown = client.get(reverse("letter", args=[letter.pk])).content.decode()
    assert reverse("letter_approve", args=[letter.pk]) in shown
    answer = client.post(reverse("letter_approve", args=[letter.pk]), {"seen": chain.sum_of(letter)})
    assert answer.status_code == 302
    assert title in as_(world.chair).get("/").content.decode()
    assert client.post(reverse("letter_approve", args=[letter.pk])).status_code == 403
    key = "8d7d7f0e-7f4b-4f6a-9a51-0d1f6f1f0a12"
    chair = as_(world.chair)
    assert chair.get(reverse("letter_refuse", args=[letter.pk])).status_code == 200
    chair.post(reverse("letter_refuse", args=[letter.pk]), {"form_key": key, "reason": "<b>No</b>"})
    assert "&lt;b&gt;No&lt;/b&gt;" in client.get(reverse("letter", args=[letter.pk])).content.decode()


def test_home_asks_officers_to_remind_a_course_whose_time_runs_out(world: World, rival: World) -> None:
    decision, far = with_letters(world, "accredit")[0].decision, with_letters(rival, "accredit")[0].decision
    ends = months_after(timezone.localdate(), 14)
    Decision.objects.filter(pk=decision.pk).update(period_from=timezone.localdate(), period_to=ends)
    asked = lambda person: [  # noqa: E731
        item.url for item in home.items_for(person) if "reminder of re-accreditation" in item.title
    ]
    address = reverse("letter_make", args=[decision.submission_id])
    assert asked(world.officer) == asked(rival.officer) == [address]
    assert asked(world.chair) == asked(world.leader) == []
    assert far.period_to > ends
    page = as_(world.officer).get(address).content.decode()
    assert "Reminder of re-accreditation" in page and "Reminder of conditions due" not in page
    approvals.make(
        by=world.officer, submission_id=decision.submission_id, kind=LetterKind.REACCREDITATION_DUE
    )
    assert asked(world.officer) == []


@pytest.mark.parametrize("number", [1, 5])
def test_a_list_asks_as_many_questions_for_many_as_for_one(
    world: World, number: int, django_assert_max_num_queries: object
) -> None:
    decision = with_letters(world, "accredit")[0].decision
    for day in range(number):
        letter = approvals.make(
            by=world.officer, submission_id=decision.submission_id, kind=LetterKind.REACCREDITATION_DUE
        )
        Letter.objects.filter(pk=letter.pk).update(occasion=f"2026-01-0{day + 1}")
    client = as_(world.officer)
    Letter.objects.filter(occasion__gt="").update(
        state=BuildState.BUILT, sha256="1" * 64, size=1, built_at=timezone.now()
    )
    client.get(reverse("letters"))
    for name, most in (("letters", 14), ("letter_outbox", 18), ("letter_texts", 10)):
        with django_assert_max_num_queries(most):  # type: ignore[operator]
            assert client.get(reverse(name)).status_code == 200
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        assert len([item for item in home.items_for(world.officer) if "Approve" in item.title]) == number
    assert Decision.objects.count() == 1
