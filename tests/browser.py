"""The website as a reader has it: served in a process of its own, and a real browser to read it with."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""The browser's program; None where there is none."""

_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip
_SERVE = "import sys, pathlib; from archive.web.serve import serve; serve(pathlib.Path(sys.argv[1]), port=0)"


@contextmanager
def served(data: Path) -> Iterator[str]:
    """Address of the website of a data folder, without a slash at its end."""
    command = [sys.executable, "-c", _SERVE, str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[-1].rstrip("/")
        process.terminate()


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser (Playwright's ``Browser``) that asks nobody for updates."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        yield running
        running.close()


def follow(element: Any) -> None:
    """Click a link or button, and wait until the page that it leads to is there as a whole.

    A click alone comes back as soon as the first bytes of the new page are there.
    """
    with element.page.expect_navigation():
        element.click()


@contextmanager
def reading(browser: Any, home: str) -> Iterator[Callable[..., Any]]:
    """Opens pages; in the end nothing was asked of other computers, nothing was kept, nothing went wrong."""
    asked: list[str] = []
    complaints: list[str] = []
    contexts = []

    def open_page(path: str = "/", **options: Any) -> Any:
        context = browser.new_context(locale="de-DE", base_url=home, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert asked
    assert {urlsplit(url).hostname for url in asked} == {"127.0.0.1"}
    assert complaints == []
    assert cookies == []
