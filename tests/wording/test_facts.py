"""The facts on cards: who says how many died where, and what officials say, in plain English."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.model import EDITED, WITHDRAWN, Claim, ClaimKind, Reaction, Role, StoryFacts
from monitor.wording.facts import fact_lines
from tests.support.builders import NOW, match
from tests.support.messages import alert, evidence, story_claim


def killed(value: str, number: int, claimant: str = "medics", **over: Any) -> Claim:
    return story_claim(ClaimKind.KILLED, value, claimant, number, **{"words": "", "quote": "", **over})


def lines(**facts: Any) -> list[tuple[str, str]]:
    return fact_lines(alert(record=StoryFacts(**{"outlets": 2, "origins": 1, **facts})), NOW)


def correction(value: str, words: str, **over: Any) -> Claim:
    return story_claim(ClaimKind.CORRECTION, value, **{"words": words, **over})


NINE, TWELVE = killed("at least 9", 9), killed("12", 12, "", source="Le Courrier")
DENIAL = story_claim(ClaimKind.REACTION, "denial", "Ministry", quote="")
HOSPITAL = story_claim(ClaimKind.TARGET, "hospital")
REACH = ("Reported by", "2 outlets, 1 independent text")
LINES: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "one count": ({"latest": (NINE,), "highest": (NINE,)}, [("Killed", "at least 9 – medics, via The Wire"), REACH]),
    "a count that an outlet repeats": (
        {"latest": (killed("at least 9", 9, "", source="Le Courrier"),), "highest": (NINE,)},
        [("Killed", "at least 9 – medics, via The Wire"), REACH],
    ),
    "a lower count since": (
        {"latest": (NINE,), "highest": (TWELVE,)},
        [
            ("Killed (latest)", "at least 9 – medics, via The Wire"),
            ("Killed (highest)", "12 – Le Courrier"),
            REACH,
        ],
    ),
    "of another place": (
        {"latest": (killed("at least 20", 20, words="Iraq"),)},
        [("Killed", "at least 20 in Iraq – medics, via The Wire"), REACH],
    ),
    "as it was stored before tolls had places": (
        {"latest": (killed("20", 20, words="20"),)},
        [("Killed", "20 – medics, via The Wire"), REACH],
    ),
    "a state and its office": (
        {"reactions": (replace(DENIAL, claimant="Ministry of Spain"), replace(DENIAL, claimant="Spain"))},
        [REACH, ("Official reaction", "denial by Ministry of Spain, via The Wire (12:00 UTC)")],
    ),
    "thousands": (
        {"latest": (killed("at least 5000", 5000),), "highest": (killed("at least 5000", 5000),)},
        [("Killed", "at least 5,000 – medics, via The Wire"), REACH],
    ),
    "one speaker spelt in two ways": (
        {"reactions": tuple(replace(DENIAL, claimant=name) for name in ("Zelensky", "#Zelenskyy", "Poland"))},
        [
            REACH,
            (
                "Official reaction",
                "denial by Zelensky, via The Wire (12:00 UTC); denial by Poland, via The Wire (12:00 UTC)",
            ),
        ],
    ),
    "who is accused": (
        {"accusations": (story_claim(ClaimKind.ACCUSED, "Northland", "a rights group"),)},
        [("Accused", "Northland (by a rights group, via The Wire)"), REACH],
    ),
    "who is accused by nobody who is named": (
        {"accusations": (story_claim(ClaimKind.ACCUSED, "Northland", ""),)},
        [("Accused", "Northland (via The Wire)"), REACH],
    ),
    "a report was corrected": (
        {
            "latest": (NINE,),
            "highest": (NINE,),
            "corrections": (correction("Correction: 5000 hurt, not 9", "headline"),),
        },
        [
            ("Killed", "at least 9 – medics, via The Wire"),
            ("Corrected", "“Correction: 5,000 hurt, not 9” – The Wire"),
            REACH,
        ],
    ),
    "a headline was edited": (
        {"corrections": (correction("60 → 6 killed", EDITED, item_id="i9f3c"),)},
        [("Corrected", "60 → 6 killed – The Wire"), REACH],
    ),
    "a report was withdrawn, and another corrected before": (
        {"corrections": (correction("60 → 6 killed", EDITED), correction("Retracted: six killed", WITHDRAWN))},
        [("Withdrawn", "by The Wire"), REACH],
    ),
    "the headline above says itself what it corrects": (
        {"corrections": (correction("Correction: nine hurt", "headline", item_id="i9f3c"),)},
        [REACH],
    ),
    "an official": (
        {"reactions": (DENIAL,)},
        [REACH, ("Official reaction", "denial by Ministry, via The Wire (12:00 UTC)")],
    ),
    "two officials in one sentence": (
        {"reactions": (DENIAL, replace(DENIAL, claimant="Army"))},
        [
            REACH,
            (
                "Official reaction",
                "denial by Ministry, via The Wire (12:00 UTC); denial by Army, via The Wire (12:00 UTC)",
            ),
        ],
    ),
    "a weapon that killed": (
        {"weapons": (story_claim(ClaimKind.WEAPON, "bombs"),), "latest": (NINE,)},
        [
            ("Killed", "at least 9 – medics, via The Wire"),
            ("Weapons", "“bombs”"),
            REACH,
            ("Official reaction", "none seen"),
        ],
    ),
    "an attack that no official has answered": (
        {"targets": (HOSPITAL,)},
        [("Targets", "“hospital”"), REACH, ("Official reaction", "none seen")],
    ),
    "no attack, so that nobody has to answer": ({}, [REACH]),
    "one outlet": ({"outlets": 1}, []),
    "one outlet with two texts": (
        {"outlets": 1, "origins": 2},
        [("Reported by", "1 outlet, 2 independent texts")],
    ),
}


@pytest.mark.parametrize(("facts", "expected"), LINES.values(), ids=LINES)
def test_a_card_says_what_is_claimed(facts: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    plain = [(about, said.removesuffix(": “”")) for about, said in lines(**facts)]
    assert plain == expected


SPEAKER = replace(evidence("group"), role=Role.SAID)


@pytest.mark.parametrize(
    "over",
    [
        pytest.param({"matches": (match(says=Reaction.CONDEMNATION),)}, id="that a rule found and nobody could read"),
        pytest.param({"matches": (match(evidence=(SPEAKER,)),)}, id="of one who speaks"),
        pytest.param({"spoken": True}, id="that the rule of another route found"),
        pytest.param({"matches": (match(sure=False),)}, id="of what may be off topic"),
        pytest.param(
            {"record": StoryFacts(outlets=1, targets=(replace(HOSPITAL, item_id="i9f3c"),))},
            id="to what only the text below the headline tells",
        ),
    ],
)
def test_no_reaction_is_denied(over: dict[str, Any]) -> None:
    told = alert(**{"record": StoryFacts(outlets=1, targets=(HOSPITAL,)), "matches": (match(),)} | over)
    assert "Official reaction" not in dict(fact_lines(told, NOW))


SAID = story_claim(ClaimKind.REACTION, "no comment", "army", quote="")
TOGETHER: dict[str, tuple[tuple[Claim, ...], str]] = {
    "of two, alike": ((SAID, replace(SAID, claimant="police")), "no comment by army and police, via The Wire"),
    "of one, twice": ((SAID, replace(SAID, value="denial")), "no comment and denial by army, via The Wire"),
    "in two outlets": (
        (SAID, replace(SAID, claimant="police", source="Le Courrier")),
        "no comment by army, via The Wire; no comment by police, via Le Courrier",
    ),
    "of nobody who is named": (
        (SAID, replace(SAID, claimant="")),
        "no comment by army, via The Wire; no comment, The Wire",
    ),
    "of two, each another": (
        (SAID, replace(SAID, value="denial", claimant="police")),
        "no comment by army, via The Wire; denial by police, via The Wire",
    ),
}


@pytest.mark.parametrize(("reactions", "told"), TOGETHER.values(), ids=TOGETHER)
def test_where_there_are_no_quotes_reactions_that_belong_together_are_told_so(
    reactions: tuple[Claim, ...], told: str
) -> None:
    facts = StoryFacts(outlets=2, origins=1, reactions=reactions)
    assert dict(fact_lines(alert(record=facts), NOW, quotes=False))["Official reaction"] == told


def test_that_an_official_accuses_somebody_is_said_once_on_a_card() -> None:
    accusation = story_claim(ClaimKind.REACTION, "accusation", "Israel's army")
    facts = StoryFacts(outlets=1, accusations=(story_claim(ClaimKind.ACCUSED, "Hamas", "Israel"),))
    both, more = replace(facts, reactions=(accusation,)), replace(facts, reactions=(accusation, DENIAL))
    assert dict(fact_lines(alert(record=both), NOW, quotes=False)).keys() == {"Accused"}
    assert dict(fact_lines(alert(record=more), NOW, quotes=False)).keys() == {"Accused", "Official reaction"}
    assert dict(fact_lines(alert(record=both), NOW)).keys() == {"Accused", "Official reaction"}, "with its sentence"


def test_how_widely_a_story_is_reported() -> None:
    facts = dict(fact_lines(alert(record=StoryFacts(outlets=9, origins=2)), NOW))
    assert facts["Reported by"] == "9 outlets, 2 independent texts"
