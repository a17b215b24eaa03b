"""Rows about sites that have no end."""

from __future__ import annotations

from collections.abc import Iterator

from loopback import page

from badweb.rows import Build, Row, Size
from badweb.server import NOTHING, Site, Visit, answer


def traps(size: Size) -> Iterator[Row]:
    """All rows about sites that have no end."""
    yield Row("a pager without end that repeats itself", _same_again, "ok")
    yield Row("a calendar without end", _calendar, "ok")
    yield Row("thousands of links to nothing", _links_to_nothing(size.links), "ok")
    yield Row("a new session in each link", _sessions, "ok")
    yield Row("folders in folders without end", _folders, "ok")
    yield Row("a list of filters in every combination", _filters, "ok")


def _same_again(site: Site) -> None:
    async def reply(visit: Visit) -> None:
        number = int(visit.path.partition("seite=")[2])
        await visit.send(listed.replace(b"seite=2>", b"seite=%d>" % (number + 1)) + b" " * 9)

    site.write(after="<nav class=pagination><a rel=next href=/presse?seite=2>weiter</a></nav>")
    listed = bytes(site.pages["/presse"])
    site.pages |= {f"/presse?seite={n}": reply for n in range(2, 9999)}


def _calendar(site: Site) -> None:
    async def reply(visit: Visit) -> None:
        year = int(visit.path.rpartition("/")[2]) if visit.path.startswith("/presse/archiv/") else 2026
        years = "".join(
            f"<li><a href=/presse/archiv/{each}>{each}</a></li>" for each in range(year - 3, year + 4)
        )
        await visit.send(
            answer(page("Archiv", f"<h1>Archiv {year}</h1><ul>{years}</ul><p>Keine Einträge</p>"))
        )

    site.write(
        after="<ul><li><a href=/presse/archiv/2025>2025</a></li><li><a href=/presse/archiv/2024>2024</a></li></ul>"
    )
    site.other = reply


def _links_to_nothing(count: int) -> Build:
    return lambda site: site.write(*(f"/presse/nichts/{n}" for n in range(count)))


def _sessions(site: Site) -> None:
    async def reply(visit: Visit) -> None:
        path = visit.path.partition(";")[0].partition("?")[0]
        number = site.asked
        if path == "/presse":
            session = f";jsessionid={number:032X}?PHPSESSID={number:032x}"
            rows = "".join(
                f"<li>05.01.2026 <a href='/presse/{n}{session}'>{t}</a></li>" for n, t in enumerate(site.good)
            )
            more = f"<a rel=next href='/presse{session}'>weiter</a>"
            saved[path] = answer(page("Presse", f"<ul>{rows}</ul>{more}"))
        await visit.send(saved.get(path, NOTHING))

    site.write()
    saved = {path: bytes(reply) for path, reply in site.pages.items() if isinstance(reply, bytes)}
    site.pages.clear()
    site.other = reply


def _folders(site: Site) -> None:
    async def reply(visit: Visit) -> None:
        further = (
            f"<nav class=pagination><a rel=next href='{visit.path.rstrip('/')}/presse/'>weiter</a></nav>"
        )
        await visit.send(answer(page("Presse", f"<p>nichts</p>{further}")))

    site.write(after="<nav class=pagination><a rel=next href=/presse/presse/>weiter</a></nav>")
    site.other = reply


def _filters(site: Site) -> None:
    site.write(
        after="".join(
            f"<a href='/presse?{a}=1&{b}=1'>Filter {a} {b}</a> " for a in "abcdefghij" for b in "abcdefghij"
        )
    )
