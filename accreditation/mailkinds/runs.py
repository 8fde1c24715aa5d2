"""The kind of message about what a national run found (see `accreditation.mail`)."""

from accreditation.enums import RunState
from accreditation.mail import MailKind, Office
from accreditation.models import Message, NationalRun
from accreditation.roles import OFFICER


def _no_officer(message: Message) -> str:
    """Whoever is no officer any more learns nothing about courses."""
    if message.person is None or not message.person.has_role(OFFICER):
        return "The person was no officer any more when it was to be sent."
    run = message.path.rstrip("/").rpartition("/")[2]
    there = NationalRun.objects.filter(pk=run, state=RunState.DONE).exists()
    return "" if there else "The run’s results are gone."


KINDS = (
    MailKind(
        "recheck_worse",
        "Accredited courses got worse",
        "You get this because you are an officer of CASE.",
        "See the findings and their rows",
        duty=False,
        office=Office.OWN,
        moot=_no_officer,
    ),
)
