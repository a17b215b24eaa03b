"""Shards: every host has one machine, whoever else is in the register, and few move when there is one more."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from support import kreispresse, report, source_of

from crawler.cli import main
from crawler.shards import Shard, groups, in_shard

HOSTS = st.lists(st.sampled_from([f"https://{name}.example/" for name in "abcdefgh"]), min_size=1, max_size=2)


@given(st.lists(HOSTS, min_size=1, max_size=12), st.integers(1, 6))
def test_every_source_has_one_shard_and_every_host_too(hosts: list[list[str]], count: int) -> None:
    register = [source_of(f"s{n}", *urls) for n, urls in enumerate(hosts)]
    parts = [in_shard(register, register, Shard(k, count)) for k in range(1, count + 1)]
    assert sorted(each.id for part in parts for each in part) == sorted(each.id for each in register)
    for url in {url for urls in hosts for url in urls}:
        assert sum(any(url in each.addresses for each in part) for part in parts) == 1


@given(st.text(max_size=9), st.integers(1, 40))
def test_one_shard_more_moves_nothing_but_to_it(host: str, count: int) -> None:
    before, after = ([k for k in range(1, n + 1) if host in Shard(k, n)] for n in (count, count + 1))
    assert len(before) == len(after) == 1
    assert after in (before, [count + 1])


@given(st.lists(HOSTS, min_size=1, max_size=8), HOSTS)
def test_where_a_source_belongs_follows_from_the_hosts_that_it_shares(
    hosts: list[list[str]], more: list[str]
) -> None:
    register = [source_of(f"s{n}", *urls) for n, urls in enumerate(hosts)]
    before, after = groups(register), groups([*register, source_of("more", *more)])
    for source in register:
        assert after[source.id] in (before[source.id], after["more"])
    assert groups(register[::-1]) == before


def test_a_crawl_of_a_shard_asks_its_hosts_only_and_an_empty_one_nobody(tmp_path: Path) -> None:
    entries = [{"id": f"s{n}", "name": f"S{n}", "kind": "kreis", "land": "XX", "homepage": f"http://127.0.0.1:{n}/",
                "press": f"http://127.0.0.1:{n}/presse"} for n in (1, 2)]  # fmt: skip
    (tmp_path / "r.yml").write_text(json.dumps(entries))
    register = [source_of(each["id"], each["homepage"], each["press"]) for each in entries]
    parts = {number: in_shard(register, register, Shard(number, 8)) for number in range(1, 9)}
    busy, idle = (next(n for n, part in parts.items() if len(part) == size) for size in (1, 0))
    for number in (busy, idle):
        done = kreispresse("crawl", "--sources", str(tmp_path / "r.yml"), "--data", str(tmp_path / "data"),
                           "--shard", f"{number}/8", "--report", str(tmp_path / "report.json"))  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert list(report(tmp_path)) == [each.id for each in parts[number]]
    assert "no source falls to this shard" in done.stderr
    assert CliRunner().invoke(main, ["crawl", "--shard", "3/2"]).exit_code == 2
