"""Learning contracts (PS2): drafted as numbered versions, signed by student, mentor and awarding institution.

A signature binds the sum of the exact text. A version never changes once somebody signed it; a change is a new version.
"""

import difflib
import hashlib
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.models import User
from accreditation.permissions import is_on_team
from accreditation.rules import regions
from mentors.models import Mentor
from portfolios.enums import Party, SignatureState
from portfolios.models import LearningContract, Portfolio, Signature, SigningSession
from portfolios.permissions import check_course_team, check_mentor, check_own
from portfolios.plain_words import A_FULL_DATE, identifier_problems
from portfolios.services import telling
from portfolios.services.portfolios import locked

STATEMENT = {
    Party.STUDENT: "I have read this learning contract and agree to scan within this remit, under supervision.",
    Party.MENTOR: "I have read this learning contract and agree to supervise and appraise scans within this remit.",
    Party.INSTITUTION: "The awarding institution agrees to this learning contract and its remit.",
}


@transaction.atomic
def draft_contract(
    *,
    by: User,
    portfolio_id: UUID,
    remit: Collection[str] = (),
    remit_text: str = "",
    remit_confirmed: bool | None = None,
    terms: str = "",
    identifier_reason: str = "",
    seen: int | None = None,
) -> LearningContract:
    """Makes the next version. `remit` holds regions, extras and group terms; `remit_text` is for a contract taken over from
    paper whose remit is free text only. The student, a mentor of the team and the course's team may.

    `seen` is the newest version that the person had before them (0: none). Raises `NotAllowed`; `Stale` where a newer one
    has been made meanwhile; `Invalid`, also where nothing would change.
    """
    portfolio = locked(portfolio_id)
    check_draft(by, portfolio)
    parts = frozenset(part for part in remit if part in regions.BITS)
    groups = frozenset(term for term in remit if term in regions.GROUPS)
    problems: dict[str, list[str]] = {}
    if unknown := sorted(set(remit) - parts - groups):
        problems["remit"] = [f"{name} is not a region." for name in unknown]
    if not (parts or groups or remit_text.strip()):
        problems["remit"] = ["Choose at least one region."]
    if (parts or groups) and remit_text.strip():
        problems["remit_text"] = ["Give the remit as regions or as free text, not both."]
    texts = {"terms": terms, "remit_text": remit_text}
    problems |= identifier_problems(texts, identifier_reason, harmless=(A_FULL_DATE,))
    if problems:
        raise Invalid(problems)
    last = portfolio.contracts.order_by("-number").first()
    contract = LearningContract(
        portfolio=portfolio, number=last.number + 1 if last else 1, remit=parts, group_terms=groups,
        remit_text=remit_text.strip(), remit_confirmed=remit_confirmed, terms=terms.strip(),
        identifier_reason=identifier_reason.strip(),
    )  # fmt: skip
    if seen is not None and last is not None:
        if seen != last.number:
            raise Stale(
                f"Version {last.number} was made since you opened this page. Read it first. Nothing was saved.",
                last,
            )
        if not differences(last, contract):
            raise Invalid({"": [f"This says the same as version {last.number}: no new version is needed."]})
    contract.text_sha256 = sum_of_text(contract)
    contract.save(force_insert=True)
    audit.record(
        "contract.drafted", by=by, obj=contract,
        payload={"version": contract.number, "remit": sorted(remit), "text_sha256": contract.text_sha256},
    )  # fmt: skip
    telling.contract_waits(contract, by=by)
    return contract


@transaction.atomic
def sign_contract(
    *, by: User, contract_id: UUID, party: str, name: str, text_sha256: str, on: date | None = None
) -> Signature:
    """Signs a version for one party, with the person's typed full name. `text_sha256` is the sum of the text they saw.

    Raises `NotAllowed`; `NotNow` where the text is another one or the party has signed; `Invalid` where the typed name is
    not the person's own.
    """
    contract = LearningContract.objects.select_related("portfolio__student__course").get(pk=contract_id)
    portfolio = locked(contract.portfolio_id)
    mentor = _check_sign(by, portfolio, party)
    return signed(
        contract,
        party=party,
        name=name,
        full_name=by.full_name,
        text_sha256=text_sha256,
        mentor=mentor,
        by=by,
        on=on,
    )


def signed(
    contract: LearningContract,
    *,
    party: str,
    name: str,
    full_name: str,
    text_sha256: str,
    mentor: Mentor | None,
    by: User | None = None,
    session: SigningSession | None = None,
    on: date | None = None,
) -> Signature:
    """The rest of `sign_contract`, for a person whose right was checked under the portfolio's lock: by account, or by a
    session. `full_name` is what they must have typed. Raises `NotNow`, `Invalid`.
    """
    if contract.text_sha256 != text_sha256 or sum_of_text(contract) != text_sha256:
        raise NotNow(
            "The text of this contract is not the one you saw. Read it again before you sign. Nothing was changed."
        )
    others = contract.signatures.filter(party=party).exclude(state=SignatureState.VOID)
    if (others.filter(mentor=mentor) if mentor else others).exists():
        raise NotNow("This party has signed this version already.")
    if " ".join(name.split()).casefold() != full_name.casefold():
        where = "in your account" if by else "in the mentor register"
        raise Invalid({"name": [f"Type your full name as it stands {where}: {full_name}."]})
    signature = Signature.objects.create(
        contract=contract, party=party, user=by, mentor=mentor, name=full_name, statement=STATEMENT[Party(party)],
        signed_on=on or timezone.localdate(), text_sha256=text_sha256, session=session,
    )  # fmt: skip
    audit.record(
        "contract.signed", by=by, obj=contract,
        payload={
            "version": contract.number, "party": party, "text_sha256": text_sha256, "on": signature.signed_on,
            **({"session": session.pk, "mentor": mentor.number} if session and mentor else {}),
        },
    )  # fmt: skip
    telling.contract_waits(contract, by=by)
    return signature


def contract_text(contract: LearningContract) -> str:
    """The exact text that is signed: plain lines, the same for the same contract on every machine."""
    student = contract.portfolio.student
    remit = [*(f"- {label}" for code, label in regions.LABELS.items() if code in contract.remit)]
    remit += [f"- {label}" for code, label in regions.GROUP_LABELS.items() if code in contract.group_terms]
    if contract.remit_text:
        remit = [contract.remit_text]
    confirmed = {True: "Groups of regions stand for each region in them.", False: "", None: ""}
    lines = [
        f"Learning contract, version {contract.number}",
        f"Student: {student.full_name} ({student.code})",
        f"Course: {student.course.title}",
        f"Awarding institution: {student.course.institution.name}",
        "Remit:",
        *remit,
        confirmed[contract.remit_confirmed],
        "What else is agreed:",
        contract.terms or "Nothing else.",
    ]
    return "\n".join(line for line in lines if line)


def version_before(contract: LearningContract) -> LearningContract | None:
    """The version that this one followed. No filter by permission: for whoever may read this one."""
    earlier = contract.portfolio.contracts.filter(number__lt=contract.number)
    return earlier.order_by("-number").first()


def differences(old: LearningContract, new: LearningContract) -> list[str]:
    """What a version changes against an earlier one, a sentence each: additions to the remit, removals, other terms."""
    before, after = _remit_words(old), _remit_words(new)
    found = [f"Added to the remit: {words}." for words in after if words not in before]
    found += [f"Taken out of the remit: {words}." for words in before if words not in after]
    if bool(old.remit_confirmed) != bool(new.remit_confirmed):
        found.append("What a group of regions stands for was confirmed or withdrawn.")
    was, now = old.terms.splitlines(), new.terms.splitlines()
    for line in difflib.ndiff(was, now):
        if line.startswith("+ ") and line[2:].strip():
            found.append(f"Now agreed: “{line[2:].strip()}”")
        elif line.startswith("- ") and line[2:].strip():
            found.append(f"No longer agreed: “{line[2:].strip()}”")
    return found


def _remit_words(contract: LearningContract) -> list[str]:
    words = [label for code, label in regions.LABELS.items() if code in contract.remit]
    words += [label for code, label in regions.GROUP_LABELS.items() if code in contract.group_terms]
    return [*words, *([contract.remit_text] if contract.remit_text else [])]


def sum_of_text(contract: LearningContract) -> str:
    """The SHA-256 of `contract_text`, 64 hexadecimal digits."""
    return hashlib.sha256(contract_text(contract).encode()).hexdigest()


def check_draft(by: User, portfolio: Portfolio) -> None:
    """Student, mentor of the team, or the course's team: whoever may propose a version. Raises `NotAllowed`."""
    if portfolio.student.user_id == by.pk and by.is_active or is_on_team(by, portfolio.student.course):
        return
    check_mentor(by, portfolio)


def _check_sign(by: User, portfolio: Portfolio, party: str) -> Mentor | None:
    """Nobody signs for another party: one person cannot be two of the three."""
    if party == Party.STUDENT:
        check_own(by, portfolio)
        return None
    if party == Party.MENTOR:
        return check_mentor(by, portfolio)
    if party != Party.INSTITUTION:
        raise Invalid({"party": [f"{party} is no party of a learning contract."]})
    check_course_team(by, portfolio.student.course)
    if portfolio.student.user_id == by.pk:
        raise NotAllowed("This is your own contract: a colleague must sign for the institution.")
    return None
