"""gunicorn's own log: the same lines without the secret parts of links (see accreditation.config.logs)."""

from typing import Any

from gunicorn.glogging import Logger

from accreditation.config.logs import HidingFormatter


class HidingLogger(Logger):
    """gunicorn's logger, whose handlers all write through `HidingFormatter`."""

    def setup(self, cfg: Any) -> None:
        """Called by gunicorn with its settings."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            shape = handler.formatter
            handler.setFormatter(
                HidingFormatter(shape._fmt if shape else None, shape.datefmt if shape else None)
            )
