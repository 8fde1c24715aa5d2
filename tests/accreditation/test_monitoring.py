"""Annual monitoring: pre-filled, checked, sent once; who is missing; flags that reach the next review."""

import csv
import io
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accreditation import monitoring as rules
from accreditation.enums import ConflictKind
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.home.items import home_for
from accreditation.models import AnnualReturn, AuditEvent, Conflict, Decision, Message, MonitoringFlag, User
from accreditation.notices import own_notices
from accreditation.services import monitoring as service
from portfolios.models import Student, StudentAward
from tests.accreditation import panels
from tests.accreditation.filemaker import pdf
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db
YEAR = 2025
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def on_a_day_in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules.timezone, "localdate", lambda *_: TODAY)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def accredited(world: World, *, first: date = date(2024, 9, 1)) -> Decision:
    decision = panels.decided(world)
    Decision.objects.filter(pk=decision.pk).update(period_from=first, period_to=date(2030, 8, 31))
    return decision


def whole(**changes: Any) -> dict[str, Any]:
    """A return with nothing missing: 5 enrolled, 3 awards."""
    entered: dict[str, Any] = {line.code: 0 for line in rules.NUMBERS}
    entered |= {"enrolled_pgc": 5, "awarded_pgc": 3}
    entered |= {line.code: f"Words about {line.code}." for line in rules.WORDS if line.code not in rules.ONCE}
    return entered | changes


def send(world: World, year: int = YEAR, **changes: Any) -> AnnualReturn:
    common: dict[str, Any] = {"by": world.leader, "course_id": world.course.pk, "year": year}
    row = service.save(**common, entered=whole(**changes), unchanged=("modules", "backgrounds", "placements"))
    return service.send(**common, version=row.version)


def students(world: World) -> None:
    for number, enrolled in enumerate((date(2025, 9, 1), date(2026, 8, 31), date(2025, 8, 31)), 1):
        student = Student.objects.create(
            course=world.course, code=f"S{number}", full_name=f"Student {number}", profession="Physiotherapist",
            state="enrolled", enrolled_on=enrolled,
        )  # fmt: skip
        StudentAward.objects.create(student=student, kind="final", ratified_on=enrolled + timedelta(days=300))


def test_a_year_is_owed_by_courses_accredited_on_its_last_day(world: World, rival: World) -> None:
    assert (rules.last_year(date(2026, 8, 31)), rules.last_year(date(2026, 9, 1))) == (2024, 2025)
    assert rules.due_on(2025) == date(2027, 1, 31)
    assert not rules.owing(YEAR).exists()
    accredited(world)
    accredited(rival, first=date(2026, 9, 1))
    assert [course.pk for course in rules.owing(YEAR)] == [world.course.pk]
    with pytest.raises(NotNow, match="not accredited then"):
        service.save(by=rival.leader, course_id=rival.course.pk, year=YEAR, entered={})


def test_it_begins_with_last_years_words_and_the_systems_numbers(world: World) -> None:
    accredited(world)
    students(world)
    counts = {"enrolled_pgc": 2, "awarded_pgc": 2}
    assert rules.counted(world.course, YEAR) == counts, "the first and the last day of the year both count"
    send(world, YEAR - 1, changes="A new module.", differences="Two came later.")
    given = rules.prefilled(world.course, YEAR)
    assert given == {
        "modules": "Words about modules.", "backgrounds": "Words about backgrounds.",
        "placements": "Words about placements.", **counts,
    }  # fmt: skip
    page = signed_in(world.leader).get(reverse("monitoring_return", args=[world.course.pk, YEAR]))
    text = page.content.decode()
    assert "The system counts 2." in text and "Last year: 5." in text and "Words about modules." in text
    assert not AnnualReturn.objects.filter(year=YEAR).exists(), "looking saves nothing"


def test_what_is_missing_not_confirmed_or_unexplained_stops_the_sending() -> None:
    counts, last = {"enrolled_pgc": 4}, {"modules": "Words about modules."}
    found = rules.problems(whole(), (), counts=counts, last=last)
    assert set(found) == {"differences", "modules"}
    assert "confirm that it is unchanged" in found["modules"] and "PgC" in found["differences"]
    good = whole(differences="One came later.")
    assert rules.problems(good, ("modules",), counts=counts, last=last) == {}
    assert rules.problems(good | {"modules": "New words."}, (), counts=counts, last=last) == {}
    assert set(rules.problems({}, (), counts={}, last={})) == set(rules.LINES) - set(rules.ONCE)
    assert rules.totals(whole(enrolled_msc=7, left_withdrew=None)) == {
        "enrolled": 12,
        "awarded": 3,
        "left": 0,
    }


def test_the_page_saves_tells_what_is_wrong_and_sends_once(
    world: World, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR, settings.EVIDENCE_DIR = tmp_path, tmp_path / "evidence"
    accredited(world)
    service.remind(date(2027, 1, 31))
    assert own_notices(world.leader).filter(kind="monitoring_due", read_at__isnull=True).exists()
    client, url = signed_in(world.leader), reverse("monitoring_return", args=[world.course.pk, YEAR])
    typed = {code: str(value) for code, value in whole().items()} | {"version": "0", "__end": "1"}
    wrong = client.post(url, typed | {"enrolled_pgc": "five"})
    assert wrong.status_code == 422 and "Enter a whole number" in wrong.content.decode()
    unfinished = client.post(url, typed | {"modules": "", "action": "send"})
    assert unfinished.status_code == 422 and "Write a sentence or two" in unfinished.content.decode()
    row = AnnualReturn.objects.get()
    assert row.sent_at is None and row.entered["enrolled_pgc"] == 5, "what was typed is saved all the same"
    stale = client.post(url, typed | {"version": "0", "modules": "Other words."})
    assert stale.status_code == 409 and "saved elsewhere" in stale.content.decode()
    file = SimpleUploadedFile("examiner.pdf", pdf(2), "application/pdf")
    assert client.post(url, typed | {"version": str(row.version), "file": file}).status_code == 302
    row.refresh_from_db()
    member = signed_in(world.member).post(url, typed | {"version": str(row.version), "action": "send"})
    assert member.status_code == 403
    assert client.post(url, typed | {"version": str(row.version), "action": "send"}).status_code == 302
    row.refresh_from_db()
    assert row.sent_by == world.leader and row.files.count() == 1
    assert not own_notices(world.leader).filter(kind="monitoring_due", read_at__isnull=True).exists()
    with pytest.raises(NotNow, match="was sent"):
        service.save(by=world.leader, course_id=world.course.pk, year=YEAR, entered=whole())
    shown = signed_in(world.officer).get(url).content.decode()
    assert "Words about placements." in shown and "examiner.pdf" in shown


def test_two_worlds_and_who_sees_what(world: World, rival: World) -> None:
    accredited(world)
    service.save(by=world.member, course_id=world.course.pk, year=YEAR, entered=whole())
    url = reverse("monitoring_return", args=[world.course.pk, YEAR])
    for one in (world.officer, world.chair, world.lead, rival.leader, world.outsider):
        assert signed_in(one).get(url).status_code == 404, "a draft is the team's own"
    row = AnnualReturn.objects.get()
    service.send(by=world.leader, course_id=world.course.pk, year=YEAR, version=row.version)
    for one in (world.leader, world.member, world.officer, world.committee, world.chair):
        assert signed_in(one).get(url).status_code == 200
    flag = reverse("monitoring_flag", args=[row.pk])
    for one in (world.lead, rival.leader, world.outsider):
        assert signed_in(one).get(url).status_code == 404
    for one in (world.leader, world.chair, world.lead, rival.leader):
        assert signed_in(one).post(flag, {"clause": "PS4.2", "words": "x"}).status_code == 403
    Conflict.objects.create(
        user=rival.officer, institution=world.institution, kind="employer", declared_by=rival.officer
    )
    assert signed_in(rival.officer).get(url).status_code == 404
    assert signed_in(rival.officer).post(flag, {"clause": "PS4.2", "words": "x"}).status_code == 404
    listed = signed_in(rival.officer).get(reverse("monitoring"), {"year": YEAR}).content.decode()
    assert world.course.title not in listed and not MonitoringFlag.objects.exists()
    for one in (world.leader, world.lead):
        assert signed_in(one).get(reverse("monitoring")).status_code == 403


@pytest.mark.parametrize("many", [1, 6])
def test_the_list_shows_who_is_missing_in_as_many_queries_for_many(
    world: World, many: int, django_assert_num_queries: Any
) -> None:
    accredited(world)
    for number in range(many - 1):
        accredited(make_world(f"Wold {number}"))
    send(world)
    officer = User.objects.get(pk=world.officer.pk)
    with django_assert_num_queries(4):  # roles, courses, returns, flags
        rows = rules.owed(officer, YEAR)
    assert [row.sent for row in rows] == [False] * (many - 1) + [True]
    table = signed_in(world.officer).get(reverse("monitoring_csv", args=[YEAR])).content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(table)))
    assert (
        len(lines) == many
        and lines[-1]["Students enrolled in the year, by the award they aim for: total"] == "5"
    )
    assert {line["State"] for line in lines[:-1]} <= {"Missing"}


def test_reminders_go_once_each_and_to_nobody_with_nothing_to_do(world: World, rival: World) -> None:
    accredited(world)
    assert service.remind(date(2027, 1, 2)) == 0
    assert service.remind(date(2027, 1, 3)) == 1 and service.remind(date(2027, 1, 3)) == 0
    assert service.remind(date(2027, 2, 20)) == 1, "of several that are owed, the last"
    assert set(Message.objects.filter(kind="monitoring_due").values_list("person", flat=True)) == {
        world.leader.pk
    }
    send(world)
    assert service.remind(date(2027, 3, 30)) == 0
    assert not any("annual return" in item.title for item in home_for(world.leader).todo)


def test_a_flag_reaches_the_assessors_of_the_next_submission_and_never_the_course(
    world: World, rival: World
) -> None:
    accredited(world)
    row = send(world)
    client = signed_in(world.officer)
    flag = reverse("monitoring_flag", args=[row.pk])
    assert client.post(flag, {"clause": "", "words": ""}).status_code == 422
    assert (
        client.post(flag, {"clause": "PS4.2", "words": "Two mentors for nine students."}).status_code == 302
    )
    with pytest.raises(NotAllowed):
        service.raise_flag(by=world.chair, return_id=row.pk, clause="PS4.2", text="x")
    again = panels.in_assessment(world)
    other = panels.in_assessment(rival)
    page = signed_in(world.lead).get(reverse("review_clause", args=[again.pk, "PS4.2"])).content.decode()
    assert "Two mentors for nine students." in page and "2025-26" in page
    brief = signed_in(world.lead).get(reverse("review_brief", args=[again.pk])).content.decode()
    assert "Flagged from annual monitoring" in brief
    elsewhere = signed_in(rival.lead).get(reverse("review_clause", args=[other.pk, "PS4.2"])).content.decode()
    assert "Two mentors" not in elsewhere
    url = reverse("monitoring_return", args=[world.course.pk, YEAR])
    assert "Two mentors" not in signed_in(world.leader).get(url).content.decode()


def test_two_people_who_write_one_return_lose_nothing(world: World) -> None:
    accredited(world)
    common: dict[str, Any] = {"course_id": world.course.pk, "year": YEAR}
    first = service.save(by=world.leader, **common, entered=whole())
    assert service.save(by=world.member, **common, entered=whole()).version == first.version
    with pytest.raises(Stale, match="Leader Wexcombe"):
        service.save(by=world.member, **common, entered=whole(modules="Mine."))
    for wrong in ({"enrolled_pgc": -1}, {"modules": "x" * 5001}):
        with pytest.raises(Invalid):
            service.save(by=world.leader, **common, entered=whole(**wrong), version=first.version)


def test_an_officer_reminds_the_ticked_courses_after_a_look_and_once_a_day(
    world: World, rival: World
) -> None:
    accredited(world)
    accredited(rival)
    both = [world.course.pk, rival.course.pk]
    address, officer = reverse("monitoring_remind", args=[YEAR]), signed_in(world.officer)
    listed = officer.get(reverse("monitoring"), {"year": YEAR}).content.decode()
    assert "Remind their leaders" in listed
    committee = signed_in(world.committee).get(reverse("monitoring"), {"year": YEAR}).content.decode()
    assert "Remind their leaders" not in committee
    check = officer.get(address, {"row": both}).content.decode()
    assert world.leader.full_name in check and rival.leader.full_name in check and "Not reminded yet" in check
    assert not Message.objects.filter(kind="monitoring_due").exists(), "looking sends nothing"
    for nobody in (world.leader, world.committee, world.chair, world.lead, world.outsider):
        assert signed_in(nobody).post(address, {"row": both}).status_code == 403
        with pytest.raises(NotAllowed):
            service.remind_now(by=nobody, year=YEAR, course_ids=both)
    key = str(uuid4())
    for _ in range(2):
        assert officer.post(address, {"row": both, "form_key": key}).status_code == 302
    assert service.remind_now(by=rival.officer, year=YEAR, course_ids=both) == 0, "once a day"
    told = Message.objects.filter(kind="monitoring_due").values_list("person", flat=True)
    assert sorted(told) == sorted([world.leader.pk, rival.leader.pk])
    assert AuditEvent.objects.filter(verb="monitoring.reminded").count() == 2
    assert "Last reminded on" in officer.get(address, {"row": both}).content.decode()


def test_nobody_is_reminded_who_has_sent_or_whom_a_conflict_keeps_from_the_officer(
    world: World, rival: World
) -> None:
    accredited(world)
    accredited(rival)
    send(world)
    Conflict.objects.create(
        user=world.officer,
        institution=rival.institution,
        kind=ConflictKind.EMPLOYER,
        declared_by=world.officer,
    )
    both = [world.course.pk, rival.course.pk]
    page = signed_in(world.officer).get(reverse("monitoring_remind", args=[YEAR]), {"row": both})
    assert "Nobody to remind" in page.content.decode() and rival.course.title not in page.content.decode()
    with pytest.raises(Invalid, match="owes this return any more"):
        service.remind_now(by=world.officer, year=YEAR, course_ids=both)
    assert not Message.objects.filter(kind="monitoring_due").exists()
