"""The shipped register: consistent in itself, complete, and claiming no more than the evidence it was made from."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml

from crawler.edit import edited
from crawler.evidence import ADDRESSES
from crawler.sources import LANDS, SHIPPED, Source, load, shipped

EVIDENCE = Path(os.environ.get("KREISPRESSE_TESTDATA", "none")) / "sources"
needs_evidence = pytest.mark.skipif(
    not (EVIDENCE / "nrw.csv").is_file(),
    reason="the variable KREISPRESSE_TESTDATA names no folder with sources/nrw.csv and sources/kreise_de.csv",
)
LEVEL = {"repo_live": "fetched", "repo": "code", "repo_weak": "list", "seen": "seen"}
BY_LAND = {
    "BB": 18, "BE": 1, "BW": 44, "BY": 96, "HB": 2, "HE": 26, "HH": 1, "MV": 8, "NI": 45, "NW": 53, "RP": 36,
    "SH": 15, "SL": 6, "SN": 13, "ST": 14, "TH": 22,
}  # fmt: skip
"""Kreise and kreisfreie Städte by Land since 2021-07-01 (Destatis)."""


@cache
def register() -> tuple[Source, ...]:
    return tuple(shipped())


def publishers(kinds: tuple[str, ...] = ()) -> dict[str, Source]:
    return {s.publisher: s for s in register() if not kinds or s.kind in kinds}


def rows(name: str) -> list[dict[str, str]]:
    with (EVIDENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def addresses(source: Source) -> dict[str, str]:
    return {name: url for name in ADDRESSES if (url := getattr(source, name))}


def test_every_kreis_and_kreisfreie_stadt_of_today_is_there_once() -> None:
    today = {p: s for p, s in publishers(("kreis", "kreisfreie_stadt")).items() if s.status != "retired"}
    assert Counter(source.land for source in today.values()) == BY_LAND
    assert len({source.ags for source in today.values()}) == len(today) == 400
    assert set(BY_LAND) == LANDS == {file.stem.upper() for file in SHIPPED.glob("*.yml")}


def test_a_publishers_sources_say_the_same_of_it() -> None:
    told = defaultdict(set)
    for s in register():
        told[s.publisher].add((s.name, s.kind, s.land, s.ags, s.valid_from, s.valid_to, s.successor))
    assert [publisher for publisher, facts in told.items() if len(facts) > 1] == []
    assert {source.publisher for source in register()} <= {source.id for source in register()}


def test_successors_are_there_and_lead_to_somebody_who_still_exists() -> None:
    known = publishers()
    followed = [source for source in register() if source.successor]
    assert {"eisenach", "mkffi", "mgepa"} <= {source.id for source in followed}
    for source in followed:
        steps = [source.publisher]
        while successor := known[steps[-1]].successor:
            assert successor not in steps
            steps.append(successor)
        assert known[steps[-1]].status != "retired", steps


def test_who_opted_out_has_a_day() -> None:
    assert all(source.since for source in register() if source.status == "opted-out")


def test_every_address_of_the_register_says_what_it_rests_on() -> None:
    for source in register():
        assert set(addresses(source)) == set(source.evidence), source.id


def test_at_least_forty_authorities_of_nordrhein_westfalen_are_active_on_evidence() -> None:
    active = [source for source in register() if source.status == "active"]
    assert len({source.publisher for source in active if source.land == "NW"}) >= 40
    for source in active:
        carried = {
            source.evidence[name]["level"] for name in ("press", "feed", "api") if name in source.evidence
        }
        releases = any("releases of " in note for note in source.notes)  # of the list's own folder
        assert carried & {"checked", "fetched", "seen", "code", "parent"} or releases, source.id


def test_an_address_that_was_not_observed_itself_is_a_part_of_the_one_that_was() -> None:
    for source in register():
        for name, of in source.evidence.items():
            if "from" in of:
                here, there = urlsplit(getattr(source, name)), urlsplit(of["from"])
                assert here.hostname == there.hostname
                assert there.path.startswith(here.path.removesuffix("/"))
                assert set(parse_qsl(here.query)) <= set(parse_qsl(there.query))


def test_the_data_of_others_carry_their_attribution() -> None:
    for file in SHIPPED.glob("*.yml"):
        assert "Destatis via landkreise-deutschland 3.0.0, CC BY 4.0" in file.read_text("utf-8"), file.name


def test_every_file_can_be_read_without_libyaml_and_edited() -> None:
    for file in SHIPPED.glob("*.yml"):
        text = file.read_text("utf-8")
        last = yaml.safe_load(text)[-1]["id"]
        assert edited(text, {last: {"delay": 7}}).splitlines() != text.splitlines()


def test_how_complete_the_register_is() -> None:
    """Prints how many entries have each column; run pytest with -s to see it."""
    columns = ("ags", *ADDRESSES, "family", "reason", "notes")
    filled = {name: sum(bool(getattr(source, name)) for source in register()) for name in columns}
    print(f"\n{len(register())} entries:", ", ".join(f"{name} {count}" for name, count in filled.items()))
    assert filled["homepage"] >= 385
    assert filled["press"] >= 85
    assert filled["ags"] == 401 + 1  # Hamm has two sources
    assert filled["reason"] == sum(source.status != "active" for source in register())


@needs_evidence
def test_every_authority_of_the_evidence_is_there() -> None:
    known = {source.id: source for source in register()}
    for row in rows("nrw.csv"):
        source = known[row["id"]]
        assert (source.ags or "", source.homepage, source.land) == (row["ags"], row["homepage"], "NW")
        assert row["name"].split(" (")[0].split(" / ")[0] in source.name


@needs_evidence
def test_every_address_in_nw_yml_is_from_the_evidence() -> None:
    evidence = (EVIDENCE / "nrw.csv").read_text("utf-8")
    derived = {
        getattr(source, name) for source in load([SHIPPED / "nw.yml"])
        for name, of in source.evidence.items() if "from" in of
    }  # fmt: skip
    entries = (SHIPPED / "nw.yml").read_text("utf-8").partition("\n- id:")[2]
    named = {url.rstrip(",}'\"") for url in re.findall(r"https?://[^\s}]+", entries)}
    assert [url for url in sorted(named - derived) if url not in evidence] == []
    assert len(named) > 100


@needs_evidence
def test_no_entry_claims_more_than_its_evidence() -> None:
    known = {source.id: source for source in register()}
    for row in rows("nrw.csv"):
        source = known[row["id"]]
        for name, column in (("press", "listing"), ("feed", "feed"), ("api", "api")):
            of = source.evidence.get(name)
            if of and row[f"{column}_url"] in (getattr(source, name), of.get("from")):
                assert of["level"] == LEVEL[row[f"{column}_conf"]], (source.id, name)
                assert name != "press" or (row["listing_date"] or "").startswith(of.get("when", ""))
            elif of:
                assert of["level"] in ("list", "code", "parent") or of["when"] in str(row), (source.id, name)


@needs_evidence
def test_names_and_ags_are_those_of_the_list_of_kreise() -> None:
    known = {source.ags: source for source in register() if source.ags}
    for row in rows("kreise_de.csv"):
        source = known[row["ags"]]
        assert row["name"].partition(", ")[0].removeprefix("Landkreis ").lower() in source.name.lower()
        assert (source.kind == "kreisfreie_stadt") == (row["kind"] == "kreisfreie_stadt")
        assert (source.status == "retired") == bool(row["historic"])
        if source.land != "NW":
            assert source.homepage == row["website"]
            assert source.press in (row["press_url"], "")
            assert (source.feed or "") == row["feed_url"]
