"""`feeds test` and `feeds import`: what a feed would bring, where a page has its feed, and feeds added to a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.collect.feeds import read_feeds
from tests.support.fakes.feed_server import Answer, FeedEntry, FeedServer, rss
from tests.support.rules import FLOODS_RULE
from tests.support.world import World

DATE = "Wed, 04 Mar 2026 11:00:00 GMT"
FLOODS = FeedEntry("Floods in the valley", "https://wire.example/1", "g1", DATE, "Two hurt.")
OTHER = FeedEntry("A quiet day", "https://wire.example/2", "g2", "gestern", "Nothing happened.")
FEED = rss(FLOODS, OTHER, title="The Wire – World")


@pytest.fixture
def world(world: World, tmp_path: Path) -> World:
    world.environment["WIREWATCH_RULES"] = str(tmp_path / "rules")
    world.environment["DATABASE_URL"] = "sqlite:////nowhere/at/all.db"
    world.write("rules/floods.yaml", FLOODS_RULE)
    world.write("feeds.yaml", f"feeds:\n  - {{id: wire, url: '{world.feeds.url('/wire.xml')}'}} # ours\n")
    return world


def _page(*lines: str, title: str = "The Wire") -> Answer:
    return Answer(f"<!doctype html><html><title>{title}</title>{''.join(lines)}</html>", content_type="text/html")


def _link(href: str, kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" href="{href}">'


async def _tested(world: World, address: str) -> tuple[int, dict[str, Any]]:
    status, out, err = await world.run("feeds", "test", address, "--json")
    assert out, err
    told: dict[str, Any] = json.loads(out)
    return status, told


def _asked(world: World) -> list[str]:
    return [seen.path for seen in world.feeds.requests]


# -- test --------------------------------------------------------------------------------------------------------


async def test_a_feed_shows_its_items_what_would_match_and_its_line(world: World) -> None:
    """Without a database, of an address that is in no file."""
    world.feeds.serve("/new.xml", FEED)
    url = world.feeds.url("/new.xml")
    status, out, _ = await world.run("feeds", "test", url)
    assert status == 0
    line = f'- {{id: the-wire-world, name: "The Wire – World", url: "{url}", kind: outlet, language: en, family: wire}}'
    assert f"  {line}\n" in out
    shown = ["2026-03-04 11:00 UTC  en  Floods in the valley", "    https://wire.example/1"]
    shown.append('    floods, way "any mention", high')
    assert "\n".join(shown) in out
    assert 'note: 1 of 2 dates cannot be read, such as "gestern".\n' in out
    assert out.endswith("1 of 2 items would match a rule\n")
    world.write("feeds.yaml", f"{(world.folder / 'feeds.yaml').read_text()}  {line}\n")
    assert read_feeds(world.folder / "feeds.yaml").problems == ()


async def test_the_same_as_json(world: World) -> None:
    world.feeds.serve("/new.xml", FEED)
    url = world.feeds.url("/new.xml")
    status, told = await _tested(world, url)
    line = f'- {{id: the-wire-world, name: "The Wire – World", url: "{url}", kind: outlet, language: en, family: wire}}'
    assert (status, told["error"], told["tried"]) == (0, None, [])
    assert told["feeds"] == [
        {
            "url": url, "title": "The Wire – World", "entries": 2, "left_out": 0, "id": "the-wire-world",
            "known": False, "line": line,
        }
    ]  # fmt: skip
    (quiet, floods) = told["items"]
    assert quiet["rules"] == []
    assert floods == {
        "title": "Floods in the valley", "published": "2026-03-04T11:00:00+00:00", "link": "https://wire.example/1",
        "language": "en", "summary": "Two hurt.",
        "rules": [{"rule": "floods", "way": "any mention", "severity": "high"}],
        "error": None,
    }  # fmt: skip


async def test_a_feed_of_the_file_is_tried_by_its_id_and_by_its_address(world: World) -> None:
    world.feeds.serve("/wire.xml", FEED)
    for asked in ("wire", world.feeds.url("/wire.xml/")):
        world.feeds.serve("/wire.xml/", FEED)
        status, out, _ = await world.run("feeds", "test", asked)
        assert (status, "feeds.yaml has this feed as wire" in out, "add this line" in out) == (0, True, False)


async def test_a_rule_on_test_is_said_to_alert_nobody(world: World) -> None:
    world.write("rules/floods.yaml", FLOODS_RULE.replace("severity: high", "severity: high\nstatus: test"))
    world.feeds.serve("/wire.xml", FEED)
    _, out, _ = await world.run("feeds", "test", "wire")
    assert 'floods, way "any mention", high (this rule is on test: no alert)' in out


async def test_without_a_rule_the_items_are_shown_all_the_same(world: World) -> None:
    world.write("rules/floods.yaml", "id: [")
    world.feeds.serve("/wire.xml", FEED)
    status, out, _ = await world.run("feeds", "test", "wire")
    assert (status, "Floods in the valley" in out) == (0, True)
    assert "note: The items were not matched: no valid rule is left to match." in out


async def test_what_ops_would_be_told_of_a_feed_is_shown(world: World) -> None:
    many = rss(*(FeedEntry(f"Number {number}", f"https://wire.example/{number}") for number in range(2_003)))
    world.feeds.serve("/many.xml", many)
    _, told = await _tested(world, world.feeds.url("/many.xml"))
    assert "It has more entries than are read; the oldest are left out: 3." in told["notes"]
    russian = rss(FeedEntry("Наводнение в долине, есть пострадавшие", "https://wire.example/1"), language="en")
    world.feeds.serve("/ru.xml", Answer(russian.encode("cp1251"), content_type="text/xml; charset=utf-8"))
    _, told = await _tested(world, world.feeds.url("/ru.xml"))
    (charset, *_) = told["notes"]
    assert charset.startswith("The character set: ")
    assert "windows-1251" in charset
    assert "language: ru," in told["feeds"][0]["line"], "what a template says of every feed"
    world.feeds.serve("/empty.xml", rss())
    status, told = await _tested(world, world.feeds.url("/empty.xml"))
    assert (status, told["notes"]) == (
        0,
        ["It has no entries now. That is no failure: an empty feed is polled on."],
    )


# -- discovery ---------------------------------------------------------------------------------------------------


async def test_a_page_finds_the_feeds_that_it_declares(world: World) -> None:
    world.feeds.serve("/", _page(_link("/comments/feed"), _link("world.xml"), _link("/gone.xml")))
    world.feeds.serve("/world.xml", FEED)
    world.feeds.serve("/comments/feed", rss(title="Comments"))
    status, told = await _tested(world, world.feeds.url("/"))
    assert status == 0
    found = [feed["url"] for feed in told["feeds"]]
    assert found == [world.feeds.url("/world.xml"), world.feeds.url("/comments/feed")]
    assert told["tried"] == [{"url": world.feeds.url("/gone.xml"), "error": "gone: HTTP 404 Not Found"}]
    assert len(told["items"]) == 2
    assert _asked(world) == ["/", "/world.xml", "/gone.xml", "/comments/feed"]


async def test_a_page_of_feeds_is_looked_through(world: World) -> None:
    """The home page links to a page that lists the feeds."""
    world.feeds.serve("/", _page("<a href=/rss>RSS</a>"))
    world.feeds.serve("/rss", _page("<a href=/rss/world.xml>World</a><a href=/rss/sport.xml>Sport</a>"))
    world.feeds.serve("/rss/world.xml", FEED)
    _, told = await _tested(world, world.feeds.url("/"))
    assert [feed["url"] for feed in told["feeds"]] == [world.feeds.url("/rss/world.xml")]


async def test_a_page_that_names_none_is_asked_at_the_usual_places(world: World) -> None:
    world.feeds.serve("/news", _page())
    world.feeds.serve("/atom.xml", FEED)
    status, out, _ = await world.run("feeds", "test", world.feeds.url("/news"))
    assert status == 0
    assert f'url: "{world.feeds.url("/atom.xml")}"' in out
    assert _asked(world)[:3] == ["/news", "/news/feed", "/feed"]
    assert len(world.feeds.requests) <= 9


async def test_the_search_is_polite(world: World) -> None:
    """By the name of Wirewatch, one request at a time, and never more than a dozen."""
    many = "".join(_link(f"/{number}.xml") for number in range(100))
    world.feeds.serve("/", _page(many))
    status, told = await _tested(world, world.feeds.url("/"))
    assert (status, told["feeds"]) == (1, [])
    assert len(world.feeds.requests) == 13
    assert {seen.headers["user-agent"].partition("/")[0] for seen in world.feeds.requests} == {"Wirewatch"}


async def test_a_site_that_asks_to_be_left_alone_is_not_asked_on(world: World) -> None:
    world.feeds.serve("/news", _page())
    world.feeds.serve("/feed", Answer(status=429))
    status, told = await _tested(world, world.feeds.url("/news"))
    assert (status, _asked(world)) == (1, ["/news", "/news/feed", "/feed"])
    assert told["tried"][-1]["error"] == "rate_limited: HTTP 429 Too Many Requests"


async def test_a_page_cannot_send_the_search_to_where_feeds_may_not_live(world: World) -> None:
    world.feeds.serve("/", _page(_link("http://169.254.169.254/latest/feed"), _link("/ok.xml")))
    world.feeds.serve("/ok.xml", FEED)
    _, told = await _tested(world, world.feeds.url("/"))
    (refused,) = told["tried"]
    assert refused["error"] == "blocked_address: 169.254.169.254 is link-local"
    assert len(told["feeds"]) == 1


async def test_a_key_of_the_feed_goes_to_no_other_host(world: World) -> None:
    async with FeedServer() as other:
        other.serve("/feed", FEED)
        world.feeds.serve("/wire.xml", _page(_link(other.url("/feed"))))
        world.write(
            "feeds.yaml", f"feeds: [{{id: wire, url: '{world.feeds.url('/wire.xml')}', headers: {{X-Key: k}}}}]\n"
        )
        await world.run("feeds", "test", "wire")
        assert world.feeds.requests[0].headers["x-key"] == "k"
        assert [seen.headers.get("x-key") for seen in other.requests] == [None]


async def test_a_polled_feed_that_became_a_page_ends_with_1_and_shows_where_its_feed_is(world: World) -> None:
    world.feeds.serve("/wire.xml", _page(_link("/new.xml")))
    world.feeds.serve("/new.xml", FEED)
    status, out, _ = await world.run("feeds", "test", "wire")
    assert status == 1
    assert f"it says that its feed is at {world.feeds.url('/new.xml')}" in out
    assert f'url: "{world.feeds.url("/new.xml")}"' in out


async def test_a_poll_that_gets_a_page_says_where_its_feed_is_and_asks_for_nothing_more(world: World) -> None:
    world.environment["DATABASE_URL"] = f"sqlite:///{world.database}"
    world.feeds.serve("/wire.xml", _page(_link("/new.xml")))
    _, out, _ = await world.run("poll", "--json")
    error = json.loads(out)["feeds"][0]["error"]
    address = world.feeds.url("/new.xml")
    assert error == f'not_a_feed: an HTML page titled "The Wire", not a feed; it says that its feed is at {address}'
    assert _asked(world) == ["/wire.xml"]


async def test_a_permanent_move_is_what_the_line_says(world: World) -> None:
    world.feeds.serve("/old", Answer(status=301, headers={"Location": "/new.xml"}))
    world.feeds.serve("/new.xml", FEED)
    _, told = await _tested(world, world.feeds.url("/old"))
    assert [feed["url"] for feed in told["feeds"]] == [world.feeds.url("/new.xml")]


async def test_what_a_page_calls_itself_cannot_write_on_the_terminal(world: World) -> None:
    world.feeds.serve("/", _page(_link("/f"), title="\x1b[2J[bold]x"))
    world.feeds.serve("/f", rss(FeedEntry("\u202e[red]x", "https://wire.example/1"), title="a\x1b]0;b"))
    status, out, _ = await world.run("feeds", "test", world.feeds.url("/"))
    assert status == 0
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "[red]x" in out


# -- import ------------------------------------------------------------------------------------------------------

OPML = """<opml><body><outline text="World">
<outline text="The Post" xmlUrl="https://post.example/rss" language="en-US"/>
<outline text="The Post" xmlUrl="http://www.post.example/rss/"/><outline text="W" xmlUrl="{wire}"/>
<outline text="M" xmlUrl="mailto:a@b.example"/></outline></body></opml>"""


def _opml(world: World) -> str:
    return str(world.write("list.opml", OPML.format(wire=world.feeds.url("/wire.xml"))))


async def test_import_adds_to_the_file_and_says_what_became_of_each(world: World) -> None:
    path = world.folder / "feeds.yaml"
    before = path.read_text()
    path.chmod(0o640)
    status, out, err = await world.run("feeds", "import", _opml(world), "--merge")
    entry = '{id: the-post, name: The Post, url: "https://post.example/rss", language: en, tags: [World]}'
    assert (status, err) == (0, "")
    assert path.read_text() == f"{before}  - {entry}\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert out.splitlines() == [
        "added the-post: https://post.example/rss",
        f"skipped {world.feeds.url('/wire.xml')}: feeds.yaml has it as wire",
        "skipped http://www.post.example/rss/: it is in the OPML file more than once",
        "skipped mailto:a@b.example: it is not an http or https address",
        f"1 feed added to {path}, 3 skipped",
    ]
    assert [one.name for one in world.folder.iterdir() if one.name.startswith(".")] == []
    again = await world.run("feeds", "import", _opml(world), "--merge")
    assert f"no feeds added to {path}, 4 skipped" in again[1]


async def test_a_dry_run_prints_the_difference_and_writes_nothing(world: World) -> None:
    path = world.folder / "feeds.yaml"
    before = path.read_text()
    status, out, err = await world.run("feeds", "import", _opml(world), "--merge", "--dry-run")
    assert (status, path.read_text()) == (0, before)
    added = [line for line in out.splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert added == [
        '+  - {id: the-post, name: The Post, url: "https://post.example/rss", language: en, tags: [World]}'
    ]
    assert err.splitlines()[-1] == f"1 feed would be added to {path}, 3 skipped"


async def test_without_merge_the_feeds_are_printed_as_a_file(world: World) -> None:
    before = (world.folder / "feeds.yaml").read_text()
    status, out, _ = await world.run("feeds", "import", _opml(world))
    assert (status, (world.folder / "feeds.yaml").read_text()) == (0, before)
    path = world.write("new.yaml", out)
    assert [feed.id for feed in read_feeds(path).feeds] == ["the-post", "w"]
    assert read_feeds(path).problems == ()


async def test_a_link_to_the_file_stays_a_link(world: World) -> None:
    path = world.folder / "feeds.yaml"
    real = path.rename(world.write("config/x", "").parent / "real.yaml")
    path.symlink_to(real)
    assert (await world.run("feeds", "import", _opml(world), "--merge"))[0] == 0
    assert path.is_symlink()
    assert "the-post" in real.read_text()


REFUSED = {
    "is read-only": lambda path: path.chmod(0o444),
    "makes one": lambda path: path.unlink(),
    ":2:6: error: unknown key": lambda path: path.write_text("feeds:\n  - {idd: a, url: 'https://a.example'}\n"),
    "has mistakes; fix them first": lambda path: path.write_text("feeds: [\n"),
}


@pytest.mark.parametrize("told", REFUSED)
async def test_a_file_that_cannot_be_added_to_is_left_as_it_is(world: World, told: str) -> None:
    path = world.folder / "feeds.yaml"
    opml = _opml(world)
    REFUSED[told](path)
    before = path.read_bytes() if path.exists() else None
    status, _, err = await world.run("feeds", "import", opml, "--merge")
    assert status == 2
    assert told in err
    assert (path.read_bytes() if path.exists() else None) == before


@pytest.mark.parametrize(
    "body",
    [b"", b"not xml", b"<opml><body/></opml>", b'<!DOCTYPE x [<!ENTITY a "b">]><opml/>', b"\xff\xfe<"],
)
async def test_what_is_no_list_of_feeds_is_refused_in_a_sentence(world: World, body: bytes) -> None:
    path = world.folder / "bad.opml"
    path.write_bytes(body)
    status, out, err = await world.run("feeds", "import", str(path), "--merge")
    assert (status, out) == (2, "")
    assert "OPML" in err
    assert "Traceback" not in err
