"""Who may open the addresses of the portfolios (see `accreditation.access`)."""

from accreditation.access import Access, only, signed_in
from accreditation.roles import COURSE_LEADER

SEEN = "portfolios: one's own, those one mentors today, one's courses', and without names those of a course one assesses"
OWN = "one's own portfolio"
FILLED = "logs into which one may bring files: one's own, and one's courses'"
MINE = "portfolios that one mentors today"

ACCESS: dict[str, Access] = {
    "portfolio_home": signed_in(OWN),
    "portfolio": signed_in(SEEN),
    "portfolio_export": signed_in(OWN),
    "scan_list": signed_in(SEEN),
    "scan_add": signed_in(OWN),
    "scan_correct": signed_in(OWN),
    "scan_files": signed_in(FILLED),
    "scan_template": signed_in(FILLED),
    "course_scan_files": only(COURSE_LEADER, thing="courses: one's own"),
    "course_scan_template": only(COURSE_LEADER, thing="courses: one's own"),
    **{
        name: signed_in("files of scans for one's own log or one's courses")
        for name in (
            "scan_file",
            "scan_file_columns",
            "scan_file_state",
            "scan_file_take_over",
            "scan_file_look_again",
            "scan_file_leave",
            "scan_file_take_back",
        )
    },
    "contract_propose": signed_in(
        "portfolios whose owner one may know: the student, their mentors, the course's team"
    ),
    "contract": signed_in("contracts of portfolios whose owner one may know"),
    "contract_sign": signed_in("contracts of portfolios whose owner one may know"),
    "mentor_queue": signed_in(MINE),
    "scans_appraise": signed_in(MINE),
    "scan_appraise": signed_in(MINE),
    "course_students": only(COURSE_LEADER, thing="courses: one's own"),
}
