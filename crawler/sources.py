"""The register: one entry a source, in YAML, loaded and checked before anything is asked of anybody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from archive import lands
from crawler import evidence
from crawler.address import is_address
from crawler.api import Api, api, api_faults
from crawler.families import families

SHIPPED = Path(__file__).with_name("sources")
"""Folder of the register that comes with the package: one file a Land."""

FICTION = "XX"
"""Land of the fictional authorities in demo and tests."""

LANDS = lands.LANDS.keys() - {FICTION}
"""Codes of the Länder that there are."""

KINDS = (
    "kreis", "kreisfreie_stadt", "stadt", "gemeinde", "ministerium", "staatskanzlei", "bezirksregierung",
    "landschaftsverband", "behoerde", "other",
)  # fmt: skip
"""What an authority is. Where none fits: behoerde."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a tenth of the time, where PyYAML has libyaml
REQUIRED = ("id", "name", "kind", "land", "homepage", "press")
OPTIONAL = ("ags", "publisher", "family", "feed", "api", "earlier", "expect", "delay", *evidence.KEYS)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_AGS = re.compile(r"\d{5}|\d{8}")


class BadRegister(ValueError):
    """A register that must not be crawled with: each line of the message is file, line, fault and remedy."""


@dataclass(frozen=True, slots=True)
class Source:
    """One list of press releases of one authority.

    ``publisher`` is the authority's id where it has several sources, else the source's own. ``family`` None
    means that it is detected. ``earlier``: (family, last ISO day it was in use), oldest first. ``delay``:
    seconds between two requests to its host, None for the default. ``homepage`` and ``press`` are empty where
    a candidate or retired source has none. ``valid_from`` to ``successor`` are the authority's: its first and
    last day under this name (ISO day, month or year), and the id of the authority that followed. ``since``:
    from when on the status holds; ``link``: where that is to be read. ``evidence``: for each address a level
    of evidence.LEVELS, the day, and ``from``, the address that was observed where it is another one.
    ``checked``: day and finding of a check that did not end well.
    """

    id: str
    name: str
    kind: str
    land: str
    homepage: str = ""
    press: str = ""
    ags: str | None = None
    publisher: str = ""
    family: str | None = None
    feed: str | None = None
    api: Api | None = None
    earlier: tuple[tuple[str, str], ...] = ()
    expect: dict[str, Any] = field(default_factory=dict)
    delay: float | None = None
    status: str = "active"
    reason: str | None = None
    since: str | None = None
    link: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    successor: str | None = None
    evidence: dict[str, dict[str, str]] = field(default_factory=dict)
    checked: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def addresses(self) -> list[str]:
        """The addresses that the entry names: their hosts are this source's own."""
        api_url = self.api and self.api.start
        return [url for url in (self.homepage, self.press, self.feed, api_url) if url]

    def entry(self) -> dict[str, Any]:
        """The entry as plain JSON values, as the log keeps it; what is not set is left out."""
        values = {name: getattr(self, name) for name in (*REQUIRED, *OPTIONAL)}
        values["api"] = self.api and self.api.entry()
        plain = {
            name: value for name, value in values.items() if value and (name, value) != ("status", "active")
        }
        return {"publisher": self.id} | plain


def load(files: Iterable[Path]) -> list[Source]:
    """Sources of these register files, in their order. Raises BadRegister that names every fault found."""
    faults: list[str] = []
    entries: list[tuple[str, dict[str, Any]]] = []
    for file in files:
        try:
            entries += _entries(file)
        except BadRegister as error:
            faults.append(str(error))
    for place, entry in entries:
        faults += [f"{place}: {fault}" for fault in _faults(entry)]
    faults += _doubles(entries, "id") + _doubles(entries, "press")
    if faults:
        raise BadRegister("\n".join(faults))
    return [_source(entry) for _, entry in entries]


def shipped() -> list[Source]:
    """Sources of the register that comes with the package."""
    return load(sorted(SHIPPED.glob("*.yml")))


def uncrawlable(source: Source) -> str | None:
    """Why a source cannot be crawled even where its id is named, with a remedy; None where it can."""
    if source.status == "retired":
        follows = f"; its successor is {source.successor}" if source.successor else ""
        return f"{source.id} is retired: {source.reason}{follows}"
    if not source.press:
        find = f"find it with 'kreispresse sources check {source.id}'"
        return f"{source.id} has no press page yet: {find} and add it as 'press'"
    return None


def _entries(file: Path) -> list[tuple[str, dict[str, Any]]]:
    """(file:line, entry) of every entry in a file. Values keep the type that they have in the YAML."""
    try:
        node = yaml.compose(file.read_text("utf-8"), Loader=_LOADER)
    except FileNotFoundError:
        raise BadRegister(f"{file}: there is no such file; name a YAML list of sources") from None
    except OSError as error:
        raise BadRegister(f"{file}: cannot be read: {error.strerror}; name a file that can") from None
    except UnicodeDecodeError as error:
        raise BadRegister(f"{file}: cannot be read: {error}; save it as UTF-8 text") from None
    except yaml.YAMLError as error:
        raise BadRegister(f"{file}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(node, yaml.SequenceNode):
        raise BadRegister(f"{file}:1: must be a list; begin each source with '- id: …'")
    return [(f"{file}:{item.start_mark.line + 1}", _mapping(file, item)) for item in node.value]


def _mapping(file: Path, node: yaml.Node) -> dict[str, Any]:
    place = f"{file}:{node.start_mark.line + 1}"
    if not isinstance(node, yaml.MappingNode):
        raise BadRegister(f"{place}: must be a source with keys such as id, name, press")
    names = [key.value for key, _ in node.value]
    for name in names:
        if names.count(name) > 1:
            raise BadRegister(f"{place}: key '{name}' stands twice; keep one")
    try:
        return dict(yaml.SafeLoader("").construct_document(node))
    except yaml.YAMLError as error:
        raise BadRegister(f"{place}: {' '.join(str(error).split())}") from None


def _faults(entry: dict[str, Any]) -> list[str]:
    known_later = ("homepage", "press") if entry.get("status") in evidence.UNASKED else ()
    required = [name for name in REQUIRED if name not in known_later or name in entry]
    faults = [f"'{name}' is missing; add it" for name in required if entry.get(name) in (None, "")]
    known = (*REQUIRED, *OPTIONAL)
    faults += [f"unknown key '{name}'; known are {', '.join(known)}" for name in entry if name not in known]
    if "ags" in entry and not (isinstance(entry["ags"], str) and _AGS.fullmatch(entry["ags"])):
        faults.append(f'ags {entry["ags"]!r} must be 5 or 8 digits in quotes, such as "05754"')
    texts = [name for name in (*REQUIRED, "publisher", "family", "feed") if name in entry]
    faults += [
        f"'{name}' must be text; put it in quotes" for name in texts if not isinstance(entry[name], str)
    ]
    return faults or _wrong_values(entry)


def _wrong_values(entry: dict[str, Any]) -> list[str]:
    faults = [
        f"{name} {entry[name]!r} must be lower-case letters, digits and hyphens"
        for name in ("id", "publisher")
        if name in entry and not _ID.fullmatch(entry[name])
    ]
    for name, allowed in (
        ("kind", KINDS),
        ("land", sorted(lands.LANDS)),
        ("family", sorted(families())),
    ):
        if name in entry and entry[name] not in allowed:
            faults.append(f"{name} {entry[name]!r} is unknown; known are {', '.join(allowed)}")
    faults += [
        f"{name} {entry[name]!r} must be a complete address that begins with https:// or http://"
        for name in ("homepage", "press", "feed")
        if name in entry and not is_address(entry[name])
    ]
    if "delay" in entry and not (isinstance(entry["delay"], int | float) and 0 <= entry["delay"] <= 3600):
        faults.append(f"delay {entry['delay']!r} must be seconds between 0 and 3600")
    if "expect" in entry and not (isinstance(entry["expect"], dict) and _is_plain(entry["expect"])):
        faults.append("'expect' must be keys with numbers or text; put days in quotes")
    if "api" in entry:
        faults += api_faults(entry["api"])
    return [*faults, *evidence.faults(entry), *_wrong_earlier(entry.get("earlier", []))]


def _is_plain(value: Any) -> bool:
    """Whether a value can stand in the log as it is: a YAML day or time cannot."""
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True


def _wrong_earlier(earlier: Any) -> list[str]:
    for look in earlier if isinstance(earlier, list) else [earlier]:
        complete = isinstance(look, dict) and set(look) == {"family", "until"}
        if (
            not complete
            or str(look["family"]) not in families()
            or not re.fullmatch(r"\d{4}-\d\d-\d\d", str(look["until"]))
        ):
            return ["'earlier' must be a list of {family: …, until: YYYY-MM-DD} with a known family"]
    return []


def _doubles(entries: list[tuple[str, dict[str, Any]]], name: str) -> list[str]:
    first: dict[Any, str] = {}
    faults = []
    for place, entry in entries:
        value = entry.get(name)
        if isinstance(value, str) and first.setdefault(value, place) != place:
            faults.append(
                f"{place}: {name} {value!r} is already used in {first[value]}; remove one of the two"
            )
    return faults


def _source(entry: dict[str, Any]) -> Source:
    earlier = tuple((look["family"], str(look["until"])) for look in entry.get("earlier", []))
    publisher = entry.get("publisher", entry["id"])
    plain = evidence.plain(entry)
    return Source(**{**plain, "publisher": publisher, "earlier": earlier, "api": api(entry.get("api"))})
