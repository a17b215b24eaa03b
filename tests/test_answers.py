"""Answers that are torn, or of which the head does not end, are failures that say so, and the rest is read."""

from __future__ import annotations

import gzip
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from loopback import Answer, Site, release
from scrapy.exceptions import DownloadFailedError, ResponseDataLossError
from support import query, report
from twisted.python.failure import Failure

from crawler.head import TooLong
from crawler.packing import Unpacked, zstd
from crawler.reasons import told

TITLES = [f"Meldung Nummer {n} aus dem Kreishaus" for n in range(4)]
TEXT = release(TITLES[0]).encode()
RAW = zlib.compressobj(wbits=-15)
PACKED = {
    "gzip": gzip.compress(TEXT), "deflate": zlib.compress(TEXT), "raw deflate": RAW.compress(TEXT) + RAW.flush(),
    "br": brotli.compress(TEXT), "zstd": zstd.compress(TEXT),
}  # fmt: skip


@pytest.mark.parametrize("name", PACKED)
def test_a_packed_answer_is_taken_whole_or_not_at_all(name: str) -> None:
    encoding, packed = name.removeprefix("raw ").encode(), PACKED[name]
    assert Unpacked._decode(packed, encoding, 1 << 20) == TEXT
    for torn in (packed[: len(packed) // 2], packed[:-1], b"\x07" + TEXT):
        with pytest.raises(ResponseDataLossError, match="no whole"):
            Unpacked._decode(torn, encoding, 1 << 20)
    assert Unpacked._decode(b"", b"gzip", 1 << 20) == b""


def test_a_bomb_is_still_told_by_its_size() -> None:
    with pytest.raises(ValueError, match="exceeded"):
        Unpacked._decode(gzip.compress(bytes(1 << 22)), b"gzip", 1 << 20)


def test_torn_answers_and_endless_heads_cost_only_themselves(
    site: Site, crawl: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    site.add_releases(TITLES)
    torn = PACKED["gzip"][:-60]
    site.pages["/presse/0"] = Answer(torn, headers={"Content-Encoding": "gzip"})
    much = {f"X-{n}": "y" * 1000 for n in range(400)}
    site.pages["/presse/1"] = Answer(release("Das darf niemand lesen"), headers=much)
    site.pages["/presse/2"] = Answer(release(TITLES[2]), headers={f"X-{n}": "y" * 1000 for n in range(90)})
    crawl(site.entry())
    assert sorted(t for (t,) in query(tmp_path / "data", "SELECT title FROM releases")) == TITLES[2:]
    reasons = {each["url"][-1]: each["reason"] for each in report(tmp_path)["kreis-probe"]["failures"]}
    assert reasons == {
        "0": "the answer broke off before its end: it is no whole gzip",
        "1": "the connection failed: its headers are longer than 256 KiB",
    }


def test_reasons_name_the_cause_and_no_program() -> None:
    wrapped = ValueError(f"[{Failure(TooLong('zu lang'))!r}, {Failure(TooLong('gar zu lang'))!r}]")
    assert told(wrapped)[1] == "ValueError: zu lang, gar zu lang"


def test_encryption_that_fails_is_told_in_words(
    site: Site, crawl: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    encrypted = site.address.replace("http:", "https:")
    crawl(site.entry() | {"homepage": encrypted, "press": f"{encrypted}/presse"})
    why = report(tmp_path)["kreis-probe"]["failures"][0]["reason"]
    assert why == "no encrypted connection could be agreed on: wrong version number"
    expired = DownloadFailedError([("SSL routines", "", "certificate verify failed")])
    assert told(expired)[1].startswith("its certificate cannot be verified: expired")
    named = DownloadFailedError(
        "VerificationError(errors=[DNSMismatch(mismatched_id=DNS_ID(hostname=b'a'))])"
    )
    assert told(named) == ("tls", "its certificate is for another name; is the address right?")
