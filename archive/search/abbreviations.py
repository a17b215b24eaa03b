"""Abbreviations and what they stand for: a query for one asks for the other, too."""

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
RTW = Rettungswagen
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
Azubi = Auszubildende
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
NSG = Naturschutzgebiet
ASP = Afrikanische Schweinepest
MKS = Maul- und Klauenseuche
KI = künstliche Intelligenz
PV = Photovoltaik = Fotovoltaik
Reha = Rehabilitation
Demo = Demonstration
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
