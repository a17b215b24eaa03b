"""What stands around the contents: frames, home and service pages, feed and sitemap."""

_HEAD = """<meta name="viewport" content="width=device-width">{% if s.generator %}
<meta name="generator" content="{{ s.generator }}">{% endif %}{{ head }}"""
_COOKIE = """<div class="cookie-banner" role="dialog"><p>Diese Website verwendet Cookies. Technisch notwendige
Cookies sind immer aktiv.</p><button>Alle akzeptieren</button> <button>Nur notwendige</button>
<a href="{{ s.service.format("datenschutz") }}">Mehr erfahren</a></div>"""
_NAV = """<ul>{% for text, url in s.service_links() %}<li><a href="{{ url }}">{{ text }}</a></li>{% endfor %}
<li><a href="{{ s.press }}">Presse</a></li></ul>"""
_SHARE = """<div class="teilen"><span>Seite teilen</span>
<a href="https://www.facebook.com/sharer/sharer.php?u={{ s.address|q }}">Facebook</a>
<a href="https://api.whatsapp.com/send?text={{ title|q }}">WhatsApp</a>
<a href="mailto:?subject={{ title|q }}">E-Mail</a> <a href="#top">nach oben</a></div>"""
_FOOT = """<p>{{ s.authority }} · Am Markt 1 · 00000 Musterort · Telefon 00000 12-0</p>
<p><a href="{{ s.service.format("impressum") }}">Impressum</a> <a href="/intern/dienstplan">Dienstplan</a></p>
{% if hits %}<p class="zaehler">Sie sind Besucher Nr. {{ hits }}</p>{% endif %}"""

SEMANTIC = (
    '<!DOCTYPE html>\n<html lang="de"><head><meta charset="utf-8"><title>{{ title }} | {{ s.authority }}</title>'
    + _HEAD + '</head><body id="top">' + _COOKIE
    + '<header><a href="/">{{ s.authority }}</a><nav aria-label="Hauptnavigation">' + _NAV
    + '</nav></header><main id="content">{{ main }}' + _SHARE
    + '</main><aside>{{ side }}</aside><footer>' + _FOOT + "</footer></body></html>"
)  # fmt: skip
SOUP = (
    '<!DOCTYPE html>\n<html lang="de"><head><meta charset="utf-8"><title>{{ s.authority }} - {{ title }}</title>'
    + _HEAD + '</head><body><div id="wrapper"><div id="kopf"><div class="logo"><a href="/">{{ s.authority }}</a>'
    '</div><div id="brotkrumen">Sie sind hier: <a href="/">Start</a> &gt; <a href="{{ s.press }}">Presse</a>'
    ' &gt; {{ title }}</div></div><div class="spalten"><div id="links" class="navigation">' + _NAV
    + '</div><div id="mitte" class="inhalt">{{ main }}' + _SHARE
    + '</div><div id="rechts">{{ side }}</div></div><div id="fuss">' + _FOOT + "</div></div>" + _COOKIE + "</body></html>"
)  # fmt: skip
TABLES = (
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">\n<html><head>'
    '<meta http-equiv="Content-Type" content="text/html; charset={{ s.charset }}"><title>{{ title }}</title>' + _HEAD
    + '</head><body bgcolor="#ffffff"><table width="980"><tr><td colspan="3"><font size="5">{{ s.authority }}</font>'
    '</td></tr><tr><td valign="top" width="180">' + _NAV + '</td><td valign="top">{{ main }}</td>'
    '<td valign="top">{{ side }}</td></tr><tr><td colspan="3">' + _FOOT + "</td></tr></table></body></html>"
)  # fmt: skip
NEW = (
    '<!DOCTYPE html>\n<html lang="de"><head><meta charset="utf-8"><title>{{ title }} – {{ s.authority }} neu</title>'
    + _HEAD + '</head><body class="neu"><header><p>Unsere neue Internetseite</p><nav>' + _NAV
    + "</nav></header><main>{{ main }}</main><footer>{{ side }}" + _SHARE + _FOOT + "</footer></body></html>"
)  # fmt: skip
NEW_LIST = '<h1>Alle Pressemitteilungen</h1><div class="raster">{{ rows }}</div>{{ pager }}'
NEW_ROW = """<article class="kachel"><time datetime="{{ i.day }}">{{ i.long }}</time>
<h2><a href="{{ s.url(i) }}">{{ i.title }}</a></h2><p>{{ i.teaser }}</p></article>"""

HOME = """<h1>Willkommen</h1><p>Hier finden Sie die Dienstleistungen der Verwaltung und Wissenswertes für Ihren
Besuch.</p><div class="teaserbox"><h2>Aktuelles</h2>{% for i in items %}<p><a href="{{ s.url(i) }}">{{ i.title }}</a>
</p>{% endfor %}<p><a href="{{ s.press }}">Alle Pressemitteilungen</a></p></div>"""
SERVICE = """<h1>{{ title }}</h1><p>Auf dieser Seite finden Sie alles Wissenswerte zum Anliegen „{{ title }}“.
Bringen Sie bitte einen gültigen Ausweis und die ausgefüllten Vordrucke mit.</p><h2>Gebühren</h2><p>Die Gebühren
richten sich nach der Gebührenordnung und sind bei der Antragstellung zu zahlen.</p><h2>Öffnungszeiten</h2>
<p>Montag bis Freitag von 8 bis 12 Uhr, Donnerstag zusätzlich von 14 bis 18 Uhr.</p>"""

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>{{ s.authority }}: Presse</title><link>{{ s.address }}{{ s.press }}</link>
<description>Pressemitteilungen</description>{% for i, stamp in entries %}
<item><title>{{ i.title }}</title><link>{{ s.address }}{{ s.url(i) }}{% if s.feed_utm %}{{
"&" if "?" in s.url(i) else "?" }}{{ s.feed_utm }}{% endif %}</link>
<guid isPermaLink="false">{{ s.name }}-{{ i.n }}</guid><pubDate>{{ stamp }}</pubDate>
<description>{{ i.teaser }}</description></item>{% endfor %}</channel></rss>"""
EVENTS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Veranstaltungskalender</title><link>{{ s.address }}/veranstaltungen/</link>
<description>Termine</description>{% for n in range(1, 7) %}
<item><title>Termin: Töpferkurs für Anfänger, Teil {{ n }}</title>
<link>{{ s.address }}/veranstaltungen/toepferkurs-{{ n }}</link>
<pubDate>Mon, 0{{ n }} Nov 2027 18:00:00 +0100</pubDate></item>{% endfor %}</channel></rss>"""
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{% for url in urls %}
<url><loc>{{ s.address }}{{ url }}</loc></url>{% endfor %}</urlset>"""
