"""Who runs the website and how: the operator's details, from a YAML file that docs/operators.md explains."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

import yaml

_SWITCHES = ("search_engines", "sql")
_PLACEHOLDER = re.compile(r"\bTODO\b|\bXXX\b|<[^>]*>", re.IGNORECASE)


class DetailsError(ValueError):
    """The file of details cannot be used; the message says what is wrong with it, and what to do."""


@dataclass(frozen=True, slots=True)
class Details:
    """What the operator says, in German; None: not said. The first four must be said.

    ``website`` is the public address. ``impressum``, ``datenschutz`` and ``barrierefreiheit`` are added to
    our text of these pages, in the little Markdown that prose.py knows. ``search_engines``: they may keep
    releases, too. ``sql``: visitors may ask the tables in SQL.
    """

    name: str
    address: str
    email: str
    website: str
    phone: str | None = None
    represented_by: str | None = None
    registered: str | None = None
    vat_id: str | None = None
    responsible: str | None = None
    hosting: str | None = None
    server_log: str | None = None
    supervision: str | None = None
    arbitration: str | None = None
    impressum: str | None = None
    datenschutz: str | None = None
    barrierefreiheit: str | None = None
    search_engines: bool = False
    sql: bool = True

    @property
    def base_url(self) -> str:
        """Path of the public address, with a slash at both ends."""
        return urlsplit(self.website).path.rstrip("/") + "/"


REQUIRED = ("name", "address", "email", "website")


def load(path: Path) -> Details:
    """Read a file of details. Raises DetailsError, with all that is wrong with it."""
    try:
        said = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise DetailsError(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DetailsError(f"{path} is no YAML: {error}") from error
    if not isinstance(said, dict):
        raise DetailsError(f"{path} must name at least {', '.join(REQUIRED)}: see docs/operators.md")
    wrong = [*_missing(said), *(fault for key, value in said.items() if (fault := _fault(key, value)))]
    if wrong:
        raise DetailsError(f"{path}: {'; '.join(wrong)}: see docs/operators.md")
    said = {key: value.strip() if isinstance(value, str) else value for key, value in said.items()}
    return Details(**said)


def _missing(said: dict[object, object]) -> list[str]:
    return [f"{key} is missing" for key in REQUIRED if key not in said]


def _fault(key: object, value: object) -> str | None:
    """What is wrong with one line; None where nothing is."""
    names = [each.name for each in fields(Details)]
    if key not in names:
        like = difflib.get_close_matches(str(key), names, 1)
        return f"{key} is not known" + (f" (meant {like[0]}?)" if like else "")
    if key in _SWITCHES:
        return None if isinstance(value, bool) else f"{key} must be true or false"
    if not isinstance(value, str) or not value.strip() or _PLACEHOLDER.search(value):
        return f"{key} must be filled in, as text"
    if key == "email" and not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", value.strip()):
        return "email is no mail address"
    if key == "website" and not _is_address(value.strip()):
        return "website must be an address like https://presse.example/, without query or fragment"
    return None


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
