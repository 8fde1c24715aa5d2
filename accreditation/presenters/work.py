"""What a page says while something is made in the background (`components/work.html`)."""


def how_far(step: int, steps: int) -> str:
    """How many parts of a file are ready, once the first is, and that nobody need wait here."""
    ready = f"{step} of {steps} parts are ready. " if step else ""
    return f"{ready}You can leave this page and come back, today or tomorrow."
