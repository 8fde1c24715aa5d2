"""Child processes that live and die with the command that started them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

STOP_SECONDS = 20
PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Linux sends this child a SIGTERM when its parent is gone, even by `kill -9`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One child with a name and a log file. It leads a process group of its own, so that Ctrl-C in the terminal reaches
    only the parent, which then stops the children in order.
    """

    def __init__(
        self, name: str, command: Sequence[str], log_file: Path, environment: dict[str, str]
    ) -> None:
        self.name = name
        self.log_file = log_file
        log_file.parent.mkdir(parents=True, exist_ok=True)
        with log_file.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def last_words(self, lines: int = 15) -> str:
        """The end of the log, for a message about why the child ended."""
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-lines:])

    def ask_to_stop(self) -> None:
        if not self.ended:
            self.process.terminate()

    def make_sure(self) -> None:
        """Wait for the end that was asked for; what is left of the group after `STOP_SECONDS` is killed."""
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._kill_group()
            self.process.wait()

    def _kill_group(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
