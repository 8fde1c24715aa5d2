"""Figures over all cases: counted right, nothing of a case with a conflict, and as many queries for many as for one."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accreditation import figures
from accreditation.models import Conflict, Submission
from accreditation.presenters import figures as drawn
from accreditation.rules.standards import EDITIONS
from tests.accreditation.panels import agreeing, decided, everyone, submitted
from tests.worlds import World

pytestmark = pytest.mark.django_db
URL = "/reviews/cases/figures/"


def page(user: object) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(URL)
    assert answer.status_code == 200
    return answer.content.decode()


def test_only_the_body_sees_them(world: World, rival: World) -> None:
    for one in (world, rival):
        for name, user in everyone(one):
            client = Client()
            client.force_login(user)
            expected = 200 if name in ("officer", "committee", "chair") else 403
            assert client.get(URL).status_code == expected, name


def test_open_cases_stand_by_stage_and_age_and_slow_ones_are_named(world: World, rival: World) -> None:
    quick, slow = submitted(world), submitted(rival)
    # By the calendar of London: 90 times 24 hours before an hour of the night is another day while the clocks have changed.
    long_ago = timezone.localtime().replace(tzinfo=None) - timedelta(days=90)
    Submission.objects.filter(pk=slow.pk).update(state_since=timezone.make_aware(long_ago))
    found = figures.standings(world.officer)
    assert [(one.reference, one.days) for one in found] == [(slow.reference, 90), (quick.reference, 0)]
    plot = drawn.stages(found)
    assert plot.title == "1 of 2 open cases has stood still for long"
    assert [dot.slow for lane in plot.lanes for dot in lane.dots] == [True, False]
    assert plot.title in page(world.officer)


def test_outcomes_are_counted_by_clause_and_year_of_the_current_decision(world: World) -> None:
    decision = decided(world)
    counted = figures.outcomes(world.chair)
    year = decision.decided_on.year
    assert counted["PS2.4", year, "not_met"] == 1 and counted["PS2.6", year, "partly_met"] == 1
    assert sum(counted.values()) == 21
    plot = drawn.outcomes(EDITIONS[settings.STANDARD].clauses, counted)
    assert plot.title == "PS2.4 and PS2.6 fall short most often: in 1 of 1 decided submissions"
    row = next(row for row in plot.rows if row.clause == "PS2.4")
    assert (row.cells[0].short, row.cells[0].number, row.counts["not_met"]) == (1, 1, 1)


def test_agreement_counts_pairs_once_both_were_shown(world: World) -> None:
    agreeing(world, co_says={"PS2.1": "partly_met", "PS3.2": "not_met"})
    counted = figures.pairs(world.officer)
    assert counted["PS2.1", "met", "partly_met"] == 1 and counted["PS3.2", "met", "not_met"] == 1
    plot = drawn.agreement(counted)
    assert plot.title == "Lead and co-assessor judged alike on 19 of 21 clauses (90 %)"
    assert list(plot.apart) == [("PS2.1", 1, 1), ("PS3.2", 1, 1)]
    assert sum(square.number for square in plot.squares) == 21


def test_a_case_with_a_conflict_is_in_no_count(world: World, rival: World) -> None:
    decided(world)
    agreeing(rival)
    before = figures.standings(world.officer), figures.outcomes(world.officer), figures.pairs(world.officer)
    assert all(before)
    for one in (world, rival):
        Conflict.objects.create(
            user=world.officer, institution=one.institution, kind="employer", declared_by=world.officer
        )
    assert not figures.standings(world.officer)
    assert not figures.outcomes(world.officer)
    assert not figures.pairs(world.officer)
    assert "No case is open" in page(world.officer)
    assert figures.standings(rival.officer)


def test_as_many_queries_for_many_cases_as_for_one(world: World, rival: World) -> None:
    client = Client()
    client.force_login(world.officer)
    decided(world)
    client.get(URL)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(URL)
        return len(seen)

    one = count()
    decided(rival)
    agreeing(rival)
    submitted(world)
    assert count() == one
