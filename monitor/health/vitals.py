"""Whether the chain works, judged by what its parts write: what is wrong, since when, and what to do.

docs/decisions/0026 has the reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.decide.notices.channels import of_channel
from monitor.model import Beat, ChannelWait, DeliveryState, Trouble, VitalSigns, in_words
from monitor.model.configured import is_webhook
from monitor.model.vitals import LONGEST_SILENCE, SOCKET
from monitor.model.waits import SKEW
from monitor.wording.counts import counted
from monitor.wording.lists import listed

LONGEST_WAIT = timedelta(minutes=10)
"""How long an alert may wait while others are posted to its channel."""

LONGEST_UNTRIED = timedelta(seconds=80)
"""How long a feed may be due while no feed is polled, and a message while none is accepted in its channel.

Somebody is to know within two minutes. Until a poll or a message first fails, until it is next looked for and until it
is posted, 30 s more pass on a machine that has much else to do; with 100 s it took 106 to 131 s."""

LEAST_FAILURES = 3
"""So many polls must have failed before it is said that no feed works: one alone says little."""


SLACK_SILENT = "outbox"
"""The name of the trouble that Slack accepts nothing, in however many channels."""

SLACK_REFUSES = "slack"
"""The name of the trouble that Slack refuses everything, as without a valid token."""

EVERY_FEED_FAILS = "every feed fails"
"""The name of that trouble."""

CANARY = "canary"
"""How the name of the trouble begins that test entries do not arrive: the way to Slack may be what does not work."""

FILES_DIFFER = "files differ"
"""The name of the trouble that processes work by different files."""

LONGEST_DIFFERING = timedelta(minutes=15)
"""How long that may last: an edit reaches the processes one by one, within minutes."""

_NAMED = 3
_NO_CAUSE_OF_ITS_OWN = "see first to what else is in trouble"
_ONE_SET = (
    "see that each has the newest files; if one of them is not to work on this database, stop it and name another in "
    "its DATABASE_URL"
)


def troubles(signs: VitalSigns, now: datetime) -> list[str]:
    """What is wrong with the chain, in words for an admin; empty when it works."""
    return [trouble.line(now) for trouble in judged(signs, now)]


def judged(signs: VitalSigns, now: datetime, *, own: str = "", inside: Sequence[Trouble] = ()) -> list[Trouble]:
    """What is wrong with the chain. `own` is the process that asks, which finds wrong with itself what is `inside`.

    A test entry that does not arrive says only that something does not work: where that is known, nobody is told to
    look for another cause.
    """
    found = [*inside, *_life(signs, now, own), *_polling(signs, now), *_posting(signs, now)]
    late = [one for one in found if one.name.startswith(CANARY)]
    others = [one for one in found if one not in late]
    if others:
        late = [replace(one, remedy=_NO_CAUSE_OF_ITS_OWN, told_elsewhere=True) for one in late]
    return [*others, *late]


def _life(signs: VitalSigns, now: datetime, own: str) -> Iterator[Trouble]:
    seen_at = signs.last_heartbeat(now)
    look = "look whether it runs, and at its log"
    if not any(not name.startswith(SOCKET) for name in signs.beats):
        yield Trouble(name="no life", what="the service has never run on this database")
    elif seen_at is None:
        what = "no sign of life from the service but some that lie ahead: a clock is or was wrong"
        yield Trouble(name="no life", what=what)
    elif now - seen_at > LONGEST_SILENCE:
        yield Trouble(name="no life", what="no sign of life from the service", since=seen_at, remedy=look)
    for name, beat in sorted(signs.beats.items()):
        if name != own and _is_fresh(beat.at, now):
            yield from beat.troubles


def _is_fresh(at: datetime, now: datetime) -> bool:
    return now - LONGEST_SILENCE <= at <= now + SKEW


def _polling(signs: VitalSigns, now: datetime) -> Iterator[Trouble]:
    """What polling lacks; while no service lives, that is all there is to say of it."""
    polls = signs.polls
    live = [beat for name, beat in signs.beats.items() if not name.startswith(SOCKET) and _is_fresh(beat.at, now)]
    began = min((beat.began_at for beat in live if beat.began_at), default=None)
    due = [at for at in (polls.due_since, began if polls.never_taken else None) if at is not None]
    if live and due:
        # A service that just began, or just took a feed, has not left any waiting.
        since = max(at for at in (min(due), polls.taken_at, began) if at is not None)
        if now - since > LONGEST_UNTRIED:
            remedy = "restart the service, and report it with its log"
            what = "feeds are due, and none has been polled"
            yield Trouble(name="polls not tried", what=what, since=since, remedy=remedy)
    all_fail = polls.total and polls.failing == polls.total and not polls.never_taken
    if all_fail and polls.failures >= LEAST_FAILURES:
        known = polls.failing_since is not None and polls.failing_since <= now + SKEW
        failing_since = polls.failing_since if known else None
        if failing_since is None or now - failing_since > LONGEST_UNTRIED:
            remedy = "look at the network, the nameserver and the proxy; `feeds list` has each feed's reason"
            what = "every feed has been failing"
            yield Trouble(name=EVERY_FEED_FAILS, what=what, since=failing_since, remedy=remedy)


def _posting(signs: VitalSigns, now: datetime) -> Iterator[Trouble]:
    silent = [wait for wait in signs.waits if _is_silent(wait, now)]
    if signs.oldest_due_at and now - signs.oldest_due_at > LONGEST_WAIT:
        what = "an alert has been waiting to be delivered"
        yield Trouble(name="alert waits", what=what, since=signs.oldest_due_at, told_elsewhere=True)
    for problem in sorted({one for one in signs.channel_problems.values() if not of_channel(one)}):
        everywhere = frozenset(channel for channel, one in signs.channel_problems.items() if one == problem)
        yield Trouble(name=SLACK_REFUSES, what=problem.rstrip("."), channels=everywhere)
    for channel, problem in sorted(signs.channel_problems.items()):
        if of_channel(problem):
            # Where it is the channel of ops, nobody reads there that it, or any other, is broken.
            yield Trouble(
                name=f"channel {channel}",
                what=f"channel {channel}: {problem}",
                channels=frozenset((channel,)),
                told_elsewhere=True,
            )
    unsaid = [wait for wait in silent if wait.channel not in signs.channel_problems]  # the others are said above
    for wait in unsaid:
        if is_webhook(wait.channel):
            yield _nothing_accepted(f"outbox {wait.channel}", "its receiver", [wait])
    # What ails one channel of Slack mostly ails all: that is one trouble, and one message.
    if in_slack := [wait for wait in unsaid if not is_webhook(wait.channel)]:
        yield _nothing_accepted(SLACK_SILENT, "https://status.slack.com", in_slack)


def _nothing_accepted(name: str, where: str, waits: Sequence[ChannelWait]) -> Trouble:
    first = min(waits, key=_silent_since)
    answer = f"; the last attempt: {first.reason}" if first.reason else ""
    names = sorted(wait.channel for wait in waits)
    channels = f"channel {names[0]}" if len(names) == 1 else f"{len(names)} channels ({', '.join(names)})"
    return Trouble(
        name=name,
        what=f"messages wait for {channels}, and none has been accepted",
        since=_silent_since(first),
        remedy=f"look at {where} and at the log{answer}",
        channels=frozenset(names),
    )


def _silent_since(wait: ChannelWait) -> datetime:
    return max(wait.since, wait.accepted_at) if wait.accepted_at else wait.since


def _is_silent(wait: ChannelWait, now: datetime) -> bool:
    """Whether something waits for a channel and nothing was posted to it for too long."""
    accepted = wait.accepted_at is not None and now - LONGEST_UNTRIED <= wait.accepted_at <= now + SKEW
    return now - wait.since > LONGEST_UNTRIED and not accepted


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
    feeds = f"{signs.polls.failing} of {counted(signs.polls.total, 'feed')} failing"
    line = f"healthy: last sign of life {since} ago, {feeds}, {counted(waiting, 'alert')} waiting"
    line += f", {held} held or rejected" if held else ""
    canary_at = signs.last_canary(now)
    return line + (f", last test entry arrived {in_words(max(timedelta(0), now - canary_at))} ago" if canary_at else "")


def processes(signs: VitalSigns, now: datetime) -> list[str]:
    """A line on each process that lives, when there are several: what it is, since when, and its last sign of life."""
    alive = signs.alive(now)
    if len(alive) < 2:
        return []
    return [_process(name, beat, now) for name, beat in alive.items()]


def _process(name: str, beat: Beat, now: datetime) -> str:
    began = f"since {beat.began_at:%Y-%m-%d %H:%M:%S} UTC, " if beat.began_at else ""
    return f"{beat.kind or 'process'} {name}: {began}last sign of life {in_words(max(timedelta(0), now - beat.at))} ago"


def files_differ(signs: VitalSigns, now: datetime) -> Trouble | None:
    """That processes work by different files; None when they do not.

    It is none of the troubles of the chain, for it keeps nothing back. But each posts where its own routes.yaml leads:
    a process that is there by mistake may take what the desk waits for to a channel of somebody's trials.
    """
    if not differing(signs, now):
        return None
    names = [f"{beat.kind or 'process'} {name}" for name, beat in signs.alive(now).items()]
    what = f"processes work on one database by different feeds, routes or rules ({listed(names, _NAMED)})"
    return Trouble(name=FILES_DIFFER, what=what, remedy=_ONE_SET)


def began_first(signs: VitalSigns, now: datetime) -> str:
    """The name of the process that has lived longest, "" when none lives: of two, the other may be a mistake."""
    alive = signs.alive(now)
    return min(alive, key=lambda name: (alive[name].began_at or now, name), default="")


def differing(signs: VitalSigns, now: datetime) -> str:
    """A sentence when the processes work by different files, else ""; the newest edit reaches them one by one."""
    files = {beat.files for beat in signs.alive(now).values() if beat.files}
    if len(files) < 2:
        return ""
    return f"the processes work by {len(files)} different versions of the files; see that each has the newest"
