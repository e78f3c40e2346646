"""A desk editor in a real browser: a story found by the keys, claimed and given back; on a phone, in the dark."""

from __future__ import annotations

import shutil

import pytest
from playwright.async_api import async_playwright

from tests.console.conftest import Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
async def test_a_story_is_found_by_the_keys_and_claimed_on_a_phone(own: Desk) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(color_scheme="dark", viewport={"width": 390, "height": 800})
        page = await context.new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text))
        await page.goto(f"{own.url}stories")
        await page.keyboard.press("j")
        await page.keyboard.press("o")
        await page.wait_for_url("**/stories/s*")
        await page.click("text=I'm on it")
        await page.wait_for_selector("text=Vera has it")
        await page.click("text=Release")
        await page.wait_for_selector("text=I'm on it")
        for path in ("", "stories", "items", "feeds", "rules"):
            await page.goto(own.url + path)
            assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert refused == [], "the content security policy stops nothing of the console's own"
        await browser.close()
