"""Whatever feeds and people write: no way out of the text, and no payload that Slack refuses."""

from __future__ import annotations

import re
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.slack.blocks import MOST_CHARACTERS, size
from monitor.deliver.slack.text import MOST_EDITED_TEXT, PLAIN_TEXT, TEXT
from monitor.model import (
    Alert,
    CardMessage,
    ClaimKind,
    Desk,
    DigestMessage,
    DigestReason,
    Field,
    FollowUpMessage,
    Message,
    NoticeMessage,
    Severity,
    StoryFacts,
    UnansweredMessage,
    Unsure,
    VanishedMessage,
)
from tests.support.builders import NOW, hours, match
from tests.support.fakes.workspace import wrong_parts
from tests.support.messages import alert, evidence, story_claim
from tests.support.payloads import edited, elements

MARK = "FEED"
HIDDEN = "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2067\ufeff]"
SNIPPETS = [
    "<!channel>",
    "<@U1>",
    "<https://e.example|x>",
    "&",
    "&lt;",
    ">",
    "*b*",
    "`c`",
    "\u202e",
    '"',
    "\\",
    "\n",
    "é",
]
texts = st.lists(st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=30)), max_size=30).map(
    lambda parts: MARK + " ".join(parts)
)


@st.composite
def alerts(draw: st.DrawFn) -> Alert:
    summary = draw(texts) * draw(st.integers(1, 8))
    cuts = draw(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 30)), max_size=40))
    pieces = tuple(
        evidence(summary[start : start + length], Field.SUMMARY, summary)
        for start, length in cuts
        if start < len(summary)
    )
    rules = [
        match(
            f"rule-{number}",
            rule_title=draw(texts),
            way=draw(texts),
            evidence=pieces,
            sure=draw(st.booleans()),
            unsure=draw(st.sampled_from(Unsure)),
            confidence=draw(st.none() | st.floats(0, 1)),
            reasons=tuple(draw(st.lists(st.tuples(st.sampled_from("+-"), texts).map("".join), max_size=7))),
        )
        for number in range(draw(st.integers(0, 9)))
    ]
    claims = [
        story_claim(kind, draw(texts), draw(texts), draw(st.integers(0, 10**6)), words=draw(texts), quote=draw(texts))
        for kind in draw(st.lists(st.sampled_from(ClaimKind), max_size=4))
    ]
    said = StoryFacts(
        outlets=draw(st.integers(0, 3)),
        origins=1,
        second=draw(texts),
        **{
            name: tuple(claims)
            for name in ("latest", "highest", "places", "weapons", "targets", "accusations", "reactions")
        },
    )
    return alert(
        record=said,
        title=draw(texts) * draw(st.sampled_from([1, 1, 20])),
        summary=summary,
        url=draw(
            st.one_of(texts, texts.map("https://wire.example/".__add__), st.just("https://w.example/" + "a" * 2_900))
        ),
        source=draw(texts),
        language=draw(st.one_of(st.none(), texts)),
        published=draw(
            st.one_of(
                st.none(),
                st.datetimes(max_value=NOW.replace(tzinfo=None)).map(lambda at: at.replace(tzinfo=NOW.tzinfo)),
            )
        ),
        seen_at=NOW - timedelta(minutes=draw(st.integers(0, 100_000))),
        severity=draw(st.sampled_from(Severity)),
        matches=tuple(rules),
    )


desks = st.builds(
    Desk,
    claimed_by=st.sampled_from(["", "U1", "<!channel>"]),
    claimed_at=st.just(NOW),
    judged_by=st.sampled_from(["", "W1", "<@U1>"]),
    judged=texts,
    muted_by=st.sampled_from(["", "U1", "U1|x"]),
    muted=texts,
    muted_until=st.none() | st.just(NOW + hours(24)),
)
cards = st.builds(
    CardMessage,
    alert=alerts(),
    desk=desks,
    updates=st.just(3),
    updated_at=st.none() | st.just(NOW),
    merged_into=st.sampled_from(["", "s9"]),
)
messages: st.SearchStrategy[Message] = st.one_of(
    cards,
    st.builds(FollowUpMessage, alert=alerts(), news=texts, also=texts),
    st.builds(
        DigestMessage,
        why=st.sampled_from(DigestReason),
        alerts=st.lists(alerts(), min_size=1, max_size=3).map(lambda some: tuple(some) * 7),
        desks=desks.map(lambda desk: {"s81": desk}),
    ),
    st.builds(UnansweredMessage, story_id=st.just("s1"), title=texts, silent_for=st.timedeltas(min_value=timedelta(0))),
    st.builds(VanishedMessage, story_id=st.just("s1"), title=texts, source=texts, since=st.just(NOW)),
    st.builds(NoticeMessage, title=texts, text=st.lists(texts, max_size=40).map("\n".join)),
)


def hidden(text: str) -> bool:
    """Whether a text has an invisible character, but for our mark before a line that begins from right to left."""
    return re.search(HIDDEN, re.sub("^\u200e", "", text, flags=re.MULTILINE)) is not None


def no_feed_text_gets_out_of_the_text(message: Message, *, as_plain: bool, version: int) -> None:
    """Every & < > in `text` is one of Slack's three escapes, so that nothing in it is a mention or a link."""
    made = edited(message, version=version, as_plain=as_plain)
    assert not set(made["text"]) & set("<>")
    assert not hidden(made["text"])
    assert not re.search(r"&(?!(amp|lt|gt);)", made["text"])
    shown = made["text"].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert 0 < len(shown) <= (PLAIN_TEXT if as_plain else TEXT)
    # Slack makes links and formats of words unless it is told not to, each method in its own way.
    if version:
        assert len(made["text"]) <= MOST_EDITED_TEXT
        assert made["parse"] == "none"
    else:
        assert made["unfurl_links"] is made["unfurl_media"] is False
        assert made.get("mrkdwn", True) is not as_plain


OUR_TIMES = (
    r"((published|found|posted|no date given|1 update,|\d+ updates, the last) ?"
    r"(<!date\^\d+\^[^^|<>]*\|[-0-9: ]+ UTC>|[-0-9: ]+ UTC)?( · )?)+(, delayed [0-9a-z ]+)?"
)
"""All that stands in an element that Slack interprets: our own words, and times."""


@given(messages, st.booleans(), st.integers(0, 2))
def test_whatever_feeds_write_stays_text_and_within_slacks_limits(
    message: Message, as_plain: bool, version: int
) -> None:
    # To make up a message takes longer than to look at it, so that both are asked of one.
    no_feed_text_gets_out_of_the_text(message, as_plain=as_plain, version=version)
    blocks_keep_to_the_limits_and_feed_text_out_of_markup(message, version=version)


def blocks_keep_to_the_limits_and_feed_text_out_of_markup(message: Message, *, version: int) -> None:
    made = edited(message, version=version)["blocks"]
    assert 0 < len(made) <= 12
    assert size(made) <= MOST_CHARACTERS
    assert not wrong_parts(made)
    for element in elements(made):
        assert element.get("type") not in ("broadcast", "usergroup", "channel")
        if element.get("type") == "mrkdwn":
            assert re.fullmatch(OUR_TIMES, element["text"]), element["text"]
        assert element.get("type") != "user" or element["user_id"] in ("U1", "W1")
        if element.get("type") in ("text", "link", "plain_text"):
            assert not hidden(element["text"])
        if element.get("type") == "link":
            assert re.fullmatch(r"https?://[^\s<>|]{1,2990}", element["url"])
