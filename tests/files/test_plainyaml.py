"""What is read in C is what ruamel.yaml reads, place by place; what the two read otherwise is left to that one."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from monitor.files import plainyaml

ROOT = Path(__file__).parent.parent.parent
FILES = (*sorted((ROOT / "rules").glob("*.yaml")), *sorted((ROOT / "rules/words").glob("*.yaml")))


def by_ruamel(text: str) -> Any:
    """What ruamel.yaml reads; the error's class where it reads nothing."""
    try:
        return told(YAML(typ="safe", pure=True).compose(text))
    except (YAMLError, ValueError, AttributeError, IndexError, KeyError, TypeError) as error:
        return type(error)


def told(node: Any) -> tuple[Any, ...]:
    """All of a node that its users look at."""
    begins = node.start_mark.line, node.start_mark.column
    match node.id:
        case "scalar":
            ends = node.end_mark.line, node.end_mark.index
            return str(node.tag), node.value, node.style or "", begins, ends
        case "sequence":
            return str(node.tag), bool(node.flow_style), begins, [told(one) for one in node.value]
    return str(node.tag), begins, [(told(key), told(value)) for key, value in node.value]


def test_the_shipped_rules_are_read_in_c_and_hold_what_ruamel_reads_at_the_same_places() -> None:
    for path in FILES[:: len(FILES) // 8]:
        text = path.read_text(encoding="utf-8")
        node = plainyaml.compose(text)
        assert node is not None, path
        assert told(node) == by_ruamel(text), path


@pytest.mark.parametrize(
    "text",
    [
        "- yes\n- no\n- On\n- 0o14\n- 014\n- 1_000\n- 12:30:45\n- 1.5\n- .5\n- 1e3\n- 0x1f\n- 2026-11-30",
        "- true\n- False\n- null\n- ~\n- NULL\n- =a\n- =\n- <<\n- 'true'\n- \"1\"",
        "a: 'it''s'\nb: \"x y\"\nc: two\n  lines # and a note\nd: no #note\ne: at a@b.c, 5 % - x",
        "a: [b, c d, 'e, f', g:h, http://x.y/z?a=1&b=2#c]\n# note\nb: {c: d, e: [f]}\nc: ümläut 😀 عربي\nd: e # f",
        "a:\n- b\n- c:\n    d: e\n  f: g\n- - h\n  - i\n",
    ],
)
def test_what_is_written_plainly_is_read_alike(text: str) -> None:
    node = plainyaml.compose(text)
    assert node is not None
    assert told(node) == by_ruamel(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "a:\n- b\n- \n- c",  # of what is left out the two say otherwise where it stands
        'a: ["b":c]',
        "a: [[b] :c]",
        "a: &b c",
        "a: *b",
        "a: !t b",
        "? a\n: b",
        "a: |\n  b",
        "%YAML 1.1\n---\na: b",
        "a: b\n---\nc: d",
        "a: b\u2028c: d",
        "a:\tb",
        'a: "\\x41"',
        "a: b: c",
        "a: [b",
        "a: \ud800",
        "[" * 5000,
    ],
    ids=ascii,
)
def test_what_is_odd_or_a_mistake_is_left_to_ruamel(text: str) -> None:
    assert plainyaml.compose(text) is None


def test_edits_of_all_kinds_are_read_alike_or_left_to_ruamel() -> None:
    dice = random.Random(72)
    lines = [line for path in FILES for line in path.read_text(encoding="utf-8").splitlines()]
    signs = [
        *" \n:-,[]{}'\"#*~=<.%@`?!&|>\\\t",
        ": ",
        "- ",
        "\n  ",
        " #",
        ", ",
        '"a":b',
        "[a, b]",
        "{a: b}",
        "true",
        "...",
    ]
    read = 0
    for _ in range(600):
        start = dice.randrange(len(lines))
        text = "\n".join(line[:60] for line in lines[start : start + dice.randint(1, 3)])
        for _ in range(dice.randint(1, 2)):
            place = dice.randint(0, len(text))
            text = text[:place] + dice.choice(signs) + text[place + dice.randint(0, 1) :]
        node = plainyaml.compose(text)
        if node is not None:
            read += 1
            assert told(node) == by_ruamel(text), text
    assert read > 50
