"""Which characters a document's bytes stand for: judged from all signs together, because each of them lies somewhere.

The signs are a byte-order mark, whether the bytes are UTF-8, what the HTTP header and the XML declaration say, the
language, and how much the result looks like text (`letters`). What the bytes prove outweighs what is said of them.
docs/decisions/0024 has what was compared.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from w3lib.encoding import resolve_encoding

from monitor.collect.charsets.eastern import eastern_set, rather_in
from monitor.collect.charsets.letters import likeness
from monitor.collect.charsets.onebyte import WESTERN, beyond_ascii, is_turkish, is_vietnamese, likeliest

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']\s*([\w.:-]{1,40})", re.IGNORECASE)
_SAID = re.compile(r"\bcharset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_LANGUAGE = re.compile(rb"<(?:\w+:)?language>\s*([A-Za-z]{2})\b|\bxml:lang\s*=\s*[\"']([A-Za-z]{2})\b")
_PART = re.compile(rb"[^<>]+")
_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|"
    rb"\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
# A character beyond the first 65,536 as Java and some databases write it: the two halves of UTF-16, each in UTF-8
# (CESU-8, Unicode Technical Report 26).
_HALVES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_JAVA_NULL = b"\xc0\x80"
_FEW = 0.5
"""Bytes that are no UTF-8, as a share of its sequences, up to which a text is UTF-8 with bad bytes."""

_SAMPLE = 6_000
"""Bytes, of the parts that are not ASCII, by which sets are compared."""

_COUNTED = 1_000_000
"""Bytes by which it is told how far something is UTF-8."""

_LIKE_TEXT = 0.3
"""In the measure of `likeness`: what no text in a set of two bytes a character reaches in a set of one byte."""

_NEVER = {"utf-7", "idna", "punycode", "undefined", "unicode-escape", "unicode_escape", "raw-unicode-escape",
          "raw_unicode_escape", "mbcs", "oem", "replacement"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document as text, and the character set it was read in, by Python's name for it.

    `doubt` is empty when what is said of the document names that set, or nothing else was to be expected; else it says
    in a line for ops what was said and what the document was read as.
    """

    text: str
    charset: str
    doubt: str = ""


def decode(body: bytes, *, content_type: str | None = None, language: str = "") -> Decoded:
    """The text of a document, without its mark and XML declaration; never raises.

    `language` is a two-letter code that is known of the feed, for a document that does not say its own.
    """
    said = [
        one for one in (_SAID.search(content_type or ""), _DECLARED.search(body[:1_000].replace(b"\0", b""))) if one
    ]
    labels = [one[1] if isinstance(one[1], str) else one[1].decode("ascii") for one in said]
    marked = _by_mark(body) or _by_nulls(_unmarked(body))
    body = _unmarked(body)
    if marked is not None:
        charset, text = marked
    else:
        charset, text = _of_bytes(body, list(filter(None, map(_known, labels))), _language(body) or language)
    doubt = _doubt(charset, labels) if marked is None or charset == "utf-8" else ""
    return Decoded(_DECLARATION.sub("", text.lstrip("\ufeff"), count=1), charset, doubt)


def _by_mark(body: bytes) -> tuple[str, str] | None:
    """A mark is believed when what follows it can be what it says."""
    for mark, charset in _MARKS:
        if not body.startswith(mark):
            continue
        if charset in _WIDE:
            text = body[len(mark) :].decode(charset, "replace")
            return (charset, text) if "<" in text[:2_000] or "{" in text[:100] else None
        # In UTF-16 the bytes of many texts are UTF-8 too.
        return ("utf-8", body[3:].decode()) if _is_utf8(body) and _by_nulls(body[3:]) is None else None
    return None


def _unmarked(body: bytes) -> bytes:
    """A document without marks that it belies: some servers put one before whatever they send."""
    while mark := next((mark for mark, _ in _MARKS if body.startswith(mark)), b""):
        body = body[len(mark) :]
    return body


def _by_nulls(body: bytes) -> tuple[str, str] | None:
    """UTF-16 and UTF-32 without a mark: the markup is ASCII, so that every second byte of it is null, or three of four.

    Leading white space does not matter. One stray byte before the document does: then it is read from the next one.
    """
    head = body[:400]
    if head.count(0) < len(head) // 4 or len(head) < 8:
        return None
    for charset, width, place in (("utf-32-le", 4, 0), ("utf-32-be", 4, 3), ("utf-16-le", 2, 0), ("utf-16-be", 2, 1)):
        units = [head[start : start + width] for start in range(0, len(head) - width + 1, width)]
        plain = sum(unit[place] != 0 and not any(unit[:place] + unit[place + 1 :]) for unit in units)
        if plain > 0.6 * len(units):
            return charset, body.decode(charset, "replace")
    return None


def _of_bytes(body: bytes, named: list[str], language: str) -> tuple[str, str]:
    if body.isascii():
        # What looks like ASCII may be a set that switches by escapes, when it is named.
        switching = next((one for one in named if one.startswith(("iso2022", "hz"))), None)
        if switching is None and b"\x1b$" in body:
            switching = "iso2022_jp"  # nothing else has an escape in front of a dollar sign
        if switching and (b"\x1b" in body or b"~{" in body):
            return switching, body.decode(switching, "replace")
        return "utf-8", body.decode("ascii")
    if b"\xed" in body:
        body = _HALVES.sub(_joined, body)
    if _JAVA_NULL in body and _is_utf8(body.replace(_JAVA_NULL, b"")):
        body = body.replace(_JAVA_NULL, b"")
    if _is_utf8(body):
        return "utf-8", body.decode()
    sample = _sample(body)
    for charset in named:
        if charset in _MULTIBYTE and _strictly(body, charset) is not None:
            meant = rather_in(sample, charset)
            return meant, body.decode(meant, "replace")
    return _guessed(body, sample, named, language)


def _guessed(body: bytes, sample: bytes, named: list[str], language: str) -> tuple[str, str]:
    """The set and text of a document that is not all UTF-8, nor in a set of two bytes that it names: by its looks."""
    sequences, bad = _counted(body)
    other = likeliest(sample, [one for one in named if one != "utf-8" and one not in _MULTIBYTE], language)
    if bad > _FEW * sequences and likeness(sample.decode(other, "replace")) < _LIKE_TEXT:
        eastern = eastern_set(sample, language)
        if eastern is not None:
            return eastern, body.decode(eastern, "replace")
    if bad > _FEW * sequences and is_vietnamese(sample):
        # A letter and its tone are two characters in it.
        return "cp1258", unicodedata.normalize("NFC", body.decode("cp1258", "replace"))
    if other in WESTERN and ("cp1254" in named or is_turkish(sample, language)):
        other = "cp1254"
    charset = "utf-8" if bad <= _FEW * sequences else other
    return charset, _in_parts(body, charset, other)


def _joined(halves: re.Match[bytes]) -> bytes:
    return halves[0].decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16").encode()


def _counted(raw: bytes) -> tuple[int, int]:
    """How many sequences of UTF-8 bytes have, and how many bytes beyond ASCII are in none; the first million count."""
    high = raw[:_COUNTED]
    return len(_SEQUENCE.findall(high)), len(beyond_ascii(_SEQUENCE.sub(b"", high)))


def _sample(body: bytes) -> bytes:
    parts, length = [], 0
    for found in _PART.finditer(body):
        if length > _SAMPLE:
            break
        if not found[0].isascii() and not _is_utf8(found[0]):
            parts.append(found[0])
            length += len(found[0])
    return b" ".join(parts)[:_SAMPLE]


def _in_parts(body: bytes, charset: str, other: str) -> str:
    """The text, part by part between tags: publishers paste what is in one set into a document in another."""

    def part(found: re.Match[bytes]) -> str:
        raw = found[0]
        sequences, bad = _counted(raw)
        if not bad and sequences and (charset == "utf-8" or _rather_utf8(raw, other, sequences)):
            return raw.decode("utf-8", "replace")
        if charset == "utf-8" and (sequences >= bad or bad == 1):
            return raw.decode("utf-8", "replace")
        return raw.decode(other, "replace")

    pieces, end = [], 0
    for found in _PART.finditer(body):
        if found[0].isascii():
            continue
        pieces += [body[end : found.start()].decode("ascii", "replace"), part(found)]
        end = found.end()
    return "".join([*pieces, body[end:].decode("ascii", "replace")])


def _rather_utf8(raw: bytes, other: str, sequences: int) -> bool:
    """Whether one part of a document that is in another set is UTF-8: one pair of bytes can be that by chance."""
    return sequences >= 2 and likeness(raw.decode()) > likeness(raw.decode(other, "replace"))


_MULTIBYTE = {
    "gb18030", "gbk", "gb2312", "big5", "big5hkscs", "euc-jp", "euc_jp", "shift-jis", "shift_jis", "cp932", "euc-kr",
    "euc_kr", "cp949", "iso2022-jp", "iso2022_jp",
}  # fmt: skip


def _known(label: str) -> str | None:
    """Python's name for a label as browsers read it, such as windows-1252 for ISO-8859-1; None for no character set."""
    name = resolve_encoding(label) or resolve_encoding(label.lower().removeprefix("x-"))
    if name is None or name.replace("_", "-") in {one.replace("_", "-") for one in _NEVER}:
        return None
    try:
        "a".encode(name)  # what is no set of characters, such as zip, raises
        return codecs.lookup(name).name
    except (LookupError, UnicodeError, TypeError, ValueError):
        return None


def _is_utf8(raw: bytes) -> bool:
    return _strictly(raw, "utf-8") is not None


def _strictly(raw: bytes, charset: str) -> str | None:
    try:
        return raw.decode(charset)
    except UnicodeDecodeError:
        return None


def _language(body: bytes) -> str:
    found = _LANGUAGE.search(body[:5_000])
    return (found[1] or found[2]).decode().lower() if found else ""


_SAME = ({"cp1252", "iso8859-1", "iso8859-15", "ascii"}, {"koi8-r", "koi8-u"}, {"utf-16", "utf-16-le", "utf-16-be"})


def _doubt(charset: str, labels: list[str]) -> str:
    """What was said of the set and is not so, as a line; a pair of sets that differ in few characters is one."""
    names = {_known(label) for label in labels}
    if not labels:
        return "" if charset == "utf-8" else f"it does not say its character set; it is read as {_shown(charset)}"
    if any(name == charset or any({name, charset} <= same for same in _SAME) for name in names):
        return ""
    return f"it says that it is {' and '.join(dict.fromkeys(labels))}; it is read as {_shown(charset)}"


def _shown(charset: str) -> str:
    if charset.startswith(("cp125", "cp874")):
        return f"windows-{charset[2:]}"
    return charset.replace("iso8859", "iso-8859")
