"""How releases are written in Germany: kickers, leads, datelines, captions, contacts, releases in releases."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from test_text import BODY, around, page

from archive.blocks import blocks
from archive.frame import prune
from archive.model import Hints, Image
from archive.text import Rules, kind, read
from archive.tree import absolute, complete_links

MINISTRY = (
    "Schulministerin Ohlendorf hat die Reise durch das Land fortgesetzt und drei weitere Schulen besucht.",
    "„Jede Schule im Land soll wissen, an wen sie sich wenden kann, wenn es an Lehrkräften, Räumen oder Geräten fehlt. Dafür haben wir die Beratung vor Ort neu aufgestellt und mit Personal ausgestattet“, erklärte die Ministerin.",
    "Im vergangenen Jahr hat sie 22 Schulen besucht. Die Beratungsstellen gibt es seit 2021 in allen Kreisen des Landes.",
)
CAPTION = "Besuch im Kreishaus (v.l.): Landrätin Gesa Müßig, Schulministerin Ohlendorf, Amtsleiter Jörn Öhl"


def release(figure: str, lead: str = '<p class="lead">{}</p>') -> str:
    """A Kreis' release that holds the ministry's."""
    return (
        "<h1>Ministerin besucht die Beratungsstelle</h1>"
        + lead.format(
            "Am 8. März 2018 hat Ministerin Ohlendorf die Beratungsstelle des Kreises Auenfurt besucht."
        )
        + "<p>Auenfurt, 9. März 2018. Die Ministerin lobte die Arbeit der Beratungsstelle und die gute Vernetzung mit den "
        "Schulen im Kreis. An dem Gespräch nahmen auch Schulleitungen teil.</p>"
        + figure
        + "<p>Pressemitteilung des Ministeriums für Schule und Bildung:</p>"
        "<h2>Ministerin Ohlendorf setzt Schulreise fort</h2><p>Das Ministerium für Schule und Bildung teilt mit:</p>"
        + "".join(f"<p>{each}</p>" for each in MINISTRY)
        + "<p>Pressekontakt: Kreis Auenfurt, Tel. 01234 567-890, presse@auenfurt.example</p>"
    )


FIGURES = {
    "figure": f"<figure><img src=/b.jpg><figcaption>{CAPTION}. Foto: Kreis Auenfurt</figcaption></figure>",
    "div": f"<div class=ce-image><img src=/b.jpg><div class=bildunterschrift>{CAPTION}. <span>Foto: Kreis Auenfurt</span></div></div>",
    "table": f"<table class=bild><tr><td><img src=/b.jpg></td></tr><tr><td>{CAPTION}. Foto: Kreis Auenfurt</td></tr></table>",
    "line": f"<p><img src=/b.jpg></p><p>(Beitragsfoto: {CAPTION} © Kreis Auenfurt)</p>",
}


@pytest.mark.parametrize("figure", FIGURES)
def test_a_release_with_all_that_belongs_to_it(figure: str) -> None:
    text = read(page(around(release(FIGURES[figure]), title="Ministerin besucht die Beratungsstelle")))
    assert text.title == "Ministerin besucht die Beratungsstelle"
    assert text.teaser is not None
    assert text.teaser.startswith("Am 8. März 2018 hat")
    assert (text.place, text.published_on, text.published_from) == ("Auenfurt", "2018-03-09", "dateline")
    assert text.text.startswith("Die Ministerin lobte")
    assert [(i.caption or "").rstrip(".") for i in text.images] == [CAPTION]
    assert [i.credit for i in text.images] == ["Kreis Auenfurt"]
    for beside in ("Auenfurt, 9.", "Jörn Öhl", "Foto", "01234", "Pressekontakt"):
        assert beside not in text.text
    (embed,) = text.embeds
    assert (embed.issuer, embed.title) == (
        "Ministerium für Schule und Bildung",
        "Ministerin Ohlendorf setzt Schulreise fort",
    )
    inside = text.text[embed.start : embed.end]
    assert inside.startswith("Ministerin Ohlendorf setzt")
    assert inside.endswith(MINISTRY[-1])


def test_what_stands_before_the_dateline_is_the_lead() -> None:
    text = read(
        page(around(release(FIGURES["figure"], "<p>{}</p>"), title="Ministerin besucht die Beratungsstelle"))
    )
    assert (
        text.teaser
        == "Am 8. März 2018 hat Ministerin Ohlendorf die Beratungsstelle des Kreises Auenfurt besucht."
    )
    assert (text.place, text.published_on) == ("Auenfurt", "2018-03-09")
    assert text.text.startswith("Die Ministerin lobte")


def test_a_lead_is_kept_wherever_it_stands() -> None:
    lead = "Vierzig Kilometer Radweg in einem Jahr: Das ist das Ziel des Kreises für das nächste Jahr."
    for html_ in (
        f"<h1>A B</h1><p><strong>{lead}</strong></p>{BODY}",
        f"<h1>A B</h1><div class='news-header__teaser'><p>{lead}</p></div><div class=text>{BODY}</div>",
        f"<article><header><h1>A B</h1><p>{lead}</p></header>{BODY}</article>",
        f"<div class=intro>{lead}</div><div><h1>A B</h1></div>{BODY}".replace(
            "<div class=intro>", "<h1>A B</h1><div class=abstract>", 1
        ),
    ):
        text = read(page(around(html_)))
        assert lead in f"{text.teaser or ''}\n{text.text}"


@pytest.mark.parametrize(("main", "head", "title"), [
    ("<h1>Presse</h1><h2>Neue Brücke über die Aue</h2>", "Neue Brücke über die Aue - Kreis Probe", "Neue Brücke über die Aue"),
    ("<h1>Willkommen im Kreis Probe</h1><h3>Brücke gesperrt</h3>", "Brücke gesperrt", "Brücke gesperrt"),
    ("<h1><span class=kicker>Verkehr</span> Neue Brücke</h1>", "x", "Neue Brücke"),
    ("<h1><span>Verkehr</span><span>Neue Brücke über die Aue</span></h1>", "Neue Brücke über die Aue | Kreis", "Neue Brücke über die Aue"),
    ("<h1>Neue Brücke</h1><h2>Aktuelle Meldungen</h2>", "Aktuelle Meldungen - Kreis Probe", "Neue Brücke"),
    ("<header><h1>Neue Brücke</h1></header>", "Kreis Probe", "Neue Brücke"),
    ("<div role=heading aria-level=1>Neue Brücke</div>", "Landkreis Probe an der Aue", "Neue Brücke"),
    ("", "Neue Brücke – Aue wird überquert | Kreis Probe", "Neue Brücke – Aue wird überquert"),
])  # fmt: skip
def test_the_title_is_the_releases_own_heading(main: str, head: str, title: str) -> None:
    assert (
        read(
            page(f"<html><head><title>{head}</title></head><body><main>{main}{BODY}</main></body></html>")
        ).title
        == title
    )


def test_boxes_within_the_text_go_and_the_text_goes_on() -> None:
    more = (
        BODY.replace("Radwege", "Brücken").replace(
            "Jahr.", "Jahr, sagte der Landrat nach der Sitzung vor Gästen."
        )
        * 3
    )
    box = "<h4>Mehr zum Thema</h4><p><a href=/1>Alte Meldung eins</a></p><p><a href=/2>Alte Meldung zwei</a></p>"
    text = read(page(around(f"<h1>A B</h1>{BODY}{box}{more}"))).text
    assert "Brücken" in text
    assert "Alte Meldung" not in text
    assert "Mehr zum Thema" not in text


def test_names_of_wrappers_do_not_cost_the_text() -> None:
    for name in ("sidebar_right", "sharingContainer", "has-related", "page-navigation-open"):
        assert (
            "Radwege"
            in read(page(f"<body class={name}><div class={name}><h1>A B</h1>{BODY}</div></body>")).text
        )


@pytest.mark.parametrize(("text", "language"), [
    ("The district council has decided to build the new bridge and the path for all of the people in this area.", "en"),
    (BODY, "de"),
])  # fmt: skip
def test_language_is_told_by_the_words(text: str, language: str) -> None:
    assert read(page(around(f"<h1>A B</h1><p>{text}</p>").replace("lang=de", "lang=fr"))).language == language
    easy = page(around(f"<h1>Die Brücke (in Leichter Sprache)</h1>{BODY}", title="x"))
    assert read(easy).language == "de-simple"


def test_joint_releases_name_all_who_speak() -> None:
    line = "<p>Gemeinsame Pressemitteilung des Kreises Auenfurt und der Stadt Nordquell</p>"
    assert read(page(around(f"<h1>A B</h1>{line}{BODY}"))).issuers == ("Kreis Auenfurt", "Stadt Nordquell")


def test_a_quotation_is_no_embedded_release() -> None:
    said = "<p>Der Landrat erklärt:</p><p>„Wir freuen uns sehr über die neue Brücke und danken allen Beteiligten.“</p>"
    assert read(page(around(f"<h1>A B</h1>{BODY}{said}"))).embeds == ()


def test_a_day_from_the_title_and_a_range_that_is_none() -> None:
    assert read(page(around(f"<h1>A B</h1>{BODY}", title="09.03.2026 | A B"))).published_on == "2026-03-09"
    assert read(page(around(f"<h1>Woche vom 2. bis 8. März 2026</h1>{BODY}", title="x"))).published_on is None


def test_the_listings_title_helps_to_choose() -> None:
    body = f"<body><main><h1>Presse im Kreis</h1><h2>Brücke offen</h2>{BODY}</main></body>"
    assert read(page(body, hints=Hints("listing", "Brücke offen", None))).title == "Brücke offen"


@given(st.text(alphabet="/.:a?b=&#-%~h1 ", max_size=14))
def test_quick_links_are_the_same_as_slow_ones(link: str) -> None:
    """Most links are completed by a pattern instead of the standard library: never with another result."""
    base = "https://k.example/presse/a/b?x=1"
    for each in (link, f"/{link}", f"https://x.example/{link}"):
        part = html.fragment_fromstring("<p><a>x</a></p>")
        part[0].set("href", each)
        complete_links(part, base)
        slow = absolute(base, f" {each}")  # a blank before makes it take the long way
        assert part[0].get("href") == slow


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "<div class=lead>",
                "<br>",
                "<br><br>",
                "a b",
                " ",
                "<ul><li>",
                "</ul>",
                "<table><tr><td>",
                "</table>",
                "<a href=x>",
            ]
        ),
        max_size=14,
    )
)
def test_paragraphs_hold_all_letters_in_order(parts: list[str]) -> None:
    tree = html.fragment_fromstring("".join(parts), create_parent="div")
    found = blocks(tree)
    letters = re.findall(r"\w", "".join(each.text for each in found))
    assert letters == re.findall(r"\w", tree.text_content())
    assert all(0 <= each.link_share <= 1 for each in found)


def test_pruning_keeps_the_heading_whatever_surrounds_it() -> None:
    tree = html.document_fromstring(f"<body><div class=breadcrumb><h1>A</h1></div>{BODY}</body>")
    heading = tree.find(".//h1")
    assert heading in set(prune(tree.find("body"), "", heading).iter())


def test_kinds_and_pictures_without_captions() -> None:
    text = read(
        page(around(f"<h1>Einladung zum Fototermin</h1>{BODY}<p><img src=/a.jpg></p>", title="x")), Rules()
    )
    assert kind(text) == "invitation"
    assert text.images == (Image("https://k.example/a.jpg"),)


B = "<p>Der Kreistag hat den Ausbau der Radwege im ganzen Kreis beschlossen und Geld dafür bereitgestellt.</p>"
C = "<p>Die Arbeiten beginnen im Frühjahr des nächsten Jahres und dauern voraussichtlich bis zum Herbst.</p>"


@pytest.mark.parametrize(("main", "day"), [
    (f"<h1>A B</h1><p>3. März 2024</p>{B}<p>Die Ausstellung beginnt am <time datetime=2024-04-12>12. April 2024</time> um 18 Uhr im Kreishaus.</p>", "2024-03-03"),
    (f"<h1>A B</h1><p>3. März 2024</p>{B}<p>In der Pressemitteilung vom 12. Februar 2024 hatte der Kreis das noch anders gesagt, wie bekannt.</p>", "2024-03-03"),
    (f"<h1>A B</h1><p>3. März 2024</p>{B}{C}<p>Datum: 12.01.2024</p><p>Ort: Kreishaus</p>", "2024-03-03"),
    (f"<h1>A B</h1><p>March 3, 2024</p>{B}", "2024-03-03"),
    (f"<meta name=date content=2024-03-09><h1>A B</h1><p>Eingestellt: 3.3.2024 | Geändert: 9.3.2024 | Amt für Bau</p>{B}", "2024-03-03"),
    (f"<h1>A B</h1><p>3. März 2024</p>{B}<p>Der alte Betrieb wurde eingestellt am 12.01.2024.</p>", "2024-03-03"),
    (f"<h3>A B</h3><div class=footer><time datetime=2024-03-03>3.3.2024</time></div>{B}", "2024-03-03"),
])  # fmt: skip
def test_the_day_of_publication_is_not_that_of_an_event(main: str, day: str) -> None:
    assert read(page(around(main, title="A B"))).published_on == day


def test_json_ld_of_the_article_counts_before_that_of_the_list() -> None:
    ld = '{"@graph":[{"@type":"CollectionPage","datePublished":"2019-01-01"},{"@type":"NewsArticle","datePublished":"2024-03-03"}]}'
    head = f'<script type="application/ld+json">{ld}</script>'
    assert read(page(around(f"<h1>A B</h1>{B}", head))).published_on == "2024-03-03"


@pytest.mark.parametrize(("main", "kept"), [
    (f"<h1>A B</h1>{B}<ul><li>Montag, 04.03.2024: Moorau</li><li>Dienstag, 05.03.2024: Nordstadt</li></ul>{C}", "05.03.2024: Nordstadt"),
    (f"<h1>A B</h1>{B}<p>Verantwortlich für die Umsetzung der Pläne ist der Eigenbetrieb Straßen des Kreises.</p>{C}", "Herbst"),
    (f"<h1>A B</h1>{B}<figure><table><tr><td>Moorau</td><td>12 Plätze</td></tr><tr><td>Aue</td><td>9 Plätze</td></tr></table></figure>{C}", "Moorau | 12 Plätze"),
    (f"<h1>A B</h1>{B}<h2><button>Was kostet das?</button></h2><div class=accordion-panel aria-hidden=true>{C}</div>{B}", "Was kostet das?"),
    (f"<h1>A B</h1>{B}<p>Die Teilnahme ist bis <time datetime=2024-04-12>12. April</time> möglich, wie der Kreis mitteilt.</p>{C}", "bis 12. April möglich"),
])  # fmt: skip
def test_what_looks_like_furniture_but_is_text_stays(main: str, kept: str) -> None:
    assert kept in read(page(around(main, title="A B"))).text


@pytest.mark.parametrize(("main", "gone"), [
    (f"<h1>A B</h1>{B}{C}<div class=posts><h2>Aus dem Kreis</h2><h3><a href=/1>Impfaktion startet in drei Orten</a></h3><p>Von Montag an wird in drei Orten des Kreises wieder geimpft, teilt das Amt mit.</p></div>", "Impfaktion"),
    (f"<h1>A B</h1>{B}{C}<p>PRESSEKONTAKT</p><p>Jana Kühn</p><p>Tel.: 01234 567-890</p>", "Kühn"),
    (f"<h1>A B</h1>{B}{C}<p>Kreis Probe</p><p>Der Landrat</p><p>Telefon 01234 567-890</p>", "Landrat"),
    (f"<h1>A B</h1>{B}<div class=fussbereich><p>Kreis Probe, Am Markt 1, geöffnet montags bis freitags von acht bis zwölf Uhr.</p></div>", "Markt"),
    (f"<h1>A B</h1>{B}{C}<h2>Ansprechperson für die Medien</h2><p>Jana Kühn, Telefon 01234 567-890</p>", "Medien"),
    (f"<h1>A B</h1>{B}{C}<h3>Pressefotos</h3><p><a href=/fotos.zip>Alle Fotos</a> (ZIP, 12 MB)</p>", "Pressefotos"),
    (f"<h1>A B</h1>{B}{C}<p>###</p><p>Diese und weitere Meldungen stehen im Internet.</p>", "Internet"),
    (f"<h1>A B</h1>{B}<p>3 Bilder – zum Vergrößern anklicken</p>{C}", "anklicken"),
    (f"<h1>A B</h1>{B}{C}<p>« <a href=/1>Impfaktion startet in drei Orten</a> <a href=/2>Neue Brücke über die Aue</a> »</p>", "Impfaktion"),
    (f"<h1>A B</h1>{B}{C}<h3>Dokumente zum Herunterladen</h3><p>Der Plan (Stand März)</p>", "Herunterladen"),
    (f"<h1>A B</h1><p>veröffentlicht am 9.3.2024 um 9:15 Uhr | Kategorie: <a href=/u>Umwelt</a> | 238 Aufrufe</p>{B}{C}", "Umwelt"),
    (f"<h1>A B</h1>{B}<p><img src=/a.jpg></p><p>Der neue Weg. Foto: S. Röhrig</p>{C}", "Röhrig"),
])  # fmt: skip
def test_what_is_beside_the_text_goes(main: str, gone: str) -> None:
    text = read(page(around(main, title="A B")))
    assert gone not in text.text
    assert "Kreistag" in text.text


def test_a_lead_in_a_band_above_the_article_is_kept() -> None:
    lead = "<p class=lead>Vierzig Kilometer Radweg in einem Jahr sind das Ziel des Kreises.</p>"
    html_ = f"<title>Radwege werden gebaut - Kreis Probe</title><body><header class=hero><h1>Radwege werden gebaut</h1>{lead}</header><main><article>{B}{C}</article></main></body>"
    text = read(page(html_))
    assert text.title == "Radwege werden gebaut"
    assert "Vierzig Kilometer" in f"{text.teaser} {text.text}"


@pytest.mark.parametrize(("start", "place"), [
    ("AUENFURT. Der", "AUENFURT"), ("Kreis Probe – Der", "Kreis Probe"), ("(Auenfurt, 3. März 2024) Der", "Auenfurt"),
    ("Auenfurt, Montag, 4. März 2024 – Der", "Auenfurt"), ("Montag, 4. März 2024: Der", None), ("Corona – Der", None),
])  # fmt: skip
def test_datelines(start: str, place: str | None) -> None:
    text = read(
        page(
            around(
                f"<h1>A B</h1><p>{start} Kreistag hat den Ausbau der Radwege im Kreis beschlossen und bezahlt ihn.</p>{C}"
            )
        )
    )
    assert text.place == place


def test_pictures_that_are_loaded_late_and_boxes_with_a_copyright() -> None:
    box = "<div class=bildbox><img src='data:image/gif;base64,R0' data-src=/b.jpg><p class=legende>Der neue Weg</p><p class=copyright>© Jana Kühn</p></div>"
    (image,) = read(page(around(f"<h1>A B</h1>{B}{box}{C}"))).images
    assert (image.url, image.caption, image.credit) == (
        "https://k.example/b.jpg",
        "Der neue Weg",
        "Jana Kühn",
    )
