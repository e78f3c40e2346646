"""The forms of a French verb, from its infinitive."""

from __future__ import annotations

import re
from collections.abc import Iterator

# By the end of the infinitive, the longest first: he, the stem of we, they, the participle, the past of he without its
# "t", the stem of the future.
_IRREGULAR = {
    end: (he, we, they, participle, past, future)
    for end, he, we, they, participle, past, future in (
        row.split()
        for row in """
        prendre prend pren prennent pris pri prendr
        battre bat batt battent battu batti battr
        mettre met mett mettent mis mi mettr
        aindre aint aign aignent aint aigni aindr
        eindre eint eign eignent eint eigni eindr
        oindre oint oign oignent oint oigni oindr
        uire uit uis uisent uit uisi uir
        dire dit dis disent dit di dir
        crire crit criv crivent crit crivi crir
        faire fait fais font fait fi fer
        lire lit lis lisent lu lu lir
        rire rit ri rient ri ri rir
        suivre suit suiv suivent suivi suivi suivr
        vivre vit viv vivent vécu vécu vivr
        boire boit buv boivent bu bu boir
        croire croit croy croient cru cru croir
        aître aît aiss aissent u u aîtr
        vaincre vainc vainqu vainquent vaincu vainqui vaincr
        rompre rompt romp rompent rompu rompi rompr
        clure clut clu cluent clu clu clur
        taire tait tais taisent tu tu tair
        plaire plaît plais plaisent plu plu plair
        traire trait tray traient trait trai trair
        soudre sout solv solvent sous solu soudr
        coudre coud cous cousent cousu cousi coudr
        tenir tient ten tiennent tenu tin tiendr
        venir vient ven viennent venu vin viendr
        partir part part partent parti parti partir
        sortir sort sort sortent sorti sorti sortir
        sentir sent sent sentent senti senti sentir
        mentir ment ment mentent menti menti mentir
        dormir dort dorm dorment dormi dormi dormir
        servir sert serv servent servi servi servir
        courir court cour courent couru couru courr
        mourir meurt mour meurent mort mouru mourr
        vrir vre vr vrent vert vri vrir
        ffrir ffre ffr ffrent ffert ffri ffrir
        cueillir cueille cueill cueillent cueilli cueilli cueiller
        assaillir assaille assaill assaillent assailli assailli assaillir
        fuir fuit fuy fuient fui fui fuir
        quérir quiert quér quièrent quis qui querr
        cevoir çoit cev çoivent çu çu cevr
        prévoir prévoit prévoy prévoient prévu prévi prévoir
        voir voit voy voient vu vi verr
        devoir doit dev doivent dû du devr
        pouvoir peut pouv peuvent pu pu pourr
        savoir sait sav savent su su saur
        vouloir veut voul veulent voulu voulu voudr
        valoir vaut val valent valu valu vaudr
        asseoir assoit assoy assoient assis assi assoir
        """.strip().splitlines()
    )
}
_ENDS = sorted(_IRREGULAR, key=len, reverse=True)
_FUTURE = "a ont ait aient ai as ons ez ais"
_ER = (
    "e ent é ée és ées ait aient a èrent ant era eront|es ons ez ai as ais ions iez âmes âtes ât"
    " erai eras erons erez erait eraient erais"
)
_IR = (
    "it issent i ie is ies issait issaient irent issant ira iront|issons issez isse isses issais issions issiez îmes"
    " îtes ît irai iras irons irez irait iraient irais"
)
_SHORT_E = re.compile(r"[eé](?=(?:[bcdfgjlmnprstvz]|[bcdgpt][lr]|gn|ch|gu|qu)$)")
_MUTE = ("e", "ent", "es", "era", "eront", "erait", "eraient", "erai", "eras", "erons", "erez", "erais")
_INFINITIVE = re.compile(r"(?:s['’]|se )?([a-zàâçéèêëîïôùûœ]{2,}(?:er|ir|re))")


def conjugated(word: str) -> tuple[list[str], list[str]] | None:
    """The forms that news has most, and all others, of an infinitive; None for a word that cannot be one."""
    found = _INFINITIVE.fullmatch(word)
    if found is None:
        return None
    verb = found[1]
    end = next((end for end in _ENDS if verb.endswith(end)), "")
    if end:
        return _irregular(verb, end)
    if verb.endswith("re"):
        stem = verb[:-2]
        return _forms(verb, stem, stem, stem + "ent", stem + "u", stem + "i", stem + "r")
    table, write = (_ER, _spelt) if verb.endswith("er") else (_IR, _joined)
    most, others = (ending.split() for ending in table.split("|"))
    core = [verb, *(form for ending in most for form in write(verb[:-2], ending))]
    return core, [form for ending in others for form in write(verb[:-2], ending)]


def _irregular(verb: str, end: str) -> tuple[list[str], list[str]]:
    start = verb.removesuffix(end)
    he, we, they, participle, past, future = (start + part for part in _IRREGULAR[end])
    return _forms(verb, he, we, they, participle, past, future)


def _forms(
    verb: str, he: str, we: str, they: str, participle: str, past: str, future: str
) -> tuple[list[str], list[str]]:
    ends_in_s = participle.endswith("s")
    core = [verb, he, they, participle, participle + "e", participle + ("" if ends_in_s else "s"), participle + "es"]
    core += [we + "ait", we + "aient", we + "ant", past + "t", past + "rent", future + "a", future + "ont"]
    more = [we + ending for ending in ("ons", "ez", "ais", "ions", "iez")]
    more += [they.removesuffix("nt"), they.removesuffix("nt") + "s", past + "s"]
    more += [future + ending for ending in _FUTURE.split()]
    return core, more


def _joined(stem: str, ending: str) -> Iterator[str]:
    yield stem + ending


def _spelt(stem: str, ending: str) -> Iterator[str]:
    """A stem in -er with an ending, as it is written so that it sounds the same; in all ways that verbs have."""
    if stem.endswith("g") and ending[0] in "aâ":
        yield stem + "e" + ending
    elif stem.endswith("c") and ending[0] in "aâo":
        yield stem[:-1] + "ç" + ending
    elif ending in _MUTE and _SHORT_E.search(stem):
        yield _SHORT_E.sub("è", stem) + ending
        if stem.endswith(("el", "et")):
            yield stem + stem[-1] + ending
        if "é" in stem or stem.endswith(("el", "et", "en")):
            yield stem + ending
    elif ending in _MUTE and stem.endswith(("oy", "uy")):
        yield stem[:-1] + "i" + ending
    elif stem.endswith("g") and ending == "ons":
        yield stem + "e" + ending
    else:
        yield stem + ending
        if ending in _MUTE and stem.endswith("ay"):
            yield stem[:-1] + "i" + ending
