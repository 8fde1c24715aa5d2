"""For whom a student waits, for what, and since when: signatures, appraisals, answers to a query, sign-offs."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Max, Min
from django.urls import reverse
from django.utils import timezone

from accreditation.rules.dates import spoken
from portfolios.enums import AppraisalState, Party, SignatureState
from portfolios.models import CompetencyAssessment, LearningContract, Scan
from portfolios.selectors import WAITS, current_team

ASKED = (AppraisalState.QUERIED, AppraisalState.DISPUTED)
STUDENT, INSTITUTION = "The student", "The awarding institution"


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that waits: for whom, for what, since which day, and where it can be seen.

    `kind`: signature, appraisal, query or sign_off.
    """

    kind: str
    who: str
    what: str
    since: date
    url: str

    @property
    def days(self) -> int:
        """How many days it has waited."""
        return (timezone.localdate() - self.since).days


Waits = dict[UUID, list[Wait]]


def waits_of(portfolios: Collection[UUID]) -> Waits:
    """Portfolio → what waits in it, the longest first. Five queries, however many portfolios."""
    found: defaultdict[UUID, list[Wait]] = defaultdict(list)
    for part in (_signatures, _appraisals, _queries, _sign_offs):
        for portfolio, wait in part(portfolios):
            found[portfolio].append(wait)
    return {portfolio: sorted(waits, key=lambda one: one.since) for portfolio, waits in found.items()}


def _signatures(portfolios: Collection[UUID]) -> list[tuple[UUID, Wait]]:
    """Parties who have not signed the newest version; of the mentors, those who are in the team today."""
    newest = (
        LearningContract.objects.filter(portfolio__in=portfolios)
        .values("portfolio")
        .annotate(last=Max("number"))
    )
    last = {row["portfolio"]: row["last"] for row in newest}
    team: defaultdict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    for student, mentor, name in (
        current_team()
        .filter(student__in=last)
        .order_by("since")
        .values_list("student", "mentor", "mentor__full_name")
    ):
        team[student].append((mentor, name))
    rows: list[tuple[UUID, Wait]] = []
    contracts = LearningContract.objects.filter(portfolio__in=last).prefetch_related("signatures")
    for one in contracts:
        if one.number != last[one.portfolio_id]:
            continue
        held = [signature for signature in one.signatures.all() if signature.state != SignatureState.VOID]
        signed = {signature.party for signature in held}
        mentors = {signature.mentor_id for signature in held}
        missing = [name for mentor, name in team[one.portfolio_id] if mentor not in mentors]
        missing += [STUDENT] if Party.STUDENT not in signed else []
        missing += [INSTITUTION] if Party.INSTITUTION not in signed else []
        what = f"to sign version {one.number} of the learning contract"
        url = reverse("contract", args=[one.portfolio_id, one.number])
        since = timezone.localtime(one.created_at).date()
        rows += [(one.portfolio_id, Wait("signature", who, what, since, url)) for who in missing]
    return rows


def _appraisals(portfolios: Collection[UUID]) -> list[tuple[UUID, Wait]]:
    waiting = Scan.objects.filter(WAITS, portfolio__in=portfolios, logged=True, mentor__isnull=False)
    rows = waiting.order_by().values("portfolio", "mentor__full_name").annotate(
        number=Count("pk"), first=Min("on"), entered=Min("created_at")
    )  # fmt: skip
    return [
        (
            row["portfolio"],
            Wait(
                "appraisal",
                row["mentor__full_name"],
                f"to appraise {_several(row['number'], 'scan')}, the oldest of {spoken(row['first'])}",
                timezone.localtime(row["entered"]).date(),
                f"{reverse('scan_list', args=[row['portfolio']])}?show=waiting",
            ),
        )
        for row in rows
    ]


def _queries(portfolios: Collection[UUID]) -> list[tuple[UUID, Wait]]:
    asked = Scan.objects.filter(portfolio__in=portfolios, appraisal__state__in=ASKED).order_by()
    rows = asked.values("portfolio").annotate(number=Count("pk"), first=Min("appraisal__on"))
    return [
        (
            row["portfolio"],
            Wait(
                "query",
                STUDENT,
                f"to answer what a mentor wrote about {_several(row['number'], 'scan')}",
                row["first"],
                reverse("scan_list", args=[row["portfolio"]]),
            ),
        )
        for row in rows
    ]


def _sign_offs(portfolios: Collection[UUID]) -> list[tuple[UUID, Wait]]:
    rows = CompetencyAssessment.objects.filter(portfolio__in=portfolios, signed_on__isnull=True)
    return [
        (
            one.portfolio_id,
            Wait(
                "sign_off",
                str(one.assessor_mentor or one.assessor_name),
                f"to sign off assessment {one} ({one.get_kind_display()})",
                one.on,
                f"{reverse('portfolio', args=[one.portfolio_id])}#assessments",
            ),
        )
        for one in rows.select_related("assessor_mentor")
    ]


def _several(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def longest(waits: Sequence[Wait]) -> Wait | None:
    """The thing that has waited longest."""
    return waits[0] if waits else None
