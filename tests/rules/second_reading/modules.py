"""Second reading of PS5: topics, levels, results, relevance."""

from tests.rules.second_reading.grounds import Row, Say, day, days_of, loosely_dated, options

TOPICS = ("professional_issues", "science", "physics", "technology")
# "equivalents of FHEQ 7: FHEQ 7, CQFW 7, SCQF 11, NFQ 9; of FHEQ 6: FHEQ 6, CQFW 6, SCQF 10, NFQ 8"
BEST_FIRST = ("pass", "compensated", "rpl", "fail", None)
MASTERS = {"FHEQ": 7, "CQFW": 7, "SCQF": 11, "NFQ": 9}
HONOURS = {"FHEQ": 6, "CQFW": 6, "SCQF": 10, "NFQ": 8}


def carrying(course: Row) -> list[Row]:
    return [m for m in course.get("modules") or [] if m.get("topics")]


def ps5_1(course: Row) -> Say:
    found: list[Say] = []
    for topic in TOPICS:
        formal = [m.get("formal_assessment") for m in carrying(course) if topic in m["topics"]]
        if True in formal:
            found.append(("met",))  # "a module that teaches it with a formal assessment: met"
        elif None in formal:
            found.append(("missing", "not_met"))  # unknown: "it cannot be decided" (doubt 7)
        else:
            found.append(("not_met",))  # "taught without one: not_met; no module: not_met"
    return options(found)


def ps5_2(course: Row) -> Say:
    found: list[Say] = []
    kind = course.get("kind")
    for module in carrying(course):
        level, framework = module.get("level"), module.get("framework")
        if level is None or framework is None:
            found.append(("missing",))  # "Framework or level missing: missing."
        elif level == MASTERS[framework]:
            # "Focused course: 6 or 7 met. Postgraduate: 7 met." "A kind for which PS5.2 gives no rule is judge at 6 and 7."
            found.append(
                ("met",)
                if kind in ("focused", "postgraduate")
                else ("judge", "missing")
                if kind is None
                else ("judge",)
            )
        elif level == HONOURS[framework]:
            found.append(
                ("met",) if kind == "focused" else ("judge", "missing") if kind is None else ("judge",)
            )
        elif (framework, level) in (("SCQF", 9), ("NFQ", 7)) or level > MASTERS[framework]:
            found.append(("judge",))  # "SCQF 9, NFQ 7 and anything above 7: judge."
        else:
            found.append(("not_met",))  # "Below: not_met."
    # Without such a module PS5.1 speaks.
    return options(found) if found else ("not_applicable", "missing")


def ps5_3(facts: Row, student: Row) -> Say:
    finals = [
        day(a["ratified_on"])
        for a in student.get("awards") or []
        if a["kind"] == "final" and a.get("ratified_on")
    ]
    results: dict[str, str | None] = {}
    for row in student.get("results") or []:
        # Two results of one module are not spoken of: the better one, as "a fail followed by a pass" in PS2.6 (doubt 14).
        results[row["module"]] = min(
            row.get("outcome"), results.get(row["module"], "fail"), key=BEST_FIRST.index
        )
    # "none after a final award: not_met; no result and no final award yet: missing"
    none: Say = loosely_dated(days_of(student), ("not_met",)) if finals else ("missing",)
    fail: Say = loosely_dated(days_of(student), ("not_met",))
    said = {"pass": ("met",), "compensated": ("judge",), "rpl": ("judge",), "fail": fail}
    found: list[Say] = []
    for topic in TOPICS:
        teaching = [m for m in carrying(facts["course"]) if topic in m["topics"]]
        formal = [m for m in teaching if m.get("formal_assessment") is True]
        if formal:
            # "A topic taught by several formally assessed modules needs each of them passed."
            found.append(options([said.get(results.get(m["id"], ""), none) for m in formal]))
        else:
            # No formal assessment in the topic: none can have been completed; PS5.1 speaks too (doubt 14).
            others = {o for m in teaching for o in said.get(results.get(m["id"], ""), none)}
            found.append(tuple(dict.fromkeys((*none, *sorted(others), "missing", "not_applicable"))))
    return options(found)


def ps5_4(course: Row) -> Say:
    found: list[Say] = []
    for module in carrying(course):
        relevant, named = module.get("relevant_to_remit"), bool(module.get("relevance_judged_by"))
        if relevant is False:
            found.append(("not_met",) if named else ("not_met", "judge"))  # "false on one: not_met"
        else:
            # "true as judged by a named person on every module that carries a topic: met"; "otherwise judge"
            found.append(("met",) if relevant is True and named else ("judge",))
    return options(found) if found else ("not_applicable", "judge", "missing")
