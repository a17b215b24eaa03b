"""Rows about connections, HTTP and packing."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable, Iterator

import brotli

from badweb.rows import FALSE, Row, Size, in_list, in_release
from badweb.server import Reply, Visit, answer

try:
    from compression import zstd  # type: ignore[import-not-found]
except ImportError:
    from backports import zstd

_TIME, _CUT = "no complete answer in time", "broke off"
_SIZE, _BROKEN = f"larger than|{_TIME}", f"the connection failed|{_TIME}|{_CUT}"
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
_BODY = FALSE.encode()
_ZEROS = bytes(1 << 20)


def transport(size: Size) -> Iterator[Row]:
    """All rows about connections, HTTP and packing."""
    yield from _slow()
    yield from _endless()
    yield from _broken()
    yield from _odd()
    yield from _packed(size.unpacked)


def _slow() -> Iterator[Row]:
    yield Row("takes the request for a release and is silent", in_release(_silent), "ok", _TIME)
    yield Row("takes the request for the list and is silent", in_list(_silent), "failed", _TIME)
    yield Row("headers, a byte now and then", in_release(_dripping(b"", _HEAD * 99)), "ok", _TIME)
    yield Row("a body, a byte now and then", in_release(_dripping(_HEAD + b"\r\n", _BODY * 99)), "ok", _TIME)


def _endless() -> Iterator[Row]:
    line, much = b"X-A: " + b"y" * 1000 + b"\r\n", b"y" * 65_536
    yield Row("a body without end", in_release(_endlessly(_HEAD + b"\r\n" + _BODY, much)), "ok", _SIZE)
    yield Row(
        "chunks without end", in_list(_endlessly(_CHUNKED, b"10000\r\n" + much + b"\r\n")), "failed", _SIZE
    )
    said = _HEAD + b"Content-Length: 10000000000\r\n\r\n" + _BODY
    yield Row("says that 10 GB will come", in_release(said), "ok", _SIZE)
    yield Row("headers without end", in_release(_endlessly(_HEAD, line)), "ok", _BROKEN)
    yield Row("one header without end", in_release(_endlessly(_HEAD + b"X-A: ", much)), "ok", _BROKEN)
    yield Row("a status line without end", in_release(_endlessly(b"HTTP/1.1 200 ", much)), "ok", _BROKEN)
    early = b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100
    yield Row("interim answers without end", in_release(_endlessly(b"", early)), "ok", _BROKEN)
    yield Row("trailers without end", in_release(_endlessly(_CHUNKED + b"0\r\n", line)), "ok", _BROKEN)
    yield Row("a chunk's length without end", in_release(_endlessly(_CHUNKED, b"0" * 9999)), "ok", _BROKEN)


def _broken() -> Iterator[Row]:
    yield Row("ends the connection at once", in_list(b""), "failed", _BROKEN)
    yield Row("ends within the headers", in_release(_HEAD), "ok", _BROKEN)
    yield Row(
        "sends less than it said", in_release(_HEAD + b"Content-Length: 99999\r\n\r\n" + _BODY), "ok", _CUT
    )
    yield Row("ends within a chunk", in_release(_CHUNKED + b"ffff\r\n" + _BODY), "ok", _CUT)
    yield Row("a chunk whose length is no number", in_release(_CHUNKED + b"zz\r\n" + _BODY), "ok", _BROKEN)
    yield Row("a chunk of negative length", in_release(_CHUNKED + b"-5\r\n" + _BODY), "ok", _BROKEN)
    yield Row("no HTTP at all", in_release(b"SSH-2.0-OpenSSH_9.6\r\n\r\n" + _BODY), "ok", _BROKEN)
    yield Row("a status that is no number", in_release(b"HTTP/1.1 gut\r\n\r\n" + _BODY), "ok", _BROKEN)
    nobody, plain = "https://{}/presse/x", "https://{}:80/presse/x"
    yield Row(
        "https with a certificate of nobody",
        in_release(_moved(nobody)),
        "ok",
        "certificate cannot be verified",
    )
    yield Row("http where https is named", in_release(_moved(plain)), "ok", _BROKEN)
    yield Row(
        "refuses the connection", in_release(_moved("http://{}:8080/x")), "ok", "refuses the connection"
    )


def _odd() -> Iterator[Row]:
    for status in (
        "999 Nein",
        "600 Was",
        "206 Partial Content",
        "204 No Content",
        "205 Reset",
        "418 Teekanne",
    ):
        told = f"answered {status[:3]}"
        yield Row(f"status {status[:3]} with a text", in_release(answer(FALSE, status)), "ok", told)
    yield Row(
        "304 that nobody asked for", in_release(answer(FALSE, "304 Not Modified")), "ok", "answered 304"
    )
    odd = _HEAD + b"X-\x00: \xff\xfe\r\nohne Doppelpunkt\r\n: leer\r\n\r\n"
    yield Row("headers with NULs, without names", in_release(odd), "ok")
    yield Row("ten thousand cookies", in_release(_HEAD + b"Set-Cookie: a=b\r\n" * 10_000 + b"\r\n"), "ok")


def _packed(megabytes: int) -> Iterator[Row]:
    yield Row("gzip that unpacks to gigabytes", in_release(_bomb("gzip", megabytes)), "ok", _SIZE)
    yield Row("deflate that unpacks to gigabytes", in_list(_bomb("deflate", megabytes)), "failed", _SIZE)
    yield Row("br that unpacks to gigabytes", in_release(_bomb("br", megabytes)), "ok", _SIZE)
    yield Row("zstd that unpacks to gigabytes", in_release(_bomb("zstd", megabytes)), "ok", _SIZE)
    yield Row(
        "gzip in gzip in gzip, then gigabytes", in_release(_bomb("gzip, gzip, gzip", megabytes)), "ok", _SIZE
    )
    yield Row("packed two hundred times", in_release(_bomb(", ".join(["gzip"] * 200), 1)), "ok")
    whole = gzip.compress(_BODY)
    yield Row("gzip that breaks off", in_release(answer(whole[:-60], Content_Encoding="gzip")), "ok")
    for name in ("gzip", "deflate", "br", "zstd"):
        yield Row(f"says {name} and is not", in_release(answer(b"\x07" + _BODY, Content_Encoding=name)), "ok")
    yield Row("packed as nobody knows", in_release(answer(b"\x01\x02\x03" * 99, Content_Encoding="xz")), "ok")


def _moved(to: str) -> Callable[[Visit], object]:
    """Leads to another scheme or port of the same host."""

    async def reply(visit: Visit) -> None:
        await visit.send(answer("", "301 Moved Permanently", Location=to.format(visit.headers["host"])))

    return reply


async def _silent(visit: Visit) -> None:
    await asyncio.sleep(3600)


def _dripping(first: bytes, rest: bytes) -> Callable[[Visit], object]:
    async def reply(visit: Visit) -> None:
        await visit.send(first)
        for byte in rest:
            await visit.send(bytes([byte]))
            await asyncio.sleep(0.3)

    return reply


def _endlessly(first: bytes, piece: bytes) -> Callable[[Visit], object]:
    async def reply(visit: Visit) -> None:
        await visit.send(first)
        while True:
            await visit.send(piece)

    return reply


def _bomb(encodings: str, megabytes: int) -> Reply:
    """So many megabytes of nothing, packed in these ways one after the other."""
    first, *others = encodings.split(", ")
    body = _nothing(first, megabytes)
    for _ in others:
        body = gzip.compress(body)
    return answer(body, Content_Encoding=encodings)


def _nothing(encoding: str, megabytes: int) -> bytes:
    packers = {
        "gzip": lambda: zlib.compressobj(1, wbits=31), "deflate": lambda: zlib.compressobj(1),
        "zstd": zstd.ZstdCompressor, "br": lambda: brotli.Compressor(quality=1),
    }  # fmt: skip
    packer = packers[encoding]()
    pack = packer.process if encoding == "br" else packer.compress
    end = packer.finish if encoding == "br" else packer.flush
    return b"".join(pack(_ZEROS) for _ in range(megabytes)) + end()
