"""The website as a reader has it: served by ``serve`` in a process of its own, read in a real browser."""

from __future__ import annotations

import pytest
import sample
from browser import CHROMIUM, chromium, follow, reading, served

pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install playwright")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium: apt install chromium")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Address of the running website."""
    with served(sample.build(tmp_path_factory.mktemp("browser"))) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture
def open_page(browser, home):
    with reading(browser, home) as opening:
        yield opening


@pytest.mark.parametrize("scripts", [True, False])
def test_find_open_and_go_to_the_authority(open_page, scripts):
    page = open_page(java_script_enabled=scripts)
    page.get_by_label("Meldungen durchsuchen").fill("Bruecke Umleitung")
    page.keyboard.press("Enter")
    assert page.locator("mark").first.inner_text() == "Brücke"
    follow(page.get_by_role("link", name=sample.BRIDGE.title))
    assert page.locator("h1").inner_text() == sample.BRIDGE.title
    follow(page.get_by_role("main").get_by_role("link", name="Kreis Auenfeld"))
    assert page.locator("h1").inner_text() == "Kreis Auenfeld"
    assert page.get_by_role("article").count() == 7


def test_former_version(open_page):
    page = open_page(f"/meldung/{sample.OLD_ID}")
    follow(page.get_by_role("link", name="10. März 2026, 07:00 Uhr"))
    assert "zehn Tage" in page.locator("h1").inner_text()
    follow(page.get_by_role("link", name="Zur aktuellen Fassung"))
    assert "zwölf Tage" in page.locator("h1").inner_text()


def test_keyboard(open_page):
    page = open_page()
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Zum Inhalt"
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("name") == "q"
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.keyboard.type("Feuerwehren")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("status").inner_text() == "3 Meldungen"


_CONTRAST = """() => {
  const light = rgb => rgb.map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const ground = e => { const c = numbers(getComputedStyle(e).backgroundColor);
    return c.length == 3 || c[3] ? c.slice(0, 3) : ground(e.parentElement); };
  const seen = [...document.querySelectorAll("body *")].filter(e => e.innerText && e.checkVisibility());
  return Math.min(...seen.map(e => {
    const [a, b] = [light(numbers(getComputedStyle(e).color).slice(0, 3)), light(ground(e))];
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); })); }"""


_PATHS = (
    "/",
    "/suche?q=Güler",
    f"/meldung/{sample.BRIDGE_ID}",
    f"/meldung/{sample.GONE_ID}",
    "/behoerden",
    "/behoerde/kreis-auenfeld",
    "/bot",
)


@pytest.mark.parametrize("path", _PATHS)
def test_text_stands_out_and_fits(open_page, path):
    page = open_page(path)
    for scheme, paper in (("light", "rgb(252, 251, 248)"), ("dark", "rgb(20, 24, 26)")):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper
        assert page.evaluate(_CONTRAST) >= 4.5  # WCAG 2.2 AA, 1.4.3
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_print_leaves_the_text(open_page):
    page = open_page(f"/meldung/{sample.BRIDGE_ID}")
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert not page.get_by_role("contentinfo").is_visible()
