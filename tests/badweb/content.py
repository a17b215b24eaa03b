"""Rows about what pages hold: refusals, types, charsets, markup without end."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from loopback import release

from badweb.rows import FALSE, Build, Row, in_list, in_release
from badweb.server import MARK, Site, Visit, answer, false_title

_UMLAUTS = "Brücke über die Grüne Aue für Fußgänger geöffnet"


def content() -> Iterator[Row]:
    """All rows about what pages hold."""
    yield from _refusals()
    yield from _types()
    yield from _charsets()
    yield from _markup()


def _refusals() -> Iterator[Row]:
    for status, name in (("429 Too Many", "429"), ("503 Later", "503")):
        yield Row(f"{name}, wait a second", _recovers(answer("", status, Retry_After=1)), "ok")
        yield Row(
            f"{name}, wait a day",
            in_release(answer("", status, Retry_After=86_400)),
            "ok",
            f"answered {name}",
        )
        yield Row(f"{name} without a word", in_release(answer(FALSE, status)), "ok", f"answered {name}")
        odd = answer(FALSE, status, Retry_After="-1e9; bald\x01")
        yield Row(f"{name}, wait for what is no time", in_release(odd), "ok", f"answered {name}")
        far = answer(FALSE, status, Retry_After="9" * 4000)
        yield Row(
            f"{name}, wait four thousand digits of seconds", in_release(far), "ok", f"wait|answered {name}"
        )
    yield Row(
        "401 for the list", in_list(answer(FALSE, "401 Wer", WWW_Authenticate="Basic")), "blocked", "401"
    )
    yield Row("403 for the list", in_list(answer(FALSE, "403 Nein")), "blocked", "403")


def _recovers(refusal: bytes) -> Build:
    """A release that is refused once."""

    def build(site: Site) -> None:
        site.write()
        real, refusals = site.pages["/presse/1"], [refusal]

        async def reply(visit: Visit) -> None:
            await visit.send(refusals.pop() if refusals else real)  # type: ignore[arg-type]

        site.pages["/presse/1"] = reply

    return build


def _types() -> Iterator[Row]:
    for kind in ("image/png", "application/zip", "video/mp4", "application/octet-stream", "x" * 9000):
        yield Row(f"a release as {kind[:30]}", in_release(answer(f"\x89 {MARK}", type=kind)), "ok")
    yield Row("a list as a picture", in_list(answer(FALSE, type="image/png")), "failed|empty")
    yield Row("an endless picture", in_release(_endless_picture), "ok", "larger|time")
    yield Row("a PDF that is none", in_release(answer(b"%PDF-1.7\n" + b"\0" * 99_999)), "ok", "PDF")
    yield Row(
        "a PDF that unpacks to gigabytes",
        in_release(answer(_pdf_bomb(), type="application/pdf")),
        "ok",
        "PDF|process|long",
    )
    yield Row(
        "JSON of lists in lists in lists",
        in_list(answer("[" * 1_000_000, type="application/json")),
        "failed|empty",
    )
    number = '[{"title": "FALSCH", "url": "/presse/1", "date": 1e999, "n": ' + "9" * 100_000 + "}]"
    yield Row(
        "JSON with numbers of 100,000 digits",
        in_list(answer(number, type="application/json")),
        "failed|empty",
    )
    yield Row("reservations (TDM) of lists in lists", _hostile_reservation, "ok")


async def _endless_picture(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n")
    while True:
        await visit.send(bytes(65_536))


def _pdf_bomb() -> bytes:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"BT (x) Tj ET " * 100_000) for _ in range(300)) + packer.flush()
    stream = (
        b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % len(packed) + packed + b"\nendstream endobj\n"
    )
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n" + stream
        + b"trailer<</Root 1 0 R>>\n%%EOF"
    )  # fmt: skip


def _hostile_reservation(site: Site) -> None:
    site.write()
    site.pages["/.well-known/tdmrep.json"] = answer("[" * 500_000, type="application/json")


def _charsets() -> Iterator[Row]:
    for said, real in (("utf-7", "utf-8"), ("rot13", "utf-8"), ("unicode_escape", "windows-1252"), ("iso-8859-1", "utf-8"),
                       ("utf-8", "windows-1252"), ("utf-16", "utf-16"), ("x" * 5000, "utf-8")):  # fmt: skip
        yield Row(f"says charset {said[:20]}, is {real}", _written_in(said, real), "ok")
    yield Row("NULs between all letters of a release", _with_nuls, "ok")
    yield Row("bytes that are no text", in_release(answer(bytes(range(256)) * 999)), "ok")


def _written_in(said: str, real: str) -> Build:
    def build(site: Site) -> None:
        site.write("/presse/gut")
        site.good.append(_UMLAUTS)
        site.pages["/presse/gut"] = answer(release(_UMLAUTS).encode(real), type=f"text/html; charset={said}")

    return build


def _with_nuls(site: Site) -> None:
    site.write("/presse/gut")
    site.good.append(_UMLAUTS)
    site.pages["/presse/gut"] = answer("\0".join(release(_UMLAUTS)).encode())


_ATTRIBUTES = f"<h1>{MARK}</h1><p {' '.join(f'a{n}=1' for n in range(500_000))}>x"


def _markup() -> Iterator[Row]:
    yield Row(
        "a release of elements in elements in elements", in_release(answer("<div>" * 400_000 + MARK)), "ok"
    )
    yield Row(
        "a release with an element of a million attributes",
        in_release(answer(_ATTRIBUTES)),
        "ok",
        "longer|process|HTML|Error",
    )
    yield Row(
        "a list with an element of a million attributes",
        in_list(answer(_ATTRIBUTES)),
        "failed",
        "longer|process|HTML|Error",
    )
    yield Row("a list with a title of half a megabyte", _long_titles, "ok")
    yield Row("releases that claim each other's addresses, and private ones", _canonical, "ok")
    yield Row(
        "many releases that all take too long to read", _many_long, "failed", "pages took longer|process"
    )


def _long_titles(site: Site) -> None:
    site.write()
    site.list(
        [
            *((f"/presse/{n}", title) for n, title in enumerate(site.good)),
            ("/presse/fort", f"{MARK} " * 60_000),
        ]
    )


def _many_long(site: Site) -> None:
    site.list([(f"/presse/{n}", false_title(n)) for n in range(40)])
    site.pages |= {f"/presse/{n}": answer(_ATTRIBUTES) for n in range(40)}


def _canonical(site: Site) -> None:
    """Each release claims the other's address, and one in a private net."""
    site.write()
    for n in (0, 1):
        head = f"<link rel=canonical href=http://10.0.0.7/x><link rel=canonical href=/presse/{1 - n}><head>"
        site.pages[f"/presse/{n}"] = answer(release(site.good[n]).replace("<head>", head))
