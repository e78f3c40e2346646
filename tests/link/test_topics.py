"""What makes reports match a rule does not make them one event: ten headlines of a weapon are ten stories."""

from __future__ import annotations

import pytest

from tests.support.linking import Told, rule_of, stories_of
from tests.support.rules import shipped_rules


def apart(language: str, *headlines: str) -> list[Told]:
    """Headlines of ten outlets, forty minutes apart."""
    return [(number * 0.67, f"f{number}", language, title, "") for number, title in enumerate(headlines)]


CLUSTER = {
    "en": apart(
        "en",
        "Navy shells Port Sudan depot with cluster munitions",
        "Senate in Manila debates ban on cluster munitions",
        "Plant in Gdansk to resume making cluster munitions",
        "Photographer's book on cluster munitions wins prize",
        "Sappers clear cluster munitions from Laotian rice fields",
        "Pension fund sells shares in maker of cluster munitions",
        "Farmer loses leg to cluster munitions near Kirkuk",
        "Pope calls cluster munitions a shame",
        "Cluster munitions found in lake after drought",
        "Army fires cluster munitions at Sumy rail yard",
    ),
    "fr": apart(
        "fr",
        "L'armée tire des bombes à sous-munitions sur un dépôt d'Orikhiv",
        "Le parlement de Vilnius vote la sortie du traité sur les bombes à sous-munitions",
        "Une usine de Toulouse va fabriquer des bombes à sous-munitions",
        "Un musée expose des bombes à sous-munitions",
        "Des démineurs retirent des bombes à sous-munitions au Laos",
        "Un sénateur demande la fin des exportations de bombes à sous-munitions",
        "Le Pérou se mobilise contre les bombes à sous-munitions",
        "Deux garçons blessés par des bombes à sous-munitions près de Marib",
        "Des évêques demandent l'interdiction des bombes à sous-munitions",
        "Une banque condamnée pour des prêts à un fabricant de bombes à sous-munitions",
    ),
    "es": apart(
        "es",
        "El ejército lanza bombas de racimo contra un depósito en Orijiv",
        "El parlamento de Vilna vota salir del tratado de bombas de racimo",
        "Una fábrica de Toledo volverá a producir bombas de racimo",
        "Un museo muestra bombas de racimo",
        "Desminadores retiran bombas de racimo en Laos",
        "Una senadora pide frenar la exportación de bombas de racimo",
        "Perú conmemora el día contra las bombas de racimo",
        "Dos niños heridos por bombas de racimo cerca de Marib",
        "Los obispos piden prohibir las bombas de racimo",
        "Multan a un banco por créditos a fabricantes de bombas de racimo",
    ),
    "ru": apart(
        "ru",
        "Армия ударила кассетными боеприпасами по складу в Орехове",
        "Парламент в Вильнюсе проголосовал за выход из договора о кассетных боеприпасах",
        "Завод в Толедо снова будет выпускать кассетные боеприпасы",
        "Музей показал кассетные боеприпасы времён войны",
        "Сапёры убирают кассетные боеприпасы в Лаосе",
        "Сенатор требует остановить экспорт кассетных боеприпасов",
        "В Перу прошёл день против кассетных боеприпасов",
        "Двое мальчиков ранены кассетными боеприпасами под Марибом",
        "Епископы просят министра запретить кассетные боеприпасы",
        "Банк оштрафован за кредиты производителям кассетных боеприпасов",
    ),
    "uk": apart(
        "uk",
        "Армія вдарила касетними боєприпасами по складу в Оріхові",
        "Парламент у Вільнюсі проголосував за вихід із договору про касетні боєприпаси",
        "Завод у Толедо знову вироблятиме касетні боєприпаси",
        "Музей показав касетні боєприпаси часів війни",
        "Сапери прибирають касетні боєприпаси в Лаосі",
        "Сенаторка вимагає зупинити експорт касетних боєприпасів",
        "У Перу провели день проти касетних боєприпасів",
        "Двоє хлопчиків поранені касетними боєприпасами під Марібом",
        "Єпископи просять міністра заборонити касетні боєприпаси",
        "Банк оштрафовано за позики виробникам касетних боєприпасів",
    ),
    "ar": apart(
        "ar",
        "الجيش يقصف مستودعا في أوريخيف بقنابل عنقودية",
        "برلمان ليتوانيا يصوت على الانسحاب من معاهدة القنابل العنقودية",
        "مصنع في طليطلة يعود لإنتاج القنابل العنقودية",
        "متحف يعرض قنابل عنقودية من زمن الحرب",
        "خبراء يزيلون قنابل عنقودية في لاوس",
        "عضو في مجلس الشيوخ يطالب بوقف تصدير القنابل العنقودية",
        "بيرو تحيي يوم مناهضة القنابل العنقودية",
        "إصابة طفلين بقنابل عنقودية قرب مأرب",
        "أساقفة يطلبون من الوزير حظر القنابل العنقودية",
        "تغريم بنك بسبب قروض لمصنعي القنابل العنقودية",
    ),
}


@pytest.mark.parametrize("language", CLUSTER)
def test_ten_headlines_that_share_only_the_weapon_are_ten_stories(language: str) -> None:
    found = stories_of(shipped_rules(), CLUSTER[language])
    assert len(set(found)) == len(found), found


# An announcement, what allies, rivals and campaigners say of it, and what follows from it, each by another outlet.
DECISIONS = {
    "sold by Seoul": (
        ("en", "South Korea to supply Poland with cluster munitions for rocket launchers"),
        ("en", "Seoul approves sale of cluster munitions to Poland"),
        ("fr", "La Corée du Sud va livrer des armes à sous-munitions à la Pologne"),
        ("ru", "Южная Корея поставит Польше кассетные боеприпасы"),
        ("en", "Norway criticises South Korea over cluster munitions for Poland"),
        ("ar", "كوريا الجنوبية تقرر تزويد بولندا بذخائر عنقودية"),
        ("en", "Rights groups condemn Seoul's decision to send cluster munitions to Poland"),
    ),
    "sent by Tehran": (
        ("en", "Iran sends missiles with cluster warheads to Russia, officials say"),
        ("fr", "L'Iran livre à la Russie des missiles à sous-munitions"),
        ("ru", "Иран передаст России ракеты с кассетными боевыми частями"),
        ("en", "Tehran denies supplying Russia with cluster missiles"),
        ("es", "Irán entrega a Rusia misiles con bombas de racimo"),
        ("en", "UK condemns Iran's transfer of cluster warheads to Russia"),
        ("ar", "بريطانيا تدين تزويد إيران روسيا بصواريخ عنقودية"),
        ("uk", "Іран передав Росії ракети з касетними боєголовками"),
        ("en", "Germany demands answers over Iranian cluster missiles for Russia"),
    ),
    "resumed by Washington": (
        ("en", "US to resume cluster bomb deliveries to Israel"),
        ("en", "White House confirms decision to send cluster munitions to Israel"),
        ("fr", "Washington va reprendre la livraison de bombes à sous-munitions à Israël"),
        ("ru", "США возобновят поставки кассетных бомб Израилю"),
        ("en", "Lebanon condemns US decision on cluster bombs for Israel"),
        ("es", "España critica el envío de bombas de racimo estadounidenses a Israel"),
        ("en", "UN 'deeply concerned' by US cluster munitions for Israel"),
        ("ar", "لبنان يدين قرار واشنطن تسليم إسرائيل قنابل عنقودية"),
        ("en", "Belgium says US cluster bomb deliveries to Israel 'unacceptable'"),
    ),
}
ELSEWHERE = (
    ("en", "Russian forces fire cluster munitions at Nikopol, two killed"),
    ("en", "Lithuania's parliament votes to quit cluster munitions treaty"),
    ("fr", "Des bombes à sous-munitions tuent quatre civils à Idleb"),
)


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_decision_on_a_weapon_and_what_is_said_of_it_are_one_story(decision: str) -> None:
    reports = (*DECISIONS[decision], *ELSEWHERE)
    found = stories_of(
        shipped_rules(), [(number * 0.67, f"f{number}", of, title, "") for number, (of, title) in enumerate(reports)]
    )
    assert len(set(found[: -len(ELSEWHERE)])) == 1, found
    assert len(set(found)) == 1 + len(ELSEWHERE), found


VILLAGES = {
    "en": "Two killed as cluster bombs hit {} village: Marsaloi, Tawqerra, Umm Shumail",
    "en, named behind": "Cluster bombs hit village of {}: Kafr Naboudi, Velyka Lomivka, Umm Dokhan",
    "fr": "Des bombes à sous-munitions sur le village de {}: Barsalougha, Grande Fontaine, Kafr Chahin",
    "es": "Bombas de racimo matan a dos niños en la aldea de {}: Tel Sajira, Piedra Blanca, Umm Dujana",
    "ru": "Двое погибших при ударе кассетными бомбами по деревне {}: Гремучий Лог, Сухая Балка, Нижний Омут",
    "ru, on the map": "Кассетные бомбы сброшены на село {}: Верхняя Журавка, Малая Белозёрка, Тернуватка",
    "uk": "Касетні бомби скинули на село {}, двоє загиблих: Вишневий Гай, Тернова Балка, Козачий Лан",
    "ar": "مقتل طفلين بقنابل عنقودية في قرية {}: تل الصخر, كفر شاهين, عين البستان",
    "ar, of one word": "قنابل عنقودية على بلدة {} تقتل ثلاثة مدنيين: المنيزلة, حربنوش, الرفيعة",
    "ar, by the article": "قصف قرية {} بالقنابل العنقودية: الحصيبة, الدويلات, المشرفات",
}


@pytest.mark.parametrize("language", VILLAGES)
def test_three_villages_that_are_hit_alike_are_three_stories(language: str) -> None:
    headline, _, names = VILLAGES[language].rpartition(": ")
    told = apart(language[:2], *(headline.format(name) for name in names.split(", ")))
    found = stories_of(shipped_rules(), told)
    assert len(set(found)) == 3, found


ONE_VILLAGE = {
    "en": (
        "Cluster bombs hit market in Tawqerra village, six killed",
        "Six dead as cluster munitions rain on Tawqerra market",
        "Tawqerra market attack: cluster bomb toll rises to nine",
    ),
    "ru": (
        "Двое погибших при ударе кассетными бомбами по деревне Сухая Балка",
        "Кассетные бомбы в деревне Сухая Балка: погибли двое",
    ),
    "ar": (
        "مقتل طفلين بقنابل عنقودية في قرية تل الصخر",
        "قنابل عنقودية على قرية تل الصخر تقتل طفلين",
        "ارتفاع عدد قتلى القصف العنقودي على تل الصخر إلى أربعة",
    ),
}


@pytest.mark.parametrize("language", ONE_VILLAGE)
def test_reports_of_one_village_are_one_story(language: str) -> None:
    found = stories_of(shipped_rules(), apart(language, *ONE_VILLAGE[language]))
    assert len(set(found)) == 1, found


BACKGROUND = (
    "Cluster munitions open in the air and scatter bomblets over a wide area. More than 100 countries have signed the "
    "convention that bans the weapons, because unexploded bomblets maim civilians for years."
)


def test_background_on_the_weapon_under_every_report_glues_none() -> None:
    told = [(after, outlet, "en", title, BACKGROUND) for after, outlet, _, title, _ in CLUSTER["en"]]
    told = [
        (after, outlet, language, title, f"{first} {summary}")
        for (after, outlet, language, title, summary), first in zip(
            told,
            (
                "Crews fought the fire until dawn.",
                "A vote is due in May.",
                "Two hundred jobs will return to the shipyard town.",
                "The jury spoke of its quiet pages.",
                "Villagers plant again after fifty years.",
                "Members had written letters for months.",
                "He was ploughing when the ground gave way.",
                "He spoke to pilgrims from his window.",
                "Anglers called the police.",
                "Trains were held up for six hours.",
            ),
            strict=True,
        )
    ]
    found = stories_of(shipped_rules(), told)
    assert len(set(found)) == len(found), found


OTHER_TOPICS = {
    "drones": (
        "{en: [drone, UAV], ru: [беспилотник*], ar: [مسيرة, مسيرات]}",
        apart(
            "en",
            "Drone sets Ryazan refinery ablaze",
            "Drone racing league signs broadcaster",
            "Town council buys drone to count deer",
            "Drone delivers insulin to island",
            "Students build drone from cardboard",
            "Tuapse port closed after drone raid",
            "Pilot reports drone near Heathrow runway",
            "Kenya drafts drone law",
            "Drone footage shows flooded Valencia streets",
            "Drone maker in Izmir doubles output",
        ),
    ),
    "landmines": (
        "{en: [landmine, land mine], fr: [mine antipersonnel], es: [mina antipersonal, minas antipersonales]}",
        apart(
            "en",
            "Landmine kills herder in Chad",
            "Angola opens road after landmine clearance",
            "Landmine treaty loses Finland",
            "Rats trained to sniff landmines retire",
            "Prince walks through landmine field near Jaffna",
            "Landmine museum near Siem Reap reopens",
            "Bus hits landmine in Burkina Faso",
            "Startup maps landmines with radar",
            "Landmine survivors row across the Channel",
            "Colombia counts landmine victims anew",
        ),
    ),
    "phosphorus": (
        "{en: [white phosphorus], fr: [phosphore blanc], ar: [الفوسفور الأبيض], ru: [белый фосфор]}",
        [
            (0.0, "a", "en", "White phosphorus burns olive groves near Dhayra", ""),
            (1.0, "b", "en", "Court in Tokyo hears white phosphorus plant case", ""),
            (2.0, "c", "fr", "Le phosphore blanc pollue un étang en Alsace", ""),
            (3.0, "d", "fr", "Rapport sur le phosphore blanc à Raqqa", ""),
            (4.0, "e", "ar", "حرائق بالفوسفور الأبيض في رفح", ""),
            (5.0, "f", "ar", "دراسة عن الفوسفور الأبيض في الفلوجة", ""),
            (6.0, "g", "ru", "Белый фосфор нашли на пляже в Калининграде", ""),
            (7.0, "h", "ru", "Химики получили белый фосфор дешевле", ""),
        ],
    ),
    "hospitals": (
        "{en: [hospital], es: [hospital], uk: [лікарн*]}",
        apart(
            "en",
            "Hospital in Leeds opens stroke unit",
            "Nurses walk out at Harare hospital",
            "Shell hits hospital in Kostiantynivka",
            "Hospital computers down across Ohio",
            "Newborn swapped at Lima hospital",
            "Hospital ship docks in Mombasa",
            "Flood cuts off hospital in Porto Alegre",
            "King visits hospital where he was treated",
            "Hospital parking fees scrapped in Wales",
            "Fire at hospital in Baghdad kills patients",
        ),
    ),
}


@pytest.mark.parametrize("topic", OTHER_TOPICS)
def test_what_a_rule_asks_for_glues_no_stories_whatever_it_is(topic: str) -> None:
    terms, told = OTHER_TOPICS[topic]
    found = stories_of(rule_of(topic, terms), told)
    assert len(set(found)) == len(found), found
