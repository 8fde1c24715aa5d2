"""The public directory: what is in it and what is not, what changes it, its files and their schema, and its queries."""

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accreditation.directory import Status, entries
from accreditation.enums import BuildState, DecisionOutcome
from accreditation.models import Condition, Course, Decision, Letter
from tests.accreditation.decided import with_letters
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db
TODAY = date(2027, 6, 1)
SCHEMA = Path(__file__).resolve().parents[2] / "accreditation/directory.schema.json"


def built(letters: list[Letter]) -> Decision:
    """The letters as the worker would leave them."""
    for letter in letters:
        Letter.objects.filter(pk=letter.pk).update(
            state=BuildState.BUILT, sha256="a" * 64, size=10, built_at=timezone.now()
        )
    return letters[0].decision


def published(world: World, outcome: str = DecisionOutcome.ACCREDIT_WITH_CONDITIONS) -> Decision:
    return built(with_letters(world, outcome))


def test_a_course_is_listed_once_its_letter_is_built_and_not_before(world: World) -> None:
    letters = with_letters(world)
    assert entries(TODAY) == []
    built(letters)
    (one,) = entries(TODAY)
    assert (one.reference, one.status, one.conditions_open) == (
        world.course.reference,
        Status.ACCREDITED,
        True,
    )
    assert [past.holds for past in one.history] == [True]


@pytest.mark.parametrize("outcome", [DecisionOutcome.DEFER, DecisionOutcome.REFUSE])
def test_what_was_never_accredited_is_not_in_it(world: World, outcome: str) -> None:
    published(world, outcome)
    assert entries(TODAY) == []
    assert Client().get(reverse("directory_course", args=[world.course.reference])).status_code == 404


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2026, 12, 31), Status.TO_COME),
        (date(2027, 1, 1), Status.ACCREDITED),
        (date(2031, 12, 31), Status.ACCREDITED),
        (date(2032, 1, 1), Status.EXPIRED),
    ],
)
def test_the_status_follows_the_day(world: World, day: date, status: Status) -> None:
    published(world)
    assert [one.status for one in entries(day)] == [status]


def test_a_later_refusal_of_another_case_ends_no_period_and_a_superseding_one_does(world: World) -> None:
    first = published(world, DecisionOutcome.ACCREDIT)
    published(
        world, DecisionOutcome.REFUSE
    )  # a later application, refused: the period that was given runs on
    assert [one.status for one in entries(TODAY)] == [Status.ACCREDITED]
    Decision.objects.filter(pk=first.pk).update(superseded=True)
    (one,) = entries(TODAY)
    assert one.status == Status.WITHDRAWN and not one.conditions_open
    assert [past.holds for past in one.history] == [False]


def test_the_newest_published_accreditation_counts_and_the_title_is_the_letters(world: World) -> None:
    first = published(world, DecisionOutcome.ACCREDIT)
    Decision.objects.filter(pk=first.pk).update(decided_on=timezone.localdate() - timedelta(days=900))
    second = published(world)
    Course.objects.update(title="Renamed by the course since")
    (one,) = entries(TODAY)
    assert one.outcome == second.outcome and len(one.history) == 2
    assert one.title == "PgCert Musculoskeletal Ultrasound Wexcombe"


def test_a_closed_condition_is_no_longer_open(world: World) -> None:
    decision = published(world)
    decision.conditions.update(state="closed", closed_on=TODAY, closed_by=world.chair)
    assert [one.conditions_open for one in entries(TODAY)] == [False]
    Condition.objects.filter(number=1).update(state="lapsed", closed_on=None, closed_by=None)
    assert [one.conditions_open for one in entries(TODAY)] == [True]


def test_anybody_reads_page_csv_and_json_and_none_names_a_person(world: World) -> None:
    published(world)
    client = Client()
    pages = [
        client.get(reverse("directory")), client.get(reverse("directory_course", args=[world.course.reference])),
        client.get(reverse("directory_csv")), client.get(reverse("directory_json")),
    ]  # fmt: skip
    for answer in pages:
        assert answer.status_code == 200
        told = answer.content.decode()
        assert world.course.title in told
        for person in (world.leader, world.member, world.lead, world.co, world.chair):
            assert person.full_name not in told and person.email not in told


def test_the_json_is_as_its_schema_says_and_the_file_is_not_sent_twice(world: World) -> None:
    published(world)
    answer = Client().get(reverse("directory_json"))
    body = json.loads(answer.content)
    schema = json.loads(SCHEMA.read_text())
    assert json.loads(Client().get(reverse("directory_schema")).content) == schema
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(body, schema, format_checker=jsonschema.FormatChecker())
    assert body["as_of"] == timezone.localdate().isoformat() and len(body["courses"]) == 1
    again = Client().get(reverse("directory_json"), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304 and again.content == b""


def test_no_cell_of_the_csv_is_a_formula(world: World) -> None:
    world.institution.name = '=HYPERLINK("https://bad.example")'
    world.institution.save()
    published(world)
    rows = list(csv.reader(io.StringIO(Client().get(reverse("directory_csv")).content.decode("utf-8-sig"))))
    assert rows[1][2] == '\'=HYPERLINK("https://bad.example")'
    assert len(rows) == 2 and len(rows[0]) == len(rows[1]) == 13


def test_words_nation_status_and_kind_narrow_the_list(world: World, rival: World) -> None:
    published(world)
    published(rival)
    rival.institution.nation = "wales"
    rival.institution.save()

    def shown(**asked: str) -> list[str]:
        page = Client().get(reverse("directory"), asked)
        return [one.institution for one in page.context["page_obj"]]

    assert len(shown()) == 2
    assert shown(q="ravenmoor pgcert") == shown(nation="wales") == ["University of Ravenmoor"]
    assert shown(q="nothing of the kind") == shown(status="expired") == []
    assert Client().get(reverse("directory"), {"nation": "<b>", "page": "x"}).status_code == 200


def test_it_asks_the_database_as_often_for_many_courses_as_for_one(world: World) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            entries(TODAY)
        return len(seen)

    published(world)
    few = asked()
    for number in range(12):
        published(make_world(f"Place {number}"))
    assert asked() == few == 4


def test_it_is_found_from_the_first_page() -> None:
    answer: Any = Client().get("/")
    assert reverse("directory") in answer.content.decode()
