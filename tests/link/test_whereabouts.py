"""Where a report says that it happened: not where those are who act, speak or file."""

from __future__ import annotations

import pytest

from monitor.link.whereabouts import event_places

PLACES: dict[str, list[tuple[str, str]]] = {
    "en": [
        ("UN in Geneva condemns strike on Gaza school", "Gaza Strip"),
        ("ICC prosecutors in The Hague open inquiry into strike on Kharkiv hospital", "Kharkiv"),
        ("US summons Russian envoy in Washington over Sumy strike", "Sumy"),
        ("Strikes on Beirut and Damascus kill 12", "Beirut, Damascus"),
        ("Drone strike on Belgorod kills two; in Dnipro, a missile killed three", "Belgorod, Dnipro"),
        ("Explosion in Brussels kills three", "Brussels"),
        ("Market hit in Sudan", "Sudan"),
        ("Nine killed in US strike on boat near Venezuela", "Venezuela"),
        ("Israel blames Turkey after strike on Syria air base", "Syria"),
        ("Pilot dies in one of Russia's largest raids", ""),
        ("Minister killed in US-Israeli strikes", ""),
        ("US-made cluster munitions found", ""),
        ("Strikes kill 12 in Iran and Iraq", "Iran, Iraq"),
        ("Drones hit Qatar, the UAE and Bahrain", "Qatar, United Arab Emirates, Bahrain"),
        ("Strike on Iran's power grid kills four", "Iran"),
        ("Nine killed in the south of Syria", "Syria"),
        ("Missiles fired from the territory of Iran", ""),
        ("Syria air strike on camp kills 18", "Syria"),
        ("Russia launched cluster munitions", ""),
        ("A shop in Aleppo burns on Damascus Street after a raid", "Aleppo"),
        ("Kyiv comes under heavy Russian missile attack", "Kyiv"),
        ("Kyiv strikes refinery", ""),
        ("Israel-Gaza latest news: Israeli air strikes kill eight troops", ""),
        ("Ukraine-Russia war live: PM 'discourages' cluster bombs", ""),
        ("Strike on Israel-Lebanon border kills two", "Lebanon"),
        ("New missile used in attacks on US forces", ""),
        ("Visit is in doubt|US strikes on Iran go on. Concerns grow in Beijing.", "Iran"),
        ("Damascus explosion kills one", "Damascus"),
        ("Blasts heard over Dubai, Doha for second day", "Dubai, Doha"),
        ("Kyiv: six killed in Russian missile strike", "Kyiv"),
        ("Strike on village of Hroza kills 52", "Hroza"),
        ("Strike kills two. Envoys met in Geneva on Sunday", "Geneva"),
        ("Envoys meet|Jets hit a market in Kutum. Envoys met in Geneva on Sunday.", "Kutum"),
        ("ICC judges in The Hague order arrest over strikes on Ukraine's power grid", "Ukraine"),
        ("Court in The Hague convicts commander over air strikes that killed 30", ""),
        ("Gaza truce talks resume in Doha after strike kills nine", "Gaza Strip"),
        ("Rights council in Geneva condemns attack on school", ""),
        ("Istanbul talks go on as Russian drones hit Sumy", "Sumy"),
        ("Mediators meet in Doha to revive ceasefire", "Doha"),
        ("Drone hits court in Kherson, two hurt", "Kherson"),
        ("Court in Kherson hit by shells", "Kherson"),
        ("Israel strikes Hamas negotiators in Doha", "Doha"),
    ],
    "fr": [
        ("Soudan: le bilan monte à 20 morts", "Sudan"),
        ("La France condamne les frappes contre l'Iran", "Iran"),
        ("Israël bombarde le Liban", "Lebanon"),
        ("Israël bombarde la capitale du Yémen, Sanaa", "Sanaa"),
        ("L'ambassadeur à Bagdad dément la frappe", ""),
        ("La CPI à La Haye émet un mandat d'arrêt pour les frappes sur des hôpitaux", ""),
        ("La Cour de La Haye juge un chef milicien pour des bombardements", ""),
        ("Un obus tombe dans la cour d'une école de Kherson", "Kherson"),
    ],
    "es": [
        ("Chile lleva a La Haya sus argumentos contra los ataques a escuelas de Gaza", "Gaza Strip"),
        ("España condena el ataque", ""),
        ("España condena el ataque en Ucrania", "Ukraine"),
        ("Ataque de EE.UU. contra Irán deja 9 muertos", "Iran"),
        ("Las conversaciones en Doha se suspenden tras el bombardeo", ""),
    ],
    "ru": [
        ("В Женеве ООН осудила удар по Сумам", "Sumy"),
        ("Удары США и Израиля по Ирану неприемлемы, заявили в КНР", "Iran"),
        ("На юге Ирана погибли трое", "Iran"),
        ("На Украине погибли трое", "Ukraine"),
        ("Обстрел Украины: трое погибших", "Ukraine"),
        ("Трое погибли из-за ударов Ирана по ОАЭ", "United Arab Emirates"),
        ("Ракеты выпустили с территории Ирана", ""),
        ("Иран применил кассетные боеприпасы", ""),
        ("Суд в Гааге выдал ордер на арест за удары по энергетике", ""),
        ("Переговоры в Стамбуле: ночью удар по Сумам", "Sumy"),
    ],
    "ar": [
        ("مقتل تسعة بالسودان", "Sudan"),
        ("استشهاد ثلاث نساء في غارة استهدفت بلدة الشهابية", "الشهابية"),
        ("مقتل أربعين في قصف على عزاء في الأبيض", "El Obeid"),
        ("الجيش يعلن مقتل ضباط في غارات استهدفت إيران", "Iran"),
        ("الأردن ينفي استهداف العراق", ""),
        ("نددت باريس بقصف مدرسة في غزة", "Gaza Strip"),
        ("قصف على المدينة", ""),
        ("قصف مدينة الفاشر", "El Fasher"),
        ("انفجار في المدينة المنورة", "Madinah"),
        ("مراسلنا في السليمانية: شهداء في قصف على قرية في المقدادية", "Al Miqdadiyah"),
        ("عمان في 02 مارس /بترا/ مقتل تسعة في السودان", "Sudan"),
        ("محكمة لاهاي تصدر مذكرة توقيف بسبب قصف المستشفيات", ""),
        ("محادثات في جنيف بعد غارة على مستشفى", ""),
    ],
}


@pytest.mark.parametrize(("language", "text", "places"), [(of, *row) for of, rows in PLACES.items() for row in rows])
def test_where_a_report_says_that_it_happened(language: str, text: str, places: str) -> None:
    found = event_places(text.split("|"), english=language == "en")
    assert ", ".join(mention.place.name for _, mention in found) == places
