"""How common words are, in a table without the words."""

from __future__ import annotations

import wordfreq
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.wordshares import WordShares


@given(st.lists(st.tuples(st.text(max_size=3), st.sampled_from([0.1, 0.2, 0.3]))), st.lists(st.text(max_size=3)))
def test_words_have_the_shares_they_were_given_and_of_two_the_larger(
    pairs: list[tuple[str, float]], others: list[str]
) -> None:
    shares, kept = WordShares(pairs, len(pairs)), dict[str, float]()
    for word, share in pairs:
        kept[word] = max(share, kept.get(word, 0.0))
    for word in (*kept, *others):
        assert (word in shares) is (word in kept)
        assert shares.get(word, 0.5) == kept.get(word, 0.5)


def test_a_whole_language_is_found_and_what_it_lacks_is_not() -> None:
    listed = wordfreq.get_frequency_dict("en", "small")
    shares = WordShares(listed.items(), len(listed))
    assert all(shares.get(word) == share for word, share in listed.items())
    assert not [word for word in listed if f"{word}#" in shares]
