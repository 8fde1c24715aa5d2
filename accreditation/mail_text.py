"""A message as an e-mail: one template of paragraphs a kind, set as plain text and as HTML by the same two frames."""

from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.urls import reverse

from accreditation.english import in_english
from accreditation.mail import MailKind, kinds, line
from accreditation.models import Message, display_name

DOTS = "••••"
SECRET = "/link-only-in-the-mail-itself/"  # noqa: S105 (what stands in the kept copy instead of a secret link)


@dataclass(frozen=True, slots=True)
class Words:
    """The parts of an e-mail. `subject` is one line of up to 200 characters."""

    subject: str
    text: str
    html: str


@in_english
def words_of(message: Message, *, kept: bool = False) -> Words:
    """Sets a message. `kept`: the copy that is stored, where a secret link is replaced by a harmless one.

    Raises `KeyError` for an unknown kind, `TemplateDoesNotExist` where its words are missing.
    """
    kind = kinds()[message.kind]
    context: dict[str, Any] = {**message.context, **(kind.fresh(message) if kind.fresh else {})}
    hidden = kind.hidden(message) if kind.hidden else {}
    context |= {name: DOTS if kept else words for name, words in hidden.items()}
    context |= {
        "name": display_name(message.person) if message.person else context.get("name", ""),
        "why": kind.why,
        "action": kind.action,
        "url": _address(message, kind, kept),
        "choices_url": settings.SITE_ORIGIN + reverse("mail_choice") if message.person else "",
        "duty": kind.duty and kind.notice,
        "site": settings.SITE_ORIGIN,
        "demo": settings.DEMO,
    }
    subject = subject_of(message, context)
    body = _plain(f"mail/{message.kind}.txt", context).strip()
    body = body[:1].upper() + body[1:]  # it follows "Dear …,"
    frame = {**context, "subject": subject, "body": body}
    return Words(
        subject, _plain("mail/base.txt", frame).strip() + "\n", render_to_string("mail/base.html", frame)
    )


@in_english
def subject_of(message: Message, context: dict[str, Any] | None = None) -> str:
    """The one line that names a message, in the mail's head and on pages."""
    return line(_plain(f"mail/{message.kind}.subject.txt", context or message.context))


def _address(message: Message, kind: MailKind, kept: bool) -> str:
    if kind.secret:
        return settings.SITE_ORIGIN + SECRET if kept else kind.secret(message)
    return settings.SITE_ORIGIN + message.path if message.path else ""


def _plain(template: str, context: dict[str, Any]) -> str:
    """Renders a text template: nothing is escaped, because nothing of it is HTML."""
    found: Any = get_template(template)
    rendered: str = found.template.render(Context(context, autoescape=False))
    return rendered


def as_email(message: Message, words: Words) -> EmailMultiAlternatives:
    """The e-mail itself. Its Message-ID is the same at every try, so that a mail program can tell that it is one letter."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    mail = EmailMultiAlternatives(
        subject=words.subject,
        body=words.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.address],
        headers={
            "Message-ID": f"<{message.pk}@{host}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office reply is wanted
        },
    )
    mail.attach_alternative(words.html, "text/html")
    kind = kinds()[message.kind]
    for attached in kind.attach(message) if kind.attach else ():
        mail.attach(attached.name, attached.content, attached.media_type)
    return mail
