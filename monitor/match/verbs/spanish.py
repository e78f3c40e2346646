"""The forms of a Spanish verb, from its infinitive."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_ENDINGS = {
    "a": (
        "a an ó aron aba aban ado ada ados adas ando ar|o as amos áis é aste amos asteis aba abas ábamos abais"
        " ara aras áramos aran ase ases ásemos asen aré arás ará aremos arán aría arías aríamos arían"
        " e es emos éis en ad"
    ),
    "e": (
        "e en ió ieron ía ían ido ida idos idas iendo er|o es emos éis í iste imos isteis ías íamos"
        " iera ieras iéramos ieran iese ieses iésemos iesen eré erás erá eremos erán ería erías eríamos erían"
        " a as amos áis an ed"
    ),
    "i": (
        "e en ió ieron ía ían ido ida idos idas iendo ir|o es imos ís í iste isteis ías íamos"
        " iera ieras iéramos ieran iese ieses iésemos iesen iré irás irá iremos irán iría irías iríamos irían"
        " a as amos áis an id"
    ),
}
# Verbs by their ends: the past of "he" and its stem, the participle, the present of "I", what the future has instead.
_PASTS = {
    "ducir": "dujo duje", "traer": "trajo traje", "tener": "tuvo tuvie", "poner": "puso pusie", "venir": "vino vinie",
    "poder": "pudo pudie", "querer": "quiso quisie", "decir": "dijo dije", "hacer": "hizo hicie",
    "andar": "anduvo anduvie", "estar": "estuvo estuvie", "saber": "supo supie", "haber": "hubo hubie",
}  # fmt: skip
_PARTICIPLES = {
    "brir": "bierto", "decir": "dicho", "scribir": "scrito", "hacer": "hecho", "morir": "muerto", "poner": "puesto",
    "romper": "roto", "ver": "visto", "volver": "vuelto", "olver": "uelto", "imprimir": "impreso",
}  # fmt: skip
_FIRST = {
    "tener": "tengo", "poner": "pongo", "venir": "vengo", "salir": "salgo", "hacer": "hago", "decir": "digo",
    "caer": "caigo", "traer": "traigo", "cer": "zco", "ucir": "uzco", "oír": "oigo",
}  # fmt: skip
_FUTURES = {
    "tener": "tendr", "poner": "pondr", "venir": "vendr", "salir": "saldr", "poder": "podr", "querer": "querr",
    "saber": "sabr", "haber": "habr", "decir": "dir", "hacer": "har",
}  # fmt: skip
_BEFORE_E = (("gu", "gü"), ("c", "qu"), ("g", "gu"), ("z", "c"))
_BEFORE_A = (("gu", "g"), ("qu", "c"), ("c", "z"), ("g", "j"))
_CHANGES = (("e", "ie"), ("o", "ue"), ("e", "i"), ("u", "ue"))
_WEAK_CHANGES = (("e", "i"), ("o", "u"))
_STRESSED = "o a as an e es en".split()
_WEAK = "ió ieron iendo iera ieras iéramos ieran iese ieses iésemos iesen".split()
_LAST_VOWEL = re.compile(r"([eou])(?=[^aeiouáéíóú]*(?:[gq]u)?$)")
_INFINITIVE = re.compile(r"[a-zñáéíóúü]{2,}(?:[aeií]r)(?:se)?")


def conjugated(word: str, share: Callable[[str], float]) -> tuple[list[str], list[str]] | None:
    """The forms that news has most, and all others, of an infinitive; None for a word that cannot be one.

    Which vowel the stem has where it is stressed ("muere") or before "ió" ("hirió") is what texts have most: `share`
    tells how much of Spanish a word is.
    """
    if not _INFINITIVE.fullmatch(word):
        return None
    infinitive = word.removesuffix("se") if word.endswith("rse") else word
    stem, vowel = infinitive[:-2], infinitive[-2].replace("í", "i")
    weak = stem
    if vowel == "i":
        weak = max(_changed(stem, _WEAK_CHANGES), key=lambda one: share(_spelt(one, "ió", vowel)))
    changed = _changed(stem, _CHANGES)
    # A verb that changes before "ió" does so under stress too.
    likely = changed[1:] if weak != stem else changed
    stressed = max(likely, key=lambda one: share(_spelt(one, "a" if vowel == "a" else "e", vowel)))
    stems = {**dict.fromkeys(_STRESSED, stressed), **dict.fromkeys(_WEAK, weak)}
    most, others = (
        [_spelt(stems.get(ending, stem), ending, vowel) for ending in endings.split()]
        for endings in _ENDINGS[vowel].split("|")
    )
    core, more = _replaced(infinitive, most, others)
    return list(dict.fromkeys((infinitive, *core))), more


def _changed(stem: str, changes: Sequence[tuple[str, str]]) -> list[str]:
    """The stem, and what its last vowel may become."""
    found = _LAST_VOWEL.search(stem)
    return [
        stem,
        *(stem[: found.start()] + new + stem[found.end() :] for old, new in changes if found and found[1] == old),
    ]


def _replaced(infinitive: str, core: list[str], more: list[str]) -> tuple[list[str], list[str]]:
    """With what irregular verbs have instead of regular forms."""
    participle = _by_end(infinitive, _PARTICIPLES)
    past = _by_end(infinitive, _PASTS)
    first = _by_end(infinitive, _FIRST)
    future = _by_end(infinitive, _FUTURES)
    if participle:
        core = core[:6] + [participle[:-1] + ending for ending in ("o", "a", "os", "as")] + core[10:]
    if past:
        he, they = past.split()
        core = [*core[:2], he, they + "ron", *core[4:]]
        more += [they + ending for ending in ("ra", "ran", "se", "sen")] + [he[:-1] + one for one in ("e", "iste")]
    if first:
        more += [first, *(first[:-1] + ending for ending in ("a", "as", "amos", "an"))]
    if future:
        more += [future + ending for ending in ("á", "án", "é", "emos", "ía", "ían")]
    return core, more


def _by_end(infinitive: str, table: dict[str, str]) -> str:
    """What a table says of verbs with the longest of its ends, with the beginning of this one."""
    for end in sorted(table, key=len, reverse=True):
        if infinitive.endswith(end):
            start = infinitive.removesuffix(end)
            return " ".join(start + one for one in table[end].split())
    return ""


def _spelt(stem: str, ending: str, vowel: str) -> str:
    """A stem with an ending, as it is written so that it sounds the same."""
    if vowel == "a" and ending[0] in "eé":
        stem = _respelt(stem, _BEFORE_E)
    elif vowel != "a" and ending[0] in "aoá":
        stem = _respelt(stem, _BEFORE_A)
        if stem.endswith("u") and not stem.endswith(("gu", "qu")):
            stem += "y"
    elif vowel != "a" and stem[-1:] in "aeou" and not stem.endswith(("gu", "qu")):
        if ending.startswith(("ie", "ié", "ió")):
            return stem + "y" + ending[1:]
        if ending == "e" or ending in ("en", "es"):
            return stem + ("y" if stem.endswith("u") else "") + ending
        if stem[-1] != "u" and ending[0] == "i":
            return stem + "í" + ending[1:]
    return stem + ending


def _respelt(stem: str, pairs: tuple[tuple[str, str], ...]) -> str:
    return next((stem.removesuffix(one) + other for one, other in pairs if stem.endswith(one)), stem)
