"""Feeds that fail together, or work again together, share a notice: one cause, one notice.

Which feeds are of a group is kept in the database, so that a restart in the middle reports nothing twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.decide.notices.notice import FAILURES_BEFORE_NOTICE, notice
from monitor.model import Delivery, FailingFeed, FailureClass, FeedGroup, GroupChange, GroupsNow, Route, in_words
from monitor.wording.counts import counted
from monitor.wording.lists import first_of

ALONE = 3
"""So many feeds get a notice each within `WINDOW`; the further ones share one."""

WINDOW = timedelta(minutes=10)

JOINS = timedelta(hours=1)
"""A feed that began to fail within so long of the last one of a group, for its cause, belongs to it."""

HEALING = timedelta(minutes=30)
"""So long after the first feed of a group works again ops gets to read which do, if not all do before."""

_MOST_NAMES = 8

NETWORK = "network"
_NETWORK = (FailureClass.DNS, FailureClass.CONNECT, FailureClass.TIMEOUT, FailureClass.TLS)
_CAUSES = {
    str(FailureClass.DNS): "Names cannot be found: look at this machine's nameserver and network first.",
    str(FailureClass.CONNECT): "No connection can be made: look at this machine's network and proxy first.",
    str(FailureClass.TIMEOUT): ("They answer too late or not at all: look at this machine's network and proxy first."),
    str(FailureClass.TLS): "No secure connection can be made: look at this machine's clock and certificates first.",
    str(FailureClass.INTERNAL): "The cause is in Wirewatch itself: look at its log.",
    NETWORK: "They cannot be reached, for several reasons: look at this machine's network and nameserver first.",
}


def failing(
    feed: FailingFeed,
    own: tuple[Delivery, ...],
    groups: GroupsNow,
    hosts: Mapping[str, str],
    ops: Route | None,
    *,
    now: datetime,
) -> GroupChange:
    """What becomes of a feed of whose failure ops is due to be told, by the notices `own` if it fails alone.

    `hosts` says on which host feeds are, as far as that is known.
    """
    if groups.own is not None and not groups.healed and _is_near(feed, groups.own, JOINS):
        return GroupChange(group=groups.own, member=feed.feed_id)  # it was taken in, and its state not written
    host = hosts.get(feed.feed_id, "")
    for group in groups.open:
        if _joins(feed, host, group):
            # Those with nothing in common but the time would keep such a group open for ever, one after the other.
            last_at = max(group.last_at, feed.failing_since) if group.host or group.cause else group.last_at
            return GroupChange(group=replace(group, last_at=last_at), member=feed.feed_id)
    near = [feed, *(one for one in groups.failing() if one.feed_id != feed.feed_id)]
    near = [one for one in near if abs(one.failing_since - feed.failing_since) <= WINDOW]
    # Those that belong to a group were told of with it.
    near = [one for one in near if not any(_joins(one, hosts.get(one.feed_id, ""), group) for group in groups.open)]
    alike, cause, of_host = _alike(feed, near, hosts)
    if len(alike) <= ALONE or ops is None:
        return GroupChange(deliveries=own)
    began = min(one.failing_since for one in alike)
    group = FeedGroup(
        key=f"{began.isoformat()} {cause} {of_host}",
        cause=cause,
        host=of_host,
        began_at=began,
        last_at=max(one.failing_since for one in alike),
    )
    key, text = f"feeds-failing:{group.key}:{now.isoformat()}", _words_of(group, feed, alike, now)
    told = notice(key, "Many feeds are failing", text, ops, now=now)
    return GroupChange(group=group, member=feed.feed_id, deliveries=(told,))


def _words_of(group: FeedGroup, feed: FailingFeed, alike: Sequence[FailingFeed], now: datetime) -> str:
    """What ops is told of a group that the failure of a feed begins, with those that fail alike."""
    why = f"All of them are on {group.host}." if group.host else _CAUSES.get(group.cause, "Their causes differ.")
    why += f" What {feed.feed_id} fails with: {feed.reason}." if feed.reason else ""
    names = first_of([one.feed_id for one in alike], _MOST_NAMES)
    others = "fail for this reason" if group.host or group.cause else "begin to fail within ten minutes"
    return (
        f"{counted(len(alike), 'feed')} began to fail within {_minutes(group, now)}: {names}. {why} Others that "
        f"{others} get no message of their own; `feeds list` shows them all."
    )


def working(
    feed_id: str, own: tuple[Delivery, ...], groups: GroupsNow, ops: Route | None, *, now: datetime
) -> GroupChange:
    """As `failing`, for a feed that works again and of whose failure ops has a notice."""
    if groups.own is None:
        return GroupChange(deliveries=own)
    if groups.healed:
        return GroupChange()
    group = replace(groups.own, healing_since=groups.own.healing_since or now)
    change = _healing(group, {**groups.members, feed_id: True}, feed_id, ops, now)
    if groups.own.healing_since is not None:
        return change
    # They failed for one reason, which is gone: none needs to wait for as long as it would after so many failures.
    return replace(
        change, due=tuple(sorted(name for name, works in groups.members.items() if not works and name != feed_id))
    )


def still_failing(groups: GroupsNow, ops: Route | None, *, now: datetime) -> GroupChange:
    """The notice about those feeds of the group that work again, while this one does not."""
    if groups.own is None or groups.own.healing_since is None:
        return GroupChange()
    return _healing(groups.own, groups.members, "", ops, now)


def _healing(
    group: FeedGroup, members: Mapping[str, bool], healed: str, ops: Route | None, now: datetime
) -> GroupChange:
    well = sum(members.values())
    left = sorted(name for name, works in members.items() if not works)
    new = well - group.told_healed
    lately = group.healing_since is not None and timedelta(0) <= now - group.healing_since < HEALING
    if ops is None or not new or (left and lately):
        return GroupChange(group=group, healed=healed)
    lasted = in_words(max(timedelta(0), now - group.began_at))
    still = f" Still failing: {first_of(left, _MOST_NAMES)}." if left else ""
    text = (
        f"{counted(new, 'feed')} that failed together since {group.began_at:%Y-%m-%d %H:%M} UTC, for {lasted}, "
        f"{'works' if new == 1 else 'work'} again.{still}"
    )
    told = notice(f"feeds-recovered:{group.key}:{now.isoformat()}", "Many feeds work again", text, ops, now=now)
    after = replace(group, told_healed=well, healing_since=None)
    return GroupChange(group=after, healed=healed, deliveries=(told,))


def _joins(feed: FailingFeed, host: str, group: FeedGroup) -> bool:
    """Whether a feed fails for the reason of a group, and began to do so with it."""
    # Feeds that have nothing in common but the time have no more than that.
    if not _is_near(feed, group, JOINS if group.host or group.cause else WINDOW):
        return False
    if group.host:
        return host == group.host
    if group.cause in (NETWORK, *map(str, _NETWORK)):
        return feed.failure in _NETWORK
    return not group.cause or group.cause == feed.failure


def _is_near(feed: FailingFeed, group: FeedGroup, within: timedelta) -> bool:
    return group.began_at - within <= feed.failing_since <= group.last_at + within


def _alike(
    feed: FailingFeed, near: Sequence[FailingFeed], hosts: Mapping[str, str]
) -> tuple[Sequence[FailingFeed], str, str]:
    """The feeds that fail for the reason of this one, that reason, and the host that they are on."""
    host = hosts.get(feed.feed_id, "")
    of_host = [one for one in near if host and hosts.get(one.feed_id) == host]
    if len(of_host) > ALONE:
        return of_host, "", host
    if feed.failure in _NETWORK:
        found = [one for one in near if one.failure in _NETWORK]
        same = {one.failure for one in found} == {feed.failure}
        return found, str(feed.failure) if same else NETWORK, ""
    if feed.failure is FailureClass.INTERNAL:
        return [one for one in near if one.failure is FailureClass.INTERNAL], str(feed.failure), ""
    lasting = [one for one in near if one is feed or one.failures >= FAILURES_BEFORE_NOTICE]
    return lasting, "", ""


def _minutes(group: FeedGroup, now: datetime) -> str:
    return in_words(max(timedelta(minutes=1), min(now, group.last_at) - group.began_at))


@dataclass(slots=True)
class Together:
    """What this process knows of feeds with notices of their own: the `hosts` of feeds, and which work again lately.

    A restart forgets that, and at most a few more feeds get a notice each.
    """

    hosts: dict[str, str] = field(default_factory=dict)
    _working: deque[datetime] = field(default_factory=deque)

    def one_by_one(self, told: tuple[Delivery, ...], ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
        """What ops gets of a feed that works again and failed alone: its notice, one for many, or nothing after it."""
        if not told or ops is None:
            return told
        while self._working and not timedelta(0) <= now - self._working[0] <= WINDOW:
            self._working.popleft()
        self._working.append(now)
        if len(self._working) <= ALONE:
            return told
        if len(self._working) > ALONE + 1:
            return ()
        text = "More feeds that were failing work again; `feeds list` shows those that do not."
        return (notice(f"feeds-recovered:{now.isoformat()}", "Many feeds work again", text, ops, now=now),)
