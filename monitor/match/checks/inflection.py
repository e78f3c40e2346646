"""Whether one word is plainly an inflected form of another, by their endings: a stemmer takes more for forms.

Only warnings rest on this, so it is short where a language is long.
"""

from __future__ import annotations

from monitor.match.stems import MIN_STEM, without_article
from monitor.match.text import fold

# Endings that stand in one paradigm, a line each.
_PARADIGMS: dict[str, tuple[frozenset[str], ...]] = {
    language: tuple(
        frozenset((*line.split(), "")) if line.startswith("-") else frozenset(line.split()) for line in lines
    )
    for language, lines in {
        "en": (
            "- e s es ed d ing y ies ied",
            "- s es f fe ves",
            "- r er st est",
        ),
        "fr": (
            "er e é ée és ées es ent ons ez a ai as ait aient ais ant ants ante antes èrent era eront erait eraient",
            "ir i ie is ies it issent issait issant irent ira iront ie ies",
            "- re u ue us ues s ent ait aient ant it ra ront",
            "- e s es x al ale ales aux",
            "er ère ers ères",
            "eur eurs euse euses eux rice rices",
            "- ne nes s le les",
            "f ve fs ves",
        ),
        "es": (
            "ar arse o as a amos an é aste ó aron aba aban ando ándose ado ada ados adas ará arán aría arían e es en",
            "er ir erse irse o es e en í iste ió ieron ía ían iendo ido ida idos idas erá erán irá irán a an",
            "- a o e s as os es",
            "ón ones ona onas ón",
            "z ces",
        ),
        "ru": (
            "- а я о е у ю ы и й ой ей ою ею ом ем ам ям ами ями ах ях ов ев ий ь ью",
            "ия ии ию ией ий иям иями иях ие ием ья ье",
            "- а о ы ый ий ой ая яя ое ее ые ие ого его ому ему ым им ом ем ую юю ей ых их ыми ими",
            "ть ти л ла ло ли ю у ешь ет ем ете ут ют я в вший",
            "ить ишь ит им ите ят ат ил ила ило или ю у ив и ь ен ена ено ены",
            "ать аю ает ают ал ала ало али ает ай ав ан ана ано аны",
            "еть ею еет еют ел ела ело ели ит ят ю",
        ),
        "ar": (
            "- ه ات ان ين ون ا وا ت هم ها",
            "ي يه يون يين يا يات",
        ),
    }.items()
}
_REFLEXIVE = ("ся", "сь")


def is_inflected(word: str, form: str, language: str) -> bool:
    """Whether two words (lower case, with accents) differ only by endings of one paradigm.

    Ukrainian is answered yes: its forms come from a dictionary.
    """
    if language not in _PARADIGMS:
        return True
    return any(_related(one, two, language) for one in _bare(word, language) for two in _bare(form, language))


def _related(one: str, two: str, language: str) -> bool:
    shared = next((number for number, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]), None)
    longest = min(len(one), len(two)) if shared is None else shared
    return any(
        {ending, other} <= paradigm
        for end in range(longest, max(MIN_STEM, longest - 3) - 2, -1)
        for ending, other in _endings(one, two, end, language)
        for paradigm in _PARADIGMS[language]
    )


def _endings(one: str, two: str, end: int, language: str) -> list[tuple[str, str]]:
    """What follows the letters that two words share; English doubles the last of them (stop, stopped)."""
    found = [(one[end:], two[end:])]
    if language == "en" and end:
        found += [(one[end:].removeprefix(one[end - 1]), two[end:]), (one[end:], two[end:].removeprefix(two[end - 1]))]
    return found


def _bare(word: str, language: str) -> tuple[str, ...]:
    """What a word may be without the little words, or the reflexive ending, written as part of it."""
    if language == "ar":
        folded = fold(word)
        return folded, without_article(folded)
    if language == "ru" and word.endswith(_REFLEXIVE):
        return (word[:-2],)
    return (word,)
