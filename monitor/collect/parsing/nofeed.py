"""What a document is that is no feed, in words that a person can act on: a page, a refusal, a list, an error.

Or a feed whose one entry says that there is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.collect.discover import Named, feeds_named
from monitor.collect.links import article_url
from monitor.collect.parsing.rawfeed import RawEntry
from monitor.collect.text import plain_text, shorten
from monitor.model import Failed, FailureClass

GLANCED_AT = 200_000
"""Characters of a document in which it is looked what it is when it is no feed."""

PAGE = re.compile(r"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)

_MOST_NO_TEXT = 20
"""Of so many characters of a text, at most one is none that can be printed."""

_LONGEST_NAME, _LONGEST_WORDS = 80, 120
_BEGINNING = 2_000

_TITLE, _TITLE_END = re.compile(r"<title[^<>]*>", re.IGNORECASE), re.compile("</title>", re.IGNORECASE)
_SITEMAP = re.compile(r"<(?:[\w.-]{1,40}:)?(?:urlset|sitemapindex)\b", re.IGNORECASE)
_OPML = re.compile(r"<opml\b", re.IGNORECASE)
_PROLOGUE, _ELEMENT = re.compile(r"\s*<\?xml\b"), re.compile(r"<[A-Za-z][^<>]*>")
_REFRESH = re.compile(
    r"<meta\s[^<>]{0,200}?http-equiv\s*=\s*[\"']?refresh\b[^<>]{0,200}?\burl\s*=\s*[\"']?([^\"'<>\s]{1,500})",
    re.IGNORECASE,
)
# So scripts lead browsers on.
_LED_ON = re.compile(r"""\blocation(?:\.href)?\s{0,9}(?:=|\.(?:replace|assign)\()\s{0,9}["']([^"'<>\s]{1,500})["']""")
_PASSWORD = re.compile(r"<input\b[^<>]{0,300}\btype\s*=\s*[\"']?password\b", re.IGNORECASE)
# What pages say, in words or in their scripts, with which firms that shield sites test or turn away who asks.
_CHALLENGES = (
    "just a moment", "attention required", "checking your browser", "captcha", "access denied", "cf-chl",
    "sorry, you have been blocked", "access to this page has been denied", "incapsula", "sucuri website firewall",
    "human verification", "awswaf", "ddos-guard", "not a bot", "not a robot", "security checkpoint", "kpsdk",
    "requested url was rejected", "pardon our interruption", "you are human", "you're human", "unusual traffic",
    "enable javascript and cookies", "one moment, please", "bot verification", "security check", "__qrator",
    "request is being verified", "verifying your", "проверка браузера", "проверяем ваш браузер", "вы не робот",
)  # fmt: skip
# Under which names an error in JSON has its words.
_SAID = re.compile(r'"(?:message|error|error_description|detail|description|reason|title)"\s*:\s*"([^"\\]{3,500})"')
# What may be a key that the server repeats.
_PERHAPS_SECRET = re.compile(r"(?=[\w-]*\d)[\w-]{12,}|(?<=[=:])\S{8,}")
_WORDS = re.compile(r"[^\W\d_]{2,}[\s,]+[^\W\d_]{2,}")
# How RSS-Bridge says so, in an entry of each day: https://github.com/RSS-Bridge/rss-bridge (DisplayAction.php).
_BRIDGE_FAILED = re.compile(r"\s*Bridge returned error (-?\d+)! \(\d+\)\s*")


def no_feed(text: str, address: str) -> Failed:
    """The failure of what is no feed; of a web page with the feeds that it names.

    `address` is where it was read.
    """
    head = text[:GLANCED_AT]
    name, is_page = _title(head), PAGE.search(head)
    named = _named(text, address) if is_page else Named()
    if not named.declared and any(sign in head[:20_000].casefold() for sign in _CHALLENGES):
        return _failed(f'a challenge or refusal page, not a feed ("{name}")' if name else "a challenge or refusal page")
    if _OPML.search(head):
        return _failed("an OPML list of feeds, not a feed; `feeds import` reads it")
    if is_page:
        reason = f'an HTML page titled "{name}", not a feed' if name else "an HTML page, not a feed"
        if not named.declared and _PASSWORD.search(head):
            reason = "an HTML page that asks for a password, not a feed" + (f' ("{name}")' if name else "")
        if named.declared:
            reason += f"; it says that its feed is at {named.declared[0]}"
        elif named.linked:
            reason += f"; it links to {named.linked[0]}, which may be a feed"
        elif (found := _REFRESH.search(head) or _LED_ON.search(head)) and (onward := article_url(found[1], address)):
            reason += f"; it leads browsers on to {onward.partition('?')[0]}"
        return _failed(reason, feeds=(*named.declared, *named.linked))
    # Every other byte of a text in UTF-16 is null.
    strange = sum(not char.isprintable() and not char.isspace() and char != "\0" for char in head)
    if strange > len(head) // _MOST_NO_TEXT:
        return _failed(
            "bytes that are not text; they may be packed in a way that is not known, or be another kind of file"
        )
    if _PROLOGUE.match(head) and not _ELEMENT.search(head):
        return _failed("XML that breaks off before anything is said")
    if _SITEMAP.search(head):
        return _failed("a sitemap without news, not a feed")
    if head.lstrip().startswith(("{", "[")):
        found = _SAID.search(head[:_BEGINNING])
        return _failed("JSON, but no JSON Feed" + (f'; it says "{_told(found[1])}"' if found else ""))
    words = _told(plain_text(head[:_BEGINNING]))
    begins = f'; it begins "{words}"' if _WORDS.search(words) else ""
    return _failed(f"no RSS, Atom or JSON feed{begins}")


def instead_of(entries: Sequence[RawEntry]) -> Failed | None:
    """The failure that a feed's only entry tells, which is new each day and would make a broken feed look alive."""
    found = _BRIDGE_FAILED.fullmatch(entries[0].title) if len(entries) == 1 else None
    if found is None:
        return None
    said = _told(plain_text(entries[0].body or entries[0].summary))
    reason = f"RSS-Bridge could not read what it makes the feed of: error {found[1]}"
    return Failed(failure=FailureClass.HTTP, reason=reason + (f', it says "{said}"' if said else ""))


def _failed(reason: str, *, feeds: tuple[str, ...] = ()) -> Failed:
    return Failed(failure=FailureClass.NOT_A_FEED, reason=reason, feeds=feeds)


def _title(head: str) -> str:
    title = _TITLE.search(head)
    # Its end is looked for once, not from each place where a title begins.
    end = _TITLE_END.search(head, title.end()) if title else None
    if title is None or end is None:
        return ""
    return shorten(plain_text(head[title.end() : end.start()]).replace("\n", " "), _LONGEST_NAME)


def _told(words: str) -> str:
    """What a server says, as a line without what may be secret."""
    return shorten(_PERHAPS_SECRET.sub("…", " ".join(words.split())), _LONGEST_WORDS)


def _named(html: str, address: str) -> Named:
    try:
        return feeds_named(html, address)
    except Exception:  # noqa: BLE001 - a hint at most, and the page is whatever somebody serves
        return Named()
