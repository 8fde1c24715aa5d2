"""Who is told what when a case moves: called by the services inside their transactions, promised with `accreditation.mail`.

A key names the case, the move (its version, which counts the moves) and the person: a move tells everybody once. Nobody is
told of what they did themselves.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from accreditation import mail, recipients
from accreditation.enums import TELLS_DECISION, ApprovalPart, InvitationState, LetterKind, PanelRole
from accreditation.models import Assignment, Conflict, Decision, Letter, Message, Submission, User
from accreditation.rules.dates import spoken


def tell(
    kind: str,
    people: Iterable[User],
    submission: Submission,
    path: str,
    *,
    by: User | None = None,
    about: Model | None = None,
    mark: object = "",
    **context: Any,
) -> None:
    """Promises one message about a case to each of these people, once for each `mark`; `by` is not told of their own."""
    said = {**_said(submission), **context}
    told = [person for person in people if by is None or person.pk != by.pk]
    mail.promise_all(
        kind,
        to={
            f"{kind}:{mark or f'{submission.pk}:{submission.version}'}:{person.pk}": person for person in told
        },
        about=about or submission,
        context=said,
        path=path,
    )


def _said(submission: Submission) -> dict[str, str]:
    return {
        "reference": submission.reference,
        "course": submission.course.title,
        "institution": submission.course.institution.name,
        "on": spoken(timezone.localdate()),
    }


def submitted(submission: Submission, *, number: int) -> None:
    """The course submitted its version `number`: the office assigns a panel, or looks whether it still fits."""
    path = reverse("case", args=[submission.pk])
    tell("submission_submitted", recipients.officers(submission), submission, path, again=number > 1)


def withdrawn(submission: Submission) -> None:
    """The course withdrew: whoever worked on the case reads that nothing more is to be done."""
    path = reverse("submission", args=[submission.pk])
    people = {*recipients.officers(submission), *recipients.panel(submission, PanelRole.values)}
    tell("submission_withdrawn", people, submission, path)


def returned(submission: Submission) -> None:
    """The office gave the submission back with a reason."""
    path = reverse("submission", args=[submission.pk])
    tell("submission_returned", recipients.course_team(submission), submission, path)


def invited(place: Assignment) -> None:
    """Somebody is asked to assess."""
    tell(
        "panel_invited",
        [place.user],
        place.submission,
        reverse("review_invitation", args=[place.pk]),
        about=place,
        mark=place.pk,
        role=place.get_role_display().lower(),
        due=spoken(place.due_on) if place.due_on else "",
    )


def course_asked(place: Assignment, submission: Submission) -> None:
    """The course's leaders say whether the institution has a conflict of interest with somebody who is to assess it."""
    tell(
        "course_to_declare",
        recipients.course_leaders(submission.course),
        submission,
        reverse("course_declare", args=[place.pk]),
        about=place,
        mark=place.pk,
        assessor=place.user.full_name,
        role=place.get_role_display().lower(),
    )


def documents_open(place: Assignment) -> None:
    """Both sides have declared: what an assessor accepted is open to them now."""
    path = reverse("review_brief", args=[place.submission_id])
    tell("documents_open", [place.user], place.submission, path, about=place, mark=place.pk)


def answered(place: Assignment, submission: Submission) -> None:
    """An assessor accepted, or declined and another one has to be asked."""
    accepted = place.state != InvitationState.DECLINED
    tell(
        "invitation_accepted" if accepted else "invitation_declined",
        recipients.officers(submission),
        submission,
        reverse("case" if accepted else "case_assign", args=[submission.pk]),
        mark=place.pk,
        assessor=place.user.full_name,
        role=place.get_role_display().lower(),
    )


def conflict_declared(conflict: Conflict, submission: Submission, *, by: User) -> None:
    """Until the office decides, the conflict keeps the person away, and the case may stand still."""
    tell(
        "conflict_declared",
        recipients.officers(submission).exclude(pk=conflict.user_id),
        submission,
        reverse("conflict_decide", args=[submission.pk, conflict.pk]),
        by=by,
        mark=conflict.pk,
        conflict=str(conflict.pk),
        declared=conflict.user.full_name,
    )


def started(submission: Submission) -> None:
    """The panel may judge from now on."""
    path = reverse("review_brief", args=[submission.pk])
    for place in submission.assignments.filter(state=InvitationState.ACCEPTED).select_related("user"):
        due = spoken(place.due_on) if place.due_on else ""
        role = place.get_role_display().lower()
        tell("assessment_started", [place.user], submission, path, due=due, role=role)


def revealed(submission: Submission) -> None:
    """Both have judged on their own; now they agree."""
    path = reverse("review_agree", args=[submission.pk])
    tell("judgements_in", recipients.panel(submission), submission, path)


def lead_signed(submission: Submission, *, version: int, by: User) -> None:
    """The report waits for the co-assessor's signature."""
    tell(
        "report_to_sign",
        recipients.panel(submission, [PanelRole.CO]),
        submission,
        reverse("review_report", args=[submission.pk]),
        mark=f"{submission.pk}:{version}",
        lead=by.full_name,
    )


def to_decide(submission: Submission) -> None:
    """Nothing stands in the way of the decision any more: the chair records it when the Committee has met."""
    # From there the decision is recorded; it opens afterwards, too.
    path = reverse("decision", args=[submission.pk])
    tell("case_to_decide", recipients.chairs(submission), submission, path)


def reported(submission: Submission) -> None:
    """The case is the Committee's: its members and the office are told."""
    path = reverse("decision", args=[submission.pk])
    readers = {*recipients.committee(submission), *recipients.officers(submission)}
    tell("case_reported", readers, submission, path)


def sent_back(submission: Submission, *, by: User) -> None:
    """The report is to be changed by its panel."""
    path = reverse("review_report", args=[submission.pk])
    tell("report_sent_back", recipients.panel(submission), submission, path, by=by)


def decided(decision: Decision, *, by: User) -> None:
    """The panel and the office are told that the Committee decided; the course gets the letter.

    Called before the decision takes the lock on the audit trail: however many are told, nobody else waits for it.
    """
    submission, mark = decision.submission, decision.pk
    panel = recipients.panel(submission, PanelRole.values)
    brief, page = (reverse(name, args=[submission.pk]) for name in ("review_brief", "decision"))
    tell("case_decided", panel, submission, brief, by=by, mark=mark)
    office = set(recipients.officers(submission)) - set(panel)
    tell("case_decided", office, submission, page, by=by, mark=mark)


def letter_ready(letter: Letter) -> None:
    """A letter is built: the people registered for the course get it, each once.

    By a link and not as an attachment: the page says whether the letter still holds, a mail gone astray tells no outcome,
    and who took the file is on record. The report that was built with its decision letter stands on the same page, and
    has no mail of its own.
    """
    if letter.kind == LetterKind.REPORT and letter.supersedes_id is None and signed_by_act(letter):
        return
    submission = letter.case
    tell(
        "letter_issued",
        recipients.course_team(submission),
        submission,
        reverse("letter", args=[letter.pk]),
        about=letter,
        mark=letter.pk,
        **_issued(letter),
    )


def issued_message(letter: Letter) -> Message:
    """The message that goes out with a letter, as it would read today; neither saved nor promised."""
    submission = letter.case
    said = {"name": letter.content["addressee"]["name"], **_said(submission), **_issued(letter)}
    return Message(
        kind="letter_issued", context=said, path=reverse("letter", args=[letter.pk]), submission=submission
    )


def _issued(letter: Letter) -> dict[str, Any]:
    return {
        "number": letter.number,
        "letter": letter.get_kind_display().lower(),
        "replaces": letter.supersedes.number if letter.supersedes else "",
        "with_report": letter.kind in TELLS_DECISION,
    }


def signed_by_act(letter: Letter) -> bool:
    """Whether the letter was approved in the moment it was asked for, by the signature under the act it tells of."""
    return (
        letter.approved_at is not None
        and letter.built_at is not None
        and letter.approved_at < letter.built_at
    )


def letter_to_approve(letter: Letter, part: str) -> None:
    """A letter waits for the approval of those who speak for a part of its chain."""
    submission = letter.case
    people: Iterable[User] = recipients.officers(submission)
    if part == ApprovalPart.CHAIR:
        people = recipients.chairs(submission)
    elif part == ApprovalPart.LEAD:
        people = recipients.panel(submission, [PanelRole.LEAD])
    tell(
        "letter_to_approve",
        people,
        submission,
        reverse("letter", args=[letter.pk]),
        about=letter,
        mark=f"{letter.pk}:{letter.revision}:{part}",
        number=letter.number,
        letter=letter.get_kind_display().lower(),
        revision=letter.revision,
        part=str(part),
    )


def letter_refused(letter: Letter, *, by: User) -> None:
    """The office is told that a letter was not approved, and why stands on its page."""
    submission = letter.case
    tell(
        "letter_refused",
        recipients.officers(submission),
        submission,
        reverse("letter", args=[letter.pk]),
        by=by,
        about=letter,
        mark=f"{letter.pk}:{letter.approvals.filter(approved=False).count()}",
        number=letter.number,
        letter=letter.get_kind_display().lower(),
        refused_by=by.full_name,
        revision=letter.revision,
    )
