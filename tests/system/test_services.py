"""The tests' own servers are the real ones, and private."""

import pytest
from django.conf import settings
from django.db import connection

from tests.services import PostgreSQL


@pytest.mark.django_db
def test_database_is_postgresql_of_our_own(postgresql: PostgreSQL | None) -> None:
    if postgresql is None:
        pytest.skip("another database was given")
    assert connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        assert cursor.fetchone()[0] == str(postgresql.folder / "data")


@pytest.mark.sqlite
@pytest.mark.django_db
def test_embedded_default_is_used_when_asked(request: pytest.FixtureRequest) -> None:
    embedded = request.config.getoption("--embedded")
    assert embedded == settings.EMBEDDED
    assert connection.vendor == ("sqlite" if embedded else "postgresql")
