"""Words that say nothing about a topic are known without loading all words of six languages."""

from __future__ import annotations

import pytest
import wordfreq

from monitor.model.languages import LANGUAGES
from monitor.wording.doubt import is_function_word, reasons_words, signed_words
from tests.support.builders import match


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_is_a_function_word_where_wordfreq_has_it_often_enough(language: str) -> None:
    # The small lists have all words of this frequency with the same figures as the large ones.
    lists = wordfreq.get_frequency_list(language, "small")
    words = [word for words in lists[290:330] for word in words]
    if language == "fr":  # as people write it: "l’on", not "l’sont"
        words += [f"{one}'{word}" for one in ("l", "d", "qu", "n") for word in words if word[0] in "aeiou"]
    words += [f"{word} 5" for word in words[:20]]

    wrong = {word for word in words if is_function_word(word) is not _by_wordfreq(word)}

    assert len(words) > 100
    assert not wrong


def _by_wordfreq(word: str) -> bool:
    return len(word) < 3 or any(wordfreq.zipf_frequency(word, one, "small") >= 5.9 for one in LANGUAGES)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("and", True),
        ("The", True),
        ("за", True),
        ("в", True),
        ("في", True),
        ("of", True),
        ("NATO", False),
        ("bombs", False),
        ("обстрел", False),
        ("غارة", False),
        ("2026", False),
        ("l'hôpital", False),
        ("l’on", True),
        ("don't", True),
        ("don’t", True),
        ("", True),
    ],
)
def test_a_word_that_only_holds_a_sentence_together(word: str, expected: bool) -> None:
    assert is_function_word(word) is expected


def test_a_reason_is_named_once_without_the_words_that_only_hold_it_together() -> None:
    doubted = match(sure=False, reasons=("+Bombing", "+Bombing of", "-in the film", "+film", "+White House", "+house"))
    assert signed_words([doubted], "+") == "“Bombing”, “White House”", "what speaks against is not named as for it"
    assert signed_words([doubted], "-") == "“film”"
    assert reasons_words([doubted], limit=40) == "against: “film” · for it: “Bombing”", "as many as fit"
