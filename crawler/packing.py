"""Packed answers, whole or not at all: Scrapy takes what it could unpack of a torn one for all of it."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable

import brotli
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import ResponseDataLossError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


class Unpacked(HttpCompressionMiddleware):
    """Scrapy's unpacking within DOWNLOAD_MAXSIZE, but a torn or wrongly labelled answer is a failure."""

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        try:
            found = HttpCompressionMiddleware._decode(body, encoding, max_size)
            whole = not body or _ENDS[encoding](body)
        except (OSError, EOFError, zlib.error, brotli.error, zstd.ZstdError):
            whole = False
        if not whole:
            raise ResponseDataLossError(f"it is no whole {encoding.decode('ascii')}")
        return found


def _gzip_ends(body: bytes) -> bool:
    unpacker = zlib.decompressobj(wbits=31)
    unpacker.decompress(body)
    return unpacker.eof


def _deflate_ends(body: bytes) -> bool:
    for wbits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):  # some servers leave out the header of zlib
        unpacker = zlib.decompressobj(wbits)
        try:
            unpacker.decompress(body)
        except zlib.error:
            continue
        return unpacker.eof
    return False


def _br_ends(body: bytes) -> bool:
    unpacker = brotli.Decompressor()
    unpacker.process(body)
    return bool(unpacker.is_finished())


def _zstd_ends(body: bytes) -> bool:
    unpacker = zstd.ZstdDecompressor()
    unpacker.decompress(body)
    return bool(unpacker.eof)


_ENDS: dict[bytes, Callable[[bytes], bool]] = {
    b"gzip": _gzip_ends, b"x-gzip": _gzip_ends, b"deflate": _deflate_ends, b"br": _br_ends,
    b"zstd": _zstd_ends,
}  # fmt: skip
"""Whether a packed body is whole, by encoding. Asked of bodies that were unpacked within bounds before."""
