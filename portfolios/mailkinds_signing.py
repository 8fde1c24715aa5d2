"""The kinds of message about signing in a portfolio (see `accreditation.mail`). The office sees none of them."""

from accreditation.mail import MailKind, Office
from accreditation.models import Message
from portfolios import signing
from portfolios.models import SigningLink, SigningSession

MENTOR_WHY = "You get this because the CASE mentor register holds this as your work address."
GONE = "The link had been ended when it was to be sent."


def _link(message: Message) -> SigningLink:
    return SigningLink.objects.select_related("mentor").get(pk=message.about_id)


def _ended(message: Message) -> str:
    return GONE if _link(message).ended_at is not None else ""


def _old_code(message: Message) -> str:
    """A code that another one has replaced, or that was used, is not sent any more."""
    link = _link(message)
    newest = link.codes == message.context.get("number") and link.code_sent_at is not None
    return _ended(message) or ("" if newest else "Another code has replaced this one.")


KINDS = (
    MailKind(
        "signing_asked",
        "A student asks a mentor to sign",
        MENTOR_WHY,
        "Look at what waits for you",
        office=Office.HIDDEN,
        moot=_ended,
        secret=lambda message: signing.link_address(_link(message)),
    ),
    MailKind(
        "signing_code",
        "A code for signing",
        MENTOR_WHY,
        "",
        office=Office.HIDDEN,
        moot=_old_code,
        hidden=lambda message: {"code": signing.spoken_code(_link(message))},
    ),
    MailKind(
        "signed_in_your_name",
        "What was signed in a mentor’s name",
        MENTOR_WHY,
        "Say whether this was you",
        office=Office.HIDDEN,
        secret=lambda message: signing.check_address(SigningSession.objects.get(pk=message.about_id)),
    ),
    MailKind(
        "signature_disputed",
        "A mentor disputes a signature",
        "You get this because it is your portfolio, or a portfolio of your course.",
        "Look at the dispute",
        office=Office.HIDDEN,
    ),
)
