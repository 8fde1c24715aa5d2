"""A student asks a mentor without an account to sign: link, code, short session. All of it bound to this one student.

The address is the register's and was made sure of by an officer or the course, never by the student. Opening a link changes
nothing; a code goes out when it is asked for, and lets in once.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from accreditation import audit, mail
from accreditation.exceptions import NotAllowed, NotNow
from accreditation.models import User
from accreditation.models.base import uuid7
from accreditation.rules.dates import spoken
from mentors.models import Mentor
from mentors.services.addresses import checked_address
from portfolios import signing, tokens
from portfolios.enums import LinkEnd, Party, SignatureState, SigningWay
from portfolios.models import LearningContract, Portfolio, Scan, SigningLink, SigningSession
from portfolios.permissions import check_own
from portfolios.selectors import WAITS, current_team, open_links
from portfolios.services.portfolios import locked
from portfolios.services.signed import tell

CODE_MINUTES = 15
TRIES = 5
CODES = 20
ASKS_A_DAY = 3


def check_ask(by: User, portfolio: Portfolio, mentor: Mentor) -> None:
    """The student, for a mentor of their team who has no account. Raises `NotAllowed`, `NotNow` with what is missing."""
    check_own(by, portfolio)
    if not current_team().filter(student=portfolio.pk, mentor=mentor).exists():
        raise NotAllowed(f"{mentor} is not in your supervisory team today.")
    if mentor.user_id is not None:
        raise NotNow(f"{mentor} has an account: scans wait for them there.")
    if not mentor.email:
        raise NotNow(f"The mentor register holds no work address for {mentor}. Ask your course team.")
    check = checked_address(mentor)
    if check is None or check.by_id == by.pk:
        raise NotNow(
            f"Nobody has made sure yet that the address in the register is {mentor}’s own. Ask your course team to do that."
        )
    if mentor.email.casefold() == by.email.casefold():
        raise NotAllowed("This is your own address: nobody signs for themselves.")


@transaction.atomic
def ask_mentor(*, by: User, portfolio_id: UUID, mentor_id: UUID) -> SigningLink:
    """Sends the mentor a link; one that was sent before opens no more. Raises `NotAllowed`, `NotNow`."""
    portfolio = locked(portfolio_id)
    mentor = Mentor.objects.get(pk=mentor_id)
    check_ask(by, portfolio, mentor)
    if not (waiting_scans(portfolio, mentor).exists() or unsigned_contract(portfolio, mentor)):
        raise NotNow(f"Nothing waits for {mentor}.")
    now = timezone.now()
    sent = SigningLink.objects.filter(portfolio=portfolio, mentor=mentor)
    if sent.filter(created_at__gte=now - timedelta(days=1)).count() >= ASKS_A_DAY:
        raise NotNow(f"You have asked {mentor} {ASKS_A_DAY} times since yesterday. Give them until tomorrow.")
    for old in sent.filter(ended_at__isnull=True):
        _end(old, LinkEnd.REPLACED)
    pk = uuid7()
    link = SigningLink.objects.create(
        pk=pk, portfolio=portfolio, mentor=mentor, asked_by=by, address=mentor.email,
        token_sha256=tokens.sum_of(signing.link_token(pk)),
        expires_at=now + timedelta(days=settings.SIGNING_LINK_DAYS),
    )  # fmt: skip
    mail.promise(
        "signing_asked", to=link.address, key=f"signing:{link.pk}", about=link,
        context={
            "name": mentor.full_name, "course": portfolio.student.course.title,
            "until": spoken(timezone.localtime(link.expires_at)),
        },
    )  # fmt: skip
    audit.record(
        "signing.asked", by=by, obj=link, payload={"portfolio": portfolio.pk, "mentor": mentor.number}
    )
    return link


@transaction.atomic
def take_back(*, by: User, link_id: UUID) -> SigningLink:
    """The student takes a link back. Raises `NotAllowed`, `NotNow`."""
    link = _locked(link_id)
    check_own(by, link.portfolio)
    if link.ended_at is not None:
        raise NotNow("This link opens no more already.")
    _end(link, LinkEnd.REVOKED)
    audit.record("signing.revoked", by=by, obj=link, payload={"portfolio": link.portfolio_id})
    return link


def follow(token: str) -> SigningLink | None:
    """The link behind a token; None alike for a wrong, an old and an ended one. Changes nothing."""
    return open_links().filter(token_sha256=tokens.sum_of(token)).first()


@transaction.atomic
def send_code(*, link_id: UUID) -> SigningLink:
    """Sends a new code; the one before opens no more. Raises `NotAllowed` where the link does not open, `NotNow` too soon
    after the last one or after too many.
    """
    link = _open(link_id)
    now = timezone.now()
    if link.code_sent_at and now - link.code_sent_at < timedelta(minutes=1):
        raise NotNow(gettext("A code was sent less than a minute ago. Look into your mail first."))
    if link.codes >= CODES:
        raise NotNow(gettext("Too many codes were sent for this link. Ask the student to ask you again."))
    link.codes, link.code_sent_at, link.tries = link.codes + 1, now, 0
    link.save(update_fields=["codes", "code_sent_at", "tries"])
    mail.promise(
        "signing_code", to=link.address, key=f"signing-code:{link.pk}:{link.codes}", about=link,
        context={"name": link.mentor.full_name, "minutes": CODE_MINUTES, "number": link.codes},
    )  # fmt: skip
    audit.record("signing.code_sent", by=None, obj=link, payload={"number": link.codes})
    return link


def enter(*, link_id: UUID, code: str, by_student: bool = False) -> tuple[SigningSession, str]:
    """A right code opens a session of `settings.SIGNING_MINUTES`; returns it with its key. The code is then used up, and a
    session that was open before ends.

    `by_student`: the code was typed in a browser where the student is signed in. Raises `NotAllowed` where the link does not
    open; `NotNow` for a wrong, an old or a used code, which counts as an attempt whatever it says.
    """
    with transaction.atomic():
        link = _open(link_id)
        entered = _try(link, "".join(code.split()))
        if entered:
            return _session(link, SigningWay.DEVICE if by_student else SigningWay.LINK)
        left = max(0, TRIES - link.tries) if link.code_sent_at else 0
    # outside the transaction, so that the attempt stays counted
    if left:
        raise NotNow(
            ngettext(
                "This is not the code. %(left)d attempt left. Nothing was signed.",
                "This is not the code. %(left)d attempts left. Nothing was signed.",
                left,
            )
            % {"left": left}
        )
    raise NotNow(gettext("This code opens nothing any more. Have a new one sent."))


def _try(link: SigningLink, code: str) -> bool:
    sent = link.code_sent_at
    if sent is None:
        return False
    if link.tries >= TRIES or timezone.now() - sent > timedelta(minutes=CODE_MINUTES):
        link.code_sent_at = None
        link.save(update_fields=["code_sent_at"])
        return False
    link.tries += 1
    right = secrets.compare_digest(signing.code_of(link).encode(), code.encode(errors="replace"))
    if right:
        link.code_sent_at = None
    link.save(update_fields=["tries", "code_sent_at"])
    if not right:
        audit.record("signing.wrong_code", by=None, obj=link, payload={"attempt": link.tries})
    return right


def _session(link: SigningLink, way: SigningWay) -> tuple[SigningSession, str]:
    for old in link.sessions.filter(ended_at__isnull=True):
        end_session(old)
    key, pk = secrets.token_urlsafe(32), uuid7()
    session = SigningSession.objects.create(
        pk=pk, link=link, way=way, key_sha256=tokens.sum_of(key),
        check_sha256=tokens.sum_of(signing.check_token(pk)),
        until=timezone.now() + timedelta(minutes=settings.SIGNING_MINUTES),
    )  # fmt: skip
    audit.record(
        "signing.session",
        by=None,
        obj=link,
        payload={"mentor": link.mentor.number, "way": way, "session": pk},
    )
    return session, key


def session_of(link_id: UUID, key: str) -> SigningSession | None:
    """The session that a browser's key opens, while it lasts and its link opens. Changes nothing."""
    if not key:
        return None
    return (
        SigningSession.objects.filter(
            link=link_id, link__in=open_links(), key_sha256=tokens.sum_of(key), ended_at__isnull=True,
            until__gt=timezone.now(),
        )
        .select_related("link__mentor", "link__portfolio__student__course__institution")
        .first()
    )  # fmt: skip


@transaction.atomic
def finish(*, session: SigningSession) -> None:
    """The mentor is done: session and link end, and they are told what was signed in their name."""
    link = _locked(session.link_id)
    if link.ended_at is None:
        _end(link, LinkEnd.USED)
        audit.record("signing.finished", by=None, obj=link, payload={"session": session.pk})


def end_session(session: SigningSession) -> None:
    """Ends a session and has the mentor told what was signed in it; call inside a transaction."""
    session.ended_at = timezone.now()
    session.save(update_fields=["ended_at"])
    tell(session)


@transaction.atomic
def sweep() -> int:
    """Ends the sessions whose time is over, so that mentors are told; returns how many."""
    over = SigningSession.objects.select_for_update(of=("self",)).filter(
        ended_at__isnull=True, until__lte=timezone.now()
    )
    ended = list(over.select_related("link__mentor")[:200])
    for session in ended:
        end_session(session)
    return len(ended)


def _end(link: SigningLink, why: LinkEnd) -> None:
    link.ended_at, link.ended_why, link.code_sent_at = timezone.now(), why, None
    link.save(update_fields=["ended_at", "ended_why", "code_sent_at"])
    for session in link.sessions.filter(ended_at__isnull=True).select_related("link__mentor"):
        end_session(session)


def _locked(link_id: UUID) -> SigningLink:
    return (
        SigningLink.objects.select_for_update(of=("self",))
        .select_related("mentor", "portfolio__student__course__institution")
        .get(pk=link_id)
    )


def _open(link_id: UUID) -> SigningLink:
    _locked(link_id)
    found = open_links().filter(pk=link_id).first()
    if found is None:
        raise NotAllowed("This link does not open anything any more. Nothing was changed.")
    return found


def waiting_scans(portfolio: Portfolio, mentor: Mentor) -> QuerySet[Scan]:
    """The scans of a student that wait for this mentor, by day."""
    rows = Scan.objects.filter(WAITS, portfolio=portfolio, mentor=mentor, logged=True)
    return rows.select_related("appraisal__mentor", "portfolio__student__course").order_by("on", "number")


def unsigned_contract(portfolio: Portfolio, mentor: Mentor) -> LearningContract | None:
    """The newest version of the learning contract, if this mentor has not signed it: who joins later signs too (PS2.1)."""
    newest = (
        portfolio.contracts.order_by("-number")
        .select_related("portfolio__student__course__institution")
        .first()
    )
    if newest is None:
        return None
    by_mentor = newest.signatures.filter(party=Party.MENTOR, mentor=mentor).exclude(state=SignatureState.VOID)
    return None if by_mentor.exists() else newest
