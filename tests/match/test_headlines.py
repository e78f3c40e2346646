"""The shipped rules and opinions on headlines written for this: half relevant, half traps, in six languages.

`other_senses` holds twelve headlines a language of strikes, attacks and hits that are none of a war, each with a party
to a war, a war zone or a protected place in it; they were written before the words that speak against them.

`unlike` holds thirty more a language, written in three rounds, each after the opinions of its day were fitted. When
they were first tried 24 of 72, 3 of 36 and 3 of 72 were sure. Opinions have learnt from all of them since, and from
`other_senses`.

`later` holds two sets more, of 72 and 36, with films, games, anniversaries, cooking and stars too. Each was written
without a look at the words and tried once: 7 and 3 were sure (without the encoder 5 of the second). Words were then
chosen for the first set alone; opinions learn from both.

`unseen` holds four rounds of 48 headlines of nonsense and 57 relevant ones a language, written without a look at the
words and tried once (decision 51); words were chosen for each round afterwards. When first tried 15 of 288 of the
nonsense were sure, and no way found 135 of the 366 labels of the relevant ones. Opinions have learnt from them since.

`kinds` holds the halves that words were chosen for of four rounds by kinds of reports, and more of the kind; a trap may
be borderline for a rule, as an army's own claim is, and is then no nonsense there.

`written` and `kept` are of other writers, who had seen neither rules nor other items: news of many wars, two fifths of
it with a summary, as wires, local sites and channels write it, with typing errors, and as much nonsense (decision 60).
What they say is made up, also where they name real people. Opinions learn from `written`; words were chosen for its
cluster munitions, and for the nonsense and the strikes of its second round (decision 61). Of `kept`, which was labelled
twice (kappa .93 to 1), nothing is learnt: it is a blind test. `agencies` has reactions in the style of agencies, for
opinions on reactions alone (decision 63).

`more` has relevant headlines only. It and `tune` were looked at when words were chosen and are learnt from; `measure`
was kept for measuring, by the same author, and is no blind test (docs/quality.md). The floors are of `measure`, a
little below what was reached, so that a change which loses judgement shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from monitor.match.engine import MOST_IN_DOUBT, Engine, compile_rules
from monitor.match.itemtexts import ItemTexts
from monitor.match.opinion import Opinion
from tests.support.rules import shipped_files, shipped_rules

HEADLINES = Path(__file__).parent / "headlines"
RULES = ("civilian-strikes", "cluster-munitions", "official-reactions")
LANGUAGES = {"ar", "en", "es", "fr", "ru", "uk"}


@pytest.fixture(scope="module")
def shipped() -> Engine:
    return shipped_rules()


@pytest.fixture(scope="module")
def alone() -> Engine:
    """The shipped rules without opinions."""
    return compile_rules(shipped_files().rules)


@pytest.fixture(scope="module")
def certain() -> Engine:
    """The shipped rules with opinions that are certain of everything, in every language."""
    found = shipped_files()
    opinions = {
        rule: Opinion(
            one.file.model_copy(update={"weights": {}, "intercept": 9.0, "fitted_on": dict.fromkeys(LANGUAGES, 500)})
        )
        for rule, one in found.opinions.items()
    }
    assert set(opinions) == {"civilian-strikes", "official-reactions"}
    return compile_rules(found.rules, opinions)


def rows(half: str) -> Iterator[Mapping[str, Any]]:
    with (HEADLINES / f"{half}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def told(engine: Engine, row: Mapping[str, Any]) -> set[str]:
    texts = ItemTexts(row["title"], row["summary"], language=row["language"])
    return {match.rule for match in engine.match(texts) if match.sure}


def f1(engine: Engine, half: str) -> dict[str, float]:
    """F1 of each rule, by what is told as sure."""
    judged = [(row["labels"], told(engine, row)) for row in rows(half)]
    reached = {}
    for rule in RULES:
        pairs = [(labels[rule] == "y", rule in sure) for labels, sure in judged if labels[rule] != "b"]
        right = sum(relevant and sure for relevant, sure in pairs)
        reached[rule] = 2.0 * right / sum(int(relevant) + int(sure) for relevant, sure in pairs)
    return reached


@pytest.mark.parametrize("half", ["tune", "measure"])
def test_the_halves_are_as_large_as_the_floors_suppose(half: str) -> None:
    languages = [row["language"] for row in rows(half)]
    assert {language: languages.count(language) for language in languages} == dict.fromkeys(LANGUAGES, 34)
    assert sum(row["kind"] == "trap" for row in rows(half)) == 84


@pytest.mark.parametrize(
    ("half", "floors"),
    [
        ("measure", {"civilian-strikes": 0.75, "cluster-munitions": 0.95, "official-reactions": 0.8}),
        ("kept", {"civilian-strikes": 0.84, "cluster-munitions": 0.8, "official-reactions": 0.74}),
    ],
)
def test_what_was_not_looked_at_is_judged_well_enough(shipped: Engine, half: str, floors: Mapping[str, float]) -> None:
    reached = f1(shipped, half)
    assert {rule: reached[rule] for rule, floor in floors.items() if reached[rule] < floor} == {}


def test_a_third_of_what_other_writers_wrote_was_kept() -> None:
    languages = [row["language"] for row in rows("kept")]
    assert min(languages.count(language) for language in LANGUAGES) >= 100
    for rule, least in (("civilian-strikes", 250), ("official-reactions", 150), ("cluster-munitions", 25)):
        assert sum(row["labels"][rule] == "y" for row in rows("kept")) >= least
    known = {row["title"] for half in ("tune", "more", "unseen", "kinds", "written", "agencies") for row in rows(half)}
    assert [row["title"] for row in rows("kept") if row["title"] in known] == []


def test_no_trap_that_was_looked_at_is_told_as_sure(shipped: Engine) -> None:
    assert [row["title"] for row in rows("tune") if row["kind"] == "trap" and told(shipped, row)] == []


def test_another_sense_of_strike_is_never_sure_whatever_the_opinion_says(certain: Engine, shipped: Engine) -> None:
    headlines = list(rows("other_senses"))
    languages = [row["language"] for row in headlines]
    assert {language: languages.count(language) for language in languages} == dict.fromkeys(LANGUAGES, 12)
    sure, doubted = [], 0
    for row in headlines:
        texts = ItemTexts(row["title"], row["summary"], language=row["language"])
        for match in (*certain.match(texts), *shipped.match(texts)):
            sure += [row["title"]] if match.sure else []
            doubted += match.confidence == MOST_IN_DOUBT
    assert sure == []
    assert doubted > 36


def test_headlines_unlike_all_that_was_learnt_from_are_never_sure(shipped: Engine) -> None:
    headlines = list(rows("unlike"))
    languages = [row["language"] for row in headlines]
    assert {language: languages.count(language) for language in languages} == dict.fromkeys(LANGUAGES, 30)
    assert [(row["title"], told(shipped, row)) for row in headlines if told(shipped, row)] == []


OBJECTS = [
    ("en", "Drone attack hits data centre near Fujairah"),
    ("en", "Missile strike tears through container ship off Hodeidah"),
    ("en", "Airstrike on television station in Sanaa"),
    ("fr", "Attaque de drones contre un terminal gazier près d'Odessa"),
    ("fr", "Bombardement d'un gratte-ciel à Kharkiv"),
    ("es", "Ataque con misiles contra un portacontenedores en el mar Negro"),
    ("es", "Bombardeo alcanza la cárcel de Saná"),
    ("ar", "غارة جوية على سجن في صعدة"),
    ("ar", "قصف صاروخي يستهدف منشآت الغاز"),
    ("ru", "Ракетный удар по телецентру в Киеве"),
    ("ru", "Атака беспилотников на нефтеперерабатывающий завод в Туапсе"),
    ("uk", "Ракетний удар по ліцею в Сумах"),
    ("uk", "Атака дронів на телевежу в Харкові"),
]


@pytest.mark.parametrize(("language", "title"), OBJECTS)
def test_an_attack_on_what_no_army_may_strike_needs_no_opinion_to_hold(
    alone: Engine, language: str, title: str
) -> None:
    held = {match.rule for match in alone.match(ItemTexts(title, "", language=language))}
    assert "civilian-strikes" in held


WEIGHED = [
    ("civilian-strikes", "military", "en", "Missiles sink a submarine in Sevastopol"),
    ("civilian-strikes", "military", "fr", "Un sous-marin coulé par des missiles à Sébastopol"),
    ("civilian-strikes", "military", "es", "Misiles hunden un submarino en Sebastopol"),
    ("civilian-strikes", "military", "ar", "غارة على قاعدة جوية في تدمر"),
    ("civilian-strikes", "military", "ru", "Ракеты попали в подлодку в Севастополе"),
    ("civilian-strikes", "military", "uk", "Ракети влучили в казарму під Донецьком"),
    ("civilian-strikes", "vessels", "en", "Houthi missile hits a freighter in the Red Sea"),
    ("civilian-strikes", "vessels", "ru", "Ракета попала в сухогруз в Черном море"),
    ("civilian-strikes", "energy", "fr", "Des drones frappent une raffinerie à Touapsé"),
    ("civilian-strikes", "energy", "uk", "Дрони влучили в підстанцію на Одещині"),
    ("civilian-strikes", "arm", "en", "Borehole gone, camels gone: Mohajer over Darfur"),
    ("civilian-strikes", "arm", "fr", "Un Soukhoï sur l'école de Depayin"),
    ("civilian-strikes", "arm", "es", "Un Grad en el mercado de Donetsk"),
    ("civilian-strikes", "arm", "ar", "هاون على حارة في دمشق"),
    ("civilian-strikes", "arm", "ru", "Каб по аптеке Купянска"),
    ("civilian-strikes", "arm", "uk", "Скид на велосипедиста в Херсоні"),
    ("civilian-strikes", "people", "fr", "La coiffeuse de Martissant, un drone"),
    ("civilian-strikes", "mourned", "uk", "Дрон, Конотоп: двох не врятували"),
    ("official-reactions", "explain", "en", "Army says the strike was targeting a command centre"),
    ("official-reactions", "explain", "fr", "L'armée affirme avoir ciblé une infrastructure militaire"),
    ("official-reactions", "explain", "es", "El ejército dice que el ataque iba dirigido contra un objetivo militar"),
    ("official-reactions", "explain", "ar", "الجيش: الغارة أصابت أهدافا عسكرية"),
    ("official-reactions", "explain", "ru", "Минобороны: удары наносились в ответ на обстрел"),
    ("official-reactions", "explain", "uk", "Генштаб: удар завдано у відповідь на обстріл"),
    ("official-reactions", "measures", "en", "Kuwait closes its embassy in Tehran after the strikes"),
    ("official-reactions", "measures", "fr", "La Jordanie annonce le rappel de son ambassadeur"),
    ("official-reactions", "measures", "ru", "Страна разорвала отношения после удара"),
    ("official-reactions", "mourning", "en", "Three days of mourning after the raid on the market"),
    ("official-reactions", "mourning", "fr", "Trois jours de deuil après le raid sur le marché"),
    ("official-reactions", "mourning", "es", "Tres días de luto tras el ataque al mercado"),
    ("official-reactions", "mourning", "ar", "إعلان الحداد بعد الغارة على السوق"),
    ("official-reactions", "mourning", "ru", "День траура после удара по рынку"),
    ("official-reactions", "mourning", "uk", "Оголошено день жалоби після удару по ринку"),
    ("official-reactions", "react", "en", "Ombudsman casts doubt on the army's version"),
    ("official-reactions", "react", "fr", "L'ONU met en doute la version de l'armée"),
    ("official-reactions", "react", "es", "La ONU pone en duda la versión del ejército"),
    ("official-reactions", "react", "ar", "الأمم المتحدة تشكك في رواية الجيش"),
    ("official-reactions", "react", "ru", "В ООН усомнились в версии военных"),
    ("official-reactions", "react", "uk", "В ООН засумнівалися у версії військових"),
    ("official-reactions", "no_comment", "en", "Ministry ducks questions about the rocket"),
    ("official-reactions", "no_comment", "fr", "Sur la roquette, le ministère botte en touche"),
    ("official-reactions", "no_comment", "es", "Sin respuesta del ministerio sobre el cohete"),
    ("official-reactions", "no_comment", "ar", "الوزارة تتهرب من الأسئلة عن الصاروخ"),
    ("official-reactions", "no_comment", "ru", "Министр ушел от ответа о ракете"),
    ("official-reactions", "no_comment", "uk", "Міністр ухилився від відповіді про ракету"),
    ("official-reactions", "mourning", "fr", "Minute de silence au Parlement pour les morts"),
    ("official-reactions", "mourning", "uk", "Рада вшанувала загиблих хвилиною мовчання"),
    ("official-reactions", "legal", "es", "El tribunal ordena indemnizar a las familias"),
    ("official-reactions", "legal", "ru", "Суд обязал казну заплатить семьям"),
    ("official-reactions", "country", "en", "Ouagadougou rejects the report"),
    ("official-reactions", "country", "ar", "هلسنكي تدين القصف"),
    ("official-reactions", "official", "ru", "Суд назвал удар преступлением"),
    ("official-reactions", "country", "en", "Manama rejects the report"),
    ("official-reactions", "country", "fr", "Douchanbé convoque l'ambassadeur"),
    ("official-reactions", "country", "es", "Naipyidó niega el ataque"),
    ("official-reactions", "country", "ar", "نيروبي تدين القصف"),
    ("official-reactions", "country", "ru", "Пномпень осудил обстрел"),
    ("official-reactions", "country", "uk", "Чорногорія засудила обстріл"),
    ("official-reactions", "leader", "en", "Syniehubov on the kindergarten"),
    ("official-reactions", "leader", "fr", "Pachinian accuse"),
    ("official-reactions", "leader", "es", "Tom Fletcher pide cuentas"),
    ("official-reactions", "leader", "ar", "علييف يرد"),
    ("official-reactions", "leader", "ru", "Алиева спросили об обстреле"),
    ("official-reactions", "leader", "uk", "Синєгубов: поцілили в дитсадок"),
    ("official-reactions", "react", "en", "Ministry changes its story"),
    ("official-reactions", "react", "fr", "L'envoyé spécial ne mâche pas ses mots"),
    ("official-reactions", "react", "es", "Budapest se desmarca"),
    ("official-reactions", "react", "ar", "المبعوث يتساءل: من أطلق الصاروخ؟"),
    ("official-reactions", "react", "ru", "Кабинет просит прощения"),
    ("official-reactions", "react", "uk", "Парламент відмовився голосувати"),
    ("official-reactions", "blame", "ru", "Раненые на совести соседей"),
    ("official-reactions", "legal", "uk", "Рада створює реєстр збитків"),
    ("official-reactions", "measures", "ru", "Бухарест закрывает российское консульство"),
    ("official-reactions", "deny", "fr", "Ils n'ont rien à se reprocher"),
    ("official-reactions", "deny", "ar", "لا نملك هذا السلاح"),
    ("official-reactions", "explain", "es", "Dicen que el edificio era un blanco"),
    ("official-reactions", "attack_in_war", "fr", "Une frappe très critiquée contre un immeuble"),
    ("official-reactions", "attack_in_war", "ru", "Удар беспилотника соседей по рынку"),
    ("civilian-strikes", "place", "fr", "Une mine dans la rizière"),
    ("civilian-strikes", "place", "es", "Un salón de té en Tabayin"),
    ("civilian-strikes", "place", "uk", "Представництво ЄС у Києві"),
    ("civilian-strikes", "people", "es", "Un lechero y su mula"),
    ("civilian-strikes", "warplace", "en", "Preah Vihear by night"),
    ("civilian-strikes", "warplace", "ar", "معدنون في كادونا"),
    ("civilian-strikes", "warplace", "ru", "Палата в Оддармеантьей"),
    ("civilian-strikes", "party", "ru", "Каратели из Мьянмы"),
    ("civilian-strikes", "party", "uk", "Просять М'янму припинити"),
    ("official-reactions", "spoke", "ru", "Мы не стреляем в больницы"),
    ("civilian-strikes", "weapon", "fr", "Les canons de la marine visent le port de pêche"),
    ("civilian-strikes", "weapon", "uk", "Корабельні гармати вдарили по рибному порту"),
    ("civilian-strikes", "forces", "fr", "Une canonnière tire sur le bac"),
    ("civilian-strikes", "forces", "ar", "بوارج تقصف المرفأ"),
    ("civilian-strikes", "forces", "uk", "Канонерка обстріляла пором"),
]


@pytest.mark.parametrize(("rule", "group", "language", "title"), WEIGHED)
def test_what_the_opinions_weigh_is_found_in_every_language(
    alone: Engine, rule: str, group: str, language: str, title: str
) -> None:
    found = alone.features(rule, ItemTexts(title, "", language=language))
    assert group in found.evidence["group:"]


@pytest.mark.parametrize(
    ("language", "title", "figured"),
    [
        ("en", "Lawsuit over the bombing of a school", False),
        ("en", "Criticism of bombardment grows", False),
        ("en", "Minister bombarded with questions", True),
        ("fr", "Quatre officiers liés au bombardement", False),
        ("fr", "Le ministre bombardé de questions", True),
        ("es", "Querella por el bombardeo de la escuela", False),
        ("es", "Bombardean al ministro a preguntas", True),
        ("ru", "Министра бомбардировали вопросами", True),
        ("uk", "Міністра бомбардували питаннями", True),
    ],
)
def test_a_lawsuit_over_a_strike_is_none_of_what_people_are_bombarded_with(
    alone: Engine, language: str, title: str, figured: bool
) -> None:
    found = alone.features("official-reactions", ItemTexts(title, "", language=language))
    assert ("figured" in found.evidence["group:"]) is figured


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Russia strikes Kharkiv hospital, four dead"),
        ("en", "Israeli raid on school kills nine"),
        ("en", "Strike on market in Nyala kills 20"),
        ("fr", "Frappe israélienne sur une école : neuf morts"),
        ("es", "Rusia golpea un hospital en Járkov y hay cuatro muertos"),
        ("ar", "ضربة إسرائيلية على مدرسة في غزة تقتل تسعة"),
        ("ru", "Удар по больнице в Херсоне: четверо погибших"),
        ("uk", "Удар по лікарні в Херсоні: четверо загиблих"),
        ("en", "School in Rafah damaged after night of strikes"),
        ("fr", "Une école de Rafah endommagée après une nuit de frappes"),
        ("es", "Escuela de Rafah dañada tras una noche de ataques"),
        ("ar", "تضرر مدرسة في رفح بعد ليلة من الضربات"),
        ("ru", "Школа в Рафахе повреждена после ночных ударов"),
        ("uk", "Школа в Рафаху пошкоджена після нічних ударів"),
        ("en", "US strike on Sanaa prison kills 68"),
        ("en", "Suspected US strike kills 12 in Yemen"),
        ("en", "Strike on bus near Sarmada kills four"),
        ("fr", "Frappe sur un bus près de Sarmada : quatre morts"),
        ("ru", "Удар по зданию суда в Харькове: двое погибших"),
        ("uk", "Удар по потягу біля Сарн: четверо загиблих"),
        ("en", "Strike on a law firm near Sarmada kills four"),
        ("fr", "Frappe sur un casino près de Sarmada : quatre morts"),
        ("es", "Ataque contra una notaría cerca de Sarmada deja cuatro muertos"),
        ("ar", "ضربة على كازينو قرب سرمدا تقتل أربعة"),
        ("ru", "Удар по лаборатории близ Сармады: четверо погибших"),
        ("uk", "Удар по лабораторії поблизу Сармади: четверо загиблих"),
        ("ru", "Удар по селу под Сумами, погибли рыбаки"),
        ("uk", "Удар по селу на Сумщині: загинули рибалки"),
        ("en", "Israeli army kills child in Gaza"),
        ("fr", "L'armée israélienne tue un enfant à Gaza"),
        ("es", "El ejército israelí mata a un niño en Gaza"),
        ("ar", "الجيش الإسرائيلي يقتل طفلا في غزة"),
        ("ru", "Израильская армия убила ребенка в Газе"),
        ("uk", "Ізраїльська армія вбила дитину в Газі"),
    ],
)
def test_somebodys_strike_or_a_strike_on_something_needs_no_weapon_to_be_sure(
    certain: Engine, language: str, title: str
) -> None:
    assert told(certain, {"title": title, "summary": "", "language": language}) >= {"civilian-strikes"}


def test_a_word_for_what_may_be_hit_is_no_sign_of_an_accident_or_a_crime(alone: Engine) -> None:
    """Buses, trains, prisons and shopping centres are in the news of accidents and crimes, and are struck."""
    (rule,) = (one for one in shipped_files().rules if one.id == "civilian-strikes")
    against = ("crime", "felony", "nature", "mishap", "combatant")
    signs = [
        (group, place.written, hit.text)
        for place in rule.words["place"]
        for group, found in alone.evaluate(
            rule.id, ItemTexts(re.sub(r"=|\*|~\d|\.\.", "", place.written), "")
        ).hits.items()
        for hit in found
        if group in against
    ]
    assert signs == []


def test_words_of_another_sense_take_no_sureness_from_strikes_in_a_war(certain: Engine) -> None:
    relevant = [row for row in rows("tune") if row["labels"]["civilian-strikes"] == "y"]
    doubted = [
        row["title"]
        for row in relevant
        for match in certain.match(ItemTexts(row["title"], row["summary"], language=row["language"]))
        if match.rule == "civilian-strikes" and not match.sure
    ]
    assert len(relevant) > 40
    assert doubted == []


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Airstrike on Gaza kills four bus drivers and two actors"),
        ("en", "Missile kills nurses at Kharkiv hospital during storm"),
        ("fr", "Bombardement à Kiev : trois cheminots tués"),
        ("es", "Un misil mata a dos enfermeros en un hospital de Járkov"),
        ("ar", "غارة إسرائيلية على غزة تقتل حارس المرمى وثلاثة معلمين"),
        ("ru", "Обстрел Херсона: ракета попала в автобус, погибли врачи и водители"),
        ("uk", "Обстріл Херсона: загинули водії автобуса"),
        ("en", "Airstrike on trade union office in Gaza kills four"),
        ("en", "Missile strike on Kharkiv stadium kills Premier League goalkeeper"),
        ("en", "Air raid on Khartoum cinema leaves nine dead as box office queue is hit by rockets"),
        ("fr", "Frappe aérienne sur le siège d'un syndicat à Gaza : quatre morts"),
        ("fr", "Un missile tue un gardien de but dans un stade de Ligue 1"),
        ("es", "Un bombardeo contra la sede de un sindicato en Gaza mata a cuatro"),
        ("ar", "غارة إسرائيلية على مقر نقابة في غزة تقتل أربعة"),
        ("ru", "Обстрел Херсона: ракета попала в здание профсоюза, есть погибшие"),
        ("ru", "Ракета попала в стадион перед матчем чемпионата в Одессе, погибли люди"),
        ("uk", "Обстріл Херсона: ракета влучила в будівлю профспілки, є загиблі"),
        ("en", "Shelling of port in Izmail leaves hundreds of lorries waiting"),
        ("fr", "Bombardement du port d'Izmaïl : des centaines de camions à l'arrêt"),
        ("fr", "Bombardement d'un hôpital de Kharkiv : des débris partout"),
        ("ru", "Обстрел порта в Одессе: сотни грузовиков ждут"),
    ],
)
def test_a_strike_in_a_war_may_hit_workers_and_stay_sure(certain: Engine, language: str, title: str) -> None:
    assert "civilian-strikes" in {
        match.rule for match in certain.match(ItemTexts(title, language=language)) if match.sure
    }


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "A bomb for teachers: the new timetable"),
        ("fr", "Une bombe pour les enseignants : le nouveau calendrier"),
        ("es", "Una bomba para los maestros: el nuevo calendario"),
        ("ar", "قنبلة للمعلمين: التقويم الجديد"),
        ("ru", "Бомба для учителей: новое расписание"),
        ("uk", "Бомба для вчителів: новий розклад"),
        ("en", "Minister condemns the attack on our alphabet"),
        ("fr", "Le ministre condamne cette attaque contre l'alphabet"),
        ("es", "El ministro condena el ataque al alfabeto"),
        ("ar", "الوزير يدين الهجوم على الأبجدية"),
        ("ru", "Министр осудил атаку на алфавит"),
        ("uk", "Міністр засудив атаку на абетку"),
    ],
)
def test_nothing_is_sure_that_names_neither_who_or_what_was_hit_nor_a_war(
    certain: Engine, language: str, title: str
) -> None:
    assert not told(certain, {"title": title, "summary": "", "language": language})


def test_of_headlines_written_before_the_words_hardly_any_is_sure(shipped: Engine) -> None:
    sure = [row["id"] for row in rows("later") if told(shipped, row)]
    assert not [one for one in sure if "later-1" in one]
    assert len(sure) <= 5


def test_nonsense_that_nobody_had_tuned_on_is_not_sure(shipped: Engine) -> None:
    headlines = [row for row in rows("unseen") if row["kind"] == "trap"]
    languages = [row["language"] for row in headlines]
    assert {language: languages.count(language) for language in languages} == dict.fromkeys(LANGUAGES, 48)
    assert [(row["title"], told(shipped, row)) for row in headlines if told(shipped, row)] == []


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Landmine-shaped cookie sold at school in Kherson"),
        ("fr", "Bombe de peinture sur l'hôpital d'Alep : l'auteur jugé"),
        ("es", "Una bomba de agua nueva para el hospital de Jersón"),
        ("ar", "شركات الطيران تصيب مسافري بيروت بالدهشة"),
        ("ar", "قذائف من النكات على مسرح رام الله"),
        ("ru", "Рубль попал под обстрел"),
        ("uk", "Гривня потрапила під обстріл"),
    ],
)
def test_what_only_has_the_name_of_a_weapon_and_money_under_fire_are_not_sure(
    certain: Engine, language: str, title: str
) -> None:
    assert not told(certain, {"title": title, "summary": "", "language": language})


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Brussels comments on Kharkiv dormitory strike"),
        ("en", "Turkish shells fall on tourists in Duhok"),
        ("fr", "Léon XIV prie pour le curé tué par un obus à Qlayaa"),
        ("es", "Proyectiles turcos caen sobre turistas en Duhok"),
        ("fr", "Raid sauvage contre un immeuble de Beyrouth"),
        ("uk", "Бомба на весілля: Нігерія вибачається"),
    ],
)
def test_homes_are_struck_by_nobody_who_works_there_and_people_by_a_weapon_without_a_toll(
    certain: Engine, language: str, title: str
) -> None:
    assert "civilian-strikes" in told(certain, {"title": title, "summary": "", "language": language})


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Drone racing champions crowned in Kharkiv school gym"),
        ("fr", "Les champions de course de drones couronnés dans un gymnase scolaire de Kharkiv"),
        ("es", "Campeones de carreras de drones, premiados en una escuela de Járkov"),
        ("ru", "В харьковской школе наградили чемпионов гонок на дронах"),
        ("uk", "У харківській школі нагородили чемпіонів перегонів дронів"),
    ],
)
def test_a_sport_with_drones_at_a_school_in_a_war_is_not_sure(certain: Engine, language: str, title: str) -> None:
    assert not told(certain, {"title": title, "summary": "", "language": language})


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Crime falls as the dam is repaired, says Gomez of those who make tyres"),
        ("fr", "Le prix du gaz et le crime : la dame parle"),
        ("es", "La dama de la saga, contra el crimen"),
        ("ru", "Цена на газ растёт, сумма та же"),
        ("uk", "Ціна на газ зростає, сума та сама"),
        ("ar", "صورة فرقة وجولة في مصنع الحديد، وورقة عن الصيد"),
    ],
)
def test_common_words_are_no_towns_in_wars(shipped: Engine, language: str, title: str) -> None:
    assert not shipped.evaluate("civilian-strikes", ItemTexts("", title, language=language)).hits.get("warplace")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "A bat, a log, a barrier apart: habits, passages, journals; rob, ray, grip, sing, transform, detect"),
        ("fr", "Les armes et la robe, tenir, établir, essayer, exposer, soigner; un échec, un passage, le journal"),
        ("es", "Prácticamente estable, desconoce el plazo; puerta, habitación, rato, beber; un malestar temporal"),
        ("ar", "دور كبيرة في البلد، تؤدي إليه التجارة وفيها الرياضة، والمعارضة تدافع، دعا، طلب، كاميرا، البحر"),
        ("ru", "Лица, два метра, скорее брать и верить; пара, груз, колонны; грозит, неизвестно, голый, из Кореи"),
        ("uk", "Голові, у селах, скоро, наказ, пара, збитки, тренувалися"),
    ],
)
def test_common_words_with_the_stem_of_a_term_are_neither_struck_nor_signs_against(
    alone: Engine, language: str, text: str
) -> None:
    groups = {"civilians", "harm", "sense", "nature", "play", "felony", "crime", "mishap", "drill", "intercept"}
    groups |= {"combatant", "figure", "place", "party"} - ({"place"} if language == "uk" else set())
    hits = alone.evaluate("civilian-strikes", ItemTexts("", text, language=language)).hits
    assert {group: hits[group] for group in groups & set(hits) if hits[group]} == {}


@pytest.mark.parametrize(
    ("rule", "missed"), [("civilian-strikes", 5), ("cluster-munitions", 0), ("official-reactions", 8)]
)
def test_nearly_all_that_matters_of_what_nobody_had_tuned_on_is_found(shipped: Engine, rule: str, missed: int) -> None:
    relevant = [row for row in rows("unseen") if row["labels"][rule] == "y"]
    assert len(relevant) > 40
    silent = [
        row["title"]
        for row in relevant
        if rule
        not in {
            match.rule for match in shipped.match(ItemTexts(row["title"], row["summary"], language=row["language"]))
        }
    ]
    assert len(silent) <= missed, silent


@pytest.fixture(scope="module")
def kinds(shipped: Engine) -> list[tuple[Mapping[str, Any], Mapping[str, bool]]]:
    """Each headline of `kinds` with the rules that find it, and whether they are sure: matched once for all tests."""
    return [
        (row, {match.rule: match.sure for match in shipped.match(ItemTexts(row["title"], language=row["language"]))})
        for row in rows("kinds")
    ]


@pytest.mark.parametrize(
    ("rule", "missed"), [("civilian-strikes", 30), ("cluster-munitions", 0), ("official-reactions", 34)]
)
def test_kinds_of_reports_that_words_were_chosen_for_are_found_and_no_nonsense_beside_them_is_sure(
    kinds: list[tuple[Mapping[str, Any], Mapping[str, bool]]], rule: str, missed: int
) -> None:
    languages = [row["language"] for row, _ in kinds]
    assert min(languages.count(language) for language in LANGUAGES) >= 240
    silent = [row["title"] for row, found in kinds if row["labels"][rule] == "y" and rule not in found]
    assert len(silent) <= missed, silent
    nonsense = [(row["title"], found) for row, found in kinds if row["kind"] == "trap" and row["labels"][rule] == "n"]
    assert [title for title, found in nonsense if found.get(rule)] == []


PLACES = {
    "en": "Russia {} hospital in Vovchansk, five civilians dead",
    "fr": "La Russie {} un hôpital à Vovtchansk, cinq civils tués",
    "es": "Rusia {} un hospital en Vovchansk y mueren cinco civiles",
    "ru": "Россия {} в Волчанске, погибли пятеро мирных жителей",
    "uk": "Росія {} у Вовчанську, загинули п'ятеро цивільних",
    "ar": "روسيا {} مستشفى في فوفشانسك ومقتل خمسة مدنيين",
}
VERBS = {
    "en": ["levelled", "flattens", "razed", "blew up", "hammers", "pummelled", "destroyed", "took out", "torches"],
    "fr": ["a détruit", "cible", "s'en est prise à", "a tiré sur", "rase", "a pulvérisé", "mitraille", "a atteint"],
    "es": ["alcanzó", "impactó en", "arrasa", "embistió", "disparó contra", "demolió", "dañó", "machaca"],
    "ru": [
        "бьёт по больнице",
        "била по больнице",
        "разрушила больницу",
        "взорвала больницу",
        "сбросила бомбу на больницу",
    ],
    "uk": ["б'є по лікарні", "вразила лікарню", "знищила лікарню", "гатить по лікарні", "скинула бомбу на лікарню"],
    "ar": ["دمرت", "تدك", "أغارت على", "نسفت", "طالت", "سوت بالأرض", "أحرقت"],
}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_whoever_ruins_a_protected_place_strikes_it_whatever_the_verb(shipped: Engine, language: str) -> None:
    missed = [
        verb
        for verb in VERBS[language]
        if not any(
            match.rule == "civilian-strikes"
            for match in shipped.match(ItemTexts(PLACES[language].format(verb), "", language=language))
        )
    ]
    assert not missed


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Toll of strike on El Fasher market rises to 14 dead"),
        ("ru", "Число жертв удара по рынку в Эль-Фашире выросло до 14"),
        ("uk", "Кількість загиблих від удару по ринку в Ель-Фашері зросла до 14"),
        ("fr", "Le bilan de la frappe sur le marché d'El-Facher monte à 14 morts"),
        ("es", "Suben a 14 los muertos por el ataque contra el mercado de El Fasher"),
        ("ar", "ارتفاع حصيلة قصف سوق الفاشر إلى 14 قتيلا"),
    ],
)
def test_a_town_in_a_war_is_known_in_every_language(shipped: Engine, language: str, title: str) -> None:
    assert "civilian-strikes" in told(shipped, {"title": title, "summary": "", "language": language})
