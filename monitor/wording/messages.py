"""What messages say in words, the same on Slack and on the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from monitor.model import (
    Alert,
    CardMessage,
    Claim,
    DeskMessage,
    DigestMessage,
    DigestReason,
    FollowUpMessage,
    Match,
    Message,
    StoryFacts,
    UnansweredMessage,
    VanishedMessage,
    in_words,
)
from monitor.wording.safe import isolated, safe, shortened

LATE = timedelta(minutes=10)
"""An alert delivered longer than this after the item was seen says so."""

RULES_SHOWN = 6
_WORDS_SHOWN = 5
_LONGEST_WORD = 40
_LONGEST_NAME = 90
_LONGEST_SPEAKER = 60
_LONGEST_STORY = 120

_WHY = {
    DigestReason.CATCH_UP: "from a feed's first poll",
    DigestReason.LATE: "shown by their feeds long after they were published",
    DigestReason.BUSY: "held back because the route had reached its max_per_hour",
    DigestReason.QUIET_HOURS: "held back during quiet hours",
    DigestReason.UNSURE: "gathered while no match of theirs was sure",
    DigestReason.BACKLOG: "that waited for this channel, too many to be posted one by one",
}


def headline(of: Alert | UnansweredMessage | VanishedMessage, limit: int) -> str:
    """The headline in at most `limit` characters; isolates for right-to-left text come on top."""
    return isolated(shortened(safe(of.title), limit)) or "(no headline)"


def note_words(message: UnansweredMessage | VanishedMessage) -> str:
    """What a note in a thread says: "No official response for 26 h", "Taken out of its feed by BBC News, 13:41 UTC"."""
    if isinstance(message, UnansweredMessage):
        return f"No official response for {message.silent_for // timedelta(hours=1)} h"
    return f"Taken out of its feed by {source(message)}, seen {message.since:%H:%M} UTC"


def story_words(message: Message, parent: Message | None) -> str:
    """What a reply belongs to that stands by itself: "Part of the story “Six killed in market strike”"."""
    if isinstance(message, DigestMessage):
        return f"Part {message.part} of a digest"
    story_id = message.alert.story_id if isinstance(message, CardMessage | FollowUpMessage) else ""
    story_id = message.story_id if isinstance(message, UnansweredMessage | VanishedMessage | DeskMessage) else story_id
    match parent:
        case CardMessage(alert=alert) | FollowUpMessage(alert=alert):
            told = [alert]
        case DigestMessage(alerts=alerts):
            told = [alert for alert in alerts if alert.story_id == story_id]
        case _:
            told = []
    return f"Part of the story “{headline(told[0], _LONGEST_STORY)}”" if told else f"Part of story {story_id}"


def source(of: Alert | VanishedMessage) -> str:
    """The outlet's name."""
    return isolated(shortened(safe(of.source), 60))


def rule_words(match: Match) -> str:
    """A rule and the way it was met: "Cluster munitions: casualties"."""
    return f"{shortened(safe(match.rule_title), _LONGEST_NAME)}: {shortened(safe(match.way), _LONGEST_NAME)}"


def severity_words(alert: Alert) -> str:
    """How urgent, and whether all of it is unsure: "HIGH, unsure (41% sure)"."""
    return ", ".join([str(alert.severity).upper(), *filter(None, [unsure_words(alert)])])


def unsure_words(alert: Alert) -> str:
    """That an alert is unsure, with its highest confidence: "unsure (41% sure)"; empty when it is not."""
    return _unsure(match.confidence for match in alert.matches) if alert.doubtful else ""


def doubt_words(match: Match, *, reasons: bool = True) -> str:
    """That a match is unsure, with words of the text for and against it; empty when it is sure.

    "unsure (41% sure): for it “bombs”; against it “drill”, “exercise”"
    """
    if not match.doubtful:
        return ""
    sides = [(side, _signed(match, sign)) for side, sign in (("for", "+"), ("against", "-"))]
    said = [f"{side} it {words}" for side, words in sides if words and reasons]
    return _unsure([match.confidence]) + (f": {'; '.join(said)}" if said else "")


def _unsure(confidences: Iterable[float | None]) -> str:
    known = [confidence for confidence in confidences if confidence is not None]
    return f"unsure ({max(known):.0%} sure)" if known else "unsure"


def _signed(match: Match, sign: str) -> str:
    return quoted([reason[1:] for reason in match.reasons if reason[:1] == sign])


def quoted(texts: Iterable[str]) -> str:
    """The first few of some words of the text, each once: "“cluster bombs”, “killed” and 2 more"."""
    distinct: dict[str, str] = {}
    for text in texts:
        if word := safe(text):
            distinct.setdefault(word.casefold(), word)
    words = list(distinct.values())
    shown = [f"“{isolated(shortened(word, _LONGEST_WORD))}”" for word in words[:_WORDS_SHOWN]]
    return ", ".join(shown) + (f" and {len(words) - _WORDS_SHOWN} more" if len(words) > _WORDS_SHOWN else "")


def rules_words(matches: Sequence[Match]) -> str:
    """All rules on one line: "Cluster munitions: casualties; Official reactions: no comment"."""
    more = len(matches) - RULES_SHOWN
    shown = [", ".join([rule_words(match), *filter(None, [doubt_words(match)])]) for match in matches[:RULES_SHOWN]]
    return "; ".join([*shown, *([f"and {more} more rules"] if more > 0 else [])])


def matched_words(match: Match) -> str:
    """The words that met a rule, in the order of the item: "“cluster bombs”, “killed”"; empty when there are none."""
    return quoted(piece.text for piece in match.evidence)


def said_by(claim: Claim) -> str:
    """Who claims something, and where: "rights group, via The Wire"; the outlet alone when it says so itself."""
    outlet = isolated(shortened(safe(claim.source), _LONGEST_SPEAKER))
    speaker = isolated(shortened(safe(claim.claimant), _LONGEST_SPEAKER))
    return ", via ".join(dict.fromkeys(name for name in (speaker, outlet) if name))


def reaction_words(claim: Claim) -> str:
    """An official reaction: "denial by Defence ministry, via The Wire", or, without a speaker, "denial, The Wire"."""
    return f"{safe(claim.value)}{' by ' if claim.claimant else ', '}{said_by(claim)}"


def reach_words(facts: StoryFacts) -> str:
    """How widely a story is reported: "3 outlets, 2 independent texts"; empty when nothing is known of it."""
    if not facts.outlets:
        return ""
    outlets = f"{facts.outlets} {'outlet' if facts.outlets == 1 else 'outlets'}"
    return f"{outlets}, {facts.origins} independent {'text' if facts.origins == 1 else 'texts'}"


def about_words(alert: Alert, now: datetime, *, with_source: bool = True) -> str:
    """Who says it, in which language, and when: "The Wire · en · published 09:12, seen 09:15, here 09:15:02 UTC"."""
    said = [source(alert)] if with_source else []
    said += [shortened(safe(alert.language), 20)] if alert.language else []
    return " · ".join([*said, time_words(alert, now)])


def time_words(alert: Alert, now: datetime) -> str:
    """When it was published, seen and told: "published 13:41, seen 14:06, here 14:51:31 UTC, delayed 45 min".

    `now` is when it was told.
    """
    published = f"published {clock_words(alert.published, now)}" if alert.published else "no date given"
    times = f"{published}, seen {clock_words(alert.seen_at, now)}, here {now.astimezone(UTC):%H:%M:%S} UTC"
    return ", ".join([times, *filter(None, [delay_words(alert, now)])])


def delay_words(alert: Alert, now: datetime) -> str:
    """By how much an alert is late: "delayed 42 min"; empty when it is not."""
    late = now - alert.seen_at
    return f"delayed {in_words(timedelta(minutes=late // timedelta(minutes=1)))}" if late > LATE else ""


def clock_words(moment: datetime, now: datetime) -> str:
    """The time of day in UTC, with the date when it is not today's."""
    moment = moment.astimezone(UTC)
    return f"{moment:%H:%M}" if moment.date() == now.astimezone(UTC).date() else f"{moment:%Y-%m-%d %H:%M}"


def digest_words(message: DigestMessage) -> str:
    """What a digest is: "Catch-up: 3 stories from a feed's first poll"; the first part counts the others' too."""
    total = len(message.alerts) + len(message.later)
    count = f"{total} {'story' if total == 1 else 'stories'}"
    if message.part > 1:
        return f"{sentence(str(message.why))}, part {message.part}: {count}"
    return f"{sentence(str(message.why))}: {count} {_WHY[message.why]}"


def severities_words(message: DigestMessage) -> str:
    """How urgent the stories of a digest are: "2 critical, 8 high"; empty when they are alike."""
    counts = Counter([*(alert.severity for alert in message.alerts), *message.later])
    return ", ".join(f"{counts[severity]} {severity}" for severity in sorted(counts, reverse=True)) * (len(counts) > 1)


def rest_words(message: DigestMessage, now: datetime) -> str:
    """Where the stories are that a digest does not list; empty when it lists all."""
    if not message.later:
        return ""
    oldest = min([alert.seen_at for alert in message.alerts] + [message.oldest_at or now])
    since = (now - oldest) // timedelta(hours=1) + 1
    return f"and {len(message.later)} more in this thread; all of them: python service.py stories list --since {since}h"


def sentence(words: str) -> str:
    """Words that begin with a capital letter; the rest stays as it is, unlike with `capitalize`."""
    return words[:1].upper() + words[1:]
