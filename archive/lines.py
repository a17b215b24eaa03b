"""What a single line of a page is when it is no text: a date, a credit, a button, the beginning of a box."""

from __future__ import annotations

import re

from archive.dates import find_days

_DATE_LINE = 120
_CREDIT_LINE = 900
_FURNITURE_LINE = 300
_SENTENCE, _ENDS = 60, '.!?“"'
_FEW_WORDS = 2

PICTURE_KIND = r"(?:Beitrags|Titel|Gruppen|Symbol|Archiv)"
PICTURE_WORD = r"fotos?|foto(?:nachweis|graf(?:in)?)|visualisierung|bild(?:er|quelle|nachweis|rechte)?"
"""What stands before the colon of a picture's caption or credit (patterns, case ignored)."""

_CREDIT = re.compile(
    rf"^[(\[]?\s*(?:©|\(c\)|Copyright\b|{PICTURE_KIND}?(?:{PICTURE_WORD}|grafik|quelle)\s*:)|"
    rf"\s[(\[]?(?:(?:{PICTURE_WORD})\s*:|©)\s*"
    r"(?:[^.:©]|(?<=\b\w)\.|(?<=\bDr)\.|\.(?=\w)|(?<=e\.V)\.|(?<=: )©){2,90}[)\]]?\.?\s*[)\]]?$",
    re.IGNORECASE,
)
_DATE_LABEL = re.compile(
    r"\b(?:(?:Rubrik|Kategorie|Autor(?:in)?)\s*:[^|·•]{0,40}|"
    r"Presse(?:mitteilung|meldung|information)|Mitteilung|Meldung|PM|Nr|Nummer|Laufende|Ausgabejahr|"
    r"Heute ist(?: der)?|"
    r"vom|am|um|den|von|Uhr|veröffentlicht|erstellt|eingestellt|erschienen|zuletzt|letzte|geändert|Änderung|aktualisiert|"
    r"Aktualisierung|Datum|Autor(?:in)?|Rubrik|Kategorie|Pressestelle|Redaktion|Pressedienst)\b",
    re.IGNORECASE,
)
_BUTTON = re.compile(
    r"(?:Drucken|Vorlesen|Teilen|(?:Seite|Artikel) (?:drucken|teilen)|PDF|Mehr(?: erfahren| lesen)?|"
    r"weiter(?:lesen)?|"
    r"Hochauflösendes Bild\b.{0,40}|Bild(?: in Originalgröße)?(?: vergrößern| herunterladen| anzeigen)?|"
    r".{0,40}\bzum Vergrößern\b.{0,30}|"
    r"Video überspringen.{0,200}|Menü ein- und ausklappen|Bild \d+ von \d+|\d+\s*/\s*\d+|Lesezeit\b.{0,20}|"
    r"(?:Nr\.|Artikel-Nr\.|(?:Presse\w+|PM)(?: Nr\.?)?) ?\d+(?: ?/ ?\d{2,4})?|"
    r"(?:Autor|Verfasser)(?:[/:*_]?-?in)?\s*:.{2,60}|"
    r"(?:(?:Diese[nr]? )?(?:Text|Seite|Artikel) )?in (?:Leichter|einfacher) Sprache(?: lesen| anzeigen)?|"
    r"Lesen Sie (?:dazu |hierzu )?auch\s?:.{2,200}|"
    r"Stand\s*[:–-].{0,30}|Datum|Artikel|Nachricht(?:en)?|Aktuelles|Meldung|"
    r"Presse(?:mitteilung(?:en)?|meldung|information|mitteilung Nr\.?.{0,20})?)\s*[:.]?",
    re.IGNORECASE,
)
_COUNTED = (
    r"(?:(?:Seiten)?(?:Aufrufe|Zugriffe)|Besuche(?:r(?:innen|zähler)?)?|Klicks|Views|Likes?|Kommentare?|gelesen|geteilt|"
    r"Leser(?:innen(?: und Leser)?)?|Downloads?|Abrufe|Personen gefällt das|"
    r"aufgerufen|angesehen|besucht|gefällt(?: mir| das)?)"
)
_COUNT = r"\d[\d.,]*\s*(?:-?mal|×|x)?"
_NETWORKS = (
    r"(?:Facebook|X|Twitter|WhatsApp|LinkedIn|Xing|Mastodon|Bluesky|Telegram|Threema|Instagram|E-?Mail)"
)
_COUNTER = re.compile(
    rf"{_COUNTED}(?: (?:heute|gestern|gesamt|insgesamt))?\s*[:(]?\s*{_COUNT}\s*\)?"
    rf"(?:[\s,|·]*(?:heute|gestern|gesamt|insgesamt)\s*:?\s*{_COUNT})*|"
    r"(?:Diese[rs]? (?:Seite|Artikel|Beitrag|Text|\w*meldung|\w*mitteilung|Nachricht) wurde )?"
    r"(?:(?:bisher|bereits|schon|insgesamt|heute|seit (?:ihr|sein)er Veröffentlichung) )*"
    rf"{_COUNT}\s*{_COUNTED}\.?",
    re.IGNORECASE,
)
_PASSING = re.compile(
    r"\b(?:vor|seit) (?:\d+|eine[rm]) (?:(?:Sekunde|Minute|Stunde|Woche)n?|(?:Tag|Monat|Jahr)(?:en)?)\b|"
    r"\bLese(?:zeit|dauer)\s*:?\s*(?:ca\. |etwa )?\d+ ?Min(?:uten?)?\b|\b\d+ ?Min(?:uten?)?\.? Lesezeit\b|"
    r"\bEs ist \d{1,2}[:.]\d\d Uhr\b|"
    r"\bBewertung\s*:?\s*\d(?:[.,]\d+)? (?:von|/) \d+(?: Sternen?)?\b(?: \(\d+ Stimmen\))?|"
    rf"\bTeilen (?:mit|auf|über|bei)\s*:?(?:[\s,|·]*{_NETWORKS}\b(?:\s*\d+\b)?)+",
    re.IGNORECASE,
)
_ONLY_PASSES = re.compile(rf"(?:\W*(?>{_COUNTER.pattern}|{_PASSING.pattern}))+\W*", re.IGNORECASE)
"""Nothing but what is another tomorrow; each part is tried once (?>), so that no line takes long."""

_FILE = re.compile(r"\b(?:PDF|DOCX?|XLSX?|ZIP|JPE?G|PNG)\b.{0,20}?\d+(?:[.,]\d+)?\s?[KkM]B\b")
_CONSENT = re.compile(
    r"\bextern\w* (?:Inhalte?s?|Medien|Videos?)\b|"
    r"Inhalte? von (?:YouTube|Facebook|Twitter|Instagram|Vimeo|Google|X)\b|"
    r"(?:Datenübertragung|Daten) an (?:YouTube|Google|Facebook|Dritt|den Betreiber)|"
    r"Klick für den Datenschutz|"
    r"an Drittplattformen übermittelt|Inhalte?s? (?:nachzuladen|nachladen)|Cookies (?:zulassen|akzeptieren)"
)
_OTHERS = re.compile(
    r"(?:(?:Weitere|Ähnliche|Aktuelle|Andere|Neueste|Verwandte|Letzte|Mehr)\s+(?:aktuelle\s+)?"
    r"(?:Meldungen|Nachrichten|Artikel|Beiträge|Pressemitteilungen|Presseinformationen|Themen|News|"
    r"Neuigkeiten|Pressemeldungen|Informationen|Inhalte|Links)"
    r"(?: (?:aus|zu|zum|zur|im|in|von|der|des) .{2,60}(?<![.!?]))?|"
    r"(?:Das|Dies) könnte (?:Sie|dich|euch) (?:auch |noch |ebenfalls )*interessieren|Auch interessant|"
    r"(?:Vorherige|Nächste)r? (?:Meldung|Artikel|Beitrag|Seite)\b.{0,200}|"
    r"(?:Schlag(?:worte?|wörter)|Stich(?:worte|wörter)|Tags):.{0,200}|"
    r"Lesen Sie auch|Mehr zum Thema|Zum Thema|Verwandte Themen|Schlag(?:worte|wörter)|Tags|Downloads?|"
    r"Dokumente|Anlagen?|Anhänge|(?:\w+ )?zum (?:Download|Herunterladen)|Links|Medien|Bildergalerie|"
    r"(?:(?:Diese[nr]? )?(?:Seite|Artikel|Beitrag|Meldung) )?(?:teilen|drucken|(?:weiter)?empfehlen)|Service|"
    r"(?:«|‹|<+|←)?\s*zurück(?: zur (?:Übersicht|Liste)| zum Archiv)?|Nach oben|#{2,}|Neuigkeiten in .{2,40}|"
    r"Erläuterungen und Hinweise|Bildnachweise?|Merkmale dieser Pressemitteilung)\s*[:.…]?",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?:(?:Ihre?\s+)?(?:Presse|Medien)?[Kk]ontakte?(?:\s+für\s+\w+)?|PRESSEKONTAKT|KONTAKT|Pressestelle|"
    r"(?:Press|Media) [Cc]ontact|Presseanfragen|Für Journalist\w+ und Journalist\w+|Für [Ww]eitere Fragen|"
    r"(?:Ihre?\s+)?Ansprech(?:partner(?:innen|in|:innen|\*innen)?|person(?:en)?)|"
    r"(?:(?:Für|Bei)\s+)?(?:[Ww]eiteren?\s+)?(?:Rückfragen|Nachfragen)|Herausgeber(?:in)?|"
    r"V\.\s?i\.\s?S\.\s?d\.\s?P|Verantwortlich(?: für den Inhalt| im Sinne des Presserechts)?|Redaktion|"
    r"Impressum)\b"
)
_ASKS = re.compile(r"fragen|V\.|Presse-?kontakt|Medienkontakt", re.IGNORECASE)
_SOON_A_COLON = re.compile(r"\s*(?:[^\s:]+\s+){0,4}[^\s:]*:")
_REACHED = re.compile(
    r"@|\(at\)|\bTel(?:efon|\.|:)|\bFax\b|\bE-?Mail\b|\bMobil\b|\b0\d{2,5}\s?[/ -]\s?\d{3,}", re.IGNORECASE
)


def is_date_line(text: str) -> bool:
    """Whether a line is nothing but a date, with a word or two and a time of day around it.

    >>> is_date_line("Montag, 9. März 2026, 10:30 Uhr"), is_date_line("Vom 9. März 2026 an gilt der Plan.")
    (True, False)
    >>> is_date_line("veröffentlicht am 9.3.2026 um 9 Uhr | Kategorie: Umwelt und Natur | 238 Aufrufe")
    True
    """
    days = find_days(text) if len(text) < _DATE_LINE else []
    if not days or re.search(r"\b(?:Termin|Beginn|Wann|Ort)\b", text):
        return False
    if len(days) > 1 and not re.search(r"geändert|änderung|aktualisier", text, re.IGNORECASE):
        return False
    beside, at = "", 0
    for start, end, _ in days:
        beside, at = beside + text[at:start] + " ", end
    beside = _DATE_LABEL.sub(" ", _COUNTER.sub(" ", _PASSING.sub(" ", beside + text[at:])))
    return len(re.findall(r"[^\W\d]{2,}", beside)) <= _FEW_WORDS


def is_credit(text: str) -> bool:
    """Whether a line says whose picture something is, alone or behind a caption.

    >>> is_credit("© Kreis Probe"), is_credit("Die Brücke. Foto: Kreis Probe/Jöhnk"), is_credit("Ein Foto.")
    (True, True, False)
    """
    return len(text) < _CREDIT_LINE and _CREDIT.search(text) is not None


def is_furniture(text: str) -> bool:
    """Whether a line belongs to the page and not to the release: buttons, counters, file sizes, consent.

    >>> is_furniture("1.234 mal gelesen"), is_furniture("1.234 Kinder haben gelesen.")
    (True, False)
    >>> is_furniture("Dieser Text wurde bisher 7 mal gelesen."), is_furniture("(vor 3 Tagen) Lesezeit: 2 Min")
    (True, True)
    >>> is_furniture("Artikel-Nr. 47 | Aufrufe 233 | Autor: Pressestelle"), is_furniture("Halle 1 | Halle 2")
    (True, False)
    >>> is_furniture("Besucher heute: 37, gestern: 6"), is_furniture("Bewertung: 2,4 von 5 (48 Stimmen)")
    (True, True)
    >>> is_furniture("Teilen mit: Facebook 3 | X 12"), is_furniture("Vor 3 Tagen brannte es.")
    (True, False)
    >>> is_furniture("Nr. 12/2026"), is_furniture("Autor/in: Pressestelle"), is_furniture("Nr. 3 fährt")
    (True, True, False)
    >>> is_furniture("Lesen Sie auch: Radwege werden gebaut"), is_furniture("Lesen Sie auch den Plan.")
    (True, False)
    """
    alone = _BUTTON.fullmatch(text) or _ONLY_PASSES.fullmatch(text) or _FILE.search(text)
    if len(text) < _FURNITURE_LINE and alone:
        return True
    parts = [part.strip() for part in text.split("|")] if len(text) < _FURNITURE_LINE else []
    if len(parts) > 1 and all(is_date_line(part) or is_furniture(part) for part in filter(None, parts)):
        return True
    return len(text) < 2 * _FURNITURE_LINE and _CONSENT.search(text) is not None


def begins_other(text: str) -> bool:
    """Whether a line begins a list of other things: related releases, downloads, tags, the way back.

    >>> begins_other("Verwandte Inhalte"), begins_other("Diesen Artikel teilen:"), begins_other("Die Inhalte")
    (True, True, False)
    """
    return _OTHERS.fullmatch(text) is not None


def begins_contact(text: str) -> bool:
    """Whether a line begins what is said of whom to ask; a sentence that only begins so does not.

    >>> begins_contact("Pressekontakt: Kreis Probe"), begins_contact("Für Rückfragen steht Frau Öhl bereit.")
    (True, True)
    >>> begins_contact("Verantwortlich für die Umsetzung der Pläne ist der Eigenbetrieb des Kreises.")
    False
    """
    match = _CONTACT.match(text)
    if not match or (len(text) >= _FURNITURE_LINE and not reaches(text)):
        return False
    sentence = len(text) >= _SENTENCE and text[-1] in _ENDS and not _SOON_A_COLON.match(text, match.end())
    return not sentence or reaches(text) or _ASKS.search(match.group()) is not None


def reaches(text: str) -> bool:
    """Whether a line holds a telephone number or a mail address."""
    return _REACHED.search(text) is not None
