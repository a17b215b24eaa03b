"""Rows about names of hosts and their robots.txt."""

from __future__ import annotations

from collections.abc import Iterator

from badweb.rows import FALSE, Row, Size, in_robots, write_false
from badweb.server import Site, answer

_CLOSED = "closed network"


def hosts(size: Size) -> Iterator[Row]:
    """All rows about names and robots.txt."""
    yield from _names()
    yield from _robots(size)


def _names() -> Iterator[Row]:
    for name, number in (("loopback", "127.0.0.1"), ("a private net", "10.0.0.9"), ("a cloud's metadata", "169.254.169.254"),
                         ("the unspecified address", "0.0.0.0"), ("a group of many", "224.0.0.1")):  # fmt: skip
        yield Row(f"its name leads into {name}", write_false, "failed|robots", _CLOSED, (("", (number,)),))
    yield Row(
        "its name leads outside, later into a private net",
        Site.write,
        "ok",
        "",
        (("", ("93.184.255.1", "10.0.0.9", "127.0.0.1")),),
    )
    yield Row("its name is not known", write_false, "failed|robots", "not found", (("", ()),))


def _robots(size: Size) -> Iterator[Row]:
    text = "User-agent: *\nDisallow: /geheim\n"
    yield Row(
        "a robots.txt of 50 MB",
        in_robots(answer(text + "# x\n" * (size.robots // 4), type="text/plain"), closed=True),
        "failed",
        "larger than",
    )
    rules = "User-agent: *\n" + "".join(f"Disallow: /a{n}*b\n" for n in range(30_000))
    yield Row("a robots.txt of thirty thousand rules", in_robots(answer(rules, type="text/plain")), "ok")
    stars = "User-agent: *\nDisallow: /" + "*e" * 40 + "$\n"
    yield Row("a robots.txt with forty stars in a rule", in_robots(answer(stars, type="text/plain")), "ok")
    yield Row("a robots.txt that is a page", in_robots(answer(FALSE)), "ok")
    yield Row("a robots.txt of NULs", in_robots(answer(b"\0" * 100_000, type="text/plain")), "ok")
    yield Row(
        "a robots.txt that answers 503",
        in_robots(answer("", "503 Later", Retry_After=0), closed=True),
        "robots",
        "RFC 9309",
    )
    yield Row(
        "a robots.txt that wants a day between requests",
        in_robots(answer("User-agent: *\nCrawl-delay: 86400\n", type="text/plain"), closed=True),
        "robots",
        "between requests",
    )
    yield Row(
        "a robots.txt with a delay that is no number",
        in_robots(
            answer(
                "User-agent: *\nCrawl-delay: nan\nCrawl-delay: -5\nCrawl-delay: 1e999\n", type="text/plain"
            )
        ),
        "ok|robots",
    )
    yield Row(
        "a robots.txt that forbids all",
        in_robots(answer("User-agent: *\nDisallow: /\n", type="text/plain"), closed=True),
        "robots",
        "forbids",
    )
