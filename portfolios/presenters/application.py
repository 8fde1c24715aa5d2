"""An application as its page shows it: registrations with their look-ups, experience with its files, corrected entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mentors import registration
from mentors.enums import Body
from portfolios.models import Experience, ExperienceFile, Registration, RegistrationCheck, Student


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """A registration with what was seen of it. `doubt`: what is unusual about its number, in words."""

    entry: Registration
    body: str
    checks: Sequence[RegistrationCheck]
    doubt: str

    @property
    def seen_before(self) -> bool:
        """Whether a look-up is noted from before look-ups were kept one by one."""
        return not self.checks and self.entry.seen_on is not None


@dataclass(frozen=True, slots=True)
class ExperienceRow:
    """Experience with its files."""

    entry: Experience
    files: Sequence[ExperienceFile]


@dataclass(frozen=True, slots=True)
class Corrected:
    """An entry that was taken back: what it said, and why it was wrong."""

    what: str
    entry: Any


def registration_rows(student: Student) -> list[RegistrationRow]:
    """The registrations that stand: two queries."""
    return [
        RegistrationRow(
            entry=one,
            body=one.other_body if one.body == Body.OTHER else one.get_body_display(),
            checks=list(one.checks.all()),
            doubt=registration.problem(one.body, one.number) or registration.doubt(one.body, one.number),
        )
        for one in student.registrations.prefetch_related("checks")
    ]


def experience_rows(student: Student) -> list[ExperienceRow]:
    """The experience that stands, with its files: two queries."""
    return [ExperienceRow(one, list(one.files.all())) for one in student.experience.prefetch_related("files")]


def history(student: Student) -> list[Corrected]:
    """Registrations and experience that were taken back, newest first: two queries."""
    gone = {"taken_back_at__isnull": False, "student": student}
    rows = [
        *(
            Corrected(f"Registration {one}", one)
            for one in Registration.whole.filter(**gone).select_related("taken_back_by")
        ),
        *(
            Corrected(f"Experience: {one}", one)
            for one in Experience.whole.filter(**gone).select_related("taken_back_by")
        ),
    ]
    return sorted(rows, key=lambda row: row.entry.taken_back_at, reverse=True)
