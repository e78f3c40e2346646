"""Whether the chain works, judged by the heartbeats that its parts write."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.decide.channel_notices import of_channel
from monitor.model import DeliveryState, VitalSigns, in_words
from monitor.model.waits import SKEW, waits
from monitor.wording.counts import counted

LONGEST_SILENCE = timedelta(seconds=60)


LONGEST_WAIT = timedelta(minutes=10)


ALL_FEEDS_FAILING = timedelta(hours=1)


def troubles(signs: VitalSigns, now: datetime) -> list[str]:
    """What is wrong with the chain, in words for an admin; empty when it works."""
    found = []
    seen_at = signs.last_heartbeat(now)
    if signs.heartbeat_at is None:
        found.append("the service has never run on this database")
    elif seen_at is None:
        found.append("no sign of life from the service but some that lie ahead: a clock is or was wrong")
    elif now - seen_at > LONGEST_SILENCE:
        found.append(f"no sign of life from the service for {in_words(now - seen_at)}")
    if signs.oldest_due_at and now - signs.oldest_due_at > LONGEST_WAIT:
        found.append(f"an alert has been waiting to be delivered for {in_words(now - signs.oldest_due_at)}")
    found += sorted({problem for problem in signs.channel_problems.values() if not of_channel(problem)})
    broken = {channel: problem for channel, problem in signs.channel_problems.items() if of_channel(problem)}
    found += [f"channel {channel}: {problem}" for channel, problem in sorted(broken.items())]
    working = waits(signs.succeeded_at, ALL_FEEDS_FAILING, now)
    if signs.feeds_total and signs.feeds_failing == signs.feeds_total and signs.succeeded_at and not working:
        found.append(f"every feed has been failing for {in_words(now - signs.succeeded_at)}")
    return found


SOCKET = "socket:"
"""How the names of heartbeats of connections for buttons and commands begin; the process follows."""


def socket_words(signs: VitalSigns, now: datetime) -> str:
    """Whether buttons and commands work. Alerts are posted either way, so it is no trouble of the chain."""
    beats = (at for name, at in signs.heartbeats.items() if name.startswith(SOCKET) and at <= now + SKEW)
    seen = max(beats, default=None)
    if seen is not None and now - seen <= LONGEST_SILENCE:
        return "Slack's buttons and commands work"
    ever = f"for {in_words(now - seen)}" if seen else "yet"
    return f"Slack's buttons and commands do not work: no connection by Socket Mode {ever}; alerts are still posted"


def healthy(signs: VitalSigns, now: datetime) -> str:
    """A line on a service that works."""
    waiting = sum(signs.outbox.get(state, 0) for state in (DeliveryState.PENDING, DeliveryState.UNKNOWN))
    held = sum(signs.outbox.get(state, 0) for state in (DeliveryState.HELD, DeliveryState.REJECTED)) + signs.stuck
    seen_at = signs.last_heartbeat(now)
    since = in_words(max(timedelta(0), now - seen_at)) if seen_at else "never"
    feeds = f"{signs.feeds_failing} of {counted(signs.feeds_total, 'feed')} failing"
    line = f"healthy: last sign of life {since} ago, {feeds}, {counted(waiting, 'alert')} waiting"
    return line + (f", {held} held or rejected" if held else "")
