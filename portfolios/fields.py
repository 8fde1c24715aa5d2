"""Set fields of the portfolios, each one column (a bit mask)."""

from accreditation.models.fields import SetField
from accreditation.rules import regions
from portfolios import pathologies


class PathologySetField(SetField):
    """What was found in a scan, as codes of `portfolios.pathologies`."""

    bits = pathologies.BITS
    labels = pathologies.LABELS

    def get_internal_type(self) -> str:
        return "PositiveBigIntegerField"  # up to 63 codes


class GroupTermSetField(SetField):
    """Group terms that a remit may hold (clauses.md): upper limb, lower limb, all."""

    bits = {term: 1 << position for position, term in enumerate(regions.GROUPS)}
    labels = {"upper_limb": "upper limb", "lower_limb": "lower limb", "all": "all six regions"}
