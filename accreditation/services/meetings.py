"""Meetings of the Committee: planned, their agendas, who was there, and who takes no part in a case."""

from collections.abc import Collection
from datetime import date, time
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accreditation import audit, grants, mail
from accreditation.committee import at_words, check_keep, check_recuse, members, open_item
from accreditation.enums import ConflictKind, MeetingKind
from accreditation.exceptions import Invalid, NotNow, Stale
from accreditation.models import AgendaItem, Attendance, Conflict, Meeting, Submission, User
from accreditation.permissions import need_role
from accreditation.roles import OFFICER
from accreditation.rules.dates import spoken
from accreditation.selectors import BEFORE_COMMITTEE, visible_submissions
from accreditation.services.cases import locked, words

STALE = "Somebody changed this meeting since you opened the page. Look at it again."


@transaction.atomic
def plan(
    *,
    by: User,
    kind: str,
    held_on: date | None,
    starts_at: time | None = None,
    place: str = "",
    link: str = "",
) -> Meeting:
    """An officer or the chair plans a meeting, or a round by circulation. Raises `NotAllowed`, `Invalid`."""
    check_keep(by)
    meeting = Meeting(planned_by=by, **_details(kind, held_on, starts_at, place, link))
    meeting.save()
    audit.record("meeting.planned", by=by, obj=meeting, payload={"kind": kind, "on": meeting.held_on})
    return meeting


@transaction.atomic
def change(
    *,
    by: User,
    meeting_id: UUID | str,
    version: int,
    kind: str,
    held_on: date | None,
    starts_at: time | None = None,
    place: str = "",
    link: str = "",
) -> Meeting:
    """Changes kind, day, time, place or link of a meeting at which nothing was decided yet.

    Raises `NotAllowed`, `NotNow`, `Stale`, `Invalid`.
    """
    meeting = _held(by, meeting_id, version)
    if meeting.decisions.exists():
        raise NotNow("A decision was recorded at this meeting: its day and place stay as they are.")
    for name, value in _details(kind, held_on, starts_at, place, link).items():
        setattr(meeting, name, value)
    _save(meeting)
    audit.record("meeting.changed", by=by, obj=meeting, payload={"kind": kind, "on": meeting.held_on})
    return meeting


@transaction.atomic
def put_on(*, by: User, meeting_id: UUID | str, submission_id: UUID | str) -> AgendaItem:
    """Puts a case that is before the Committee, or was decided, on an agenda; the same twice is once.

    Raises `NotAllowed`, also for a case that this person may not see; `NotNow` while it stands on another agenda.
    """
    submission = locked(submission_id)
    check_keep(by)
    if not visible_submissions(by).filter(pk=submission.pk).exists():
        raise Submission.DoesNotExist
    meeting = Meeting.objects.select_for_update().get(pk=meeting_id)
    known = meeting.items.filter(submission=submission).first()
    if known is not None:
        return known
    if submission.state not in BEFORE_COMMITTEE:
        raise NotNow(
            f"{submission.reference} is “{submission.get_state_display()}”: it is not before the Committee."
        )
    standing = open_item(submission)
    if standing is not None:
        raise NotNow(
            f"{submission.reference} is on the agenda of {spoken(standing.meeting.held_on)} already. Take it off there "
            "first."
        )
    item = AgendaItem.objects.create(meeting=meeting, submission=submission, added_by=by)
    _save(meeting)
    audit.record(
        "agenda.added", by=by, obj=submission, payload={"meeting": meeting.pk, "at": at_words(meeting)}
    )
    return item


@transaction.atomic
def take_off(*, by: User, meeting_id: UUID | str, submission_id: UUID | str) -> None:
    """Takes a case off an agenda; one that is off already stays off. Raises `NotAllowed`, `NotNow` once decided there."""
    submission = locked(submission_id)
    check_keep(by)
    if not visible_submissions(by).filter(pk=submission.pk).exists():
        raise Submission.DoesNotExist
    meeting = Meeting.objects.select_for_update().get(pk=meeting_id)
    item = meeting.items.filter(submission=submission).first()
    if item is None:
        return
    if submission.decisions.filter(meeting=meeting).exists():
        raise NotNow(f"{submission.reference} was decided {at_words(meeting)}: it stays on its agenda.")
    item.delete()
    _save(meeting)
    audit.record(
        "agenda.removed", by=by, obj=submission, payload={"meeting": meeting.pk, "at": at_words(meeting)}
    )


@transaction.atomic
def record_present(
    *, by: User, meeting_id: UUID | str, people: Collection[UUID | str], version: int
) -> Meeting:
    """Records which members were present, or answered in the round. Decisions keep who was counted when they were recorded.

    Raises `NotAllowed`, `Stale`, `NotNow` before the day, `Invalid` (field `people`) for somebody who is no member.
    """
    meeting = _held(by, meeting_id, version)
    if meeting.held_on > timezone.localdate():
        raise NotNow(f"Who was present can be recorded from {spoken(meeting.held_on)} on.")
    wanted = {str(pk) for pk in people}
    known = {str(pk): pk for pk in members().values_list("pk", flat=True)}
    if not wanted <= known.keys():
        raise Invalid({"people": ["Choose members of the Committee"]})
    before = {str(pk) for pk in meeting.attendances.values_list("person_id", flat=True)}
    if before == wanted:
        return meeting
    meeting.attendances.exclude(person__in=[known[pk] for pk in wanted]).delete()
    Attendance.objects.bulk_create(
        [Attendance(meeting=meeting, person_id=known[pk]) for pk in sorted(wanted - before)]
    )
    told = meeting.announced_version == meeting.version
    _save(meeting)
    if told:  # who was there is no news about the agenda
        Meeting.objects.filter(pk=meeting.pk).update(announced_version=meeting.version)
    audit.record("meeting.attended", by=by, obj=meeting, payload={"present": sorted(wanted)})
    return meeting


@transaction.atomic
def announce(*, by: User, meeting_id: UUID | str, version: int) -> int:
    """Tells every member that the agenda is ready, once for each version of it; returns how many are told.

    The message names no case: who takes no part in one learns nothing of it. Raises `NotAllowed`, `Stale`, `NotNow`.
    """
    meeting = _held(by, meeting_id, version)
    if meeting.held_on < timezone.localdate():
        raise NotNow("This meeting has passed. Nobody was told.")
    if meeting.announced_version == meeting.version:
        raise NotNow("The members have been told of this agenda. Nothing was sent again.")
    again = meeting.announced_version is not None
    Meeting.objects.filter(pk=meeting.pk).update(announced_version=meeting.version)
    told = list(members().exclude(pk=by.pk))
    for person in told:
        mail.promise(
            "agenda_ready",
            to=person,
            key=f"agenda:{meeting.pk}:{meeting.version}:{person.pk}",
            about=meeting,
            path=reverse("meeting", args=[meeting.pk]),
            context={
                "what": meeting.get_kind_display().lower(),
                "circulation": meeting.kind == MeetingKind.CIRCULATION,
                "on": spoken(meeting.held_on),
                "at": f"{meeting.starts_at:%H:%M}" if meeting.starts_at else "",
                "place": meeting.place,
                "link": meeting.link,
                "again": again,
            },
        )
    audit.record(
        "meeting.announced", by=by, obj=meeting, payload={"version": meeting.version, "told": len(told)}
    )
    return len(told)


# --- recusals -------------------------------------------------------------------------------------------------------


@transaction.atomic
def recuse(
    *, by: User, submission_id: UUID | str, person_id: UUID | str | None = None, kind: str, reason: str
) -> Conflict:
    """A member takes no part in a case: by their own word, or as an officer records. The case is gone for them at once,
    from lists, counts, search and mail, and they are not counted towards the quorum.

    The same again changes nothing. Raises `NotAllowed`, `NotNow`, `Invalid` (fields `kind`, `reason`).
    """
    submission = locked(submission_id)
    person = by if person_id is None else User.objects.get(pk=person_id)
    check_recuse(by, submission, person)
    if kind not in ConflictKind.values:
        raise Invalid({"kind": ["Choose why this member takes no part"]})
    reason = words("reason", reason, limit=2000, needed="Say in a sentence why")
    known = _open_conflict(submission, person)
    if known is not None and known.blocks:
        return known
    conflict = known or Conflict(
        user=person, institution=submission.course.institution, submission=submission, declared_by=by
    )
    if known is None:
        conflict.kind = kind
    conflict.recusal, conflict.blocks, conflict.reason = True, True, reason
    conflict.decided_by, conflict.decided_at = by, timezone.now()
    conflict.save()
    grants.sync_submission(submission)
    _record("committee.recused", by, submission, conflict)
    return conflict


@transaction.atomic
def takes_part(*, by: User, submission_id: UUID | str, person_id: UUID | str, reason: str) -> Conflict:
    """An officer records that a member may take part in a case after all, with a reason: against what the data propose, or
    where a recusal was recorded in error.

    Raises `NotAllowed`, also for oneself, `NotNow` where nothing kept them away, `Invalid` (field `reason`).
    """
    submission = locked(submission_id)
    need_role(by, OFFICER)
    person = User.objects.get(pk=person_id)
    check_recuse(by, submission, person)
    if by.pk == person.pk:
        raise Invalid({"person": ["Somebody else must decide that you take part"]})
    reason = words("reason", reason, limit=2000, needed="Say why this member may take part")
    conflict = _open_conflict(submission, person)
    if conflict is None:
        at_home = person.institution_id == submission.course.institution_id
        settled = Conflict.objects.filter(user=person, submission=submission, recusal=True, blocks=False)
        if not at_home or settled.exists():
            raise NotNow(f"{person.full_name} takes part in this case already. Nothing was changed.")
        conflict = Conflict(
            user=person, institution=submission.course.institution, submission=submission, declared_by=by,
            kind=ConflictKind.EMPLOYER,
        )  # fmt: skip
    elif conflict.submission_id is None:
        raise NotNow(
            f"{person.full_name} has a conflict of interest with the whole institution: it is decided on the page of the "
            "case."
        )
    conflict.recusal, conflict.blocks, conflict.reason = True, False, reason
    conflict.decided_by, conflict.decided_at = by, timezone.now()
    conflict.save()
    grants.sync_submission(submission)
    _record("committee.takes_part", by, submission, conflict)
    return conflict


def _open_conflict(submission: Submission, person: User) -> Conflict | None:
    """The conflict that keeps a member from a case now, one of this case alone before one of the whole institution."""
    standing = Conflict.objects.select_for_update(of=("self",)).filter(
        user=person, institution=submission.course.institution
    )
    found = [one for one in standing.exclude(blocks=False) if one.submission_id in (None, submission.pk)]
    return min(found, key=lambda one: one.submission_id is None, default=None)


def _record(verb: str, by: User, submission: Submission, conflict: Conflict) -> None:
    audit.record(
        verb,
        by=by,
        obj=submission,
        payload={
            "conflict": conflict.pk,
            "kind": conflict.kind,
            "person": conflict.user_id,
            "name": conflict.user.full_name,
        },
    )


def _held(by: User, meeting_id: UUID | str, version: int) -> Meeting:
    check_keep(by)
    meeting = Meeting.objects.select_for_update().get(pk=meeting_id)
    if meeting.version != version:
        raise Stale(STALE, meeting)
    return meeting


def _save(meeting: Meeting) -> None:
    meeting.version += 1
    meeting.save()


def _details(
    kind: str, held_on: date | None, starts_at: time | None, place: str, link: str
) -> dict[str, object]:
    problems: dict[str, list[str]] = {}
    if kind not in MeetingKind.values:
        problems["kind"] = ["Choose how the Committee decides"]
    if held_on is None:
        problems["held_on"] = ["Enter the day"]
    if link and not link.startswith(("https://", "http://")):
        problems["link"] = ["Enter a whole link, beginning with https://"]
    if problems:
        raise Invalid(problems)
    return {
        "kind": kind,
        "held_on": held_on,
        "starts_at": None if kind == MeetingKind.CIRCULATION else starts_at,
        "place": words("place", place, limit=300),
        "link": words("link", link, limit=500),
    }
