"""What becomes of an old site: replaced in its place, moved to another host, left; and of its old addresses."""

from __future__ import annotations

from collections.abc import Callable

from loopback import Answer
from world.styles.base import Style

from drills import Drill

Way = Callable[[str], Answer | None]
"""What an address (path with query) leads to now, None where this knows nothing of it."""


class Sends:
    """Stands beside a style among those of a host, for what that does not have. The first way that knows answers."""

    validators = ""

    def __init__(self, *ways: Way) -> None:
        self._ways = ways

    def answer(self, target: str) -> Answer | None:
        return next((answer for way in self._ways if (answer := way(target))), None)

    def missing(self, target: str) -> Answer:
        return Answer("<html><body><h1>Nicht gefunden</h1></body></html>", 404)


def replaced(*, press: bool = False, details: bool = False) -> Callable[[Drill], None]:
    """A new site in place of the old one; the old press page and releases send on, or are not there."""

    def change(drill: Drill) -> None:
        old, new, host = drill.old, drill.new, drill.hosts[0]
        new.address = host.address
        ways = [_leads(old, old.press, new.address + new.press)] if press and old.press != new.press else []
        host.styles = [new, Sends(*ways, *([_redirected(drill)] if details else []))]

    return change


def moved(*, press: bool, details: bool) -> Callable[[Drill], None]:
    """A new domain: the old one sends its home page on, and perhaps the others."""

    def change(drill: Drill) -> None:
        old, new = drill.old, drill.new
        new.address = drill.hosts[1].address
        ways = [_leads(old, "/", f"{new.address}/")]
        ways += [_leads(old, old.press, new.address + new.press)] if press else []
        drill.hosts[0].styles = [Sends(*ways, *([_redirected(drill)] if details else []))]
        drill.hosts[1].styles = [new]

    return change


def left(drill: Drill) -> None:
    """A new domain, while the old one has no use for anybody."""
    moved(press=False, details=False)(drill)
    drill.hosts[0].styles = [Sends(lambda _: Answer("Wir sind umgezogen.", 503))]


def taken(drill: Drill) -> None:
    """A new domain, and a stranger on the old one, with a list of his own where the releases were."""
    moved(press=False, details=False)(drill)
    drill.hosts[0].styles = [Sends(_events(drill.old))]


def with_events(drill: Drill) -> None:
    """A new site that lists its events where the releases were."""
    replaced()(drill)
    drill.hosts[0].styles.insert(0, Sends(_events(drill.old)))


def sent_home(drill: Drill) -> None:
    """A new site that sends the press page to its home page, and shows its list at the old releases' addresses."""
    replaced()(drill)
    old, new = drill.old, drill.new
    former = {old.key(old.url(i)) for i in old.items}
    home = _leads(old, old.press, f"{new.address}/", 302)
    drill.hosts[0].styles[1:] = [
        Sends(home, lambda target: new.list_page(1) if old.key(target) in former else None)
    ]


def deeper(drill: Drill) -> None:
    """A new site whose press page only leads to the list."""
    _shows(drill, {
        "/": "<h1>Willkommen</h1><p>Hier finden Sie alles.</p>",
        drill.old.press: f'<h1>Presse</h1><p>Gern helfen wir.</p><p><a href="{drill.new.press}">Pressemitteilungen</a></p>',
    })  # fmt: skip


def hidden(drill: Drill) -> None:
    """A new site whose list nobody finds from the home page in one step."""
    _shows(drill, {
        "/": '<h1>Willkommen</h1><p><a href="/rathaus">Rathaus und Politik</a></p>',
        "/rathaus": f'<h1>Rathaus</h1><p><a href="{drill.new.press}">Pressemitteilungen</a></p>',
    })  # fmt: skip


def shortened(drill: Drill) -> None:
    """A new site that has only the newest releases."""
    replaced(press=True)(drill)
    drill.new.items = drill.old.items[:6]


def _shows(drill: Drill, pages: dict[str, str]) -> None:
    """A new site with these pages before its own."""
    replaced()(drill)
    known = {drill.old.key(path): Answer(f"<html><body>{body}</body></html>") for path, body in pages.items()}
    drill.hosts[0].styles.insert(0, Sends(lambda target: known.get(drill.old.key(target))))


def _redirected(drill: Drill) -> Way:
    """Old addresses of releases send to the new ones."""
    old, new = drill.old, drill.new
    known = {old.key(url): i for i in old.items for url in (old.url(i), *old.aliases(i))}

    def way(target: str) -> Answer | None:
        found = known.get(old.key(target))
        return Answer("", 301, {"Location": new.address + new.url(found)}) if found else None

    return way


def _leads(old: Style, path: str, to: str, status: int = 301) -> Way:
    """One old address sends elsewhere."""
    return lambda target: Answer("", status, {"Location": to}) if old.key(target) == old.key(path) else None


def _events(old: Style) -> Way:
    """A list of what is none of the authority's releases, at their old address."""
    titles = [f"Großer Abend mit vielen Gewinnen, Teil {n}" for n in range(1, 9)]
    rows = "".join(
        f'<li>{n}.12.2026 <a href="/termine/{n}">{title}</a></li>' for n, title in enumerate(titles, 1)
    )
    pages = {old.key(old.press): old.page("Termine", f"<h1>Termine</h1><ul>{rows}</ul>")}
    for n, title in enumerate(titles, 1):
        text = f"<p>Am {n}. Dezember wartet ein Abend mit Musik, Spielen und {n + 20} Gewinnen auf alle Gäste.</p>"
        pages[old.key(f"/termine/{n}")] = old.page(title, f"<h1>{title}</h1>{text}")
    return lambda target: pages.get(old.key(target))
