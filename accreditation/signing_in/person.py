"""Who asks: the person of a session, with the names of their groups, in one query whose SQL is kept."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user, load_backend
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from accreditation.models import User
from accreditation.repeated import repeated_things


class PersonMiddleware(AuthenticationMiddleware):
    """Django's own, but that the person comes with their roles."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _kept_person(request))  # type: ignore[assignment]


def _kept_person(request: Any) -> User | AnonymousUser:
    if not hasattr(request, "_cached_user"):
        request._cached_user = person_of(request)
    found: User | AnonymousUser = request._cached_user
    return found


def person_of(request: HttpRequest) -> User | AnonymousUser:
    """As `django.contrib.auth.get_user`. Only a session that is sound in every way is taken here; of any other (nobody's,
    one that was ended, one signed with an older key) Django decides what it gives and whether it is emptied.
    """
    if connection.vendor != "postgresql":
        return get_user(request)
    session = request.session
    key, path, proof = (session.get(name) for name in (SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY))
    if not (key and proof and path in settings.AUTHENTICATION_BACKENDS):
        return get_user(request)
    try:
        people = _people(UUID(key)) if isinstance(load_backend(path), ModelBackend) else []
    except ValueError:
        people = []
    for person in people:
        if person.is_active and constant_time_compare(proof, person.get_session_auth_hash()):
            person.take_groups(person.__dict__.pop("group_names"))
            return person
    return get_user(request)


@repeated_things
def _people(key: UUID) -> QuerySet[User]:
    groups = User.groups.through.objects.filter(user=OuterRef("pk")).values("group__name")
    return User.objects.filter(pk=key).order_by().annotate(group_names=ArraySubquery(groups))
