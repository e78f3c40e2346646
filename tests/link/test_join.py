"""Which reports share a story: copies at once, other reports by rare words and numbers, different events never."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.link.join import WINDOW, join, member_of
from monitor.link.joinreason import reason_of
from monitor.link.reading import asked_words, read_report
from monitor.model import ClaimKind, Link, Member, Profile, Report, Statement, Story
from tests.support.builders import NOW, hours, item


def reported(title: str, item_id: str, summary: str = "", **over: Any) -> tuple[Report, Member]:
    """A report as linking sees it, and what its story remembers of it."""
    of = item(title, summary=summary, **over)
    report = read_report(of, ())
    return report, member_of(report, of, item_id)


def story(title: str, summary: str = "", *, story_id: str = "s1", at: datetime = NOW) -> Story:
    _, member = reported(title, "first", summary, seen_at=at)
    return Story(story_id=story_id, started_at=at, updated_at=at, members=(member,), profile=member.profile)


def linked(
    title: str, *stories: Story, summary: str = "", after: timedelta = timedelta(minutes=30), **over: Any
) -> Link:
    now = NOW + after
    return join(*reported(title, "next", summary, seen_at=now, **over), stories, now=now)


REPORT = "Air raids with cluster bombs killed 200 civilians in Homs, Idlib and Aleppo, study finds"
BODY = (
    "The rights group Fieldwatch said on Monday that six raids on markets and camps in three provinces left at least "
    "200 people dead, and called for an inquiry by the Security Council."
)


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        (REPORT, ""),
        (REPORT.upper(), ""),
        (f"{REPORT} - The Harbour Post", ""),
        ("Syria: study counts dead of six raids", BODY),
        ("Syria: study counts dead of six raids", f"DAMASCUS (Wire) - {BODY}"),
    ],
    ids=["same headline", "in capitals", "credit at the end", "same text under another headline", "dateline before it"],
)
def test_a_copy_joins_and_is_called_one(title: str, summary: str) -> None:
    found = linked(title, story(REPORT, BODY), summary=summary, family="paper")
    assert (found.story_id, found.copy_of) == ("s1", "first")


@pytest.mark.parametrize(
    ("summary", "family", "after"),
    [
        ("Rescuers in Idlib spoke of twelve more bodies under the rubble of a school on Tuesday.", "paper", 1),
        ("Rescuers in Idlib spoke of twelve more bodies under the rubble of a school on Tuesday.", "wire", 1),
        ("", "wire", 21),
        ("", "paper", 30),
    ],
    ids=["another outlet's text", "the same outlet's next text", "the next day's", "another outlet's a day later"],
)
def test_a_headline_alone_makes_no_copy(summary: str, family: str, after: int) -> None:
    assert linked(REPORT, story(REPORT, BODY), summary=summary, family=family, after=hours(after)).copy_of is None


@pytest.mark.parametrize(
    ("headline", "first", "second", "after"),
    [
        (
            "Air strike kills five",
            "A market in Nyala was hit, medics said.",
            "The bus was near Loikaw, residents said.",
            3,
        ),
        (
            "Russian shelling of Kherson kills one civilian",
            "A man of 70 died at his gate on Sunday, prosecutors said.",
            "A cyclist was hit near the bridge early on Monday, the mayor wrote.",
            26,
        ),
        (
            "Обстрел Херсона: погиб один человек",
            "Мужчина погиб утром в Днепровском районе, сообщила прокуратура.",
            "Осколки попали в женщину на остановке, заявил мэр.",
            25,
        ),
        (
            "غارة تقتل خمسة أشخاص",
            "استهدفت الغارة سوقا في نيالا بحسب مسعفين.",
            "أصابت القنابل حافلة قرب لويكاو وفق السكان.",
            30,
        ),
        (
            "Una mujer muere en un ataque",
            "Vivía sola en Járkov, dijo la policía.",
            "El dron cayó junto a su tienda, según vecinos.",
            40,
        ),
        (
            "Airstrike on market kills five",
            "Five people were killed in Tal Ferzan, medics said.",
            "Five people were killed in Wadi Qumra, medics said.",
            1,
        ),
    ],
)
def test_the_same_headline_over_another_text_of_another_day_or_town_is_another_event(
    headline: str, first: str, second: str, after: int
) -> None:
    assert linked(headline, story(headline, first), summary=second, after=hours(after)).new


@pytest.mark.parametrize(
    ("headline", "family", "after", "another"),
    [
        ("Air strike on Kharkiv kills two", "wire", 26, True),
        ("При обстреле Херсона погибла женщина", "wire", 20, True),
        ("قصف على خان يونس يقتل ثلاثة مدنيين", "wire", 50, True),
        ("Missile hits children's hospital in Kyiv, killing 33", "wire", 26, False),
        ("Air strike on Kharkiv kills two", "wire", 3, False),
        ("Air strike on Kharkiv kills two", "paper", 26, True),
        ("Air strike on Kharkiv kills two", "paper", 10, False),
        ("Parliament votes to quit cluster munitions treaty", "paper", 26, False),
    ],
    ids=[
        "another day",
        "in Russian",
        "in Arabic",
        "a toll of its own",
        "the same day",
        "another outlet, another day",
        "another outlet, hours later",
        "what does not come again",
    ],
)
def test_an_attacks_plain_headline_without_a_text_is_another_event_on_another_day(
    headline: str, family: str, after: int, another: bool
) -> None:
    assert linked(headline, story(headline), family=family, after=hours(after)).new is another


def test_a_rise_of_a_toll_meets_its_story_in_another_script_by_the_sound_of_a_town_on_no_map() -> None:
    found = linked("ارتفاع حصيلة غارة سوق سرمدا إلى ٢٣ قتيلا", story("Air strike on market in Sarmada kills six"))
    assert (found.story_id, found.reason) == ("s1", "same place (سرمدا) and acts (market, kill, strike)")


def test_a_short_text_without_a_town_is_no_copy_under_the_headline_of_another_town() -> None:
    text = "Five people were killed, medics said."
    known = story("Airstrike on market in Tal Ferzan kills five", text)
    assert linked("Airstrike on market in Wadi Qumra kills five", known, summary=text, family="paper").new
    assert linked("Market in Tal Ferzan bombed, five killed", known, summary=text, family="paper").copy_of == "first"


@pytest.mark.parametrize(
    "title",
    [
        "Study: 200 civilians died under cluster bombs in Idlib, Homs and Aleppo",
        "Homs and Idlib: what the study on cluster bombs found about six air raids on civilians",
    ],
)
def test_another_report_of_the_same_event_joins_and_is_no_copy(title: str) -> None:
    found = linked(title, story(REPORT, BODY))
    assert (found.story_id, found.copy_of) == ("s1", None)
    assert "Idlib" in found.reason


def test_a_large_number_is_the_same_however_languages_write_it() -> None:
    told = story("Death toll passes 71,000, officials say", "The count passed 71,000 on Sunday.")
    (number,) = {key for key in asked_words("Plus de 71.000 morts", "") if key[0].isdecimal()}
    assert number in told.profile.words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Eight killed as drone hits bus in Kherson", "Nine killed as drone hits bus in Kherson"),
        ("Strike on school in Kharkiv wounds 12 children", "Strike on school in Kherson wounds 12 children"),
        ("Russia fires 120 drones at Ukraine overnight", "Russia fires 90 drones at Ukraine overnight"),
    ],
)
def test_nearly_the_same_words_about_something_else_are_no_copy(one: str, other: str) -> None:
    assert linked(other, story(one)).copy_of is None


@pytest.mark.parametrize(
    "title",
    [
        "Parliament passes budget after long debate",
        "Minister visits hospital in Lyon",
        "Flu cases in Aleppo worry doctors",
        "",
    ],
)
def test_other_events_start_their_own_story(title: str) -> None:
    found = linked(title, story(REPORT, BODY))
    assert found.new
    assert found.story_id != "s1"


def test_the_same_headline_all_day_does_not_copy_for_ever() -> None:
    later = linked(
        "Live: the war in pictures, day by day", story("Live: the war in pictures, day by day"), after=hours(60)
    )
    assert later.copy_of is None


def test_a_story_quiet_for_longer_than_the_window_takes_no_more() -> None:
    assert linked(REPORT, story(REPORT), after=WINDOW + hours(1)).new


def test_the_most_alike_of_several_stories_is_chosen() -> None:
    other = story("Cluster bombs hit camp near Hama, 4 hurt", story_id="s2")
    assert linked("Study: 200 dead in raids on Homs, Idlib, Aleppo", other, story(REPORT, BODY)).story_id == "s1"


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=300))
def test_hostile_text_never_raises_and_links_the_same_way_twice(title: str, other: str, summary: str) -> None:
    known = story(other, summary)
    assert linked(title, known, summary=summary) == linked(title, known, summary=summary)


def chain(*reports: tuple[str, str, float]) -> list[str]:
    """The story of each report (headline, summary, hours after the first), linked one after the other."""
    stories: dict[str, Story] = {}
    found = []
    for number, (title, summary, after) in enumerate(reports):
        now = NOW + hours(after)
        report, member = reported(title, f"i{number}", summary, seen_at=now)
        joined = join(report, member, stories.values(), now=now)
        before = stories.get(joined.story_id)
        stories[joined.story_id] = Story(
            story_id=joined.story_id,
            started_at=before.started_at if before else now,
            updated_at=now,
            members=(*(before.members if before else ()), member),
            profile=Profile.of([before.profile if before else Profile(), member.profile]),
        )
        found.append(joined.story_id)
    return found


def test_a_report_a_denial_and_a_toll_in_five_languages_are_one_story() -> None:
    told = chain(
        (
            "Cluster bombs kill nine in Maarat al-Numan market, rescuers say",
            "Nine people were killed when cluster munitions hit a market in Maarat al-Numan in Idlib province, Syria.",
            0,
        ),
        (
            "مقتل تسعة مدنيين بقصف بالقنابل العنقودية على سوق في معرة النعمان",
            "قتل تسعة أشخاص في قصف بذخائر عنقودية استهدف سوقا في معرة النعمان بريف إدلب في سوريا، وفق الدفاع المدني.",
            0.7,
        ),
        (
            "Минобороны Сирии опровергло удар кассетными бомбами по рынку в Идлибе",
            "Министерство обороны отвергло сообщения о девяти погибших при ударе по рынку в провинции Идлиб в Сирии.",
            6,
        ),
        (
            "Syrie : le bilan du bombardement du marché de Maarat al-Nouman monte à 14 morts",
            "Quatorze personnes ont été tuées par des bombes à sous-munitions sur un marché de la province d'Idleb.",
            20,
        ),
        (
            "В результаті удару по ринку в Мааррат-ен-Нуумані загинуло 14 людей",
            "Касетні боєприпаси влучили в ринок у провінції Ідліб у понеділок увечері.",
            39,
        ),
    )
    assert len(set(told)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Russian drones strike bus in Kherson, killing four", "Russian drones strike bus in Nikopol, killing three"),
        ("Iranian missile strike wounds 21 in Tel Aviv", "Nine killed in Iranian missile strike on Beit Shemesh"),
        ("Airstrike on Kharkiv school kills two", "Airstrike on Sumy hospital kills five"),
        ("Israeli strike kills six in Khan Younis", "Israeli strike kills six in Nabatieh, south Lebanon"),
        # Towns of one region, and towns that no gazetteer has.
        ("Strike on market in Maarat al-Numan kills nine", "Strike on market in Kafr Takharim kills five"),
        ("Strike on market in Qarah Tapachin kills nine", "Strike on market in Belomoshka kills five"),
        ("Удар по рынку в Заречногорье: девять погибших", "Удар по рынку в Нижнелипове: пятеро погибших"),
    ],
)
def test_two_strikes_of_one_night_in_two_towns_stay_two(one: str, other: str) -> None:
    assert len(set(chain((one, "", 0), (other, "", 1)))) == 2


def test_a_town_on_no_map_is_known_again_in_another_spelling_and_case() -> None:
    assert len(set(chain(
        ("Strike on market in Qarah Tapachin kills nine", "", 0),
        ("Strike on market in Qara-Tapachin: nine killed", "", 1),
    ))) == 1  # fmt: skip


def test_the_toll_of_a_strike_on_a_rarely_named_town_still_joins_two_days_later() -> None:
    first, later = chain(
        ("Cluster bombs kill nine in Maarat al-Numan market, rescuers say", "", 0),
        ("Maarat al-Numan market: two more die of wounds", "", 50),
    )
    assert first == later


WIDELY_TOLD = (
    "US launches air strikes on two bases in eastern Syria used by Iran-linked groups",
    "US strikes Iran-linked sites in eastern Syria after attacks on American troops",
    "Pentagon: US strikes hit two facilities in Syria used by Iran's Guards",
    "US strikes on Syria bases answer drone attacks on troops, Pentagon says",
    "American jets strike Iran-backed militias in eastern Syria",
    "US hits two sites in Syria linked to Iran's Revolutionary Guard",
)
COMMENT = "A limp answer to Iran's attacks on American troops"


@pytest.mark.parametrize(("outlets", "joins"), [(1, False), (6, True)])
def test_comment_joins_the_story_that_many_outlets_tell(outlets: int, joins: bool) -> None:
    members = tuple(
        reported(title, f"i{number}", family=f"outlet {number}", seen_at=NOW)[1]
        for number, title in enumerate(WIDELY_TOLD[:outlets])
    )
    told = Story(
        story_id="s1",
        started_at=NOW,
        updated_at=NOW,
        members=members,
        profile=Profile.of(member.profile for member in members),
    )
    assert linked(COMMENT, told, after=hours(5)).new is not joins


@pytest.mark.parametrize(
    "title",
    [
        "War live briefing: Odesa port hit; talks resume in Geneva",
        "War at a glance: what we know on day 521, as Odesa port is hit",
    ],
)
def test_a_round_up_of_several_events_stands_alone(title: str) -> None:
    port = "Missile hits Odesa port, seven killed"
    found = linked(title, story(port))
    assert (found.new, found.reason) == (True, "a round-up of several events is a story of its own")
    assert linked(port, story(title)).new


def test_a_round_up_glues_no_stories_together() -> None:
    first, roundup, second = chain(
        ("Russian missile kills seven in Odesa port", "", 0),
        ("War live: missile kills seven in Odesa; drones hit refinery in Ryazan; talks in Geneva", "", 1),
        ("Ukrainian drones set Ryazan refinery ablaze", "", 2),
    )
    assert first != second
    assert roundup != second


@pytest.mark.parametrize("title", ["", "x", "Live", "word " * 10_000])
def test_titles_that_say_nothing_start_their_own_story(title: str) -> None:
    assert linked(title, story(REPORT, BODY)).new


@pytest.mark.parametrize(
    "dateline",
    ["TEHRAN, Aug. 11 (MNA) – ", "МОСКВА, 12 авг - РИА Новости. ", "Kyiv, Ukraine — ", "LONDON: ", "بيروت (رويترز) - "],
)
def test_what_a_bureau_writes_before_all_its_reports_glues_none(dateline: str) -> None:
    told = chain(
        ("Minister receives delegation", f"{dateline}The minister spoke of trade and of a new harbour.", 0),
        ("Football body warned over vote", f"{dateline}A letter to its president asked for another count.", 1),
        ("Coast cleaned of oil", f"{dateline}Volunteers took tonnes of sand away.", 2),
        ("Brawl aboard carrier leaves seven dead", f"{dateline}The fight broke out in the canteen.", 3),
    )
    assert len(set(told)) == 4


def test_what_an_official_says_of_an_event_need_tell_less_of_it() -> None:
    struck = story("Israeli strike on church in Gaza City kills three", "Three people were killed in Gaza City.")
    title, now = "Israël regrette les morts de l'église de Gaza", NOW + hours(3)
    report, member = reported(title, "next", language="fr", seen_at=now)
    regret = Statement(kind=ClaimKind.REACTION, value="regret", quote=title, claimant="Israel")
    assert join(report, member, [struck], now=now).new
    assert not join(replace(report, statements=(regret,)), member, [struck], now=now).new


def test_the_reason_names_words_as_the_report_writes_them_and_nothing_twice() -> None:
    common = ["200", "munit", "kharkiv", "@region:homs", "@geo:169577", "#killed:200", "#strike@geo:169577", "#strike"]
    said = reason_of(common, "Deux cents morts : des munitions trouvées")
    assert said == "same place (Homs), toll (200 killed), act (strike) and words (munitions, kharkiv)"
