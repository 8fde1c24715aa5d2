"""A guided first visit of the demo world for each role: what to look at, in order, and what to notice there. Data only."""

from dataclasses import dataclass
from typing import Final

from accreditation.roles import ASSESSOR, CHAIR, COMMITTEE, COURSE_LEADER, MENTOR, OFFICER, STUDENT


@dataclass(frozen=True, slots=True)
class Step:
    """One stop: the page (name of an address without parameters), what to do there, and what to notice."""

    route: str
    title: str
    words: str


VISITS: Final[dict[str, tuple[Step, ...]]] = {
    COURSE_LEADER: (
        Step("submissions", "Open the draft", "Its task list says which sections are complete and what is missing."),
        Step(
            "submissions",
            "Press “Check now” in the draft",
            "Each finding says why, what would settle it, and leads to the very records behind it.",
        ),
        Step("mentors", "Look at your mentors", "Are they eligible today? In which regions? From when, where not yet?"),
        Step("letters", "Read the letter of the decided case", "Its number and code can be checked by anybody."),
    ),
    STUDENT: (
        Step("portfolio_home", "Open your portfolio", "A bar for each part of your remit, and the next five gaps in words."),
        Step(
            "portfolio_home",
            "Press “Log a scan”, on a phone if you can",
            "Repeat the last one, or a favourite; what is typed without a network waits on the device.",
        ),
        Step("portfolio_home", "See for whom you wait", "By name, and for how many days."),
        Step("portfolio_home", "Take everything with you", "“It is yours”: tables, texts and a PDF, any day."),
    ),
    MENTOR: (
        Step("mentor_queue", "Open “To sign”", "Scans by student and day; nothing is ticked for you."),
        Step("mentor_queue", "Appraise one, and query another", "“I was not the mentor” is an answer too."),
        Step("home", "Come back home", "Contracts and assessments that wait for you stand there with their days."),
    ),
    OFFICER: (
        Step("cases", "Open the cases", "The nearest day first. Sort, choose columns, keep a view, take out as Excel."),
        Step("mentors", "Ask the register about a day", "Who was eligible then, as known then, and why."),
        Step("figures", "Read the figures", "Each picture says its finding in its title, and has its table."),
        Step("sent_messages", "See what was sent", "Every message, to whom, and what became of it."),
        Step("running", "Look at the running of the system", "Worker, queue, letters, nightly checks, backup."),
    ),
    ASSESSOR: (
        Step("reviews", "Open a case", "The brief says what is settled, what there is to read, what only you can judge."),
        Step(
            "reviews",
            "Judge a clause",
            "The words, the answer and the finding on the left; the cited page on the right. The other "
            "assessor’s judgement stays hidden until both are done.",
        ),
        Step("standard", "See how a clause is decided", "The words of the standard, and what the rules make of them."),
    ),
    COMMITTEE: (
        Step("decisions", "Open the case before the Committee", "The panel’s report: machine and judgement side by side."),
        Step("directory", "See what the public sees", "Every accredited course, and where it stands today."),
    ),
    CHAIR: (
        Step("decisions", "Open the case before the Committee", "The panel’s report: machine and judgement side by side."),
        Step("decisions", "Record a decision", "You see the letter before it goes out; it is built in the background."),
        Step("verify", "Check a letter as a stranger would", "By its number and code, or by the file itself."),
    ),
}  # fmt: skip
"""Role → its stops. A person of several roles gets the visit of the first that they hold, in this order."""


def visit_for(held: frozenset[str] | set[str]) -> tuple[Step, ...]:
    """The stops for somebody who holds these roles; none for somebody without any."""
    order = (CHAIR, COMMITTEE, OFFICER, ASSESSOR, COURSE_LEADER, MENTOR, STUDENT)
    return next((VISITS[code] for code in order if code in held), ())
