"""Plain text from what feeds call text: HTML, double markup, invisible characters."""

from __future__ import annotations

import html
import re
import unicodedata

from monitor.collect.charsets.misread import read_back
from monitor.collect.foreign import remove_foreign
from monitor.collect.markup import html_tree
from monitor.collect.unseen import without_unseen

# All that HTML has on lines of its own (HTML, 15.3): what stands in it and what stands beside it are no one word.
_BLOCKS = frozenset(
    "address article aside blockquote br button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol optgroup option p "
    "plaintext pre search section select summary table td textarea th tr ul xmp".split()
)
_BEGINNING_OF_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*+)")
_NO_TEXT = (
    "script, style, template, noscript, iframe, object, svg, head, select, button, [hidden], "
    "[style*='display:none' i], [style*='display: none' i]"
)
# An entity that is written to its end: in text that was decoded before, "&copy=2" is more likely part of an address.
_WHOLE_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|&(?:nbsp|shy)(?![\w=;])")
_MOST_DECODINGS = 4
_TAG = re.compile(r"<[a-zA-Z!/?]")
# What looks like a tag: its slash, its name, and what else is in it.
_TAG_LIKE = re.compile(r"<(/?)([a-zA-Z][\w.:-]{0,40})([^<>]{0,2000})>")
_ATTRIBUTE = re.compile(r"""(?<![\w:-])[\w:-]+\s*=\s*["'\w]""")
_CDATA = re.compile(r"(?:<|&lt;)!\[CDATA\[|\]\](?:>|&gt;)")
# What editors of WordPress write for a picture with its caption, or for a part of the page, where no plug-in is left
# that would make markup of it: a tag in square brackets, with attributes, an underscore or an end.
_PICTURE = re.compile(r"\[caption\b[^\[\]]{0,500}\][^\[\]]{0,2000}\[/caption\]", re.IGNORECASE)
_SHORTCODE = re.compile(r"""\[(?:/[a-z][\w-]*+|[a-z]++_\w++|[a-z][\w-]*+\s++[\w-]++=["'“”″&\w])[^\[\]]{0,1000}\]""")
_HTML = frozenset(
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body "
    "br button canvas caption center cite code col colgroup command data datalist dd del details dfn dialog dir div dl "
    "dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr "
    "html i iframe image img input ins isindex kbd keygen label legend li link listing main map mark marquee math menu "
    "menuitem meta meter nav nobr noframes noscript object ol optgroup option output p param picture plaintext pre "
    "progress q rb rp rt rtc ruby s samp script section select slot small source spacer span strike strong style sub "
    "summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr "
    "xmp".split()
)
# By these, in pairs, markup is known that was escaped once more than its document needed. Scripts are not among them:
# as text they do no harm.
_OF_TEXT = frozenset("p div b strong i em a span ul ol h1 h2 h3 h4 h5 h6 blockquote font".split())
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
# How WordPress ends the texts of its feeds, in the languages of those that are read.
_BOILERPLATE = re.compile(
    r"(?:^|(?<=\W))(?:The post .{1,300} (?:first )?appeared (?:first )?on|Der Beitrag .{1,300} erschien zuerst auf|"
    r"L[’']article .{1,300} est apparu en premier sur|La entrada .{1,300} (?:se publicó|apareció) primero en|"
    r"(?:Сообщение|Запись) .{1,300} (?:появились сначала на|впервые появилась)|"
    r"(?:Запис|Допис) .{1,300} спочатку з[’']яв\w+ на|ظهرت المقالة .{1,300} أولاً على|"
    r"نوشته .{1,300} اولین بار در|O post .{1,300} apareceu primeiro em|"
    r"L[’']articolo .{1,300} (?:proviene da|sembra essere il primo su)) .{1,100}\Z",
    re.DOTALL,
)


_LONGEST_BOILERPLATE = 500


def plain_text(markup: str) -> str:
    """Readable text: tags, scripts, control and invisible characters gone, entities decoded.

    Blocks become lines, so that sentences end where paragraphs do. Text that has neither tags nor entities is only
    cleaned of characters. Feeds encode entities twice and three times, so what decoding leaves is decoded again, a few
    times at most. Tags that appear so are text, never markup; but a text whose whole markup was escaped once more than
    needed is markup.
    """
    if "[CDATA[" in markup:
        markup = _CDATA.sub("", markup)
    if "lt;" in markup and not _TAG.search(markup):
        markup = _unescaped_markup(markup)
    if "[" in markup:
        markup = _SHORTCODE.sub(" ", _PICTURE.sub(" ", markup))
    if "<" in markup:
        markup = shielded(markup)
    has_entities = "&" in markup
    if _TAG.search(markup):
        markup = _without_tags(markup)
    elif "&" in markup:
        markup = html.unescape(markup)
    for _ in range(_MOST_DECODINGS - 1):
        if "&" not in markup or not _WHOLE_ENTITY.search(markup):
            break
        markup = _WHOLE_ENTITY.sub(_decoded, markup)
    # What was misread may have been written as entities, as old PHP does with UTF-8: "&Atilde;&copy;".
    return clean(read_back(markup) if has_entities else markup)


def shielded(markup: str) -> str:
    """Markup in which what only looks like a tag is text: `<UPDATE 2>`, as in a headline that nobody escaped.

    A tag is one of HTML's, or has an attribute, a colon or a dash in its name, or ends somewhere.
    """
    if not _TAG_LIKE.search(markup):
        return markup
    ended = {name.casefold() for slash, name, _ in _TAG_LIKE.findall(markup) if slash}

    def kept(found: re.Match[str]) -> str:
        name, rest = found[2].casefold(), found[3]
        is_tag = (
            name in ended
            or ":" in name
            or "-" in name
            or rest.rstrip().endswith("/")
            or _ATTRIBUTE.search(rest) is not None
            or (name in _HTML and not rest.strip(" \t\r\n/"))
        )
        return found[0] if is_tag else f"&lt;{found[0][1:-1]}&gt;"

    return _TAG_LIKE.sub(kept, markup)


def _unescaped_markup(markup: str) -> str:
    """Markup that is all escaped, as it was meant; a text that only names a tag stays."""
    meant = markup
    for _ in range(_MOST_DECODINGS):
        meant = html.unescape(meant)
        if has_markup(meant):
            return meant
        if _TAG_LIKE.search(meant):
            break
    return markup


def has_markup(text: str) -> bool:
    """Whether tags in a text are there to be obeyed: such as mark text, in pairs, or lines and pictures."""
    names = {False: set[str](), True: set[str]()}
    for slash, name, _ in _TAG_LIKE.findall(text):
        names[bool(slash)].add(name.casefold())
    return bool(names[False] & names[True] & _OF_TEXT or names[False] & {"br", "img"})


def clean(text: str) -> str:
    """Text without control, surrogate, bidi and zero-width characters, and with single spaces.

    A zero-width space is a space, and so is whatever else parts words without being seen (see `unseen`).
    """
    text = without_unseen(text)
    if not text.isprintable():
        text = "".join(char if char == "\n" or not _is_control(char) else " " for char in text)
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def without_boilerplate(text: str) -> str:
    """A text without the line WordPress puts at its end."""
    found = _BOILERPLATE.search(text, max(0, len(text) - _LONGEST_BOILERPLATE))
    return text[: found.start()].rstrip() if found else text


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a space where there is one near."""
    if len(text) <= limit:
        return text
    cut = text.rfind(" ", limit - 80, limit)
    return text[: cut if cut > 0 else limit].rstrip()


def _without_tags(markup: str) -> str:
    document = html_tree(_BEGINNING_OF_TAG.sub(_on_its_own_line, markup))
    for node in document.css(_NO_TEXT):
        if node.tag != "head":
            node.decompose()
    remove_foreign(document, markup)
    body = document.body or document.root
    return body.text(deep=True, separator="") if body else ""


def _on_its_own_line(tag: re.Match[str]) -> str:
    name = tag[1]
    return f"\n{tag[0]}" if name in _BLOCKS or name.lower() in _BLOCKS else tag[0]


def _decoded(entity: re.Match[str]) -> str:
    meant = html.unescape(entity[0])
    # A headline in capitals has names of entities in capitals.
    return html.unescape(entity[0].lower()) if meant == entity[0] and meant.isupper() else meant


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs", "Cn", "Co")
