"""The part of an export that tells of the past: what was corrected, taken back, disputed, decided and replaced."""

from typing import Any

from accreditation.models import AuditEvent
from portfolios.models import (
    CompetencyAssessment,
    Experience,
    ExperienceJudgement,
    Portfolio,
    Registration,
    RegistrationCheck,
    Result,
    Scan,
    StudentAward,
)

Rows = list[dict[str, Any]]


def past_of(portfolio: Portfolio) -> dict[str, Rows]:
    """Table → its rows, in a constant number of queries."""
    student = portfolio.student
    return {
        "corrections": _corrections(portfolio),
        "taken_back": _taken_back(portfolio),
        "disputes": [
            {
                "mentor": one.session.link.mentor.full_name, "signed": one.session.created_at, "disputed": one.created_at,
                "settled": one.settled_at, "stands": one.stands, "reason": one.reason,
            }
            for one in portfolio.disputes.select_related("session__link__mentor")
        ],
        "standing": [
            {
                "state": one.get_state_display(), "from": one.on, "expected_back": one.expected_back,
                "reason": one.reason, "by": one.by,
            }
            for one in student.moves.all()
        ],
        "judgements": [
            {"outcome": one.get_outcome_display(), "by": one.by, "on": one.on, "reason": one.reason}
            for one in ExperienceJudgement.objects.filter(student=student)
        ],
        "look_ups": [
            {
                "registration": str(one.registration), "on": one.on, "showed": one.get_status_display(), "by": one.by,
                "note": one.note,
            }
            for one in RegistrationCheck.objects.filter(registration__student=student).select_related("registration")
        ],
        "former_judgements": [
            {
                "outcome": one.get_outcome_display(), "by": one.by, "on": one.on, "reason": one.reason,
                "replaced": one.replaced_at,
            }
            for one in student.former_judgements.all()
        ],
        "files": [
            {
                "number": str(one), "title": one.title, "name": one.name, "size": one.size, "sha256": one.sha256,
                "added": one.created_at,
            }
            for one in student.files.order_by("number")
        ],
    }  # fmt: skip


def _corrections(portfolio: Portfolio) -> Rows:
    """When which scan was corrected and by whom; which of its parts, where that was kept; how many signatures went stale."""
    keys = [str(pk) for pk in portfolio.scans.filter(version__gt=1).values_list("pk", flat=True)]
    events = AuditEvent.objects.filter(
        verb="scan.corrected", object_type=Scan._meta.label_lower, object_id__in=keys
    ).order_by("seq")
    return [
        {
            "number": event.payload.get("number"), "on": event.at, "by": event.actor,
            "changed": ", ".join(event.payload.get("changed", ())), "gone_stale": event.payload.get("stale", 0),
        }
        for event in events
    ]  # fmt: skip


def _taken_back(portfolio: Portfolio) -> Rows:
    """Entries that stand no longer, with the reason: each kind says in one line what it had said."""
    student = portfolio.pk
    found: Rows = []
    whole: tuple[tuple[str, Any], ...] = (
        ("Competency assessment", CompetencyAssessment.whole.filter(portfolio=student)),
        ("Result", Result.whole.filter(student=student).select_related("student", "module")),
        ("Award", StudentAward.whole.filter(student=student).select_related("student")),
        ("Registration", Registration.whole.filter(student=student)),
        ("Experience", Experience.whole.filter(student=student)),
    )
    for kind, rows in whole:
        for one in rows.filter(taken_back_at__isnull=False).select_related("taken_back_by"):
            found.append(
                {
                    "kind": kind, "said": _said(one), "entered": one.created_at, "taken_back": one.taken_back_at,
                    "by": str(one.taken_back_by or ""), "reason": one.taken_back_reason,
                }
            )  # fmt: skip
    return found


def _said(one: Any) -> str:
    if isinstance(one, CompetencyAssessment):
        return f"A{one.number}, {one.get_kind_display()} on {one.on.isoformat()}: {one.get_outcome_display()}"
    return str(one)
