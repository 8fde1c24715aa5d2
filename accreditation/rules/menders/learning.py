"""What would mend findings on modules and results (Position Statement 5)."""

from __future__ import annotations

from accreditation.rules.bench import Bench
from accreditation.rules.edits import Edit
from accreditation.rules.findings import Finding, Outcome
from accreditation.rules.menders.shared import Mended


def topics(bench: Bench, finding: Finding) -> Mended:
    for topic in bench.course.terms.topics:
        name = topic.replace("_", " ")
        if not finding.reason.startswith(f"{name.capitalize()}:"):
            continue
        teaching = bench.course.modules_on(topic)
        if teaching:
            title = teaching[0].title or teaching[0].id
            yield (
                f"A formal assessment in {title}",
                (Edit(f"course/modules/{teaching[0].id}/formal_assessment", True),),
            )
        else:
            new = {
                "id": bench.fresh_id(), "title": f"a module on {name}", "level": 7, "framework": "FHEQ",
                "topics": [topic], "formal_assessment": True,
            }  # fmt: skip
            yield f"A formally assessed module on {name}", (Edit("course/modules/+", new),)


def levels(bench: Bench, finding: Finding) -> Mended:
    module = finding.failing.refs()[0].rpartition("/")[2]
    held = next(one for one in bench.course.topic_modules if one.id == module)
    edits = []
    if finding.outcome is Outcome.NOT_MET or held.level is None or held.framework is None:
        framework = held.framework or "FHEQ"
        equals = bench.course.terms.level_equivalents.items()
        level = max(number for (name, number), _ in equals if name == framework)
        edits = [
            Edit(f"course/modules/{module}/framework", framework),
            Edit(f"course/modules/{module}/level", level),
        ]
        right = f"{framework} {level}, or what the course's kind asks for"
        yield f"{held.title or module}: its level and framework ({right})", tuple(edits)
    else:
        yield "The kind of course", (Edit("course/kind", "postgraduate"),)


def results(bench: Bench, finding: Finding) -> Mended:
    student = bench.student(finding.subject.id)
    for ref in finding.cited:
        module = ref.rpartition("/")[2]
        title = next(
            (one.title or one.id for one in bench.facts.course.modules or () if one.id == module), module
        )
        passed = Edit(f"{student.place}/results/+", {"module": module, "outcome": "pass"})
        yield f"A pass in {title}", (passed,)


def relevance(bench: Bench, finding: Finding) -> Mended:
    for ref in finding.failing.refs():
        module = ref.rpartition("/")[2]
        yield (
            f"Learning in {module} that is relevant to the scope of practice, judged anew",
            (Edit(f"{ref}/relevant_to_remit", None),),
        )
