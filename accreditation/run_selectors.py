"""Reads of national runs: for officers, and of what a run found only what they may see."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accreditation.models import Conflict, NationalRun, RunLine, User
from accreditation.roles import OFFICER
from accreditation.selectors import visible_submissions


def visible_runs(user: User) -> QuerySet[NationalRun]:
    """All runs, newest first, for officers; for nobody else any."""
    runs = NationalRun.objects.select_related("started_by")
    return runs if user.is_active and user.has_role(OFFICER) else runs.none()


def visible_lines(user: User, run: NationalRun | None = None) -> QuerySet[RunLine]:
    """What a run (or all of them) found, without courses and cases from which a conflict of interest keeps the officer, and
    without drafts that courses still work on: those are counted only (`hidden_drafts`).
    """
    lines = run.lines.all() if run else RunLine.objects.all()
    if not (user.is_active and user.has_role(OFFICER)):
        return lines.none()
    conflicts = (
        Conflict.objects.filter(user=user, institution=OuterRef("course__institution"))
        .filter(Q(submission__isnull=True) | Q(submission__course=OuterRef("course")))
        .exclude(blocks=False)
    )
    seen = Q(submission__isnull=True) | Q(submission__in=visible_submissions(user).values("pk"))
    return lines.filter(seen).exclude(Exists(conflicts))


def worse_counts(user: User, runs: Iterable[NationalRun]) -> dict[UUID, int]:
    """How many courses or cases got worse in each of some runs, of those that an officer may see. One query."""
    worse = visible_lines(user).filter(run__in=[run.pk for run in runs], worse__gt=0).order_by()
    return dict(worse.values("run").annotate(count=Count("pk")).values_list("run", "count"))


def hidden_drafts(run: NationalRun) -> tuple[int, int]:
    """How many drafts of courses a run looked at, and how many of them would change. One query."""
    drafts = run.lines.filter(submission__state="draft").values_list("worse", "better", "other")
    counted = list(drafts)
    return len(counted), sum(any(numbers) for numbers in counted)
