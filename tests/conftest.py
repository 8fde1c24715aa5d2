"""Fixtures that all tests may use. The servers behind them: tests/services.py; the worker: tests/worker.py; the browser:
tests/browser.py.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test.utils import override_settings

from tests.services import django_db_modify_db_settings  # noqa: F401 - here it wins over pytest-django's own fixture

pytest_plugins = ["tests.worlds", "tests.worker", "tests.browser", "tests.s3"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long fault runs are left out unless they are asked for by their marker."""
    if "faults" not in config.option.markexpr:
        left_out = [item for item in items if item.get_closest_marker("faults")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """A slow hash protects real people; here it would only make each sign-in take a third of a second."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def small_committee() -> Iterator[None]:
    """The Committee of a test's world is two people: a member and the chair."""
    with override_settings(COMMITTEE_QUORUM=2):
        yield


@pytest.fixture(autouse=True)
def rung(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tasks that were rung, in order. Without the fixture `worker` the bell is only noted, never sent:
    else a worker that other tests share would find jobs whose rows are gone. Nothing is ever run eagerly.
    """
    names: list[str] = []
    monkeypatch.setattr("accreditation.queue._quiet_until", 0.0)
    if {"worker", "real_broker"} & set(request.fixturenames):
        return names

    from celery import Celery

    def note(self: Celery, name: str, *args: Any, **kwargs: Any) -> None:
        names.append(name)

    monkeypatch.setattr(Celery, "send_task", note)
    return names


@pytest.fixture
def real_broker() -> None:
    """Asks for the broker without a worker: what is rung stays in the queue, or fails as it would in production."""
