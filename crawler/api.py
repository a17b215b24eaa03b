"""JSON listings that the register names or describes: how they are paged, and what they list. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from w3lib.html import remove_tags, replace_entities
from w3lib.url import safe_url_string

from archive.dates import parse_moment
from archive.decode import clean
from archive.tree import Unreadable, absolute
from crawler.address import is_address
from crawler.data import json_items

Found = tuple[str, str, str | None]
"""(address, title, ISO day or None) of one item."""

_PAGE = "{page}"
_FIELD = re.compile(r"\{([^{}]+)\}")
_PATHS = ("items", "title", "date", "next")
TEXTS = ("url", "items", "address", *_PATHS[1:])
NUMBERS = ("first", "step")
REQUIRED = ("url", "items", "address", "title")
_SECONDS, _MILLISECONDS = 1e8, 1e11  # a number that large is a Unix time in one of them


@dataclass(frozen=True, slots=True)
class Api:
    """A JSON listing of the register; all keys but ``url`` are empty where it is not described.

    ``url`` may hold ``{page}``: the number ``first`` at first, then ``step`` more with each page (pages or
    offsets). ``items``, ``title``, ``date``, ``next`` are JMESPath expressions: the list in the answer, two
    texts of an item, and, where pages have no numbers, the address of the next one. ``address`` is such an
    expression, too, or a template with them in braces.
    """

    url: str
    items: str = ""
    address: str = ""
    title: str = ""
    date: str = ""
    next: str = ""
    first: int = 1
    step: int = 1

    @property
    def start(self) -> str:
        """Address of its first page.

        >>> Api("https://k.example/items?from={page}", first=0, step=20).start
        'https://k.example/items?from=0'
        """
        return self.url.replace(_PAGE, str(self.first))

    def entry(self) -> str | dict[str, Any]:
        """As the register has it: the address alone, or the keys that are set."""
        default = asdict(Api(self.url))
        keys = {name: value for name, value in asdict(self).items() if value != default[name]}
        return {"url": self.url} | keys if keys else self.url


def api(value: Any) -> Api | None:
    """The JSON listing of a register's entry that has no faults, None where it names none."""
    if isinstance(value, dict):
        return Api(**value)
    return Api(value) if value else None


def api_faults(value: Any) -> list[str]:
    """What is wrong with a register's ``api``, each with its remedy."""
    if not isinstance(value, dict):
        value = {"url": value}
    elif missing := [name for name in REQUIRED if not value.get(name)]:
        return [f"'api' lacks {', '.join(missing)}; name at least url, items, address and title of its JSON"]
    if unknown := [str(name) for name in value if name not in (*TEXTS, *NUMBERS)]:
        known = ", ".join((*TEXTS, *NUMBERS))
        return [f"'api' has the unknown key {', '.join(unknown)}; known are {known}"]
    if wrong := [name for name in value if name in TEXTS and not isinstance(value[name], str)]:
        return [f"'api' must have text as {', '.join(wrong)}; put it in quotes"]
    if wrong := [name for name in NUMBERS if not _is_count(value.get(name, 1), least=name == "step")]:
        return [f"'api' must have a whole number as {', '.join(wrong)}; step is at least 1"]
    if not is_address(Api(value["url"]).start):
        return [f"api {value['url']!r} must be a complete address that begins with https:// or http://"]
    return [fault for name, path in _expressions(value) for fault in _path_faults(name, path)]


def read_api(described: Api, body: str, asked: str) -> tuple[list[Found], str | None]:
    """(items, address of the next page or None) of an answer to ``asked``.

    Raises Unreadable, with what the answer has instead, where it is not as described.
    """
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise Unreadable(f"no JSON, but the register's api says so: {error}") from error
    if not described.items:
        return json_items(body, asked), None
    listed = _search(described.items, answer)
    if not isinstance(listed, list):
        raise Unreadable(f"api.items: no list at {described.items!r}; the answer has {_told(answer)}")
    found = [item for each in listed if (item := _item(described, each, asked))]
    if listed and not found:
        wanted = f"address {described.address!r} and title {described.title!r}"
        raise Unreadable(f"api: none of {len(listed)} items has {wanted}; the first has {_told(listed[0])}")
    return found, _next(described, answer, asked) if found else None


def _is_count(value: Any, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _expressions(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((name, value[name]) for name in _PATHS if value.get(name))
    address = value.get("address", "")
    fields = _FIELD.findall(address)
    yield from (("address", path) for path in fields or filter(None, [address]))


def _path_faults(name: str, path: str) -> list[str]:
    try:
        jmespath.compile(path)
    except JMESPathError as error:
        said = str(error).partition("\n")[0]
        return [f"api.{name} {path!r} is no JMESPath ({said}); write keys with dots, such as data.items"]
    return []


def _item(described: Api, value: Any, asked: str) -> Found | None:
    """An item's address, title and day; None where one of the first two is not there."""
    address = _address(described.address, value)
    title = _plain(_search(described.title, value))
    whole = absolute(asked, address) if address and title else None
    if whole is None:
        return None
    return whole, title, _day(_search(described.date, value)) if described.date else None


def _address(template: str, value: Any) -> str:
    """An item's address by an expression, or by a template in which every field must be there."""
    if not _FIELD.search(template):
        return _text(_search(template, value))
    fields = {field: _text(_search(field, value)) for field in _FIELD.findall(template)}
    return _FIELD.sub(lambda match: fields[match[1]], template) if all(fields.values()) else ""


def _search(path: str, value: Any) -> Any:
    try:
        return jmespath.search(path, value)
    except JMESPathError as error:  # a function that does not take such a value
        raise Unreadable(f"api: {path!r}: {error}") from error


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _plain(value: Any) -> str:
    return clean(replace_entities(remove_tags(_text(value))))


def _day(value: Any) -> str | None:
    """Day in Berlin of a text or a Unix time."""
    if isinstance(value, int | float) and _SECONDS < value < _MILLISECONDS * 100:
        seconds = value / 1000 if value >= _MILLISECONDS else value
        value = datetime.fromtimestamp(seconds, UTC).isoformat()
    moment = parse_moment(_text(value))
    return moment[0] if moment else None


def _next(described: Api, answer: Any, asked: str) -> str | None:
    if described.next:
        following = _text(_search(described.next, answer))
        return absolute(asked, following) if following else None
    before, _, behind = (re.escape(safe_url_string(part)) for part in described.url.partition(_PAGE))
    number = re.fullmatch(rf"{before}(\d+){behind}", asked) if _PAGE in described.url else None
    if number is None:
        return None
    return described.url.replace(_PAGE, str(int(number[1]) + described.step))


def _told(value: Any) -> str:
    """What a JSON value has, for the person who mends the register."""
    if isinstance(value, dict):
        return ", ".join(map(str, list(value)[:12])) or "no keys"
    return f"no keys, it is a {'list' if isinstance(value, list) else type(value).__name__}"
