"""Which addresses are asked, and what spellings of an address are one."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError
from twisted.internet.error import DNSLookupError

from crawler import address
from crawler.families import families
from crawler.network import Guard, Refused, _open_only
from crawler.sources import Source


def _source(press: str) -> Source:
    return Source("a", "A", "kreis", "XX", press, press)


PUBLIC, LOOPBACK = _source("https://kreis.example/presse"), _source("http://127.0.0.1:8000/presse")


@pytest.mark.parametrize("url", [
    "http://127.0.0.1/", "http://localhost/", "http://a.localhost:81/", "http://[::1]/", "http://10.1.2.3/",
    "http://192.168.0.1/", "http://169.254.169.254/latest", "http://0.0.0.0/", "http://[::ffff:127.0.0.1]/",
    "http://[fe80::1%25eth0]/", "http://100.64.0.1/", "ftp://kreis.example/", "file:///etc/passwd", "data:text/html,x",
])  # fmt: skip
def test_a_public_source_leads_nowhere_inside(url: str) -> None:
    with pytest.raises(Refused):
        Guard().process_request(Request(url, meta={"source": PUBLIC}))


def test_a_source_on_loopback_may_be_asked_there_but_not_in_other_closed_nets() -> None:
    Guard().process_request(Request("http://127.0.0.1:8000/x", meta={"source": LOOPBACK}))
    Guard().process_request(Request("https://kreis.example/x", meta={"source": PUBLIC}))
    with pytest.raises(Refused, match="closed network"):
        Guard().process_request(Request("http://10.0.0.1/", meta={"source": LOOPBACK}))


@pytest.mark.parametrize("number", ["127.0.0.1", "10.0.0.1", "169.254.1.1", "0.0.0.0", "224.0.0.1"])
def test_a_name_that_leads_inside_is_not_resolved(number: str) -> None:
    with pytest.raises(DNSLookupError, match="closed network"):
        _open_only(number, "harmlos.example")


def test_a_name_that_was_not_resolved_because_of_that_says_so() -> None:
    unknown = CannotResolveHostError("no results")
    with pytest.raises(DNSLookupError):
        _open_only("10.0.0.1", "innen.example")
    with pytest.raises(Refused, match=r"innen.example leads into a closed network \(10.0.0.1\)"):
        Guard().process_exception(Request("http://innen.example/x", meta={"source": PUBLIC}), unknown)
    Guard().process_exception(Request("http://nirgends.example/x", meta={"source": PUBLIC}), unknown)


def test_a_name_in_the_open_net_is_resolved() -> None:
    assert _open_only("93.184.216.34", "kreis.example") == "93.184.216.34"


@pytest.mark.parametrize(("one", "other"), [
    ("http://www.kreis.example/presse/1/", "https://kreis.example/presse/1"),
    ("https://kreis.example/p?a=1&b=2", "https://kreis.example/p?b=2&a=1&utm_source=x"),
    ("https://kreis.example/p;jsessionid=AB?x=1", "https://kreis.example/p?x=1#oben"),
])  # fmt: skip
def test_spellings_of_one_address(one: str, other: str) -> None:
    assert address.key(one) == address.key(other)


def test_fragments_that_name_an_item_count() -> None:
    assert address.key("https://k.example/p#/item/1") != address.key("https://k.example/p#/item/2")


@pytest.mark.parametrize(("family", "urls"), [
    ("presse_service", ["https://www.presse-service.de/data.aspx/static/1054635.html", "http://presse-service.de/meldung.aspx?FID=1054635",
                        "https://presse-service.de/meldung.cfm?ID=1054635&x=1", "http://www.presse-service.de/data.cfm/static/1054635F.html"]),
    ("ikiss", ["https://k.example/a/index.php?object=tx|9.5.1&ModID=7&FID=9.5.1&NavID=3.1&La=1&kuo=1",
               "https://k.example/b/index.php?ModID=255&FID=9.5.1&kuo=2&sub=0", "http://www.k.example/a/index.php?FID=9.5.1&vs=print"]),
])  # fmt: skip
def test_all_addresses_of_an_item_have_one_key(family: str, urls: list[str]) -> None:
    assert len({families()[family].address(url).key for url in urls}) == 1


@pytest.mark.parametrize(("family", "url"), [
    ("presse_service", "https://www.presse-service.de/meldungen.aspx?ps_id=1&Startrow=10"),
    ("ikiss", "https://k.example/index.php?NavID=1"),
])  # fmt: skip
def test_other_addresses_of_a_family_keep_their_own_key(family: str, url: str) -> None:
    assert families()[family].address(url).key == address.key(url)
