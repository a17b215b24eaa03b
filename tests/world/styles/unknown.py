"""Lists of no known system: mixed contents, cards, a definition list without end."""

from __future__ import annotations

import re

from loopback import Answer

from world.content import NEWEST, Item
from world.styles import chrome
from world.styles.base import Style
from world.styles.files import pdf

_PATHS = {"job": "/stellenangebote/{}", "gazette": "/amtsblatt/{}.pdf", "event": "/veranstaltungen/{}"}
_MORE = ["invitation"] * 4 + ["notice"] * 5 + ["job"] * 4 + ["gazette"] * 3 + ["event"] * 4


class Mixed(Style):
    """One list of releases, invitations, notices (to be kept), jobs, gazettes and events (not to be kept)."""

    name = "mixed_list"
    authority = "Kreis Oberholz"
    count = 32
    press = "/aktuelles/presse"
    pager_url = "/aktuelles/presse/{k}"
    service = "/themen/{}"
    validators = "etag"
    row = """<div class="eintrag"><span class="datum">{{ i.dotted }}</span> <h3><a href="{{ s.url(i) }}">{{ i.title }}</a></h3>
<p>{{ i.teaser }}</p></div>"""
    listing = '<h1>Aktuelles und Presse</h1><div class="eintraege">{{ rows }}</div>{{ pager }}'

    def compose(self) -> list[Item]:
        items = self.writer.several(self.count, NEWEST, 500)
        for k, kind in enumerate(_MORE):
            place = 1 + (k * 11) % len(items)
            items.insert(place, self.writer.one(items[place - 1].day, kind))
        return items

    def url(self, i: Item) -> str:
        if i.kind in _PATHS:
            return ("/neu" if self.new_look else "") + _PATHS[i.kind].format(f"{i.slug}-{i.n}")
        return super().url(i)

    def detail_page(self, i: Item) -> Answer:
        if i.kind == "gazette":
            return Answer(
                pdf([i.title, self.authority, "", "Inhalt: Öffentliche Bekanntmachung"]),
                type="application/pdf",
            )
        return super().detail_page(i)


class Cards(Style):
    """Cards that are links as a whole, date in a span; "Mehr laden" leads to ?offset=12."""

    name = "cards"
    authority = "Stadt Brückdorf"
    kind = "stadt"
    count = 50
    size = 12
    press = "/neuigkeiten"
    pager_url = "/neuigkeiten?offset={start}"
    detail_url = "/neuigkeiten/{i.day.year}/{i.slug}"
    service = "/leben/{}"
    rotating = True
    row = """<div class="c-card c-card--news"><a class="c-card__link" href="{{ s.url(i) }}"><div class="c-card__media"><img
src="/img/{{ i.n }}.jpg" alt=""></div><div class="c-card__body"><span class="c-card__kicker">{{ i.long }}</span>
<div class="c-card__title">{{ i.title }}</div><div class="c-card__text">{{ i.teaser }}</div></div></a></div>"""
    listing = '<h1>Neuigkeiten</h1><div class="l-grid">{{ rows }}</div>{{ pager }}'
    pager = '{% if following %}<div class="l-center"><a class="btn btn--more" role="button" href="{{ following }}">Mehr laden</a></div>{% endif %}'
    detail = """<div class="c-hero"><div class="c-hero__title" role="heading" aria-level="1">{{ i.title }}</div></div>
<div class="c-meta"><span>{{ i.long }}</span><span>Lesezeit: 2 Minuten</span></div><div class="c-prose">
{% for p in i.paragraphs %}<div class="c-prose__block">{{ p }}</div>{% endfor %}</div>"""
    related = """<div class="c-slider">{% for r in items %}<div class="c-card"><a class="c-card__link" href="{{ s.url(r) }}">
<span class="c-card__kicker">{{ r.long }}</span><div class="c-card__title">{{ r.title }}</div></a></div>{% endfor %}</div>"""


class Definitions(Style):
    """dt with date, dd with link; the pager has no end (its last page for ever), nor has the calendar."""

    name = "definition_list"
    authority = "Kreis Altenfeld"
    count = 35
    press = "/aktuelles/meldungen"
    pager_url = "/aktuelles/meldungen?seite={k}"
    detail_url = "/aktuelles/meldungen/{i.n}"
    service = "/info/{}"
    chrome = chrome.SOUP
    traps = (press + "?monat=",)
    row = '<dt>{{ i.dotted }}</dt><dd><a href="{{ s.url(i) }}">{{ i.title }}</a></dd>'
    listing = """<h1>Meldungen</h1><dl>{{ rows }}</dl><p class="blaettern"><a href="{{ s.page_url(k + 1) }}">nächste Seite</a></p>
<div class="kalender"><a href="{{ s.press }}?monat=2026-10">Oktober 2026</a></div>"""
    pager = ""
    detail = """<h1>{{ i.title }}</h1><p>Altenfeld, {{ i.long }}</p><div>{% for p in i.paragraphs %}{{ p }}<br><br>
{% endfor %}</div>"""

    def list_page(self, k: int) -> Answer:
        if k <= self.last or self.new_look:
            return super().list_page(k)
        shown = self.items[(self.last - 1) * self.size :]
        return self.page("Pressemitteilungen", self.render(self.listing, rows=self.rows(shown), k=k))

    def more(self, target: str) -> Answer | None:
        if found := re.fullmatch(re.escape(self.press) + r"\?seite=(\d+)", target):
            return self.list_page(int(found[1]))
        if found := re.fullmatch(re.escape(self.press) + r"\?monat=(\d+)-(\d+)", target):
            year, month = int(found[1]), int(found[2])
            ahead = f"{year + month // 12}-{month % 12 + 1:02}"
            back = f"{year - (month == 1)}-{(month - 2) % 12 + 1:02}"
            links = "".join(f'<a href="{self.press}?monat={m}">{m}</a> ' for m in (back, ahead))
            return self.page("Kalender", f"<h1>{month:02}/{year}</h1><p>{links}</p><p>Keine Einträge.</p>")
        return None
