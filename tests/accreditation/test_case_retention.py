"""Whole cases and courses whose time has come are erased, with everything that hangs on them, and nothing else is."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accreditation import audit, mail
from accreditation.models import (
    AccountInvitation,
    Course,
    CourseTeamMember,
    Decision,
    Job,
    Letter,
    Message,
    Snapshot,
    Submission,
)
from accreditation.retention import SCHEDULE
from accreditation.services import bound, decisions, letters, retention
from accreditation.services.case_retention import due_cases, rows_of
from tests.accreditation import panels
from tests.worlds import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]
LATER = timezone.localdate() + timedelta(days=366 * 12)


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Any) -> None:
    settings.EVIDENCE_DIR = tmp_path / "store"


def decided(world: World) -> Submission:
    """A case through the services, with its letters, messages and a later draft that was made from it."""
    submission = panels.reported(world, conditions=2)
    decisions.decide(by=world.chair, submission_id=submission.pk, **panels.decision_values())
    for job in Job.objects.filter(task=letters.TASK):
        letters.build(job_id=job.pk)
    Submission.objects.create(
        course=world.course,
        reference=f"NEW-{world.course.reference}",
        opened_by=world.leader,
        resubmits=submission,
    )
    return submission


def text_of(*tables: str) -> str:
    with connection.cursor() as cursor:
        found = []
        for name in tables or connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def said(*arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("erase", *arguments, stdout=out, **options)
    return out.getvalue()


def long_ago(submission: Submission) -> None:
    """As if it had been decided, and its accreditation ended, before the period of the schedule."""
    day = timezone.localdate() - timedelta(days=366 * SCHEDULE["case"].years + 30)
    Submission.objects.filter(pk=submission.pk).update(state_since=timezone.now() - timedelta(days=366 * 12))
    Decision.objects.filter(submission=submission).update(
        period_from=day - timedelta(days=365 * 5), period_to=day, decided_on=day - timedelta(days=365 * 5)
    )


def test_a_case_goes_as_a_whole_and_trail_and_sums_hold(world: World, rival: World) -> None:
    case, other = decided(world), decided(rival)
    rows = rows_of(case)
    assert {"Snapshot", "Decision", "Condition", "Letter", "Judgement", "PanelReport", "Message"} <= {
        one.model.__name__ for one in rows if one.exists()
    }
    with pytest.raises(CommandError, match="is kept until 31 August 2037. Nothing was erased"):
        said(case=case.reference, apply=True)
    assert "Nothing was changed" in said(case=case.reference)
    long_ago(case)
    assert list(due_cases(timezone.localdate())) == [case]
    assert "1 cases ended longer ago" in " ".join(retention.due())
    before = text_of()
    assert f"Case {case.reference}" in said(due=True) and text_of() == before, "a dry run changes nothing"
    ids = {str(pk) for one in rows for pk in one.values_list("pk", flat=True) if len(str(pk)) == 36}
    kept = {one.model: one.count() for one in rows_of(other)}
    assert "Erased: " in said(due=True, apply=True)
    assert not Submission.objects.filter(pk=case.pk).exists() and not list(due_cases(timezone.localdate()))
    left = text_of(*(name for name in connection.introspection.table_names() if "auditevent" not in name))
    assert [pk for pk in ids if pk in left or pk.replace("-", "") in left] == []
    assert {one.model: one.count() for one in rows_of(other)} == kept
    assert Submission.objects.get(reference=f"NEW-{world.course.reference}").resubmits is None
    assert list(audit.faults()) == []
    assert [fault for fault in bound.faults() if "missing" in fault] == []
    assert Snapshot.objects.count() == 1 and Letter.objects.filter(decision__submission=other).count() == 2


def test_an_open_case_is_never_due(world: World) -> None:
    submission = panels.reported(world)
    Submission.objects.update(state_since=timezone.now() - timedelta(days=366 * 30))
    assert list(due_cases(LATER)) == []
    with pytest.raises(CommandError, match="is still open"):
        said(case=submission.reference, apply=True)
    with pytest.raises(CommandError, match="There is no submission"):
        said(case="NOBODY")


def test_a_course_goes_with_its_cases_once_nobody_works_on_it(world: World, rival: World) -> None:
    case = decided(world)
    Submission.objects.filter(resubmits=case).delete()
    long_ago(case)
    day = timezone.localdate() - timedelta(days=366 * 7)
    Course.objects.update(updated_at=timezone.now() - timedelta(days=366 * 8))
    with pytest.raises(CommandError, match="somebody works on it"):
        said(course=world.course.reference, apply=True)
    CourseTeamMember.objects.filter(course=world.course).update(since=day - timedelta(days=9), until=day)
    assert f"Course {world.course.reference}, with 1 cases" in said(due=True)
    said(course=world.course.reference, apply=True)
    assert list(Course.objects.all()) == [rival.course]
    assert list(audit.faults()) == [] and not Submission.objects.exists()


def test_what_goes_by_its_age_alone(world: World) -> None:
    from allauth.usersessions.models import UserSession

    old = timezone.now() - timedelta(days=400)
    for key in ("old", "new"):
        with transaction.atomic():
            mail.promise("submission_submitted", to=world.officer, key=key, context={})
        UserSession.objects.create(
            user=world.officer, ip="192.0.2.1", session_key=key, user_agent="x", data={}
        )
        AccountInvitation.objects.create(
            email=f"{key}@people.example", full_name=key, expires_at=timezone.now()
        )
    Message.objects.filter(key="old").update(created_at=old)
    UserSession.objects.filter(session_key="old").update(last_seen_at=old)
    AccountInvitation.objects.filter(full_name="old").update(created_at=old)
    told = " ".join(retention.due())
    for words in ("1 messages are", "1 invitations are", "1 places somebody signed in from are"):
        assert words in told
    assert "1 messages" in said(due=True) and Message.objects.count() == 2
    said(due=True, apply=True)
    assert [Message.objects.get().key, UserSession.objects.get().session_key] == ["new", "new"]
    assert AccountInvitation.objects.get().full_name == "new"
