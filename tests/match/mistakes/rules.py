"""What a rule says: groups, ways, roles, routes, and examples that fail."""

from __future__ import annotations

from tests.support.rulefiles import GOOD

# What is changed in the good file, and the line that is then told.
# ruff: noqa: ISC004 - a long line told in two parts is one line
MISTAKES = {
    "an example of nothing": (
        ("- A sunny day", "- A sunny day\n    - ''"),
        '22:7: warning: example "" is empty, so it tests nothing; write a headline',
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
    "a distance with nothing to measure": (
        ("    all: [water]\n", "    all: [water]\n    within: 3\n"),
        '14:13: error: way "any mention": within needs at least two groups to measure between',
    ),
    "one way of one short word": (
        ("    en: [flood]", "    en: [fl, fld]"),
        '12:11: error: way "any mention": one group of words of fewer than 4 letters would match far too much',
    ),
    "a live rule without an example": (
        ("  no_match:\n    - A sunny day\n", ""),
        "17:1: error: a live rule needs at least one example under no_match; set status: test while it has none",
    ),
    "a group whose own name is misspelt": (
        ("  water:", "  watr:"),
        '13:11: error: group "water" is not in words (also in line 15) - did you mean "watr"?',
    ),
    "the only way with a mistake": (
        (GOOD[GOOD.index("  - name: any") : GOOD.index("  - name: casu")], "", "within: 5", "within: -1"),
        '14:13: error: within: "-1" is neither a number of words from 0 to 100 nor "sentence"',
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
    "a group without terms": (
        ("[kill]", "[]"),
        '9:3: warning: group "harm" has no terms, so nothing hits it',
    ),
    "a way that stops itself": (
        ("within: 5", "none: [harm]"),
        '16:11: warning: way "casualties": "harm" is in all and in none, so what it asks for is what stops it',
    ),
}
