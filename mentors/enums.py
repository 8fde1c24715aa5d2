"""Closed lists of the mentor register. Codes are those of the facts file (standard/facts.md)."""

from django.db import models
from django.utils.translation import gettext_noop


class Body(models.TextChoices):
    """Bodies a health professional can be aligned with (domain 2.1). Others are given by name."""

    HCPC = "HCPC", "HCPC: Health and Care Professions Council"
    GMC = "GMC", "GMC: General Medical Council"
    NMC = "NMC", "NMC: Nursing and Midwifery Council"
    GOSC = "GOsC", "GOsC: General Osteopathic Council"
    GCC = "GCC", "GCC: General Chiropractic Council"
    CORU = "CORU", "CORU (Ireland)"
    RCT = "RCT", "RCT: Register of Clinical Technologists"
    CSP = "CSP", "CSP: Chartered Society of Physiotherapy"
    SCOR = "SCoR", "SCoR: Society and College of Radiographers"
    RCOP = "RCoP", "RCoP: Royal College of Podiatry"
    RCR = "RCR", "RCR: Royal College of Radiologists"
    BASRAT = "BASRaT", "BASRaT: British Association of Sport Rehabilitators"
    OTHER = "other", "Another body"


class QualificationKind(models.TextChoices):
    PGC = "pgc", gettext_noop("Postgraduate certificate (PgC)")
    PGD = "pgd", gettext_noop("Postgraduate diploma (PgD)")
    MSC = "msc", gettext_noop("Master of Science (MSc)")
    RADIOLOGY_LEVEL = "radiology_level", gettext_noop("Radiology level of ultrasound practice")
    OTHER = "other", gettext_noop("Another qualification")


class Msk(models.TextChoices):
    YES = "yes", "Musculoskeletal ultrasound"
    MODULE = "module", "General ultrasound with an MSK module"
    PRACTICE = "practice", "General ultrasound; MSK by practice"
    NO = "no", "Another field of ultrasound"
    UNKNOWN = "unknown", "Not known"


class Country(models.TextChoices):
    UK = "uk", "United Kingdom"
    OVERSEAS = "overseas", "Overseas"


class Precision(models.TextChoices):
    DAY = "day", "The day is known"
    MONTH = "month", "Only month and year are known"
    YEAR = "year", "Only the year is known"


class Area(models.TextChoices):
    """The regions of the country: the seven of NHS England, and the other nations."""

    NORTH_EAST = "north_east", "North East and Yorkshire"
    NORTH_WEST = "north_west", "North West"
    MIDLANDS = "midlands", "Midlands"
    EAST = "east", "East of England"
    LONDON = "london", "London"
    SOUTH_EAST = "south_east", "South East"
    SOUTH_WEST = "south_west", "South West"
    ENGLAND = "england", "England, region not recorded"
    SCOTLAND = "scotland", "Scotland"
    WALES = "wales", "Wales"
    NORTHERN_IRELAND = "northern_ireland", "Northern Ireland"
    IRELAND = "ireland", "Ireland"


class MentorState(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    ACTIVE = "active", "On the register"
    LEFT = "left", "Left the register"
    TAKEN_BACK = "taken_back", "Import taken back"


class SeenStatus(models.TextChoices):
    ACTIVE = "active", "Registered"
    LAPSED = "lapsed", "Lapsed"
    NOT_FOUND = "not_found", "Not found"


class ShortageStatus(models.TextChoices):
    CLAIMED = "claimed", "Claimed"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"


class Step(models.TextChoices):
    """The reminders of one yearly confirmation, in the order of their days (`mentors.reminders.DAYS`)."""

    BEFORE_30 = "before_30", "30 days before"
    BEFORE_7 = "before_7", "7 days before"
    ON_DAY = "on_day", "On the day"
    AFTER_7 = "after_7", "7 days after"
    AFTER_28 = "after_28", "28 days after"


class ReminderState(models.TextChoices):
    PROMISED = "promised", "In the outbox"
    SENT = "sent", "Sent"
    OVERTAKEN = "overtaken", "Not sent: a later one was due too"
    CONFIRMED = "confirmed", "Not sent: confirmed in the meantime"
    NO_ADDRESS = "no_address", "Not sent: no address"


class Way(models.TextChoices):
    """How a mentor confirmed or wrote: signed in, or by the link of a reminder."""

    ACCOUNT = "account", "Signed in"
    LINK = "link", "By the link of a reminder"


class ImportState(models.TextChoices):
    CHECKED = "checked", "Looked at, nothing stored"
    APPLIED = "applied", "Taken over"
    UNDONE = "undone", "Taken back"
