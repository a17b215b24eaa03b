"""A service that publishes for several authorities on one host."""

from __future__ import annotations

from functools import cache

from world.content import NEWEST, Item
from world.styles import chrome
from world.styles.base import Page, Style, key


class First(Style):
    """Pager Startrow; each item as data.aspx/static, meldung.aspx?ID and ?fid; a box names the other's releases.

    The feed /rss.aspx?p= is not named in any page; parameters in any case and order.
    """

    name = "presse_service"
    authority = "Kreis Wallstedt"
    count = 36
    odd = 1
    number = 1721
    press = "/meldungen.aspx?ps_id=1721&Typ=0"
    pager_url = "/meldungen.aspx?ps_id=1721&Typ=0&Startrow={start}"
    chrome = chrome.SOUP
    service = "/info/{}.aspx"
    validators = ""
    feed_url = "/rss.aspx?p=1721"
    feed_named = False
    row = """<li><div class="ps_datum">{{ i.dotted }}</div><a class="ps_titel" href="{{ s.url(i) }}">{{ i.title }}</a>
<p>{{ i.teaser }}</p></li>"""
    listing = '<h1>Meldungen: {{ s.authority }}</h1><ul class="ps_meldungsliste">{{ rows }}</ul>{{ pager }}'
    pager = """<p class="ps_navigation">{% if before %}<a href="{{ before }}">« zurück</a>{% endif %}
{% if following %}<a href="{{ following }}">weiter »</a>{% endif %}</p>"""
    detail = """<div class="ps_content"><p class="ps_herausgeber">Herausgeber: {{ s.authority }}</p>
<h1 class="ps_meldungstitel">{{ i.title }}</h1><p class="ps_meldungsdatum">Meldungsdatum: {{ i.dotted }}</p>
{% for p in i.paragraphs %}<p class="ps_meldungstext">{{ p }}</p>{% endfor %}
<p><a href="/data.aspx/static/{{ s.id(i) }}.html">Druckansicht</a></p></div>"""

    def id(self, i: Item) -> int:
        return 1190000 + 2 * i.n * 17 + self.odd

    def compose(self) -> list[Item]:
        return self.writer.several(self.count, NEWEST, 500)

    def _forms(self, i: Item) -> list[str]:
        return [
            f"/data.aspx/static/{self.id(i)}.html",
            f"/meldung.aspx?ID={self.id(i)}",
            f"/meldung.aspx?fid={self.id(i)}",
        ]

    def url(self, i: Item) -> str:
        return super().url(i) if self.new_look else self._forms(i)[0]

    def aliases(self, i: Item) -> list[str]:
        return self._forms(i)[1:]

    def list_side(self) -> str:
        other = _another(Second if self.odd else First)
        box = """<div class="box"><h3>Aus den anderen Häusern</h3>{% for i in items %}<a href="{{ o.url(i) }}">
{{ i.title }}</a> ({{ o.authority }})<br>{% endfor %}</div>"""
        return self.render(box, o=other, items=other.items[:2])

    def key(self, target: str) -> str:
        path, _, query = key(target).partition("?")
        wanted = sorted(part for part in query.lower().split("&") if not part.endswith("="))
        return f"{path.lower()}?{'&'.join(wanted)}" if wanted else path.lower()


class Second(First):
    """The same host: list /public/Default.aspx?p=, which links meldung.aspx?ID=."""

    name = "presse_service_2"
    authority = "Stadt Kranzow"
    kind = "stadt"
    count = 27
    odd = 0
    press = "/public/Default.aspx?p=85"
    pager_url = "/public/Default.aspx?p=85&Startrow={start}"
    feed_url = "/rss.aspx?p=85"

    def url(self, i: Item) -> str:
        return Style.url(self, i) if self.new_look else self._forms(i)[1]

    def aliases(self, i: Item) -> list[str]:
        return [self._forms(i)[0], self._forms(i)[2]]

    def basic(self) -> dict[str, Page]:
        return {url: page for url, page in super().basic().items() if url not in {"/", "/robots.txt"}}


@cache
def _another(style: type[First]) -> First:
    return style()
