"""What a single line of a page is when it is no text: a date, a credit, a button, the beginning of a box."""

from __future__ import annotations

import re

from archive.dates import find_days

_DATE_LINE = 120
_CREDIT_LINE = 900
_FURNITURE_LINE = 300
_FEW_WORDS = 2

_PICTURE = (
    r"(?:Beitrags|Titel|Gruppen|Symbol|Archiv)?(?:fotos?|bild(?:er|quelle|nachweis|rechte)?|grafik|quelle)"
)
_CREDIT = re.compile(
    rf"^[(\[]?\s*(?:©|\(c\)|Copyright\b|{_PICTURE}\s*:)|"
    r"\s[(\[]?(?:(?:fotos?|bild(?:er|quelle|nachweis|rechte)?)\s*:|©)\s*[^.:©]{2,90}[)\]]?\.?\s*[)\]]?$",
    re.IGNORECASE,
)
_BUTTON = re.compile(
    r"(?:Drucken|Vorlesen|Teilen|(?:Seite|Artikel) (?:drucken|teilen)|PDF|Mehr(?: erfahren| lesen)?|"
    r"weiter(?:lesen)?|"
    r"Hochauflösendes Bild\b.{0,40}|Bild(?: in Originalgröße)?(?: vergrößern| herunterladen| anzeigen)?|"
    r"Video überspringen.{0,200}|Menü ein- und ausklappen|Bild \d+ von \d+|\d+\s*/\s*\d+|Lesezeit\b.{0,20}|"
    r"Stand\s*[:–-].{0,30}|Datum|Artikel|Nachricht(?:en)?|Aktuelles|Meldung|"
    r"Presse(?:mitteilung(?:en)?|meldung|information|mitteilung Nr\.?.{0,20})?)\s*[:.]?",
    re.IGNORECASE,
)
_FILE = re.compile(r"\b(?:PDF|DOCX?|XLSX?|ZIP|JPE?G|PNG)\b.{0,20}?\d+(?:[.,]\d+)?\s?[KkM]B\b")
_CONSENT = re.compile(
    r"\bextern\w* (?:Inhalt|Medi|Video)|Inhalte? von (?:YouTube|Facebook|Twitter|Instagram|Vimeo|Google|X)\b|"
    r"(?:Datenübertragung|Daten) an (?:YouTube|Google|Facebook|Dritt|den Betreiber)|"
    r"Klick für den Datenschutz|"
    r"an Drittplattformen übermittelt|Inhalte?s? (?:nachzuladen|nachladen)|Cookies (?:zulassen|akzeptieren)"
)
_OTHERS = re.compile(
    r"(?:(?:Weitere|Ähnliche|Aktuelle|Andere|Neueste|Verwandte|Letzte|Mehr)\s+(?:aktuelle\s+)?"
    r"(?:Meldungen|Nachrichten|Artikel|Beiträge|Pressemitteilungen|Presseinformationen|Themen|News|"
    r"Neuigkeiten|Pressemeldungen|Informationen|Links)|Das könnte Sie auch interessieren|Auch interessant|"
    r"Lesen Sie auch|Mehr zum Thema|Zum Thema|Verwandte Themen|Schlag(?:worte|wörter)|Tags|Downloads?|"
    r"Dokumente|Links|Medien|Bildergalerie|(?:Seite )?(?:teilen|drucken|weiterempfehlen)|Service|"
    r"(?:«|‹|<+|←)?\s*zurück(?: zur (?:Übersicht|Liste)| zum Archiv)?|Nach oben|Neuigkeiten in .{2,40}|"
    r"Erläuterungen und Hinweise|Bildnachweise?|Merkmale dieser Pressemitteilung)\s*[:.…]?",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?:(?:Ihre?\s+)?(?:Presse|Medien)?[Kk]ontakte?(?:\s+für\s+\w+)?|Pressestelle|"
    r"(?:Ihre?\s+)?Ansprech(?:partner(?:innen|in|:innen|\*innen)?|personen?)|"
    r"(?:(?:Für|Bei)\s+)?(?:[Ww]eitere\s+)?(?:Rückfragen|Nachfragen)|Herausgeber(?:in)?|V\.\s?i\.\s?S\.\s?d\.\s?P|"
    r"Verantwortlich(?: für den Inhalt| im Sinne des Presserechts)?|Redaktion|Impressum)\b"
)
_REACHED = re.compile(
    r"@|\(at\)|\bTel(?:efon|\.|:)|\bFax\b|\bE-?Mail\b|\bMobil\b|\b0\d{2,5}\s?[/ -]\s?\d{3,}", re.IGNORECASE
)


def is_date_line(text: str) -> bool:
    """Whether a line is nothing but a date, with a word or two and a time of day around it.

    >>> is_date_line("Montag, 9. März 2026, 10:30 Uhr"), is_date_line("Vom 9. März 2026 an gilt der Plan.")
    (True, False)
    """
    days = find_days(text) if len(text) < _DATE_LINE else []
    if len(days) != 1:
        return False
    start, end, _ = days[0]
    return len(re.findall(r"[^\W\d]{2,}", text[:start] + text[end:].replace("Uhr", ""))) <= _FEW_WORDS


def is_credit(text: str) -> bool:
    """Whether a line says whose picture something is, alone or behind a caption.

    >>> is_credit("© Kreis Probe"), is_credit("Die Brücke. Foto: Kreis Probe/Jöhnk"), is_credit("Ein Foto.")
    (True, True, False)
    """
    return len(text) < _CREDIT_LINE and _CREDIT.search(text) is not None


def is_furniture(text: str) -> bool:
    """Whether a line belongs to the page and not to the release: buttons, file sizes, asking for consent."""
    if len(text) < _FURNITURE_LINE and (_BUTTON.fullmatch(text) or _FILE.search(text)):
        return True
    return len(text) < 2 * _FURNITURE_LINE and _CONSENT.search(text) is not None


def begins_other(text: str) -> bool:
    """Whether a line begins a list of other things: related releases, downloads, tags, the way back."""
    return _OTHERS.fullmatch(text) is not None


def begins_contact(text: str) -> bool:
    """Whether a line begins what is said of whom to ask."""
    return _CONTACT.match(text) is not None and (len(text) < _FURNITURE_LINE or reaches(text))


def reaches(text: str) -> bool:
    """Whether a line holds a telephone number or a mail address."""
    return _REACHED.search(text) is not None
