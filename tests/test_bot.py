"""The page for press offices says what the crawler does, and is served."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
import sample
from protego import Protego

from archive.web.prose import prose
from archive.web.serve import build
from crawler import leads, plan, robots, settings

TEXT = (Path(__file__).parents[1] / "docs" / "bot.md").read_text("utf-8")


def test_its_figures_are_those_of_the_code() -> None:
    text = " ".join(TEXT.split())
    looks = [str(days) for days in plan._LOOKS]
    assert f"{', '.join(looks[:-1])} und {looks[-1]} Tage" in text
    assert f"höchstens {leads.RECHECKS} Mitteilungen" in text
    assert f"mindestens {settings.DOWNLOAD_DELAY:.0f} Sekunden" in text
    assert f"mehr als {robots.LONGEST_PAUSE:.0f} Sekunden" in text
    assert settings.USER_AGENT.startswith("Kreispresse/")
    assert settings.COOKIES_ENABLED is False


def test_the_rule_that_it_gives_is_obeyed() -> None:
    rule = re.search(r"(?m)^    User-agent:.*\n    Disallow:.*$", TEXT)
    assert rule is not None
    rules = Protego.parse(re.sub(r"(?m)^    ", "", rule.group()))
    assert not rules.can_fetch("https://kreis.example/presse", settings.BOT_NAME)
    assert rules.can_fetch("https://kreis.example/presse", "other")


@pytest.mark.parametrize(("contact", "shown"), [
    ("https://example.org/kreispresse", '<a href="https://example.org/kreispresse"'),
    ("presse@example.org", '<a href="mailto:presse@example.org">'),
    ("", "kein Kontakt eingetragen"),
    ('"><script>alert(1)</script>', "kein Kontakt eingetragen"),
    ("javascript:alert(1)//@", 'href="mailto:javascript:alert(1)//@"'),
])  # fmt: skip
def test_it_is_served_with_the_operators_contact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contact: str, shown: str
) -> None:
    monkeypatch.setenv("KREISPRESSE_CONTACT", contact)
    page = asyncio.run(build(sample.build(tmp_path)).client.get("/bot"))
    assert page.status_code == 200
    assert "Disallow: /" in page.text
    assert page.text.count("<h1>") == 1
    assert shown in page.text
    assert "<script" not in page.text


def test_what_a_document_says_is_no_markup() -> None:
    assert "<b>" not in prose("# <b>\n\n`<b>`\n\n- <b>\n\n    <b>\n\n<b>")
