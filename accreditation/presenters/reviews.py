"""What an assessor sees: their cases in groups, the brief on a submission, and one clause with all that belongs to it."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.urls import reverse

from accreditation import judging, page_references, scopes
from accreditation.enums import InvitationState, PanelRole, SubmissionState
from accreditation.hrefs import address
from accreditation.looks import Mark
from accreditation.models import Assignment, Judgement, Snapshot, Submission
from accreditation.review_selectors import COUNTED, Case
from accreditation.rules.clauses import Clause, Origin
from accreditation.rules.dates import spoken
from accreditation.rules.findings import Outcome

MINUTES_A_PAGE = 1.5  # reading with a question in mind; whole minutes are rounded up for each clause
SETTLED = frozenset({Outcome.MET, Outcome.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation of an answer, with the frozen file it points into."""

    number: int
    title: str
    name: str
    pages: str
    spoken: str
    first: int
    count: int
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """One clause in the brief: what the rules found, what there is to read, and whether it is judged."""

    clause: Clause
    finding: str
    reason: str
    cited: tuple[Cited, ...]
    minutes: int
    judgement: Judgement | None
    whole: bool
    url: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """The three lists of the brief; every clause of the edition stands in exactly one."""

    verified: tuple[ClauseLine, ...]
    to_read: tuple[ClauseLine, ...]
    to_judge: tuple[ClauseLine, ...]

    @property
    def pages(self) -> int:
        """Different pages to read, over all files."""
        seen: dict[int, set[int]] = {}
        for line in self.to_read:
            for cited in line.cited:
                seen.setdefault(cited.number, set()).update(_page_set(cited))
        return sum(len(pages) for pages in seen.values())

    @property
    def minutes(self) -> int:
        """About how long these pages take to read."""
        return math.ceil(self.pages * MINUTES_A_PAGE)


def lines(
    snapshot: Snapshot,
    submission: Submission,
    own: dict[str, Judgement],
    marks: Mapping[str, Mark] | None = None,
) -> list[ClauseLine]:
    """Every clause in the standard's order with its finding, citations, the assessor's own judgement and mark."""
    found = {entry["clause"]: entry for entry in snapshot.report.get("clauses", ())}
    answers = {answer["clause"]: answer for answer in snapshot.answers}
    made = []
    for clause in judging.clauses(snapshot):
        entry = found.get(clause.id, {})
        cited = tuple(citations(snapshot, answers.get(clause.id, {})))
        judgement = own.get(clause.id)
        made.append(
            ClauseLine(
                clause=clause,
                finding=entry.get("outcome", ""),
                reason=_first_reason(entry),
                cited=cited,
                minutes=math.ceil(sum(one.count for one in cited) * MINUTES_A_PAGE),
                judgement=judgement,
                whole=judgement is not None and judging.is_whole(judgement),
                url=reverse("review_clause", args=[submission.pk, clause.id]),
                mark=_mark(marks, clause.id, judgement),
            )
        )
    return made


def _mark(marks: Mapping[str, Mark] | None, clause: str, judgement: Judgement | None) -> Mark | None:
    """A clause's mark; one that was judged was looked at, however that came about."""
    mark = (marks or {}).get(clause)
    if mark is not None and mark.unread and judgement is not None:
        return Mark(judgement.updated_at)
    return mark


def brief(all_lines: Iterable[ClauseLine]) -> Brief:
    """Cuts the clauses into three: settled by the rules; with pages to read; with nothing but a judgement to make."""
    verified, to_read, to_judge = [], [], []
    for line in all_lines:
        if line.finding in SETTLED:
            verified.append(line)
        elif line.cited:
            to_read.append(line)
        else:
            to_judge.append(line)
    return Brief(tuple(verified), tuple(to_read), tuple(to_judge))


def citations(snapshot: Snapshot, answer: dict[str, Any]) -> Iterable[Cited]:
    """The citations of a frozen answer; one whose file is not among the frozen files is left out."""
    files = {file["number"]: file for file in snapshot.files}
    for citation in answer.get("citations", ()):
        file = files.get(citation["evidence"])
        if file is None:
            continue
        yield Cited(
            number=file["number"],
            title=file["title"],
            name=file["name"],
            pages=citation["pages"],
            spoken=page_references.spoken(citation["pages"]),
            first=page_references.first_page(citation["pages"]),
            count=_count(citation["pages"], file["pages"]),
            media_type=file["media_type"],
            sha256=file["sha256"],
        )


def _count(pages: str, total: int | None) -> int:
    if not pages:
        return total or 0
    return sum(last - first + 1 for first, last in page_references.parse(pages))


def _page_set(cited: Cited) -> Iterable[int]:
    if not cited.pages:
        return range(1, cited.count + 1)
    ranges = page_references.parse(cited.pages)
    return (page for first, last in ranges for page in range(first, last + 1))


def _first_reason(entry: dict[str, Any]) -> str:
    """The reason of the worst finding, and how many more there are."""
    found = entry.get("findings", ())
    worst = [one["reason"] for one in found if one["outcome"] == entry.get("outcome")]
    if not worst:
        return ""
    more = len(worst) - 1
    return worst[0] + (f" And {more} more like this." if more else "")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The clause before and after, in the standard's order, and this one's place."""

    before: Clause | None
    after: Clause | None
    place: int
    total: int


def neighbours(snapshot: Snapshot, clause_id: str) -> Neighbours:
    """Where a clause stands. Raises `KeyError` for one that the edition does not have."""
    clauses = judging.clauses(snapshot)
    for place, clause in enumerate(clauses):
        if clause.id == clause_id:
            before = clauses[place - 1] if place else None
            after = clauses[place + 1] if place + 1 < len(clauses) else None
            return Neighbours(before, after, place + 1, len(clauses))
    raise KeyError(clause_id)


def source(snapshot: Snapshot, clause: Clause) -> str:
    """Where a clause's words stand: "Position statement 4, rationale; April 2023"."""
    part = "rationale" if clause.origin is Origin.RATIONALE else "statement"
    return f"Position Statement {clause.statement.removeprefix('PS')}, {part}; {judging.edition(snapshot).published}"


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in an assessor's list: what they do next there, in words; `url` is empty where nothing is open."""

    title: str
    url: str
    hint: str
    role: str
    due: str
    reference: str
    judged: str
    total: str


GROUPS = (
    ("invited", "Invitations to answer"),
    ("judge", "To judge"),
    ("agree", "To agree and report"),
    ("waiting", "Waiting for somebody else"),
    ("done", "Done"),
)


def waits_for_others(case: Case) -> bool:
    """Whether an assessor has finished and another may not have."""
    return (
        case.state == InvitationState.ACCEPTED
        and case.stage == SubmissionState.IN_ASSESSMENT
        and case.done_at is not None
    )


def groups(
    cases: Iterable[Case], others: Mapping[UUID, list[tuple[UUID, str]]]
) -> list[tuple[str, str, list[CaseLine]]]:
    """An assessor's cases as (code, title, lines) in the order of what needs them most: what waits longest first, what one
    accepted by its day. `others`: `review_selectors.still_judging` of the cases of which `waits_for_others` is true.
    """
    made: dict[str, list[CaseLine]] = {code: [] for code, _ in GROUPS}
    accepted: list[Case] = []
    for case in sorted(cases, key=attrgetter("since")):
        if case.state == InvitationState.INVITED:
            words = f"You are asked to be {_article(case.role)}."
            url = address("review_invitation", case.place)
            made["invited"].append(_line(case, words, url, "Answer the invitation"))
        elif case.state == InvitationState.WAITING:
            words = "You have accepted. The documents open once the course has declared its interests, too."
            made["waiting"].append(_line(case, words, "", "Waits for the course"))
        else:
            accepted.append(case)
    for case in sorted(accepted, key=lambda case: case.due_on or date.max):
        group, words, route, action = _next_for(case, others)
        made[group].append(_line(case, words, address(route, case.submission), action, done=group == "done"))
    return [(code, title, made[code]) for code, title in GROUPS]


def _line(case: Case, words: str, url: str, action: str, *, done: bool = False) -> CaseLine:
    return CaseLine(
        title=f"{action}: {case.course}",
        url=url,
        hint=f"{case.institution}, {case.reference}. {words}",
        role=PanelRole(case.role).label,
        due=spoken(case.due_on) if case.due_on and not done else "",
        reference=case.reference,
        judged=str(case.judged),  # as words: a template formats each number for its country
        total=str(scopes.number(case.edition, tuple(case.clauses))),
    )


def _next_for(case: Case, others: Mapping[UUID, list[tuple[UUID, str]]]) -> tuple[str, str, str, str]:
    """Group, sentence, address and words of the link for an accepted place."""
    stage = case.stage
    if stage == SubmissionState.SUBMITTED:
        return (
            "waiting",
            "The office starts the assessment when the panel is complete.",
            "review_brief",
            "Read ahead",
        )
    if stage == SubmissionState.IN_ASSESSMENT and case.done_at is None:
        return "judge", "Judge every clause on your own, then finish.", "review_brief", "Go on judging"
    if stage == SubmissionState.IN_ASSESSMENT:
        names = [name for place, name in others.get(case.submission, ()) if place != case.place]
        return "waiting", f"You have finished. {_others(names)}", "review_brief", "Read your judgement"
    if stage == SubmissionState.AGREEING and case.role != PanelRole.SHADOW:
        words = "Both judgements are there. Agree one for each clause, then sign the report."
        return "agree", words, "review_agree", "Agree the judgements"
    if stage == SubmissionState.AGREEING:
        return "waiting", "Lead and co-assessor agree their judgements.", "review_agree", "Read along"
    if stage == SubmissionState.REPORTED:
        return "waiting", "The report is with the Committee.", "review_report", "Read the report"
    return "done", "The Committee has decided.", "review_report", "Read the report"


def _others(names: list[str]) -> str:
    if not names:
        return "The office is looking for a second assessor."
    return f"{' and '.join(names)} still {'judges' if len(names) == 1 else 'judge'}."


def _article(role: str) -> str:
    return f"{'the' if role in COUNTED else 'a'} {PanelRole(role).label.lower()}"


def is_open(place: Assignment) -> bool:
    """Whether this place's holder may still judge."""
    return (
        place.state == InvitationState.ACCEPTED
        and place.done_at is None
        and place.submission.state == SubmissionState.IN_ASSESSMENT
    )
