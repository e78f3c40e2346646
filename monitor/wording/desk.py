"""What people of the desk did, in words: on a card, and in its thread."""

from __future__ import annotations

from datetime import datetime

from monitor.model import Alert, Cause, Desk, DeskMessage, MutedReport
from monitor.wording.counts import counted
from monitor.wording.messages import clock
from monitor.wording.safe import isolated, safe, shortened

LONGEST_LINE = 500
"""Characters that a line about what people did takes at most."""

LONGEST_REASON = 120
"""Characters of a reason, or of what is muted, on a card."""

LONGEST_OPTION = 75
"""Characters of an option that people choose from."""

CAUSES = {
    Cause.OLD: "Old news",
    Cause.OTHER_WEAPON: "Another weapon, or none",
    Cause.FIGURATIVE: "Figurative: not meant literally",
    Cause.SPORT: "Sport, games, show business",
    Cause.WRONG_PLACE: "Not a place we cover",
    Cause.DUPLICATE: "We have had it already",
    Cause.OTHER: "Something else",
}
"""Why a card is not relevant, as people choose it."""

_REASON_IN_TEXT = 24
_HEADLINE = 160
_SOURCE = 60
_MOST_WORDS = 50


def desk_words(desk: Desk, now: datetime) -> str:
    """What people did, in words without names: "somebody is on it (since 09:20 UTC); muted (story) until 18:00 UTC"."""
    said = [f"somebody is on it{_since(desk.claimed_at, now)}"] if desk.claimed_by else []
    said += [f"judged {judged_words(desk, _REASON_IN_TEXT)}"] if desk.judged_by else []
    said += [muted_words(desk, now, _REASON_IN_TEXT)] if desk.muted_by else []
    return "; ".join(said)


def judged_words(desk: Desk, limit: int) -> str:
    """What was found not relevant, and why, in at most `limit` characters each: "not relevant (sport)".

    Where only one rule says so: "not relevant by Official reactions (sport)".
    """
    rule = reason_words(desk.judged_rule, limit)
    return f"not relevant{f' by {rule}' if rule else ''}{_in_brackets(desk.judged, limit)}"


def kept_words(kept: int) -> str:
    """How many reports stayed in the thread because the story is not relevant; empty for none."""
    return f"{counted(kept, 'later report')} only in the thread" if kept else ""


def muted_words(desk: Desk, now: datetime, limit: int) -> str:
    """What is muted from a card, in at most `limit` characters, and until when: "muted (story) until 18:00 UTC"."""
    until = f" until {clock(desk.muted_until, now)}" if desk.muted_until else ""
    return f"muted{_in_brackets(desk.muted, limit)}{until}"


def _in_brackets(words: str, limit: int) -> str:
    return f" ({shown})" if (shown := reason_words(words, limit)) else ""


def _since(at: datetime | None, now: datetime) -> str:
    return f" (since {clock(at, now)})" if at else ""


def reason_words(words: str, limit: int) -> str:
    """Words that somebody gave or that name what is muted, made safe, in at most `limit` characters."""
    return isolated(shortened(safe(words), limit))


def line_words(message: DeskMessage) -> str:
    """What was done, in a line."""
    return shortened(safe(message.words), LONGEST_LINE)


def report_words(report: MutedReport) -> str:
    """An item that was held back: headline and outlet."""
    title = isolated(shortened(safe(report.title), _HEADLINE)) or "(no headline)"
    source = shortened(safe(report.source), _SOURCE)
    return f"{title} - {source}" if source else title


def more_words(message: DeskMessage) -> list[str]:
    """That there are more than are listed, if there are."""
    return [f"and {message.more} more before them"] if message.more else []


def word_options(alert: Alert) -> tuple[str, ...]:
    """The words of the text by which rules matched, each once, as short as an option may be."""
    found = dict.fromkeys(
        shortened(safe(piece.text), LONGEST_OPTION) for match in alert.matches for piece in match.evidence
    )
    return tuple(word for word in found if word)[:_MOST_WORDS]
