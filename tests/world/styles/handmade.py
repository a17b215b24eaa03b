"""Made by hand: year pages, many releases on one page, a table of PDFs."""

from __future__ import annotations

from textwrap import wrap

from loopback import Answer

from world.content import Item
from world.styles import chrome
from world.styles.base import Page, Style
from world.styles.files import pdf


class YearArchive(Style):
    """The press page links years, a year lists date, title and [mehr], which alone is the link; windows-1252."""

    name = "year_archive"
    authority = "Gemeindeverband Silberg"
    count = 60
    press = "/presse/index.html"
    detail_url = "/presse/{i.day.year}/pm_{i.n:04}.html"
    service = "/{}.html"
    chrome = chrome.TABLES
    charset = "windows-1252"
    content_type = "text/html"
    validators = "modified"
    row = """<p>{{ i.dotted }} {{ i.title }} <a href="{% if s.new_look %}{{ s.url(i) }}{% else %}{{ s.url(i)[8:] }}{% endif
%}">[mehr]</a></p>"""
    detail = """<h2>{{ i.title }}</h2><p><i>Silberg, {{ i.dotted }}.</i></p>{% for p in i.paragraphs %}<p>{{ p }}</p>
{% endfor %}<p><a href="../{{ i.day.year }}.html">zurück</a></p>"""
    related = ""

    def years(self) -> dict[int, list[Item]]:
        found: dict[int, list[Item]] = {}
        for i in self.items:
            found.setdefault(i.day.year, []).append(i)
        return found

    def year_page(self, year: int, items: list[Item]) -> Answer:
        return self.page(f"Presse {year}", f"<h2>Pressemitteilungen {year}</h2>{self.rows(items)}")

    def table(self) -> dict[str, Page]:
        pages = self.basic()
        links = " | ".join(f'<a href="{year}.html">{year}</a>' for year in self.years())
        text = f"<h2>Presse</h2><p>Hier finden Sie die Mitteilungen der Pressestelle nach Jahren:</p><p>{links}</p>"
        pages[self.press] = lambda: self.page("Presse", text)
        for year, items in self.years().items():
            pages[f"/presse/{year}.html"] = lambda year=year, items=items: self.year_page(year, items)
        return {url: page for url, page in pages.items() if "?" not in url}


class ManyOnOnePage(YearArchive):
    """Year pages hold the full releases, one heading and date line each, anchors #m12; no pages of their own."""

    name = "many_on_one_page"
    authority = "Kreis Eschental"
    count = 48
    press = "/newsarchiv/2026.php"
    detail_url = "/newsarchiv/{i.day.year}.php#m{i.n}"
    service = "/kreis/{}.php"
    chrome = chrome.SOUP
    charset = "utf-8"
    content_type = "text/html; charset=utf-8"
    validators = "etag"
    row = """<h3 id="m{{ i.n }}">{{ i.title }}</h3><p class="datum">{{ i.dotted }}</p>{% for p in i.paragraphs %}<p>{{ p }}</p>
{% endfor %}<p><a href="#top">nach oben</a></p>"""

    def addresses(self, i: Item) -> list[str]:
        return [self.url(i)]

    def relaunch(self, redirects: bool) -> None:
        super().relaunch(redirects)
        self._old = dict.fromkeys(self._old, self.press)

    def year_page(self, year: int, items: list[Item]) -> Answer:
        links = " ".join(f'<a href="/newsarchiv/{other}.php">{other}</a>' for other in self.years())
        return self.page(
            f"Archiv {year}", f"<h1>Meldungen {year}</h1><p>Jahre: {links}</p>{self.rows(items)}"
        )

    def table(self) -> dict[str, Page]:
        pages = {url: page for url, page in self.basic().items() if "#" not in url and "?" not in url}
        for year, items in self.years().items():
            pages[f"/newsarchiv/{year}.php"] = lambda year=year, items=items: self.year_page(year, items)
        return pages


class PdfTable(Style):
    """A table of date, title and link to a PDF, on two pages; the release exists only as PDF."""

    name = "pdf_table"
    authority = "Amt Birkenlohe"
    kind = "stadt"
    count = 26
    size = 20
    press = "/verwaltung/presse"
    pager_url = "/verwaltung/presse?start={start}"
    detail_url = "/download/presse/{i.day.year}/pm-{i.n:03}.pdf"
    service = "/verwaltung/{}"
    validators = "modified"
    row = """<tr><td>{{ i.dotted }}</td><td>{{ i.title }}</td><td><a href="{{ s.url(i) }}">PDF</a> (12 KB)</td></tr>"""
    listing = """<h1>Pressemitteilungen</h1><table class="downloads"><thead><tr><th>Datum</th><th>Titel</th><th>Datei</th></tr>
</thead><tbody>{{ rows }}</tbody></table>{{ pager }}"""

    def detail_page(self, i: Item) -> Answer:
        if self.new_look:
            return super().detail_page(i)
        lines = [self.authority, "Pressemitteilung", f"Birkenlohe, {i.long}", "", *wrap(i.title, 80), ""]
        for paragraph in i.paragraphs:
            lines += [*wrap(paragraph, 90), ""]
        return Answer(pdf(lines), type="application/pdf")
