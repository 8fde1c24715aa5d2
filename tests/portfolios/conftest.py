import pytest

from tests.people import Clinic, make_clinic
from tests.worlds import World


@pytest.fixture
def clinic(world: World) -> Clinic:
    """The university's mentor and student."""
    return make_clinic(world)


@pytest.fixture
def rivals(rival: World) -> Clinic:
    """The other university's mentor and student."""
    return make_clinic(rival)
