"""Feeds behind the proxy of the environment: what goes by it, what does not, and what no proxy is asked for."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from monitor.collect.fetching.fetch import Fetcher
from monitor.model import Failed, FailureClass, Fetched
from monitor.settings.proxies import DIRECT, Proxies
from tests.support.fakes.feed_server import Answer, FeedServer
from tests.support.fakes.proxy import FakeProxy
from tests.support.fetching import BODY, STATE, feed, make
from tests.support.ports import free_port

PROXY, OTHER = "http://proxy.example:3128", "http://other.example:8080"


@pytest.fixture(autouse=True)
def nameserver(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's look-up: here public names are known to the proxy alone, and those of the house to the system."""
    real = socket.getaddrinfo

    def look_up(host: str, *rest: Any) -> list[Any]:
        if host == "wiki.house.example":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", 0))]
        if host.endswith(".example"):
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return real(host, *rest)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture
async def proxy(server: FeedServer) -> AsyncIterator[FakeProxy]:
    async with FakeProxy(server.port) as made:
        yield made


async def fetched(fetcher: Fetcher, url: str, **over: Any) -> Any:
    async with fetcher:
        return await fetcher.fetch(feed(url, **over), STATE)


async def test_a_feed_is_asked_for_by_the_proxy_of_the_environment(server: FeedServer, proxy: FakeProxy) -> None:
    """Its own address is a private one, as most are. A redirect goes by it too, whatever is allowed."""
    server.serve("/a", Answer(status=302, headers={"Location": "http://cdn.example/b"}))
    server.serve("/b", BODY)
    got = await fetched(make(allow_private=False, proxies=Proxies(http=proxy.url)), "http://wire.example/a")
    assert isinstance(got, Fetched)
    assert proxy.asked == [("GET", "http://wire.example/a"), ("GET", "http://cdn.example/b")]
    assert proxy.passwords == ["Basic ZGVzazpzM2NyZXQ="] * 2


REFUSED = {
    "a number": ("http://10.0.0.5/a", "10.0.0.5 is private"),
    "link-local": ("http://169.254.169.254/latest", "169.254.169.254 is link-local"),
    "a name that this machine knows as private": ("http://wiki.house.example/a", "10.1.2.3 is private"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("redirected", [True, False])
async def test_no_proxy_is_asked_for_a_private_address(
    server: FeedServer, proxy: FakeProxy, case: str, redirected: bool
) -> None:
    url, why = REFUSED[case]
    server.serve("/a", Answer(status=302, headers={"Location": url}))
    first = "http://wire.example/a" if redirected else url
    got = await fetched(make(allow_private=False, proxies=Proxies(http=proxy.url)), first)
    assert isinstance(got, Failed)
    assert got.failure is FailureClass.BLOCKED_ADDRESS
    assert why in got.reason
    assert not any(url in target for _, target in proxy.asked)


async def test_what_no_proxy_names_is_asked_directly_behind_the_guard(server: FeedServer, proxy: FakeProxy) -> None:
    server.serve("/a", BODY)
    proxies = Proxies(http=proxy.url, no="house.example")
    got = await fetched(make(allow_private=False, proxies=proxies), "http://wiki.house.example/a")
    assert isinstance(got, Failed)
    assert "10.1.2.3 is private" in got.reason
    got = await fetched(make(allow_private=True, proxies=proxies), server.url("/a"))
    assert isinstance(got, Fetched)
    assert proxy.asked == []


async def test_a_proxy_of_a_feeds_own_goes_first(server: FeedServer, proxy: FakeProxy) -> None:
    server.serve("/a", BODY)
    async with FakeProxy(server.port) as own:
        made = make(allow_private=True, proxies=Proxies(http=proxy.url))
        assert isinstance(await fetched(made, "http://wire.example/a", proxy=own.url), Fetched)
    assert (len(own.asked), proxy.asked) == (1, [])


async def test_a_proxy_that_does_not_connect_is_told_as_that(proxy: FakeProxy) -> None:
    got = await fetched(make(allow_private=False, proxies=Proxies(https=proxy.url)), "https://wire.example/a")
    assert proxy.asked == [("CONNECT", "wire.example:443")]
    assert got.reason.startswith("the proxy refuses to connect to wire.example: HTTP 407")
    closed = f"http://127.0.0.1:{free_port()}"
    got = await fetched(make(allow_private=False, proxies=Proxies(http=closed)), "http://wire.example/a")
    assert got.reason == "cannot connect to the proxy 127.0.0.1: Connection refused"
    got = await fetched(make(allow_private=False, proxies=Proxies(http=PROXY)), "http://wire.example/a")
    assert got.reason == "the proxy proxy.example cannot be found"


BOTH = Proxies(https=PROXY, http=OTHER)
WAYS = {
    "https": (BOTH, "https://wire.example/a", PROXY),
    "http": (BOTH, "http://wire.example/a", OTHER),
    "a socket": (BOTH, "wss://wss.slack.example/x", PROXY),
    "http alone is for https too, as slack_sdk has it": (Proxies(http=OTHER), "https://slack.example/", OTHER),
    "https alone is for https": (Proxies(https=PROXY), "http://wire.example/", None),
    "none": (DIRECT, "https://wire.example/", None),
    "this machine": (BOTH, "http://127.0.0.1:8080/", None),
    "this machine by name": (BOTH, "http://localhost:8080/", None),
    "this machine in IPv6": (BOTH, "http://[::1]:8080/", None),
    "a name taken out": (Proxies(http=OTHER, no="a.example, wire.example"), "http://wire.example/", None),
    "a part of it": (Proxies(http=OTHER, no="wire.example"), "http://feeds.wire.example/", None),
    "with a dot": (Proxies(http=OTHER, no=".wire.example"), "http://feeds.wire.example/", None),
    "with a star": (Proxies(http=OTHER, no="*.wire.example"), "http://feeds.wire.example/", None),
    "in capitals": (Proxies(http=OTHER, no="Wire.EXAMPLE"), "http://WIRE.example/", None),
    "a name that only ends so": (Proxies(http=OTHER, no="wire.example"), "http://barbedwire.example/", OTHER),
    "with blanks": (Proxies(http=OTHER, no="a.example wire.example"), "http://wire.example/", None),
    "another port": (Proxies(http=OTHER, no="wire.example:8080"), "http://wire.example/", OTHER),
    "its port": (Proxies(http=OTHER, no="wire.example:80"), "http://wire.example/", None),
    "everything": (Proxies(http=OTHER, no="*"), "http://wire.example/", None),
    "every number": (Proxies(http=OTHER, no="*"), "http://192.0.2.7/", None),
    "a number": (Proxies(http=OTHER, no="192.0.2.7"), "http://192.0.2.7/", None),
    "a network": (Proxies(http=OTHER, no="10.0.0.0/8,192.0.2.0/24"), "http://192.0.2.7/", None),
    "another network": (Proxies(http=OTHER, no="10.0.0.0/8"), "http://192.0.2.7/", OTHER),
}


@pytest.mark.parametrize("case", WAYS)
def test_an_address_goes_by_its_proxy(case: str) -> None:
    proxies, url, proxy = WAYS[case]
    assert proxies.of(url) == proxy
