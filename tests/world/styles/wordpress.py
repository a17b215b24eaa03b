"""WordPress."""

from __future__ import annotations

from itertools import groupby

from loopback import Answer
from markupsafe import Markup

from world.content import Item
from world.styles.base import Page, Style


class WordPress(Style):
    """Feed with utm, a feed of comments beside it, shortlinks ?p=ID that redirect, tag and month pages."""

    name = "wordpress"
    authority = "Stadt Grünwiek"
    kind = "stadt"
    count = 44
    press = "/category/presse/"
    pager_url = "/category/presse/page/{k}/"
    detail_url = "/{i.day:%Y}/{i.day:%m}/{i.slug}/"
    service = "/{}/"
    generator = "WordPress 6.8"
    validators = "etag"
    feed_url = "/feed/"
    feed_utm = "utm_source=rss&utm_medium=rss"
    disallow = ("/intern/", "/wp-admin/")
    robots_more = "Crawl-delay: 0\n"
    head = (
        '<link rel="alternate" type="application/rss+xml" title="Kommentar-Feed" href="/comments/feed/">'
        '<link rel="https://api.w.org/" href="/wp-json/"><link rel="EditURI" href="/xmlrpc.php?rsd">'
    )
    row = """<article id="post-{{ i.n }}" class="post-{{ i.n }} post type-post status-publish hentry category-presse">
<header class="entry-header"><h2 class="entry-title"><a href="{{ s.url(i) }}" rel="bookmark">{{ i.title }}</a></h2>
<div class="entry-meta"><time class="entry-date published" datetime="{{ i.day }}T09:15:00+01:00">{{ i.long }}</time>
von <a href="/author/pressestelle/">pressestelle</a></div></header><div class="entry-summary"><p>{{ i.teaser }}</p>
</div></article>"""
    listing = '<h1 class="page-title">Kategorie: Presse</h1>{{ rows }}{{ pager }}'
    pager = """<nav class="navigation posts-navigation"><div class="nav-links">{% if following %}<div class="nav-previous">
<a href="{{ following }}">Ältere Beiträge</a></div>{% endif %}{% if before %}<div class="nav-next">
<a href="{{ before }}">Neuere Beiträge</a></div>{% endif %}</div></nav>"""
    detail = """<article id="post-{{ i.n }}" class="post type-post hentry"><header class="entry-header">
<h1 class="entry-title">{{ i.title }}</h1><time class="entry-date published" datetime="{{ i.day }}T09:15:00+01:00">{{ i.long }}
</time></header><div class="entry-content">{% for p in i.paragraphs %}<p>{{ p }}</p>{% endfor %}</div><footer
class="entry-footer">Schlagwörter: <a href="/tag/rathaus/" rel="tag">Rathaus</a>, <a href="/tag/bauen/" rel="tag">Bauen</a>
</footer></article><nav class="post-navigation">{% for r in s.neighbours(i, 1) %}<a href="{{ s.url(r) }}" rel="prev">Vorheriger
Beitrag: {{ r.title }}</a>{% endfor %}</nav>"""

    def aliases(self, i: Item) -> list[str]:
        return [f"/?p={i.n + 300}"]

    def detail_head(self, i: Item) -> str:
        if self.new_look:
            return ""
        return Markup(
            f'<link rel="canonical" href="{self.address}{self.url(i)}">'
            f'<link rel="shortlink" href="{self.address}{self.aliases(i)[0]}">'
        )

    def _months(self) -> list[tuple[str, list[Item]]]:
        return [(f"/{m}/", list(items)) for m, items in groupby(self.items, lambda i: f"{i.day:%Y/%m}")]

    def list_side(self) -> str:
        links = "".join(f'<li><a href="{url}">Archiv {url.strip("/")}</a></li>' for url, _ in self._months())
        return (
            ""
            if self.new_look
            else f'<ul class="widget_archive">{links}</ul><a href="/tag/rathaus/">Rathaus</a>'
        )

    def table(self) -> dict[str, Page]:
        pages = self.basic()
        for i in self.items:
            pages[self.aliases(i)[0]] = lambda i=i: Answer(b"", 301, {"Location": self.address + self.url(i)})
        shelves = [*self._months(), ("/tag/rathaus/", self.items[:15]), ("/tag/bauen/", self.items[8:20])]
        shelves.append(("/author/pressestelle/", self.items[:10]))
        for url, items in shelves:
            pages[url] = lambda items=items: self.page(
                "Archiv", f"<h1>Archiv</h1>{self.rows(items)}", side=self.list_side()
            )
        pages["/comments/feed/"] = lambda: Answer(
            '<?xml version="1.0"?><rss version="2.0"><channel><title>Kommentare</title><item><title>Von: Gast</title>'
            f"<link>{self.address}{self.url(self.items[0])}#comment-9</link><description>Schön!</description></item>"
            "</channel></rss>",
            type="application/rss+xml",
        )
        pages["/wp-json/"] = lambda: Answer('{"name": "Stadt", "routes": {}}', type="application/json")
        return pages
