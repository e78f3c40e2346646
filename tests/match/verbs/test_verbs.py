"""The forms of verbs, in the languages where stems do not tell them."""

from __future__ import annotations

import pytest

from monitor.match.text import fold
from monitor.match.verbs import arabic, french, spanish
from monitor.match.verbs.entries import verb_of, verbs_with
from monitor.model import How
from tests.support.rules import hits

FORMS = [
    ("es", "golpear", "golpea golpean golpeó golpearon golpeaba golpeado golpeadas golpeando golpeará golpee"),
    ("es", "destruir", "destruye destruyó destruyeron destruían destruido destruyendo destruirá destruyera"),
    ("es", "herir", "hiere hieren hirió hirieron hería heridos heridas hiriendo hiriera"),
    ("es", "morir", "muere mueren murió murieron moría muertos muertas muriendo"),
    ("es", "caer", "cae caen cayó cayeron caía caído caídos cayendo"),
    ("es", "atacar", "ataca atacó atacaron atacaban atacado ataque atacaría"),
    ("es", "alcanzar", "alcanza alcanzó alcanzaron alcance"),
    ("es", "perseguir", "persigue persiguió persiguieron perseguidos"),
    ("es", "producir", "produjo produjeron producida"),
    ("es", "decir", "dice dijo dijeron dicho dirá"),
    ("es", "impactar", "impactó impactaron"),
    ("fr", "frapper", "frappe frappent frappé frappée frappées frappait frappa frappèrent frappant frappera"),
    ("fr", "tuer", "tue tuent tué tuée tués tuées tuait tuèrent tuant tuera"),
    ("fr", "viser", "vise visent visé visés visées visait visaient visant viser"),
    ("fr", "toucher", "touché touchés touchées touche touchait"),
    ("fr", "détruire", "détruit détruite détruits détruisent détruisait détruira détruisant"),
    ("fr", "atteindre", "atteint atteinte atteignent atteignait atteindra"),
    ("fr", "abattre", "abat abattu abattus abattent abattait"),
    ("fr", "s'abattre", "abat abattus abattent"),
    ("fr", "mourir", "meurt meurent mort morte mourait mourra moururent"),
    ("fr", "lancer", "lance lancé lançait lancent"),
    ("fr", "ravager", "ravagé ravageait ravagent ravagea"),
    ("fr", "célébrer", "célèbre célébré célébraient"),
    ("ru", "ударить", "ударил ударила ударило ударили ударит ударят ударив ударившая ударивших"),
    ("ru", "погибнуть", "погиб погибла погибло погибли погибнет погибший погибшими"),
    ("ru", "атаковать", "атаковала атаковало атакует атакуют атакован атакованы атаковавшие"),
    ("ru", "взорваться", "взорвался взорвалась взорвалось взорвались взорвутся"),
    ("ru", "убить", "убил убила убило убьёт убиты убита"),
    ("uk", "вдарити", "вдарив вдарила вдарило вдарили вдарить вдарять"),
    ("uk", "поцілити", "поцілив поцілила поцілило поцілили"),
    ("uk", "зруйнувати", "зруйнував зруйнувала зруйнує зруйнований зруйновано"),
    ("ar", "ضربت", "ضرب ضربوا يضرب تضرب يضربون ضربها وضربت ستضرب فضربته مضروبة"),
    ("ar", "استهدف", "استهدفت استهدفوا يستهدف تستهدف المستهدفة استهدفتها وستستهدف"),
    ("ar", "أصاب", "أصابت أصابوا يصيب تصيب أصيب أصيبت أصابتهم"),
    ("ar", "ألقت", "ألقى ألقوا يلقي تلقي"),
]


@pytest.mark.parametrize(("language", "term", "forms"), FORMS, ids=lambda value: str(value)[:12])
def test_a_verb_hits_all_its_forms(language: str, term: str, forms: str) -> None:
    missed = [form for form in forms.split() if not _hit(term, form, language)]
    assert missed == []


def _hit(term: str, form: str, language: str) -> bool:
    return any(hit.how is not How.TYPO for hit in hits(term, f"zzz {form} zzz", language))


@pytest.mark.parametrize(
    ("language", "term", "text"),
    [
        ("fr", "exploser", "un engin explosif"),
        ("fr", "viser", "US visas, a visa"),
        ("fr", "toucher", "finishing touches"),
        ("es", "herir", "here is the hero"),
        ("es", "matar", "a room mate"),
        ("es", "morir", "more of it"),
        ("es", "entrar", "entre Rusia y Ucrania"),
        ("es", "golpear", "golpe de Estado"),
        ("fr", "suivre", "je suis là"),
        ("ru", "мыть", "мой дом"),
        ("ru", "взорвать", "взрывчатка и взрыв"),
        ("ar", "دمرت", "مدينة تدمر الأثرية"),
        ("ar", "بيروت", "منتخب بيرو"),
        ("ar", "صور", "يصور الفيلم وصورت"),
    ],
)
def test_a_verb_does_not_hit_what_is_another_word(language: str, term: str, text: str) -> None:
    assert [hit.text for hit in hits(term, text, language)] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "lugar mujer taller hogar menor bazar militar cáncer"),
        ("fr", "hiver atelier premier danger étranger mer janvier papier avenir"),
        ("ar", "بيروت إسرائيل أمير أطفال مدينة حرب يونس"),
        ("ru", "удар пожар прилет больница"),
        ("en", "strike"),
    ],
)
def test_a_noun_is_no_verb(language: str, words: str) -> None:
    assert [word for word in words.split() if verb_of(word, language)] == []


def test_words_that_cannot_be_infinitives_have_no_forms() -> None:
    assert spanish.conjugated("casa", lambda _: 0.0) is None
    assert french.conjugated("maison") is None
    assert arabic.conjugated("قصف", lambda _: True) is None


@pytest.mark.parametrize(
    ("language", "form", "verbs"),
    [("es", "hirió", {"herir"}), ("fr", "visées", {"viser"}), ("ru", "ударила", {"ударить"}), ("fr", "maison", set())],
)
def test_the_verb_of_a_form(language: str, form: str, verbs: set[str]) -> None:
    assert {verb.name for verb in verbs_with(form, language)} == verbs


@pytest.mark.parametrize("word", ["знаючи", "будучи", "враховуючи", "лежачи"])
def test_a_gerund_that_the_dictionary_has_by_itself_is_a_word_like_others(word: str) -> None:
    assert verb_of(word, "uk") is None
    assert hits(word, f"Вона пішла, {word} про це.", language="uk")


def test_the_usual_forms_are_forms() -> None:
    for language, term in (("es", "usar"), ("fr", "toucher"), ("ru", "ударить"), ("uk", "вдарити"), ("ar", "قصفت")):
        verb = verb_of(term, language)
        assert verb is not None
        assert verb.usual
        assert all(fold(form) in verb.forms or form in verb.forms for form in verb.usual)
