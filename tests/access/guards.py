"""Which functions are guards: what decides who sees and does what. A new one belongs here; `test_guards_needed` says so.

`TESTED_BY`: where the access matrix cannot notice that a guard is gone (it asks about states, or about people that the stage
has none of), the tests of these files do.
"""

GUARDS: dict[str, str] = {
    "accreditation.access": "Access.admits",
    "accreditation.selectors": "visible_courses visible_submissions visible_decisions visible_letters led_courses "
    "on_team_today granted _conflicts",
    "accreditation.review_selectors": "visible_judgements invitations places blocking_conflicts",
    "accreditation.account_selectors": "visible_people visible_invitations may_change_team _led_by",
    "accreditation.event_selectors": "visible_events event_of is_asked",
    "accreditation.asked": "visible_questions check_ask check_answer",
    "accreditation.permissions": "need_role is_on_team check_edit check_submit has_conflict works_there panel_place "
    "check_judge check_agree check_assign check_decide check_chair",
    "accreditation.policies": "move_refusal edit_refusal judge_refusal agree_refusal rebuild_refusal",
    "accreditation.conditions": "visible_conditions visible_answers visible_views reads_private check_answer check_view "
    "_check_body check_close check_extend check_lapse",
    "accreditation.notices": "own_notices _concerned _conflicts office_messages hidden_messages",
    "accreditation.services.appeals": "check_lodge _check_office",
    "accreditation.services.resubmission": "check_resubmit",
    "accreditation.services.supersession": "check_correct",
    "accreditation.services.submissions": "check_withdraw",
    "accreditation.services.events": "_case",
    "accreditation.views.asking": "case_for place_for",
    "accreditation.views.guard": "AccessMiddleware.process_view",
    "accreditation.views.submission_parts": "seen_submission seen_course",
    "accreditation.views.evidence": "_seen_evidence",
    "accreditation.views.decisions": "_before_committee",
    "accreditation.views.events": "_event",
    "mentors.selectors": "visible_mentors visible_shortages readable_courses",
    "mentors.permissions": "check_edit_register check_propose check_place check_claim_shortage check_decide_shortage "
    "check_confirm is_self",
    "mentors.services.addresses": "check_may",
    "portfolios.selectors": "named_portfolios visible_portfolios _named visible_students visible_applications visible_scans "
    "visible_contracts logs_to_fill visible_scan_files scans_to_appraise current_team open_links",
    "portfolios.permissions": "check_course_team check_for_student check_application check_assess may_assess in_team check_own "
    "check_log check_mentor",
    "portfolios.services.contracts": "check_draft _check_sign",
    "portfolios.services.invited": "check_student check_mentor",
    "portfolios.services.passports": "check_make",
    "portfolios.services.scan_files": "check_bring",
    "portfolios.services.signing": "check_ask",
    "portfolios.views.passports": "own_portfolio _own_passport",
    "portfolios.views.people": "own_course",
}

ASKED_AT: dict[str, str] = {
    "access.Access.admits": "cases home submission mentor_imports admin",
    "selectors.visible_courses": "course course_team",
    "selectors.visible_submissions": "submission case letter",
    "selectors.visible_letters": "letter letters",
    "selectors.led_courses": "course_students mentor course_scan_files",
    "selectors.on_team_today": "course submission",
    "selectors.granted": "course portfolio submission",
    "selectors._conflicts": "case submission",
    "account_selectors.visible_people": "person people",
    "account_selectors.visible_invitations": "invitation_again course_team people",
    "account_selectors.may_change_team": "course_team_invite course_team",
    "account_selectors._led_by": "invitation_again",
    "event_selectors.visible_events": "event event_file",
    "event_selectors.event_of": "case submission event_propose",
    "event_selectors.is_asked": "event_answer",
    "asked.visible_questions": "question",
    "asked.check_ask": "review_ask",
    "asked.check_answer": "question_answer question_send",
    "permissions.need_role": "event_change case_assign decision_record",
    "permissions.is_on_team": "submission_clause condition_answer event",
    "permissions.check_edit": "submission_clause submission_autosave module_add",
    "permissions.check_submit": "submission_submit",
    "permissions.has_conflict": "review_brief decision_record case_assign",
    "permissions.works_there": "review_brief",
    "permissions.panel_place": "review_brief review_agree event",
    "permissions.check_judge": "review_clause",
    "permissions.check_agree": "review_agree_clause review_report",
    "permissions.check_chair": "decision_record decision_supersede",
    "permissions.check_decide": "decision_record",
    "conditions.visible_conditions": "condition conditions",
    "conditions.visible_answers": "condition",
    "conditions.visible_views": "condition",
    "conditions.reads_private": "condition decision",
    "conditions.check_answer": "condition_answer condition_send",
    "conditions.check_view": "condition_view",
    "conditions.check_close": "condition_close",
    "conditions.check_extend": "condition_extend",
    "notices.own_notices": "notices notice_read home",
    "notices._concerned": "notices",
    "notices._conflicts": "sent_message",
    "notices.office_messages": "sent_message sent_messages",
    "views.asking.case_for": "case review_conflict",
    "views.asking.place_for": "review_brief review_agree",
    "views.guard.AccessMiddleware.process_view": "cases home submission",
    "views.submission_parts.seen_submission": "submission submission_people submission_version",
    "views.submission_parts.seen_course": "course course_edit",
    "views.evidence._seen_evidence": "evidence_view evidence_file",
    "views.decisions._before_committee": "decision decision_capsule",
    "views.events._event": "event event_file",
    "mentors.selectors.visible_mentors": "mentor mentors",
    "mentors.selectors.visible_shortages": "shortage shortages",
    "mentors.selectors.readable_courses": "shortage",
    "mentors.permissions.check_propose": "mentor_place",
    "mentors.permissions.check_claim_shortage": "shortage_claim",
    "mentors.permissions.check_confirm": "mentor_confirm",
    "mentors.permissions.is_self": "mentor_confirm mentor_remark",
    "mentors.services.addresses.check_may": "mentor_address",
    "portfolios.selectors.named_portfolios": "contract portfolio team_join",
    "portfolios.selectors.visible_portfolios": "portfolio scan_list",
    "portfolios.selectors._named": "portfolio contract",
    "portfolios.selectors.visible_applications": "applicant student_results",
    "portfolios.selectors.visible_scan_files": "scan_file",
    "portfolios.selectors.logs_to_fill": "scan_files",
    "portfolios.selectors.scans_to_appraise": "mentor_queue home",
    "portfolios.selectors.current_team": "portfolio scan_appraise",
    "portfolios.permissions.check_course_team": "team_join applicant_edit",
    "portfolios.permissions.check_for_student": "team_join applicant_edit dispute",
    "portfolios.permissions.check_application": "registration_add",
    "portfolios.permissions.check_assess": "assessment_add",
    "portfolios.permissions.check_own": "scan_add whole_ask",
    "portfolios.permissions.check_mentor": "scan_appraise scans_appraise",
    "portfolios.views.passports.own_portfolio": "passport_list whole_ask",
    "portfolios.views.people.own_course": "course_students applicant_add",
}
"""Guard → addresses where it decides, for the search to begin with; for others it looks which addresses ask them."""

TESTED_BY: dict[str, str] = {
    "accreditation": "tests/accreditation/test_states_moves.py tests/accreditation/test_grants.py "
    "tests/accreditation/test_submissions_services.py tests/accreditation/test_reviews_services.py "
    "tests/accreditation/test_reviews_office.py tests/accreditation/test_decisions.py tests/accreditation/test_correcting.py "
    "tests/accreditation/test_conditions.py tests/accreditation/test_asked.py tests/accreditation/test_events.py "
    "tests/accreditation/test_mail.py tests/accreditation/test_mail_cases.py tests/accreditation/test_mail_office.py "
    "tests/accreditation/test_people_pages.py tests/accreditation/test_invitations.py tests/accreditation/test_access.py "
    "tests/accreditation/test_search.py tests/accreditation/test_letters_build.py",
    "mentors": "tests/mentors/test_register.py tests/mentors/test_pages.py tests/mentors/test_listing.py "
    "tests/portfolios/test_signing.py",
    "portfolios": "tests/portfolios/test_services.py tests/portfolios/test_pages.py tests/portfolios/test_applicants.py "
    "tests/portfolios/test_outcome_pages.py tests/portfolios/test_contract_pages.py tests/portfolios/test_signing.py "
    "tests/portfolios/test_passports.py tests/portfolios/test_scan_files.py tests/portfolios/test_mail.py",
}
"""App → the test files that are tried, in order, against mutants that the matrix lets live."""

EXPLAINED: dict[str, str] = {}
"""Mutants that no test can kill, each with the reason: what they switch off is also held by something else."""
