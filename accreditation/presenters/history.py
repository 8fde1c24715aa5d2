"""The history of a case in sentences: from verbs of the audit trail to plain English."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accreditation.enums import DecisionOutcome, PanelPaperKind, PanelRole, ReportItemKind
from accreditation.models import AuditEvent, Letter, Submission, of_case

SENTENCES: dict[str, str] = {
    "submission.opened": "opened the submission.",
    "submission.submitted": "submitted it to CASE as version {snapshot}.",
    "submission.withdrawn": "withdrew the submission.",
    "submission.returned": "returned it to the course.",
    "submission.assessment_started": "started the assessment.",
    "submission.judgements_revealed": "was the second assessor to finish: both judgements were shown to both.",
    "submission.assessment_reopened": "reopened the assessment, because a member left the panel.",
    "submission.reported": "gave the second signature: the report went to the Committee.",
    "submission.sent_back": "sent the report back to the panel.",
    "submission.decided": "recorded the Committee’s decision: {outcome}.",
    "submission.recalled": "recalled the decision before its letter was issued.",
    "submission.resubmitted": "made this draft from {from}.",
    "decision.superseded": "recorded a decision that supersedes the one before: {outcome}.",
    "agenda.added": "put it on the Committee’s agenda: {at}.",
    "agenda.removed": "took it off the Committee’s agenda: {at}.",
    "committee.recused": "recorded that {name} takes no part in the Committee’s decision.",
    "committee.takes_part": "recorded that {name} may take part in the Committee’s decision.",
    "submission.changes_suggested": "suggested changes to conditions: the report went back to the panel.",
    "submission.report_revised": "took the report back after a correction by the course.",
    "calibration.named": "named {name} to look at the conditions for the Committee.",
    "report.released": "completed the step with which the course has the panel’s report.",
    "correction.sent": "corrected a fact in the report, about {clause}.",
    "correction.settled": "answered the correction about {clause}.",
    "correction.ended": "said that the course has nothing more to correct.",
    "correction.not_awaited": "went on to the decision without waiting for corrections.",
    "paper.sent": "sent the {kind} to the course.",
    "appeal.lodged": "lodged an appeal against the decision.",
    "appeal.step": "put a step of the appeal on record.",
    "appeal.upheld": "recorded that the appeal is upheld.",
    "appeal.dismissed": "recorded that the appeal is dismissed.",
    "appeal.withdrawn": "withdrew the appeal.",
    "letter.withdrawn": "ended letter {letter}, which no longer holds.",
    "question.asked": "asked the course about {clause}.",
    "question.answered": "answered the question about {clause}; the deadlines moved by {days_moved} days.",
    "question.taken_back": "took the question about {clause} back.",
    "condition.answered": "sent answer {answer} to condition {condition}.",
    "condition.viewed": "gave a view of the answer to condition {condition} as {role}.",
    "condition.closed": "closed condition {condition} as met.",
    "condition.returned": "gave the answer to condition {condition} back to the course.",
    "condition.extended": "gave condition {condition} another day.",
    "condition.lapsed": "put on record that condition {condition} lapsed.",
    "panel.invited": "invited {name} as {role}.",
    "panel.accepted": "accepted the invitation as {role}.",
    "panel.declined": "declined the invitation as {role}.",
    "event.proposed": "proposed days for an event.",
    "event.agreed": "agreed the day of the event.",
    "event.changed": "changed the event.",
    "event.called_off": "called the event off.",
    "panel.removed": "removed {name}, {role}, from the panel.",
    "panel.finished": "finished their own judgement as {role}.",
    "conflict.declared": "declared a conflict of interest of {name}.",
    "conflict.decided": "decided that the conflict of interest of {name} {blocks}.",
    "judgement.agreed": "recorded the agreed judgement on {clause}.",
    "report.saved": "changed the report: {part}.",
    "report.removed": "took an entry out of the report: {part}.",
    "report.signed": "signed the report as {role}.",
    "report.signatures_removed": "changed the report after it was signed, so that the signatures were removed.",
    "letter.queued": "asked for letter {letter} to be built.",
    "letter.built": "built letter {letter}.",
    "letter.failed": "could not build letter {letter}.",
    "letter.rebuild_asked": "asked for letter {letter} to be built again.",
    "letter.superseded": "replaced letter {letter}.",
    "letter.approved": "approved letter {letter}.",
    "letter.refused": "did not approve letter {letter}.",
    "letter.renewed": "made letter {letter} anew.",
    "letter.issued": "gave letter {letter} the last approval it needed.",
    "letter.downloaded": "downloaded letter {letter}.",
}
PARTS = {"summary": "its summary", **{kind.value: f"a {kind.label.lower()}" for kind in ReportItemKind}}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: when, who, and the rest of the sentence."""

    at: datetime
    who: str
    what: str


def history(submission: Submission, *, limit: int | None = None) -> list[Line]:
    """What happened with a case and its letters, newest first. The course team's own drafting is not told, nor what an
    assessor saved while judging alone: only verbs with a sentence here.
    """
    letters = list(Letter.objects.filter(of_case(submission)).values_list("pk", flat=True))
    ours = AuditEvent.objects.filter(
        object_type="accreditation.submission", object_id=str(submission.pk), verb__in=SENTENCES
    )
    theirs = AuditEvent.objects.filter(
        object_type="accreditation.letter", object_id__in=[str(pk) for pk in letters], verb__in=SENTENCES
    )
    return lines((ours | theirs).order_by("-seq")[:limit])


def lines(events: Iterable[AuditEvent]) -> list[Line]:
    """Events as lines; an event without a sentence is left out."""
    return [
        Line(event.at, event.actor, SENTENCES[event.verb].format_map(_Words(event)))
        for event in events
        if event.verb in SENTENCES
    ]


class _Words(dict[str, str]):
    """The words of an event's payload, each as people read it; one that is missing is told as such."""

    def __init__(self, event: AuditEvent) -> None:
        payload: Mapping[str, Any] = event.payload
        words = {name: str(value) for name, value in payload.items()}
        if "role" in payload:
            words["role"] = str(dict(PanelRole.choices).get(payload["role"], payload["role"])).lower()
        if "outcome" in payload:
            words["outcome"] = str(
                dict(DecisionOutcome.choices).get(payload["outcome"], payload["outcome"])
            ).lower()
        if payload.get("kind") in PanelPaperKind.values:
            words["kind"] = PanelPaperKind(payload["kind"]).label.lower()
        if "blocks" in payload:
            words["blocks"] = "keeps them away" if payload["blocks"] else "does not keep them away"
        words["part"] = PARTS.get(str(payload.get("part", "")), "an entry")
        words["letter"] = event.object_label
        super().__init__(words)

    def __missing__(self, key: str) -> str:
        return "(not recorded)"
