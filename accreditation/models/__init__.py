"""All models of the accreditation app, one subject a file."""

from accreditation.models.accounts import AccountInvitation, Tally
from accreditation.models.appeals import Appeal, AppealStep
from accreditation.models.asked import ClauseQuestion, QuestionCitation
from accreditation.models.assessors import Absence, AssessorProfile, Interest, MemberBody
from accreditation.models.audit import AuditEvent
from accreditation.models.clause_team import ClauseCarer, TeamNote
from accreditation.models.conditions import (
    ConditionAnswer,
    ConditionCitation,
    ConditionEvent,
    ConditionView,
)
from accreditation.models.courses import (
    Course,
    CourseGroupPermission,
    CourseTeamMember,
    CourseUserPermission,
    Module,
)
from accreditation.models.decisions import ISSUED, Condition, Decision, Letter, of_case
from accreditation.models.events import CaseEvent, DateAnswer, EventDate
from accreditation.models.kept_views import KeptView
from accreditation.models.letters import LetterApproval, LetterTemplate
from accreditation.models.looks import ClauseLook
from accreditation.models.meetings import AgendaItem, Attendance, Meeting
from accreditation.models.messages import MailChoice, Message
from accreditation.models.monitoring import AnnualReturn, MonitoringFlag, ReturnFile
from accreditation.models.notes import CaseNote
from accreditation.models.outbox import Job
from accreditation.models.packs import Pack, PackFile
from accreditation.models.people import Institution, User, display_name
from accreditation.models.report_steps import CalibrationView, FactCitation, FactReply, PanelPaper
from accreditation.models.reviews import (
    AgreedDraft,
    AgreedJudgement,
    Assignment,
    Conflict,
    Judgement,
    PanelReport,
    ReportItem,
)
from accreditation.models.running import Pulse
from accreditation.models.runs import CourseStanding, NationalRun, RunLine, RunPart
from accreditation.models.submissions import (
    Answer,
    Citation,
    Evidence,
    FormKey,
    Section,
    Snapshot,
    Submission,
    SubmissionGroupPermission,
    SubmissionUserPermission,
)

__all__ = [
    "Absence",
    "ISSUED",
    "AccountInvitation",
    "AgendaItem",
    "AgreedDraft",
    "AgreedJudgement",
    "AnnualReturn",
    "Answer",
    "Appeal",
    "AppealStep",
    "AssessorProfile",
    "Assignment",
    "Attendance",
    "AuditEvent",
    "CalibrationView",
    "CaseEvent",
    "CaseNote",
    "Citation",
    "ClauseCarer",
    "ClauseLook",
    "ClauseQuestion",
    "Condition",
    "ConditionAnswer",
    "ConditionCitation",
    "ConditionEvent",
    "ConditionView",
    "Conflict",
    "Course",
    "CourseGroupPermission",
    "CourseStanding",
    "CourseTeamMember",
    "CourseUserPermission",
    "DateAnswer",
    "Decision",
    "EventDate",
    "Evidence",
    "FactCitation",
    "FactReply",
    "FormKey",
    "Institution",
    "Interest",
    "Job",
    "Judgement",
    "KeptView",
    "Letter",
    "LetterApproval",
    "LetterTemplate",
    "MailChoice",
    "Meeting",
    "MemberBody",
    "Message",
    "Module",
    "NationalRun",
    "Pack",
    "PackFile",
    "PanelPaper",
    "MonitoringFlag",
    "PanelReport",
    "Pulse",
    "ReportItem",
    "ReturnFile",
    "QuestionCitation",
    "RunLine",
    "RunPart",
    "Section",
    "Snapshot",
    "Submission",
    "SubmissionGroupPermission",
    "SubmissionUserPermission",
    "Tally",
    "TeamNote",
    "User",
    "display_name",
    "of_case",
]
