"""National runs: each part once in effect, what changed since the last look, who is told, and who may."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accreditation.directory import accredited_courses, entries
from accreditation.enums import BuildState, JobState, LetterTask, RunKind, RunState
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.models import (
    Conflict,
    CourseStanding,
    Decision,
    Job,
    Letter,
    Message,
    Module,
    NationalRun,
    Pulse,
    RunLine,
    RunPart,
)
from accreditation.run_selectors import visible_lines
from accreditation.services import letter_runs, recheck, runs
from tests.accreditation.decided import decided, with_letters
from tests.worlds import World, make_user, make_world

pytestmark = pytest.mark.django_db


def accredited(world: World) -> None:
    """The world's course is accredited today, and its decision letter is out."""
    today = timezone.localdate()
    with_letters(world)
    Decision.objects.filter(submission__course=world.course).update(
        period_from=today - timedelta(days=30), period_to=today + timedelta(days=900)
    )
    Letter.objects.filter(decision__submission__course=world.course).update(
        state=BuildState.BUILT, sha256="ab" * 32, size=3, built_at=timezone.now()
    )


def work(run: NationalRun) -> None:
    """Does everything that a run has promised, as a worker would."""
    waiting = Job.objects.filter(key__startswith=f"run:{run.pk}:", state=JobState.WAITING)
    for job in waiting.filter(task=runs.PLAN):
        runs.plan(job_id=job.pk)
    for job in waiting.filter(task=runs.PART):
        runs.do_part(job_id=job.pk)
    run.refresh_from_db()


def night(number: int) -> NationalRun:
    run = runs.start(by=None, kind=RunKind.RECHECK, key=f"recheck:night:{number}")
    work(run)
    return run


def spoil(world: World) -> None:
    """Something of the course that the standard wants is no more so."""
    assert Module.objects.filter(course=world.course).update(level=5)


def test_the_courses_are_those_that_the_directory_shows_as_accredited(world: World, rival: World) -> None:
    accredited(world)
    with_letters(rival)  # not built: nobody knows of the decision yet
    shown = [one.reference for one in entries(timezone.localdate()) if one.status == "accredited"]
    assert (
        [one.reference for one in accredited_courses(timezone.localdate())]
        == shown
        == [world.course.reference]
    )
    later = timezone.localdate() + timedelta(days=1000)
    assert not accredited_courses(later).exists()


def test_what_got_worse_since_the_last_look_is_found_with_its_rows_and_told_once(world: World) -> None:
    accredited(world)
    first = night(1)
    line = first.lines.get()
    assert (first.state, first.done, first.total, line.worse, line.since) == (RunState.DONE, 1, 1, 0, None)
    assert not Message.objects.filter(kind="recheck_worse").exists(), (
        "a first look has nothing to compare with"
    )
    spoil(world)
    second = night(2)
    line = second.lines.get()
    assert line.worse >= 1 and line.since == first.as_of
    change = next(one for one in line.changes if one["clause"] == "PS5.2")
    assert (change["before"], change["after"], change["direction"]) == ("met", "not_met", "worse")
    assert any(ref.startswith("course/modules/") for ref in change["rows"])
    told = Message.objects.get(kind="recheck_worse")
    assert told.person == world.officer and told.context["count"] == 1
    assert world.course.title in told.context["courses"][0]["course"]
    assert night(3).lines.get().changes == [], "what was told is not told again"
    Module.objects.filter(course=world.course).update(level=7)
    assert night(4).lines.get().better >= 1
    assert Message.objects.filter(kind="recheck_worse").count() == 1
    assert Pulse.objects.get(name="recheck").words == "1 course looked at, 0 got worse"
    assert Decision.objects.get().superseded is False


def test_a_part_that_two_workers_do_leaves_its_lines_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first worker's lease runs out while it computes; a second one does the part; then the first wants to write."""
    accredited(world)
    run = runs.start(by=None, kind=RunKind.RECHECK, key="recheck:x")
    runs.plan(job_id=Job.objects.get(key=f"run:{run.pk}:plan").pk)
    job = Job.objects.get(key=f"run:{run.pk}:1")
    usual, inner = recheck.look, []

    def slow(asked: NationalRun, subject: str) -> recheck.Seen:
        seen = usual(asked, subject)
        if not inner:
            inner.append(True)
            Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
            inner.append(runs.do_part(job_id=job.pk))
        return seen

    monkeypatch.setitem(
        runs.WORKS, RunKind.RECHECK, runs.Work(5, recheck.subjects, slow, recheck.keep, recheck.finished)
    )
    assert runs.do_part(job_id=job.pk) is False
    assert inner == [True, True]
    run.refresh_from_db()
    assert (run.state, run.done, RunLine.objects.count(), CourseStanding.objects.count()) == (
        RunState.DONE,
        1,
        1,
        1,
    )


def test_a_course_that_cannot_be_read_holds_up_no_other(
    world: World, rival: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    accredited(world)
    accredited(rival)
    usual = recheck.look

    def look(run: NationalRun, subject: str) -> recheck.Seen:
        if subject == str(world.course.pk):
            raise KeyError("a fault in one course's data")
        return usual(run, subject)

    monkeypatch.setitem(
        runs.WORKS, RunKind.RECHECK, runs.Work(5, recheck.subjects, look, recheck.keep, recheck.finished)
    )
    run = night(1)
    assert run.done == 2
    assert [(line.course, line.failed) for line in run.lines.order_by("failed")] == [
        (rival.course, False),
        (world.course, True),
    ]
    assert Pulse.objects.get(name="recheck").faults == 1


def test_a_database_fault_is_tried_again_then_given_up_and_an_officer_takes_it_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    accredited(world)

    def broken(run: NationalRun, subject: str) -> recheck.Seen:
        raise DatabaseError("gone")

    with monkeypatch.context() as patch:
        patch.setitem(
            runs.WORKS,
            RunKind.RECHECK,
            runs.Work(5, recheck.subjects, broken, recheck.keep, recheck.finished),
        )
        run = night(1)
        for _ in range(2):
            Job.objects.filter(state=JobState.WAITING).update(not_before=timezone.now())
            work(run)
    part = RunPart.objects.get()
    assert (run.state, run.done, part.state) == (RunState.DONE, 0, JobState.FAILED)
    assert "database did not answer" in part.failure
    with pytest.raises(NotAllowed):
        runs.again(by=world.chair, run_id=run.pk)
    runs.again(by=world.officer, run_id=run.pk)
    work(run)
    assert (run.state, run.done, run.lines.count()) == (RunState.DONE, 1, 1)
    with pytest.raises(NotNow):
        runs.again(by=world.officer, run_id=run.pk)


def test_one_press_starts_one_run_and_a_second_run_of_a_kind_waits(world: World) -> None:
    run = runs.start(by=world.officer, kind=RunKind.RECHECK, key="recheck:a")
    assert runs.start(by=world.officer, kind=RunKind.RECHECK, key="recheck:a") == run
    with pytest.raises(NotNow):
        runs.start(by=world.officer, kind=RunKind.RECHECK, key="recheck:b")
    runs.stop(by=world.officer, run_id=run.pk)
    work(run)
    assert run.state == RunState.STOPPED and not RunPart.objects.exists()
    with pytest.raises(NotNow):
        runs.stop(by=world.officer, run_id=run.pk)
    assert runs.start(by=world.officer, kind=RunKind.RECHECK, key="recheck:b") != run


def test_a_stopped_run_keeps_what_it_found_and_does_no_more(world: World, rival: World) -> None:
    accredited(world)
    accredited(rival)
    run = runs.start(by=world.officer, kind=RunKind.RECHECK, key="recheck:a")
    runs.plan(job_id=Job.objects.get(key=f"run:{run.pk}:plan").pk)
    runs.stop(by=world.officer, run_id=run.pk)
    assert runs.do_part(job_id=Job.objects.get(key=f"run:{run.pk}:1").pk) is False
    assert not RunLine.objects.exists() and Job.objects.get(key=f"run:{run.pk}:1").state == JobState.DONE


def test_the_clock_starts_one_run_a_night_from_two_o_clock_on(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = timezone.localtime().replace(hour=12)
    monkeypatch.setattr(timezone, "now", lambda: noon.replace(hour=1))
    assert runs.start_nightly() is None
    monkeypatch.setattr(timezone, "now", lambda: noon)
    first = runs.start_nightly()
    assert first is not None and runs.start_nightly() is None
    monkeypatch.setattr(timezone, "now", lambda: noon + timedelta(days=1))
    assert runs.start_nightly() is None, "yesterday's is not finished yet"
    work(first)
    assert runs.start_nightly() is not None


def test_letters_of_a_meeting_are_replaced_each_once_with_the_reason(world: World, rival: World) -> None:
    for one in (world, rival):
        accredited(one)
    on = Decision.objects.filter(superseded=False)[0].decided_on
    asked = letter_runs.asked(
        task=LetterTask.REPLACE, decided_on=on, kind="decision", reason="The seal was renewed."
    )
    run = runs.start(by=world.officer, kind=RunKind.LETTERS, key="letters:a", asked=asked)
    work(run)
    assert (run.state, run.total, run.done) == (RunState.DONE, 2, 2)
    new = Letter.objects.filter(superseded=False, kind="decision")
    assert new.count() == 2 and all(one.supersedes and one.content["replaces"] for one in new)
    assert {line.letter_id for line in run.lines.all()} == {one.pk for one in new}
    assert Letter.objects.filter(kind="report", superseded=True).count() == 0
    with pytest.raises(Invalid):
        letter_runs.asked(task=LetterTask.REPLACE, decided_on=on, kind="", reason=" ")


def test_failed_letters_are_built_again_and_what_is_done_already_is_left(world: World) -> None:
    first, second = with_letters(world)
    Letter.objects.update(state=BuildState.FAILED)
    run = runs.start(
        by=world.officer, kind=RunKind.LETTERS, key="letters:a",
        asked=letter_runs.asked(task=LetterTask.REBUILD, decided_on=None, kind="", reason=""),
    )  # fmt: skip
    runs.plan(job_id=Job.objects.get(key=f"run:{run.pk}:plan").pk)
    Letter.objects.filter(pk=second.pk).update(
        state=BuildState.QUEUED
    )  # somebody pressed the button meanwhile
    work(run)
    assert Letter.objects.get(pk=first.pk).state == BuildState.QUEUED
    left = run.lines.get(letter=second)
    assert left.failed and left.words and run.lines.filter(failed=False).count() == 1


def test_a_draft_edition_is_tried_on_every_case_and_drafts_are_only_counted(
    world: World, settings: object
) -> None:
    settings.DRAFT_EDITIONS = ["accreditation.demo_edition.draft"]  # type: ignore[attr-defined]
    from accreditation.services.submissions import open_submission

    decided(world)
    Decision.objects.get().snapshot.__class__.objects.update(facts=_facts(world))
    draft = open_submission(by=world.leader, course=world.course, kind="major_change")
    run = runs.start(
        by=world.officer, kind=RunKind.IMPACT, key="impact:a", asked={"edition": "invented-draft"}
    )
    work(run)
    assert (run.state, run.done, run.lines.filter(failed=True).count()) == (RunState.DONE, 2, 0)
    assert run.lines.filter(submission=draft).exists()
    assert [line.submission for line in visible_lines(world.officer, run)] == [
        Decision.objects.get().submission
    ]


def _facts(world: World) -> dict[str, object]:
    from accreditation.facts import gather
    from accreditation.rules.facts_writing import write

    return write(gather(world.course, timezone.localdate()))


# --- who may ------------------------------------------------------------------------------------------------------


def test_a_conflict_of_interest_hides_a_course_on_every_page_and_in_the_message(
    world: World, rival: World
) -> None:
    accredited(world)
    accredited(rival)
    Conflict.objects.create(
        user=rival.officer, institution=world.institution, kind="employer", declared_by=rival.officer
    )
    night(1)
    spoil(world)
    spoil(rival)
    run = night(2)
    theirs = set(visible_lines(rival.officer, run).values_list("course", flat=True))
    assert theirs == {rival.course.pk}
    assert visible_lines(world.officer, run).count() == 2
    told = Message.objects.get(kind="recheck_worse", person=rival.officer)
    assert told.context["count"] == 1 and "Wexcombe" not in str(told.context)
    client = Client()
    client.force_login(rival.officer)
    page = client.get(reverse("run", args=[run.pk])).content.decode()
    assert rival.course.institution.short_name in page and world.institution.short_name not in page
    hidden = run.lines.get(course=world.course)
    assert client.get(reverse("run_line", args=[run.pk, hidden.pk])).status_code == 404
    assert world.institution.short_name not in client.get(reverse("sent_messages")).content.decode()


def test_only_officers_see_and_start_runs(world: World, rival: World) -> None:
    accredited(world)
    night(1)
    spoil(world)
    run = night(2)
    line = run.lines.get()
    pages = [
        reverse("runs"),
        reverse("run", args=[run.pk]),
        reverse("run_state", args=[run.pk]),
        reverse("run_line", args=[run.pk, line.pk]),
        reverse("run_impact"),
        reverse("run_letters"),
    ]
    posts = [reverse("run_recheck"), reverse("run_stop", args=[run.pk]), reverse("run_again", args=[run.pk])]
    before = NationalRun.objects.count()
    for one in (world, rival):
        for person in (one.leader, one.lead, one.committee, one.chair, one.outsider):
            client = Client()
            client.force_login(person)
            assert {client.get(page).status_code for page in pages} == {403}
            assert {client.post(post, {"form_key": "0" * 32}).status_code for post in posts} == {403}
    assert NationalRun.objects.count() == before
    client = Client()
    client.force_login(rival.officer)
    assert {client.get(page).status_code for page in pages} == {200}
    idle = make_user("Officer on leave", "officer")
    idle.is_active = False
    assert not visible_lines(idle, run).exists()


def test_the_pages_take_as_many_queries_for_one_course_as_for_many(world: World) -> None:
    accredited(world)
    night(1)
    spoil(world)
    one = night(2)
    client = Client()
    client.force_login(world.officer)

    def queries(run: NationalRun) -> list[int]:
        counts = []
        for page in (reverse("run", args=[run.pk]), reverse("runs"), reverse("run_state", args=[run.pk])):
            client.get(page)
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert client.get(page).status_code == 200
            counts.append(len(seen))
        return counts

    few = queries(one)
    for number in range(8):
        accredited(make_world(f"Place {number}"))
    night(3)
    Module.objects.update(level=4)
    many = night(4)
    assert many.lines.count() == 9
    assert queries(many) == few


def test_the_page_starts_a_run_shows_its_progress_and_what_it_found(world: World) -> None:
    accredited(world)
    night(1)
    spoil(world)
    client = Client()
    client.force_login(world.officer)
    page = client.get(reverse("runs")).content.decode()
    key = page.partition('name="form_key" value="')[2].partition('"')[0]
    answer = client.post(reverse("run_recheck"), {"form_key": key})
    run = NationalRun.objects.latest("created_at")
    assert answer["Location"] == reverse("run", args=[run.pk])
    assert client.post(reverse("run_recheck"), {"form_key": key})["Location"] == answer["Location"]
    waiting = client.get(answer["Location"]).content.decode()
    assert "Waits for a worker" in waiting and reverse("run_state", args=[run.pk]) in waiting
    work(run)
    page = client.get(answer["Location"]).content.decode()
    assert "1 of 1 course done." in page and "1 of 1 course got worse" in page
    assert reverse("run_state", args=[run.pk]) not in page, "a run that has ended is not asked for again"
    line = client.get(reverse("run_line", args=[run.pk, run.lines.get().pk])).content.decode()
    assert "PS5.2" in line and "Module " in line
