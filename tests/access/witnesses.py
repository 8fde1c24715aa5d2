"""Which question notices each mutant, and whose answer to it: `witnesses.tsv`, written by `make mutate-guards`.

So `make test` asks each mutant one question, that person first, and need not search.
"""

from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("witnesses.tsv")


class Witness(NamedTuple):
    """A question by its words, and the actor whose answer is another one; "" where nobody could be asked."""

    question: str
    actor: str


def read() -> dict[str, Witness]:
    """Mutant → who notices it."""
    lines = [line.split("\t") for line in FILE.read_text().splitlines()]
    return {name: Witness(question, actor) for name, question, actor in lines}


def write(found: dict[str, Witness]) -> None:
    FILE.write_text("".join(f"{name}\t{one.question}\t{one.actor}\n" for name, one in sorted(found.items())))
