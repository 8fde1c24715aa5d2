"""A version of a learning contract, as its signatures leave it (PS2.1), and the remit it names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from accreditation.rules import regions
from accreditation.rules.facts import PARTIES, Contract


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a learning contract, as its signatures leave it.

    A party's first signature is its own, later ones change nothing; the mentor's must be by a mentor of the
    facts. `absent` are the parties without a signature, `undated` those whose signature has no day;
    `agreed_on` is the day of the last of the three first signatures, None where a party is absent or
    undated.
    """

    contract: Contract
    remit: int
    groups: tuple[str, ...]
    absent: tuple[str, ...]
    undated: tuple[str, ...]
    agreed_on: date | None
    ref: str

    @property
    def number(self) -> int:
        return self.contract.version

    @property
    def agreed(self) -> bool:
        """Signed by all three parties."""
        return not self.absent

    @property
    def signers(self) -> frozenset[str]:
        """Who signed this version as a mentor."""
        return frozenset(
            one.by for one in self.contract.signatures if one.party == "mentor" and one.by is not None
        )


def read_version(contract: Contract, ref: str, is_mentor: Callable[[str | None], bool]) -> Version:
    first: dict[str, date] = {}
    signed: set[str] = set()
    for signature in contract.signatures:
        if signature.party == "mentor" and not is_mentor(signature.by):
            continue
        signed.add(signature.party)
        if signature.on is not None:
            first[signature.party] = min(first.get(signature.party, signature.on), signature.on)
    named = contract.remit if isinstance(contract.remit, tuple) else ()
    return Version(
        contract,
        remit=regions.expand(named),
        groups=tuple(name for name in regions.GROUPS if name in named),
        absent=tuple(party for party in PARTIES if party not in signed),
        undated=tuple(party for party in PARTIES if party in signed and party not in first),
        agreed_on=max(first.values()) if len(first) == len(PARTIES) else None,
        ref=ref,
    )
