"""The kinds of message about submissions, panels, reports and decisions (see `accreditation.mail`)."""

from collections.abc import Callable

from accreditation import notices
from accreditation.enums import InvitationState
from accreditation.enums import SubmissionState as S
from accreditation.letters import chain
from accreditation.mail import MailKind, Office
from accreditation.models import Assignment, Conflict, Letter, Message, PanelReport
from accreditation.review_selectors import LIVE

OFFICER = "You get this because you are an officer of CASE."
TEAM = "You get this because you are on the team of this course."
PANEL = "You get this because you are on the panel of this submission."
MOVED_ON = "The case had moved on when it was to be sent."


def while_in(*states: str) -> Callable[[Message], str]:
    """Moot once the case has left these states: nobody is asked to do what has been done."""

    def moot(message: Message) -> str:
        case = message.submission
        return "" if case is None or case.state in states else MOVED_ON

    return moot


def _answered(message: Message) -> str:
    place = Assignment.objects.filter(pk=message.about_id).first()
    waits = place is not None and place.state == InvitationState.INVITED
    return "" if waits else "The invitation had been answered or taken back when it was to be sent."


def _course_declared(message: Message) -> str:
    place = Assignment.objects.filter(pk=message.about_id).first()
    waits = place is not None and place.state in LIVE and place.course_declared_at is None
    return "" if waits else "The course had declared, or was not asked any more, when it was to be sent."


def _judged(message: Message) -> str:
    """Moot once the reader has finished their own judgement, or the case has moved on."""
    judging = Assignment.objects.filter(
        submission=message.submission_id, user=message.person_id, state=InvitationState.ACCEPTED, done_at=None
    ).exists()
    return while_in(S.IN_ASSESSMENT)(message) if judging else MOVED_ON


def _asked_somebody_else(message: Message) -> str:
    """Moot once the place of whoever declined is somebody else's, or the case has moved on."""
    declined = Assignment.objects.filter(
        submission=message.submission_id,
        state=InvitationState.DECLINED,
        user__full_name=message.context["assessor"],
    ).first()
    taken = declined and Assignment.objects.filter(
        submission=message.submission_id,
        role=declined.role,
        state__in=LIVE,
        created_at__gt=declined.created_at,
    )
    if taken and taken.exists():
        return "Somebody else had been asked when it was to be sent."
    return while_in(S.SUBMITTED, S.IN_ASSESSMENT)(message)


def _conflict_settled(message: Message) -> str:
    conflict_id = str(message.context.get("conflict", ""))
    open_still = Conflict.objects.filter(pk=conflict_id, blocks__isnull=True).exists()
    return "" if open_still else "It had been decided when it was to be sent."


def _signed(message: Message) -> str:
    waits = PanelReport.objects.filter(
        submission=message.submission, lead_signed_at__isnull=False, co_signed_at__isnull=True
    ).exists()
    return "" if waits else "The report did not wait for this signature any more when it was to be sent."


def _replaced(message: Message) -> str:
    held = Letter.objects.filter(pk=message.about_id, superseded=False).exists()
    return "" if held else "The letter had been replaced when it was to be sent."


def _waiting(message: Message) -> Letter | None:
    """The letter of a message, while it waits with the content that the message spoke of."""
    return Letter.objects.filter(
        pk=message.about_id, superseded=False, approved_at=None, revision=message.context.get("revision")
    ).first()


def _approved(message: Message) -> str:
    letter = _waiting(message)
    step = chain.turn(letter) if letter else None
    waits = step is not None and step.part == message.context.get("part") and step.said is None
    return "" if waits else "The letter did not wait for this approval any more when it was to be sent."


def _made_anew(message: Message) -> str:
    return "" if _waiting(message) else "The letter had been made anew, or withdrawn, when it was to be sent."


KINDS = (
    MailKind(
        "submission_submitted", "A submission arrived", OFFICER, "Open the case", moot=while_in(S.SUBMITTED)
    ),
    MailKind(
        "submission_withdrawn",
        "A submission was withdrawn",
        "You get this because the case was yours to work on.",
        "See the submission",
        duty=False,
    ),
    MailKind(
        "submission_returned",
        "Your submission is returned to you",
        TEAM,
        "Read the reason",
        moot=while_in(S.DRAFT),
    ),
    MailKind(
        "panel_invited",
        "An invitation to a panel",
        "You get this because you are one of CASE’s assessors.",
        "Answer the invitation",
        moot=_answered,
    ),
    MailKind(
        "course_to_declare",
        "Declare your course’s interests",
        "You get this because you lead this course.",
        "Declare",
        moot=_course_declared,
    ),
    MailKind(
        "panel_invited_still",
        "An invitation still waits for your answer",
        "You get this because you are one of CASE’s assessors.",
        "Answer the invitation",
        moot=_answered,
    ),
    MailKind(
        "course_to_declare_still",
        "A declaration of interests still waits for you",
        "You get this because you lead this course.",
        "Declare",
        moot=_course_declared,
    ),
    MailKind("documents_open", "The documents are open to you", PANEL, "Open the brief", duty=False),
    MailKind("invitation_accepted", "An assessor accepted", OFFICER, "Open the case", duty=False),
    MailKind(
        "invitation_declined",
        "An assessor declined",
        OFFICER,
        "Ask somebody else",
        moot=_asked_somebody_else,
    ),
    MailKind(
        "conflict_declared",
        "A conflict of interest waits for a decision",
        OFFICER,
        "Decide about it",
        moot=_conflict_settled,
    ),
    MailKind("assessment_started", "You can begin to judge", PANEL, "Open the brief", moot=_judged),
    MailKind(
        "judgements_in",
        "Both assessors have judged",
        PANEL,
        "Compare and agree",
        moot=while_in(S.AGREEING),
    ),
    MailKind("report_to_sign", "A report waits for your signature", PANEL, "Read the report", moot=_signed),
    MailKind(
        "report_sent_back",
        "A report is sent back to its panel",
        PANEL,
        "Open the report",
        moot=while_in(S.AGREEING),
    ),
    MailKind(
        "case_to_decide",
        "A case is ready for the Committee’s decision",
        "You get this because you chair the Committee.",
        "Open the case",
        moot=while_in(S.REPORTED),
    ),
    MailKind(
        "case_reported",
        "A case went to the Committee",
        "You get this because you read the Committee’s cases.",
        "Read the case",
        duty=False,
    ),
    MailKind(
        "case_decided",
        "The Committee decided",
        "You get this because you worked on this case.",
        "See the decision",
        duty=False,
    ),
    MailKind(
        "letter_to_approve",
        "A letter waits for your approval",
        "You get this because letters of this kind go out with your approval.",
        "Read the letter",
        moot=_approved,
    ),
    MailKind("letter_refused", "A letter was not approved", OFFICER, "See why", moot=_made_anew),
    MailKind("letter_issued", "A letter from CASE", TEAM, "Open the letter", moot=_replaced),
    MailKind(
        "daily_summary",
        "Daily summary",
        "You get this because something new concerns you; on a day without news there is none.",
        "Open your notices",
        notice=False,
        office=Office.HIDDEN,
        moot=notices.nothing_new,
        fresh=notices.summary_lines,
    ),
)
