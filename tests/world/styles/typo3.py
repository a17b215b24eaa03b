"""TYPO3 news, with routed addresses and with raw parameters."""

from __future__ import annotations

from hashlib import md5
from urllib.parse import quote

from loopback import Answer

from world.content import Item
from world.styles import chrome
from world.styles.base import Page, Style


class Routed(Style):
    """Pages /page-N, feed with utm in its links, sitemap index with every release and a removed one (soft 404)."""

    name = "typo3_routed"
    authority = "Kreis Tannau"
    count = 57
    press = "/aktuelles"
    generator = "TYPO3 CMS"
    validators = "etag"
    detail_url = "/aktuelles/detail/{i.slug}"
    pager_url = "/aktuelles/page-{k}"
    feed_url = "/aktuelles/feed.xml"
    feed_utm = "utm_source=rss&utm_medium=feed"
    soft404 = ("/aktuelles/detail/laengst-entfernte-meldung",)
    robots_more = "Disallow: /typo3/\nSitemap: {s.address}/sitemap.xml\n"
    head = '<link rel="stylesheet" href="/typo3temp/assets/compressed/merged-1f2e.css">'
    row = """<div class="article articletype-0" itemscope itemtype="http://schema.org/Article">
<h3><a title="{{ i.title }}" href="{{ s.url(i) }}"><span itemprop="headline">{{ i.title }}</span></a></h3>
<span class="news-list-date"><time datetime="{{ i.day }}">{{ i.dotted }}</time></span>
<div class="teaser-text" itemprop="description"><p>{{ i.teaser }}
<a class="more" href="{{ s.url(i) }}">Weiterlesen</a></p></div></div>"""
    listing = (
        '<h1>Aktuelles</h1><div class="news"><div class="news-list-view">{{ rows }}{{ pager }}</div></div>'
    )
    detail = """<div class="news news-single"><div class="article" itemscope itemtype="http://schema.org/Article">
<div class="header"><h1 itemprop="headline">{{ i.title }}</h1></div><div class="footer"><span class="news-list-date">
<time itemprop="datePublished" datetime="{{ i.day }}">{{ i.long }}</time></span></div>
<div class="teaser-text" itemprop="description"><p>{{ i.paragraphs[0] }}</p></div>
<div class="news-text-wrap" itemprop="articleBody">{% for p in i.paragraphs[1:] %}<p>{{ p }}</p>{% endfor %}</div>
<div class="news-backlink-wrap"><a href="{{ s.press }}">Zurück</a></div></div></div>"""

    def table(self) -> dict[str, Page]:
        pages = self.basic()
        parts = ["/sitemap.xml?sitemap=pages&cHash=3f1a", "/sitemap.xml?sitemap=news&cHash=9be2"]
        pages["/sitemap.xml"] = lambda: Answer(
            '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            + "".join(f"<sitemap><loc>{self.address}{p.replace('&', '&amp;')}</loc></sitemap>" for p in parts)
            + "</sitemapindex>",
            type="application/xml",
        )
        pages[parts[0]] = lambda: self.sitemap(["/", self.press, *(url for _, url in self.service_links())])
        pages[parts[1]] = lambda: self.sitemap([*map(self.url, self.items), *self.soft404])
        return pages


class Hashed(Style):
    """Pager and details carry a cHash and answer 404 without; the same items also routed, from the home page."""

    name = "typo3_chash"
    authority = "Stadt Lindhafen"
    kind = "stadt"
    count = 34
    press = "/presse/pressemitteilungen"
    generator = "TYPO3 CMS"
    rotating = True
    chrome = chrome.SOUP
    service = "/rathaus/{}.html"
    disallow = ("/intern/", "/fileadmin/vertraulich/")
    row = """<div class="news-list-item"><p class="bodytext"><span class="news-list-date">{{ i.dotted }}</span></p>
<h2><a href="{{ s.url(i) }}">{{ i.title }}</a></h2><p>{{ i.teaser }} <a href="{{ s.url(i) }}">mehr</a></p></div>"""
    listing = '<h1>Pressemitteilungen</h1><div class="tx-news">{{ rows }}</div>{{ pager }}'
    pager = """<ul class="f3-widget-paginator">{% for k, url in pages %}{% if k == now %}<li class="current">{{ k }}</li>
{% else %}<li><a href="{{ url }}">{{ k }}</a></li>{% endif %}{% endfor %}
{% if following %}<li class="next"><a href="{{ following }}">Nächste</a></li>{% endif %}</ul>"""
    detail = """<div class="news-single-item"><div class="news-single-date">{{ i.dotted }}</div><h1>{{ i.title }}</h1>
<div class="news-single-content">{% for p in i.paragraphs %}<p class="bodytext">{{ p }}</p>{% endfor %}</div>
<p><a href="/fileadmin/vertraulich/verteiler.html">Presseverteiler</a></p></div>"""

    def _hashed(self, base: str, **given: object) -> str:
        query = "&".join(
            f"{quote(f'tx_news_pi1[{name}]', safe='')}={value}" for name, value in sorted(given.items())
        )
        return f"{base}?{query}&cHash={md5(query.encode()).hexdigest()}"

    def url(self, i: Item) -> str:
        if self.new_look:
            return super().url(i)
        return self._hashed("/presse/meldung", action="detail", controller="News", news=i.n + 400)

    def aliases(self, i: Item) -> list[str]:
        return [f"/aktuelles/news/{i.slug}"]

    def page_url(self, k: int) -> str:
        return super().page_url(k) if k == 1 or self.new_look else self._hashed(self.press, currentPage=k)

    def home(self) -> Answer:
        block = self.render(
            '<h1>Moin in Lindhafen</h1><div class="teaser"><h2>Aktuelles</h2>{% for i in items %}<h3>'
            '<a href="{{ s.aliases(i)[0] }}">{{ i.title }}</a></h3><p>{{ i.teaser }}</p>{% endfor %}</div>',
            items=self.items[:6],
        )
        return super().home() if self.new_look else self.page("Startseite", block)

    def list_side(self) -> str:
        block = '<div class="box"><h3>Aktuelles</h3>{% for i in items %}<a href="{{ s.aliases(i)[0] }}">{{ i.title }}</a>{% endfor %}</div>'
        return "" if self.new_look else self.render(block, items=self.items[:2])
