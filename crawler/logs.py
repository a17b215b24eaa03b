"""What a command says while it works: plain lines for people, or a JSON object a line for machines."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

logger = logging.getLogger("kreispresse")


class JsonLines(logging.Formatter):
    """A record as one JSON object: ``at`` (UTC), ``level``, ``message``, ``logger``, and its facts."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the message holds."""
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            "logger": record.name,
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


def speak_json() -> None:
    """From now on everything that is logged in this process goes to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logger.setLevel(logging.INFO)


def speaks_json() -> bool:
    """Whether speak_json was called."""
    return any(isinstance(handler.formatter, JsonLines) for handler in logging.root.handlers)


def tell(message: str, **facts: Any) -> None:
    """An event for machines."""
    logger.info(message, extra={"facts": facts})
