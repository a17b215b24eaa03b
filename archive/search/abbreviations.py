"""Abbreviations and what they stand for, words for one thing: a query for one asks for the other, too.

Only words that mean the same in nearly every text. A rare one beside common ones does harm: ranking puts the
releases with it first.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from archive.search.analyser import FUNCTION_WORDS, key, runs

_SAME = """
NRW = Nordrhein-Westfalen
RLP = Rheinland-Pfalz
BaWü = Baden-Württemberg
MV = Mecklenburg-Vorpommern
EU = Europäische Union
UN = Vereinte Nationen
Kfz = Kraftfahrzeug
Pkw = Personenkraftwagen
Lkw = Lastkraftwagen = Lastwagen
RTW = Rettungswagen = Krankenwagen
BAB = Bundesautobahn
ÖPNV = öffentlicher Personennahverkehr
St = Sankt
Dr = Doktor
Prof = Professor
Tel = Telefon
Nr = Nummer
Abs = Absatz
Az = Aktenzeichen
Paragraph = Paragraf
km = Kilometer
kg = Kilogramm
ha = Hektar
qm = Quadratmeter
Std = Stunde
Kita = Kindertagesstätte = Kindertageseinrichtung
OGS = offene Ganztagsschule
VHS = Volkshochschule
FH = Fachhochschule
Uni = Universität
Azubi = Auszubildende = Lehrling
FSJ = Freiwilliges Soziales Jahr
BFD = Bundesfreiwilligendienst
MdL = Mitglied des Landtags
MdB = Mitglied des Bundestags
IHK = Industrie- und Handelskammer
THW = Technisches Hilfswerk
DRK = Deutsches Rotes Kreuz
AWO = Arbeiterwohlfahrt
ASB = Arbeiter-Samariter-Bund
Kripo = Kriminalpolizei
LKA = Landeskriminalamt
BKA = Bundeskriminalamt
OLG = Oberlandesgericht
BGH = Bundesgerichtshof
StVO = Straßenverkehrsordnung
StGB = Strafgesetzbuch
SGB = Sozialgesetzbuch
BGB = Bürgerliches Gesetzbuch
GG = Grundgesetz
HGB = Handelsgesetzbuch
StPO = Strafprozessordnung
ZPO = Zivilprozessordnung
StVG = Straßenverkehrsgesetz
AufenthG = Aufenthaltsgesetz
BauGB = Baugesetzbuch
BMG = Bundesmeldegesetz
BVerfG = Bundesverfassungsgericht
BtM = Betäubungsmittel
MwSt = Mehrwertsteuer
Hbf = Hauptbahnhof
NSG = Naturschutzgebiet
ASP = Afrikanische Schweinepest
MKS = Maul- und Klauenseuche
KI = künstliche Intelligenz
PV = Photovoltaik = Fotovoltaik
Reha = Rehabilitation
Demo = Demonstration
Navi = Navigationsgerät
Handy = Mobiltelefon
E-Bike = Pedelec = Elektrofahrrad
Unfallflucht = Fahrerflucht = Verkehrsunfallflucht
Falschfahrer = Geisterfahrer
Zebrastreifen = Fußgängerüberweg
Bürgersteig = Gehweg
Kreisverkehr = Kreisel
Drogentoter = Drogenopfer = Rauschgifttoter = Rauschgiftopfer
Polizeihund = Diensthund
Krankenhaus = Klinik
Altenheim = Altersheim = Seniorenheim
Putzfrau = Reinigungskraft
Gartenlaube = Gartenhütte
Flüchtling = Geflüchteter
Vogelgrippe = Geflügelpest
Windrad = Windkraftanlage = Windenergieanlage
Wertstoffhof = Recyclinghof
Stadtbücherei = Stadtbibliothek
Bürgerbüro = Bürgeramt
Arbeitsamt = Arbeitsagentur = Agentur für Arbeit
"""


def others(keys: Sequence[str]) -> tuple[str, ...]:
    """Phrases of keys that mean the same as these keys; none for most.

    >>> others(["kfz"]), others(["kunstlich", "intelligenz"]), others(["mdl"]), others(["rathaus"])
    (('kraftfahrzeug',), ('ki',), ('mitglied landtag',), ())
    """
    return _table().get(" ".join(keys), ())


@cache
def _table() -> dict[str, tuple[str, ...]]:
    same = [[_keys(way) for way in line.split(" = ")] for line in _SAME.split("\n") if line]
    return {way: tuple(other for other in ways if other != way) for ways in same for way in ways}


def _keys(words: str) -> str:
    forms = (form for run in runs(words) for form in run.forms)
    return " ".join(key(form) for form in forms if form not in FUNCTION_WORDS)
