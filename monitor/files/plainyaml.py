"""YAML that is written plainly, read in C (PyYAML's libyaml), as ruamel.yaml would read it but in a tenth of the time.

libyaml knows YAML 1.1 and words its mistakes otherwise. So it reads only what both read alike, and what it refuses
ruamel.yaml reads again: what people are told of a mistake never depends on who read the file (docs/decisions/0070).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import yaml
from ruamel.yaml.resolver import implicit_resolvers

_TAG = "tag:yaml.org,2002:"
_OF_KIND = {"scalar": f"{_TAG}str", "sequence": f"{_TAG}seq", "mapping": f"{_TAG}map"}
_VERSION = (1, 2)
# What the two versions of YAML may take for different things, and files of ours hardly have: tabs and other blanks,
# lines that end otherwise, escapes, lines for directives and documents; anchors, tags, keys after "?" and texts after |
# or >, which begin where a value can; and "a":b, which one of the two takes for a pair.
_ODD = re.compile(
    r"""[^\S \n] | [\x85\u2028\u2029\ufeff\\] | ^(?: % | --- | \.\.\. )
    | (?:^|[ \[\]{},:?-]) [&!?|>] | ["'\]}]\s*:(?=\S)""",
    re.MULTILINE | re.VERBOSE,
)


def compose(text: str) -> Any | None:
    """The nodes of a text, with `id`, `tag`, `value`, `style` and marks; None when ruamel.yaml must read it.

    That is so where it is odd, has a mistake or is empty, and where there is no libyaml.
    """
    if not yaml.__with_libyaml__ or _ODD.search(text):
        return None
    try:
        return _reader()(text).get_single_node()
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


@cache
def _reader() -> type[Any]:
    class Reader(yaml.cyaml.CParser):  # type: ignore[misc]
        """libyaml's composer, which asks for the tag of each node; it is by YAML 1.2 here, by ruamel.yaml's table."""

        def __init__(self, text: str) -> None:
            super().__init__(text)
            self._plain = _plain()

        def resolve(self, kind: type[Any], value: str, implicit: Any) -> str:
            if kind is yaml.ScalarNode and implicit[0]:
                if not value:
                    raise ValueError("a value is left out, of which the two say otherwise where it stands")
                for tag, form in self._plain.get(value[:1], ()):
                    if form.match(value):
                        return tag
            return _OF_KIND[kind.id]

        def descend_resolver(self, parent: Any, index: Any) -> None:
            """Nothing: a tag depends on the node alone."""

        def ascend_resolver(self) -> None:
            """Nothing, as above."""

    return Reader


@cache
def _plain() -> Mapping[str, Sequence[tuple[str, Any]]]:
    """By first character, the tags of texts without quotes that are no texts, with their forms."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for versions, tag, form, starts in implicit_resolvers:
        if _VERSION in versions:
            for start in starts:
                found.setdefault(start, []).append((tag, form))
    return found
