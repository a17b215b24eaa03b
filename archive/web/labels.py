"""What Datasette's pages of tables lack for those who do not see them: names of fields, headings in order."""

from __future__ import annotations

import re

from markupsafe import Markup

_FIELDS = {"sql": "SQL", "_filter_column": "Column", "_filter_op": "Comparison", "_filter_value": "Value",
           "_sort": "Sort by"}  # fmt: skip
_FIELD = re.compile(
    rf'<(select|input|textarea)\b(?=[^>]*\bname="({"|".join(_FIELDS)})(?:_\d+)?")(?! type="hidden")'
)
_HEADING = re.compile(r"(</?)h3\b")


def labelled(page: str) -> Markup:
    """Content of one of Datasette's pages, below its h1.

    >>> labelled('<h3>3 rows</h3><select name="_filter_op_1">')
    Markup('<h2>3 rows</h2><select aria-label="Comparison" name="_filter_op_1">')
    """
    named = _FIELD.sub(lambda found: f'<{found[1]} aria-label="{_FIELDS[found[2]]}"', page)
    return Markup(_HEADING.sub(r"\1h2", named))  # noqa: S704 - a page that Jinja has escaped
