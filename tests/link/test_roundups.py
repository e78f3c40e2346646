"""Round-ups and live pages: told by words in six languages, addresses, days counted and several events."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.link.reading import read_report
from monitor.link.roundups import Scope, scope_of
from monitor.model import ClaimKind
from tests.support.builders import item
from tests.support.linking import Told, links_of, stories_of
from tests.support.rules import shipped_rules

SEVERAL = [
    "Ukraine war live",
    "What we know on day 1,012 of the war",
    "Morning briefing",
    "Tuesday briefing: how a strike sparked a quarrel",
    "War at a glance: what we know on day 521, as Odesa port is hit",
    "Russia-Ukraine war: list of key events, day 903",
    "Gaza war live: school hit in Nuseirat; talks resume in Cairo",
    "Middle East roundup: a market burns",
    "En direct",
    "Guerre en Ukraine, jour 500 : ce qu'il faut retenir de la journée",
    "Frappes sur Rafah, pourparlers au Caire… Le point sur la situation",
    "Revue de presse : la frappe d'Odessa à la une",
    "Guerra en Ucrania, minuto a minuto",
    "Las claves del día: ataque en Járkov",
    "Resumen del día: bombardeo en Jartum y cumbre en Madrid",
    "Главное за день: удар по Харькову",
    "Лента",
    "Лента новостей: обстрел Херсона",
    "1012-й день войны: что происходит",
    "Итоги недели: удары по Одессе",
    "Головне за добу: удар по Сумах",
    "Стрічка новин: обстріл Нікополя",
    "1012-та доба війни: удар по Харкову",
    "موجز",
    "موجز الأخبار: غارات على صنعاء",
    "أبرز التطورات في غزة",
    "مباشر | الحرب على غزة",
    "Washington round up: senators press for barrel bomb sanctions",
    "Washington wrap: senators press for barrel bomb sanctions",
    "This morning's briefing: strike on Sumy",
    "Le briefing du matin : frappe sur Soumy",
    "Resumen de la mañana: ataque en Járkov",
    "Утренний брифинг: удар по Сумам",
    "Ранкове зведення: удар по Сумах",
    "الموجز الصباحي: غارات على صنعاء",
]
LIVE = [
    "Live: Russian strikes kill four near Kyiv",
    "Reports of deaths after missile hits Beersheba – as it happened",
    "EN DIRECT - Guerre en Ukraine : une frappe russe fait neuf morts à Kiev",
    "En vivo: un misil ruso mata a cuatro personas en Odesa",
    "Онлайн: ракета попала в больницу в Сумах, есть погибшие",
    "Наживо: ракета влучила в лікарню в Сумах, є загиблі",
    "مباشر: غارة إسرائيلية تستهدف مستشفى في النبطية",
]
ONE = [
    "She had hours left to live when the missile hit the hospital",
    "Russia and Ukraine trade strikes, shattering brief lull",
    "Minister to give update on cluster munitions tonight",
    "Главное управление разведки подтвердило удар по порту",
    "Головне управління розвідки підтвердило удар по порту",
    "Day 3 of trial over market bombing",
    "Troops round up protesters after strike",
    "Morning strike on Sumy, ministry says at briefing",
    "Good morning market hit by drone",
    "Un tir direct détruit la maison",
    "قصف مباشر على سوق في إدلب",
    "Le bilan de la frappe monte à douze morts",
    "",
]


@pytest.mark.parametrize(
    ("title", "scope"),
    [
        *((one, Scope.SEVERAL) for one in SEVERAL),
        *((one, Scope.LIVE) for one in LIVE),
        *((one, Scope.ONE) for one in ONE),
    ],
)
def test_the_scope_of_a_headline(title: str, scope: Scope) -> None:
    assert scope_of(title) is scope


@pytest.mark.parametrize(
    ("link", "scope"),
    [
        ("https://paper.example/live/2026/mar/04/strike", Scope.LIVE),
        ("https://paper.example/monde/en-direct/frappe", Scope.LIVE),
        ("https://paper.example/news/live-updates/5", Scope.LIVE),
        ("https://paper.example/newsletters/strike", Scope.SEVERAL),
        ("https://paper.example/articles/live", Scope.ONE),
        ("https://paper.example/alive/strike", Scope.ONE),
        ("https://[broken", Scope.ONE),
    ],
)
def test_an_address_is_a_sign(link: str, scope: Scope) -> None:
    assert scope_of("Missile hits hospital in Sumy, four people killed", link) is scope


def test_a_live_page_that_names_two_towns_is_of_several_events() -> None:
    assert scope_of("Live: missiles hit Odesa and Kharkiv hospitals", towns=2) is Scope.SEVERAL
    assert scope_of("Missiles hit Odesa and Kharkiv hospitals", towns=2) is Scope.ONE


@given(st.text(max_size=300), st.text(max_size=200))
def test_hostile_headlines_and_addresses_have_a_scope(title: str, link: str) -> None:
    assert scope_of(title, link) in Scope


HIT = "Missile hits hospital in Sumy, nine killed"
STRIKE: Told = (0, "wire", "en", HIT, "Nine patients died in the strike on Sumy, medics said.")


PORT: Told = (0, "wire", "en", "Drones hit Odesa port, five dockers hurt", "The drones came in the night.")
BLOCK: Told = (0, "herald", "en", "Glide bomb hits apartment block in Kharkiv, killing three", "Three people died.")
KNOWN, UNTOLD = True, False


@pytest.mark.parametrize(
    ("language", "title", "summary", "known"),
    [
        ("en", "Ukraine war live", "Nine killed as missile hits hospital in Sumy; 40 killed in Poltava.", UNTOLD),
        ("en", "Ukraine war live: hospital in Sumy hit; Kharkiv block bombed; market in Poltava shelled", "", UNTOLD),
        ("en", "Evening summary: hospital in Sumy hit, drones on Odesa port, glide bomb on Kharkiv", "", KNOWN),
        ("en", "What we know about the Russian missile strikes on Kharkiv, Odesa and Sumy", "", KNOWN),
        ("en", "What we know about the Russian missile strikes on Kharkiv, Odesa and Poltava", "", UNTOLD),
        ("en", "Evening briefing: hospital in Sumy hit", "A missile killed four at a market in Poltava.", UNTOLD),
        ("en", "Evening briefing: hospital in Sumy hit", "Leaders met in Paris. The war began in 2022.", KNOWN),
        ("en", "Evening briefing: shelling kills one at bus stop in Sumy, drones hit Odesa port", "", UNTOLD),
        ("fr", "Guerre en Ukraine, jour 1012 : un missile frappe l'hôpital de Soumy, neuf morts", "", KNOWN),
        ("es", "Minuto a minuto: misil en un hospital de Sumy, nueve muertos", "Otros 40 murieron en Poltava.", UNTOLD),
        ("ru", "Главное за день: удар по больнице в Сумах; дроны над портом Одессы", "", KNOWN),
        ("uk", "Головне за добу: ракета влучила в лікарню в Сумах, дев'ятеро загиблих", "", KNOWN),
        ("ar", "موجز الأخبار: مقتل تسعة بصاروخ على مستشفى في سومي", "", KNOWN),
    ],
)
def test_a_round_up_is_a_story_of_its_own_unless_all_that_it_tells_is_in_open_ones(
    language: str, title: str, summary: str, known: bool
) -> None:
    link = links_of(shipped_rules(), [STRIKE, PORT, BLOCK, (9, "paper", language, title, summary)])[-1]
    assert link is not None
    assert (link.new, bool(link.repeats)) == (not known, known)
    assert not [
        said for said in read_report(item(title, summary=summary), ()).statements if said.kind is ClaimKind.KILLED
    ]


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("Evening briefing: drones on Odesa port; 20 now dead in Sumy hospital strike", "Sumy"),
        ("Evening briefing: drones on Odesa port; hospital in Sumy hit", "Odesa"),
        ("Evening briefing: drones on Odesa port; UN chief condemns Sumy hospital strike", "Sumy"),
    ],
)
def test_a_round_up_says_of_one_story_what_it_says_of_its_event(title: str, place: str) -> None:
    told, port, roundup = links_of(shipped_rules(), [STRIKE, PORT, (9, "paper", "en", title, "")])
    assert told is not None
    assert port is not None
    assert roundup is not None
    assert roundup.said is not None
    assert roundup.story_id == (told if place == "Sumy" else port).story_id
    assert [said.words for said in roundup.said if said.kind is ClaimKind.PLACE] == [place]


def test_what_a_round_up_told_first_is_known_to_the_next_round_up_and_to_no_report() -> None:
    first: Told = (0, "paper", "en", "Evening briefing: hospital in Sumy hit, drones on Odesa port", "")
    again: Told = (2, "herald", "fr", "Le récap : drones sur le port d'Odessa ; hôpital frappé à Soumy", "")
    more: Told = (2, "globe", "en", "Day's events: drones on Odesa port; 12 killed as hospital in Sumy hit", "")
    found = stories_of(shipped_rules(), [first, (1, *STRIKE[1:]), again, more])
    assert found[0] != found[1]
    assert found[2] in found[:2]
    assert found[3] in found[:2]


def test_nothing_joins_a_round_up() -> None:
    roundup: Told = (0, "paper", "en", "Ukraine war live: missile hits hospital in Sumy; talks in Geneva", "")
    found = stories_of(shipped_rules(), [roundup, (0.5, *STRIKE[1:])])
    assert len(set(found)) == 2


def test_a_live_page_about_one_event_joins_it_but_brings_no_toll() -> None:
    title = "Live: missile hits hospital in Sumy, 12 people killed"
    found = stories_of(shipped_rules(), [STRIKE, (1, "paper", "en", title, "")])
    assert len(set(found)) == 1
    assert not [said for said in read_report(item(title), ()).statements if said.kind is ClaimKind.KILLED]
