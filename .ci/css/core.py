"""Writes static/css/bootstrap-core.css: of Bootstrap just the rules whose classes our pages can carry.

    .venv/bin/python .ci/css/core.py          write the file
    .venv/bin/python .ci/css/core.py --check  exit 1 where it is not what this would write

Every word of the templates, of the code and of crispy's own templates counts as a class that may be carried, so what is left
out is what no page can name. A rule stays as far as one of its selectors needs no other class.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import crispy_bootstrap5
import django_include_bootstrap
import tinycss2

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "static/css/bootstrap-core.css"
SOURCE = Path(str(django_include_bootstrap.__file__)).parent / "static/css/bootstrap.min.css"
CRISPY = Path(str(crispy_bootstrap5.__file__)).parent / "templates"
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
CLASS = re.compile(r"\.(-?[A-Za-z_][A-Za-z0-9_-]*)")
NEVER = re.compile(
    r"(btn-group|btn-check|form-floating|form-switch|input-group|card|fade|alert-dismissible|btn-close|accordion|"
    r"modal|nav|tab|ratio|placeholder|progress|blockquote|spinner|toast|list-group|pagination)\b"
)
"""Parts of Bootstrap for which we have our own, or none; a page that names one all the same is found by a test."""
HEAD = "/*! Of Bootstrap 5.3 (MIT, https://getbootstrap.com), what the pages use: .ci/css/core.py writes this file. */\n"


def words() -> frozenset[str]:
    """Every word that could be a class of a page."""
    places = (
        *(ROOT / "templates").rglob("*.html"),
        *CRISPY.rglob("*.html"),
        *(ROOT / "static/js").glob("*.js"),
        *(path for app in ("accreditation", "mentors", "portfolios") for path in (ROOT / app).rglob("*.py")),
    )
    found = {word for path in places for word in WORD.findall(path.read_text(encoding="utf-8"))}
    found |= {f"btn-{word}" for word in found}  # the one class that templates put together
    return frozenset(word for word in found if not NEVER.match(word))


def selectors(prelude: list[Any], used: frozenset[str]) -> str:
    """The selectors of a rule that need no class but these; empty where there is none."""
    whole = tinycss2.serialize(prelude)
    kept = [one for one in split(whole) if set(CLASS.findall(one.replace("\\", ""))) <= used]
    return ",".join(kept)


def split(text: str) -> Iterator[str]:
    """A selector list at its outer commas."""
    depth, start = 0, 0
    for place, sign in enumerate(text):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            yield text[start:place].strip()
            start = place + 1
    yield text[start:].strip()


def core(rules: Iterable[Any], used: frozenset[str]) -> Iterator[str]:
    """The rules that stay, as text."""
    for rule in rules:
        if rule.type == "qualified-rule":
            if kept := selectors(rule.prelude, used):
                yield f"{kept}{{{tinycss2.serialize(rule.content).strip()}}}"
        elif rule.type == "at-rule" and rule.at_keyword == "media":
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if kept := "".join(core(inner, used)):
                yield f"@media {tinycss2.serialize(rule.prelude).strip()}{{{kept}}}"


def written() -> str:
    """The file's text."""
    rules = tinycss2.parse_stylesheet(
        SOURCE.read_text(encoding="utf-8"), skip_comments=True, skip_whitespace=True
    )
    return HEAD + "\n".join(core(rules, words())) + "\n"


def main() -> int:
    text = written()
    if "--check" in sys.argv:
        return 0 if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
