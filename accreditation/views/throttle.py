"""A simple limit on how often one address may ask, counted in the cache. Open where the cache is down: it guards reading
pages only; signing in is limited elsewhere, and closed.
"""

import hashlib
import time

from django.core.cache import cache
from django.http import HttpRequest


def allowed(request: HttpRequest, name: str, *, limit: int = 30, seconds: int = 60) -> bool:
    """Counts one request of this address under `name`; False above `limit` in a window of `seconds`."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    window = int(time.time()) // seconds
    key = f"throttle:{name}:{hashlib.sha256(address.encode()).hexdigest()[:24]}:{window}"
    try:
        cache.add(key, 0, timeout=seconds * 2)
        return cache.incr(key) <= limit
    except Exception:  # whatever cache it is and whatever is wrong with it
        return True
