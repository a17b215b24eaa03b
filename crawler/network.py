"""Who may be asked: only the open net, and for a source that itself lies in a closed one, that one, too.

An address is checked before each request (redirects, feeds and attachments included); a name is checked again
when it is resolved, because a harmless name can lead to a private number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.error import DNSLookupError

from crawler import address

if TYPE_CHECKING:
    from scrapy import Request
    from twisted.internet.defer import Deferred

    from crawler.sources import Source


class Refused(IgnoreRequest):
    """A request not made, or an answer not taken. ``status`` is what that makes of the source."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class NoContact(ValueError):
    """Public hosts would be asked by somebody who cannot be reached."""


class Guard:
    """Downloader middleware: refuses addresses in closed nets that the source's own entry does not lie in."""

    def process_request(self, request: Request) -> None:
        """Raises Refused for an address that this source must not lead to."""
        if not address.is_address(request.url):
            raise Refused("failed", "is no http or https address, and not asked")
        parts = urlsplit(request.url)
        target = address.net(parts.hostname or "")
        closed = target in ("private", "loopback") and target not in own_nets(request.meta["source"])
        if target == "reserved" or closed:
            raise Refused("failed", f"leads into a closed network ({parts.hostname}), which is not asked")

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raises Refused where a name was not resolved because it leads into a closed net: say so."""
        name = urlsplit(request.url).hostname or ""
        if isinstance(exception, CannotResolveHostError) and (number := OpenNetResolver.closed.get(name)):
            raise Refused("failed", f"{name} leads into a closed network ({number}), which is not asked")


def own_nets(source: Source) -> set[address.Net | None]:
    """Nets that a source's own entry names by number or as localhost."""
    return {address.net(urlsplit(url).hostname or "") for url in source.addresses}


class OpenNetResolver(CachingThreadedResolver):
    """Resolver that gives no number in a closed net, but for localhost itself.

    ``closed``: names that led there, with their numbers: between it and the guard Twisted keeps no reasons.
    """

    closed: ClassVar[dict[str, str]] = {}

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802 - Twisted's name
        """IPv4 number of a host; fails with DNSLookupError for one in a closed net."""
        found = super().getHostByName(name, timeout)
        return found if address.net(name) == "loopback" else found.addCallback(_open_only, name)


def _open_only(number: str, name: str) -> str:
    if address.net(number) != "public":
        OpenNetResolver.closed[name] = number
        raise DNSLookupError(f"{name} lies in a closed network ({number}), which is not asked")
    return number


def check_contact(sources: Sequence[Source], contact: str) -> None:
    """Raises NoContact when a source in the open net would be asked without an address for complaints."""
    if not contact and any(own_nets(source) - {"loopback", "private"} for source in sources):
        raise NoContact(
            "set KREISPRESSE_CONTACT to a page or mail address where a press office reaches you, such as"
            " https://example.org/kreispresse; it is sent with every request"
        )
