"""National runs as their pages show them: how far one is, what it found, and each change with the rows behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.template.defaultfilters import pluralize
from django.urls import reverse

from accreditation import run_selectors
from accreditation.enums import BuildState, JobState, LetterKind, LetterTask, RunKind, RunState
from accreditation.models import Letter, NationalRun, RunLine, User
from accreditation.models.runs import OPEN
from accreditation.presenters.rules_findings import Rows, RowWords, outcome_words
from accreditation.rules.dates import spoken

NOUNS: dict[str, str] = {RunKind.RECHECK: "course", RunKind.IMPACT: "case", RunKind.LETTERS: "letter"}
WAITING = (BuildState.QUEUED, BuildState.BUILDING)


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change: the clause, whom it is about, what it was and is, why, and the rows behind it."""

    clause: str
    subject: str
    before: str
    after: str
    after_code: str
    direction: str
    reason: str
    settle: str
    rows: tuple[RowWords, ...]
    count: int

    @property
    def turned(self) -> str:
        return f"{self.after}; was {self.before}"

    @property
    def rows_word(self) -> str:
        """What the rows are called, where not all of them were kept: "12 of 47 records"."""
        return f"of {self.count:,} records" if self.count > len(self.rows) else ""


@dataclass(frozen=True, slots=True)
class LineView:
    """One course, case or letter of a run. `first` is the worst of its changes in words."""

    line: RunLine
    title: str
    caption: str
    url: str
    first: str

    @property
    def unchanged(self) -> bool:
        return not (self.line.worse or self.line.better or self.line.other or self.line.failed)


def title(run: NationalRun) -> str:
    """What a run is called on pages."""
    if run.kind == RunKind.IMPACT:
        return f"What edition {run.asked.get('edition', '')} would change"
    if run.kind == RunKind.LETTERS:
        return str(LetterTask(run.asked["task"]).label)
    return str(run.get_kind_display())


def asked(run: NationalRun) -> str:
    """Of what a run of letters was asked, in words; empty for other runs."""
    if run.kind != RunKind.LETTERS:
        return ""
    kind = f"{LetterKind(run.asked['kind']).label}s" if run.asked["kind"] else "All kinds of letter"
    on = run.asked["decided_on"]
    meeting = f"the meeting on {spoken(date.fromisoformat(on))}" if on else "all meetings"
    return f"{kind} of {meeting}." + (f" Reason: {run.asked['reason']}" if run.asked["reason"] else "")


def work(run: NationalRun) -> dict[str, Any]:
    """How far a run is, for `components/work.html`; three queries at most."""
    noun = NOUNS[run.kind]
    counted = f"{run.done:,} of {run.total:,} {noun}{pluralize(run.total)}"
    shown: dict[str, Any] = {
        "id": "run-work", "title": title(run), "state": run.state, "state_label": run.get_state_display()
    }  # fmt: skip
    building, built = _building(run)
    going = run.state in OPEN or building > 0
    if going:
        shown["poll_url"] = reverse("run_state", args=[run.pk])
    if run.state == RunState.PLANNED:
        shown["text"] = "It begins as soon as a worker is free. You can close this page."
        return shown
    if run.kind == RunKind.LETTERS and run.state != RunState.RUNNING:
        if building:
            shown |= {"state": "building", "state_label": "Letters being built"}
        shown |= {"value": built, "max": max(built + building, 1)}
        shown["text"] = f"{counted} done. {built:,} of {built + building:,} built."
    else:
        shown |= {"value": run.done, "max": max(run.total, 1)}
        shown["text"] = f"{counted} done."
    if run.total == 0:
        shown |= {"value": 1, "max": 1, "text": f"There was no {noun} to look at."}
    if going:
        shown["text"] += " You can close this page: the work goes on, and the result stays here."
    return shown


def _building(run: NationalRun) -> tuple[int, int]:
    """Of the letters that a run asked for: how many are still to be built, and how many are."""
    if run.kind != RunKind.LETTERS or run.state == RunState.PLANNED:
        return 0, 0
    mine = Letter.objects.filter(pk__in=run.lines.filter(failed=False).values("letter"))
    states = list(mine.values_list("state", flat=True))
    return sum(one in WAITING for one in states), sum(one == BuildState.BUILT for one in states)


def summary(run: NationalRun, user: User) -> str:
    """What a run found, of what this officer may see, in one sentence."""
    if run.kind == RunKind.LETTERS:
        return ""
    found = run_selectors.visible_lines(user, run).values_list("worse", "better", "other", "failed")
    rows = list(found)
    if not rows:
        return ""
    noun, number = NOUNS[run.kind], len(rows)
    worse, better = sum(bool(row[0]) for row in rows), sum(bool(row[1]) for row in rows)
    changed = sum(any(row[:3]) for row in rows)
    failed = sum(row[3] for row in rows)
    if run.kind == RunKind.RECHECK:
        said = f"{worse} of {number} {noun}{pluralize(number)} got worse since the look before, {better} got better"
    else:
        said = (
            f"{changed} of {number} {noun}{pluralize(number)} would come out otherwise, {worse} of them worse"
        )
    return f"{said}{f', {failed} could not be read' if failed else ''}."


def failed_parts(run: NationalRun) -> list[str]:
    """Why parts of a run failed, each reason once."""
    reasons = run.parts.filter(state=JobState.FAILED).values_list("failure", flat=True)
    return sorted(set(reasons))


def lines(found: Iterable[RunLine]) -> list[LineView]:
    """The lines of a run's page, in the order given; course, institution, submission and letter should be joined."""
    return [_line(one) for one in found]


def _line(line: RunLine) -> LineView:
    if line.letter:
        return LineView(
            line, line.letter.number, f"{line.letter.get_kind_display()}, {_course(line)}",
            reverse("letter", args=[line.letter.pk]), line.words,
        )  # fmt: skip
    reference = f"{line.submission.reference}, {line.words}" if line.submission else ""
    return LineView(
        line=line,
        title=line.course.title if line.course else "A case",
        caption=", ".join(part for part in (_short(line), reference) if part),
        url=reverse("run_line", args=[line.run_id, line.pk]) if line.changes else "",
        first=_first(line),
    )


def _course(line: RunLine) -> str:
    return f"{line.course.title}, {_short(line)}" if line.course else ""


def _short(line: RunLine) -> str:
    return line.course.institution.short_name if line.course else ""


def _first(line: RunLine) -> str:
    if line.failed:
        return line.words
    if not line.changes:
        return "Nothing changed"
    view = change(line.changes[0])
    whose = f", {view.subject[:1].lower()}{view.subject[1:]}" if view.subject else ""
    more = line.worse + line.better + line.other - 1
    return f"{view.clause}{whose}: {view.after}, was {view.before}" + (f", and {more:,} more" if more else "")


def change(raw: dict[str, Any]) -> ChangeView:
    """One change as it was kept, in words."""
    subject, words = raw["subject"], Rows(raw["facts"])
    shown = tuple(words.words(ref, subject=subject["id"]) for ref in raw["rows"])
    return ChangeView(
        clause=raw["clause"],
        subject=f"Student {subject['id']}" if subject["kind"] == "student" else "",
        before=outcome_words(raw["before"]) if raw["before"] else "not there",
        after=outcome_words(raw["after"]) if raw["after"] else "no longer there",
        after_code=raw["after"] or "not_applicable",
        direction=raw["direction"],
        reason=raw["reason"],
        settle=raw["settle"],
        rows=shown,
        count=raw["count"],
    )
