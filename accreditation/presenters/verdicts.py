"""What the page that checks papers says of one: whole sentences for each kind of paper, so that each can be translated."""

from django.utils.translation import gettext, gettext_noop

from accreditation.services.verification import Status, Verdict

LETTERS = {
    Status.VALID: {
        "letter": gettext_noop("CASE issued this letter, and nothing has replaced it."),
        "report": gettext_noop("CASE issued this report, and nothing has replaced it."),
        "certificate": gettext_noop("CASE issued this certificate, and nothing has replaced it."),
    },
    Status.WITHDRAWN: {
        "letter": gettext_noop("CASE issued this letter and has withdrawn it since. It no longer holds."),
        "report": gettext_noop("CASE issued this report and has withdrawn it since. It no longer holds."),
        "certificate": gettext_noop(
            "CASE issued this certificate and has withdrawn it since. It no longer holds."
        ),
    },
    Status.EXPIRED: {
        "letter": gettext_noop(
            "CASE issued this letter; the period of accreditation that it tells of is over."
        ),
        "report": gettext_noop(
            "CASE issued this report; the period of accreditation that it tells of is over."
        ),
        "certificate": gettext_noop(
            "CASE issued this certificate; the period of accreditation that it tells of is over."
        ),
    },
    Status.SUPERSEDED: {
        "letter": gettext_noop("CASE issued this letter and has replaced it since. It no longer holds."),
        "report": gettext_noop("CASE issued this report and has replaced it since. It no longer holds."),
        "certificate": gettext_noop(
            "CASE issued this certificate and has replaced it since. It no longer holds."
        ),
    },
}
NOT_OUT = gettext_noop("The one in its place is not sent yet: ask CASE’s office what holds until then.")
PAPERS = {
    Status.VALID: gettext_noop("It was made from the record of CASE, and the record still says the same."),
    Status.WITHDRAWN: gettext_noop("Its holder has withdrawn it. Ask them for a new one."),
    Status.EXPIRED: gettext_noop(
        "It was made from the record of CASE for a limited time. Ask its holder for a new one."
    ),
    Status.SUPERSEDED: gettext_noop(
        "Since it was made the record has changed: %(changes)s. Ask its holder for a new one."
    ),
}


def sentence(verdict: Verdict | None) -> str:
    """What holds for a paper that is ours; empty for one that is not."""
    if verdict is None or verdict.status not in PAPERS:
        return ""
    if verdict.thing == "letter":
        said = gettext(LETTERS[verdict.status][verdict.noun])
        return f"{said} {gettext(NOT_OUT)}" if verdict.waits else said
    said = gettext(PAPERS[verdict.status])
    return said % {"changes": verdict.why} if verdict.status == Status.SUPERSEDED else said
