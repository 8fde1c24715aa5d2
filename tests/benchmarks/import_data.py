"""Files of scans for the benchmark, from a fixed seed: of a hundred lines about one is bad, in one of eight ways."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone

from accreditation.models import Course, CourseTeamMember, User
from accreditation.rules import regions
from mentors.models import Mentor
from portfolios.models import Portfolio
from portfolios.pathologies import offered_for

HEADS = (
    "student", "on", "regions", "side", "subject", "age", "indication", "mentor", "supervision", "role", "minutes",
    "pathologies", "case",
)  # fmt: skip
INDICATIONS = (
    "Pain",
    "Pain on lifting",
    "Swelling",
    "Weakness",
    "Follow-up after physiotherapy",
    "Locking",
    "Clicking",
    "",
)
BAD: tuple[dict[str, str], ...] = (
    {"on": "31/02/2025"}, {"on": "2001-01-01"}, {"regions": "shouldre"}, {"mentor": "M0"}, {"age": "130"},
    {"minutes": "0"}, {"student": "S0"}, {"indication": "Mrs Alice Example"},
)  # fmt: skip
A_LOG = 200


def write(course: Course, path: Path, number: int, seed: int = 2023) -> list[int]:
    """A file of so many lines for the logs of a course, and its leader; returns the lines that are bad."""
    leader = User.objects.get_or_create(email="leader@bench.example", defaults={"full_name": "A. Leader"})[0]
    CourseTeamMember.objects.get_or_create(course=course, user=leader, role="leader", since=date(2024, 1, 1))
    chance, bad = random.Random(seed), []
    logs = list(
        Portfolio.objects.filter(student__course=course).select_related("student").order_by("student__code")
    )
    mentors = list(
        Mentor.objects.filter(placements__course=course).order_by("number").values_list("number", flat=True)
    )
    span = (
        timezone.localdate() - max(log.student.enrolled_on for log in logs if log.student.enrolled_on)
    ).days
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADS)
        writer.writeheader()
        for place in range(number):
            log = logs[place // A_LOG % len(logs)]
            row = _line(chance, place, log, mentors, min(span, 500))
            if chance.random() < 0.012:
                row |= BAD[len(bad) % len(BAD)]
                bad.append(place + 2)
            writer.writerow(row)
    return bad


def _line(chance: random.Random, place: int, log: Portfolio, mentors: list[str], span: int) -> dict[str, str]:
    part = chance.choice(regions.REGIONS)
    scanned = {part, chance.choice(regions.REGIONS)} if chance.random() < 0.12 else {part}
    on = timezone.localdate() - timedelta(days=chance.randrange(span))
    return {
        "student": log.student.code, "on": on.isoformat(), "regions": "; ".join(sorted(scanned)),
        "side": chance.choice(("left", "right", "")), "subject": "simulator" if chance.random() < 0.04 else "patient",
        "age": str(18 + chance.randrange(70)), "indication": chance.choice(INDICATIONS), "mentor": chance.choice(mentors),
        "supervision": "observed", "role": "performed", "minutes": str(15 + chance.randrange(30)),
        "pathologies": chance.choice(offered_for(part)[1:8]), "case": f"C{place % 90_000}",
    }  # fmt: skip
