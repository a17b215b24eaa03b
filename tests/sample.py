"""A small archive of fictional authorities, made by the same calls as a crawl makes one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from archive.db import Archive
from archive.model import Address, Attachment, Hints, Image, Note, Page, Release, Text, release_id
from archive.presence import missing
from archive.save import save

FIRST, SECOND, THIRD = (
    "2026-03-10T06:00:00.{:06}Z",
    "2026-03-12T06:00:00.{:06}Z",
    "2026-03-14T06:00:00.{:06}Z",
)

AUTHORITIES = (
    {"id": "kreis-auenfeld", "name": "Kreis Auenfeld", "kind": "kreis", "land": "XX", "ags": "99001"},
    {"id": "landkreis-übertal", "name": "Landkreis Übertal", "kind": "kreis", "land": "XX", "ags": "99002"},
    {
        "id": "stadt-moorburg",
        "name": "Stadt Moorburg",
        "kind": "kreisfreie_stadt",
        "land": "NI",
        "ags": "99003",
    },
    {
        "id": "ministerium-fluren",
        "name": "Ministerium für Fluren und Wege",
        "kind": "ministerium",
        "land": "NI",
    },
)

BRIDGE = Text(
    title="Brücke an der Mühlenstraße wird zwölf Tage lang gesperrt",
    teaser="Wegen Bauarbeiten ist die Brücke vom 16. bis zum 27. März 2026 nicht befahrbar.",
    text="Der Kreis Auenfeld erneuert die Lager der Brücke an der Mühlenstraße. Fußgängerinnen und Radfahrer "
    "können sie weiter benutzen.\n\nLandrat Henning Güler bittet um Verständnis: „Die Umleitung kostet zehn "
    "Minuten, eine gesperrte Brücke im Winter kostet mehr.“\n\nDie Umleitung führt über Groß Heide und ist "
    "ausgeschildert. Busse der Linie 64 halten in dieser Zeit am Rathaus.",
    place="Auenfeld",
    published_on="2026-03-09",
    published_at="2026-03-09T13:05:00Z",
    published_from="time element",
    images=(
        Image("https://www.auenfeld.example/b.jpg", "Die Brücke im Februar", "Kreis Auenfeld / L. Sommer"),
    ),
    attachments=(
        Attachment("https://www.auenfeld.example/umleitung.pdf", "Plan der Umleitung", "application/pdf"),
    ),
)
"""Changes once (the twelve days were ten at first), and holds what a release can hold."""

GONE = Text(
    title="Gueler und Meissner lesen in der Kreisbuecherei",
    teaser=None,
    text="Zwei Autoren aus der Strasse der Romane lesen am Freitag aus neuen Texten. Der Eintritt ist frei.",
    published_on="2026-02-20",
    published_from="dateline",
)
"""Written without umlauts, and no longer there at the third crawl."""

UNDATED = Text(
    title="Öffnungszeiten des Archivs", teaser=None, text="Das Kreisarchiv öffnet montags um neun Uhr."
)

NEWS = (
    "Feuerwehren üben den Ernstfall im Wald",
    "Neue Busse für den Schulverkehr",
    "Kreistag berät über den Haushalt",
    "Ehrung für dreißig Jahre Ehrenamt",
    "Wochenmarkt zieht vor das Rathaus",
    "Radweg nach Großheide fertig",
    "Impfangebot in allen Gemeinden",
)


def address(source: str, path: str) -> Address:
    """Address of a fictional release."""
    host = source.replace("ü", "ue")
    return Address(f"https://www.{host}.example/presse/{path}", f"{host}/{path}")


BRIDGE_AT = address("kreis-auenfeld", "bruecke")
GONE_AT = address("landkreis-übertal", "lesung")
BRIDGE_ID, GONE_ID = release_id(BRIDGE_AT.url), release_id(GONE_AT.url)
OLD_ID = release_id(address("kreis-auenfeld", "bruecke-alt").url)


class Crawl:
    """One crawl of an archive; moments follow each other."""

    def __init__(self, archive: Archive, name: str, at: str) -> None:
        self.archive, self.name, self.at, self.count = archive, name, at, 0
        self.note("crawl", data={"software": "test", "complete": True, "gone_after_hours": 0})

    def moment(self) -> str:
        """Next moment."""
        self.count += 1
        return self.at.format(self.count)

    def note(self, topic, source="", **data) -> None:
        """What the crawl says of itself."""
        self.archive.note(Note(self.moment(), self.name, topic, source, **data))

    def result(self, source: str, status: str, error: str | None = None, **counts: int) -> None:
        """Result of one source."""
        names = ("requests", "bytes", "not_modified", "seen", "new", "changed", "gone", "failed")
        self.note(
            "result", source, data={"status": status, "error": error, **dict.fromkeys(names, 0), **counts}
        )

    def page(self, source: str, url: str) -> Page:
        """Observation of one address."""
        return Page(self.moment(), self.name, source, "release", "test", url, 200, hints=Hints("listing"))

    def save(self, source: str, where: Address, text: Text, *others: Address, kind: str = "release") -> None:
        """A release as read from its page."""
        save(self.archive.db, self.page(source, where.url), Release(where, text, others, kind=kind))

    def missing(self, source: str, where: Address) -> None:
        """A release that is not there."""
        missing(self.archive.db, self.page(source, where.url), where.key, certain=False)


def build(folder: Path) -> Path:
    """Write the sample archive into a folder and return the folder."""
    archive = Archive(folder / "archive.db")
    with archive.db.atomic():
        _first(archive)
        second = Crawl(archive, "c2", SECOND)
        second.save("kreis-auenfeld", BRIDGE_AT, BRIDGE)
        second.missing("landkreis-übertal", GONE_AT)
        third = Crawl(archive, "c3", THIRD)
        third.missing("landkreis-übertal", GONE_AT)
        third.result("kreis-auenfeld", "ok", new=1, changed=1, requests=9)
        third.result("landkreis-übertal", "failed", "503 Service Unavailable")
        third.result("stadt-moorburg", "unchanged")
        _embed(archive)
    archive.close()
    return folder


def _first(archive: Archive) -> None:
    """The crawl that finds all releases."""
    first = Crawl(archive, "c1", FIRST)
    for entry in AUTHORITIES:
        home = f"https://www.{entry['id'].replace('ü', 'ue')}.example/"
        first.note("source", data={**entry, "homepage": home, "press": home + "presse/"})
    before = replace(
        BRIDGE, title=BRIDGE.title.replace("zwölf", "zehn"), text=BRIDGE.text.replace("zehn M", "elf M")
    )
    first.save("kreis-auenfeld", BRIDGE_AT, before, address("kreis-auenfeld", "bruecke-alt"))
    first.save("landkreis-übertal", GONE_AT, GONE)
    first.save("landkreis-übertal", address("landkreis-übertal", "archiv"), UNDATED, kind="notice")
    for n, title in enumerate(NEWS * 3):
        source = (
            "stadt-moorburg"
            if n % 7 == 6
            else ("landkreis-übertal", "kreis-auenfeld", "stadt-moorburg")[n // 7]
        )
        text = f"{title}: Das teilt die Pressestelle mit. Auskunft Nummer {n} gibt das Bürgertelefon."
        day = f"2026-0{1 + n // 14}-{1 + n % 14 // 2:02}"  # two releases a day: ties
        first.save(source, address(source, str(n)), Text(title, None, text, "Ort", day, None, "listing"))


def _embed(archive: Archive) -> None:
    """A release inside a release, and who speaks in it: rows that later work writes."""
    text = BRIDGE.text
    start = text.index("Landrat")
    row = [
        BRIDGE_ID,
        1,
        start,
        text.index("\n\n", start),
        "Straßenamt Auenfeld",
        "Wort des Landrats",
        GONE_ID,
    ]
    archive.db.execute("INSERT INTO embeds VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    archive.db.execute("INSERT INTO release_issuers VALUES (?, 1, 'Straßenamt Auenfeld', NULL)", [BRIDGE_ID])
