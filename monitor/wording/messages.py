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
from monitor.model.languages import language_name
from monitor.wording.counts import counted
from monitor.wording.lists import first_of
from monitor.wording.safe import isolated, safe, shortened

DELAYED_AFTER = timedelta(minutes=10)
"""An alert delivered longer than this after the item was found says so."""

_GATHERED = timedelta(minutes=40)
"""What may be off topic is gathered for half an hour on purpose; only what came later than that is said to be late."""

RULES_SHOWN = 6
LONGEST_RULE = 25
"""Characters of a rule's title on a card."""

WORDS_SHOWN = 5
"""Words of a text that are quoted at most, unless a line has room for fewer."""

_LONGEST_WORD = 40
_LONGEST_SPEAKER = 60
_LONGEST_STORY = 120

_WHY = {
    DigestReason.CATCH_UP: "from feeds that are new here",
    DigestReason.LATE: "that their feeds showed long after publication",
    DigestReason.BUSY: "held back in a busy hour",
    DigestReason.FLOOD: "from a feed that brings very many",
    DigestReason.QUIET_HOURS: "from the quiet hours",
    DigestReason.UNSURE: "that may be off topic",
    DigestReason.BACKLOG: "while Slack was unavailable",
}


_WHY_ALONE = {
    DigestReason.CATCH_UP: "its feed is new here",
    DigestReason.LATE: "its feed showed it long after publication",
    DigestReason.BUSY: "held back in a busy hour",
    DigestReason.FLOOD: "held back, because its feed brings very many",
    DigestReason.QUIET_HOURS: "held back in the quiet hours",
    DigestReason.UNSURE: "held back, because it may have been off topic",
    DigestReason.BACKLOG: "held back while Slack was unavailable",
}


def headline(of: Alert | UnansweredMessage | VanishedMessage, limit: int) -> str:
    """The headline in at most `limit` characters; isolates for right-to-left text come on top."""
    return isolated(shortened(safe(of.title), limit)) or "(no headline)"


def note_words(message: UnansweredMessage | VanishedMessage, now: datetime) -> str:
    """What a note in a thread says: "No official response for 26 h", or that an outlet took a report from its feed."""
    if isinstance(message, UnansweredMessage):
        return f"No official response for {message.silent_for // timedelta(hours=1)} h"
    return f"{source(message)} took this report out of its feed (noticed {clock(message.since, now)})"


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


def merged_words(message: CardMessage) -> str:
    """The story that a card's story was merged into: "“Six killed in market strike”", or by its id."""
    title = isolated(shortened(safe(message.merged_title), _LONGEST_STORY))
    return f"“{title}”" if title else f"story {message.merged_into}"


def source(of: Alert | VanishedMessage) -> str:
    """The outlet's name."""
    return isolated(shortened(safe(of.source), 60))


def rule_name(match: Match) -> str:
    """A rule as cards name it: its title, in at most 25 characters."""
    return isolated(shortened(safe(match.rule_title), LONGEST_RULE))


def severity_words(alert: Alert) -> str:
    """How urgent: "HIGH"."""
    return str(alert.severity).upper()


def news_words(message: FollowUpMessage) -> str:
    """What is new about a report, before its headline: "Toll 14 → 19 killed"; empty when nothing is."""
    return sentence(safe(message.news))


def report_line(message: FollowUpMessage, limit: int) -> str:
    """A report of a known story in a line: "Second source - The Wire: headline", or "headline - The Wire"."""
    news, outlet, title = news_words(message), source(message.alert), headline(message.alert, limit)
    return f"{news} - {outlet}: {title}" if news else f"{title} - {outlet}"


def quoted(texts: Iterable[str], *, most: int = WORDS_SHOWN) -> str:
    """The first few of some words of the text, each once: "“cluster bombs”, “killed” and 2 more"."""
    distinct: dict[str, str] = {}
    for text in texts:
        if word := safe(text):
            distinct.setdefault(word.casefold(), word)
    return first_of([f"“{isolated(shortened(word, _LONGEST_WORD))}”" for word in distinct.values()], most)


def rules_words(matches: Sequence[Match]) -> str:
    """All rules on one line: "Cluster munitions; Official reactions"."""
    names = list(dict.fromkeys(filter(None, map(rule_name, matches))))
    more = len(names) - RULES_SHOWN
    return "; ".join([*names[:RULES_SHOWN], *([f"and {more} more rules"] if more > 0 else [])])


def matched_words(match: Match) -> str:
    """The words by which a rule matched, in the order of the item: "“cluster bombs”, “killed”"; empty without any."""
    return quoted(piece.text for piece in match.evidence)


def said_by(claim: Claim, *, besides: str = "") -> str:
    """Who claims something, and where: "rights group, via The Wire"; the outlet alone when it says so itself.

    The outlet is left out where it is the one that stands `besides` these words.
    """
    outlet = "" if claim.source == besides else isolated(shortened(safe(claim.source), _LONGEST_SPEAKER))
    # A tag is how a post marks a word, and no part of a name.
    speaker = isolated(shortened(safe(claim.claimant.replace("#", "")), _LONGEST_SPEAKER))
    return ", via ".join(dict.fromkeys(name for name in (speaker, outlet) if name))


def reaction_words(claim: Claim, *, besides: str = "") -> str:
    """An official reaction: "denial by Defence ministry, via The Wire", or, without a speaker, "denial, The Wire"."""
    said = said_by(claim, besides=besides)
    return f"{safe(claim.value)}{' by ' if claim.claimant else ', '}{said}" if said else safe(claim.value)


def reach_words(facts: StoryFacts) -> str:
    """How widely a story is reported: "3 outlets, 2 independent texts"; empty while one outlet's one text is all."""
    if facts.outlets <= 1 and facts.origins <= 1:
        return ""
    return f"{counted(facts.outlets, 'outlet')}, {counted(facts.origins, 'independent text')}"


def times_of(alert: Alert, now: datetime) -> list[tuple[str, datetime | None]]:
    """When it was published, found and posted, in order; `now` is when it was posted."""
    published = ("published ", alert.published) if alert.published else ("no date given", None)
    return [published, ("found ", alert.seen_at), ("posted ", now)]


def time_words(alert: Alert, now: datetime) -> str:
    """The same in a line, in UTC: "published 13:41 · found 14:06 · posted 14:51 UTC, delayed 45 min"."""
    times = " · ".join(f"{said}{clock_words(at, now) if at else ''}" for said, at in times_of(alert, now))
    return ", ".join([f"{times} UTC", *filter(None, [delay_words(alert, now)])])


def language_words(alert: Alert) -> str:
    """In which language it is, unless that is English: "in Ukrainian"; empty when it is, or is not known."""
    language = shortened(safe(alert.language or ""), 20)
    return "" if language.partition("-")[0].lower() in ("", "en") else f"in {language_name(language)}"


def delay_words(alert: Alert, now: datetime) -> str:
    """By how much an alert is late: "delayed 42 min"; empty when it is not."""
    late = now - alert.seen_at
    return f"delayed {in_words(timedelta(minutes=late // timedelta(minutes=1)))}" if late > DELAYED_AFTER else ""


def longest_delay_words(message: DigestMessage, now: datetime) -> str:
    """By how much the alerts of a digest are late at most: "delayed by up to 2 h"; empty when none is."""
    first = min(message.alerts, key=lambda alert: alert.seen_at)
    if message.why is DigestReason.UNSURE and now - first.seen_at <= _GATHERED:
        return ""
    return delay_words(first, now).replace("delayed", "delayed by up to", 1)


def clock(moment: datetime, now: datetime) -> str:
    """A time in UTC for people, with the date when it is not today's: "14:06 UTC", "2026-11-29 14:06 UTC"."""
    return f"{clock_words(moment, now)} UTC"


def clock_words(moment: datetime, now: datetime) -> str:
    """The same without its zone, where several times stand in a row: "14:06"."""
    moment = moment.astimezone(UTC)
    return f"{moment:%H:%M}" if moment.date() == now.astimezone(UTC).date() else f"{moment:%Y-%m-%d %H:%M}"


def digest_words(message: DigestMessage) -> str:
    """What a digest is: "24 stories while Slack was unavailable"; the first part counts the others' too."""
    total = len(message.alerts) + len(message.later)
    count = f"{counted(total, 'story', 'stories')} {_WHY[message.why]}"
    return f"{count}, part {message.part}" if message.part > 1 else count


def alone_words(message: DigestMessage) -> str:
    """Why the one story of a digest, shown as a card, was not posted at once: "held back in a busy hour"."""
    return _WHY_ALONE[message.why]


def severities_words(message: DigestMessage) -> str:
    """How urgent the stories of a digest are: "2 critical, 8 high"; empty when they are alike, or may be off topic."""
    if message.why is DigestReason.UNSURE:
        return ""
    counts = Counter([*(alert.severity for alert in message.alerts), *message.later])
    return ", ".join(f"{counts[severity]} {severity}" for severity in sorted(counts, reverse=True)) * (len(counts) > 1)


def rest_words(message: DigestMessage) -> str:
    """Where the stories are that a digest does not list: "15 more in this thread"; empty when it lists all."""
    return f"{len(message.later)} more in this thread" if message.later else ""


def sentence(words: str) -> str:
    """Words that begin with a capital letter; the rest stays as it is, unlike with `capitalize`."""
    return words[:1].upper() + words[1:]
