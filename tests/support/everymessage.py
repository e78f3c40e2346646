"""Every kind of message that Slack gets, by the name of its golden payload."""

from __future__ import annotations

from dataclasses import replace

from monitor.model import (
    CardMessage,
    ClaimKind,
    Desk,
    DeskMessage,
    DigestMessage,
    DigestReason,
    FollowUpMessage,
    Message,
    MutedReport,
    NoticeMessage,
    Severity,
    StoryFacts,
    UnansweredMessage,
    Unsure,
    VanishedMessage,
)
from tests.support.builders import NOW, hours, match, minutes
from tests.support.messages import (
    HOSTILE,
    RIGHT_TO_LEFT,
    UNSURE,
    alert,
    card,
    evidence,
    further,
    notice_message,
    record,
    story_claim,
)

HOSTILE_CLAIM = story_claim(
    ClaimKind.KILLED,
    "9 <!here>",
    "<!channel> *medics*",
    9,
    quote="<https://evil.example|9> killed & <@U1> \u202emoc.live\u202c",
    source="<!everyone> Wire",
    words="<!here> _Idlib_",
)
HOSTILE_RECORD = StoryFacts(
    outlets=2,
    origins=2,
    latest=(HOSTILE_CLAIM,),
    highest=(HOSTILE_CLAIM,),
    places=(HOSTILE_CLAIM,),
    weapons=(HOSTILE_CLAIM,),
    targets=(HOSTILE_CLAIM,),
    accusations=(HOSTILE_CLAIM,),
    reactions=(HOSTILE_CLAIM,),
)
FAINT = replace(UNSURE, matches=tuple(replace(one, unsure=Unsure.FAINT) for one in UNSURE.matches))
PARTLY_UNSURE = replace(UNSURE, matches=(match(way="use", evidence=(evidence("cluster munition"),)), *UNSURE.matches))
MESSAGES: dict[str, Message] = {
    "card": card(),
    "card-unsure": CardMessage(alert=UNSURE),
    "card-partly-unsure": CardMessage(alert=PARTLY_UNSURE),
    "follow-up-unsure": FollowUpMessage(alert=UNSURE, also="also Strikes on civilians"),
    "digest-unsure": DigestMessage(why=DigestReason.UNSURE, alerts=(UNSURE, replace(UNSURE, story_id="s82"))),
    "digest-unsure-alone": DigestMessage(why=DigestReason.UNSURE, alerts=(FAINT,)),
    "card-late-and-without-date": card(published=None, seen_at=NOW - minutes(42)),
    "card-of-hostile-text": CardMessage(alert=HOSTILE),
    "card-right-to-left": CardMessage(alert=RIGHT_TO_LEFT),
    "follow-up": further(also="severity raised from high to critical", source="Le Courrier", language="fr"),
    "follow-up-plain": further(),
    "digest": DigestMessage(
        why=DigestReason.CATCH_UP,
        alerts=(alert(), RIGHT_TO_LEFT, alert(severity=Severity.LOW, title="A & B", url="", published=NOW - hours(30))),
    ),
    "digest-of-one": DigestMessage(why=DigestReason.QUIET_HOURS, alerts=(alert(),)),
    "notice": notice_message(),
    "unanswered": UnansweredMessage(story_id="s81", title="14 killed & 20 hurt", silent_for=hours(26)),
    "desk-muted": DeskMessage(
        story_id="s81", words="Anna muted the source The Wire here until 18:00 UTC (24 h).", mute_id="m0123456789abcdef"
    ),
    "desk-mute-ended": DeskMessage(
        story_id="s81",
        words="<!channel> *Anna* ended the mute (the source <!here> \u202eWire): 12 reports came meanwhile.",
        reports=(
            MutedReport(title=HOSTILE.title, source=HOSTILE.source, url=HOSTILE.url),
            MutedReport(title=RIGHT_TO_LEFT.title, source=RIGHT_TO_LEFT.source, url="https://wire.example/b"),
            MutedReport(title="", source="", url="javascript:alert(1)"),
        ),
        more=9,
    ),
    "vanished": VanishedMessage(story_id="s81", title="14 killed & 20 hurt", source="The Wire", since=NOW),
    "card-with-facts": card(record=record()),
    "card-with-facts-unanswered": card(record=record(reactions=(), accusations=(), outlets=1, origins=1)),
    "card-of-hostile-facts": card(record=HOSTILE_RECORD),
    "follow-up-with-facts": further("toll 3 → at least 9 killed, says medics, The Wire", record=record()),
    "follow-up-plain-with-reach": further(record=record()),
    "follow-up-of-hostile-text": FollowUpMessage(alert=HOSTILE, news="also <!channel> *rule* \u202emoc\u200b.live"),
    "digest-of-hostile-text": DigestMessage(why=DigestReason.BUSY, alerts=(HOSTILE, HOSTILE)),
    "notice-of-hostile-text": NoticeMessage(
        title="Feed <!here> fails", text="<@U1> & <https://evil.example|x>\n*b*\u202e"
    ),
    "unanswered-of-hostile-text": UnansweredMessage(
        story_id="s81", title="<!channel> <https://evil.example|Reuters> *14* & \u202ekilled", silent_for=hours(26)
    ),
    "digest-backlog": DigestMessage(
        why=DigestReason.BACKLOG,
        alerts=(alert(severity=Severity.HIGH, seen_at=NOW - hours(2)), alert(severity=Severity.LOW, title="B")),
        later=(Severity.LOW,) * 3,
    ),
    "digest-backlog-in-its-thread": DigestMessage(
        why=DigestReason.BACKLOG,
        alerts=(alert(severity=Severity.LOW), alert(severity=Severity.LOW, title="C")),
        part=2,
        earlier=10,
    ),
}
DESK = Desk(
    claimed_by="U0ANNA",
    claimed_at=NOW + minutes(20),
    judged_by="U0BORIS",
    judged_at=NOW + minutes(22),
    judged="other weapon",
    muted_by="W0CLARA",
    muted_until=NOW + hours(24),
    muted="source The Wire",
)
LIVE = replace(card(record=record()), updates=2, updated_at=NOW + minutes(31))
# Cards as chat.update shows them, where somebody listens for clicks.
EDITED: dict[str, CardMessage] = {
    "edited-card": LIVE,
    "edited-card-claimed": replace(LIVE, desk=Desk(claimed_by="U0ANNA", claimed_at=NOW + minutes(20))),
    "edited-card-claimed-judged-and-muted": replace(LIVE, desk=DESK),
    "edited-card-merged": replace(LIVE, merged_into="s99"),
    "edited-card-with-a-hostile-desk": replace(
        card(record=HOSTILE_RECORD),
        desk=Desk(
            claimed_by="<!channel>",
            judged_by="U1> <!here>",
            judged="<!here> *x*",
            muted_by="u1",
            muted="source <!everyone>",
            muted_until=NOW,
        ),
    ),
}


CONSOLE = "https://wirewatch.example"
# Where nobody listens for clicks, links lead to the console.
IN_CONSOLE: dict[str, Message] = {
    "card-with-a-console": MESSAGES["card"],
    "card-not-relevant-with-a-console": CardMessage(
        alert=MESSAGES["card"].alert,  # type: ignore[union-attr]
        desk=Desk(judged_by="U1", judged="sport", judged_at=NOW),
    ),
    "card-merged-with-a-console": CardMessage(alert=MESSAGES["card"].alert, merged_into="s-other"),  # type: ignore[union-attr]
    "digest-with-a-console": MESSAGES["digest"],
    "digest-of-one-with-a-console": MESSAGES["digest-of-one"],
}
