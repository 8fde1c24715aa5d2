"""The readings taken where the statements leave a question open, by the numbers under which they were
discussed.
"""

from __future__ import annotations

from typing import Final

READINGS: Final[dict[str, str]] = {
    "A1": "a PgC with two years' experience, or level 2 in radiology: the two years belong to the PgC",
    "A4": "an anniversary is the same day and month, and passes on that day; 29 February falls on 28 February",
    "A5": "a general award counts as MSK where a module says so; where only practice does, a human decides",
    "A6": "observed is direct supervision; whether indirect or remote supervision is, a human decides",
    "A7": "an exception needs a shortage accepted by a named person, one year, and another member with two years",
    "A10": "ratification by the examination board releases, from the next day; the day itself is for a human",
    "A11": "only the regions of a ratified award are released",
    "A13": "simulators and volunteers are kept apart and never counted",
    "A14": "no pathology is no range; whether one is, a human decides",
    "A15": "every part of the remit has its own passed and signed unseen patient examination",
    "A16": "a remit names regions; group terms are expanded and need confirmation; extras are never implied",
    "A17": "a contract is signed by all three before the first counted scan, or on its day",
    "A18": "every counted scan is appraised; where only some are, a human decides",
    "A19": "scan hours are needed; reflections are optional",
    "A20": "experience is never decided on months; a human judges it",
    "A22": "an active registration with a recognised body; other bodies are for a human",
    "A23": "undergraduate courses and apprenticeships have no direct entry; postgraduate entry is caught by PS1.1",
    "A24": "a focused course at level 6 or 7, a postgraduate course at level 7; level 6 there is for a human",
    "A25": "each of the four topics needs a formally assessed module, passed",
    "A26": "what CASE advocates is advice: not following it is noted, and is never a breach",
    "A27": "any named assessor but the student may sign; a mentor as sole assessor is said",
    "A28": "facts before the edition's first day are for a human, where they would be a breach",
    "A30": "the signed learning contract is the remit",
}
