"""Sources whose channels hide some releases, crawled over months; what is really hidden and missing is known."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlite_utils import Database

SOURCE = "kreis-verborgen"
CHANNELS = ("listing", "feed", "sitemap")
_BEGIN = date(2026, 1, 1)
_PAGE = 10


@dataclass(frozen=True)
class Item:
    """A release as it really is: its number and its day, counted from the beginning of the world."""

    n: int
    day: int

    @property
    def url(self) -> str:
        return f"https://verborgen.example/{self.n}"

    @property
    def title(self) -> str:
        return f"Meldung über Gegenstand {self.n}"


@dataclass
class Truth:
    """What really is: hidden from each channel, and published but not in the archive."""

    hidden: dict[str, set[Item]]
    missing: set[Item] = field(default_factory=set)


def _independent(items: list[Item], share: Callable[[], float], dice: random.Random) -> dict[str, set[Item]]:
    return {channel: set(dice.sample(items, round(share() * len(items)))) for channel in CHANNELS}


def _nested(items: list[Item], share: Callable[[], float], dice: random.Random) -> dict[str, set[Item]]:
    """What one channel hides, another that hides more hides, too."""
    order = dice.sample(items, len(items))
    return {channel: set(order[: round(share() * len(items))]) for channel in CHANNELS}


def _opposed(items: list[Item], share: Callable[[], float], dice: random.Random) -> dict[str, set[Item]]:
    """Whatever one channel hides, the others have."""
    order, hidden = dice.sample(items, len(items)), {}
    for channel in CHANNELS:
        count = round(share() * len(items))
        hidden[channel], order = set(order[:count]), order[count:]
    return hidden


def _oldest(items: list[Item], share: Callable[[], float], dice: random.Random) -> dict[str, set[Item]]:
    return {channel: set(items[: round(share() * len(items))]) for channel in CHANNELS}


def _weeks(items: list[Item], share: Callable[[], float], dice: random.Random) -> dict[str, set[Item]]:
    """All of some weeks, as in an outage of the system behind a channel."""
    salt = dice.random()
    return {
        channel: {item for item in items if random.Random(f"{channel}{item.day // 7}{salt}").random() < part}
        for channel in CHANNELS for part in [share()]
    }  # fmt: skip


WAYS = {
    "independent": _independent,
    "nested": _nested,
    "opposed": _opposed,
    "oldest": _oldest,
    "weeks": _weeks,
}
"""How what the channels hide hangs together."""


class World:
    """One source that publishes for ``days``, and crawls of it every few days from the middle on."""

    def __init__(self, db: Database, way: str, seed: int, releases: int = 60, days: int = 120) -> None:
        self.db, self.dice = db, random.Random(seed)
        self.items = sorted(
            (Item(n, self.dice.randrange(days)) for n in range(releases)), key=lambda item: (item.day, item.n)
        )
        self.truth = Truth(WAYS[way](self.items, lambda: self.dice.uniform(0.05, 0.3), self.dice))
        self.unreadable = set(self.dice.sample(self.items, round(self.dice.uniform(0, 0.3) * releases)))
        self.undated = set(self.dice.sample(self.items, round(self.dice.uniform(0, 0.2) * releases)))
        self.window, self.pinned = self.dice.randint(3, 15), self.dice.choice([None, *self.items[:5]])
        self.archived: set[Item] = set()
        self._register()
        crawls = [days // 2]
        while crawls[-1] < days:
            crawls.append(crawls[-1] + self.dice.choice([1, 1, 2, 5, 20]))
        for number, day in enumerate(crawls):
            self._crawl(number, day)
        self.truth.missing = {item for item in self.items if item.day <= crawls[-1]} - self.archived

    def _register(self) -> None:
        self.db.execute(
            "INSERT INTO publishers (id, name, kind, land) VALUES (?, ?, 'kreis', 'XX')", [SOURCE, SOURCE]
        )
        self.db.execute(
            "INSERT INTO sources (id, publisher_id, homepage, press) VALUES (?, ?, '', '')", [SOURCE, SOURCE]
        )

    def _crawl(self, number: int, day: int) -> None:
        """Read feed, list and on some days all of it and the sitemap; capture what was named."""
        whole = number == 0 or self.dice.random() < 0.2
        at = f"{_iso(day)}T{{}}:00:00.000000Z"
        self.db.execute(
            "INSERT INTO crawls VALUES (?, ?, ?, 'x', ?, 24)",
            [f"c{number:03}", at.format("06"), at.format("09"), whole],
        )
        out = [item for item in reversed(self.items) if item.day <= day]
        shown = {
            channel: [item for item in out if item not in self.truth.hidden[channel]] for channel in CHANNELS
        }
        feed = shown["feed"][: self.window]
        named = {"feed": [self.pinned, *feed] if self.pinned in shown["feed"] else feed}
        named["listing"] = shown["listing"] if whole else self._head(shown["listing"])
        if whole and self.dice.random() < 0.8:
            named["sitemap"] = [item for item in shown["sitemap"] if item.day < day]
        for channel, items in named.items():
            self._sight(channel, items, at.format("07"))
        self._capture({item for items in named.values() for item in items}, at.format("08"))
        self.db.execute(
            "INSERT INTO source_crawls VALUES (?, ?, 'ok', 1, 1, 0, 1, 1, 0, 0, 0, NULL, NULL)",
            [f"c{number:03}", SOURCE],
        )

    def _head(self, listed: list[Item]) -> list[Item]:
        """Pages of the list up to the first that brings nothing new."""
        read: list[Item] = []
        for start in range(0, len(listed), _PAGE):
            page = listed[start : start + _PAGE]
            read += page
            if set(page) <= self.archived | self.unreadable:
                break
        return read

    def _sight(self, channel: str, items: Iterable[Item], at: str) -> None:
        """Feeds may call a release otherwise than lists do; sitemaps name the address alone."""
        for item in items:
            title = (
                None
                if channel == "sitemap"
                else item.title + (" – kurz" if channel == "feed" and item.n % 5 == 0 else "")
            )
            self.db.execute(
                "INSERT OR IGNORE INTO sightings (key, source_id, channel, url, title, published_on, first_seen_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [item.url, SOURCE, channel, item.url, title, None if channel == "sitemap" else _iso(item.day), at],
            )  # fmt: skip

    def _capture(self, items: set[Item], at: str) -> None:
        for item in sorted(items - self.unreadable - self.archived, key=lambda item: item.n):
            self.db.execute(
                "INSERT INTO releases (id, source_id, publisher_id, url, title, text, published_on, kind, language,"
                " first_seen_at, last_seen_at, words, extractor) VALUES (?, ?, ?, ?, ?, '', ?, 'release', 'de', ?, ?, 1, 'x')",
                [item.n, SOURCE, SOURCE, item.url, item.title, None if item in self.undated else _iso(item.day), at, at],
            )  # fmt: skip
            self.db.execute(
                "INSERT INTO release_urls (url, release_id, key, sha256) VALUES (?, ?, ?, 'x')",
                [item.url, item.n, item.url],
            )
            self.archived.add(item)
        self.db.execute(
            "INSERT OR IGNORE INTO release_sources SELECT u.release_id, s.source_id, s.channel, s.first_seen_at"
            " FROM sightings s JOIN release_urls u ON u.key = s.key"
        )


def _iso(day: int) -> str:
    return (_BEGIN + timedelta(day)).isoformat()
