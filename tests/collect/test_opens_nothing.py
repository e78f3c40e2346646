"""Bytes from outside are content: whatever path or address they hold, nothing is opened for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.fakes.feed_server import FeedEntry, rss
from tests.support.tree import ROOT
from tests.support.watched import READERS, Watcher

_ENTRY = FeedEntry("Nine killed", "https://wire.example/1", "g1", "Wed, 04 Mar 2026 11:00:00 GMT", "A summary.")
_FEED = rss(_ENTRY)
_CLOSED = "127.0.0.1:9"


def _with_doctype(subset: str, title: str = "&x;") -> str:
    document = _FEED.replace("Nine killed", title)
    return document.replace("<rss", f"<!DOCTYPE rss {subset}><rss", 1)


# What a body may make of a name that it holds.
FORMS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "with a line break": lambda name: f"{name}\n".encode(),
    "with spaces around": lambda name: f" \t\r\n{name} \n".encode(),
    "with a mark": lambda name: f"\ufeff{name}".encode(),
    "with a mark and a line break": lambda name: f"\ufeff{name}\r\n".encode(),
    "with a null": lambda name: f"{name}\0".encode(),
    "with another line": lambda name: f"{name}\n{_FEED}".encode(),
    "in UTF-16": lambda name: name.encode("utf-16"),
    "in UTF-16, the other way round": lambda name: b"\xfe\xff" + name.encode("utf-16-be"),
    "in UTF-16 without a mark": lambda name: name.encode("utf-16-le"),
    "in UTF-32": lambda name: name.encode("utf-32"),
    "in quotes": lambda name: f'"{name}"'.encode(),
    "as an external entity": lambda name: _with_doctype(f'[<!ENTITY x SYSTEM "{name}">]').encode(),
    "as an external entity in UTF-16": lambda name: (
        _with_doctype(f'[<!ENTITY x SYSTEM "{name}">]').replace("utf-8", "utf-16").encode("utf-16")
    ),
    "as a parameter entity": lambda name: _with_doctype(f'[<!ENTITY % x SYSTEM "{name}"> %x;]', "Nine").encode(),
    "as an entity behind the first element": lambda name: (
        f'<rss version="2.0"><!DOCTYPE rss [<!ENTITY x SYSTEM "{name}">]><channel><item><title>&x;</title></item>'
        "</channel></rss>"
    ).encode(),
    "as the document type": lambda name: _with_doctype(f'SYSTEM "{name}"').encode(),
    "as the public document type": lambda name: _with_doctype(f'PUBLIC "-//A//B" "{name}"').encode(),
    "as an unparsed entity": lambda name: _with_doctype(
        f'[<!NOTATION n SYSTEM "{name}"><!ENTITY x SYSTEM "{name}" NDATA n>]'
    ).encode(),
    "as a style sheet": lambda name: _FEED.replace("<rss", f'<?xml-stylesheet href="{name}"?><rss').encode(),
    "as a schema": lambda name: _FEED.replace(
        "<rss",
        '<rss xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="{name} {name}" xml:base="{name}"',
    ).encode(),
    "as an inclusion": lambda name: _FEED.replace(
        "<item>", f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{name}" parse="text"/><item>'
    ).encode(),
    "as its character set": lambda name: _FEED.replace('encoding="utf-8"', f'encoding="{name}"').encode(),
    "as the link": lambda name: _FEED.replace("https://wire.example/1", name).encode(),
    "as the source of a picture": lambda name: (
        rss(FeedEntry("Nine", summary=f'<img src="{name}"><iframe src="{name}"></iframe><link href="{name}">'))
    ).encode(),
    "as a date": lambda name: f"2026-03-04 11:00 {name}".encode(),
    "in OPML": lambda name: f'<opml><body><outline text="{name}" xmlUrl="{name}"/></body></opml>'.encode(),
    "as an entity in OPML": lambda name: (
        f'<!DOCTYPE opml [<!ENTITY x SYSTEM "{name}">]><opml><body><outline text="&x;"/></body></opml>'.encode("utf-16")
    ),
    "as the document type of OPML": lambda name: f'<!DOCTYPE opml SYSTEM "{name}"><opml><body/></opml>'.encode(),
    "in YAML": lambda name: f"<<: {name}\na: !include {name}\nb: !!python/object/apply:os.system ['{name}']\n".encode(),
    "in JSON": lambda name: f'{{"id": "{name}", "title": "{name}", "link": "{name}", "feed": "{name}"}}'.encode(),
}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """What could be opened: a feed in a file, a named pipe that nobody writes to, devices, folders, addresses."""
    folder = tmp_path_factory.mktemp("local")
    feed, pipe = folder / "feed.xml", folder / "pipe"
    feed.write_text(_FEED, encoding="utf-8")
    os.mkfifo(pipe)
    files = (feed, pipe, Path("/dev/zero"), Path("/dev/stdin"), Path("/proc/self/environ"), folder)
    relative = [os.path.relpath(path, ROOT) for path in files]
    addresses = [f"{scheme}://{_CLOSED}/feed.xml" for scheme in ("http", "https", "ftp", "feed", "ws")]
    return (
        *map(str, files), *relative, *(path.as_uri() for path in files), *(f"file:{path}" for path in files),
        *addresses, f"feed:{addresses[0]}", f"//{_CLOSED}/feed.xml", "README.md", "service.py", ".", "0",
    )  # fmt: skip


@pytest.fixture(scope="module")
def watcher() -> Iterator[Watcher]:
    with Watcher() as made:
        yield made


def test_what_is_opened_is_seen(watcher: Watcher, names: tuple[str, ...]) -> None:
    """Without this the tests below would prove nothing."""
    assert [watcher.opened("path", name.encode()) for name in names[:5]] == [[f"open {name}"] for name in names[:5]]


@pytest.mark.parametrize("reader", READERS)
def test_nothing_is_opened_that_content_from_outside_names(
    watcher: Watcher, names: tuple[str, ...], reader: str
) -> None:
    opened = {
        (form, name): found
        for form, made in FORMS.items()
        for name in names
        if (found := watcher.opened(reader, made(name)))
    }
    assert opened == {}


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_is_opened_whatever_stands_around_a_name(
    watcher: Watcher, names: tuple[str, ...], data: st.DataObject
) -> None:
    around = st.text(st.sampled_from(" \t\r\n\0\ufeff/.:<>&;\"'%#?a"), max_size=3)
    name = data.draw(st.sampled_from(names))
    text = data.draw(around) + name + data.draw(around)
    content = text.encode(data.draw(st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7"])))
    assert watcher.opened(data.draw(st.sampled_from(READERS)), content) == []


@settings(max_examples=100)
@given(content=st.binary(max_size=40))
def test_nothing_is_opened_for_any_bytes(watcher: Watcher, content: bytes) -> None:
    """Any bytes but null and slash are a file's name somewhere."""
    assert watcher.opened("feed", content) == []
