"""What a Slack workspace remembers: channels, who is in them, and what stands there."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

MOST_TEXT = 40_000
MOST_EDITED_TEXT = 4_000
MOST_BLOCKS = 50
MOST_BLOCK_CHARACTERS = 13_200
MOST_OPTIONS = {"static_select": 100, "multi_static_select": 100, "overflow": 5}
MOST_ELEMENTS = {"actions": 25, "context": 10}
TOMBSTONE = "This message was deleted."


@dataclass
class Channel:
    """A channel as the bot meets it. `locked` are threads that take no replies, with the code that a reply gets."""

    name: str = "desk"
    member: bool = True
    archived: bool = False
    private: bool = False
    locked: dict[str, str] = field(default_factory=dict)
    messages: list[Json] = field(default_factory=list)


class Refusal(Exception):
    """A call that Slack says no to, with its code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Workspace:
    """Channels by id, each made when it is first asked for, unless `exists` says that it is not there."""

    def __init__(self, clock: Callable[[], float], exists: Callable[[str], bool]) -> None:
        self._clock = clock
        self._exists = exists
        self._last = 0.0
        self.channels: dict[str, Channel] = defaultdict(Channel)

    def seen(self, channel: str) -> Channel:
        """A channel that the bot can see: a private one only from inside."""
        if not self._exists(channel) or (self.channels[channel].private and not self.channels[channel].member):
            raise Refusal("channel_not_found")
        return self.channels[channel]

    def entered(self, channel: str) -> Channel:
        """A channel that the bot is in."""
        found = self.seen(channel)
        if not found.member:
            raise Refusal("not_in_channel")
        return found

    def last_at(self, channel: str) -> float | None:
        """When the newest message of a channel came."""
        return next((float(message["ts"]) for message in reversed(self.channels[channel].messages)), None)

    def post(self, body: Json) -> Json:
        """Store a message, or refuse it as Slack would."""
        channel = self.entered(body["channel"])
        if channel.archived:
            raise Refusal("is_archived")
        _require_sound(body)
        thread = body.get("thread_ts")
        if thread and not any(message["ts"] == thread for message in channel.messages):
            raise Refusal("thread_not_found")
        if thread in channel.locked:
            raise Refusal(channel.locked[thread])
        # A ts is the name of a message: no two are equal, and later ones are greater.
        self._last = max(self._clock(), self._last + 0.000_002)
        message = {**body, "ts": f"{self._last:.6f}"}
        channel.messages.append(message)
        return message

    def update(self, body: Json) -> Json:
        """Edit one of the bot's messages; a text that comes without blocks takes them away."""
        message = self._message(body["channel"], body["ts"])
        _require_sound(body)
        if len(body["text"]) > MOST_EDITED_TEXT:
            raise Refusal("msg_too_long")
        message.pop("blocks", None)
        message.update({key: value for key, value in body.items() if key not in ("channel", "ts")})
        return message

    def edit(self, channel: str, ts: str, text: str) -> None:
        """What somebody with the right to does to the text of a message."""
        self._message(channel, ts).update(text=text, edited={"user": "U1", "ts": f"{self._clock():.6f}"})

    def delete(self, channel: str, ts: str) -> None:
        """What an editor does to a message: with replies its place stays, without them it is gone."""
        message = self._message(channel, ts)
        if any(other.get("thread_ts") == ts for other in self.channels[channel].messages):
            message.clear()
            message.update(channel=channel, ts=ts, text=TOMBSTONE, subtype="tombstone")
        else:
            self.channels[channel].messages.remove(message)

    def history(self, body: Json) -> list[Json]:
        """What stands in a channel, newest first: no replies, but those that were broadcast."""
        channel = self.entered(body["channel"])
        shown = [one for one in channel.messages if not one.get("thread_ts") or true(one.get("reply_broadcast"))]
        return [_plainly(one, body) for one in reversed(shown) if _within(one, body)]

    def replies(self, body: Json) -> list[Json]:
        """A thread, oldest first; its parent is always in it."""
        channel = self.entered(body["channel"])
        thread = [one for one in channel.messages if body["ts"] in (one["ts"], one.get("thread_ts"))]
        if not thread or thread[0]["ts"] != body["ts"]:
            raise Refusal("thread_not_found")
        return [_plainly(one, body) for one in thread if one is thread[0] or _within(one, body)]

    def _message(self, channel: str, ts: str) -> Json:
        for message in self.seen(channel).messages:
            if message["ts"] == ts:
                return message
        raise Refusal("message_not_found")


def page(found: list[Json], body: Json, *, most: int) -> tuple[list[Json], str]:
    """One page of an answer, and the cursor of the next, which is empty after the last."""
    start = int(body.get("cursor") or 0)
    end = start + min(most, int(body.get("limit") or 100))
    return found[start:end], str(end) if len(found) > end else ""


def true(value: object) -> bool:
    """Whether an argument says yes, in JSON or in a form."""
    return str(value).lower() in ("true", "1")


def _within(message: Json, body: Json) -> bool:
    ts, oldest, latest = (float(value or 0) for value in (message["ts"], body.get("oldest"), body.get("latest")))
    if true(body.get("inclusive")) and ts in (oldest, latest):
        return True
    return oldest < ts and (not latest or ts < latest)


def _plainly(message: Json, body: Json) -> Json:
    """A message as it is read: metadata comes empty unless all of it is asked for."""
    shown = {key: value for key, value in message.items() if key != "channel"}
    if message.get("thread_ts") and true(message.get("reply_broadcast")):
        shown["subtype"] = "thread_broadcast"
    if "metadata" in message and not true(body.get("include_all_metadata")):
        shown["metadata"] = {"event_type": message["metadata"]["event_type"], "event_payload": {}}
    return shown


def wrong_parts(blocks: list[Json]) -> list[Json]:
    """What Slack would not take in blocks, by the limits on each part's page (docs.slack.dev/reference/block-kit)."""
    names = [block["block_id"] for block in blocks if "block_id" in block]
    twice = [{"block_id": name} for name in set(names) if names.count(name) > 1]
    return twice + [one for one in _parts(blocks) if _is_wrong(one)]


def _parts(node: Any) -> Iterator[Json]:
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _parts(child)


def _is_wrong(part: Json) -> bool:
    kind, found = part.get("type"), part.get("elements")
    match kind:
        case "text" | "plain_text" | "mrkdwn":
            return not 0 < len(part["text"]) <= (MOST_TEXT if kind == "text" else 3_000)
        case "link":
            return part.get("text") == "" or not 0 < len(part["url"]) <= 3_000
        case "button":
            return len(part["text"]["text"]) > 75 or len(part["value"]) > 2_000 or len(part["action_id"]) > 255
        case "static_select" | "multi_static_select" | "overflow":
            values = [one["value"] for one in part["options"]]
            long = any(len(one["text"]["text"]) > 75 or not 0 < len(one["value"]) <= 150 for one in part["options"])
            return long or len(set(values)) < len(values) or not 0 < len(values) <= MOST_OPTIONS[kind]
        case "actions" | "context":
            names = [one["action_id"] for one in found or () if "action_id" in one]
            return not 0 < len(found or ()) <= MOST_ELEMENTS[kind] or len(set(names)) < len(names)
        case "rich_text" | "rich_text_section" | "rich_text_quote" | "rich_text_list" | "rich_text_preformatted":
            return not found
    return False


def _require_sound(body: Json) -> None:
    """Slack's own objections to a message."""
    blocks = body.get("blocks") or []
    metadata = body.get("metadata")
    if not body.get("text") and not blocks:
        raise Refusal("no_text")
    if len(body.get("text", "")) > MOST_TEXT:
        raise Refusal("msg_too_long")
    if len(blocks) > MOST_BLOCKS:
        raise Refusal("invalid_blocks")
    if len(json.dumps(blocks, ensure_ascii=False)) > MOST_BLOCK_CHARACTERS:
        raise Refusal("msg_blocks_too_long")
    if wrong_parts(blocks):
        raise Refusal("invalid_blocks")
    if metadata is not None and not (metadata.get("event_type") and isinstance(metadata.get("event_payload"), dict)):
        raise Refusal("invalid_metadata_format")
