"""A nameserver that does not answer holds up its own names, and nobody else's."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from monitor.collect.fetching import names
from monitor.collect.fetching.names import Names

ANSWERS = threading.Event()


@pytest.fixture
def nameserver(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The system's look-up, which no test can have of a real nameserver; names with "hung" wait for `ANSWERS`."""
    asked: list[str] = []

    def look_up(host: str, *_: Any) -> list[Any]:
        asked.append(host)
        if "hung" in host:
            ANSWERS.wait(30)
        if "none" in host:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        if "broken" in host and asked.count(host) > 1:
            raise socket.gaierror(socket.EAI_AGAIN, "try again")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))]

    ANSWERS.clear()
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield asked
    ANSWERS.set()


@pytest.mark.usefixtures("nameserver")
async def test_sixty_names_that_hang_hold_up_no_other_name_and_no_thread_of_the_loop() -> None:
    resolver = Names()
    hung = [asyncio.create_task(resolver.resolve(f"hung{number}.example", 80)) for number in range(60)]
    for number in range(40):
        (found,) = await resolver.resolve(f"good{number}.example", 443)
        assert (found["host"], found["port"], found["hostname"]) == ("192.0.2.1", 443, f"good{number}.example")
    assert await asyncio.to_thread(lambda: "free") == "free"
    assert not any(task.done() for task in hung)
    ANSWERS.set()
    await asyncio.gather(*hung)


async def test_a_name_is_asked_for_once_however_many_wait_for_it(nameserver: list[str]) -> None:
    resolver = Names()
    waiting = [asyncio.create_task(resolver.resolve("hung.example", 80)) for _ in range(20)]
    await asyncio.sleep(0)
    for task in waiting[:10]:
        task.cancel()
    ANSWERS.set()
    await asyncio.gather(*waiting[10:])
    assert nameserver == ["hung.example"]


@pytest.mark.usefixtures("nameserver")
async def test_a_name_that_is_none_fails_at_once() -> None:
    with pytest.raises(socket.gaierror):
        await Names().resolve("none.example", 80)


@pytest.mark.usefixtures("nameserver")
async def test_while_its_nameserver_fails_a_name_stands_for_what_it_stood_for() -> None:
    resolver = Names()
    first = await resolver.resolve("broken.example", 80)
    assert await resolver.resolve("broken.example", 80) == first


async def test_while_its_nameserver_hangs_a_name_stands_for_what_it_stood_for(
    nameserver: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "SLOW", 0.01)
    resolver = Names()
    ANSWERS.set()
    first = await resolver.resolve("hung.example", 80)
    ANSWERS.clear()
    assert await resolver.resolve("hung.example", 80) == first
    assert nameserver == ["hung.example"] * 2


async def test_this_machine_is_found_by_its_own_hosts_file() -> None:
    assert "127.0.0.1" in [one["host"] for one in await Names().resolve("localhost", 80, socket.AF_INET)]
