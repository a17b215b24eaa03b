"""Invented releases: sentences put together from word lists, the same ones for the same seed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

MONTHS = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
NEWEST = date(2026, 10, 23)

SLOTS = {
    "ort": [
        "Oberholz",
        "Niederbruch",
        "Lindenau",
        "Steinfurth",
        "Mahlbach",
        "Kranzow",
        "Altenfeld",
        "Brückdorf",
        "Hohenwarf",
        "Eschental",
        "Grünwiek",
        "Kaltenried",
        "Moorhusen",
        "Rabenstein",
        "Silberg",
        "Tiefenau",
        "Wallstedt",
        "Zellhof",
        "Birkenlohe",
        "Fahrenbek",
    ],
    "person": [
        "Dezernentin Karin Velten",
        "Fachbereichsleiter Jens Adomeit",
        "Projektleiterin Sofia Brandner",
        "Sprecher Murat Öztan",
        "Abteilungsleiterin Heike Lorbach",
        "Amtsleiter Tobias Wenk",
        "Beigeordnete Nadine Krüss",
        "Koordinator Paul Sägebrecht",
        "Kreisbrandmeister Rolf Dittmer",
        "Klimamanagerin Lea Hübscher",
        "Amtsärztin Dr. Ines Pohlmann",
        "Schulleiter Georg Amsinck",
        "Archivarin Ute Färber",
        "Planer Henrik Stoll",
        "Integrationsbeauftragte Ayla Demirel",
        "Wirtschaftsförderer Kai Rosenhagen",
        "Försterin Mareike Tann",
        "Museumsleiterin Claudia Witt",
        "Tierarzt Dr. Sven Oltmann",
        "Jugendpfleger Nico Barth",
    ],
    "ding": [
        "die Grundschule am Anger",
        "das Hallenbad",
        "die Brücke über die Mahle",
        "das Kreisarchiv",
        "die Rettungswache",
        "das Jugendzentrum",
        "die Stadtbücherei",
        "das Gründerzentrum",
        "die Kläranlage",
        "das Heimatmuseum",
        "die Sporthalle",
        "das Familienbüro",
        "die Musikschule",
        "das Impfzentrum",
        "die Förderschule",
        "das Pflegeheim am Park",
        "die Buslinie 417",
        "das Umweltlabor",
        "die Leitstelle",
        "das Bürgerbüro",
    ],
    "gruppe": [
        "Familien",
        "Ehrenamtliche",
        "Auszubildende",
        "Landwirte",
        "Vereine",
        "Jugendliche",
        "Seniorinnen und Senioren",
        "Unternehmen",
        "Pflegekräfte",
        "Lehrkräfte",
        "Feuerwehrleute",
        "Pendlerinnen und Pendler",
        "Neuzugezogene",
        "Kulturschaffende",
        "Eltern",
        "Studierende",
        "Handwerksbetriebe",
        "Imkerinnen und Imker",
        "Gastronomen",
        "Anwohnerinnen und Anwohner",
    ],
    "thema": [
        "Hochwasserschutz",
        "Radverkehr",
        "Breitbandausbau",
        "Kinderbetreuung",
        "Artenschutz",
        "Pflegeberatung",
        "Katastrophenschutz",
        "Klimaanpassung",
        "Schulsozialarbeit",
        "Denkmalpflege",
        "Abfallvermeidung",
        "Fachkräftesicherung",
        "Wohnungsbau",
        "Trinkwasser",
        "Nahverkehr",
        "Gewaltprävention",
        "Energiesparen",
        "Lebensmittelkontrolle",
        "Tourismus",
        "Leseförderung",
    ],
    "zahl": [
        "zwölf",
        "rund 40",
        "mehr als 150",
        "knapp 300",
        "genau 27",
        "sechs",
        "etwa 80",
        "gut 500",
        "fast 1.200",
        "18",
        "neun",
        "ungefähr 65",
        "35",
        "über 2.000",
        "21",
        "etwa 110",
        "fünf",
        "annähernd 90",
        "14",
        "rund 750",
    ],
    "geld": [
        "120.000 Euro",
        "2,4 Millionen Euro",
        "35.000 Euro",
        "780.000 Euro",
        "1,1 Millionen Euro",
        "9.500 Euro",
        "64.000 Euro",
        "3,7 Millionen Euro",
        "250.000 Euro",
        "48.000 Euro",
        "560.000 Euro",
        "17.000 Euro",
        "5,2 Millionen Euro",
        "310.000 Euro",
        "82.000 Euro",
        "1,9 Millionen Euro",
        "27.500 Euro",
        "415.000 Euro",
        "6 Millionen Euro",
        "140.000 Euro",
    ],
    "zeit": [
        "im kommenden Frühjahr",
        "nach den Sommerferien",
        "bis zum Jahresende",
        "ab der nächsten Woche",
        "in den Herbstferien",
        "spätestens im März",
        "noch vor Ostern",
        "am kommenden Samstag",
        "innerhalb von vier Wochen",
        "vom ersten Quartal an",
        "zum Schuljahresbeginn",
        "im Laufe des Monats",
        "ab dem 1. April",
        "während der Wintermonate",
        "in der zweiten Junihälfte",
        "schon am Donnerstag",
        "binnen zwei Jahren",
        "im Advent",
        "gleich nach Pfingsten",
        "zum Monatswechsel",
    ],
    "mit": [
        "mit dem Sportbund",
        "mit der Volkshochschule",
        "mit den Stadtwerken",
        "mit der Polizeiinspektion",
        "mit dem Naturschutzverein",
        "mit der Handwerkskammer",
        "mit dem Technischen Hilfswerk",
        "mit der Sparkassenstiftung",
        "mit dem Landfrauenverband",
        "mit der Hochschule",
        "mit den Kirchengemeinden",
        "mit dem Wasserverband",
        "mit der Agentur für Arbeit",
        "mit dem Seniorenbeirat",
        "mit der Verbraucherzentrale",
        "mit dem Straßenbauamt",
        "mit der Kreisjägerschaft",
        "mit dem Museumsverein",
        "mit der Freiwilligenagentur",
        "mit dem Mieterbund",
    ],
    "folge": [
        "kürzere Wege",
        "weniger Lärm",
        "mehr Sicherheit",
        "bessere Sicht",
        "niedrigere Kosten",
        "mehr Platz",
        "längere Öffnungszeiten",
        "schnellere Hilfe",
        "sauberes Wasser",
        "mehr Grün",
        "ein dichterer Takt",
        "weniger Papier",
        "verlässliche Auskünfte",
        "mehr Schatten",
        "bessere Luft",
        "neue Arbeitsplätze",
        "kleinere Gruppen",
        "weniger Bürokratie",
        "mehr Barrierefreiheit",
        "frühere Warnungen",
    ],
}

SENTENCES = """Der Ausschuss hat dafür in seiner jüngsten Sitzung {geld} bewilligt.
„Wir haben lange auf diesen Tag hingearbeitet“, sagte {person} bei der Vorstellung in {ort}.
Gefördert werden vor allem {gruppe}, die sich beim Thema {thema} engagieren.
In {ort} haben sich bereits {zahl} Interessierte gemeldet.
Die Arbeiten beginnen {zeit} und dauern voraussichtlich drei Monate.
Umgesetzt wird das Vorhaben gemeinsam {mit}.
Für {gruppe} bedeutet das vor allem eines: {folge}.
Zuletzt war {ding} vor mehr als zwanzig Jahren erneuert worden.
Wer mitmachen möchte, kann sich {zeit} in der Geschäftsstelle in {ort} anmelden.
Nach Auskunft der Verwaltung kostet der erste Abschnitt {geld}.
{person} dankte allen Beteiligten für die Geduld während der Planung.
Die Fachleute haben {zahl} Proben genommen und im Labor untersucht.
Besonders gefragt waren Hinweise zum Thema {thema}.
Eine Jury wählte aus {zahl} Einsendungen die überzeugendsten Vorschläge aus.
Bis dahin bleibt {ding} wie gewohnt geöffnet.
An der Veranstaltung in {ort} nahmen {zahl} Gäste teil.
Die Ergebnisse werden {zeit} öffentlich vorgestellt.
Das Land beteiligt sich mit {geld} an den Kosten.
Künftig sollen {gruppe} früher und ausführlicher informiert werden.
„Davon profitieren am Ende alle“, ist {person} überzeugt.
Eine Befragung hatte ergeben, dass sich {gruppe} vor allem {folge} wünschen.
Schon jetzt arbeitet das Team eng {mit} zusammen.
Auch in {ort} und {ort} sind ähnliche Angebote geplant.
Die neue Satzung tritt {zeit} in Kraft.
Damit wächst das Netz auf {zahl} Standorte an.
Zum Auftakt spielte eine Kapelle aus {ort}.
Der Förderbescheid über {geld} wurde in dieser Woche übergeben.
Anlass war ein Beschluss zum Thema {thema} aus dem vergangenen Jahr.
{person} erläuterte, warum {ding} dabei eine wichtige Rolle spielt.
Rückmeldungen nimmt die Verwaltung {zeit} schriftlich entgegen.
Insgesamt wurden {zahl} Anträge geprüft und die meisten davon bewilligt.
Die Teilnahme ist kostenlos, um eine Spende wird gebeten.
Ein Shuttlebus verbindet {ort} alle dreißig Minuten mit dem Veranstaltungsort.
Für das laufende Haushaltsjahr stehen noch {geld} zur Verfügung.
Gerade beim Thema {thema} seien verlässliche Zahlen selten, so {person}.
Erstmals waren auch {gruppe} in die Vorbereitung eingebunden.
Ein Rundgang durch {ort} bildete den Abschluss des Treffens.
Der Entwurf liegt {zeit} im Rathaus in {ort} aus.
Die Zahl der Beratungen stieg gegenüber dem Vorjahr auf {zahl}.
Möglich wurde der Erfolg auch durch die Kooperation {mit}.
Während der Bauzeit führt eine Umleitung über {ort}.
Am Ende soll {ding} allen Generationen offenstehen.
{person} warnte davor, die Lage zu unterschätzen.
In den Werkstätten entstanden {zahl} Modelle aus Holz und Pappe.
Wichtig sei jetzt, dass {gruppe} nicht allein gelassen werden.
Eine Karte zeigt, wo zum Thema {thema} besonderer Bedarf besteht.
Der Zuschuss beträgt höchstens {geld} je Vorhaben.
Seit dem Start haben {gruppe} aus {ort} das Angebot am häufigsten genutzt.
Das Konzept wurde {mit} und einem Büro aus {ort} entwickelt.
Versprochen werden {folge} und ein fester Ansprechpartner.
Die Auswertung der Messreihe liegt {zeit} vor.
Nachts bleibt die Strecke zwischen {ort} und {ort} frei befahrbar.
{person} überreichte die Urkunden an {zahl} Preisträgerinnen und Preisträger.
Zwei Sachverständige haben {ding} eingehend begutachtet.
Unterstützung kommt von {gruppe}, die eigene Erfahrungen einbringen.
Bei schlechtem Wetter wird das Programm in die Halle nach {ort} verlegt.
Die Verwaltung rechnet {zeit} mit einer Entscheidung.
Ein Faltblatt zum Thema {thema} liegt in allen Bürgerbüros aus.
Im Gegenzug verpflichten sich die Partner auf {folge}.
Der Kreistag war dem Vorschlag mit großer Mehrheit gefolgt.
Mit {geld} ist es eines der größten Vorhaben der vergangenen Jahre.
Auf der Tagesordnung standen außerdem {zahl} Anfragen aus der Bürgerschaft.
„Das ist ein gutes Zeichen für {ort}“, betonte {person}.
Vorausgegangen war ein Wettbewerb {mit}.
Alle Unterlagen zum Thema {thema} sind in Leichter Sprache erhältlich.
Die Ausstellung zeigt {zahl} Fotografien aus drei Jahrzehnten.
Mittelfristig soll auch {ding} davon Nutzen haben.
Kurzfristig helfen {gruppe} aus der Nachbarschaft aus.
Die Einsatzkräfte waren nach wenigen Minuten in {ort} vor Ort.
Eine Wiederholung ist {zeit} vorgesehen.
Ein Gutachten hatte zuvor {folge} in Aussicht gestellt.
{person} kündigte an, die Gespräche fortzusetzen.
Rund um {ort} wurden {zahl} junge Bäume gepflanzt.
Aus Sicht der Fachleute ist {thema} eine Daueraufgabe.
Die Kosten von {geld} teilen sich drei Kommunen.
Beraten wurde auch darüber, wie {gruppe} leichter Zugang finden.
Der Neubau ersetzt eine Baracke am Ortsrand von {ort}.
Eltern und Kinder konnten {ding} an einem Nachmittag erkunden.
Fragen beantwortet das Servicetelefon montags bis freitags von 8 bis 16 Uhr.
Das Projekt läuft {zeit} aus und wird danach ausgewertet.
Als Vorbild diente ein Modell aus {ort}, das {folge} gebracht hat.
Die Jugendfeuerwehr aus {ort} stellte {zahl} Helferinnen und Helfer.
{person} und das Team haben {ding} in Eigenleistung umgebaut.
Bewerbungen sind {zeit} möglich, ein formloses Schreiben genügt.""".splitlines()

TITLES = """{ort}: {Ding} wird für {geld} saniert
{thema} im Mittelpunkt: {person} zieht Bilanz
{zahl_} {gruppe} in {ort} ausgezeichnet
{Ding} öffnet {zeit} wieder
Neues Angebot zum Thema {thema} startet in {ort}
{geld} für {thema} in {ort}
{gruppe} aus {ort} gestalten {thema} mit
Zusammenarbeit {mit} beim Thema {thema} vereinbart
{person} besucht {ort}
Kreistag berät über {thema} und {ding}
Aktionstag „{thema}“ lockt {zahl} Gäste nach {ort}
Wettbewerb für {gruppe}: {thema} zählt
{Ding} feiert Jubiläum mit {zahl} Gästen
Umfrage unter {zahl} Befragten: {thema} ist wichtigstes Anliegen
Warum {gruppe} jetzt auf {thema} setzen
{ort} und {ort} gründen Bündnis für {thema}
Förderprogramm für {gruppe}: Anträge {zeit} möglich
Bilanz nach einem Jahr: {folge_} durch {thema}
Spatenstich in {ort}: {geld} für {folge}
Neue Broschüre hilft {gruppe} beim Thema {thema}""".splitlines()

INVITATION = "Einladung zum Pressetermin: {person} in {ort}"
NOTICES = (
    "Straßensperrung: Ortsdurchfahrt {ort} {zeit} gesperrt",
    "Geschwindigkeitskontrollen: Messstellen in {ort}, {ort} und {ort}",
)
OTHERS = {
    "job": "Stellenangebot: Sachbearbeitung {thema} (m/w/d)",
    "gazette": "Amtsblatt Nr. {n} des Jahres 2025",
    "event": "Veranstaltung: Vortrag über {thema} in {ort}",
}

OPENINGS = {
    "invitation": "Wir laden die Medien herzlich zum Pressetermin mit {person} nach {ort} ein. Bitte melden Sie sich "
    "{zeit} bei der Pressestelle an. Fotos und kurze Gespräche sind möglich.",
    "notice": "Die Verkehrsbehörde gibt bekannt: In {ort} gilt {zeit} eine geänderte Regelung. Betroffen sind auch "
    "{ort} und {ort}. Bitte beachten Sie die Beschilderung.",
    "job": "Wir suchen {zeit} Verstärkung in {ort}. Die Stelle ist unbefristet und nach EG 9b TVöD bewertet. Bitte "
    "bewerben Sie sich über unser Bewerbungsportal.",
    "gazette": "Das Amtsblatt enthält öffentliche Bekanntmachungen und Satzungen.",
    "event": "Beginn: 19 Uhr. Ort: Bürgersaal {ort}. Eintritt frei. Es spricht {person}.",
}


@dataclass
class Item:
    """One release, or something else that stands in a list; ``n`` grows with time."""

    n: int
    title: str
    day: date
    paragraphs: tuple[str, ...]
    kind: str = "release"
    former: list[str] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return slug(self.title)

    @property
    def month(self) -> str:
        return MONTHS[self.day.month - 1]

    @property
    def dotted(self) -> str:
        return f"{self.day:%d.%m.%Y}"

    @property
    def long(self) -> str:
        return f"{self.day.day}. {self.month} {self.day.year}"

    @property
    def teaser(self) -> str:
        return self.paragraphs[0][:110].rsplit(" ", 1)[0] + " …"


def slug(title: str) -> str:
    low = title.lower()
    for umlaut, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        low = low.replace(umlaut, plain)
    return re.sub(r"[^a-z0-9]+", "-", low)[:80].strip("-")


class Writer:
    """Writes releases of one source; no title and no first sentence comes twice."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)
        self._seen: set[str] = set()
        self._n = 0

    def several(self, count: int, newest: date, days: int = 900) -> list[Item]:
        """``count`` releases, the newest first, spread over some ``days``."""
        step = max(1, days // count)
        items = []
        day = newest
        for _ in range(count):
            items.append(self.one(day))
            day -= timedelta(self._random.randint(max(1, step - 4), step + 3))
        for n, item in enumerate(reversed(items), 1):
            item.n = n
        self._n = count
        return items

    def one(self, day: date, kind: str = "release") -> Item:
        self._n += 1
        patterns = {"invitation": [INVITATION], "notice": NOTICES, "release": TITLES}.get(kind) or [
            OTHERS[kind]
        ]
        title = self._new(patterns)
        sentences = self._random.sample(SENTENCES, 18)
        paragraphs = [self._fill(OPENINGS[kind])] if kind in OPENINGS else []
        for _ in range(self._random.randint(3, 5)):
            size = self._random.randint(2, 3)
            picked, sentences = sentences[:size], sentences[size:]
            paragraphs.append(" ".join(self._fill(sentence) for sentence in picked))
        return Item(self._n, title, day, tuple(paragraphs), kind)

    def _new(self, patterns: list[str] | tuple[str, ...]) -> str:
        while True:
            title = self._fill(self._random.choice(patterns))
            if slug(title) not in self._seen and len(title) < 100:
                self._seen.add(slug(title))
                return title

    def _fill(self, pattern: str) -> str:
        def word(found: re.Match[str]) -> str:
            name = found[1]
            if name == "n":
                return str(self._n)
            chosen = self._random.choice(SLOTS[name.lower().strip("_")])
            return chosen[0].upper() + chosen[1:] if name[0].isupper() or name.endswith("_") else chosen

        return re.sub(r"\{(\w+)\}", word, pattern)
