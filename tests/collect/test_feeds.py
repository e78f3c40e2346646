"""feeds.yaml and OPML."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.feeds import read_feeds
from monitor.collect.opml import as_yaml, export_opml, import_opml
from monitor.errors import ConfigError
from monitor.model import Feed, FeedKind
from tests.support.tree import ROOT

GOOD = """defaults: {interval: 10m, language: en}
feeds:
  - id: wire
    name: The Wire
    url: https://wire.example/rss
    kind: wire
    family: wire-group
    interval: 30s
    tags: [world]
    headers: {X-Key: k}
  - {id: post, url: "https://post.example/rss", enabled: false}
"""

MISTAKES = {
    "a misspelt key": (("kind: wire", "knid: wire"), '6:5: error: unknown key "knid" - did you mean "kind"?'),
    "a misspelt value": (
        ("kind: wire", "kind: wier"),
        '6:11: error: kind: "wier" is not one of wire, ngo, official or outlet - did you mean "wire"?',
    ),
    "quotes of a program for letters": (
        ("interval: 30s", "interval: “30s”"),
        (
            '8:15: error: interval: "“30s”" is not a duration such as 30s, 5m, 12h or 7d; '
            'the quotes “ and ” are a part of it here: write ", or no quotes'
        ),
    ),
    "a value in capitals": (
        ("kind: wire", "kind: NGO"),
        '6:11: error: kind: "NGO" is not one of wire, ngo, official or outlet - did you mean "ngo"?',
    ),
    "no address": (("    url: https://wire.example/rss\n", ""), '3:5: error: the key "url" is missing'),
    "another scheme": (
        ("https://wire", "ftp://wire"),
        '5:10: error: url: "ftp://wire.example/rss" is not an http or https address',
    ),
    "too often": (("interval: 30s", "interval: 10ms"), "8:15: error: interval: 10ms is not between 1s and 7d"),
    "no duration": (
        ("interval: 30s", "interval: often"),
        '8:15: error: interval: "often" is not a duration such as 30s, 5m, 12h or 7d',
    ),
    "an id with spaces": (("id: wire", "id: The Wire"), '3:9: error: id: "The Wire" may hold only a-z, 0-9 and -'),
    "an id twice": (
        ("id: post", "id: wire"),
        '11:10: error: the id "wire" appears twice; the feed in line 3 has it too',
    ),
    "a comma in an address without quotes": (
        ('{id: post, url: "https://post.example/rss"', "{id: post, url: https://post.example/rss?a=1,2"),
        '11:50: error: unknown key "2"; if it belongs to the text before the comma, put the whole text in quotes',
    ),
    "a blank missing in braces": (
        ('url: "https://post', 'url:"https://post'),
        '11:16: error: a blank is missing behind "url:"',
    ),
    "no id": (("id: wire", "id:"), "3:5: error: id: a text is missing"),
    "an endless id": (
        ("id: wire", f"id: {'a' * 101}"),
        f'3:9: error: id: "{"a" * 101}…" is longer than 100 characters',
    ),
    "an address without its scheme": (
        ("https://wire", "www.wire"),
        (
            '5:10: error: url: "www.wire.example/rss" is not an http or https address; '
            "write https:// (or http://) before it"
        ),
    ),
    "an address as programs pass it on": (
        ("https://wire", "feed:https://wire"),
        (
            '5:10: error: url: "feed:https://wire.example/rss" is not an http or https address; '
            "write https: in the place of feed:"
        ),
    ),
    "an address with a blank": (
        ("wire.example/rss", "wire.example/a rss"),
        (
            '5:10: error: url: "https://wire.example/a rss" has a blank in it; take it out, or write %20 for one that '
            "belongs there"
        ),
    ),
    "an address with what nobody sees": (
        ("wire.example/rss", "wire.example/\u200brss"),
        (
            '5:10: error: url: "https://wire.example/\\x200brss" has an invisible character in it '
            "(zero width space, U+200B); type it again"
        ),
    ),
    "an address as in the source of a page": (
        ("wire.example/rss", "wire.example/rss?a=1&amp;b=2"),
        '5:10: warning: url: it has "&amp;" in it, as the source of a page has; the address itself has "&"',
    ),
    "a host that cannot be": (
        ("wire.example/rss", "wire..example/rss"),
        (
            '5:10: error: url: "https://wire..example/rss" is not an http or https address; '
            "a host, such as wire.example, follows the //"
        ),
    ),
    "a port that cannot be": (
        ("wire.example/rss", "wire.example:99999/rss"),
        (
            '5:10: error: url: "https://wire.example:99999/rss" is not an http or https address; '
            "a port is a number from 1 to 65535"
        ),
    ),
    "a password, which is not shown, with a slash": (
        ("https://wire", "https://desk:pass/word@wire"),
        (
            '5:10: error: url: "https://…@wire.example/rss" is not an http or https address; '
            "write each / ? # and @ of a password as %2F %3F %23 and %40"
        ),
    ),
    "a password, which is not shown, under another scheme": (
        ("https://wire", "ftp://desk:secret@wire"),
        '5:10: error: url: "ftp://…@wire.example/rss" is not an http or https address',
    ),
    "a header that cannot be": (
        ("X-Key: k", "X Key: k"),
        '10:14: error: headers: "X Key" is no header that can be set here',
    ),
    "a header that is a number, which is not shown": (
        ("X-Key: k", "X-Key: 12345"),
        '10:14: error: headers: the value of "X-Key" is not a text; put it in quotes',
    ),
    "a header with a line break": (
        ("X-Key: k", 'X-Key: "a\\nb"'),
        '10:14: error: headers: the value of "X-Key" has a line break or another invisible character in it',
    ),
    "a header in quotes of a word processor, which is not shown": (
        ("X-Key: k", "X-Key: \u201ck\u201d"),
        (
            '10:14: error: headers: the quotes \u201c and \u201d are a part of the value of "X-Key": '
            'write ", or no quotes'
        ),
    ),
    "a host with a letter that looks like another": (
        ("wire.example/rss", "wir\u0435.example/rss"),
        (
            '5:10: error: url: "https://wir\u0435.example/rss" is not an http or https address; the Cyrillic "\u0435" '
            "in it may look like another letter; type the word again"
        ),
    ),
    "an id with a letter that looks like another": (
        ("id: wire", "id: wir\u0435"),
        (
            '3:9: error: id: "wir\u0435" may hold only a-z, 0-9 and -; the Cyrillic "\u0435" in it may look like '
            "another letter; type the word again"
        ),
    ),
    "an interval left out": (
        ("interval: 30s", "interval:"),
        "8:5: warning: interval: a key without a value has no effect; write the value, or delete the line",
    ),
    "defaults that are none": (
        ("defaults: {interval: 10m, language: en}", "defaults: 10m"),
        "1:11: error: defaults: keys with values are expected: key: value",
    ),
    "two accounts": (
        ('post.example/rss", enabled: false', 'a:b@post.example/rss", headers: {authorization: k}'),
        "11:5: error: feeds: the address has a user, and the headers have Authorization; only one of them can be sent",
    ),
    "a language in words": (
        ("language: en", "language: English"),
        '1:37: error: language: "English" is not a language code; use two lower-case letters, such as en',
    ),
    "an address for a feed": (
        ('{id: post, url: "https://post.example/rss", enabled: false}', "https://post.example/rss"),
        '11:5: error: a feed has keys with values: {id: wire, url: "https://wire.example/rss"}',
    ),
    "a list that is none": (
        ("tags: [world]", "tags: world"),
        "9:11: error: tags: a list is expected: [world]",
    ),
    "an unknown top-level key": (
        ("feeds:", "fedes: 1\nfeeds:"),
        '2:1: error: unknown key "fedes"; known are defaults and feeds - did you mean "feeds"?',
    ),
    "an address that a comment cuts": (
        ("https://wire.example/rss", "https://wire.example/rss #news"),
        (
            "5:10: warning: what follows # is a comment, and not read: put the whole text in quotes if it belongs to "
            "it; if not, put a blank after the #"
        ),
    ),
}


def test_a_good_file_is_read_with_its_defaults(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text(GOOD)
    file = read_feeds(tmp_path / "feeds.yaml")
    assert file.problems == ()
    wire, post = file.feeds
    assert wire == Feed(
        id="wire",
        name="The Wire",
        url="https://wire.example/rss",
        kind=FeedKind.WIRE,
        language="en",
        family="wire-group",
        interval=timedelta(seconds=30),
        promised=True,
        tags=("world",),
        headers=(("X-Key", "k"),),
    )
    assert (post.name, post.family, post.interval, post.enabled) == ("post", "post", timedelta(minutes=10), False)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_in_its_place_and_costs_one_feed_at_most(mistake: str, tmp_path: Path) -> None:
    (old, new), expected = MISTAKES[mistake]
    path = tmp_path / "feeds.yaml"
    path.write_text(GOOD.replace(old, new, 1))
    file = read_feeds(path)
    assert [str(problem).removeprefix(f"{path}:") for problem in file.problems] == [expected]
    assert len(file.feeds) >= 1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("- id: wire", "- id:wire", '3:7: error: a ": " is expected here, with a blank, in place of ":"'),
        ("  - id: wire", "  -id: wire", '3:3: error: a "- " is expected here, with a blank, in place of "-"'),
        ("- {id", "- &a {id", "11:5: error: anchors and aliases (& and *) are not used here; write the value out"),
        ("  - {id", "  {id", '11:3: error: an item of a list begins with "- ", and this one does not'),
        (
            "{id: post, url",
            "{id: post url",
            "11:15: error: a comma is missing before this; or put the whole text in quotes",
        ),
        ("The Wire", "*wire", "4:11: error: put a text that must begin with * in quotes"),
        (
            GOOD,
            "feeds:\n  w: {id: w}\n",
            '2:3: error: feeds: must be a list of at least one feed; each begins with "- "',
        ),
    ],
)
def test_a_mistake_that_leaves_no_feed_is_told_once_in_its_place(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(GOOD.replace(old, new, 1) + ("  - *a\n" if "&a" in new else ""))
    assert [str(problem).removeprefix(f"{path}:") for problem in read_feeds(path).problems] == [expected]


@pytest.mark.parametrize("of_post", ["id: Post", "ids: post", "id: wire"])
def test_where_an_id_cannot_be_read_nobody_knows_which_feeds_are_left_out(tmp_path: Path, of_post: str) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(GOOD.replace("id: post", of_post))
    assert read_feeds(path).mistaken is None
    path.write_text(GOOD.replace("false", "nein"))
    assert read_feeds(path).mistaken == frozenset({"post"})


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    (problem,) = read_feeds(tmp_path / "feeds.yaml").problems
    assert "there is no such file" in problem.message


@given(st.binary(max_size=200))
def test_no_file_makes_reading_raise(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.mktemp("feeds") / "feeds.yaml"
    path.write_bytes(body)
    assert read_feeds(path).problems


def test_the_shipped_feeds_are_valid() -> None:
    file = read_feeds(ROOT / "feeds.yaml")
    assert file.problems == ()
    assert len(file.feeds) > 40
    assert {feed.kind for feed in file.feeds} == set(FeedKind)


def test_feeds_survive_opml_and_become_a_valid_feeds_file(tmp_path: Path) -> None:
    feeds = read_feeds(ROOT / "feeds.yaml").feeds
    back = import_opml(export_opml(feeds).encode()).feeds
    assert [(feed.name, feed.url, feed.language) for feed in back] == [
        (one.name, one.url, one.language) for one in feeds
    ]
    (tmp_path / "feeds.yaml").write_text(as_yaml(back), encoding="utf-8")
    again = read_feeds(tmp_path / "feeds.yaml")
    assert again.problems == ()
    assert [feed.url for feed in again.feeds] == [feed.url for feed in feeds]


def test_tags_survive_opml_as_a_group_and_categories() -> None:
    feeds = [
        replace(import_opml(_outline(f"xmlUrl='https://{name}.example/rss'")).feeds[0], name=name, tags=tags)
        for name, tags in {"a": (), "b": ("wires & more", "east"), "c": ("ngo",), "d": ("wires & more",)}.items()
    ]
    exported = export_opml(feeds)
    assert {feed.name: feed.tags for feed in import_opml(exported.encode()).feeds} == {
        feed.name: feed.tags for feed in feeds
    }
    assert exported.count('<outline text="wires &amp; more"') == 1


def test_a_feed_in_several_groups_has_a_tag_of_each() -> None:
    outline = "<outline text='A' xmlUrl='https://a.example/rss' category='/press/{0},new'/>"
    groups = "".join(f"<outline text='{name}'>{outline.format(name)}</outline>" for name in ("World", "Wires"))
    imported = import_opml(f"<opml><body>{groups}</body></opml>".encode())
    assert [feed.tags for feed in imported.feeds] == [("World", "press/World", "new", "Wires", "press/Wires")]


def test_opml_groups_become_tags_and_an_address_is_taken_once() -> None:
    opml = b"""<opml><body><outline text="World"><outline text="A" xmlUrl="https://a.example/rss"/>
    <outline text="A again" xmlUrl="https://a.example/rss"/></outline><outline text="A" xmlUrl="https://b.example/rss"/>
    </body></opml>"""
    assert [(feed.id, feed.tags) for feed in import_opml(opml).feeds] == [("a", ("World",)), ("a-2", ())]


@pytest.mark.parametrize(
    ("name", "url", "feed_id"),
    [
        ("Été – Radio", "https://radio.example/rss", "ete-radio"),
        ("Straße & Łódź", "https://a.example/rss", "strasse-lodz"),
        ("Новини України", "https://a.example/rss", "novyny-ukrainy"),
        ("Новини &amp; &lt;b&gt;України&lt;/b&gt;", "https://a.example/rss", "novyny-ukrainy"),
        ("Щит и меч", "https://a.example/rss", "shchyt-y-mech"),
        ("الجزيرة", "https://www.aljazeera.example/rss", "aljazeera-example"),
        ("24", "https://24tv.example/rss", "24tv-example"),
        ("中文", "https://192.0.2.7/rss", "feed"),
    ],
)
def test_an_imported_feed_has_an_id_that_can_be_read(name: str, url: str, feed_id: str) -> None:
    opml = f'<opml><body><outline text="{name.replace("&", "&amp;")}" xmlUrl="{url}"/></body></opml>'
    assert [feed.id for feed in import_opml(opml.encode()).feeds] == [feed_id]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("https://a.example/rss", "https://a.example/rss", True),
        ("https://a.example/rss", "http://A.example/rss/", True),
        ("https://www.a.example/rss", "https://a.example:443/rss", True),
        ("https://a.example/rss", "https://a.example/rss?lang=fr", False),
        ("https://a.example/rss", "https://a.example/RSS", False),
        ("https://новости.example/мир", "https://xn--b1amnebsh.example/%D0%BC%D0%B8%D1%80", True),
        ("https://a.example/rss", "https://b.example/rss", False),
    ],
)
def test_an_address_of_two_feeds_is_told(tmp_path: Path, first: str, second: str, *, same: bool) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(f"feeds:\n  - {{id: one, url: '{first}'}}\n  - {{id: two, url: '{second}'}}\n")
    file = read_feeds(path)
    assert len(file.feeds) == 2
    told = [str(problem).removeprefix(f"{path}:") for problem in file.problems]
    message = '3:20: warning: url: the feed "one" has this address too, so each of its items would be polled twice'
    assert told == ([message] if same else [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_opml_that_declares_entities_is_refused_in_any_encoding(encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "b">]><opml/>'
    with pytest.raises(ConfigError, match="declares entities"):
        import_opml(declared.encode(encoding))


@pytest.mark.parametrize(
    "opml",
    [
        b"not xml",
        b'<!DOCTYPE x [<!ENTITY a "b">]><opml/>',
        b'<?xml version="1.0" encoding="utf-7"?><opml/>',
        b'<?xml version="1.0" encoding="/etc/passwd"?><opml/>',
    ],
)
def test_what_is_no_opml_is_refused_in_words(opml: bytes) -> None:
    with pytest.raises(ConfigError, match="OPML"):
        import_opml(opml)


def _outline(attributes: str) -> bytes:
    return f"<opml><body><outline text='A' {attributes}/></body></opml>".encode()


@pytest.mark.parametrize(
    ("attributes", "url", "language"),
    [
        ("xmlUrl='https://a.example/rss' language='en-us'", "https://a.example/rss", "en"),
        ("xmlUrl='https://a.example/rss' language='EN'", "https://a.example/rss", "en"),
        ("xmlUrl='https://a.example/rss' language='uk_UA'", "https://a.example/rss", "uk"),
        ("xmlUrl='https://a.example/rss' language='ara'", "https://a.example/rss", "ar"),
        ("xmlUrl='https://a.example/rss' language='unknown'", "https://a.example/rss", None),
        ("xmlUrl='https://a.example/rss' language=''", "https://a.example/rss", None),
        ("xmlUrl='feed://a.example/rss'", "http://a.example/rss", None),
        ("xmlUrl='feed:https://a.example/rss'", "https://a.example/rss", None),
        ("xmlUrl=' www.a.example/rss '", "https://www.a.example/rss", None),
        ("XMLURL='HTTPS://a.example/rss x'", "https://a.example/rss%20x", None),
        ("type='rss' url='https://a.example/rss'", "https://a.example/rss", None),
        ("xmlUrl='https://a.example/rss?a=1&b=2'", "https://a.example/rss?a=1&b=2", None),
        ("xmlUrl='https://a.example/новости'", "https://a.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8", None),
    ],
)
def test_what_is_imported_is_what_check_takes(tmp_path: Path, attributes: str, url: str, language: str | None) -> None:
    imported = import_opml(_outline(attributes))
    assert [(feed.url, feed.language) for feed in imported.feeds] == [(url, language)]
    (tmp_path / "feeds.yaml").write_text(as_yaml(imported.feeds), encoding="utf-8")
    again = read_feeds(tmp_path / "feeds.yaml")
    assert (again.problems, [feed.url for feed in again.feeds]) == ((), [url])


def test_an_address_that_is_none_of_a_feed_is_left_out_and_named() -> None:
    outlines = b"<outline xmlUrl='mailto:a@b.example'/><outline text='A' xmlUrl='https://a.example/rss'/>"
    outlines += b"<outline text='B' xmlUrl='https://b..example/rss'/>"
    imported = import_opml(b"<opml><body>" + outlines + b"</body></opml>")
    assert imported.left_out == ("mailto:a@b.example", "https://b..example/rss")
    assert [feed.url for feed in imported.feeds] == ["https://a.example/rss"]


@pytest.mark.parametrize(
    "document",
    [
        "<OPML><HEAD/><BODY><OUTLINE TEXT='Wires'><OUTLINE TEXT='A' XMLURL='https://a.example/rss'/></OUTLINE></BODY></OPML>",
        (
            "<o:opml xmlns:o='http://opml.example'><o:body><o:outline text='Wires'><o:outline text='A' "
            "xmlUrl='https://a.example/rss'/></o:outline></o:body></o:opml>"
        ),
        "<opml><outline text='Wires'><!-- all --><outline text='A' xmlUrl='https://a.example/rss'/></outline></opml>",
    ],
    ids=["capitals", "a prefix", "no body"],
)
def test_opml_is_read_however_its_elements_are_written(document: str) -> None:
    (feed,) = import_opml(document.encode()).feeds
    assert (feed.name, feed.url, feed.tags) == ("A", "https://a.example/rss", ("Wires",))


def test_the_address_of_a_page_is_no_feed() -> None:
    with pytest.raises(ConfigError):
        import_opml(_outline("type='link' url='https://a.example/'"))


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-u", "utf-16", "utf-8-sig"])
def test_opml_is_read_in_the_character_set_it_is_in(encoding: str) -> None:
    outline = "<outline text='Новини Києва' xmlUrl='https://a.example/rss'/>"
    document = f"<?xml version='1.0' encoding='utf-8'?><opml><body>{outline}</body></opml>"
    assert [feed.name for feed in import_opml(document.encode(encoding)).feeds] == ["Новини Києва"]
