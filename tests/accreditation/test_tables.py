"""Tables: what the page shows is what the file holds, whatever its reader narrowed, sorted, chose or ticked."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accreditation.models import AuditEvent, KeptView, Submission
from accreditation.presenters.tables import Column, arrange
from tests.accreditation import panels
from tests.worlds import World, make_user, make_world

pytestmark = pytest.mark.django_db
Pair = tuple[str, int | None]
COLUMNS: tuple[Column[Pair], ...] = (
    Column("word", "Word", lambda row: row[0]),
    Column("number", "Number", lambda row: row[1], number=True),
    Column("length", "Length", lambda row: len(row[0]), spare=True),
)
ROWS: list[Pair] = [("beta", 2), ("Alpha", None), ("gamma", 11), ("delta", 2)]


def shown(query: str, **rest: Any) -> list[str]:
    table = arrange("pairs", COLUMNS, ROWS, QueryDict(query), key=lambda row: row[0], **rest)
    return [line.first.text for line in table.lines]


def test_rows_are_sorted_by_value_and_what_is_not_known_comes_last_either_way() -> None:
    assert shown("") == ["beta", "Alpha", "gamma", "delta"]
    assert shown("sort=word") == ["Alpha", "beta", "delta", "gamma"]
    assert shown("sort=number") == ["beta", "delta", "gamma", "Alpha"]
    assert shown("sort=-number") == ["gamma", "beta", "delta", "Alpha"]
    assert shown("sort=nonsense&page=99&cols=nonsense") == shown("")
    assert shown("row=gamma&row=beta&row=nobody") == ["beta", "gamma"]


def test_a_file_has_all_pages_in_the_shown_order_with_the_shown_columns() -> None:
    table = arrange(
        "pairs", COLUMNS, ROWS, QueryDict("cols=length&sort=-word&page=2"), per_page=2, key=lambda row: row[0]
    )
    assert [line.first.text for line in table.lines] == ["beta", "Alpha"] and table.count == 4
    keys, headings, rows = table.values()
    assert keys == ["gamma", "delta", "beta", "Alpha"] and headings == ["Word", "Length"]
    assert rows[0] == ["gamma", 5] and "page" not in table.query


def lines_of(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/csv"), address
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def sign_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_queue_is_searched_sorted_and_taken_out_just_as_shown(world: World, rival: World) -> None:
    first, second = panels.submitted(world), panels.submitted(rival)
    Submission.objects.filter(pk=first.pk).update(due_on=timezone.localdate() - timedelta(days=2))
    officer = sign_in(world.officer)
    query = "?cols=course&cols=reference&sort=-reference"
    page = officer.get(reverse("cases") + query)
    references = [line.cells[0][1].text for line in page.context["table"].lines]
    assert len(references) == 2 and references == sorted(references, reverse=True)
    lines = lines_of(officer, reverse("cases") + query + "&as=csv")
    assert lines[0] == ["Course", "Reference"] and [line[1] for line in lines[1:]] == references
    assert [
        line[1] for line in lines_of(officer, f"{reverse('cases')}{query}&as=csv&row={second.pk}")[1:]
    ] == [second.reference]
    assert [one.first.text for one in officer.get(reverse("cases") + "?late=1").context["table"].lines] == [
        world.course.title
    ]
    assert officer.get(reverse("cases") + "?q=ravenmoor").context["table"].count == 1
    noted = AuditEvent.objects.filter(verb="table.taken_out").order_by("seq")
    assert [set(one.payload["rows"]) for one in noted] == [{str(first.pk), str(second.pk)}, {str(second.pk)}]


def test_people_are_sorted_by_the_database_one_page_at_a_time(
    world: World, django_assert_max_num_queries: Any
) -> None:
    officer = sign_in(world.officer)
    for number in range(60):
        make_user(f"Zz Person {number:02}")
    names = [
        line.first.text for line in officer.get(reverse("people") + "?sort=-name").context["table"].lines
    ]
    assert names[0] == "Zz Person 59" and names == sorted(names, reverse=True)
    with django_assert_max_num_queries(10):
        officer.get(reverse("people") + "?sort=-name")
    lines = lines_of(officer, reverse("people") + "?q=zz&sort=name&cols=email&as=csv")
    assert len(lines) == 61 and lines[1][0] == "Zz Person 00" and lines[0] == ["Name", "E-mail address"]


def test_views_belong_to_one_person_and_one_table(world: World) -> None:
    officer, other = sign_in(world.officer), sign_in(make_world("Elsewhere").officer)
    keep = reverse("table_view_keep", args=["cases"])
    back = officer.post(keep, {"name": "Late", "query": "late=1&page=2&as=csv&q=", "here": reverse("cases")})
    assert back["Location"] == reverse("cases") + "?late=1"
    assert "Late" in officer.get(reverse("cases")).content.decode()
    assert ">Late<" not in officer.get(reverse("people")).content.decode()
    view = KeptView.objects.get()
    other.post(reverse("table_view_drop", args=[view.pk]))
    assert KeptView.objects.exists() and ">Late<" not in other.get(reverse("cases")).content.decode()


def test_nobody_takes_out_what_they_may_not_list(world: World) -> None:
    for name in ("cases", "people"):
        for who in ("leader", "lead", "chair", "outsider"):
            answer = sign_in(getattr(world, who)).get(reverse(name) + "?as=csv")
            assert answer.status_code == 403, (name, who)
