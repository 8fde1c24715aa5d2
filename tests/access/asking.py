"""Each guard asked by itself: what it answers every person about the things of both universities, as the oracle says it.

A question is a guard, what it is asked about, and the parts who get a yes (`tests.access.stage.PARTS`); everybody else, the
people of the other university among them, must get a no. Some are asked after one thing has changed (`change`): a place that
ended, a conflict declared late, an account closed. It takes milliseconds where a cell of the matrix takes a request, so that
every mutant of every guard is tried each time (`tests/access/test_guards_needed.py`). A guard needs a question for each thing
that it looks at: the test says which mutant nothing has noticed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils import timezone

from accreditation import grants
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.models import (
    Appeal,
    Assignment,
    ClauseQuestion,
    ConditionCitation,
    ConditionEvent,
    Conflict,
    CourseTeamMember,
    Evidence,
    FactReply,
    Judgement,
    Letter,
    PanelReport,
    Submission,
    User,
)
from mentors.models import Mentor
from portfolios.models import TeamMembership
from tests.access.matrix import Matrix
from tests.access.oracle import (
    PANEL,
    Actor,
)
from tests.access.stage import PARTS, Side
from tests.people import days_ago

Get = Callable[[Side], Any]
Ask = Callable[[Any, Side], bool]
Change = Callable[[Side], object]
ANYBODY = frozenset(PARTS)
ASSESSORS = PANEL | {"invited", "conflicted", "removed", "assessor"}


@dataclass(frozen=True, slots=True)
class Question:
    """What a guard is asked, and who gets a yes. With a `change` only the people of the changed side are asked."""

    words: str
    ask: Ask
    who: frozenset[str]
    change: Change | None = None
    body: bool = False
    anonymous: bool = False

    def __str__(self) -> str:
        return self.words

    def wrong(self, matrix: Matrix, first: str = "") -> Iterator[tuple[str, str]]:
        """Who gets another answer than the oracle's, one by one, and what; `first` is asked before everybody else."""
        with transaction.atomic():
            if self.change is not None and (fault := _changed(self.change, matrix.own)):
                yield "", f"{self.words}: {fault}"
                transaction.set_rollback(True)
                return
            for actor, user in sorted(_people(matrix), key=lambda one: one[0].name != first):
                if user is None and not self.anonymous:
                    continue
                if self.change is not None and actor.of_other:
                    continue
                for fault in self._of(matrix, actor, user):
                    yield actor.name, fault
            transaction.set_rollback(True)

    def _of(self, matrix: Matrix, actor: Actor, user: User | None) -> Iterator[str]:
        sides = [matrix.own] if self.change is not None or self.body else [matrix.own, matrix.other]
        for side in sides:
            wanted = actor.part(side is matrix.other) in self.who
            try:
                got: object = self.ask(user, side)
            except Exception as error:
                got = f"an error ({error!r})"
            if got is not wanted:
                yield f"{self.words}: {actor.name} gets {got} about {side.name}, and not {wanted}"


def _people(matrix: Matrix) -> Iterator[tuple[Actor, User | None]]:
    """Everybody as the database has them now, with their groups at hand."""
    keys = [one.user.pk for one in matrix.people if one.user]
    stored = User.objects.prefetch_related("groups").in_bulk(keys)
    for user in stored.values():
        user.take_groups([group.name for group in user.groups.all()])
    for one in matrix.people:
        yield one, one.user and stored[one.user.pk]


def _changed(change: Change, side: Side) -> str:
    """Makes the change, around the database's own checks of keys and of what is frozen. Says what went wrong."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        try:
            change(side)
        except Exception as error:
            return f"could not be changed ({error!r})"
        cursor.execute("SET LOCAL session_replication_role = origin")
    return ""


# --- What is asked ----------------------------------------------------------------------------------------------------


def case(state: str) -> Get:
    """The side's case in a state, read anew."""
    return lambda side: Submission.objects.select_related("course__institution").get(pk=side.cases[state].pk)


def course(state: str) -> Get:
    return lambda side: side.courses[state]


def thing(name: str) -> Get:
    """A thing of the side, read anew."""
    return lambda side: type(side.things[name]).objects.get(pk=side.things[name].pk)


def condition(number: int) -> Get:
    return lambda side: side.things["decision"].conditions.get(number=number)


def report(side: Side) -> PanelReport:
    """The report that is before the Committee."""
    return PanelReport.objects.get(submission=side.cases["reported"])


def correction(side: Side) -> FactReply:
    """What the course corrected in that report."""
    return FactReply.objects.get(submission=side.cases["reported"])


def answer(number: int) -> Get:
    return lambda side: condition(number)(side).answers.get()


def question_of(side: Side) -> ClauseQuestion:
    return ClauseQuestion.objects.get(submission=side.cases["in_assessment"])


def judgement(part: str, state: str) -> Get:
    """The first judgement of somebody on the panel of a case."""
    return lambda side: Judgement.objects.filter(
        assignment__user=side.people[part], assignment__submission=side.cases[state]
    ).order_by("clause")[0]


def fixed(value: Any) -> Get:
    return lambda side: value


def pk(get: Get) -> Get:
    return lambda side: get(side).pk


def sees(selector: Callable[..., Any], get: Get, *further: Get) -> Ask:
    """Whether the selector shows the person this row."""
    return lambda user, side: bool(
        selector(user, *(one(side) for one in further)).filter(pk=get(side).pk).exists()
    )


def among(selector: Callable[..., list[Any]], get: Get, *further: Get) -> Ask:
    """As `sees`, for what gives a list."""
    return lambda user, side: get(side) in selector(user, *(one(side) for one in further))


def holds(selector: Callable[[], Any], get: Get) -> Ask:
    """Whether a selector that asks for nobody holds this row."""
    return lambda user, side: bool(selector().filter(pk=get(side).pk).exists())


REFUSALS = (NotAllowed, NotNow, Invalid, Http404)


def lets(check: Callable[..., Any], *things: Get, **further: Any) -> Ask:
    """Whether the check lets the person through."""

    def ask(user: User, side: Side) -> bool:
        try:
            check(user, *(one(side) for one in things), **further)
        except REFUSALS:
            return False
        return True

    return ask


def opens(view: Callable[..., Any], *things: Get, **further: Any) -> Ask:
    """As `lets`, for what takes the request and not the person."""

    def with_request(user: User, *found: Any, **rest: Any) -> Any:
        request = RequestFactory().get("/")
        request.user = user
        return view(request, *found, **rest)

    return lets(with_request, *things, **further)


def says(function: Callable[..., Any], *things: Get, **further: Any) -> Ask:
    """Whether the function's answer is a yes."""
    return lambda user, side: bool(function(user, *(one(side) for one in things), **further))


def answers(path: str, status: int) -> Ask:
    """Whether the address answers so."""

    def ask(user: User | None, side: Side) -> bool:
        client = Client(raise_request_exception=False)
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client.get(path).status_code == status

    return ask


# --- What changes before ----------------------------------------------------------------------------------------------


def all_of(*changes: Change) -> Change:
    return lambda side: [change(side) for change in changes]


def everybody_inactive(side: Side) -> None:
    User.objects.filter(pk__in=[user.pk for user in side.people.values()]).update(is_active=False)


def row(get: Get, **values: Any) -> Change:
    """The row's columns, by hand; a value that is a function is asked for the side's own."""

    def change(side: Side) -> None:
        found = get(side)
        now = {name: value(side) if callable(value) else value for name, value in values.items()}
        type(found)._default_manager.filter(pk=found.pk).update(**now)

    return change


def person(part: str) -> Get:
    return lambda side: side.people[part]


def of_person(part: str, **values: Any) -> Change:
    return row(person(part), **values)


def gone(get: Callable[[Side], Any]) -> Change:
    """Rows are deleted, whatever hangs on them."""

    def change(side: Side) -> None:
        found = get(side)
        found._raw_delete(found.db)

    return change


def without_groups(part: str, beginning: str = "") -> Change:
    """A person's groups, or those of one kind, are taken away."""
    return lambda side: side.people[part].groups.remove(
        *side.people[part].groups.filter(name__startswith=beginning)
    )


def without_groups_of(part: str, state: str) -> Change:
    """A person's groups of one course are taken away."""
    return lambda side: side.people[part].groups.remove(
        *side.people[part].groups.filter(name__contains=str(side.courses[state].pk))
    )


def with_role(part: str, code: str) -> Change:
    """Somebody is given a role that holds for the whole body."""
    return lambda side: side.people[part].groups.add(Group.objects.get(name=code))


def on_team(part: str, state: str, since: int = 30, until: int | None = None) -> Change:
    """Somebody works on the course since so many days (until so many days ago), and has what goes with it."""

    def change(side: Side) -> None:
        CourseTeamMember.objects.create(
            course=side.courses[state], user=side.people[part], role="member", since=days_ago(since),
            until=None if until is None else days_ago(until),
        )  # fmt: skip
        grants.sync_course(side.courses[state])

    return change


def left_team(part: str, state: str, until: int = 1) -> Change:
    """The last day of somebody's work on the course was so many days ago; what goes with it is still there."""
    return lambda side: CourseTeamMember.objects.filter(
        course=side.courses[state], user=side.people[part]
    ).update(until=days_ago(until))


def seated(part: str, state: str, role: str, place: str = "accepted") -> Change:
    """Somebody has a place on the panel of the case."""

    def change(side: Side) -> None:
        Assignment.objects.create(
            submission=side.cases[state], user=side.people[part], role=role, state=place,
            assigned_by=side.world.officer,
        )  # fmt: skip
        grants.sync_submission(side.cases[state])

    return change


def place_of(part: str, state: str) -> Get:
    return lambda side: Assignment.objects.get(
        submission=side.cases[state], user=side.people[part], state="accepted"
    )


def conflicted(part: str, state: str = "", **values: Any) -> Change:
    """A conflict of somebody with the institution, or with one case of it; nobody has decided on it."""
    return lambda side: Conflict.objects.create(
        user=side.people[part],
        institution=side.world.institution,
        submission=side.cases[state] if state else None,
        kind="employer",
        declared_by=side.people[part],
        **values,
    )


def only_conflict(part: str, state: str = "", **values: Any) -> Change:
    """As `conflicted`, and no other."""
    return all_of(
        gone(lambda side: Conflict.objects.filter(user=side.people[part])), conflicted(part, state, **values)
    )


def found_free(part: str) -> Change:
    """An officer found that somebody's conflicts keep them from nothing."""
    return lambda side: Conflict.objects.filter(user=side.people[part]).update(
        blocks=False, decided_at=timezone.now(), decided_by=side.world.chair, reason="Long ago."
    )


def membership(part: str) -> Get:
    """A mentor's place in the team of the side's student, as it is known now."""
    return lambda side: TeamMembership.objects.get(
        student=side.things["portfolio"].pk, mentor__user=side.people[part], known_until=None
    )


def remote_place(side: Side) -> TeamMembership:
    return TeamMembership.objects.get(student=side.things["portfolio"].pk, mentor=side.things["remote"])


left_students_team = row(membership("mentor"), until=days_ago(1))
remote_left = row(remote_place, until=days_ago(1))


def student_is_mentor(side: Side) -> None:
    """The student is the mentor of their own team."""
    Mentor.objects.filter(pk=side.things["mentor"].pk).update(user=side.people["student"])


def withdrawal_letter(state: str) -> Change:
    """A letter about the case without a decision, which nobody has approved yet."""
    return lambda side: Letter.objects.create(
        submission=side.cases[state], kind="withdrawal", number=f"W-{side.name}", content={}
    )


def letter_of_withdrawal(side: Side) -> Letter:
    return Letter.objects.get(number=f"W-{side.name}")


def another_file(state: str) -> Change:
    """A second file in the case's library."""
    return lambda side: Evidence.objects.create(
        submission=side.cases[state], number=2, title="Later", name="later.pdf", sha256="b" * 64, size=9,
        media_type="application/pdf", uploaded_by=side.world.leader,
    )  # fmt: skip


def cited_in_answer(side: Side) -> None:
    """The case's second file goes with the answer that was sent."""
    later = Evidence.objects.get(submission=side.cases["decided"], number=2)
    ConditionCitation.objects.create(answer=answer(1)(side), evidence=later)


def given_back(side: Side) -> None:
    """CASE has acted on the answer that was sent."""
    ConditionEvent.objects.create(
        condition=condition(1)(side), answer=answer(1)(side), step="returned", reason="Too short.", by=side.world.chair
    )  # fmt: skip


def appealed(about: Callable[[Side], Any]) -> Change:
    return lambda side: Appeal.objects.create(
        decision=about(side), grounds="We did.", lodged_by=side.world.leader
    )


def submitted_again(state: str) -> Change:
    """The decided case has been submitted again, by a case that is now in this state."""
    return row(case("submitted"), resubmits=lambda side: side.cases["decided"], state=state)


def not_forbidden(check: Callable[..., Any], *things: Get) -> Ask:
    """Whether the check finds nothing in the person that forbids it (the state may)."""

    def ask(user: User, side: Side) -> bool:
        try:
            check(user, *(one(side) for one in things))
        except NotAllowed:
            return False
        except NotNow:
            return True
        return True

    return ask
