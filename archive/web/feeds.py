"""Feeds of searches, authorities, passages, changes, absences, states. How they are sent: feed.py."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote, unquote, urlencode

from datasette import Response

from archive.dates import BERLIN
from archive.search import plain, search
from archive.search.filters import asked_authorities
from archive.web import answer
from archive.web.answer import ask
from archive.web.asked import asked
from archive.web.feed import Entry, Feed, json_feed, sent
from archive.web.german import absence, condition, counted, excerpt, moment_day
from archive.web.queries import Row
from archive.web.queries import feeds as queries
from archive.web.queries.authorities import publisher, silent
from archive.web.queries.release import current_id
from archive.web.queries.wording import passage, version

SIZE = 30
"""Entries of a feed, the note about sources that cannot be read not counted."""

Address = Callable[[str], str]
"""From a path of the website to its public address."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A feed's entries, the ``path`` of the page about the same, and the ids of whose they are, None: all."""

    title: str
    path: str
    entries: Sequence[Entry]
    publishers: set[str] | None = None


Finder = Callable[[Any, Any, Address], Awaitable[_Told | None]]


async def _search(datasette: Any, request: Any, at: Address) -> _Told:
    """Releases that have all that is asked for: a guess would be withdrawn when the first one comes."""
    wanted = asked(request.args)
    found = await ask(datasette, search, wanted.query, limit=SIZE, order="newest", **wanted.filters)
    hits = () if found.corrections else [hit for hit in found.hits if not hit.partial]
    facts = await ask(datasette, queries.releases, [hit.id for hit in hits])
    rows = [facts[hit.id] | {"beginning": plain(hit.snippet)} for hit in hits if hit.id in facts]
    title = f"Suche: {wanted.query}" if wanted.query.strip() else "Neue Meldungen"
    concerned = await ask(datasette, asked_authorities, wanted.query, wanted.filters)
    path = f"/suche{wanted.address(sortierung=None)}"
    return _Told(title, path, [_release(row, at) for row in rows], concerned)


async def _authority(datasette: Any, request: Any, at: Address) -> _Told | None:
    publisher_id = unquote(request.url_vars["publisher"])
    row = await ask(datasette, publisher, publisher_id)
    if row is None:
        return None
    found = await ask(datasette, search, "", limit=SIZE, order="newest", publisher=publisher_id)
    facts = await ask(datasette, queries.releases, [hit.id for hit in found.hits])
    entries = [_release(facts[hit.id], at) for hit in found.hits if hit.id in facts]
    return _Told(row["name"], f"/behoerde/{quote(publisher_id, safe='')}", entries, {publisher_id})


async def _wording(datasette: Any, request: Any, at: Address) -> _Told | None:
    former, start, end = (int(request.url_vars[name]) for name in ("number", "start", "end"))
    number = await ask(datasette, current_id, former) or former
    there = await ask(datasette, version, number, request.args.get("fassung"))
    if there is None or not start < end <= len(there["text"]):
        return None
    statement = excerpt(there["text"][start:end], 90)
    known = await ask(datasette, passage, there["revision_id"], number, start, end)
    rows = await ask(datasette, queries.carriers, known["id"], SIZE) if known else []
    path = f"/wortlaut/{number}/{start}-{end}?fassung={there['revision_id']}"
    return _Told(f"Gleicher Wortlaut: {statement}", path, [_release(row, at) for row in rows])


async def _changes(datasette: Any, request: Any, at: Address) -> _Told | None:
    told = await _observed(datasette, request, "Geänderte Meldungen", "geaendert")
    rows = await ask(datasette, queries.changes, request.args.get("behoerde"), SIZE)
    return told and replace(told, entries=[_change(row, at) for row in rows])


async def _absences(datasette: Any, request: Any, at: Address) -> _Told | None:
    told = await _observed(datasette, request, "Nicht mehr abrufbare Meldungen", "weg")
    rows = await ask(datasette, queries.absences, request.args.get("behoerde"), SIZE)
    return told and replace(told, entries=[_absence(row, at) for row in rows])


async def _states(datasette: Any, request: Any, at: Address) -> _Told | None:
    """States of sources, of all or with ``behoerde`` of one authority's; it says itself what is not read."""
    publisher_id, path, title = request.args.get("behoerde"), "/behoerden", "Zustand der Quellen"
    if publisher_id:
        row = await ask(datasette, publisher, publisher_id)
        if row is None:
            return None
        path, title = f"/behoerde/{quote(publisher_id, safe='')}", f"{title}: {row['name']}"
    rows = await ask(datasette, queries.states, publisher_id, SIZE)
    return _Told(title, path, [_state(row, at) for row in rows], set())


async def _observed(datasette: Any, request: Any, title: str, limit: str) -> _Told | None:
    """A feed, still empty, of what was observed of all releases, or with ``behoerde`` of one authority's."""
    publisher_id = request.args.get("behoerde")
    if not publisher_id:
        return _Told(title, f"/suche?{limit}=1", ())
    row = await ask(datasette, publisher, publisher_id)
    if row is None:
        return None
    path = f"/suche?{urlencode({'behoerde': publisher_id, limit: 1})}"
    return _Told(f"{title}: {row['name']}", path, (), {publisher_id})


def _release(row: Row, at: Address) -> Entry:
    return Entry(
        id=f"urn:kreispresse:release:{row['id']}",
        title=row["title"],
        address=at(f"/meldung/{row['id']}"),
        updated=row["changed_at"] or row["first_seen_at"],
        summary=excerpt(row["beginning"]),
        author=row["publisher"],
        published=row["published_at"] or (_midnight(row["published_on"]) if row["published_on"] else None),
        original=row["url"],
    )


def _change(row: Row, at: Address) -> Entry:
    return Entry(
        id=f"urn:kreispresse:change:{row['id']}:{row['changed_at']}",
        title=f"Geändert: {row['title']}",
        address=at(f"/meldung/{row['id']}"),
        updated=row["changed_at"],
        summary=f"Neue Fassung, zuerst gelesen am {moment_day(row['changed_at'])}.",
        author=row["publisher"],
        original=row["url"],
    )


def _absence(row: Row, at: Address) -> Entry:
    words = "Wieder abrufbar" if row["back_at"] else "Nicht mehr abrufbar"
    return Entry(
        id=f"urn:kreispresse:absence:{row['id']}:{row['first_missing_at']}",
        title=f"{words}: {row['title']}",
        address=at(f"/meldung/{row['id']}"),
        updated=row["back_at"] or row["confirmed_at"],
        summary=absence(row["last_ok_at"], row["first_missing_at"], row["back_at"]),
        author=row["publisher"],
        original=row["url"],
    )


def _state(row: Row, at: Address) -> Entry:
    words = condition(row | {"silent": silent(row)})
    return Entry(
        id=f"urn:kreispresse:state:{row['source_id']}:{row['crawl_id']}",
        title=f"{row['publisher']}: {words}",
        address=at(f"/behoerde/{quote(row['publisher_id'], safe='')}"),
        updated=row["crawled_at"],
        summary=f"{words}. Pressemitteilungen: {row['press']}",
        author=row["publisher"],
        original=row["press"],
    )


def _blind(rows: Sequence[Row], at: Address) -> Entry:
    """The note that a feed may miss releases: a new one whenever other sources cannot be read."""
    state = "\n".join(f"{row['id']} {row['crawl_id']}" for row in sorted(rows, key=lambda row: row["id"]))
    names = sorted({f"{row['publisher']} (seit {moment_day(row['started_at'])})" for row in rows})
    title = f"Hinweis: {counted(len(rows), 'Quelle wird', 'Quellen werden')} zurzeit nicht gelesen"
    words = "Was dort seither erschienen ist, kann in diesem Feed fehlen:"
    return Entry(
        id=f"urn:kreispresse:unread:{hashlib.sha256(state.encode()).hexdigest()[:32]}",
        title=title,
        address=at("/behoerden"),
        updated=max(row["started_at"] for row in rows),
        summary=f"{words} {excerpt(', '.join(names), 2000)}",
    )


def _midnight(day: str) -> str:
    return datetime.fromisoformat(day).replace(tzinfo=BERLIN).isoformat()


async def _feed(datasette: Any, request: Any, find: Finder) -> Response:
    """A feed as Atom or JSON Feed; 304 where the reader has it already."""
    at = partial(answer.public, datasette, request)
    told = await find(datasette, request, at)
    if told is None:
        return await answer.not_found(datasette, request)
    unread = await ask(datasette, queries.blind, told.publishers)
    entries = [*([_blind(unread, at)] if unread else []), *told.entries]
    query = f"?{request.query_string}" if request.query_string else ""
    feed = Feed(told.title, at(told.path), at(f"{request.url_vars['path']}{query}"), entries)
    if request.url_vars["ending"] == "json":
        body, media_type = json_feed(feed), "application/feed+json"
    else:
        body = await datasette.render_template("feed.xml", {"feed": feed})
        media_type = "application/atom+xml"
    return sent(body, f"{media_type}; charset=utf-8", feed.updated, request.headers)


def _route(path: str, find: Finder) -> tuple[str, Any]:
    async def view(datasette: Any, request: Any) -> Response:
        return await _feed(datasette, request, find)

    return rf"^(?P<path>/feed/{path}\.(?P<ending>atom|json))$", view


FEEDS = (
    _route("suche", _search),
    _route(r"behoerde/(?P<publisher>[^/]+)", _authority),
    _route(r"wortlaut/(?P<number>\d{1,16})/(?P<start>\d{1,7})-(?P<end>\d{1,7})", _wording),
    _route("aenderungen", _changes),
    _route("verschwunden", _absences),
    _route("zustand", _states),
)
"""Routes of all feeds: each ends in .atom or .json."""
