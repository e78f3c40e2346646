"""feedparser's parsers, as they are driven here: to the end of a document, and over each entry as if it were alone.

Not through `feedparser.parse`, which judges character sets anew, and opens what it takes for names of files.
docs/decisions/0024 says why feedparser stays.
"""

from __future__ import annotations

import copy
import io
import xml.sax
from typing import Any

from feedparser.api import LooseFeedParser, StrictFeedParser

from monitor.collect.parsing.corrected import Corrected

_MOST_ATTRIBUTES = 256
"""How many attributes of an element are read."""
_OF_AN_ENTRY = frozenset({"entries", "guidislink", "title_depth", "link_depth", "entry_depth", "property_depth_map"})
"""What feedparser keeps of an entry, by its own names: it begins anew with each."""


_ROOTS = ("rss", "feed")


class _Strict(Corrected, StrictFeedParser):  # type: ignore[misc]
    """`separable`: each entry left all else that feedparser remembers as the first entry found it.

    What a template calls the namespace of the format itself does not matter: that of the root is it, be it HTML's.
    """

    separable = True
    _own: str | None = None
    _found: dict[str, object] | None = None
    _content_depth = 0
    entry_depth = 0

    def _start_item(self, attrs_d: dict[str, str]) -> None:
        if self._found is None:
            self._found = copy.deepcopy(self._remembered())
        super()._start_item(attrs_d)
        self.entry_depth = self.depth

    def _is_deeper(self, depth: int) -> bool:
        return bool(self.inentry) and depth > self.entry_depth and not self.incontent and not self.insource

    def _end_item(self) -> None:
        super()._end_item()
        self.separable = self.separable and self._remembered() == self._found

    _start_entry, _end_entry = _start_item, _end_item

    def push_content(self, tag: str, attrs_d: dict[str, str], default: str, expecting_text: int) -> None:
        super().push_content(tag, attrs_d, default, expecting_text)
        self._content_depth = self.depth

    def _end_summary(self) -> None:
        if not self.incontent or self.depth <= self._content_depth:  # within a text it is HTML's
            super()._end_summary()

    def _remembered(self) -> dict[str, object]:
        ours = ("separable", "_found", "_locator", "endElementNS", "_content_depth")
        found = {name: value for name, value in vars(self).items() if name not in _OF_AN_ENTRY and name not in ours}
        # An address without a prefix that it does not know is kept and never looked at.
        return found | {"namespaces_in_use": {prefix: one for prefix, one in self.namespaces_in_use.items() if prefix}}

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802 - sax's name
        if len(attrs) > _MOST_ATTRIBUTES:  # each is looked for among all of them
            kept = attrs.getNames()[:_MOST_ATTRIBUTES]
            named = {attribute: attrs.getQNameByName(attribute) for attribute in kept}
            attrs = xml.sax.xmlreader.AttributesNSImpl({one: attrs.getValue(one) for one in kept}, named)
        if self._own is None:
            known = self._matchnamespaces.get((name[0] or "").lower()) == ""
            self._own = name[0] or "" if name[1] in _ROOTS and not known else ""
            if self._own:
                self.endElementNS = self._end_own  # of few documents; that of the others costs nothing more
        if self._own and name[0] == self._own:
            name, qname = (None, name[1]), None
        super().startElementNS(name, qname, attrs)

    def _end_own(self, name: Any, qname: Any) -> None:
        super().endElementNS(*(((None, name[1]), None) if name[0] == self._own else (name, qname)))


class _Loose(Corrected, LooseFeedParser):  # type: ignore[misc]
    pass


def strictly(data: bytes) -> Any:
    """The parser that has read a document in UTF-8; None where it is not well-formed."""
    parser = _Strict("", None, "utf-8")
    _set_up(parser)
    reader = xml.sax.make_parser()  # noqa: S317 - replace_doctype left no entity in it that refers to anything
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    source = xml.sax.xmlreader.InputSource()
    source.setByteStream(io.BytesIO(data))
    source.setEncoding("utf-8")
    try:
        reader.parse(source)
    except Exception:  # noqa: BLE001 - whatever it stumbles over, the loose one may read it
        return None
    return parser


def loosely(data: bytes, entities: dict[str, str]) -> Any:
    """The parser that has read a document in UTF-8 as far as it can; `entities` are those that it declares."""
    parser = _Loose("", None, "utf-8", entities)
    _set_up(parser)
    parser.feed(data.decode("utf-8", "replace"))
    return parser


def _set_up(parser: Any) -> None:
    parser.resolve_relative_uris = False
    parser.sanitize_html = True
