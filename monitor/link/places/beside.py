"""The words of a text, and what stands beside each: what tells about the names among them."""

from __future__ import annotations

from functools import cached_property

from monitor.link.places.words import WORD, fold

_BESIDE = frozenset({" ", "\u00a0", "-", "\u2011"})
_MOSTLY = 0.7
_SHORT_WORD = 3


class TextWords:
    """A text and its words, known by their numbers."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[str] = WORD.findall(text)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where the words lie; worked out for texts that name a place, as many do not."""
        spans = []
        end = 0
        for word in self.words:
            start = self.text.index(word, end)  # faster than matching again: any letter starts a word
            end = start + len(word)
            spans.append((start, end))
        return spans

    @cached_property
    def is_shouted(self) -> bool:
        """Whether nearly all letters are capitals."""
        capitals = sum(map(str.isupper, self.text))
        return capitals > _MOSTLY * (capitals + sum(map(str.islower, self.text))) and len(self.words) > 1

    @cached_property
    def is_titled(self) -> bool:
        """Whether nearly every word has a capital, so that capitals mark no names."""
        return is_titled(self.words) and sum(len(word) > _SHORT_WORD for word in self.words) > _SHORT_WORD

    def folded(self, number: int) -> str:
        """A word as it is compared; "" where there is none."""
        return fold(self.words[number]) if 0 <= number < len(self.words) else ""

    def between(self, number: int) -> str:
        """What stands between a word and the next one."""
        return self.text[self.spans[number][1] : self.spans[number + 1][0]]

    def is_heading(self, first: int, last: int) -> bool:
        """Whether the text begins with some words and a colon: "Суми: двоє загиблих"."""
        return not first and self.text.startswith(":", self.spans[last][1])

    def is_beside(self, number: int) -> bool:
        """Whether nothing but a space or hyphen parts a word from the next one."""
        return 0 <= number < len(self.words) - 1 and self.between(number) in _BESIDE


def is_titled(words: list[str]) -> bool:
    """Whether nearly every word of some length has a capital."""
    capitals = [word[0].isupper() for word in words if len(word) > _SHORT_WORD]
    return sum(capitals) > _MOSTLY * len(capitals)
