"""Lists that a script fills."""

from __future__ import annotations

import json

from loopback import Answer

from world.styles.base import Page, Style


class JsonListing(Style):
    """The page names /api/items.json in a data attribute and in its script; items with date, url and html."""

    name = "json_listing"
    authority = "Stadt Zellhof"
    kind = "stadt"
    count = 40
    press = "/presse/meldungen/"
    detail_url = "/presse/meldungen/{i.n}-{i.slug}"
    service = "/rathaus/{}"
    validators = "etag"
    api = "/api/items.json"
    with_html = True
    shell = """<h1>Meldungen</h1><div id="meldungen" data-quelle="/api/items.json"><p>Die Meldungen werden geladen …</p></div>
<noscript><p>Bitte schalten Sie JavaScript ein.</p></noscript><script>fetch('/api/items.json').then(a => a.json()).then(d =>
{ document.getElementById('meldungen').innerHTML = d.items.map(i => '<li>' + i.title + '</li>').join(''); });</script>"""

    def table(self) -> dict[str, Page]:
        pages = {url: page for url, page in self.basic().items() if "?" not in url}
        pages[self.press] = lambda: self.page("Meldungen", self.shell)
        pages[self.api] = self.json
        return pages

    def json(self) -> Answer:
        items = [
            {
                "id": i.n, "title": i.title, "date": f"{i.day}T08:30:00+01:00", "teaser": i.teaser, "url": self.url(i),
                "html": "".join(f"<p>{p}</p>" for p in i.paragraphs),
            }
            for i in self.items
        ]  # fmt: skip
        return Answer(
            json.dumps({"count": len(items), "items": items}, ensure_ascii=False), type="application/json"
        )


class ScriptOnly(JsonListing):
    """A script fills the list from nowhere that can be found; no feed, no sitemap: it needs attention."""

    name = "script_only"
    authority = "Stadt Tiefenau"
    count = 23
    findable = False
    press = "/aktuelles/presse"
    detail_url = "/app/m/{i.n}"
    validators = ""
    api = "/gw/8f1c/q"
    shell = """<h1>Presse</h1><div id="app"><span class="spinner">Bitte warten …</span></div>
<script src="/static/app.4f3c91.js" defer></script>"""

    def home(self) -> Answer:
        return self.page(
            "Startseite", "<h1>Willkommen</h1><p>Tiefenau liegt am Wasser und ist immer eine Reise wert.</p>"
        )

    def table(self) -> dict[str, Page]:
        pages = super().table()
        script = (
            "(()=>{const q=atob('L2d3LzhmMWMvcQ==');fetch(q).then(r=>r.json()).then(d=>window.render(d))})()"
        )
        pages["/static/app.4f3c91.js"] = lambda: Answer(script, type="text/javascript")
        return pages
