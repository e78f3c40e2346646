"""The API under /api/v1/: what it gives and does, who may, and what is refused."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from structlog.testing import capture_logs

from monitor.console.api.description import description
from tests.console.conftest import Desk, opened
from tests.support.world import DESK

pytestmark = pytest.mark.asyncio(loop_scope="module")
READER, HELPER = "reader-token-0123456789", "helper-token-0123456789"
TOKENS = f"dashboard:read:{READER} helper:act:{HELPER}"
Json = dict[str, Any]


@dataclass
class Api:
    """The API as a program uses it."""

    desk: Desk
    token: str = HELPER

    async def get(self, path: str, status: int = 200, **more: Any) -> Json:
        return await self.ask("GET", path, status, **more)

    async def post(self, path: str, status: int = 200, /, key: str = "", **body: Any) -> Json:
        return await self.ask("POST", path, status, json=body, headers={"Idempotency-Key": key} if key else {})

    async def ask(self, method: str, path: str, status: int, **more: Any) -> Json:
        headers = {"Authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        async with self.desk.browser.request(method, f"{self.desk.url}api/v1{path}", headers=headers, **more) as answer:
            found: Json = await answer.json(content_type=None)
            assert answer.status == status, found
            wanted = "application/json" if status == 200 else "application/problem+json"
            assert answer.content_type == wanted
            if status != 200:
                assert found["status"] == status
                assert found["detail"]
            return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Api]:
    """For all tests of the module that change nothing."""
    async with opened(tmp_path_factory.mktemp("api"), WIREWATCH_API_TOKENS=TOKENS) as made:
        yield Api(made)


@pytest_asyncio.fixture(loop_scope="module")
async def own(tmp_path: Path) -> AsyncIterator[Api]:
    """For one test, which may change what is there."""
    async with opened(tmp_path, WIREWATCH_API_TOKENS=TOKENS) as made:
        yield Api(made)


async def test_the_description_is_served_to_whoever_asks(api: Api) -> None:
    async with api.desk.browser.get(f"{api.desk.url}api/v1/openapi.json") as answer:
        assert await answer.json() == description()


async def test_a_story_is_found_read_and_leads_to_its_items(api: Api) -> None:
    found = await api.get("/stories", params={"words": "kill cluster", "severity": "high"})
    [line] = found["stories"]
    assert line["rules"] == ["cluster-munitions"]
    assert found["next"] is None
    story = await api.get(f"/stories/{line['id']}")
    assert [card["route"] for card in story["cards"]] == ["desk"]
    assert {"what": f"story:24h:{line['id']}", "words": "This story for 24 hours"} in story["cards"][0]["can_mute"]
    item = await api.get(f"/items/{story['reports'][0]['item']}")
    assert item["story"] == line["id"]
    assert item["revisions"][0]["matches"][0]["rule"] == "cluster-munitions"
    assert item["messages"][0]["state"] == "sent"
    assert any(path.startswith("verdict alert") for path in map(str.strip, item["path"]))
    assert "\u202e" not in json.dumps(item, ensure_ascii=False)


async def test_lists_are_read_page_by_page(api: Api) -> None:
    for path, name in (("/stories", "stories"), ("/items", "items")):
        whole = (await api.get(path))[name]
        assert len(whole) > 1
        read, after = [], ""
        while True:
            page = await api.get(path, params={"limit": "1", "after": after})
            read += page[name]
            if page["next"] is None:
                break
            after = page["next"]
        assert read == whole


async def test_what_the_pages_show_is_there(api: Api) -> None:
    assert {one["id"]: one["health"] for one in (await api.get("/feeds"))["feeds"]} == {
        "broken": "failing",
        "wire": "ok",
    }
    assert [one["id"] for one in (await api.get("/feeds?failing=true"))["feeds"]] == ["broken"]
    assert len((await api.get("/feeds/wire"))["items"]) == 3
    assert [one["status"] for one in (await api.get("/rules"))["rules"]] == ["live"]
    assert (await api.get("/rules/cluster-munitions"))["ways"] == {"any mention": 1, "casualties": 1}
    assert len((await api.get("/judgements"))["weeks"]) == 8
    assert len((await api.get("/deliveries"))["alerts"]) >= 1
    health = await api.get("/health")
    assert (health["feeds"], health["failing"]) == (2, 1)
    assert any("1 feed failing" in need for need in health["needs"])


async def test_acts_have_the_effects_and_records_of_those_in_slack(own: Api) -> None:
    store, story = own.desk.store, await own.desk.story_id()
    [card] = (await own.get(f"/stories/{story}"))["cards"]
    path, of = f"/stories/{story}", {"card": card["id"]}
    assert (await own.post(f"{path}/claim", key="1", **of))["changed"] is True
    again = await own.post(f"{path}/claim", key="1", **of)
    assert (again["changed"], again["repeated"]) == (False, True)
    assert (await own.post(f"{path}/claim", **of))["said"].startswith("You have had this story")
    held = await store.desk_card(card["id"])
    assert held is not None
    assert held.assignment is not None
    assert (held.assignment.by.name, held.assignment.by.user_id) == ("helper", "helper (API)")
    assert (await own.get("/stories", params={"mine": "true"}))["stories"][0]["held_by"] == ["helper"]
    await own.desk.app.outbox.drain()
    assert any("helper (API)" in str(one.get("blocks")) for one in own.desk.world.slack.messages(DESK))
    assert (await own.post(f"{path}/unclaim", **of))["changed"] is True

    assert (await own.post(f"{path}/not_relevant", cause="sport", note="a match", **of))["changed"] is True
    assert (await own.get(path))["cards"][0]["judged_by"] == "helper"
    assert (await own.get("/judgements"))["said"][0]["cause"] == "sport"
    assert (await own.post(f"{path}/relevant", **of))["changed"] is True

    assert (await own.post(f"{path}/mute", what=f"story:24h:{story}", **of))["changed"] is True
    assert [mute["by"] for mute in (await own.get("/health"))["mutes"]] == ["helper"]
    assert (await own.post(f"{path}/unmute", **of))["changed"] is True
    assert not await store.mutes()


async def test_a_merge_is_undone_by_splitting_what_it_moved(own: Api) -> None:
    one, other = [line["id"] for line in (await own.get("/stories"))["stories"]]
    done = await own.post(f"/stories/{one}/merge", into=other, reason="one raid")
    assert (done["by"], done["other"]) == ("helper (API)", other)
    assert (await own.get(f"/stories/{one}"))["id"] == other
    assert "Nothing was changed" in (await own.post(f"/stories/{one}/merge", 409, into=other))["detail"]
    back = await own.post(f"/stories/{other}/split", items=done["items"])
    assert [report["item"] for report in (await own.get(f"/stories/{back['other']}"))["reports"]] == done["items"]


async def test_two_who_act_at_once_with_one_key_act_once(own: Api) -> None:
    story = await own.desk.story_id()
    [card] = (await own.get(f"/stories/{story}"))["cards"]
    done = await asyncio.gather(*(own.post(f"/stories/{story}/claim", key="once", card=card["id"]) for _ in range(4)))
    assert sorted((one["changed"], one["repeated"]) for one in done) == [(False, True)] * 3 + [(True, False)]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": ""}, 401),
        ({"Authorization": "Basic eDp4"}, 401),
        ({"Authorization": "Bearer "}, 401),
        ({"Authorization": f"Bearer {READER[:-1]}"}, 401),
        ({"Authorization": "Bearer é"}, 401),
        ({"Authorization": f"bearer  {READER}"}, 200),
        ({"Authorization": f"Bearer {READER}", "Cookie": "wirewatch=x.y"}, 200),
        ({"Authorization": f"Bearer {READER}", "Host": "evil.example"}, 421),
    ],
)
async def test_nobody_reads_without_a_token(tmp_path: Path, api: Api, headers: dict[str, str], status: int) -> None:
    async with (
        aiohttp.ClientSession() as stranger,
        stranger.get(f"{api.desk.url}api/v1/rules", headers=headers) as answer,
    ):
        assert answer.status == status
        assert ("WWW-Authenticate" in answer.headers) == (status == 401)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_a_session_of_the_console_is_none_of_the_api(own: Api) -> None:
    await own.desk.get("/")
    async with own.desk.browser.post(f"{own.desk.url}api/v1/stories/s/claim", json={"card": "x"}) as answer:
        assert answer.status == 401


async def test_a_token_that_may_read_may_not_act(api: Api) -> None:
    reader = Api(api.desk, READER)
    await reader.get("/stories")
    refused = await reader.post(f"/stories/{await api.desk.story_id()}/claim", 403, card="x")
    assert "act" in refused["detail"]


async def test_wrong_tokens_are_limited_logged_without_them_and_right_ones_go_on(own: Api) -> None:
    wrong = Api(own.desk, "wrong-token-0123456789")
    with capture_logs() as seen:
        statuses = []
        for _ in range(6):
            async with own.desk.browser.get(
                f"{own.desk.url}api/v1/rules", headers={"Authorization": f"Bearer {wrong.token}"}
            ) as answer:
                statuses.append(answer.status)
        await own.get("/rules")
    assert statuses == [401] * 5 + [429]
    assert {line["action"] for line in seen} == {"api_token_refused"}
    assert "0123456789" not in str(seen)


async def test_a_token_in_a_file_is_revoked_when_the_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "tokens"
    file.write_text(TOKENS)
    monkeypatch.setenv("WIREWATCH_API_TOKENS_FILE", str(file))
    async with opened(tmp_path / "desk", WIREWATCH_API_TOKENS=TOKENS) as made:
        reader = Api(made, READER)
        await reader.get("/rules")
        file.write_text(f"helper:act:{HELPER}\n")
        await reader.get("/rules", 401)
        await Api(made).get("/rules")
        file.write_text("a secret that is no entry")
        with capture_logs() as seen:
            await Api(made).get("/rules", 401)
        assert "a secret" not in str(seen)
        file.unlink()
        await Api(made).get("/rules", 401)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("/stories?severty=high", "severty"),
        ("/stories?severity=worst", "severity"),
        ("/stories?limit=0", "limit"),
        ("/stories?limit=ten", "limit"),
        ("/stories?limit=1&limit=2", "limit"),
        ("/stories?muted=perhaps", "muted"),
        ("/stories?after=x", "after: it is no"),
        ("/items?after=%FF", "after"),
        ("/items?after=OTk5OTk5OTk5OTk5OTk5OTk5OTk5Ong", "after"),
        ("/rules?limit=1", "limit"),
        (f"/items?words={'x' * 301}", "words"),
    ],
)
async def test_what_cannot_be_read_is_said_by_its_name(api: Api, path: str, wrong: str) -> None:
    refused = await api.get(path, 400)
    assert [one.startswith(wrong) for one in refused["invalid"]] == [True]


@pytest.mark.parametrize("path", ["/nothing", "/stories/x", "/items/x", "/feeds/x", "/rules/x", "/stories/", "/"])
async def test_what_is_not_there_is_a_problem(api: Api, path: str) -> None:
    await api.get(path, 404)


async def test_bodies_that_cannot_be_used_are_refused_and_change_nothing(api: Api) -> None:
    path = f"/stories/{await api.desk.story_id()}/claim"
    await api.ask("POST", path, 415, data="card=x")
    for body in ("", "{", "[]", "[" * 5_000, '"card"', '{"card": 1}', '{"card": "x", "more": 1}', "{}"):
        await api.ask("POST", path, 400, data=body.encode(), headers={"Content-Type": "application/json"})
    await api.ask("POST", path, 409, json={"card": "d-of-another"})
    await api.ask("POST", path, 413, json={"card": "x" * 70_000})
    await api.ask("POST", path, 403, json={"card": "x"}, headers={"Origin": "http://evil.example"})
    await api.ask("PUT", path, 405, json={"card": "x"})
    for key in ("", "a b", "k" * 201):
        await api.ask("POST", path, 400, json={"card": "x"}, headers={"Idempotency-Key": key})
    story = await api.get(path.removesuffix("/claim"))
    assert story["cards"][0]["held_by"] is None


async def test_a_database_in_trouble_and_a_fault_are_problems_too(own: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.console.api.service_answers.feed_line", None)
    await own.get("/feeds", 500)
    with sqlite3.connect(own.desk.world.database) as connection:
        connection.execute("ALTER TABLE stories RENAME TO gone")
    connection.close()
    await own.get("/stories", 503)


def _parameters(operation: Json) -> st.SearchStrategy[dict[str, str]]:
    """Parameters of a query: of each kind what is right, what is nearly right, and anything."""
    asked = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
    hostile = st.text(max_size=40) | st.sampled_from(["", "0", "-1", "1", "true", '"', "*", "'); --", "\0", "٣", "a*b"])
    known = {one["name"]: hostile | st.sampled_from(one["schema"].get("enum", ["1"])) for one in asked}
    return st.fixed_dictionaries({}, optional=known | {"unknown": hostile})


def _bodies() -> st.SearchStrategy[object]:
    names = st.sampled_from(["card", "cause", "what", "into", "items", "reason", "note", "other"])
    values = st.text(max_size=20) | st.none() | st.integers() | st.lists(st.text(max_size=5), max_size=3)
    return st.dictionaries(names, values, max_size=4) | values


async def test_whatever_is_sent_the_answer_is_one_that_the_description_tells_of(api: Api) -> None:
    document = description()
    story, operations = await api.desk.story_id(), []
    [item, *_] = (await api.get("/items"))["items"]
    for path, methods in document["paths"].items():
        operations += [(method.upper(), path, one) for method, one in methods.items()]
    ids = {"story": story, "item": item["id"], "feed": "wire", "rule": "cluster-munitions"}

    async def look(method: str, path: str, operation: Json, query: Json, body: object, odd: str) -> None:
        for name, value in ids.items():
            path = path.replace(f"{{{name}}}", odd or value)
        more: Json = {"json": body} if method == "POST" else {"params": query}
        headers = {"Authorization": f"Bearer {HELPER}"}
        async with api.desk.browser.request(method, api.desk.url + path[1:], headers=headers, **more) as answer:
            text = await answer.text()
            assert answer.status < 500, text
            assert str(answer.status) in operation["responses"], (answer.status, path, text)
            told = operation["responses"][str(answer.status)]
            if "$ref" in told:
                told = document["components"]["responses"][told["$ref"].rpartition("/")[2]]
            schema = told["content"][answer.content_type]["schema"]
            Draft202012Validator(schema | {"components": document["components"]}).validate(json.loads(text))

    loop = asyncio.get_running_loop()

    def all_tried(method: str, path: str, operation: Json) -> None:
        @settings(max_examples=8, suppress_health_check=list(HealthCheck))
        @given(_parameters(operation), _bodies(), st.sampled_from(["", "", "%00", "x", "..", "%D8%A7", "a%2Fb"]))
        def tried(query: Json, body: object, odd: str) -> None:
            asyncio.run_coroutine_threadsafe(look(method, path, operation, query, body, odd), loop).result(20)

        tried()

    for one in operations:
        await asyncio.to_thread(all_tried, *one)


async def test_a_feed_is_polled_now_by_whoever_may_act(own: Api) -> None:
    store = own.desk.store
    state = await store.feed_state("wire")
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    await store.save_feed(replace(state, polled_at=long_ago, next_poll_at=datetime.now(UTC) + timedelta(hours=1)))
    asked = await own.post("/feeds/wire/poll")
    assert asked["said"] == "It is polled within seconds."
    assert await store.take_due(["wire"], now=datetime.now(UTC), lease=timedelta(seconds=45), limit=9) == ["wire"]
    await own.post("/feeds/nothing/poll", 404)
    own.token = READER
    await own.post("/feeds/wire/poll", 403)


async def test_programs_find_out_why_an_article_came_or_did_not(api: Api) -> None:
    found = await api.get("/why", params={"about": "https://wire.example/2?utm_source=slack"})
    assert (found["said"], found["alike"]) == ("No, the desk did not get it. No rule matched.", [])
    assert found["item"] == (await api.get("/items", params={"words": "parking"}))["items"][0]["id"]
    assert [step["name"] for step in found["steps"]] == ["Found", "Rules"]
    found = await api.get("/why", params={"about": "https://elsewhere.example/1"})
    assert (found["item"], found["feeds"]) == (None, [])
    await api.get("/why", 400)


async def test_lists_are_narrowed_by_time_and_rule(api: Api) -> None:
    now = datetime.now(UTC)
    for path, name in (("/items", "items"), ("/stories", "stories")):
        everything = (await api.get(path))[name]
        assert (await api.get(path, params={"since": (now - timedelta(days=1)).isoformat()}))[name] == everything
        assert (await api.get(path, params={"until": (now - timedelta(days=1)).isoformat()}))[name] == []
        for wrong in ("2026-01-01T00:00:00", "today", "9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00Z"):
            await api.get(path, 400, params={"since": wrong})
    matched = await api.get("/items", params={"rule": "cluster-munitions"})
    assert len(matched["items"]) == 2
