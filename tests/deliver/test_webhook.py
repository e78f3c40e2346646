"""Webhooks over real sockets: each message at least once by one id, in the order of its story, whatever is answered."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

import aiohttp
import pytest

from monitor.collect.fetching.guard import AddressRefused
from monitor.collect.fetching.outgoing import Outgoing
from monitor.decide.notices.channels import Inspection
from monitor.decide.routing import routes_now
from monitor.deliver.outbox import Outbox
from monitor.deliver.retries import BROKEN_RETRY
from monitor.deliver.sink import Limited, NotFound, NotPosted, Refused, Scope, Sent
from monitor.deliver.sinks import Sinks
from monitor.deliver.slack.sink import SlackSink
from monitor.deliver.webhook import signature
from monitor.deliver.webhook.check import with_webhooks
from monitor.deliver.webhook.payload import payload
from monitor.deliver.webhook.sink import WebhookSettings, WebhookSink
from monitor.model import (
    CardMessage,
    Delivery,
    DeskMessage,
    DigestMessage,
    DigestReason,
    Message,
    NoticeMessage,
    Route,
    Routes,
    UnansweredMessage,
    VanishedMessage,
    Webhook,
)
from monitor.settings.proxies import DIRECT, Proxies
from storage.store import Store
from tests.support.builders import NOW
from tests.support.fakes.proxy import FakeProxy
from tests.support.fakes.slack import FakeSlack
from tests.support.hooks import KEY, SECRET, HookReceiver, status
from tests.support.messages import OPS, Clock, alert, attempt, card, delivery, further, record
from tests.support.stored import outbox_counts

NAME = "WIREWATCH_HOOK_SECRET"


@pytest.fixture
async def receiver() -> AsyncIterator[HookReceiver]:
    async with HookReceiver() as made:
        yield made


def routes_to(url: str) -> Routes:
    hook = Webhook(url=url, secret=NAME)
    return Routes((Route(name="desk", channel=hook.channel, webhook=hook),), OPS)


def settings(
    *, private: bool = True, timeout: float = 10, secret: str | None = SECRET, proxies: Proxies = DIRECT
) -> WebhookSettings:
    return WebhookSettings(
        outgoing=lambda: Outgoing(
            proxies, allow_private=private, connector=partial(aiohttp.TCPConnector, force_close=True)
        ),
        blocked=AddressRefused,
        secret=lambda name: secret if name == NAME else None,
        timeout=timeout,
    )


@pytest.fixture
async def hooks(receiver: HookReceiver, clock: Clock, patience: float) -> AsyncIterator[WebhookSink]:
    sink = WebhookSink(settings(timeout=patience), clock=clock)
    sink.use(routes_to(receiver.url))
    yield sink
    await sink.close()


@pytest.fixture
def box(database: Store, sink: SlackSink, hooks: WebhookSink, receiver: HookReceiver, clock: Clock) -> Outbox:
    sinks = Sinks(sink, hooks)
    return Outbox(database, sinks, routes_to(receiver.url), owner="w1", clock=clock, sleep=clock.sleep)


@pytest.fixture
def message(receiver: HookReceiver) -> Callable[..., Delivery]:
    """A delivery for the webhook."""
    channel = routes_to(receiver.url).desk[0].channel
    return partial(delivery, channel=channel, route="desk")


# -- what is sent ------------------------------------------------------------------------------------------------


async def test_a_card_is_signed_json_with_its_id(
    box: Outbox, database: Store, receiver: HookReceiver, message: Callable[..., Delivery]
) -> None:
    one = message("a", CardMessage(alert=alert(record=record())))
    await database.enqueue([one])
    assert await box.drain() == 1
    (got,) = receiver.got
    assert got.signed
    assert got.id == got.body["data"]["id"] == one.delivery_id
    assert got.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert got.headers["content-type"] == "application/json"
    assert got.body["type"] == "story.alert"
    (told,) = got.body["data"]["alerts"]
    assert told["title"] == "14 killed as cluster munition hits market & school, group says"
    assert told["url"] == "https://wire.example/news/idlib-market?ref=rss"
    assert [rule["rule"] for rule in told["rules"]] == ["cluster-munitions", "civilian-strikes", "official-reactions"]
    assert told["rules"][0]["words"] == ["cluster munition"]
    assert told["facts"][0]["about"] == "Killed (latest)"


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (card(), "story.alert"),
        (further("Toll 14 → 19 killed"), "story.report"),
        (DigestMessage(why=DigestReason.LATE, alerts=(alert(), alert(story_id="s2"))), "stories.digest"),
        (UnansweredMessage(story_id="s1", title="Strike", silent_for=timedelta(hours=26)), "story.unanswered"),
        (VanishedMessage(story_id="s1", title="Strike", source="The Wire", since=NOW), "story.vanished"),
        (DeskMessage(story_id="s1", words="Claimed by Anna"), "story.desk"),
        (NoticeMessage(title="Feed wire fails", text="One\nTwo"), "service.notice"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_every_kind_of_message_has_a_type_and_words(told: Message, kind: str) -> None:
    body = payload(delivery("a", told), now=NOW)
    assert (body["type"], body["timestamp"]) == (kind, NOW.isoformat(timespec="seconds"))
    assert body["data"]["text"]
    assert json.loads(json.dumps(body)) == body


def test_the_signature_is_that_of_the_standard() -> None:
    """The example of the specification's reference libraries."""
    keys = signature.keys_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    stamp = datetime.fromtimestamp(1614265330, UTC)
    made = signature.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', keys, now=stamp)
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_while_a_secret_is_exchanged_both_sign() -> None:
    other = base64.b64encode(b"x" * 24).decode()
    made = signature.headers("m", b"{}", signature.keys_of(f"{SECRET} {other}"), now=NOW)
    signed = f"m.{int(NOW.timestamp())}.{{}}".encode()
    digests = [base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in (KEY, b"x" * 24)]
    assert made["webhook-signature"].split() == [f"v1,{digest}" for digest in digests]


@pytest.mark.parametrize("secret", ["", "  ", "whsec_", "whsec_c2hvcnQ=", "hunter2!", "whsec_" + "A" * 400, "ключ"])
def test_a_secret_that_cannot_be_used_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(ValueError, match=r"empty|base64|bytes") as refused:
        signature.keys_of(secret)
    assert not secret.strip() or secret not in str(refused.value) or secret == "whsec_"


# -- receivers that misbehave ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        *("drop", "half"),
        *(status(500), status(502, body="<html>"), status(408), status(425)),
        *(status(429, "Retry-After: 7\r\n"), status(503, "Retry-After: nonsense\r\n"), status(429)),
        *(status(301, "Location: /else\r\n"), status(307, "Location: http://169.254.169.254/\r\n")),
        *(status(400), status(401), status(404), status(410), status(418), status(422)),
        b"nonsense\r\n\r\n",
        status(999),
    ],
    ids=repr,
)
async def test_whatever_is_answered_each_message_arrives_by_one_id_and_its_story_in_order(
    box: Outbox, database: Store, receiver: HookReceiver, message: Callable[..., Delivery], answer: str | bytes
) -> None:
    receiver.answers.extend([answer] * 2)
    first = message("card")
    reply = message("reply", further("Toll 14 → 19 killed"), parent_id=first.delivery_id)
    other = message("other")
    await database.enqueue([first, reply, other])
    for _ in range(12):
        await box.drain()
        await box._sleep(BROKEN_RETRY.total_seconds())
    assert set(receiver.ids) == {first.delivery_id, reply.delivery_id, other.delivery_id}
    assert all(one.signed for one in receiver.got)
    assert receiver.ids[-1] != first.delivery_id
    assert max(n for n, one in enumerate(receiver.ids) if one == first.delivery_id) < receiver.ids.index(
        reply.delivery_id
    )
    counts = await outbox_counts(database)
    assert {str(state): count for state, count in counts.items() if count and "sent" not in str(state)} == {}


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
async def test_a_receiver_that_is_down_slow_lying_and_killed_gets_each_story_in_order(
    box: Outbox, database: Store, receiver: HookReceiver, message: Callable[..., Delivery], seed: int
) -> None:
    """Whatever comes after what: each alert at least once, with one key, and no reply before its card was taken."""
    random = Random(seed)
    waiting = []
    for n in range(3):
        first = message(f"{n}")
        waiting.append([first])
        for step in (1, 2):
            at = NOW + timedelta(seconds=step)
            told = further(f"More of {n}")
            reply = message(f"{n}.{step}", told, parent_id=first.delivery_id, created_at=at, not_before=at)
            waiting[n].append(reply)
    # It takes what it then says it did not take; is cut off before and within its answer; is slow; asks to wait.
    # (A word of `answers` is used up by a request each, so each of these happens, in some order.)
    trouble: list[str | bytes] = [
        "drop",
        "drop",
        "half",
        "half",
        "silence",
        "trickle",
        status(500),
        status(503),
        status(429),
        status(404),
    ]
    random.shuffle(trouble)
    receiver.answers.extend(trouble)
    for step in range(3):
        await database.enqueue([story[step] for story in waiting])
        if random.random() < 0.5:
            receiver.down()
            await box.drain()
            await receiver.up()
        await box.drain()
    for _ in range(12):
        await box.drain()
        await box._sleep(BROKEN_RETRY.total_seconds())
    assert set(receiver.ids) == {one.delivery_id for story in waiting for one in story}
    assert all(one.signed for one in receiver.got)
    for first, *more in waiting:
        firsts = [receiver.ids.index(one.delivery_id) for one in more]
        assert max(n for n, one in enumerate(receiver.ids) if one == first.delivery_id) < min(firsts)
        assert firsts == sorted(firsts)
    assert not receiver.answers, "all of it happened"


@pytest.mark.parametrize("answer", [status(200, body="<html>ads</html>"), status(299), "trickle"], ids=repr)
async def test_a_yes_is_believed_whatever_else_it_says(
    box: Outbox, database: Store, receiver: HookReceiver, message: Callable[..., Delivery], answer: str | bytes
) -> None:
    receiver.answers.append(answer)
    await database.enqueue([message("a"), message("b")])
    assert await box.drain() == 2
    assert len(receiver.got) == 2


async def test_any_number_goes_out_at_once_and_none_is_folded_together(
    box: Outbox, database: Store, receiver: HookReceiver, message: Callable[..., Delivery], clock: Clock
) -> None:
    await database.enqueue([message(str(number)) for number in range(25)])
    assert await box.drain() == 25
    assert len(set(receiver.ids)) == 25
    assert clock() - NOW < timedelta(seconds=5)


async def test_a_receiver_that_stays_away_is_told_to_ops_which_sees_what_waits(
    box: Outbox,
    database: Store,
    receiver: HookReceiver,
    message: Callable[..., Delivery],
    slack: FakeSlack,
) -> None:
    receiver.answers.extend(["drop"] * 7)
    await database.enqueue([message("a")])
    for _ in range(6):
        await box.drain()
        await box._sleep(BROKEN_RETRY.total_seconds())
    texts = [one["text"] for one in slack.messages(OPS.channel)]
    assert "Route desk is broken" in texts[0]
    assert "works again" in texts[-1]
    assert not any("of-the-desk" in text for text in texts), "an address may be secret"
    assert len(set(receiver.ids)) == 1


async def test_a_receiver_that_only_ever_asks_to_wait_is_told_to_ops(
    box: Outbox,
    database: Store,
    receiver: HookReceiver,
    message: Callable[..., Delivery],
    slack: FakeSlack,
) -> None:
    receiver.answers.extend([status(429, "Retry-After: 120\r\n")] * 6)
    await database.enqueue([message("a")])
    for _ in range(7):
        await box.drain()
        await box._sleep(120)
    texts = [one["text"] for one in slack.messages(OPS.channel)]
    assert sum("Route desk is broken" in text for text in texts) == 1
    assert "works again" in texts[-1]
    assert len(receiver.got) == 7


async def test_what_a_crash_cut_off_is_sent_again_by_the_same_id(
    database: Store,
    box: Outbox,
    receiver: HookReceiver,
    message: Callable[..., Delivery],
    clock: Clock,
) -> None:
    """Killed after the call and before it was written down: another process goes on."""
    one = message("a")
    await database.enqueue([one])
    taken = await database.take_delivery(
        one.channel,
        owner="killed",
        now=clock(),
        lease=timedelta(seconds=25),
        routes=routes_now(routes_to(receiver.url), clock()),
    )
    assert taken is not None
    clock.now += timedelta(minutes=1)
    await box.drain()
    assert receiver.ids == [one.delivery_id]


async def test_a_webhook_that_works_says_nothing_of_slack(
    box: Outbox, database: Store, receiver: HookReceiver, message: Callable[..., Delivery], slack: FakeSlack
) -> None:
    slack.token = "xoxb-another"
    await database.enqueue([delivery("ops", NoticeMessage(title="T", text="x"), channel=OPS.channel, route="ops")])
    await box.deliver_due()
    before = await database.channel_problems()
    await database.enqueue([message("a")])
    await box.deliver_due()
    assert receiver.ids
    assert before
    assert await database.channel_problems() == before


# -- what it may reach, and what it needs ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/", "http://169.254.169.254/"]
)
async def test_private_addresses_are_refused_unless_they_are_allowed(
    receiver: HookReceiver, clock: Clock, url: str
) -> None:
    routes = routes_to(url.format(port=receiver.port))
    sink = WebhookSink(settings(private=False), clock=clock)
    sink.use(routes)
    result = await sink.post(attempt(delivery("a", channel=routes.desk[0].channel)))
    await sink.close()
    assert isinstance(result, Refused)
    assert (result.code, result.scope) == ("blocked_address", Scope.CHANNEL)
    assert receiver.got == []


async def test_a_webhook_is_reached_by_the_proxy_of_the_environment(
    receiver: HookReceiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a name that only the proxy knows; a number that is private is refused all the same."""

    def look_up(host: str, *_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, host)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    async with FakeProxy(receiver.port) as proxy:
        for url, arrives in (("http://hooks.example/a", True), ("http://10.0.0.5/a", False)):
            routes = routes_to(url)
            sink = WebhookSink(settings(private=False, proxies=Proxies(http=proxy.url)), clock=clock)
            sink.use(routes)
            result = await sink.post(attempt(delivery("a", channel=routes.desk[0].channel)))
            await sink.close()
            assert isinstance(result, Sent if arrives else Refused)
    assert proxy.asked == [("POST", "http://hooks.example/a")]
    assert [got.signed for got in receiver.got] == [True]


async def test_a_receiver_that_is_down_is_tried_again(clock: Clock, receiver: HookReceiver) -> None:
    routes = routes_to("http://127.0.0.1:9/")
    sink = WebhookSink(settings(), clock=clock)
    sink.use(routes)
    one = attempt(delivery("a", channel=routes.desk[0].channel))
    assert isinstance(await sink.post(one), NotPosted)
    later = await sink.post(replace(one, number=5))
    assert isinstance(later, Refused)
    assert later.scope is Scope.CHANNEL
    await sink.close()


@pytest.mark.parametrize("secret", [None, "", "hunter2!"])
async def test_without_a_secret_nothing_is_sent_and_a_look_says_so(
    clock: Clock, receiver: HookReceiver, secret: str | None
) -> None:
    routes = routes_to(receiver.url)
    sink = WebhookSink(settings(secret=secret), clock=clock)
    sink.use(routes)
    result = await sink.post(attempt(delivery("a", channel=routes.desk[0].channel)))
    found = await with_webhooks(None, sink)(routes)
    assert isinstance(result, Refused)
    assert list(found.broken.values()) == [result.words]
    assert NAME in result.reason
    assert receiver.got == []


async def test_a_look_keeps_what_was_found_on_slack(hooks: WebhookSink, receiver: HookReceiver) -> None:
    async def look(_: Routes) -> Inspection:
        return Inspection(broken={"C9OPS": "is_archived: gone"})

    routes = routes_to(receiver.url)
    found = await with_webhooks(look, hooks)(routes)
    assert found.found == {"C9OPS": "is_archived: gone", routes.desk[0].channel: None}


async def test_retry_after_is_heeded_in_seconds_and_as_a_date(
    hooks: WebhookSink, receiver: HookReceiver, message: Callable[..., Delivery]
) -> None:
    for header, seconds in (("120", 120), (f"{NOW + timedelta(seconds=90):%a, %d %b %Y %H:%M:%S} GMT", 90), ("x", 30)):
        receiver.answers.append(status(503, f"Retry-After: {header}\r\n"))
        result = await hooks.post(attempt(message("a")))
        assert isinstance(result, Limited)
        assert round(result.wait.total_seconds()) == seconds, header


async def test_what_was_taken_is_found_in_this_process_and_a_drill_passes(
    hooks: WebhookSink, message: Callable[..., Delivery]
) -> None:
    one = attempt(message("a"))
    assert isinstance(await hooks.find(one), NotFound)
    assert isinstance(await hooks.post(one), Sent)
    assert isinstance(await hooks.find(one), Sent)


def test_two_addresses_are_two_channels_and_neither_is_shown() -> None:
    one = Webhook(url="https://example.org/secret-path", secret=NAME)
    other = Webhook(url="https://example.org/other", secret=NAME)
    assert one.channel != other.channel
    assert "secret-path" not in f"{one} {one.channel}"
