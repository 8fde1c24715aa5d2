"""Closed lists of the portfolios. Codes are those of the facts file (standard/facts.md)."""

from django.db import models
from django.utils.translation import gettext_noop


class StudentState(models.TextChoices):
    APPLICANT = "applicant", "Applicant"
    REFUSED = "refused", "Application refused"
    ENROLLED = "enrolled", "Enrolled"
    INTERRUPTED = "interrupted", "Studies interrupted"
    COMPLETED = "completed", "Completed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class RegistrationStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    LAPSED = "lapsed", "Lapsed"
    UNKNOWN = "unknown", "Not known"


class Specialism(models.TextChoices):
    MSK = "msk", "Musculoskeletal"
    ULTRASOUND = "ultrasound", "Ultrasound"
    OTHER = "other", "Another specialism"


class ExperienceOutcome(models.TextChoices):
    APPROPRIATE = "appropriate", "Appropriate amount and type"
    NOT_APPROPRIATE = "not_appropriate", "Not appropriate"


class Party(models.TextChoices):
    STUDENT = "student", "Student"
    MENTOR = "mentor", "Mentor"
    INSTITUTION = "institution", "Awarding institution"


class Subject(models.TextChoices):
    PATIENT = "patient", "Patient"
    HEALTHY_VOLUNTEER = "healthy_volunteer", "Healthy volunteer"
    SIMULATOR = "simulator", "Simulator or phantom"
    PEER = "peer", "Fellow student"


class Supervision(models.TextChoices):
    OBSERVED = "observed", "Mentor in the room"
    INDIRECT = "indirect", "Mentor in the department, checked before the patient left"
    REMOTE = "remote", "Reviewed from elsewhere"
    NONE = "none", "Nobody supervised"


class ScanRole(models.TextChoices):
    OBSERVED = "observed", "Observed"
    ASSISTED = "assisted", "Assisted"
    PERFORMED = "performed", "Performed"
    REPORTED = "performed_reported", "Performed and reported"


class Side(models.TextChoices):
    LEFT = "left", "Left"
    RIGHT = "right", "Right"
    BOTH = "both", "Both"


class AppraisalState(models.TextChoices):
    AGREED = "agreed", "Appraised"
    QUERIED = "queried", "Queried by the mentor"
    DISPUTED = "disputed", "The named mentor says they were not the mentor"
    STALE = "stale", "Changed since the mentor wrote about it"
    REFUTED = "refuted", "The mentor says that they did not sign this"


class Grade(models.TextChoices):
    """The suggested scale (domain 2.5); a course can use its own words."""

    UNACCEPTABLE = "unacceptable", "Unacceptable"
    NEEDS_IMPROVEMENT = "needs_improvement", "Needs improvement"
    ACCEPTABLE = "acceptable", "Acceptable"
    GOOD = "good", "Good"


class AssessmentKind(models.TextChoices):
    UNSEEN_PATIENT = "unseen_patient", "Unseen patient examination"
    SEEN_PATIENT = "seen_patient", "Examination on a patient seen before"
    OSCE_MODEL = "osce_model", "OSCE on a model"
    SIMULATOR = "simulator", "Simulator"
    IMAGE_VIVA = "image_viva", "Viva on stored images"
    WRITTEN = "written", "Written"


class AssessmentOutcome(models.TextChoices):
    PASS = "pass", "Passed"
    FAIL = "fail", "Failed"


class ResultOutcome(models.TextChoices):
    PASS = "pass", "Passed"
    FAIL = "fail", "Failed"
    COMPENSATED = "compensated", "Compensated"
    RPL = "rpl", "Recognition of prior learning"


class AwardKind(models.TextChoices):
    INTERIM = "interim", gettext_noop("Interim award")
    FINAL = "final", gettext_noop("Final award")


class PresentedTo(models.TextChoices):
    """To whom a graduate shows award and portfolio. PS3 speaks of professional bodies too, but the facts file has no word
    for them: such a presentation is kept and shown, and does not decide PS3.2.
    """

    EMPLOYER = "employer", gettext_noop("Employer")
    REGULATOR = "regulator", gettext_noop("Regulator")
    INSURER = "insurer", gettext_noop("Insurer")
    BODY = "body", gettext_noop("Professional body")


class ScanFileState(models.TextChoices):
    """Where a file of scans stands (`portfolios.services.scan_files`)."""

    NAMING = "naming", "Columns to be named"
    READING = "reading", "Being looked at"
    CHECKED = "checked", "Looked at, nothing stored"
    STORING = "storing", "Being taken over"
    APPLIED = "applied", "Taken over"
    UNDONE = "undone", "Taken back"
    LEFT = "left", "Left, nothing stored"
    FAILED = "failed", "Could not be read"


class PassportSection(models.TextChoices):
    """What a graduate may leave out of a passport. Award and remit always stand on it: PS3 asks for both."""

    COUNTS = "counts", "How many scans count in each region"
    EXAMINATIONS = "exams", "Unseen patient examinations"
    MENTORS = "mentors", "Mentors, and whether they were eligible at the time"


class FileKind(models.TextChoices):
    PASSPORT = "passport", "Passport"
    WHOLE = "whole", "Whole portfolio"


class SignatureState(models.TextChoices):
    VALID = "valid", "Signed"
    REFUTED = "refuted", "The mentor says that they did not sign this"
    VOID = "void", "Taken out after a dispute"


class LinkEnd(models.TextChoices):
    """Why the link of a mentor without an account opens no more. The page behind it never says which."""

    REPLACED = "replaced", "A newer one was sent"
    REVOKED = "revoked", "Taken back"
    USED = "used", "The mentor was done"


class SigningWay(models.TextChoices):
    LINK = "link", "Behind a link, with a code"
    DEVICE = "device", "In the student’s browser, with a code"
