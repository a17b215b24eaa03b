"""What a reader comes for, in a real browser, on the demo: each within three clicks from the start page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import CHROMIUM, chromium, follow, reading, served
from screenshots import PAGES, SPEECH
from support import Crawled

pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install playwright")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium: apt install chromium")

MINISTRY = "Land gibt Kommunalen Integrationszentren Planungssicherheit bis 2029"


class Reader:
    """Whoever reads: counts the clicks."""

    def __init__(self, page: Any) -> None:
        self.page, self.clicks = page, 0

    def click(self, role: str, name: str) -> None:
        """Follow the first link, or press the button, of this name."""
        follow(self.page.get_by_role(role, name=name).first)
        self.clicks += 1

    def heading(self) -> str:
        return str(self.page.locator("h1").inner_text())


@pytest.fixture(scope="module")
def home(crawled: Crawled) -> Iterator[str]:
    with served(crawled.data) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture
def open_page(browser: Any, home: str) -> Iterator[Callable[..., Any]]:
    with reading(browser, home) as opening:
        yield opening


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def reader(request: pytest.FixtureRequest, open_page: Callable[..., Any]) -> Iterator[Reader]:
    reading = Reader(open_page(java_script_enabled=request.param))
    yield reading
    assert 0 < reading.clicks <= 3


def test_a_release_is_found_by_an_inflected_compound(reader: Reader) -> None:
    reader.page.get_by_label("Meldungen durchsuchen").fill("Dolmetschernetzes")
    reader.click("button", "Suchen")
    assert reader.page.locator("mark").first.inner_text() == "Dolmetschernetz"
    reader.click("link", "Sprachmittlung im Kreis Tannwerder")
    assert reader.heading() == "Sprachmittlung im Kreis Tannwerder: 40.000 Euro für das Dolmetschernetz"


def test_a_search_is_narrowed_to_one_kreis_and_year(reader: Reader) -> None:
    page = reader.page
    reader.click("link", "Suche")
    page.locator("summary", has_text="Eingrenzen").click()
    reader.clicks += 1
    page.get_by_label("Behörde").select_option(label="Kreis Auenbrück")
    page.get_by_label("Veröffentlicht ab").fill("2025")
    page.get_by_label("bis", exact=True).fill("2025")
    reader.click("button", "Anwenden")
    shown = int(page.get_by_role("status").inner_text().split()[0])
    days = page.locator(".hits time").evaluate_all("all => all.map(each => each.dateTime)")
    assert shown == len(days) > 1
    assert {day[:4] for day in days} == {"2025"}
    assert set(page.locator(".hits .publisher").all_inner_texts()) == {"Kreis Auenbrück"}


def test_what_changed_in_a_corrected_release_is_seen(reader: Reader) -> None:
    reader.page.get_by_label("Meldungen durchsuchen").fill("nur:geändert")
    reader.click("button", "Suchen")
    assert reader.page.locator(".hits h2 a").count() == 1
    follow(reader.page.locator(".hits h2 a"))
    reader.clicks += 1
    reader.click("link", "Änderungen gegenüber der Fassung davor")
    shown = [
        "".join(reader.page.locator(f"article {tag}").last.inner_text().split()) for tag in ("del", "ins")
    ]
    assert shown == ["[gestrichen:365.000]", "[neu:356.000]"]


def test_a_ministrys_statement_leads_to_all_kreise_that_have_it(reader: Reader) -> None:
    reader.page.get_by_label("Meldungen durchsuchen").fill("Planungssicherheit")
    reader.click("button", "Suchen")
    reader.click("link", MINISTRY)
    reader.click("link", "Stelle 1: auch in 3 weiteren Meldungen")
    assert reader.heading() == "Gleicher Wortlaut"
    carriers = reader.page.locator(".timeline h3").all_inner_texts()
    assert len(carriers) == 4
    assert {"Kreis Auenbrück", "Kreis Tannwerder", "Kreis Wolkenried"} < set(carriers)
    assert "frühester bekannter Beleg" in reader.page.locator(".timeline li").first.inner_text()


def test_a_pasted_paragraph_leads_to_its_sources(reader: Reader) -> None:
    reader.click("link", "Wortlaut finden")
    reader.page.get_by_label("Text", exact=True).fill(SPEECH)
    reader.click("button", "Vergleichen")
    assert "1 Stelle" in reader.page.get_by_role("status").inner_text()
    assert reader.page.locator("mark").first.inner_text().startswith("Wer Menschen begleitet")
    assert reader.page.locator(".timeline li").count() == 3
    reader.click("link", MINISTRY)
    assert reader.heading() == MINISTRY


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Any, home: str, name: str) -> None:
    """All rules in light colours, that of contrasts in dark ones, too; with all that can be opened open."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = browser.new_page(base_url=home, color_scheme="light")
    PAGES[name](page)
    page.wait_for_load_state()
    for details in page.locator("details").all():
        details.evaluate("each => { each.open = true }")
    assert _violations(axe.run(page)) == []
    page.emulate_media(color_scheme="dark")
    assert _violations(axe.run(page, options={"runOnly": ["color-contrast"]})) == []
    page.context.close()


def _violations(results: Any) -> list[str]:
    return [
        " ".join((found["id"], node["html"][:120], *node["failureSummary"].split()))
        for found in results.response["violations"]
        for node in found["nodes"]
    ]
