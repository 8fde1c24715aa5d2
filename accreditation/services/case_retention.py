"""Cases and courses whose time has come, erased as a whole: what a sum binds goes with its case.

The trail keeps that there was a case, by its reference, and that it was erased (`bound_cases.ERASED`); the files leave the
store with `verify_store --prune`. Nothing here runs by itself: a person runs `manage.py erase`.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError, Q, QuerySet
from django.utils import timezone

from accreditation import audit
from accreditation.belongings import Rows, belongings
from accreditation.enums import SubmissionState
from accreditation.exceptions import NotNow
from accreditation.models import Course, Job, Letter, Message, Submission, User, of_case
from accreditation.retention import SCHEDULE, years_after
from accreditation.rules.dates import spoken
from accreditation.services.bound_cases import ERASED

ENDED = (SubmissionState.DECIDED, SubmissionState.WITHDRAWN)
NOT_ITS_OWN = frozenset({"accreditation.Submission.resubmits", "accreditation.Message.summary"})


def kept_until(submission: Submission) -> date | None:
    """The last day for which a case is kept: six years after the latest end of what was decided, or after it was withdrawn;
    None while it is open.
    """
    if submission.state not in ENDED:
        return None
    ends = [
        period_to or decided_on
        for period_to, decided_on in submission.decisions.values_list("period_to", "decided_on")
    ]
    last = max([*ends, timezone.localdate(submission.state_since)])
    return years_after(last, SCHEDULE["case"].years)


def due_cases(today: date) -> Iterator[Submission]:
    """The cases that have outlived their period, the oldest first."""
    limit = years_after(today, -SCHEDULE["case"].years)
    old = Submission.objects.filter(state__in=ENDED, state_since__date__lt=limit).select_related("course")
    old = old.exclude(Q(decisions__period_to__gte=limit) | Q(decisions__decided_on__gte=limit))
    for submission in old.order_by("state_since").distinct():
        until = kept_until(submission)
        if until is not None and until < today:
            yield submission


def due_courses(today: date) -> Iterator[Course]:
    """Courses on which nobody works, without students, all of whose cases are due or gone, untouched for as long."""
    limit = years_after(today, -SCHEDULE["case"].years)
    quiet = Course.objects.filter(updated_at__date__lt=limit).exclude(
        Q(team__until__isnull=True, team__isnull=False) | Q(team__until__gte=limit)
    )
    due = {submission.pk for submission in due_cases(today)}
    for course in quiet.distinct():
        held = set(course.submissions.values_list("pk", flat=True))
        if held <= due and not _others(course):
            yield course


def rows_of(submission: Submission) -> list[Rows]:
    """Every row of the case, its submission first: whatever refers to it, all the way down, protected or not."""
    return belongings(Submission.objects.filter(pk=submission.pk), also=_inside(Submission), every_way=True)


def erase_case(*, submission: Submission, by: User | None = None, today: date | None = None) -> int:
    """Deletes a case that is due, with every row of it; returns how many. Raises `NotNow` before its time."""
    day = today or timezone.localdate()
    with transaction.atomic():
        held = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
        until = kept_until(held)
        if until is None or until >= day:
            why = f"is kept until {spoken(until)}" if until else "is still open"
            raise NotNow(f"{held.reference} {why}. Nothing was erased.")
        rows = rows_of(held)
        letters = sorted(str(pk) for pk in Letter.objects.filter(of_case(held)).values_list("pk", flat=True))
        payload: dict[str, Any] = {"letters": letters, "snapshots": held.snapshots.count()}
        audit.record(ERASED, by=by, obj=held, payload=payload)
        Submission.objects.filter(resubmits=held).update(resubmits=None)
        keys = [(one.model, list(one.values_list("pk", flat=True))) for one in rows]
        messages = [str(pk) for model, held_ in keys if model is Message for pk in held_]
        Job.objects.filter(subject_id__in=[*letters, *messages]).delete()
        Group.objects.filter(name__startswith=f"submission:{held.pk}:").delete()
        for model, found in reversed(keys):  # the keys between them are checked when all are gone
            chosen = model._base_manager.filter(pk__in=found)
            chosen._raw_delete(chosen.db)
        return len({(model, pk) for model, found in keys for pk in found})


def erase_course(*, course: Course, by: User | None = None, today: date | None = None) -> int:
    """Deletes a course that is due with its cases; returns how many rows. Raises `NotNow` before its time, or where
    something of another app still stands on it.
    """
    day = today or timezone.localdate()
    with transaction.atomic():
        if course.pk not in {one.pk for one in due_courses(day)}:
            raise NotNow(
                f"{course.reference} is not due: somebody works on it, a case of it is kept, or it has students. "
                "Nothing was erased."
            )
        gone = sum(erase_case(submission=one, by=by, today=day) for one in course.submissions.all())
        audit.record("course.erased", by=by, obj=course)
        course.team.all().delete()
        Group.objects.filter(name=f"course:{course.pk}:team").delete()
        try:
            return gone + course.delete()[0]
        except (ProtectedError, IntegrityError) as held:
            raise NotNow(f"{course.reference} is still referred to. Nothing was erased.") from held


def _others(course: Course) -> list[QuerySet[models.Model]]:
    """What protects a course beside its cases and its team: students, entries of the register, claims of a shortage."""
    found = []
    for relation in Course._meta.related_objects:
        own = relation.related_model._meta.app_label == "accreditation"
        if relation.on_delete is models.PROTECT and not own:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: course})
            if rows.exists():
                found.append(rows)
    return found


def _inside(root: type[models.Model]) -> set[str]:
    """Every foreign key by which a row can belong to a `root`, "app.Model.field", all the way down, in this app."""
    names: set[str] = set()
    waiting = [root]
    while waiting:
        owner = waiting.pop()
        for relation in owner._meta.related_objects:
            name = f"{relation.related_model._meta.label}.{relation.field.name}"
            if name in NOT_ITS_OWN | names or relation.related_model._meta.app_label != root._meta.app_label:
                continue
            names.add(name)
            waiting.append(relation.related_model)
    return names
