"""What a mentor without an account signs in a session, and their word on it afterwards: it was me, or it was not.

A dispute takes what was signed out of every count at once. Only a settlement by the course's team, with a reason, ends it.
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit, mail
from accreditation.enums import CourseTeamRole
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.models import CourseTeamMember, User
from accreditation.rules.dates import spoken
from portfolios.enums import AppraisalState, Party, SignatureState
from portfolios.models import (
    Appraisal,
    Dispute,
    LearningContract,
    Portfolio,
    Scan,
    Signature,
    SigningSession,
)
from portfolios.permissions import check_for_student
from portfolios.selectors import open_links
from portfolios.services.appraisals import Appraised, appraised, in_words, sum_of_scan
from portfolios.services.contracts import signed
from portfolios.services.portfolios import locked


@transaction.atomic
def appraise_by_link(
    *, session: SigningSession, scan_id: int, version: int, said: Appraised, state: str
) -> Appraisal:
    """The mentor of an open session appraises a scan of this student that names them.

    Raises `NotAllowed` for another student's scan or another mentor's, `NotNow`, `Stale`, `Invalid`.
    """
    portfolio = _held(session)
    mentor = session.link.mentor
    if not Scan.objects.filter(pk=scan_id, portfolio=portfolio, mentor=mentor, logged=True).exists():
        raise NotAllowed("This scan does not wait for you.")
    return appraised(mentor, scan_id=scan_id, version=version, said=said, state=state, session=session)


@transaction.atomic
def sign_by_link(*, session: SigningSession, contract_id: UUID, name: str, text_sha256: str) -> Signature:
    """The mentor of an open session signs this student's learning contract with their typed full name.

    Raises `NotAllowed` for another student's contract, `NotNow`, `Invalid`.
    """
    portfolio = _held(session)
    chosen = LearningContract.objects.select_related("portfolio__student__course__institution")
    contract = chosen.filter(pk=contract_id, portfolio=portfolio).first()
    if contract is None:
        raise NotAllowed("This contract is not the student’s.")
    mentor = session.link.mentor
    return signed(
        contract, party=Party.MENTOR, name=name, full_name=mentor.full_name, text_sha256=text_sha256, mentor=mentor,
        session=session,
    )  # fmt: skip


def _held(session: SigningSession) -> Portfolio:
    """Under the portfolio's lock: the session lasts and its link opens (the mentor is in the team); never one's own."""
    portfolio = locked(session.link.portfolio_id)
    session.refresh_from_db(fields=["ended_at", "until"])
    over = session.ended_at is not None or session.until <= timezone.now()
    opens = open_links().filter(pk=session.link_id).exists()
    own = portfolio.student.user_id is not None and session.link.mentor.user_id == portfolio.student.user_id
    if over or own or not opens:
        raise NotAllowed("The time for signing is over, or you are not in this student’s team any more.")
    return portfolio


def signed_in(session: SigningSession) -> list[str]:
    """What was signed in a session, a line each, in words."""
    rows = session.appraisals.select_related("scan").order_by("scan__on", "scan__number")
    lines = [
        f"Scan {row.scan.number} of {spoken(row.scan.on)} ({in_words(row.scan)}): {_said(row)}"
        for row in rows
    ]
    signatures = session.signatures.select_related("contract").order_by("created_at")
    return lines + [f"Learning contract, version {one.contract.number}: signed" for one in signatures]


def _said(row: Appraisal) -> str:
    if row.state in (AppraisalState.QUERIED, AppraisalState.DISPUTED):
        return (
            "a question to the student" if row.state == AppraisalState.QUERIED else "“I was not the mentor”"
        )
    return f"appraised, {row.grade_words.lower()}"


def tell(session: SigningSession) -> None:
    """Has the mentor told, once, what was signed in their name, with a link to say whether it was they."""
    lines = signed_in(session)
    if not lines or session.told_at is not None:
        return
    session.told_at = timezone.now()
    session.save(update_fields=["told_at"])
    link = session.link
    mail.promise(
        "signed_in_your_name", to=link.address, key=f"signed:{session.pk}", about=session,
        context={
            "name": link.mentor.full_name, "course": link.portfolio.student.course.title, "lines_signed": lines,
            "on": spoken(timezone.localtime(session.created_at)), "number": len(lines),
        },
    )  # fmt: skip


@transaction.atomic
def confirm(*, session_id: UUID) -> SigningSession:
    """The mentor says that it was they. Raises `NotNow` where they have answered already."""
    session = _unanswered(session_id)
    session.confirmed_at = timezone.now()
    session.save(update_fields=["confirmed_at"])
    audit.record("signing.confirmed", by=None, obj=session.link, payload={"session": session.pk})
    return session


@transaction.atomic
def dispute(*, session_id: UUID) -> Dispute:
    """The mentor says that it was not they: nothing that was signed in the session counts any more, and student and course
    team are told. Raises `NotNow` where they have answered already.
    """
    session = _unanswered(session_id)
    portfolio = locked(session.link.portfolio_id)
    before = {str(pk): state for pk, state in session.appraisals.values_list("pk", "state")}
    found = Dispute.objects.create(session=session, portfolio=portfolio, states=before)
    appraisals = session.appraisals.update(state=AppraisalState.REFUTED)
    signatures = session.signatures.update(state=SignatureState.REFUTED)
    student, mentor = portfolio.student, session.link.mentor
    context = {
        "mentor": mentor.full_name, "course": student.course.title, "number": appraisals + signatures,
        "on": spoken(timezone.localtime(session.created_at)),
    }  # fmt: skip
    told = [*_team_of(portfolio), *([student.user] if student.user else [])]
    for person in told:
        mail.promise(
            "signature_disputed", to=person, key=f"disputed:{found.pk}:{person.pk}", about=found, context=context,
            path=_path(found),
        )  # fmt: skip
    audit.record(
        "signing.disputed", by=None, obj=found,
        payload={"portfolio": portfolio.pk, "mentor": mentor.number, "appraisals": appraisals, "signatures": signatures},
    )  # fmt: skip
    return found


def _path(found: Dispute) -> str:
    return f"/portfolios/{found.portfolio_id}/disputes/{found.pk}/"


def _team_of(portfolio: Portfolio) -> list[User]:
    """The course's leaders today, but for the student."""
    today = timezone.localdate()
    rows = CourseTeamMember.objects.filter(
        course=portfolio.student.course_id, role=CourseTeamRole.LEADER, since__lte=today, user__is_active=True
    ).exclude(until__lt=today)
    return [row.user for row in rows.select_related("user") if row.user_id != portfolio.student.user_id]


def _unanswered(session_id: UUID) -> SigningSession:
    session = (
        SigningSession.objects.select_for_update(of=("self",))
        .select_related("link__mentor", "link__portfolio__student__course")
        .get(pk=session_id)
    )
    if session.confirmed_at is not None or Dispute.objects.filter(session=session).exists():
        raise NotNow("You have answered this already. Nothing was changed.")
    return session


@transaction.atomic
def settle(*, by: User, dispute_id: UUID, stands: bool, reason: str) -> Dispute:
    """The course's team ends a dispute: what was signed stands after all, or is taken out and the scans wait again.

    Raises `NotAllowed`, also for the student; `NotNow` where it was settled; `Invalid` without a reason.
    """
    found = (
        Dispute.objects.select_for_update(of=("self",))
        .select_related("session__link__mentor")
        .get(pk=dispute_id)
    )
    portfolio = locked(found.portfolio_id)
    check_for_student(by, portfolio.student)
    if session_mentor_is(by, found):
        raise NotAllowed("The dispute is about your own signature: a colleague must settle it.")
    if found.settled_at is not None:
        raise NotNow("This dispute was settled already.")
    if not reason.strip():
        raise Invalid({"reason": ["Say how it was settled: the student and the mentor may ask."]})
    found.settled_at, found.settled_by, found.stands, found.reason = (
        timezone.now(),
        by,
        stands,
        reason.strip(),
    )
    found.save(update_fields=["settled_at", "settled_by", "stands", "reason"])
    rows = found.session.appraisals.filter(state=AppraisalState.REFUTED)
    if stands:
        for row in rows.select_related("scan"):
            before = found.states.get(str(row.pk), AppraisalState.AGREED)
            row.state = before if row.scan_sha256 == sum_of_scan(row.scan) else AppraisalState.STALE
            row.save(update_fields=["state"])
        found.session.signatures.update(state=SignatureState.VALID)
    else:
        rows.delete()
        found.session.signatures.update(state=SignatureState.VOID)
    audit.record("signing.settled", by=by, obj=found, payload={"portfolio": portfolio.pk, "stands": stands})
    return found


def session_mentor_is(user: User, found: Dispute) -> bool:
    """Whether the disputed signature is in this person's own name."""
    owner = found.session.link.mentor.user_id
    return owner is not None and owner == user.pk
