"""Our own documents on the website: the little Markdown that they use, as HTML."""

from __future__ import annotations

import re

from markupsafe import Markup, escape


def prose(text: str) -> Markup:
    """Headings, paragraphs, lists, indented examples and `code`; everything else is shown as it stands.

    >>> prose("# Titel\\n\\nEin `Wort` & mehr.\\n\\n- eins\\n- zwei\\n\\n    Disallow: /")
    Markup('<h1>Titel</h1>\\n<p>Ein <code>Wort</code> &amp; mehr.</p>\\n<ul><li>eins</li><li>zwei</li></ul>\\n<pre>Disallow: /</pre>')
    """  # noqa: E501 - an example
    parts = re.split(r"\n\s*\n", text.strip("\n"))
    return Markup("\n").join(_part(part) for part in parts)


def _part(part: str) -> Markup:
    if part.startswith("# "):
        return Markup("<h1>{}</h1>").format(_inline(part[2:]))
    if part.startswith("## "):
        return Markup('<h2 class="section">{}</h2>').format(_inline(part[3:]))
    if part.startswith("- "):
        items = (Markup("<li>{}</li>").format(_inline(item)) for item in re.split(r"\n- ", part[2:]))
        return Markup("<ul>{}</ul>").format(Markup().join(items))
    if part.startswith("    "):
        return Markup("<pre>{}</pre>").format(re.sub(r"(?m)^    ", "", part))
    return Markup("<p>{}</p>").format(_inline(part))


def _inline(text: str) -> Markup:
    code = Markup("<code>{}</code>")
    return Markup().join(
        code.format(each) if n % 2 else escape(each) for n, each in enumerate(text.split("`"))
    )
