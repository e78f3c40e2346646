"""Feeds added to a feeds.yaml that people wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.feedlist import Ids, entry_of, merged
from monitor.collect.feeds import read_feeds
from monitor.collect.opml import as_yaml, import_opml
from monitor.errors import ConfigError
from monitor.model import Feed
from tests.support.tree import ROOT

NEW = Feed(id="post", name="The Post", url="https://post.example/rss", family="post", language="fr", tags=("World",))
ENTRY = '{id: post, name: The Post, url: "https://post.example/rss", language: fr, tags: [World]}'

FILES = {
    "entries in one line": (
        "# a\nfeeds:\n  - {id: wire, url: 'https://wire.example/rss'}  # the wire\n\n  # more\n",
        f"# a\nfeeds:\n  - {{id: wire, url: 'https://wire.example/rss'}}  # the wire\n  - {ENTRY}\n\n  # more\n",
    ),
    "entries in lines": (
        "feeds:\n  - id: wire\n    url: https://wire.example/rss # its\n    tags:\n      - a\n      - b # two\n",
        (
            "feeds:\n  - id: wire\n    url: https://wire.example/rss # its\n    tags:\n      - a\n      - b # two\n"
            f"  - {ENTRY}\n"
        ),
    ),
    "not indented": (
        "feeds:\n- id: wire\n  url: https://wire.example/rss\n",
        f"feeds:\n- id: wire\n  url: https://wire.example/rss\n- {ENTRY}\n",
    ),
    "indented far": (
        "feeds:\n      -   id: wire\n          url: https://wire.example/rss\n",
        f"feeds:\n      -   id: wire\n          url: https://wire.example/rss\n      - {ENTRY}\n",
    ),
    "a dash in a line of its own": (
        "feeds:\n  -\n    id: wire\n    url: https://wire.example/rss\n",
        f"feeds:\n  -\n    id: wire\n    url: https://wire.example/rss\n  - {ENTRY}\n",
    ),
    "in one list": (
        "feeds: [{id: wire, url: 'https://wire.example/rss'}]\n",
        f"feeds: [{{id: wire, url: 'https://wire.example/rss'}},\n  {ENTRY}]\n",
    ),
    "in one list with a comma at its end": (
        "feeds: [\n  {id: wire, url: 'https://wire.example/rss'}, # w\n]\n",
        f"feeds: [\n  {{id: wire, url: 'https://wire.example/rss'}},\n  {ENTRY}, # w\n]\n",
    ),
    "followed by something": (
        "feeds:\n  - {id: wire, url: 'https://wire.example/rss'}\n\n# d\ndefaults: {interval: 5m}\n",
        f"feeds:\n  - {{id: wire, url: 'https://wire.example/rss'}}\n  - {ENTRY}\n\n# d\ndefaults: {{interval: 5m}}\n",
    ),
    "without a line end": (
        "feeds:\n  - {id: wire, url: 'https://wire.example/rss'}",
        f"feeds:\n  - {{id: wire, url: 'https://wire.example/rss'}}\n  - {ENTRY}\n",
    ),
    "with Windows line ends": (
        "feeds:\r\n  - {id: wire, url: 'https://wire.example/rss'} # w\r\n# end\r\n",
        f"feeds:\r\n  - {{id: wire, url: 'https://wire.example/rss'}} # w\r\n  - {ENTRY}\r\n# end\r\n",
    ),
    "with a mark": (
        "\ufefffeeds:\n  - {id: wire, url: 'https://wire.example/rss'}\n",
        f"\ufefffeeds:\n  - {{id: wire, url: 'https://wire.example/rss'}}\n  - {ENTRY}\n",
    ),
    "with letters of two words": (
        "feeds:\n  - {id: wire, name: '📰 Новини', url: 'https://wire.example/rss'}\n# 📰\n",
        f"feeds:\n  - {{id: wire, name: '📰 Новини', url: 'https://wire.example/rss'}}\n  - {ENTRY}\n# 📰\n",
    ),
    "a folded text at the end": (
        "feeds:\n  - id: wire\n    url: https://wire.example/rss\n    name: >-\n      The\n      Wire\n\n# end\n",
        (
            "feeds:\n  - id: wire\n    url: https://wire.example/rss\n    name: >-\n      The\n      Wire\n\n"
            f"  - {ENTRY}\n# end\n"
        ),
    ),
    "nothing at the end": (
        "feeds:\n  - id: wire\n    url: https://wire.example/rss\n    language:\n# end\n",
        f"feeds:\n  - id: wire\n    url: https://wire.example/rss\n    language:\n  - {ENTRY}\n# end\n",
    ),
    "with a line that ends the document": (
        "---\nfeeds:\n  - {id: wire, url: 'https://wire.example/rss'}\n...\n",
        f"---\nfeeds:\n  - {{id: wire, url: 'https://wire.example/rss'}}\n  - {ENTRY}\n...\n",
    ),
}


@pytest.mark.parametrize("form", FILES)
def test_a_feed_is_put_behind_the_others_and_all_else_stays(form: str, tmp_path: Path) -> None:
    before, after = FILES[form]
    result = merged(tmp_path / "feeds.yaml", before.encode(), [NEW])
    assert result.content.decode() == after
    assert [feed.id for feed in result.added] == ["post"]


def test_the_shipped_file_keeps_every_line(tmp_path: Path) -> None:
    content = (ROOT / "feeds.yaml").read_bytes()
    after = merged(tmp_path / "feeds.yaml", content, [NEW]).content.decode()
    assert after == content.decode() + f"  - {ENTRY}\n"


@pytest.mark.parametrize(
    "url",
    ["https://wire.example/rss", "http://www.wire.example/rss/", "https://WIRE.example:443/rss"],
)
def test_a_feed_that_is_there_is_not_touched(url: str, tmp_path: Path) -> None:
    content = FILES["entries in lines"][0].encode()
    again = Feed(id="other", name="Another name", url=url, family="other", language="de")
    result = merged(tmp_path / "feeds.yaml", content, [again])
    assert (result.content, result.added, result.passed) == (content, (), ((again, "wire"),))


def test_an_id_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    content = b"feeds:\n  - {id: post, url: 'https://wire.example/rss', enabled: false}\n  - {id: post-2, url: 'http://b.example'}\n"
    assert [feed.id for feed in merged(tmp_path / "f.yaml", content, [NEW]).added] == ["post-3"]


MISTAKES: dict[str, tuple[str | bytes, str]] = {
    "no list": ("feeds:\n", ":1:1: error: feeds: must be a list"),
    "a wrong key": ("feeds:\n  - {id: a, url: 'https://a.example', knid: x}\n", ":2:39: error: unknown key"),
    "no YAML": ("feeds: [\n", ": error: "),
    "nothing": ("", ":1:1: error: is empty"),
    "Latin-1": ("feeds: [{id: a, name: 'é'}]".encode("latin-1"), ": error: "),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_file_with_mistakes_is_refused_with_their_lines(mistake: str, tmp_path: Path) -> None:
    content, told = MISTAKES[mistake]
    with pytest.raises(ConfigError, match="fix them first") as error:
        merged(tmp_path / "feeds.yaml", content if isinstance(content, bytes) else content.encode(), [NEW])
    assert told in str(error.value.problems[0])


_NAMES = st.text(min_size=1, max_size=30) | st.sampled_from(
    ["null", "Yes", "~", "1e3", "0x1f", "- a", "a: b", "a #b", "[a", "{a}", "'", '"', "!tag", "&a", "*a", "%a", "@a",
     "007", "2026-03-04", "<<", "=", "a\u2028b", "a\x85b", "\ufeff", "\U0001f4f0", "Été", "الجزيرة"]
)  # fmt: skip


@given(st.lists(st.tuples(_NAMES, _NAMES), min_size=1, max_size=5))
def test_whatever_a_list_calls_feeds_check_takes_what_becomes_of_it(names: list[tuple[str, str]]) -> None:
    def escaped(text: str) -> str:
        return "".join(f"&#{ord(char)};" for char in text)

    outlines = "".join(
        f"<outline text='{escaped(group)}'><outline text='{escaped(name)}' xmlUrl='https://a.example/{number}'/></outline>"
        for number, (name, group) in enumerate(names)
    )
    feeds = import_opml(f"<opml><body>{outlines}</body></opml>".encode()).feeds
    result = merged(Path("feeds.yaml"), b"feeds:\n  - {id: 'null', url: 'https://b.example'}\n", feeds)
    assert len(result.added) == len(names)


def test_an_entry_reads_back_as_the_feed(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(f"feeds:\n  - {entry_of(NEW)}\n", encoding="utf-8")
    assert read_feeds(path).feeds == (NEW,)


def _list_of(many: int, name: str) -> bytes:
    lines = "".join(f"<outline text='{name}' xmlUrl='https://a{number}.example/rss'/>" for number in range(many))
    return f"<opml><body>{lines}</body></opml>".encode()


def test_ids_of_one_name_cost_no_search() -> None:
    ids = Ids(["a"])
    assert [ids.take("a") for _ in range(50_000)][-1] == "a-50001"


def test_a_list_of_thousands_becomes_a_file_that_check_takes(tmp_path: Path) -> None:
    """Eight thousand with one name; by pairs they would be compared for minutes. Reading YAML takes the longest."""
    imported = import_opml(_list_of(8_000, "The Daily"))
    assert (len(imported.feeds), imported.feeds[-1].id) == (8_000, "the-daily-8000")
    some = imported.feeds[::4]
    path = tmp_path / "feeds.yaml"
    path.write_text(as_yaml(some), encoding="utf-8")
    file = read_feeds(path)
    assert (len(file.feeds), file.problems) == (2_000, ())


@pytest.mark.parametrize("depth", [1_500, 50_000])
def test_lists_in_lists_are_read_however_deep(depth: int) -> None:
    inner = "<outline text='A' xmlUrl='https://a.example/rss'/>"
    body = "".join(f"<outline text='g{number}'>" for number in range(depth)) + inner + "</outline>" * depth
    (feed,) = import_opml(f"<opml><body>{body}</body></opml>".encode()).feeds
    assert feed.tags == tuple(f"g{number}" for number in range(8))


def test_a_file_that_is_too_large_is_no_list() -> None:
    with pytest.raises(ConfigError, match="larger than 16 MB"):
        import_opml(b" " * 16_000_001)
