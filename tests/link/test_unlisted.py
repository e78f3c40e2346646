"""Which words of a headline name a town that the gazetteer does not hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.link.places.mentions import mentions
from monitor.link.places.unlisted import sound_of, unlisted_towns


def towns(headline: str) -> frozenset[str]:
    return unlisted_towns(headline, [(one.start, one.end) for one in mentions(headline)])


@pytest.mark.parametrize(
    ("headline", "found"),
    [
        ("Strike on market in Qarah Tapachin kills nine", "name:latin:qrtpcn"),
        ("Strike on market in Tal Ferzan kills nine", "name:latin:tlfrzn"),
        ("Strike on Tal Ferzan kills nine", "name:latin:tlfrzn"),
        ("Tal Ferzan: nine killed in strike on market", "name:latin:tlfrzn"),
        ("Drone Strike Kills Two in Stara Kalynka", "name:latin:strklnk"),
        ("ارتفاع حصيلة قتلى القنابل العنقودية في سرمدا بإدلب إلى 12", "name:arabic:سرمد"),
        ("غارة على سوق في تل فرزان تقتل خمسة", "name:arabic:تلفرزن"),
        ("Удар дрона по Жуковатці: двоє загиблих", "name:cyrillic:жквтц"),
        ("Village of Belomoshka shelled for a third night", "name:latin:blmsk"),
        ("Villagers flee as Shelling Hits Village of Belomoshka in the Night", "name:latin:blmsk"),
        ("Frappe de drone à Belomochka : deux morts", "name:latin:blmck"),
        ("Удар по рынку в Заречногорье: девять погибших", "name:cyrillic:зрчнгр"),
        ("Девять погибших под Заречногорьем", "name:cyrillic:зрчнгр"),
        ("قصف يستهدف سوقا في بلدة خريبشان", "name:arabic:خربشن"),
        ("Raid aérien sur une école de Belomochka, quatre morts", "name:latin:blmck"),
        ("Frappe sur l'hôpital d'Oubelomochka", "name:latin:blmck"),
        ("Bombardeo de una escuela de Belomoshka: cuatro muertos", "name:latin:blmsk"),
        ("قصف يستهدف سوقا في خريبشان", "name:arabic:خربشن"),
        ("مقتل عشرين في غارة على حفل زفاف في خريبشان", "name:arabic:خربشن"),
        ("Jets bomb Belomoshka school, 13 killed", "name:latin:blmsk"),
        ("Envoy summoned over Belomoshka shelling", "name:latin:blmsk"),
        ("Two killed as bombs hit Belomoshka village", "name:latin:blmsk"),
        ("Two killed as bombs hit Oube Lomochka village", "name:latin:blmck"),
        ("Bombs Hit Belomoshka Village as Talks Resume", "name:latin:blmsk"),
        ("Двое погибших при ударе по деревне Сухая Балка", "name:cyrillic:схблк"),
        ("Удар по селу Великий Яр: двое погибших", "name:cyrillic:влкр"),
        ("Обстріляно селище Новий Лан", "name:cyrillic:нвлн"),
        ("مقتل طفلين بقصف في قرية تل الصخر", "name:arabic:تلصخر"),
        ("قنابل على قرية عين البستان فجر اليوم", "name:arabic:عنبستن"),
        ("Frappe sur le village de Grande Fontaine, deux morts", "name:latin:grndfntn"),
        ("Bombas sobre la aldea de Piedra Blanca dejan dos muertos", "name:latin:pdrblnc"),
    ],
)
def test_a_rare_name_after_a_word_of_place_is_a_town(headline: str, found: str) -> None:
    assert towns(headline) == {found}


@pytest.mark.parametrize(
    "headline",
    [
        "Strike on market in Kharkiv kills nine",
        "Dozens killed in January, report says",
        "Debate in Parliament on arms transfers",
        "Strikes Kill Nine In Crowded Belomoshka Market As Talks Resume",
        "Nine hurt in Belomoshkin attack",
        "Israeli strike kills Belomoshkin commander",
        "Strike on Belomoshkin commander kills two",
        "Belomoshkin: talks on truce resume",
        "Talks focus on Belomoshkin",
        "Anger at Belomoshkin's words",
        "NINE DEAD IN BELOMOSHKA",
        "Погибли дети в результате удара",
        "مؤتمر صحفي في خريبشان",
        "مسيرتان تستهدفان معسكرا في محافظة بعيدة",
        "After Belomoshkin attacks rival, judge resigns",
        "Un hôpital de campagne bombardé",
        "Frappe sur l'école de Journalisme",
        "L'attaque d'Oubelomochkine",
        "in",
        "",
        "Village",
        "Strike on Olympic Village kills nine",
        "Nine hurt in Christian village",
        "قصف قرية في ريف المدينة",
        "قصف بلدة جنوب المدينة",
        "قصف قرية تل",
        "В деревне под обстрелом погибли двое",
        "Погибли двое жителей села",
    ],
)
def test_what_is_listed_common_titled_or_somebody_is_none(headline: str) -> None:
    assert not towns(headline)


@pytest.mark.parametrize(
    "headline",
    ["Strike on market in Sarmada kills nine", "غارة سوق سرمدا", "Удар по рынку в Сармаде", "Удар по Сармаді"],
)
def test_a_town_sounds_the_same_in_every_script(headline: str) -> None:
    assert {sound_of(found) for found in towns(headline)} == {"srmd"}


def test_a_short_name_sounds_like_too_many() -> None:
    assert [sound_of(place_id) for place_id in ("name:latin:sr", "name:arabic:ح")] == ["", ""]


@given(st.text(max_size=200))
def test_no_text_raises(headline: str) -> None:
    assert all(found.startswith("name:") for found in towns(headline))
