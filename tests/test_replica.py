"""Replicas: readers never meet an error while a snapshot takes the place of another, and then read the new one."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from library import library

from archive.publish import export
from archive.publish.snapshot import snapshot
from archive.web.serve import build

SCALE = (Path(__file__).parents[1] / "docs" / "scale.md").read_text("utf-8")


def _archive(folder: Path, count: int) -> Path:
    """A data folder with so many releases."""
    archive, _ = library(
        folder, {f"Meldung {n}": f"Der Kreis hat zum {n}. Mal getagt." for n in range(count)}
    )
    archive.close()
    return folder


def test_readers_during_swaps_get_no_error_and_after_it_the_new_file(tmp_path: Path) -> None:
    sizes = (1, 2, 3, 4, 5, 6)
    for size in sizes:
        snapshot(_archive(tmp_path / str(size), size) / "archive.db", tmp_path / f"{size}.db")
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(tmp_path / "1.db", data / "archive.db")
    site = build(data)

    async def read(seen: list[int]) -> None:
        while not seen or seen[-1] != sizes[-1]:
            answer = await site.client.get(
                "/archive.json?sql=select+count(*)+as+n+from+releases&_shape=array"
            )
            assert answer.status_code == 200, answer.text
            seen.append(answer.json()[0]["n"])
            assert (await site.client.get("/")).status_code == 200

    async def swap(seen: list[int]) -> None:
        for size in sizes[1:]:
            (tmp_path / f"{size}.db").replace(data / "archive.db")
            while seen[-1:] != [size]:
                await asyncio.sleep(0)

    async def both() -> list[list[int]]:
        readers: list[list[int]] = [[] for _ in range(4)]
        await asyncio.gather(swap(readers[0]), *map(read, readers))
        return readers

    for seen in asyncio.run(asyncio.wait_for(both(), 60)):
        assert seen == sorted(seen)
        assert seen[-1] == sizes[-1]


def test_a_moment_without_a_file_is_no_error(tmp_path: Path) -> None:
    """As while a rebuild puts its archive in the place of the old one."""
    data = _archive(tmp_path / "data", 1)
    site, other = build(data, num_sql_threads=1), build(data)
    first = asyncio.run(site.client.get("/"))
    (data / "archive.db").rename(tmp_path / "away.db")
    assert asyncio.run(site.client.get("/")).text == first.text
    assert asyncio.run(other.client.get("/")).status_code == 503  # has not opened the file yet
    (tmp_path / "away.db").rename(data / "archive.db")
    assert asyncio.run(other.client.get("/")).text == first.text


@pytest.fixture
def published(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder of exports, and where a web server shows it."""
    folder = tmp_path / "exports"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.mark.skipif(
    not all(map(shutil.which, ("curl", "zstd", "sha256sum"))),
    reason="the recipe needs curl, zstd and sha256sum",
)
def test_the_recipe_for_replicas_fetches_what_is_new_and_nothing_damaged(
    published: tuple[Path, str], tmp_path: Path
) -> None:
    folder, address = published
    (recipe,) = re.findall(r"```sh\n(.*?)```", SCALE, re.DOTALL)
    (tmp_path / "fetch.sh").write_text(recipe)
    replica = tmp_path / "replica"

    def fetch() -> int:
        return subprocess.run(
            ["sh", tmp_path / "fetch.sh", f"{address}/now", replica], capture_output=True, check=False
        ).returncode

    def releases() -> int:
        site = build(replica)
        found = asyncio.run(site.client.get("/archive/releases.json?_shape=array&_size=max"))
        return len(found.json())

    export(_archive(tmp_path / "one", 2), folder / "now", None, lambda *_: None)
    assert fetch() == 0
    assert releases() == 2
    before = (replica / "archive.db").stat().st_ino
    assert fetch() == 0
    assert (replica / "archive.db").stat().st_ino == before
    export(_archive(tmp_path / "two", 3), folder / "now", None, lambda *_: None)
    packed = folder / "now" / "archive.db.zst"
    whole = packed.read_bytes()
    packed.write_bytes(whole[:-9])
    assert fetch() != 0
    assert releases() == 2
    packed.write_bytes(whole)
    assert fetch() == 0
    assert releases() == 3
