"""What assessors keep about themselves: profile, days away, and standing interests. Each their own, nobody else's."""

from datetime import date
from uuid import UUID

from django.db import transaction

from accreditation import audit
from accreditation.enums import ConflictKind
from accreditation.exceptions import Invalid, NotNow, Stale
from accreditation.models import Absence, AssessorProfile, Institution, Interest, MemberBody, User
from accreditation.permissions import need_role
from accreditation.roles import ASSESSOR
from accreditation.services.cases import words


@transaction.atomic
def save_profile(
    *, by: User, member_body: MemberBody | None, expertise: str, version: int = 0
) -> AssessorProfile:
    """Saves an assessor's own profile. Raises `Stale` where another window saved meanwhile, `NotAllowed`, `Invalid`."""
    need_role(by, ASSESSOR)
    text = words("expertise", expertise, limit=300)
    profile = AssessorProfile.objects.select_for_update(of=("self",)).filter(user=by).first()
    if profile is None:
        profile = AssessorProfile(user=by, version=0)
    elif profile.version != version:
        raise Stale("Your profile was saved in another window since you opened this page.", profile)
    profile.member_body, profile.expertise, profile.version = member_body, text, profile.version + 1
    profile.save()
    audit.record("assessor.profile_saved", by=by, obj=by, payload={})
    return profile


@transaction.atomic
def add_absence(*, by: User, since: date, until: date) -> Absence:
    """The assessor is away on these days, both included. Raises `Invalid` (`until`), `NotAllowed`."""
    need_role(by, ASSESSOR)
    if until < since:
        raise Invalid({"until": ["The last day cannot be before the first"]})
    row, created = Absence.objects.get_or_create(user=by, since=since, until=until)
    if created:
        audit.record(
            "assessor.away", by=by, obj=by, payload={"since": since.isoformat(), "until": until.isoformat()}
        )
    return row


@transaction.atomic
def remove_absence(*, by: User, absence_id: UUID) -> None:
    """Takes one's own days away back. Raises `NotNow` where they are gone, or are somebody else's."""
    need_role(by, ASSESSOR)
    _remove(Absence.objects.filter(user=by, pk=absence_id).first(), by, "assessor.away_removed")


@transaction.atomic
def add_interest(
    *,
    by: User,
    institution: Institution,
    kind: str,
    text: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Interest:
    """A standing interest in an institution. Raises `Invalid` (`kind`, `words`, `until`), `NotAllowed`."""
    need_role(by, ASSESSOR)
    if kind not in ConflictKind.values:
        raise Invalid({"kind": ["Choose what it is"]})
    needed = "Say what it is, in a few words" if kind == ConflictKind.OTHER else ""
    said = words("words", text, limit=300, needed=needed)
    if since and until and until < since:
        raise Invalid({"until": ["It cannot end before it began"]})
    row = Interest.objects.create(
        user=by, institution=institution, kind=kind, words=said, since=since, until=until
    )
    audit.record("assessor.interest_named", by=by, obj=by, payload={"kind": kind, "at": institution.name})
    return row


@transaction.atomic
def remove_interest(*, by: User, interest_id: UUID) -> None:
    """Takes an interest off one's own list. Raises `NotNow` where it is gone, or is somebody else's."""
    need_role(by, ASSESSOR)
    _remove(Interest.objects.filter(user=by, pk=interest_id).first(), by, "assessor.interest_removed")


def _remove(row: Absence | Interest | None, by: User, verb: str) -> None:
    if row is None:
        raise NotNow("This is not on your list any more. Nothing was changed.")
    row.delete()
    audit.record(verb, by=by, obj=by, payload={"was": str(row)})
