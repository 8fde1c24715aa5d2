"""What follows from the facts before any clause is decided: contracts agreed, remit, log, releases, team.

A rule is given the dossier of its subject, of a course or of a student. Everything in it is worked out
once, when first asked for, by the general readings of the standard; the clauses themselves are in
`ps1_applicants` to `ps5_learning`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property

from accreditation.rules import mentoring, regions
from accreditation.rules.clauses import Edition, Terms
from accreditation.rules.contracts import Version, read_version
from accreditation.rules.dates import next_day
from accreditation.rules.facts import (
    Assessment,
    Award,
    Course,
    Facts,
    Mentor,
    Module,
    Student,
)
from accreditation.rules.findings import Named
from accreditation.rules.log import Log, Rows
from accreditation.rules.mentoring import Eligibility, Place, Surroundings
from accreditation.rules.registrations import comparable

SUBJECTS = {
    "healthy_volunteer": "a healthy volunteer",
    "simulator": "a simulator",
    "peer": "a fellow student",
}


class CourseDossier:
    """One course with its mentors and students, on the facts' own day, under one edition."""

    def __init__(self, facts: Facts, edition: Edition) -> None:
        self.facts = facts
        self.edition = edition
        self.terms: Terms = edition.on(facts.as_of)
        self.mentors: dict[str, Mentor] = {mentor.id: mentor for mentor in facts.mentors}

    @property
    def course(self) -> Course:
        return self.facts.course

    @property
    def id(self) -> str:
        return self.course.id

    @cached_property
    def students(self) -> tuple[StudentDossier, ...]:
        return tuple(StudentDossier(student, self) for student in self.facts.students)

    @cached_property
    def topic_modules(self) -> tuple[Module, ...]:
        """The modules that carry a topic of the standard."""
        topics = set(self.terms.topics)
        return tuple(module for module in self.course.modules or () if topics & set(module.topics))

    def modules_on(self, topic: str) -> list[Module]:
        return [module for module in self.course.modules or () if topic in module.topics]

    @cached_property
    def _numbers(self) -> dict[tuple[str, str], set[str]]:
        """For each registration number (see `registrations.comparable`) the students who give it."""
        found: dict[tuple[str, str], set[str]] = {}
        for student in self.facts.students:
            for one in student.registrations or ():
                if key := comparable(one, self.terms):
                    found.setdefault(key, set()).add(student.id)
        return found

    def same_numbers(self, student: Student) -> list[str]:
        """The other students who give one of this student's registration numbers."""
        keys = (comparable(one, self.terms) for one in student.registrations or ())
        others = {one for key in keys if key for one in self._numbers[key]} - {student.id}
        return sorted(others)

    @cached_property
    def _met_from(self) -> dict[str, tuple[date, Eligibility] | None]:
        return {}

    def met_from(self, mentor: Mentor) -> tuple[date, Eligibility] | None:
        """The day from which the mentor's own qualifications are enough (see `mentoring.met_from`)."""
        known = self._met_from
        if mentor.id not in known:
            known[mentor.id] = mentoring.met_from(mentor, self.terms)
        return known[mentor.id]


class StudentDossier:
    """One student: the contract and its remit, the log, what ratification released, the team."""

    def __init__(self, student: Student, course: CourseDossier) -> None:
        self.student = student
        self.course = course
        self.terms = course.terms
        self.place = f"students/{student.id}"

    @property
    def id(self) -> str:
        return self.student.id

    # --- the learning contract and the remit -----------------------------------------------------------------------

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """The contract's versions, oldest first."""
        return tuple(
            read_version(contract, f"{self.place}/contracts/{at}", self.course.mentors.__contains__)
            for at, contract in sorted(
                enumerate(self.student.contracts or ()), key=lambda item: item[1].version
            )
        )

    @cached_property
    def contract(self) -> Version | None:
        """The newest version that all three parties had signed."""
        agreed = [version for version in self.versions if version.agreed]
        return agreed[-1] if agreed else None

    @property
    def remit(self) -> int:
        """The regions and extras that the student is to scan: those of the newest agreed contract."""
        return self.contract.remit if self.contract else 0

    # --- ratification and what it releases ------------------------------------------------------------------------

    def ratified(self, *kinds: str) -> list[Award]:
        """The ratified awards of these kinds, earliest first."""
        found = (
            award for award in self.student.awards if award.kind in kinds and award.ratified_on is not None
        )
        return sorted(found, key=lambda award: award.ratified_on or date.max)

    @cached_property
    def final_day(self) -> date | None:
        """The day on which the final award was ratified; None while it is not."""
        finals = self.ratified("final")
        return finals[0].ratified_on if finals else None

    def ratified_for(self, parts: int) -> date | None:
        """The day by which all of these parts were ratified: the last of their own first days; None while
        one is not.
        """
        days: list[date] = []
        for part in regions.each(parts):
            covering = [
                award for award in self.ratified("interim", "final") if part & self.released_by(award)
            ]
            if not covering or covering[0].ratified_on is None:
                return None
            days.append(covering[0].ratified_on)
        return max(days, default=None)

    def released_by(self, award: Award) -> int:
        """The parts that an award releases: an interim award those it names, a final award all of the
        remit.
        """
        return self.remit if award.kind == "final" else award.regions or 0

    @cached_property
    def released(self) -> Rows:
        """Scans made after the ratification of all their regions: no longer a student's scans."""
        return self._by_ratification(self.log.after)

    @cached_property
    def on_ratification_day(self) -> Rows:
        """Scans made on the very day of the ratification that releases their regions."""
        return self._by_ratification(self.log.on)

    def _by_ratification(self, rows_of: Callable[[date], Rows]) -> Rows:
        found = self.log.none
        for rows, day in self._ratified_rows:
            found |= rows & rows_of(day)
        return found

    @cached_property
    def _ratified_rows(self) -> list[tuple[Rows, date]]:
        """The scans whose regions are all ratified, with the day by which they were."""
        if not self.ratified("interim", "final"):
            return []
        days = ((rows, self.ratified_for(scanned)) for scanned, rows in self.log.by_regions())
        return [(rows, day) for rows, day in days if day is not None]

    # --- the log ----------------------------------------------------------------------------------------------------

    @cached_property
    def log(self) -> Log:
        return Log(self.student.scans or (), f"{self.place}/scans")

    @cached_property
    def student_scans(self) -> Rows:
        """Patient scans in the log, before release: the scans that must be supervised."""
        return (self.log.of("patient") & self.log.logged) - self.released

    @cached_property
    def supervised(self) -> Rows:
        """Those of them that somebody supervised, or may have."""
        return self.student_scans - self.log.supervised("none")

    @cached_property
    def counted(self) -> Rows:
        """The scans that enter any number or coverage: those of them of which it is known that somebody
        supervised.
        """
        return self.supervised - self.log.supervised(None)

    def left_out(self, scope: Rows, rest: Rows | None = None, why: str = "") -> tuple[tuple[Rows, str], ...]:
        """Why the log's other rows are outside a scope, each row once; `rest` are rows of the scope left
        out for `why`.
        """
        outside = self._outside.get(scope.bits)
        if outside is None:
            outside = self._outside[scope.bits] = tuple(self._why_outside(scope))
        return ((rest, why), *outside) if rest else outside

    @cached_property
    def _outside(self) -> dict[int, tuple[tuple[Rows, str], ...]]:
        return {}

    def _why_outside(self, scope: Rows) -> Iterator[tuple[Rows, str]]:
        others = self.log.all - scope
        for rows, reason in self._reasons():
            if not others:
                return
            if hit := others & rows:
                yield hit, reason
                others -= hit
        if others:
            yield others, "not asked about here"

    def _reasons(self) -> Iterator[tuple[Rows, str]]:
        log = self.log
        yield log.all - log.logged, "kept apart from the log"
        for subject, words in SUBJECTS.items():
            yield log.of(subject), f"not a patient: {words}"
        yield log.of(None), "not known whether it was a patient"
        yield self.released, "made after the award was ratified"
        yield log.supervised("none"), "nobody supervised it"
        yield log.supervised(None), "not known how it was supervised"

    # --- the mentors ------------------------------------------------------------------------------------------------

    def mentor(self, mentor_id: str) -> Mentor:
        return self.course.mentors[mentor_id]

    @cached_property
    def around(self) -> Surroundings:
        team = tuple(
            Place(self.mentor(member.mentor), member.period, f"{self.place}/team/{at}")
            for at, member in enumerate(self.student.team)
        )
        return Surroundings(team, self.course.facts.shortages)

    def standing(self, mentor: Mentor, rows: Rows) -> list[tuple[Rows, Eligibility]]:
        """The mentor's eligibility for each of some scans: rows with one answer together, earliest first."""
        known = self.course.met_from(mentor)
        early = rows - self.log.since(known[0]) if known else rows
        found: list[tuple[Rows, Eligibility]] = []
        if early:
            days = mentoring.change_days(mentor, self.terms, self.around)
            inside = [day for day in days if early.first_day < day <= early.last_day]
            for start, end in zip(
                [early.first_day, *inside], [*inside, next_day(early.last_day)], strict=True
            ):
                span = early & self.log.since(start) & self.log.before(end)
                if span:
                    now = mentoring.eligibility(mentor, start, self.terms, self.around)
                    if found and (found[-1][1].outcome, found[-1][1].why) == (now.outcome, now.why):
                        found[-1] = (found[-1][0] | span, found[-1][1])
                    else:
                        found.append((span, now))
        if known and (late := rows - early):
            found.append((late, known[1]))
        return found

    @cached_property
    def own_mentors(self) -> frozenset[str]:
        """The student's mentors: the team over time, and who supervised."""
        team = {member.mentor for member in self.student.team}
        return frozenset(team | set(self.log.mentors(self.supervised)))

    # --- examinations -----------------------------------------------------------------------------------------------

    def assessment_ref(self, assessment: Assessment) -> str:
        return f"{self.place}/assessments/{assessment.id}"

    def result_refs(self, module: str) -> list[str]:
        """References to the student's results in a module."""
        given = enumerate(self.student.results)
        return [f"{self.place}/results/{at}" for at, result in given if result.module == module]

    def other_results(self, named: Named) -> tuple[tuple[Named, str], ...]:
        """The student's results beside those named."""
        rest = Named(ref for ref in self.refs("results", len(self.student.results)) if ref not in named)
        return ((rest, "of other modules"),) if rest else ()

    def refs(self, kind: str, number: int) -> Named:
        """References to all items of one of the student's lists that have no ids of their own."""
        return Named(f"{self.place}/{kind}/{at}" for at in range(number))
