"""Which official says or does what: read from the words of a sentence, in six languages, with its subject."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.link.reactions import heard_in

HEARD: dict[str, list[tuple[str, str]]] = {
    # English
    "The ministry denies any strike": [("denial", "ministry")],
    "Minister admits strike on convoy of aid trucks": [("admission", "minister")],
    "Defence ministry apologises for strike": [("apology", "defence ministry")],
    "UN envoy condemns air strike near the town": [("condemnation", "UN")],
    "US defends strike on boat": [("justification", "the United States")],
    "Army confirms strike on depot": [("confirmation", "military")],
    "White House regrets deaths in strike": [("regret", "White House")],
    "EU urges Israel to investigate attack on aid workers": [("call for an inquiry", "EU")],
    "Prosecutor opens inquiry into shelling of the market": [("inquiry", "prosecutor")],
    "Israeli military investigating strike on Rafah school": [("inquiry", "military of Israel")],
    "Foreign ministry summons Iranian diplomat over drone strike": [("summons or expulsion", "foreign ministry")],
    "Britain imposes new sanctions over missile attacks": [("sanctions", "the United Kingdom")],
    "ICC issues arrest warrant over missile attacks on power grid": [("legal step", "ICC")],
    "Pentagon neither confirms nor denies the strike": [("no comment", "Pentagon")],
    "President warns of reprisals after strike": [("warning", "president")],
    "Israel rejects accusations that it bombed the school": [("denial", "Israel")],
    "Strike on school condemned by France": [("condemnation", "France")],
    "China rejects allegations of a raid, accusing the US of lies": [("denial", "China")],
    # Of an attack of one's own, without a word for it.
    "Russia says it did not hit the hospital": [("denial", "Russia")],
    "Army says it targeted a command post": [("confirmation", "military")],
    "Army says clinic strike was lawful": [("justification", "military")],
    "Governor says it was a drone strike": [("statement", "governor")],
    "Army and rebels trade blame over convoy attack": [("accusation", "military")],
    "Brussels condemns strike on market": [("condemnation", "EU")],
    "Страны осудили бомбардировки в пункте об Иране, и осуждают их": [],
    "Moscou dit ne pas avoir frappé l'hôpital": [("denial", "Russia")],
    "Moscú afirma que no atacó el hospital": [("denial", "Russia")],
    "Le maire affirme que la frappe a touché une école": [("statement", "mayor")],
    "Москва заявила, что не била по больнице": [("denial", "Russia")],
    "Москва заявила, що не била по лікарні": [("denial", "Russia")],
    "Мэр сообщил, что дрон атаковал дом": [("statement", "mayor")],
    "موسكو تقول إنها لم تقصف المستشفى": [("denial", "Russia")],
    "Myanmar junta denies bombing school": [("denial", "junta of Myanmar")],
    "L'émissaire américain pour l'Ukraine a dénoncé l'attaque": [("condemnation", "envoy of the United States")],
    # It is not said, only to be said, or said by another.
    "Army does not deny strike on school": [("statement", "military")],
    "President refuses to apologise for strike": [("statement", "president")],
    "UN did not condemn the strike": [("statement", "UN")],
    "Minister stops short of condemning the attack": [("statement", "minister")],
    "China abstains from condemning the strike": [("statement", "China")],
    "China stays silent on strike": [("no comment", "China")],
    "Hungría se niega a condenar el ataque": [("statement", "Hungary")],
    "Minister urged to condemn the attack": [],
    "Biden condemned by human rights groups for approving cluster munitions": [],
    "Rights group denounces Israel strike": [],
    "Protesters in Paris condemn the strike": [],
    "Boat accused of smuggling hit by army strike": [],
    # A noun for it is of whoever is named beside it, and no act of who speaks of it.
    "Taliban condemned Pakistan's admission of strikes": [("condemnation", "Taliban")],
    "Iran denounces US warning": [("condemnation", "Iran")],
    "Iran dismisses Israeli denial": [("statement", "Iran")],
    "Moscow rejects UN call for inquiry into strike": [("statement", "Russia")],
    "L'Iran dénonce l'avertissement américain": [("condemnation", "Iran")],
    "إيران تندد بتحذير أمريكي": [("condemnation", "Iran")],
    "UN condemns strike, warning of famine": [("condemnation", "UN")],
    # What goes on with "and" is said by the same, whoever was named last.
    "France condemns attack by Russia and urges restraint": [("condemnation", "France"), ("call", "France")],
    "Macron condamne la frappe d'Israël et regrette la mort de civils": [
        ("condemnation", "Macron"),
        ("regret", "Macron"),
    ],
    "МИД Ирана осудил удар США и предупредил об ответе": [
        ("condemnation", "foreign ministry of Iran"),
        ("warning", "foreign ministry of Iran"),
    ],
    "الأمم المتحدة تدين قصف إسرائيل وتدعو إلى تحقيق": [("condemnation", "UN"), ("call for an inquiry", "UN")],
    "UN condemns Israeli strike and Russia warns of escalation": [("condemnation", "UN"), ("warning", "Russia")],
    # An acronym of several bodies is the one of the country that is spoken of.
    "RSF denies shelling El Fasher camp": [("denial", "Rapid Support Forces")],
    "RSF denies it was paid by readers": [],
    "Coalition denies bombing wedding in Hajjah": [("denial", "coalition")],
    "Coalition denies split over budget": [],
    # Who calls the target military defends an attack; who was attacked says so of no strike.
    "Israeli army says Deir al-Balah strike targeted militant": [("justification", "military of Israel")],
    "Kyiv says Dnipro strike hit apartment block": [("statement", "Ukraine")],
    "Hungary slams EU's condemnation of the strike": [("condemnation", "Hungary")],
    "UN voices condemnation of Israel's strike": [("condemnation", "UN")],
    "La France condamne l'aveu du Pakistan": [("condemnation", "France")],
    "Кремль раскритиковал признание Израиля в ударе": [("condemnation", "Kremlin")],
    "Молчание ЮНЕСКО после удара по церкви": [("no comment", "UN")],
    "Захарова указала на молчание ЮНЕСКО": [],
    "Macron rompt le silence du gouvernement sur la frappe": [],
    "Silencio del Gobierno tras el ataque": [("no comment", "government")],
    "UN's silence on strike grows louder": [("no comment", "UN")],
    "صمت الأمم المتحدة بعد القصف": [("no comment", "UN")],
    # An ombudsman is no prosecutor.
    "Омбудсмен Эфиопии осудил удар": [("condemnation", "ombudsman of Ethiopia")],
    "El defensor del pueblo condena el ataque": [("condemnation", "ombudsman")],
    # Words that mean something else.
    "Russia slams Ukrainian cities in mass missile attack": [],
    "Several countries slammed their airspace shut after strikes": [],
    "Army denies entry to aid trucks after strike": [],
    "Minister condemned to death after attack": [],
    # Who is condemned condemns nobody.
    "Iran condemned over strike on hospital": [],
    "L'Iran condamné après une frappe sur un hôpital": [],
    "Russia faces condemnation after strike on hospital": [],
    "Россию осудили за удар по больнице": [],
    "Росію засуджують за удар": [],
    "Россию и Иран осудили за удар": [],
    "Израиль осудили в ООН за удар": [],
    "Россия и Иран осудили удар": [("condemnation", "Iran")],
    "США осудили удар по больнице": [("condemnation", "the United States")],
    "Россию осудил генсек ООН за удар": [("condemnation", "UN secretary-general")],
    "Россию обвинили в ударе по больнице": [],
    "Осуждение России за удар": [],
    "Осуждение Россией удара": [("condemnation", "Russia")],
    "إدانة إيران بعد قصف مستشفى": [],
    "إدانة إيران لقصفها مستشفى": [],
    "إدانة دولية لإيران بعد القصف": [],
    "إدانة إيران للغارة على دمشق": [("condemnation", "Iran")],
    "تنديد مصر بالغارة": [("condemnation", "Egypt")],
    "La France condamne après la frappe un crime": [("condemnation", "France")],
    "EU proposes 18th package of sanctions": [],
    # Two speakers in one sentence.
    "Kremlin says Ukraine denies the strike": [("statement", "Kremlin"), ("denial", "Ukraine")],
    "UN condemns strike, army denies it": [("condemnation", "UN"), ("denial", "military")],
    # French
    "L'ONU dénonce le bombardement d'une école": [("condemnation", "UN")],
    "Israël enquête sur la frappe d'un camp": [("inquiry", "Israel")],
    "Israel investiga el ataque a un campamento": [("inquiry", "Israel")],
    "Israel dice que investiga el ataque": [("statement", "Israel"), ("inquiry", "Israel")],
    "La ONU dice que Israel investiga el ataque": [("statement", "UN"), ("inquiry", "Israel")],
    "El hombre que lamenta el ataque": [],
    "Израиль заявил, что не осуждает удар": [("statement", "Israel"), ("statement", "Israel")],
    "Міноборони повідомило, що спростовує удар": [("statement", "defence ministry"), ("denial", "defence ministry")],
    "Israel pide disculpas por el ataque a una iglesia": [("apology", "Israel")],
    "Израиль начал расследование удара по школе": [("inquiry", "Israel")],
    "Ізраїль розслідує удар по школі": [("inquiry", "Israel")],
    "الجيش الإسرائيلي يفتح تحقيقا في قصف مدرسة": [("inquiry", "military of Israel")],
    "Israël dément avoir bombardé l'hôpital": [("denial", "Israel")],
    "Le Premier ministre néerlandais a dénoncé l'attaque": [("condemnation", "prime minister of the Netherlands")],
    "« C'est un crime », a dénoncé le ministre ukrainien après la frappe": [("condemnation", "minister of Ukraine")],
    "La France « condamne les tirs de roquettes »": [("condemnation", "France")],
    "La France n'a pas condamné la frappe": [("statement", "France")],
    "L'armée reconnaît une frappe sur le marché": [("admission", "military")],
    "Le ministère présente ses excuses après la frappe": [("apology", "ministry")],
    "Le Kremlin refuse de commenter la frappe": [("no comment", "Kremlin")],
    "Le ministre accusé de crimes après la frappe": [],
    "Le texte appelle le gouvernement à reconnaître les massacres": [],
    # Spanish
    "La ONU condena el bombardeo contra un campo de refugiados": [("condemnation", "UN")],
    "El ejército niega haber atacado el hospital": [("denial", "military")],
    "El ejército no niega el ataque": [("statement", "military")],
    "El Gobierno pide una investigación por el ataque": [("call for an inquiry", "government")],
    "Rusia reconoce el ataque": [("admission", "Russia")],
    "El ministro se disculpa por el bombardeo": [("apology", "minister")],
    # Russian
    "МИД России опроверг удар по больнице": [("denial", "foreign ministry of Russia")],
    "Минобороны признало удар по школе ошибкой": [("admission", "defence ministry")],
    "Минобороны не признало удар по школе": [("statement", "defence ministry")],
    "Минобороны отказалось от комментариев об ударе": [("no comment", "defence ministry")],
    "Генсек ООН осудил удар по рынку": [("condemnation", "UN secretary-general")],
    "Кремль отказался осудить удар": [("statement", "Kremlin")],
    "США признали гибель военных при ударе": [("admission", "the United States")],
    "Иран призвал ООН осудить нападение на школу": [("call", "Iran")],
    # Ukrainian
    "МЗС України засудило обстріл лікарні": [("condemnation", "foreign ministry of Ukraine")],
    "Росія заперечує удар по лікарні": [("denial", "Russia")],
    "Президент закликав посилити санкції після удару": [("call", "president")],
    "Міноборони вибачилося за удар": [("apology", "defence ministry")],
    # Arabic
    "أدانت وزارة الخارجية الأمريكية التفجير": [("condemnation", "foreign ministry of the United States")],
    "الاتحاد الأوروبي يدين الهجمات": [("condemnation", "EU")],
    "نفى الجيش الإسرائيلي قصف المستشفى": [("denial", "military of Israel")],
    "لم ينف الجيش الغارة": [],
    "اعتذرت وزارة الدفاع عن الغارة": [("apology", "defence ministry")],
    "مظاهرة في باريس للتنديد بالغارة": [],
    "زعيم المعارضة يتهم ترامب بالفشل": [],
}


@pytest.mark.parametrize(("sentence", "reacts"), HEARD.items(), ids=lambda of: of[:50] if isinstance(of, str) else "")
def test_an_official_says_what_the_words_say(sentence: str, reacts: list[tuple[str, str]]) -> None:
    assert [(one.reaction.value, one.speaker) for one in heard_in(sentence).reacts] == reacts


def test_a_speaker_is_also_told_as_written_and_the_words_are_where_they_stand() -> None:
    sentence = "The Israeli army's spokesman denies the strike"
    (one,) = heard_in(sentence).reacts
    assert one.written in sentence
    assert sentence[one.start : one.end] == "denies"


@given(st.text(max_size=300), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=2))
def test_no_text_raises(text: str, spans: list[tuple[int, int]]) -> None:
    inside = [(start, end) for start, end in spans if start < end <= len(text)]
    for one in heard_in(text, inside).reacts:
        assert 0 <= one.start < one.end <= len(text)


def test_a_long_sentence_takes_linear_time() -> None:
    started = time.perf_counter()
    heard_in("The army of Israel denies and condemns, " * 200)
    assert time.perf_counter() - started < 10
