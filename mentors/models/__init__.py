"""All models of the mentor register."""

from mentors.models.register import (
    Break,
    Document,
    Employment,
    Mentor,
    Placement,
    Qualification,
    RegisterCheck,
    RemitPeriod,
)
from mentors.models.shortages import Shortage

__all__ = [
    "Break",
    "Document",
    "Employment",
    "Mentor",
    "Placement",
    "Qualification",
    "RegisterCheck",
    "RemitPeriod",
    "Shortage",
]
