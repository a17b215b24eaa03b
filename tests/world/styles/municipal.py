"""Systems that are common among Kreise and cities: Sitepark, iKISS, NOLIS, Contao."""

from __future__ import annotations

import re
from itertools import groupby

from loopback import Answer

from world.content import MONTHS, Item
from world.styles import chrome
from world.styles.base import Page, Style


class Sitepark(Style):
    """.php everywhere; the feed answers at the list's address + ?sp%3Aout=rss but no page names it; month pages."""

    name = "sitepark"
    authority = "Stadt Hohenwarf"
    kind = "stadt"
    count = 42
    press = "/presse/aktuelle-meldungen.php"
    pager_url = "/presse/aktuelle-meldungen.php?pageId4f3a2b={k}"
    service = "/vv/produkte/{}.php"
    validators = "modified"
    feed_url = "/presse/aktuelle-meldungen.php?sp%3Aout=rss"
    feed_named = False
    row = """<li class="SP-TeaserList__item"><article class="SP-Teaser"><p class="SP-Teaser__date">{{ i.long }}</p>
<h3 class="SP-Teaser__headline"><a class="SP-Link" href="{{ s.url(i) }}">{{ i.title }}</a></h3>
<p class="SP-Teaser__abstract">{{ i.teaser }}</p></article></li>"""
    listing = '<a class="skip" href="#content">Inhalt anspringen</a><h1>Aktuelle Meldungen</h1><ul class="SP-TeaserList">{{ rows }}</ul>{{ pager }}'
    detail = """<article class="SP-Article"><header><h1 class="SP-Headline">{{ i.title }}</h1>
<p class="SP-Article__date">{{ i.long }}</p></header><p class="SP-Intro"><strong>{{ i.paragraphs[0] }}</strong></p>
{% for p in i.paragraphs[1:] %}<div class="SP-Text"><p>{{ p }}</p></div>{% endfor %}
<h2>Erläuterungen und Hinweise</h2><p class="SP-Footnote">Bildnachweise: Stadt Hohenwarf</p></article>"""

    def url(self, i: Item) -> str:
        month = i.month.lower().replace("ä", "ae")
        return (
            super().url(i)
            if self.new_look
            else f"/presse/meldungen/meldungen-{i.day.year}/{month}/{i.slug}.php"
        )

    def _months(self) -> list[tuple[str, str, list[Item]]]:
        found = []
        for (year, month), items in groupby(self.items, lambda i: (i.day.year, i.day.month)):
            name = MONTHS[month - 1]
            path = f"/presse/archiv_monate_jahr/{name.lower().replace('ä', 'ae')}-{year}.php"
            found.append((f"{name} {year}", path, list(items)))
        return found

    def list_side(self) -> str:
        box = '<h3>Archiv</h3><ul>{% for text, url, _ in months %}<li><a href="{{ url }}">{{ text }}</a></li>{% endfor %}</ul>'
        return "" if self.new_look else self.render(box, months=self._months())

    def table(self) -> dict[str, Page]:
        pages = self.basic()
        for text, url, items in self._months():
            main = f"<h1>Meldungen {text}</h1>"
            pages[url] = lambda main=main, items=items: self.page(
                "Archiv",
                main + self.render("<ul>{{ rows }}</ul>", rows=self.rows(items)),
                side=self.list_side(),
            )
        return pages


class Ikiss(Style):
    """Long parameter lists of which FID alone counts; ISO-8859-1 named only in meta; endless calendar."""

    name = "ikiss"
    authority = "Kreis Rabenstein"
    count = 38
    base = "/Kreisverwaltung/Aktuelles/Pressemeldungen/"
    press = base + "index.php?ModID=255&object=tx,3417.5&La=1&NavID=2170.61&text=&kat=&monat=&jahr=&kuo=1"
    pager_url = press + "&seite={k}"
    chrome = chrome.TABLES
    charset = "iso-8859-1"
    content_type = "text/html"
    service = "/Kreisverwaltung/Service/{}.php"
    rotating = True
    calendar = "/Freizeit/Veranstaltungen/index.php?ModID=11"
    traps = (calendar,)
    row = """<li><a href="{{ s.url(i) }}"><span class="date">{{ i.dotted }}</span> <strong>{{ i.title }}</strong></a>
<p>{{ i.teaser }}</p></li>"""
    listing = """<div id="inhalt"><h2>Pressemeldungen</h2><ul class="mitteilungen">{{ rows }}</ul>{{ pager }}
<p><a href="{{ s.calendar }}&monat=1">Veranstaltungskalender</a></p></div>"""
    detail = """<div id="inhalt"><article><h1>{{ i.title }}</h1><p class="date">{{ i.dotted }}</p><div id="readthis">
{% for p in i.paragraphs %}<p>{{ p }}</p>{% endfor %}</div></article>
<p><a href="{{ s.aliases(i)[1] }}">Seite drucken</a></p></div>"""
    related = """<div class="mehr"><h3>Das könnte Sie auch interessieren</h3>{% for r in items %}
<a href="{{ s.aliases(r)[0] if s.aliases(r) else s.url(r) }}">{{ r.title }}</a><br>{% endfor %}</div>"""

    def _form(self, i: Item, nav: str, kuo: int, rest: str = "") -> str:
        return (
            f"{self.base}{i.slug[:30]}.php?object=tx,3417.{i.n}.1&ModID=7&FID=3417.{i.n + 900}.1"
            f"&NavID={nav}&La=1&kat=&kuo={kuo}&sub=0&k_sub=0{rest}"
        )

    def url(self, i: Item) -> str:
        return super().url(i) if self.new_look else self._form(i, "2170.61", 1)

    def aliases(self, i: Item) -> list[str]:
        return (
            [] if self.new_look else [self._form(i, "3417.14", 2), self._form(i, "2170.61", 1, "&vs=print")]
        )

    def key(self, target: str) -> str:
        found = re.search(r"[?&]FID=([\d.]+)", target)
        return found[0][1:] if found else super().key(target)

    def more(self, target: str) -> Answer | None:
        found = re.fullmatch(re.escape(self.calendar) + r"&monat=(\d+)", target)
        if not found:
            return None
        link = f'<a href="{self.calendar}&amp;monat={int(found[1]) + 1}">nächster Monat</a>'
        return self.page("Kalender", f"<h1>Monat {found[1]}</h1><p>Keine Termine.</p>{link}")


class Nolis(Style):
    """Details with ?rubrik=1&vs=1 in the list, the same without query beside it; nothing but the list."""

    name = "nolis"
    authority = "Landkreis Moorhusen"
    count = 33
    press = "/portal/meldungen/uebersicht-0-21500.html?titel=Aktuelle+Meldungen"
    pager_url = press + "&seite={k}"
    detail_url = "/portal/meldungen/{i.slug}-{i.n}-21500.html?rubrik=1&vs=1"
    chrome = chrome.SOUP
    service = "/portal/seiten/{}-900000-21500.html"
    validators = "etag"
    row = """<div class="nolis-list-item"><h4><a href="{{ s.url(i) }}">{{ i.title }}</a></h4>
<p><span class="nolis-datum">{{ i.dotted }}</span> {{ i.teaser }}</p></div>"""
    listing = '<div id="nolis_content_site"><div class="innen"><h1>Aktuelle Meldungen</h1>{{ rows }}{{ pager }}</div></div>'
    detail = """<div id="nolis_content_site"><div class="innen"><h1>{{ i.title }}</h1>
<p>{{ s.authority }}, {{ i.dotted }}</p>{% for p in i.paragraphs %}<p>{{ p }}</p>{% endfor %}
<p><a href="javascript:history.back()">zurück</a></p></div></div>"""

    def aliases(self, i: Item) -> list[str]:
        return [self.url(i).partition("?")[0]]


class Contao(Style):
    """?page_n12=2; the only feed that the head names is one of events."""

    name = "contao"
    authority = "Kreis Fahrenbek"
    count = 31
    press = "/pressemeldungen.html"
    pager_url = "/pressemeldungen.html?page_n12={k}"
    detail_url = "/beitrag-lesen/{i.slug}.html"
    generator = "Contao Open Source CMS"
    chrome = chrome.SOUP
    service = "/{}.html"
    rotating = True
    head = '<link rel="alternate" type="application/rss+xml" href="/share/veranstaltungen.xml" title="Veranstaltungen">'
    row = """<div class="layout_latest arc_3 block"><p class="info"><time datetime="{{ i.day }}T09:00:00+01:00">{{ i.dotted }}
</time></p><h2><a href="{{ s.url(i) }}" title="Den Artikel lesen: {{ i.title }}">{{ i.title }}</a></h2>
<div class="ce_text"><p>{{ i.teaser }}</p></div><p class="more"><a href="{{ s.url(i) }}">Weiterlesen …</a></p></div>"""
    listing = '<h1>Pressemeldungen</h1><div class="mod_newslist block">{{ rows }}{{ pager }}</div>'
    pager = """<nav class="pagination block"><p>Seite {{ now }}</p><ul>{% for k, url in pages %}<li>{% if k == now %}
<span class="current">{{ k }}</span>{% else %}<a href="{{ url }}" class="link" title="Gehe zu Seite {{ k }}">{{ k }}</a>
{% endif %}</li>{% endfor %}{% if following %}<li class="next"><a href="{{ following }}">Vorwärts</a></li>{% endif %}
</ul></nav>"""
    detail = """<div class="mod_newsreader block"><div class="layout_full block"><h1>{{ i.title }}</h1>
<p class="info"><time datetime="{{ i.day }}T09:00:00+01:00">{{ i.dotted }} 09:00</time></p>
<div class="ce_text block">{% for p in i.paragraphs %}<p>{{ p }}</p>{% endfor %}</div></div>
<p class="back"><a href="{{ s.press }}">Zurück</a></p></div>"""

    def table(self) -> dict[str, Page]:
        pages = self.basic()
        pages["/share/veranstaltungen.xml"] = lambda: Answer(
            self.render(chrome.EVENTS), type="application/rss+xml"
        )
        for n in range(1, 7):
            text = f"<h1>Termin: Töpferkurs für Anfänger, Teil {n}</h1><p>{n}. November 2027, 18 Uhr, Werkraum</p>"
            pages[f"/veranstaltungen/toepferkurs-{n}"] = lambda text=text: self.page("Termin", text)
        return pages
