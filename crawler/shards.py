"""Which machine asks which hosts, without a machine that says so: every one of them reckons the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.model import id53
from crawler import address
from crawler.sources import Source


@dataclass(frozen=True, slots=True)
class Shard:
    """One of ``count`` parts of the register, counted from 1."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """A shard written as K/N. Raises ValueError for anything else.

        >>> Shard.parse("2/3")
        Shard(number=2, count=3)
        """
        number, slash, count = text.partition("/")
        if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
            raise ValueError(f"{text} is no shard; write K/N such as 2/3, with K from 1 to N")
        return cls(int(number), int(count))

    def __contains__(self, group: object) -> bool:
        """Whether a group of hosts falls to this shard.

        Of all shards the one with the highest number for the group has it. So with one shard more no group
        moves but to the new one, and with one fewer only those of the last.
        """
        chances = range(1, self.count + 1)
        return self.number == max(chances, key=lambda n: id53("shard", str(group), str(n)))


def in_shard(sources: Iterable[Source], register: Sequence[Source], shard: Shard) -> list[Source]:
    """Those of these sources that fall to a shard; ``register``: all sources, chosen or not."""
    group = groups(register)
    return [source for source in sources if group[source.id] in shard]


def groups(register: Sequence[Source]) -> dict[str, str]:
    """For each source of a register the name of the group of hosts that it belongs to.

    A list leads to no other registered domain than those of its entry. Sources that share one are together,
    so that no host is asked by two who do not know of each other. A group has the name of its first domain:
    sources outside it do not matter.
    """
    together: dict[str, set[str]] = {}
    for source in register:
        own = _domains(source)
        joined = own.union(*(together.get(each, set()) for each in own))
        together.update(dict.fromkeys(joined, joined))
    return {source.id: min(together[min(_domains(source))]) for source in register}


def _domains(source: Source) -> set[str]:
    """Registered domains of an entry's addresses, numbers with their ports; without any its id."""
    return {_domain(url) for url in source.addresses} or {source.id}


def _domain(url: str) -> str:
    closed = address.net(urlsplit(url).hostname or "")
    return address.host(url) if closed else address.site(url)
