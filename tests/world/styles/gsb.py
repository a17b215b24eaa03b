"""Like the Government Site Builder of federal authorities."""

from __future__ import annotations

import re

from loopback import Answer

from world.styles.base import Style


class Gsb(Style):
    """The list is a search form's answer, paged with gtp; every link carries another jsessionid at each request."""

    name = "gsb"
    authority = "Landesamt für Gewässer und Küste"
    kind = "ministerium"
    count = 29
    form = "/SiteGlobals/Forms/Suche/DE/Pressemitteilungen_Formular.html"
    press = form + "?documentType_=pressrelease"
    pager_url = press + "&gtp=208268_list%253D{k}"
    detail_url = "/SharedDocs/Pressemitteilungen/DE/{i.day.year}/{i.day:%m}/pm-{i.n:03}.html"
    service = "/DE/Service/{}.html"
    rotating = True
    traps = (form + "?cl2Categories", "/DE/Service/Kalender")
    row = """<li class="c-search-result"><div class="c-teaser"><span class="c-teaser__meta">Pressemitteilung | {{ i.long }}
</span><h2 class="c-teaser__headline"><a class="c-teaser__link" href="{{ s.url(i) }}?nn=208268">{{ i.title }}</a></h2>
<p>{{ i.teaser }}</p></div></li>"""
    listing = """<div id="content"><h1>Pressemitteilungen</h1><form action="{{ s.form }}" method="get"><input name="templateQueryString">
<input type="hidden" name="documentType_" value="pressrelease"><button>Suchen</button></form><ul class="filter">
<li><a href="{{ s.form }}?cl2Categories_Themen=wasser">Wasser</a></li><li><a href="{{ s.form }}?cl2Categories_Themen=deich">
Deiche</a></li></ul><ul class="c-result-list">{{ rows }}</ul>{{ pager }}</div>"""
    pager = """<nav class="c-pagination"><ul>{% for k, url in pages %}<li class="c-pagination__item"><a href="{{ url }}">{{ k }}
</a></li>{% endfor %}{% if following %}<li class="c-pagination__item c-pagination__item--next"><a href="{{ following }}"
title="Nächste Seite">Weiter</a></li>{% endif %}</ul></nav>"""
    detail = """<div id="content"><p class="c-meta">Pressemitteilung Nr. {{ i.n }} vom {{ i.dotted }}</p><h1>{{ i.title }}</h1>
<div class="c-richtext">{% for p in i.paragraphs %}<p>{{ p }}</p>{% endfor %}</div></div>"""

    def key(self, target: str) -> str:
        return re.sub(r"\?nn=\d+$", "", super().key(target))

    def page(self, *given: object, **more: object) -> Answer:
        answer = super().page(*given, **more)
        if not self.new_look:
            session = b";jsessionid=%032X.live711" % (next(self._hits) * 7919**6)
            answer.body = re.sub(rb'(href="/[^"?#;]*\.html)', lambda found: found[1] + session, answer.body)
        return answer

    def more(self, target: str) -> Answer | None:
        if "cl2Categories" not in target:
            return None
        return self.page("Suche", f"<h1>Pressemitteilungen</h1><ul>{self.rows(self.items[:10])}</ul>")
