"""How long what is kept, and why: CASE has published no schedule, so each period here is a proposal to be confirmed.

Sources: UK GDPR Article 5(1)(e) (storage limitation) and 17(3) (erasure does not reach what is needed for legal claims);
Limitation Act 1980 section 5 (six years); Jisc's records retention guidance for student records. Nothing is ever erased by
itself: what is due is reported every night, and a person runs `manage.py erase`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

AS_OF: Final = date(2026, 11, 24)
CONFIRMED: Final = False  # by CASE's data protection officer


@dataclass(frozen=True, slots=True)
class Period:
    """How long one kind of record is kept: so many years after `starts`, in words; `why` is the reason with its source."""

    code: str
    what: str
    years: int
    starts: str
    why: str

    def __str__(self) -> str:
        return f"{self.years} year{'' if self.years == 1 else 's'} after {self.starts}"


SCHEDULE: Final = {
    period.code: period
    for period in (
        Period(
            "case",
            "Decisions, letters, frozen versions, panel reports",
            6,
            "the end of the accreditation, or after the decision or the withdrawal where there is none",
            "Claims can be made for six years (Limitation Act 1980 s. 5; UK GDPR Art. 17(3)(e)).",
        ),
        Period(
            "portfolio",
            "Portfolios, learning contracts, scan logs, results",
            6,
            "the last entry of a student who is no longer on the course",
            "Student records: end of the relationship and six years (Jisc). The university is the controller.",
        ),
        Period(
            "applicant",
            "Applicants who were refused or withdrew",
            1,
            "the last entry",
            "Long enough for a complaint; no relationship began.",
        ),
        Period(
            "mentor",
            "Entries of the mentor register",
            2,
            "the entry was last confirmed or changed, once it is no longer active",
            "Supervised scans may still be looked at; then the name is taken out, the entry's dates stay.",
        ),
        Period(
            "messages",
            "What was sent to a person",
            1,
            "it was sent",
            "Shows that somebody was told; the duties themselves stand elsewhere.",
        ),
        Period(
            "invitations",
            "Invitations to an account or a place",
            1,
            "it was made",
            "Long enough to be asked for again; who accepted has an account.",
        ),
        Period(
            "sessions",
            "From where and with which program somebody signed in",
            1,
            "the session was last used",
            "A stranger in an account is found within a year or not at all; sign-ins themselves stand on the trail.",
        ),
        Period(
            "account",
            "The account",
            2,
            "the last sign-in, once no role is held",
            "Nobody needs an account that nobody uses.",
        ),
        Period(
            "audit",
            "Names in the audit trail",
            6,
            "the event",
            "Who did what may matter as long as claims can be made; the event itself stays, without the name.",
        ),
    )
}


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
