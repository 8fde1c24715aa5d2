"""Writes to annual returns: begun, saved, documents, sent; flags that an officer raises; reminders."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accreditation import audit, mail, recipients
from accreditation import monitoring as rules
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.models import AnnualReturn, Course, MonitoringFlag, ReturnFile, User
from accreditation.permissions import is_on_team, need_role
from accreditation.roles import OFFICER
from accreditation.rules.dates import spoken
from accreditation.rules.standards import EDITIONS
from accreditation.services.cases import words
from accreditation.services.evidence import keep_file
from accreditation.uploads.taken import Upload

LONGEST = 5000
MOST = 1_000_000


def check_edit(by: User, course: Course, year: int, *, send: bool = False) -> None:
    """The course's team writes a return that is owed, a leader sends it. Raises `NotAllowed`, `NotNow`."""
    if not is_on_team(by, course, leader=send):
        raise NotAllowed(
            "Only a leader of the course can send its return."
            if send and is_on_team(by, course)
            else "Only the course’s own team can write its return."
        )
    if not rules.owing(year).filter(pk=course.pk).exists():
        raise NotNow(f"No return is owed for {rules.spoken_year(year)}: the course was not accredited then.")
    if AnnualReturn.objects.filter(course=course, year=year, sent_at__isnull=False).exists():
        raise NotNow(f"The return for {rules.spoken_year(year)} was sent. It is kept as it is.")


@transaction.atomic
def save(
    *,
    by: User,
    course_id: UUID,
    year: int,
    entered: Mapping[str, Any],
    unchanged: Iterable[str] = (),
    version: int = 0,
) -> AnnualReturn:
    """Saves a return as far as it is, whole or not, and gives its row with the new `version` (0: none yet).

    Raises `Stale` with the row as `current` where somebody saved meanwhile, `Invalid` by line, `NotAllowed`, `NotNow`.
    """
    course = Course.objects.select_for_update(of=("self",)).select_related("institution").get(pk=course_id)
    check_edit(by, course, year)
    clean = _clean(entered)
    same = sorted(set(unchanged) & rules.LINES.keys())
    row = AnnualReturn.objects.filter(course=course, year=year).first()
    if row is None:
        row = AnnualReturn(course=course, year=year, version=0, updated_by=by)
    elif (row.entered, row.unchanged) == (clean, same):
        return row
    elif row.version != version:
        raise Stale(
            f"{row.updated_by.full_name} saved this return meanwhile. Yours was not saved over it.", row
        )
    row.entered, row.unchanged, row.updated_by, row.version = clean, same, by, row.version + 1
    row.save()
    audit.record("monitoring.saved", by=by, obj=course, payload={"year": year, "version": row.version})
    return row


def _clean(entered: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for code, line in rules.LINES.items():
        value = entered.get(code)
        if line.is_number:
            if value is not None and not (isinstance(value, int) and 0 <= value <= MOST):
                raise Invalid({code: ["Enter a whole number, 0 or more"]})
            made[code] = value
        else:
            made[code] = words(
                code, str(value or "").replace("\r\n", "\n").replace("\x00", ""), limit=LONGEST
            )
    return made


@transaction.atomic
def attach(*, by: User, course_id: UUID, year: int, upload: Upload) -> ReturnFile:
    """Adds a document to a return that was begun; the same bytes twice are one. Raises `Invalid` (`file`), `NotNow`."""
    course = Course.objects.get(pk=course_id)
    check_edit(by, course, year)
    row = AnnualReturn.objects.select_for_update(of=("self",)).filter(course=course, year=year).first()
    if row is None:
        raise NotNow("Save the return first, then add documents.")
    kept = keep_file(upload)
    file, created = ReturnFile.objects.get_or_create(
        annual_return=row,
        sha256=kept.sha256,
        defaults={"name": kept.name, "size": kept.size, "media_type": kept.media_type, "uploaded_by": by},
    )
    if created:
        audit.record(
            "monitoring.file_added", by=by, obj=course, payload={"year": year, "sha256": kept.sha256}
        )
    return file


@transaction.atomic
def send(*, by: User, course_id: UUID, year: int, version: int) -> AnnualReturn:
    """A leader sends the return for good. Raises `Invalid` by line, `Stale`, `NotAllowed`, `NotNow` (also a second time)."""
    course = Course.objects.select_for_update(of=("self",)).select_related("institution").get(pk=course_id)
    check_edit(by, course, year, send=True)
    row = AnnualReturn.objects.filter(course=course, year=year).select_related("updated_by").first()
    if row is None:
        raise NotNow("Save the return first, then send it.")
    if row.version != version:
        raise Stale(
            "The return was saved since you opened this page: look at it again before you send it.", row
        )
    counts = rules.counted(course, year)
    wrong = rules.problems(row.entered, row.unchanged, counts=counts, last=rules.before(course, year))
    if wrong:
        raise Invalid({code: [sentence] for code, sentence in wrong.items()})
    row.counted, row.sent_at, row.sent_by, row.version = counts, timezone.now(), by, row.version + 1
    row.save(update_fields=["counted", "sent_at", "sent_by", "version", "updated_at"])
    mail.settle_where("monitoring_due", about_id=str(course.pk), year=year)
    audit.record(
        "monitoring.sent", by=by, obj=course, payload={"year": year, "totals": rules.totals(row.entered)}
    )
    return row


@transaction.atomic
def raise_flag(*, by: User, return_id: UUID, clause: str, text: str) -> MonitoringFlag:
    """An officer marks what the course's next review should look at. Raises `NotAllowed`, `NotNow`, `Invalid`."""
    need_role(by, OFFICER)
    row = rules.visible_returns(by).filter(pk=return_id, sent_at__isnull=False).first()
    if row is None:
        raise NotNow("Only a return that was sent can be flagged.")
    if all(one.id != clause for one in EDITIONS[settings.STANDARD].clauses):
        raise Invalid({"clause": ["Choose the clause that it belongs to"]})
    said = words("words", text, limit=2000, needed="Say what the next review should look at")
    flag, created = MonitoringFlag.objects.get_or_create(
        annual_return=row, clause=clause, words=said, defaults={"raised_by": by}
    )
    if created:
        audit.record(
            "monitoring.flagged", by=by, obj=row.course, payload={"year": row.year, "clause": clause}
        )
    return flag


def remind(today: date | None = None) -> int:
    """Promises every reminder that is owed by `today` for returns not sent yet; returns how many were new.

    May come as often as it likes: each has its own key, and of several that are owed only the last is sent.
    """
    day = today or timezone.localdate()
    year = rules.last_year(day)
    due = rules.due_on(year)
    owed = [step for step in sorted(settings.MONITORING_REMINDER_DAYS) if due + timedelta(days=step) <= day]
    if not owed:
        return 0
    sent = AnnualReturn.objects.filter(year=year, sent_at__isnull=False).values("course")
    return sum(
        _remind(course, year, str(owed[-1]), due, due + timedelta(days=owed[-1]))
        for course in rules.owing(year).exclude(pk__in=sent)
    )


@transaction.atomic
def remind_now(*, by: User, year: int, course_ids: Iterable[UUID]) -> int:
    """An officer reminds the leaders of several courses of a return that is not sent, today and not again today; returns how
    many messages were new. Courses that sent theirs meanwhile, or with which the officer has a conflict, are left out.

    Raises `NotAllowed` for anybody but an officer, `Invalid` where nothing is left to remind of.
    """
    need_role(by, OFFICER)
    wanted, day, due = set(course_ids), timezone.localdate(), rules.due_on(year)
    chosen = [one.course for one in rules.owed(by, year) if one.course.pk in wanted and not one.sent]
    if not chosen:
        raise Invalid(
            {"row": ["None of the chosen courses owes this return any more. Nobody was written to."]}
        )
    made = 0
    for course in chosen:
        new = _remind(course, year, f"on {day.isoformat()}", due, day)
        if new:
            audit.record("monitoring.reminded", by=by, obj=course, payload={"year": year, "messages": new})
        made += new
    return made


@transaction.atomic
def _remind(course: Course, year: int, step: str, due: date, day: date) -> int:
    made = 0
    for person in recipients.course_leaders(course):
        key = f"monitoring:{course.pk}:{year}:{step}:{person.pk}"
        if mail.was_promised(key):
            continue
        mail.promise(
            "monitoring_due",
            to=person,
            key=key,
            about=course,
            path=reverse("monitoring_return", args=[course.pk, year]),
            context={
                "course": course.title,
                "year": year,
                "year_words": rules.spoken_year(year),
                "due": spoken(due),
                "when": "in" if day < due else "today" if day == due else "late",
            },
        )
        made += 1
    return made
