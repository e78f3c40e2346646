"""A place that is struck again is another event; what follows from an attack, and what is told late, is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.link.attacks import attack_of, days_of
from monitor.link.join import join, member_of
from monitor.link.reading import read_report
from monitor.link.stories import Stories
from monitor.model import Context, FeedState, Story
from tests.support.builders import hours, item

TUESDAY = datetime(2026, 11, 17, 8, tzinfo=UTC)

SHELLING, MISSILE, CAMP = (
    ("Shelling of Kherson kills one", "A man was killed in Kherson on Tuesday, the governor said."),
    ("Missile strike on Dnipro kills seven", "Seven people were killed in Dnipro, the governor said."),
    ("Air strike on Khan Younis kills nine", "Medics said nine people were killed in Khan Younis."),
)
BUS, DRONES, MINE, THREE = (
    ("Russian drone hits bus in Kherson, two killed", "Two people were killed in a bus in Kherson."),
    ("Russian drone strike on Kharkiv kills two", "Two people died when a drone hit a house in Kharkiv."),
    ("Drone strike kills two farmers near Izium", ""),
    ("Russian strike on Sloviansk kills three", ""),
)
ZEITOUN = ("Israeli strike on Gaza City's Zeitoun kills six", "")
WHOLE = ("Russian missiles and drones kill nine in Ukraine", "")
ABROAD = ("Iranian missiles kill three in Israel", "Three people were killed by Iranian missiles in Israel.")
BOTH = ("Five killed as Russia strikes across Ukraine overnight", "Ukraine struck Russia too; drones were shot down.")
GULF = ("One killed in Abu Dhabi by Iranian missiles", "A man was killed in the United Arab Emirates.")
SHOT = ("Six killed near aid site in Rafah, Gaza, medics say", "Israeli troops fired at crowds in Rafah, Gaza.")
ROCKETS = ("US to send Ukraine rockets with submunitions", "The rockets with submunitions will be sent to Ukraine.")
MEDIC = ("Drone kills ambulance driver in Kherson", "He died in the morning attack, the governor said.")


def another(
    first: tuple[str, str], title: str, summary: str, after: float, *, family: str = "paper", published: float = 0
) -> bool:
    """Whether a report so many hours after the first one of a story is told as a new event."""
    of = item(first[0], summary=first[1], seen_at=TUESDAY, published=TUESDAY, family="wire")
    member = member_of(read_report(of, ()), of, "first")
    story = Story(story_id="s1", started_at=TUESDAY, updated_at=TUESDAY, members=(member,), profile=member.profile)
    now = TUESDAY + hours(after)
    later = item(title, summary=summary, seen_at=now, published=now - hours(published), family=family)
    report = read_report(later, ())
    return join(report, member_of(report, later, "next"), [story], now=now).new


@pytest.mark.parametrize(
    ("first", "title", "summary", "after"),
    [
        (SHELLING, "Shelling of Kherson kills two", "Two people died in Kherson on Wednesday.", 22),
        (("Обстрел Горловки: двое погибших", ""), "Обстрел Донецка: двое погибших", "", 1),
        (("Misil en escuela de Jan Yunis mata a seis", ""), "Misil en escuela de Jan Yunis mata a dos", "", 22),
        (SHELLING, "Shelling of Kherson kills two", "Two people died in Kherson on 18 November.", 22),
        (SHELLING, "При обстреле Херсона погибли двое", "В среду в Херсоне погибли две женщины.", 22),
        (DRONES, "Russian drones hit Kharkiv overnight", "Two people were hurt in Kharkiv.", 25),
        (DRONES, "Russia strikes Kharkiv again, killing two", "", 7),
        (CAMP, "Second strike on Khan Younis in two days kills nine", "", 23),
        (DRONES, "Росіяни знову вдарили по Харкову: загинула жінка", "", 8),
        (DRONES, "Nouvelle frappe russe sur Kharkiv: trois morts", "", 8),
        (DRONES, "Nuevo ataque ruso contra Járkov deja tres muertos", "", 8),
        (CAMP, "غارة إسرائيلية جديدة على خان يونس تقتل ثلاثة", "", 8),
        (MISSILE, "Drone attack on Dnipro kills one", "A woman was killed in Dnipro.", 13),
        (BUS, "Russian drone hits market in Kherson, two killed", "", 13),
        (DRONES, "Russian missile strike on Kharkiv kills four", "Four people were killed in Kharkiv.", 26),
        (DRONES, "Удар по Харькову: погибли четверо", "", 26),
        (BUS, "Artillery shells Kherson market, three killed", "", 0.5),
        (BUS, "La artillería rusa mata a tres personas en un mercado en Jersón", "", 4),
        (BUS, "Two die as artillery shells Kherson", "Two people died in Kherson on Tuesday.", 4),
        (BUS, "Баллистическая ракета попала в порт Херсона, трое погибших", "", 1),
        (CAMP, "Tirs de chars sur une file d'attente à Khan Younès: cinq morts", "", 2),
        (BUS, "Strike on school in Kherson kills one", "", 5),
        (CAMP, "Des tirs de chars tuent quatre personnes à Khan Younès", "", 4),
        (CAMP, "قذائف مدفعية تقتل ثلاثة في خان يونس", "", 4),
        (CAMP, "قصف مدفعي على مستشفى في خان يونس يقتل اثنين", "", 2),
        (MINE, "Cluster munitions kill boy near Izium", "An unexploded bomblet killed him.", 2),
        (MEDIC, "Drone kills schoolgirl in Kherson", "", 3),
        (MEDIC, "Дрон вбив дівчинку в Херсоні", "", 3),
        (MEDIC, "Evening drone attack on Kherson kills two", "", 9),
        (MISSILE, "Trial opens over 2023 missile strike on Dnipro that killed 46", "", 3),
        (ZEITOUN, "Israeli strike on Gaza City's Shejaiya kills three", "", 3),
        (WHOLE, "Russia pounds Ukraine in new air attack, killing 11", "", 7),
        (WHOLE, "New Russian attack on Kherson kills nine", "", 7),
        (WHOLE, "Russia pounds Ukraine again, killing nine", "Nine people were killed on Wednesday.", 18),
        (CAMP, "Israeli strikes kill 45 across Gaza on Tuesday", "", 3),
        (ABROAD, "Israeli missiles kill three in Lebanon", "", 1),
        (ABROAD, "Three killed in Lebanon by Israeli missiles", "They were killed after Iranian missiles hit.", 1),
        (BOTH, "Ukrainian drones kill six people in Russia overnight", "Russia had struck Ukraine before.", 2),
        (BOTH, "Six killed in Russia as Ukraine strikes back", "Six people were killed after strikes on Ukraine.", 2),
        (GULF, "One killed in Kuwait by Iranian missiles", "", 2),
        (GULF, "Kuwait reports one killed by Iranian missiles", "", 2),
        (GULF, "الكويت تعلن مقتل شخص بصواريخ إيرانية", "", 2),
        (GULF, "В Кувейте при ударе иранских ракет погиб человек", "", 2),
        (MISSILE, "Годовщина ракетного удара по Днепру: погибли 46 человек", "", 3),
        (MISSILE, "Russia pounds Ukraine, killing nine", "Missiles hit a home in Kharkiv and a clinic in Dnipro.", 1),
        (MISSILE, "Ukraine: neuf morts dans des frappes", "Kharkiv et Dnipro ont été frappées dans la nuit.", 1),
        (SHOT, "Israeli attacks kill 31 across Gaza since dawn", "Hospitals report deaths in Rafah and Gaza City.", 3),
        (ROCKETS, "Russian rockets with submunitions hit Ukraine's Kherson", "Ukraine was sent such rockets too.", 3),
    ],
)
def test_a_town_that_is_struck_again_is_another_event(
    first: tuple[str, str], title: str, summary: str, after: float
) -> None:
    assert another(first, title, summary, after)


@pytest.mark.parametrize(
    ("first", "title", "summary", "after"),
    [
        (MISSILE, "Death toll in Dnipro missile strike rises to 12", "", 26),
        (MISSILE, "Russian missile kills seven in Ukraine", "Seven died in Dnipro. Flags fly low in Kharkiv too.", 1),
        (MISSILE, "Rescuers search rubble in Dnipro a day after missile strike killed nine", "", 26),
        (MISSILE, "Dnipro mourns seven killed by missile strike", "", 30),
        (MISSILE, "Une frappe russe sur Dnipro a fait sept morts mardi", "Sept personnes ont été tuées à Dnipro.", 20),
        (MISSILE, "Missile strike on Dnipro kills eight", "Eight people were killed in Dnipro.", 20),
        (MISSILE, "Missile strike on Dnipro kills two", "Two people were killed in Dnipro.", 3),
        (MISSILE, "Missile strike on Dnipro kills ten", "Rescuers on Wednesday found three bodies.", 25),
        (SHELLING, "Shelling of Kherson killed two", "Two people were killed in Kherson on Tuesday.", 26),
        (SHELLING, "Russian shelling of Kherson kills one", "A man died, the governor said on Wednesday.", 15),
        (DRONES, "Kharkiv hit again by Russian drones, two killed", "", 2),
        (DRONES, "Second victim of drone strike on Kharkiv dies", "", 9),
        (DRONES, "New details emerge of drone strike on Kharkiv", "", 7),
        (MISSILE, "Correction: missile strike on Dnipro killed two", "", 14),
        (MISSILE, "Search ends in Dnipro after Monday's missile strike", "", 6),
        (BUS, "Russian drone strikes bus in Kherson, killing three", "", 20),
        (BUS, "Three killed as drone hit bus in Kherson", "A bus was hit in Kherson on Tuesday.", 30),
        (BUS, "Shell hits bus in Kherson, two killed", "", 5),
        (BUS, "Two killed in missile attack on Kherson", "", 1),
        (CAMP, "Missile kills nine in Khan Younis", "", 5),
        (MISSILE, "Drones kill seven in Dnipro", "", 5),
        (THREE, "Three killed in Russian attack on Sloviansk, homes damaged", "", 13),
        (MEDIC, "Drone attack on Kherson kills medic", "", 3),
        (ABROAD, "Israel reports three killed by Iranian missiles", "", 1),
        (ABROAD, "Pakistani among three killed by Iranian missiles in Israel", "", 1),
        (ABROAD, "Iranian missiles kill three, officials say", "", 1),
        (BOTH, "Five killed in Ukraine as Russia and Ukraine exchange strikes", "", 2),
        (GULF, "Emirates: one killed by Iranian missiles", "", 1),
        (GULF, "Iran fires missiles at Kuwait and Emirates, one killed in Abu Dhabi", "", 1),
        (ZEITOUN, "Israeli strike on Gaza City's Zaytoun kills three", "", 3),
        (ZEITOUN, "Israeli strike on Gaza City kills five", "", 3),
        (WHOLE, "Russia pounds Ukraine in new air attack, killing 9", "", 7),
        (WHOLE, "Nouvelle attaque russe contre l'Ukraine: neuf morts", "", 7),
        (WHOLE, "Новая атака на Украину: девять погибших", "", 7),
        (MISSILE, "Missile strike kills eight in Dnipro, scene of 2023 attack", "", 2),
    ],
)
def test_what_follows_from_an_attack_or_is_told_late_is_the_same_event(
    first: tuple[str, str], title: str, summary: str, after: float
) -> None:
    assert not another(first, title, summary, after)


def test_a_report_that_comes_late_is_of_the_time_at_which_it_was_published() -> None:
    assert not another(DRONES, "Russian strike on Kharkiv kills three", "", 24, published=22)


def test_an_outlet_that_told_an_attack_tells_the_next_one_sooner() -> None:
    told = "Russian strike on Kharkiv kills three"
    assert another(DRONES, told, "", 13, family="wire")
    assert not another(DRONES, told, "", 13, family="paper")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Two people died on Monday", {16}),
        ("Two people died late on Sunday and early on Monday", {15, 16}),
        ("Two people died, the governor said on Wednesday", set()),
        ("Le gouverneur a déclaré mercredi que deux personnes sont mortes lundi", {16}),
        ("В ночь на понедельник погибли двое", {16}),
        ("قتل شخصان يوم الأحد", {15}),
        ("Two people died yesterday", {17}),
        ("Two people died on November 12", {12}),
        ("Загинули двоє людей 12 листопада", {12}),
        ("Dos personas murieron el 31 de noviembre", set()),
        ("Two people died in May", set()),
    ],
)
def test_the_days_on_which_it_happened_are_read_and_not_those_of_speaking(text: str, days: set[int]) -> None:
    assert {day.day for day in days_of(text, TUESDAY + timedelta(days=1))} == days


@pytest.mark.parametrize(
    ("title", "fresh"),
    [
        ("Two killed after Russian drone hits bus in Kherson", True),
        ("Rescuers work in Kherson after Russian drone hits bus", False),
        ("Three wounded in Kherson after Russian drone attack", True),
        ("Deux blessés après une frappe de drone sur Kherson", True),
        ("Троє поранених внаслідок удару дрона по Херсону", True),
        ("Трое раненых после удара дрона по Херсону", True),
        ("Rescuers pull three wounded from rubble after strike on Kherson", False),
        ("UN condemns drone strike on bus in Kherson", False),
        ("Funeral held for victims of drone strike in Kherson", False),
        ("Sumy buries six killed in school strike", False),
        ("Drone strike on a funeral in El Obeid kills 40", True),
        ("Frappe de drone lors d'un anniversaire à Cité Soleil: huit morts", True),
        ("How a drone strike on Nyala in March killed 32", False),
        ("Strike on Sumy on 3 March killed 20", False),
        ("Мартовский удар по Ньяле: 32 погибших", False),
        ("Three years on, Pazigyi remembers 165 killed in air strike", False),
        ("Worst strike on Kyiv since March kills nine", True),
        ("Israel May Strike Iran", True),
        ("Удар по похоронам в Эль-Обейде: 40 погибших", True),
        ("مقتل أربعين في قصف على عزاء في الأبيض", True),
        ("Скончался раненый при обстреле Херсона", False),
    ],
)
def test_an_attack_is_news_or_what_a_headline_comes_back_to(title: str, fresh: bool) -> None:
    attack = attack_of(title, "", TUESDAY)
    assert attack is not None
    assert attack.fresh is fresh


def test_what_comes_back_to_an_earlier_attack_joins_the_story_of_that_day() -> None:
    told = [("Drone strike on Kharkiv kills two", "on Tuesday", 0), ("Missile strike on Kharkiv kills three", "", 24)]
    stories = []
    for title, day, after in told:
        at = TUESDAY + hours(after)
        of = item(title, summary=f"They died in Kharkiv {day or 'on Wednesday'}.", seen_at=at, published=at)
        member = member_of(read_report(of, ()), of, title)
        story = Story(story_id=f"s{after}", started_at=at, updated_at=at, members=(member,), profile=member.profile)
        stories.append(story)
    now = TUESDAY + hours(30)
    later = item("Third victim of Tuesday's drone strike on Kharkiv dies", summary="", seen_at=now, published=now)
    report = read_report(later, ())
    member = member_of(report, later, "next")
    assert join(report, member, stories, now=now).story_id == "s0"
    assert join(report, member, stories[1:], now=now).story_id == "s24"


ODESA, KHARKIV = "Russian drones hit Odesa, three hurt", "Russian missile hits hospital in Kharkiv"


@pytest.mark.parametrize(
    ("known", "title", "new"),
    [
        ([], "Drones hit Odesa; missile strikes hospital in Kharkiv", True),
        ([ODESA], "Drones hit Odesa; missile strikes hospital in Kharkiv", True),
        ([KHARKIV], "Drones hit Odesa as missile strikes hospital in Kharkiv", True),
        ([ODESA], "Дроны атаковали Одессу, в Харькове ракета попала в больницу", True),
        ([ODESA, KHARKIV], "Drones hit Odesa; missile strikes hospital in Kharkiv", False),
        ([ODESA], "Russian drones hit Odesa, mayor in Kharkiv says", False),
    ],
)
def test_a_line_about_two_attacks_is_told_unless_both_are_known(known: list[str], title: str, new: bool) -> None:
    stories = []
    for number, headline in enumerate(known):
        of = item(headline, seen_at=TUESDAY)
        member = member_of(read_report(of, ()), of, f"i{number}")
        story = Story(story_id=f"s{number}", started_at=TUESDAY, updated_at=TUESDAY, members=(member,))
        stories.append(replace(story, profile=member.profile))
    later = item(title, seen_at=TUESDAY + hours(1))
    report = read_report(later, ())
    known_by_now = Context(state=FeedState(feed_id="any"), stories=tuple(stories))
    asked = frozenset[str]().union(*(one.members[0].keys for one in stories))
    linking = Stories(known_by_now, asked, now=TUESDAY + hours(1))
    assert linking.link(report, member_of(report, later, "next")).new is new
    assert bool(report.profile.words) is (new is False and len(known) == 1)
