"""The mentor's appraisal of scans (PS2.3): with a grade and a comment; never one's own, never before the scan."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.models import User
from accreditation.rules import regions
from mentors.models import Mentor
from portfolios.enums import AppraisalState
from portfolios.models import Appraisal, Portfolio, Scan, SigningSession
from portfolios.permissions import check_course_team, check_mentor
from portfolios.plain_words import identifier_problems
from portfolios.selectors import grades_of
from portfolios.services import telling
from portfolios.services.portfolios import locked


@dataclass(frozen=True, slots=True)
class Appraised:
    """What a mentor says of a scan: grades of `Grade` (or the course's own words) and a comment."""

    grade: str
    comment: str = ""
    technique: str = ""
    image: str = ""
    report: str = ""
    patient_care: str = ""
    on: date | None = None
    identifier_reason: str = ""


@transaction.atomic
def appraise(
    *, by: User, scan_id: int, version: int, said: Appraised, state: str = AppraisalState.AGREED
) -> Appraisal:
    """A mentor of the student's team appraises a scan, queries it, or says that they were not the mentor.

    `version` is the scan's that they saw; the appraisal binds the sum of what stood there. A query or a dispute needs words.
    Raises `NotAllowed`, `NotNow`, `Stale`, `Invalid`.
    """
    portfolio = locked(Scan.objects.values_list("portfolio", flat=True).get(pk=scan_id))
    mentor = check_mentor(by, portfolio)
    return appraised(mentor, scan_id=scan_id, version=version, said=said, state=state, by=by)


def appraised(
    mentor: Mentor,
    *,
    scan_id: int,
    version: int,
    said: Appraised,
    state: str,
    by: User | None = None,
    session: SigningSession | None = None,
) -> Appraisal:
    """The rest of `appraise`, for a mentor whose right was checked under the portfolio's lock: by account, or by a session.

    Raises `NotNow`, `Stale`, `Invalid`.
    """
    scan = Scan.objects.select_related("portfolio").get(pk=scan_id)
    if scan.version != version:
        raise Stale(
            "The student changed this scan since you opened it. Read it again. Nothing was saved.", scan
        )
    held = Appraisal.objects.filter(scan=scan)
    if held.filter(state=AppraisalState.AGREED).exists():
        raise NotNow("This scan has been appraised already.")
    if held.filter(state=AppraisalState.REFUTED).exists():
        raise NotNow("What was signed for this scan is disputed. The course settles that first.")
    on = said.on or timezone.localdate()
    grades = grades_in(scan.portfolio)
    problems = problems_of(said, on, scan.on, grades, needs_grade=state == AppraisalState.AGREED)
    if state not in (AppraisalState.AGREED, AppraisalState.QUERIED, AppraisalState.DISPUTED):
        problems["state"] = ["Choose what you want to say."]
    if state != AppraisalState.AGREED and not said.comment.strip():
        problems["comment"] = ["Write to the student what it is about."]
    if problems:
        raise Invalid(problems)
    held.delete()  # an open query or dispute is answered by what follows
    row = _row(scan, said, on, mentor=mentor, by=by, state=state, session=session)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise NotNow("This scan has been appraised already.") from None
    payload = {
        "portfolio": scan.portfolio_id, "number": scan.number, "grade": said.grade, "sum": row.scan_sha256,
        **({"session": session.pk, "mentor": mentor.number} if session else {}),
    }  # fmt: skip
    verb = "scan.appraised" if state == AppraisalState.AGREED else f"scan.{state}"
    audit.record(verb, by=by, obj=scan, payload=payload)
    if state != AppraisalState.AGREED:
        telling.scan_queried(row, scan, scan.portfolio)
    return row


@transaction.atomic
def bulk_appraise(*, by: User, portfolio_id: UUID, said: Mapping[int, Appraised]) -> list[Appraisal]:
    """A mentor of the team appraises several scans that they have seen, all or none, as one event.

    `said` maps scan keys to appraisals. Raises `NotAllowed`, `NotNow`, `Invalid`.
    """
    portfolio = locked(portfolio_id)
    mentor = check_mentor(by, portfolio)
    scans = {scan.pk: scan for scan in portfolio.scans.filter(pk__in=list(said), appraisal__isnull=True)}
    if len(scans) != len(said):
        raise NotNow("Some of these scans have been appraised already. Nothing was changed.")
    grades = grades_in(portfolio)
    made = []
    for key, words in said.items():
        on = words.on or timezone.localdate()
        if problems := problems_of(words, on, scans[key].on, grades):
            if "identifier_reason" in problems:  # of the words, which may be the same for all
                raise Invalid(problems)
            raise Invalid(
                {f"Scan {scans[key].number}": [line for lines in problems.values() for line in lines]}
            )
        made.append(_row(scans[key], words, on, mentor=mentor, by=by))
    Appraisal.objects.bulk_create(made, batch_size=400)
    audit.record(
        "scan.batch_appraised", by=by, obj=portfolio, payload={"count": len(made), "mentor": mentor.number}
    )
    return made


@dataclass(frozen=True, slots=True)
class FromPaper:
    """An appraisal as an earlier log on paper says it: by a mentor, or (which breaks PS2.3) by the student."""

    scan_id: int
    said: Appraised
    mentor: Mentor | None = None


@transaction.atomic
def take_over_appraisals(
    *, by: User, portfolio_id: UUID, rows: Sequence[FromPaper], source: str
) -> list[Appraisal]:
    """The course's team copies what a log on paper says, faults and all: the rules judge it, not this service.

    Never by the student, nor a mentor's own appraisal as somebody else's. Raises `NotAllowed`, `NotNow`, `Invalid`.
    """
    portfolio = locked(portfolio_id)
    check_course_team(by, portfolio.student.course)
    if portfolio.student.user_id == by.pk:
        raise NotAllowed("This is your own portfolio: a colleague must do it.")
    if not source.strip():
        raise Invalid({"source": ["Say which log this is copied from."]})
    scans = {
        scan.pk: scan
        for scan in portfolio.scans.filter(pk__in=[row.scan_id for row in rows], appraisal__isnull=True)
    }
    if len(scans) != len(rows):
        raise NotNow("Some of these scans have been appraised already. Nothing was changed.")
    made = [
        _row(scans[row.scan_id], row.said, row.said.on or scans[row.scan_id].on, mentor=row.mentor, by=by)
        for row in rows
    ]
    Appraisal.objects.bulk_create(made, batch_size=400)
    audit.record(
        "scan.appraisals_taken_over", by=by, obj=portfolio,
        payload={"count": len(made), "by_student": sum(row.by_student for row in made)},
    )  # fmt: skip
    return made


def grades_in(portfolio: Portfolio) -> frozenset[str]:
    """The grades that a portfolio's mentors may give: those of its course."""
    return frozenset(value for value, _ in grades_of(portfolio.student.course_id))


def problems_of(
    said: Appraised, on: date, scanned: date, grades: Collection[str], *, needs_grade: bool = True
) -> dict[str, list[str]]:
    """What is wrong with an appraisal: field → sentences. `grades`: those of the course's scale."""
    found: dict[str, list[str]] = {}
    if needs_grade and not said.grade:
        found["grade"] = ["Choose a grade."]
    for name in ("grade", "technique", "image", "report", "patient_care"):
        value = getattr(said, name)
        if value and value not in grades:
            found[name] = ["Choose from the scale."]
    if on < scanned:
        found["on"] = ["An appraisal cannot lie before its scan."]
    elif on > timezone.localdate():
        found["on"] = ["The day lies in the future."]
    return found | identifier_problems({"comment": said.comment}, said.identifier_reason)


def seen_of(scan: Scan) -> dict[str, Any]:
    """What a mentor sees of a scan and their signature covers, as plain values."""
    return {
        "number": scan.number, "on": scan.on.isoformat(), "regions": sorted(scan.regions), "side": scan.side,
        "subject": scan.subject, "supervision": scan.supervision, "role": scan.role, "minutes": scan.minutes,
        "pathologies": sorted(scan.pathologies), "other": scan.other_finding, "age": scan.age,
        "indication": scan.indication, "mentor": str(scan.mentor_id),
    }  # fmt: skip


def sum_of_scan(scan: Scan) -> str:
    """The SHA-256 of what a mentor sees of a scan: it changes whenever that changes."""
    return hashlib.sha256(json.dumps(seen_of(scan), sort_keys=True).encode()).hexdigest()


LABELS = {
    "on": "date", "regions": "regions", "side": "side", "subject": "who was scanned", "supervision": "supervision",
    "role": "the student's part", "minutes": "minutes", "pathologies": "findings", "other": "other finding", "age": "age",
    "indication": "indication", "mentor": "mentor",
}  # fmt: skip


def changed_since(appraisal: Appraisal, scan: Scan) -> list[str]:
    """What a student changed since the mentor wrote, in words of the page; empty where nothing."""
    now = seen_of(scan)
    return [
        words for name, words in LABELS.items() if appraisal.seen and appraisal.seen.get(name) != now[name]
    ]


def _row(
    scan: Scan,
    said: Appraised,
    on: date,
    *,
    mentor: Mentor | None,
    by: User | None,
    state: str = AppraisalState.AGREED,
    session: SigningSession | None = None,
) -> Appraisal:
    return Appraisal(
        scan=scan, state=state, mentor=mentor, by_student=mentor is None, by_user=by, on=on, grade=said.grade,
        technique=said.technique, image=said.image, report=said.report, patient_care=said.patient_care,
        comment=said.comment, identifier_reason=said.identifier_reason.strip(),
        scan_sha256=sum_of_scan(scan), seen=seen_of(scan), session=session,
    )  # fmt: skip


def in_words(scan: Scan) -> str:
    """The regions of a scan in words."""
    return regions.spoken(regions.mask(scan.regions))
