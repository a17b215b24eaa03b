"""The Länder: their codes, what they are called, and what they are called for short."""

from __future__ import annotations

from archive.search.analyser import runs

LANDS = {
    "BB": "Brandenburg", "BE": "Berlin", "BW": "Baden-Württemberg", "BY": "Bayern", "HB": "Bremen",
    "HE": "Hessen", "HH": "Hamburg", "MV": "Mecklenburg-Vorpommern", "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen", "RP": "Rheinland-Pfalz", "SH": "Schleswig-Holstein", "SL": "Saarland",
    "SN": "Sachsen", "ST": "Sachsen-Anhalt", "TH": "Thüringen", "XX": "Beispiele",
}  # fmt: skip

_SHORT = {"NRW": "NW", "RLP": "RP", "BaWü": "BW", "Meck-Pomm": "MV", "NDS": "NI", "LSA": "ST"}


def land_code(asked: str) -> str:
    """Code of the Land that somebody names by it, by its name or for short; what was asked, if it is none.

    >>> land_code("nw"), land_code("NRW"), land_code("Thueringen"), land_code("sachsen anhalt")
    ('NW', 'NW', 'TH', 'ST')
    """
    return _CODES.get(_folded(asked), asked.upper())


def _folded(name: str) -> str:
    return "".join(form for run in runs(name) for form in run.forms)


_CODES = {_folded(name): code for code, name in LANDS.items()} | {
    _folded(name): code for name, code in _SHORT.items()
}
