"""What a publisher serves is content and nothing else: no file is read for it, no address asked, no pipe waited for."""

from __future__ import annotations

import asyncio
import json
import os
import resource
from pathlib import Path
from typing import Any

import pytest

from tests.support.fakes.feed_server import Answer, FeedEntry, rss
from tests.support.patience import PATIENCE
from tests.support.rules import FLOODS_RULE
from tests.support.world import DESK, World

pytestmark = pytest.mark.usefixtures("unpaced")

# Bytes of memory each process may take, so that a device that is read ends the test and not the machine.
_MEMORY = 3 << 30


@pytest.fixture
def world(world: World, tmp_path: Path) -> World:
    """A feed with one flood; another flood lies in a local file, a third one at an address no feed has."""
    world.use_rule(FLOODS_RULE)
    world.write("local.xml", rss(FeedEntry("Floods in the cellar", "https://wire.example/local", "local")))
    world.write("local.txt", "Floods in the text")
    os.mkfifo(tmp_path / "pipe")
    world.feeds.serve("/wire.xml", rss(FeedEntry("Floods in the valley", "https://wire.example/1", "1")))
    world.feeds.serve("/secret", rss(FeedEntry("Floods in the intranet", "https://wire.example/secret", "secret")))
    return world


async def poll(world: World, bodies: dict[str, bytes]) -> dict[str, Any]:
    """What `poll` tells of feeds with these bodies and the good one, asked last."""
    world.poll_feeds(*bodies, "wire")
    for name, body in bodies.items():
        world.feeds.serve(f"/{name}.xml", Answer(body))
    process = await world.start("poll", "--json")
    resource.prlimit(process.pid, resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, err.decode()
    told: dict[str, Any] = json.loads(out)
    return told


def named_by_bodies(world: World) -> dict[str, bytes]:
    """Bodies that are the name of something.

    The file was read, stored as news of that publisher, and alerted on. At the pipe the one parser waited until its
    time was over, and every other feed with it; of the device it read zeros until the memory was full.
    """
    local, pipe, secret = world.folder / "local.xml", world.folder / "pipe", world.feeds.url("/secret")
    return {
        "file-absolute": str(local).encode(),
        "file-relative": local.name.encode(),
        "file-dotted": f"./rules/../{local.name}".encode(),
        "file-uri": local.as_uri().encode(),
        "file-ended": f"{local}\n".encode(),
        "file-spaced": f" \r\n{local}\t".encode(),
        "file-marked": f"\ufeff{local}".encode(),
        "file-utf-16": str(local).encode("utf-16"),
        "file-utf-16-be": b"\xfe\xff" + str(local).encode("utf-16-be"),
        "folder": str(world.folder).encode(),
        "pipe-absolute": str(pipe).encode(),
        "pipe-relative": b"pipe",
        "pipe-uri": pipe.as_uri().encode(),
        "device": b"/dev/zero",
        "device-utf-16": "/dev/zero".encode("utf-16"),
        "address": secret.encode(),
        "address-ended": f"{secret}\r\n".encode(),
        "address-utf-16": secret.encode("utf-16"),
        "address-feed": f"feed:{secret}".encode(),
    }


def named_by_documents(world: World) -> dict[str, bytes]:
    """Feeds that name something as an entity or as their document type."""
    places = {
        "text": (world.folder / "local.txt").as_uri(),
        "path": str(world.folder / "local.txt"),
        "relative": "local.txt",
        "pipe": (world.folder / "pipe").as_uri(),
        "device": "file:///dev/zero",
        "address": world.feeds.url("/secret"),
    }
    feed = rss(FeedEntry("Dry &x; weather", "https://wire.example/2", "2")).replace("&amp;x;", "&x;")
    return {
        f"{kind}-{name}": feed.replace("<rss", f"<!DOCTYPE rss {subset}><rss", 1).encode()
        for name, place in places.items()
        for kind, subset in {
            "entity": f'[<!ENTITY x SYSTEM "{place}">]',
            "public": f'[<!ENTITY x PUBLIC "-//A//B" "{place}">]',
            "parameter": f'[<!ENTITY % y SYSTEM "{place}"> %y;]',
            "doctype": f'SYSTEM "{place}"',
        }.items()
    }


async def test_what_a_body_names_is_not_opened_and_what_a_document_names_is_not_fetched(world: World) -> None:
    """The former is no feed, the latter one without what it names."""
    bodies, documents = named_by_bodies(world), named_by_documents(world)
    told = await poll(world, bodies | documents)
    assert {feed["id"]: (feed["error"], feed["entries"]) for feed in told["feeds"]} == {
        **dict.fromkeys(bodies, ("not_a_feed: no RSS, Atom or JSON feed", 0)),
        **dict.fromkeys((*documents, "wire"), (None, 1)),
    }
    assert told["totals"]["matched"] == 1
    (card,) = world.slack.messages(DESK)
    assert "Floods in the valley" in card["text"]
    asked = sorted(one.path for one in world.feeds.requests)
    assert asked == sorted(f"/{name}.xml" for name in (*bodies, *documents, "wire"))


async def test_what_a_feed_says_of_itself_is_shown_and_neither_obeyed_nor_taken_for_markup(world: World) -> None:
    """Of a title with "[/]" the command ended with a traceback; escape sequences reached the terminal."""
    entry = FeedEntry("[bold]Dry[/]", "https://wire.example/&#27;]0;owned&#7;", "1", "&#27;[31mnow")
    document = rss(entry, title="News [/] [link=https://evil.example]here").replace("&amp;#", "&#")
    world.feeds.serve("/odd.xml", document)
    status, out, err = await world.run("feeds", "test", world.feeds.url("/odd.xml"))
    assert (status, err) == (0, "")
    shown = " ".join(out.split())
    for said in ("[/]", "[link=", "[bold]Dry[/]", "[31mnow"):
        assert said in shown
    assert [char for char in out if char != "\n" and not char.isprintable()] == []


async def test_what_is_told_of_an_item_steers_no_terminal(world: World) -> None:
    """U+009D begins a command to a terminal as ESC does, and an address may hold it."""
    entry = FeedEntry("Floods in the \x9d31m valley", "https://wire.example/\x9d31m", "\x902J")
    world.feeds.serve("/wire.xml", rss(entry))
    world.poll_feeds("wire")
    await world.run("poll")
    _, listed, _ = await world.run("stories", "list", "--format", "json")
    _, shown, _ = await world.run("stories", "show", json.loads(listed)[0]["id"], "--format", "json")
    status, out, err = await world.run("explain", "--item", json.loads(shown)["reports"][0]["item_id"])
    assert (status, err) == (0, "")
    assert "https://wire.example/" in out
    assert [char for char in out if char != "\n" and not char.isprintable()] == []
