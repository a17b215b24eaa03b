"""What one observation makes of the rows: new, changed, the same, gone and back."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

import archive
from archive.db import Archive, connect
from archive.migrations import STEPS, migrate
from archive.model import Address, Attachment, Hints, Image, Note, Page, Release, Sighting, Text, release_id
from archive.presence import missing, unchanged
from archive.save import save, sighted

SOURCE = {"id": "kreis-probe", "name": "Kreis Probe", "kind": "kreis", "land": "XX", "homepage": "https://k.example/",
          "press": "https://k.example/presse"}  # fmt: skip
WORDS = Text(
    "Radweg fertig",
    None,
    "Der Radweg an der Aue ist fertig. Der Landrat hat ihn am Montag mit vielen Gästen eröffnet und allen gedankt,"
    " die daran gearbeitet haben.",
    published_on="2026-01-05",
    published_from="date",
)


@pytest.fixture
def opened(tmp_path: Path) -> Archive:
    made = Archive(tmp_path / "archive.db")
    made.note(Note(at(0), "c1", "crawl", data={"software": "x", "complete": False, "gone_after_hours": 24}))
    made.note(Note(at(0), "c1", "source", "kreis-probe", SOURCE))
    return made


def at(hour: int) -> str:
    return f"2026-02-{1 + hour // 24:02}T{hour % 24:02}:00:00.000000Z"


def page(hour: int, url: str = "https://k.example/1", hints: Hints | None = None) -> Page:
    return Page(at(hour), "c1", "kreis-probe", "release", "generic", url, 200, hints=hints or Hints())


def address(url: str) -> Address:
    return Address(url, url.removeprefix("https://"))


def release(text: Text = WORDS, url: str = "https://k.example/1", *via: str, claimed: str = "") -> Release:
    return Release(address(url), text, tuple(map(address, via)), address(claimed) if claimed else None)


def rows(db: Database, sql: str, *values: object) -> list[tuple[object, ...]]:
    return list(db.execute(sql, list(values)).fetchall())


def test_a_new_release_gets_the_id_of_its_first_address(opened: Archive) -> None:
    known, change = save(opened.db, page(1, hints=Hints("feed", "Radweg", "2026-01-05")), release())
    assert (known, change) == (release_id("https://k.example/1"), "new")
    assert rows(opened.db, "SELECT title, words, extractor FROM releases") == [
        ("Radweg fertig", 24, archive.extractor())
    ]
    assert rows(opened.db, "SELECT channel FROM release_sources") == [("feed",)]


def test_saving_again_changes_nothing_but_last_seen(opened: Archive) -> None:
    save(opened.db, page(1), release())
    assert save(opened.db, page(2), release())[1] == "same"
    assert rows(opened.db, "SELECT last_seen_at, changed_at FROM releases") == [(at(2), None)]
    assert rows(opened.db, "SELECT count(*) FROM revisions") == [(1,)]


def test_a_to_b_to_a_is_three_revisions(opened: Archive) -> None:
    other = replace(WORDS, text="Der Radweg an der Aue ist fast fertig.")
    changes = [save(opened.db, page(n), release(text))[1] for n, text in enumerate([WORDS, other, WORDS])]
    assert changes == ["new", "changed", "changed"]
    assert [row[0] for row in rows(opened.db, "SELECT text FROM revisions ORDER BY seen_at")] == [
        WORDS.text, other.text, WORDS.text,
    ]  # fmt: skip
    assert rows(opened.db, "SELECT text, changed_at FROM releases") == [(WORDS.text, at(2))]


def test_caption_and_attachment_are_part_of_a_version(opened: Archive) -> None:
    save(opened.db, page(1), release())
    pictured = replace(WORDS, images=(Image("https://k.example/a.jpg", "Die Brücke", "Kreis"),),
                       attachments=(Attachment("https://k.example/a.pdf", "Plan", "application/pdf"),))  # fmt: skip
    assert save(opened.db, page(2), release(pictured))[1] == "changed"
    assert rows(opened.db, "SELECT caption, credit FROM images") == [("Die Brücke", "Kreis")]
    assert rows(opened.db, "SELECT url, title FROM attachments") == [("https://k.example/a.pdf", "Plan")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'Er sagte: "Wir - und alle - warten 10 Jahre ..."',
            "Er sagte: »Wir – und alle – warten 10\u00a0Jahre …«",
        ),
        ("Kosten: 15 %, z. B. für Löhne.\n\nMehr folgt.", "Kosten: 15%, z.B. für Löhne. Mehr folgt."),
    ],
)
def test_another_typesetting_is_no_change(opened: Archive, before: str, after: str) -> None:
    save(opened.db, page(1), release(replace(WORDS, text=before)))
    assert save(opened.db, page(2), release(replace(WORDS, text=after)))[1] == "same"


def test_a_lead_that_becomes_a_paragraph_is_no_change(opened: Archive) -> None:
    save(opened.db, page(1), release(replace(WORDS, teaser="Endlich.")))
    joined = replace(WORDS, teaser=None, text=f"Endlich.\n\n{WORDS.text}")
    assert save(opened.db, page(2), release(joined))[1] == "same"


def test_how_a_file_is_asked_for_is_no_change_and_what_was_read_of_it_stays(opened: Archive) -> None:
    files = [
        Attachment(url, "Plan", "application/pdf")
        for url in ("http://k.example/a.pdf?v=1a", "https://www.k.example/a.pdf?v=9f")
    ]
    save(opened.db, page(1), release(replace(WORDS, attachments=(files[0],))))
    opened.db.execute("UPDATE attachments SET sha256 = 'ab', text = 'Plan'")
    assert save(opened.db, page(2), release(replace(WORDS, attachments=(files[1],))))[1] == "same"
    edited = replace(WORDS, text="Der Radweg ist gesperrt.", attachments=(files[1],))
    assert save(opened.db, page(3), release(edited))[1] == "changed"
    assert rows(opened.db, "SELECT url, sha256 FROM attachments") == [(files[1].url, "ab")]


def test_files_that_differ_only_in_what_may_be_against_caches_stay_two(opened: Archive) -> None:
    files = [
        Attachment(f"https://k.example/holen.php?v={n}", f"Plan {n}", "application/pdf") for n in range(3)
    ]
    known, _ = save(opened.db, page(1), release(replace(WORDS, attachments=tuple(files[:2]))))
    for n in (0, 1):
        opened.db.execute(
            "UPDATE attachments SET sha256 = ?, text = '' WHERE url = ?", [f"{n}", files[n].url]
        )
    edited = replace(WORDS, text="Der Radweg ist gesperrt.", attachments=tuple(files))
    assert save(opened.db, page(2), release(edited)) == (known, "changed")
    assert rows(opened.db, "SELECT sha256 FROM attachments ORDER BY n") == [("0",), ("1",), (None,)]


def test_a_relaunch_with_another_typesetting_makes_no_second_release(opened: Archive) -> None:
    plain = replace(WORDS, title='"Radweg" - fertig')
    known, _ = save(opened.db, page(1), release(plain))
    url = "https://k.example/neu/radweg"
    typeset = replace(WORDS, title="„Radweg“ – fertig")
    assert save(opened.db, page(2, url), release(typeset, url)) == (known, "same")


@pytest.mark.parametrize("listed_first", [True, False])
@pytest.mark.parametrize(
    "edited",
    [
        replace(WORDS, title="Radweg: Landrat dankt"),
        replace(WORDS, text=f"{WORDS.text} Er kostete 3 Millionen."),
    ],
)
def test_what_is_changed_in_moving_is_told_of_one_release(
    opened: Archive, edited: Text, *, listed_first: bool
) -> None:
    """The list leads to the new address before the old one is asked again, or the old one is asked first."""
    old, new = "https://k.example/1", "https://k.example/neu"
    known, _ = save(opened.db, page(1), release())
    if listed_first:
        save(opened.db, page(2, new), release(edited, new))
    told = save(opened.db, page(3, new), release(edited, new, old))
    assert told == (known, "changed")
    assert save(opened.db, page(4, new), release(edited, new, old)) == (known, "same")
    seen = at(2 if listed_first else 3)
    assert rows(opened.db, "SELECT title, text, changed_at FROM releases") == [
        (edited.title, edited.text, seen)
    ]
    assert rows(opened.db, "SELECT seen_at FROM revisions ORDER BY 1") == [(at(1),), (seen,)]


@pytest.mark.parametrize("missed_first", [True, False])
def test_a_release_that_moved_without_redirect_is_shown_where_it_is(
    opened: Archive, *, missed_first: bool
) -> None:
    old, new = "https://k.example/1", "https://k.example/neu"
    save(opened.db, page(1), release())
    steps = [lambda: missing(opened.db, page(2), address(old).key, certain=False),
             lambda: save(opened.db, page(3, new), release(WORDS, new))]  # fmt: skip
    for step in steps if missed_first else steps[::-1]:
        step()
    assert rows(opened.db, "SELECT url FROM releases") == [(new,)]


def test_a_second_address_that_comes_to_redirect_is_no_change(opened: Archive) -> None:
    first, second = "https://k.example/1", "https://k.example/druck/1"
    known, _ = save(opened.db, page(1), release())
    twin = replace(WORDS, text=WORDS.text + " Mehr im Internet.")
    for hour in (2, 3):
        save(opened.db, page(hour, second), release(twin, second, claimed=first))
    assert save(opened.db, page(4, first), release(WORDS, first, second)) == (known, "same")


def test_two_addresses_that_differ_for_ever_are_no_changes(opened: Archive) -> None:
    """A copy of a release under a second address may read a little otherwise: that is not the release changing."""
    twin = replace(WORDS, text=WORDS.text + " Mehr im Internet.")
    known, _ = save(opened.db, page(1), release())
    for hour in (2, 3, 4):
        again = save(
            opened.db,
            page(hour, "https://k.example/druck/1"),
            release(twin, "https://k.example/druck/1", claimed="https://k.example/1"),
        )
        assert again == (known, "same")
    edited = replace(twin, text="Der Radweg ist gesperrt.")
    changed = save(
        opened.db,
        page(5, "https://k.example/druck/1"),
        release(edited, "https://k.example/druck/1", claimed="https://k.example/1"),
    )
    assert changed == (known, "changed")


def test_a_claimed_address_counts_only_with_the_same_title(opened: Archive) -> None:
    """Some sites name one canonical address on all their pages."""
    first, _ = save(opened.db, page(1), release(WORDS, claimed="https://k.example/presse"))
    other = replace(WORDS, title="Kita eröffnet", text="Die Kita ist eröffnet.")
    second, change = save(
        opened.db,
        page(2, "https://k.example/2"),
        release(other, "https://k.example/2", claimed="https://k.example/presse"),
    )
    assert change == "new"
    assert first != second


def test_the_same_words_under_a_new_address_are_the_same_release(opened: Archive) -> None:
    known, _ = save(opened.db, page(1), release())
    assert save(opened.db, page(2, "https://neu.k.example/x"), release(WORDS, "https://neu.k.example/x")) == (
        known,
        "same",
    )
    assert rows(
        opened.db,
        "SELECT release_id FROM release_ids WHERE old_id = ?",
        release_id("https://neu.k.example/x"),
    ) == [(known,)]
    assert len(rows(opened.db, "SELECT url FROM release_urls")) == 2


def test_a_lead_set_apart_on_one_site_is_the_first_paragraph_on_another(opened: Archive) -> None:
    lead = "Der neue Radweg verbindet ab Juni drei Gemeinden mit dem Bahnhof und dem Schulzentrum der Kreisstadt."
    apart, within = replace(WORDS, teaser=lead), replace(WORDS, text=f"{lead}\n\n{WORDS.text}")
    known, _ = save(opened.db, page(1), release(apart))
    moved = "https://neu.k.example/x"
    assert save(opened.db, page(2, moved), release(within, moved))[0] == known


def test_two_rows_that_prove_to_be_one_become_one_and_both_ids_work(opened: Archive) -> None:
    first, _ = save(opened.db, page(1), release())
    other = replace(WORDS, published_on="2026-01-06")
    second, change = save(opened.db, page(2, "https://k.example/2"), release(other, "https://k.example/2"))
    assert change == "new"
    both = release(WORDS, "https://k.example/2", "https://k.example/1")
    assert save(opened.db, page(3, "https://k.example/2"), both)[0] == first
    assert rows(opened.db, "SELECT id FROM releases") == [(first,)]
    assert rows(opened.db, "SELECT release_id FROM release_ids WHERE old_id = ?", second) == [(first,)]
    assert rows(opened.db, "SELECT DISTINCT release_id FROM revisions") == [(first,)]
    assert rows(opened.db, "SELECT count(*) FROM releases_fts WHERE releases_fts MATCH 'radweg'") == [(1,)]


def test_a_day_told_by_the_listing_is_kept_when_the_page_is_read_without_it(opened: Archive) -> None:
    listed = replace(WORDS, published_from="listing")
    save(opened.db, page(1, hints=Hints("listing", None, "2026-01-05")), release(listed))
    assert (
        save(opened.db, page(2), release(replace(WORDS, published_on=None, published_from=None)))[1] == "same"
    )
    assert rows(opened.db, "SELECT published_on, published_from FROM releases") == [("2026-01-05", "listing")]


def test_what_is_not_yet_read_comes_with_what_one_channel_said_of_it(opened: Archive) -> None:
    by_feed, by_list = Hints("feed", "Im Feed"), Hints("listing", "In der Liste", "2026-01-05")
    sighted(opened.db, page(1), [Sighting(address("https://k.example/1"), by_feed)])
    sighted(opened.db, page(2), [Sighting(address("https://k.example/2"), Hints("sitemap"))])
    sighted(opened.db, page(3), [Sighting(address("https://k.example/1"), by_list)])
    opened.db.execute("UPDATE sightings SET failures = 2, failed_at = ? WHERE channel = 'feed'", [at(6)])
    assert opened.unread("kreis-probe") == [
        ("https://k.example/1", "k.example/1", by_list, 2, at(6)),
        ("https://k.example/2", "k.example/2", Hints("sitemap"), 0, ""),
    ]


def test_sightings_before_and_after_the_capture_are_credited(opened: Archive) -> None:
    sighted(opened.db, page(1), [Sighting(address("https://k.example/1"), Hints("listing"))])
    save(opened.db, page(2), release())
    sighted(opened.db, page(3), [Sighting(address("https://k.example/1"), Hints("sitemap"))])
    assert rows(opened.db, "SELECT channel, first_seen_at FROM release_sources ORDER BY 1") == [
        ("listing", at(1)), ("sitemap", at(3)),
    ]  # fmt: skip


def test_410_is_gone_at_once_and_what_comes_back_is_recorded(opened: Archive) -> None:
    known, _ = save(opened.db, page(1), release())
    assert missing(opened.db, page(5), "k.example/1", certain=True)
    assert rows(opened.db, "SELECT gone_at FROM releases") == [(at(5),)]
    assert not missing(opened.db, page(6), "k.example/1", certain=True)
    save(opened.db, page(7), release())
    assert rows(opened.db, "SELECT gone_at FROM releases") == [(None,)]
    assert rows(opened.db, "SELECT * FROM absences") == [(known, at(1), at(5), at(5), at(7))]


def test_404_needs_a_second_observation_after_the_wait(opened: Archive) -> None:
    save(opened.db, page(1), release())
    assert not missing(opened.db, page(2), "k.example/1", certain=False)
    assert not missing(opened.db, page(25), "k.example/1", certain=False)
    assert rows(opened.db, "SELECT gone_at FROM releases") == [(None,)]
    assert missing(opened.db, page(26), "k.example/1", certain=False)
    assert rows(opened.db, "SELECT first_missing_at, confirmed_at FROM absences") == [(at(2), at(26))]


def test_not_modified_is_a_sign_of_life(opened: Archive) -> None:
    save(opened.db, page(1), release())
    missing(opened.db, page(2), "k.example/1", certain=False)
    unchanged(opened.db, page(3), "k.example/1")
    assert rows(opened.db, "SELECT back_at FROM absences") == [(at(3),)]
    assert rows(opened.db, "SELECT last_seen_at FROM releases") == [(at(3),)]


def test_a_release_with_a_second_address_is_not_absent(opened: Archive) -> None:
    save(opened.db, page(1), release())
    save(opened.db, page(2, "https://k.example/druck/1"), release(WORDS, "https://k.example/druck/1"))
    assert not missing(opened.db, page(3), "k.example/1", certain=True)
    assert missing(opened.db, page(4), "k.example/druck/1", certain=True)


def test_an_address_nobody_knows_is_missed_by_nobody(opened: Archive) -> None:
    assert not missing(opened.db, page(1), "k.example/unbekannt", certain=True)
    unchanged(opened.db, page(1), "k.example/unbekannt")
    assert rows(opened.db, "SELECT * FROM absences") == []


def test_a_register_entry_may_change(opened: Archive) -> None:
    opened.note(
        Note(at(1), "c1", "source", "kreis-probe", {**SOURCE, "name": "Kreis Neu", "publisher": "kreis-neu"})
    )
    assert rows(opened.db, "SELECT publisher_id FROM sources") == [("kreis-neu",)]
    assert rows(opened.db, "SELECT name FROM publishers WHERE id = 'kreis-neu'") == [("Kreis Neu",)]


def test_an_archive_of_another_extractor_says_so(
    opened: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.db.execute("INSERT INTO log_files VALUES ('a', 1, '')")
    assert opened.stale is None
    opened.close()
    monkeypatch.setattr("archive.db.extractor", lambda: "next")
    again = Archive(tmp_path / "archive.db")
    assert again.stale == f"made by extractor {archive.extractor()}, this is next"
    again.close()


def test_a_database_of_a_later_version_is_refused(tmp_path: Path) -> None:
    db = Database(tmp_path / "archive.db")
    migrate(db)
    db.execute("UPDATE meta SET value = ? WHERE key = 'schema'", [str(len(STEPS) + 1)])
    db.conn.commit()
    with pytest.raises(ValueError, match="update kreispresse"):
        migrate(db)
    db.close()


def test_reading_needs_an_archive_and_cannot_write(opened: Archive, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        connect(tmp_path / "none.db")
    opened.close()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connect(tmp_path / "archive.db").execute("DELETE FROM releases")


def test_every_table_of_the_contract_is_there(opened: Archive) -> None:
    wanted = {"meta", "publishers", "sources", "releases", "release_ids", "release_urls", "release_sources",
              "release_issuers", "revisions", "absences", "images", "attachments", "embeds", "clusters", "passages",
              "passage_uses", "crawls", "source_crawls", "withdrawals", "withdrawal_hashes"}  # fmt: skip
    assert wanted <= set(opened.db.table_names())
    assert rows(opened.db, "PRAGMA foreign_key_check") == []


def test_releases_of_a_series_stay_apart(opened: Archive) -> None:
    """Same title, same day, other numbers: two roads are closed, not one under two addresses."""
    text = "Die Kreisstraße 12 ist wegen Bauarbeiten bis zum Monatsende gesperrt; eine Umleitung über die Dörfer ist ausgeschildert und gilt ab Montag früh."
    first, _ = save(opened.db, page(1), release(replace(WORDS, text=text)))
    other = replace(WORDS, text=text.replace("12", "47"))
    second, change = save(opened.db, page(2, "https://k.example/2"), release(other, "https://k.example/2"))
    assert (change, first != second) == ("new", True)
