"""What is fuzzed: functions that take bytes and return nothing, and raise where something would go wrong.

Each states what must hold whatever the bytes. `tests/collect/test_fuzzed.py` runs every one on what was found before.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from monitor.collect.discover import MOST_NAMED, feeds_named
from monitor.collect.feeds import read_feeds
from monitor.collect.items import item_of
from monitor.collect.opml import import_opml
from monitor.collect.parsing.newest import MAX_ENTRIES
from monitor.decide.routefile import read_routes
from monitor.deliver.slack.blocks import MOST_CHARACTERS, size
from monitor.deliver.slack.payload import payload
from monitor.errors import ConfigError, SettingsError
from monitor.files.snapshot import Files
from monitor.match.checks.lint import lint
from monitor.match.engine import compile_rules
from monitor.match.itemtexts import ItemTexts
from monitor.match.rulefile import read_rules
from monitor.model import (
    CardMessage,
    DigestMessage,
    DigestReason,
    Failed,
    FailureClass,
    Feed,
    FollowUpMessage,
    NoticeMessage,
)
from monitor.settings import Settings, load
from tests.support import publishers
from tests.support.builders import match
from tests.support.documents import parse_document
from tests.support.messages import alert

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ADDRESS = "https://wire.example/news/feed.xml"
FEED = Feed(id="wire", name="The Wire", url=ADDRESS, family="wire")
CONTENT_TYPES = (None, "application/rss+xml", "text/xml; charset=windows-1251", "application/json; charset=utf-16")


RULE_WITH_WORDS = b"""format: 1
id: floods
title: Floods
status: live
severity: high
words:
  water: {en: [flood, "heavy rain"], ru: [%s], from: [list]}
  people: {any_language: ["NATO!", kill*]}
never: [water]
find:
  - {name: both, all: [water, people], within: 8, severity: critical, says: "water and people"}
  - {name: any, any: [water, people], same_sentence: true}
examples: {match: [{text: "Floods: eight killed", why: x}], no_match: [nothing]}
""" % "наводнение".encode()
WORD_FILE = b"format: 1\nwords:\n  en: [deluge, 'flash flood']\n  ar: [%s]\n" % "فيضان".encode()
_TELLING = 6
"""Characters from which a value is none that a message has for another reason."""


def feed(data: bytes) -> None:
    """A feed's document becomes entries, and those items; its first byte says what the server calls it."""
    content_type = CONTENT_TYPES[data[0] % len(CONTENT_TYPES)] if data else None
    parsed = parse_document(data[1:], content_type=content_type, address=ADDRESS)
    if isinstance(parsed, Failed):
        assert parsed.failure is FailureClass.NOT_A_FEED, parsed.reason
        return
    assert len(parsed.entries) <= MAX_ENTRIES
    for entry in parsed.entries:
        item = item_of(entry, FEED, feed_language=parsed.language, base_url=ADDRESS, seen_at=NOW)
        assert item.title
        assert not item.url or item.url.startswith(("http://", "https://")), item.url
        assert item.published is None or item.published <= NOW
        for text in (item.title, item.summary, item.body, item.guid, item.url):
            text.encode("utf-8")
            assert text.isprintable() or "\0" not in text


def opml(data: bytes) -> None:
    """A list of feeds is taken or refused in words."""
    try:
        imported = import_opml(data)
    except ConfigError:
        return
    assert len({one.id for one in imported.feeds}) == len(imported.feeds) > 0


def page(data: bytes) -> None:
    """A web page names feeds, or none."""
    named = feeds_named(data.decode("utf-8", "replace"), ADDRESS)
    found = (*named.declared, *named.linked)
    assert len(found) <= 2 * MOST_NAMED
    assert len(set(found)) == len(found)
    assert all(one.startswith(("http://", "https://")) and one.isascii() and one.isprintable() for one in found)


def rules(data: bytes) -> None:
    """A rule, a word file, feeds or routes are read, and matched by, or refused in words with a place."""
    kind, content = (data[0] % 4 if data else 0), data[1:]
    rule, words = (content, WORD_FILE) if kind == 0 else (RULE_WITH_WORDS, content)
    folder = Path("fuzzed")
    given = {folder / "rule.yaml": rule, folder / "words" / "list.yaml": words}
    files = Files(given, _listed={(folder, "*.yaml"): (folder / "rule.yaml",)})
    if kind == 2:
        problems = read_feeds(Path("feeds.yaml"), Files({Path("feeds.yaml"): content})).problems
    elif kind == 3:
        problems = read_routes(Path("routes.yaml"), Files({Path("routes.yaml"): content})).problems
    else:
        read = read_rules(folder / "rule.yaml", files=files)
        problems = read.problems
        engine = compile_rules(read.rules, read.opinions)
        engine.match(ItemTexts("Floods in the valley: eight killed", "Water everywhere", language="en"))
        problems = (*problems, *lint(read.rules, engine))
    for problem in problems:
        assert problem.line >= 1 <= problem.column, problem
        assert problem.message.strip(), problem
        assert all(line.isprintable() for line in str(problem).splitlines()), problem


def cards(data: bytes) -> None:
    """What Slack gets is within its limits, and no text in it is a mention, a link or a format."""
    texts = data.decode("utf-8", "replace").split("\0")
    title, summary, url, source, news, also = (*texts, *[""] * 6)[:6]
    made = alert(title=title, summary=summary, url=url, source=source, matches=(match(),))
    found = (
        CardMessage(alert=made),
        FollowUpMessage(alert=made, news=news, also=also),
        DigestMessage(why=DigestReason.BUSY, alerts=(made, replace(made, story_id="s2"))),
        NoticeMessage(title=title or "-", text=summary or "-"),
    )
    message = found[len(data) % len(found)]
    for plain in (False, True):
        body = payload(message, delivery_id="d1", now=NOW, plain=plain, buttons=True)
        json.dumps(body, ensure_ascii=False).encode("utf-8")
        assert body["text"]
        assert not set(body["text"]) & set("<>"), body["text"]
        assert size(body.get("blocks", ())) <= MOST_CHARACTERS
        assert len(body.get("blocks", ())) <= 50


def settings(data: bytes) -> None:
    """A setting is taken, or refused in words that show no secret."""
    names = list(Settings.model_fields)
    name, value = names[data[0] % len(names)] if data else names[0], data[1:].decode("utf-8", "replace")
    said = ""
    try:
        said = repr(load({name: value}))
    except SettingsError as error:
        said = str(error)
    assert said.strip()
    secret = len(value) > _TELLING and any(word in name for word in ("token", "secret"))
    assert not (secret and value in said), said


TARGETS: dict[str, Callable[[bytes], None]] = {
    "feed": feed,
    "opml": opml,
    "page": page,
    "rules": rules,
    "cards": cards,
    "settings": settings,
}


def seeds(target: str) -> Iterator[bytes]:
    """Where fuzzing begins: what is right, and for feeds documents with every fault that we know of."""
    match target:
        case "feed":
            for name in publishers.FAULTS:
                yield from (b"\0" + document.body for document in publishers.documents(name))
        case "opml":
            yield b"<opml><body><outline text='World'/><outline text='A' xmlUrl='https://a.example/rss' language='en'/>"
            yield base64.b64decode("/v8APABvAHAAbQBsAC8APg==")
        case "page":
            yield b"<base href=/en/><link rel=alternate type=application/rss+xml href=feed><a href=/rss.xml>RSS</a>"
        case "rules":
            yield b"\0" + RULE_WITH_WORDS
            yield b"\1" + WORD_FILE
            yield b"\2feeds:\n  - {id: wire, name: Wire, url: 'https://wire.example/rss', interval: 5m, tags: [a]}\n"
            yield (
                b"\3ops: ops\nroutes:\n"
                b"  - {name: desk, channel: C0123456789, quiet_hours: {from: '22:00', to: '06:00'}}\n"
                b"  - {name: ops, channel: C0987654321}\n"
            )
        case "cards":
            yield b"\0".join((b"<!channel> 14 killed", b"*a* _b_ `c` &amp;", b"https://a.example/|x", b"The Wire"))
            yield "\u202eabc\u202c\0\u0301\u200f مقتل 14\0https://x\0W\0toll 8 → 20\0also".encode()
        case "settings":
            for number, field in enumerate(Settings.model_fields.values()):
                yield bytes([number]) + str(field.default).encode()


# Words that guide it into what only few documents have.
WORDS = tuple(
    word.replace("_", " ")
    for word in """
    <rss> <channel> <item> <entry> <feed <rdf:RDF <title> <description> <content:encoded> <![CDATA[ ]]> <pubDate>
    <dc:date> <guid_isPermaLink="false"> <link_href=" <media:content xml:base=" <!DOCTYPE <!ENTITY &nbsp;
    &amp;lt; &#x encoding="
    utf-16 windows-1251 {"items":[{ "content_html":" "date_published":" <figure> <figcaption> <table> <td>
    <b_id= <blockquote>
    <ul><li> <a_href=" 2026-03-04T12:00:00Z PM_EST <outline_xmlUrl=" <opml> <body> <base_href=" rel="alternate"
    type="application/rss+xml"
    """.split()
)
