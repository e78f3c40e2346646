"""Pictures of messages, as a person sees them in Slack on a desktop and on a phone.

`python -m tests.pictures FOLDER [NAME…]`

Renders what `monitor.deliver.slack.payload` makes, block by block, to HTML, and that to PNG with Chromium when it is
installed. A tool for people who change cards; Slack's own look differs in details.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.decide.digest import most_urgent_first
from monitor.decide.notices.channels import broken
from monitor.decide.notices.notice import feed_trouble
from monitor.deliver.slack.payload import payload
from monitor.model import (
    CardMessage,
    ClaimKind,
    Desk,
    DeskMessage,
    DigestMessage,
    DigestReason,
    Feed,
    FeedState,
    FollowUpMessage,
    Gist,
    Message,
    MutedReport,
    Severity,
    UnansweredMessage,
    VanishedMessage,
)
from tests.support.builders import NOW, hours, match, minutes
from tests.support.messages import DESK, RIGHT_TO_LEFT, ROUTES, UNSURE, alert, evidence, record, story_claim

Json = dict[str, Any]

WIDTH, PHONE = 760, 390
_TRANSLATOR = "https://translate.example/?text={text}"
_LEAST_HEIGHT, _MOST_HEIGHT = 200, 4_000
"""Chromium leaves out of a lower picture what is at its end."""

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run")
_QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-pings")
_EMOJI = {"white_circle": "⚪", "large_yellow_circle": "🟡", "large_orange_circle": "🟠", "red_circle": "🔴"}
_COLOURS = {"⚪": "#e8e8e8", "🟡": "#f7cb46", "🟠": "#ee8b33", "🔴": "#dc3545"}
"""The circles are drawn, because a machine without a font for emoji shows none."""
_PEOPLE = {"U0ANNA": "Anna", "U0BORIS": "Boris", "W0CLARA": "Clara"}

_STYLE = """
body { margin: 0; padding: 16px 20px; width: WIDTHpx; background: #fff; color: #1d1c1d;
  font: 15px/1.46 Lato, "Noto Sans", "Noto Sans Arabic", "Noto Color Emoji", sans-serif; }
.message { display: grid; grid-template-columns: 36px 1fr; column-gap: 8px; padding: 6px 0; }
.thread { margin-left: 44px; border-left: 2px solid #ddd; padding-left: 12px; }
.face { width: 36px; height: 36px; border-radius: 6px; background: #1264a3; color: #fff; text-align: center;
  font: bold 20px/36px sans-serif; }
.who { font-weight: 700; }
.app { font-size: 10px; background: #ddd; border-radius: 2px; padding: 1px 3px; color: #616061; }
.time, .note { color: #616061; font-size: 12px; font-weight: 400; }
.block { margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }
a { color: #1264a3; text-decoration: none; }
blockquote { margin: 0; padding: 0 0 0 12px; border-left: 4px solid #ddd; unicode-bidi: plaintext; }
ul, ol { margin: 0; padding-left: 28px; white-space: pre-wrap; } li { unicode-bidi: plaintext; }
.context { color: #616061; font-size: 13px; white-space: normal; } .context span { margin-right: 10px; }
.actions { display: flex; gap: 8px; }
.button { border: 1px solid #bbb; border-radius: 4px; padding: 3px 12px; font-size: 13px; font-weight: 700; }
.circle { display: inline-block; width: 15px; height: 15px; border-radius: 50%; vertical-align: -2px; }
.user { color: #1264a3; background: #e8f5fa; border-radius: 3px; padding: 0 2px; }
"""


@dataclass(frozen=True)
class Picture:
    """A message in its channel and its thread, and those `beside` it in the channel.

    `edits` is how often it was edited, `late` (minutes) when it is posted.
    """

    message: Message
    thread: tuple[Message, ...] = ()
    edits: int = 0
    buttons: bool = True
    late: float = 0
    beside: tuple[Message, ...] = ()
    translate: bool = False
    broadcast: tuple[int, ...] = field(default=())


def document(picture: Picture, width: int = WIDTH) -> str:
    """The picture as an HTML page."""
    body = _message(picture.message, picture)
    replies = "".join(
        _message(reply, picture, later=9 * (place + 1), broadcast=place in picture.broadcast)
        for place, reply in enumerate(picture.thread)
    )
    thread = f'<div class="thread">{replies}</div>' if replies else ""
    body += thread + "".join(_message(one, picture) for one in picture.beside)
    style = _STYLE.replace("WIDTH", f"{width - 40}")
    for circle, colour in _COLOURS.items():
        body = body.replace(circle, f'<span class="circle" style="background: {colour}"></span>')
    return f'<!doctype html><meta charset="utf-8"><style>{style}</style><body>{body}</body>'


def _message(message: Message, picture: Picture, *, later: float = 0, broadcast: bool = False) -> str:
    at = NOW + minutes(picture.late + later)
    first = message is picture.message or message in picture.beside
    body = payload(
        message,
        delivery_id="d41f0c9a7be2d310c",
        now=at,
        buttons=picture.buttons and (first or isinstance(message, DigestMessage)),
        version=picture.edits if first else 0,
        translate=_TRANSLATOR if picture.translate else "",
    )
    note = '<div class="note">replied to a thread, also sent to the channel</div>' if broadcast else ""
    shown = "".join(_BLOCKS[block["type"]](block) for block in body["blocks"])
    head = f'<span class="who">Wirewatch</span> <span class="app">APP</span> <span class="time">{at:%H:%M}</span>'
    return f'<div class="message"><div class="face">W</div><div>{note}{head}{shown}</div></div>'


# -- blocks ------------------------------------------------------------------------------------------------------


def _rich_text(block: Json) -> str:
    return f'<div class="block">{"".join(map(_part, block["elements"]))}</div>'


def _part(part: Json) -> str:
    inner = part["elements"]
    match part["type"]:
        case "rich_text_quote":
            return f"<blockquote>{''.join(map(_element, inner))}</blockquote>"
        case "rich_text_list":
            items = "".join(f"<li>{_part(item)}</li>" for item in inner)
            number = part.get("offset", 0) + 1
            return f'<ol start="{number}">{items}</ol>' if part["style"] == "ordered" else f"<ul>{items}</ul>"

        case _:
            return "".join(map(_element, inner))


def _element(element: Json) -> str:
    style = element.get("style", {})
    match element["type"]:
        case "emoji":
            return _EMOJI[element["name"]]
        case "user":
            return f'<span class="user">@{_PEOPLE[element["user_id"]]}</span>'
        case "date":
            shown = html.escape(_time(element["timestamp"], element["format"]))
        case "link":
            shown = f'<a href="{html.escape(element["url"])}">{html.escape(element["text"])}</a>'
        case _:
            shown = html.escape(element["text"])
    shown = f"<s>{shown}</s>" if style.get("strike") else shown
    return f"<b>{shown}</b>" if style.get("bold") else shown


def _time(timestamp: int, written: str) -> str:
    """A time as Slack shows it to a reader, here one whose zone is UTC."""
    at = datetime.fromtimestamp(timestamp, UTC)
    return written.replace("{time}", f"{at:%H:%M}").replace("{date_short}", f"{at:%b} {at.day}, {at.year}")


def _small(element: Json) -> str:
    if element["type"] == "plain_text":
        return html.escape(element["text"])
    parts = re.split(r"<!date\^(\d+)\^([^|>]*)\|[^>]*>", element["text"])
    shown = [
        html.escape(part) if place % 3 == 0 else _time(int(part), parts[place + 1])
        for place, part in enumerate(parts)
        if place % 3 != 2
    ]
    return "".join(shown)


def _context(block: Json) -> str:
    spans = "".join(f"<span>{_small(element)}</span>" for element in block["elements"])
    return f'<div class="block context">{spans}</div>'


def _actions(block: Json) -> str:
    shown = [
        f'<span class="button">{html.escape(one["text"]["text"])}</span>'
        if one["type"] == "button"
        else '<span class="button">⋯</span>'
        if one["type"] == "overflow"
        else f'<span class="button">{html.escape(one["placeholder"]["text"])} \u2304</span>'
        for one in block["elements"]
    ]
    return f'<div class="block actions">{"".join(shown)}</div>'


_BLOCKS: dict[str, Callable[[Json], str]] = {"rich_text": _rich_text, "context": _context, "actions": _actions}

# -- pictures ----------------------------------------------------------------------------------------------------

_HANDED = (
    "The defence ministry confirmed on Tuesday that it has handed cluster munitions to a brigade at the border. "
    "Campaigners said the transfer breaks a promise made in May."
)
_PLAIN = alert(
    severity=Severity.HIGH,
    title="Cluster munitions transferred to border brigade, ministry confirms",
    summary=_HANDED,
    url="https://wire.example/transfer",
    matches=(
        match(
            way="transfer",
            evidence=(
                evidence("handed", within=_HANDED),
                evidence("cluster munitions", within=_HANDED),
            ),
        ),
    ),
)
_FACTS = record(
    reactions=(
        story_claim(
            ClaimKind.REACTION, "no comment", "Defence ministry", quote="The ministry had no immediate comment"
        ),
    )
)
_CRITICAL = CardMessage(alert=alert(record=_FACTS), updates=3, updated_at=NOW + minutes(41))
_STRIKES = (match("civilian-strikes", rule_title="Strikes on civilians", evidence=()),)
_REACTIONS = (match("official-reactions", rule_title="Official reactions", evidence=()),)
_WEAPONS = (match(rule_title="Cluster munitions", evidence=()),)
_TITLES = (
    ("Shelling hits school in Sarmin, two pupils wounded", "The Wire", Severity.HIGH, _STRIKES),
    ("Parliament debates treaty on cluster munitions", "Example News", Severity.LOW, _WEAPONS),
    ("Міноборони заперечує удар по лікарні", "Вісник", Severity.MEDIUM, _REACTIONS),
    ("Drone strike on convoy kills driver", "Example News", Severity.MEDIUM, _STRIKES),
    ("قصف بقنابل عنقودية على سوق في إدلب", "وكالة الأنباء", Severity.HIGH, _WEAPONS),
    ("UN calls for inquiry into strike on market in Homs", "UN Desk", Severity.MEDIUM, _REACTIONS),
    ("Dozens killed in air strike on crowded market in Khartoum", "Meridian", Severity.CRITICAL, _STRIKES),
    ("Unexploded bomblets found near Aleppo farm", "The Wire", Severity.MEDIUM, _WEAPONS),
    ("Envoy summoned over strike on hospital", "Le Courrier", Severity.LOW, _REACTIONS),
    ("Rights group counts 20 uses of cluster munitions", "Rights Watch", Severity.HIGH, _WEAPONS),
)
_STORIES = most_urgent_first(
    [
        replace(
            _PLAIN,
            story_id=f"s{number}",
            title=title,
            source=source,
            severity=severity,
            matches=matches,
            language="uk" if source == "Вісник" else "ar" if severity is Severity.HIGH and "ق" in title else "en",
            gist=Gist(topics=("cluster munitions", "strike"), places=("Idlib",)) if "ق" in title else Gist(),
            url=f"https://wire.example/{number}",
            seen_at=NOW - minutes(20 + number),
        )
        for number, (title, source, severity, matches) in enumerate((_TITLES * 3)[:25])
    ]
)
_RTL = record(
    latest=(
        story_claim(ClaimKind.KILLED, "14", "الدفاع المدني", 14, quote="قتل 14 شخصا على الأقل", source="وكالة الأنباء"),
    ),
    highest=(),
    places=(story_claim(ClaimKind.PLACE, "geo:1", words="Idlib"),),
    weapons=(story_claim(ClaimKind.WEAPON, "w", words="بالقنابل العنقودية"),),
    targets=(),
    accusations=(),
    reactions=(),
    outlets=1,
    origins=1,
)
_ARABIC = replace(
    RIGHT_TO_LEFT,
    record=_RTL,
    gist=Gist(topics=("cluster munitions", "strike"), places=("Idlib",), tolls=("at least 14 killed",)),
)
_RUSSIAN = alert(
    title="Удар по больнице в Харькове: не менее десяти погибших",
    summary="Не менее десяти человек погибли при ударе по больнице в Харькове, сообщили спасатели.",
    source="Вестник",
    language="ru",
    severity=Severity.HIGH,
    matches=(match("civilian-strikes", rule_title="Strikes on civilians", evidence=()),),
    gist=Gist(topics=("strike",), places=("Kharkiv",), tolls=("at least 10 killed",)),
)
_FRENCH = alert(
    title="Le ministère dément avoir bombardé l'hôpital de Nyala",
    summary="Le ministère de la défense dément toute frappe sur l'hôpital de Nyala.",
    source="Le Courrier",
    language="fr",
    severity=Severity.MEDIUM,
    matches=(match("official-reactions", rule_title="Official reactions", evidence=()),),
    gist=Gist(reaction="denial", by="Sudan", topics=("strike",), places=("Nyala",)),
)
(_BROKEN,) = broken(DESK.channel, "not_in_channel: the bot is not in the channel; invite it", ROUTES, now=NOW)
_FAILED = FeedState(
    feed_id="the-wire",
    failures=3,
    failing_since=NOW - minutes(15),
    next_poll_at=NOW + minutes(5),
    reason="the server answered with HTTP status 503 (Service Unavailable)",
)
_WIRE = Feed(id="the-wire", name="The Wire", url="https://wire.example/feed", family="wire")
(_FAILING,) = feed_trouble(_WIRE, _FAILED, ROUTES.ops, now=NOW)

PICTURES: dict[str, Picture] = {
    "plain": Picture(CardMessage(alert=_PLAIN), buttons=False),
    "critical": Picture(_CRITICAL, edits=3),
    "claimed": Picture(replace(_CRITICAL, desk=Desk(claimed_by="U0ANNA", claimed_at=NOW + minutes(8))), edits=4),
    "languages": Picture(
        CardMessage(alert=_ARABIC), beside=(CardMessage(alert=_RUSSIAN), CardMessage(alert=_FRENCH)), translate=True
    ),
    "unsure": Picture(CardMessage(alert=UNSURE)),
    "digest": Picture(
        DigestMessage(
            why=DigestReason.BACKLOG,
            alerts=tuple(_STORIES[:10]),
            later=tuple(one.severity for one in _STORIES[10:]),
            desks={
                _STORIES[1].story_id: Desk(claimed_by="U0ANNA", claimed_at=NOW),
                _STORIES[4].story_id: Desk(judged_by="U0BORIS", judged="old"),
            },
        ),
        (DigestMessage(why=DigestReason.BACKLOG, alerts=tuple(_STORIES[10:]), part=2, earlier=10),),
    ),
    "thread": Picture(
        _CRITICAL,
        (
            FollowUpMessage(
                alert=alert(
                    source="Le Courrier",
                    language="fr",
                    title="Quatorze morts sur un marché d'Idlib",
                    record=_FACTS,
                    gist=Gist(places=("Idlib",), tolls=("14 killed",)),
                )
            ),
            FollowUpMessage(
                alert=alert(source="Example News", title="Toll of market strike rises to 19", record=_FACTS),
                news="death toll 14 → 19 (the group Rightsline)",
                also="also Official reactions",
            ),
            FollowUpMessage(
                alert=alert(source="Reuters", title="Northland army rejects report on market strike", record=_FACTS),
                news="official reaction: denial by Northland army",
            ),
        ),
        edits=3,
        broadcast=(1, 2),
    ),
    "later": Picture(
        CardMessage(alert=_PLAIN),
        (
            FollowUpMessage(
                alert=alert(source="Example News", title="Correction: nine killed in market strike, not 14"),
                news="corrected by Example News; death toll 14 → 9 (medics)",
            ),
            FollowUpMessage(
                alert=alert(source="Вестник", language="ru", title="Число погибших в Идлибе выросло до 19"),
                news="death toll 14 → 19 (спасатели)",
            ),
            VanishedMessage(story_id="s81", title=_PLAIN.title, source="The Wire", since=NOW + minutes(90)),
            UnansweredMessage(story_id="s81", title="Six killed as shells hit market in Sarmin", silent_for=hours(24)),
            DeskMessage(
                story_id="s81",
                words="Mute ended (story): 2 reports came meanwhile.",
                reports=(
                    MutedReport(
                        title="Second transfer of cluster munitions reported",
                        source="The Wire",
                        url="https://wire.example/2",
                    ),
                    MutedReport(
                        title="Кассетные боеприпасы переданы второй бригаде",
                        source="Вестник",
                        url="https://wire.example/3",
                    ),
                ),
            ),
        ),
        broadcast=(0, 1, 2),
    ),
    "quiet-hours": Picture(DigestMessage(why=DigestReason.QUIET_HOURS, alerts=tuple(_STORIES[:4]))),
    "muted": Picture(
        replace(
            _CRITICAL,
            desk=Desk(
                judged_by="U0BORIS",
                judged_at=NOW + minutes(12),
                judged="other weapon",
                kept=2,
                muted_by="W0CLARA",
                muted_until=NOW + hours(5),
                muted="story",
            ),
        ),
        edits=5,
        late=42,
    ),
    "drill": Picture(
        CardMessage(
            alert=alert(
                title="DRILL – no event: test of the route desk",
                summary="Somebody tests the route desk. This is not a real event; nothing to do.",
                source="Wirewatch",
                severity=Severity.LOW,
                matches=(),
                url="",
            )
        ),
        buttons=False,
    ),
    "notice": Picture(_FAILING.message),
    "broken-channel": Picture(_BROKEN.message),
}


def main(folder: Path, names: list[str]) -> None:
    """Write the pictures as HTML, and as PNG when there is a browser."""
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or PICTURES:
        for width, kind in ((WIDTH, ""), (PHONE, "-phone")):
            page = folder / f"{name}{kind}.html"
            page.write_text(document(PICTURES[name], width), encoding="utf-8")
            if browser:
                _shoot(browser, page, page.with_suffix(".png"), width)
                print(page.with_suffix(".png"))
            else:
                print(page)


def _shoot(browser: str, page: Path, png: Path, width: int) -> None:
    """A picture of a page, as high as it is."""
    with tempfile.TemporaryDirectory() as profile:

        def run(of: Path, *more: str, height: int = _MOST_HEIGHT) -> str:
            size = (f"--window-size={width},{height}", f"--user-data-dir={profile}")
            command = [browser, *_FLAGS, *_QUIET, *size, *more, of.resolve().as_uri()]
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout

        measured = Path(profile) / "measured.html"
        script = "<script>document.title = document.documentElement.getBoundingClientRect().height</script>"
        measured.write_text(page.read_text(encoding="utf-8") + script, encoding="utf-8")
        title = run(measured, "--dump-dom").partition("<title>")[2].partition("</title>")[0]
        run(page, f"--screenshot={png.resolve()}", height=max(_LEAST_HEIGHT, round(float(title)) + 1))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m tests.pictures FOLDER [NAME…]")
    main(Path(sys.argv[1]), sys.argv[2:])
