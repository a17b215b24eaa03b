"""Rows about where sites lead: redirects, links, feeds, sitemaps."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator

from loopback import release

from badweb.rows import FALSE, Row, Size, in_feed, in_list, in_release, in_robots, in_sitemap
from badweb.server import MARK, Reply, Site, Visit, answer, false_title

INSIDE = {
    "loopback": "http://127.0.0.1:9/x",
    "loopback by name": "http://localhost:9/x",
    "loopback as one number": "http://2130706433:9/x",
    "loopback in hexadecimal": "http://0x7f.1:9/x",
    "loopback in octal": "http://0177.0.0.1:9/x",
    "loopback cut short": "http://127.1:9/x",
    "loopback with a dot at its end": "http://127.0.0.1.:9/x",
    "loopback in circled digits": "http://①②⑦.⓪.⓪.①:9/x",
    "loopback behind a name and password": "http://kreis.example@127.0.0.1:9/x",
    "loopback in IPv6": "http://[::1]:9/x",
    "loopback as IPv4 in IPv6": "http://[::ffff:127.0.0.1]:9/x",
    "loopback by NAT64": "http://[64:ff9b::7f00:1]:9/x",
    "a private net": "http://10.0.0.7/x",
    "a private net in IPv6": "http://[fd00::7]/x",
    "a home's router": "http://192.168.178.1/x",
    "a cloud's metadata": "http://169.254.169.254/latest/meta-data/",
    "a neighbour in IPv6": "http://[fe80::1]/x",
    "the unspecified address": "http://0.0.0.0:9/x",
    "everybody in the net": "http://255.255.255.255/x",
    "a name that lies inside": "http://innen.{}:9/x",
}
"""Addresses in closed networks, in all spellings; {} is the site's host."""

_NAMES = (("innen.", ("10.0.0.8",)),)
_CLOSED = "closed network"
_NO_ADDRESS = "is no http or https address"


def ways(size: Size) -> Iterator[Row]:
    """All rows about where sites lead."""
    yield from _redirects()
    yield from _links()
    yield from _feeds(size)
    yield from _sitemaps(size)


def _redirects() -> Iterator[Row]:
    for where, url in INSIDE.items():
        yield Row(f"redirects into {where}", in_release(_redirect(url)), "ok", _CLOSED, _NAMES)
    inside = _redirect("http://10.0.0.7/presse")
    yield Row("redirects its list into a private net", in_list(inside), "failed", _CLOSED)
    yield Row(
        "redirects its robots.txt into a private net", in_robots(inside, closed=True), "failed", _CLOSED
    )
    yield Row("redirects to itself", in_release(_redirect("/presse/boese")), "ok", "redirect")
    yield Row("redirects on and on", _ever_further, "ok", "redirect")
    yield Row("redirects until a cookie comes back", _wants_cookies, "failed", "redirect")
    for to in (
        "file:///etc/passwd",
        f"data:text/html,{MARK}",
        "javascript:alert(1)",
        "ftp://{}/x",
        "gopher://{}/x",
    ):
        yield Row(
            f"redirects to {to.partition(':')[0]}:", in_release(_redirect(to)), "ok", "answered 302|scheme"
        )
    yield Row("redirects to nothing", in_release(_redirect("")), "ok", "redirect")
    yield Row("redirects to what is no address", in_release(_redirect("http://[::bad/x")), "ok")
    yield Row(
        "redirects to an address of 16 KB", in_release(_redirect("/" + "x" * 16_000)), "ok", _NO_ADDRESS
    )
    refresh = answer(FALSE.replace("<head>", '<head><meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">'),
                     "503 Later", Refresh="0;url=http://127.0.0.1:9/")  # fmt: skip
    yield Row("refreshes into loopback", in_release(refresh), "ok", "answered 503")


def _redirect(to: str) -> Reply:
    async def reply(visit: Visit) -> None:
        target = to.replace("{}", visit.headers["host"]).encode()
        await visit.send(b"HTTP/1.1 302 Found\r\nLocation: " + target + b"\r\nContent-Length: 0\r\n\r\n")

    return reply


def _ever_further(site: Site) -> None:
    async def reply(visit: Visit) -> None:
        further = visit.path + "x" if visit.path.startswith("/weiter") else ""
        await visit.send(answer("", "302 Found" if further else "404 Not Found", Location=further or "/"))

    site.write("/weiter/")
    site.other = reply


def _wants_cookies(site: Site) -> None:
    async def reply(visit: Visit) -> None:
        further = f"{visit.path}?c={len(visit.path)}"
        await visit.send(answer("", "302 Found", Location=further, Set_Cookie="c=1"))

    site.other = reply
    site.pages["/robots.txt"] = answer("", "404 Not Found")


def _links() -> Iterator[Row]:
    yield Row("a list of links into all closed networks", _links_inside, "ok", names=_NAMES)
    yield Row("a list of data:, javascript:, file: and broken links", _links_of_no_kind, "ok")
    yield Row("a list whose links are relative to a private net", _base_inside, "ok|empty")
    yield Row("a next page in a private net", _next_inside, "ok")
    yield Row("files of a release in closed networks and above the root", _files_inside, "ok")
    yield Row("a list whose file names climb out of folders", _file_names, "ok")


def _links_inside(site: Site) -> None:
    site.write(*(url.replace("{}", site.host) for url in INSIDE.values()))


def _links_of_no_kind(site: Site) -> None:
    site.write("data:text/html,x", "javascript:alert(1)", "file:///etc/passwd", "http://[x", "//", "http://:80/",
               "mailto:a@b", "\\\\server\\x", "%00", "http://k.example:99999/", "tel:+49", "#", "?")  # fmt: skip
    site.other = answer("nicht da", "404 Not Found")


def _base_inside(site: Site) -> None:
    site.list([(f"meldung/{n}", false_title(n)) for n in range(4)], "<base href='http://10.0.0.7/'>")


def _next_inside(site: Site) -> None:
    site.write(after="<nav class=pagination><a rel=next href=http://10.0.0.7/presse?seite=2>weiter</a></nav>")


def _files_inside(site: Site) -> None:
    site.write()
    files = ("http://10.0.0.7/a.pdf", "http://127.0.0.1:9/b.pdf", "/../../../../etc/passwd.pdf", "/..%2f..%2fetc%2fpasswd.pdf",
             "file:///etc/passwd.pdf", "/a%00.pdf", "//10.0.0.7/c.pdf")  # fmt: skip
    links = "".join(f"<li><a href='{url}'>Plan als PDF</a></li>" for url in files)
    title = site.good[0]
    site.pages["/presse/0"] = answer(release(title).replace("</main>", f"<ul>{links}</ul></main>"))


def _file_names(site: Site) -> None:
    site.write("/presse/boese")
    name = 'attachment; filename="../../../../etc/boese.html"'
    site.pages["/presse/boese"] = answer(b"%PDF-1.4 kaputt", type="application/pdf", Content_Disposition=name)


def _feeds(size: Size) -> Iterator[Row]:
    entity = '<!DOCTYPE rss [<!ENTITY x SYSTEM "{}">]>'
    bomb = "<!DOCTYPE rss [<!ENTITY a0 'FALSCH '>" + "".join(
        f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)) + "]>"  # fmt: skip
    yield Row(
        "a feed with entities that grow to gigabytes", in_feed(_rss(["/presse/0"], bomb, "&a11;")), "ok"
    )
    quadratic = f"<!DOCTYPE rss [<!ENTITY a '{'x' * 100_000}'>]>"
    yield Row(
        "a feed that names one large entity often",
        in_feed(_rss(["/presse/0"], quadratic, "&a;" * 50_000)),
        "ok",
    )
    for name, url in (("a file", "file:///etc/passwd"), ("an address in a private net", "http://10.0.0.7/x")):
        yield Row(
            f"a feed with an entity that is {name}",
            in_feed(_rss(["/presse/0"], entity.format(url), "&x;")),
            "ok",
        )
    outside = '<!DOCTYPE rss PUBLIC "x" "http://10.0.0.7/x.dtd">'
    yield Row("a feed with a grammar in a private net", in_feed(_rss(["/presse/0"], outside, "x")), "ok")
    yield Row(
        "a feed whose entries lie in closed networks",
        in_feed(_rss(["/presse/0", *INSIDE.values()])),
        "ok",
        names=_NAMES,
    )
    yield Row("a feed in a private net", _feed_inside, "ok")
    yield Row(
        "a feed of very many entries", in_feed(_rss(f"/{MARK}/{n}" for n in range(size.entries // 50))), "ok"
    )
    yield Row(
        "a feed of elements in elements in elements",
        in_feed(_xml("<a>" * 1_000_000)),
        "ok",
        "feed|XML|deep|nothing",
    )
    yield Row("a feed that is a page", in_feed(answer(FALSE)), "ok", "not a feed")


def _rss(urls: Iterable[str], before: str = "", title: str = MARK) -> Reply:
    items = "".join(f"<item><title>{title}</title><link>{url}</link></item>" for url in urls)
    return _xml(f"{before}<rss version='2.0'><channel>{items}</channel></rss>")


def _xml(body: str) -> Reply:
    return answer(f"<?xml version='1.0' encoding='utf-8'?>{body}", type="application/xml")


def _feed_inside(site: Site) -> None:
    site.write(head='<link rel=alternate type="application/rss+xml" href="http://10.0.0.7/feed">')


def _sitemaps(size: Size) -> Iterator[Row]:
    yield Row("a sitemap of millions of addresses", in_sitemap(_large_sitemap(size.entries)), "ok")
    yield Row("a sitemap of millions of addresses, packed", in_sitemap(_packed_sitemap(size.entries)), "ok")
    yield Row("a sitemap whose addresses lie in closed networks", in_sitemap(_sitemap(INSIDE.values())), "ok")
    inside = _xml("<sitemapindex><sitemap><loc>http://10.0.0.7/s.xml</loc></sitemap></sitemapindex>")
    yield Row("an index of sitemaps in a private net", in_sitemap(inside), "ok")
    yield Row("an index of sitemaps that names itself and others without end", _endless_index, "ok")
    named = answer("Sitemap: http://10.0.0.7/s.xml\nSitemap: file:///etc/passwd\n", type="text/plain")
    yield Row("robots.txt names a sitemap in a private net", in_robots(named), "ok")


def _sitemap(urls: Iterable[str]) -> Reply:
    return _xml(f"<urlset>{''.join(f'<url><loc>{url}</loc></url>' for url in urls)}</urlset>")


def _large_sitemap(entries: int) -> Reply:
    """Written as it is sent: nobody holds all of it."""

    async def reply(visit: Visit) -> None:
        await visit.send(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nConnection: close\r\n\r\n<urlset>"
        )
        for start in range(0, entries, 1000):
            urls = (
                f"<url><loc>http://{visit.headers['host']}/presse/{MARK}/{n}</loc></url>"
                for n in range(start, start + 1000)
            )
            await visit.send("".join(urls).encode())
        await visit.send(b"</urlset>")

    return reply


def _packed_sitemap(entries: int) -> Reply:
    part = b"<url><loc>http://kreis.example/FALSCH</loc></url>"
    return answer(gzip.compress(b"<urlset>" + part * entries + b"</urlset>", 1), type="application/gzip")


def _endless_index(site: Site) -> None:
    async def reply(visit: Visit) -> None:
        urls = [f"{site.origin}{visit.path}", *(f"{site.origin}{visit.path}{n}.xml" for n in range(50))]
        locs = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
        await visit.send(answer(f"<sitemapindex>{locs}</sitemapindex>", type="application/xml"))

    in_sitemap(reply)(site)
    site.other = reply
