"""Who gets in, and what is refused."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from structlog.testing import capture_logs

from monitor.console.access import TRIES
from monitor.console.door import LARGEST_BODY
from monitor.model import Trouble
from tests.console.conftest import RULE, TOKEN, Desk, hidden, opened
from tests.support.fakes.feed_server import FeedServer
from tests.support.fakes.slack import FakeSlack
from tests.support.patience import PATIENCE
from tests.support.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_without_the_token_nothing_is_shown(guarded: Desk) -> None:
    for path in ("/", "/stories", "/items?words=cluster", "/feeds/wire"):
        page = await guarded.get(path)
        assert "Log in" in page
        assert "Cluster" not in page, path
        assert "<nav" not in page, path


async def test_healthz_says_a_word_to_everybody_and_the_reason_to_those_who_logged_in(lent: Desk) -> None:
    standing, channel = lent.app.standing, Trouble(name="channel C0SECRET", what="channel C0SECRET: it is archived")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        stranger = replace(lent, browser=browser)
        standing.judged([channel])
        assert await stranger.get("/healthz", status=503) == "trouble\nchannel\n"
        assert not list(browser.cookie_jar), "a probe needs no session"
        token = hidden(await stranger.get("/login"), "form_token")
        assert await stranger.get("/healthz", status=503) == "trouble\nchannel\n", "a session before the login"
        await stranger.send("/login", form_token=token, token=TOKEN, name="Ann")
        assert await stranger.get("/healthz", status=503) == "unhealthy: channel C0SECRET: it is archived\n"
        standing.judged([], "healthy: last sign of life 1 s ago")
        assert await stranger.get("/healthz") == "healthy: last sign of life 1 s ago\n"
        forged = {"Cookie": "wirewatch=WyJhIiwiQW5uIiw5ZTldzfQ.forged"}
    async with aiohttp.ClientSession() as other:
        assert await replace(lent, browser=other).get("/healthz", headers=forged) == "ok\n"


async def test_the_token_lets_in_and_logging_out_ends_the_session(guarded: Desk) -> None:
    page = await guarded.get("/stories?rule=cluster-munitions")
    token = hidden(page, "form_token")
    assert "not the token" in await guarded.send("/login", 403, form_token=token, token="guess", name="Ann")
    assert "Say who you are" in await guarded.send("/login", 403, form_token=token, token=TOKEN, name=" ")
    before = {one.key: one.value for one in guarded.browser.cookie_jar}
    page = await guarded.send("/login", form_token=token, token=TOKEN, name="Ann", next=hidden(page, "next"))
    assert "<h1>Stories</h1>" in page
    assert ">Ann<" in page
    assert TOKEN not in page
    cookies = {one.key: one.value for one in guarded.browser.cookie_jar}
    assert cookies != before, "a session from before the login is worth nothing"
    await guarded.send("/logout", form_token=hidden(page, "form_token"))
    assert "<h1>Log in</h1>" in await guarded.get("/", headers={"Cookie": f"wirewatch={cookies['wirewatch']}"})


async def test_wrong_tokens_are_limited(tmp_path: Path) -> None:
    async with opened(tmp_path, WIREWATCH_CONSOLE_TOKEN=TOKEN) as own:
        token = hidden(await own.get("/login"), "form_token")
        for _ in range(TRIES):
            await own.send("/login", 403, form_token=token, token="guess", name="Ann")
        page = await own.send("/login", 429, form_token=token, token=TOKEN, name="Ann")
        assert "Too many wrong tokens" in page


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "/\\evil.example", "/login", "/a\r\nb"])
async def test_a_login_leads_nowhere_else(guarded: Desk, where: str) -> None:
    token = hidden(await guarded.get("/login"), "form_token")
    async with guarded.browser.post(
        f"{guarded.url}login",
        data={"form_token": token, "token": TOKEN, "name": "Ann", "next": where},
        allow_redirects=False,
    ) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        cookie = answer.headers["Set-Cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Max-Age=43200", "Path=/"))


async def test_a_change_needs_the_token_of_the_form(desk: Desk) -> None:
    story = await desk.story_id()
    page = await desk.get(f"/stories/{story}")
    fields = {"key": "1", "card": hidden(page, "card")}
    for given in ({}, {"form_token": ""}, {"form_token": "x" * 64}, {"form_token": "é"}):
        assert "Nothing was changed" in await desk.send(f"/stories/{story}/claim", 403, **fields, **given)
    draft = await desk.send("/workbench/cluster-munitions.yaml", 403, content="\n# a draft <b>", form_token="old")
    assert "\n\n# a draft &lt;b&gt;</textarea>" in draft, "what was written is not lost with the session"
    fields["form_token"] = hidden(page, "form_token")
    async with (
        aiohttp.ClientSession() as stranger,
        stranger.post(f"{desk.url}stories/{story}/claim", data=fields) as answer,
    ):
        assert answer.status == 403, "a token without its session is worth nothing"
    async with desk.browser.post(
        f"{desk.url}stories/{story}/claim", data=fields, headers={"Origin": "http://evil.example"}
    ) as answer:
        assert answer.status == 403
    card = await desk.store.desk_card(fields["card"])
    assert card is not None
    assert card.assignment is None


async def test_every_answer_carries_the_headers(desk: Desk) -> None:
    for path in ("", "stories", "nothing", "static/console.css", "static/keys.js", "static/icon.svg"):
        async with desk.browser.get(desk.url + path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert "Server" not in answer.headers
            text = await answer.text()
            assert " style=" not in text
            assert " onclick" not in text


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 421),
        ("evil.example:80", 421),
        ("localhost", 200),
        ("127.0.0.1:1", 200),
        ("[::1]", 200),
        ("", 421),
    ],
)
async def test_the_host_is_checked(desk: Desk, host: str, status: int) -> None:
    async with desk.browser.get(desk.url, headers={"Host": host}) as answer:
        assert answer.status == status


async def test_what_is_too_large_is_refused_in_words(desk: Desk) -> None:
    async with desk.browser.post(f"{desk.url}login", data=b"x" * (LARGEST_BODY + 1)) as answer:
        assert answer.status == 413
        assert "more than this page takes" in await answer.text()
    assert "too long" in await desk.get(f"/items?words={'x' * 5000}", status=414)


async def test_a_service_refuses_to_start_without_a_token_where_others_reach_it(tmp_path: Path) -> None:
    async with FeedServer() as feeds, FakeSlack() as slack:
        world = World(tmp_path, feeds, slack)
        world.poll_feeds("wire")
        world.environment["WIREWATCH_CONSOLE"] = "0.0.0.0:0"
        process = await world.start("run")
        _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 2
    assert "needs WIREWATCH_CONSOLE_TOKEN" in err.decode()


async def test_a_port_in_use_stops_no_alert(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, capture_logs() as seen:
        async with opened(tmp_path, WIREWATCH_CONSOLE=f"127.0.0.1:{taken.getsockname()[1]}") as own:
            assert own.url == ""
    [line] = [line for line in seen if line.get("action") == "console_not_started"]
    assert "Free the port" in line["event"]


async def test_the_console_stops_with_the_service(tmp_path: Path) -> None:
    async with FeedServer() as feeds, FakeSlack() as slack:
        world = World(tmp_path, feeds, slack)
        world.poll_feeds("wire")
        world.environment |= {"WIREWATCH_CONSOLE": "127.0.0.1:0", "WIREWATCH_RULES": str(tmp_path / "rules")}
        world.write("rules/cluster-munitions.yaml", RULE)
        process = await world.start("run")
        assert process.stderr is not None
        line = await _until(process.stderr, "console_started")
        url = json.loads(line)["url"]
        port = int(url.rstrip("/").rpartition(":")[2])
        async with aiohttp.ClientSession() as browser, browser.get(f"{url}workbench/cluster-munitions.yaml") as answer:
            assert "checked 1 rule" in await answer.text(), "drafts are checked in a process beside it"
        # One who says nothing and one who says half of a request hold up no end.
        half = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        half[0][1].write(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nab")
        began = asyncio.get_running_loop().time()
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), PATIENCE)
        assert process.returncode == 0
        assert timedelta(seconds=asyncio.get_running_loop().time() - began) < timedelta(seconds=10)
        for _, writer in half:
            writer.close()


async def _until(stream: asyncio.StreamReader, words: str) -> str:
    async with asyncio.timeout(PATIENCE):
        async for line in stream:
            if words in line.decode():
                return line.decode()
    raise AssertionError(words)
