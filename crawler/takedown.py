"""A takedown: what would go, and that it goes, from rows and log, for good.

The withdrawal is logged as hashes first, then the log's files are rewritten, then the rows are made again
from them: stopped at any moment, the next crawl, rebuild or withdrawal goes on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Database

from archive.captures import Log, new_name
from archive.db import Archive
from archive.derive.words import words
from archive.model import Note, Topic, id53
from archive.withdrawals import address_hash, carried, text_hashes, whole_hash, words_hash
from crawler.folder import again
from crawler.ingest import ingest
from crawler.readers import Readers
from crawler.shield import hashes_of, keys_of
from crawler.state import State

_ON_OUR_SITE = re.compile(r"(?:^|/meldung/)(\d{1,16})$")


_EQUAL = "SELECT o.id FROM releases o JOIN releases r ON o.text = r.text AND o.id <> r.id WHERE r.id = ?"
_COPIES = _EQUAL.replace("o.text = r.text", "o.cluster_id = r.cluster_id")
_QUOTING = (
    "SELECT DISTINCT o.release_id FROM passage_uses u JOIN passage_uses o"
    " ON o.passage_id = u.passage_id AND o.release_id <> u.release_id WHERE u.release_id = ?"
)


class NotKnown(ValueError):
    """What cannot be withdrawn; the message says why, and what to do."""


How = Literal["itself", "same", "near", "passage"]
"""How a withdrawal concerns a release: it is meant, says the same, nearly the same, or has a passage."""


@dataclass(frozen=True, slots=True)
class Found:
    """A release in a few words."""

    id: int
    title: str
    publisher: str
    url: str
    how: How


def find(db: Database, wanted: str) -> Found:
    """The release with this address, id or former id. Raises NotKnown."""
    number = _ON_OUR_SITE.search(wanted.strip())
    ids = [int(number.group(1))] if number else []
    found = db.execute(
        "SELECT release_id FROM release_urls WHERE key IN (SELECT value FROM json_each(:keys)) UNION ALL"
        " SELECT id FROM releases WHERE id IN (SELECT value FROM json_each(:ids)) UNION ALL"
        " SELECT release_id FROM release_ids WHERE old_id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(ids), "keys": json.dumps(sorted(keys_of(wanted)))},
    ).fetchall()
    if found:
        return _found(db, found[0][0], "itself")
    if day := _withdrawn_on(db, ids, sorted(hashes_of(wanted))):
        raise NotKnown(f"{wanted} was withdrawn on {day} already: there is nothing left to do")
    raise NotKnown(
        f"no release of this archive has the address or id {wanted}; 'kreispresse search' shows ids"
    )


def _withdrawn_on(db: Database, ids: Sequence[int], marks: Sequence[str]) -> str | None:
    row = db.execute(
        "SELECT substr(min(withdrawn_at), 1, 10) FROM withdrawals w WHERE EXISTS (SELECT 1 FROM withdrawn_ids"
        " WHERE withdrawal_id = w.id AND release_id IN (SELECT value FROM json_each(?)))"
        " OR EXISTS (SELECT 1 FROM withdrawal_hashes"
        " WHERE withdrawal_id = w.id AND sha256 IN (SELECT value FROM json_each(?)))",
        [json.dumps(list(ids)), json.dumps(list(marks))],
    ).fetchone()
    return row[0] if row else None


def others(db: Database, release: Found) -> list[Found]:
    """The other releases that carry the text: the same, nearly the same, or a passage of it."""
    equal, copies, quoting = (
        [row[0] for row in db.execute(query, [release.id]).fetchall()]
        for query in (_EQUAL, _COPIES, _QUOTING)
    )
    own = _wholes(db, release.id)
    same = [each for each in {*equal, *copies} if not own.isdisjoint(_wholes(db, each))]
    groups: tuple[tuple[How, list[int]], ...] = (("same", same), ("near", copies), ("passage", quoting))
    found: dict[int, Found] = {}
    for how, ids in groups:
        for each in sorted(ids):
            found.setdefault(each, _found(db, each, how))
    return list(found.values())


def _wholes(db: Database, number: int) -> set[str]:
    """Hashes of the whole text of each version."""
    rows = db.execute("SELECT text FROM revisions WHERE release_id = ?", [number])
    return {sha256 for row in rows if (sha256 := whole_hash(row[0]))}


def whole(db: Database, release: Found, along: Sequence[Found]) -> dict[str, Any]:
    """What the log is to say of a withdrawal. ``along``: releases that go with it, or passages in them.

    Stretches of the text that releases have which stay as they are, are not withheld.
    """
    going = [release, *(each for each in along if each.how != "passage")]
    ids = [each.id for each in going]
    texts = _texts(db, ids)
    quoted = [row[0] for row in db.execute(
        'SELECT substr(v.text, o.start + 1, o."end" - o.start) FROM passage_uses u'
        " JOIN passage_uses o ON o.passage_id = u.passage_id JOIN revisions v ON v.id = o.revision_id"
        " WHERE u.release_id = ? AND o.release_id IN (SELECT value FROM json_each(?))",
        [release.id, json.dumps([each.id for each in along])])]  # fmt: skip
    hashes = set[str]().union(*map(text_hashes, [*texts, *quoted]))
    staying = db.execute(
        "WITH asked(id) AS (SELECT value FROM json_each(?))"
        " SELECT text FROM revisions WHERE release_id NOT IN asked UNION ALL"
        " SELECT text FROM attachments WHERE release_id NOT IN asked AND text IS NOT NULL",
        [json.dumps([release.id, *(each.id for each in along)])],
    )
    hashes -= carried((row[0] for row in staying), hashes)
    files = {sha256 for url, body, _ in _files(db, ids) for sha256 in (*hashes_of(url), body) if sha256}
    return {
        "id": id53("withdrawal", str(release.id)),
        "ids": _all_ids(db, ids),
        "hashes": sorted(hashes | _addresses(db, ids) | files),
    }


def span(db: Database, release: Found, start: int, end: int) -> str:
    """The words of the current text that a span of code points touches. Raises NotKnown without any."""
    text = db.execute("SELECT text FROM releases WHERE id = ?", [release.id]).fetchone()[0]
    inside = [word for word in words(text) if word.start < end and word.end > start]
    if not inside:
        raise NotKnown(f"{start}:{end} holds no word of the text, which has {len(text)} characters")
    return str(text[inside[0].start : inside[-1].end])


def blackening(db: Database, release: Found, shown: str) -> dict[str, Any]:
    """What the log is to say of words that are blackened. Raises NotKnown where the release is a file."""
    pdf = "SELECT 1 FROM release_urls WHERE release_id = ? AND sha256 IS NOT NULL AND url LIKE '%.pdf'"
    if db.execute(pdf, [release.id]).fetchone():
        raise NotKnown("nothing can be blackened in a file: the release can only be withdrawn as a whole")
    forms = [word.form for word in words(shown)]
    files = [row[0] for row in db.execute("SELECT url FROM attachments WHERE release_id = ?", [release.id])]
    addresses = _addresses(db, [release.id]).union(*map(hashes_of, files))
    return {"addresses": sorted(addresses), "spans": [(len(forms), words_hash(forms))]}


def hiding(db: Database, release: Found) -> dict[str, Any]:
    """What the log is to say of a release that search engines and the search by words pass over."""
    return {"ids": _all_ids(db, [release.id])}


def carry_out(archive: Archive, data: Path, topic: Topic, said: dict[str, Any], jobs: int = 1) -> Archive:
    """Log what is withdrawn and do it; the archive as it is then. For whoever has the folder's lock."""
    after = archive.last_at()
    name = new_name(after)
    with closing(Log(data / "captures", name, after=after)) as log:
        logged = log.append(Note("", name, topic, "", said))
    ingest(archive, logged, Readers())
    if archive.stale is None:
        return archive
    with closing(State(data / "state.db")) as state:
        state.forget(lambda url: bool(hashes_of(url) & set(said.get("hashes", said.get("addresses", ())))))
    return again(archive, data, archive.stale, jobs)


def _found(db: Database, number: int, how: How) -> Found:
    title, publisher, url = db.execute(
        "SELECT title, name, url FROM releases r JOIN publishers p ON p.id = publisher_id WHERE r.id = ?",
        [number],
    ).fetchone()
    return Found(number, title, publisher, url, how)


def _texts(db: Database, ids: Sequence[int]) -> list[str]:
    """All that releases say: every version's lead and text, captions, and what their own files say."""
    found = db.execute(
        "WITH asked(id) AS (SELECT value FROM json_each(?))"
        " SELECT text FROM revisions WHERE release_id IN asked UNION"
        " SELECT teaser FROM revisions WHERE release_id IN asked UNION"
        " SELECT caption FROM images WHERE release_id IN asked ORDER BY 1",
        [json.dumps(list(ids))],
    ).fetchall()
    return [text for text in (*(row[0] for row in found), *(text for _, _, text in _files(db, ids))) if text]


def _all_ids(db: Database, ids: Iterable[int]) -> list[int]:
    """Releases' ids with all that lead to them."""
    rows = db.execute(
        "SELECT old_id FROM release_ids WHERE release_id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(ids))],
    )
    return sorted({*ids, *(row[0] for row in rows)})


def _addresses(db: Database, ids: Iterable[int]) -> set[str]:
    """Hashes of all addresses at which releases were read, but for pages that hold others, too."""
    rows = db.execute(
        "SELECT url, key FROM release_urls WHERE sha256 IS NOT NULL AND release_id IN"
        " (SELECT value FROM json_each(?))",
        [json.dumps(list(ids))],
    ).fetchall()
    shared = {row[0] for row in db.execute("SELECT homepage FROM sources UNION SELECT press FROM sources")}
    found = {address_hash(key) for _, key in rows}
    found = found.union(*(hashes_of(url) for url, key in rows if "#" not in key))
    return found - set[str]().union(*map(hashes_of, shared))


def _files(db: Database, ids: Iterable[int]) -> list[tuple[str, str | None, str | None]]:
    """(address, hash, text) of the files of releases to which no other release links; None while not read."""
    rows = db.execute(
        "SELECT url, sha256, text FROM attachments a"
        " WHERE release_id IN (SELECT value FROM json_each(:ids))"
        " AND NOT EXISTS (SELECT 1 FROM attachments o WHERE (o.url = a.url OR o.sha256 = a.sha256)"
        " AND o.release_id NOT IN (SELECT value FROM json_each(:ids))) ORDER BY 1, 2",
        {"ids": json.dumps(list(ids))},
    )
    return [(url, sha256, text) for url, sha256, text in rows.fetchall()]
