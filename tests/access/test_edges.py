"""What every answer carries, whoever asks: headers, no inline code; the hosts that are answered; and where secrets of links stand
(nowhere but in the mail).
"""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core import mail as outbox
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings
from django.urls import get_resolver, reverse
from lxml import html

from accreditation import access, mail
from accreditation.config.logs import HidingFormatter, hide
from accreditation.logs import JsonFormatter
from accreditation.models import Job, User
from accreditation.services import invitations, sending
from mentors import links as confirmations
from mentors.models import Mentor
from portfolios import signing
from portfolios.passport import links as passports
from tests.access import canaries
from tests.access.addresses import ADDRESSES, Address
from tests.access.matrix import OWN, Answer, Cell, Matrix, admitted, may_read
from tests.access.oracle import THINGS
from tests.access.stage import days_ago

pytestmark = pytest.mark.django_db
REFUSING = {"case", "submission", "review_finish", "portfolio", "notices_read"}  # 403, 404 and 405
FRAMED = {"sent_message_html"}
"""A mail as it was sent, shown inside the office's page of it, sandboxed."""
NOT_SECRET = {
    "directory_course": "the course's public reference",
    "verify_letter": "what stands printed on a letter, for whoever holds it",
    "standard_statement": "the standard is public",
    "employers_leaf": "the leaflet is public",
}
"""Public addresses with a text in them that lets nobody in."""


def reader(matrix: Matrix, name: str, address: Address) -> Cell | None:
    """The address as the first of the people who may open it."""
    thing = address.things[0]
    seen = address.readers if address.readers is not None else THINGS.get(thing, frozenset())
    for actor in matrix.people:
        if admitted(name, actor) and (not thing or actor.here in seen):
            return Cell(name, thing, OWN, actor, "GET")
    return None


def faults_of(answer: Answer, name: str) -> Iterator[str]:
    """What is missing or too much in an answer's headers, and code that stands inside a page."""
    policy = answer.headers.get("Content-Security-Policy", "")
    framed = name in FRAMED and answer.status == 200
    if "default-src 'self'" not in policy and "default-src 'none'" not in policy:
        yield f"policy is {policy!r}"
    if "unsafe" in policy and not framed:
        yield f"policy allows inline code: {policy}"
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        yield "may be sniffed"
    if answer.headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        yield f"referrer policy is {answer.headers.get('Referrer-Policy')}"
    if answer.headers.get("X-Frame-Options") != ("SAMEORIGIN" if framed else "DENY"):
        yield f"frames: {answer.headers.get('X-Frame-Options')}"
    if answer.headers["Content-Type"].startswith("text/html") and not framed and answer.body:
        if "frame-ancestors 'none'" not in policy or "object-src 'none'" not in policy:
            yield f"policy is {policy!r}"
        tree = html.fromstring(answer.body)
        for one in tree.iter("script", "style"):
            if one.tag == "style" or not (one.get("src") or one.get("type") == "application/json"):
                yield f"inline {one.tag}"
        inline = {key for one in tree.iter() for key in one.attrib if key == "style" or key.startswith("on")}
        if inline:
            yield f"inline {', '.join(sorted(inline))}"
        if b'href="javascript:' in answer.body:
            yield "javascript: link"


def test_every_answer_carries_its_headers_and_no_inline_code(
    matrix: Matrix, capsys: pytest.CaptureFixture[str]
) -> None:
    """As one who may open it, and as nobody; and all that refuse somebody: those are pages too."""
    outsider = next(one for one in matrix.people if one.name == "outsider")
    nobody = next(one for one in matrix.people if one.name == "anonymous")
    faults, tried = [], 0
    for name, address in ADDRESSES.items():
        cells = [Cell(name, address.things[0], OWN, nobody, "GET")]
        if name in REFUSING:
            cells.append(Cell(name, address.things[0], OWN, outsider, "GET"))
        if (first := reader(matrix, name, address)) is not None:
            cells.insert(0, first)
        for cell in cells:
            tried += 1
            faults += [f"{cell}: {fault}" for fault in faults_of(matrix.ask(cell), name)]
    with capsys.disabled():
        print(f"\nEdges: {tried} answers of {len(ADDRESSES)} addresses looked at, wrong {len(faults)}.")
    assert not faults, "\n".join(faults[:40])


def test_a_press_that_brings_nothing_at_all_breaks_no_page(
    matrix: Matrix, capsys: pytest.CaptureFixture[str]
) -> None:
    """As one who may, and without a single field: what a client sends that lost the form, or never had it."""
    wrong, tried = [], 0
    for name, address in ADDRESSES.items():
        if (cell := reader(matrix, name, address)) is None:
            continue
        tried += 1
        client = matrix.clients[cell.actor.name]
        kept = client.cookies.copy()  # one of the presses signs out
        with transaction.atomic():
            answer = client.post(matrix.path(cell), {})
            transaction.set_rollback(True)
        client.cookies = kept
        if answer.status_code >= 500:
            wrong.append(f"POST {name} as {cell.actor.name}: {answer.status_code}")
    with capsys.disabled():
        print(f"\nEdges: {tried} addresses pressed with nothing, broken {len(wrong)}.")
    assert not wrong, "\n".join(wrong)
    assert tried > 200


def test_a_foreign_host_is_refused_and_a_forwarded_one_ignored() -> None:
    for name in ("home", "account_login", "account_reset_password", "directory", "verify"):
        for host in ("evil.example", "localhost.evil.example", "evil.example:443"):
            assert Client().get(reverse(name), headers={"host": host}).status_code == 400, (name, host)
        answer = Client().get(reverse(name), headers={"x-forwarded-host": "evil.example"})
        assert b"evil.example" not in answer.content and answer.status_code == 200, name


def test_an_address_with_anything_in_it_breaks_no_page(matrix: Matrix) -> None:
    """What no page of ours writes into an address: a NUL, numbers and words beyond all measure."""
    strange = (
        "q=%00&page=%00&sort=%00&year=%00&who=%00&state=%00&show=%00&like=%00&cohort=%00&weeks=%00&as=%00"
    )
    beyond = "q=%25%27%5C&page=99999999999999999999&sort=-&year=99999&weeks=99999999&width=9e9&like=9999999999&role=%F0"
    broken, tried = [], 0
    for name, address in ADDRESSES.items():
        if (cell := reader(matrix, name, address)) is None:
            continue
        for query in (strange, beyond):
            tried += 1
            answer = matrix.ask(cell, f"{matrix.path(cell)}?{query}")
            if answer.status >= 500 or (query == strange and answer.status != 400 and not address.public):
                broken.append(f"{cell} with {query}: {answer.status}")
    assert not broken, "\n".join(broken)
    assert tried > 400


@pytest.mark.parametrize("year", [0, 1999, 2100, 9999, 10**20])
def test_a_year_that_there_is_not_is_not_found(matrix: Matrix, year: int) -> None:
    own = matrix.own
    for name, values, who in (
        ("monitoring_return", [own.courses["decided"].pk, year], "leader"),
        ("monitoring_csv", [year], "officer"),
    ):
        assert matrix.clients[who].get(reverse(name, args=values)).status_code == 404, name


def test_mails_lead_to_our_own_origin_whatever_host_was_asked_and_tell_nobody_too_much(
    matrix: Matrix, capsys: pytest.CaptureFixture[str]
) -> None:
    """All mails that the stage's story has promised, and a new password asked for under a foreign host that is let through."""
    origin = "https://accreditation.example.org"
    person = User.objects.get(pk=matrix.own.world.leader.pk)
    with override_settings(ALLOWED_HOSTS=["*"], SITE_ORIGIN=origin):
        client = Client(headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
        answer = client.post(reverse("account_reset_password"), {"email": person.email})
        assert answer.status_code == 302 and "evil" not in answer["Location"]
        before = len(outbox.outbox)
        for job in Job.objects.filter(task=mail.TASK, state="waiting"):
            sending.send(job_id=job.pk)
    sent = outbox.outbox[before:]
    addresses = [
        found
        for one in sent
        for text in (one.body, *(part.content for part in one.alternatives))
        for found in re.findall(r"https?://[^\s\"'<>)]+", str(text))
    ]
    told = [
        f"{one.to} reads {word}: {one.subject}"
        for one in sent
        for word in canaries.words_in(f"{one.subject}\n{one.body}\n{one.alternatives}".encode(), "")
        if not any(
            may_read(actor, word, matrix.own)
            for actor in matrix.people
            if actor.user and actor.user.email in one.to
        )
        and any(actor.user and actor.user.email in one.to for actor in matrix.people)
    ]
    foreign = [one for one in addresses if not one.startswith(f"{origin}/")]
    with capsys.disabled():
        print(f"\nEdges: {len(sent)} mails with {len(addresses)} links, foreign {len(foreign)}.")
    assert not foreign, foreign[:10]
    assert not told, told[:10]
    assert any("/account/password/reset/key/" in one for one in addresses) and len(sent) > 30


def secrets(matrix: Matrix) -> dict[str, str]:
    """Address → the secret part of a link that opens it, for everything that opens by a link."""
    things = matrix.own.things
    return {
        "passport_open": passports.token_of(things["passport"].pk),
        "signing_open": signing.link_token(things["signing_link"].pk),
        "signed_open": signing.check_token(things["session"].pk),
        "invitation": invitations.token_of(things["account_invitation"]),
        "mentor_link": confirmations.token(Mentor.objects.get(pk=things["mentor"].pk), days_ago(-30)),
    }


def test_every_link_with_a_secret_is_known_as_one(matrix: Matrix) -> None:
    """A new public address with a text in it is hidden from the logs of web server and proxy, or said to be no secret."""
    proxy = (Path(__file__).parents[2] / ".ci/deploy/Caddyfile").read_text()
    found = re.search(r'request>uri regexp "(.+?)" "(.+?)"', proxy)
    assert found
    kept = {name for name in ADDRESSES if access.table()[name].public} - NOT_SECRET.keys()
    with_text = {
        name
        for name in kept
        for _, _, _, values in get_resolver().reverse_dict.getlist(name)
        if any(type(one).__name__ == "StringConverter" for one in values.values())
    }
    assert with_text == secrets(matrix).keys()
    for name, secret in secrets(matrix).items():
        path = reverse(name, args=[secret])
        for line in (f"GET {path} HTTP/1.1", f"next={path}", f"Not Found: {path}?a=1"):
            assert secret not in hide(line), name
            assert secret not in re.sub(found[1], found[2], line), name


def test_no_secret_of_a_link_stands_in_a_log_a_referrer_or_the_database(
    matrix: Matrix, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("django.request").setLevel(logging.DEBUG)
    try:
        with caplog.at_level(logging.DEBUG):
            for name, secret in secrets(matrix).items():
                path = reverse(name, args=[secret])
                for address in (path, f"{path}?a=1", path.replace(secret, secret + "x")):
                    answer = Client().get(address)
                    assert answer["Referrer-Policy"] in ("no-referrer", "same-origin"), name
                    assert secret not in answer.get("Location", "") and secret not in str(answer.cookies), (
                        name
                    )
                    assert "no-store" in answer["Cache-Control"] or answer.status_code == 404, name
    finally:
        logging.getLogger("django.request").setLevel(logging.CRITICAL)
    assert caplog.records
    for formatter in (HidingFormatter("%(message)s"), JsonFormatter()):
        lines = "\n".join(formatter.format(record) for record in caplog.records)
        for name, secret in secrets(matrix).items():
            assert secret not in lines, f"{name} in {type(formatter).__name__}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [table for (table,) in cursor.fetchall()]
        for name, secret in secrets(matrix).items():
            for table in tables:
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{secret}%"])  # noqa: S608
                assert cursor.fetchone() == (0,), f"{name} in {table}"
