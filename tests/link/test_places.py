"""Which places a text names: in six languages, in any case and spelling, and what only looks like a place."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.link.places.build import as_news_writes
from monitor.link.places.gazetteer import gazetteer
from monitor.link.places.ids import within
from monitor.link.places.mentions import mentions
from monitor.model import Place, PlaceKind, PlaceMention

NAMED = [
    # English: countries, demonyms, short forms
    ("Shelling kills five in northern Ukraine", "Ukraine"),
    ("Ukrainian drones hit a refinery", "Ukraine"),
    ("Two Israelis and a Palestinian were wounded", "Israel, Palestinian Territory"),
    ("U.S. denies the strike", "United States"),
    ("The US and the UK condemn it", "United States, United Kingdom"),
    ("UAE intercepts missiles", "United Arab Emirates"),
    ("Tell us more about them", ""),
    ("North Korean shells were found", "North Korea"),
    ("Army of South Sudan denies raid", "South Sudan"),
    ("DR Congo's army retreats", "Democratic Republic of the Congo"),
    ("Iran's minister speaks", "Iran"),
    ("Lebanese and Syrian ministers meet", "Lebanon, Syria"),
    ("Burkina Faso and Niger leave", "Burkina Faso, Niger"),
    ("Saudi-led coalition denies", "Saudi Arabia"),
    ("Nigeria's air force hits a market", "Nigeria"),
    # English: cities, regions, seas, sites
    ("Missile hits block of flats in Kharkiv", "Kharkiv"),
    ("Kharkov wakes to explosions", "Kharkiv"),
    ("Bombs fall on Zaporozhye and Odessa", "Zaporizhzhia, Odesa"),
    ("Shells land near El-Obeid", "El Obeid"),
    ("Al-Ubayyid under fire", "El Obeid"),
    ("Drones reach Al Fashir", "El Fasher"),
    ("Jets hit southern suburbs of Beirut", "Southern suburbs of Beirut"),
    ("Raid on base in Anbar kills two", "Anbar Governorate"),
    ("Clinic in Kayah State bombed", "Kayah State"),
    ("Air raid on a market in Sana'a", "Sanaa"),
    ("Strikes in Sanaa and Hodeida", "Sanaa, Hodeidah"),
    ("Tanks enter Khan Younis and Deir el-Balah", "Khan Younis, Deir al-Balah"),
    ("Twelve dead in Gaza City", "Gaza City"),
    ("Hospitals of the Gaza Strip run dry", "Gaza Strip"),
    ("Settlers attack a village in the West Bank", "West Bank"),
    ("Fighting across the Donbas", "Donbas"),
    ("Cluster bombs in Kherson oblast", "Kherson Oblast"),
    ("Drone attack on the Belgorod region", "Belgorod Oblast"),
    ("Barrel bombs in the province of Idlib", "Idlib Governorate"),
    ("Barrel bombs in Idlib", "Idlib"),
    ("Militia burns villages in North Darfur", "North Darfur"),
    ("Ship hit in the Red Sea", "Red Sea"),
    ("Tanker seized in the Strait of Hormuz", "Strait of Hormuz"),
    ("Rockets fired over the Caspian", "Caspian Sea"),
    ("Fire at the Zaporizhzhia nuclear plant", "Zaporizhzhia nuclear plant"),
    ("Raid on Nasser Hospital", "Nasser Hospital"),
    ("Junta bombs a school in Rakhine", "Rakhine State"),
    ("Rebels near Goma in North Kivu", "Goma, North Kivu"),
    ("Explosion in Tehran", "Tehran"),
    # English: what stands for a government
    ("Tehran denies the report", "Tehran, Iran"),
    ("Missile hits Tehran hospital", "Tehran"),
    ("Fire at al-Shifa", "Al-Shifa Hospital"),
    ("Jets bomb Tehran", "Tehran"),
    ("Strikes halted at Tehran’s request", "Tehran, Iran"),
    ("Drones fall on Kyiv's outskirts", "Kyiv"),
    ("Kyiv strikes refinery", "Kyiv, Ukraine"),
    ("Россия атаковала Киев", "Russia, Kyiv"),
    ("Удар Киева по складу", "Kyiv, Ukraine"),
    ("Kremlin has no comment", "Russia"),
    # French and Spanish: a capital is asked or blamed
    ("L'ONU demande à Moscou d'enquêter", "Moscow, Russia"),
    ("Accusé d'avoir fourni à Moscou un missile", "Moscow, Russia"),
    ("La livraison d'armes à sous-munitions à Kiev", "Kyiv, Ukraine"),
    ("La livraison après la frappe à Kiev", "Kyiv"),
    ("Londres décourage l’utilisation d’armes à sous-munitions", "London, United Kingdom"),
    ("Un drone frappe à Moscou", "Moscow"),
    # Russian and Arabic: behind a word for an attack is a town, be it a common word
    ("Обстрел Горловки: двое погибших", "Horlivka"),
    ("Удар по Калуге", "Kaluga"),
    ("قصف الباب يوقع 12 قتيلا", "Al Bab"),
    ("غارة أمريكية على المكلا", "United States, Mukalla"),
    ("طرق الباب مرتين", ""),
    ("غارات التحالف على صعدة", "Saada"),
    ("White House condemns the raid", "United States"),
    ("Pentagon says it will investigate", "United States"),
    # English: several places of one name
    ("Shots in Tripoli as Lebanon votes", "Tripoli, Lebanon"),
    ("Shots in Tripoli as Libya votes", "Tripoli, Libya"),
    ("Tbilisi court frees reporter, Georgia votes", "Tbilisi, Georgia"),
    ("Storm heads for Georgia and Florida", "Georgia, Florida"),
    ("Donetsk shelled again", "Donetsk"),
    # English, where the name is a word or that of a person
    ("A nice day for reading", ""),
    ("Nice and easy", ""),
    ("Reading is good for you", ""),
    ("Man of the match", ""),
    ("Mobile phones were cut", ""),
    ("Orange alert at the bar", ""),
    ("Split over the budget", ""),
    ("Most of them were children", ""),
    ("Time to talk, says Police chief", ""),
    ("Paris Hilton visits", ""),
    ("The actor Jordan Zhiwago speaks", ""),
    ("Michael Jordan retires", ""),
    ("Jordan shoots down drones", "Jordan"),
    ("The Washington Post reports", ""),
    ("Officials say the Geneva Conventions were broken", ""),
    ("Whitney Houston remembered", ""),
    ("Russia blamed by envoy Kyslytsya", "Russia"),
    ("The mayor of Kyslytsya speaks", "Kyslytsya"),
    ("El embajador Kyslytsya condena el ataque ruso", "Russia"),
    ("El alcalde de Madrid condena el ataque", "Madrid"),
    ("Roast turkey and fine china", ""),
    ("Data of the agency SANA show it", ""),
    # French
    ("Frappe sur une école en Ukraine", "Ukraine"),
    ("L'armée israélienne nie", "Israel"),
    ("Les Israéliens et les Palestiniennes", "Israel, Palestinian Territory"),
    ("Un drone russe s'abat sur Kharkiv", "Russia, Kharkiv"),
    ("Des bombes près d’Odessa", "Odesa"),
    ("Les États-Unis condamnent", "United States"),
    ("Bombardements dans la bande de Gaza", "Gaza Strip"),
    ("Des morts à Khan Younès", "Khan Younis"),
    ("Trois tués au Soudan du Sud", "South Sudan"),
    ("Combats au Darfour", "Darfur"),
    ("Raid dans la région de Kherson", "Kherson Oblast"),
    ("Un navire touché en mer Rouge", "Red Sea"),
    ("Téhéran dément", "Tehran, Iran"),
    ("La Maison-Blanche ne commente pas", "United States"),
    ("Le président ukrainien proteste", "Ukraine"),
    ("Frappes au Liban et en Syrie", "Lebanon, Syria"),
    # Spanish
    ("Ataque israelí en Jan Yunis", "Israel, Khan Younis"),
    ("Bombardeo en la Franja de Gaza", "Gaza Strip"),
    ("EE.UU. niega el ataque", "United States"),
    ("Drones ucranianos alcanzan Moscú", "Ukraine, Moscow, Russia"),
    ("Misiles rusos contra Járkov", "Russia, Kharkiv"),
    ("Tres muertos en Alepo y en Damasco", "Aleppo, Damascus"),
    ("El Líbano denuncia los hechos", "Lebanon"),
    ("Buque atacado en el mar Rojo", "Red Sea"),
    ("Un barco iraní en el estrecho de Ormuz", "Iran, Strait of Hormuz"),
    ("Sudán del Sur cierra la frontera", "South Sudan"),
    ("La Casa Blanca no comenta", "United States"),
    ("Teherán lo desmiente", "Tehran, Iran"),
    # Arabic, with what is written as part of the word
    ("غارة على خان يونس", "Khan Younis"),
    ("قتلى بخان يونس", "Khan Younis"),
    ("قصف رفح وغزة", "Rafah, Gaza Strip"),
    ("براميل متفجرة في إدلب", "Idlib"),
    ("قصف على ريف إدلب", "Idlib Governorate"),
    ("الجيش الإسرائيلي ينفي", "Israel"),
    ("طائرات إسرائيلية فوق لبنان", "Israel, Lebanon"),
    ("للسودان حدود طويلة", "Sudan"),
    ("معارك في الفاشر", "El Fasher"),
    ("غارات على صنعاء والحديدة", "Sanaa, Hodeidah"),
    ("سفينة في البحر الأحمر", "Red Sea"),
    ("مقتل ثلاثة في جنوب لبنان", "South Lebanon"),
    ("الفلسطينيون في الضفة الغربية", "Palestinian Territory, West Bank"),
    ("قذائف على خاركيف في أوكرانيا", "Kharkiv, Ukraine"),
    ("الكلب الأبيض في الشارع", ""),
    ("مدينة وجدة المغربية", "Oujda, Morocco"),
    ("كان عددا كبيرا", ""),
    # Russian, in all cases
    ("Жители Харькова в подвалах", "Kharkiv"),
    ("Удар по Харькову", "Kharkiv"),
    ("Взрывы под Харьковом", "Kharkiv"),
    ("Погибшие в Херсоне", "Kherson"),
    ("Frappe à Tombouctou", "Timbuktu"),
    ("Frappe à Vovtchansk", "Vovchansk"),
    ("В Одессе горит порт", "Odesa"),
    ("Ракетный удар по Сумам", "Sumy"),
    ("Дрони вдарили по Сумах", "Sumy"),
    ("Спор о крупных суммах", ""),
    ("Суми компенсацій зросли", ""),
    ("Одессу обстреляли ночью", "Odesa"),
    ("Пожар в Запорожье", "Zaporizhzhia"),
    ("Обстрел Харьковской области", "Kharkiv Oblast"),
    ("Беспилотники над Белгородской областью", "Belgorod Oblast"),
    ("Бои в Донбассе", "Donbas"),
    ("Судно в Чёрном море", "Black Sea"),
    ("Жители Донецка и Курска", "Donetsk, Kursk"),
    ("Бой под Курском", "Kursk"),
    ("Взрыв в Кривом Роге", "Kryvyi Rih"),
    ("Бои за Часов Яр", "Chasiv Yar"),
    ("В секторе Газа не работают больницы", "Gaza Strip"),
    ("Удар по Хан-Юнису", "Khan Younis"),
    ("США отрицают", "United States"),
    ("израильские самолёты над Ливаном", "Israel, Lebanon"),
    ("Украинцы и россияне встретились", "Ukraine, Russia"),
    ("В Кремле не комментируют", "Russia"),
    ("Секретарь совета ушёл", ""),
    ("Военный на левом берегу Днепра", ""),
    ("Владимир Иванов выступил", ""),
    ("Нарушены Женевские конвенции", ""),
    ("Удар по Южному Ливану", "South Lebanon"),
    ("Взрыв в Северном Вазиристане", "North Waziristan"),
    ("Удар по южному пригороду Бейрута", "Southern suburbs of Beirut"),
    ("Песков: армия не бьёт по жилым домам", ""),
    ("Об этом заявил Песков", ""),
    ("Обстрел Песков", "Pisky"),
    # Ukrainian, in all cases
    ("У Краматорську загинули троє", "Kramatorsk"),
    ("Мешканці Харкова в підвалах", "Kharkiv"),
    ("Удар по лікарні в Харкові", "Kharkiv"),
    ("Взрывы на Харке", "Kharg Island"),
    ("Вибухи під Києвом", "Kyiv"),
    ("Удар по Миколаєву", "Mykolaiv"),
    ("Поранені у Запоріжжі", "Zaporizhzhia"),
    ("Обстріл Слов'янська", "Sloviansk"),
    ("Бої біля Куп’янська", "Kupiansk"),
    ("Обстріл Запорізької області", "Zaporizhzhia Oblast"),
    ("Російські дрони над Сумщиною", "Russia, Sumy Oblast"),
    ("Ворог у Бахмуті та Авдіївці", "Bakhmut, Avdiivka"),
    ("Ізраїльська армія в Секторі Гази", "Israel, Gaza Strip"),
    ("Президент України", "Ukraine"),
    ("Вони не коментують", ""),
]


@pytest.mark.parametrize(("text", "names"), NAMED, ids=[text for text, _ in NAMED])
def test_a_text_names_these_places_and_no_others(text: str, names: str) -> None:
    assert {mention.place.name for mention in mentions(text)} == set(filter(None, names.split(", ")))


@pytest.mark.parametrize(
    "reports",
    [
        (
            "Missile kills nine in Kharkiv, Ukraine says",
            "Neuf morts à Kharkiv, selon l'Ukraine",
            "Nueve muertos en Járkov, según Ucrania",
            "Девять человек погибли в Харькове, заявила Украина",
            "Дев'ятеро загинули у Харкові, заявила Україна",
            "تسعة قتلى في خاركيف بحسب أوكرانيا",
        ),
        (
            "Israeli raid on Khan Younis kills four",
            "Un raid israélien sur Khan Younès fait quatre morts",
            "Un ataque israelí contra Jan Yunis deja cuatro muertos",
            "При израильском ударе по Хан-Юнису погибли четверо",
            "غارة إسرائيلية على خان يونس تقتل أربعة",
        ),
        (
            "Market shelled in El Fasher, Sudan",
            "Un marché bombardé à El-Facher, au Soudan",
            "Рынок обстрелян в Эль-Фашере, Судан",
            "قصف سوق في الفاشر بالسودان",
        ),
    ],
    ids=["Kharkiv", "Khan Younis", "El Fasher"],
)
def test_reports_of_one_event_name_the_same_places_in_every_language(reports: tuple[str, ...]) -> None:
    named = [frozenset(mention.place.place_id for mention in mentions(report)) for report in reports]
    assert len(set(named)) == 1
    assert len(named[0]) == 2


def only(text: str) -> PlaceMention:
    (mention,) = mentions(text)
    return mention


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Guerre : l'Ukraine répond", "Ukraine"),
        ("In Ukraine's east", "Ukraine"),
        ("قتلى بخان يونس", "خان يونس"),
        ("Raids on the Kharkiv region go on", "Kharkiv region"),
        ("The U.S. denies", "U.S"),
    ],
)
def test_a_mention_is_where_the_name_is(text: str, written: str) -> None:
    mention = only(text)
    assert text[mention.start : mention.end] == written


def test_a_demonym_is_an_adjective() -> None:
    assert only("Ukrainian drones").adjective
    assert not only("Drones over Ukraine").adjective


def test_a_region_named_with_its_noun_is_no_adjective() -> None:
    assert only("харьковские сёла").adjective
    assert not only("сёла Харьковской области").adjective


def test_a_capital_that_speaks_stands_for_its_country() -> None:
    city, country = mentions("Tehran denies the report")
    assert (city.place.kind, city.metonym) == (PlaceKind.CITY, False)
    assert (country.place.place_id, country.metonym) == ("country:IR", True)


@pytest.mark.parametrize("text", ["Explosion in Tehran", "Взрыв в Тегеране", "انفجار بطهران", "TEHRAN: Two were hurt"])
def test_a_capital_where_something_happens_does_not(text: str) -> None:
    assert only(text).place.name == "Tehran"


def place(text: str) -> Place:
    return only(text).place


def test_a_city_lies_in_its_region_and_country() -> None:
    assert within(place("Raid on Khan Younis")) == {"region:gaza-strip", "country:PS"}
    assert within(place("Raid on Kramatorsk")) == {"region:donetsk", "region:donbas", "country:UA"}


def test_a_region_lies_in_a_larger_one() -> None:
    assert within(place("War in North Darfur")) == {"region:darfur", "country:SD"}


def test_a_site_lies_where_the_table_says() -> None:
    assert within(place("Raid on Nasser Hospital")) == {"region:gaza-strip", "country:PS"}


def test_a_sea_and_a_country_lie_in_nothing_we_know() -> None:
    assert not within(place("War in the Black Sea"))
    assert not within(place("War in Ukraine"))


def test_place_ids_are_unique_and_say_their_kind() -> None:
    places = gazetteer().places[1:]
    assert len({known.place_id for known in places}) == len(places)
    prefixes = {known.kind: known.place_id.partition(":")[0] for known in places}
    assert prefixes == {kind: "geo" if kind is PlaceKind.CITY else kind.value for kind in PlaceKind}


SNIPPETS = st.sampled_from([" ", "-", ". ", "’", "l'", "в ", "ب", "\u064b", *[text for text, _ in NAMED]])
TEXTS = st.one_of(
    st.text(max_size=80), st.text(string.printable, max_size=80), st.lists(SNIPPETS, max_size=6).map("".join)
)


@given(TEXTS)
def test_any_text_can_be_read(text: str) -> None:
    start = 0
    for mention in mentions(text):
        assert start <= mention.start < mention.end <= len(text)
        start = mention.start


@pytest.mark.parametrize(
    ("listed", "country", "written"),
    [
        ("Kh\u014dst", "AF", "Khost"),
        ("H\u0331olon", "IL", "Holon"),
        ("\u0162ar\u0163\u016bs", "SY", "Tartus"),
        ("Radens\u2019k", "UA", "Radensk"),
        ("Xi\u2019an", "CN", "Xi'an"),
        ("\u015eanl\u0131urfa", "TR", "\u015eanl\u0131urfa"),
    ],
)
def test_towns_are_called_as_news_in_english_writes_them(listed: str, country: str, written: str) -> None:
    assert as_news_writes(listed, country) == written
