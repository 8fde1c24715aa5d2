"""What all models share: time-ordered ids that cannot be guessed, and rows that remember when they were written."""

import os
import time
import uuid

from django.db import models


def uuid7() -> uuid.UUID:
    """A version 7 UUID (RFC 9562): 48 bits of milliseconds, then random bits, so new rows land together in an index."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


class Record(models.Model):
    """A thing with an address: its id is a UUID, so that a link tells nothing about how many others there are."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Versioned(Record):
    """A row that people edit: every save counts `version` up, and a form that saw an older one is refused."""

    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
