"""The register: what is wrong is refused with file, line, fault and remedy."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from support import query

from crawler.api import api_faults
from crawler.loader import RegisterLoader
from crawler.options import crawlable
from crawler.rebuild import rebuild
from crawler.recorder import Recorder
from crawler.schema import schema
from crawler.sources import SHIPPED, BadRegister, Source, load

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
    ("  feed: https://k.example:0/\n", "feed 'https://k.example:0/'", "complete address"),
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
    with pytest.raises(BadRegister, match="Is a directory; name a file"):
        load([tmp_path])
    with pytest.raises(BadRegister, match="UTF-8"):
        load([tmp_path / "bytes.yml"])


CANDIDATE = "- {id: a, name: A, kind: kreis, land: XX, status: candidate, reason: no press page known}\n"


def test_a_candidate_may_lack_what_is_not_known_yet(tmp_path: Path) -> None:
    (source,) = _load(tmp_path, CANDIDATE)
    assert (source.homepage, source.press, source.status) == ("", "", "candidate")
    assert source.entry() == {
        "id": "a", "publisher": "a", "name": "A", "kind": "kreis", "land": "XX", "status": "candidate",
        "reason": "no press page known",
    }  # fmt: skip


def test_what_is_known_of_an_authority_and_its_addresses_is_plain_json(tmp_path: Path) -> None:
    more = (
        "  valid_from: 2022-06-29\n  valid_to: 2026\n  successor: probe-neu\n  since: 2026-11\n"
        "  evidence:\n    press: {level: seen, when: 2026-01-07, from: https://probe.example/presse?seite=6}\n"
        "  checked: {when: 2026-11-22, found: dead}\n  notes: ['locks out: be slow']\n"
    )
    (source,) = _load(tmp_path, GOOD + more)
    entry = json.loads(json.dumps(source.entry()))
    assert (entry["valid_from"], entry["valid_to"], entry["since"]) == ("2022-06-29", "2026", "2026-11")
    assert entry["evidence"]["press"]["when"] == "2026-01-07"
    assert (entry["checked"]["when"], entry["notes"]) == ("2026-11-22", ["locks out: be slow"])


@pytest.mark.parametrize(("more", "fault"), [
    ("  status: asleep\n", "status 'asleep' is unknown"),
    ("  status: [active]\n", "is unknown; known are active"),
    ("  status: candidate\n", "'reason' is missing"),
    ("  status: retired\n", "'reason' is missing"),
    ("  since: yesterday\n", "since 'yesterday' must be a day"),
    ("  valid_to: 2026-13\n", "valid_to '2026-13' must be a day"),
    ("  successor: Kreis Neu\n", "successor 'Kreis Neu' must be the id"),
    ("  link: kreis.example\n", "link 'kreis.example' must be a complete address"),
    ("  reason: 5\n", "'reason' must be text"),
    ("  notes: slow\n", "'notes' must be a list"),
    ("  notes: [trap: here]\n", "'notes' must be a list"),
    ("  evidence: seen\n", "'evidence' must say"),
    ("  evidence: {feed: {level: seen}}\n", "evidence for 'feed', which the entry does not have"),
    ("  evidence: {press: seen}\n", "evidence of press must be"),
    ("  evidence: {press: {level: rumour}}\n", "level 'rumour' of press is unknown"),
    ("  evidence: {press: {level: [seen]}}\n", "of press is unknown"),
    ("  evidence: {press: {level: seen, on: 2026}}\n", "evidence of press must be"),
    ("  evidence: {press: {level: seen, when: soon}}\n", "when 'soon' must be a day"),
    ("  evidence: {press: {level: seen, from: there}}\n", "from 'there' must be the complete address"),
    ("  checked: {when: 2026, found: odd}\n", "'checked' must be"),
    ("  checked: dead\n", "'checked' must be"),
])  # fmt: skip
def test_a_wrong_standing_is_named_with_its_remedy(tmp_path: Path, more: str, fault: str) -> None:
    with pytest.raises(BadRegister) as caught:
        _load(tmp_path, GOOD + more)
    assert "register.yml:1: " in str(caught.value)
    assert fault in str(caught.value)


def test_what_a_crawl_is_for(tmp_path: Path) -> None:
    def entry(id_: str, more: str) -> str:
        return GOOD.replace("kreis-probe", id_).replace("/presse", f"/{id_}") + more

    register = _load(
        tmp_path,
        GOOD
        + entry("c", "  status: candidate\n  reason: weak\n")
        + entry("o", "  status: opted-out\n")
        + entry("r", "  status: retired\n  reason: merged\n  successor: kreis-probe\n")
        + CANDIDATE,
    )
    assert [source.id for source in crawlable(register, ())] == ["kreis-probe", "o", "r"]
    assert [source.id for source in crawlable([register[1]], ("c",))] == ["c"]
    for source, told in ((register[3], "its successor is kreis-probe"), (register[4], "no press page yet")):
        with pytest.raises(click.UsageError, match=told):
            crawlable([source], (source.id,))
    with pytest.raises(click.UsageError, match="no active source"):
        crawlable([register[1], register[3]], ())


def test_scrapy_sees_the_active_sources_and_says_why_others_cannot_be_crawled(tmp_path: Path) -> None:
    retired = (
        GOOD.replace("kreis-probe", "r").replace("/presse", "/r") + "  status: retired\n  reason: merged\n"
    )
    (tmp_path / "sources.yml").write_text(GOOD + retired + CANDIDATE, "utf-8")
    loader = RegisterLoader([tmp_path / "sources.yml"])
    assert loader.list() == ["kreis-probe"]
    for id_, told in (("r", "is retired: merged"), ("a", "no press page yet"), ("b", "not in the register")):
        with pytest.raises(KeyError, match=told):
            loader.load(id_)


def test_the_schema_for_editors_says_what_the_loader_checks() -> None:
    shipped_schema = json.loads((SHIPPED / "schema.json").read_text("utf-8"))
    assert shipped_schema == schema(), "run: kreispresse sources schema > crawler/sources/schema.json"
    properties = shipped_schema["items"]["properties"]
    least = dict.fromkeys(properties["api"]["oneOf"][1]["required"], "a")
    assert api_faults(least | {"url": "https://k.example/"}) == []
    assert all(properties.values()), [name for name, value in properties.items() if not value]
    for file in SHIPPED.glob("*.yml"):
        assert file.read_text("utf-8").startswith("# yaml-language-server: $schema=schema.json\n"), file.name


def test_an_archive_learns_of_an_authoritys_end_and_successor(tmp_path: Path) -> None:
    new = GOOD.replace("kreis-probe", "kreis-neu").replace("/presse", "/neu") + "  valid_from: 2026-07-01\n"
    end = "  status: retired\n  reason: merged\n  valid_to: 2026-06-30\n  successor: kreis-neu\n"
    strange = GOOD.replace("kreis-probe", "fremd").replace("/presse", "/fremd")
    (before,) = _load(tmp_path, GOOD)
    after = _load(tmp_path, new + GOOD + end + strange + end)
    for register in ([before], after):
        recorder = Recorder(tmp_path / "data")
        for source in register:
            recorder.register(source)
        recorder.finish()
    expected = [("kreis-neu", "2026-07-01", None, None), ("kreis-probe", None, "2026-06-30", "kreis-neu")]
    sql = "SELECT id, valid_from, valid_to, successor_id FROM publishers ORDER BY id"
    assert query(tmp_path / "data", sql) == expected
    rebuild(tmp_path / "data", tmp_path / "again")
    assert query(tmp_path / "again", sql) == expected
