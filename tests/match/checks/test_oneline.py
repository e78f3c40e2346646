"""Terms that are several in one line: told with what to write instead; phrases with such signs are left alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match.checks.oneline import several_in_one

# A term as somebody wrote it, the language of its list, and the terms that were meant.
SEVERAL = [
    ("flood, deluge", "en", "flood, deluge"),
    ("flood,deluge", "en", "flood, deluge"),
    ("flash flood, mud slide, deluge", "en", "flash flood, mud slide, deluge"),
    ("flood, deluge, or high water", "en", "flood, deluge, high water"),
    ("=flood, =floods", "en", "=flood, =floods"),
    ("flood*, delug*", "en", "flood*, delug*"),
    ("BM-21, BM-30", "en", "BM-21, BM-30"),
    ("Grad, Smerch", "en", "Grad, Smerch"),
    ("flood; deluge", "en", "flood, deluge"),
    ("[flood, deluge]", "en", "flood, deluge"),
    ("flood / deluge", "en", "flood, deluge"),
    ("flood | deluge", "en", "flood, deluge"),
    ("flood or deluge", "en", "flood, deluge"),
    ("flood and/or deluge", "en", "flood, deluge"),
    ("river/sea flood", "en", "river flood, sea flood"),
    ("inondation ou crue", "fr", "inondation, crue"),
    ("inundación o riada", "es", "inundación, riada"),
    ("riada u oleaje", "es", "riada, oleaje"),
    ("паводок или потоп", "ru", "паводок, потоп"),
    ("паводок, потоп", "ru", "паводок, потоп"),
    ("повінь або потоп", "uk", "повінь, потоп"),
    ("повінь чи потоп", "uk", "повінь, потоп"),
    ("فيضان، سيول", "ar", "فيضان, سيول"),
    ("فيضان أو سيول", "ar", "فيضان, سيول"),
    ("فيضان؛ سيول", "ar", "فيضان, سيول"),
    ("洪水、大雨", "any_language", "洪水, 大雨"),
    ("flood ou crue", "any_language", "flood, crue"),
]

ONE = [
    ("high water", "en"),
    ("search and rescue", "en"),
    ("1,000 dead", "en"),
    ("dead or alive", "en"),
    ("Women, Peace and Security", "en"),
    ("Alcohol, Tobacco, Firearms and Explosives", "en"),
    ("HIV/AIDS", "en"),
    ("24/7", "en"),
    ("km/h", "en"),
    ("cluster .. bomb", "en"),
    ("or", "en"),
    ("Or noir", "fr"),
    ("là où", "fr"),
    ("tôt ou tard", "fr"),
    ("más o menos", "es"),
    ("рано или поздно", "ru"),
    ("убитые и раненые", "ru"),
    ("قتلى وجرحى", "ar"),
    ("o", "es"),
    ("Médecins sans frontières", "fr"),
    ("flood OR deluge", "en"),  # told by termlint, as an operator
]


@pytest.mark.parametrize(("written", "language", "meant"), SEVERAL)
def test_several_terms_in_one_are_told_with_what_to_write(written: str, language: str, meant: str) -> None:
    told = several_in_one(written, language)
    assert told is not None
    assert told.startswith(f'"{written}" is looked for as one phrase')
    assert f": [{meant}]" in told


@pytest.mark.parametrize(("written", "language"), ONE)
def test_one_phrase_is_left_alone(written: str, language: str) -> None:
    assert several_in_one(written, language) is None


def test_a_phrase_is_left_alone_as_soon_as_it_is_written_as_the_message_says() -> None:
    assert "if it is one phrase, leave out the comma" in (several_in_one("Rafah, Gaza", "en") or "")
    assert several_in_one("Rafah Gaza", "en") is None


@given(st.lists(st.from_regex(r"[a-z]{3,8}", fullmatch=True).filter(lambda word: word != "or"), min_size=2, max_size=4))
def test_what_is_to_be_written_instead_is_never_told_again(words: list[str]) -> None:
    told = several_in_one(", ".join(words), "en") or ""
    meant = re.findall(r"own: \[(.*)\]", told)[0].split(", ")
    assert meant == words
    assert [several_in_one(word, "en") for word in meant] == [None] * len(words)
