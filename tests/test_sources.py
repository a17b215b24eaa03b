"""The register: what is wrong is refused with file, line, fault and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.sources import BadRegister, Source, load, shipped

GOOD = """\
- id: kreis-probe
  name: Kreis Probe
  kind: kreis
  land: XX
  homepage: https://probe.example/
  press: https://probe.example/presse
"""


def _load(tmp_path: Path, text: str) -> list[Source]:
    file = tmp_path / "register.yml"
    file.write_text(text, "utf-8")
    return load([file])


def test_the_least_entry_is_enough(tmp_path: Path) -> None:
    (source,) = _load(tmp_path, GOOD)
    assert source.publisher == "kreis-probe"
    assert source.entry() == {
        "id": "kreis-probe", "publisher": "kreis-probe", "name": "Kreis Probe", "kind": "kreis", "land": "XX",
        "homepage": "https://probe.example/", "press": "https://probe.example/presse",
    }  # fmt: skip


def test_all_keys(tmp_path: Path) -> None:
    more = (
        '  ags: "05754"\n  publisher: probe\n  family: typo3\n  feed: https://probe.example/rss\n  delay: 5\n'
        "  earlier:\n  - {family: ikiss, until: 2024-05-31}\n  expect: {weekly: 5}\n"
    )
    (source,) = _load(tmp_path, GOOD + more)
    assert (source.ags, source.delay, source.earlier) == ("05754", 5, (("ikiss", "2024-05-31"),))


@pytest.mark.parametrize(("more", "fault", "remedy"), [
    ("  colour: red\n", "unknown key 'colour'", "known are"),
    ("  ags: 05754\n", "ags 3052", "in quotes"),
    ('  ags: "1234"\n', "ags '1234'", "5 or 8 digits"),
    ("  family: joomla\n", "family 'joomla' is unknown", "generic"),
    ("  feed: probe.example/rss\n", "feed 'probe.example/rss'", "https://"),
    ("  feed: https://[bad\n", "feed 'https://[bad'", "complete address"),
    ("  delay: -1\n", "delay -1", "seconds between"),
    ("  earlier: typo3\n", "'earlier' must be a list", "until"),
    ("  expect: 5\n", "'expect' must be", "keys"),
    ("  expect: {since: 2020-01-01}\n", "'expect' must be", "quotes"),
    ("  earlier: [{family: [x], until: 1}]\n", "'earlier' must be a list", "until"),
    ("  id: zwei\n", "key 'id' stands twice", "keep one"),
    ("  publisher: Kreis Probe\n", "publisher 'Kreis Probe'", "lower-case"),
    ("  api: 5\n", "'api' must have text as url", "quotes"),
])  # fmt: skip
def test_a_wrong_value_is_named_with_its_remedy(tmp_path: Path, more: str, fault: str, remedy: str) -> None:
    with pytest.raises(BadRegister) as caught:
        _load(tmp_path, GOOD + more)
    message = str(caught.value)
    assert "register.yml:1" in message
    assert fault in message
    assert remedy in message


@pytest.mark.parametrize(("text", "fault"), [
    ("id: a\n", "must be a list"),
    ("", "must be a list"),
    ("- nur Text\n", "must be a source with keys"),
    ("- id: [\n", "not YAML"),
    (GOOD.replace("press:", "presse:"), "'press' is missing"),
    (GOOD.replace("kind: kreis", "kind: landkreis"), "kind 'landkreis' is unknown"),
    (GOOD.replace("land: XX", "land: NRW"), "land 'NRW' is unknown"),
    (GOOD.replace("land: XX", "land: NO"), "'land' must be text"),
    (GOOD.replace("id: kreis-probe", "id: Kreis Probe"), "lower-case"),
    (GOOD + GOOD, "already used in"),
])  # fmt: skip
def test_a_wrong_register_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(BadRegister, match="register.yml:?") as caught:
        _load(tmp_path, text)
    assert fault in str(caught.value)


def test_every_fault_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    second = GOOD.replace("kreis-probe", "kreis-zwei").replace("/presse", "/p2") + "  ags: 123\n"
    with pytest.raises(BadRegister) as caught:
        _load(tmp_path, GOOD + "  colour: red\n" + second)
    assert [line.split(": ")[0].rpartition(":")[2] for line in str(caught.value).splitlines()] == ["1", "8"]


def test_press_pages_may_differ_in_the_query_only(tmp_path: Path) -> None:
    one = GOOD.replace("/presse", "/m.aspx?ps_id=1")
    two = GOOD.replace("kreis-probe", "stadt-probe").replace("/presse", "/m.aspx?ps_id=2")
    assert len(_load(tmp_path, one + two)) == 2


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(BadRegister, match="no such file"):
        load([tmp_path / "none.yml"])
    (tmp_path / "bytes.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadRegister, match="UTF-8"):
        load([tmp_path / "bytes.yml"])


def test_the_shipped_register_is_well() -> None:
    assert {source.id for source in shipped()} >= {"kreis-unna", "rheinisch-bergischer-kreis"}
