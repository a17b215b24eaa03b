"""What tests share: loopback sites, and crawls of them in a process of their own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from loopback import Site, serve
from support import Crawled, kreispresse


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as running:
        yield running


@pytest.fixture
def other_site() -> Iterator[Site]:
    with serve() as running:
        yield running


@pytest.fixture
def crawl(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``kreispresse crawl`` on entries; the report is at tmp_path/report.json, the archive in tmp_path/data."""

    def run(
        *entries: dict[str, Any], options: tuple[str, ...] = (), env: dict[str, str] | None = None
    ) -> Any:
        register = tmp_path / "sources.yml"
        register.write_text(json.dumps(entries), "utf-8")
        return kreispresse(
            "crawl", "--sources", str(register), "--data", str(tmp_path / "data"), "--report",
            str(tmp_path / "report.json"), *options, env=env,
        )  # fmt: skip

    return run


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """The demo, once for all tests: both days crawled, the second in full."""
    from crawler.demo import sites

    folder = tmp_path_factory.mktemp("demo")
    with sites.serve() as served:
        (folder / "r.yml").write_text(json.dumps(served.entries), "utf-8")
        options = [
            "crawl", "--sources", str(folder / "r.yml"), "--data", str(folder / "data"),
            "--report", str(folder / "report.json"),
        ]  # fmt: skip
        assert kreispresse(*options).returncode == 0
        first_day = json.loads((folder / "report.json").read_text())
        served.second_day()
        assert kreispresse(*options, "--full").returncode == 0
        yield Crawled(folder / "data", served, first_day)


LONG = ("test_world", "test_crawl", "test_mishaps", "test_rebuild", "test_demo", "test_budget", "test_challenge",
        "test_realpages", "test_survey", "test_reuse", "test_naming", "test_readers", "test_files", "test_journeys", "test_browser",
        "test_search_index", "test_search", "test_publish", "test_verify", "test_absence",
        "test_withdraw", "test_versions", "test_merge", "test_cluster")  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that several workers end at about the same time."""
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


# No clock in tests: how long an example takes says something of the machine, not of the law.
hypothesis.settings.register_profile("kreispresse", deadline=None)
hypothesis.settings.load_profile("kreispresse")
