"""What an entry's HTML has besides the article's text: captions of pictures, and what leads to other articles.

A picture from the archive has a caption of another event, and an aggregator lists what others wrote. Rules that are met
by such words would be met falsely.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_CAPTION_CLASS = re.compile(r"(?:^|\s)(?:[\w-]*[-_])?caption(?:[-_]text)?(?:\s|$)", re.IGNORECASE)
_LONGEST_CAPTION = 600
"""Characters: what is longer than any caption is the article, whatever its class is called."""

_HEADLINE_WORDS = 3
"""Words that a link must have to be the headline of another article, and not a name in a sentence."""

_DEEPEST = 5
"""Into how many elements, one within another, it is looked for paragraphs of the article among links."""

_OF_PROSE = 0.5
"""How many of the links in a text must stand within sentences for it to be text with many links."""

_FEWEST_OWN_WORDS = 3
"""Words of a part without links, beside links, that is more than the name of who wrote what they lead to."""

_LONGEST_LEAD, _LEADS_ON = 5, frozenset(":：►▶»→|>–—-")
"""How many words, the last of which is followed by such a sign, may lead on to other articles: "Read also:"."""

_PARAGRAPHS = frozenset("p div blockquote h2 h3 h4 h5 h6".split())
_MOST_LINKS = 100
"""How many links are looked at: the parts of a text around them may stand one within another."""

_OF_ENTRY, _OF_TEXT = 0.5, 0.7
"""How much of each entry of a list, or of a whole text, must be links for it to be no text of its own."""


def remove_foreign(document: LexborHTMLParser, markup: str) -> None:
    """Take captions and what leads to other articles out of a parsed text."""
    lowered = markup.lower()
    if "caption" in lowered:
        for node in document.css("figcaption, [class*=caption i]"):
            is_caption = node.tag == "figcaption" or _CAPTION_CLASS.search(node.attributes.get("class") or "")
            if is_caption and len(node.text(deep=True)) <= _LONGEST_CAPTION:
                node.decompose()
    if "<a" in lowered and (body := document.body) is not None:
        _remove_pointers(body)
    if lowered.count("<a") > 1 and (body := document.body) is not None:
        for listed in reversed(document.css("ol, ul")):
            if _is_list_of_articles(listed):
                listed.decompose()
        if _is_only_links(body):
            _remove_links(body)


def _remove_pointers(body: LexborNode) -> None:
    """Take the paragraphs out that only lead to other articles, where the text has some words of its own besides."""
    links = _headlines(body)[:_MOST_LINKS]
    around = {block.mem_id: block for link in links if (block := _paragraph_of(link)) is not None}
    pointers = [block for block in around.values() if _is_pointer(block)]
    own = _own_words(body) - sum(map(_own_words, pointers)) if pointers else 0
    if own >= _LONGEST_LEAD:
        for block in reversed(pointers):  # what stands within another goes first
            block.decompose()


def _paragraph_of(link: LexborNode) -> LexborNode | None:
    """The aside that a link stands in, else its paragraph."""
    around: list[LexborNode] = []
    node = link.parent
    while node is not None and len(around) < _DEEPEST:
        around.append(node)
        node = node.parent
    paragraphs = (node for node in around if node.tag in _PARAGRAPHS)
    return next((node for node in around if node.tag == "aside"), None) or next(paragraphs, None)


def _is_pointer(block: LexborNode) -> bool:
    """Whether a part of a text leads on to other articles in a few words, or is an aside with little but links."""
    if _own_words(block) > _LONGEST_LEAD:
        return False
    lead = block.text(deep=True).partition(_headlines(block)[0].text(deep=True))[0].rstrip()
    return block.tag == "aside" or lead[-1:] in _LEADS_ON


def _own_words(block: LexborNode) -> int:
    """How many words of a part of a text stand in no link."""
    return len(block.text(deep=True).split()) - sum(len(link.text(deep=True).split()) for link in block.css("a"))


def _is_list_of_articles(listed: LexborNode) -> bool:
    entries = [node for node in listed.iter() if node.tag == "li"]
    if len(entries) < 2:  # one link may be the article's own
        return False
    addresses: set[str] = set()
    for entry in entries:
        links = entry.css("a")
        if not links or sum(map(_length, links)) < _OF_ENTRY * _length(entry):
            return False
        addresses |= {link.attributes.get("href") or "" for link in links}
    return len(addresses) > 1


def _is_only_links(body: LexborNode) -> bool:
    links = _headlines(body)
    addresses = {link.attributes.get("href") for link in links}
    if sum(map(_goes_on, links)) >= _OF_PROSE * len(links):
        return False
    return len(addresses) > 1 and sum(map(_length, links)) >= _OF_TEXT * _length(body)


def _goes_on(link: LexborNode) -> bool:
    """Whether a sentence goes on behind a link, as it does behind none that is a headline."""
    following = link.next
    return following is not None and following.tag == "-text" and following.text(deep=True).lstrip()[:1].islower()


def _headlines(node: LexborNode) -> list[LexborNode]:
    return [link for link in node.css("a") if len(link.text(deep=True).split()) >= _HEADLINE_WORDS]


def _remove_links(around: LexborNode, depth: int = 0) -> None:
    """Take the parts out of a text that are links to others; what is around parts of the article's own is kept."""
    for node in list(around.iter(include_text=True)):
        if _is_of_article(node):
            continue
        if depth < _DEEPEST and any(map(_is_of_article, node.css("p"))):
            _remove_links(node, depth + 1)
        else:
            node.decompose()


def _is_of_article(node: LexborNode) -> bool:
    """Whether a part of a text that is nearly all links is the article's own: words without a link, and not a name."""
    return not (node.tag == "a" or node.css("a")) and len(node.text(deep=True).split()) >= _FEWEST_OWN_WORDS


def _length(node: LexborNode) -> int:
    return len(" ".join(node.text(deep=True).split()))
