"""What a look comes to, where no server is needed to tell."""

from __future__ import annotations

import datetime

import pytest

from archive.model import Address, Hints, Page
from crawler.discover import Item, Listing
from crawler.families import families
from crawler.sources import Source
from crawler.survey import Look, Reading
from crawler.verdict import changes, judge

HOME, PRESS = "https://kreis.example/", "https://kreis.example/presse"
TODAY = datetime.date(2026, 11, 22)
ITEM = Item(Address(f"{PRESS}/1", "1"), f"{PRESS}/1", Hints("listing", "Radweg fertig", "2026-11-20"))


def _source(**more: object) -> Source:
    return Source(
        **{"id": "a", "name": "A", "kind": "kreis", "land": "XX", "homepage": HOME, "press": PRESS, **more}
    )


def _reading(
    url: str = PRESS, items: tuple[Item, ...] = (ITEM,), family: str = "generic", **page: object
) -> Reading:
    at = Page("", "", "a", "listing", "", url, **{"status": 200, **page})
    return Reading(at, families()[family], "why", Listing(items))


@pytest.mark.parametrize(("look", "found"), [
    (Look(_source(), _reading()), "well"),
    (Look(_source(), _reading("http://www.kreis.example/presse/")), "well"),
    (Look(_source(), _reading(HOME, (), via=(PRESS,))), "missing"),
    (Look(_source(), _reading(HOME, (), via=(PRESS,)), other=_reading(f"{HOME}pm")), "moved"),
    (Look(_source(), _reading(HOME, via=(PRESS,)), other=_reading(f"{HOME}pm")), "moved"),
    (Look(_source(), _reading(f"{HOME}pm", via=(PRESS,))), "moved"),
    (Look(_source(), _reading("https://neu.example/presse", via=(PRESS,))), "renamed"),
    (Look(_source(), _reading("https://geparkt.example/", (), via=(PRESS,))), "empty"),
    (Look(_source(), _reading(items=()), feed=("https://kreis.example/rss", Listing((ITEM,)))), "well"),
    (Look(_source(), _reading(items=()), feed=("https://kreis.example/rss", "not a feed")), "empty"),
    (Look(_source(family="typo3"), _reading(family="drupal")), "relaunched"),
    (Look(_source(family="typo3"), _reading(family="typo3")), "well"),
    (Look(_source(), _reading(items=(), status=410)), "missing"),
    (Look(_source(), _reading(items=(), status=502)), "dead"),
    (Look(_source(), _reading(items=(), status=429)), "blocked"),
    (Look(_source(), _reading(items=(), status=None, code="robots", error="forbids")), "robots"),
    (Look(_source(press="", status="candidate"), other=_reading()), "found"),
    (Look(_source(press="", status="candidate")), "missing"),
    (Look(_source(press="", homepage="", status="candidate")), "missing"),
])  # fmt: skip
def test_findings(look: Look, found: str) -> None:
    assert judge(look)[0] == found


@pytest.mark.parametrize("status", ["active", "candidate"])
def test_outages_and_refusals_change_no_status(status: str) -> None:
    for code in (503, 403):
        look = Look(_source(status=status, reason="x"), _reading(items=(), status=code))
        made = changes(look, *judge(look), TODAY)
        assert set(made) == {"checked"}


def test_a_second_relaunch_keeps_the_first() -> None:
    look = Look(_source(family="typo3", earlier=(("ikiss", "2020-01-31"),)), _reading(family="drupal"))
    made = changes(look, *judge(look), TODAY)
    assert made["family"] == "drupal"
    assert [each["family"] for each in made["earlier"]] == ["ikiss", "typo3"]
    assert [str(each["until"]) for each in made["earlier"]] == ["2020-01-31", "2026-11-21"]


def test_what_was_only_found_waits_for_somebody_to_look() -> None:
    look = Look(_source(press="", status="candidate", reason="x"), other=_reading())
    made = changes(look, *judge(look), TODAY)
    assert made["press"] == PRESS
    assert "status" not in made
    assert "look at its releases" in made["reason"]


def test_a_press_page_that_leads_to_teasers_is_where_the_home_page_leads() -> None:
    teasers, whole = _reading(HOME, via=(PRESS,)), _reading(f"{HOME}pm")
    assert Look(_source(), teasers, other=whole).list is whole
    assert Look(_source(), teasers, other=_reading(f"{HOME}leer", ())).list is teasers
    assert Look(_source(), _reading(), other=whole).list is not whole
