"""Closed lists of words. The codes are those of the facts file (standard/facts.md); the labels are what pages show.

`gettext_noop` names a label for translation and leaves it in English: what is kept and sent stays so, pages translate it.
"""

from django.db import models
from django.utils.translation import gettext_noop


class Nation(models.TextChoices):
    ENGLAND = "england", gettext_noop("England")
    SCOTLAND = "scotland", gettext_noop("Scotland")
    WALES = "wales", gettext_noop("Wales")
    NORTHERN_IRELAND = "northern_ireland", gettext_noop("Northern Ireland")
    IRELAND = "ireland", gettext_noop("Ireland")


class CourseKind(models.TextChoices):
    POSTGRADUATE = "postgraduate", gettext_noop("Postgraduate course")
    FOCUSED = "focused", gettext_noop("Focused course")
    UNDERGRADUATE = "undergraduate", gettext_noop("Undergraduate course")
    APPRENTICESHIP = "apprenticeship", gettext_noop("Degree apprenticeship")


class Award(models.TextChoices):
    PGC = "pgc", gettext_noop("Postgraduate certificate (PgC)")
    PGD = "pgd", gettext_noop("Postgraduate diploma (PgD)")
    MSC = "msc", gettext_noop("Master of Science (MSc)")
    BSC = "bsc", gettext_noop("Bachelor of Science (BSc)")
    NONE = "none", gettext_noop("No award of the university")


class ExperienceJudged(models.TextChoices):
    QUALITY = "quality", "By its quality: what the applicant knows and can do"
    MONTHS_ONLY = "months_only", "By a number of months only"


class Framework(models.TextChoices):
    FHEQ = "FHEQ", "FHEQ or RQF (England, Wales, Northern Ireland)"
    CQFW = "CQFW", "CQFW (Wales)"
    SCQF = "SCQF", "SCQF (Scotland)"
    NFQ = "NFQ", "NFQ (Ireland)"


TOPICS: dict[str, str] = {
    "professional_issues": "professional issues",
    "science": "science",
    "physics": "physics",
    "technology": "technology",
}


class CourseTeamRole(models.TextChoices):
    LEADER = "leader", "Course leader"
    MEMBER = "member", "Course team"


class InvitationStanding(models.TextChoices):
    """Where an invitation to an account stands. Computed, never stored."""

    OPEN = "open", "Waiting for an answer"
    ACCEPTED = "accepted", "Accepted"
    EXPIRED = "expired", "Run out"
    REVOKED = "revoked", "Taken back"


class SubmissionKind(models.TextChoices):
    NEW = "new", "New accreditation"
    REACCREDITATION = "reaccreditation", "Re-accreditation"
    FOCUSED = "focused", "Focused course"
    MODULE = "module", "Stand-alone module"
    MAJOR_CHANGE = "major_change", "Major change"
    MINOR_CHANGE = "minor_change", "Minor change"
    INTERIM = "interim", "Interim review"


class Paper(models.TextChoices):
    MAPPING_OUTCOMES = "mapping_outcomes", "Mapping to CASE’s learning outcomes"
    MAPPING_STANDARDS = "mapping_standards", "Mapping to the national occupational standards"
    PROGRAMME_SPECIFICATION = "programme_specification", "Programme specification"
    MODULE_SPECIFICATIONS = "module_specifications", "Module specifications"
    HANDBOOKS = "handbooks", "Handbooks for students, clinical placements and mentors"
    PORTFOLIO_TEMPLATE = "portfolio_template", "Clinical portfolio template"
    EXTERNAL_EXAMINER = "external_examiner", "External examiners’ reports"
    CVS = "cvs", "CVs of the course team"
    PLACEMENT_AUDIT = "placement_audit", "Placement audit"
    MENTOR_LIST = "mentor_list", "List of mentors with their qualifications"


class SubmissionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    IN_ASSESSMENT = "in_assessment", "In assessment"
    AGREEING = "agreeing", "Assessors agreeing"
    REPORTED = "reported", "With the Committee"
    DECIDED = "decided", "Decided"
    WITHDRAWN = "withdrawn", "Withdrawn"


class NoteKind(models.TextChoices):
    RETURNED = "returned", "Returned to the course"
    SENT_BACK = "sent_back", "Sent back to the panel"
    RECALLED = "recalled", "Decision recalled"


class PanelRole(models.TextChoices):
    LEAD = "lead", "Lead assessor"
    CO = "co", "Co-assessor"
    SHADOW = "shadow", "Shadow assessor"


class InvitationState(models.TextChoices):
    INVITED = "invited", "Invited"
    WAITING = "waiting", "Accepted; the course has yet to declare"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    REMOVED = "removed", "Removed"


class JudgementOutcome(models.TextChoices):
    MET = "met", "Met"
    PARTLY_MET = "partly_met", "Partly met"
    NOT_MET = "not_met", "Not met"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class ConflictKind(models.TextChoices):
    EMPLOYER = "employer", "Employed by the institution"
    EXTERNAL_EXAMINER = "external_examiner", "External examiner there in the last five years"
    ALUMNUS = "alumnus", "Alumna or alumnus of the course"
    CO_AUTHOR = "co_author", "Co-author of the course or its papers"
    MENTOR = "mentor", "Mentor on the course"
    PERSONAL = "personal", "Personal relationship"
    COMMERCIAL = "commercial", "Commercial interest"
    OTHER = "other", "Something else"


class ReportItemKind(models.TextChoices):
    CONDITION = "condition", "Condition"
    RECOMMENDATION = "recommendation", "Recommendation"
    COMMENDATION = "commendation", "Commendation"


class CalibrationVerdict(models.TextChoices):
    AGREE = "agree", "As it stands"
    CHANGE = "change", "Suggest a change"


class PanelPaperKind(models.TextChoices):
    ISSUES = "issues", "List of issues"
    HEADLINE = "headline", "Headline report"


class DecisionOutcome(models.TextChoices):
    ACCREDIT = "accredit", gettext_noop("Accredited")
    ACCREDIT_WITH_CONDITIONS = "accredit_with_conditions", gettext_noop("Accredited with conditions")
    DEFER = "defer", gettext_noop("Decision deferred")
    REFUSE = "refuse", gettext_noop("Accreditation refused")


class ConditionState(models.TextChoices):
    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Met and closed"
    LAPSED = "lapsed", "Lapsed"


class ConditionVerdict(models.TextChoices):
    MET = "met", "Met"
    NOT_YET = "not_yet", "Not yet met"
    COMMITTEE = "committee", "Needs the Committee"


class ConditionStep(models.TextChoices):
    RETURNED = "returned", "Answer given back to the course"
    CLOSED = "closed", "Met and closed"
    EXTENDED = "extended", "Day moved"
    LAPSED = "lapsed", "Lapsed"


class MeetingKind(models.TextChoices):
    MEETING = "meeting", "Meeting"
    ONLINE = "online", "Online meeting"
    CIRCULATION = "circulation", "Decision by circulation"


class AppealState(models.TextChoices):
    LODGED = "lodged", "Lodged"
    UPHELD = "upheld", "Upheld"
    DISMISSED = "dismissed", "Dismissed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class LetterKind(models.TextChoices):
    DECISION = "decision", gettext_noop("Decision letter")
    REPORT = "report", gettext_noop("Accreditation report")
    CONDITIONS_MET = "conditions_met", gettext_noop("Letter on conditions met")
    CERTIFICATE = "certificate", gettext_noop("Certificate of accreditation")
    INTERIM = "interim", gettext_noop("Interim-review letter")
    CONDITIONS_DUE = "conditions_due", gettext_noop("Reminder of conditions due")
    REACCREDITATION_DUE = "reaccreditation_due", gettext_noop("Reminder of re-accreditation")
    WITHDRAWAL = "withdrawal", gettext_noop("Letter on a withdrawn application")


TELLS_DECISION = (LetterKind.DECISION, LetterKind.INTERIM)
"""The letters that tell a course what the Committee decided: each decision has one of them."""
REMINDERS = (LetterKind.CONDITIONS_DUE, LetterKind.REACCREDITATION_DUE)
"""Letters that a person at CASE asks for, as often as there is reason to."""


class TemplateState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"


class ApprovalPart(models.TextChoices):
    LEAD = "lead", "Lead assessor"
    OFFICER = "officer", "CASE officer"
    CHAIR = "chair", "Chair of the Committee"


class BuildState(models.TextChoices):
    QUEUED = "queued", "Waiting to be built"
    BUILDING = "building", "Being built"
    BUILT = "built", "Built"
    FAILED = "failed", "Failed"


class PackPart(models.TextChoices):
    PDF = "pdf", "PDF"
    ZIP = "zip", "Zip file with the documents"


class JobState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class RunKind(models.TextChoices):
    RECHECK = "recheck", "Re-check of accredited courses"
    IMPACT = "impact", "What another edition would change"
    LETTERS = "letters", "Letters in bulk"


class RunState(models.TextChoices):
    PLANNED = "planned", "Waits for a worker"
    RUNNING = "running", "Running"
    DONE = "done", "Finished"
    STOPPED = "stopped", "Stopped"


class LetterTask(models.TextChoices):
    REPLACE = "replace", "Replace issued letters by new ones"
    REBUILD = "rebuild", "Build again what could not be built"


class MessageState(models.TextChoices):
    PROMISED = "promised", "In the outbox"
    HELD = "held", "Waits for the daily summary"
    SENT = "sent", "Sent"
    SUMMED = "summed", "Sent in a daily summary"
    APP_ONLY = "app_only", "Shown in the app only, as the person chose"
    NO_ADDRESS = "no_address", "Not sent: no address"
    DROPPED = "dropped", "Not sent: no longer needed"
    FAILED = "failed", "Could not be sent"


class InformationMail(models.TextChoices):
    DAILY = "daily", "One summary a day, on days with something new"
    NEVER = "never", "No e-mail: I look here"


class EventKind(models.TextChoices):
    VISIT = "visit", "Visit"
    ONLINE = "online", "Online event"


class EventState(models.TextChoices):
    PROPOSED = "proposed", "Dates proposed"
    AGREED = "agreed", "Agreed"
    CANCELLED = "cancelled", "Called off"


class Availability(models.TextChoices):
    YES = "yes", "I can come"
    IF_NEEDED = "if_needed", "If need be"
    NO = "no", "I cannot"
