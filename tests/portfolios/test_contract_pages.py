"""The learning contract's pages: proposed on the list and on the body map alike, read before it is signed, and signed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accreditation.exceptions import Invalid, Stale
from accreditation.forms.keys import new_key
from accreditation.models import User
from portfolios.enums import Party
from portfolios.models import LearningContract
from portfolios.services import contracts
from tests.browser import assert_accessible
from tests.people import Clinic

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough secret 17"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def propose(user: User, clinic: Clinic, **changes: object) -> Any:
    data = {"form_key": new_key(), "seen": 1, "regions": ["knee"], "terms": ""} | changes
    return client_of(user).post(reverse("contract_propose", args=[clinic.portfolio.pk]), data)


def give_password(user: User) -> None:
    user.set_password(PASSWORD)
    user.save()


def sign(user: User, contract: LearningContract, party: str, **changes: object) -> Any:
    data = {"name": user.full_name, "party": party, "text_sha256": contract.text_sha256, "password": PASSWORD}
    address = reverse("contract_sign", args=[contract.portfolio_id, contract.number])
    return client_of(user).post(address, data | changes)


def test_a_change_is_a_new_version_that_says_what_differs_and_the_old_one_stays(clinic: Clinic) -> None:
    answer = propose(
        clinic.mentor_user, clinic, regions=["knee", "elbow"], extras=["nerve"], terms="Two lists a week"
    )
    assert answer.status_code == 302
    new = clinic.portfolio.contracts.get(number=2)
    assert new.remit == {"knee", "elbow", "nerve"} and not new.signatures.exists()
    page = client_of(clinic.student_user).get(answer.url).content.decode()
    for words in ("Added to the remit: elbow.", "Added to the remit: peripheral nerve.",
                  "Taken out of the remit: shoulder.", "Now agreed: “Two lists a week”", "Not in force yet"):  # fmt: skip
        assert words in page
    old = client_of(clinic.student_user).get(reverse("contract", args=[clinic.portfolio.pk, 1]))
    assert "An earlier version" in old.content.decode() and clinic.contract.signatures.count() == 3


def test_the_same_again_is_no_version_and_a_version_meanwhile_is_shown_first(clinic: Clinic) -> None:
    answer = propose(clinic.student_user, clinic, regions=["knee", "shoulder"])
    assert answer.status_code == 422 and "This says the same as version 1" in answer.content.decode()
    contracts.draft_contract(by=clinic.mentor_user, portfolio_id=clinic.portfolio.pk, remit={"elbow"})
    answer = propose(clinic.student_user, clinic, terms="Typed and kept")
    assert answer.status_code == 409 and "Typed and kept" in answer.content.decode()
    assert clinic.portfolio.contracts.count() == 2
    with pytest.raises(Stale):
        contracts.draft_contract(
            by=clinic.student_user, portfolio_id=clinic.portfolio.pk, remit={"knee"}, seen=1
        )
    with pytest.raises(Invalid):
        contracts.draft_contract(
            by=clinic.student_user, portfolio_id=clinic.portfolio.pk, remit={"elbow"}, seen=2
        )


def test_a_second_press_writes_no_second_version_and_nothing_chosen_is_refused(clinic: Clinic) -> None:
    key = new_key()
    assert [propose(clinic.student_user, clinic, form_key=key).status_code for _ in range(2)] == [302, 302]
    assert clinic.portfolio.contracts.count() == 2
    answer = propose(clinic.student_user, clinic, seen=2, regions=[])
    assert answer.status_code == 422 and "Choose at least one region" in answer.content.decode()


def test_three_sign_in_any_order_each_with_their_own_password(clinic: Clinic) -> None:
    propose(clinic.student_user, clinic)
    draft = clinic.portfolio.contracts.get(number=2)
    for user, party in (
        (clinic.world.leader, Party.INSTITUTION), (clinic.student_user, Party.STUDENT), (clinic.mentor_user, Party.MENTOR),
    ):  # fmt: skip
        give_password(user)
        wrong = sign(user, draft, party, password="not this one")
        assert wrong.status_code == 422 and "This is not your password" in wrong.content.decode()
        assert not draft.signatures.filter(party=party).exists()
        assert sign(user, draft, party).status_code == 302
    assert {one.text_sha256 for one in draft.signatures.all()} == {contracts.sum_of_text(draft)}
    assert sign(clinic.student_user, draft, Party.STUDENT).status_code == 409


def test_nobody_signs_for_another_party_nor_a_text_they_did_not_see(clinic: Clinic, rivals: Clinic) -> None:
    propose(clinic.student_user, clinic)
    draft = clinic.portfolio.contracts.get(number=2)
    for user in (clinic.student_user, clinic.mentor_user, rivals.mentor_user):
        give_password(user)
    assert sign(clinic.student_user, draft, Party.MENTOR).status_code == 403
    assert sign(clinic.student_user, draft, Party.INSTITUTION).status_code == 403
    assert sign(clinic.mentor_user, draft, Party.STUDENT).status_code == 403
    assert sign(rivals.mentor_user, draft, Party.MENTOR).status_code == 404
    assert sign(clinic.student_user, draft, Party.STUDENT, text_sha256="0" * 64).status_code == 409
    assert sign(clinic.student_user, draft, Party.STUDENT, name="Somebody Else").status_code == 422
    assert not draft.signatures.exists()


def test_guessing_a_password_at_a_signature_comes_to_an_end(clinic: Clinic) -> None:
    propose(clinic.student_user, clinic)
    draft = clinic.portfolio.contracts.get(number=2)
    give_password(clinic.student_user)
    answers = [sign(clinic.student_user, draft, "student", password=f"guess {n}") for n in range(14)]
    assert answers[0].status_code == 422 and answers[-1].status_code == 429


def test_only_those_it_concerns_propose(clinic: Clinic, rivals: Clinic) -> None:
    for user in (rivals.student_user, rivals.mentor_user, rivals.world.leader, clinic.world.officer):
        assert propose(user, clinic).status_code == 404
    assert propose(clinic.world.leader, clinic).status_code == 302


def test_mentors_standing_is_shown_before_anyone_signs(clinic: Clinic) -> None:
    propose(clinic.student_user, clinic, regions=["knee", "elbow"])
    page = client_of(clinic.student_user).get(reverse("contract", args=[clinic.portfolio.pk, 2]))
    words = page.content.decode()
    assert clinic.mentor.full_name in words and "Eligible" in words
    assert "Outside this mentor’s own remit: elbow." in words


@pytest.mark.django_db(transaction=True)
def test_the_body_map_and_the_list_are_the_same_on_a_phone_and_by_keyboard(
    phone: Page, sign_in: Callable[[Page, Any], None], clinic: Clinic
) -> None:
    sign_in(phone, clinic.student_user)
    phone.goto(reverse("contract_propose", args=[clinic.portfolio.pk]))
    assert_accessible(phone)
    elbow = phone.get_by_role("checkbox", name="Elbow", exact=True)
    expect(elbow).not_to_be_checked()
    phone.locator(".place-elbow.on-right").tap()
    expect(elbow).to_be_checked()
    colour = "element => getComputedStyle(element).borderTopStyle"
    assert phone.locator(".place-elbow.on-left").evaluate(colour) == "solid"
    phone.get_by_role("checkbox", name="Knee", exact=True).focus()
    phone.keyboard.press("Space")
    assert phone.locator(".place-knee.on-left").evaluate(colour) == "dashed"
    phone.get_by_role("button", name="Write this version").click()
    expect(phone.get_by_text("Added to the remit: elbow.")).to_be_visible()
    expect(phone.get_by_text("Taken out of the remit: knee.")).to_be_visible()
    assert_accessible(phone)
