"""Which functions are guards: what decides who sees and does what. A new one belongs here, with its questions in
`tests.access.questions`: `test_guards_needed` names the one that has none.
"""

GUARDS: dict[str, str] = {
    "accreditation.access": "Access.admits",
    "accreditation.selectors": "visible_courses visible_submissions visible_decisions visible_letters led_courses "
    "on_team_today granted grants_of _by_team_or_panel _panels seen_on_panels sees_by_panels_alone visible_packs _conflicts",
    "accreditation.review_selectors": "visible_judgements invitations places blocking_conflicts",
    "accreditation.account_selectors": "visible_people visible_invitations may_change_team _led_by",
    "accreditation.event_selectors": "visible_events event_of is_asked",
    "accreditation.asked": "visible_questions check_ask check_answer",
    "accreditation.permissions": "need_role is_on_team check_edit check_submit has_conflict works_there panel_place "
    "check_judge check_agree check_assign check_decide check_chair",
    "accreditation.policies": "move_refusal edit_refusal judge_refusal agree_refusal rebuild_refusal",
    "accreditation.conditions": "visible_conditions visible_answers visible_views reads_private check_answer check_view "
    "_check_body _check_closer check_close check_extend check_lapse",
    "accreditation.notices": "own_notices _concerned _conflicts office_messages hidden_messages",
    "accreditation.services.appeals": "check_lodge _check_office",
    "accreditation.services.resubmission": "check_resubmit",
    "accreditation.services.supersession": "check_correct",
    "accreditation.services.submissions": "check_withdraw",
    "accreditation.services.events": "_case",
    "accreditation.committee": "visible_meetings visible_items check_keep",
    "accreditation.letters.chain": "check_part",
    "accreditation.monitoring": "visible_returns _conflicts",
    "accreditation.report_steps": "check_calibrate _on_panel visible_replies _own_courses check_reply check_write check_settle "
    "check_revise check_go_on",
    "accreditation.run_selectors": "visible_runs",
    "accreditation.services.course_places": "check",
    "accreditation.services.declarations": "check_declare",
    "accreditation.services.monitoring": "check_edit",
    "accreditation.services.packs": "check_ask",
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
    "portfolios.selectors": "named_portfolios visible_portfolios _named _own visible_students visible_applications visible_scans "
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

CLOSED = (
    "a closed account has no roles (`User.role_codes`), and sees here by roles only; it spares the question"
)
EXPLAINED: dict[str, str] = {
    "selectors.visible_submissions: never: if not user.is_active": CLOSED,
    "selectors.sees_by_panels_alone: without user.is_active": CLOSED,
    "review_selectors.invitations: without not user.is_active": CLOSED,
    "mentors.selectors.visible_shortages: never: if not user.is_active": "the courses of whose supervision a closed account reads are "
    "none; it spares the question",
    "mentors.services.addresses.check_may: without by.is_active": CLOSED,
    "committee.visible_items: without .filter(…) in Decision.objects.filter(superseded=False)": "which decision stands beside a "
    "case; whether somebody sees the case is asked before",
    "committee.visible_meetings: without not user.is_active": CLOSED,
    "run_selectors.visible_runs: without user.is_active": CLOSED,
    "report_steps.check_reply: without report.released_at is None": "a report that was not sent has no day until which facts can be "
    "corrected, by a constraint of the database",
    "report_steps.check_go_on: without report.went_on_at is not None": "nothing stands in the way of a decision once the chair "
    "went on: the other question says it",
    "event_selectors.event_of: never: if event is None": "without an event nothing is returned in any case; it spares questions",
    "permissions.panel_place: never: if known is not None and known.user_id == user.pk": "a place at hand spares a query; the "
    "same place is found again",
    "views.asking.place_for: without place is None": "without a place there is no version either",
    "views.guard.AccessMiddleware.process_view: never: if match is None": "Django asks only after it has found an address",
    "mentors.services.addresses.check_may: without .filter(…) in ilter(placements__mentor=mentor, placements__known_until__isnull=True)": "it spares "
    "looking at other courses; who takes the mentor's students is asked of each",
    "portfolios.services.signing.check_ask: never: if not mentor.email": "nobody can have made sure of an address that is not "
    "there: refused by the next question; this one says why",
}
"""Mutants that change no answer, each with the reason."""
