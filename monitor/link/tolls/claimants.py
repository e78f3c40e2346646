"""Who says what a sentence tells, as the sentence names them."""

from __future__ import annotations

import re
from functools import partial

from monitor.link.phrases import folded, table
from monitor.link.places.words import WORD, fold, share_of
from monitor.link.tolls.cumulative import MONTHS
from monitor.link.tolls.spelled import is_number_word
from monitor.link.tolls.tokens import may_tell, tokens_of

_words = partial(table, "reactions")

LONGEST = 80
"""The most characters of a claimant."""

_NAME = rf"(?:[^,.;:!?\n،؛()«»“”\"]|\.(?=\w)){{2,{LONGEST}}}"
_BEFORE_NAME = "according to, selon, d'après, d’après, según, de acuerdo con"
# In Russian and Ukrainian the words before a name decide its case, so they are given with it.
_WITH_NAME = "по словам, по данным, по информации, за словами, за даними, за інформацією"
_SAID_THEN_NAME = "a annoncé, a indiqué, ont annoncé, a déclaré, a affirmé, informó, indicó, dijo, anunció, informaron"
_SAID_SLAVIC = """
    сообщил, сообщила, сообщили, сообщает, сообщают, заявил, заявила, заявили, рассказал, рассказала, повідомив,
    повідомила, повідомили, повідомляє, заявив, розповів"""
_SAID_ARABIC = "قال, قالت, أعلن, أعلنت, أفاد, أفادت, ذكر, ذكرت, بحسب, حسب, وفق"
_SAID = """
    say, says, said, reported, reports, announced, told, have said, has said, find that, finds that, found that"""
_ARTICLES = r"(?:(?:les?|la|el|los|las|une?) |l['’])"
_NOBODY = frozenset("he she it they we i who which il elle ils on он она они він вона вони".split())


def _any(*lists: str) -> str:
    """A regular expression for one of some words, which commas part."""
    words = (" ".join(word.split()) for word in ",".join(lists).split(","))
    return "(?:" + "|".join(map(re.escape, words)) + ")"


_SENTENCE_START = r"(?:^|[,.:;!?\n–—-]\s+|[\"“”»]\s*)"
_SHORTEST_NAME = rf"[^\W\d_](?:[^,.;:!?\n\"“”]|\.(?=\w)){{1,{LONGEST}}}?"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_any(_BEFORE_NAME)}\s+(?:an? )?({_NAME})",
        rf"\b({_any(_WITH_NAME)}\s+{_NAME})",
        rf"\bوفقا ?ل({_NAME})",
        rf"\b[وف]?{_any(_SAID_ARABIC)}\s+({_NAME})",
        rf"\b{_any(_SAID_SLAVIC)}\s+(?:(?:в|у|об этом|про це)\s+)?({_NAME})",
        rf"\b{_any(_SAID_THEN_NAME)}\s+({_ARTICLES}{_NAME})",
        rf"{_SENTENCE_START}({_SHORTEST_NAME})\s+{_any(_SAID, _SAID_SLAVIC, _SAID_THEN_NAME)}\b",
    )
)
_STOP = re.compile(
    r"\s+(?:that|on|in a|after|and|while|que|qu'|ce|después|что|що|со ссылкой|أن|إن|ان|بأن|هذا|في بيان|at least"
    r"|the (?:number|death)|\d)\b.*",
    re.IGNORECASE | re.DOTALL,
)
# Behind these another clause begins, with whom it is of: "came days after Iranian media reported".
_CONJUNCTION = re.compile(
    r"\s(?:after|while|as|when|because|before|alors que|después de que|после того как|після того як)\s", re.IGNORECASE
)
# What a name does not begin with: such a sentence tells where or when, not who.
_PLACE = re.compile(r"(?:in|on|at|by|в|во|на|у|о|об|про|ранее|en|dans|à|في|على)\s", re.IGNORECASE)


_PREFIX = re.compile(r"([^\W\d_][^:\d]{2,40}):\s")
_SURNAME = ("енко", "чук", "ський", "цький", "ский", "цкий", "ов", "ев", "єв", "ко")
_AUTHORITY = re.compile(
    r"(?:spokes(?:man|woman|person)|sources?|agency|witness(?:es)?|medic|doctor|rescuer|officer"
    r"|health ministry|ministry|mayor|governor|police|prosecutors?|officials?|medics|rescuers|president|minister"
    r"|maire|préfet|gouverneur|parquet|ministère|alcalde|gobernador|fiscalía|ministerio"
    r"|мэр|губернатор|глава|прокуратура|минздрав|мчс|мвд|мер|голова|ова|дснс|моз|мвс"
    r"|وزارة|وزير|محافظ|رئيس|الدفاع المدني|الهلال الأحمر|مستشفى|مسعفون|مصادر)\b",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(r"(?:an?|une?|una|his|her|their|son|sa|leur|su|один|одна)\s", re.IGNORECASE)
# What a name does not go on with: a clause about it, or where and when it spoke.
_CLAUSE = re.compile(
    r"\s+(?:who|whom|which|whose|qui|dont|lors|dans|sur|via|jeudi|vendredi|samedi|dimanche|lundi|mardi|mercredi"
    r"|quien|en su|который|которая|которые|в Telegram|у Telegram|який|яка|які|الذي|التي|الذين|عبر|خلال)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_TITLED = re.compile(
    r"""^(?:the|le|la|l['’]|el)?\s*(?:(?:vice|prime|premier|première|primer|primera|foreign|defen[cs]e|interior|deputy|regional
        |ukrainian|russian|israeli|iranian|ukrainien|russe|israélien|iranien)\s+)*
      (?:president|minister|governor|mayor|spokes(?:man|woman|person)|commander|general|secretary|président|présidente|ministre
        |gouverneur|maire|porte-parole|général|presidente|presidenta|ministro|ministra|gobernador|alcalde|alcaldesa|portavoz)
      (?:\s+(?:ukrainien|russe|israélien|iranien|ucraniano|ruso))?\s+(?P<name>\S+(?:\s+\S+)+)$""",
    re.IGNORECASE | re.VERBOSE,
)


# Of what is done to somebody, nobody is named who does it: "two more were reported killed".
_PASSIVE = re.compile(r"\b(?:is|are|was|were|been|being)$", re.IGNORECASE)
# What stands before a name and is none of it: "date of publication 18 July 2016", "Sunday 12 May", ما نقلت.
_FIRST = re.compile(
    rf"^(?:.*(?:\b\d{{1,2}}\s+{MONTHS}\b|\b{MONTHS}\.?\s+\d{{1,2}}\b),?\s+(?:\d{{4}}\s+)?"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+(?:\d{1,2}\s+)?|(?:لما|ما)\s+\w+\s+)",
    re.IGNORECASE,
)


# Behind a verb of saying: what is said follows, and did not stand before.
_OWN_WORDS = re.compile(
    r",?\s+(?:that|it|he|she|they|there|this|these|aquello|que|qu['’]\w+|eso|esto|что|що)\b", re.IGNORECASE
)


def _trimmed(name: str) -> str:
    """A name without the clauses behind it, and without the title of one who is named in full."""
    name = _CLAUSE.sub("", name).strip(" '’-–—\u00a0")
    titled = _TITLED.match(name)
    in_full = titled and all(word[:1].isupper() for word in titled["name"].split())
    return titled["name"] if titled and in_full else name


def speaker_in(sentence: str) -> tuple[str, int]:
    """Who says what a sentence tells, at most 80 characters ("" when it does not say), and from which character on.

    Before that, another clause tells what the speaker only answers: "After a raid killed three, London said it was
    appalled".
    """
    for pattern in _PATTERNS:
        if found := pattern.search(sentence):
            said = _CONJUNCTION.split(found[1])[-1] if pattern is _PATTERNS[-1] else found[1]
            name = _FIRST.sub("", _STOP.sub("", said)).strip(" '’-–—\u00a0")
            if _is_a_name(name) and (trimmed := _trimmed(name)):
                own = pattern is _PATTERNS[-1] and _OWN_WORDS.match(sentence, found.end())
                return trimmed, found.start(1) if own else 0
    return "", 0


def attributions_in(headline: str) -> list[tuple[int, int]]:
    """The characters of the words by which a headline says who says so: ", officials say", "Klymenko: …"."""
    found = []
    for pattern in _PATTERNS:
        said = pattern.search(headline)
        name = _STOP.sub("", said[1]) if said else ""
        if said and _is_a_name(name.strip()):
            ends = said.start(1) + len(name) if len(name) < len(said[1]) else said.end()
            found.append((said.start(), ends))
    prefix = _PREFIX.match(headline)
    if prefix and (_AUTHORITY.match(prefix[1]) or all(map(_is_surname, WORD.findall(prefix[1])))):
        found.append(prefix.span())
    return found


def _is_surname(word: str) -> bool:
    """Whether a word is written like a name, and no word of the language, or ends as Slavic surnames do."""
    return word[0].isupper() and (word.endswith(_SURNAME) or not share_of(fold(word)))


def _is_a_name(text: str) -> bool:
    """Whether some words name who speaks; "dozens" and "a grief-stricken father" name nobody."""
    tokens = tokens_of(text)
    if _PASSIVE.search(text) or (tokens and is_number_word(tokens, 0)):
        return False
    named = any(word[0].isupper() for word in WORD.findall(text)[1:])
    if _SOMEBODY.match(text) and not (named or _AUTHORITY.search(text) or _words("offices").any(folded(text))):
        return False
    if not text or text[0].isdigit() or text.casefold() in _NOBODY or " as " in text:
        return False
    return not _PLACE.match(text) and not may_tell(text)
