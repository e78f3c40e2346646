"""The console in a real browser: a desk editor's and an ops editor's tasks, and what axe-core finds on any page."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from tests.console.conftest import RULE, Desk

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALIKE = """() => document.getElementById("coloured").textContent === document.getElementById("content").value
    && document.querySelector(".editor.on") !== null"""
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
UNMARKED = """() => Array.from(document.querySelectorAll("a[href],button,input,select,textarea,summary,[tabindex='0']"))
    .filter((one) => {
        one.focus();
        return one === document.activeElement && getComputedStyle(one).outlineStyle === "none";
    })
    .map((one) => one.outerHTML.slice(0, 100))"""
"""What shows no mark when the keyboard has chosen it; a key has to be pressed first."""
pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium. One that does not close when it is asked to fails no test."""
    playwright = await async_playwright().start()
    opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield opened
    with suppress(TimeoutError):
        async with asyncio.timeout(20):
            await opened.close()
            await playwright.stop()


@asynccontextmanager
async def page_of(browser: Browser, *, dark: bool = False, width: int = 1280) -> AsyncIterator[tuple[Page, list[str]]]:
    """A page, and what the browser complains of, such as something that the content security policy stops."""
    context = await browser.new_context(
        color_scheme="dark" if dark else "light", viewport={"width": width, "height": 800}
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    yield page, complaints
    await context.close()


async def press(page: Page, selector: str) -> None:
    """Click what opens the next page, and wait for that page with its scripts.

    Until it comes, the page before stands there, with the same words; and until its scripts ran, it hears no key.
    """
    async with page.expect_navigation():
        await page.click(selector)


async def wrong_on(page: Page, rules: Sequence[str] = RULES) -> list[tuple[str, list[str]]]:
    """What axe-core finds on a page: the names of its rules, and the pieces of the page."""
    # It needs most of its time to describe what is right.
    found = await Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found.response["violations"]]


async def paths(desk: Desk) -> list[str]:
    """Every kind of page."""
    [item] = await desk.store.find(["kill"], limit=1)
    why = ["why", "why?about=https://elsewhere.example/1", "why?about=cluster bombs kill"]
    fixed = ["", "stories", "items?words=cluster", "rules", "rules/cluster-munitions", *why]
    feeds = ["feeds", "feeds/broken", "feeds/wire", "feeds/try", "feeds/import"]
    bench = ["workbench", f"workbench/cluster-munitions.yaml?item={item.item_id}", "judgements"]
    return [*fixed, *feeds, *bench, f"items/{item.item_id}", f"stories/{await desk.story_id()}", "nothing"]


async def test_a_story_is_found_by_the_keys_and_claimed_on_a_phone(own: Desk, browser: Browser) -> None:
    async with page_of(browser, dark=True, width=390) as (page, complaints):
        await page.goto(f"{own.url}stories")
        await page.keyboard.press("j")
        await page.keyboard.press("o")
        await page.wait_for_url("**/stories/s*")
        await press(page, "text=I'm on it")
        await page.wait_for_selector("text=Vera has had it")
        await press(page, "text=Release")
        await page.wait_for_selector("text=I'm on it")
        await page.keyboard.press("/")
        await page.wait_for_selector("input[type=search]:focus")
        assert complaints == [], "the content security policy stops nothing of the console's own"


async def test_an_address_is_tried_and_a_list_of_feeds_looked_at(desk: Desk, browser: Browser) -> None:
    async with page_of(browser, width=390) as (page, complaints):
        await page.goto(f"{desk.url}feeds")
        await press(page, "text=Try an address")
        await page.fill("input[name=address]", desk.world.feeds.url("/wire.xml"))
        await press(page, "main button")
        await page.wait_for_selector("text=feeds.yaml has it as")
        assert await wrong_on(page) == []
        await page.goto(f"{desk.url}feeds/import")
        opml = '<opml><body><outline text="New one" xmlUrl="https://new.example/rss"/></body></opml>'
        await page.fill("textarea[name=opml]", opml)
        await press(page, "main button")
        await page.wait_for_selector("text=id: new-one")
        assert await wrong_on(page) == []
        assert await page.evaluate(FITS)
        assert complaints == []


async def test_a_draft_is_checked_and_a_text_tried_as_one_types(desk: Desk, browser: Browser) -> None:
    async with page_of(browser) as (page, complaints):
        await page.goto(f"{desk.url}workbench/cluster-munitions.yaml")
        await page.fill("textarea[name=content]", RULE.replace("severity: high", "severity: hgh"))
        assert await page.evaluate(ALIKE), "what is typed stands in the layer with the colours before it is checked"
        await page.click("#checked a.line >> text=line 5")
        chosen = "(e => e.value.slice(e.selectionStart, e.selectionEnd))(document.activeElement)"
        assert await page.evaluate(chosen) == "severity: hgh"
        assert "hgh" in (await page.get_attribute("#coloured .line.bad", "data-said") or "")
        for keys in (
            "Enter",
            "Control+Home",
            "Delete",
            "Control+z",
            "Control+End",
            "Control+a",
            "x",
            "Control+a",
            "Delete",
            "y",
        ):
            await page.keyboard.press(keys)
            assert await page.evaluate(ALIKE), keys
        await page.fill("textarea[name=content]", RULE)
        await page.fill("textarea[name=title]", "Cluster bombs over Idlib")
        await page.wait_for_selector("#tried mark.hit >> text=Cluster bombs")
        assert "no errors" in await page.inner_text("#checked [role=status]")
        async with page.expect_download() as download:
            await page.click("text=Take the file")
        assert (await download.value).suggested_filename == "cluster-munitions.yaml"
        assert complaints == []


async def test_axe_finds_nothing_on_any_page_and_all_fit_a_phone_and_four_times_the_size(
    desk: Desk, browser: Browser
) -> None:
    async with page_of(browser, width=390) as (page, _):
        for path in await paths(desk):
            await page.emulate_media(color_scheme="light")
            await page.goto(desk.url + path)
            assert await wrong_on(page) == [], path
            await page.emulate_media(color_scheme="dark")
            assert await wrong_on(page, ["cat.color"]) == [], f"{path} in the dark"
            await page.keyboard.press("Tab")
            assert await page.evaluate(UNMARKED) == [], f"{path}: no mark on what the keyboard has chosen"
            for width in (390, 320):
                await page.set_viewport_size({"width": width, "height": 800})
                assert await page.evaluate(FITS), (
                    f"{path} at {width} pixels, as where everything is four times as large"
                )


async def test_axe_finds_what_is_wrong(desk: Desk, browser: Browser) -> None:
    """Else the test above could not fail."""
    async with page_of(browser) as (page, _):
        await page.goto(desk.url)
        await page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<input>')")
        assert [rule for rule, _ in await wrong_on(page)] == ["label"]


async def test_a_list_of_feeds_is_chosen_or_dropped_as_a_file(desk: Desk, browser: Browser) -> None:
    text = '<?xml version="1.0" encoding="windows-1251"?><opml><body><outline text="{}" xmlUrl="{}"/></body></opml>'
    async with page_of(browser) as (page, complaints):
        await page.goto(f"{desk.url}feeds/import")
        for number, letters in enumerate(("windows-1251", "utf-16")):
            content = text.format("Вести", f"https://vesti.example/{number}").encode(letters)
            await page.set_input_files("#opml-file", {"name": "list.opml", "mimeType": "text/xml", "buffer": content})
            await page.wait_for_selector("text=list.opml is in the box below.")
            await press(page, "text=Show what it would add")
            added = await page.inner_text("pre")
            assert "Вести" in added
            assert f"https://vesti.example/{number}" in added, "no page from before"
        await page.evaluate(
            """() => {
                const data = new DataTransfer();
                data.items.add(new File(["<opml><body/></opml>"], "dropped.opml"));
                document.getElementById("opml").dispatchEvent(new DragEvent("drop", {dataTransfer: data}));
            }"""
        )
        await page.wait_for_selector("text=dropped.opml is in the box below.")
        assert await page.input_value("#opml") == "<opml><body/></opml>"
        await page.evaluate(
            """() => {
                const drop = (name, bytes) => document.getElementById("opml").dispatchEvent(Object.assign(
                    new Event("drop"), {dataTransfer: {files: [{name, size: 1, arrayBuffer: () => bytes}]}}));
                let read;
                drop("slow.opml", new Promise((done) => { read = done; }));
                drop("folder", Promise.reject(new DOMException("it is a folder", "NotFoundError")));
                read(new TextEncoder().encode("slow").buffer);
            }"""
        )
        await page.wait_for_selector("text=folder cannot be read. Choose a file.")
        assert await page.input_value("#opml") == "<opml><body/></opml>", "slow.opml came before it"
        await page.set_input_files("#opml-file", {"name": "big.opml", "mimeType": "x", "buffer": b"x" * 600_000})
        await page.wait_for_selector("text=big.opml is larger than 512 KB")
        assert complaints == []
