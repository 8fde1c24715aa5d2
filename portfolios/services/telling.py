"""Who is told what about a portfolio: promised with `accreditation.mail` inside the services' transactions."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accreditation import mail, recipients
from accreditation.models import User
from portfolios.enums import Party
from portfolios.mailkinds import AS_WHAT
from portfolios.models import Appraisal, LearningContract, Portfolio, Scan
from portfolios.selectors import WAITS, current_team, scans_to_appraise, waits_for_signature

FROM_HOUR = 7


def contract_waits(contract: LearningContract, *, by: User | None) -> None:
    """A version was drafted or signed: whoever is to sign next is told, unless they did it themselves.

    What asked for a signature that was given, or on a version that this one replaces, is settled.
    """
    party, portfolio = waits_for_signature(contract), contract.portfolio
    older = portfolio.contracts.filter(number__lt=contract.number)
    mail.settle("contract_to_sign", about=older)
    mail.settle("contract_to_sign", about=[contract], party=str(party))
    if not party:
        return
    for person in _people(portfolio, party):
        if by is None or person.pk != by.pk:
            mail.promise(
                "contract_to_sign",
                to=person,
                key=f"contract:{contract.pk}:{party}:{person.pk}",
                about=contract,
                context={
                    "course": portfolio.student.course.title,
                    "number": contract.number,
                    "party": str(party),
                    "signer": AS_WHAT[Party(party)],
                },
                path=reverse("contract", args=[portfolio.pk, contract.number]),
            )


def _people(portfolio: Portfolio, party: str) -> list[User]:
    student = portfolio.student
    if party == Party.STUDENT:
        return [student.user] if student.user else []
    if party == Party.MENTOR:
        mentors = current_team().filter(student=student, mentor__user__isnull=False)
        return list(User.objects.filter(pk__in=mentors.values("mentor__user"), is_active=True))
    team = recipients.team_of(student.course)
    return [person for person in team if person.pk != student.user_id]  # nobody is two of the three parties


def scan_queried(row: Appraisal, scan: Scan, portfolio: Portfolio) -> None:
    """A mentor asked about a scan, or said that they were not its mentor: one mail a day and mentor, whatever the number."""
    if portfolio.student.user is None or row.mentor is None:
        return
    mail.promise(
        "scan_queried",
        to=portfolio.student.user,
        key=f"scan-queried:{portfolio.pk}:{row.mentor_id}:{mail.today()}",
        about=row,
        context={"mentor": row.mentor.full_name, "number": scan.number},
        path=reverse("scan_correct", args=[portfolio.pk, scan.number]),
    )


def run(today: date | None = None) -> int:
    """Promises the weekly mail to every mentor for whom scans wait since before this week; returns how many.

    Safe at any time: one a week and person. A Monday that is missed is made up for by the next look.
    """
    now = timezone.localtime()
    if today is None and now.hour < FROM_HOUR:
        return 0
    day = today or now.date()
    monday = day - timedelta(days=day.weekday())
    begin = timezone.make_aware(datetime.combine(monday, time.min))
    waiting = Scan.objects.filter(WAITS, logged=True, mentor__user__isnull=False, created_at__lt=begin)
    promised = 0
    for person in User.objects.filter(pk__in=waiting.values("mentor__user"), is_active=True):
        if scans_to_appraise(person).filter(created_at__lt=begin).exists():
            promised += _weekly(person, monday)
    return promised


@transaction.atomic
def _weekly(person: User, monday: date) -> int:
    key = f"appraisals:{person.pk}:{monday.isoformat()}"
    before = mail.was_promised(key)
    mail.promise("appraisals_waiting", to=person, key=key, path=reverse("mentor_queue"))
    return 0 if before else 1
