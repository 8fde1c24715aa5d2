"""Who may open the addresses of the portfolios (see `accreditation.access`)."""

from accreditation.access import Access, only, public, signed_in
from accreditation.roles import COURSE_LEADER

SEEN = "portfolios: one's own, those one mentors today, one's courses', and without names those of a course one assesses"
OWN = "one's own portfolio"
FILLED = "logs into which one may bring files: one's own, and one's courses'"
APPLICATIONS = "applications: one's own, those of one's courses"
TO_DECIDE = "people on one's own courses, never oneself"
LINKED = "passports behind a link that was followed, neither expired nor revoked; to everybody else there is nothing"
MINE = "portfolios that one mentors today"

ACCESS: dict[str, Access] = {
    "portfolio_home": signed_in(OWN),
    "portfolio": signed_in(SEEN),
    "portfolio_export": signed_in(OWN),
    **{
        name: signed_in(OWN)
        for name in (
            "whole_ask",
            "whole",
            "whole_state",
            "whole_again",
            "whole_take",
            "passport_list",
            "passport",
            "passport_state",
            "passport_code",
            "passport_file",
            "passport_again",
            "passport_revoke",
        )
    },
    **{
        name: public(LINKED)
        for name in ("passport_open", "passport_shown", "passport_presented", "passport_paper")
    },
    **{
        name: signed_in(OWN) for name in ("signing_asked", "signing_ask", "signing_here", "signing_take_back")
    },
    **{
        name: public(
            "what waits for one mentor from one student, behind a link and a code; else there is nothing"
        )
        for name in (
            "signing_open",
            "signing",
            "signing_scan",
            "signing_contract",
            "signing_finish",
            "signed_open",
            "signed",
        )
    },
    "dispute": signed_in("disputes in one's own portfolio, and in those of one's courses"),
    "scan_list": signed_in(SEEN),
    "portfolio_finding": signed_in(SEEN),
    "portfolio_hours": signed_in(SEEN),
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
    "applicant_add": only(COURSE_LEADER, thing="courses: one's own"),
    "course_results": only(COURSE_LEADER, thing="courses: one's own"),
    "team_join_several": only(COURSE_LEADER, thing="courses: one's own"),
    "course_scale": only(COURSE_LEADER, thing="courses: one's own"),
    "student_results": signed_in(APPLICATIONS),
    **{
        name: signed_in(TO_DECIDE)
        for name in ("team_join", "team_leave", "result_correct", "award_add", "award_dates", "award_correct")
    },
    **{
        name: signed_in(
            "portfolios of one's own courses; for mentors of today's team, what they themselves assessed"
        )
        for name in ("assessment_add", "assessment_sign", "assessment_take_back")
    },
    "application_home": signed_in("one's own application"),
    **{
        name: signed_in(APPLICATIONS)
        for name in (
            "applicant",
            "registration_add",
            "experience_add",
            "experience_file_add",
            "experience_file",
            "entry_take_back",
        )
    },
    **{
        name: signed_in(TO_DECIDE)
        for name in (
            "applicant_edit",
            "applicant_invite",
            "applicant_invitation",
            "registration_check",
            "experience_judge",
            "applicant_enrol",
            "applicant_move",
        )
    },
}
