"""German for what the tables say in codes: days, numbers, and the words for kinds, states and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from archive.dates import BERLIN, MONTHS, berlin_day
from archive.lands import LANDS
from archive.withdrawals import CATEGORIES

PUBLISHER_KINDS = {
    "kreis": "Kreis", "kreisfreie_stadt": "Kreisfreie Stadt", "ministerium": "Ministerium",
    "staatskanzlei": "Staatskanzlei", "landschaftsverband": "Landschaftsverband",
    "bezirksregierung": "Bezirksregierung", "gemeinde": "Gemeinde",
    "stadt": "Stadt", "behoerde": "Behörde", "other": "Behörde",
}  # fmt: skip

RELEASE_KINDS = {
    "release": "Pressemitteilung", "invitation": "Einladung", "notice": "Hinweis",
    "other": "Mitteilung",
}  # fmt: skip

STATES = {
    "ok": "Gelesen",
    "unchanged": "Gelesen, nichts Neues",
    "empty": "Gelesen, aber keine Meldung gefunden",
    "failed": "Nicht oder nicht ganz gelesen: Der Abruf ist fehlgeschlagen",
    "blocked": "Nicht gelesen: Der Server hat den Abruf abgelehnt",
    "robots": "Nicht gelesen: Die Regeln des Servers für Suchprogramme (robots.txt) lassen es nicht zu",
    "challenged": "Nicht gelesen: Der Server verlangt eine Prüfung, die nur ein Mensch besteht",
    "relaunched": "Die Seite ist neu aufgebaut; ob der Abruf noch stimmt, wird geprüft",
    "opted-out": "Nicht gelesen: Die Behörde hat um Auslassung gebeten",
}

CONDITIONS = {
    "ok": "Wird gelesen", "late": "Ungewöhnlich still", "failing": "Nicht lesbar: Der Abruf schlägt fehl",
    "empty": "Die Seite nennt keine Meldungen mehr", "blocked": "Nicht lesbar: Der Server lehnt den Abruf ab",
    "robots": "Nicht lesbar: Die Regeln des Servers (robots.txt) lassen es nicht zu",
    "challenged": "Nicht lesbar: Der Server verlangt eine Prüfung, die nur ein Mensch besteht",
    "relaunched": "Neu aufgebaut; ob der Abruf noch stimmt, wird geprüft",
    "opted-out": "Auf Bitte der Behörde ausgelassen",
}  # fmt: skip
"""Words for the states of sources (archive.health.states.STATES)."""

MEDIA = {
    "application/pdf": "PDF", "application/msword": "Word", "application/vnd.ms-excel": "Excel",
    "application/zip": "ZIP",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
}  # fmt: skip

EVIDENCE = {
    "dateline": "Ortszeile am Anfang des Textes",
    "date": "Datumsfeld der Seite",
    "time element": "Datumsfeld der Seite",
    "labelled date": "beschriftete Datumsangabe auf der Seite",
    "date at the title": "Datumsangabe bei der Überschrift",
    "json-ld": "maschinenlesbare Angabe der Seite",
    "meta": "maschinenlesbare Angabe der Seite",
    "listing": "Liste der Meldungen",
    "feed": "Nachrichtenfeed",
    "sitemap": "Verzeichnis der Seiten (Sitemap)",
    "api": "Schnittstelle der Behörde",
    "url": "Adresse der Seite",
}


def day(iso: str) -> str:
    """A day in words.

    >>> day("2026-03-09")
    '9. März 2026'
    """
    found = date.fromisoformat(iso)
    return f"{found.day}. {MONTHS[found.month - 1]} {found.year}"


def period(iso: str) -> str:
    """A month or a year in words.

    >>> period("2026-03"), period("2026")
    ('März 2026', '2026')
    """
    year, _, month = iso.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}" if month else year


def moment_day(moment: str) -> str:
    """Day in Berlin of a UTC moment, in words.

    >>> moment_day("2026-06-30T22:30:00Z")
    '1. Juli 2026'
    """
    return day(berlin_day(moment))


def moment(utc: str) -> str:
    """A UTC moment as day and time in Berlin, in words.

    >>> moment("2026-03-09T13:05:00.123456Z")
    '9. März 2026, 14:05 Uhr'
    """
    local = datetime.fromisoformat(utc).astimezone(BERLIN)
    return f"{day(local.date().isoformat())}, {local:%H:%M} Uhr"


def rhythm(gap: int) -> str:
    """How often somebody publishes, by the usual number of days between two days of it.

    >>> rhythm(1), rhythm(7), rhythm(30)
    ('meist täglich', 'meist alle 7 Tage', 'meist alle 30 Tage')
    """
    return "meist täglich" if gap == 1 else f"meist alle {gap} Tage"


def condition(look: Mapping[str, Any]) -> str:
    """The state of a source (table source_states), since when, and of a silent one what was to be expected.

    >>> look = {"state": "late", "silent": 19, "since": "2026-03-02T23:00:00Z", "expected_on": "2026-03-12"}
    >>> condition(look)
    'Seit 19 Tagen still; spätestens am 12. März 2026 war eine Meldung zu erwarten'
    >>> condition(look | {"state": "failing"}), condition(look | {"state": None})
    ('Nicht lesbar: Der Abruf schlägt fehl (seit 3. März 2026)', 'Noch nicht gelesen')
    """
    words = CONDITIONS.get(look["state"], "Noch nicht gelesen")
    if look["state"] == "late":
        silent, expected = counted(look["silent"], "Tag", "Tagen"), day(look["expected_on"])
        return f"Seit {silent} still; spätestens am {expected} war eine Meldung zu erwarten"
    return words if look["state"] in ("ok", None) else f"{words} (seit {moment_day(look['since'])})"


def number(value: int) -> str:
    """A number with dots between thousands.

    >>> number(1234567), number(-12)
    ('1.234.567', '-12')
    """
    return f"{value:,}".replace(",", ".")


def size(count: int) -> str:
    """A number of bytes, rounded.

    >>> size(0), size(2_345), size(1_234_567_890)
    ('0 Byte', '2,3 kB', '1,2 GB')
    """
    if count < 1000:
        return f"{count} Byte"
    power = min((len(str(count)) - 1) // 3, 3)
    return f"{count / 1000**power:.1f} {('kB', 'MB', 'GB')[power - 1]}".replace(".", ",")


def counted(value: int, one: str, many: str) -> str:
    """A number with its noun.

    >>> counted(1, "Meldung", "Meldungen"), counted(12000, "Meldung", "Meldungen"), counted(0, "Tag", "Tage")
    ('1 Meldung', '12.000 Meldungen', 'keine Tage')
    """
    if value == 0:
        return f"keine {many}"
    return f"{number(value)} {one if value == 1 else many}"


def capital(words: str) -> str:
    """Words at the beginning of a sentence.

    >>> capital(counted(0, "Behörde", "Behörden"))
    'Keine Behörden'
    """
    return words[:1].upper() + words[1:]


def sort_key(name: str) -> str:
    """Key that sorts names as German dictionaries do: umlauts beside their vowels.

    >>> sorted(["Zell", "Übach", "Unna", "ärmlich"], key=sort_key)
    ['ärmlich', 'Übach', 'Unna', 'Zell']
    """
    return name.casefold().translate(str.maketrans("äöü", "aou"))


def absence(last_ok_at: str, first_missing_at: str, back_at: str | None) -> str:
    """What was observed of an absence, without a guess at its reason.

    >>> absence("2026-03-01T10:00:00Z", "2026-03-04T10:00:00Z", None)
    'Am 1. März 2026 zuletzt abgerufen, seit dem 4. März 2026 bei jedem Versuch nicht abrufbar.'
    >>> absence("2026-03-01T10:00:00Z", "2026-03-04T10:00:00Z", "2026-03-09T10:00:00Z")
    'Vom 4. März 2026 an nicht abrufbar, am 9. März 2026 wieder abgerufen.'
    """
    missing = moment_day(first_missing_at)
    if back_at:
        return f"Vom {missing} an nicht abrufbar, am {moment_day(back_at)} wieder abgerufen."
    last = moment_day(last_ok_at)
    return f"Am {last} zuletzt abgerufen, seit dem {missing} bei jedem Versuch nicht abrufbar."


def excerpt(words: str, most: int = 420) -> str:
    """A quotation on one line; of a long one its beginning and its end.

    >>> excerpt("Der Kreis baut.\\n\\nDie Stadt plant."), excerpt("Der Kreis baut. Die Stadt plant.", 24)
    ('Der Kreis baut. Die Stadt plant.', 'Der Kreis […] plant.')
    """
    line = " ".join(words.split())
    if len(line) <= most:
        return line
    return f"{line[: most // 2].rpartition(' ')[0]} […] {line[-most // 2 :].partition(' ')[2]}"


def file_facts(file: Mapping[str, Any]) -> str:
    """What is known of a file: its kind, and how much text was read in it (``characters``; None: not read).

    >>> file_facts({"media_type": "application/pdf", "characters": 4200})
    'PDF, 4.200 Zeichen Text'
    >>> file_facts({"media_type": "application/pdf", "characters": 0}), file_facts({"media_type": None, "characters": None})
    ('PDF, ohne lesbaren Text', '')
    """  # noqa: E501 - an example
    kind = MEDIA.get(file["media_type"], file["media_type"])
    length = file["characters"]
    text = f"{number(length)} Zeichen Text" if length else "ohne lesbaren Text"
    return ", ".join(filter(None, [kind, None if length is None else text]))


FILTERS = {
    "day": day,
    "period": period,
    "moment": moment,
    "moment_day": moment_day,
    "berlin": berlin_day,
    "number": number,
    "size": size,
    "rhythm": rhythm,
    "condition": condition,
    "counted": counted,
    "capital": capital,
    "excerpt": excerpt,
    "publisher_kind": lambda code: PUBLISHER_KINDS.get(code, "Behörde"),
    "release_kind": lambda code: RELEASE_KINDS.get(code, "Mitteilung"),
    "land": lambda code: LANDS.get(code, code),
    "state": lambda code: STATES.get(code, "Zustand unbekannt"),
    "file_facts": file_facts,
    "withdrawn_for": lambda code: CATEGORIES.get(code, "nicht angegeben"),
    "evidence": lambda code: EVIDENCE.get(code, "Angabe auf der Seite"),
}
"""Names under which templates use the words above."""
