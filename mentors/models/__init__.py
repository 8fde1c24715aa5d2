"""All models of the mentor register."""

from mentors.models.imports import Import
from mentors.models.register import (
    Break,
    Consent,
    Document,
    Employment,
    FormerEntry,
    Listing,
    Mentor,
    Placement,
    Qualification,
    RegisterCheck,
    RemitPeriod,
)
from mentors.models.shortages import Shortage
from mentors.models.upkeep import AddressCheck, Confirmation, Remark, Reminder

__all__ = [
    "AddressCheck",
    "Break",
    "Confirmation",
    "Consent",
    "Document",
    "Employment",
    "FormerEntry",
    "Import",
    "Listing",
    "Mentor",
    "Placement",
    "Qualification",
    "RegisterCheck",
    "Remark",
    "Reminder",
    "RemitPeriod",
    "Shortage",
]
