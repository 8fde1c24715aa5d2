"""Who may open the addresses of the mentor register (see `accreditation.access`)."""

from accreditation.access import Access, only, signed_in
from accreditation.roles import ASSESSOR, COURSE_LEADER, OFFICER

SEEN = "mentors: all for officers; else one's own, one's courses', those of submissions one assesses"

ACCESS: dict[str, Access] = {
    "mentors": only(OFFICER, ASSESSOR, COURSE_LEADER, thing=SEEN),
    "mentor_add": only(OFFICER),
    "mentor": signed_in(SEEN),
    "mentor_mine": signed_in("one's own entry"),
    "mentor_confirm": signed_in("one's own entry"),
    "mentor_qualification_add": only(OFFICER, thing=SEEN),
    "mentor_qualification_correct": only(OFFICER, thing=SEEN),
    "mentor_remit": only(OFFICER, thing=SEEN),
    "mentor_break": only(OFFICER, thing=SEEN),
    "mentor_check": only(OFFICER, thing=SEEN),
}
