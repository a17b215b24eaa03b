"""What a page says: title, lead, text, place, date, captions, attachments; and what it must never say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.decode import clean, decode
from archive.model import Hints, Page
from archive.text import Rules, kind, read
from archive.tree import Unreadable

BODY = "<p>Der Kreistag hat den Ausbau der Radwege beschlossen. Die Arbeiten beginnen im Frühjahr und dauern ein Jahr.</p>"


def page(
    html: str | bytes,
    *,
    url: str = "https://k.example/presse/1",
    type: str = "text/html",
    hints: Hints | None = None,
) -> Page:
    body = html.encode() if isinstance(html, str) else html
    return Page(
        "2026-03-20T10:00:00.000000Z",
        "c",
        "s",
        "release",
        "",
        url,
        200,
        (("Content-Type", type),),
        body,
        hints=hints or Hints(),
    )


def around(main: str, head: str = "", title: str = "Radwege werden gebaut") -> str:
    return (
        f"<html lang=de><head><title>{title} - Kreis Probe</title>{head}</head><body><header><h1>Kreis Probe</h1></header>"
        f"<nav><ul><li><a href=/a>Bürgerservice</a><li><a href=/b>Karriere</a></ul></nav><main>{main}</main>"
        "<footer>Impressum des Kreises</footer></body></html>"
    )  # fmt: skip


def test_title_lead_and_text_are_apart() -> None:
    text = read(
        page(
            around(
                f"<h1>Radwege werden gebaut</h1><div class=news-teaser-text><p>Vierzig Kilometer in einem Jahr sind geplant.</p></div>{BODY}"
            )
        )
    )
    assert text.title == "Radwege werden gebaut"
    assert text.teaser == "Vierzig Kilometer in einem Jahr sind geplant."
    assert text.text.startswith("Der Kreistag hat")
    assert "Impressum" not in text.text
    assert "Bürgerservice" not in text.text


@pytest.mark.parametrize(("line", "kept"), [("Viel ist geplant.", True), ("Aktuelles", False)])
def test_a_short_sentence_set_as_a_heading_below_the_title_is_text(line: str, *, kept: bool) -> None:
    main = f"<div id=seite><h1>Radwege werden gebaut</h1><h3>{line}</h3><div class=txt>{BODY}</div></div>"
    assert read(page(f"<html><body>{main}</body></html>")).text.startswith(line) is kept


@pytest.mark.parametrize(("main", "day", "evidence"), [
    ("<h1>A B</h1><time itemprop=datePublished datetime='2026-03-09T23:30:00Z'>neulich</time>", "2026-03-10", "time element"),
    ("<h1>A B</h1><p>Meldungsdatum: 09.03.2026</p>", "2026-03-09", "labelled date"),
    ("<h1>A B</h1><p class=x>9.3.26</p>", "2026-03-09", "date at the title"),
    ("<h1>A B</h1><p>Aktualisiert am 09.03.2026</p>", None, None),
    ("<h1>A B</h1><p>Vom 24.12.2026 an gilt der neue Plan.</p>", None, None),
    ("<h1>A B</h1><time>Stand: 9. März 2026</time>", None, None),
    *(
        (f"<h1>A B</h1><p>{today}</p><p>9. März 2026</p>", "2026-03-09", "date at the title")
        for today in ("Letzte Aktualisierung: 19.3.2026", "Abgerufen am 19.3.2026", "Heute ist der 19. März 2026")
    ),
])  # fmt: skip
def test_date_and_its_evidence(main: str, day: str | None, evidence: str | None) -> None:
    text = read(page(around(main + BODY)))
    assert (text.published_on, text.published_from) == (day, evidence)


def test_a_day_that_only_a_break_parts_from_a_long_title_is_found() -> None:
    title = "Der Kreistag hat den Ausbau aller Radwege im ganzen Kreis nun endgültig beschlossen"
    html = f"<html><body><div>Probe, den 9.3.26<br><b>{title}</b><br></div>{BODY}</body></html>"
    text = read(page(html, hints=Hints("listing", title)))
    assert (text.title, text.published_on, text.published_from) == (title, "2026-03-09", "date at the title")


def test_dateline_gives_place_and_day_and_leaves_the_text() -> None:
    text = read(
        page(
            around(
                "<h1>A B</h1><p>Bad Probe, 9. März 2026. Der Landrat hat am 8. März die Brücke eröffnet und dabei viele Gäste begrüßt.</p>"
            )
        )
    )
    assert (text.place, text.published_on, text.published_from) == ("Bad Probe", "2026-03-09", "dateline")
    assert text.text.startswith("Der Landrat")


def test_name_before_a_bar_is_a_place_and_no_date_is_invented() -> None:
    text = read(
        page(
            around(
                "<h1>A B</h1><p>Rhein-Probe-Kreis | Wie geht es weiter mit der Brücke? Darüber sprach der Landrat mit Gästen aus der Region.</p>"
            )
        )
    )
    assert (text.place, text.published_on, text.published_at, text.published_from) == (
        "Rhein-Probe-Kreis",
        None,
        None,
        None,
    )
    assert text.text.startswith("Wie geht es")


@pytest.mark.parametrize(
    "called", ["Radwege werden gebaut", "radwege werden  gebaut", None, "Ganz anderes steht hier"]
)
def test_a_page_without_headings_is_titled_as_its_list_says(called: str | None) -> None:
    cells = f"<td><font>Presse</font><br><font size=4><b>Radwege werden gebaut</b></font><br>{BODY}</td>"
    aside = "<td><div><h3>Nächste Termine</h3><p>Sitzung des Kreistags</p></div></td>"
    source = (
        f"<html><head><title>Stadt</title></head><body><table><tr>{cells}{aside}</tr></table></body></html>"
    )
    text = read(page(source, hints=Hints("listing", called)))
    assert (text.title == "Radwege werden gebaut") is (called is not None and called.startswith(("R", "r")))


def test_a_page_headed_by_its_number_is_titled_as_its_list_says() -> None:
    rows = "<dl><dt>Datum:</dt><dd>9.3.2026</dd><dt>Thema:</dt><dd><strong>Radwege werden gebaut</strong></dd></dl>"
    source = around(f"<h1>Pressemitteilung 34/2026</h1>{rows}{BODY}")
    assert (
        read(page(source, hints=Hints("listing", "Radwege werden gebaut"))).title == "Radwege werden gebaut"
    )
    assert read(page(source)).title == "Pressemitteilung 34/2026"


def test_json_ld_meta_hints_and_address_give_dates_in_this_order() -> None:
    ld = '<script type="application/ld+json">{"@graph":[{"datePublished":"2026-03-01T08:00:00+01:00"}]}</script>'
    meta = '<meta property="article:published_time" content="2026-03-02">'
    hints = Hints("feed", None, "2026-03-03", "2026-03-03T07:00:00Z")
    url = "https://k.example/2026-03-04/a"
    main = f"<h1>A B</h1>{BODY}"
    found = [read(page(around(main, head), url=address, hints=hint)).published_from
             for head, address, hint in ((ld + meta, url, hints), (meta, url, hints), ("", url, hints), ("", url, None))]  # fmt: skip
    assert found == ["json-ld", "meta", "feed", "url"]
    assert read(page(around(main, ld), url=url)).published_at == "2026-03-01T07:00:00Z"


def test_the_day_at_the_title_counts_more_than_a_date_that_may_be_of_the_last_change() -> None:
    meta = '<meta name="date" content="2026-03-12">'
    beside = "<h1>A B</h1><p>9. März 2026</p>"
    assert read(page(around(beside + BODY, meta))).published_on == "2026-03-09"
    alone = read(page(around("<h1>A B</h1>" + BODY, meta)))
    assert (alone.published_on, alone.published_from) == ("2026-03-12", "meta")


@pytest.mark.parametrize("h1", ["Pressemitteilung Nr. 12/2026", "Pressemitteilung vom 9. März 2026", "PM 12"])
def test_a_heading_of_mere_numbers_and_days_is_no_title_where_another_follows(h1: str) -> None:
    main = f"<h1>{h1}</h1><h2>Der Kreis baut neue Radwege</h2>{BODY}"
    assert read(page(around(main, title=h1))).title == "Der Kreis baut neue Radwege"
    assert read(page(around(f"<h1>{h1}</h1>{BODY}<h2>Was noch zu tun ist</h2>{BODY}", title=h1))).title == h1


def test_broken_json_ld_is_passed_over() -> None:
    head = '<script type="application/ld+json">{"datePublished": </script>'
    assert read(page(around(f"<h1>A B</h1>{BODY}", head))).published_on is None


def test_captions_and_credits_are_apart_and_not_in_the_text() -> None:
    figures = (
        "<figure><img src=/a.jpg><figcaption>Landrätin Müßig eröffnet den Radweg. Foto: Kreis Probe/Jöhnk</figcaption></figure>"
        "<p class=bild><img src=/b.jpg><br><small>Die neue Brücke © Stadt Probe</small></p><img src=/c.jpg>"
        "<dl class=bildbox><dt><img src=/d.jpg></dt><dd>Ein Tag am Deich.</dd><dd>Foto: Jana Kühn</dd></dl>"
    )
    text = read(page(around(f"<h1>A B</h1>{BODY}{figures}{BODY}")))
    assert [(i.url[-6:], i.caption, i.credit) for i in text.images] == [
        ("/a.jpg", "Landrätin Müßig eröffnet den Radweg.", "Kreis Probe/Jöhnk"),
        ("/b.jpg", "Die neue Brücke", "Stadt Probe"),
        ("/c.jpg", None, None),
        ("/d.jpg", "Ein Tag am Deich.", "Jana Kühn"),
    ]
    assert "Foto" not in text.text
    assert "Brücke" not in text.text


def test_pictures_of_a_gallery_keep_their_own_captions() -> None:
    shown = "<figure><img src=/{0}.jpg><figcaption>Bild vom {0}. Tag. Foto: Kreis Probe</figcaption></figure>"
    gallery = f"<figure>{shown.format(1)}{shown.format(2)}</figure>"
    text = read(page(around(f"<h1>A B</h1>{BODY}{gallery}{BODY}")))
    assert [(i.url[-6:], i.caption, i.credit) for i in text.images] == [
        ("/1.jpg", "Bild vom 1. Tag.", "Kreis Probe"),
        ("/2.jpg", "Bild vom 2. Tag.", "Kreis Probe"),
    ]


def test_a_part_named_as_caption_or_credit_is_no_text() -> None:
    slide = '<div><img src=/a.jpg><span class="slide__caption">Die Brücke</span><span class="slide__credit">Jöhnk</span></div>'
    text = read(page(around(f"<h1>A B</h1>{BODY}{slide}{BODY}")))
    assert [(i.caption, i.credit) for i in text.images] == [("Die Brücke", "Jöhnk")]
    assert "Brücke" not in text.text + (text.teaser or "")


def test_attachments_by_ending_and_by_parameter() -> None:
    links = '<p>Mehr: <a href="/plan.pdf">Der Plan</a> <a href="X.PDF?ObjID=3&Ext=PDF&WTR=1">Karte</a> <a href="/seite.html">Seite</a></p>'
    text = read(page(around(f"<h1>A B</h1>{BODY}{links}")))
    assert [(a.url, a.title, a.media_type) for a in text.attachments] == [
        ("https://k.example/plan.pdf", "Der Plan", "application/pdf"),
        ("https://k.example/presse/X.PDF?ObjID=3&Ext=PDF&WTR=1", "Karte", "application/pdf"),
    ]


@pytest.mark.parametrize(("link", "type"), [
    ("/presse.html?file=files/Plan.pdf&amp;cid=47", "application/pdf"),
    ("/download.php?datei=Plan.pdf", "application/pdf"),
    ("/presse/Plan.docx/view", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("/documents/20121/0/Plan.pdf/1a2b-3c4d?t=17", "application/pdf"),
    ("/plan.php?id=3", None),
    ("/presse/pdf.html", None),
])  # fmt: skip
def test_a_file_is_known_by_its_name_anywhere_in_the_address(link: str, type: str | None) -> None:
    text = read(page(around(f'<h1>A B</h1>{BODY}<p><a href="{link}">Der Plan</a></p>')))
    assert [a.media_type for a in text.attachments] == [type] * bool(type)


@pytest.mark.parametrize("line", [
    "<li>{} (PDF, 90 KB)", "<p>Download: {}</p>", "<p>{} [pdf, 1,2 MiB, nicht barrierefrei]</p>", "<div>{} <span>PDF, 90 KB</span></div>",
    "<table><tr><th>Datei</th><th>Größe</th></tr><tr><td>{}</td><td>90 KB</td></tr></table>",
    "<a href=/plan.pdf><div>Der Plan</div></a>",
])  # fmt: skip
def test_a_line_that_only_offers_a_file_is_no_text(line: str) -> None:
    offer = line.format('<a href="/plan.pdf">Der Plan</a>')
    text = read(page(around(f"<h1>A B</h1>{BODY}{offer}{BODY}")))
    assert [a.title for a in text.attachments] == ["Der Plan"]
    assert text.text.count("\n\n") == 1


def test_contact_and_related_lists_end_the_text() -> None:
    tail = "<p>Pressekontakt: Frau Özdemir, Telefon 0123</p><h3>Weitere Meldungen</h3><p>Etwas anderes ist auch passiert.</p>"
    text = read(page(around(f"<h1>A B</h1>{BODY}{tail}")))
    assert "Özdemir" not in text.text
    assert "anderes" not in text.text


def test_a_sentence_of_whom_to_ask_does_not_end_a_text_that_goes_on() -> None:
    ask = "<p>Für Rückfragen ist dienstags und donnerstags eine Sprechstunde im Kreishaus eingerichtet.</p>"
    hours = "<p>Die Zeiten:</p><ul><li>Dienstag von 8 bis 12 Uhr<li>Donnerstag von 14 bis 18 Uhr</ul>"
    assert "14 bis 18 Uhr" in read(page(around(f"<h1>A B</h1>{BODY}{ask}{hours}"))).text
    reached = "<p>Frau Öhl</p><p>Telefon 01234 567</p>"
    assert "Rückfragen" not in read(page(around(f"<h1>A B</h1>{BODY}{ask}{reached}"))).text


def test_what_follows_on_the_release_is_no_lead() -> None:
    lead = "<div><p>Vierzig Kilometer in einem Jahr sind geplant, so viele wie nie.</p></div>"
    others = "<div><h2>Noch mehr vom Kreis</h2><p>Am Freitag beginnt die Woche der Musik in allen Gemeinden.</p></div>"
    text = read(page(around(f"<h1>Radwege werden gebaut</h1>{lead}<article>{BODY * 4}</article>{others}")))
    assert text.text.startswith("Vierzig Kilometer")
    assert "Musik" not in text.text
    assert "Noch mehr" not in text.text


def test_lists_breaks_and_tables_are_readable() -> None:
    main = "<h1>A B</h1><div id=t>Erster Absatz mit einigen Wörtern.<br><br>Zweiter Absatz.<ul><li>eins<li>zwei</ul><table><tr><td>Montag<td>8 Uhr</table></div>"
    text = read(page(around(main)), Rules(body="#t"))
    assert text.text.split("\n\n") == [
        "Erster Absatz mit einigen Wörtern.",
        "Zweiter Absatz.",
        "- eins",
        "- zwei",
        "Montag | 8 Uhr",
    ]


def test_a_page_built_of_tables_is_read_around_its_heading() -> None:
    html = (
        "<html><body><table><tr><td><a href=/1>Presse</a><br><a href=/2>Kontakt</a><br><a href=/3>Karriere</a></td>"
        f"<td><p><a href=/>Start</a> &gt; <a href=/p>Presse</a></p><h1>A B</h1>{BODY}</td></tr></table></body></html>"
    )
    assert (
        read(page(html)).text
        == "Der Kreistag hat den Ausbau der Radwege beschlossen. Die Arbeiten beginnen im Frühjahr und dauern ein Jahr."
    )


@pytest.mark.parametrize(("html", "type", "why"), [
    ("", "text/html", "empty"),
    ("<html><body></body></html>", "text/html", "no title"),
    ("<html><body><h1>Nur ein Titel</h1></body></html>", "text/html", "no text"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "not a page of text but image/png"),
    ("<!-- -->", "text/html", "no title|not HTML|empty"),
])  # fmt: skip
def test_unreadable_pages_say_why(html: str | bytes, type: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(page(html, type=type))


def test_kind_by_title() -> None:
    found = [
        kind(read(page(around(f"<h1>{title}</h1>{BODY}"))))
        for title in ("Einladung zum Pressetermin", "Radweg fertig")
    ]
    assert found == ["invitation", "release"]


def test_title_without_heading_comes_from_the_page() -> None:
    html = f"<html><head><title>Radweg fertig | Kreis Probe</title></head><body><main>{BODY}</main></body></html>"
    assert read(page(html)).title == "Radweg fertig"
    og = html.replace("<title>", "<meta property=og:title content='Radweg an der Aue'><title>")
    assert read(page(og)).title == "Radweg an der Aue"


def test_reading_does_not_depend_on_what_was_read_before() -> None:
    one = page(around(f"<h1>A B</h1>{BODY}"))
    first = read(one)
    for n in range(3):
        read(page(around(f"<h1>C {n}</h1>{BODY}")))
    assert read(one) == first


@pytest.mark.parametrize(("body", "type", "text"), [
    ("Güler".encode(), "text/html", "Güler"),
    ("Güler".encode("latin-1"), "text/html; charset=utf-8", "Güler"),
    (b'<meta charset="iso-8859-1">' + "„Güler“ – 5 €".encode("cp1252"), None, "„Güler“ – 5 €"),
    ("Güler".encode("utf-16"), None, "Güler"),
    (b"\xef\xbb\xbf" + "Güler".encode(), "text/html; charset=latin-1", "Güler"),
    ("Гюлер".encode("koi8-r"), "text/html; charset=koi8-r", "Гюлер"),
    (b"Kreis \x81\xff", "text/html; charset=no-such", "Kreis"),
])  # fmt: skip
def test_charsets(body: bytes, type: str | None, text: str) -> None:
    assert text in decode(body, type)


@given(st.binary(max_size=2000), st.none() | st.text(max_size=30))
def test_any_bytes_have_a_text(body: bytes, type: str | None) -> None:
    assert isinstance(decode(body, type), str)


@given(st.text(max_size=200))
def test_clean_text_stays_clean(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not set(cleaned) & set("\u00ad\u200b\n\t")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400) | st.text(alphabet="<>/=\"' abhpdivtable1.ä&;", max_size=400).map(str.encode))
def test_any_page_is_read_or_unreadable(body: bytes) -> None:
    try:
        read(page(b"<h1>Titel</h1><p>" + body))
    except Unreadable as error:
        assert str(error)


def test_a_short_release_is_not_taken_for_its_picture() -> None:
    body = "<p>Der Kreis hat die Brücke heute eröffnet. Sie war lange gesperrt.</p>"
    for main in (
        f"<div class=ce-textmedia><figure><img src=/a.jpg><figcaption>Foto: Kreis</figcaption></figure>{body}</div>",
        f"<div class=ce-textmedia><img src=/a.jpg>{body}<p>Mehr dazu im Internet.</p></div>",
        f"<div>{body}<p><img src=/a.jpg> Foto: Kreis</p></div>",
    ):
        assert "lange gesperrt" in read(page(around(f"<h1>A B</h1>{main}"))).text


def test_the_heading_in_an_articles_header_is_its_title() -> None:
    html = (
        "<body><header><h1>Kreis Probe</h1></header><main><article><header><h1>Radweg fertig</h1></header>"
        f"{BODY}</article></main><aside><h1>Seitenleiste</h1></aside></body>"
    )
    assert read(page(html)).title == "Radweg fertig"


def test_text_after_an_element_belongs_to_its_parent() -> None:
    main = (
        "<h1><span>Rad</span>weg<br>fertig</h1><div id=readthis><span class=date>12.03.2026</span><br>Der Landrat hat die "
        "Planung vorgestellt und allen gedankt.<br><br>Zweiter Absatz mit einigen Worten.</div>"
    )
    text = read(page(around(main)), Rules(body="#readthis", date=".date"))
    assert (text.title, text.published_on) == ("Rad weg fertig", "2026-03-12")
    assert (
        text.text
        == "Der Landrat hat die Planung vorgestellt und allen gedankt.\n\nZweiter Absatz mit einigen Worten."
    )
    assert read(page(around(f"<h1><b>Rad</b>weg fertig</h1>{BODY}"))).title == "Radweg fertig"


def test_paragraphs_named_like_a_frame_are_text_where_they_are_most_of_it() -> None:
    told = "Der Kreis hat die Brücke gesperrt. Sie wird bis zum Herbst erneuert und dann wieder geöffnet. "
    named = f"<h1>Brücke gesperrt</h1>{f'<p class=print>{told}</p>' * 3}"
    beside = f"<h1>Brücke gesperrt</h1>{f'<p>{told}</p>' * 3}<p class=print>Diese Seite drucken</p>"
    for main in (named, beside):
        assert read(page(around(main))).text.split("\n\n") == [told.strip()] * 3


def test_an_authors_code_alone_is_cut_off_too() -> None:
    said = read(
        page(around("<h1>Mehr Räder</h1><p>(pm) Die Verwaltung zählt mehr Räder als im Jahr davor.</p>"))
    )
    assert (said.place, said.text) == (None, "Die Verwaltung zählt mehr Räder als im Jahr davor.")
