"""Editing the register: what is meant is changed, and not one character more."""

from __future__ import annotations

import datetime
import difflib
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawler.edit import Uneditable, edited, write

REGISTER = """\
# Kopf: bleibt stehen
- id: kreis-a   # die erste
  name: 'Kreis A'
  press: "https://a.example/presse"  # gesehen

  # vor dem Status
  status: candidate
  reason: noch zu prüfen
  evidence:
    homepage: {level: host}
    # darüber
    press: {level: seen, when: 2026-01-07}
  notes:
  - erste
  - 'zweite: mit Doppelpunkt'
# zwischen den Einträgen

- {id: kreis-b, name: Kreis B, press: https://b.example/presse}
- id: kreis-c
  press: https://c.example/presse
  earlier:
  - {family: ikiss, until: 2020-01-01}"""
TODAY = datetime.date(2026, 11, 22)


def changed(changes: dict[str, object], id_: str = "kreis-a") -> list[str]:
    """Lines taken away and put in."""
    before, after = REGISTER.splitlines(), edited(REGISTER, {id_: changes}).splitlines()
    return [line for line in difflib.ndiff(before, after) if line[0] in "+-"]


@pytest.mark.parametrize(("id_", "changes", "lines"), [
    ("kreis-a", {"press": "https://neu.example/"}, [
        '-   press: "https://a.example/presse"  # gesehen', '+   press: "https://neu.example/"  # gesehen']),
    ("kreis-a", {"name": "Kreis A's"}, ["-   name: 'Kreis A'", "+   name: 'Kreis A''s'"]),
    ("kreis-a", {"status": None, "reason": None}, ["-   status: candidate", "-   reason: noch zu prüfen"]),
    ("kreis-a", {"evidence.press": {"level": "checked", "when": TODAY}}, [
        "-     press: {level: seen, when: 2026-01-07}", "+     press: {level: checked, when: 2026-11-22}"]),
    ("kreis-a", {"evidence.feed": {"level": "code"}, "checked": {"when": TODAY, "found": "dead"}}, [
        "+     feed: {level: code}", "+   checked: {when: 2026-11-22, found: dead}"]),
    ("kreis-a", {"notes": None}, ["-   notes:", "-   - erste", "-   - 'zweite: mit Doppelpunkt'"]),
    ("kreis-a", {"family": "typo3", "feed": "https://a.example/rss"}, [
        "+   family: typo3", "+   feed: https://a.example/rss"]),
    ("kreis-b", {"press": "https://x.example/", "evidence.press": {"level": "checked"}, "name": None}, [
        "- - {id: kreis-b, name: Kreis B, press: https://b.example/presse}",
        "+ - {id: kreis-b, press: 'https://x.example/', evidence: {press: {level: checked}}}"]),
    ("kreis-c", {"earlier": [{"family": "ikiss", "until": "2020-01-01"}, {"family": "typo3", "until": TODAY}]}, [
        "-   earlier:", "-   - {family: ikiss, until: 2020-01-01}",
        "+   earlier: [{family: ikiss, until: '2020-01-01'}, {family: typo3, until: 2026-11-22}]"]),
    ("kreis-c", {"evidence.press": {"level": "checked", "when": TODAY}, "status": "retired"}, [
        "+   status: retired", "+   evidence:", "+     press: {level: checked, when: 2026-11-22}"]),
    ("kreis-x", {"press": "https://x.example/"}, []),
])  # fmt: skip
def test_only_the_lines_meant_are_changed(id_: str, changes: dict[str, object], lines: list[str]) -> None:
    assert sorted(changed(changes, id_)) == sorted(lines)


def test_several_entries_at_once_windows_lines_and_json() -> None:
    windows = REGISTER.replace("\n", "\r\n")
    after = edited(windows, {"kreis-a": {"delay": 5}, "kreis-c": {"status": "retired"}})
    assert after.count("\r\n") == after.count("\n") == windows.count("\n") + 2
    assert "\r\n  delay: 5\r\n" in after
    as_json = json.dumps(
        [{"id": "a", "press": "https://a.example/", "evidence": {"press": {"level": "seen"}}}]
    )
    after = edited(as_json, {"a": {"press": "https://ü.example/", "evidence.press": {"level": "checked", "when": TODAY},
                                   "checked": {"when": TODAY, "found": "dead"}}})  # fmt: skip
    assert json.loads(after) == [{
        "id": "a", "press": "https://ü.example/", "evidence": {"press": {"level": "checked", "when": "2026-11-22"}},
        "checked": {"when": "2026-11-22", "found": "dead"},
    }]  # fmt: skip


def test_a_file_that_says_one_thing_for_two_is_left_alone(tmp_path: Path) -> None:
    shared = "- id: a\n  evidence: &same {press: {level: seen}}\n- id: b\n  evidence: *same\n"
    (tmp_path / "r.yml").write_text(shared, "utf-8")
    with pytest.raises(Uneditable, match="by hand"):
        write(tmp_path / "r.yml", {"b": {"evidence.press": {"level": "checked"}}})
    assert (tmp_path / "r.yml").read_text("utf-8") == shared
    assert list(tmp_path.iterdir()) == [tmp_path / "r.yml"]
    with pytest.raises(Uneditable, match="quotes"):
        edited("- {id: a, press: https://a.example/?x=1}\n", {"a": {"press": "https://b.example/"}})


TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@given(TEXT, st.sampled_from(["name", "press", "reason", "link", "status"]), st.sampled_from("abc"))
def test_any_text_can_be_written_and_everything_else_stays(value: str, key: str, letter: str) -> None:
    before = {entry["id"]: entry for entry in yaml.safe_load(REGISTER)}
    after = {e["id"]: e for e in yaml.safe_load(edited(REGISTER, {f"kreis-{letter}": {key: value}}))}
    assert after.pop(f"kreis-{letter}") == {**before.pop(f"kreis-{letter}"), key: value}
    assert after == before
