"""What a report claims, and what a story says by now: every claim with its quote, its source and its speaker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from monitor.link.claims import added, claims_of, merged
from monitor.link.corrections import what_it_corrects
from monitor.link.edited import corrections_of
from monitor.link.facts import facts_of
from monitor.link.statements import statements_of
from monitor.model import (
    WITHDRAWN,
    Claim,
    ClaimKind,
    Evidence,
    FeedKind,
    Field,
    How,
    Identity,
    Item,
    Judgement,
    Match,
    Member,
    Reaction,
    Role,
    Severity,
)
from tests.support.builders import NOW, hours, item, match

TITLE = "Cluster munitions kill at least 200 in Homs and Idlib, rights group says"


def piece(text: str, role: Role | None, within: str, field: Field = Field.TITLE, term: str = "") -> Evidence:
    start = within.index(text)
    end, term = start + len(text), term or text
    return Evidence(field=field, start=start, end=end, text=text, term=term, how=How.SAME, group="words", role=role)


def reacts(says: Reaction | None, title: str, *words: tuple[Role | None, str]) -> Match:
    """A match by a way that says this, with words of these roles, in the order of the text."""
    evidence = tuple(piece(text, role, title) for role, text in words)
    return match("official-reactions", Severity.MEDIUM, says=says, evidence=evidence)


def claimed(title: str, *matches: Match, **over: Any) -> list[tuple[str, str, str]]:
    """The kind, value and claimant of each claim of an item."""
    return [(said.kind.value, said.value, said.claimant) for said in statements_of(item(title, **over), matches)]


WEAPON = match(evidence=(piece("Cluster munitions", Role.WEAPON, TITLE, term="=Cluster munition*"),))
HOSPITAL = "Rockets hit hospital in Kherson"
DENIES = "Defence ministry denies strike"
DENIAL = ((Role.OFFICIAL, "Defence ministry"), (Role.SAID, "denies"))
DENIED = reacts(Reaction.DENIAL, "Denied", (Role.SAID, "Denied"))
LEAGUE = "Universities Council speaks of raid"
WARNS = "Northland strikes a town, analysts warn"
CLAIMS: dict[str, tuple[Callable[[], list[tuple[str, str, str]]], list[tuple[str, str, str]]]] = {
    "toll, places and weapon": (
        partial(claimed, TITLE, WEAPON),
        [
            ("killed", "at least 200", "rights group"),
            ("place", "geo:169577", ""),
            ("place", "geo:169389", ""),
            ("weapon", "cluster munition", ""),
        ],
    ),
    "a word that is withheld, whatever the rule": (
        partial(claimed, "Hungary refuses to condemn strike on hospital", match(says=None)),
        [("target", "hospital", ""), ("reaction", "statement", "Hungary")],
    ),
    "what was struck and what only stands near, by the headline": (
        partial(claimed, "Drones hit clinic near school in Port Sudan", match(says=None)),
        [("place", "geo:377039", ""), ("weapon", "drones", ""), ("target", "clinic", "")],
    ),
    "an attack in a compound, in a verbal noun, and behind a preposition": (
        lambda: [
            claim
            for title in (
                "Авиаудар по рынку",
                "Авіаналіт на школу",
                "Артобстрел больницы",
                "Авиабаза у больницы",
                "سقوط قتلى بقصف سوق",
                "استهداف مستشفى",
                "بغارة على مدرسة",
                "Raid sur un marché",
                "Bombardeo de un mercado",
            )
            for claim in claimed(title, match(says=None))
        ],
        [
            ("target", "рынку", ""),
            ("target", "школу", ""),
            ("target", "больницы", ""),
            ("target", "سوق", ""),
            ("target", "مستشفى", ""),
            ("target", "مدرسة", ""),
            ("target", "marché", ""),
            ("target", "mercado", ""),
        ],
    ),
    "a weapon by the headline, and not those that are only spoken of": (
        lambda: [
            claim
            for title in (
                "Barrel bombs kill six",
                "Ракетный удар по рынку",
                "Ataque con drones",
                "Germany sends missiles to Kyiv after strike",
                "Air defence downs 30 drones after attack",
                "Iran shows new missiles and drones",
            )
            for claim in claimed(title, match(says=None))
            if claim[0] == "weapon"
        ],
        [("weapon", "barrel bombs", ""), ("weapon", "ракетный", ""), ("weapon", "drones", "")],
    ),
    "who speaks was not hit, nor what nothing struck": (
        lambda: [
            claim
            for title, word in (
                ("US embassy says missile strike killed two in Beirut", "embassy"),
                ("Russian embassy in London denies strike on school", "embassy"),
                ("بلدية رفح تعلن مقتل 6 في غارة", "بلدية"),
                ("Wedding guests describe drone strike in Mali", "Wedding"),
                ("Groom killed in air strike on eve of wedding", "wedding"),
                ("Des barrages de missiles frappent Kharkiv", "barrages"),
                ("Strike on hospital condemned by UN", "hospital"),
                ("Hospital in Kordofan state hit by drone", "Hospital"),
                ("School in Tell Rifaat shelled", "School"),
                ("Drone hits wedding in Mali, officials say", "wedding"),
                ("Sailors’ safety ‘highest priority’, says Indian Embassy amid attacks on ships", "Embassy"),
                ("“We saw it”, says doctor as hospital hit in Kharkiv", "hospital"),
                ("Bombs level residential square", "residential"),
            )
            for claim in claimed(title, match(says=None, evidence=(piece(word, Role.TARGET, title),)))
            if claim[0] == "target"
        ],
        [
            ("target", word, "")
            for word in ("school", "hospital", "hospital", "school", "wedding", "ships", "hospital", "residential")
        ],
    ),
    "the tower in the name of a town was not hit": (
        partial(
            claimed,
            "غارة على برج رحال",
            match(evidence=(piece("برج", Role.TARGET, "غارة على برج رحال"),)),
        ),
        [("place", "region:burj-rahhal", "")],
    ),
    "what is hit is named by all its words, and nobody is a pupil in s'élève": (
        partial(claimed, "Удар по жилому дому: le bilan de la frappe s'élève à neuf", match(says=None)),
        [("killed", "9", ""), ("target", "жилому дому", "")],
    ),
    "what an official plainly says of the event in the lead": (
        partial(
            claimed,
            "Drones hit a clinic",
            match(says=None),
            summary="Syria condemned the attack. Malaysia condemned the budget. Mr Roe spoke.",
        ),
        [("weapon", "drones", ""), ("target", "clinic", ""), ("reaction", "condemnation", "Syria")],
    ),
    "a strike on mourners": (
        partial(claimed, "مقتل ستة في قصف على عزاء في الأبيض", match(says=None)),
        [("killed", "6", ""), ("place", "geo:379003", ""), ("target", "عزاء", "")],
    ),
    "a regret, whatever the rule": (
        partial(claimed, "Israel regrets deaths of aid workers in Gaza strike", match(says=None)),
        [("place", "region:gaza-strip", ""), ("reaction", "regret", "Israel")],
    ),
    "all kinds of toll": (
        partial(claimed, "Nine killed, 30 wounded and two missing after blast"),
        [("killed", "9", ""), ("hurt", "30", ""), ("missing", "2", "")],
    ),
    "a toll only in the summary": (
        partial(claimed, "Raid on market", summary="The ministry said up to 12 people were killed."),
        [("killed", "up to 12", "The ministry")],
    ),
    "an official feed speaks for itself": (
        partial(claimed, "Nine killed in raid", kind=FeedKind.OFFICIAL, source="Defence Ministry"),
        [("killed", "9", "Defence Ministry")],
    ),
    "the target": (
        partial(claimed, HOSPITAL, match(evidence=(piece("hospital", Role.TARGET, HOSPITAL),))),
        [("place", "geo:706448", ""), ("target", "hospital", ""), ("weapon", "rockets", "")],
    ),
    "no target in the name of one who speaks": (
        partial(
            claimed,
            LEAGUE,
            reacts(None, LEAGUE, (Role.OFFICIAL, "Universities Council"), (Role.TARGET, "Universities")),
        ),
        [],
    ),
    "a country only when nothing closer is named": (
        partial(claimed, "Ukraine says rockets hit Kherson"),
        [("place", "geo:706448", "")],
    ),
    "a country alone": (partial(claimed, "Market hit in Sudan"), [("place", "country:SD", "")]),
    "where it was filed is no place of it": (
        partial(claimed, "Raid on Idlib", summary="DAMASCUS (Reuters) - Jets struck a market."),
        [("place", "geo:169389", "")],
    ),
    "who accuses whom": (
        partial(claimed, "Rights group accuses Northland of strike on school"),
        [("accused", "Northland", "Rights group")],
    ),
    "who blames whom, in Spanish": (
        partial(claimed, "Nordia culpa a Sudia de la caída de un dron"),
        [("accused", "Sudia", "Nordia")],
    ),
    "who is accused by nobody named": (
        partial(claimed, "Northland army accused of strike on school"),
        [("accused", "Northland army", "")],
    ),
    "who is accused of other things is not": (partial(claimed, "Northland minister accused of theft"), []),
    "whose base was hit is no place": (partial(claimed, "Drones target U.S. bases"), []),
    "who accuses whom, in Russian": (
        partial(claimed, "Правозащитники обвинили Северию в ударе по школе"),
        [("accused", "Северию", "Правозащитники")],
    ),
    "a denial": (
        partial(claimed, DENIES, reacts(Reaction.DENIAL, DENIES, *DENIAL)),
        [("reaction", "denial", "Defence ministry")],
    ),
    "a denial by nobody named is no official's": (partial(claimed, "Denied", DENIED), []),
    "a denial by nobody named, in an official feed": (
        partial(claimed, "Denied", DENIED, kind=FeedKind.OFFICIAL, source="Defence Ministry"),
        [("reaction", "denial", "Defence Ministry")],
    ),
    "a way is no warning for its name": (
        partial(claimed, WARNS, replace(reacts(None, WARNS, (Role.SAID, "warn")), way="warning")),
        [],
    ),
    "what an official plainly says, whichever rule matched": (
        partial(claimed, "Pope condemns attack on school", match(says=None)),
        [("target", "school", ""), ("reaction", "condemnation", "Pope")],
    ),
    "who speaks is read in the text, and no weapon for the name of its group": (
        partial(
            claimed,
            DENIES,
            match(
                says=Reaction.DENIAL,
                evidence=(
                    replace(piece("Defence ministry", None, DENIES), group="speaker"),
                    replace(piece("strike", None, DENIES), group="weapon"),
                ),
            ),
        ),
        [("reaction", "denial", "Defence ministry")],
    ),
    "a country before the verb speaks": (
        partial(
            claimed,
            "Northland denounces raid",
            reacts(
                Reaction.CONDEMNATION,
                "Northland denounces raid",
                (Role.COUNTRY, "Northland"),
                (Role.SAID, "denounces"),
            ),
        ),
        [("reaction", "condemnation", "Northland")],
    ),
    "a country after the verb may be whom it is said of": (
        partial(
            claimed,
            "Group denounces Northland",
            reacts(
                Reaction.CONDEMNATION,
                "Group denounces Northland",
                (Role.SAID, "denounces"),
                (Role.COUNTRY, "Northland"),
            ),
        ),
        [],
    ),
    "a country that may only act is no reaction": (
        partial(claimed, WARNS, reacts(Reaction.CALL, WARNS, (Role.COUNTRY, "Northland"), (Role.SAID, "warn"))),
        [],
    ),
    "what an official says, whatever the rule calls its way": (
        partial(
            claimed,
            "Northland minister warns after raid",
            reacts(
                Reaction.CALL,
                "Northland minister warns after raid",
                (Role.COUNTRY, "Northland"),
                (Role.OFFICIAL, "minister"),
                (Role.SAID, "warns"),
            ),
        ),
        [("reaction", "warning", "Northland minister")],
    ),
    "a correction": (
        partial(claimed, "Correction: raid was on Tuesday"),
        [("correction", "Correction: raid was on Tuesday", "")],
    ),
    "a retraction": (
        partial(claimed, "The Wire retracts report on raid"),
        [("correction", "The Wire retracts report on raid", "")],
    ),
    "who attacks is not where it happened": (
        partial(claimed, "Russia strikes village, two killed"),
        [("killed", "2", "")],
    ),
    "a retraction in French": (
        partial(claimed, "ANNULATION : raid sur la ville"),
        [("correction", "ANNULATION : raid sur la ville", "")],
    ),
    "a denial is no correction": (partial(claimed, "Опровержение Минобороны не убедило"), []),
    "a rule on test says nothing": (
        partial(claimed, "Denied", replace(DENIED, live=False)),
        [],
    ),
    "an unsure match says nothing": (
        partial(claimed, "Denied", replace(DENIED, sure=False)),
        [],
    ),
    "a text without any": (partial(claimed, "Parliament passes the budget"), []),
}


@pytest.mark.parametrize(("found", "expected"), CLAIMS.values(), ids=CLAIMS)
def test_a_report_claims_what_its_text_says_and_nothing_else(
    found: Callable[[], list[tuple[str, str, str]]], expected: list[tuple[str, str, str]]
) -> None:
    assert found() == expected


def test_a_claim_has_the_sentence_it_stands_in_its_source_and_its_time() -> None:
    summary = "It was quiet. The ministry had no immediate comment. A study is due."
    evidence = tuple(
        piece(text, role, summary, Field.SUMMARY)
        for role, text in ((Role.OFFICIAL, "ministry"), (Role.SAID, "no immediate comment"))
    )
    told = item("Raid", summary=summary)
    statements = statements_of(told, [match(says=Reaction.NO_COMMENT, evidence=evidence)])
    (claim,) = claims_of(statements, told, Identity("i1", Judgement.REVISION, 3, "edited"))
    assert claim == Claim(
        item_id="i1",
        revision=3,
        kind=ClaimKind.REACTION,
        value="no comment",
        words="no immediate comment",
        quote="The ministry had no immediate comment",
        claimant="ministry",
        source="The Wire",
        family="wire",
        language="en",
        seen_at=NOW,
    )


@pytest.mark.parametrize("reaction", Reaction)
def test_of_words_that_no_table_knows_the_rule_says_what_they_are(reaction: Reaction) -> None:
    """A country alone calls for nothing and makes no statement; a typing error says nothing at all."""
    title = "Northland fumes about raid"
    told = reacts(reaction, title, (Role.COUNTRY, "Northland"), (Role.SAID, "fumes"))
    expected = [] if reaction.needs_official else [("reaction", reaction.value, "Northland")]
    assert claimed(title, told) == expected
    typos = tuple(replace(piece, how=How.TYPO) for piece in told.evidence)
    assert claimed(title, replace(told, evidence=typos)) == []


def test_a_reaction_is_quoted_by_the_first_word_of_what_is_said() -> None:
    summary = "The ministry was asked on Monday. It denies the raid, and rejects the report."
    words = ((Role.OFFICIAL, "ministry"), (Role.SAID, "denies"), (Role.SAID, "rejects"))
    evidence = tuple(piece(text, role, summary, Field.SUMMARY) for role, text in words)
    told = item("Raid", summary=summary)
    (said,) = statements_of(told, [match(says=Reaction.DENIAL, evidence=evidence)])
    assert (said.words, said.quote) == ("denies", "It denies the raid, and rejects the report")


# -- of a story


def toll(number: int, item_id: str = "i1", *, at: float = 0, revision: int = 1, **over: Any) -> Claim:
    values: dict[str, Any] = {
        "item_id": item_id,
        "revision": revision,
        "kind": ClaimKind.KILLED,
        "value": str(number),
        "low": number,
        "high": number,
        "quote": f"{number} were killed",
        "source": "The Wire",
        "family": "wire",
        "seen_at": NOW + hours(at),
    }
    return Claim(**values | over)


def corrects(item_id: str, words: str = "Correction", *, at: float) -> Claim:
    return toll(0, item_id, at=at, kind=ClaimKind.CORRECTION, words=words)


TOLLS: dict[str, tuple[list[Claim], str, str]] = {
    "rises": ([toll(3), toll(9, "i2", at=1)], "9", "9"),
    "the latest is not the highest": ([toll(9), toll(3, "i2", at=1)], "3", "9"),
    "an edit takes a number back": ([toll(30), toll(3, revision=2, at=1)], "3", "3"),
    "and gives it again": ([toll(30, revision=3), toll(3, revision=2, at=1)], "30", "30"),
    "an outlet corrects itself": ([toll(9), toll(3, "i2", at=1), corrects("i2", at=1)], "3", "3"),
    "an outlet corrects what another said": (
        [toll(9, family="post"), toll(3, "i2", at=1), corrects("i2", at=1)],
        "3",
        "9",
    ),
    "it counts more once it has corrected itself": (
        [toll(9), toll(3, "i2", at=1), corrects("i2", at=1), toll(12, "i3", at=2)],
        "12",
        "12",
    ),
    "what it corrects is no count": ([toll(9), corrects("i2", at=1)], "9", "9"),
    "an outlet withdraws its report, and another does not": (
        [toll(9), toll(9, "i2", at=1), corrects("i2", WITHDRAWN, at=1), toll(8, "i3", at=2, family="post")],
        "8",
        "8",
    ),
}


@pytest.mark.parametrize(("claims", "latest", "highest"), TOLLS.values(), ids=TOLLS)
def test_the_latest_and_the_highest_toll(claims: list[Claim], latest: str, highest: str) -> None:
    record = facts_of(claims, ())
    assert [claim.value for claim in record.latest] == [latest]
    assert [claim.value for claim in record.highest] == [highest]


def test_a_report_that_was_withdrawn_leaves_no_toll() -> None:
    record = facts_of([toll(9), toll(9, "i2", at=1), corrects("i2", WITHDRAWN, at=1)], ())
    assert (record.latest, record.highest) == ((), ())


def test_of_equal_tolls_the_first_counts_as_the_highest_and_the_last_as_the_latest() -> None:
    record = facts_of([toll(9), toll(9, "i2", at=1)], ())
    assert (record.highest[0].item_id, record.latest[0].item_id) == ("i1", "i2")


def test_places_are_told_once_the_most_reported_first_and_countries_last() -> None:
    def place(value: str, item_id: str, family: str) -> Claim:
        return toll(0, item_id, kind=ClaimKind.PLACE, value=value, family=family)

    claims = [
        place("country:SY", "i0", "a"),
        place("geo:1", "i1", "a"),
        place("geo:2", "i2", "b"),
        place("geo:2", "i3", "c"),
    ]
    assert [claim.value for claim in facts_of(claims, ()).places] == ["geo:2", "geo:1", "country:SY"]


WEAPONS = {
    "a drone is the same in every language": ("drones", "Дрон", "مسيرة", ["drones"]),
    "and so is a cluster munition": (
        "cluster munitions",
        "bombes à sous-munitions",
        "кассетными",
        ["cluster munitions"],
    ),
    "a part of other words is none": ("bombs", "Cluster bombs", "bombes", ["Cluster bombs", "bombes"]),
    "bombs of one kind are not": ("glide bombs", "barrel bombs", "каб", ["glide bombs", "barrel bombs", "каб"]),
}


@pytest.mark.parametrize(("first", "second", "third", "told"), WEAPONS.values(), ids=WEAPONS)
def test_a_weapon_is_told_once_in_the_words_of_the_first_report(
    first: str, second: str, third: str, told: list[str]
) -> None:
    claims = [
        toll(0, f"i{number}", kind=ClaimKind.WEAPON, value=words.casefold(), words=words)
        for number, words in enumerate((first, second, third))
    ]
    assert [claim.words for claim in facts_of(claims, ()).weapons] == told


def test_a_reaction_is_told_once_for_each_speaker() -> None:
    def told(*said: tuple[str, str]) -> list[str]:
        claims = [
            toll(0, f"i{at}", kind=ClaimKind.REACTION, value="denial", claimant=speaker, quote=quote)
            for at, (speaker, quote) in enumerate(said)
        ]
        return [f"{claim.claimant} {claim.item_id}" for claim in facts_of(claims, ()).reactions]

    assert told(("Ministry", ""), ("ministry", ""), ("Army", "")) == ["Ministry i0", "Army i2"]
    # Who holds an office is who some report says holds it; of two presidents nobody knows which it is.
    iran, turkey = "Iranian President Masoud Pezeshkian denies it", "Turkish President Erdogan denies it"
    arabic = "الرئيس الإيراني مسعود بزشكيان ينفي"
    assert told(("President", "President denies it"), ("Pezeshkian", iran)) == ["President i0"]
    assert told(("Pezeshkian", arabic), ("president of Iran", "")) == ["Pezeshkian i0"]
    assert told(("president of Syria", ""), ("Pezeshkian", iran)) == ["president of Syria i0", "Pezeshkian i1"]
    assert len(told(("President", ""), ("Pezeshkian", iran), ("Erdogan", turkey))) == len("all")


def test_a_claim_made_again_keeps_its_time_and_takes_the_later_revision() -> None:
    (claim,) = merged([toll(9)], [toll(9, revision=2, at=5)])
    assert (claim.revision, claim.seen_at) == (2, NOW)


def test_a_copy_claims_only_what_nobody_claimed_before() -> None:
    assert [claim.value for claim in added([toll(9, "i2"), toll(12, "i2")], [toll(9)])] == ["12"]


EDITS = {
    "a lower number": ("Air strike on market kills 60", "Air strike on market kills 6", ["60 → 6 killed"]),
    "in words": ("Air strike kills sixty in Idlib", "Air strike kills six in Idlib", ["60 → 6 killed"]),
    "an accident": ("Air strike on Nyala clinic kills 9", "Fire at Nyala clinic kills 9", ["strike → fire"]),
    "an accident in Ukrainian": ("Удар по лікарні в Сумах", "Вибух газу в лікарні в Сумах", ["удар → вибух газу"]),
    "an attack that started a fire": ("Air strike on Nyala clinic", "Air strike sets fire to Nyala clinic", []),
    "an accident elsewhere": ("Air strike on Nyala clinic kills 9", "Fire at Khartoum clinic kills 9", []),
    "another place": ("Missile hits school in Kharkiv", "Missile hits school in Kherson", ["Kharkiv → Kherson"]),
    "in Russian": ("Удар по школе в Харькове", "Удар по школе в Херсоне", ["Kharkiv → Kherson"]),
    "a higher number is news": ("Air strike on market kills 6", "Air strike on market kills 60", []),
    "one fewer": ("Air strike on market kills 60", "Air strike on market kills 59", []),
    "another headline": ("Air strike on market kills 60", "Two children among dead of market strike", []),
    "the same": ("Air strike on market kills 60", "Air strike on market kills 60", []),
    "none before": ("", "Air strike on market kills 60", []),
}


@pytest.mark.parametrize(
    ("title", "corrects"),
    [
        ("MANDATORY KILL: Air strike on clinic kills nine", WITHDRAWN),
        ("Agency kills story on clinic strike", WITHDRAWN),
        ("Report of air strike on clinic has been withdrawn", WITHDRAWN),
        ("L'agence retire sa dépêche sur la frappe", WITHDRAWN),
        ("La agencia retira la noticia sobre el ataque", WITHDRAWN),
        ("Агентство отозвало сообщение об авиаударе", WITHDRAWN),
        ("Агентство відкликало повідомлення про удар", WITHDRAWN),
        ("الوكالة تسحب خبر الغارة على السوق", WITHDRAWN),
        ("Death toll of clinic strike revised down to five", ""),
        ("Five killed in clinic strike, not nine, mayor says", ""),
        ("Frappe sur la clinique: bilan ramené à cinq morts", ""),
        ("Число погибших при ударе снизили до пяти", ""),
        ("خفض حصيلة قتلى الغارة إلى 12", ""),
        ("Army withdraws troops after market strike, report says", None),
        ("Strike kills nine, not far from school", None),
        ("Strike on clinic kills nine", None),
    ],
)
def test_a_headline_that_takes_a_report_back_or_lowers_a_toll_is_known(title: str, corrects: str | None) -> None:
    assert what_it_corrects(title) == (title if corrects == "" else corrects)


@pytest.mark.parametrize(("before", "title", "corrected"), EDITS.values(), ids=EDITS)
def test_an_edit_that_changes_only_a_number_or_a_place_corrects_it(
    before: str, title: str, corrected: list[str]
) -> None:
    assert [said.value for said in corrections_of(before, title)] == corrected


# -- tolls and the event they belong to


def report(item_id: str, title: str, *, summary: str = "", at: float = 0) -> Item:
    return item(title, guid=item_id, summary=summary, seen_at=NOW + hours(at), source=f"Paper {item_id}")


def claims_in(*reports: Item) -> list[Claim]:
    """The claims of the reports of a story."""
    return [
        claim
        for told in reports
        for claim in claims_of(statements_of(told, ()), told, Identity(told.guid, Judgement.NEW, 1, "never seen"))
    ]


HOUTHIS = "Yemen's Houthis claim missile attack on Saudi Arabia oil tanker"
IN_IRAQ = "US-Saudi strikes in Iraq kill at least 20"
PLACED: dict[str, tuple[list[Item], list[tuple[str, str]]]] = {
    "of another country alone: it says where": (
        [report("i1", HOUTHIS), report("i2", IN_IRAQ, at=1)],
        [("at least 20", "Iraq")],
    ),
    "of another country beside its own: left out": (
        [
            report("i1", "Strike on hospital in Kadugli kills 120"),
            report("i2", "Market in Nikopol hit, 200 killed", at=1),
        ],
        [("120", "")],
    ),
    "of the same place": (
        [report("i1", "Strike in Kharkiv kills 3"), report("i2", "Death toll of strike on Kharkiv rises to 9", at=1)],
        [("9", "")],
    ),
    "of the country around it": (
        [report("i1", "Strike in Kharkiv kills 3"), report("i2", "Strike in Ukraine kills 9", at=1)],
        [("9", "")],
    ),
    "of another place in the same country: it says where": (
        [report("i1", "Strike in Kharkiv kills 3"), report("i2", "Strike in Odesa kills 9", at=1)],
        [("9", "Odesa")],
    ),
    "a report that names no place": (
        [report("i1", "Strike in Kharkiv kills 3"), report("i2", "Strike on school kills 9", at=1)],
        [("9", "")],
    ),
    "a first report that names no place": (
        [report("i1", "Strike on school kills 3"), report("i2", "Strike on school in Odesa kills 9", at=1)],
        [("9", "")],
    ),
    "who strikes is not where it was": (
        [report("i1", "Strike in Gaza City kills 3"), report("i2", "Israel strikes Gaza City, killing 9", at=1)],
        [("9", "")],
    ),
    "of two towns together, beside its own: left out": (
        [report("i1", "Strike in Kharkiv kills 5"), report("i2", "Strikes on Kharkiv and Kherson kill eight", at=1)],
        [("5", "")],
    ),
    "of a town and one within reach of it": (
        [report("i1", "Strike in Kharkiv kills 5"), report("i2", "Strikes on Kharkiv, near Belgorod, kill 8", at=1)],
        [("8", "")],
    ),
    "of a sentence about another event": (
        [report("i1", "Strike in Kharkiv kills 3", summary="Five people were killed in Gaza on Monday.")],
        [("3", "")],
    ),
}


@pytest.mark.parametrize(("reports", "tolls"), PLACED.values(), ids=PLACED)
def test_a_toll_stands_with_the_event_it_belongs_to(reports: list[Item], tolls: list[tuple[str, str]]) -> None:
    facts = facts_of(claims_in(*reports), ())
    assert [(claim.value, claim.words) for claim in facts.latest] == tolls
    assert [claim.value for claim in facts.highest] == [value for value, _ in tolls]


def test_the_second_source_is_named_by_its_outlet() -> None:
    def member(item_id: str, family: str, at: float) -> Member:
        return Member(item_id=item_id, family=family, title=item_id, keys=frozenset(), seen_at=NOW + hours(at))

    claims = claims_in(report("i1", "Strike in Kharkiv kills 3"), report("i2", "Strike in Kharkiv kills 4", at=1))
    members = [member("i1", "a", 0), member("i2", "b", 1)]
    assert facts_of(claims, members).second == "Paper i2"
    assert facts_of((), members).second == "b"
    assert facts_of((), members, sources={"i2": "France 24"}).second == "France 24"
    assert facts_of(claims, members[:1]).second == ""
