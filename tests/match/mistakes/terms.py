"""Words that a rule looks for: scripts, signs, languages, and terms that are none."""

from __future__ import annotations

from monitor.files.mistakes import REGEX_HINT

REGEX = f"looks like a regular expression; {REGEX_HINT}"
ONE_PHRASE = "is looked for as one phrase, with all of its words side by side; write each term as an item of its own"

# What is changed in the good file, and the line that is then told.
# ruff: noqa: ISC004 - a long line told in two parts is one line
MISTAKES = {
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
    "a word file that is no name": (
        ("    en: [flood]", "    en: [flood]\n    from: [[rain]]"),
        "9:12: error: from: the name of a word file is expected, such as attacks; put a number in quotes",
    ),
    "items without a blank": (
        ("    en: [kill]", "    en:\n      -kill\n      -die"),
        '11:7: error: en: in a list each line begins with "- ", a blank behind it, and not with "-" alone',
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
    "a star alone": (
        ("[flood]", "[flood, * ]"),
        '8:18: error: put a text that begins with "*" or "&" in quotes; a star goes last in a term, '
        "right after its letters",
    ),
    "terms without a language": (
        ("  water:\n    en: [flood]", "  water: [flood]"),
        "7:10: error: water: keys with values are expected: key: value",
    ),
    "a Cyrillic letter in a language": (
        ("    en: [kill]", "    \u0435n: [kill]"),
        '10:5: error: unknown language "\u0435n"; known are en, fr, es, ar, ru, uk and any_language; the Cyrillic '
        '"\u0435" in it may look like another letter; type the word again',
    ),
    "a distance as archives write it": (
        ("[flood]", "[flood, high NEAR/5 water]"),
        '8:17: warning: "high NEAR/5 water": NEAR/5 is looked for as a word, not acted on; write one .. two for words '
        "in between, or combine two groups in a way with within",
    ),
}
