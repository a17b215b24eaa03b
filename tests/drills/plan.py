"""All drills: each family to each other one, then what else moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from world.styles import drupal, handmade, municipal, scripted, typo3, unknown, wordpress
from world.styles.base import Style

from drills import LOOKS, RELEASES, Drill, dressed
from drills.ways import deeper, hidden, left, moved, replaced, sent_home, shortened, taken, with_events

_BARE = '<li><h3><a href="{{ s.url(i) }}">{{ i.title }}</a></h3><p>{{ i.teaser }}</p></li>'
_MORE = '{% if following %}<p><a href="{{ following }}">Weitere Meldungen laden</a></p>{% endif %}'
_STAMP = f"{{{{ '1.11.2026' if i.n <= {RELEASES} else i.dotted }}}}"
_ELSEWHERE = {"press": "/rathaus/meldungen", "pager_url": "/rathaus/meldungen?seite={k}"}
_ALL_ELSEWHERE = {**_ELSEWHERE, "detail_url": "/rathaus/m/{i.n}"}
_RELEASES = {"detail_url": "/m/{i.slug}"}


def drills() -> list[Drill]:
    """New ones, each for one run: their sites change in it."""
    others = (*_paths(), *_domains(), *_lists(), *_days_and_charsets(), *_releases())
    return [*_families(), *others]


def _families() -> Iterator[Drill]:
    """The old press page and releases send on, or the press page alone, or nothing; every second look is named."""
    ways = (replaced(press=True, details=True), replaced(press=True), replaced())
    for n, (was, will) in enumerate((a, b) for a in LOOKS for b in LOOKS if a != b):
        name, entry = f"{was} to {will}", {"family": was} if n % 2 == 0 else {}
        old = dressed(LOOKS[was], name)
        yield Drill(name, "family", old, dressed(LOOKS[will], name, old), ways[(n + n // 5) % 3], entry)


def _drill(
    name: str, kind: str, change: Callable[[Drill], None], look: type[Style] = Style, **more: Any
) -> Drill:
    """``more``: what the new site has otherwise; ``new``: its look, ``old``, ``entry``, ``to``: as in Drill."""
    old = dressed(look, name, **more.pop("old", {}))
    entry, to, then = more.pop("entry", {}), more.pop("to", ""), more.pop("new", look)
    return Drill(name, kind, old, dressed(then, name, old, **more), change, entry, to)


def _paths() -> Iterator[Drill]:
    feed = {"old": {"feed_url": "/presse.xml", "feed_named": False}, "entry": {"feed": "/presse.xml"}}
    yield _drill("path with redirects", "path", replaced(press=True, details=True), **_ALL_ELSEWHERE)
    yield _drill("path without redirects", "path", replaced(), **_ALL_ELSEWHERE)
    yield _drill("path of the list only", "path", replaced(), municipal.Nolis, **_ELSEWHERE)
    yield _drill("path with a feed in the register", "path", replaced(), **feed, **_ALL_ELSEWHERE)
    yield _drill("press page sent home", "path", sent_home, **_ALL_ELSEWHERE)
    yield _drill("press page leads to the list", "path", deeper, **_ALL_ELSEWHERE)
    yield _drill("list two steps from the home page", "path", hidden, **_ALL_ELSEWHERE)
    yield _drill("the same, new address named", "path", hidden, to=_ELSEWHERE["press"], **_ALL_ELSEWHERE)
    yield _drill("events where the list was", "path", with_events, **_ALL_ELSEWHERE)
    yield _drill("only the newest moved along", "path", shortened, typo3.Routed, new=municipal.Contao)


def _domains() -> Iterator[Drill]:
    yield _drill("domain with redirects", "domain", moved(press=True, details=True), typo3.Routed)
    yield _drill("domain, press page sent on", "domain", moved(press=True, details=False), municipal.Contao)
    yield _drill("domain, home page sent on", "domain", moved(press=False, details=False), new=unknown.Cards)
    yield _drill("domain left in silence", "domain", left)
    yield _drill("domain left, new one named", "domain", left, to="/")
    yield _drill("domain taken by a stranger", "domain", taken)
    yield _drill("https", "https", moved(press=True, details=True))
    new_look = moved(press=True, details=False)
    yield _drill("https with another look", "https", new_look, typo3.Routed, new=drupal.Drupal)


def _lists() -> Iterator[Drill]:
    yield _drill(
        "pager of another kind", "pager", replaced(), pager=_MORE, pager_url="/presse/ab-{start}.html"
    )
    yield _drill("list in JSON", "pager", replaced(press=True), new=scripted.JsonListing)
    yield _drill("list by years", "pager", replaced(press=True), new=handmade.YearArchive)
    yield _drill("list filled by an unknown script", "pager", replaced(press=True), new=scripted.ScriptOnly)


def _days_and_charsets() -> Iterator[Drill]:
    foot = Style.detail.replace('<p class="date">{{ i.long }}</p>', "").replace(
        "</article>", "<p>Stand: {{ i.dotted }}</p></article>"
    )
    none = Style.detail.replace("{{ i.long }}", "")
    stamped = {
        "row": Style.row.replace("{{ i.dotted }}", _STAMP),
        "detail": Style.detail.replace("{{ i.long }}", _STAMP),
    }
    yield _drill("days only with the releases", "days", replaced(), row=_BARE)
    yield _drill("days at the foot", "days", replaced(details=True), row=_BARE, detail=foot, **_RELEASES)
    yield _drill("days lost on the way", "days", replaced(), row=_BARE, detail=none, **_RELEASES)
    yield _drill("all dated on the day of the move", "days", replaced(), **stamped, **_RELEASES)
    yield _drill("charset", "charset", replaced(), charset="iso-8859-1", content_type="text/html")
    yield _drill("charset told wrongly", "charset", replaced(), charset="iso-8859-1", **_RELEASES)


def _releases() -> Iterator[Drill]:
    titled = {
        name: getattr(Style, name).replace("{{ i.title }}", "Meldung: {{ i.title }}")
        for name in ("row", "detail")
    }
    cut = Style.detail.replace("i.paragraphs", "i.paragraphs[1:]")
    sent_on = replaced(details=True)
    yield _drill("releases moved with redirects", "releases", sent_on, wordpress.WordPress, **_RELEASES)
    yield _drill("releases moved without", "releases", replaced(), municipal.Contao, **_RELEASES)
    yield _drill("titles edited on the way", "releases", replaced(), **titled, **_RELEASES)
    yield _drill("texts cut on the way", "releases", replaced(), detail=cut, **_RELEASES)
    yield _drill("releases now files", "releases", replaced(press=True), new=handmade.PdfTable)
    yield _drill("all on one page", "releases", replaced(press=True), new=handmade.ManyOnOnePage)
