"""Questions to the tables wait for their turn; nothing else does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sample

from archive.web.serve import build
from archive.web.turns import AT_ONCE, WAITING, in_turns

START = {"type": "http.response.start", "status": 200, "headers": []}


class Application:
    """Answers when it is told to; remembers which paths came in, and what was sent to them."""

    def __init__(self):
        self.inside: list[str] = []
        self.sent: dict[str, list] = {}
        self.begin, self.end = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope, receive, send):
        self.inside.append(scope["path"])
        await self.begin.wait()
        if "fault" in scope["path"]:
            raise ValueError
        await send(START)
        await self.end.wait()

    def ask(self, site, path) -> asyncio.Task:
        async def send(message):
            self.sent.setdefault(path, []).append(message)

        scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
        return asyncio.create_task(site(scope, None, send))


@pytest.fixture(scope="module")
def datasette(tmp_path_factory):
    return build(sample.build(tmp_path_factory.mktemp("turns")))


async def settled():
    for _ in range(50):
        await asyncio.sleep(0)


def test_a_few_at_a_time_and_our_pages_at_once(datasette):
    async def run():
        app = Application()
        site = in_turns(app, datasette)
        asked = [app.ask(site, f"/archive/{n}") for n in range(AT_ONCE + 3)] + [app.ask(site, "/suche")]
        await settled()
        assert len(app.inside) == AT_ONCE + 1
        assert "/suche" in app.inside
        app.begin.set()
        await settled()
        assert len(app.inside) == len(asked)  # the first ones have begun to answer, and end only now
        app.end.set()
        await asyncio.gather(*asked)

    asyncio.run(run())


@pytest.mark.parametrize(
    "path", ["/~61rchive/{}", "/archive/{}", "/presse/archive/{}", "/presse/~61rchive.json"]
)
def test_however_the_tables_are_spelled_they_wait(datasette, path):
    async def run():
        app = Application()
        site = in_turns(app, datasette_below)
        asked = [app.ask(site, path.format(n)) for n in range(AT_ONCE + 1)]
        await settled()
        assert len(app.inside) == AT_ONCE
        app.begin.set()
        app.end.set()
        await asyncio.gather(*asked)

    datasette_below = build(Path(datasette.get_database("archive").path).parent, base_url="/presse/")
    asyncio.run(run())


def test_who_comes_when_too_many_wait_is_told_to_come_back(datasette):
    async def run():
        app = Application()
        site = in_turns(app, datasette)
        await datasette.invoke_startup()
        asked = [app.ask(site, f"/archive/{n}") for n in range(AT_ONCE + WAITING + 1)]
        await asyncio.wait_for(asked.pop(), 60)
        last = app.sent.pop(f"/archive/{AT_ONCE + WAITING}")
        assert last[0]["status"] == 503
        assert "Später noch einmal" in last[-1]["body"].decode()
        assert not app.sent
        app.begin.set()
        app.end.set()
        await asyncio.gather(*asked)
        assert len(app.sent) == AT_ONCE + WAITING
        again = app.ask(site, "/archive/again")
        await again
        assert app.sent["/archive/again"] == [START]

    asyncio.run(run())


def test_a_fault_and_a_reader_who_leaves_give_their_turn_back(datasette):
    async def run():
        app = Application()
        site = in_turns(app, datasette)
        app.end.set()
        left = [app.ask(site, f"/archive/left{n}") for n in range(AT_ONCE)]
        waits = app.ask(site, "/archive/waits")
        await settled()
        for task in (*left, waits):
            task.cancel()
        app.begin.set()
        faults = [app.ask(site, f"/archive/fault{n}") for n in range(AT_ONCE)]
        found = await asyncio.gather(*faults, return_exceptions=True)
        assert [type(each) for each in found] == [ValueError] * AT_ONCE
        await asyncio.wait_for(app.ask(site, "/archive/last"), 60)
        assert app.sent["/archive/last"] == [START]

    asyncio.run(run())
