"""Refusals. Each carries a sentence that the page shows to the person, word for word."""


class Refusal(Exception):
    """Something asked for is not done; nothing has changed. `str(refusal)` is the reason in plain English."""


class NotAllowed(Refusal):
    """This person may not do this (403)."""


class NotNow(Refusal):
    """Nobody may do this in the present state: the thing has moved on since the page was drawn (409)."""


class Stale(Refusal):
    """Somebody saved a newer version meanwhile (409). `current` is the row as it stands, for showing both texts."""

    def __init__(self, reason: str, current: object = None) -> None:
        super().__init__(reason)
        self.current = current


class Invalid(Refusal):
    """What was given cannot be taken (422). `problems` maps a field's name ("" for none) to its sentences."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__(" ".join(sentence for sentences in problems.values() for sentence in sentences))
        self.problems = problems
