"""Changes single values of a register file and leaves every other character of it as it is.

A YAML library that writes whole files changes quotes, indents and line breaks; here the positions that PyYAML
gives for each value are replaced in the text, and the result is read again before it is written.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ORDER = (
    "id", "publisher", "name", "kind", "land", "ags", "valid_from", "valid_to", "successor",
    "status", "reason", "since", "link", "homepage", "press", "family", "earlier", "feed", "api",
    "delay", "expect", "evidence", "checked", "notes",
)  # fmt: skip
"""Order of an entry's keys: a new one is put behind the last of those that come before it."""

Changes = Mapping[str, Any]
"""New value by key, None to remove it; ``evidence.press`` is the key press in the mapping evidence."""


class Uneditable(ValueError):
    """A file in which a change cannot be made without touching more than it."""


class _Splice(NamedTuple):
    start: int
    end: int
    text: str


def write(file: Path, changes: Mapping[str, Changes]) -> bool:
    """Change entries of a register file, by id: whether it had to be changed.

    Raises Uneditable and leaves the file as it is.
    """
    target = file.resolve()
    before = target.read_bytes().decode("utf-8")
    after = edited(before, changes)
    if after == before:
        return False
    fresh = target.with_name(f".{target.name}.new")
    fresh.write_bytes(after.encode("utf-8"))
    shutil.copymode(target, fresh)
    os.replace(fresh, target)  # noqa: PTH105 - in one step, so that no reader meets half a file
    return True


def edited(text: str, changes: Mapping[str, Changes]) -> str:
    """The text of a register with entries changed. Ids that it does not have are passed over.

    >>> print(edited("- id: a\\n  press: x  # seen\\n- id: b\\n", {"a": {"press": "y", "delay": 5}}))
    - id: a
      press: y  # seen
      delay: 5
    - id: b
    <BLANKLINE>
    """
    splices: list[_Splice] = []
    try:
        register = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:  # it is stricter than libyaml, which loads the register
        raise Uneditable(f"{' '.join(str(error).split())}; put what stands there in quotes") from None
    for node in register.value if register else []:
        id_ = next((str(value.value) for key, value in node.value if key.value == "id"), "")
        if id_ in changes:
            splices += _Editor(text).mapping(node, _nested(changes[id_]), ORDER)
    result = text
    in_order = sorted(enumerate(splices), key=lambda each: (each[1].start, each[0]), reverse=True)
    for _, splice in in_order:
        result = result[: splice.start] + splice.text + result[splice.end :]
    _verify(text, result, changes)
    return result


def _nested(changes: Changes) -> dict[str, Any]:
    """Dotted keys as mappings of their own."""
    nested: dict[str, Any] = {}
    for name, value in changes.items():
        outer, _, inner = name.partition(".")
        if inner:
            nested.setdefault(outer, _Inner())[inner] = value
        else:
            nested[outer] = value
    return nested


def entry_text(entry: Changes) -> str:
    """An entry as it stands in a register file; what is None or empty is left out."""
    lines = []
    for name in sorted(filter(entry.get, entry), key=ORDER.index):
        value = entry[name]
        if name == "evidence":
            lines += [f"{name}:", *(f"  {key}: {_flow(of)}" for key, of in value.items())]
        elif name == "ags":
            lines.append(f'{name}: "{value}"')
        else:
            lines.append(f"{name}: {_flow(value)}")
    return "- " + "\n  ".join(lines)


class _Inner(dict[str, Any]):
    """Changes inside a mapping, in contrast to a mapping as a new value."""


class _Editor:
    """Makes splices of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._newline = "\r\n" if "\r\n" in text else "\n"

    def mapping(
        self, node: yaml.MappingNode, changes: Mapping[str, Any], order: tuple[str, ...]
    ) -> Iterator[_Splice]:
        """Splices that change keys of a mapping. Several new keys behind the same one come as one splice."""
        there = {key.value: (key, value) for key, value in node.value}
        added: dict[str, list[tuple[str, Any]]] = {}
        for name in sorted(changes, key=order.index):
            value = changes[name]
            if name in there:
                yield from self._change(node, *there[name], value)
            elif isinstance(value, _Inner):
                inner = {key: each for key, each in value.items() if each is not None}
                added.setdefault(self._behind(there, name, order), []).append((name, _Inner(inner)))
            elif value is not None:
                added.setdefault(self._behind(there, name, order), []).append((name, value))
        for behind, new in added.items():
            yield self._insert(node, there[behind][1], new)

    @staticmethod
    def _behind(there: Mapping[str, Any], name: str, order: tuple[str, ...]) -> str:
        before = [key for key in there if key in order and order.index(key) < order.index(name)]
        return max(before, key=list(there).index) if before else list(there)[-1]

    def _change(self, parent: yaml.MappingNode, key: yaml.Node, value: Any, new: Any) -> Iterator[_Splice]:
        if new is None:
            yield self._remove(parent, key, value)
        elif isinstance(new, _Inner):
            yield from self.mapping(value, new, ("homepage", "press", "feed", "api"))
        elif isinstance(value, yaml.ScalarNode) or value.flow_style:
            yield _Splice(
                value.start_mark.index,
                self._end(value),
                self._written(new, value, within=bool(parent.flow_style)),
            )
        else:
            yield _Splice(key.end_mark.index, self._end(value), f": {self._written(new, key)}")

    def _insert(self, node: yaml.MappingNode, behind: yaml.Node, new: list[tuple[str, Any]]) -> _Splice:
        if node.flow_style:
            key = node.value[0][0]
            parts = [f", {self._written(name, key)}: {self._written(value, key)}" for name, value in new]
            return _Splice(self._end(behind), self._end(behind), "".join(parts))
        end = self._text.find("\n", self._end(behind))
        end = len(self._text) if end < 0 else end - (self._text[end - 1] == "\r")
        indent = self._newline + " " * node.start_mark.column
        lines = []
        for name, value in new:
            if isinstance(value, _Inner):
                lines.append(f"{indent}{name}:")
                lines += [f"{indent}  {key}: {_flow(each)}" for key, each in value.items()]
            else:
                lines.append(f"{indent}{name}: {_flow(value)}")
        return _Splice(end, end, "".join(lines))

    def _remove(self, parent: yaml.MappingNode, key: yaml.Node, value: yaml.Node) -> _Splice:
        keys = [each for each, _ in parent.value]
        n, end = keys.index(key), self._end(value)
        if n == 0:
            return _Splice(key.start_mark.index, keys[1].start_mark.index, "")
        if parent.flow_style:
            return _Splice(self._end(parent.value[n - 1][1]), end, "")
        after = self._text.find("\n", end)
        start = self._text.rfind("\n", 0, key.start_mark.index) + 1
        return _Splice(start, len(self._text) if after < 0 else after + 1, "")

    def _end(self, node: yaml.Node) -> int:
        """Where a value ends; PyYAML lets blocks end where the next thing begins, behind their comments."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(last, tuple) else last)
        return len(self._text[: node.end_mark.index].rstrip())

    @staticmethod
    def _written(value: Any, like: yaml.Node, *, within: bool = True) -> str:
        """A value in the quotes that stand there, or as JSON where the register is JSON."""
        if isinstance(like, yaml.ScalarNode) and like.style == '"':
            return json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(like, yaml.ScalarNode) and like.style == "'" and isinstance(value, str):
            return "'" + value.replace("'", "''") + "'"
        if isinstance(like, yaml.CollectionNode) and '"' in {each.style for each in _scalars(like)}:
            return json.dumps(value, ensure_ascii=False, default=str)
        return _flow(value, within=within)


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """The keys of a mapping in flow style."""
    if isinstance(node, yaml.MappingNode):
        yield from (key for key, _ in node.value)


def _flow(value: Any, *, within: bool = False) -> str:
    """A value on one line, as YAML; ``within`` a mapping in braces, where more must be quoted."""
    plain = dict(value) if isinstance(value, dict) else value
    text = yaml.safe_dump(
        [plain] if within else plain,
        default_flow_style=True,
        allow_unicode=True,
        sort_keys=False,
        width=float("inf"),
    )
    return text.strip()[1:-1] if within else text.removesuffix("\n").removesuffix("\n...")


def _verify(before: str, after: str, changes: Mapping[str, Changes]) -> None:
    """Raises Uneditable unless exactly the changes were made."""
    expected = json.loads(json.dumps(yaml.safe_load(before), default=str))
    for entry in expected:
        for name, value in changes.get(entry.get("id"), {}).items():
            outer, _, inner = name.partition(".")
            place = entry.setdefault(outer, {}) if inner else entry
            place.pop(inner or outer, None)
            if value is not None:
                place[inner or outer] = value
    try:
        found = yaml.safe_load(after)
    except yaml.YAMLError:
        found = None
    if json.dumps(found, sort_keys=True, default=str) != json.dumps(expected, sort_keys=True, default=str):
        raise Uneditable("the file is written in a way that cannot be edited safely; change it by hand")
