"""Reports, counts, denials and reactions of one event meet, whatever language they are in and by whatever rule."""

from __future__ import annotations

import pytest

from tests.support.linking import Told, stories_of
from tests.support.rules import shipped_rules

STUDY = (
    "Six air raids with cluster munitions killed at least 200 civilians in Homs, Idlib and Aleppo within a month, the "
    "rights group Fieldwatch said. The defence ministry had no immediate comment."
)

EVENTS: dict[str, list[Told]] = {
    "a study and what follows": [
        (
            0,
            "wire",
            "en",
            "Air raids with cluster munitions killed at least 200 civilians in Syria, study finds",
            STUDY,
        ),
        (
            0.2,
            "paper",
            "en",
            "Syria: study counts dead of six raids",
            STUDY,
        ),
        (
            3,
            "courrier",
            "fr",
            "Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG",
            "L'ONG Fieldwatch recense six frappes à Homs, Idleb et Alep.",
        ),
        (
            5,
            "faro",
            "es",
            "Bombas de racimo mataron a 200 civiles en Homs, Idlib y Alepo, según una ONG",
            "La organización Fieldwatch documenta seis ataques aéreos.",
        ),
        (
            7,
            "qalam",
            "ar",
            "منظمة حقوقية: القنابل العنقودية قتلت 200 مدني في حمص وإدلب وحلب",
            "قالت منظمة فيلدووتش إن ست غارات جوية بالذخائر العنقودية قتلت 200 مدني على الأقل.",
        ),
        (
            9,
            "visti",
            "uk",
            "Правозахисники: касетні боєприпаси вбили щонайменше 200 цивільних у Сирії",
            "Шість авіаударів по Хомсу, Ідлібу та Алеппо задокументувала організація Fieldwatch.",
        ),
        (
            48,
            "vestnik",
            "ru",
            "Минобороны отрицает удары кассетными боеприпасами по Хомсу и Идлибу",
            "Министерство обороны назвало доклад о гибели мирных жителей в Хомсе, Идлибе и Алеппо недостоверным.",
        ),
    ],
    "a market in Sudan": [
        (
            0,
            "wire",
            "en",
            "Air strike on market in Kutum kills 11, rescuers say",
            "Eleven people were killed when a jet bombed a crowded market in Kutum in North Darfur, rescuers said.",
        ),
        (
            2,
            "qalam",
            "ar",
            "مقتل 11 شخصا في غارة جوية على سوق في كتم بشمال دارفور",
            "قال مسعفون إن طائرة قصفت سوقا مزدحما في مدينة كتم بولاية شمال دارفور.",
        ),
        (
            20,
            "courrier",
            "fr",
            "Soudan : l'armée dément avoir bombardé un marché à Kutum",
            "L'armée soudanaise a nié toute frappe sur le marché de Kutum, au Darfour-Nord.",
        ),
    ],
    "a hospital in Ukraine": [
        (
            0,
            "visti",
            "uk",
            "Ракета влучила в лікарню в Сумах: четверо загиблих",
            "Чотири людини загинули внаслідок ракетного удару по лікарні в Сумах, повідомив мер.",
        ),
        (
            1,
            "wire",
            "en",
            "Russian missile hits hospital in Sumy, killing four",
            "Four people died when a missile struck a hospital in the Ukrainian city of Sumy, the mayor said.",
        ),
        (
            4,
            "vestnik",
            "ru",
            "Минобороны России отрицает удар по больнице в Сумах",
            "Ведомство заявило, что российские ракеты не били по больнице в Сумах.",
        ),
        (
            6,
            "faro",
            "es",
            "La ONU condena el ataque con misiles contra un hospital en Sumy",
            "El secretario general condenó el ataque ruso contra el hospital, donde murieron cuatro personas.",
        ),
    ],
    "a camp in Lebanon": [
        (
            0,
            "courrier",
            "fr",
            "Une frappe israélienne sur un camp de réfugiés près de Nabatiyé fait sept morts",
            "Sept personnes ont été tuées dans une frappe israélienne près de Nabatiyé, dans le sud du Liban.",
        ),
        (
            1.5,
            "wire",
            "en",
            "Israeli strike near Nabatieh in southern Lebanon kills seven people",
            "Seven people were killed in an Israeli strike near Nabatieh, the Lebanese health ministry said.",
        ),
        (
            5,
            "qalam",
            "ar",
            "لبنان يدين الغارة الإسرائيلية على النبطية التي قتلت سبعة أشخاص",
            "أدانت وزارة الخارجية اللبنانية الغارة الإسرائيلية قرب النبطية في جنوب لبنان.",
        ),
    ],
    "a country leaves a treaty": [
        (
            0,
            "wire",
            "en",
            "Lithuania's parliament votes to leave cluster munitions treaty",
            "The parliament in Vilnius voted to withdraw from the Convention on Cluster Munitions, citing Russia.",
        ),
        (
            3,
            "vestnik",
            "ru",
            "Сейм Литвы проголосовал за выход из конвенции по кассетным боеприпасам",
            "Парламент Литвы одобрил выход из Конвенции по кассетным боеприпасам.",
        ),
        (
            8,
            "courrier",
            "fr",
            "Lituanie : des ONG dénoncent le vote du parlement pour quitter le traité sur les armes à sous-munitions",
            "Le parlement de Vilnius a voté la sortie de la convention, invoquant la menace russe.",
        ),
    ],
    "a town that no map has in these letters": [
        (0, "qalam", "ar", "تسعة قتلى في هجوم بطائرة مسيرة على فندق في كيسمايو", ""),
        (1, "courrier", "fr", "Somalie: neuf morts dans une frappe de drone sur un hôtel à Kismayo", ""),
        (2, "wire", "en", "Drone strike on Kismayo hotel kills nine", ""),
    ],
    "a town with sounds that Arabic has no letters for": [
        (0, "visti", "uk", "Росіяни вдарили по лікарні в Костянтинівці, семеро загиблих", ""),
        (1, "qalam", "ar", "سبعة قتلى في قصف روسي على مستشفى في كوستيانتينيفكا", ""),
        (2, "wire", "en", "Seven killed in Russian strike on hospital in Kostiantynivka", ""),
    ],
    "the suburbs of a capital": [
        (0, "qalam", "ar", "غارة إسرائيلية تستهدف الضاحية الجنوبية لبيروت وتقتل مدنيين", ""),
        (1, "wire", "en", "Israel strikes southern suburbs of Beirut, killing four civilians", ""),
        (2, "courrier", "fr", "Frappe israélienne sur la banlieue sud de Beyrouth: quatre civils tués", ""),
        (3, "faro", "es", "Israel bombardea los suburbios del sur de Beirut y mata a cuatro civiles", ""),
        (4, "vestnik", "ru", "Израиль ударил по южному пригороду Бейрута, погибли четверо мирных жителей", ""),
    ],
    "a town that no map has": [
        (0, "vestnik", "ru", "Азербайджанская армия ударила по рынку в Мартуни, пять погибших", ""),
        (1, "wire", "en", "Baku denies striking Martuni market", ""),
        (2, "courrier", "fr", "Une frappe sur le marché de Martouni fait cinq morts", ""),
    ],
    "a town with an accent and without": [
        (0, "faro", "es", "Bombardeo contra una escuela en Toribío deja ocho muertos", ""),
        (1, "courrier", "fr", "Colombie: huit morts dans le bombardement d'une école à Toribio", ""),
    ],
}


@pytest.mark.parametrize("event", EVENTS)
def test_a_report_and_what_follows_in_other_languages_are_one_story(event: str) -> None:
    found = stories_of(shipped_rules(), EVENTS[event])
    assert len(set(found)) == 1, found


def test_the_reports_of_five_events_told_at_once_stay_five_stories() -> None:
    told = sorted(
        ((*report, event) for event, reports in EVENTS.items() for report in reports), key=lambda report: report[0]
    )
    found = stories_of(shipped_rules(), [report[:5] for report in told])
    by_story: dict[str, set[str]] = {}
    for story, report in zip(found, told, strict=True):
        by_story.setdefault(story, set()).add(report[5])
    assert [events for events in by_story.values() if len(events) > 1] == []
    assert len(by_story) == len(EVENTS)


GLUED_ONCE: list[list[Told]] = [
    # Other countries under the same words of warning and attack.
    [
        (
            0,
            "wire",
            "en",
            "Iran warns Emirates after strike on its ships, vows attack",
            "Tehran summoned the ambassador.",
        ),
        (
            2,
            "paper",
            "en",
            "Britain warns Russia of response after strike, vows no attack",
            "London called it reckless.",
        ),
    ],
    # Other countries under the same rare words.
    [
        (0, "wire", "ru", "В Кувейте обломки беспилотников повредили линию электропередачи и дома", ""),
        (1, "paper", "ru", "В Ейске обломки беспилотников повредили два дома и линию электропередачи", ""),
    ],
    # Two towns in one night.
    [
        (
            0,
            "wire",
            "en",
            "Russian shelling kills two civilians in Nikopol",
            "A couple died in their yard, the governor said.",
        ),
        (1, "paper", "en", "Russian shelling kills two civilians in Kupiansk", "Two women died, prosecutors said."),
    ],
    # Two targets in one town.
    [
        (0, "wire", "en", "Drone hits bus in Kherson, three killed", "The driver died, the mayor said."),
        (3, "paper", "en", "Shelling of hospital in Kherson wounds two nurses", "The roof burned, doctors said."),
    ],
    # The next day in the same town.
    [
        (
            0,
            "wire",
            "en",
            "Drone attack on Kherson kills one",
            "A taxi driver died near the station on Monday, police said.",
        ),
        (
            26,
            "wire",
            "en",
            "Drone attack on Kherson kills one",
            "A nurse died on her balcony on Tuesday, the mayor wrote.",
        ),
    ],
    # As many dead, in two scripts, and no place in common.
    [
        (0, "wire", "en", "Israeli strike on Gaza City school kills 12", "Medics said that 12 people were killed."),
        (1, "paper", "ar", "قصف الباب: مقتل 12 مدنيا", ""),
    ],
]


@pytest.mark.parametrize(
    "told",
    GLUED_ONCE,
    ids=["other speakers", "other countries", "other towns", "other targets", "the next day", "a toll"],
)
def test_what_shares_words_of_attack_but_not_the_event_stays_apart(told: list[Told]) -> None:
    assert len(set(stories_of(shipped_rules(), told))) == len(told)
