"""A backup's manifest: what is in it, with a sum of everything, and a seal that only this installation can make."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from accreditation.exceptions import Refusal

FORMAT = 1
NAME = "manifest.json"
FILES = "files"
SALT = "accreditation.backups.manifest"


class Unusable(Refusal):
    """The backup cannot be made or restored; the sentence names the first fault. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `files` are pairs of sum and size; `migrations` are names such as "mentors.0002_…"; `rows`
    counts each table; `made_at` is an ISO moment in UTC.
    """

    made_at: str
    engine: str
    engine_version: str
    migrations: list[str]
    rows: dict[str, int]
    audit_seq: int
    audit_hash: str
    database: str
    database_size: int
    database_sha256: str
    files: list[tuple[str, int]]
    format: int = FORMAT

    @property
    def anchor(self) -> str:
        """The end of the audit trail, as `manage.py verify_audit --anchor` takes it."""
        return f"{self.audit_seq}-{self.audit_hash[:16]}"

    def write(self, folder: Path) -> None:
        """Writes the manifest with its seal."""
        plain = asdict(self)
        (folder / NAME).write_text(json.dumps({**plain, "seal": _seal(plain)}, indent=1) + "\n")


def read(folder: Path, *, foreign: bool = False) -> Manifest:
    """Reads and checks a backup's manifest.

    Raises `Unusable` where it is absent, unreadable, altered, or made with another installation's secret key; `foreign`
    lets the last two pass, for a host whose key was lost.
    """
    try:
        plain: Any = json.loads((folder / NAME).read_text())
    except OSError:
        raise Unusable(f"{folder} is not a whole backup: it has no {NAME}.") from None
    except ValueError:
        raise Unusable(f"The manifest of {folder} cannot be read: it is damaged.") from None
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise Unusable(f"The manifest of {folder} is not of format {FORMAT}.")
    seal = str(plain.pop("seal", ""))
    if not foreign and not _genuine(plain, seal):
        raise Unusable(
            "The manifest was altered, or the backup is another installation’s: its seal does not fit DJANGO_SECRET_KEY."
        )
    try:
        plain["files"] = [(str(sha256), int(size)) for sha256, size in plain["files"]]
        return Manifest(**plain)
    except (KeyError, TypeError, ValueError):
        raise Unusable(f"The manifest of {folder} lacks what a manifest holds.") from None


def _seal(plain: dict[str, Any], secret: str | None = None) -> str:
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return salted_hmac(SALT, text, secret=secret, algorithm="sha256").hexdigest()


def _genuine(plain: dict[str, Any], seal: str) -> bool:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(hmac.compare_digest(_seal(plain, key), seal) for key in keys)


def sum_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
