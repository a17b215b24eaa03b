"""What all styles share: items, table of pages, pager, feed, sitemap, relaunch."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from itertools import count as endless
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from jinja2 import Environment
from loopback import Answer
from markupsafe import Markup

from world.content import NEWEST, WORDS, Item, Writer, slug
from world.styles import chrome

ENV = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
ENV.filters["q"] = lambda text: quote(str(text), safe="")
Page = Callable[[], Answer]


def key(target: str) -> str:
    """The target without what does not matter to a server: order and writing of parameters, utm, session."""
    parts = urlsplit(re.sub(r";jsessionid=[^?#/]*", "", target))
    given = parse_qsl(parts.query, keep_blank_values=True)
    query = sorted(f"{name}={value}" for name, value in given if not name.startswith("utm_"))
    return parts.path + ("?" + "&".join(query) if query else "")


class Style:
    """One authority's site. Sub-classes are data first: addresses as formats, templates as text."""

    name = "style"
    authority = "Kreis Probe"
    kind = "kreis"
    count = 30
    size = 10
    days = 900
    press = "/presse"
    validators = ""  # "etag", "modified" or none
    rotating = False  # related lists and a counter change from request to request
    charset = "utf-8"
    content_type = "text/html; charset=utf-8"
    generator = ""
    head = ""
    chrome = chrome.SEMANTIC
    service = "/buergerservice/{}"
    detail_url = "/presse/{i.slug}"
    pager_url = "/presse?seite={k}"
    disallow: tuple[str, ...] = ("/intern/",)
    traps: tuple[str, ...] = ()
    soft404: tuple[str, ...] = ()
    findable = True
    robots_more = ""
    feed_url = ""  # the newest ten; named in the page head if feed_named
    feed_named = True
    feed_utm = ""
    row = '<li><span class="date">{{ i.dotted }}</span> <a href="{{ s.url(i) }}">{{ i.title }}</a></li>'
    listing = '<h1>Pressemitteilungen</h1><ul class="liste">{{ rows }}</ul>{{ pager }}'
    pager = (
        '<div class="pager">{% for k, url in pages %}{% if k == now %}<strong>{{ k }}</strong>{% else %}'
        '<a href="{{ url }}">{{ k }}</a>{% endif %} {% endfor %}'
        '{% if following %}<a class="next" href="{{ following }}">nächste Seite</a>{% endif %}</div>'
    )
    detail = (
        '<article><h1>{{ i.title }}</h1><p class="date">{{ i.long }}</p>'
        "{% for p in i.paragraphs %}<p>{{ p }}</p>{% endfor %}</article>"
    )
    related = (
        '<section class="weitere"><h2>Weitere Meldungen</h2><ul>{% for r in items %}<li>'
        '<a href="{{ s.url(r) }}">{{ r.title }}</a> <small>{{ r.dotted }}</small></li>{% endfor %}</ul></section>'
    )

    def __init__(self) -> None:
        self.address = ""
        self.writer = Writer(self.name)
        self.items = self.compose()
        self.new_look: str | None = None
        self._hits = endless(4711)
        self._table: dict[str, Page] | None = None
        self._old: dict[str, str] = {}

    def compose(self) -> list[Item]:
        return self.writer.several(self.count, NEWEST, self.days)

    # addresses
    def url(self, i: Item) -> str:
        if self.new_look:
            return f"/neu/{i.day.year}/{i.slug}-{i.n}"
        return self.detail_url.format(i=i)

    def aliases(self, i: Item) -> list[str]:
        """Other addresses of the same release that answer with it."""
        return []

    def addresses(self, i: Item) -> list[str]:
        redirected = i.former if self.new_look == "redirects" else []
        return [self.url(i), *([] if self.new_look else self.aliases(i)), *redirected]

    def page_url(self, k: int) -> str:
        if k == 1:
            return self.press
        if self.new_look:
            return f"{self.press}{'&' if '?' in self.press else '?'}blatt={k}"
        return self.pager_url.format(k=k, zero=k - 1, start=(k - 1) * self.size)

    def service_links(self) -> list[tuple[str, str]]:
        return [(title, self.service.format(slug(title))) for title in WORDS["services"]]

    # pages
    def render(self, template: str, **given: Any) -> Markup:
        return Markup(ENV.from_string(template).render(s=self, **given))

    def page(self, title: str, main: str, *, head: str = "", side: str = "", status: int = 200) -> Answer:
        named = ""
        if self.feed_url and self.feed_named and not self.new_look:
            named = f'<link rel="alternate" type="application/rss+xml" title="Presse" href="{self.feed_url}">'
        text = self.render(
            chrome.NEW if self.new_look else self.chrome,
            title=title, main=Markup(main), side=Markup(side),
            head=Markup(named + ("" if self.new_look else self.head) + head),
            hits=next(self._hits) if self.rotating else None,
        )  # fmt: skip
        return Answer(text.encode(self.charset, "xmlcharrefreplace"), status, type=self.content_type)

    def neighbours(self, i: Item, many: int = 4) -> list[Item]:
        """Other releases named beside this one; in rotating styles others at each request."""
        start = self.items.index(i) + 1 + (next(self._hits) % 7 if self.rotating else 0)
        found = [item for item in self.items if item.kind == "release" and item is not i]
        return [found[(start + k) % len(found)] for k in range(many)]

    def detail_page(self, i: Item) -> Answer:
        template = Style.detail if self.new_look else self.detail
        side = self.render(self.related, items=self.neighbours(i))
        return self.page(i.title, self.render(template, i=i), head=self.detail_head(i), side=side)

    def detail_head(self, i: Item) -> str:
        return ""

    def rows(self, items: list[Item]) -> Markup:
        return Markup("\n").join(
            self.render(chrome.NEW_ROW if self.new_look else self.row, i=i) for i in items
        )

    def list_page(self, k: int) -> Answer:
        last = self.last
        shown = self.items[(k - 1) * self.size : k * self.size]
        near = [(n, self.page_url(n)) for n in range(1, last + 1) if n in {1, last} or abs(n - k) < 3]
        pager = self.render(
            self.pager, pages=near, now=k, following=self.page_url(k + 1) if k < last else "",
            before=self.page_url(k - 1) if k > 1 else "",
        )  # fmt: skip
        template = chrome.NEW_LIST if self.new_look else self.listing
        main = self.render(template, rows=self.rows(shown), pager=pager if last > 1 else "", items=shown, k=k)
        return self.page("Pressemitteilungen", main, side=self.list_side())

    def list_side(self) -> str:
        return ""

    @property
    def last(self) -> int:
        return -(-len(self.items) // self.size)

    def home(self) -> Answer:
        main = self.render(chrome.HOME, items=self.items[:3])
        return self.page("Startseite", main)

    def robots(self) -> Answer:
        rules = "".join(f"Disallow: {path}\n" for path in self.disallow)
        more = self.robots_more.format(s=self)
        return Answer(f"User-agent: *\n{rules}{more}", type="text/plain")

    def feed(self) -> Answer:
        items = [item for item in self.items if item.kind == "release"][:10]
        stamps = [format_datetime(datetime.combine(i.day, time(9, 30), UTC)) for i in items]
        xml = self.render(chrome.RSS, entries=list(zip(items, stamps, strict=True)))
        return Answer(xml, type="application/rss+xml; charset=utf-8")

    def sitemap(self, urls: list[str]) -> Answer:
        return Answer(self.render(chrome.SITEMAP, urls=urls), type="application/xml")

    def missing(self, target: str) -> Answer:
        return self.page("Nicht gefunden", "<h1>404</h1><p>Die Seite wurde nicht gefunden.</p>", status=404)

    # the table of all pages
    def table(self) -> dict[str, Page]:
        """Pages by address as linked; ``basic`` and what the style adds."""
        return self.basic()

    def basic(self) -> dict[str, Page]:
        pages: dict[str, Page] = {"/": self.home, "/robots.txt": self.robots}
        for title, url in self.service_links():
            pages[url] = lambda title=title: self.page(title, self.render(chrome.SERVICE, title=title))
        pages["/intern/dienstplan"] = lambda: self.page("Dienstplan", "<h1>Dienstplan</h1><p>Nur intern.</p>")
        for k in range(1, self.last + 1):
            pages[self.page_url(k)] = lambda k=k: self.list_page(k)
        for i in self.items:
            for url in (self.url(i), *([] if self.new_look else self.aliases(i))):
                pages[url] = lambda i=i: self.detail_page(i)
        for url in self.soft404:
            text = "<h1>Seite nicht gefunden</h1><p>Die gewünschte Seite wurde leider nicht gefunden.</p>"
            pages[url] = lambda text=text: self.page("Seite nicht gefunden", text)
        if self.feed_url and not self.new_look:
            pages[self.feed_url] = self.feed
        return pages

    def more(self, target: str) -> Answer | None:
        """Pages that no table can hold: endless ones."""
        return None

    def answer(self, target: str) -> Answer | None:
        wanted = self.key(target)
        if self._table is None:
            made = self.basic() if self.new_look else self.table()
            self._table = {self.key(url): page for url, page in made.items()}
        if wanted in self._table:
            return self._table[wanted]()
        if self.new_look:
            new = self._old.get(wanted)
            return Answer(b"", 301, {"Location": self.address + new}) if new else None
        return self.more(target)

    def key(self, target: str) -> str:
        return key(target)

    # changes
    def publish(self) -> Item:
        item = self.writer.one(self.items[0].day + timedelta(1))
        self.items.insert(0, item)
        self._table = None
        return item

    def relaunch(self, redirects: bool) -> None:
        if not self.findable:
            return
        for i in self.items:
            i.former = [self.url(i), *self.aliases(i)]
        self.new_look = "redirects" if redirects else "gone"
        if redirects:
            self._old = {self.key(url): self.url(i) for i in self.items for url in i.former}
        self._table = None
