"""File names as people gave them, made safe to show and to give back. Never used as a path: files lie under their sum."""

import re
import unicodedata

LONGEST = 120
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
PARTS = re.compile(r"[/\\]")


def clean_name(name: str, extension: str) -> str:
    """The last part of a name without control and direction characters, at most 120 long, ending in its extension.

    An empty or reserved name gets a plain one ("file.pdf"), so that every system can save it.
    """
    last = PARTS.split(unicodedata.normalize("NFC", str(name)))[-1]
    shown = "".join(
        c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    shown = " ".join(re.sub(r'[<>:"|?*]', " ", shown).split()).strip(". ")
    stem = shown.rpartition(".")[0].strip(". ") if shown.lower().endswith(f".{extension}") else shown
    stem = stem[: LONGEST - len(extension) - 1].strip(". ") or "file"
    if stem.lower() == extension:
        stem = "file"
    if RESERVED.match(stem):
        stem = f"file {stem}"
    return f"{stem}.{extension}"


def title_from(name: str) -> str:
    """A first title for a file from its name: "course_handbook-2026.pdf" gives "course handbook-2026"."""
    return " ".join(name.rpartition(".")[0].replace("_", " ").split())[:200] or name[:200]
