"""Is this container well? `python -m accreditation.config.healthcheck web|beat|nightly`, exit code 0 for yes.

It imports neither Django nor Celery: it runs every few seconds. The worker is asked with `celery inspect ping`.
"""

import http.client
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

NIGHT_SECONDS = 36 * 3600
BEAT_SECONDS = 600  # beat writes its schedule every three minutes


def web() -> str:
    """What is wrong with the web server, or an empty string. It is asked as the proxy asks it."""
    origin = urlsplit(os.environ["SITE_ORIGIN"])
    port = int(os.environ.get("BIND", "127.0.0.1:8000").rsplit(":", 1)[1])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        headers = {"Host": origin.netloc, "X-Forwarded-Proto": origin.scheme}
        connection.request("GET", "/health/ready", headers=headers)
        status = connection.getresponse().status
    except OSError as error:
        return f"The web server does not answer: {error}"
    finally:
        connection.close()
    return "" if status == http.HTTPStatus.OK else f"It answers {status}: database or store are not there."


def beat() -> str:
    """What is wrong with beat, or an empty string."""
    folder = Path(os.environ["CASE_DATA_DIR"])
    written = [path.stat().st_mtime for path in folder.glob("celery-beat*")]
    if not written:
        return "Beat has not written its schedule yet."
    age = time.time() - max(written)
    return "" if age < BEAT_SECONDS else f"Beat has been silent for {age:.0f} s."


def nightly() -> str:
    """What is wrong with the nightly round, or an empty string: it is judged by its newest backup, once it had a night."""
    made = [path.stat().st_mtime for path in Path(os.environ["CASE_BACKUP_DIR"]).glob("case-*/manifest.json")]
    age = time.time() - max([*made, Path("/proc/1").stat().st_ctime])
    return "" if age < NIGHT_SECONDS else f"The newest backup is {age / 3600:.0f} hours old."


if __name__ == "__main__":
    sys.exit({"web": web, "beat": beat, "nightly": nightly}[sys.argv[1]]() or 0)
