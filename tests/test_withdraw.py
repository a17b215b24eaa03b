"""What was withdrawn is gone from every byte under the data folder, and nothing brings it back."""

from __future__ import annotations

import asyncio
import errno
import gzip
import json
import shutil
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from loopback import page as html_page
from support import query, rows_hash

from archive.captures import Logged, read
from archive.model import Hints, Note, Page, Role, release_id
from archive.web.serve import build
from archive.withdrawals import Span, Withdrawn, text_hashes
from crawler.cli import main
from crawler.demo.files import pdf
from crawler.folder import Lock
from crawler.readers import Readers
from crawler.rebuild import rebuild
from crawler.recorder import Recorder
from crawler.shield import hashes_of, shield
from crawler.stop import writing

HOME = "https://k.example"
ENTRIES = [
    {"id": f"kreis-{name}", "name": f"Kreis {name}", "kind": "kreis", "land": "XX", "homepage": f"https://{name}.example/",
     "press": f"https://{name}.example/presse"} for name in ("k", "l")
]  # fmt: skip

SECRET = "Der Bäckermeister Ottokar Wendelstein aus Niederaue hat seine Nachbarin zwölf Jahre lang heimlich belauscht."
SHORT = "Wendelstein schweigt dazu."
LEAD = "Das Amtsgericht hat am Dienstag in öffentlicher Sitzung über einen ungewöhnlichen Streit unter Nachbarn entschieden."
TITLE = "Urteil gegen Ottokar Wendelstein gefallen"
TEXT = f"<p>{LEAD}</p><p>{SECRET} {SHORT}</p>" + "".join(
    f"<p>Zum {n}. Punkt der Anklage hat die Kammer eigens eine Zeugin gehört, die sich an vieles erinnern konnte.</p>"
    for n in range(3)
)
OTHER = (
    "<p>Die Kreisstraße zwischen Ober- und Niederaue bekommt im Herbst eine neue Decke, kündigt das Bauamt an.</p>"
    * 2
)
QUOTE = (
    f"<p>Der Landrat sagte im Kreistag zu dem Fall nur einen Satz, den wir hier ganz wiedergeben wollen:</p><p>{SECRET}</p>"
    + OTHER
)


def _page(
    url: str,
    body: str,
    role: Role = "release",
    source: str = "kreis-k",
    media: str = "text/html",
    **more: object,
) -> Page:
    headers = (("Content-Type", f"{media}; charset=utf-8"),)
    return Page(
        "", "", source, role, "", url, 200, headers, body.encode(), **{"hints": Hints("listing"), **more}
    )  # type: ignore[arg-type]


def _release(url: str, title: str, body: str, source: str = "kreis-k", extra: str = "") -> Page:
    return _page(
        url,
        html_page(title, f"<h1>{title}</h1><p class=datum>5. Januar 2026</p>{body}{extra}"),
        source=source,
    )


LIST = html_page("Presse", f"""<ul>
<li><span>05.01.2026</span> <h3><a href="/presse/urteil">{TITLE}</a></h3><p>{SECRET[:60]} …</p> <a href="/thema/recht">Recht</a></li>
<li><span>04.01.2026</span> <h3><a href="/presse/strasse">Neue Decke für die Kreisstraße</a></h3><p>Das Bauamt teilt mit.</p></li>
<li><span>03.01.2026</span> <h3><a href="/presse/kreistag">Der Kreistag hat lange getagt</a></h3><p>Ein langer Abend.</p></li>
</ul>""")  # fmt: skip
FEED = f"""<rss><channel><title>Presse</title><item><title>{TITLE}</title><link>{HOME}/presse/urteil</link>
<description>{LEAD} {SECRET} {SHORT}</description></item><item><title>Neue Decke</title><link>{HOME}/presse/strasse</link>
</item></channel></rss>"""
RELATED = f"""<aside><h2>Auch interessant</h2><div class=teaser><a href="/presse/urteil?utm_source=x" title="{TITLE}">{TITLE}</a>
<p>{SHORT}</p></div></aside><script type="application/ld+json">{json.dumps([{"url": f"{HOME}/presse/urteil", "name": SHORT}])}</script>
<script>var x = {{text: "{SECRET.replace("ä", "u00e4").replace("u00e4", chr(92) + "u00e4")}"}};</script>"""
COPY = "https://l.example/meldung/9"


def _first_crawl(recorder: Recorder) -> None:
    recorder.page(_page(f"{HOME}/presse", LIST, "listing"))
    recorder.page(_page(f"{HOME}/feed", FEED, "feed", media="application/rss+xml"))
    recorder.page(_release(f"{HOME}/presse/urteil", TITLE, TEXT.replace("zwölf", "elf")))
    recorder.page(_release(f"{HOME}/presse/strasse", "Neue Decke für die Kreisstraße", OTHER, extra=RELATED))
    recorder.page(_release(f"{HOME}/presse/kreistag", "Der Kreistag hat lange getagt", QUOTE))
    recorder.page(_release(f"{HOME}/presse/urteil", TITLE, TEXT))


def _record(data: Path, *more: Page, first: bool = True) -> None:
    recorder = Recorder(data)
    for entry in ENTRIES:
        recorder.note("source", entry["id"], entry)
    if first:
        _first_crawl(recorder)
    for each in more:
        recorder.page(each)
    recorder.finish()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    _record(tmp_path / "data", _release(COPY, "Ein Urteil", TEXT, "kreis-l"))
    return tmp_path / "data"


def _withdraw(data: Path, *arguments: str, url: str = f"{HOME}/presse/urteil") -> Result:
    return CliRunner().invoke(
        main, ["withdraw", url, "--reason", "personal-data", "--data", str(data), *arguments]
    )


def _bytes(data: Path) -> Iterator[tuple[Path, bytes]]:
    """All bytes under a folder, members of the log unpacked, also what a torn one still gives."""
    for path in data.rglob("*"):
        if not path.is_file():
            continue
        body = path.read_bytes()
        yield path, body
        while body[:2] == b"\x1f\x8b":
            member = zlib.decompressobj(wbits=31)
            yield path, member.decompress(body)
            body = member.unused_data


def _holding(data: Path, *words: str) -> list[tuple[str, str]]:
    """Which files hold which of these words, in any of the encodings in which pages and rows write them."""
    found = []
    for path, body in _bytes(data):
        text = body.decode("utf-8", "replace").replace("\\u00e4", "ä").lower()
        found += [(path.name, each) for each in words if each.lower() in text]
    return found


WORDS = (SECRET, SHORT, "Wendelstein", "belauscht", "baeckermeist", TITLE, "eigens eine Zeugin")


def test_no_byte_of_it_stays_and_the_log_gives_the_same_rows(data: Path, tmp_path: Path) -> None:
    assert {name for name, _ in _holding(data, "Wendelstein")} >= {"archive.db"}, (
        "else this test proves nothing"
    )
    done = _withdraw(data, "--yes")
    assert done.exit_code == 0, done.output
    assert not _holding(data, *WORDS)
    (tmp_path / "again" / "captures").mkdir(parents=True)
    for file in (data / "captures").iterdir():
        shutil.copy(file, tmp_path / "again" / "captures")
    rebuild(tmp_path / "again")
    assert rows_hash(tmp_path / "again") == rows_hash(data)
    titles = [row[0] for row in query(data, "SELECT title FROM releases ORDER BY 1")]
    assert titles == ["Der Kreistag hat lange getagt", "Neue Decke für die Kreisstraße"]
    ((text,),) = query(data, "SELECT text FROM releases WHERE title LIKE 'Der Kreistag%'")
    assert "█████" in text
    assert "Die Kreisstraße zwischen Ober- und Niederaue" in text
    assert query(data, "SELECT category FROM withdrawals") == [("personal-data",)]
    assert query(data, "SELECT count(*) FROM sightings WHERE key LIKE '%urteil%'") == [(0,)]


def test_neither_recrawl_nor_other_address_nor_other_source_bring_it_back(data: Path) -> None:
    _withdraw(data, "--yes")
    moved = _release(f"{HOME}/neu/2", "Ein neuer Titel", TEXT.replace("3.", "4."))
    elsewhere = html_page("Presse", f"<ul><li>05.01.2026 <a href=/p/7>{TITLE}</a> <p>{SHORT}</p></li>"
                          "<li>04.01.2026 <a href=/p/8>Eine Meldung ganz anderer Art</a></li>"
                          "<li>04.01.2026 <a href=/p/9>Noch eine Meldung anderer Art</a></li></ul>")  # fmt: skip
    _record(data, moved, _page("https://l.example/presse", elsewhere, "listing", "kreis-l"),
            _release("https://l.example/p/7", TITLE, TEXT, "kreis-l"))  # fmt: skip
    assert not _holding(data, *WORDS)
    assert query(data, "SELECT count(*) FROM releases") == [(2,)]
    assert query(data, "SELECT title FROM sightings WHERE source_id = 'kreis-l' ORDER BY 1") == [
        ("Eine Meldung ganz anderer Art",), ("Noch eine Meldung anderer Art",)]  # fmt: skip


def test_a_merged_log_of_another_machine_does_not_bring_it_back(data: Path, tmp_path: Path) -> None:
    _record(tmp_path / "other", _release(f"{HOME}/kopie", "Kopie", TEXT))
    _withdraw(data, "--yes")
    for file in (tmp_path / "other" / "captures").iterdir():
        shutil.copy(file, data / "captures")
    _record(data, first=False)
    assert not _holding(data, *WORDS)
    assert query(data, "SELECT count(*) FROM releases") == [(2,)]


@pytest.mark.parametrize(
    "stage", ["crawler.scrub.rewrite", "crawler.rebuild.scrub", "crawler.rebuild.derive"]
)
def test_a_withdrawal_that_was_killed_is_finished_by_the_next_crawl(
    stage: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = []

    def killed(*_: object) -> int:
        stopped.append(stage)
        (data / "captures" / "halb.warc.gz.new").write_bytes(SECRET.encode())
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(stage, killed)
        assert _withdraw(data, "--yes").exit_code != 0
    assert stopped
    _record(data, first=False)
    assert not _holding(data, *WORDS)
    again = _withdraw(data, "--yes")
    assert (again.exit_code, "already" in again.output) == (2, True)


def test_shielding_what_was_shielded_changes_nothing(data: Path) -> None:
    _withdraw(data, "--yes")
    from archive.db import connect
    from archive.withdrawals import withdrawn

    known = withdrawn(connect(data / "archive.db"))
    observations = [e.observation for e in read(data / "captures") if isinstance(e, Logged)]
    assert all(shield(each, known, Readers()).observation is each for each in observations)
    removed = [each for each in observations if isinstance(each, Note) and each.topic == "removed"]
    assert len(removed) == 3, "two versions of the release and its copy"


def test_others_are_left_alone_when_asked_but_never_the_same_text(data: Path) -> None:
    done = _withdraw(data, "--yes", "--keep-others")
    assert done.exit_code == 0
    assert query(data, "SELECT count(*) FROM releases WHERE text LIKE ?", f"%{SECRET}%") == [(1,)]
    assert query(data, "SELECT count(*) FROM releases") == [(2,)]


def test_it_asks_and_says_how_to_go_on_without_a_terminal(data: Path) -> None:
    before = rows_hash(data)
    told = _withdraw(data)
    assert (told.exit_code, "--yes" in told.output) == (2, True)
    assert rows_hash(data) == before
    unknown = _withdraw(data, "--yes", url="https://k.example/nie")
    assert (unknown.exit_code, "no release" in unknown.output) == (2, True)
    assert (
        CliRunner().invoke(main, ["withdraw", "1", "--reason", "laune", "--data", str(data)]).exit_code == 2
    )
    lock = Lock(data)
    assert _withdraw(data, "--yes").exit_code == 4
    lock.release()


@pytest.mark.parametrize("stage", ["crawler.takedown.Log.append", "crawler.takedown.State.forget"])
def test_a_disk_without_room_is_told(stage: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        with writing() if "State" in stage else nullcontext():
            raise OSError(errno.ENOSPC, "x")

    monkeypatch.setattr(stage, full)
    told = _withdraw(data, "--yes")
    assert (told.exit_code, "make room" in told.output) == (1, True)


@pytest.mark.parametrize(
    "url",
    [COPY, f"{COPY}/?utm_source=x", str(release_id(COPY)), f"https://wir.example/meldung/{release_id(COPY)}"],
)
def test_a_release_is_found_by_any_spelling_of_its_address_and_by_its_id(url: str, data: Path) -> None:
    told = _withdraw(data, "--noindex", url=url)
    assert (told.exit_code, f"{release_id(COPY)}  Kreis l: Ein Urteil" in told.output) == (2, True)


def test_exports_that_were_made_before_are_named(data: Path) -> None:
    line = {"at": "2026-01-06T00:00:00Z", "folder": "/srv/export", "sha256": "ab" * 32}
    (data / "exports.jsonl").write_text(f"kaputt\n{json.dumps(line)}\n")
    number = str(release_id(f"{HOME}/presse/urteil"))
    done = _withdraw(data, "--yes", url=number)
    assert done.exit_code == 0
    assert "/srv/export" in done.output
    assert not _holding(data, SECRET)


def test_of_many_releases_on_one_page_only_the_withdrawn_one_goes(tmp_path: Path) -> None:
    others = "".join(f"<h2>Meldung Nummer {n} des Kreises</h2><p>1{n}.01.2026</p>{OTHER}" for n in range(4))
    whole = html_page("Presse", f"<div>{others}<h2>{TITLE}</h2><p>05.01.2026</p>{TEXT}</div>")
    data = tmp_path / "data"
    _record(data, _page(f"{HOME}/presse", whole, "listing"), first=False)
    ((number,),) = query(data, "SELECT id FROM releases WHERE title = ?", TITLE)
    assert _withdraw(data, "--yes", url=str(number)).exit_code == 0
    _record(data, _page(f"{HOME}/presse", whole, "listing"),
            _page("https://l.example/presse", whole, "listing", "kreis-l"), first=False)  # fmt: skip
    assert not _holding(data, *WORDS)
    assert query(data, "SELECT source_id, count(*) FROM releases GROUP BY 1") == [
        ("kreis-k", 4),
        ("kreis-l", 4),
    ]


def test_releases_without_text_are_not_the_same_text(tmp_path: Path) -> None:
    data = tmp_path / "data"
    _record(
        data,
        *(_release(f"{HOME}/{n}", f"Bild {n} des Tages", f"<p>Foto {n}</p>") for n in range(3)),
        first=False,
    )
    known = query(data, "SELECT count(*) FROM releases")[0][0]
    told = _withdraw(data, "--yes", url=f"{HOME}/1")
    assert (told.exit_code, query(data, "SELECT count(*) FROM releases")[0][0]) == (0, known - 1), told.output


def test_files_go_with_the_release_but_not_those_that_others_have(tmp_path: Path) -> None:
    data = tmp_path / "data"
    own, shared = pdf([SECRET]), pdf(["Der Lageplan des Kreishauses mit allen Eingängen und Fluren."])
    plan = '<li><a href="/plan.pdf">Lageplan</a></li>'
    links = f'<ul><li><a href="/urteil.pdf">Urteil</a></li>{plan}</ul>'

    def file(path: str, body: bytes) -> Page:
        return Page(
            "", "", "kreis-k", "file", "", f"{HOME}{path}", 200, (("Content-Type", "application/pdf"),), body
        )

    pages = (_release(f"{HOME}/presse/urteil", TITLE, TEXT, extra=links),
             _release(f"{HOME}/presse/strasse", "Neue Decke für die Kreisstraße", f"{OTHER}<ul>{plan}</ul>"),
             file("/urteil.pdf", own), file("/plan.pdf", shared))  # fmt: skip
    _record(data, *pages, first=False)
    assert len(query(data, "SELECT 1 FROM attachments WHERE text IS NOT NULL")) == 3
    assert _withdraw(data, "--yes").exit_code == 0
    _record(
        data,
        file("/urteil.pdf", own),
        file("/anderswo.pdf", own),
        file("/drittens.pdf", pdf(["", SECRET])),
        first=False,
    )
    bodies = [e.observation.body for e in read(data / "captures")
              if isinstance(e, Logged) and isinstance(e.observation, Page) and e.observation.role == "file"]  # fmt: skip
    assert bodies == [shared]
    assert query(data, "SELECT text FROM attachments") == [
        ("Der Lageplan des Kreishauses mit allen Eingängen und Fluren.",)
    ]


NAME = "Ottokar Wendelstein"


def test_words_are_blackened_in_every_version_and_stay_black(data: Path, tmp_path: Path) -> None:
    for words in (NAME, "Wendelstein"):
        ((text,),) = query(data, "SELECT text FROM releases WHERE url LIKE '%urteil'")
        start = text.index(words)
        told = _withdraw(data, "--yes", "--redact", f"{start + 2}:{start + len(words) - 2}")
        assert (told.exit_code, f"„{words}“" in told.output) == (0, True), (
            "whole words, whatever part is named"
        )
    _record(data)
    rows = query(
        data,
        "SELECT v.title, v.text FROM revisions v JOIN releases r ON r.id = release_id WHERE url LIKE '%urteil'",
    )
    assert len(rows) == 4, "as often as the number changed in two crawls; blackening is no version"
    assert all("Wendelstein" not in title + text and "█████" in text for title, text in rows)
    assert query(data, "SELECT DISTINCT title FROM sightings WHERE key LIKE '%urteil'") == [
        ("Urteil gegen █████ gefallen",)
    ]
    assert "Ottokar" in query(data, "SELECT text FROM releases WHERE title LIKE 'Der Kreistag%'")[0][0], (
        "another release"
    )
    before = rows_hash(data)
    rebuild(data)
    assert rows_hash(data) == before
    nothing = _withdraw(data, "--yes", "--redact", "9000:9010")
    assert (nothing.exit_code, "no word" in nothing.output) == (2, True)


def test_what_is_hidden_stays_at_its_address_and_is_in_no_list(data: Path) -> None:
    assert _withdraw(data, "--yes", "--noindex").exit_code == 0
    found = CliRunner().invoke(main, ["search", "Amtsgericht", "--json", "--data", str(data)])
    assert [each["url"] for each in json.loads(found.stdout)] == [COPY], "the copy is another release"
    site = build(data)
    number = release_id(f"{HOME}/presse/urteil")
    page = asyncio.run(site.client.get(f"/meldung/{number}"))
    assert (page.status_code, page.headers["x-robots-tag"]) == (200, "noindex")
    raw = asyncio.run(site.client.get(f"/archive/releases/{number}"))
    assert (raw.status_code, raw.headers["x-robots-tag"]) == (200, "noindex")
    told = [
        asyncio.run(site.client.get(path)).text
        for path in ("/behoerde/kreis-k", f"/meldung/{release_id(COPY)}")
    ]
    told.append(asyncio.run(site.client.post("/wortlaut", data={"text": SECRET})).text)
    assert f"/meldung/{release_id(COPY)}" in told[-1]
    assert not any(f"/meldung/{number}" in each for each in told)
    before = rows_hash(data)
    rebuild(data)
    assert rows_hash(data) == before


def test_the_website_says_that_something_was_withdrawn_and_nothing_else(data: Path) -> None:
    _withdraw(data, "--yes")
    page = asyncio.run(build(data).client.get(f"/meldung/{release_id(f'{HOME}/presse/urteil')}"))
    assert page.status_code == 410
    assert "personenbezogene Daten" in page.text
    assert not any(word in page.text for word in (*WORDS, "kreis-k", "Kreis k"))


GONE = Withdrawn(dict.fromkeys(hashes_of(f"{HOME}/presse/urteil"), 1))
SHORT_TEXT = "<p>Das Kreishaus bleibt am Freitag wegen einer Übung der Feuerwehr den ganzen Tag für alle geschlossen.</p>"


def _shown(page: Page) -> str:
    shielded = shield(page, GONE, Readers()).observation
    assert isinstance(shielded, Page)
    return shielded.body.decode()


@pytest.mark.parametrize("around", [
    "<p>Wir haben über das <a href=/presse/urteil>Urteil</a> schon berichtet.</p>",
    f'<p>Mehr dazu: <a href="/presse/urteil">{TITLE}</a></p>', f'<div><a href="/presse/urteil">{TITLE}</a><p>{SHORT}</p></div>',
    f'<p><a href="/presse/urteil"><span>{TITLE}</span></a></p>',
])  # fmt: skip
@pytest.mark.parametrize("text", [OTHER, SHORT_TEXT])
def test_a_release_that_links_to_it_keeps_its_own_words(around: str, text: str) -> None:
    page = _release(f"{HOME}/presse/andere", "Eine Meldung ganz anderer Art", f"{text}{around}")
    shown = _shown(page)
    assert text in shown
    assert "/presse/urteil" not in shown
    assert TITLE not in shown


LISTS = {
    "buttons": '<div class=eintrag><h3>{}</h3><p>Mit einem Vorspann dazu.</p><a href="{}">mehr</a></div>',
    "headings": '<h3><a href="{1}">{0}</a></h3><p>Mit einem Vorspann dazu.</p>',
    "rows": '<tr><td>05.01.2026</td><td><a href="{1}">{0}</a></td><td>Vorspann</td></tr>',
    "terms": '<dt><a href="{1}">{0}</a></dt><dd>Mit einem Vorspann dazu.</dd>',
}


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("others", [0, 1, 5])
def test_only_its_own_entry_leaves_a_list(kind: str, others: int) -> None:
    entries = [
        (TITLE, "/presse/urteil"),
        *((f"Eine andere Meldung Nummer {n}", f"/presse/{n}") for n in range(others)),
    ]
    box = {"rows": "<table>{}</table>", "terms": "<dl>{}</dl>"}.get(kind, "<div>{}</div>")
    body = box.format(
        "".join(LISTS[kind].format(*entry) for entry in entries[1:2] + entries[:1] + entries[2:])
    )
    pager = "<nav><a href=/presse?seite=2>Ältere Meldungen</a></nav>"
    shown = _shown(_page(f"{HOME}/presse", html_page("Presse", f"<h1>Presse</h1>{body}{pager}"), "listing"))
    assert "/presse/urteil" not in shown
    assert TITLE not in shown
    assert all(f">{title}<" in shown and f'"{path}"' in shown for title, path in entries[1:])
    assert shown.count("Vorspann") == others
    assert "Ältere Meldungen" in shown


def test_a_packed_sitemap_leads_there_no_more_and_else_stays_as_it_came() -> None:
    def packed(*paths: str) -> Page:
        locs = "".join(f"<url><loc>{HOME}{path}</loc></url>" for path in paths)
        page = _page(f"{HOME}/karte.xml.gz", "", "sitemap", media="application/octet-stream")
        return replace(page, body=gzip.compress(f"<urlset>{locs}</urlset>".encode()))

    other = packed("/presse/andere")
    assert shield(other, GONE, Readers()).observation is other
    shown = shield(packed("/presse/andere", "/presse/urteil"), GONE, Readers()).observation
    assert isinstance(shown, Page)
    inside = gzip.decompress(shown.body).decode()
    assert "/presse/andere" in inside
    assert "/presse/urteil" not in inside


@pytest.mark.parametrize("body", [
    b"", b"{", b"\xff\xfe\x00", b"<rss><item><link>http://[x</link></item>", b"[" * 5000, gzip.compress(b"<urlset>", mtime=0)[:-9], b"\x1f\x8bx", b"<a href='http://[x'>x</a>" * 3,
    b'{"url": "http://[x", "a": [null, 1]}', b"<div>" * 5000 + b"<p>" + SECRET.encode(), b"<!-- " + b"\\u12" * 9,
])  # fmt: skip
@pytest.mark.parametrize("role", ["listing", "feed", "sitemap", "release"])
def test_hostile_pages_are_shielded_without_a_fault(body: bytes, role: Role) -> None:
    known = Withdrawn(dict.fromkeys(text_hashes(SECRET), 1), (Span(hashes_of(f"{HOME}/x"), 2, "ab"),))
    for media in ("text/html", "application/json", "application/pdf", "text/xml"):
        shielded = shield(
            Page("", "", "k", role, "", f"{HOME}/x", 200, (("Content-Type", media),), body), known, Readers()
        )
        assert b"heimlich belauscht" not in getattr(shielded.observation, "body", b"")
