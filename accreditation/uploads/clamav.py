"""Asks clamd whether a file carries something known to be harmful: its INSTREAM command over TCP or a Unix socket.

Only where CLAMAV_URL names one (`tcp://clamav:3310`, `unix:///run/clamav/clamd.sock`). A clamd that does not answer, or
answers what we do not understand, means that nobody looked: the file is refused, never let through.
"""

import logging
import socket
import struct
from pathlib import Path
from urllib.parse import urlsplit

from accreditation.uploads.kinds import Refused

logger = logging.getLogger(__name__)

SECONDS = 30
CHUNK = 64 * 1024
MOST_ANSWER = 4096
NOBODY_LOOKED = (
    "The file could not be checked for viruses just now, so it was not taken. Nothing was changed. "
    "Try again in a few minutes; if it goes on, tell the CASE office."
)


def check(path: Path, url: str) -> None:
    """Raises `Refused` where clamd finds something in the file, and where it did not look."""
    try:
        answer = _ask(path, url)
    except (OSError, ValueError) as fault:
        logger.error("The virus scanner did not answer: %s", type(fault).__name__)
        raise Refused(NOBODY_LOOKED) from fault
    if answer == "stream: OK":
        return
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        name = answer.removeprefix("stream: ").removesuffix(" FOUND")
        logger.error("The virus scanner found %s in an upload.", name)
        raise Refused(
            f"The virus scanner refuses this file: it found “{name[:80]}”. Nothing was kept. Have your computer checked, "
            "and choose a clean copy."
        )
    logger.error("The virus scanner answered: %s", answer[:200])
    raise Refused(NOBODY_LOOKED)


def _ask(path: Path, url: str) -> str:
    """clamd's one line about a file. Raises `OSError`, also for an answer cut short, and `ValueError` for a bad URL."""
    with _connected(url) as link, path.open("rb") as stream:
        link.settimeout(SECONDS)
        link.sendall(b"zINSTREAM\0")
        try:
            while chunk := stream.read(CHUNK):
                link.sendall(struct.pack("!L", len(chunk)) + chunk)
            link.sendall(struct.pack("!L", 0))
        except BrokenPipeError:
            pass  # it says why before it hangs up: a file above its own limit
        answer = b""
        while not answer.endswith(b"\0"):
            part = link.recv(1024)
            if not part or len(answer) > MOST_ANSWER:
                raise ConnectionError("The answer was cut short.")
            answer += part
    return answer[:-1].decode(errors="replace").strip()


def _connected(url: str) -> socket.socket:
    at = urlsplit(url)
    if at.scheme == "unix":
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            link.settimeout(SECONDS)
            link.connect(at.path)
        except OSError:
            link.close()
            raise
        return link
    if at.scheme == "tcp" and at.hostname:
        return socket.create_connection((at.hostname, at.port or 3310), timeout=SECONDS)
    raise ValueError("CLAMAV_URL must be tcp://host:port or unix:///path.")
