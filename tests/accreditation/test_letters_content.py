"""What is frozen into a letter, from which rows, and that nothing afterwards changes it."""

import json
import threading
from datetime import date

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accreditation import audit
from accreditation.enums import BuildState, DecisionOutcome, LetterKind
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.letters import frozen, published
from accreditation.letters.content import freeze
from accreditation.letters.shape import LetterContent
from accreditation.letters.text import BREAK, breakable, clean
from accreditation.models import AuditEvent, Decision, Job, Letter
from accreditation.services import letters
from tests.accreditation.decided import DUE, SECRET, decided, with_letters
from tests.accreditation.letter_samples import sample
from tests.worlds import World, make_world

pytestmark = pytest.mark.sqlite


@pytest.mark.parametrize("outcome", DecisionOutcome.values)
def test_content_comes_from_the_decision_and_survives_json(world: World, outcome: str) -> None:
    decision = decided(world, outcome)
    content = freeze(
        decision,
        LetterKind.DECISION,
        number="CASE-L-2026-0001",
        on=date(2026, 11, 24),
        text=published.text_for(LetterKind.DECISION, outcome),
    )
    assert LetterContent.read(json.loads(json.dumps(content.plain()))) == content
    assert content.outcome == outcome
    assert content.addressee.name == "Leader Wexcombe"
    assert content.addressee.lines == ("Registry", "University of Wexcombe", "Wexcombe AB1 2CD")
    assert content.signature.name == "Professor Iain Farrell"
    assert (content.period_to is not None) == (outcome in ("accredit", "accredit_with_conditions"))
    assert [row.due_on for row in content.conditions] == (
        [DUE, DUE] if outcome == "accredit_with_conditions" else []
    )
    assert [row.text for row in content.recommendations] == ["Tell graduates to show their portfolio."]
    assert [row.text for row in content.commendations] == ["The appraisal of scans is exemplary."]
    line = next(line for line in content.clauses if line.clause == "PS2.6")
    assert (line.judgement, line.finding, line.differs) == ("partly_met", "not_met", True)
    assert line.reason == "One of three students only, and it is planned."
    assert sum(line.differs for line in content.clauses) == 1
    assert content.report is None
    assert content.verify_url == f"http://testserver/verify/CASE-L-2026-0001/{content.check}/"


def test_the_report_has_panel_answers_evidence_and_findings(world: World) -> None:
    content = freeze(
        decided(world),
        LetterKind.REPORT,
        number="CASE-L-2026-0002",
        on=date(2026, 11, 24),
        text=published.text_for(LetterKind.REPORT, ""),
    )
    report = content.report
    assert report is not None
    assert [(m.name, m.role, m.signed_on) for m in report.panel] == [
        ("Lead Wexcombe", "Lead assessor", date(2026, 10, 30)),
        ("Co Wexcombe", "Co-assessor", date(2026, 10, 30)),
    ]
    part = next(part for part in report.clauses if part.clause == "PS2.6")
    assert part.answer == "Our answer to PS2.6."
    assert [(c.number, c.title, c.pages) for c in part.evidence] == [("E1", "Clinical handbook", "12-14")]
    assert part.found == (
        "Of 3 students: not met for 1, met for 2.",
        "No unseen examination covers the foot and ankle.",
    )
    assert part.dissent == "The co-assessor would have said not met."
    assert part.comment == "Agreed comment on PS2.6."
    assert [part.clause for part in report.clauses] == [line.clause for line in content.clauses]


@pytest.mark.parametrize("kind", LetterKind.values)
def test_comments_for_case_only_are_in_no_letter(world: World, kind: str) -> None:
    content = freeze(
        decided(world),
        kind,
        number="CASE-L-2026-0003",
        on=date(2026, 11, 24),
        text=published.text_for(kind, "accredit_with_conditions"),
    )
    told = json.dumps(content.plain())
    assert SECRET not in told
    assert "Own words." not in told
    assert ("Agreed comment on PS2.6." in told) == (kind == LetterKind.REPORT)


def test_a_letter_names_the_trails_end_when_it_was_frozen(world: World) -> None:
    with transaction.atomic():
        audit.record("test.happened", by=None)
        head = str(audit.head())
        letter = letters.queue_letters(decision=decided(world), by=world.chair)[0]
    assert letter.content["basis"]["anchor"] == head


def test_later_changes_do_not_reach_a_frozen_letter(world: World) -> None:
    letter = with_letters(world)[0]
    before = letter.content
    world.course.title = "Another title"
    world.course.save()
    letter.decision.conditions.update(text="Another condition.")
    assert Letter.objects.get(pk=letter.pk).content == before


def test_letters_are_queued_once_with_number_promise_and_trail(world: World, rung: list[str]) -> None:
    decision = decided(world)
    with pytest.raises(transaction.TransactionManagementError), _no_transaction():
        letters.queue_letters(decision=decision, by=world.chair)
    first = letters.queue_letters(decision=decision, by=world.chair)
    again = letters.queue_letters(decision=decision, by=world.chair)
    assert [letter.pk for letter in first] == [letter.pk for letter in again]
    year = timezone.localdate().year
    assert [letter.number for letter in first] == [f"CASE-L-{year}-0001", f"CASE-L-{year}-0002"]
    assert [letter.kind for letter in first] == [LetterKind.DECISION, LetterKind.REPORT]
    assert set(Job.objects.values_list("key", flat=True)) == {letters.key_of(letter) for letter in first}
    assert AuditEvent.objects.filter(verb="letter.queued").count() == 2


class _no_transaction:
    """Makes the connection look as it does outside a transaction, in which every test runs."""

    def __enter__(self) -> None:
        connection.in_atomic_block = False

    def __exit__(self, *error: object) -> None:
        connection.in_atomic_block = True


def test_numbers_go_on_after_ten_thousand(world: World) -> None:
    letter = with_letters(world)[0]
    year = timezone.localdate().year
    for number in ("9999", "10000"):
        Letter.objects.filter(pk=letter.pk).update(number=f"CASE-L-{year}-{number}")
        assert letters._next_number(year, "CASE-L") == f"CASE-L-{year}-{int(number) + 1}"


def test_a_letter_is_superseded_by_one_new_letter(world: World) -> None:
    old = with_letters(world)[0]
    with pytest.raises(NotNow, match="still being built"):
        letters.supersede(by=world.officer, letter_id=old.pk, reason="A name was wrong.")
    Letter.objects.filter(pk=old.pk).update(state=BuildState.FAILED)
    for person in (world.leader, world.lead, world.committee, world.outsider):
        with pytest.raises(NotAllowed):
            letters.supersede(by=person, letter_id=old.pk, reason="A name was wrong.")
    with pytest.raises(Invalid):
        letters.supersede(by=world.officer, letter_id=old.pk, reason="  ")
    new = letters.supersede(by=world.officer, letter_id=old.pk, reason="A name was wrong.")
    old.refresh_from_db()
    assert (old.superseded, old.supersession_reason) == (True, "A name was wrong.")
    assert (new.supersedes, new.content["replaces"]) == (old, old.number)
    assert new.content["replaces_reason"] == "A name was wrong."
    with pytest.raises(NotNow, match="superseded already"):
        letters.supersede(by=world.officer, letter_id=old.pk, reason="Again.")
    assert Letter.objects.filter(kind=old.kind, superseded=False).count() == 1


def test_a_superseding_decision_supersedes_the_letters(world: World) -> None:
    old = with_letters(world)
    was = old[0].decision
    Decision.objects.filter(pk=was.pk).update(superseded=True, supersession_reason="The vote was miscounted.")
    now = Decision.objects.create(
        submission=was.submission,
        snapshot=was.snapshot,
        outcome=DecisionOutcome.DEFER,
        reasons="More is needed.",
        decided_on=was.decided_on,
        decided_by=world.chair,
        signed_name="Professor Iain Farrell",
        supersedes=Decision.objects.get(pk=was.pk),
    )
    new = letters.queue_letters(decision=now, by=world.chair)
    assert [letter.supersedes_id for letter in new] == [letter.pk for letter in old]
    assert new[0].content["replaces_reason"] == "The vote was miscounted."
    assert Letter.objects.filter(superseded=False).count() == 2


@pytest.mark.django_db(transaction=True)
def test_numbers_stay_unique_when_many_decide_at_once() -> None:
    decisions = [decided(world) for world in (make_world(f"Place {n}") for n in range(6))]
    start = threading.Barrier(len(decisions))
    faults: list[BaseException] = []

    def decide(decision: Decision) -> None:
        try:
            start.wait(20)
            with transaction.atomic():
                letters.queue_letters(decision=decision, by=decision.decided_by)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(decision,)) for decision in decisions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not faults
    numbers = sorted(Letter.objects.values_list("number", flat=True))
    year = timezone.localdate().year
    assert numbers == [f"CASE-L-{year}-{n:04}" for n in range(1, 13)]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda c: c.pop("outcome"), "outcome"),
        (lambda c: c.update(extra=1), "extra"),
        (lambda c: c.update(number=7), "content.number"),
        (lambda c: c.update(on="tomorrow"), "content.on"),
        (lambda c: c.update(conditions={}), "content.conditions"),
        (lambda c: c["conditions"][0].update(number="1"), r"content.conditions\[0\].number"),
        (lambda c: c.update(format=3), "format"),
        (lambda c: c.update(addressee=None), "content.addressee"),
    ],
)
def test_stored_content_of_another_shape_is_refused_by_place(change: object, place: str) -> None:
    stored = sample().plain()
    change(stored)  # type: ignore[operator]
    with pytest.raises(frozen.Unreadable, match=place):
        LetterContent.read(stored)


def test_words_are_cleaned_without_changing_their_meaning() -> None:
    assert clean("a\x00b\ud800c\u202ed\ufeff") == "ab\ufffdcd"
    assert clean("one\r\ntwo\r\n\r\n\r\n\r\nthree\t!") == "one\ntwo\n\nthree !"
    assert clean("Llŷr Ó Gráinne, Łukasz 漢字 مرحبا") == "Llŷr Ó Gráinne, Łukasz 漢字 مرحبا"
    assert clean("z" + "\u0335" * 50) == "z" + "\u0335" * 4
    assert clean("some words here", 11) == "some words…"
    assert clean(None) == ""


def test_long_words_get_places_to_break_and_short_ones_stay() -> None:
    assert breakable("plain words") == "plain words"
    long = breakable("x" * 100)
    assert long.replace(BREAK, "") == "x" * 100
    assert max(map(len, long.split(BREAK))) <= 28
