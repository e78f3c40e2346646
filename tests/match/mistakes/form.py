"""How a rule file is written: YAML, keys, and values of another kind than is expected."""

from __future__ import annotations

from tests.support.rulefiles import GOOD

# What is changed in the good file, and the line that is then told.
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
    "an example that is a number": (
        ("- A sunny day", "- 155"),
        '21:7: error: no_match: "155" is not a text; put it in quotes',
    ),
    "a misspelt key of an example": (
        ("- A sunny day", "- {txt: A sunny day}"),
        '21:8: error: unknown key "txt" - did you mean "text"?',
    ),
    "a key twice": (
        ("title: Floods", "title: Floods\ntitle: Flood"),
        '4:1: error: the key "title" appears twice; merge the two',
    ),
    "an item that begins with !": (
        ("[flood]", "[!flood]"),
        '8:10: error: tags (!) are not used here; put a text that begins with "!" in quotes',
    ),
    "a colon without a blank, before a key of the same level": (
        ("title: Floods", "title:Floods"),
        '3:6: error: a ": " is expected here, with a blank, in place of ":"',
    ),
    "word files under a misspelt key": (
        ("    en: [flood]", "    form: [flood]"),
        '8:5: error: unknown language "form"; known are en, fr, es, ar, ru, uk and any_language - did you mean "from"?',
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
    "a way without a name": (
        ("  - name: casualties\n    all", "  - all"),
        '14:5: error: the key "name" is missing',
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
    "a misspelt key that is needed": (
        ("title: Floods", "titel: Floods"),
        '3:1: error: unknown key "titel" - did you mean "title"?',
    ),
    "all words under a misspelt key": (("words:", "wrds:"), '6:1: error: unknown key "wrds" - did you mean "words"?'),
    "no words at all": (
        (GOOD[GOOD.index("words:") : GOOD.index("find:")], "roles: {}\n"),
        '1:1: error: the key "words" is missing; it holds the groups of terms that find names',
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
    "capitals in the id": (
        ("id: floods", "id: Floods"),
        '2:5: error: id: "Floods" cannot be used; use lower-case letters a-z, digits, and single - between them',
    ),
    "no way at all": (
        (GOOD[GOOD.index("find:") : GOOD.index("examples:")], "find: []\n"),
        "11:7: error: find: must not be empty",
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
    "what a chat puts around a file": (
        ("format: 1", "```yaml\nformat: 1"),
        "1:1: error: delete this line: ``` marks code in chats and on pages, and does not belong to a file",
    ),
    "what git puts between three versions": (
        ("severity: high", "severity: high\n||||||| base"),
        "5:1: error: git could not merge this file: keep one of the two versions that stand here, and delete the lines "
        "that begin with <<<<<<<, ======= and >>>>>>>",
    ),
}
