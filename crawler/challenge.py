"""Challenges: pages that a bot wall shows instead of what was asked for. Told, never solved.

By facts that such walls share, whoever makes them: a header that says so; or hardly any text and hardly any
link, together with a script or a sentence that real pages do not have.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lxml import html

from archive.decode import decode
from archive.model import Page
from archive.tree import Unreadable, parse, select, words

_HEADERS = (("cf-mitigated", {"challenge"}), ("x-amzn-waf-action", {"challenge", "captcha"}))
_STATUSES = {200, 202, 401, 403, 405, 429, 503}
_LARGEST = 60_000
_FEW_WORDS, _VERY_FEW_WORDS, _FEW_LINKS = 120, 50, 8
_HTML = re.compile(rb"<(?:!doctype html|html|head|body|script|meta)\b", re.IGNORECASE)
# Scripts of walls; a mere captcha also stands on pages with a form, so that those must hold even less text.
_WALL = re.compile(
    r"_cf_chl_opt|cf_chl_|challenge-platform/h/|_Incapsula_Resource|captcha-delivery\.com|\.within\.website/|"
    r"sucuri_cloudproxy|awsWafCookieDomainList|challenge\.js[\"'?]|ddos-guard\.net|px-captcha|"
    r"document\.cookie\s*=[^;]{0,300};.{0,300}location\.(?:reload|replace|href)",
    re.IGNORECASE | re.DOTALL,
)
_CAPTCHA = re.compile(r"captcha|turnstile|altcha", re.IGNORECASE)
_SAYS = re.compile(
    r"just a moment(?:\.\.\.|…)|checking your browser|you are (?:a )?human\b|not a (?:bot|robot)\b|"
    r"attention required!|enable javascript and cookies to continue|unusual traffic|ddos protection by|"
    r"sie (?:ein mensch|kein (?:roboter|bot)) sind|ich bin kein roboter|"
    r"browser (?:wird|werden) (?:gerade )?(?:geprüft|überprüft)|(?:über)?prüfung ihres browsers",
    re.IGNORECASE,
)


def challenge(page: Page) -> str | None:
    """Why an answer is a challenge and not the page itself; None where it is none."""
    for name, values in _HEADERS:
        value = (page.header(name) or "").lower()
        if value in values:
            return _told(page, f"header {name}: {value}")
    if page.status not in _STATUSES or len(page.body) > _LARGEST or not _HTML.search(page.body[:2000]):
        return None
    source = decode(page.body, page.header("content-type"))
    wall, captcha, says = (pattern.search(source) for pattern in (_WALL, _CAPTCHA, _SAYS))
    if not (wall or captcha or says):
        return None
    try:
        sign = _sign(parse(page), wall=wall is not None, captcha=captcha is not None)
    except Unreadable:
        return None
    return _told(page, sign) if sign else None


def _sign(tree: html.HtmlElement, *, wall: bool, captcha: bool) -> str | None:
    """What shows that a page with such marks is a challenge; None where it is a page with a text or links."""
    for hidden in select(tree, "script, style, template"):
        hidden.drop_tree()
    title = words(tree.find(".//title")) if tree.find(".//title") is not None else ""
    text = f"{title} {words(tree)}"
    count = len(text.split())
    if count > _FEW_WORDS or len(select(tree, "a[href]")) > _FEW_LINKS:
        return None
    if said := _SAYS.search(title) or _SAYS.search(text):
        return f"it says „{said.group()}“"
    if wall:
        return "a script of a bot wall in place of text"
    return "a captcha in place of text" if captcha and count <= _VERY_FEW_WORDS else None


def _told(page: Page, sign: str) -> str:
    host = urlsplit(page.url).netloc
    return f"{host} wants proof that no machine asks ({sign}); ask the authority, never solve it"
