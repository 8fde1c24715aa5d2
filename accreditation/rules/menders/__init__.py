"""For each clause, what would mend a finding: words for people, and the edits that show it.

The order is the one in which repairs build on one another: the contract before the log, what leaves the log before what
is added to it. A mender is asked only about findings that are not met, missing or noted.
"""

from __future__ import annotations

from typing import Final

from accreditation.rules.menders import applicants, learning, portfolio, presentation, supervision
from accreditation.rules.menders.shared import Mender

MENDERS: Final[dict[str, Mender]] = {
    "PS1.1": applicants.professional_body,
    "PS1.2": applicants.experience,
    "PS1.3": applicants.admissions,
    "PS1.4": applicants.direct_entry,
    "PS2.1": portfolio.contract,
    "PS2.2": portfolio.remit,
    "PS4.5": supervision.patients,
    "PS4.1": supervision.supervision,
    "PS4.2": supervision.qualified_mentors,
    "PS4.3": supervision.mentors_remit,
    "PS2.4": portfolio.coverage,
    "PS4.4": supervision.pathologies,
    "PS2.3": portfolio.appraisals,
    "PS2.5": portfolio.hours,
    "PS2.6": portfolio.examinations,
    "PS3.1": presentation.told,
    "PS3.2": presentation.presented,
    "PS5.1": learning.topics,
    "PS5.2": learning.levels,
    "PS5.3": learning.results,
    "PS5.4": learning.relevance,
}
