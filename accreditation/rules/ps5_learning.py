"""Position Statement 5: learning and assessment.

"Aligning with the subsequent scope of musculoskeletal ultrasound practice, appropriate learning and formal
assessment(s) (usually at level 7 or equivalent Masters level) must be successfully completed for
professional issues, science, physics and technology."
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from accreditation.rules.clauses import Terms
from accreditation.rules.dossier import CourseDossier, StudentDossier
from accreditation.rules.facts import Module
from accreditation.rules.findings import Finding, Named, Outcome, best
from accreditation.rules.registry import Say, rule
from accreditation.rules.words import listed

NOT_MET, MISSING, JUDGE, MET = Outcome.NOT_MET, Outcome.MISSING, Outcome.JUDGE, Outcome.MET
NOT_APPLICABLE = Outcome.NOT_APPLICABLE

LeftOut = tuple[tuple[Named, str], ...]


@rule("PS5.1")
def taught_and_assessed(course: CourseDossier, say: Say) -> Iterator[Finding]:
    """Decided for each topic: professional issues, science, physics and technology. Met where a module
    teaches it with a formal assessment. Not met where it is taught without one, or by no module.
    """
    for topic in course.terms.topics:
        name = topic_words(topic)
        settle = f"a module that teaches {name} with a formal assessment"
        if course.course.modules is None:
            yield say(MISSING, f"{name.capitalize()}: no module is recorded.", settle)
            continue
        teaching = course.modules_on(topic)
        assessed = [module for module in teaching if module.formal_assessment]
        unknown = [module for module in teaching if module.formal_assessment is None]
        rest = _modules(module for module in course.course.modules if module not in teaching)
        others: LeftOut = ((rest, "does not teach it"),) if rest else ()
        if assessed:
            beside = _modules(module for module in teaching if module not in assessed)
            others += ((beside, "teaches it without a formal assessment"),) if beside else ()
            why = f"{name.capitalize()}: taught and formally assessed in {_titles(assessed)}."
            yield say(MET, why, supporting=_modules(assessed), left_out=others, reading="A25")
        elif unknown:
            why = f"{name.capitalize()}: it is not known whether {_titles(unknown)} has a formal assessment."
            yield say(MISSING, why, settle, failing=_modules(teaching), left_out=others)
        elif teaching:
            why = f"{name.capitalize()}: taught in {_titles(teaching)} without a formal assessment."
            yield say(NOT_MET, why, settle, failing=_modules(teaching), left_out=others, reading="A25")
        else:
            yield say(
                NOT_MET, f"{name.capitalize()}: no module teaches it.", settle, left_out=others, reading="A25"
            )


@rule("PS5.2")
def level_of_modules(course: CourseDossier, say: Say) -> Iterator[Finding]:
    """Decided for each module that carries a topic, by its level and framework: level 7 is FHEQ 7, CQFW 7,
    SCQF 11 or NFQ 9; level 6 is FHEQ 6, CQFW 6, SCQF 10 or NFQ 8. On a focused course 6 and 7 are met. On a
    postgraduate course 7 is met, and 6 is for the assessor. SCQF 9, NFQ 7 and anything above level 7 are
    for the assessor, as are levels 6 and 7 on any other kind of course. Below is not met. Without level or
    framework, evidence is missing.
    """
    if not course.topic_modules:
        yield say(NOT_APPLICABLE, "No module carries a topic (PS5.1 speaks).")
    rest = _modules(module for module in course.course.modules or () if module not in course.topic_modules)
    for module in course.topic_modules:
        others = _modules(one for one in course.topic_modules if one != module)
        beside = (((others, "decided apart"),) if others else ()) + (
            ((rest, "carries no topic"),) if rest else ()
        )
        outcome, why = level_outcome(module, course.course.kind, course.terms)
        settle = {
            MISSING: "the module's level and framework",
            JUDGE: "the assessor's judgement of the level",
            NOT_MET: "a module at the right level",
        }
        yield say(
            outcome,
            f"{_titles((module,))}: {why}.",
            settle.get(outcome, ""),
            deciding=_modules((module,)),
            left_out=beside,
            reading="A24",
        )


def level_outcome(module: Module, kind: str | None, terms: Terms) -> tuple[Outcome, str]:
    """Whether a module's level is right for a kind of course, and why."""
    if module.level is None or module.framework is None:
        lacking = [
            word
            for word, value in (("level", module.level), ("framework", module.framework))
            if value is None
        ]
        return MISSING, f"{' and '.join(lacking)} not given"
    called = f"{module.framework} {module.level}"
    equal = terms.level_equivalents.get((module.framework, module.level))
    if equal is not None and equal in terms.levels_known:
        told = f"{called} is equivalent to level {equal}"
        if kind is None:
            return MISSING, f"{told}; the kind of course is not given"
        accepted = terms.levels_accepted.get(kind)
        if accepted is None:
            return JUDGE, f"{told}; the standard gives no level for an {kind} course"
        return (
            (MET, told)
            if equal in accepted
            else (JUDGE, f"{told}, which a human must judge for a {kind} course")
        )
    if (module.framework, module.level) in terms.level_between:
        return JUDGE, f"{called} has no equivalent level"
    highest = max(level for (framework, level) in terms.level_equivalents if framework == module.framework)
    if module.level > highest:
        return JUDGE, f"{called} is above level {max(terms.levels_known)}"
    return NOT_MET, f"{called} is below level {min(terms.levels_known)}"


@rule("PS5.3")
def assessments_passed(student: StudentDossier, say: Say) -> Iterator[Finding]:
    """Decided for each topic, over its formally assessed modules: each of them must be passed. Compensated
    results and recognition of prior learning are for the assessor. A fail is not met; so is no result after the
    final award. Without a result, while there is no final award, evidence is missing.
    """
    for topic in student.terms.topics:
        name = topic_words(topic).capitalize()
        if student.course.course.modules is None:
            yield say(MISSING, f"{name}: no module is recorded.", "the modules of the course")
            continue
        teaching = student.course.modules_on(topic)
        assessed = [module for module in teaching if module.formal_assessment]
        for module in assessed:
            outcome, words = _result(student, module)
            refs = Named(student.result_refs(module.id))
            yield say(
                outcome,
                f"{name}: {words}.",
                SETTLED_BY.get(outcome, ""),
                cited=_modules((module,)),
                deciding=refs,
                left_out=student.other_results(refs),
                reading="A25",
                dated=student.final_day,
            )
        if not assessed:
            unknown = any(module.formal_assessment is None for module in teaching)
            after_award = student.final_day is not None and not unknown
            why = "no formally assessed module teaches it, so that no result can be shown (PS5.1 speaks)"
            if unknown:
                why = f"whether {_titles(teaching)} is formally assessed is not recorded (PS5.1 speaks)"
            yield say(
                NOT_MET if after_award else MISSING,
                f"{name}: {why}.",
                "a formally assessed module, and its result",
                left_out=student.other_results(Named()),
                reading="A25",
                dated=student.final_day,
            )


SETTLED_BY = {
    NOT_MET: "a pass in the module's formal assessment",
    MISSING: "the result of the module's formal assessment",
    JUDGE: "the assessor's judgement of the result",
}


def _result(student: StudentDossier, module: Module) -> tuple[Outcome, str]:
    """How one module came out for the student: the best of its results."""
    given = [result.outcome for result in student.student.results if result.module == module.id]
    known = [outcome for outcome in given if outcome is not None]
    title = _titles((module,))
    if not known:
        if given or student.final_day is None:
            return MISSING, f"{title} has no result yet"
        return NOT_MET, f"{title} has no result, and the final award is ratified"
    outcome = best(RESULTS[one] for one in known)
    word = next(one for one in known if RESULTS[one] is outcome)
    return outcome, f"{title} {RESULT_WORDS[word]}"


RESULTS = {"pass": MET, "compensated": JUDGE, "rpl": JUDGE, "fail": NOT_MET}
RESULT_WORDS = {
    "pass": "was passed",
    "compensated": "was compensated",
    "rpl": "was recognised as prior learning",
    "fail": "was failed",
}


@rule("PS5.4")
def relevant_learning(course: CourseDossier, say: Say) -> Iterator[Finding]:
    """Decided for every module that carries a topic: met where a named person judged it relevant to the
    scope of MSK ultrasound practice; not met where one was judged not relevant; otherwise for the assessor.
    """
    if not course.topic_modules:
        yield say(NOT_APPLICABLE, "No module carries a topic (PS5.1 speaks).")
        return
    relevant = [
        module for module in course.topic_modules if module.relevant_to_remit and module.relevance_judged_by
    ]
    irrelevant = [module for module in course.topic_modules if module.relevant_to_remit is False]
    open_ones = [
        module for module in course.topic_modules if module not in relevant and module not in irrelevant
    ]
    rest = _modules(module for module in course.course.modules or () if module not in course.topic_modules)
    beside = ((rest, "carries no topic"),) if rest else ()
    if irrelevant:
        others = _modules(module for module in course.topic_modules if module not in irrelevant)
        yield say(
            NOT_MET, f"Judged not relevant to MSK ultrasound practice: {_titles(irrelevant)}.",
            "learning that is relevant to the scope of practice", failing=_modules(irrelevant), supporting=others,
            left_out=beside,
        )  # fmt: skip
    if open_ones:
        others = _modules(module for module in course.topic_modules if module not in open_ones)
        yield say(
            JUDGE, f"No named person has judged the relevance of {_titles(open_ones)}.",
            "the assessor's judgement of the relevance", failing=_modules(open_ones), supporting=others, left_out=beside,
        )  # fmt: skip
    if not irrelevant and not open_ones:
        who = listed(dict.fromkeys(module.relevance_judged_by or "" for module in relevant))
        yield say(
            MET,
            f"Judged relevant by {who}: {_titles(relevant)}.",
            supporting=_modules(relevant),
            left_out=beside,
        )


def topic_words(topic: str) -> str:
    return topic.replace("_", " ")


def _modules(modules: Iterable[Module]) -> Named:
    return Named(f"course/modules/{module.id}" for module in modules)


def _titles(modules: Iterable[Module]) -> str:
    return listed(module.title or module.id for module in modules)
