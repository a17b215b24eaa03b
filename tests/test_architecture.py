"""The tree keeps its promises: one arrow between the packages, one user of trafilatura, no clock in the archive."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(p for top in ("archive", "crawler") for p in (ROOT / top).rglob("*.py"))


def _imports(module: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def _users(package: str) -> set[str]:
    return {
        str(module.relative_to(ROOT)) for module in MODULES
        if any(name == package or name.startswith(f"{package}.") for name in _imports(module))
    }  # fmt: skip


def test_archive_knows_neither_crawler_nor_scrapy() -> None:
    for package in ("crawler", "scrapy", "twisted"):
        assert not [user for user in _users(package) if user.startswith("archive/")]


def test_trafilatura_has_one_user() -> None:
    assert _users("trafilatura") == {"archive/text.py"}


def test_families_know_no_scrapy() -> None:
    assert not [
        user for user in _users("scrapy") if "families" in user or user.endswith(("family.py", "discover.py"))
    ]


def test_only_the_log_and_the_edges_read_the_clock() -> None:
    readers = {
        str(module.relative_to(ROOT)) for module in MODULES
        if any(word in module.read_text("utf-8") for word in ("datetime.now(", "time.time(", "date.today("))
    }  # fmt: skip
    assert readers == {
        "archive/captures.py",
        "crawler/robots.py",
        "crawler/extract.py",
        "crawler/plan.py",
        "crawler/leads.py",
        "crawler/limits.py",
        "crawler/cli_health.py",
        "crawler/cli_sources.py",
        "crawler/surveyor.py",
    }


def test_every_file_of_families_is_a_family() -> None:
    from crawler.families import families

    files = {path.stem for path in (ROOT / "crawler" / "families").glob("*.py")} - {"__init__"}
    assert set(families()) == files


@pytest.mark.parametrize(
    "module", [m for m in MODULES if "demo" not in m.parts], ids=lambda m: str(m.relative_to(ROOT))
)
def test_modules_and_functions_stay_small(module: Path) -> None:
    assert module.read_text("utf-8").count("\n") <= 300
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 45, node.name
