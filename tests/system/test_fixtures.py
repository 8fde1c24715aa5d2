"""The shared fixtures do what they say: a real worker on the test's rows, a real browser that notices faults."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Page

from accreditation import audit, queue
from accreditation.models import AuditEvent
from tests.browser import assert_accessible
from tests.worker import Worker


@pytest.mark.sqlite
def test_worker_is_a_process_that_knows_our_tasks(worker: Worker) -> None:
    assert worker.process is not None and worker.process.poll() is None
    assert ". accreditation.tasks.relay" in worker.log


@pytest.mark.sqlite
@pytest.mark.django_db
def test_bell_is_noted_and_not_sent(rung: list[str], django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        queue.promise("accreditation.tasks.relay", 1, key="test")
    assert rung == ["accreditation.tasks.relay"]


@pytest.mark.sqlite
@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_with_real_transactions_begins_with_an_empty_audit_trail(
    transactional_db: None, turn: int
) -> None:
    """Twice the same: the second turn sees that the emptying after the first went around the append-only triggers."""
    assert not AuditEvent.objects.exists()
    with transaction.atomic():
        audit.record("test.happened", by=None)
    assert AuditEvent.objects.count() == 1


def test_sign_in_page_on_desktop_and_phone(desktop: Page, phone: Page) -> None:
    for page in (desktop, phone):
        page.goto("/account/login/")
        assert page.get_by_role("button", name="Sign in", exact=True).is_visible()
        assert_accessible(page)
    assert desktop.viewport_size == {"width": 1280, "height": 900}
    assert phone.viewport_size == {"width": 390, "height": 844}


def test_assert_accessible_can_fail(desktop: Page) -> None:
    desktop.goto("/account/login/")
    desktop.evaluate(
        "document.querySelector('input').insertAdjacentHTML('afterend', '<img src=\"data:,\"><input>')"
    )
    with pytest.raises(AssertionError, match="image-alt"):
        assert_accessible(desktop)


def test_a_fault_of_a_page_is_noticed(new_page: Callable[..., Page], expected_faults: list[str]) -> None:
    page = new_page()
    expected_faults += ["404"]
    page.goto("/nowhere/")
    assert page.title()
