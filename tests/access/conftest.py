"""The stage of the access matrix: built once for all its tests, inside one transaction that is never committed."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import override_settings

from mentors.links import token
from tests.access import canaries, linked, oracle, reporting, stage
from tests.access.matrix import Matrix


@pytest.fixture(scope="package")
def matrix(
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
    quick_passwords: None,
) -> Iterator[Matrix]:
    """Both sides with their canaries, and everybody signed in."""
    caches = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}  # nobody is throttled
    folder = tmp_path_factory.mktemp("evidence")
    with (
        django_db_blocker.unblock(),
        override_settings(EVIDENCE_DIR=folder, CACHES=caches),
        transaction.atomic(),
    ):
        connection.cursor().execute(
            "SET LOCAL idle_in_transaction_session_timeout = 0"
        )  # a busy machine may think
        own, other = stage.build("Wexcombe"), stage.build("Ravenmoor")
        for side in (own, other):
            linked.build(side)
            reporting.build(side)
            canaries.plant(side)
        for side in (own, other):
            stage.build_letters(side)
            linked.make_passport(side)
            side.things["link"] = token(side.things["mentor"], stage.days_ago(-30))
        logging.getLogger("django.request").setLevel(logging.CRITICAL)  # thousands of refusals are no news
        yield Matrix(own, other, oracle.actors(own, other))
        logging.getLogger("django.request").setLevel(logging.NOTSET)
        transaction.set_rollback(True)
