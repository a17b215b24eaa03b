"""Page (one observation with its hints) and Release (what a page says). Plain data, no input or output."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

from archive.spelling import file_named, folded

Role = Literal["listing", "feed", "sitemap", "release", "file", "robots", "tdm"]


@dataclass(frozen=True, slots=True)
class Hints:
    """What the page that led to an address said of it.

    ``channel`` is feed, listing, sitemap …; ``day`` an ISO day in Europe/Berlin, ``time`` UTC in ISO 8601;
    None means that nothing was said.
    """

    channel: str = ""
    title: str | None = None
    day: str | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One observation of one address: a response, "304 not modified", or a failure.

    ``at``: UTC in ISO 8601 with microseconds, ascending within a log file. ``family``: the page family that
    the register names, empty where it names none. ``url``: the address that answered, ``via``: those that
    redirected to it, first asked first. ``status`` is None when nothing answered; then ``error`` says why and
    ``code`` names it for programs. ``body`` is decompressed, and empty where it must not be kept (pictures).
    ``conditions``: the conditional headers that were sent.
    """

    at: str
    crawl: str
    source: str
    role: Role
    family: str
    url: str
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    via: tuple[str, ...] = ()
    hints: Hints = field(default_factory=Hints)
    conditions: tuple[tuple[str, str], ...] = ()
    error: str | None = None
    code: str | None = None

    def header(self, name: str) -> str | None:
        """Value of the first header of this name (in any case), None when it was not sent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


Topic = Literal["crawl", "source", "result", "finished", "withdrawal", "redaction", "noindex", "removed"]


@dataclass(frozen=True, slots=True)
class Note:
    """What a crawl says of itself in the log: its begin, a register entry, a source's result, its end.

    Or what somebody withdrew, and that a page was removed by it. ``source`` is empty for notes on the whole
    crawl; ``data`` holds plain JSON values.
    """

    at: str
    crawl: str
    topic: Topic
    source: str = ""
    data: dict[str, Any] = field(default_factory=dict)


Observation = Page | Note


@dataclass(frozen=True, slots=True)
class Image:
    """A picture on a release's page, which is never stored itself; None where the page says nothing."""

    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a release links to; ``media_type`` as guessed from the address until the file is read."""

    url: str
    title: str | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Embed:
    """A release of somebody else inside a text: its span in code points, its issuer, its title or None."""

    start: int
    end: int
    issuer: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """What a page says as text, before anybody knows under which addresses it is found.

    ``text``: paragraphs separated by blank lines, NFC. ``published_on`` is an ISO day in Europe/Berlin,
    ``published_at`` UTC or None when only the day is known, ``published_from`` the evidence for it; None when
    there is none. ``issuers``: who speaks beside or instead of the publisher. ``language``: de, de-simple
    (Leichte Sprache), en or whatever the page declares.
    """

    title: str
    teaser: str | None
    text: str
    place: str | None = None
    published_on: str | None = None
    published_at: str | None = None
    published_from: str | None = None
    language: str = "de"
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    issuers: tuple[str, ...] = ()
    embeds: tuple[Embed, ...] = ()

    @property
    def sha256(self) -> str:
        """Hash of the release's own words: two observations with the same hash are the same version.

        Quotation marks, dashes and blanks as an editor sets them are no words, nor is what one layout sets
        apart as a lead and another as a paragraph.
        """
        captions = [image.caption or "" for image in self.images]
        files = [file_named(attachment.url) for attachment in self.attachments]
        words = [self.title, f"{self.teaser or ''} {self.text}", self.published_on or "", *captions]
        said = ["".join(folded(each).split()) for each in words]
        return hashlib.sha256("\x1f".join([*said, "\x1e", *files]).encode()).hexdigest()

    @property
    def words(self) -> int:
        """Number of words in teaser and text."""
        return len(f"{self.teaser or ''} {self.text}".split())


@dataclass(frozen=True, slots=True)
class Address:
    """An address under which a release is found, with the key that all spellings of that address share."""

    url: str
    key: str


@dataclass(frozen=True, slots=True)
class Release:
    """One release as read from one page.

    ``address``: where it was read; ``via``: addresses that redirected there; ``claimed``: the canonical
    address that the page names, None where it names no believable one. ``heading`` is set only where one
    page holds several releases.
    """

    address: Address
    content: Text
    via: tuple[Address, ...] = ()
    claimed: Address | None = None
    kind: str = "release"
    heading: str = ""

    @property
    def url(self) -> str:
        """The address to show: the canonical one where the page names it."""
        return (self.claimed or self.address).url


@dataclass(frozen=True, slots=True)
class Sighting:
    """A listing, feed or sitemap names an address, and says this of it."""

    address: Address
    hints: Hints


def id53(*parts: str) -> int:
    """Number below 2^53 that depends on nothing but ``parts``: exact in JavaScript, JSON and SQLite.

    >>> id53("https://kreis.example/presse/1") == id53("https://kreis.example/presse/1") < 2**53
    True
    """
    digest = hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 11


def release_id(url: str, heading: str = "") -> int:
    """Id of a release first captured under this address (and heading, where a page holds several)."""
    return id53(url, heading) if heading else id53(url)
