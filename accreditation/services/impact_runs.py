"""What another edition would change, over all open submissions and all decisions that stand, spread over the workers."""

from accreditation.editions import named
from accreditation.models import NationalRun, RunLine
from accreditation.rules.clauses import Edition
from accreditation.rules.facts_writing import write
from accreditation.rules.since import Turn
from accreditation.services import impact
from accreditation.services.run_work import Work, line_of

CASE, DECISION = "c", "d"


def subjects(run: NationalRun) -> list[str]:
    """Every open submission and every decision that stands: "c<id>" and "d<id>" without hyphens, to fit their column."""
    cases = impact.open_submissions().order_by("reference").values_list("pk", flat=True)
    decisions = impact.standing_decisions().order_by("submission__reference").values_list("pk", flat=True)
    return [f"{CASE}{pk.hex}" for pk in cases] + [f"{DECISION}{pk.hex}" for pk in decisions]


def edition_of(run: NationalRun) -> Edition:
    """The edition that a run asks about. Raises `UnknownEdition` where it is no more there."""
    return named(run.asked["edition"])


def look(run: NationalRun, subject: str) -> impact.CaseImpact:
    """Runs both editions on the facts of one case."""
    edition = edition_of(run)
    kind, pk = subject[0], subject[1:]
    if kind == DECISION:
        return impact.on_decision(impact.standing_decisions().get(pk=pk), edition)
    return impact.on_submission(impact.open_submissions().get(pk=pk), edition, run.as_of)


def keep(run: NationalRun, subject: str, seen: impact.CaseImpact) -> RunLine:
    """The line of one case: which clauses would come out otherwise, and why."""
    turned = [
        Turn(one.clause, one.subject, one.before, one.after, one.rows, one.reason) for one in seen.changes
    ]
    line = line_of(run, subject, turned, write(seen.facts) if turned else {})
    line.submission, line.course, line.words = seen.submission, seen.submission.course, seen.what
    return line


def finished(run: NationalRun) -> None:
    """Whoever asked finds it on the run's page."""


WORK = Work(per_part=5, subjects=subjects, look=look, keep=keep, finished=finished)
