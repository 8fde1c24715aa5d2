"""Every page of panels, office and Committee: who gets it, in which state, and that nobody of elsewhere does."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accreditation import access
from accreditation.models import Submission, User
from accreditation.services import reviews
from tests.accreditation import panels
from tests.worlds import World

pytestmark = pytest.mark.django_db


def pages_of(submission: Submission) -> dict[str, str]:
    """Every page about a case by the name of its address."""
    pk = submission.pk
    clause = [pk, "PS2.4"]
    return {
        "case": reverse("case", args=[pk]),
        "case_assign": reverse("case_assign", args=[pk]),
        "case_return": reverse("case_return", args=[pk]),
        "case_conflict": reverse("case_conflict", args=[pk]),
        "review_brief": reverse("review_brief", args=[pk]),
        "review_clause": reverse("review_clause", args=clause),
        "review_finish": reverse("review_finish", args=[pk]),
        "review_conflict": reverse("review_conflict", args=[pk]),
        "review_agree": reverse("review_agree", args=[pk]),
        "review_agree_clause": reverse("review_agree_clause", args=clause),
        "review_report": reverse("review_report", args=[pk]),
        "review_sign": reverse("review_sign", args=[pk]),
        "review_item_add": reverse("review_item_add", args=[pk, "condition"]),
        "decision": reverse("decision", args=[pk]),
        "decision_record": reverse("decision_record", args=[pk]),
        "decision_send_back": reverse("decision_send_back", args=[pk]),
    }


PANEL = {"review_brief", "review_clause", "review_finish", "review_conflict"}
REVEALED = {"review_agree", "review_agree_clause", "review_report", "review_sign"}
OFFICE = {"case", "case_assign", "case_return", "case_conflict"}
COMMITTEE = {"decision"}
WHO_GETS: dict[str, dict[str, set[str]]] = {
    "submitted": {"officer": OFFICE},
    "in_assessment": {"officer": OFFICE, "lead": PANEL, "co": PANEL},
    "agreeing": {"officer": OFFICE, "lead": PANEL | REVEALED | {"review_item_add"}, "co": PANEL | REVEALED},
    "reported": {
        "officer": OFFICE | COMMITTEE | {"decision_send_back"},
        "lead": PANEL | REVEALED,
        "co": PANEL | REVEALED,
        "committee": COMMITTEE,
        "chair": COMMITTEE | {"decision_record", "decision_send_back"},
    },
    "decided": {
        "officer": OFFICE | COMMITTEE | {"decision_send_back"},
        "lead": PANEL | REVEALED,
        "co": PANEL | REVEALED,
        "committee": COMMITTEE,
        "chair": COMMITTEE | {"decision_send_back"},
    },
}


def get(user: User, url: str) -> Any:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(url)


@pytest.mark.parametrize("state", sorted(WHO_GETS))
def test_each_page_opens_for_whom_it_was_made_and_for_nobody_else(
    world: World, rival: World, state: str
) -> None:
    submission = panels.reach(world, state)
    wrong = []
    for name, url in pages_of(submission).items():
        for role, person in panels.everyone(world):
            answer = get(person, url)
            wanted = name in WHO_GETS[state].get(role, set())
            moved_on = answer.status_code == 302 and name == "case"  # taken to their own page on the case
            if wanted != (answer.status_code == 200) and not moved_on:
                wrong.append(f"{name} as {role}: {answer.status_code}")
        for role in ("leader", "lead", "outsider"):
            answer = get(getattr(rival, role), url)
            if answer.status_code not in (403, 404):
                wrong.append(f"{name} as the rival's {role}: {answer.status_code}")
            if world.institution.name in answer.content.decode():
                wrong.append(f"{name} tells the rival's {role} of {world.institution.name}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["reviews", "cases", "decisions"])
def test_lists_hold_ones_own_cases_only(world: World, rival: World, name: str) -> None:
    for one in (world, rival):
        panels.reported(one)
    names = {"reviews": "lead", "cases": "officer", "decisions": "chair"}
    text = get(getattr(world, names[name]), reverse(name)).content.decode()
    assert world.course.title in text
    if name == "reviews":
        assert rival.course.title not in text
    for role in ("leader", "member", "outsider"):
        assert get(getattr(world, role), reverse(name)).status_code == 403


def test_signed_out_people_are_sent_to_sign_in(world: World, client: Client) -> None:
    submission = panels.reported(world)
    urls = [*pages_of(submission).values(), reverse("reviews"), reverse("cases"), reverse("decisions")]
    for url in urls:
        answer = client.get(url)
        assert answer.status_code == 302 and reverse("account_login") in answer["Location"]


def test_a_conflict_takes_the_case_away_everywhere(world: World) -> None:
    from accreditation.services.conflicts import declare_conflict

    submission = panels.in_assessment(world)
    assert get(world.lead, reverse("review_brief", args=[submission.pk])).status_code == 200
    declare_conflict(by=world.lead, submission_id=submission.pk, kind="personal")
    for name, url in pages_of(submission).items():
        answer = get(world.lead, url)
        assert answer.status_code == (
            403 if access.table()[name].roles else 404
        )  # the office's own, or not there
        assert submission.reference not in answer.content.decode()
        assert world.course.title not in answer.content.decode()
    assert world.course.title not in get(world.lead, reverse("reviews")).content.decode()


def test_an_invitation_opens_no_document(world: World) -> None:
    submission = panels.submitted(world)
    place = reviews.assign(by=world.officer, submission_id=submission.pk, user_id=world.lead.pk, role="lead")
    page = get(world.lead, reverse("review_invitation", args=[place.pk]))
    assert page.status_code == 200
    assert "Course handbook" not in page.content.decode()
    assert get(world.co, reverse("review_invitation", args=[place.pk])).status_code == 404
    for name in PANEL:
        assert get(world.lead, pages_of(submission)[name]).status_code == 404
