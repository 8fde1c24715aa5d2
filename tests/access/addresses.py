"""Every address with something to open it with, who may see that, and who may change something there.

A new address needs a line here; the matrix says so. Most need little:

    "case_start": at("case:submitted", roles=OFFICERS, acts=OFFICE),

* the things it is tried with (`tests.access.oracle.THINGS` says who may see each, `tests.access.stage` makes them);
  `page()` for an address without one, `open_page()` for one that needs no account;
* `roles`: who is let through at all by what they are to the whole body, as role codes; everybody else gets 403;
* `readers`: parts who may see it, where that is fewer than may see the thing;
* `acts`: parts whose POST changes something. Everybody else's POST must change nothing. `body` adds to, or replaces, what
  the page's own form holds; `form` names the address whose page shows the form, where that is another one.
* `mine`: a POST changes one's own settings and nothing else;
* `personal`: each has their own there: an officer of the one university's case does not see the other's;
* `shut()`: a page behind a link that the actors have not followed: it is closed to all of them;
* `guessed=False`: the form wants more than can be guessed, so the press of one who may is left to the page's own tests;
* `more`: the address's further values, each from a side.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accreditation.models import ReportItem
from portfolios import signing
from portfolios.passport import links
from tests.access import found, linked, reporting
from tests.access.oracle import COMMITTEE, COUNTED, MEMBERS, NAMED, NOBODY, OFFICE, OFFICERS, PANEL, TEAM
from tests.access.stage import Side

More = Mapping[str, Callable[[Side], Any]]
Body = Mapping[str, Any] | Callable[[Side], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Address:
    """How one address is tried."""

    things: tuple[str, ...] = ("",)
    public: bool = False
    roles: frozenset[str] = NOBODY
    readers: frozenset[str] | None = None
    acts: frozenset[str] | None = None
    body: Body = field(default_factory=dict)
    form: str = ""
    more: More = field(default_factory=dict)
    mine: bool = False
    personal: bool = False
    shut: bool = False
    guessed: bool = True


def at(*things: str, **rest: Any) -> Address:
    return Address(things, **rest)


def page(**rest: Any) -> Address:
    """An address without a thing: whoever gets through sees their own."""
    return Address(**rest)


def open_page(**rest: Any) -> Address:
    """An address that needs no account."""
    return Address(public=True, **rest)


def shut(**rest: Any) -> Address:
    """A page behind a link: whoever has not followed it finds nothing, signed in or not."""
    return Address(public=True, shut=True, **rest)


def role(*codes: str) -> frozenset[str]:
    return frozenset(codes)


def thing(name: str, attribute: str = "pk") -> Callable[[Side], Any]:
    """A value of the address that is a side's thing."""
    return lambda side: getattr(side.things[name], attribute)


def fixed(value: Any) -> Callable[[Side], Any]:
    return lambda side: value


def reported_item(side: Side) -> Any:
    """A condition of the report that is with the Committee."""
    return ReportItem.objects.filter(report__submission=side.cases["reported"], kind="condition")[0].pk


OFFICER, CHAIR, COMMITTEE_ROLE, LEADER, ASSESSOR = (
    "officer",
    "chair",
    "committee",
    "course_leader",
    "assessor",
)
EVERY_CASE = (
    "case:draft",
    "case:submitted",
    "case:in_assessment",
    "case:agreeing",
    "case:reported",
    "case:decided",
)
FROZEN = EVERY_CASE[1:]
EVIDENCE = {"number": fixed(1)}
PACK = {"pack": thing("pack")}
CLAUSE = {"clause": fixed("PS1.1")}
ITEM = {"kind": fixed("condition"), "item_id": thing("item")}
MODULE = {"module": lambda side: side.courses["draft"].modules.order_by("code")[0].pk}
OWN_LOG = TEAM | {"student"}
SCAN = {"number": thing("waiting", "number")}
TEXT = {"slug": fixed("decision.refuse")}
FIRST = {"number": fixed(1)}

PUBLIC = {
    **{
        name: open_page()
        for name in ("home", "standard", "accessibility", "privacy", "about", "style", "verify")
    },
    **{name: open_page() for name in ("directory", "directory_csv", "directory_json", "directory_schema")},
    "directory_course": open_page(more={"reference": lambda side: side.courses["decided"].reference}),
    **{name: open_page() for name in ("employers", "employers_leaf", "health_live", "health_ready")},
    "invitation": open_page(more={"token": lambda side: f"no-invitation-of-{side.name}"}),
    "standard_statement": open_page(more={"slug": fixed("ps1"), "statement": fixed("ps1")}),
    "verify_letter": open_page(
        more={
            "number": thing("letter", "number"),
            "check": lambda side: side.things["letter"].content["check"],
        }
    ),
    "mentor_link": open_page(more={"text": lambda side: side.things["link"]}),
}
COURSES = {
    "application_kinds": page(),
    "submissions": page(),
    "search": page(),
    "course": at("course:draft", "course:decided"),
    "submission_open": at("course:decided", acts=TEAM),
    "course_edit": at("course:draft", acts=TEAM, body={"title": "A new title of the course"}),
    "course_minimums": at("course:draft", acts=TEAM, body={"knee": "20"}),
    "module_add": at("course:draft", acts=TEAM, body={"code": "Z9", "title": "A new module"}),
    "module_edit": at("course:draft", acts=TEAM, more=MODULE, body={"title": "Another title"}),
    "module_remove": at("course:draft", acts=TEAM, more=MODULE),
}
SUBMISSIONS = {
    "submission": at(*EVERY_CASE),
    "submission_course": at(*EVERY_CASE[:3], acts=TEAM, body={"complete": "yes"}),
    "submission_people": at(*EVERY_CASE[:3]),
    "submission_statement": at(
        *EVERY_CASE[:3], more={"statement": fixed("PS1")}, acts=TEAM, body={"complete": "yes"}, guessed=False
    ),
    "submission_clause": at(
        "case:draft", readers=TEAM, acts=TEAM, more=CLAUSE, body={"text": "A new answer."}
    ),
    "submission_autosave": at(
        "case:draft", readers=TEAM, acts=TEAM, more=CLAUSE, form="submission_clause", body={"text": "Typed."}
    ),
    "submission_scope": at("case:draft", readers=frozenset()),
    "submission_evidence": at("case:draft", "case:submitted"),
    "submission_findings": at(*EVERY_CASE[:3]),
    "submission_finding": at("case:draft", more=found.DRAFT),
    "submission_answers": at(*EVERY_CASE[:3]),
    "submission_submit": at("case:draft", readers=TEAM),
    "submission_submitted": at("case:submitted"),
    "submission_withdraw": at("case:draft", "case:submitted", acts=role("leader")),
    "submission_mend": at("case:draft", readers=TEAM),
    "submission_version": at(*FROZEN, more=FIRST),
    "evidence_view": at("case:draft", *FROZEN[1:], more=EVIDENCE),
    "evidence_file": at("case:draft", *FROZEN[1:], more=EVIDENCE),
    "evidence_page": at("case:draft", *FROZEN[1:], more=EVIDENCE | {"page": fixed(1)}),
    "submission_sheet": at("case:draft", "case:submitted"),
    "submission_packs": at(
        "case:draft", "case:submitted", "case:in_assessment", acts=TEAM | OFFICE | PANEL, guessed=False
    ),
    **{
        name: at("case:submitted", readers=role("officer"), personal=True, more=PACK, guessed=False)
        for name in ("pack", "pack_state", "pack_again")
    },
    "pack_take": at(
        "case:submitted",
        readers=role("officer"),
        personal=True,
        more=PACK | {"part": fixed("pdf")},
        guessed=False,
    ),
    "evidence_replace": at("case:draft", readers=TEAM, more=EVIDENCE),
    "evidence_remove": at("case:draft", readers=TEAM, acts=TEAM, more=EVIDENCE),
    "evidence_title": at(
        "case:draft", readers=TEAM, acts=TEAM, more=EVIDENCE, body={"title": "Another title"}
    ),
}
PROFILES = {
    **{
        name: page(roles=role(ASSESSOR))
        for name in (
            "assessor_profile",
            "assessor_profile_edit",
            "assessor_absence_add",
            "assessor_interest_add",
        )
    },
    "assessor_absence_remove": at("absence", roles=role(ASSESSOR), acts=role("lead")),
    "assessor_interest_remove": at("interest", roles=role(ASSESSOR), acts=role("lead")),
}
REVIEWS = {
    "course_declare": at(
        "declaration", acts=OFFICE | {"leader"}, body={"interest": "some", "note": "By e-mail."}
    ),
    "reviews": page(),
    "review_invitation": at(
        "invitation", acts=role("invited"), body={"answer": "decline", "decline-reason": "No time."}
    ),
    "review_brief": at("case:in_assessment", readers=PANEL),
    "review_finding": at("case:in_assessment", readers=PANEL, more=found.PANEL),
    "review_clause": at("case:in_assessment", readers=PANEL, acts=PANEL, more={"clause": fixed("PS1.3")}),
    "review_autosave": at(
        "case:in_assessment",
        readers=PANEL,
        acts=PANEL,
        more={"clause": fixed("PS1.3")},
        form="review_clause",
        body={"comment": "Typed."},
    ),
    "review_finish": at("case:in_assessment", readers=PANEL),
    "review_conflict": at("case:in_assessment", readers=PANEL, acts=PANEL, body={"kind": "employer"}),
    "review_agree": at("case:agreeing", readers=COUNTED),
    "review_agree_equal": at("case:agreeing", readers=COUNTED),
    "review_agree_clause": at(
        "case:agreeing",
        readers=COUNTED,
        acts=COUNTED,
        more={"clause": fixed("PS1.1")},
        body={"comment": "Agreed anew."},
    ),
    "review_agree_autosave": at(
        "case:agreeing",
        readers=COUNTED,
        acts=COUNTED,
        more={"clause": fixed("PS1.1")},
        form="review_agree_clause",
        body={"comment": "Typed."},
    ),
    "review_report": at(
        "case:agreeing", readers=COUNTED, acts=role("lead"), body={"summary": "Sound in all."}
    ),
    "review_sign": at("case:agreeing", readers=COUNTED, acts=COUNTED),
    "review_item": at(
        "case:agreeing", readers=COUNTED, acts=role("lead"), more=ITEM, body={"text": "Another text."}
    ),
    "review_item_add": at(
        "case:agreeing",
        readers=COUNTED,
        acts=role("lead"),
        more={"kind": fixed("commendation")},
        body={"text": "Well done."},
    ),
    "review_item_remove": at(
        "case:agreeing", readers=COUNTED, acts=role("lead"), more={"item_id": thing("item")}
    ),
}
OF_OFFICE = role(OFFICER)
OFFICE_PAGES = {
    "cases": page(roles=OF_OFFICE),
    "case": at(*FROZEN, roles=OF_OFFICE, readers=OFFICE),
    "case_assign": at("case:submitted", roles=OF_OFFICE, readers=OFFICE, acts=OFFICE),
    "case_start": at("case:submitted", roles=OF_OFFICE, readers=OFFICE),
    "case_return": at(
        "case:submitted", roles=OF_OFFICE, readers=OFFICE, acts=OFFICE, body={"reason": "Cut off."}
    ),
    "case_conflict": at("case:submitted", roles=OF_OFFICE, readers=OFFICE, acts=OFFICE),
    "conflict_decide": at(
        "case:in_assessment",
        roles=OF_OFFICE,
        readers=OFFICE,
        acts=OFFICE,
        more={"conflict_id": thing("conflict")},
    ),
    "case_remove_member": at(
        "place", roles=OF_OFFICE, readers=OFFICE, acts=OFFICE, body={"reason": "Asked for it."}
    ),
}
BODY = role(OFFICER, COMMITTEE_ROLE, CHAIR)
DECISIONS = {
    "decisions": page(roles=BODY),
    "decision": at("case:reported", "case:decided", readers=OFFICE | COMMITTEE),
    "decision_capsule": at("case:decided", readers=OFFICE | COMMITTEE),
    "decision_record": at(
        "case:reported",
        readers=OFFICE | COMMITTEE,
        acts=role("chair"),
        body={"step": "record", "outcome": "accredit_with_conditions"},
    ),
    "decision_send_back": at(
        "case:reported",
        readers=OFFICE | COMMITTEE,
        acts=OFFICE | {"chair"},
        body={"reason": "One clause is bare."},
    ),
    "letters": page(),
    "letter": at("letter"),
    "letter_state": at("letter"),
    "letter_download": at("letter"),
    "letter_rebuild": at("letter"),
    "letter_page": at("letter", more={"page": fixed(1)}),
    "letter_approve": at("letter"),
    "letter_refuse": at("letter"),
    "letter_renew": at("letter"),
    "letter_withdraw": at("letter"),
    "letter_make": at("case:decided", roles=OFFICERS, guessed=False),
    "letter_outbox": page(roles=OFFICERS | {CHAIR}),
    "letter_texts": page(roles=OFFICERS),
    "letter_text": page(roles=OFFICERS, more=TEXT),
    "letter_text_version": page(roles=OFFICERS, more=TEXT | {"number": fixed(1)}),
    "letter_text_edit": page(roles=OFFICERS, more=TEXT, guessed=False),
    "letter_text_preview": page(roles=OFFICERS, more=TEXT),
    "letter_text_pdf": page(roles=OFFICERS, more=TEXT),
    "letter_text_publish": page(roles=OFFICERS, more=TEXT),
    "letter_text_discard": page(roles=OFFICERS, more=TEXT),
    "letter_supersede": at("letter", acts=OFFICE | {"chair"}, body={"reason": "A name was wrong."}),
}
ANSWERED, OPEN = {"number": fixed(1)}, {"number": fixed(2)}
CLOSERS = role("chair")
CONDITIONS = {
    "figures": page(roles=BODY),
    "conditions": page(roles=BODY),
    "monitoring": page(roles=BODY),
    "monitoring_csv": page(roles=BODY, more={"year": fixed(2025)}),
    "monitoring_remind": page(roles=OF_OFFICE, acts=OFFICERS, more={"year": fixed(2025)}, guessed=False),
    "condition": at("case:decided", more=ANSWERED),
    "condition_answer": at("case:decided", acts=TEAM, more=OPEN, body={"text": "Done in another way."}),
    "condition_send": at("case:decided", acts=role("leader"), more=OPEN),
    "condition_view": at(
        "case:decided", acts=COUNTED, more=ANSWERED, body={"words_for_course": "Other words."}
    ),
    "condition_close": at("case:decided", acts=CLOSERS, more=ANSWERED, guessed=False),
    "condition_return": at(
        "case:decided", acts=CLOSERS, more=ANSWERED, body={"reason": "The page is missing."}, guessed=False
    ),
    "condition_extend": at("case:decided", acts=CLOSERS, more=OPEN),
    "condition_lapse": at("case:decided", more=OPEN),
}
NOTICES = {
    "notices": page(),
    "notices_read": page(mine=True),
    "notice_read": at("notice", mine=True),
    "mail_choice": page(mine=True),
    "table_view_keep": page(mine=True, more={"table": fixed("mentors")}),
    "table_view_drop": at("view", readers=OFFICE, acts=OFFICE, personal=True),
}
READERS = role(OFFICER, ASSESSOR, LEADER)
ROW = {"row": thing("qualification")}
REGISTER = {
    "mentors": page(roles=READERS),
    "mentor_add": page(roles=OF_OFFICE, acts=OFFICERS),
    "mentor_propose": page(guessed=False, roles=role(LEADER), acts=TEAM),
    "mentor": at("mentor"),
    "mentor_mine": page(),
    "mentor_confirm": at("mentor", acts=role("mentor")),
    "mentor_remark": at("mentor", acts=role("mentor"), body={"text": "A new remark."}),
    **{
        name: at("mentor", roles=OF_OFFICE, readers=OFFICERS, **more)
        for name, more in {
            "mentor_qualification_add": {"guessed": False, "acts": OFFICERS},
            "mentor_qualification_correct": {"guessed": False, "acts": OFFICERS, "more": ROW},
            "mentor_document_add": {"more": ROW},
            "mentor_remit": {"acts": OFFICERS},
            "mentor_break": {"acts": OFFICERS},
            "mentor_employment_add": {
                "acts": OFFICERS,
                "body": {"until_day": "", "until_month": "", "until_year": ""},
            },
            "mentor_period_correct": {
                "guessed": False,
                "acts": OFFICERS,
                "more": {"kind": fixed("employment"), "row": thing("employment")},
                "body": {"withdrawn": [], "job": "Lead sonographer"},
            },
            "mentor_correct": {"acts": OFFICERS, "body": {"full_name": "Another Name"}},
            "mentor_check": {"acts": OFFICERS, "guessed": False},
            **dict.fromkeys(
                ("mentor_accept", "mentor_leave", "mentor_return", "mentor_consent", "mentor_consent_end"),
                {"acts": OFFICERS, "guessed": False},
            ),
            "mentor_reminders": {},
        }.items()
    },
    "mentor_document": at("mentor", readers=OFFICERS | PANEL | {"mentor"}, more=FIRST),
    "mentor_place": at("mentor", roles=role(OFFICER, LEADER), readers=TEAM | OFFICERS, acts=TEAM | OFFICERS),
    "mentor_place_end": at(
        "mentor",
        roles=role(OFFICER, LEADER),
        readers=TEAM | OFFICERS,
        acts=TEAM | OFFICERS,
        more={"row": thing("placement")},
    ),
    "mentor_remark_settle": page(
        guessed=False, roles=OF_OFFICE, acts=OFFICERS, more={"remark": thing("remark")}
    ),
    "mentor_office": page(roles=OF_OFFICE),
    "mentor_capacity": page(roles=OF_OFFICE),
    "mentor_imports": page(roles=OF_OFFICE),
    "mentor_import": at("import", roles=OF_OFFICE, readers=OFFICERS),
    "mentor_import_apply": at("import", roles=OF_OFFICE, readers=OFFICERS),
    "mentor_import_again": at("import", roles=OF_OFFICE, readers=OFFICERS, acts=OFFICERS),
    "mentor_import_undo": at("import", roles=OF_OFFICE, readers=OFFICERS),
    "mentor_export": page(roles=OF_OFFICE, more={"form": fixed("csv")}),
    "shortages": page(roles=READERS),
    "shortage": at("shortage", roles=READERS),
    "shortage_claim": at("course:in_assessment", roles=role(LEADER), readers=TEAM, acts=role("leader")),
    "shortage_decide": at("shortage", roles=OF_OFFICE, readers=OFFICERS, acts=OFFICERS),
    "shortage_end": at("shortage", roles=OF_OFFICE, readers=OFFICERS),
}
PORTFOLIOS = {
    "portfolio_home": page(),
    "portfolio": at("portfolio"),
    "portfolio_finding": at("portfolio", more=found.PORTFOLIO),
    "portfolio_hours": at("portfolio"),
    "portfolio_export": at("portfolio", readers=role("student")),
    "scan_list": at("portfolio"),
    "scan_add": at("portfolio", readers=role("student"), acts=role("student"), guessed=False),
    "scan_correct": at(
        "portfolio",
        readers=role("student"),
        acts=role("student"),
        more=SCAN,
        body={"minutes": "31"},
        guessed=False,
    ),
    "contract_propose": at("portfolio", readers=NAMED),
    "contract": at("portfolio", readers=NAMED, more=FIRST),
    "contract_sign": at("portfolio", readers=NAMED, more={"number": fixed(2)}),
    "mentor_queue": page(),
    "scans_appraise": at("portfolio", readers=role("mentor")),
    "scan_appraise": at("portfolio", readers=role("mentor"), acts=role("mentor"), more=SCAN),
    "course_students": at("course:in_assessment", roles=role(LEADER), readers=TEAM),
}
SCAN_FILES = {
    "course_scan_files": at("course:in_assessment", roles=role(LEADER), readers=TEAM),
    "course_scan_template": at(
        "course:in_assessment", roles=role(LEADER), readers=TEAM, more={"form": fixed("csv")}
    ),
    "scan_files": at("portfolio", readers=OWN_LOG),
    "scan_template": at("portfolio", readers=OWN_LOG, more={"form": fixed("csv")}),
    **{
        name: at("scan_file", readers=OWN_LOG)
        for name in (
            "scan_file",
            "scan_file_columns",
            "scan_file_state",
            "scan_file_take_back",
        )
    },
    "scan_file_take_over": at("scan_file", readers=OWN_LOG, acts=OWN_LOG, body={"which": "good"}),
    **{
        name: at("scan_file", readers=OWN_LOG, acts=OWN_LOG)
        for name in ("scan_file_leave", "scan_file_look_again")
    },
}
ONE = {"number": fixed(1)}
STUDENTS_TEAM: dict[str, Any] = {"readers": TEAM | {"student"}, "acts": TEAM, "guessed": False}
APPLICATIONS: dict[str, Any] = {"readers": TEAM | {"student"}, "acts": TEAM | {"student"}, "guessed": False}
AWARD, RESULT, REGISTRATION = (
    {"row": thing("award")},
    {"row": thing("result")},
    {"row": thing("registration")},
)
OWN_COURSE: dict[str, Any] = {"roles": role(LEADER), "readers": TEAM}
ADMISSIONS = {
    "application_home": page(),
    "applicant": at("person", readers=TEAM | {"student"}),
    "applicant_add": at("course:in_assessment", **OWN_COURSE, acts=TEAM, guessed=False),
    **{
        name: at("person", **(STUDENTS_TEAM | more))
        for name, more in {
            "applicant_edit": {},
            "applicant_enrol": {},
            "applicant_invite": {},
            # The stage's student has an account, so that there is no invitation to send again.
            "applicant_invitation": {"readers": NOBODY, "more": {"act": fixed("again")}},
            "applicant_move": {"more": {"kind": fixed("withdraw")}},
            "award_add": {},
            "award_correct": {"more": AWARD},
            "award_dates": {"more": AWARD},
            "experience_judge": {},
            "registration_check": {"more": REGISTRATION},
            "result_correct": {"more": RESULT},
        }.items()
    },
    **{
        name: at("person", **APPLICATIONS, more=more)
        for name, more in {
            "entry_take_back": REGISTRATION | {"kind": fixed("registration")},
            "experience_add": {},
            "experience_file": ONE,
            "experience_file_add": {"row": thing("experience")},
            "registration_add": {},
            "student_results": {},
        }.items()
    },
    "course_results": at("course:in_assessment", **OWN_COURSE, acts=TEAM, guessed=False),
    "team_join_several": at("course:in_assessment", **OWN_COURSE, acts=TEAM, guessed=False),
    "course_scale": at("course:in_assessment", **OWN_COURSE, acts=TEAM, guessed=False),
    **{
        name: at("portfolio", readers=TEAM | {"mentor"}, acts=TEAM | {"mentor"}, guessed=False, more=more)
        for name, more in {"assessment_add": {}, "assessment_sign": ONE, "assessment_take_back": ONE}.items()
    },
}
LEADING = frozenset({"leader"})
PEOPLE: dict[str, Any] = {"roles": OF_OFFICE, "readers": OFFICERS, "acts": OFFICERS, "guessed": False}
ACCOUNTS = {
    "course_team": at("course:draft", readers=TEAM | OFFICERS),
    "course_team_invite": at(
        "course:draft", readers=LEADING | OFFICERS, acts=LEADING | OFFICERS, guessed=False
    ),
    "course_team_leave": at(
        "course:draft",
        readers=LEADING | OFFICERS,
        acts=LEADING | OFFICERS,
        guessed=False,
        more={"member": lambda side: side.courses["draft"].team.get(user=side.world.member).pk},
    ),
    **{
        name: at("account_invitation", readers=LEADING | OFFICERS, acts=LEADING | OFFICERS, guessed=False)
        for name in ("invitation_again", "invitation_revoke")
    },
    "people": page(roles=OF_OFFICE),
    "running": page(roles=OF_OFFICE),
    "runs": page(roles=OF_OFFICE),
    **{
        name: page(roles=OF_OFFICE, acts=OFFICERS, guessed=False)
        for name in ("run_recheck", "run_impact", "run_letters")
    },
    **{name: at("run", roles=OF_OFFICE) for name in ("run", "run_state")},
    **{name: at("run", roles=OF_OFFICE, acts=OFFICERS, guessed=False) for name in ("run_stop", "run_again")},
    "run_line": at(
        "run", roles=OF_OFFICE, readers=OFFICE, more={"line": lambda side: side.things["run_line"].pk}
    ),
    "person_invite": page(roles=OF_OFFICE, acts=OFFICERS, guessed=False),
    **{
        name: at("account", **PEOPLE)
        for name in (
            "person",
            "person_close",
            "person_edit",
            "person_reopen",
            "person_roles",
            "person_second_step",
        )
    },
    "sent_messages": page(roles=OF_OFFICE),
    "sent_hidden_again": page(roles=OF_OFFICE, acts=OFFICERS, guessed=False),
    "sent_message": at("notice", roles=OF_OFFICE, readers=OFFICE),
    "sent_message_again": at("notice", roles=OF_OFFICE, readers=OFFICE, acts=OFFICE, guessed=False),
    "sent_message_html": at("notice", roles=OF_OFFICE, readers=OFFICE),
}
KEEPERS = OFFICERS | {"chair", "conflicted_committee"}
"""Who keeps meetings; a conflicted one keeps the meeting, and sees nothing of the case."""
CALIBRATING = role(COMMITTEE_ROLE, CHAIR)
AFTERWARDS = {
    # Nobody has appealed: until then the page is the course's own.
    "appeal": at("case:decided", readers=TEAM, acts=LEADING, guessed=False),
    "submission_again": at("case:decided", readers=TEAM, acts=TEAM, guessed=False),
    "decision_recall": at("case:decided", readers=OFFICE | COMMITTEE, acts=role("chair"), guessed=False),
    "decision_supersede": at("case:decided", readers=OFFICE | COMMITTEE, acts=role("chair"), guessed=False),
    "meetings": page(roles=BODY),
    "meeting_plan": page(roles=role(OFFICER, CHAIR), acts=OFFICERS | MEMBERS, guessed=False),
    "meeting": at("meeting", roles=BODY),
    "meeting_change": at("meeting", roles=role(OFFICER, CHAIR), acts=KEEPERS, guessed=False),
    **{
        name: at("meeting", roles=role(OFFICER, CHAIR), acts=KEEPERS, guessed=False)
        for name in ("meeting_present", "meeting_announce")
    },
    **{
        name: at(
            "meeting",
            roles=role(OFFICER, CHAIR),
            readers=OFFICE | {"chair"},
            acts=KEEPERS,
            form="meeting",
            body=lambda side: {"submission": side.cases["reported"].pk},
            guessed=False,
        )
        for name in ("meeting_put_on", "meeting_take_off")
    },
    "calibration": at("case:reported", "case:decided", roles=BODY, readers=OFFICE | COMMITTEE),
    # The conditions of these reports are calibrated: what may still be pressed is said no to, by everybody.
    "calibration_look": at(
        "case:reported", roles=CALIBRATING, readers=role("chair"), more={"item_id": reported_item}
    ),
    "calibration_finish": at("case:reported", roles=CALIBRATING, readers=role("chair")),
    "calibration_name": at("case:reported", roles=role(OFFICER, CHAIR), readers=OFFICE | {"chair"}),
    # A suggestion that waits would keep the panel from signing: here there is none, and nobody finds one.
    "calibration_stays": at("case:agreeing", readers=frozenset(), more={"view_id": thing("item")}),
    "decision_go_on": at("case:reported", readers=role("chair")),
    # A draft of a paper and one that was sent; a correction that was sent and answered.
    "panel_paper": at("case:agreeing", more={"kind": fixed("headline")}),
    "panel_paper_write": at(
        "case:in_assessment",
        readers=role("lead"),
        acts=role("lead"),
        more={"kind": fixed("issues")},
        body={"text": "Other words."},
    ),
    "panel_paper_send": at(
        "case:in_assessment",
        readers=role("lead"),
        acts=role("lead"),
        more={"kind": fixed("issues")},
        body={"version": "1"},
        guessed=False,
    ),
    "fact_reply": at("case:reported", more=ONE),
    "fact_reply_begin": at("case:reported", readers=TEAM, body={"clause": "PS1.2"}),
    "fact_reply_end": at("case:reported", readers=TEAM),
    **{name: at("case:reported", readers=TEAM, more=ONE) for name in ("fact_reply_write", "fact_reply_send")},
    "fact_reply_settle": at("case:reported", readers=COUNTED, more=ONE),
    "monitoring_return": at(
        "course:decided", readers=TEAM | OFFICE | COMMITTEE, more={"year": fixed(reporting.YEAR)}
    ),
    "monitoring_flag": at(
        "return",
        roles=OF_OFFICE,
        readers=OFFICE,
        acts=OFFICE,
        body={"clause": "PS1.1", "words": "Look again."},
    ),
    "monitoring_file": at("return_file"),
    "shared_report": at("case:reported", "case:decided"),
    "report_revise": at("case:reported", readers=COUNTED, acts=role("lead"), guessed=False),
    "recusal": at(
        "case:reported",
        "case:decided",
        roles=BODY,
        readers=OFFICE | COMMITTEE,
        acts=OFFICE | COMMITTEE,
        guessed=False,
    ),
    "recusal_lift": at(
        "case:reported",
        roles=OF_OFFICE,
        readers=OFFICE,
        acts=OFFICE,
        guessed=False,
        more={"person_id": lambda side: side.people["conflicted_committee"].pk},
    ),
    "question": at("case:in_assessment", more=ONE),
    "question_answer": at("case:in_assessment", more=ONE, acts=TEAM, guessed=False),
    "question_send": at("case:in_assessment", more=ONE, acts=LEADING, guessed=False),
    "question_take_back": at("case:in_assessment", more=ONE, acts=role("lead"), guessed=False),
    "review_ask": at(
        "case:in_assessment", readers=PANEL, acts=role("lead"), more={"clause": fixed("PS1.4")}, guessed=False
    ),
}
EVENTS = {
    "event": at("event", "agreed_event"),
    "event_file": at("agreed_event"),
    "event_answer": at("event", readers=LEADING | PANEL, acts=LEADING | PANEL, body=linked.days_of),
    "event_propose": at("case:submitted", roles=OF_OFFICE, readers=OFFICE, acts=OFFICE, guessed=False),
    "event_agree": at("event", roles=OF_OFFICE, readers=OFFICE, acts=OFFICE, body=linked.agreement_of),
    "event_change": at(
        "event", roles=OF_OFFICE, readers=OFFICE, acts=OFFICE, body={"agenda": "Another one."}
    ),
    "event_call_off": at("event", roles=OF_OFFICE, readers=OFFICE, acts=OFFICE, body={"reason": "Snow."}),
}
STUDENT, GRADUATE = role("student"), role("other_student")
PASSPORT, FILE, LINK = (
    {"passport": thing("passport")},
    {"file": thing("whole_file")},
    {"link": thing("signing_link")},
)
SCANS = {"number": fixed(1)}
BEHIND_LINKS = {
    "passport_list": at("graduate", readers=GRADUATE, acts=GRADUATE, guessed=False),
    **{
        name: at("graduate", readers=GRADUATE, more=PASSPORT)
        for name in ("passport", "passport_state", "passport_code", "passport_file")
    },
    "passport_again": at("graduate", readers=GRADUATE, more=PASSPORT),
    "passport_revoke": at("graduate", readers=GRADUATE, acts=GRADUATE, more=PASSPORT),
    "passport_open": open_page(more={"token": lambda side: links.token_of(side.things["passport"].pk)}),
    **{name: shut(more=PASSPORT) for name in ("passport_shown", "passport_presented", "passport_paper")},
    "whole_ask": at("portfolio", readers=STUDENT, guessed=False, acts=STUDENT),
    **{
        name: at("portfolio", readers=STUDENT, more=FILE)
        for name in ("whole", "whole_state", "whole_take", "whole_again")
    },
    "signing_asked": at("portfolio", readers=STUDENT),
    "signing_ask": at("portfolio", readers=STUDENT, acts=STUDENT, more={"mentor": thing("remote")}),
    "signing_here": at("portfolio", readers=STUDENT, more=LINK),
    "signing_take_back": at("portfolio", readers=STUDENT, acts=STUDENT, more=LINK),
    "signing_open": open_page(
        more={"token": lambda side: signing.link_token(side.things["signing_link"].pk)}
    ),
    "signed_open": open_page(more={"token": lambda side: signing.check_token(side.things["session"].pk)}),
    **{name: shut(more=LINK) for name in ("signing", "signing_contract", "signing_finish")},
    "signing_scan": shut(more=LINK | SCANS),
    "signed": shut(more={"session": thing("session")}),
    "dispute": at(
        "portfolio",
        readers=TEAM | STUDENT,
        acts=TEAM,
        more={"dispute": thing("dispute")},
        body={"stands": "yes", "reason": "We asked them."},
    ),
    "mentor_address": at(
        "remote",
        roles=role(OFFICER, LEADER),
        readers=TEAM | OFFICERS,
        acts=TEAM | OFFICERS,
        body=lambda side: {"address": side.things["remote"].email},
    ),
    "team_join": at("portfolio", readers=TEAM, acts=TEAM, guessed=False),
    "team_leave": at("portfolio", readers=TEAM, acts=TEAM, guessed=False, more={"row": thing("membership")}),
}
# Pages of one's own account: whoever is signed in finds their own there and nothing else.
OWN_ACCOUNT = {
    name: page(mine=True)
    for name in (
        "account_change_password", "account_email", "account_reauthenticate", "account_set_password", "mfa_activate_totp",
        "mfa_add_webauthn", "mfa_deactivate_totp", "mfa_download_recovery_codes", "mfa_generate_recovery_codes", "mfa_index",
        "mfa_list_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_view_recovery_codes",
        "stay_signed_in", "usersessions_list",
    )
}  # fmt: skip
SIGNING_IN = "tests/accreditation/test_signing_in.py"
OPEN_TO_ALL = "tests/accreditation/test_access.py::test_nobody_signed_in_reaches_no_page_that_is_not_public"
ELSEWHERE: dict[str, str] = {
    **dict.fromkeys(
        ("account_confirm_email", "account_confirm_login_code", "account_email_verification_sent", "account_inactive",
         "account_logout", "account_reset_password_done", "account_reset_password_from_key_done", "account_signup"),
        OPEN_TO_ALL,
    ),
    "account_login": f"{SIGNING_IN}::test_guesses_are_refused_with_a_time_and_lock_out_nobody_who_was_here_before",
    "account_reset_password": f"{SIGNING_IN}::test_a_new_password_by_e_mail_opens_a_locked_account",
    "account_reset_password_from_key": f"{SIGNING_IN}::test_a_new_password_by_e_mail_opens_a_locked_account",
    "mfa_authenticate": f"{SIGNING_IN}::test_the_app_opens_the_door_and_only_with_the_right_code_once",
    "mfa_login_webauthn": f"{SIGNING_IN}::test_codes_are_limited_too",
    "mfa_edit_webauthn": f"{SIGNING_IN}::test_anothers_passkey_is_nobodys",
    "mfa_remove_webauthn": f"{SIGNING_IN}::test_anothers_passkey_is_nobodys",
    "account_held": "tests/portfolios/test_erasure.py::test_a_person_takes_away_everything_about_them_and_nothing_about_others",
    "account_held_file": "tests/portfolios/test_erasure.py::test_a_person_takes_away_everything_about_them_and_nothing_about_others",
    "admin": f"{SIGNING_IN}::test_the_administration_has_no_door_of_its_own",
}  # fmt: skip
"""Addresses that the matrix does not try, each with the test that does: what signs people in, and the administration."""

ADDRESSES: dict[str, Address] = {
    **PUBLIC, **COURSES, **SUBMISSIONS, **PROFILES, **REVIEWS, **OFFICE_PAGES, **DECISIONS, **CONDITIONS, **NOTICES, **REGISTER, **PORTFOLIOS, **SCAN_FILES, **ADMISSIONS, **ACCOUNTS, **AFTERWARDS, **EVENTS, **BEHIND_LINKS, **OWN_ACCOUNT,
}  # fmt: skip
