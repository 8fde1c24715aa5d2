"""What each state is called on pages, with the tone and the shape that stand beside the words.

The words carry the meaning; tone (colour) and shape only repeat it. Outcomes: clauses.md, "Outcomes".
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatusWord:
    """`label` in words, `tone` one of good, bad, warn, judge, note, info, neutral, and the name of a Lucide icon."""

    label: str
    tone: str
    shape: str


STATUS_WORDS: dict[str, StatusWord] = {
    # outcomes of clauses: a machine's finding or an assessor's judgement
    "met": StatusWord("Met", "good", "circle-check"),
    "partly_met": StatusWord("Partly met", "warn", "contrast"),
    "not_met": StatusWord("Not met", "bad", "octagon-x"),
    "missing": StatusWord("Evidence missing", "warn", "circle-dashed"),
    "judge": StatusWord("Needs an assessor’s judgement", "judge", "scale"),
    "note": StatusWord("Recommendation", "note", "lightbulb"),
    "not_applicable": StatusWord("Not applicable", "neutral", "minus"),
    "incomplete": StatusWord("Evidence missing", "warn", "circle-dashed"),
    "awaiting_assessor": StatusWord("Awaiting the assessors", "judge", "scale"),
    # tasks on a task list
    "completed": StatusWord("Completed", "plain", "circle-check"),
    "in_progress": StatusWord("In progress", "info", "circle-dot"),
    "not_started": StatusWord("Not yet started", "neutral", "circle"),
    "cannot_start": StatusWord("Cannot start yet", "plain", "lock"),
    "problem": StatusWord("There is a problem", "bad", "triangle-alert"),
    "optional": StatusWord("Optional", "plain", "circle"),
    # where a submission stands
    "draft": StatusWord("Draft", "neutral", "pencil"),
    "submitted": StatusWord("Submitted", "info", "send"),
    "in_assessment": StatusWord("In assessment", "judge", "scale"),
    "agreeing": StatusWord("Assessors agreeing", "judge", "users"),
    "reported": StatusWord("With the Committee", "info", "gavel"),
    "decided": StatusWord("Decided", "good", "award"),
    "withdrawn": StatusWord("Withdrawn", "neutral", "undo-2"),
    # the Committee's decisions
    "accredit": StatusWord("Accredited", "good", "award"),
    "accredit_with_conditions": StatusWord("Accredited with conditions", "good", "award"),
    "defer": StatusWord("Decision deferred", "warn", "hourglass"),
    "refuse": StatusWord("Accreditation refused", "bad", "octagon-x"),
    # what a report is made of, and what becomes of a condition
    "condition": StatusWord("Condition", "bad", "circle-arrow-right"),
    "recommendation": StatusWord("Recommendation", "note", "lightbulb"),
    "commendation": StatusWord("Commendation", "good", "award"),
    "open": StatusWord("Open", "warn", "circle-dot"),
    "answered": StatusWord("Answered", "info", "send"),
    "closed": StatusWord("Met and closed", "good", "circle-check"),
    "lapsed": StatusWord("Lapsed", "bad", "octagon-x"),
    # an appeal
    "lodged": StatusWord("Lodged", "info", "send"),
    "upheld": StatusWord("Upheld", "good", "circle-check"),
    "dismissed": StatusWord("Dismissed", "neutral", "circle-slash-2"),
    # invitations
    "invited": StatusWord("Invited", "info", "mail"),
    "accepted": StatusWord("Accepted", "good", "circle-check"),
    "declined": StatusWord("Declined", "neutral", "circle-slash-2"),
    "removed": StatusWord("Removed", "neutral", "minus"),
    # letters and other work in the background
    "queued": StatusWord("Waiting to be built", "neutral", "hourglass"),
    "building": StatusWord("Being built", "info", "clock"),
    "built": StatusWord("Ready", "good", "file-check"),
    "waiting": StatusWord("Waiting", "neutral", "hourglass"),
    "running": StatusWord("Running", "info", "clock"),
    "done": StatusWord("Done", "good", "circle-check"),
    "failed": StatusWord("Failed", "bad", "triangle-alert"),
    "planned": StatusWord("Waits for a worker", "neutral", "hourglass"),
    "stopped": StatusWord("Stopped", "neutral", "circle-slash-2"),
    # messages
    "promised": StatusWord("In the outbox", "info", "clock"),
    "held": StatusWord("Waits for the daily summary", "neutral", "hourglass"),
    "sent": StatusWord("Sent", "good", "circle-check"),
    "summed": StatusWord("Sent in a daily summary", "good", "circle-check"),
    "app_only": StatusWord("In the app only", "neutral", "minus"),
    "no_address": StatusWord("Not sent: no address", "bad", "triangle-alert"),
    "dropped": StatusWord("Not sent: no longer needed", "neutral", "minus"),
    # signatures, registrations and terms
    "signed": StatusWord("Signed", "good", "circle-check"),
    "pending": StatusWord("Waiting for a signature", "info", "hourglass"),
    "returned": StatusWord("Returned with a question", "warn", "undo-2"),
    "valid": StatusWord("Valid now", "good", "circle-check"),
    "expiring": StatusWord("Expires soon", "warn", "clock"),
    "expired": StatusWord("Expired", "bad", "octagon-x"),
    "superseded": StatusWord("Superseded", "neutral", "archive"),
    "overdue": StatusWord("Overdue", "bad", "triangle-alert"),
    "due_soon": StatusWord("Due soon", "warn", "clock"),
}


def status_word(code: object) -> StatusWord:
    """The word of a code; a code without one of ours shows as its own words, in a neutral tone."""
    text = str(code or "")
    return STATUS_WORDS.get(text) or StatusWord(text.replace("_", " ").capitalize(), "neutral", "circle")
