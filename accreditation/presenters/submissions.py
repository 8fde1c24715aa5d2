"""A submission for the pages of its course team: the task list, the strip of CASE's timeline, the line of what is next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from accreditation import asked, clause_team, conditions, report_steps, scopes, sections
from accreditation.enums import AppealState
from accreditation.enums import SubmissionState as S
from accreditation.models import Appeal, Submission, User
from accreditation.permissions import is_on_team
from accreditation.rules.clauses import Clause
from accreditation.rules.dates import spoken
from accreditation.sections import COURSE, PEOPLE, SUBMIT, SectionInfo
from accreditation.states import FINAL, NEXT
from accreditation.timelines import state_ends
from accreditation.wording import join

STEPS = (
    (S.DRAFT, "Prepare", "Your course team"),
    (S.SUBMITTED, "Panel appointed", "CASE office"),
    (S.IN_ASSESSMENT, "Assessment", "Two assessors"),
    (S.AGREEING, "Report", "Lead assessor"),
    (S.REPORTED, "Committee", "CASE Committee"),
    (S.DECIDED, "Decision", "Chair of the Committee"),
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a draft is: which clauses are answered, how many files each cites, which sections were called complete."""

    answered: frozenset[str]
    cited: Mapping[str, int]
    complete: frozenset[str]
    has_modules: bool


def progress(submission: Submission) -> Progress:
    """Three queries, however much is there."""
    rows = list(
        submission.answers.annotate(
            cited=Count("citations", filter=Q(citations__evidence__removed_at__isnull=True))
        )
        .values_list("clause", "text", "cited")
        .order_by()
    )
    return Progress(
        answered=frozenset(clause for clause, text, _ in rows if text),
        cited={clause: cited for clause, _, cited in rows if cited},
        complete=frozenset(submission.sections.filter(complete=True).values_list("code", flat=True)),
        has_modules=submission.course.modules.exists(),
    )


def gaps(submission: Submission, known: Progress, code: str) -> list[sections.Gap]:
    """What a section lacks, from what is known already."""
    if code == COURSE:
        return sections.course_gaps(submission.course, has_modules=known.has_modules)
    if code == PEOPLE:
        return []
    return sections.unanswered(submission, code, set(known.answered))


@dataclass(frozen=True, slots=True)
class TeamSide:
    """What the course's team keeps for itself: who looks after which clause, how many notes stand beside which."""

    carers: Mapping[str, User] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)

    def words(self, *clauses: str) -> str:
        """What stands at a clause, or at several: "Looked after by Dr Amara Whitfield. 2 notes.", each person once."""
        names = dict.fromkeys(self.carers[clause].full_name for clause in clauses if clause in self.carers)
        said = [f"Looked after by {join(names)}."] if names else []
        if number := sum(self.notes.get(clause, 0) for clause in clauses):
            said.append("1 note." if number == 1 else f"{number} notes.")
        return " ".join(said)


def team_side(user: User, submission: Submission) -> TeamSide:
    """Two queries for somebody on the team, however much is there; nothing for anybody else."""
    if not is_on_team(user, submission.course):
        return TeamSide()
    return TeamSide(clause_team.carers(submission), clause_team.noted(submission))


def clause_tasks(
    submission: Submission, known: Progress, clauses: Iterable[Clause], side: TeamSide
) -> list[dict[str, Any]]:
    """Clauses as lines of a task list."""
    return [
        {
            "title": f"{clause.id} {clause.label}",
            "url": reverse("submission_clause", args=[submission.pk, clause.id]),
            "hint": clause.decided[:1].upper() + clause.decided[1:],
            "team": side.words(clause.id),
            "status": _clause_status(clause.id, known),
        }
        for clause in clauses
    ]


def _clause_status(clause: str, known: Progress) -> str:
    if clause in known.answered:
        return "completed"
    return "in_progress" if clause in known.cited else "not_started"


def tasks(submission: Submission, known: Progress, side: TeamSide) -> dict[str, Any]:
    """The task list in its three groups, with how many sections are completed of how many."""
    details = [_task(submission, known, one) for one in sections.DETAILS]
    statements = [
        _task(submission, known, one)
        | {"team": side.words(*(clause.id for clause in sections.clauses_of(submission, one.code)))}
        for one in sections.statements_of(submission)
    ]
    done = sum(task["status"] == "completed" for task in (*details, *statements))
    left = [
        one.name
        for one, task in zip(
            (*sections.DETAILS, *sections.statements_of(submission)), (*details, *statements), strict=True
        )
        if task["status"] != "completed"
    ]
    last: dict[str, Any] = {"title": sections.LAST.task, "status": "not_started"}
    if left:
        last["status"] = "cannot_start"
        last["reason"] = (
            f"Complete {'this section' if len(left) == 1 else 'these sections'} first: {', '.join(left)}."
        )
    else:
        last["url"] = reverse("submission_answers", args=[submission.pk])
    return {
        "details": details,
        "statements": statements,
        "last": [last],
        "done": done,
        "total": len(details) + len(statements) + 1,
    }


def _task(submission: Submission, known: Progress, info: SectionInfo) -> dict[str, Any]:
    lacking = gaps(submission, known, info.code)
    task: dict[str, Any] = {"title": info.task, "url": section_url(submission, info.code)}
    if info.code in known.complete:
        task["status"] = "problem" if lacking else "completed"
        if lacking:
            task["reason"] = (
                f"This section was called complete, but something is missing now. {lacking[0].words}."
            )
        return task | _hint(submission, known, info.code)
    begun = any(clause.startswith(f"{info.code}.") for clause in (*known.answered, *known.cited))
    begun = begun or (info.code == COURSE and not lacking)
    task["status"] = "in_progress" if begun else "not_started"
    return task | _hint(submission, known, info.code)


def _hint(submission: Submission, known: Progress, code: str) -> dict[str, str]:
    if code in (COURSE, PEOPLE):
        return {}
    clauses = sections.clauses_of(submission, code)
    answered = sum(clause.id in known.answered for clause in clauses)
    bare = sum(clause.id in known.answered and clause.id not in known.cited for clause in clauses)
    words = f"{answered} of {len(clauses)} clauses answered"
    if bare:
        words += f"; {bare} without evidence"
    return {"hint": words}


def section_url(submission: Submission, code: str) -> str:
    """The page of a section."""
    if code == COURSE:
        return reverse("submission_course", args=[submission.pk])
    if code == PEOPLE:
        return reverse("submission_people", args=[submission.pk])
    if code == SUBMIT:
        return reverse("submission_answers", args=[submission.pk])
    return reverse("submission_statement", args=[submission.pk, code])


def strip(submission: Submission) -> list[dict[str, str]]:
    """CASE's timeline for this case: what is done, what is now and since when, what is to come and who acts."""
    order = [state for state, _, _ in STEPS]
    if submission.state not in order:
        return []
    at, since = order.index(S(submission.state)), _day(submission.state_since)
    steps = []
    for place, (state, name, who) in enumerate(STEPS):
        stands = "done" if place < at or submission.state == S.DECIDED else "now" if place == at else "todo"
        when = ""
        if place == at:
            when = since if state == S.DECIDED else f"since {since}"
        elif state == S.DRAFT and submission.due_on:
            when = f"due {_day(submission.due_on)}"
        steps.append({"name": name, "state": stands, "who": who, "when": when})
    return steps


def next_line(submission: Submission) -> dict[str, str]:
    """What happens next, who acts, and by when, in one line for the course team."""
    after = NEXT[submission.state]
    by = ""
    if submission.state == S.IN_ASSESSMENT and (waiting := list(asked.open_questions(submission))):
        words = f"The lead assessor asks about {asked.sentence(waiting)}. Answer, and the assessment goes on."
        return {"words": words, "who": "Your course team", "by": ""}
    if step := report_steps.line(submission):
        who = "Your course team" if step.who == "Course team" else step.who
        return {"words": step.course, "who": who, "by": f"by {_day(step.by)}" if step.by else ""}
    if (
        submission.state == S.DECIDED
        and Appeal.objects.filter(decision__submission=submission, state=AppealState.LODGED).exists()
    ):
        return {
            "words": "CASE looks at your appeal. Its steps stand on the appeal’s page.",
            "who": "CASE",
            "by": "",
        }
    if submission.state == S.DECIDED and (steps := conditions.next_steps(submission)):
        first, more = steps[0], len(steps) - 1
        words = first.course + (f" {more} more to follow." if more else "")
        return {"words": words, "who": first.who, "by": f"by {_day(first.by)}" if first.by else ""}
    if submission.state == S.DRAFT and submission.due_on:
        by = f"by {_day(submission.due_on)}"
    elif (ends := state_ends(submission)) and ends >= timezone.localdate():
        by = f"by {_day(ends)}"
    who = "" if submission.state in FINAL else after.who
    return {"words": after.course, "who": who, "by": by}


def _day(moment: Any) -> str:
    local = timezone.localtime(moment) if hasattr(moment, "hour") else moment
    return spoken(local)


def clause_neighbours(submission: Submission, clause: str) -> tuple[str, str]:
    """The clauses before and after one, across statements; empty at the ends."""
    ids = [one.id for one in scopes.clauses(submission)]
    at = ids.index(clause)
    return (ids[at - 1] if at else "", ids[at + 1] if at + 1 < len(ids) else "")
