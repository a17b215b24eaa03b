"""Rows about pages that stand in place of releases and lists, with status 200."""

from __future__ import annotations

from collections.abc import Iterator

from loopback import page

from badweb.rows import Build, Row, in_list, in_release, write_false
from badweb.server import MARK, NOTHING, Site, answer

_NOT_FOUND = page(
    "Fehler", f"<h1>Seite nicht gefunden</h1><p>Die gewünschte Seite gibt es leider nicht mehr. {MARK}</p>"
)
_LOGIN = page(
    "Anmeldung",
    f"<h1>Anmeldung</h1><form><label>Benutzername <input></label><label>Kennwort <input type=password></label></form><p>{MARK}: Bitte melden Sie sich an, um die Seite zu sehen.</p>",
)
_CONSENT = page(
    "Cookies",
    f"<h1>Wir schätzen Ihre Privatsphäre</h1><p>{MARK}: Wir und unsere 842 Partner verwenden Cookies, um Ihnen die Nutzung zu erleichtern und Inhalte zu messen.</p><p>Mit dem Klick auf „Alle akzeptieren“ stimmen Sie der Speicherung zu. Sie können Ihre Einwilligung jederzeit widerrufen.</p><button>Alle akzeptieren</button><button>Einstellungen</button>",
)
_COOKIES = page(
    "Cookies",
    f"<h1>Cookies erforderlich</h1><p>{MARK}: Bitte aktivieren Sie Cookies in Ihrem Browser, um diese Seite zu sehen.</p>",
)
_WALL = f"<!doctype html><html><head><title>Just a moment...</title></head><body><h1>{MARK}</h1><script>window._cf_chl_opt={{}}</script></body></html>"
_REPAIR = page("Wartung", f"<h1>Wartungsarbeiten</h1><p>Wir sind in Kürze wieder für Sie da. {MARK}</p>")
_PARKED = page(
    "kreis.example",
    f"<h1>kreis.example steht zum Verkauf</h1><p>{MARK}: Diese Domain können Sie kaufen. Nennen Sie uns Ihren Preis.</p><a href=/kaufen>Jetzt kaufen</a>",
)
_SCRIPT = page(
    "Bitte warten",
    f"<h1>Bitte aktivieren Sie JavaScript</h1><noscript>{MARK}: Diese Seite benötigt JavaScript.</noscript>",
)
_HOME = page(
    "Kreis",
    f"<h1>Willkommen im Kreis</h1><p>{MARK}: Hier finden Sie alles über unseren schönen Kreis, seine Orte, seine Menschen und die Verwaltung.</p>",
)
_INSTEAD = {"that it is not found (200)": _NOT_FOUND, "a login": _LOGIN, "a question about cookies": _CONSENT, "that cookies are needed": _COOKIES,
            "a bot wall": _WALL, "repairs": _REPAIR, "that the domain is for sale": _PARKED, "that scripts are needed": _SCRIPT}  # fmt: skip


def instead() -> Iterator[Row]:
    """All rows about pages in place of others."""
    yield from _of_releases()
    yield from _of_lists()


def _of_releases() -> Iterator[Row]:
    for name, shown in _INSTEAD.items():
        yield Row(f"one release shows {name}", in_release(answer(shown)), "ok")
        yield Row(
            f"all releases show {name}", _everywhere(shown, but=("/presse",)), "failed|challenged|empty"
        )
    yield Row("all releases show the home page", _everywhere(_HOME, but=("/presse",)), "failed")


def _everywhere(shown: str, but: tuple[str, ...] = ()) -> Build:
    def build(site: Site) -> None:
        write_false(site)
        site.pages = {path: site.pages[path] for path in but}
        site.pages["/robots.txt"] = NOTHING
        site.other = answer(shown)

    return build


def _of_lists() -> Iterator[Row]:
    for name, shown in _INSTEAD.items():
        yield Row(f"every address shows {name}", _everywhere(shown), "failed|challenged|empty")
    yield Row("the list is empty", in_list(answer("")), "failed|empty")
