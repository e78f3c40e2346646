"""What commands tell of a service whose files are broken: it goes on with the versions that were good."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor import settings
from monitor.config.inuse import InUse, in_use
from monitor.model import ConfigFile
from tests.support.builders import NOW, minutes

FEEDS = "feeds: [{id: wire, url: 'https://wire.example/rss'}, {id: post, url: 'https://post.example/rss'}]\n"
ROUTES = "routes: [{name: desk, channel: C0DESK}]\n"
GOOD = ConfigFile(name="feeds.yaml", content=FEEDS, good_since=NOW)


def used(folder: Path, *remembered: ConfigFile, feeds: str | None = FEEDS, routes: str = ROUTES) -> InUse:
    """What is in use with these files on disk; None: there is none."""
    if feeds is not None:
        (folder / "feeds.yaml").write_text(feeds)
    (folder / "routes.yaml").write_text(routes)
    options = settings.load({"wirewatch_feeds": folder / "feeds.yaml", "wirewatch_routes": folder / "routes.yaml"})
    found = in_use(options, remembered, now=NOW + minutes(90))
    return replace(found, broken=tuple(line.replace(f"{folder}/", "") for line in found.broken))


def test_files_without_a_mistake_are_used_as_they_are(tmp_path: Path) -> None:
    found = used(tmp_path, GOOD)
    assert (found.feed_ids, found.broken, found.instead) == (["wire", "post"], (), None)


@pytest.mark.parametrize(
    ("feeds", "mistake"),
    [
        ("feeds: [", "feeds.yaml:1:9: error: the file ends here, after a [ or { that is never closed"),
        (None, "feeds.yaml:1:1: error: "),
        ("feeds: [{id: wire, ulr: x}]", 'feeds.yaml:1:20: error: unknown key "ulr" - did you mean "url"?'),
        (FEEDS.replace("rss'", "rss', enabled: false"), "feeds.yaml:1:1: error: no feed in it is enabled"),
    ],
    ids=["cut off", "not there", "a feed with a mistake", "no feed enabled"],
)
def test_while_feeds_are_broken_the_last_good_ones_are_polled(tmp_path: Path, feeds: str | None, mistake: str) -> None:
    found = used(tmp_path, GOOD, feeds=feeds)
    assert found.feed_ids == ["wire", "post"]
    assert found.instead == NOW
    (line,) = found.broken
    start = f"feeds.yaml has a mistake; the service goes on with its last good version of {NOW:%H:%M} UTC (2 feeds): "
    assert line.startswith(start)
    assert mistake in line


def test_feeds_that_never_were_good_are_polled_as_far_as_they_are_valid(tmp_path: Path) -> None:
    found = used(tmp_path, feeds=FEEDS.replace("{id: post, url", "{id: post, ulr"))
    assert found.feed_ids == ["wire"]
    assert found.broken[0].startswith("feeds.yaml has a mistake; the service uses what is valid in it: feeds.yaml:1:")


def test_what_the_service_noted_of_other_files_is_told_with_the_time(tmp_path: Path) -> None:
    wrong = "rules/floods.yaml:3:1: error: title: a text is missing\nrules/floods.yaml:4:1: error: b\nc\nd"
    rule = ConfigFile(name="rules/floods.yaml", content="…", good_since=NOW, wrong=wrong, told_at=NOW + minutes(60))
    new = ConfigFile(name="rules/fires.yaml", wrong="rules/fires.yaml:1:1: error: e")
    found = used(tmp_path, rule, new, routes="routes: [{name: desk}]")
    routes, fires, floods = found.broken
    assert routes.startswith("routes.yaml has a mistake; the service uses what is valid in it: routes.yaml:1:10: error")
    assert fires == "rules/fires.yaml has a mistake; the service leaves it out: rules/fires.yaml:1:1: error: e"
    since, version = f"{NOW + minutes(60):%H:%M} UTC", f"{NOW:%H:%M} UTC"
    assert floods == (
        f"rules/floods.yaml has a mistake, broken since {since}; the service goes on with its last good version of "
        f"{version}: rules/floods.yaml:3:1: error: title: a text is missing; rules/floods.yaml:4:1: error: b; c "
        "(and 1 more; `check` lists all)"
    )
