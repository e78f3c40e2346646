"""What stands in the channels of a world under siege, and what must stand there."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, create_engine, select

from monitor.model import DeliveryState, Reason, Refusal
from monitor.wording.messages import reach_words
from storage.tables.deliveries import DeliveryItemRow, DeliveryRow
from storage.tables.items import ItemRow, VerdictRow
from tests.support.world import World


class Channels:
    """The channels of a world's Slack, beside its database. `published` are the headlines that were published by now.

    `desks` are the routes to which they go.
    """

    def __init__(self, world: World, published: Sequence[str], desks: Sequence[str]) -> None:
        self._world = world
        self._published = published
        self._desks = desks

    def told(self) -> list[str]:
        """The headlines that stand in the channels, each as often as it does.

        What a notice says of an alert that waits, and a reply of the story it belongs to, is no telling of it.
        """
        digests = self._ids(DeliveryRow.kind == "digest")
        said = [
            json.dumps(one.get("blocks") or one["text"], ensure_ascii=False)
            if alert_id in digests
            else one["text"].partition("Part of the story ")[0]  # a sentence of its own, in plain text a line
            for alert_id, one in self._posted()
            if alert_id in digests or "rules" in one["metadata"]["event_payload"]
        ]
        return [title for words in said for title in self._published if title in words]

    def due(self) -> list[str]:
        """What must be told: all but what only added to a story that waited in a digest, which shows the first."""
        item, verdict, told_in = ItemRow.__table__, VerdictRow.__table__, DeliveryItemRow.__table__
        with self._connection() as connection:
            decided = connection.execute(
                select(item.c.id, item.c.title, verdict.c.story_id, verdict.c.reason).join(
                    verdict, verdict.c.item_id == item.c.id
                )
            ).all()
            # A webhook gets each report by itself, so that the verdict may be of what it got.
            to_desks = connection.execute(
                select(told_in.c.item_id, DeliveryRow.kind, DeliveryRow.state)
                .join(DeliveryRow.__table__, DeliveryRow.id == told_in.c.delivery_id)
                .where(DeliveryRow.route.in_(self._desks))
            ).all()
        story_of = {item_id: story_id for item_id, _, story_id, _ in decided}
        shown = {
            story_of.get(item_id)
            for item_id, kind, state in to_desks
            if kind == "digest" or state is DeliveryState.FOLDED
        }
        by_itself = {item_id for item_id, _, _ in to_desks}
        added = {
            title
            for item_id, title, story_id, reason in decided
            if reason == Reason.IN_DIGEST or (item_id not in by_itself and story_id in shown)
        }
        return [title for title in self._published if title not in added]

    def faults(self, *, timed: bool) -> list[str]:
        """What is lost, doubled, outside of its thread or, where times can be trusted (`timed`), out of order."""
        told, due = Counter(self.told()), Counter(self.due())
        wrong = [f"lost: {title}" for title in (due - told).elements()]
        wrong += [f"doubled: {title}" for title in (told - due).elements()]
        decided = self._decided()
        place = {alert_id: (one, at) for at, (alert_id, one) in enumerate(self._posted())}
        wrong += self._out_of_thread(decided, place)
        behind = self._ids(DeliveryRow.refusal == Refusal.ITSELF)
        for before, after in pairwise(sorted(decided, key=lambda one: (decided[one][0] or "", decided[one][1]))):
            same_thread = decided[before][0] == decided[after][0] is not None
            # Polls that run beside each other may be judged in another order than they ended.
            apart = decided[after][1] - decided[before][1] > timedelta(seconds=1)
            # What is refused by itself waits behind all others (docs/decisions/0016).
            in_turn = same_thread and before not in behind
            if timed and in_turn and apart and place[before][1] > place[after][1]:
                wrong.append(f"out of order: {place[after][0]['text']}")
        return wrong

    def _out_of_thread(
        self, decided: Mapping[str, tuple[str | None, datetime]], place: Mapping[str, tuple[dict[str, Any], int]]
    ) -> Iterator[str]:
        """What stands neither in the thread of its parent nor where it may."""
        channel_of = self._where()
        alone = {alert_id for alert_id, (message, _) in place.items() if "thread_ts" not in message}
        for alert_id, (parent, _) in decided.items():
            message, at = place.get(alert_id, ({}, 0))
            # What is told aloud goes where its route leads by then, without the thread that stayed behind.
            together = parent in place and channel_of.get(alert_id) == channel_of[parent or ""]
            thread = place[parent][0]["ts"] if together and parent else None
            if message.get("thread_ts") == thread or (alert_id in alone and alert_id in self._not_taken()):
                continue
            # Before the parent is there, the first reply stands by itself, and those that follow are in its thread.
            early = together and parent is not None and at < place[parent][1]
            siblings = {place[one][0]["ts"] for one in alone if decided.get(one, (None,))[0] == parent}
            if not early or message.get("thread_ts") not in {None, *siblings}:
                yield f"not in its thread: {message}"

    def _not_taken(self) -> set[str]:
        """The replies that were sent to a thread while it, or everything, was refused."""
        return {body["metadata"]["event_payload"]["alert_id"] for body in self._world.slack.refused_replies}

    def stale_cards(self) -> list[str]:
        """The cards that do not show what they are to show by now: how many report the story."""
        posted = dict(self._posted())
        with self._connection() as connection:
            cards = connection.execute(
                select(DeliveryRow.id, DeliveryRow.payload).where(
                    DeliveryRow.kind == "card", DeliveryRow.payload.is_not(None)
                )
            )
            reach = {alert_id: reach_words(card.alert.record) for alert_id, card in cards}
        return [
            f"not edited: {posted[alert_id]['text']} ({words})"
            for alert_id, words in reach.items()
            # One that Slack took as plain text alone has no blocks.
            if (shown := posted.get(alert_id, {}).get("blocks")) and words not in json.dumps(shown, ensure_ascii=False)
        ]

    def edited(self) -> int:
        """How many cards were edited."""
        return len({body["ts"] for body in self._world.slack.calls("chat.update")})

    def _where(self) -> dict[str, str]:
        """The channel in which each delivery stands."""
        names = list(self._world.slack.workspace.channels)
        return {alert_id: name for name in names for alert_id in self._world.slack.alert_ids(name)}

    def _ids(self, which: ColumnElement[bool]) -> set[str]:
        with self._connection() as connection:
            return set(connection.scalars(select(DeliveryRow.id).where(which)))

    def _posted(self) -> list[tuple[str, dict[str, Any]]]:
        """What stands in the channels, in order, by the ids of the deliveries."""
        return [(one["metadata"]["event_payload"]["alert_id"], one) for one in self._world.slack.messages()]

    def _decided(self) -> dict[str, tuple[str | None, datetime]]:
        """For each delivery its parent, and when it was decided."""
        with self._connection() as connection:
            rows = connection.execute(select(DeliveryRow.id, DeliveryRow.parent_id, DeliveryRow.created_at)).all()
        return {alert_id: (parent, at) for alert_id, parent, at in rows}

    @contextlib.contextmanager
    def _connection(self) -> Iterator[Connection]:
        engine = create_engine(self._world.environment["DATABASE_URL"])
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()
