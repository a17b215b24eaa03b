"""Words of strangers that a spreadsheet must not take for a formula."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?")


def defused(cell: str) -> str:
    """A cell of CSV with an apostrophe before what spreadsheets would run; numbers stay as they are.

    The signs are those that OWASP names under "CSV Injection" (2026), their full-width forms included, also
    behind blanks, which some programs skip.

    >>> defused("=HYPERLINK(A1)"), defused("-5,3"), defused("Kreis Unna"), defused(" @SUM(A1)")
    ("'=HYPERLINK(A1)", '-5,3', 'Kreis Unna', "' @SUM(A1)")
    """
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
