"""The reasons of verdicts, for people who know no rule and no id: as a sentence, and in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.model import Reason, VerdictHistory
from monitor.wording.messages import sentence
from monitor.wording.safe import safe, shortened


@dataclass(frozen=True, slots=True)
class _Words:
    """A reason as a sentence, and in short; `detail` says that a verdict's own detail says more to a person."""

    said: str
    short: str
    detail: bool = False


_WORDS: Mapping[str, _Words] = {
    Reason.NEW_STORY: _Words("It is the first report of its story, so it gets a card", "first report of its story"),
    Reason.CATCH_UP_DIGEST: _Words(
        "Its feed was polled for the first time, and recent articles of a new feed share a digest",
        "digest of a new feed",
    ),
    Reason.LATE_DIGEST: _Words(
        "Its feed showed it long after it was published, and such articles share a digest", "digest: shown late"
    ),
    Reason.QUIET_HOURS_DIGEST: _Words(
        "The channel has quiet hours, so it waits for the digest after them", "digest after quiet hours"
    ),
    Reason.UNSURE_DIGEST: _Words("It may be off topic, and such articles share a digest", "digest: maybe off topic"),
    Reason.BUSY_DIGEST: _Words(
        "The channel had as many cards in this hour as it wants, so it went into a digest", "digest of a busy hour"
    ),
    Reason.FLOOD_DIGEST: _Words(
        "Its feed brought very many matches in this hour, so it went into a digest", "digest of a flood"
    ),
    Reason.SEVERITY_RAISED: _Words("It raises the severity of a story that the desk has", "more urgent", detail=True),
    Reason.CORRECTION: _Words("It corrected what it says in a story that the desk has", "correction", detail=True),
    Reason.REACTION: _Words(
        "It brings an official reaction to a story that the desk has", "official reaction", detail=True
    ),
    Reason.TOLL: _Words("It brings a much higher toll of a story that the desk has", "higher toll", detail=True),
    Reason.CONFIRMED: _Words("It is the second source of a story that the desk has", "second source", detail=True),
    Reason.NEW_RULE: _Words(
        "It shows a story that the desk has in another light: another rule matched", "another rule matched", detail=True
    ),
    Reason.NEW_WAY: _Words(
        "It shows a story that the desk has in another light: a rule matched by other words",
        "matched by other words",
        detail=True,
    ),
    Reason.NOW_SURE: _Words(
        "It shows that a story that the desk has is clearly on topic", "now clearly on topic", detail=True
    ),
    Reason.FURTHER_REPORT: _Words(
        "The desk has its story, and it adds no news, so it is only in the thread", "no news, only in the thread"
    ),
    Reason.NOT_RELEVANT: _Words(
        "Somebody of the desk found its story not relevant, so it is only in the thread",
        "its story is not relevant",
        detail=True,
    ),
    Reason.IN_DIGEST: _Words("Its story waits in a digest, which shows it too", "its story is in a digest"),
    Reason.COPY: _Words(
        "It repeats a report that the desk has, so it gets no message of its own", "copy of a report that the desk has"
    ),
    Reason.ROUND_UP: _Words(
        "It tells of several events, and the desk has all of them, so it gets no message of its own",
        "round-up of events that the desk has",
    ),
    Reason.REVISION: _Words(
        "It was edited, and the edit says nothing new, so it gets no further message", "edited, nothing new"
    ),
    Reason.NO_MATCH: _Words("No rule matched", "no rule matched"),
    Reason.RULE_ON_TEST: _Words("Only rules on test matched, and those post nothing", "only rules on test matched"),
    Reason.CATCH_UP: _Words(
        "It was too old when its feed was polled for the first time, so it was only stored",
        "too old when its feed was new",
        detail=True,
    ),
    Reason.NO_ROUTE: _Words("No route takes it", "no route takes it", detail=True),
    Reason.FLOOD: _Words(
        "Its feed brought so many matches in this hour that it was only stored", "too many from its feed", detail=True
    ),
    Reason.MUTED: _Words("Somebody had muted it", "muted", detail=True),
    Reason.ERROR: _Words("Wirewatch made a mistake with it, which its log describes", "a mistake in Wirewatch"),
}


def because(verdict: VerdictHistory) -> str:
    """The reason of a verdict as a sentence; of a reason that this version does not know, its detail."""
    words, detail = _WORDS.get(verdict.reason), shortened(safe(verdict.detail), 300)
    if words is None:
        return f"{sentence(detail or _plain(verdict))}."
    # "It is the second source …: second source" says one thing twice.
    more = words.detail and detail.casefold() not in words.said.casefold()
    return f"{words.said}: {detail}." if detail and more else f"{words.said}."


def in_short(verdict: VerdictHistory) -> str:
    """The reason of a verdict in a few words, for lists."""
    words = _WORDS.get(verdict.reason)
    return words.short if words else _plain(verdict)


def _plain(verdict: VerdictHistory) -> str:
    return verdict.reason.replace("_", " ")
