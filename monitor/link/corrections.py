"""Whether a headline takes a report back, or corrects it: "Agency withdraws report", "toll revised down to 12"."""

from __future__ import annotations

import re
from functools import partial

from monitor.link.phrases import MARKS, Folded, folded, table
from monitor.link.tolls.spelled import is_number_word
from monitor.link.tolls.tokens import NUMBER, may_tell, tokens_of
from monitor.link.tolls.tolls import report_tolls
from monitor.model import WITHDRAWN

_words = partial(table, "corrections")

# What agencies set before a headline, up to a mark.
_CORRECTION = re.compile(
    r"""^\W*(?:(?:update|mandatory|urgent)\s+(?:\d+\s*)?[:\-–—]?\s*)?
        (?:correction|corrected|corrects|corr|rectificatif|rectification|corrig[ée]e?|correcci[oó]n|rectificaci[oó]n
        |correg[ií]do|corrige|исправлен\w*|поправка|уточнени\w*|виправлен\w*|уточнення|تصحيح)\s*[:\-–—|)\]]
      |[(\[]\s*(?:correct(?:ed|s|ion)|corrig[ée]e?|corregido|исправлено|виправлено)\b[^)\]]*[)\]]\s*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WITHDRAWN = re.compile(
    r"""^\W*(?:(?:mandatory|bulletin|advisory|urgent|story|(?:attention|attn|advisory)?\W*editors)\W+)*
        (?:retraction|retracted|retracts|withdrawn|withdraws|withdrawal|(?:story\s+)?kill|story\s+killed
        |(?:d[ée]p[êe]che\s+)?annul[ée]e?|annulation|r[ée]tractation|retrait
        |anulaci[oó]n|anulad[ao]|retractaci[oó]n|retirad[ao]
        |аннулирован\w*|отозван\w*|опровержение|анульован\w*|відкликан\w*|спростування
        |سحب(?:\s+(?:خبر|الخبر))?|إلغاء(?:\s+(?:خبر|الخبر))?)\s*[:\-–—|)\]]
    """,
    re.IGNORECASE | re.VERBOSE,
)


_BETWEEN, _BEHIND = 4, 14
"""The most words between a verb and what was published: of what an outlet does, and of what is done to a report."""


def what_it_corrects(title: str) -> str | None:
    """What a headline corrects: `WITHDRAWN` when it takes a report back, itself when it corrects one, None for neither.

    It takes a report back by a tag ("MANDATORY KILL:"), or by saying that something published is taken back. It
    corrects by a tag, or with a toll of which it says that it is lower than was said. Takes time linear in its length.
    """
    said = folded(title)
    if _WITHDRAWN.search(title) or _takes_back(said):
        return WITHDRAWN
    return title if _CORRECTION.search(title) or _lowers_a_toll(title, said) else None


def accident_in(title: str) -> str:
    """The words by which a headline tells an accident, as written: "fire", "gas explosion"; "" when it tells none."""
    said = folded(title)
    hit = _words("accident").first(said)
    start, end = said.span(hit.start, hit.end) if hit else (0, 0)
    return title[start:end]


def _takes_back(said: Folded) -> bool:
    """Whether a headline says that something published is taken back, with no mark between the two."""
    if _words("killed").any(said):
        return True
    nouns = list(_words("published").find(said))
    pairs = (
        *((verb, noun, _BETWEEN) for verb in _words("taking_back").find(said) for noun in nouns),
        *((noun, verb, _BEHIND) for verb in _words("taken_back").find(said) for noun in nouns),
    )
    return any(
        one.end <= other.start
        and said.words(one.end, other.start) <= most
        and MARKS.isdisjoint(said.text[one.end : other.start].split())
        for one, other, most in pairs
    )


def _lowers_a_toll(title: str, said: Folded) -> bool:
    """Whether a headline says that a toll is lower than was said: "revised down to 12", "12, not 20"."""
    if _words("lowered").any(said):
        return bool(report_tolls(title, ""))
    ends = {said.span(hit.start, hit.end)[1] for hit in _words("instead").find(said)}
    tokens = tokens_of(title) if ends and may_tell(title) else []
    numbers = (one.start for at, one in enumerate(tokens) if one.mark == NUMBER or is_number_word(tokens, at))
    return any(not title[end:start].strip() for start in numbers for end in ends if end <= start)
