"""Who may open the addresses of the mentor register (see `accreditation.access`)."""

from accreditation.access import Access, only, public, signed_in
from accreditation.roles import ASSESSOR, COURSE_LEADER, OFFICER

SEEN = "mentors: all for officers; else one's own, one's courses', those of submissions one assesses"
SHORTAGES = "shortages: all for officers; else one's courses', those of submissions one assesses"
OWN = "one's own entry"
READERS = (OFFICER, ASSESSOR, COURSE_LEADER)

ACCESS: dict[str, Access] = {
    "mentors": only(*READERS, thing=SEEN),
    "mentor_add": only(OFFICER),
    "mentor_propose": only(COURSE_LEADER, thing="for one's own courses"),
    "mentor": signed_in(SEEN),
    "mentor_mine": signed_in(OWN),
    "mentor_confirm": signed_in(OWN),
    "mentor_remark": signed_in(OWN),
    "mentor_address": only(
        OFFICER, COURSE_LEADER, thing="officers; teams of courses whose students the mentor takes"
    ),
    "mentor_link": public("one entry, by the signed link of a reminder"),
    "mentor_qualification_add": only(OFFICER, thing=SEEN),
    "mentor_qualification_correct": only(OFFICER, thing=SEEN),
    "mentor_document_add": only(OFFICER, thing=SEEN),
    "mentor_document": signed_in("files of an entry: officers, assessors who see the mentor, the mentor"),
    "mentor_remit": only(OFFICER, thing=SEEN),
    "mentor_break": only(OFFICER, thing=SEEN),
    "mentor_employment_add": only(OFFICER, thing=SEEN),
    "mentor_period_correct": only(OFFICER, thing=SEEN),
    "mentor_place": only(OFFICER, COURSE_LEADER, thing=SEEN),
    "mentor_place_end": only(OFFICER, COURSE_LEADER, thing="placements on one's own courses; officers: all"),
    "mentor_correct": only(OFFICER, thing=SEEN),
    "mentor_check": only(OFFICER, thing=SEEN),
    **{
        name: only(OFFICER, thing=SEEN)
        for name in (
            "mentor_accept",
            "mentor_leave",
            "mentor_return",
            "mentor_consent",
            "mentor_consent_end",
        )
    },
    "mentor_reminders": only(OFFICER, thing=SEEN),
    "mentor_remark_settle": only(OFFICER),
    "mentor_office": only(OFFICER),
    "mentor_capacity": only(OFFICER),
    "mentor_imports": only(OFFICER),
    "mentor_import": only(OFFICER),
    "mentor_import_apply": only(OFFICER),
    "mentor_import_again": only(OFFICER),
    "mentor_import_undo": only(OFFICER),
    "mentor_export": only(OFFICER),
    "shortages": only(*READERS, thing=SHORTAGES),
    "shortage": only(*READERS, thing=SHORTAGES),
    "shortage_claim": only(COURSE_LEADER, thing="one's own courses"),
    "shortage_decide": only(OFFICER, thing="courses that one does not work on"),
    "shortage_end": only(OFFICER, thing="courses that one does not work on"),
}
