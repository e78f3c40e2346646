"""What ways say and groups are: read from rule files, handed on with each match."""

from __future__ import annotations

from monitor.match.engine import Document, compile_rules
from monitor.match.rule import Part, Rule, Says, Way
from monitor.match.ruleformat import RolesModel
from monitor.model import Match, Reaction, Role
from tests.support.rules import rule

WORDS = {"ministry": ["ministry"], "deny": ["deny"], "raid": ["raid"], "state": ["Northland"]}
DENIES = Document("Northland ministry denies raid")


def met(written: Rule, document: Document = DENIES) -> Match:
    (found,) = compile_rules([written]).match(document)
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


def test_names_say_nothing() -> None:
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
    built = {"speaker": (Part(any=("ministry", "state")),)}
    roles = {"ministry": Role.OFFICIAL, "state": Role.COUNTRY}
    found = met(rule(WORDS, way, groups=built, roles=roles))
    assert [piece.role for piece in found.evidence] == [None, None]
    found = met(rule(WORDS, way, groups=built, roles=roles | {"speaker": Role.OFFICIAL}))
    assert [piece.role for piece in found.evidence] == [Role.OFFICIAL, None]


def test_rule_files_have_a_word_for_every_reaction_and_a_key_for_every_role() -> None:
    assert [says.reaction for says in Says] == list(Reaction)
    assert list(RolesModel.model_fields) == list(Role)
