"""What sums bind of a portfolio (see `accreditation.services.bound`): contracts and their signatures, appraisals, passports,
files that were made.

A contract's own words name the student and the course, which may be corrected: its sum is held against what was signed and
against the trail, not against the words of today.
"""

import hashlib
import json
from collections.abc import Iterator

from accreditation.letters import frozen
from accreditation.services.bound import compared, told
from portfolios.models import Appraisal, LearningContract, Passport, PortfolioFile, Signature


def faults() -> Iterator[str]:
    """One sentence for each signed or frozen thing that is not what its sums say."""
    yield from _contracts()
    yield from _appraisals()
    yield from _passports()


def anchors() -> Iterator[tuple[str, str]]:
    """The anchors that passports carry."""
    for number, anchor in Passport.objects.values_list("number", "content__anchor").iterator():
        yield f"Passport {number}", anchor


def _contracts() -> Iterator[str]:
    drafted = dict(told("contract.drafted"))
    for contract in LearningContract.objects.select_related("portfolio__student").iterator(chunk_size=500):
        what = f"Version {contract.number} of learning contract {contract.pk}"
        then = drafted.get(str(contract.pk))
        if then is None:
            continue
        sum_ = contract.text_sha256
        yield from compared(what, sum_, sum_, then["text_sha256"])
        if {*contract.remit, *contract.group_terms} != set(then["remit"]):
            yield f"{what} was altered: the audit trail has another remit."
    signed: dict[tuple[str, str], set[str]] = {}
    for of, payload in told("contract.signed"):
        signed.setdefault((of, payload["party"]), set()).add(payload["text_sha256"])
    for row in Signature.objects.select_related("contract").iterator(chunk_size=500):
        what = f"Signature {row.pk} of version {row.contract.number} of learning contract {row.contract_id}"
        if row.text_sha256 != row.contract.text_sha256:
            yield f"{what} was altered: it is not of the text of that version."
        known = signed.get((str(row.contract_id), row.party))
        if known is not None and row.text_sha256 not in known:
            yield f"{what} was altered: the audit trail has another sum of it."


def _appraisals() -> Iterator[str]:
    rows = Appraisal.objects.exclude(seen={}).values_list("pk", "seen", "scan_sha256")
    for pk, seen, says in rows.iterator(chunk_size=2000):
        holds = hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()
        yield from compared(f"What the mentor saw at appraisal {pk}", holds, says, None)


def _passports() -> Iterator[str]:
    made = {of: payload["sum"] for of, payload in told("passport.made")}
    for passport in Passport.objects.iterator(chunk_size=50):
        holds = frozen.sum_of(passport.content)
        yield from compared(
            f"The content of passport {passport.number}", holds, holds, made.get(str(passport.pk))
        )
    files = {of: payload["sha256"] for of, payload in told("portfolio.file_made")}
    for row in PortfolioFile.objects.exclude(sha256="").iterator(chunk_size=500):
        if row.sha256 != files.get(str(row.pk), row.sha256):
            yield f"File {row.pk} of a portfolio names other bytes than were made."
