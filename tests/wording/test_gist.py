"""The gist: what items in other languages say, in English words that the facts hold; nothing where nothing is sure."""

from __future__ import annotations

import pytest

from monitor.judge.prepared import match_item
from monitor.link.gist import topics_of
from monitor.model import ClaimKind, Gist, StoryFacts
from monitor.wording.gist import gist, story_gist
from monitor.wording.lists import within
from monitor.wording.messages import language_words
from tests.support.builders import item
from tests.support.messages import alert, story_claim
from tests.support.rules import shipped_rules

GISTS: dict[str, list[tuple[str, str | None]]] = {
    "uk": [
        ("Удар по Харкову: 10 загиблих", "Strike · Kharkiv · 10 killed"),
        ("Удар касетними бомбами по Краматорську, троє поранених", "Cluster munitions · strike · Kramatorsk · 3 hurt"),
        ("Обстріл лікарні в Херсоні: загинули щонайменше двоє", "Shelling · hospital · Kherson · at least 2 killed"),
        ("Ракетний удар по житловому будинку в Одесі", "Strike · homes · Odesa"),
        ("Росіяни вдарили ракетою по лікарні у Вовчанську", "Strike · hospital · Vovchansk"),
        ("Дрон убив жінку в Херсоні", "Drone · Kherson · 1 killed"),
        ("Загроза удару по Харкову", None),
        ("У Києві немає загиблих після вибуху", None),
    ],
    "ru": [
        ("Удар по рынку в Идлибе, погибли 12 человек", "Strike · market · Idlib · 12 killed"),
        ("При обстреле школы в Белгороде ранены 5 детей", "Shelling · school · Belgorod · 5 hurt"),
        ("ПВО отразила атаку на Белгород", None),
        ("Курс рубля вырос", None),
        ("Больница в Херсоне: после удара 12 раненых", "Strike · Kherson · 12 hurt"),
    ],
    "fr": [
        ("Une frappe sur un hôpital de Gaza fait 20 morts", "Strike · hospital · Gaza Strip · 20 killed"),
        (
            "Des bombes à sous-munitions ont été utilisées dans une attaque à Soumy",
            "Cluster munitions · attack · Sumy",
        ),
        ("Israël pourrait mener des frappes sur Beyrouth", None),
    ],
    "es": [
        ("Un bombardeo contra un mercado en Jartum deja 15 muertos y 30 heridos",
         "Bombardment · market · Khartoum · 15 killed · 30 hurt"),
        ("España condena el ataque contra un mercado", "Condemnation by Spain: attack · market"),
        ("El mercado de valores sube", None),
    ],
    "ar": [
        ("غارة على سوق في إدلب ومقتل 9 مدنيين", "Strike · market · Idlib · 9 killed"),
        ("قصف مدفعي على مدرسة في حمص", "Bombardment · school · Homs"),
        ("تهديد بضربة على دمشق", None),
    ],
    "en": [("Air strike on market in Idlib kills 9", None)],
    "": [("Авиаудар по рынку в Идлибе, погибли 12 человек", None)],
}  # fmt: skip


def gist_of(title: str, language: str, summary: str = "") -> str | None:
    report = match_item(item(title, language=language or None, summary=summary), shipped_rules()).report
    return gist(alert(title=title, language=language or None, gist=report.gist if report else Gist()))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ""),
        ("en-GB", ""),
        (None, ""),
        ("uk", "in Ukrainian"),
        ("fa-IR", "in Persian"),
        ("ZH", "in Chinese"),
        ("xx", "in xx"),
    ],
)
def test_a_language_is_called_by_its_name(language: str | None, words: str) -> None:
    assert language_words(alert(language=language)) == words


@pytest.mark.parametrize(("language", "title", "words"), [(code, *row) for code, rows in GISTS.items() for row in rows])
def test_the_gist_says_what_the_facts_hold(language: str, title: str, words: str | None) -> None:
    assert gist_of(title, language) == words


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (Gist(reaction="denial", by="Russia"), "Denial by Russia"),
        (Gist(reaction="denial"), "Denial"),
        (Gist(reaction="statement"), None),
        (
            Gist(reaction="condemnation", by="France", topics=("strike",), places=("Kharkiv",)),
            "Condemnation by France: strike · Kharkiv",
        ),
        (Gist(reaction="denial", topics=("strike",)), "Denial: strike"),
        (Gist(accused="Israel", topics=("strike",)), "Strike · accused: Israel"),
        (Gist(places=("Kharkiv",)), None),
        (Gist(by="Russia"), None),
        (Gist(), None),
    ],
)
def test_the_gist_puts_the_reaction_before_the_event(told: Gist, words: str | None) -> None:
    assert gist(alert(language="uk", gist=told)) == words


def test_a_language_with_a_country_is_english_too() -> None:
    assert gist(alert(language="en-GB", gist=Gist(topics=("strike",)))) is None


@pytest.mark.parametrize(
    ("headline", "latest", "highest", "words"),
    [
        ("Удар по Харкову", "10", "10", "Strike · Kharkiv · 10 killed"),
        ("Удар по Харкову", "at least 8", "12", "Strike · Kharkiv · at least 8 killed (highest: 12)"),
        ("", "10", "10", "Kharkiv · 10 killed"),
    ],
)
def test_the_gist_of_a_story_says_its_tolls_as_they_are_now(
    headline: str, latest: str, highest: str, words: str
) -> None:
    killed = [
        story_claim(ClaimKind.KILLED, value, number=int(value.split()[-1]), words="") for value in (latest, highest)
    ]
    facts = StoryFacts(latest=(killed[0],), highest=(killed[1],), places=(story_claim(ClaimKind.PLACE, "Kharkiv"),) * 2)
    assert story_gist(facts, topics_of(headline)) == words


def test_the_gist_of_a_story_without_facts_is_empty() -> None:
    assert story_gist(StoryFacts()) == ""


@pytest.mark.parametrize(
    ("limit", "shown"),
    [
        (99, "Strike · Kharkiv · at least 10 killed"),
        (37, "Strike · Kharkiv · at least 10 killed"),
        (36, "Strike · Kharkiv…"),
        (17, "Strike · Kharkiv…"),
        (16, "Strike…"),
        (6, "Strik…"),
    ],
)
def test_a_part_of_a_gist_is_left_out_rather_than_cut_off(limit: int, shown: str) -> None:
    assert within("Strike · Kharkiv · at least 10 killed", limit) == shown
