"""The checks in a process of their own, with limits on memory and time: a trap harms nobody but that process."""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from accreditation.uploads.kinds import Inspected, Refused

SECONDS = 20
CPU_SECONDS = 10
MEMORY = 700 * 1024 * 1024  # address space: a quarter of it is the interpreter with its libraries
ROOT = Path(__file__).resolve().parents[2]
TOO_MUCH = (
    "The file could not be checked within the limits of memory and time: it may be damaged or a trap. "
    "Print it to PDF or save it again, and choose the new file."
)


@contextmanager
def spooled(chunks: Iterable[bytes], limit: int) -> Iterator[Path]:
    """A temporary file with the chunks, gone at the end whatever happens. Raises `Refused` above `limit` bytes."""
    handle, name = tempfile.mkstemp(prefix="case-upload-")
    path = Path(name)
    try:
        size = 0
        with os.fdopen(handle, "wb") as kept:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise Refused(f"The file is larger than {limit // (1024 * 1024)} MB.")
                kept.write(chunk)
        yield path
    finally:
        with suppress(FileNotFoundError):
            path.unlink()


def limits(memory: int = MEMORY, cpu_seconds: int = CPU_SECONDS, output: int = 0) -> None:
    """Sets the limits of this process (bytes, seconds, bytes of any file that it writes): called in the child, before it
    becomes another program.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))


def inspect(path: Path, code: str) -> Inspected:
    """`checks.inspect` in a limited process. Raises `Refused`, also where the process ran out of memory or time."""
    command = [sys.executable, "-I", "-X", "utf8", "-c", _CHILD, str(ROOT), str(path), code]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            preexec_fn=limits,
            check=False,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired:
        raise Refused(TOO_MUCH) from None
    try:
        told = json.loads(done.stdout)
    except ValueError:
        raise Refused(TOO_MUCH) from None
    if "refused" in told:
        raise Refused(told["refused"])
    return Inspected(told["code"], told["media_type"], told["pages"])


_CHILD = """
import json, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from accreditation.uploads import checks, kinds
try:
    found = checks.inspect(Path(sys.argv[2]), sys.argv[3])
    told = {"code": found.code, "media_type": found.media_type, "pages": found.pages}
except kinds.Refused as no:
    told = {"refused": str(no)}
sys.stdout.write(json.dumps(told))
"""
