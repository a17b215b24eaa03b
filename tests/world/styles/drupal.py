"""Drupal as ministries use it."""

from __future__ import annotations

import json

from loopback import Answer
from markupsafe import Markup

from world.content import Item
from world.styles.base import Page, Style

_THEMES = ["Umwelt", "Verkehr", "Bildung", "Soziales", "Haushalt", "Kultur"]


class Drupal(Style):
    """?page=N from 0; facets, search and an English copy as traps; /node/N; dates in JSON-LD only."""

    name = "drupal"
    authority = "Ministerium für Raum und Ordnung"
    kind = "ministerium"
    count = 46
    size = 12
    press = "/presse/pressemitteilungen"
    pager_url = "/presse/pressemitteilungen?page={zero}"
    detail_url = "/pressemitteilung/{i.slug}"
    generator = "Drupal 10 (https://www.drupal.org)"
    service = "/themen/{}"
    validators = "modified"
    disallow = ("/intern/", "/core/", "/search/", "/admin/")
    traps = (press + "?f[", "/search", "/en/")
    row = """<article class="node node--type-press-release node--view-mode-teaser"><h3 class="node__title">
<a href="{{ s.url(i) }}" rel="bookmark"><span>{{ i.title }}</span></a></h3><div class="field field--name-body">
<p>{{ i.teaser }}</p></div></article>"""
    listing = """<h1 class="page-title">Pressemitteilungen</h1><form action="/search"><input name="search"></form>
<p><a href="/search?search=">Suche</a> <a href="/search/node">Erweiterte Suche</a></p>
<ul class="facets">{% for t in s.themes %}<li><a href="{{ s.press }}?f%5B0%5D=tags%3A{{ loop.index }}" rel="nofollow">
{{ t }} (12)</a></li>{% endfor %}</ul><div class="view-content">{{ rows }}</div>{{ pager }}"""
    pager = """<nav class="pager" role="navigation"><ul class="pager__items">{% for k, url in pages %}
<li class="pager__item{% if k == now %} is-active{% endif %}"><a href="{{ url.replace(s.press, "") if k > 1 else "?page=0" }}"
title="Gehe zu Seite {{ k }}">{{ k }}</a></li>{% endfor %}{% if following %}<li class="pager__item pager__item--next">
<a href="{{ following.replace(s.press, "") }}" rel="next">Nächste Seite ››</a></li>{% endif %}</ul></nav>"""
    detail = """<article class="node node--type-press-release node--view-mode-full"><h1 class="page-title">{{ i.title }}</h1>
<p><a href="{{ s.english(i) }}" hreflang="en">English</a></p><div class="field field--name-body">
{% for p in i.paragraphs %}<p>{{ p }}</p>{% endfor %}</div></article>"""
    themes = _THEMES

    def aliases(self, i: Item) -> list[str]:
        return [f"/node/{i.n + 1200}"]

    def english(self, i: Item) -> str:
        return f"/en/press-release/statement-{i.n}"

    def detail_head(self, i: Item) -> str:
        data = {
            "@context": "https://schema.org", "@type": "NewsArticle", "headline": i.title,
            "datePublished": f"{i.day}T10:15:00+0200", "dateModified": "2026-10-30T08:00:00+0100",
        }  # fmt: skip
        if self.new_look:
            return ""
        return Markup(
            f'<link rel="canonical" href="{self.address}{self.url(i)}">'
            f'<link rel="shortlink" href="{self.address}{self.aliases(i)[0]}">'
            f'<link rel="alternate" hreflang="en" href="{self.address}{self.english(i)}">'
            f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'
        )

    def list_side(self) -> str:
        return "" if self.new_look else '<p><a href="/en/press-releases">English</a></p>'

    def table(self) -> dict[str, Page]:
        pages = self.basic()
        pages[f"{self.press}?page=0"] = lambda: self.list_page(1)
        links = "".join(
            f'<li><a href="{self.english(i)}">Statement {i.n}</a> {i.day:%m/%d/%Y}</li>' for i in self.items
        )
        pages["/en/press-releases"] = lambda: self.page(
            "Press releases", f"<h1>Press releases</h1><ul>{links}</ul>"
        )
        for i in self.items:
            text = (
                f"<h1>Statement {i.n}</h1><p>{i.day:%m/%d/%Y}</p><p>The ministry has published statement number {i.n}. "
                "It is available in German, this page is a short summary for readers from abroad.</p>"
            )
            pages[self.english(i)] = lambda text=text: self.page("Statement", text)
        return pages

    def more(self, target: str) -> Answer | None:
        if target.startswith("/search"):
            hits = "".join(self.rows(self.items[:10]))
            return self.page("Suche", f'<h1>Suche</h1>{hits}<a href="{target}1">weiter</a>')
        if target.startswith(f"{self.press}?f"):
            extra = "".join(
                f'<a href="{target}&amp;f%5B{n}%5D=tags%3A{n}">{t}</a> '
                for n, t in enumerate(_THEMES, target.count("f%5B"))
            )
            return self.page(
                "Pressemitteilungen", f"<h1>Pressemitteilungen</h1>{extra}{self.rows(self.items[:12])}"
            )
        return None
