"""Feed text is hostile: what is shown of it cannot hide, forge, break out or run over."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Field
from monitor.wording.excerpt import EXCERPT, Run, excerpt
from monitor.wording.safe import isolated, left_to_right, safe, shortened, web_address
from tests.support.builders import match
from tests.support.messages import SUMMARY, alert, evidence

FLAG = "\U0001f1fa\U0001f1e6"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  14 killed\n\tin  Idlib ", "14 killed in Idlib"),
        ("re\u200bute\u200drs\ufeff", "reuters"),
        ("\u202egnp.exe\u202c and \u2066more\u2069", "gnp.exe and more"),
        ("a\x00b\x1b[31mred\x07", "a b [31mred"),
        ("half a pair \ud83d stays out", "half a pair stays out"),
        ("Z" + "\u0335\u0321\u0322" * 30, "Z" + "\u0335\u0321\u0322" * 2),
        ("هجوم بالقنابل العنقودية", "هجوم بالقنابل العنقودية"),
        ("Касетні боєприпаси вбили 14 людей", "Касетні боєприпаси вбили 14 людей"),
        ("", ""),
    ],
    ids=["spaces", "zero width", "bidi", "controls", "surrogate", "piled marks", "Arabic", "Ukrainian", "nothing"],
)
def test_safe_text_shows_what_it_says_on_one_line(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(st.text(max_size=60))
def test_safe_text_is_safe_whatever_it_was(text: str) -> None:
    """And making it safe twice changes nothing more."""
    shown = safe(text)
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert safe(shown) == shown


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("short enough", 12, "short enough"),
        ("killed in the market", 15, "killed in the…"),
        ("killed, wounded", 9, "killed…"),
        ("x" * 50, 10, "xxxxxxxxx…"),
        ("e\u0301" * 30, 10, "e\u0301" * 4 + "…"),
        (FLAG * 20, 10, FLAG * 4 + "…"),
        ("\u0628\u064e\u0651" * 20, 9, "\u0628\u064e\u0651" * 2 + "…"),
    ],
    ids=["fits", "between words", "no comma before the dots", "one long word", "accents", "flags", "Arabic vowels"],
)
def test_text_is_cut_between_words_or_at_least_between_letters(text: str, limit: int, shown: str) -> None:
    assert shortened(text, limit) == shown


@given(st.text(max_size=200), st.integers(min_value=2, max_value=80))
def test_cut_text_keeps_to_its_limit_and_is_the_beginning(text: str, limit: int) -> None:
    shown = shortened(text, limit)
    assert len(shown) <= limit
    assert text.startswith(shown.removesuffix("…")) or shown == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("هجوم في حلب", "\u2068هجوم في حلب\u2069"),
        ("14 قتيلا", "\u206814 قتيلا\u2069"),
        ("BBC عربي", "BBC عربي"),
        ("14", "14"),
    ],
    ids=["Arabic", "a number, then Arabic", "Latin first", "no direction"],
)
def test_right_to_left_text_stands_between_isolates(text: str, shown: str) -> None:
    assert isolated(text) == shown


def test_a_line_in_english_stays_one_where_it_begins_with_a_name_from_right_to_left() -> None:
    assert left_to_right("القلم (qalam) works again") == "\u200eالقلم (qalam) works again"
    assert left_to_right("2 feeds: القلم") == "2 feeds: القلم"


@pytest.mark.parametrize("blank", ["\u3164", "\u115f\u1160", "\u2800", "\uffa0", "\u2003", "\U000e0041"])
def test_what_looks_like_nothing_is_nothing(blank: str) -> None:
    assert safe(blank * 3) == ""
    assert safe(f"Nine{blank}{blank} killed") == "Nine killed"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://wire.example/a?b=1&c=2#d", "https://wire.example/a?b=1&c=2#d"),
        (" https://wire.example/a|b <c> ", "https://wire.example/a%7Cb%20%3Cc%3E"),
        ("https://wire.example/новини?q=й", "https://wire.example/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8?q=%D0%B9"),
        ("https://новини.example/a", "https://новини.example/a"),
        ("https://wire.example/\u202egpj.exe", "https://wire.example/%E2%80%AEgpj.exe"),
        ("https://wire.example//news//a", "https://wire.example//news//a"),
        ("https://wire.example/" + "a" * 3_000, None),
        ("https://wire.example/" + "й" * 600, None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//wire.example/a", None),
        ("https:///a", None),
        ("https://[half", None),
        ("https://wi\u202ere.example/", None),
        ("https://wire.example|evil/", None),
        ("https://known.example@wire.example/a", "https://wire.example/a"),
        ("https://name:word@wire.example:8443/a", "https://wire.example:8443/a"),
        ("https://wire.example:99999/a", None),
        ("slack://open", None),
        ("", None),
    ],
)
def test_only_web_addresses_that_stay_in_their_link_become_links(url: str, address: str | None) -> None:
    assert web_address(url) == address


@given(st.one_of(st.text(max_size=80), st.text(max_size=80).map("https://wire.example/".__add__)))
def test_an_address_is_plain_ascii_after_its_host_and_made_once(url: str) -> None:
    address = web_address(url)
    if address is not None:
        rest = address.partition("://")[2].partition(urlsplit(address).netloc)[2]
        assert rest.isascii()
        assert not set(address) & set(' |<>"')
        assert web_address(address) == address


def runs(text: str, *words: str) -> list[Run]:
    """The excerpt of a summary in which these words matched."""
    pieces = tuple(evidence(word, Field.SUMMARY, text) for word in words)
    return excerpt(alert(summary=text, matches=(match(evidence=pieces),)))


def test_the_excerpt_begins_at_the_sentence_of_the_matched_words_and_marks_them() -> None:
    assert runs(SUMMARY, "killed", "market") == [
        Run("…"),
        Run("At least 14 people were "),
        Run("killed", matched=True),
        Run(" when a cluster munition hit a crowded "),
        Run("market", matched=True),
        Run(" and a school in Idlib. The ministry had no immediate comment."),
    ]


def test_the_excerpt_is_where_most_words_matched() -> None:
    text = f"A strike was reported. {'Other news filled the day. ' * 20}Bombs hit a school, killing nine."
    shown = runs(text, "strike", "Bombs", "school", "killing")
    assert [run.text for run in shown if run.matched] == ["Bombs", "school", "killing"]


def test_without_matched_words_the_excerpt_is_the_beginning() -> None:
    text = "Nothing of note was said about it. " * 20
    (run, dots) = excerpt(alert(summary=text, matches=()))
    assert text.startswith(run.text)
    assert EXCERPT - 40 < len(run.text) <= EXCERPT
    assert dots == Run("…")


def test_a_sentence_without_end_is_entered_shortly_before_the_matched_word() -> None:
    shown = runs("word " * 300 + "bombs fell", "bombs")
    assert shown[0] == Run("…")
    assert [run.text for run in shown if run.matched] == ["bombs"]
    assert sum(len(run.text) for run in shown) < 120


def test_overlapping_words_are_marked_once_and_evidence_that_does_not_fit_is_ignored() -> None:
    overlapping = runs("cluster munition strike", "cluster munition", "munition strike")
    assert overlapping == [Run("cluster munition strike", matched=True)]
    elsewhere = evidence("killed", Field.SUMMARY, "nobody was killed there, or was anybody killed")
    assert excerpt(alert(summary="short", matches=(match(evidence=(elsewhere,)),))) == [Run("short")]


def test_there_is_no_excerpt_of_nothing() -> None:
    assert excerpt(alert(summary="", matches=())) == []


def test_a_headline_that_the_summary_begins_with_is_not_quoted_below_itself() -> None:
    repeating = alert(title="Market hit", summary="MARKET HIT - Six were killed.", matches=())
    assert excerpt(repeating) == [Run("Six were killed.")]
    for summary in ("Market hits record", "Six were killed."):
        assert excerpt(alert(title="Market hit", summary=summary, matches=())) == [Run(summary)]
    for summary in ("Market hit", "Market hit."):
        assert excerpt(alert(title="Market hit", summary=summary, matches=())) == []
    otherwise = alert(
        title='He warned of a "swift" strike - today', summary="He warned of a “swift” strike – today.", matches=()
    )
    assert excerpt(otherwise) == []


@pytest.mark.parametrize(
    "headline", ["The final number of dead at the scho...", "the final number of dead at the scho…"]
)
def test_the_excerpt_of_a_post_goes_on_with_the_word_at_which_its_headline_was_cut_off(headline: str) -> None:
    post = "The final number of dead at the school is 108, a spokesperson said."
    goes_on = [Run("…"), Run("school is 108, a spokesperson said.")]
    assert excerpt(alert(title=headline, summary=post, matches=())) == goes_on
    assert excerpt(alert(title="Another number of ...", summary=post, matches=())) == [Run(post)]


@given(st.text(max_size=900), st.data())
def test_an_excerpt_of_anything_is_safe_and_bounded(summary: str, data: st.DataObject) -> None:
    spans = data.draw(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), max_size=30))
    pieces = tuple(
        evidence(summary[first:last], Field.SUMMARY, summary) for first, last in spans if summary[first:last]
    )
    shown = "".join(run.text for run in excerpt(alert(summary=summary, matches=(match(evidence=pieces),))))
    assert len(shown) <= EXCERPT + 2 * len("…")
    assert "\n" not in shown
