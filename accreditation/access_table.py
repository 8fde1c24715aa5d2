"""Who may open the addresses of the accreditation app and of signing in (see `accreditation.access`).

`signed_in` where the object itself decides: what a person may not see does not exist for them (404), whoever they are.
"""

from accreditation.access import Access, only, public, signed_in, staff
from accreditation.roles import ASSESSOR, CHAIR, COMMITTEE, OFFICER

SEEN_COURSE = "courses: of one's own team; all for officers and Committee"
SEEN = "submissions: of one's own courses, of panels one is on, submitted ones for officers, reported ones for the Committee"
DRAFT = "drafts of one's own courses"
EVIDENCE = "files of submissions one may see; a panel sees those that were frozen"
PANEL = "submissions whose panel one is on, without a conflict"
PLACE = "one's own place on a panel"
CASE = "submitted cases, without a conflict"
BEFORE_COMMITTEE = "reported and decided cases, without a conflict"
MEETING = "meetings of the Committee, each with the cases that one may see"
CONDITION = "conditions of decided submissions one may see"
CONDITION_BODY = "conditions of decided cases, for the office and the Committee, without a conflict"
LETTERS = "letters about submissions one may see"

PUBLIC_PAGES = {
    name: public()
    for name in (
        "home",
        "standard",
        "standard_statement",
        "accessibility",
        "privacy",
        "about",
        "style",
        "employers",
        "employers_leaf",
    )
}
HELD = {name: signed_in("what is held about oneself") for name in ("account_held", "account_held_file")}
RUNNING = {
    "health_live": public("nothing but whether the process answers"),
    "health_ready": public("nothing but whether database and store are there"),
    "running": only(OFFICER, thing="the running of the system, without persons and cases"),
}
RUNS = {
    name: only(OFFICER, thing="national runs; of what they found, nothing with which one has a conflict")
    for name in (
        "runs",
        "run",
        "run_state",
        "run_line",
        "run_recheck",
        "run_impact",
        "run_letters",
        "run_stop",
        "run_again",
    )
}
VERIFYING = {
    name: public("letters by number and check code, or by the file") for name in ("verify", "verify_letter")
}

NOTICES = {
    name: signed_in("one's own notices") for name in ("notices", "notices_read", "notice_read", "mail_choice")
}
TABLES = {name: signed_in("one's own views of tables") for name in ("table_view_keep", "table_view_drop")}
DIRECTORY = {
    name: public("courses that CASE has accredited, without any person")
    for name in ("directory", "directory_csv", "directory_json", "directory_schema", "directory_course")
}

SENT = {
    name: only(
        OFFICER, thing="messages about cases without a conflict, accounts and the register; never portfolios"
    )
    for name in (
        "sent_messages",
        "sent_message",
        "sent_message_html",
        "sent_message_again",
        "sent_hidden_again",
    )
}

COURSES = {
    "application_kinds": signed_in("the kinds of application, without any case"),
    "submissions": signed_in(SEEN),
    "course": signed_in(SEEN_COURSE),
    **{
        name: signed_in("courses of one's own team")
        for name in (
            "submission_open",
            "course_edit",
            "course_minimums",
            "module_add",
            "module_edit",
            "module_remove",
        )
    },
}
SUBMISSIONS = {
    **{
        name: signed_in(SEEN)
        for name in (
            "submission",
            "submission_course",
            "submission_people",
            "submission_statement",
            "submission_clause",
            "submission_evidence",
            "submission_findings",
            "submission_finding",
            "submission_answers",
            "submission_submitted",
            "submission_version",
            "submission_sheet",
            "appeal",
        )
    },
    **{
        name: signed_in(DRAFT)
        for name in (
            "submission_autosave",
            "submission_scope",
            "submission_mend",
            "submission_submit",
            "submission_withdraw",
            "submission_again",
            "evidence_replace",
            "evidence_remove",
            "evidence_title",
        )
    },
    **{name: signed_in(EVIDENCE) for name in ("evidence_view", "evidence_file", "evidence_page")},
    "submission_packs": signed_in(EVIDENCE),
    **{
        name: signed_in("files made for oneself of submissions whose evidence one may open")
        for name in ("pack", "pack_state", "pack_again", "pack_take")
    },
}
PROFILES = {
    name: only(ASSESSOR, thing="one's own profile")
    for name in (
        "assessor_profile",
        "assessor_profile_edit",
        "assessor_absence_add",
        "assessor_absence_remove",
        "assessor_interest_add",
        "assessor_interest_remove",
    )
}
REVIEWS = {
    "course_declare": signed_in("places on panels of courses one leads; all for officers"),
    "reviews": signed_in("one's own places on panels"),
    "review_invitation": signed_in(PLACE),
    **{
        name: signed_in(PANEL)
        for name in (
            "review_brief",
            "review_clause",
            "review_autosave",
            "review_finding",
            "review_finish",
            "review_conflict",
            "review_agree",
            "review_agree_equal",
            "review_agree_clause",
            "review_agree_autosave",
            "review_report",
            "review_sign",
            "review_item",
            "review_item_add",
            "review_item_remove",
        )
    },
}
OFFICE = {
    "cases": only(OFFICER, thing=CASE),
    "figures": only(OFFICER, COMMITTEE, CHAIR, thing="counts over cases, without those of a conflict"),
    **{
        name: only(OFFICER, thing=CASE)
        for name in (
            "case",
            "case_assign",
            "case_start",
            "case_return",
            "case_conflict",
            "conflict_decide",
            "case_remove_member",
        )
    },
}
EVENTS = {
    "event": signed_in("events of submissions one may see, as the office, the panel or the course"),
    "event_file": signed_in("events of submissions one may see, as the office, the panel or the course"),
    "event_answer": signed_in("events whose panel one is on, or whose course one leads"),
    **{
        name: only(OFFICER, thing=CASE)
        for name in ("event_propose", "event_agree", "event_change", "event_call_off")
    },
}
DECISIONS = {
    "decisions": only(OFFICER, COMMITTEE, CHAIR, thing=BEFORE_COMMITTEE),
    "decision": signed_in(BEFORE_COMMITTEE),
    "decision_capsule": signed_in(BEFORE_COMMITTEE),
    "decision_record": signed_in("reported cases, for the chair who neither assessed nor teaches them"),
    "decision_recall": signed_in("decided cases whose letter is not issued, for the chair"),
    "decision_supersede": signed_in("decided cases, for the chair who neither assessed nor teaches them"),
    "decision_send_back": signed_in("reported cases, for officers and the chair"),
}
MEETINGS = {
    "meetings": only(OFFICER, COMMITTEE, CHAIR, thing=MEETING),
    "meeting": only(OFFICER, COMMITTEE, CHAIR, thing=MEETING),
    **{
        name: only(OFFICER, CHAIR, thing=MEETING)
        for name in (
            "meeting_plan",
            "meeting_change",
            "meeting_put_on",
            "meeting_take_off",
            "meeting_present",
            "meeting_announce",
        )
    },
    "recusal": only(OFFICER, COMMITTEE, CHAIR, thing=BEFORE_COMMITTEE),
    "recusal_lift": only(OFFICER, thing=BEFORE_COMMITTEE),
}
REPORT_STEPS = {
    "calibration": only(OFFICER, COMMITTEE, CHAIR, thing=BEFORE_COMMITTEE),
    "calibration_look": only(
        COMMITTEE, CHAIR, thing="conditions that wait, for the chair or the named member"
    ),
    "calibration_finish": only(
        COMMITTEE, CHAIR, thing="conditions that wait, for the chair or the named member"
    ),
    "calibration_name": only(OFFICER, CHAIR, thing=BEFORE_COMMITTEE),
    "calibration_stays": signed_in("suggestions of the Committee, for the lead assessor"),
    "shared_report": signed_in("reports sent to the course, on submissions one may see"),
    "fact_reply": signed_in("corrections on submissions one may see; drafts of one's own courses"),
    **{
        name: signed_in("corrections of one's own courses, while their time runs")
        for name in ("fact_reply_begin", "fact_reply_write", "fact_reply_send", "fact_reply_end")
    },
    "fact_reply_settle": signed_in("corrections that were sent, for the lead and the co-assessor"),
    "report_revise": signed_in("reports with a correction that waits, for the lead assessor"),
    "panel_paper": signed_in(
        "papers of the panel that were sent, on submissions one may see; drafts for the lead"
    ),
    **{
        name: signed_in("papers that are not sent yet, for the lead assessor")
        for name in ("panel_paper_write", "panel_paper_send")
    },
    "decision_go_on": signed_in("reported cases, for the chair"),
}
MONITORING = {
    "monitoring": only(OFFICER, COMMITTEE, CHAIR, thing="returns of accredited courses, without a conflict"),
    "monitoring_csv": only(
        OFFICER, COMMITTEE, CHAIR, thing="returns of accredited courses, without a conflict"
    ),
    "monitoring_remind": only(OFFICER, thing="returns that are owed and not sent, without a conflict"),
    "monitoring_return": signed_in(
        "returns of one's own courses; those that were sent, for office and Committee"
    ),
    "monitoring_flag": only(OFFICER, thing="returns that were sent, without a conflict"),
    "monitoring_file": signed_in("documents of returns one may see"),
}
QUESTIONS = {
    "question": signed_in("questions on submissions one may see"),
    "question_answer": signed_in("open questions to one's own courses"),
    "question_send": signed_in("open questions to one's own courses; a leader of the course sends"),
    "question_take_back": signed_in("open questions, for the lead assessor"),
    "review_ask": signed_in("submissions in assessment, for the lead assessor"),
}
CONDITIONS = {
    "conditions": only(OFFICER, COMMITTEE, CHAIR, thing=CONDITION_BODY),
    "condition": signed_in(CONDITION),
    "condition_answer": signed_in("open conditions of one's own courses"),
    "condition_send": signed_in("open conditions of one's own courses; a leader of the course sends"),
    "condition_view": signed_in("answered conditions, for the lead and the co-assessor"),
    **{
        name: signed_in(CONDITION_BODY)
        for name in ("condition_close", "condition_return", "condition_extend", "condition_lapse")
    },
}
OF_LETTERS = {
    "letters": signed_in(LETTERS),
    "letter": signed_in(LETTERS),
    "letter_state": signed_in(LETTERS),
    "letter_download": signed_in(LETTERS),
    "letter_rebuild": signed_in("letters that failed, for officers and the chair"),
    "letter_supersede": signed_in("letters, for officers and the chair"),
    "letter_page": signed_in(LETTERS),
    "letter_approve": signed_in("letters whose approval is theirs to give"),
    "letter_refuse": signed_in("letters whose approval is theirs to give"),
    "letter_renew": signed_in("letters that are not approved yet, for officers and the chair"),
    "letter_withdraw": signed_in("certificates and reminders, for officers and the chair"),
    "letter_make": only(OFFICER, thing=CASE),
    "letter_outbox": only(OFFICER, CHAIR, thing=LETTERS),
    **{
        name: only(OFFICER)
        for name in (
            "letter_texts",
            "letter_text",
            "letter_text_version",
            "letter_text_edit",
            "letter_text_preview",
            "letter_text_pdf",
            "letter_text_publish",
            "letter_text_discard",
        )
    },
}
ACCOUNTS = {
    **{
        name: public()
        for name in (
            "account_login",
            "account_logout",
            "account_inactive",
            "account_signup",
            "account_email_verification_sent",
            "account_confirm_email",
            "account_confirm_login_code",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key",
            "account_reset_password_from_key_done",
            "mfa_authenticate",
            "mfa_login_webauthn",
        )
    },
    "invitation": public("an invitation, by the secret in its link"),
    **{
        name: signed_in("one's own account")
        for name in (
            "account_reauthenticate",
            "account_email",
            "account_change_password",
            "account_set_password",
            "mfa_index",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_list_webauthn",
            "mfa_add_webauthn",
            "mfa_edit_webauthn",
            "mfa_remove_webauthn",
            "mfa_reauthenticate_webauthn",
            "usersessions_list",
            "stay_signed_in",
        )
    },
}

PEOPLE = {
    **{name: only(OFFICER) for name in ("people", "person", "person_invite", "person_edit")},
    **{
        name: only(OFFICER, thing="accounts, but never one's own", fresh=True)
        for name in ("person_roles", "person_close", "person_reopen", "person_second_step")
    },
    **{
        name: signed_in("teams of courses that one is on, to change where one leads; all for officers")
        for name in ("course_team", "course_team_invite", "course_team_leave")
    },
    **{
        name: signed_in("invitations to what one may invite to")
        for name in ("invitation_again", "invitation_revoke")
    },
}
ADMINISTRATION = {"admin": staff("rows as they are stored, read only")}

ACCESS: dict[str, Access] = {
    **PUBLIC_PAGES,
    **RUNNING,
    **RUNS,
    **HELD,
    **VERIFYING,
    **DIRECTORY,
    "search": signed_in("what one may see"),
    **NOTICES,
    **TABLES,
    **SENT,
    **COURSES,
    **SUBMISSIONS,
    **PROFILES,
    **REVIEWS,
    **OFFICE,
    **EVENTS,
    **DECISIONS,
    **MEETINGS,
    **REPORT_STEPS,
    **MONITORING,
    **QUESTIONS,
    **CONDITIONS,
    **OF_LETTERS,
    **ACCOUNTS,
    **PEOPLE,
    **ADMINISTRATION,
}
