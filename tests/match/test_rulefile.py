"""Rule files: every mistake told in its place, in words an editor understands."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import Level
from monitor.files.mistakes import REGEX_HINT
from monitor.match.engine import compile_rules
from monitor.match.lint import lint
from monitor.match.named import Named
from monitor.match.rulefile import RuleFiles, read_rules
from monitor.match.termlint import advise
from monitor.match.terms import TermError, parse_term
from monitor.match.wordfile import check_words
from monitor.model import FeedKind

GOOD = """format: 1
id: floods
title: Floods
severity: high
send_to: [desk]
words:
  water:
    en: [flood]
  harm:
    en: [kill]
find:
  - name: any mention
    all: [water]
  - name: casualties
    all: [water, harm]
    within: 5
examples:
  match:
    - Floods in the valley
  no_match:
    - A sunny day
"""

REGEX = f"looks like a regular expression; {REGEX_HINT}"

ONE_PHRASE = "is looked for as one phrase, with all of its words side by side; write each term as an item of its own"

# What is changed in the good file, and the line it then gives.
# ruff: noqa: ISC004 - a long line told in two parts is one line
MISTAKES = {
    "a confidence in percent": (
        ("severity: high", "severity: high\ndigest_below: 30"),
        '5:15: error: digest_below: "30" is more than 1.0',
    ),
    "a word that only matches have": (
        ("severity: high", "severity: high\nunsure: faint"),
        '5:9: error: unsure: "faint" is not one of alert, mark or digest',
    ),
    "a misspelt key": (("severity:", "sevrity:"), '4:1: error: unknown key "sevrity" - did you mean "severity"?'),
    "a misspelt value": (
        ("severity: high", "severity: hihg"),
        '4:11: error: severity: "hihg" is not one of low, medium, high or critical - did you mean "high"?',
    ),
    "a key that nobody knows": (
        ("within: 5", "exclude: [harm]"),
        '16:5: error: unknown key "exclude"; known are name, all, any, at_least, none, within, where, severity, says, '
        "everything and needs_opinion",
    ),
    "a list in braces without its brackets": (
        (("- name: any mention\n    all: [water]", "- {name: floods, all: water, harm, where: title}")),
        "12:25: error: all: a list is expected: [water, harm]",
    ),
    "a version in quotes": (("format: 1", 'format: "1"'), '1:9: error: format: "1" is a text; write 1 without quotes'),
    "a version that is none": (
        ("format: 1", "format: true"),
        "1:9: error: format True is not known; this version reads format 1",
    ),
    "a distance in quotes": (
        ("within: 5", 'within: "5"'),
        '16:13: error: within: "5" is a text; write 5 without quotes',
    ),
    "a distance of twenty digits": (
        ("within: 5", f"within: {'9' * 20}"),
        f'16:13: error: within: "{"9" * 20}" is neither a number of words from 0 to 100 nor "sentence"',
    ),
    "a term without its dash": (
        ("    en: [flood]", "    en:\n      - flood\n      - high water\n        flash flood"),
        '10:9: warning: "high water flash flood" goes on in the next line, and is looked for as one phrase; begin each '
        'term with "- "',
    ),
    "a language by its country": (
        ("    en: [flood]", "    en: [flood]\n    ua: [повінь]"),
        '9:5: error: unknown language "ua"; known are en, fr, es, ar, ru, uk and any_language - did you mean "uk"?',
    ),
    "a term that a comment cuts": (
        ("    en: [flood]", "    en:\n      - flood #5"),
        "9:9: warning: what follows # is a comment, and not read: put the whole text in quotes if it belongs to it; "
        "if not, put a blank after the #",
    ),
    "three dots": (
        ("[flood]", "[flood, flood ... water]"),
        '8:17: error: "flood ... water": for other words in between write two dots: .. for up to 3, ..5 for up to 5',
    ),
    "an example that is a number": (
        ("- A sunny day", "- 155"),
        '21:7: error: no_match: "155" is not a text; put it in quotes',
    ),
    "a misspelt key of an example": (
        ("- A sunny day", "- {txt: A sunny day}"),
        '21:8: error: unknown key "txt" - did you mean "text"?',
    ),
    "an example of nothing": (
        ("- A sunny day", "- A sunny day\n    - ''"),
        '22:7: warning: example "" is empty, so it tests nothing; write a headline',
    ),
    "a word file that is no name": (
        ("    en: [flood]", "    en: [flood]\n    from: [[rain]]"),
        "9:12: error: from: the name of a word file is expected, such as attacks; put a number in quotes",
    ),
    "items without a blank": (
        ("    en: [kill]", "    en:\n      -kill\n      -die"),
        '11:7: error: en: in a list each line begins with "- ", a blank behind it, and not with "-" alone',
    ),
    "a group that does not exist": (
        ("within: 5", "within: 5\n    none: [hram]"),
        '17:12: error: group "hram" is not in words - did you mean "harm"?',
    ),
    "a group that is not used": (
        ("all: [water, harm]", "all: [water, water]"),
        '9:3: warning: group "harm" is never used in find, never or never_sure',
    ),
    "a doubt by a group that does not exist": (
        ("find:", "never_sure: [{name: dry, any: [hram]}]\nfind:"),
        '11:32: error: group "hram" is not in words - did you mean "harm"?',
    ),
    "a doubt by nothing": (
        ("find:", "never_sure: [{name: dry, none: [harm]}]\nfind:"),
        '11:21: error: never_sure "dry": needs groups in all or any',
    ),
    "a route that does not exist": (
        ("[desk]", "[desks]"),
        '5:11: error: routes.yaml has no route "desks" - did you mean "desk"?',
    ),
    "an id that is not the file's name": (
        ("id: floods", "id: flood"),
        '2:5: error: the id "flood" must be the name of the file; rename the file to flood.yaml',
    ),
    "an unknown language": (
        ("    en: [flood]", "    eng: [flood]"),
        '8:5: error: unknown language "eng"; known are en, fr, es, ar, ru, uk and any_language - did you mean "en"?',
    ),
    "a Cyrillic letter in an English word": (
        ("[flood]", "[flооd]"),
        '8:10: error: "flооd" mixes Latin and Cyrillic letters: the Cyrillic "о" in it may look like another letter; '
        "type the word again",
    ),
    "a star after too few letters": (("[flood]", "[flo*]"), '8:10: error: "flo*": at least 4 letters before *'),
    "a star at the front": (
        ("[flood]", "[*flood]"),
        '8:10: error: a star goes last in a term ("flood*"); put a text that must begin with * in quotes',
    ),
    "an empty term": (
        ("[flood]", "[flood, ]\n    fr:\n      -"),
        "10:8: error: an empty term hits nothing; a term that begins with # must be put in quotes",
    ),
    "a number": (("[flood]", "[flood, 1755]"), "8:17: error: 1755 is not a text; put it in quotes"),
    "a term twice": (("[flood]", "[flood, flood]"), '8:17: warning: "flood" appears twice in group water'),
    "too many typing errors": (
        ("[flood]", "[flood~3]"),
        '8:10: error: "flood~3": after ~ write 0, 1 or 2, the number of typing errors allowed',
    ),
    "a key twice": (
        ("title: Floods", "title: Floods\ntitle: Flood"),
        '4:1: error: the key "title" appears twice; merge the two',
    ),
    "a way without its dash": (
        ("  - name: casualties", "    name: casualties"),
        '14:5: error: the key "name" appears twice; write "- " before it if a further item of the list begins here, or '
        "merge the two",
    ),
    "a Cyrillic letter in a key": (
        ("severity:", "sev\u0435rity:"),
        '4:1: error: unknown key "sev\u0435rity"; the Cyrillic "\u0435" in it may look like another letter; type the '
        'word again - did you mean "severity"?',
    ),
    "a Cyrillic letter in a language": (
        ("    en: [kill]", "    \u0435n: [kill]"),
        '10:5: error: unknown language "\u0435n"; known are en, fr, es, ar, ru, uk and any_language; the Cyrillic '
        '"\u0435" in it may look like another letter; type the word again',
    ),
    "a Cyrillic letter in the name of a group": (
        ("all: [water]", "all: [w\u0430ter]"),
        '13:11: error: group "w\u0430ter" is not in words; the Cyrillic "\u0430" in it may look like another letter; '
        'type the word again - did you mean "water"?',
    ),
    "a Cyrillic letter in a route": (
        ("[desk]", "[d\u0435sk]"),
        '5:11: error: routes.yaml has no route "d\u0435sk"; the Cyrillic "\u0435" in it may look like another letter; '
        'type the word again - did you mean "desk"?',
    ),
    "quotes of a word processor around a text with a colon": (
        ("- A sunny day", "- \u201cToday: a sunny day\u201d"),
        '21:7: error: no_match: an example that has ": " in it must be put in quotes; the quotes \u201c and \u201d are '
        'a part of it here: write ", or no quotes',
    ),
    "an empty example": (
        ("- A sunny day", "- A sunny day\n    -"),
        "22:6: error: no_match: this item is empty; write it, or delete the line",
    ),
    "a value left out": (
        ("severity: high", "severity:"),
        "4:1: error: severity: a value is missing: low, medium, high or critical",
    ),
    "a value left out that none needs": (
        ("within: 5", "severity:"),
        "16:5: warning: severity: a key without a value has no effect; write the value, or delete the line",
    ),
    "a key whose lines are not indented": (
        ("find:", "ignore:\nfind:"),
        "11:1: error: ignore: nothing stands under it: indent the lines that belong to it",
    ),
    "a key too far to the left": (
        ("  no_match:", "no_match:"),
        '20:1: error: unknown key "no_match"; it belongs under examples',
    ),
    "a key of the rule in a way": (
        ("within: 5", "never: [harm]"),
        '16:5: error: unknown key "never"; it belongs farther out, among the keys that begin their lines',
    ),
    "a group without terms": (
        ("[kill]", "[]"),
        '9:3: warning: group "harm" has no terms, so nothing hits it',
    ),
    "a way that stops itself": (
        ("within: 5", "none: [harm]"),
        '16:11: warning: way "casualties": "harm" is in all and in none, so what it asks for is what stops it',
    ),
    "a distance as archives write it": (
        ("[flood]", "[flood, high NEAR/5 water]"),
        '8:17: warning: "high NEAR/5 water": NEAR/5 is looked for as a word, not acted on; write one .. two for words '
        "in between, or combine two groups in a way with within",
    ),
    "what a chat puts around a file": (
        ("format: 1", "```yaml\nformat: 1"),
        "1:1: error: delete this line: ``` marks code in chats and on pages, and does not belong to a file",
    ),
    "what git puts between three versions": (
        ("severity: high", "severity: high\n||||||| base"),
        "5:1: error: git could not merge this file: keep one of the two versions that stand here, and delete the lines "
        "that begin with <<<<<<<, ======= and >>>>>>>",
    ),
    "a tab": (
        ("title: Floods", "title: Floods\n\tx: 1"),
        "4:1: error: a Tab is not possible here; use spaces, not the Tab key",
    ),
    "a blank of a web page": (
        ("title: Floods", "title: Floods\n\u00a0x: 1"),
        '4:1: error: the key "x" has an invisible character in it (no-break space, U+00A0); type it again',
    ),
    "a blank of a web page at the beginning": (
        ("  water:", "\u00a0 water:"),
        "7:1: error: this is a no-break space (U+00A0), and no blank; begin the line anew",
    ),
    "an anchor": (
        ("title: Floods", "title: &t Floods"),
        "3:8: error: anchors and aliases (& and *) are not used here; write the value out",
    ),
    "an unknown format": (
        ("format: 1", "format: 2"),
        "1:9: error: format 2 is not known; this version reads format 1",
    ),
    "a distance that is none": (
        ("within: 5", "within: near"),
        '16:13: error: within: "near" is neither a number of words from 0 to 100 nor "sentence"',
    ),
    "a distance with nothing to measure": (
        ("    all: [water]\n", "    all: [water]\n    within: 3\n"),
        '14:13: error: way "any mention": within needs at least two groups to measure between',
    ),
    "one way of one short word": (
        ("    en: [flood]", "    en: [fl, fld]"),
        '12:11: error: way "any mention": one group of words of fewer than 4 letters would match far too much',
    ),
    "a way without a name": (
        ("  - name: casualties\n    all", "  - all"),
        '14:5: error: the key "name" is missing',
    ),
    "a live rule without an example": (
        ("  no_match:\n    - A sunny day\n", ""),
        "17:1: error: a live rule needs at least one example under no_match; set status: test while it has none",
    ),
    "a text in two scripts": (
        ("[flood]", "[бомбa]"),
        '8:10: error: "бомбa" mixes Cyrillic and Latin letters: the Latin "a" in it may look like another letter; '
        "type the word again",
    ),
    "a word of another script": (
        ("[flood]", "[наводнение]"),
        '8:10: error: "наводнение" is in Cyrillic letters, but is in the en list',
    ),
    "a zero-width space": (
        ("[flood]", "[flo\u200bod]"),
        '8:10: warning: "flood" has an invisible character after "flo" (zero width space, U+200B); delete it',
    ),
    "a soft hyphen": (
        ("[flood]", "[flo\u00adod]"),
        '8:10: warning: "flood" has an invisible character after "flo" (soft hyphen, U+00AD); delete it',
    ),
    "a mark of writing direction": (
        ("[flood]", "[\u200fflood]"),
        '8:10: warning: "flood" has an invisible character at its beginning (right-to-left mark, U+200F); delete it',
    ),
    "an invisible character in a name": (
        ("all: [water]", "all: [wa\u200bter]"),
        '13:11: error: all: "water" has an invisible character in it (zero width space, U+200B); type it again',
    ),
    "an invisible character in a key": (
        ("  harm:", "  ha\u200brm:"),
        '9:3: error: the key "harm" has an invisible character in it (zero width space, U+200B); type it again',
    ),
    "a control character": (
        ("Floods", "Flo\x08ods"),
        "3:11: error: there is an invisible control character (U+0008) here; delete it",
    ),
    "a regular expression for anything": (("[flood]", '[".*"]'), f'8:10: error: ".*" {REGEX}'),
    "a regular expression for the end of a word": (("[flood]", "[flood\\b]"), f'8:10: error: "flood\\b" {REGEX}'),
    "a backspace for the end of a word": (("[flood]", '["flood\\b"]'), f'8:10: error: "flood\\x08" {REGEX}'),
    "a backslash in double quotes": (
        ("[flood]", '["\\d+ floods"]'),
        f"8:12: error: a backslash in double quotes has a meaning of its own; {REGEX_HINT}",
    ),
    "a class of letters": (("[flood]", "['[a-z]+']"), f'8:10: error: "[a-z]+" {REGEX}'),
    "a class of letters, unquoted": (
        ("en: [flood]", "en:\n      - [a-z]+"),
        f"9:14: error: nothing can follow ] here; {REGEX_HINT}",
    ),
    "a list as a term": (
        ("[flood]", "[[flood, deluge]]"),
        f"8:10: error: there is a list where a term is expected; brackets mean a list, and {REGEX_HINT}",
    ),
    "alternatives": (("[flood]", "[(flood|deluge)]"), f'8:10: error: "(flood|deluge)" {REGEX}'),
    "a wildcard": (("[flood]", "[floods?]"), f'8:10: error: "floods?" {REGEX}'),
    "words around a boolean operator": (
        ("[flood]", "[flood, flood OR deluge]"),
        '8:17: warning: "flood OR deluge": OR is looked for as a word, not acted on; '
        "write each alternative as a term of its own, and combine groups in find",
    ),
    "a sign before a word, as searches have it": (
        ("[flood]", "[flood, flood -tide]"),
        '8:17: warning: "flood -tide": the - before a word is not acted on; combine groups in find, and put what must '
        "not be there into a group under none",
    ),
    "two terms with a comma between them": (
        ("[flood]", '[flood, "flood, deluge"]'),
        f'8:17: warning: "flood, deluge" {ONE_PHRASE}: [flood, deluge]; if it is one phrase, leave out the comma',
    ),
    "two terms that cannot even be read as one": (
        ("[flood]", '["flood / deluge"]'),
        f'8:10: error: "flood / deluge" {ONE_PHRASE}: [flood, deluge]',
    ),
    "a French word in the English list": (
        ("[flood]", "[flood, inondation]"),
        '8:17: warning: "inondation" is a word of French, in the en list; move it to the fr list',
    ),
    "a misspelt key that is needed": (
        ("title: Floods", "titel: Floods"),
        '3:1: error: unknown key "titel" - did you mean "title"?',
    ),
    "all words under a misspelt key": (("words:", "wrds:"), '6:1: error: unknown key "wrds" - did you mean "words"?'),
    "no words at all": (
        (GOOD[GOOD.index("words:") : GOOD.index("find:")], "roles: {}\n"),
        '1:1: error: the key "words" is missing; it holds the groups of terms that find names',
    ),
    "a group whose own name is misspelt": (
        ("  water:", "  watr:"),
        '13:11: error: group "water" is not in words (also in line 15) - did you mean "watr"?',
    ),
    "the only way with a mistake": (
        (GOOD[GOOD.index("  - name: any") : GOOD.index("  - name: casu")], "", "within: 5", "within: -1"),
        '14:13: error: within: "-1" is neither a number of words from 0 to 100 nor "sentence"',
    ),
    "a distance as long as a text": (
        ("within: 5", "within: 500"),
        '16:13: error: within: "500" is neither a number of words from 0 to 100 nor "sentence"',
    ),
    "a distance left out": (
        ("within: 5", "within:"),
        '16:5: error: within: this is neither a number of words from 0 to 100 nor "sentence"',
    ),
    "ways that are only groups": (
        (GOOD[GOOD.index("find:") : GOOD.index("examples:")], "find: [water, harm]\n"),
        "11:8: error: find: keys with values are expected: key: value",
    ),
    "a way without groups": (
        (
            "    all: [water, harm]\n",
            "",
            "  - name: any mention\n    all: [water]",
            "  - name: both\n    all: [water, harm]",
        ),
        '14:11: error: way "casualties": needs groups in all or any',
    ),
    "no examples": (
        (GOOD[GOOD.index("examples:") :], ""),
        "1:1: error: a live rule needs at least one example under match and one under no_match; "
        "set status: test while it has none",
    ),
    "two ways of one name": (
        ("name: casualties", "name: any mention", "- Floods in the valley", "- {text: Floods, way: casualties}"),
        '14:11: error: two ways are named "any mention"',
    ),
    "a way that two examples misname": (
        (
            "    - Floods in the valley",
            "    - {text: Floods, way: any mension}\n    - {text: A flood, way: any mension}",
        ),
        '19:27: error: there is no way "any mension" (also in line 20) - did you mean "any mention"?',
    ),
    "a hashtag": (
        ("en: [flood]", "en:\n      - flood\n      - #flood"),
        "10:8: error: an empty term hits nothing; a term that begins with # must be put in quotes",
    ),
    "a language that YAML once took for no": (
        ("    en: [flood]", "    en: [flood]\n    no: [flom]"),
        '9:5: error: unknown language "no"; known are en, fr, es, ar, ru, uk and any_language',
    ),
    "a decimal number": (("[flood]", "[flood, 12.30]"), "8:17: error: 12.3 is not a text; put it in quotes"),
    "yes or no": (("[flood]", "[flood, true]"), "8:17: error: true is not a text; put it in quotes"),
    "a colon in a term": (
        ("en: [flood]", "en:\n      - flood: deluge"),
        '9:9: error: a term with ": " in it must be put in quotes',
    ),
    "a colon in an example": (
        ("- Floods in the valley", "- text: Floods: in the valley"),
        '19:19: error: this ":" is not possible here: put a text that has ": " in it in quotes, '
        "and begin the keys of one level in the same column",
    ),
    "a tag": (
        ("title: Floods", "title: !secret Floods"),
        '3:8: error: tags (!secret) are not used here; put a text that begins with "!" in quotes',
    ),
    "an alias": (
        ("title: Floods", "title: *floods"),
        '3:8: error: a star goes last in a term ("floods*"); put a text that must begin with * in quotes',
    ),
    "a star alone": (
        ("[flood]", "[flood, * ]"),
        '8:18: error: put a text that begins with "*" or "&" in quotes; a star goes last in a term, '
        "right after its letters",
    ),
    "a quote that is never closed": (
        ("title: Floods", 'title: "Floods'),
        "3:8: error: the quote that opens here is never closed",
    ),
    "a quote that ends at the next one": (
        ("title: Floods", 'title: "Floods', "- A sunny day", '- "A sunny day"'),
        "3:8: error: the quote that opens here is not closed in its line, and so ends at the next one, in line 21",
    ),
    "a quote that ends at an apostrophe": (
        ("[flood]", "['flood]", "- A sunny day", "- It doesn't rain"),
        "8:10: error: the quote that opens here is not closed in its line, and so ends at the next one, in line 21",
    ),
    "a file that ends after a bracket": (
        ("  no_match:\n    - A sunny day\n", "  no_match: [\n"),
        "21:1: error: the file ends here, after a [ or { that is never closed",
    ),
    "a bracket that is never closed": (
        ("  no_match:\n    - A sunny day\n", "  no_match: [A sunny day\n"),
        "20:13: error: the [ that opens here is never closed with ]",
    ),
    "a comma that is missing": (
        ("[water, harm]", '["water" "harm"]'),
        "15:19: error: a comma is missing before this, or the ] to the [ in line 15",
    ),
    "a key in the wrong column": (
        ("    within: 5", "   within: 5"),
        "16:4: error: this does not fit the lines above: keys of one level, and items of one list, "
        "begin in the same column",
    ),
    "a line that is no key": (
        ("severity: high\n", "severity high\n"),
        '4:1: error: this line has no ":"; a key and its value are written as key: value',
    ),
    "a first line that is no key": (
        ("format: 1\n", "format 1\n"),
        '1:1: error: this line has no ":"; a key and its value are written as key: value',
    ),
    "no blank behind a colon": (
        ("severity: high\n", "severity:high\n"),
        '4:9: error: a ": " is expected here, with a blank, in place of ":"',
    ),
    "no blank of YAML behind a colon": (
        ("severity: high\n", "severity:\u00a0high\n"),
        '4:9: error: a ": " is expected here, with a blank, in place of ":\u00a0"',
    ),
    "a word instead of a list": (
        ("all: [water]", "all: water"),
        "13:10: error: all: a list is expected: [water]",
    ),
    "a list instead of a word": (
        ("severity: high", "severity: [high]"),
        "4:11: error: severity: this is not one of low, medium, high or critical",
    ),
    "a list instead of a text": (
        ("title: Floods", "title: [Floods]"),
        "3:8: error: title: one text is expected, not a list",
    ),
    "nothing where a text is expected": (("title: Floods", "title:"), "3:1: error: title: a text is missing"),
    "terms without a language": (
        ("  water:\n    en: [flood]", "  water: [flood]"),
        "7:10: error: water: keys with values are expected: key: value",
    ),
    "capitals in the id": (
        ("id: floods", "id: Floods"),
        '2:5: error: id: "Floods" cannot be used; use lower-case letters a-z, digits, and single - between them',
    ),
    "no way at all": (
        (GOOD[GOOD.index("find:") : GOOD.index("examples:")], "find: []\n"),
        "11:7: error: find: must not be empty",
    ),
    "a reaction that does not exist": (
        ("    within: 5", "    within: 5\n    says: denail"),
        '17:11: error: says: "denail" is not one of denial, admission, responsibility, confirmation, justification, '
        "apology, regret, condemnation, concern, accusation, inquiry, inquiry_call, sanction, summons, legal_step, "
        'call, warning, no_comment or statement - did you mean "denial"?',
    ),
    "a role that does not exist": (
        ("find:", "roles:\n  official: [harm]\nfind:"),
        '12:3: error: unknown key "official" - did you mean "officials"?',
    ),
    "one group instead of a list of those with a role": (
        ("find:", "roles:\n  weapons: water\nfind:"),
        "12:12: error: weapons: a list is expected: [water]",
    ),
    "roles without their groups": (
        ("find:", "roles: [water]\nfind:"),
        "11:8: error: roles: keys with values are expected: key: value",
    ),
    "a role of a group that does not exist": (
        ("find:", "roles:\n  weapons: [watr]\nfind:"),
        '12:13: error: group "watr" is not in words - did you mean "water"?',
    ),
    "two roles of one group": (
        ("find:", "roles:\n  weapons: [water]\n  targets: [harm, water]\nfind:"),
        '13:19: error: group "water" appears twice under roles; it has one role',
    ),
    "a role of a group that no way asks for": (
        ("find:", "  mud: {en: [mud]}\nnever: [mud]\nroles: {targets: [mud]}\nfind:"),
        '13:19: warning: group "mud" has a role for nothing: no way has it in all or any',
    ),
    "a call that no official makes": (
        ("find:", "roles: {countries: [water], said: [harm]}\nfind:", "    within: 5", "    within: 5\n    says: call"),
        '18:11: warning: way "casualties" says call, but no card shows it: none of its groups is among officials under '
        "roles, and a country is not enough",
    ),
    "a denial by nobody": (
        ("find:", "roles: {said: [harm]}\nfind:", "    within: 5", "    within: 5\n    says: denial"),
        '18:11: warning: way "casualties" says denial, but nobody would be named for it: none of its groups is among '
        "officials or countries under roles",
    ),
    "a denial without a word of it": (
        ("find:", "roles: {officials: [water]}\nfind:", "    within: 5", "    within: 5\n    says: denial"),
        '18:11: warning: way "casualties" says denial, but cards may quote another sentence: none of its groups is '
        "among said under roles",
    ),
    "a name that once made a way a denial": (
        ("name: casualties", "name: a denial"),
        '14:11: warning: way "a denial" does not count as an official reaction, whatever its name; '
        "write says: denial if it is one, or roles: {} above find if none is",
    ),
    "a name that once made words a weapon": (
        ("  harm:", "  weapon:", "[water, harm]", "[water, weapon]"),
        '9:3: warning: cards list no weapons by the group "weapon", whatever its name; '
        "write roles: {weapons: [weapon]} above find, or roles: {} if it is none",
    ),
    "an example that fails": (
        ("- Floods in the valley", "- A dry summer"),
        '19:7: error: example "A dry summer" should match but does not: "any mention" has no word of water; '
        '"casualties" has no word of water, harm',
    ),
    "an example that a way is stopped by and that is too far apart for another": (
        (
            "    all: [water]\n",
            "    all: [water]\n    none: [harm]\n",
            "Floods in the valley",
            "Floods x x x x x x kill",
        ),
        '20:7: error: example "Floods x x x x x x kill" should match but does not: "any mention" is stopped by "kill"; '
        '"casualties" is too far apart: distance 6 > 5',
    ),
    "an example that must not match and does": (
        ("- A sunny day", "- A flood of tears"),
        '21:7: error: example "A flood of tears" should not match but does, by "any mention" with "flood"',
    ),
}


def in_pairs(changes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is replaced, and by what."""
    return zip(changes[::2], changes[1::2], strict=True)


def read(folder: Path, text: str, name: str = "floods.yaml") -> RuleFiles:
    (folder / name).write_text(text, encoding="utf-8")
    return read_rules(folder, route_names={"desk"})


def test_a_good_file_is_a_rule_without_problems(tmp_path: Path) -> None:
    files = read(tmp_path, GOOD)
    assert files.problems == ()
    engine = compile_rules(files.rules)
    assert (lint(files.rules, engine), advise(engine)) == ((), ())
    (rule,) = files.rules
    assert (rule.id, str(rule.severity), rule.send_to, len(rule.hash)) == ("floods", "high", ("desk",), 6)


# Names that facts were once read from, in a rule that says for itself what there is of them, or that there is nothing.
SAID = {
    "nothing has a role": ("find:", "roles: {}\nfind:", "name: casualties", "name: a denial"),
    "a role": (
        "  harm:",
        "  weapon:",
        "find:",
        "roles: {weapons: [weapon]}\nfind:",
        "[water, harm]",
        "[water, weapon]",
    ),
    "a call by no official": ("name: casualties", "name: calls after a flood"),
    "a name that ways only shun": ("  harm:", "  place:", "[water, harm]", "[water, water]\n    none: [place]"),
}


@pytest.mark.parametrize("case", SAID)
def test_names_are_no_mistake(case: str, tmp_path: Path) -> None:
    text = GOOD
    for old, new in in_pairs(SAID[case]):
        assert old in text
        text = text.replace(old, new, 1)
    assert read(tmp_path, text).problems == ()


def test_a_group_for_the_opinion_alone_is_no_mistake(tmp_path: Path) -> None:
    text = GOOD.replace("all: [water, harm]", "all: [water, water]")
    assert len(read(tmp_path, text).problems) == 1
    assert read(tmp_path, text.replace("within: 5", "within: 5\n    needs_opinion: true")).problems == ()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_in_its_place(mistake: str, tmp_path: Path) -> None:
    changes, expected = MISTAKES[mistake]
    text = GOOD
    for old, new in in_pairs(changes):
        assert old in text
        text = text.replace(old, new, 1)
    files = read(tmp_path, text)
    engine = compile_rules(files.rules)
    problems = (*files.problems, *lint(files.rules, engine), *advise(engine))
    assert [str(problem).removeprefix(f"{tmp_path}/floods.yaml:") for problem in problems] == [expected]


def test_every_mistake_of_every_file_is_told_at_once_and_the_good_file_lives(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text(GOOD.replace("severity: high", "sevrity: high\nfoo: 1"))
    files = read(tmp_path, GOOD)
    assert [rule.id for rule in files.rules] == ["floods"]
    assert [(problem.path.name, problem.line) for problem in files.problems] == [("broken.yaml", 4), ("broken.yaml", 5)]


def test_mistakes_of_keys_hide_none_of_terms_and_names(tmp_path: Path) -> None:
    text = (
        GOOD.replace("severity: high", "severity: urgent").replace("within: 5", "whithin: 5").replace("[desk]", "desks")
    )
    text = text.replace("[flood]", "[flood, fl*]").replace("[water, harm]", "[water, hram]")
    text = text.replace("find:", "roles: {weapon: [harm], targets: [watter]}\nfind:")
    text = text.replace("- Floods in the valley", "- Ohio: floods")
    read(tmp_path, text)
    assert told(tmp_path) == [
        'floods.yaml:4:11: error: severity: "urgent" is not one of low, medium, high or critical',
        "floods.yaml:5:10: error: send_to: a list is expected: [desks]",
        'floods.yaml:11:9: error: unknown key "weapon" - did you mean "weapons"?',
        'floods.yaml:17:5: error: unknown key "whithin" - did you mean "within"?',
        'floods.yaml:20:7: error: match: an example that has ": " in it must be put in quotes',
        'floods.yaml:8:17: error: "fl*": at least 4 letters before *',
        'floods.yaml:16:18: error: group "hram" is not in words - did you mean "harm"?',
        'floods.yaml:11:35: error: group "watter" is not in words - did you mean "water"?',
    ]


def test_a_misspelt_route_does_not_silence_the_rule(tmp_path: Path) -> None:
    files = read(tmp_path, GOOD.replace("[desk]", "[desks]"))
    assert [rule.send_to for rule in files.rules] == [()]


def test_a_rule_for_feeds_of_other_kinds_than_it_names_is_told(tmp_path: Path) -> None:
    kinds = {"wire": FeedKind.WIRE, "ministry": FeedKind.OFFICIAL}
    named = Named(kinds.keys(), kinds=kinds)
    for feeds, silent in (("wire", True), ("wire, ministry", False), ("ministry", False), ("gone", False)):
        path = tmp_path / "floods.yaml"
        path.write_text(GOOD.replace("severity: high", f"severity: high\nfeeds: [{feeds}]\nkinds: [official]"))
        found = [str(one) for one in read_rules(tmp_path, feed_ids=named).problems if one.level is Level.WARNING]
        said = "kinds: no feed under feeds is of these kinds, and both must be true, so the rule matches nothing"
        assert found == ([f"{path}:6:8: warning: {said}"] if silent else [])


def told(folder: Path) -> list[str]:
    """Every problem of a folder of rules, without the folder."""
    files = read_rules(folder, route_names={"desk"})
    return [str(problem).removeprefix(f"{folder}/") for problem in files.problems]


def test_an_id_is_taken_once(tmp_path: Path) -> None:
    read(tmp_path, GOOD)
    read(tmp_path, GOOD, "floods2.yaml")
    read(tmp_path, GOOD, "Floods (1).yaml")
    said = 'the id "floods" is that of floods.yaml; give this rule its own: '
    assert told(tmp_path) == [
        f"Floods (1).yaml:2:5: error: {said}floods-1, and rename the file to floods-1.yaml",
        f"floods2.yaml:2:5: error: {said}floods2",
    ]


# The bytes of a file, and what is told of it.
UNREADABLE = {
    "UTF-16": (GOOD.encode("utf-16"), "1:1: error: is UTF-16 text; save it with the encoding UTF-8"),
    "UTF-16 without a mark": (
        GOOD.encode("utf-16-le"),
        "1:2: error: is UTF-16 text, or no text at all; save it with the encoding UTF-8",
    ),
    "windows-1251": (
        GOOD.replace("Floods in", "Потоп в").encode("windows-1251"),
        "19:1: error: is not UTF-8 text from this line on (an older encoding, such as windows-1251?); save it as UTF-8",
    ),
    "10 MB": (b"# " + b"x" * 10_000_000, "1:1: error: is larger than 256 kB; split it, or move words into word files"),
    "deep nesting": (
        b"a: " + b"[" * 100_000,
        "1:1: error: is nested too deeply: lists in lists, or an endless row of brackets",
    ),
    "nothing": (b"", "1:1: error: is empty, or not written as key: value; it should hold a rule"),
    "a list": (b"- flood\n", "1:1: error: is empty, or not written as key: value; it should hold a rule"),
    "keys taken over by a merge": (
        GOOD.replace("    en: [kill]", "    <<: {en: [kill]}").encode(),
        "10:5: error: merge keys (<<) are not used here; write the keys and values out",
    ),
    "half a character": (
        GOOD.replace("title: Floods", 'title: "\\ud83d"').encode(),
        "3:8: error: there is half a character (\\ud800 to \\udfff) in this text; type the character itself",
    ),
    "a bracket before a list": (
        GOOD.replace("find:", "find: [").encode(),
        "11:7: error: the [ that opens here is never closed with ]",
    ),
    "two commas": (
        GOOD.replace("[flood]", "[flood,, tide]").encode(),
        "8:16: error: nothing stands before this comma; take it away, or write what is missing",
    ),
    "two versions that git left": (
        GOOD.replace("title: Floods\n", "<<<<<<< HEAD\ntitle: Floods\n=======\ntitle: Flood\n>>>>>>> mine\n").encode(),
        "3:1: error: git could not merge this file: keep one of the two versions that stand here, and delete the lines "
        "that begin with <<<<<<<, ======= and >>>>>>>",
    ),
    "words among the rules": (
        b"format: 1\ntitle: Waters\nwords:\n  en: [flood]\n",
        "3:1: error: holds words, and should hold a rule: word files lie in the folder words beside the rules",
    ),
    "feeds among the rules": (
        b"feeds:\n  - {id: a, url: 'https://a.example/'}\n",
        "1:1: error: holds feeds, and should hold a rule: the setting WIREWATCH_FEEDS says which file has the feeds, "
        "and it is none of the rules",
    ),
    "two documents": (
        GOOD.encode() + b"---\n" + GOOD.encode(),
        "22:1: error: a file holds one rule or list: delete this line (---) or what follows it",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_file_is_told(name: str, tmp_path: Path) -> None:
    body, expected = UNREADABLE[name]
    (tmp_path / "floods.yaml").write_bytes(body)
    assert told(tmp_path) == [f"floods.yaml:{expected}"]


def test_what_is_no_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "floods.yaml")
    assert told(tmp_path) == ["floods.yaml:1:1: error: cannot be read: it is not a file"]


# A name below the folder of rules, and why that file is not read; None for a file that nobody expects to be.
COPY = "it is a copy or lock that an editor left; delete it when nobody is editing the file"
UNREAD = {
    "storms.yml": "rule files end in .yaml; rename it to storms.yaml",
    "storms.YAML": "rule files end in .yaml; rename it to storms.yaml",
    "storms.Yml": "rule files end in .yaml; rename it to storms.yaml",
    "storms.yaml.txt": "rule files end in .yaml; rename it to storms.yaml",
    "storms.yaml.off": "rule files end in .yaml; rename it to storms.yaml",
    "storms.json": "rule files end in .yaml; rename it to storms.yaml",
    "storms.txt": "rule files end in .yaml; rename it to storms.yaml",
    "storms": "rule files end in .yaml; rename it to storms.yaml",
    ".storms.yaml": "rule files end in .yaml; rename it to storms.yaml",
    "storms.yaml~": COPY,
    "storms.yaml.bak": COPY,
    "storms.yaml.orig": COPY,
    ".storms.yaml.swp": COPY,
    "#storms.yaml#": COPY,
    ".#storms.yaml": COPY,
    "._storms.yaml": COPY,
    "weather/storms.yaml": "rules belong in rules/ itself, not in folders in it; move it there",
    "Words/storms.yaml": "rules belong in rules/ itself, and word files in rules/words/; move it there",
    "storms.ymal": "rule files end in .yaml; rename it to storms.yaml",
    "storms.yaml ": "rule files end in .yaml; rename it to storms.yaml",
    "storms.\u0443aml": "rule files end in .yaml; rename it to storms.yaml",  # a Cyrillic letter
    "words/storms.yml": "rule files end in .yaml; rename it to storms.yaml",
    "words/weather/storms.yaml": "word files belong in rules/words/ itself, not in folders in it; move it there",
    "opinions/storms.yaml": "second opinions end in .json; `learn` writes them",
    "README.md": None,
    "README": None,
    ".gitignore": None,
    ".DS_Store": None,
    "schema/rule-v1.json": None,
    ".git/config.yaml": None,
    "..2026_11_28/storms.yaml": None,
}


@pytest.mark.parametrize("name", UNREAD)
def test_a_file_that_is_not_read_is_told(name: str, tmp_path: Path) -> None:
    read(tmp_path, GOOD)
    (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
    (tmp_path / name).write_text(GOOD)
    why = UNREAD[name]
    assert told(tmp_path) == ([f"{name}:1:1: warning: is not read: {why}"] if why else [])


def test_files_that_are_not_read_are_told_where_none_is(tmp_path: Path) -> None:
    (tmp_path / "storms.yml").write_text(GOOD)
    assert [problem.message for problem in read_rules(tmp_path).problems] == [
        "the folder holds no rule (*.yaml)",
        "is not read: rule files end in .yaml; rename it to storms.yaml",
    ]


WATERS = """format: 1
title: Waters
words:
  en: [flood, deluge]
"""


def test_word_files_are_taken_by_name(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "waters.yaml").write_text(WATERS)
    read(tmp_path, GOOD.replace("en: [flood]", "from: [waters]"))
    assert told(tmp_path) == []
    read(tmp_path, GOOD.replace("en: [flood]", "from: [watrs]\n    en: [flood]"))
    assert told(tmp_path) == [
        'floods.yaml:8:12: error: there is no word file "watrs" in words/ - did you mean "waters"?',
        "words/waters.yaml:1:1: warning: no rule takes these words; name the file under from: in a group, or delete it",
    ]


@pytest.mark.parametrize("written", ["[hurt.yaml]", "[words/hurt]", "[hurtt]"])
def test_a_word_file_is_suggested_by_its_name_alone(tmp_path: Path, written: str) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words/hurt.yaml").write_text("format: 1\ntitle: Hurt\nwords: {en: [injure]}\n")
    read(tmp_path, GOOD.replace("en: [kill]", f"from: {written}"))
    assert [line for line in told(tmp_path) if "error" in line] == [
        f'floods.yaml:10:12: error: there is no word file "{written[1:-1]}" in words/ - did you mean "hurt"?'
    ]


def test_a_word_file_that_takes_others_is_told_what_takes_several(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words/hurt.yaml").write_text("format: 1\ntitle: Hurt\nwords: {from: [hurt], en: [injure]}\n")
    said = "a word file takes no words of other files; a group of a rule may name several: [one, two]"
    (problem,) = check_words(tmp_path / "words")
    assert str(problem).endswith(f"hurt.yaml:3:9: error: from: {said}")


def test_a_file_whose_name_looks_like_the_id_is_told_why_it_is_another(tmp_path: Path) -> None:
    read(tmp_path, GOOD, "fl\u043eods.yaml")
    assert told(tmp_path) == [
        'fl\u043eods.yaml:2:5: error: the id "floods" must be the name of the file (the Cyrillic "\u043e" in it may '
        "look like another letter; type the word again); rename the file to floods.yaml"
    ]


def test_a_folder_of_word_files_that_cannot_be_read_is_no_folder_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system refuses it, as it does to whoever is not root."""
    (tmp_path / "words").mkdir()
    read(tmp_path, GOOD.replace("en: [flood]", "from: [waters]"))
    for name in ("scandir", "listdir"):
        real = getattr(os, name)

        def refused(path: Any = ".", real: Any = real) -> Any:
            if Path(path).name == "words":
                raise PermissionError(13, "Permission denied")
            return real(path)

        monkeypatch.setattr(os, name, refused)
    assert told(tmp_path) == [
        "words:1:1: error: the folder cannot be read: Permission denied",
        "floods.yaml:8:12: error: not used until the word file waters.yaml is put right",
    ]


def test_a_mistake_in_a_word_file_is_told_there_and_in_the_rules_that_take_it(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "waters.yaml").write_text(WATERS.replace("deluge", "del*"))
    read(tmp_path, GOOD.replace("en: [flood]", "from: [waters]"))
    expected = 'words/waters.yaml:4:15: error: "del*": at least 4 letters before *'
    assert told(tmp_path) == [
        expected,
        "floods.yaml:8:12: error: not used until the word file waters.yaml is put right",
    ]
    problems = check_words(tmp_path / "words" / "waters.yaml")
    assert [str(problem).removeprefix(f"{tmp_path}/") for problem in problems] == [expected]
    (tmp_path / "words" / "waters.yaml").unlink()
    (tmp_path / "waters.yaml").write_text(WATERS)
    astray = read_rules(tmp_path).problems
    assert [(one.path.name, one.line, one.follows) for one in astray] == [
        ("floods.yaml", 8, True),
        ("waters.yaml", 3, False),
    ]


@pytest.mark.parametrize("name", ["nothing", "empty"])
def test_a_folder_without_rules_is_a_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    files = read_rules(tmp_path / name)
    assert files.rules == ()
    assert len(files.problems) == 1


def test_the_hash_changes_with_what_matters_and_nothing_else(tmp_path: Path) -> None:
    def hashed(old: str, new: str) -> str:
        (rule,) = read(tmp_path, GOOD.replace(old, new, 1)).rules
        return rule.hash

    same = hashed("", "")
    assert hashed("title: Floods", "title: 'High water'") == same
    assert hashed("format: 1", "# a comment\nformat: 1") == same
    assert hashed("severity: high", "severity: low") != same
    assert hashed("severity: high", "severity: high\ndigest_below: 0.3") != same
    assert hashed("severity: high", "severity: high\ndigest_below: 0") == same
    assert hashed("[flood]", "[flood, deluge]") != same
    assert hashed("within: 5", "within: 6") != same
    assert hashed("within: 5", "within: 5\n    says: denial") != same
    assert hashed("find:", "roles: {weapons: [water]}\nfind:") != same
    assert hashed("find:", "roles: {}\nfind:") == same, "there is nothing new in it"
    assert same == "aec138", "rules that say nothing of facts are what they were before they could"


@settings(max_examples=150)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (GOOD + text).encode("utf-8", "replace")))
def test_no_file_makes_reading_raise(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.mktemp("rules") / "floods.yaml"
    path.write_bytes(body)
    files = read_rules(path)
    assert files.rules or files.problems


LARGE = GOOD.replace(
    "examples:",
    """groups:
  both: [{any: [water]}, {all: [water, harm], within: 3}]
never: [both]
ignore: {en: [flood of tears], ar: [فيضان الدموع]}
examples:
  known_wrong: [{text: A flood, should: no_match}]""",
)
SIGNS = st.sampled_from(
    [
        *"\t\n\r\"'[]{}:,-&*!%@`|>#?=~^\\<.\0\x08\u200b\u00a0\u2028\ufeff\ud7ff١٢éы",
        *(": ", "- ", "*a", "!!int ", "---\n", "..", "~9", "null", "true", "1e9", "0x1f", "007", ".nan", "<<: ", "  "),
        *("\n\n", "{a: b}", "[[[[", "any_language", "everything: true"),
    ]
)
CHANGES = st.lists(st.tuples(st.integers(0, len(LARGE)), st.integers(0, 12), SIGNS | st.text(max_size=3)), max_size=4)
# What only the libraries say.
JARGON = re.compile(
    r"token|scalar|mapping|stream|<block|flow|simple key|Input should|valid (string|integer|list|dict)|type=|NoneType"
)


@settings(max_examples=250)
@given(CHANGES)
def test_no_changed_rule_makes_check_raise_or_speak_in_riddles(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int, str]]
) -> None:
    text = LARGE
    for start, removed, put in changes:
        text = text[:start] + put + text[start + removed :]
    folder = tmp_path_factory.mktemp("rules")
    (folder / "floods.yaml").write_text(text, encoding="utf-8", errors="replace", newline="")
    files = read_rules(folder, route_names={"desk"}, feed_ids={"a-feed"})
    engine = compile_rules(files.rules)
    problems = (*files.problems, *lint(files.rules, engine), *advise(engine))
    assert files.rules or problems
    for problem in problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert not JARGON.search(re.sub(r'"[^"]*"', "", problem.message)), problem


@given(st.text(max_size=50))
def test_a_term_is_read_or_refused_in_words(text: str) -> None:
    with contextlib.suppress(TermError):
        assert parse_term(text, "en").words
