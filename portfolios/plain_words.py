"""Free text that may say who a patient is: caught with its place; going on needs a reason, and the reason is kept."""

from collections.abc import Callable, Collection, Mapping

from portfolios import identifiers

SHORTEST_REASON = 10
A_FULL_DATE = "a full date"


def identifier_problems(
    texts: Mapping[str, str],
    reason: str,
    *,
    harmless: Collection[str] = (),
    say: Callable[[identifiers.Found], str] | None = None,
) -> dict[str, list[str]]:
    """Field → sentences for words that look like a patient's identifier; empty where none, or where a reason is given.

    `harmless`: what means nothing in such a text (a contract names days). The reason itself is looked at too: it never
    repeats what it excuses (domain 2.6). `say` puts a place into words.
    """
    say = say or place_in_words
    places = {
        name: [one for one in identifiers.find(text) if one.like not in harmless]
        for name, text in texts.items()
        if text
    }
    found = {name: [say(one) for one in ones] for name, ones in places.items() if ones}
    if identifiers.find(reason):
        return {
            **found,
            "identifier_reason": ["Give the reason without the words that look like an identifier."],
        }
    if found and len(reason.strip()) < SHORTEST_REASON:
        words = "Take the words out, or say here in a few words why they identify nobody. The reason is kept."
        return {**found, "identifier_reason": [words]}
    return {}


def place_in_words(one: identifiers.Found) -> str:
    """A place in words: characters are counted from one."""
    return f"“{one.words}” (characters {one.start + 1} to {one.end}) looks like {one.like}."
