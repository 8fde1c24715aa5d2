"""The kinds of message about portfolios. The office sees none of them; no mail names a student to anybody else."""

from typing import Any

from django.db.models import Count, Min

from accreditation.mail import MailKind, Office
from accreditation.models import Message
from accreditation.rules.dates import spoken
from portfolios.enums import Party
from portfolios.models import Appraisal, LearningContract
from portfolios.selectors import named_portfolios, scans_to_appraise, waits_for_signature


def _contract_settled(message: Message) -> str:
    contract = LearningContract.objects.filter(pk=message.about_id).first()
    person = message.person
    if contract is None or person is None or not named_portfolios(person).filter(pk=contract.portfolio_id):
        return "The learning contract was not this person’s business any more when it was to be sent."
    party = waits_for_signature(contract)
    return (
        "" if party == message.context["party"] else "It had been signed or replaced when it was to be sent."
    )


def _answered(message: Message) -> str:
    open_still = Appraisal.objects.filter(pk=message.about_id).exclude(state="agreed").exists()
    return "" if open_still else "The question had been answered when it was to be sent."


def _waiting(message: Message) -> dict[str, Any]:
    assert message.person is not None  # noqa: S101 (promised to mentors with an account)
    found = (
        scans_to_appraise(message.person)
        .order_by()
        .aggregate(number=Count("pk"), students=Count("portfolio", distinct=True), oldest=Min("on"))
    )
    return {**found, "oldest": spoken(found["oldest"]) if found["oldest"] else ""}


def _nothing_waits(message: Message) -> str:
    return "" if _waiting(message)["number"] else "Nothing waited any more when it was to be sent."


KINDS = (
    MailKind(
        "contract_to_sign",
        "A learning contract waits for your signature",
        "You get this because you are one of the three parties of this learning contract.",
        "Read the contract",
        office=Office.HIDDEN,
        moot=_contract_settled,
    ),
    MailKind(
        "scan_queried",
        "Your mentor wrote about a scan",
        "You get this because it is your portfolio.",
        "Open the scan",
        office=Office.HIDDEN,
        moot=_answered,
    ),
    MailKind(
        "appraisals_waiting",
        "Scans wait for your appraisal (once a week)",
        "You get this once a week while scans wait for you as a mentor; in a week without any you get nothing.",
        "Open your list",
        office=Office.HIDDEN,
        moot=_nothing_waits,
        fresh=_waiting,
    ),
)

AS_WHAT = {Party.STUDENT: "", Party.MENTOR: "as mentor", Party.INSTITUTION: "for the awarding institution"}
"""As what a person is asked to sign, in the mail's words."""
