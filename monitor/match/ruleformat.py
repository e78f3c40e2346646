"""Rule files and word files, format 1: their keys, as models that check them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from monitor.files.mistakes import invisible, visible
from monitor.files.yaml import closest
from monitor.match.rule import ANY_LANGUAGE, Says, Status, Where
from monitor.model import FeedKind
from monitor.model.languages import LANGUAGE_NAMES, LANGUAGES

FORMAT = 1
FROM = "from"
"""The key of a group that names word files."""
MOST_WORDS_BETWEEN = 100
"""No way's `within` is larger. Farther apart, words say nothing of each other; leave it out to allow any distance."""


def _text_only(value: object) -> object:
    if isinstance(value, bool | int | float):
        raise ValueError(f"{str(value).lower()} is read as a number or yes/no; put it in quotes")  # noqa: TRY004 - pydantic's way
    return value


def _name_only(value: object) -> object:
    if isinstance(value, str) and (hidden := invisible(value)):
        raise ValueError(f'"{visible(value)}" has an invisible character in it ({hidden[1]}); type it again')
    return _text_only(value)


def _distance_only(value: object) -> object:
    number = isinstance(value, int) and not isinstance(value, bool)
    if value != "sentence" and not (number and 0 <= int(str(value)) <= MOST_WORDS_BETWEEN):
        shown = f'"{value}"' if isinstance(value, str | int | float) else "this"
        digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 3
        if digits and int(str(value)) <= MOST_WORDS_BETWEEN:
            raise ValueError(f"{shown} is a text; write {value} without quotes")
        meant = ' - did you mean "sentence"?' if isinstance(value, str) and closest(value, ("sentence",)) else ""
        raise ValueError(f'{shown} is neither a number of words from 0 to {MOST_WORDS_BETWEEN} nor "sentence"{meant}')
    return value


FormatVersion = Annotated[int, WithJsonSchema({"const": FORMAT})]
Text = Annotated[str, BeforeValidator(_text_only), Field(min_length=1)]
Name = Annotated[str, BeforeValidator(_name_only), Field(min_length=1)]
Id = Annotated[str, Field(min_length=1, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"), BeforeValidator(_text_only)]
SeverityWord = Literal["low", "medium", "high", "critical"]

_HOW_TO_WRITE = (
    "terms. word: with its forms and typing errors; =word: only so; word*: any ending; "
    "one .. two: up to 3 words in between; WORD: in capitals."
)
_LISTS = {
    language: {
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "description": f"{LANGUAGE_NAMES.get(language, 'Any language')}: {_HOW_TO_WRITE}",
    }
    for language in (*LANGUAGES, ANY_LANGUAGE)
}
_NAMES = {
    "type": "array",
    "items": {"type": "string", "minLength": 1},
    "description": "Word files of rules/words/ to take the terms of, by name: attacks is rules/words/attacks.yaml.",
}

WordLists = Annotated[
    dict[str, list[Any]],
    WithJsonSchema({"type": "object", "properties": _LISTS, "additionalProperties": False}),
]
"""Terms by language. They are read apart, so that each mistake in one has its own place."""

Group = Annotated[
    dict[str, list[Any]],
    WithJsonSchema(
        {
            "type": "object",
            "properties": {FROM: _NAMES, **_LISTS},
            "additionalProperties": False,
            "description": "A group of terms, by language.",
        }
    ),
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WayModel(_Model):
    """One way to meet the rule: words of all its groups, near enough together."""

    name: Name = Field(description="What was seen, in a few words; shown on the card.")
    all: tuple[Name, ...] = Field((), description="Each of these groups needs a hit.")
    any: tuple[Name, ...] = Field((), description="Of these groups, at_least so many need a hit.")
    at_least: Annotated[int, Field(ge=1)] = Field(1, description="How many groups of any; 1 if it is not set.")
    none: tuple[Name, ...] = Field((), description="None of these groups may have a hit within the same distance.")
    within: Annotated[
        int | Literal["sentence"] | None,
        BeforeValidator(_distance_only),
        WithJsonSchema(
            {"anyOf": [{"type": "integer", "minimum": 0, "maximum": MOST_WORDS_BETWEEN}, {"const": "sentence"}]}
        ),
    ] = Field(None, description='At most so many other words between the hits, or "sentence".')
    where: Where = Field(Where.ANYWHERE, description="title, lead (title, summary, first 80 words), or anywhere.")
    severity: SeverityWord | None = Field(None, description="Instead of the rule's severity.")
    says: Says | None = Field(
        None, description="The official reaction that this is, for the facts on cards; without, it is none."
    )
    everything: bool = Field(default=False, description="Every item of the rule's feeds, whatever its words.")
    needs_opinion: bool = Field(
        default=False, description="Too broad to be trusted alone: holds only where the second opinion is sure."
    )


class DoubtModel(_Model):
    """One case in which a match is never sure: these words in the lead, and none of those that would outweigh them."""

    name: Name = Field(description="What speaks against the match, in a few words.")
    all: tuple[Name, ...] = Field((), description="Each of these groups needs a hit in the lead.")
    any: tuple[Name, ...] = Field((), description="One of these groups needs a hit in the lead.")
    none: tuple[Name, ...] = Field((), description="A hit of these groups in the lead dispels the doubt.")


class PartModel(_Model):
    """One way to hit a group built from groups."""

    any: tuple[Name, ...] = Field((), description="A hit of any of these groups.")
    all: tuple[Name, ...] = Field((), description="One hit of each of these groups, near enough together.")
    within: Annotated[int, Field(ge=0, le=20)] | None = Field(
        None, description="At most so many other words between the hits of all."
    )


class RolesModel(_Model):
    """What the words of groups are to what a report claims; a group has one role or none."""

    officials: tuple[Name, ...] = Field((), description="Groups of those who speak for a state or a body.")
    countries: tuple[Name, ...] = Field(
        (), description="Groups of countries, which speak only where named before what is said; they also act."
    )
    said: tuple[Name, ...] = Field((), description="Groups of what is said or done in a reaction.")
    weapons: tuple[Name, ...] = Field((), description="Groups of weapons, which cards list.")
    targets: tuple[Name, ...] = Field((), description="Groups of what was hit, which cards list.")


class ExampleModel(_Model):
    """One example; a bare text stands for its headline."""

    text: str = Field(description="The headline.")
    summary: str = Field("", description="The summary below the headline.")
    body: str = Field("", description="The text of the article.")
    way: Name | None = Field(None, description="The way it must match by.")
    severity: SeverityWord | None = Field(None, description="The severity it must have.")
    why: str = Field("", description="Why this is right, for the next editor.")
    should: Literal["match", "no_match"] | None = Field(None, description="What would be right for a known wrong one.")


def _example(value: object) -> object:
    if isinstance(value, dict) and len(value) == 1 and not closest(str(*value), ExampleModel.model_fields):
        raise ValueError('an example that has ": " in it must be put in quotes')
    if isinstance(value, int | float):
        raise ValueError(f'"{str(value).lower()}" is not a text; put it in quotes')  # noqa: TRY004 - pydantic takes this one
    return {"text": value} if isinstance(value, str) else value


Examples = tuple[
    Annotated[
        ExampleModel,
        BeforeValidator(_example, json_schema_input_type=str | ExampleModel),
    ],
    ...,
]


class ExamplesModel(_Model):
    """What the rule must match, must not, and is known to get wrong. `check` runs them."""

    match: Examples = Field((), description="Texts the rule must match; a live rule needs one.")
    no_match: Examples = Field(
        (), description="Texts it must not match, best those that nearly do; a live rule needs one."
    )
    known_wrong: Examples = Field((), description="Texts it is known to judge wrongly; kept, never failing.")


class RuleModel(_Model):
    """A rule of Wirewatch, format 1. docs/reference/rules.md explains every key."""

    format: FormatVersion = Field(description="The version of this format: 1.")
    id: Id = Field(description="The name of the file without .yaml: a-z, 0-9 and -. It never changes.")
    title: Text = Field(description="What the rule is about, shown on cards.")
    owner: Text = Field("", description="Who answers for the rule.")
    status: Status = Field(Status.LIVE, description="off, test (recorded, not posted) or live.")
    severity: SeverityWord = Field("medium", description="low, medium, high or critical.")
    send_to: tuple[Name, ...] = Field((), description="Routes of routes.yaml; without, every route but ops.")
    unsure: Literal["alert", "mark", "digest"] = Field(
        "mark",
        description="What becomes of an unsure match: alert as any other, mark it, or digest.",
    )
    digest_below: Annotated[float, Field(ge=0, le=1)] = Field(
        0.0,
        description="From 0 to 1. An unsure match with a confidence below this is never posted alone, critical or not: "
        "it goes out in a digest.",
    )
    mention: Literal["none", "here", "team"] = Field("none", description="Not acted on yet.")
    group_by: Literal["story", "rule", "none"] = Field("story", description="Not acted on yet.")
    max_per_hour: Annotated[int, Field(ge=1)] | None = Field(
        None, description="Not acted on yet; routes.yaml limits what a route gets."
    )
    feeds: tuple[Name, ...] = Field((), description="Only items of these feeds (ids of feeds.yaml).")
    kinds: tuple[FeedKind, ...] = Field((), description="Only items of feeds of these kinds.")
    words: dict[str, Group] = Field({}, description="Groups of terms, by language; from: takes word files.")
    groups: dict[str, tuple[PartModel, ...]] = Field({}, description="Groups built from groups that come before them.")
    roles: RolesModel = Field(
        RolesModel(), description="Which groups name speakers, what is said, weapons and targets: the facts on cards."
    )
    find: Annotated[tuple[WayModel, ...], Field(min_length=1)] = Field(description="The ways to meet the rule.")
    never: tuple[Name, ...] = Field((), description="A hit of these groups in the lead stops the rule.")
    never_sure: tuple[DoubtModel, ...] = Field(
        (), description="Cases in which a match is unsure, whatever the second opinion says."
    )
    ignore: WordLists = Field({}, description="Phrases, by language; a word inside one of them does not count.")
    examples: ExamplesModel = Field(
        ExamplesModel(), description="What the rule must match and must not: its tests, which check runs."
    )


class WordsModel(_Model):
    """A word file of Wirewatch, format 1: terms that several rules take by its name."""

    format: FormatVersion = Field(description="The version of this format: 1.")
    title: Text = Field(description="What the words have in common.")
    words: WordLists = Field(description="Terms, by language.")
