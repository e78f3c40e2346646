"""The lists of words say what wordfreq says, without the package being imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import wordfreq

from monitor import wordlists
from monitor.model.languages import LANGUAGES
from tests.support.rules import FLOODS_RULE


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_word_has_the_share_that_wordfreq_gives_it(language: str) -> None:
    expected = wordfreq.get_frequency_dict(language, "small")
    shares = wordlists.shares(language)

    assert len(expected) > 25_000
    assert {word: shares.get(word) for word in expected} == expected
    assert list(wordlists.listed(language).items()) == list(expected.items())
    unlisted = [f"{word}\N{ZERO WIDTH SPACE}" for word in expected]
    assert not [word for word in unlisted if word in shares]


def test_a_rare_word_is_found_in_a_list_as_it_is_packed() -> None:
    expected = wordfreq.get_frequency_dict("uk", "large")
    packed = wordlists.PackedWords("uk")
    words = ("війна", "контррозвідувального", "нвн")
    assert [packed.share(word) for word in words] == [expected.get(word, 0.0) for word in words]
    assert packed.share("війнн") == 0


def test_of_words_that_are_made_alike_the_commonest_counts() -> None:
    expected = wordfreq.get_frequency_dict("fr", "small")
    shares = wordlists.folded_shares("fr", lambda words: [word.replace("é", "e") for word in words])
    assert shares.get("ete") == max(expected["été"], expected.get("ete", 0.0), expected.get("eté", 0.0))
    assert "été" not in shares
    assert shares.get("été", 0.5) == 0.5


def test_a_list_that_is_not_there_is_named() -> None:
    with pytest.raises(LookupError, match="words of xx"):
        wordlists.places_of("xx")


def test_neither_rules_nor_stories_nor_cards_need_the_package_itself(tmp_path: Path) -> None:
    floods = "{en: [flood], fr: [inondation], es: [inundación], ar: [فيضان], ru: [наводнение], uk: [повінь]}"
    rule = tmp_path / "floods.yaml"
    rule.write_text(FLOODS_RULE.replace("{en: [flood]}", floods), encoding="utf-8")
    code = """
import sys
from pathlib import Path
from monitor.config.configuration import read_engine
from monitor.link import reading
from monitor.wording import doubt
read_engine(Path(sys.argv[1]))
reading.load()
doubt.load()
doubt.is_function_word("l'on")
print([name for name in ("wordfreq", "langcodes", "regex") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code, str(rule)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
