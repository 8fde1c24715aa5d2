"""The editions of the standard by name. A new edition is a module of data beside this one and a line here."""

from __future__ import annotations

from typing import Final

from accreditation.rules.clauses import Edition
from accreditation.rules.standards.msk_2023 import MSK_2023

EDITIONS: Final[dict[str, Edition]] = {MSK_2023.name: MSK_2023}
