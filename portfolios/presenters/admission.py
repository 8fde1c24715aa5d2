"""What the rules say of position statement 1 for one person, before and after enrolment: the very findings."""

from datetime import date

from django.conf import settings
from django.utils import timezone

from accreditation.rules import facts
from accreditation.rules.dossier import CourseDossier
from accreditation.rules.evaluate import findings
from accreditation.rules.findings import Finding, Outcome
from accreditation.rules.standards import EDITIONS
from portfolios.facts import applicant_facts, numbers_of_others
from portfolios.models import Student

CLAUSES = ("PS1.1", "PS1.2")


def findings_on(student: Student, enrolled_on: date | None = None) -> list[Finding]:
    """PS1.1 and PS1.2 for an applicant as if enrolled on a day (today), or for a student as enrolled. Constant queries."""
    today = timezone.localdate()
    day = student.enrolled_on or enrolled_on or today
    as_of = max(day, today)
    given = facts.Facts(
        standard=settings.STANDARD,
        as_of=as_of,
        course=facts.Course(id="course"),
        students=(applicant_facts(student, day, as_of), *numbers_of_others(student, as_of)),
    )
    dossier = CourseDossier(given, EDITIONS[settings.STANDARD])
    return [
        found for clause in CLAUSES for found in findings(dossier, clause) if found.subject.id == student.code
    ]


def all_met(found: list[Finding]) -> bool:
    """Whether nothing is left to settle."""
    return all(one.outcome is Outcome.MET for one in found)
