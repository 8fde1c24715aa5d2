"""Sessions in the database, as Django's own, read by a query whose SQL is kept: every page begins with it."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from accreditation.repeated import repeated


@repeated
def _data(key: str, now: datetime) -> QuerySet[Session, Any]:
    return Session.objects.filter(session_key=key, expire_date__gt=now).values_list("session_data")


class SessionStore(db.SessionStore):
    """Keys, rows and signatures are Django's: only the read differs."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and no key any more, where it is unknown or over."""
        rows = _data(self.session_key, timezone.now()) if self.session_key else []
        if not rows:
            self._session_key = None
            return {}
        kept: dict[str, Any] = self.decode(rows[0][0])
        return kept
