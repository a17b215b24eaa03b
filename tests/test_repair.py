"""A source that broke: what moved is named, the entry that makes it work is proposed, and no release loses its id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from drills import LOOKS, dressed
from loopback import Answer, Site, release, serve
from support import kreispresse, query
from world.styles import unknown
from world.styles.base import Style

from archive.model import Hints, Page
from crawler.advice import next_step
from crawler.cli import main
from crawler.moved import Shape, moved
from crawler.recorder import Recorder
from crawler.repair import diagnose
from crawler.sources import Source, load
from crawler.stored import Crawled, History, Met, history
from crawler.survey import Look, read_list
from crawler.trial import trial

TODAY = date(2026, 11, 22)
HOST = "https://www.kreis.example"
OK, FAILED = (
    Crawled("a", "2026-11-09T02:00:00Z", "ok", None),
    Crawled("b", "2026-11-17T02:00:00Z", "failed", "answered 404"),
)


def _page(answer: Answer, url: str, family: str = "") -> Page:
    body = answer.body if isinstance(answer.body, bytes) else str(answer.body).encode()
    headers = (("Content-Type", answer.type),)
    return Page("2026-11-09T02:00:00Z", "", "amt", "listing", family, url, answer.status, headers, body)


def _list(style: Style, host: str = HOST) -> Page:
    style.address = host
    return _page(style.list_page(1), host + style.press)


def _release(style: Style, host: str = HOST) -> Page:
    return _page(style.detail_page(style.items[0]), host + style.url(style.items[0]))


def _source(style: Style, **more: Any) -> Source:
    return Source("amt", "Amt", "behoerde", "XX", f"{HOST}/", HOST + style.press, **more)


def _look(source: Source, style: Style, host: str = HOST, *, via: bool = False) -> Look:
    page = replace(_list(style, host), via=(source.press,) if via else ())
    return Look(
        source,
        read_list(page, source),
        home=_page(Answer("<p>Start</p>"), f"{host}/"),
        release=_release(style, host),
    )


def _history(old: Style, titles: Iterable[str], bad: Crawled | None = FAILED) -> History:
    met = Met(bad, _page(Answer("", 404), HOST + old.press), None) if bad else None
    return History(Met(OK, _list(old), _release(old)), met, frozenset(titles))


def _titles(style: Style) -> list[str]:
    return [item.title for item in style.items]


PLAIN = dressed(Style, "plain")
BARE = '<li><h3><a href="{{ s.url(i) }}">{{ i.title }}</a></h3></li>'


@pytest.mark.parametrize(("now", "host", "named"), [
    (PLAIN, HOST, set()),
    (PLAIN, "https://kreis.example.net", {"domain"}),
    (PLAIN, "http://www.kreis.example", {"protocol"}),
    (dressed(Style, "a", PLAIN, press="/aktuelles/presse"), HOST, {"press page"}),
    (dressed(Style, "b", PLAIN, pager_url="/presse/blatt-{k}.html"), HOST, {"pager"}),
    (dressed(Style, "c", PLAIN, detail_url="/meldung/{i.day.year}/{i.n}"), HOST, {"releases at"}),
    (dressed(Style, "d", PLAIN, row=BARE), HOST, {"days"}),
    (dressed(Style, "e", PLAIN, charset="iso-8859-1", content_type="text/html; charset=iso-8859-1"), HOST, {"charset"}),
    (dressed(Style, "f", PLAIN, generator="TYPO3 CMS"), HOST, {"family", "day of a release"}),
    (dressed(Style, "g", PLAIN, listing="<h1>Presse</h1>{{ pager }}"), HOST, {"list"}),
])  # fmt: skip
def test_what_moved_is_named_and_nothing_else(now: Style, host: str, named: set[str]) -> None:
    source = _source(PLAIN)
    before = Shape(read_list(_list(PLAIN), source), _release(PLAIN))
    after = Shape(read_list(_list(now, host), source), _release(now, host))
    assert {each.what for each in moved(before, after)} - {"day of a release"} == named - {"day of a release"}


@pytest.mark.parametrize("was", LOOKS)
@pytest.mark.parametrize("will", LOOKS)
def test_the_new_look_is_proposed_once_with_the_old_one_as_earlier(was: str, will: str) -> None:
    old = dressed(LOOKS[was], "amt")
    new = dressed(LOOKS[will], "amt", old)
    source = _source(old, family=None if was == "generic" else was)
    said = diagnose(_look(source, new, via=was != will), source, _history(old, _titles(old)), TODAY)
    if was == will:
        assert said.changed == {}
        return
    since = [{"family": will, "until": TODAY}] if source.family else []
    assert said.changed["earlier"] == [{"family": was, "until": date(2026, 11, 16)}, *since]
    named = {} if was == "generic" else {"family": None if will == "generic" else will}
    assert {key: value for key, value in said.changed.items() if key in ("press", "family")} == {
        "press": HOST + new.press,
        **named,
    }
    written = replace(
        _source(new, **named),
        earlier=tuple((each["family"], str(each["until"])) for each in said.changed["earlier"]),
    )
    again = diagnose(_look(written, new), written, _history(old, _titles(old)), TODAY)
    assert (again.changed, said.doubt) == ({}, None)


def test_without_a_folder_the_old_look_ends_yesterday() -> None:
    old, new = dressed(LOOKS["typo3"], "amt"), dressed(LOOKS["drupal"], "amt")
    source = _source(old, family="typo3")
    said = diagnose(_look(source, new), source, None, TODAY)
    assert said.changed["earlier"][0] == {"family": "typo3", "until": date(2026, 11, 21)}
    assert (said.then, said.now, said.known) == ([], [], 0)


def test_a_strange_site_is_only_believed_when_it_is_named() -> None:
    new = dressed(unknown.Cards, "fremd")
    source = _source(PLAIN)
    told = _history(PLAIN, _titles(PLAIN))
    look = _look(source, new, "https://spiele.example", via=True)
    assert "names no release that is known" in (diagnose(look, source, told, TODAY).doubt or "")
    named = replace(source, homepage="https://spiele.example/", press=f"https://spiele.example{new.press}")
    said = diagnose(_look(named, new, "https://spiele.example"), source, told, TODAY)
    assert (said.doubt, said.changed["press"], said.changed["homepage"]) == (
        None,
        named.press,
        named.homepage,
    )
    moved_along = dressed(unknown.Cards, "amt", PLAIN)
    along = diagnose(_look(source, moved_along, "https://spiele.example", via=True), source, told, TODAY)
    assert (along.doubt, along.known) == (None, moved_along.size)


def test_a_list_of_other_things_is_not_said_to_fit() -> None:
    source, told = _source(PLAIN), _history(PLAIN, _titles(PLAIN), None)
    fits, strange = (
        diagnose(_look(source, style), source, told, TODAY) for style in (PLAIN, dressed(Style, "fremd"))
    )
    assert (fits.changed, strange.changed) == ({}, {})
    assert "the entry fits the site" in next_step(fits, None, written=False)
    assert "no release that is known" in next_step(strange, None, written=False)


HOSTILE = {
    "PDF": Answer(b"%PDF-1.7\0\xff", type="application/pdf"), "nothing": Answer(b""), "noise": Answer(bytes(range(256)) * 40),
    "deep": Answer("<div>" * 5000 + "<a href='http://[x'>Presse</a>"), "JSON": Answer("{" * 500, type="application/json"),
    "refusal": Answer("nein", 403), "outage": Answer("", 503),
}  # fmt: skip


@pytest.mark.parametrize("shown", HOSTILE)
def test_no_answer_breaks_a_diagnosis_or_leads_to_a_proposal(shown: str) -> None:
    source = _source(PLAIN, family="typo3")
    page = _page(HOSTILE[shown], source.press)
    told = _history(PLAIN, _titles(PLAIN))
    said = diagnose(Look(source, read_list(page, source), release=page), source, told, TODAY)
    assert (said.changed, said.asked) == ({}, [])
    met = replace(told, good=Met(OK, page, page))
    assert diagnose(_look(source, PLAIN), source, met, TODAY).look.list is not None


def _crawl(data: Path, entry: dict[str, Any], status: str, *pages: Page) -> None:
    recorder = Recorder(data)
    recorder.note("source", "amt", entry)
    for page in pages:
        recorder.page(page)
    counts = dict.fromkeys(
        ("requests", "bytes", "not_modified", "seen", "new", "changed", "gone", "failed"), 0
    )
    error = None if status == "ok" else "answered 404"
    recorder.note("result", "amt", {"status": status, **counts, "error": error, "unfinished": None})
    recorder.finish()


ENTRY = {
    "id": "amt",
    "name": "Amt",
    "kind": "behoerde",
    "land": "XX",
    "homepage": f"{HOST}/",
    "press": f"{HOST}/presse",
}
ITEM = HOST + "/index.php?object=tx,1.2&ModID=7&FID=1.{}.1&NavID={}"


def _item(n: int, navigation: int) -> Page:
    body = release(
        f"Meldung mit der Nummer {n}", f"Fassung {navigation} des Textes steht an dieser Stelle. " * 4
    ).encode()
    return Page(
        "", "", "amt", "release", "", ITEM.format(n, navigation), 200, (), body, hints=Hints("listing")
    )


def test_a_folder_tells_when_it_last_went_well_and_first_did_not(tmp_path: Path) -> None:
    listing, gone = _list(PLAIN), _page(Answer("", 404), f"{HOST}/presse")
    unchanged = replace(listing, status=304, body=b"", conditions=(("If-None-Match", "x"),))
    for status, *pages in (
        ("failed", gone),
        ("ok", listing, _item(1, 3)),
        ("ok", unchanged),
        ("failed", gone),
        ("failed", gone),
    ):
        _crawl(tmp_path, ENTRY, status, *pages)
    known = history(tmp_path, "amt")
    assert known is not None
    assert known.good is not None
    assert known.bad is not None
    assert known.titles == {"Meldung mit der Nummer 1"}
    assert (known.good.crawled.status, known.good.listing and known.good.listing.body) == ("ok", listing.body)
    assert (known.bad.crawled.status, known.bad.listing and known.bad.listing.status) == ("failed", 404)
    assert known.good.crawled.at < known.bad.crawled.at
    crawls = [at for (at,) in query(tmp_path, "SELECT started_at FROM crawls ORDER BY started_at")]
    assert [known.good.crawled.at, known.bad.crawled.at] == crawls[2:4]
    assert history(tmp_path, "other") is None
    assert history(tmp_path / "nowhere", "amt") is None


def test_a_trial_tells_what_would_read_otherwise_and_touches_nothing(tmp_path: Path) -> None:
    _crawl(tmp_path, ENTRY, "ok", *(_item(n, navigation) for n in range(3) for navigation in (3, 4)))
    before = _hashes(tmp_path)
    source = Source("amt", "Amt", "behoerde", "XX", f"{HOST}/", f"{HOST}/presse")
    same = trial(tmp_path / "captures", source, [{"family": "generic", "until": "2099-12-31"}])
    assert (same.observations, same.before, same.after, same.lost, same.compared.changed) == (10, 6, 6, 0, 0)
    joined = trial(tmp_path / "captures", source, [{"family": "ikiss", "until": "2099-12-31"}])
    assert (joined.before, joined.after, joined.lost, joined.compared.changed) == (6, 3, 0, 3), (
        "ids of one release lead to it"
    )
    assert _hashes(tmp_path) == before


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_diagnosis_says_what_moved_and_writes_the_entry(site: Site, tmp_path: Path) -> None:
    titles = ["Radweg an der Aue ist fertig", "Neue Busse fahren im Kreis", "Haushalt im Kreistag beraten"]
    site.add_releases(titles, listing="/neu")
    site.pages["/"] = '<html><body><a href="/neu">Pressemitteilungen</a></body></html>'
    with serve() as dead:
        away = dead.entry("weg")
    entry = {**site.entry("amt"), "family": "typo3"}
    rows = "".join(
        f'<li class="news-list-item">5.1.2026 <a href="/m/{n}">{title}</a></li>'
        for n, title in enumerate(titles)
    )
    old = _page(
        Answer(f'<html><body><div class="news-list"><ul>{rows}</ul></div></body></html>'),
        entry["press"],
        family="typo3",
    )
    shown = [
        Page(
            "",
            "",
            "amt",
            "release",
            "typo3",
            f"{site.address}/m/{n}",
            200,
            (),
            release(title).encode(),
            hints=Hints("listing"),
        )
        for n, title in enumerate(titles)
    ]
    _crawl(tmp_path, entry, "ok", old, *shown)
    _crawl(tmp_path, entry, "failed", _page(Answer("", 404), entry["press"], family="typo3"))
    file = tmp_path / "r.json"
    file.write_text(json.dumps([entry, away]), "utf-8")
    before = _hashes(tmp_path / "captures")
    done = kreispresse(
        "sources", "diagnose", "amt", "weg", "--write", "--sources", str(file), "--data", str(tmp_path)
    )
    moved_, down = done.stdout.split("\n\n")
    for line in (
        "moved then   answer: answers 200 → answers 404", "press page: /presse → /neu", "family: typo3 → generic",
        "releases at: /m/… → /presse/…", "known        3 of 3 titles", f"press: {site.address}/neu", "without family",
        "3 releases before, 3 after, every id kept, none reads otherwise", "it is in the register now; then 'kreispresse crawl amt --full'",
    ):  # fmt: skip
        assert line in moved_, done.stdout
    assert "nothing is compared" in down
    assert "try again later, or name its new address" in down
    written, untouched = json.loads(file.read_text("utf-8"))
    assert (written["press"], "family" in written, untouched) == (f"{site.address}/neu", False, away)
    assert [look["family"] for look in written["earlier"]] == ["typo3", "generic"]
    assert _hashes(tmp_path / "captures") == before
    load([file])


@pytest.mark.parametrize(("arguments", "told"), [
    (("a", "--to", "presse"), "no complete address"),
    (("a", "b", "--to", "https://k.example/"), "--to is for one source"),
    (("a", "--data", "{}"), "make it again with 'kreispresse rebuild"),
    ((), "Missing argument"),
])  # fmt: skip
def test_wrong_usage_is_told_before_anybody_is_asked(
    arguments: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    (tmp_path / "archive.db").write_text(
        "no database, though long enough to be none of these empty files" * 20, "utf-8"
    )
    entries = [{**ENTRY, "id": id_, "press": f"{HOST}/{id_}"} for id_ in ("a", "b")]
    (tmp_path / "r.json").write_text(json.dumps(entries), "utf-8")
    filled = [each.format(tmp_path) for each in arguments]
    done = CliRunner().invoke(main, ["sources", "diagnose", *filled, "--sources", str(tmp_path / "r.json")])
    assert (done.exit_code, told in done.output) == (2, True), done.output


def test_a_candidate_without_addresses_gets_those_that_somebody_names() -> None:
    source = Source("amt", "Amt", "behoerde", "XX", status="candidate", reason="no press page known")
    named = replace(source, homepage=f"{HOST}/", press=HOST + PLAIN.press)
    changed = diagnose(_look(named, PLAIN), source, None, TODAY).changed
    assert (changed["press"], changed["homepage"]) == (HOST + PLAIN.press, f"{HOST}/")
    assert "look at its releases, then remove status and reason" in changed["reason"]
