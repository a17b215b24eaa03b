"""The Länder: their codes, what they are called, and what they are called for short."""

from __future__ import annotations

LANDS = {
    "BB": "Brandenburg", "BE": "Berlin", "BW": "Baden-Württemberg", "BY": "Bayern", "HB": "Bremen",
    "HE": "Hessen", "HH": "Hamburg", "MV": "Mecklenburg-Vorpommern", "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen", "RP": "Rheinland-Pfalz", "SH": "Schleswig-Holstein", "SL": "Saarland",
    "SN": "Sachsen", "ST": "Sachsen-Anhalt", "TH": "Thüringen", "XX": "Beispiele",
}  # fmt: skip

SHORT = {"NRW": "NW", "RLP": "RP", "BaWü": "BW", "Meck-Pomm": "MV", "NDS": "NI", "LSA": "ST"}
