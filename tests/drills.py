"""Relaunches to drill repairs with: an old site, what becomes of it, and the truth to compare with.

Each drill has hosts of its own on loopback; its authority and its releases stay the same while looks, addresses
and hosts change. Domains are loopback numbers, so that each is a site of its own.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from loopback import Answer
from world.content import Item, Writer
from world.server import Host, listening
from world.styles import drupal, handmade, municipal, presse_service, scripted, typo3, unknown, wordpress
from world.styles.base import Style

LOOKS: dict[str, type[Style]] = {
    "typo3": typo3.Routed, "sitepark": municipal.Sitepark, "ikiss": municipal.Ikiss,
    "presse_service": presse_service.First, "drupal": drupal.Drupal, "generic": wordpress.WordPress,
}  # fmt: skip
"""One site in the look of each family."""

RELEASES = 14
FORMER = "127.0.0.1"
OTHER = "127.0.0.2"  # another site: what an address has in common with 127.0.0.1 is no domain


class Sends:
    """In front of a style: what becomes of addresses that it does not have. Each function answers or passes."""

    def __init__(self, *ways: Callable[[str], Answer | None]) -> None:
        self._ways = ways
        self.validators = ""

    def answer(self, target: str) -> Answer | None:
        return next((answer for way in self._ways if (answer := way(target))), None)

    def missing(self, target: str) -> Answer:
        return Answer("<html><body><h1>Nicht gefunden</h1></body></html>", 404)


@dataclass
class Drill:
    """One relaunch. ``entry``: what the register says beside the least; ``to``: the new address is named.

    ``hosts``: the old one, and where there is one, the new.
    """

    name: str
    kind: str
    old: Style
    new: Style
    change: Callable[[Drill], None]
    entry: dict[str, Any] = field(default_factory=dict)
    to: bool = False
    hosts: list[Host] = field(default_factory=list)

    @property
    def id(self) -> str:
        return "amt-" + "".join(c if c.isalnum() else "-" for c in self.name.lower()).strip("-").replace(
            "--", "-"
        ).replace("--", "-")

    def register(self) -> dict[str, Any]:
        at = self.hosts[0].address
        return {
            "id": self.id, "name": f"Amt {self.name}", "kind": "behoerde", "land": "XX", "homepage": f"{at}/",
            "press": at + self.old.press, **self.entry,
        }  # fmt: skip

    def publish(self) -> None:
        """One more release, on whichever site is there."""
        writer = Writer(f"{self.name} {len(self.old.items)}")
        newest = self.old.items[0]
        item = writer.one(newest.day + timedelta(1))
        item.n = newest.n + 1
        for items in {id(style.items): style.items for style in (self.old, self.new)}.values():
            items.insert(0, item)
        self.old._table = self.new._table = None

    def relaunch(self) -> None:
        self.change(self)
        self.publish()


def dressed(look: type[Style], name: str, like: Style | None = None, **given: Any) -> Style:
    """A site in a look, with releases of its own or those of another site."""
    style: Style = type(
        look.__name__, (look,), {"count": RELEASES, "name": name, "authority": f"Amt {name}", **given}
    )()
    if like:
        style.items = like.items
    return style


# what becomes of old addresses
def redirected(drill: Drill, items: Sequence[Item] | None = None) -> Callable[[str], Answer | None]:
    """Old addresses of releases send to the new ones."""
    old, new = drill.old, drill.new
    known = list(drill.old.items if items is None else items)

    def send(target: str) -> Answer | None:
        wanted = old.key(target)
        found = next((i for i in known if wanted in map(old.key, (old.url(i), *old.aliases(i)))), None)
        return Answer("", 301, {"Location": new.address + new.url(found)}) if found else None

    return send


def leads(old: Style, path: str, to: str, status: int = 301) -> Callable[[str], Answer | None]:
    """One old address sends elsewhere."""
    return lambda target: Answer("", status, {"Location": to}) if old.key(target) == old.key(path) else None


def replaced(*, press: bool = False, details: bool = False) -> Callable[[Drill], None]:
    """A new site in place of the old one; the old press page and releases send on, or are not there."""

    def change(drill: Drill) -> None:
        old, new, host = drill.old, drill.new, drill.hosts[0]
        new.address = host.address
        ways = [leads(old, old.press, new.address + new.press)] if press and old.press != new.press else []
        ways += [redirected(drill)] if details else []
        host.styles = [new, Sends(*ways)]  # type: ignore[list-item]

    return change


def moved(*, press: bool, details: bool) -> Callable[[Drill], None]:
    """A new domain: the old one sends its home page on, and perhaps the others."""

    def change(drill: Drill) -> None:
        old, new = drill.old, drill.new
        new.address = drill.hosts[1].address
        ways = [leads(old, "/", f"{new.address}/")]
        ways += [leads(old, old.press, new.address + new.press)] if press else []
        drill.hosts[0].styles = [Sends(*ways, *([redirected(drill)] if details else []))]  # type: ignore[list-item]
        drill.hosts[1].styles = [new]

    return change


def left(drill: Drill) -> None:
    """A new domain, while the old one answers nobody."""
    drill.new.address = drill.hosts[1].address
    drill.hosts[0].styles = [Sends(lambda _: Answer("Wir sind umgezogen.", 503))]  # type: ignore[list-item]
    drill.hosts[1].styles = [drill.new]


def sent_home(drill: Drill) -> None:
    """A new site that sends the old press page to its home page, and shows its list at old releases' addresses."""
    replaced()(drill)
    old, new = drill.old, drill.new
    former = {old.key(old.url(i)) for i in old.items}
    drill.hosts[0].styles[1:] = [
        Sends(
            leads(old, old.press, f"{new.address}/", 302),
            lambda target: new.list_page(1) if old.key(target) in former else None,
        )  # type: ignore[list-item]
    ]


def deeper(drill: Drill) -> None:
    """A new site whose press page only leads to the list."""
    replaced()(drill)
    old, new = drill.old, drill.new
    link = f'<h1>Presse</h1><p>Die Pressestelle hilft gern.</p><p><a href="{new.press}">Pressemitteilungen</a></p>'
    start = "<h1>Willkommen</h1><p>Hier finden Sie alles.</p>"
    shown = {old.key("/"): new.page("Start", start), old.key(old.press): new.page("Presse", link)}
    drill.hosts[0].styles = [Sends(lambda target: shown.get(old.key(target))), new]  # type: ignore[list-item]


def shortened(drill: Drill) -> None:
    """A new site that has only the newest releases."""
    replaced(press=True)(drill)
    drill.new.items = drill.old.items[:6]


def drills() -> list[Drill]:
    """All of them: each family to each other one, then what else moves."""
    found: list[Drill] = []
    ways = (replaced(press=True, details=True), replaced(press=True), replaced())
    for n, (was, will) in enumerate((a, b) for a in LOOKS for b in LOOKS if a != b):
        name = f"{was} to {will}"
        old = dressed(LOOKS[was], name)
        named = {"family": was} if n % 2 == 0 else {}
        found.append(
            Drill(name, "family", old, dressed(LOOKS[will], name, old), ways[(n + n // 5) % 3], named)
        )
    return [*found, *_others()]


def _others() -> Iterator[Drill]:
    plain, fancy = Style, unknown.Cards

    def drill(name: str, kind: str, was: type[Style], change: Callable[[Drill], None], **new: Any) -> Drill:
        to, entry = new.pop("to", False), new.pop("entry", {})
        old = dressed(was, name, **new.pop("old", {}))
        return Drill(name, kind, old, dressed(new.pop("look", was), name, old, **new), change, entry, to)

    aside = {"press": "/rathaus/aktuelles/meldungen", "pager_url": "/rathaus/aktuelles/meldungen?seite={k}"}
    yield drill(
        "path with redirects",
        "path",
        plain,
        replaced(press=True, details=True),
        detail_url="/rathaus/m/{i.n}",
        **aside,
    )
    yield drill("path without redirects", "path", plain, replaced(), detail_url="/rathaus/m/{i.n}", **aside)
    yield drill("path of the list only", "path", municipal.Nolis, replaced(), **aside)
    yield drill("path with a feed in the register", "path", plain, replaced(), detail_url="/rathaus/m/{i.n}",
                old={"feed_url": "/presse.xml", "feed_named": False}, entry={"feed": "/presse.xml"}, **aside)  # fmt: skip
    yield drill("press page sent home", "path", plain, sent_home, detail_url="/rathaus/m/{i.n}", **aside)
    yield drill("press page leads to the list", "path", plain, deeper, detail_url="/rathaus/m/{i.n}", **aside)
    yield drill("only the newest moved along", "path", typo3.Routed, shortened, look=municipal.Contao)
    yield drill("domain with redirects", "domain", typo3.Routed, moved(press=True, details=True))
    yield drill("domain, press page sent on", "domain", municipal.Contao, moved(press=True, details=False))
    yield drill("domain, home page sent on", "domain", plain, moved(press=False, details=False), look=fancy)
    yield drill("domain left in silence", "domain", plain, left)
    yield drill("domain left, new one named", "domain", plain, left, to=True)
    yield drill("https", "https", plain, moved(press=True, details=True))
    yield drill(
        "https with another look", "https", typo3.Routed, moved(press=True, details=False), look=drupal.Drupal
    )
    more = '{% if following %}<p><a href="{{ following }}">Weitere Meldungen laden</a></p>{% endif %}'
    yield drill(
        "pager of another kind", "pager", plain, replaced(), pager=more, pager_url="/presse/ab-{start}.html"
    )
    yield drill("list in JSON", "pager", plain, replaced(press=True), look=scripted.JsonListing)
    yield drill("list by years", "pager", plain, replaced(press=True), look=handmade.YearArchive)
    yield drill(
        "list filled by an unknown script", "pager", plain, replaced(press=True), look=scripted.ScriptOnly
    )
    bare = '<li><h3><a href="{{ s.url(i) }}">{{ i.title }}</a></h3><p>{{ i.teaser }}</p></li>'
    foot = "<article><h1>{{ i.title }}</h1>{% for p in i.paragraphs %}<p>{{ p }}</p>{% endfor %}<p>Stand: {{ i.dotted }}</p></article>"
    yield drill("days only with the releases", "days", plain, replaced(), row=bare)
    yield drill(
        "days at the foot",
        "days",
        plain,
        replaced(details=True),
        row=bare,
        detail=foot,
        detail_url="/m/{i.n}",
    )
    latin = {"charset": "iso-8859-1", "content_type": "text/html"}
    yield drill("charset", "charset", plain, replaced(), **latin)
    yield drill(
        "charset told wrongly", "charset", plain, replaced(), charset="iso-8859-1", detail_url="/m/{i.n}"
    )
    yield drill(
        "releases moved with redirects",
        "releases",
        wordpress.WordPress,
        replaced(details=True),
        detail_url="/m/{i.slug}",
    )
    yield drill("releases moved without", "releases", municipal.Contao, replaced(), detail_url="/m/{i.slug}")
    yield drill("releases now files", "releases", plain, replaced(press=True), look=handmade.PdfTable)
    yield drill("all on one page", "releases", plain, replaced(press=True), look=handmade.ManyOnOnePage)


@contextmanager
def serve(chosen: Sequence[Drill], folder: Path) -> Iterator[Path]:
    """Hosts of these drills until the block ends; the certificate of the authority that those by https trust."""
    trusted, tls = certificate(folder)
    with ExitStack() as stack:
        for drill in chosen:
            drill.hosts = [Host([drill.old])]
            drill.old.address = drill.hosts[0].address = stack.enter_context(
                listening(drill.hosts[0], FORMER)
            )
            if drill.kind in ("domain", "https"):
                host = Host([drill.new])
                by_https = tls if drill.kind == "https" else None
                host.address = stack.enter_context(
                    listening(host, OTHER if not by_https else FORMER, by_https)
                )
                drill.hosts.append(host)
            if "feed" in drill.entry:
                drill.entry["feed"] = drill.old.address + drill.old.feed_url
        yield trusted


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """(certificate to trust, what a server by https needs) for 127.0.0.1, made for this run."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Drill")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(100)).not_valid_after(now + timedelta(2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(FORMER))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    trusted, secret = folder / "trusted.pem", folder / "key.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, secret)
    return trusted, context
