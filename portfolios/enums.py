"""Closed lists of the portfolios. Codes are those of the facts file (standard/facts.md)."""

from django.db import models


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
    INTERIM = "interim", "Interim award"
    FINAL = "final", "Final award"


class PresentedTo(models.TextChoices):
    EMPLOYER = "employer", "Employer"
    REGULATOR = "regulator", "Regulator"
    INSURER = "insurer", "Insurer"


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
