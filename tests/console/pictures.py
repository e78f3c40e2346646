"""Pictures of the console's pages, on a desktop and on a phone, light and dark.

`python -m tests.console.pictures FOLDER [PAGE…]`

A console over three invented weeks of eight outlets. For people who change pages; some of the pictures are in the docs.
"""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random

import aiohttp
from playwright.async_api import Page, async_playwright
from rich.console import Console

from monitor.app import logs
from monitor.app.app import open_app
from monitor.console.serve import console_of
from monitor.health import vitals
from monitor.model import Beat
from monitor.pipeline.poll import poll_all
from monitor.settings import LogFormat
from storage.store import Store
from tests.console.conftest import Desk, hidden
from tests.support.fakes.feed_server import Answer, FeedEntry, FeedServer, rss
from tests.support.fakes.slack import FakeSlack
from tests.support.world import World, read_configuration

DESKTOP, PHONE = (1280, 800), (390, 844)
_WEEKS = 3
_STEP = timedelta(hours=8)
_OUTLETS = {
    "meridian-wire": ("Meridian Wire", "wire", "en"),
    "harbour-post": ("The Harbour Post", "outlet", "en"),
    "al-manar-daily": ("المنار اليومية", "outlet", "ar"),
    "fieldwatch": ("Fieldwatch", "ngo", "en"),
    "foreign-office": ("Northland Foreign Office", "official", "en"),
    "severny-vestnik": ("Северный вестник", "outlet", "ru"),
    "kyiv-line": ("Київська лінія", "outlet", "uk"),
    "coast-radio": ("Coast Radio", "outlet", "en"),
}
_ORDINARY = {
    "en": [
        "Council debates parking in {}",
        "Ferry to {} runs again",
        "Harvest in {} better than feared",
        "{} wins 2-1",
    ],
    "ar": ["مجلس {} يناقش أسعار الخبز", "افتتاح معرض الكتاب في {}", "أمطار غزيرة في {}"],
    "ru": ["В городе {} открылась выставка", "Рынок жилья: {} дешевеет", "Погода: в {} похолодает"],
    "uk": ["У місті {} відкрили музей", "Врожай: {} чекає дощів", "Ціни на ринку в {} зросли"],
}
_PLACES = ["Aldmoor", "Westhaven", "Brill", "Karsk", "Lunde", "Ostrow", "Tarn", "Vale", "Hollin", "Marsk"]
_EARLIER = [
    (19, "meridian-wire", "Air strike on market in Taiz kills 11, medics say"),
    (16, "fieldwatch", "Cluster munition remnants wound three children near Saada"),
    (12, "harbour-post", "Missile strike on school in Kharkiv kills six, governor says"),
    (9, "kyiv-line", "Удар по лікарні в Херсоні: загинули четверо, кажуть рятувальники"),
    (6, "meridian-wire", "Drone strike on hospital in El Fasher kills at least 17, doctors say"),
    (3, "severny-vestnik", "Ракета попала в школу в Одессе, погибли семь человек"),
]
_TODAY = [
    (300, "meridian-wire", "Cluster bombs hit market in Idlib, at least 9 killed, medics say",
     "At least 9 people were killed when cluster bombs hit a crowded market in Idlib on Sunday, medics said."),
    (290, "harbour-post", "At least 9 killed as cluster bombs hit Idlib market",
     "At least 9 people were killed when cluster bombs hit a crowded market in Idlib on Sunday, medics said."),
    (240, "al-manar-daily", "قنابل عنقودية تصيب سوقا في إدلب ومقتل 12 شخصا",
     "قتل 12 شخصا على الأقل عندما أصابت قنابل عنقودية سوقا مزدحما في إدلب يوم الأحد، بحسب الدفاع المدني."),
    (180, "severny-vestnik", "Кассетные бомбы ударили по рынку в Идлибе, погибли 14 человек",
     "По меньшей мере 14 человек погибли, 30 ранены после удара кассетными бомбами по рынку в Идлибе, сообщили врачи."),
    (150, "fieldwatch", "Idlib market: 14 killed by cluster munitions, remnants documented",
     "We documented remnants of cluster bombs at the market in Idlib. At least 14 were killed, 31 were wounded."),
    (90, "foreign-office", "Foreign Office condemns cluster bomb attack on Idlib market",
     "The Foreign Office condemned the cluster bomb attack on the market in Idlib, in which at least 14 were killed."),
    (60, "meridian-wire", "Death toll of cluster bomb attack on Idlib market rises to 17",
     "The number of people killed when cluster bombs hit a market in Idlib rose to 17, the civil defence said."),
    (35, "kyiv-line", "Удар по лікарні в Харкові: загинули троє, десятеро поранені",
     "Російський удар по лікарні в Харкові вбив трьох людей, десятеро поранені, повідомив голова області."),
    (12, "al-manar-daily", "غارة جوية على مستشفى في صنعاء ومقتل ثمانية أشخاص",
     "قتل ثمانية أشخاص في غارة جوية على مستشفى في صنعاء، بحسب مصادر طبية."),
]  # fmt: skip
_RULES = {
    "cluster-munitions": """\
format: 1
id: cluster-munitions
title: Cluster munitions
severity: high
send_to: [weapons-desk, conflict-desk]
words:
  weapon:
    en: [cluster bomb, cluster munition, bomblet]
    ru: [кассетн* бомб*]
    ar: [قنابل عنقودية]
  harm:
    en: [kill, wound, die]
    ru: [погибнуть, ранить]
    ar: [مقتل, قتل]
roles: {weapons: [weapon]}         # cards list the words of this group as weapons
find:                              # one way is enough; the most severe counts
  - {name: casualties, all: [weapon, harm], within: 20, severity: critical}
  - {name: any mention, all: [weapon]}
ignore:
  en: [cluster headache]
examples:
  match:
    - {text: Six killed as cluster bombs hit Idlib, way: casualties}
    - Cluster munitions found in an orchard
    - Над городом нашли кассетные бомбы
  no_match:
    - Cluster headache treatment approved
""",
    "civilian-strikes": """\
format: 1
id: civilian-strikes
title: Strikes on civilians
severity: high
send_to: [conflict-desk]
words:
  attack: {en: [air strike, missile strike, drone strike, shelling], ru: [ракета], uk: [удар], ar: [غارة جوية]}
  place: {en: [hospital, school, market], ru: [школа, больница], uk: [лікарня, школа], ar: [مستشفى]}
roles: {targets: [place]}
find: [{name: protected place hit, all: [attack, place], within: 12}]
examples: {match: [Drone strike on hospital in El Fasher], no_match: [School reopens]}
""",
    "official-reactions": """\
format: 1
id: official-reactions
title: Official reactions
severity: medium
send_to: [diplomacy-desk]
words:
  said: {en: [condemn, deplore]}
  subject: {en: [attack, cluster bomb]}
find: [{name: condemnation, all: [said, subject], within: 12, says: condemnation}]
examples: {match: [Minister condemns attack on market], no_match: [Minister opens market]}
""",
}
_DRAFT_TEXT = "Six killed as cluster munitions hit a bus in Idlib; clusters of cases near the border"


class _Clock:
    """Runs as fast as any other, from a time that can be set: what waits for a second has to see it go by."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def set(self, now: datetime) -> None:
        self._ahead = now - datetime.now(UTC)


@asynccontextmanager
async def lived_in(folder: Path) -> AsyncIterator[Desk]:
    """A console that has been in use for three weeks."""
    async with FeedServer() as feeds, FakeSlack() as slack:
        world = World(folder, feeds, slack)
        for name, text in _RULES.items():
            world.write(f"rules/{name}.yaml", text)
        world.environment |= {
            "WIREWATCH_CONSOLE": "127.0.0.1:0",
            "WIREWATCH_RULES": str(folder / "rules"),
            "WIREWATCH_CONSOLE_WRITES": "true",
        }
        desks = [("conflict-desk", "C0DESK"), ("weapons-desk", "C0WEAPONS"), ("diplomacy-desk", "C0TALKS")]
        routes = [f"  - {{name: {name}, channel: {channel}}}" for name, channel in [*desks, ("ops", "C0OPS")]]
        world.write("routes.yaml", "routes:\n" + "\n".join(routes) + "\nops: ops\n")
        lines = [
            f"  - {{id: {id_}, name: '{name}', kind: {kind}, language: {language}, "
            f"url: '{feeds.url(f'/{id_}.xml')}', interval: 8h}}"
            for id_, (name, kind, language) in _OUTLETS.items()
        ]
        world.write("feeds.yaml", "feeds:\n" + "\n".join(lines) + "\n")
        options = world.settings()
        config = read_configuration(options)
        store = Store.open(options.database_url)
        await store.upgrade()
        end = datetime.now(UTC).replace(microsecond=0)
        clock = _Clock()
        clock.set(end - timedelta(weeks=_WEEKS))
        try:
            async with open_app(options, config, store, clock=clock, cards=Console(file=io.StringIO())) as app:

                async def poll() -> None:
                    await poll_all(app.poller, config.feeds, concurrency=4)
                    await app.outbox.drain()

                await _weeks(feeds, clock, end, poll)
                clock.set(end)
                await store.heartbeat("service", Beat(at=end))
                signs = await store.vital_signs(end, app.configuration.feed_ids)
                app.standing.judged(vitals.judged(signs, end), vitals.healthy(signs, end))
                while await store.read_for_search(end):
                    pass
                async with (
                    console_of(options, app, store, clock=clock, visitor="Vera", stop=asyncio.Event()) as url,
                    aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
                ):
                    desk = Desk(url, app, store, world, browser)
                    await _acts(desk, end)
                    yield desk
        finally:
            await store.close()


async def _weeks(feeds: FeedServer, clock: _Clock, end: datetime, poll: object) -> None:
    """Let three weeks pass, and then this day, report by report."""
    random = Random(7)
    shown: dict[str, list[FeedEntry]] = {name: [] for name in _OUTLETS}

    def add(name: str, title: str, summary: str, at: datetime) -> None:
        number = len(shown[name])
        link = f"https://{name}.example/{number}"
        shown[name].append(FeedEntry(title, link, f"g{number}", format_datetime(at), summary))

    async def all_polled() -> None:
        for name, entries in shown.items():
            # The last two days of one outlet answer with an error.
            if name == "coast-radio" and clock() > end - timedelta(days=2):
                feeds.serve(f"/{name}.xml", Answer(status=503))
            else:
                feeds.serve(f"/{name}.xml", rss(*entries[:-21:-1], title=_OUTLETS[name][0], language=_OUTLETS[name][2]))
        await poll()  # type: ignore[operator]

    earlier = [(end - timedelta(days=days), name, title) for days, name, title in _EARLIER]
    while clock() < end - timedelta(hours=9):
        for name, (_, kind, language) in _OUTLETS.items():
            for _ in range(random.choice([1, 2, 3] if kind in ("wire", "outlet") else [0, 0, 1])):
                title = random.choice(_ORDINARY[language]).format(random.choice(_PLACES))
                add(name, f"{title}, {random.randint(2, 400)}", "", clock() - timedelta(minutes=random.randint(5, 400)))
        for one in [one for one in earlier if one[0] <= clock()]:
            earlier.remove(one)
            add(one[1], one[2], "", clock() - timedelta(minutes=7))
        await all_polled()
        clock.set(clock() + _STEP)
    for minutes, name, title, summary in _TODAY:
        clock.set(end - timedelta(minutes=minutes))
        add(name, title, summary, clock() - timedelta(minutes=4))
        await all_polled()


async def _acts(desk: Desk, end: datetime) -> None:
    """What people did: some stories judged, one claimed, one muted."""
    stories = list(await desk.store.stories(end - timedelta(weeks=_WEEKS)))

    async def act(story: str, what: str, **more: str) -> None:
        page = await desk.get(f"/stories/{story}")
        fields = {name: hidden(page, name) for name in ("form_token", "card")}
        await desk.send(f"/stories/{story}/{what}", **fields, key=f"{what}-{story}", **more)

    for number, story in enumerate(sorted(stories, key=lambda one: one.first_seen_at)[:-2]):
        if number % 3 == 2:
            await act(story.story_id, "not_relevant", cause="old_news", note="Weeks old; we ran it.")
        else:
            await act(story.story_id, "relevant")
    largest = max(stories, key=lambda one: one.items)
    await act(largest.story_id, "claim")


async def places_of(desk: Desk) -> dict[str, str]:
    """The address of each page, by the name of its picture."""
    since = datetime.now(UTC) - timedelta(weeks=_WEEKS + 1)
    stories = list(await desk.store.stories(since))
    largest = max(stories, key=lambda one: one.items)
    arabic = next(one for one in stories if "صنعاء" in one.headline)
    [hit] = await desk.store.find(["remnants", "documented"], limit=1)
    [miss, *_] = await desk.store.find(["parking"], limit=1)
    return {
        "now": "",
        "stories": "stories",
        "story": f"stories/{largest.story_id}",
        "story-arabic": f"stories/{arabic.story_id}",
        "items": "items?words=idlib",
        "item": f"items/{hit.item_id}",
        "item-missed": f"items/{miss.item_id}",
        "why": "why",
        "why-unseen": "why?about=https%3A%2F%2Fmeridian-wire.example%2F2026%2Fharbour",
        "why-headline": "why?about=Cluster+munitions+hit+harbour+of+Latakia",
        "feeds": "feeds",
        "feed": "feeds/meridian-wire",
        "feed-failing": "feeds/coast-radio",
        "feed-try": "feeds/try",
        "feed-import": "feeds/import",
        "rules": "rules",
        "rule": "rules/cluster-munitions",
        "workbench": "workbench",
        "draft": f"workbench/cluster-munitions.yaml?item={hit.item_id}",
        "draft-missed": f"workbench/cluster-munitions.yaml?item={miss.item_id}",
        "draft-wrong": "workbench/cluster-munitions.yaml",
        "draft-new": "workbench/my-rule.yaml",
        "backtest": "",
        "judgements": "judgements",
        "suggestions": "judgements/suggestions",
        "search-nothing": "items?words=zebra",
        "error": "nothing",
    }


async def _prepared(page: Page, desk: Desk, name: str, path: str) -> None:
    """Bring a page to where its picture is taken."""
    if name == "backtest":
        await page.goto(f"{desk.url}workbench/cluster-munitions.yaml")
        text = await page.input_value("textarea[name=content]")
        await page.fill("textarea[name=content]", text.replace("cluster munition, bomblet]", "market]"))
        await page.select_option("select[name=days]", "30")
        async with page.expect_popup() as opened:
            await page.click("text=Backtest it")
        popup = await opened.value
        # It loads itself again until it is done.
        await popup.wait_for_selector("main .note")
        await page.goto(popup.url)
        await popup.close()
        return
    await page.goto(desk.url + path)
    if name == "draft-wrong":
        text = await page.input_value("textarea[name=content]")
        await page.fill("textarea[name=content]", text.replace("severity:", "sevrity:", 1))
        await page.fill("textarea[name=title]", _DRAFT_TEXT)
        await page.wait_for_selector("text=did you mean")


async def main(folder: Path, wanted: Sequence[str]) -> None:
    """Take the pictures; those of the pages named, or of all."""
    logs.configure(LogFormat.TEXT, level=logs.LEVELS["error"])
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory(prefix="wirewatch-pictures-") as made:
        async with lived_in(Path(made)) as desk, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            places: Mapping[str, str] = {
                name: path for name, path in (await places_of(desk)).items() if not wanted or name in wanted
            }
            for scheme in ("light", "dark"):
                for kind, (width, height) in (("desktop", DESKTOP), ("phone", PHONE)):
                    context = await browser.new_context(
                        color_scheme="dark" if scheme == "dark" else "light",
                        viewport={"width": width, "height": height},
                        reduced_motion="reduce",
                    )
                    context.set_default_timeout(300_000)
                    page = await context.new_page()
                    for name, path in places.items():
                        await _prepared(page, desk, name, path)
                        await page.screenshot(path=folder / f"{name}-{kind}-{scheme}.png", full_page=True)
                    await context.close()
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))  # the browser makes the folder
