"""Fixtures of a clinic for whole-system tests."""

import pytest

from tests.people import Clinic, make_clinic
from tests.worlds import World


@pytest.fixture
def clinic(world: World) -> Clinic:
    """Mentor, student and signed contract of the first world."""
    return make_clinic(world)
