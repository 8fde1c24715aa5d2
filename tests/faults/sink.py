"""A mail server for fault runs: it keeps each mail as a line of a file, and drops connections when told to."""

import json
import socketserver
import threading
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path
from typing import Any


class Sink:
    """Listens on a port of its own. `drop(n)`: the next n mails are cut off, in turn before anything is taken, after the
    mail was read but before it was kept, and after it was kept but before the sender is told (so that it comes again).
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.dropped = 0
        self._to_drop = self._kept = 0
        self._lock = threading.Lock()
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(ConnectionError):  # a worker was killed while it spoke
                    sink._talk(self)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def drop(self, number: int) -> None:
        with self._lock:
            self._to_drop += number

    @property
    def kept(self) -> int:
        """How many mails were kept so far."""
        with self._lock:
            return self._kept

    def _drops(self) -> int:
        """Which way this mail is dropped (0: not at all)."""
        with self._lock:
            if not self._to_drop:
                return 0
            self._to_drop -= 1
            self.dropped += 1
            return self.dropped % 3 + 1

    def _talk(self, session: Any) -> None:
        def say(words: str) -> None:
            session.wfile.write(f"{words}\r\n".encode())

        say("220 sink")
        way = 0
        while line := session.rfile.readline():
            verb = line[:4].upper()
            if verb in (b"EHLO", b"HELO"):
                say("250 sink")
            elif verb == b"MAIL":
                way = self._drops()
                if way == 1:
                    return
                say("250 yes")
            elif verb == b"DATA":
                say("354 go on")
                data = b""
                while (part := session.rfile.readline()) not in (b".\r\n", b""):
                    data += part
                if way == 2:
                    return
                self._keep(data)
                if way == 3:
                    return
                say("250 kept")
            elif verb == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 yes")

    def _keep(self, data: bytes) -> None:
        mail = message_from_bytes(data)
        with self._lock, self.file.open("a") as kept:
            self._kept += 1
            kept.write(json.dumps({"id": mail["Message-ID"], "to": mail["To"]}) + "\n")
