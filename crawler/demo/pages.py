"""A sample site on one day as a table of its pages: pure, computed once, looked up by the server."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha1
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from archive.dates import MONTHS
from crawler.demo import files
from crawler.demo.content import Content, Release, Service, Source, slug
from crawler.demo.styles import STYLES, Style, key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DAYS = (datetime(2026, 2, 26, 19, tzinfo=UTC), datetime(2026, 2, 27, 19, tzinfo=UTC))
NOT_FOUND = ""


class Page(NamedTuple):
    """An answer of the server, ready to send."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Item:
    """A release with its addresses on its site; `urls[0]` is the main one."""

    release: Release
    urls: tuple[str, ...]
    image: str
    attachment: str


@dataclass(frozen=True)
class Site:
    """One host: a style and the authorities that share it."""

    name: str
    style: Style
    sources: tuple[Source, ...]
    services: tuple[Service, ...]


def sites(content: Content) -> list[Site]:
    """The hosts that `content` needs, one per style."""
    used = dict.fromkeys(source.style for source in content.sources)
    return [
        Site(
            name=name,
            style=STYLES[name],
            sources=tuple(source for source in content.sources if source.style == name),
            services=tuple(service for service in content.services if service.style in ("", name)),
        )
        for name in used
    ]


def render(site: Site, day: int, base: str) -> dict[str, Page]:
    """Every page of `site` on `day` (1 or 2) by the key of its address; `base` is the site's root address."""
    edition = Edition(site, day, base, environment())
    return {key(url, site.style.asks): page for url, page in edition.pages()} | {NOT_FOUND: edition.missing()}


def environment() -> Environment:
    """Templates with the German ways of writing a day."""
    env = Environment(
        loader=PackageLoader("crawler.demo"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["long"] = lambda day: f"{day.day}. {MONTHS[day.month - 1]} {day.year}"
    env.filters["short"] = lambda day: f"{day:%d.%m.%Y}"
    env.filters["rfc822"] = format_datetime
    env.filters["utc"] = lambda day: day.astimezone(UTC).isoformat()
    env.filters["later"] = lambda day: day + timedelta(days=2, hours=5)
    return env


@dataclass(frozen=True)
class Edition:
    """One site on one day: makes its pages, each with its address."""

    site: Site
    day: int
    base: str
    env: Environment

    def pages(self) -> Iterator[tuple[str, Page]]:
        """All pages, addresses as the site links them."""
        yield "/", self.html("home.html", sources=self.site.sources)
        for source in self.site.sources:
            items = self.items(source.public(self.day))
            if self.site.style.home != "/":
                yield self.site.style.home.format(code=source.code), self.html("home.html", sources=[source])
            yield from self.listings(source, items)
            yield from self.facets(source, items)
            yield from self.details(source, items)
            yield from self.feed(source, items)
        yield from self.around()

    def listings(self, source: Source, items: Sequence[Item]) -> Iterator[tuple[str, Page]]:
        """The list of releases, page by page."""
        style = self.site.style
        starts = range(0, len(items), style.per_page)
        urls = [
            (style.more if row else style.listing).format(code=source.code, n=n + 1, n0=n, row=row)
            for n, row in enumerate(starts)
        ]
        for n, row in enumerate(starts):
            shown = items[row : row + style.per_page]
            yield urls[n], self.list_page(source, items, shown, urls, n)

    def facets(self, source: Source, items: Sequence[Item]) -> Iterator[tuple[str, Page]]:
        """The list narrowed to one topic, where the style has such pages."""
        for n, tag in enumerate(tags(items) if self.site.style.facet else (), 1):
            url = self.site.style.facet.format(n=n)
            shown = [item for item in items if tag in item.release.tags]
            yield url, self.list_page(source, items, shown, [url], 0)

    def list_page(
        self, source: Source, items: Sequence[Item], shown: Sequence[Item], urls: Sequence[str], n: int
    ) -> Page:
        """One page of a list; `urls` are all pages of it, `n` is this one."""
        facets = [(tag, self.site.style.facet.format(n=number)) for number, tag in enumerate(tags(items), 1)]
        return self.template("list.html", source=source, items=shown, urls=urls, n=n, facets=facets)

    def details(self, source: Source, items: Sequence[Item]) -> Iterator[tuple[str, Page]]:
        """Each release under each of its addresses, with its files; what was taken down answers 410."""
        for n, item in enumerate(items):
            related = [*items[n + 1 : n + 4], *items[max(n - 1, 0) : n]]
            page = self.template("detail.html", source=source, item=item, related=related)
            yield from ((url, page) for url in item.urls)
            yield from self.files(item)
        for item in self.items(source.gone(self.day)):
            gone = Service("", "Nicht mehr verfügbar", "Diese Meldung wurde zurückgezogen.")
            yield from ((url, self.html("service.html", status=410, service=gone)) for url in item.urls)

    def files(self, item: Item) -> Iterator[tuple[str, Page]]:
        """The picture and the attachment of a release."""
        if item.image:
            yield item.image, self.page(files.png(), "image/png")
        if item.attachment:
            text = "\n".join(line for block in item.release.body for line in block.lines)
            lines = [item.release.attachment, "", item.release.title, "", *textwrap.wrap(text, 88)]
            yield item.attachment, self.page(files.pdf(lines), "application/pdf")

    def feed(self, source: Source, items: Sequence[Item]) -> Iterator[tuple[str, Page]]:
        """The feed with the ten newest releases, if the source has one."""
        if source.feed != "none":
            text = self.text("rss.xml", source=source, items=items[:10])
            url = self.site.style.feed.format(code=source.code)
            yield url, self.page(text.encode(), "application/rss+xml")

    def around(self) -> Iterator[tuple[str, Page]]:
        """Pages that are no releases: services, robots.txt, the site map."""
        for service in self.site.services:
            url = self.site.style.service.format(slug=service.slug)
            yield url, self.html("service.html", service=service)
        rules = "".join(f"Disallow: {path}\n" for path in self.site.style.disallow) or "Disallow:\n"
        yield "/robots.txt", self.page(f"User-agent: *\n{rules}".encode(), "text/plain")
        if self.site.style.sitemap:
            items = [item for source in self.site.sources for item in self.items(source.public(self.day))]
            text = self.text("sitemap.xml", items=items)
            yield self.site.style.sitemap, self.page(text.encode(), "application/xml")

    def missing(self) -> Page:
        """The answer to an address the site does not have."""
        text = "Die gesuchte Seite wurde leider nicht gefunden."
        return self.html("service.html", status=404, service=Service("", "Seite nicht gefunden", text))

    def items(self, releases: Sequence[Release]) -> list[Item]:
        """The releases with their addresses."""
        return [self.item(release) for release in releases]

    def item(self, release: Release) -> Item:
        """One release with its addresses."""
        style, day = self.site.style, release.published
        facts = {
            "slug": release.slug,
            "id": style.first_id + release.number,
            "year": day.year,
            "month": slug(MONTHS[day.month - 1]),
            "stamp": int(day.timestamp()),
        }
        return Item(
            release=release,
            urls=tuple(url.format(**facts) for url in style.details),
            image=style.image.format(**facts) if release.photo else "",
            attachment=style.attachment.format(**facts) if release.attachment else "",
        )

    def template(self, name: str, **facts: Any) -> Page:
        """A page from a template of the site's own style."""
        return self.html(f"{self.site.name}/{name}", **facts)

    def html(self, template: str, status: int = 200, **facts: Any) -> Page:
        """A page in the site's encoding, with soft hyphens written as editors' systems write them."""
        text = self.text(template, **facts)
        body = text.replace("\N{SOFT HYPHEN}", "&shy;").encode(self.site.style.encoding, "xmlcharrefreplace")
        charset = f"; charset={self.site.style.encoding}" if self.site.style.says_charset else ""
        return self.page(body, f"text/html{charset}", status)

    def text(self, template: str, **facts: Any) -> str:
        """A filled-in template; `source` is the site's first unless `facts` name another."""
        url = self.site.style.service
        known = {
            "site": self.site,
            "base": self.base,
            "source": self.site.sources[0],
            "navigation": [(url.format(slug=s.slug), s.title) for s in self.site.services if not s.style],
        }
        return self.env.get_template(template).render(known | facts)

    def page(self, body: bytes, content_type: str, status: int = 200) -> Page:
        """An answer with the validators the site sends."""
        stamps = {
            "ETag": f'"{sha1(body, usedforsecurity=False).hexdigest()[:16]}"',
            "Last-Modified": format_datetime(DAYS[self.day - 1], usegmt=True),
        }
        validators = {name: stamps[name] for name in self.site.style.validators if status == 200}
        return Page(status, {"Content-Type": content_type, **validators}, body)


def tags(items: Sequence[Item]) -> list[str]:
    """The topics of the releases, in alphabetical order."""
    return sorted({tag for item in items for tag in item.release.tags})
