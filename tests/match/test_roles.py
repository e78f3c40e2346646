"""What ways say and groups are: read from rule files, handed on with each match, said by the shipped rules."""

from __future__ import annotations

import pytest

from monitor.match.engine import compile_rules
from monitor.match.itemtexts import ItemTexts
from monitor.match.rule import GroupPart, Rule, Says, Way
from monitor.match.ruleformat import RolesModel
from monitor.model import Match, Reaction, Role
from tests.support.rules import rule, shipped_files, shipped_rules

# The ways of official-reactions that are no reaction on cards: what a state does may be all that is reported of it, and
# what is weighed as a whole may be any.
SILENT = {
    "state reacts to attack",
    "a state in mourning",
    "an attack and who speaks of it, weighed as a whole",
    "an office beside a strike in a war, weighed as a whole",
    "a legal step over a strike, weighed as a whole",
    "official speaks of a strike in a war, weighed as a whole",
    "official speaks of a strike, weighed as a whole",
    "official speaks of a war zone, weighed as a whole",
    "official takes a stand in a war, weighed as a whole",
}

WORDS = {"ministry": ["ministry"], "deny": ["deny"], "raid": ["raid"], "state": ["Northland"]}
DENIES = ItemTexts("Northland ministry denies raid")


def shipped(name: str) -> Rule:
    return next(one for one in shipped_files().rules if one.id == name)


def met(written: Rule, texts: ItemTexts = DENIES) -> Match:
    (found,) = compile_rules([written]).match(texts)
    return found


def test_a_match_has_what_its_way_says_and_the_role_of_each_word() -> None:
    way = Way(name="any name", all=("ministry", "deny", "raid"), says=Reaction.DENIAL)
    found = met(rule(WORDS, way, roles={"ministry": Role.OFFICIAL, "deny": Role.SAID}))
    assert found.says is Reaction.DENIAL
    assert [(piece.text, piece.role) for piece in found.evidence] == [
        ("ministry", Role.OFFICIAL),
        ("denies", Role.SAID),
        ("raid", None),
    ]


def test_names_of_groups_and_ways_give_no_role_and_say_no_reaction() -> None:
    words = {"speaker": ["ministry"], "deny": ["deny"], "weapon": ["raid"]}
    found = met(rule(words, Way(name="denial", all=("speaker", "deny", "weapon"))))
    assert found.says is None
    assert {piece.role for piece in found.evidence} == {None}


def test_the_way_that_is_told_is_the_one_that_says_it() -> None:
    ways = (
        Way(name="a denial", all=("deny",), says=Reaction.DENIAL),
        Way(name="a raid", all=("raid",)),
    )
    assert met(rule(WORDS, *ways)).says is Reaction.DENIAL
    assert met(rule(WORDS, *reversed(ways))).says is None


def test_a_group_built_from_groups_has_its_own_role_and_not_that_of_its_parts() -> None:
    way = Way(name="any name", all=("speaker", "deny"))
    built = {"speaker": (GroupPart(any=("ministry", "state")),)}
    roles = {"ministry": Role.OFFICIAL, "state": Role.COUNTRY}
    found = met(rule(WORDS, way, groups=built, roles=roles))
    assert [piece.role for piece in found.evidence] == [None, None]
    found = met(rule(WORDS, way, groups=built, roles=roles | {"speaker": Role.OFFICIAL}))
    assert [piece.role for piece in found.evidence] == [Role.OFFICIAL, None]


def test_rule_files_have_a_word_for_every_reaction_and_a_key_for_every_role() -> None:
    assert [says.reaction for says in Says] == list(Reaction)
    assert list(RolesModel.model_fields) == list(Role)


def test_every_way_of_the_official_reactions_says_one_or_is_listed_as_saying_none() -> None:
    ways = shipped("official-reactions").ways
    assert {way.name for way in ways if way.says is None} == SILENT
    assert {way.says for way in ways} - {None} <= set(Reaction)


@pytest.mark.parametrize("name", ["civilian-strikes", "cluster-munitions"])
def test_a_rule_for_attacks_says_no_reaction_and_names_weapons(name: str) -> None:
    assert {way.says for way in shipped(name).ways} == {None}
    assert Role.WEAPON in shipped(name).roles.values()


FACTS = {
    "UN chief condemns air strike on Sudan market": (
        Reaction.CONDEMNATION,
        {"UN": Role.OFFICIAL, "condemns": Role.SAID, "market": Role.TARGET},
    ),
    "Defence ministry denies air strike on the hospital": (
        Reaction.DENIAL,
        {"Defence ministry": Role.OFFICIAL, "denies": Role.SAID, "hospital": Role.TARGET},
    ),
    "Air strike hits school in Idlib": (None, {"school": Role.TARGET}),
    "Cluster bombs hit Idlib": (None, {"Cluster bombs": Role.WEAPON}),
}


@pytest.mark.parametrize("title", FACTS)
def test_the_shipped_rules_say_what_a_headline_holds(title: str) -> None:
    says, roles = FACTS[title]
    found = shipped_rules().match(ItemTexts(title))
    assert next((match.says for match in found if match.says), None) is says
    assert {piece.text: piece.role for match in found for piece in match.evidence if piece.role} == roles
