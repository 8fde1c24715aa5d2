"""What each state is called on pages, with the tone and the shape that stand beside the words.

The words carry the meaning; tone (colour) and shape only repeat it. Outcomes: clauses.md, "Outcomes".
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop


@dataclass(frozen=True, slots=True)
class StatusWord:
    """`label` in words, `tone` one of good, bad, warn, judge, note, info, neutral, and the name of a Lucide icon."""

    label: str
    tone: str
    shape: str


STATUS_WORDS: dict[str, StatusWord] = {
    # outcomes of clauses: a machine's finding or an assessor's judgement
    "met": StatusWord(gettext_noop("Met"), "good", "circle-check"),
    "partly_met": StatusWord(gettext_noop("Partly met"), "warn", "contrast"),
    "not_met": StatusWord(gettext_noop("Not met"), "bad", "octagon-x"),
    "missing": StatusWord(gettext_noop("Evidence missing"), "warn", "circle-dashed"),
    "judge": StatusWord(gettext_noop("Needs an assessor’s judgement"), "judge", "scale"),
    "note": StatusWord(gettext_noop("Recommendation"), "note", "lightbulb"),
    "not_applicable": StatusWord(gettext_noop("Not applicable"), "neutral", "minus"),
    "incomplete": StatusWord(gettext_noop("Evidence missing"), "warn", "circle-dashed"),
    "awaiting_assessor": StatusWord(gettext_noop("Awaiting the assessors"), "judge", "scale"),
    # tasks on a task list
    "completed": StatusWord(gettext_noop("Completed"), "plain", "circle-check"),
    "in_progress": StatusWord(gettext_noop("In progress"), "info", "circle-dot"),
    "not_started": StatusWord(gettext_noop("Not yet started"), "neutral", "circle"),
    "cannot_start": StatusWord(gettext_noop("Cannot start yet"), "plain", "lock"),
    "problem": StatusWord(gettext_noop("There is a problem"), "bad", "triangle-alert"),
    "optional": StatusWord(gettext_noop("Optional"), "plain", "circle"),
    # where a submission stands
    "draft": StatusWord(gettext_noop("Draft"), "neutral", "pencil"),
    "submitted": StatusWord(gettext_noop("Submitted"), "info", "send"),
    "in_assessment": StatusWord(gettext_noop("In assessment"), "judge", "scale"),
    "agreeing": StatusWord(gettext_noop("Assessors agreeing"), "judge", "users"),
    "reported": StatusWord(gettext_noop("With the Committee"), "info", "gavel"),
    "decided": StatusWord(gettext_noop("Decided"), "good", "award"),
    "withdrawn": StatusWord(gettext_noop("Withdrawn"), "neutral", "undo-2"),
    # the Committee's decisions
    "accredit": StatusWord(gettext_noop("Accredited"), "good", "award"),
    "accredit_with_conditions": StatusWord(gettext_noop("Accredited with conditions"), "good", "award"),
    "defer": StatusWord(gettext_noop("Decision deferred"), "warn", "hourglass"),
    "refuse": StatusWord(gettext_noop("Accreditation refused"), "bad", "octagon-x"),
    # what a report is made of, and what becomes of a condition
    "condition": StatusWord(gettext_noop("Condition"), "bad", "circle-arrow-right"),
    "recommendation": StatusWord(gettext_noop("Recommendation"), "note", "lightbulb"),
    "commendation": StatusWord(gettext_noop("Commendation"), "good", "award"),
    "open": StatusWord(gettext_noop("Open"), "warn", "circle-dot"),
    "answered": StatusWord(gettext_noop("Answered"), "info", "send"),
    "closed": StatusWord(gettext_noop("Met and closed"), "good", "circle-check"),
    "lapsed": StatusWord(gettext_noop("Lapsed"), "bad", "octagon-x"),
    # an appeal
    "lodged": StatusWord(gettext_noop("Lodged"), "info", "send"),
    "upheld": StatusWord(gettext_noop("Upheld"), "good", "circle-check"),
    "dismissed": StatusWord(gettext_noop("Dismissed"), "neutral", "circle-slash-2"),
    # invitations
    "invited": StatusWord(gettext_noop("Invited"), "info", "mail"),
    "accepted": StatusWord(gettext_noop("Accepted"), "good", "circle-check"),
    "declined": StatusWord(gettext_noop("Declined"), "neutral", "circle-slash-2"),
    "removed": StatusWord(gettext_noop("Removed"), "neutral", "minus"),
    # letters and other work in the background
    "queued": StatusWord(gettext_noop("Waiting to be built"), "neutral", "hourglass"),
    "building": StatusWord(gettext_noop("Being built"), "info", "clock"),
    "built": StatusWord(gettext_noop("Ready"), "good", "file-check"),
    "waiting": StatusWord(gettext_noop("Waiting"), "neutral", "hourglass"),
    "running": StatusWord(gettext_noop("Running"), "info", "clock"),
    "done": StatusWord(gettext_noop("Done"), "good", "circle-check"),
    "failed": StatusWord(gettext_noop("Failed"), "bad", "triangle-alert"),
    "planned": StatusWord(gettext_noop("Waits for a worker"), "neutral", "hourglass"),
    "stopped": StatusWord(gettext_noop("Stopped"), "neutral", "circle-slash-2"),
    # messages
    "promised": StatusWord(gettext_noop("In the outbox"), "info", "clock"),
    "held": StatusWord(gettext_noop("Waits for the daily summary"), "neutral", "hourglass"),
    "sent": StatusWord(gettext_noop("Sent"), "good", "circle-check"),
    "summed": StatusWord(gettext_noop("Sent in a daily summary"), "good", "circle-check"),
    "app_only": StatusWord(gettext_noop("In the app only"), "neutral", "minus"),
    "no_address": StatusWord(gettext_noop("Not sent: no address"), "bad", "triangle-alert"),
    "dropped": StatusWord(gettext_noop("Not sent: no longer needed"), "neutral", "minus"),
    # signatures, registrations and terms
    "signed": StatusWord(gettext_noop("Signed"), "good", "circle-check"),
    "pending": StatusWord(gettext_noop("Waiting for a signature"), "info", "hourglass"),
    "returned": StatusWord(gettext_noop("Returned with a question"), "warn", "undo-2"),
    "valid": StatusWord(gettext_noop("Valid now"), "good", "circle-check"),
    "expiring": StatusWord(gettext_noop("Expires soon"), "warn", "clock"),
    "expired": StatusWord(gettext_noop("Expired"), "bad", "octagon-x"),
    "superseded": StatusWord(gettext_noop("Superseded"), "neutral", "archive"),
    "overdue": StatusWord(gettext_noop("Overdue"), "bad", "triangle-alert"),
    "due_soon": StatusWord(gettext_noop("Due soon"), "warn", "clock"),
}


def status_word(code: object) -> StatusWord:
    """The word of a code; a code without one of ours shows as its own words, in a neutral tone."""
    text = str(code or "")
    return STATUS_WORDS.get(text) or StatusWord(text.replace("_", " ").capitalize(), "neutral", "circle")
